"""Addresses of directory."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.liaison.views import directory as views

_PERSON = "directory/practitioners/<uuid:practitioner>/"
_LINE = "directory/lines/<uuid:line>/"

urlpatterns: list[URLPattern] = [
    path("directory/", views.directory, name="directory"),
    path("directory/practitioners/new/", views.practitioner_edit, name="practitioner-new"),
    path(_PERSON, views.practitioner, name="practitioner"),
    path(f"{_PERSON}edit/", views.practitioner_edit, name="practitioner-edit"),
    path(f"{_PERSON}end/", views.practitioner_over, name="practitioner-end"),
    path("directory/lines/new/", views.line_edit, name="line-new"),
    path(_LINE, views.line, name="line"),
    path(f"{_LINE}edit/", views.line_edit, name="line-edit"),
    path(f"{_LINE}end/", views.line_over, name="line-end"),
    path("directory/import/", views.files, name="directory-import"),
    path("directory/import/<uuid:file>/", views.file, name="directory-file"),
]
