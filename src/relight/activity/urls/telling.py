"""Addresses of telling patients."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.activity.views import mailings, telling

_CALL = "calls/<uuid:card>/"
_BATCH = "mailings/<uuid:mailing>/"

urlpatterns: list[URLPattern] = [
    path("calls/", telling.calls, name="calls"),
    path("calls/next/", telling.call_take_next, name="call-next"),
    path(_CALL, telling.call, name="call"),
    path(f"{_CALL}<slug:step>/", telling.call_step, name="call-step"),
    path("desks/", telling.desks, name="desks"),
    path("desks/new/", telling.desk_edit, name="desk-new"),
    path("desks/<uuid:desk>/", telling.desk_edit, name="desk"),
    path("desks/<uuid:desk>/close/", telling.desk_end, name="desk-close"),
    path("mailings/", mailings.mailings, name="mailings"),
    path("mailings/make/", mailings.mailing_make, name="mailing-make"),
    path("mailings/returned/", mailings.mailing_returned, name="mailing-returned"),
    path("mailings/receipts/", mailings.mailing_receipts, name="mailing-receipts"),
    path(_BATCH, mailings.mailing, name="mailing"),
    path(f"{_BATCH}file/", mailings.mailing_file, name="mailing-file"),
    path(f"{_BATCH}sent/", mailings.mailing_left, name="mailing-sent"),
]
