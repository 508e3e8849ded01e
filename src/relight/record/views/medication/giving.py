"""The sheet of a day, a dose given or not, the doses due in a ward."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from relight.kernel.errors import RelightError
from relight.people.api import Permission, in_scope, needs
from relight.record import errors
from relight.record.forms.medication import GiveForm, SheetDayForm, typed_of
from relight.record.forms.reasons import ErrorForm
from relight.record.forms.writing.base import minutes_text
from relight.record.rules.drafts import DraftKind, Ticket
from relight.record.rules.facts import time_read
from relight.record.rules.medication.timing import Kind
from relight.record.rules.printing import WardKey
from relight.record.selectors.medicines import BEFORE_SHOWN, given_read, medicine_get, sheet_read, ward_doses
from relight.record.selectors.ward_paper import ward_name
from relight.record.services.administration import dose_record
from relight.record.services.charting import item_error
from relight.record.services.reads import read_note
from relight.record.views.medication.lists import EDIT
from relight.record.views.patient import patient_of, patient_page
from relight.record.views.writing.flow import Writing, form_page, keep_unsigned
from relight.ui.api import form_blame

TYPE = "MedicationAdministration"
HOURS_AHEAD = (2, 4, 8, 12)


@require_safe
@patient_page(Permission.RECORD_READ, tab="medicines")
def sheet(request: HttpRequest, patient: UUID) -> HttpResponse:
    """The sheet of a day: medicines down, due times across."""
    form = SheetDayForm(request.GET)
    today = timezone.localtime(request.act.at).date()
    day = (form.cleaned_data["day"] if form.is_valid() else None) or today
    start = datetime.combine(day, datetime.min.time(), tzinfo=timezone.get_current_timezone())
    page = sheet_read(records=patient_of(request).records, day=start, at=request.act.at)
    one = timedelta(days=1)
    context = {"sheet": page, "day": day, "before": day - one, "after": day + one, "is_today": day == today}
    return render(request, "record/medication/sheet.html", context)


@EDIT
@patient_page(Permission.RECORD_WRITE, tab="medicines")
def give(request: HttpRequest, patient: UUID, medicine: UUID) -> HttpResponse:
    """Record one dose of a medicine: the due one the address names, or one out of turn."""
    view = medicine_get(patient=patient, id=medicine, at=request.act.at)
    due = time_read(request.GET.get("due", ""))
    held = [
        one for one in given_read(records=patient_of(request).records, since=request.act.at - BEFORE_SHOWN)
        if one.request == str(medicine)
    ]  # fmt: skip
    back = reverse("record:administer", args=[patient])

    def save(form: Any, ticket: Ticket) -> str:
        dose_record(
            act=request.act, patient=patient, request=medicine,
            one=form.giving(due=due, now=request.act.at), band=form.cleaned_data["band"],
            band_skipped=form.cleaned_data["band_skipped"], ticket=ticket,
        )  # fmt: skip
        return back

    line = view.line
    initial = {"dose": typed_of(line.dose), "rate": typed_of(line.rate), "at": minutes_text(request.act.at)}
    options = {"unit": line.dose.unit if line.dose else "", "is_infusion": line.kind is Kind.INFUSION}
    return form_page(
        request,
        Writing(
            kind=DraftKind.ADMINISTRATION, key=f"{medicine}:{due.isoformat() if due else ''}", form=GiveForm,
            template="record/medication/give.html", title=gettext("Record a dose"), back=back, save=save,
            said=gettext("Recorded."), initial=initial, options=options,
            context={"view": view, "due": due, "held": held},
        ),
    )  # fmt: skip


give.unsigned = keep_unsigned  # type: ignore[attr-defined] # a form sent after the session ended is kept


@EDIT
@patient_page(Permission.RECORD_WRITE, tab="medicines")
def undo(request: HttpRequest, patient: UUID, given: UUID) -> HttpResponse:
    """Mark a recorded dose as entered in error: it stays, struck through, with the reason."""
    held = [one for one in given_read(records=patient_of(request).records, since=_LONG_AGO) if one.id == given]
    if not held:
        raise errors.NO_RESOURCE.error(where=TYPE, type=TYPE)
    form = ErrorForm(request.POST or None, initial={"version": held[0].version})
    if form.is_valid():
        try:
            item_error(act=request.act, patient=patient, type=TYPE, id=given, **form.cleaned_data)
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Marked as entered in error."))
            return redirect("record:administer", patient=patient)
    return render(request, "record/medication/undo.html", {"given": held[0], "form": form})


_LONG_AGO = datetime(1970, 1, 1, tzinfo=timezone.get_default_timezone())


@require_safe
@needs(Permission.RECORD_READ)
def doses(request: HttpRequest, site: str, ward: str) -> HttpResponse:
    """What is due in a ward in the next hours, and what is overdue."""
    if not in_scope(request.act, site=site, service=ward):
        raise errors.NOT_YOUR_WARD.error(where="place")
    wanted = request.GET.get("hours", "")
    hours = int(wanted) if wanted.isascii() and wanted.isdigit() and int(wanted) in HOURS_AHEAD else HOURS_AHEAD[1]
    page = ward_doses(site=site, ward=ward, at=request.act.at, ahead=timedelta(hours=hours))
    read_note(act=request.act, patients=[who.patient for who in page.people], what="ward.doses")
    context = {
        "page": page, "site": site, "ward": ward, "name": ward_name(WardKey(site=site, ward=ward)), "hours": hours,
        "choices": HOURS_AHEAD,
    }  # fmt: skip
    return render(request, "record/medication/doses.html", context)
