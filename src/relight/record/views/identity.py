"""Who a patient is: identified later, compared with probable duplicates, merged and parted; reserved numbers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from relight.kernel.errors import RelightError
from relight.people.api import Permission, names_of, needs
from relight.record import errors
from relight.record.forms.bands import RangeForm, TakeForm
from relight.record.forms.patients import FindForm, IdentifyForm, MergeForm, ReasonForm
from relight.record.rules.canonical import loads
from relight.record.rules.identity import body_identified
from relight.record.selectors.access import record_may_open
from relight.record.selectors.duplicates import duplicates_find, duplicates_of
from relight.record.selectors.finding_pages import found_rows
from relight.record.selectors.identity_pages import compare_lines, likely_sides, pairs_in_house, side_get
from relight.record.selectors.numbers import kinds_now, ranges_page
from relight.record.selectors.store import resource_get
from relight.record.services.audit import ward_note
from relight.record.services.finding import patients_search
from relight.record.services.identity import patient_identify
from relight.record.services.merges import merge_undo, merges_of, patients_merge
from relight.record.services.numbers import number_range_reserve, number_take
from relight.record.services.reads import read_note
from relight.record.views.patient import patient_of, patient_page
from relight.record.views.patients import EDIT
from relight.ui.api import form_blame


@EDIT
@patient_page(Permission.RECORD_IDENTITY, tab="identity")
def identity(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Who this is: say it of an unknown; probable duplicates and merges of anybody."""
    frame = patient_of(request)
    held = resource_get(type="Patient", id=patient)
    form = IdentifyForm(request.POST or None) if frame.face.is_unknown else None
    context: dict[str, Any] = {}
    if form is not None and form.is_valid():
        try:
            seen = request.POST.get("seen", "")
            patient_identify(
                act=request.act,
                patient=patient,
                person=form.person(),
                seen=int(seen) if seen.isdigit() else None,
                looked_at=_looked_at(request),
                checked=form.cleaned_data["checked"],
            )
        except RelightError as error:
            if error.code == errors.PROBABLY_HERE.code:
                body = body_identified(loads(held.body), form.person(), at=request.act.at, kinds=kinds_now())
                context["typed"] = likely_sides(duplicates_find(body=body, without=[patient]))
            else:
                form_blame(form, error)
        else:
            messages.success(request, gettext("Identified. The old name stays in the record; print a new wristband."))
            return redirect("record:wristband", patient=patient)
    context |= _identity_context(request, patient) | {"form": form, "version": held.version}
    return render(request, "record/wards/identity.html", context)


def _identity_context(request: HttpRequest, patient: UUID) -> dict[str, Any]:
    merges = merges_of(patient=patient)
    likely = likely_sides(duplicates_of(patient=patient))
    shown = [one.patient for one, _, _ in likely]
    if shown:
        read_note(act=request.act, patients=shown, what="duplicates")
    return {
        "side": side_get(patient),
        "likely": likely,
        "merges": merges,
        "names": names_of({one.by for one in merges} | {one.undone_by for one in merges if one.undone_by}),
        "sides": {one.gone: side_get(one.gone).face for one in merges},
        "undo": ReasonForm(auto_id="undo_%s"),
        "find": FindForm(auto_id="other_%s", live=False),
    }


