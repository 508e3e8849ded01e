"""Addresses of charts and forms on paper."""

from __future__ import annotations

from django.urls import URLPattern, path

from relight.record.views import printing

urlpatterns: list[URLPattern] = [
    path("patients/<uuid:patient>/print/", printing.print_chart, name="print-chart"),
    path("wards/<slug:site>/<slug:ward>/print/", printing.print_ward, name="print-ward"),
    path("paper/forms/", printing.forms, name="forms"),
    path("paper/", printing.paper, name="paper"),
    path("paper/schedule/", printing.paper_schedule, name="paper-schedule"),
    path("paper/do/", printing.paper_do, name="paper-do"),
    path("paper/void/", printing.paper_void, name="paper-void"),
]
