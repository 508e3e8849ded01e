"""Everything in a record, and one resource of any type with all its versions."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from relight.people.api import Permission
from relight.record.selectors.chart_items import everything_page, item_page
from relight.record.views.chart.results import number_in
from relight.record.views.patient import patient_of, patient_page

TYPE_CHARS, TEXT_CHARS = 64, 200


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page(Permission.RECORD_READ, tab="everything")
def everything(request: HttpRequest, patient: UUID) -> HttpResponse:
    """What is in the record by type; words looked for are posted, so that no address holds them."""
    frame = patient_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    page = everything_page(
        records=frame.records,
        zero=frame.day_zero,
        type=asked.get("type", "")[:TYPE_CHARS],
        text=request.POST.get("q", "").strip()[:TEXT_CHARS],
        page=number_in(asked.get("page", "")),
    )
    return render(request, "record/chart/everything.html", {"page": page})


@require_safe
@patient_page(Permission.RECORD_READ, tab="everything")
def item(request: HttpRequest, patient: UUID, type: str, id: UUID) -> HttpResponse:
    """One resource plain, and every version: who, when, why, what changed."""
    frame = patient_of(request)
    version = number_in(request.GET["version"]) if "version" in request.GET else None
    against = number_in(request.GET["against"]) if "against" in request.GET else None
    page = item_page(records=frame.records, type=type, id=id, version=version, zero=frame.day_zero, against=against)
    return render(request, "record/chart/item.html", {"item": page})
