"""Addresses of the wards room: census, finding, admitting, who opened what. Nothing of a patient stands in one."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.record.views import access, identity, patients, sources, stays, wards

urlpatterns: list[URLPattern] = [
    path("wards/", wards.wards, name="wards"),
    path("wards/beds/", wards.beds, name="beds"),
    path("wards/audit/", access.audit, name="audit"),
    path("wards/duplicates/", identity.duplicates, name="duplicates"),
    path("wards/numbers/", identity.numbers, name="numbers"),
    path("wards/sources/", sources.sources, name="sources"),
    path("wards/sources/file/", sources.upload, name="source-upload"),
    path("wards/sources/aside/", sources.asides, name="asides"),
    path("wards/sources/aside/<int:aside>/", sources.aside_file, name="aside-file"),
    path("wards/sources/unresolved/", sources.unresolved, name="unresolved"),
    path("wards/<slug:site>/<slug:ward>/", wards.ward, name="ward"),
    path("wards/<slug:site>/<slug:ward>/paper/", wards.ward_paper, name="ward-paper"),
    path("patients/", patients.patients, name="patients"),
    path("patients/register/", patients.register, name="register"),
    path("patients/<uuid:patient>/admit/", stays.admit, name="admit"),
    path("patients/<uuid:patient>/transfer/", stays.transfer, name="transfer"),
    path("patients/<uuid:patient>/discharge/", stays.discharge, name="discharge"),
    path("patients/<uuid:patient>/wristband/", stays.wristband, name="wristband"),
    path("patients/<uuid:patient>/identity/", identity.identity, name="identify"),
    path("patients/<uuid:patient>/merge/", identity.merge_find, name="merge-find"),
    path("patients/<uuid:patient>/merge/<uuid:other>/", identity.merge, name="merge"),
    path("patients/<uuid:patient>/merge/<uuid:merge>/undo/", identity.merge_drop, name="merge-undo"),
    path("patients/<uuid:patient>/glass/", access.glass, name="glass"),
    path("patients/<uuid:patient>/readers/", access.readers, name="readers"),
]