def _looked_at(request: HttpRequest) -> list[UUID]:
    found = []
    for text in request.POST.getlist("looked_at"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@require_POST
@patient_page(Permission.RECORD_IDENTITY, tab="identity")
def merge_find(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Look for the other record of this person."""
    form = FindForm(request.POST, auto_id="other_%s", live=False)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = patients_search(act=request.act, text=text) if text else []
    rows = [row for row in found_rows(found, act=request.act) if row.patient != patient]
    return render(request, "record/wards/merge_find.html", {"find": form, "rows": rows, "text": text})


@EDIT
@patient_page(Permission.RECORD_IDENTITY, tab="identity")
def merge(request: HttpRequest, patient: UUID, other: UUID) -> HttpResponse:
    """Both records beside each other; then, with a reason, one of them leads to the other."""
    verdict = record_may_open(act=request.act, patient=other)
    if not verdict.allowed:
        return redirect(f"{reverse('record:glass', args=[other])}?merge={patient}")
    this, that = side_get(patient), side_get(other)
    read_note(act=request.act, patients=[other], what="compare", ground=str(verdict.params["ground"]))
    sides = [(str(side.patient), side.face.name) for side in (this, that)]
    initial = {"keep": str(patient), "seen": this.version, "other_seen": that.version}
    form = MergeForm(request.POST or None, sides=sides, initial=initial)
    if form.is_valid():
        try:
            _merge(request, form, patient, other)
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Merged. Both numbers lead here; it can be undone on the identity page."))
            return redirect("record:identify", patient=UUID(form.cleaned_data["keep"]))
    context = {"form": form, "this": this, "that": that, "lines": compare_lines(this.said, that.said)}
    return render(request, "record/wards/merge.html", context)


def _merge(request: HttpRequest, form: MergeForm, patient: UUID, other: UUID) -> None:
    said = form.cleaned_data
    versions = {patient: _number(said["seen"]), other: _number(said["other_seen"])}
    kept = UUID(said["keep"])
    gone = other if kept == patient else patient
    patients_merge(
        act=request.act,  # type: ignore[attr-defined] # set by people.middleware
        kept=kept,
        gone=gone,
        reason=said["reason"],
        seen_kept=versions[kept],
        seen_gone=versions[gone],
    )


def _number(text: str) -> int:
    """Return a version a form was shown; what is none was never shown."""
    return int(text) if text.isdigit() else -1


@require_POST
@patient_page(Permission.RECORD_IDENTITY, tab="identity", reads=False)
def merge_drop(request: HttpRequest, patient: UUID, merge: UUID) -> HttpResponse:
    """Part two records again."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        merge_undo(act=request.act, merge=merge, reason=form.cleaned_data["reason"])
        messages.success(request, gettext("Parted. What was written since stays in the record it was written into."))
    else:
        messages.error(request, gettext("A reason is missing; nothing was changed."))
    return redirect("record:identify", patient=patient)


@require_safe
@needs(Permission.RECORD_IDENTITY)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Who in the reader's wards probably has two records."""
    pairs = pairs_in_house(act=request.act)
    shown = tuple(dict.fromkeys(face.patient for pair in pairs for face in (pair.first, pair.second)))
    ward_note(act=request.act, patients=shown, what="duplicates")
    return render(request, "record/wards/duplicates.html", {"pairs": pairs})


@EDIT
@needs(Permission.RECORD_IDENTITY)
def numbers(request: HttpRequest) -> HttpResponse:
    """The reserved ranges; numbers given out ahead for registering on paper."""
    reserving = request.POST.get("do") == "reserve"
    range_form = RangeForm(request.POST if reserving else None, auto_id="range_%s")
    take = TakeForm(request.POST if request.POST and not reserving else None, auto_id="take_%s")
    taken: list[str] = []
    if reserving and range_form.is_valid():
        try:
            said = range_form.cleaned_data
            number_range_reserve(act=request.act, site=said["site"], prefix=said["begins"])
        except RelightError as error:
            range_form.add_error("begins", f"{error.message(gettext)} {error.next(gettext)}")
        else:
            messages.success(request, gettext("Reserved. New patients of this site get these numbers."))
            return redirect("record:numbers")
    elif take.is_bound and take.is_valid():
        taken = number_take(act=request.act, **take.cleaned_data)
        told = ngettext("%(count)d number given out.", "%(count)d numbers given out.", len(taken))
        messages.success(request, told % {"count": len(taken)})
    context = {"range_form": range_form, "take": take, "taken": taken, "rows": ranges_page()}
    return render(request, "record/wards/numbers.html", context)
