"""Addresses of requests, of what is given out and comes in, of the duty roster."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.liaison.views import duty, requests

_ONE = "requests/<uuid:request_id>/"
_GIVEN = "disclosures/<uuid:disclosure_id>/"

urlpatterns: list[URLPattern] = [
    path("requests/", requests.requests, name="requests"),
    path("requests/new/", requests.request_new, name="request-new"),
    path(_ONE, requests.request_one, name="request"),
    path(f"{_ONE}identity/", requests.request_identity, name="request-identity"),
    path(f"{_ONE}tie/", requests.request_tie, name="request-tie"),
    path(f"{_ONE}summary/", requests.request_summary, name="request-summary"),
    path(f"{_ONE}receive/", requests.request_receive, name="request-receive"),
    path(f"{_ONE}step/<slug:step>/", requests.request_step, name="request-step"),
    path("disclosures/", requests.disclosures, name="disclosures"),
    path(_GIVEN, requests.disclosure, name="disclosure"),
    path(f"{_GIVEN}summary.pdf", requests.disclosure_paper, name="disclosure-paper"),
    path(f"{_GIVEN}summary.json", requests.disclosure_document, name="disclosure-document"),
    path("duty/", duty.duty, name="duty"),
    path("duty/new/", duty.duty_new, name="duty-new"),
    path("duty/import/", duty.duty_file, name="duty-import"),
    path("duty/<uuid:turn>/remove/", duty.duty_drop, name="duty-remove"),
]
