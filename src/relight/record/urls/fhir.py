"""Addresses below /fhir, for programs."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from relight.record.views.fhir import metadata, read, search, write


class AnythingConverter(StringConverter):
    """The rest of an address, line ends and slashes with it: `path` stops at a line end."""

    regex = "(?s:.+)"


register_converter(AnythingConverter, "anything")

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
    path("fhir/<anything:rest>", metadata.nothing, name="fhir-nothing"),
]
