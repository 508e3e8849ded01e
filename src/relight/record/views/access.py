"""Breaking the glass, who opened a chart, and the auditor's page of readings."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from relight.kernel.errors import RelightError
from relight.people.api import Permission, names_of, needs
from relight.record import errors
from relight.record.forms.bands import AuditForm, NumberForm
from relight.record.forms.patients import GlassForm
from relight.record.selectors.access import glass_list, record_may_open
from relight.record.selectors.chart import patient_lead
from relight.record.selectors.faces import face_get
from relight.record.selectors.readers import (
    AUDIT_COLUMNS,
    audit_rows,
    readers_page,
    reads_query,
    record_numbers,
    record_of_number,
)
from relight.record.services.audit import audit_note, ward_note
from relight.record.services.glass import glass_audit, glass_break
from relight.record.views.patient import patient_page
from relight.record.views.patients import EDIT
from relight.ui.api import csv_response, form_blame, table_read

CSV_ROWS = 50_000


@EDIT
@needs(Permission.RECORD_BREAK_GLASS)
def glass(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Open a record outside one's wards, for eight hours, with a reason that stays; then go on with what was begun."""
    kept = patient_lead(patient=patient).patient
    if record_may_open(act=request.act, patient=kept).allowed:
        return _chart(kept)
    form = GlassForm(request.POST or None)
    if form.is_valid():
        try:
            if request.POST.get("patient") != str(kept):
                raise errors.OTHER_PATIENT.error(where="patient")
            glass_break(act=request.act, patient=kept, reason=form.cleaned_data["reason"])
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.warning(request, gettext("The record is open to you for eight hours. Your reason stands in it."))
            begun = _uuid(request.GET.get("merge", ""))
            return redirect("record:merge", patient=begun, other=kept) if begun else _chart(kept)
    ward_note(act=request.act, patients=(kept,), what="search")
    return render(request, "record/wards/glass.html", {"form": form, "face": face_get(kept)})


def _chart(patient: UUID) -> HttpResponse:
    return redirect("record:chart", patient=patient)


@require_safe
@patient_page(Permission.RECORD_READ, tab="readers")
def readers(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Who opened this chart: who, when, on what ground, what; glasses broken, with their reasons."""
    page = readers_page(patient=patient, until=request.act.at)
    glasses = glass_list(patient=patient)
    context = {"page": page, "glasses": glasses, "names": names_of({one.actor for one in glasses})}
    return render(request, "record/wards/readers.html", context)


@EDIT
@needs(Permission.RECORD_AUDIT)
def audit(request: HttpRequest) -> HttpResponseBase:
    """Every reading, by person, by record, by time; glasses with their reasons. No name, nothing clinical."""
    number = NumberForm(request.POST or None)
    if number.is_valid():
        found = record_of_number(number.cleaned_data["number"])
        if found is not None:
            asked = request.GET.copy()
            asked["patient"] = str(found)
            return redirect(f"{request.path}?{asked.urlencode()}")
        form_blame(number, errors.NUMBER_NOBODY.error(where="number"))
    form, patient = AuditForm(request.GET), _uuid(request.GET.get("patient", ""))
    wanted = form.wanted()
    query = reads_query(patient=patient, **wanted)
    table = table_read(request.GET, columns=AUDIT_COLUMNS, sort="-at")
    query = query.order_by(*table.order_by)
    if table.wants_csv:
        rows = audit_rows(list(query[:CSV_ROWS]))
        audit_note(act=request.act, patient=patient, actor=wanted.get("actor", ""), count=len(rows), is_file=True)
        return csv_response(table, rows, filename="readings.csv")
    table = table.over(query)
    rows = audit_rows(table.rows)
    audit_note(act=request.act, patient=patient, actor=wanted.get("actor", ""), count=len(rows))
    glasses = [one for one in glass_audit(act=request.act) if patient is None or one.patient == patient]
    context = {
        "table": table,
        "rows": rows,
        "form": form,
        "number": number,
        "patient": patient,
        "record": record_numbers([patient]).get(patient, "") if patient else "",
        "glasses": glasses,
        "names": names_of({one.actor for one in glasses}),
        "numbers": record_numbers({one.patient for one in glasses}),
    }
    return render(request, "record/wards/audit.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
