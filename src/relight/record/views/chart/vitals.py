"""Vital signs of a patient over time."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from relight.people.api import Permission
from relight.record.selectors.chart_pages import SPANS, USUAL, vitals_page
from relight.record.views.patient import patient_of, patient_page


@require_safe
@patient_page(Permission.RECORD_READ, tab="vitals")
def vitals(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Vital signs drawn over time and in a table, the latest first."""
    days = request.GET.get("days", "")
    page = vitals_page(patient_of(request), days=days if days in SPANS else USUAL)
    return render(request, "record/chart/vitals.html", {"page": page})
