"""Addresses of appointments, of the doctors' queue, of imports, and the front page."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.activity.views import appointments, ask, front, imports

_ONE = "appointments/<uuid:appointment>/"
_FILE = "imports/<uuid:upload>/"

urlpatterns: list[URLPattern] = [
    path("", front.board, name="board"),
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/find/", appointments.find, name="find"),
    path("appointments/override/", appointments.override_many, name="override-many"),
    path(_ONE, appointments.appointment, name="appointment"),
    path(f"{_ONE}override/", appointments.override, name="override"),
    path(f"{_ONE}override/end/", appointments.override_end, name="override-end"),
    path("ask/", ask.ask, name="ask"),
    path("imports/", imports.imports, name="imports"),
    path("imports/upload/", imports.import_upload, name="import-upload"),
    path(_FILE, imports.import_one, name="import"),
    path(f"{_FILE}confirm/", imports.import_confirm, name="import-confirm"),
    path(f"{_FILE}drop/", imports.import_drop, name="import-drop"),
    path("imports/sources/<uuid:source>/aside/", imports.asides, name="asides"),
    path("imports/aside/<uuid:aside>/", imports.aside, name="aside"),
]
