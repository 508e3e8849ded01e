"""The overview of a patient, and the pulse its pages stay live by."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from relight.people.api import Permission, names_of, needs
from relight.record.selectors.access import record_demand
from relight.record.selectors.chart import patient_lead, pulse_read
from relight.record.selectors.chart_pages import overview_page
from relight.record.views.patient import patient_of, patient_page


@require_safe
@patient_page(Permission.RECORD_READ, tab="overview")
def overview(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Everything that matters now, on one screen."""
    return render(request, "record/chart/overview.html", {"page": overview_page(patient_of(request))})


@require_safe
@needs(Permission.RECORD_READ)
def pulse(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Answer 304 while nothing changed in a record, else its version, by whom and when. Shows nothing of it."""
    kept = patient_lead(patient=patient).patient
    record_demand(act=request.act, patient=kept)
    beat = pulse_read(patient=kept)
    tag = f'"{beat.version}"'
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        by = "" if beat.by == request.act.actor else names_of([beat.by])[beat.by] if beat.by else ""
        at = beat.at.isoformat() if beat.at else ""
        response = JsonResponse({"version": beat.version, "by": by, "at": at, "mine": not by})
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response
