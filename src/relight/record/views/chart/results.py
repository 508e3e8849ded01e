"""Results of a patient: tests by times, and one test over time."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from relight.people.api import Permission
from relight.record import errors
from relight.record.selectors.chart_drawings import trend_page
from relight.record.selectors.chart_results import result_table, result_trend
from relight.record.selectors.chart_rows import rows_by_id
from relight.record.views.patient import patient_of, patient_page

NUMBER_CHARS = 9


def number_in(text: str, *, least: int = 1, most: int = 100_000) -> int:
    """Return a number of an address, `least` for what is none."""
    try:
        return min(max(int(text), least), most) if len(text) < NUMBER_CHARS else least
    except ValueError:
        return least


@require_safe
@patient_page(Permission.RECORD_READ, tab="results")
def results(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Tests by the times they were taken, a page of times at once."""
    frame = patient_of(request)
    table = result_table(records=frame.records, zero=frame.day_zero, page=number_in(request.GET.get("page", "")))
    return render(request, "record/chart/results.html", {"table": table})


@require_safe
@patient_page(Permission.RECORD_READ, tab="results")
def trend(request: HttpRequest, patient: UUID, result: UUID) -> HttpResponse:
    """Every value of the test of one result, drawn and in a table."""
    frame = patient_of(request)
    row = rows_by_id(ids=[result], zero=frame.day_zero).get(result)
    if row is None or row.type != "Observation" or row.patient not in frame.records:
        raise errors.NO_RESOURCE.error(where="Observation", type="Observation")
    part = number_in(request.GET.get("part", ""), least=-1, most=1000)
    lines = result_trend(records=frame.records, of=row, part=part, zero=frame.day_zero)
    if not lines:  # a group has no values of its own
        return redirect("record:item", patient=patient, type="Observation", id=result)
    return render(request, "record/chart/trend.html", {"trend": trend_page(lines, back="record:results")})
