"""Addresses below /fhir, for programs."""

from __future__ import annotations

from django.urls import path, re_path

from relight.record.views.fhir import metadata, read, search, write

urlpatterns = [
    path("fhir", write.system, name="fhir-system"),
    path("fhir/", write.system, name="fhir-system-slash"),
    path("fhir/metadata", metadata.metadata, name="fhir-metadata"),
    path("fhir/Patient/<str:text>/$everything", search.patient_everything, name="fhir-everything"),
    path("fhir/<str:kind>/_search", search.search_posted, name="fhir-search"),
    path("fhir/<str:kind>/_history", read.history_of_type, name="fhir-history-type"),
    path("fhir/<str:kind>/<str:text>/_history", read.history_of_resource, name="fhir-history"),
    path("fhir/<str:kind>/<str:text>/_history/<str:version>", read.of_version, name="fhir-version"),
    path("fhir/<str:kind>", read.of_type, name="fhir-type"),
    path("fhir/<str:kind>/<str:text>", read.of_resource, name="fhir-resource"),
    re_path(r"^fhir/(?P<rest>(?s:.*))\Z", metadata.nothing, name="fhir-nothing"),  # a line end is no path to `<path:>`
]
