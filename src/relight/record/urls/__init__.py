"""Addresses of the record: /fhir for programs, the wards' pages for people."""

from __future__ import annotations

from relight.record.urls import chart, fhir, medication, printing, wards, writing

app_name = "record"
urlpatterns = [
    *fhir.urlpatterns,  # first, for programs read from it a thousand times a second
    *wards.urlpatterns,
    *chart.urlpatterns,
    *writing.urlpatterns,
    *medication.urlpatterns,
    *printing.urlpatterns,
]
