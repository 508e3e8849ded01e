"""Addresses of medicines and requests of one patient, and of the doses due in a ward."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.record.views.medication import giving, lists, prescribe, requests

MEDICINES = "patients/<uuid:patient>/medicines/"
REQUESTS = "patients/<uuid:patient>/requests/"

urlpatterns: list[URLPattern] = [
    path("medicines/find/", lists.find, name="drug-find"),
    path("wards/<slug:site>/<slug:ward>/doses/", giving.doses, name="doses"),
    path(MEDICINES, lists.medicines, name="medicines"),
    path(f"{MEDICINES}new/", prescribe.prescribe, name="prescribe"),
    path(f"{MEDICINES}sheet/", giving.sheet, name="administer"),
    path(f"{MEDICINES}given/<uuid:given>/wrong/", giving.undo, name="give-undo"),
    path(f"{MEDICINES}<uuid:medicine>/change/", prescribe.change, name="change"),
    path(f"{MEDICINES}<uuid:medicine>/stop/", lists.stop, name="stop"),
    path(f"{MEDICINES}<uuid:medicine>/sign/", lists.confirm, name="confirm"),
    path(f"{MEDICINES}<uuid:medicine>/give/", giving.give, name="give"),
    path(f"{MEDICINES}<str:type>/<uuid:medicine>/here/", prescribe.carry_on, name="carry-on"),
    path(REQUESTS, requests.requests, name="requests"),
    path(f"{REQUESTS}new/", requests.laboratory, name="request-new"),
    path(f"{REQUESTS}imaging/", requests.imaging, name="request-imaging"),
    path(f"{REQUESTS}other/", requests.other, name="request-other"),
    path(f"{REQUESTS}<uuid:order>/cancel/", requests.cancel, name="request-cancel"),
    path(f"{REQUESTS}<uuid:order>/labels/", requests.labels, name="request-labels"),
]
