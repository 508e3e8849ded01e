"""Allergies: the list with what was refuted, a new one, an amendment, a refutation; that none is known."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from relight.kernel.errors import RelightError
from relight.people.api import Permission
from relight.record.forms.writing.base import WritingForm
from relight.record.forms.writing.lists import AllergyForm, NoneKnownForm, WhyForm, allergy_initial
from relight.record.rules.canonical import loads
from relight.record.rules.chart.allergies import allergy_read
from relight.record.rules.drafts import DraftKind, Ticket
from relight.record.selectors.chart import allergy_lines
from relight.record.selectors.formulary import formulary_now
from relight.record.services.allergies import allergies_none, allergy_add, allergy_amend, allergy_refute
from relight.record.services.charting import item_current
from relight.record.types import Body
from relight.record.views.patient import patient_of, patient_page
from relight.record.views.writing.conflict import clash_of
from relight.record.views.writing.flow import Writing, chart_form, form_page
from relight.ui.api import form_blame

TYPE = "AllergyIntolerance"


@require_safe
@patient_page(Permission.RECORD_READ, tab="overview")
def allergies(request: HttpRequest, patient: UUID) -> HttpResponse:
    """What is known of somebody's allergies, and what was refuted."""
    frame = patient_of(request)
    lines = allergy_lines(records=frame.records, zero=frame.day_zero)
    active = [one for one in lines if one.allergy.is_active]
    context = {
        "active": active,
        "past": [one for one in lines if not one.allergy.is_active],
        "none": NoneKnownForm(initial={"patient": str(patient)}),
        "may_state": all(one.allergy.is_negative for one in active),
    }
    return render(request, "record/writing/allergies.html", context)


@chart_form(tab="overview")
def allergy_new(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Record an allergy."""

    def save(form: WritingForm, ticket: Ticket) -> str:
        assert isinstance(form, AllergyForm)
        given = form.given(atc=_atc(form.cleaned_data["name"]))
        allergy_add(act=request.act, patient=patient, given=given, ticket=ticket)
        return reverse("record:allergies", args=[patient])

    return form_page(
        request,
        Writing(
            kind=DraftKind.ALLERGY, key="new", form=AllergyForm, template="record/writing/allergy.html",
            title=gettext("Record an allergy"), back=reverse("record:allergies", args=[patient]), save=save,
            said=gettext("The allergy is recorded."), context=_substances(),
        ),
    )  # fmt: skip


def _atc(name: str) -> str:
    """Return the code of a substance of the list that is called exactly so; empty where none or several are."""
    found = {drug.atc for drug in formulary_now().named(name)}
    return found.pop() if len(found) == 1 else ""


def _substances() -> dict[str, Any]:
    language = get_language() or "en"
    return {"substances": sorted({drug.shown(language) for drug in formulary_now().drugs.values()})}


@chart_form(tab="overview")
def allergy_edit(request: HttpRequest, patient: UUID, allergy: UUID) -> HttpResponse:
    """Amend an allergy, also one that came from elsewhere."""
    held = item_current(patient=patient, type=TYPE, id=allergy)

    def save(form: WritingForm, ticket: Ticket) -> str:
        assert isinstance(form, AllergyForm)
        allergy_amend(
            act=request.act, patient=patient, allergy=allergy, version=int(form.cleaned_data["version"] or 0),
            given=form.given(atc=_atc(form.cleaned_data["name"])), reason=form.cleaned_data["reason"], ticket=ticket,
        )  # fmt: skip
        return reverse("record:allergies", args=[patient])

    return form_page(
        request,
        Writing(
            kind=DraftKind.ALLERGY, key=str(allergy), form=AllergyForm, template="record/writing/allergy.html",
            title=gettext("Amend an allergy"), back=reverse("record:allergies", args=[patient]), save=save,
            said=gettext("The amendment is written; the old text stays in the history."),
            initial=_initial(loads(held.body)), version=str(held.version),
            clash=clash_of(type=TYPE, id=allergy, read=_initial), options={"amends": True},
            context={**_substances(), "amends": held},
        ),
    )  # fmt: skip


def _initial(body: Body) -> dict[str, str]:
    kinds = body.get("category")
    return allergy_initial(allergy_read(body), category=str(kinds[0]) if isinstance(kinds, list) and kinds else "")


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page(Permission.RECORD_WRITE, tab="overview")
def allergy_off(request: HttpRequest, patient: UUID, allergy: UUID) -> HttpResponse:
    """Refute an allergy."""
    held = item_current(patient=patient, type=TYPE, id=allergy)
    form = WhyForm(request.POST or None, initial={"patient": str(patient), "version": held.version})
    back = reverse("record:allergies", args=[patient])
    if request.method == "POST" and form.is_valid():
        try:
            allergy_refute(
                act=request.act, patient=patient, allergy=allergy, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("Refuted: it stays in the list, as what was once thought."))
            return redirect(back)
    context = {
        "form": form, "back": back, "title": gettext("Refute an allergy"), "action": gettext("Refute it"),
        "subject": allergy_read(loads(held.body)).name,
        "consequences": [gettext("It leaves the patient's banner; prescriptions are no more checked against it.")],
    }  # fmt: skip
    return render(request, "record/writing/why.html", context)


@require_http_methods(["POST"])
@patient_page(Permission.RECORD_WRITE, tab="overview")
def allergies_unknown(request: HttpRequest, patient: UUID) -> HttpResponse:
    """State that somebody asked and no allergy is known."""
    form = NoneKnownForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    allergies_none(act=request.act, patient=patient, note=note)
    messages.success(request, gettext("Noted: no known allergies."))
    return redirect("record:allergies", patient=patient)
