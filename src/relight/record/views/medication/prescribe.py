"""Prescribing: a new medicine, one that goes on from before the outage, a change.

Owns the step in which warnings are shown: what was typed stays a draft, the same form asks for the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from relight.kernel.errors import RelightError
from relight.people.api import Permission, may
from relight.record import errors
from relight.record.forms.medication import PrescribeForm, initial_of
from relight.record.forms.writing.base import minutes_text
from relight.record.rules.drafts import DraftKind, Ticket
from relight.record.rules.medication.checks import Caution
from relight.record.rules.medication.orders import Prescription, line_of
from relight.record.selectors.formulary import formulary_now, rounds_now
from relight.record.selectors.medicine_words import caution_words
from relight.record.selectors.medicines import MedicineView, cautions_read, medicine_get
from relight.record.services.medication import (
    Replaced,
    medicine_order_take,
    medicine_prescribe,
    override_of,
    prescribers,
)
from relight.record.types import Body
from relight.record.views.medication.lists import EDIT
from relight.record.views.patient import patient_of, patient_page
from relight.record.views.writing.conflict import clash_of
from relight.record.views.writing.flow import Writing, form_page, keep_unsigned, posted_keep
from relight.record.views.writing.tickets import ticket_read

TEMPLATE = "record/medication/prescribe.html"
SHOWN_STATUS = 200


@EDIT
@patient_page(Permission.RECORD_WRITE, tab="medicines")
def prescribe(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Prescribe a medicine."""
    initial = {"start": minutes_text(request.act.at)}
    return _page(request, patient, key="new", title=gettext("Prescribe"), initial=initial)


@EDIT
@patient_page(Permission.RECORD_WRITE, tab="medicines")
def carry_on(request: HttpRequest, patient: UUID, type: str, medicine: UUID) -> HttpResponse:
    """Continue here what somebody had before the outage: read, corrected, prescribed."""
    view = medicine_get(patient=patient, id=medicine, type=type, at=request.act.at)
    return _page(
        request, patient, key=f"on:{medicine}", title=gettext("Continue here"),
        initial=_initial(request, view), before=view, prior=(type, medicine),
    )  # fmt: skip


@EDIT
@patient_page(Permission.RECORD_WRITE, tab="medicines")
def change(request: HttpRequest, patient: UUID, medicine: UUID) -> HttpResponse:
    """Change a prescription: the old one is stopped, the new one begins."""
    view = medicine_get(patient=patient, id=medicine, at=request.act.at)
    return _page(
        request, patient, key=f"change:{medicine}", title=gettext("Change"),
        initial=_initial(request, view), before=view, is_change=True,
    )  # fmt: skip


for _view in (prescribe, carry_on, change):
    _view.unsigned = keep_unsigned  # type: ignore[attr-defined] # a form sent after the session ended is kept


def _initial(request: HttpRequest, view: MedicineView) -> dict[str, Any]:
    values = initial_of(view.line, start=request.act.at)
    drugs = formulary_now().in_text(view.line.name)[0]
    if len(drugs) == 1 and not formulary_now().named(view.line.name):
        values["drug"] = drugs[0].shown(request.LANGUAGE_CODE[:2])  # what an import writes with form and strength
    return {
        **values,
        "start": minutes_text(values["start"]),
        "end": minutes_text(values["end"]) if values["end"] else "",
    }


def _page(
    request: HttpRequest,
    patient: UUID,
    *,
    key: str,
    title: str,
    initial: Mapping[str, Any],
    before: MedicineView | None = None,
    prior: tuple[str, UUID] | None = None,
    is_change: bool = False,
) -> HttpResponse:
    """Answer one of the three: they differ in what they begin from and what they end."""
    if "choose" in request.POST:
        return _chosen(request)
    by_self = may(request.act, Permission.RECORD_PRESCRIBE).allowed
    options = {"prescribers": [] if by_self else prescribers(), "is_change": is_change}
    back = reverse("record:medicines", args=[patient])

    def save(form: Any, ticket: Ticket) -> str | HttpResponse:
        cautions = request.POST.getlist("cautions")
        override = override_of(cautions=cautions, reason=request.POST.get("override", ""))
        one: Prescription = form.prescription(override=override, prior=prior)
        replaces = None
        if is_change and before is not None:
            version = int(form.cleaned_data["version"] or 0)
            replaces = Replaced(id=before.id, version=version, reason=form.cleaned_data["why"])
        try:
            _write(request, patient, one, form=form, replaces=replaces, ticket=ticket, by_self=by_self)
        except RelightError as error:
            if error.code != errors.WARNINGS_OPEN.code:
                error.where = "why" if is_change and error.code == errors.NO_REASON.code else error.where
                raise
            without = [before.id] if before is not None else []
            found = cautions_read(one, records=patient_of(request).records, at=request.act.at, without=without)
            posted_keep(request, ticket)
            return _warned(request, form, found, title=title, back=back, before=before, by_self=by_self)
        return back

    changed = before if is_change else None
    return form_page(
        request,
        Writing(
            kind=DraftKind.PRESCRIPTION, key=key, form=PrescribeForm, template=TEMPLATE, title=title, back=back,
            save=save, said=gettext("Prescribed."), initial=initial, version=str(changed.version) if changed else "",
            clash=clash_of(type="MedicationRequest", id=changed.id, read=_read) if changed else None,
            options=options, context={"before": before, "by_self": by_self, "is_change": is_change},
        ),
    )  # fmt: skip


def _write(
    request: HttpRequest,
    patient: UUID,
    one: Prescription,
    *,
    form: Any,
    replaces: Replaced | None,
    ticket: Ticket,
    by_self: bool,
) -> None:
    if by_self:
        medicine_prescribe(act=request.act, patient=patient, one=one, replaces=replaces, ticket=ticket)
    else:
        said = form.cleaned_data.get("prescriber", "")
        medicine_order_take(
            act=request.act, patient=patient, one=one, prescriber=said, replaces=replaces, ticket=ticket
        )


def _chosen(request: HttpRequest) -> HttpResponse:
    """Take a medicine chosen from the list without a script: it is kept in the draft, and the form opened again."""
    said = request.POST.copy()
    said["drug"] = str(said["choose"])[:200]
    request.POST = said  # type: ignore[assignment] # a copy, with the choice in its field
    ticket = ticket_read(said.get("draft", ""))
    posted_keep(request, ticket)
    return redirect(f"{request.path}?draft={ticket.id}")


def _warned(
    request: HttpRequest,
    form: Any,
    found: tuple[Caution, ...],
    *,
    title: str,
    back: str,
    before: MedicineView | None,
    by_self: bool,
) -> HttpResponse:
    """Show the form again with what there is to think about, and a field for the reason, where the reader begins."""
    form.fields["drug"].widget.attrs.pop("data-focus", None)
    context = {
        "form": form, "title": title, "back": back, "before": before, "by_self": by_self,
        "cautions": [caution_words(one) for one in found], "override": request.POST.get("override", ""),
        "asked": bool(request.POST.getlist("cautions")),
    }  # fmt: skip
    return render(request, TEMPLATE, context, status=SHOWN_STATUS)


def _read(body: Body) -> dict[str, Any]:
    """Return a version of a prescription as the form's initial values, for the conflict page."""
    line = line_of(body, rounds=rounds_now(formulary_now()))
    start = line.schedule.start or line.authored
    values = initial_of(line, start=start) if start is not None else {}
    return {
        name: minutes_text(value) if name in ("start", "end") and value else str(value or "")
        for name, value in values.items()
    }
