"""Addresses of reading one patient's chart."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.record.views.chart import overview

urlpatterns: list[URLPattern] = [
    path("patients/<uuid:patient>/", overview.overview, name="chart"),
    path("patients/<uuid:patient>/pulse/", overview.pulse, name="pulse"),
]
