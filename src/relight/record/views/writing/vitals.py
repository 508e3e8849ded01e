"""Vital signs: a set written or corrected; which oxygen saturation is aimed at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from relight.kernel.errors import RelightError
from relight.people.api import Permission
from relight.record.forms.writing.base import WritingForm, minutes_text
from relight.record.forms.writing.vitals import ScaleForm, VitalsForm, set_initial
from relight.record.rules.canonical import loads
from relight.record.rules.drafts import DraftKind, Ticket
from relight.record.rules.facts import clinical_at
from relight.record.rules.news2 import (
    EVERY_WORDS,
    PARAMETER_WORDS,
    RESPONSE_WORDS,
    RISK_WORDS,
    UNFIT_WORDS,
    NoScore,
    Scale,
    Score,
)
from relight.record.rules.vitals import set_read
from relight.record.selectors.chart import PatientFrame
from relight.record.selectors.faces import FaceView
from relight.record.selectors.history import history, version_get
from relight.record.selectors.vital_sets import HeldSet, age_of, is_pregnant, oxygen_target, set_get
from relight.record.services.vitals import VitalsWritten, spo2_scale_set, vitals_correct, vitals_write
from relight.record.views.patient import patient_of, patient_page
from relight.record.views.writing.conflict import Clash
from relight.record.views.writing.flow import Writing, chart_form, form_page
from relight.ui.api import form_blame

BEARING = range(10, 61)


@chart_form(tab="vitals")
def vitals_new(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Write a set; its score, and what is to be done, is said at once."""
    frame = patient_of(request)

    def save(form: WritingForm, ticket: Ticket) -> str:
        assert isinstance(form, VitalsForm)
        _say(request, vitals_write(act=request.act, patient=patient, given=form.given, ticket=ticket))
        return reverse("record:vitals", args=[patient])

    initial = {"at": minutes_text(request.act.at)}
    if is_pregnant(records=frame.records, at=request.act.at):
        initial["pregnant"] = "yes"
    return form_page(
        request,
        Writing(
            kind=DraftKind.VITALS, key="new", form=VitalsForm, template="record/writing/vitals.html",
            title=gettext("Vital signs"), back=reverse("record:vitals", args=[patient]), save=save, initial=initial,
            options=_options(frame), context={"target": oxygen_target(records=frame.records), "news2": _news2(frame)},
        ),
    )  # fmt: skip


def _options(frame: PatientFrame, *, amends: bool = False) -> dict[str, Any]:
    age = age_of(frame.face, today=localtime(frame.at).date())
    return {"age_years": age, "may_be_pregnant": _may_be_pregnant(frame.face, age), "amends": amends}


def _may_be_pregnant(face: FaceView, age: int | None) -> bool:
    return face.sex != "male" and (age is None or age in BEARING)


def _news2(frame: PatientFrame) -> dict[str, Any]:
    """Return what the page's own reckoning needs; the one that counts is made when it is written."""
    return {"age": age_of(frame.face, today=localtime(frame.at).date())}


@chart_form(tab="vitals")
def vitals_edit(request: HttpRequest, patient: UUID, set_id: UUID) -> HttpResponse:
    """Correct a set; the score is made anew."""
    frame = patient_of(request)
    held = set_get(records=frame.records, set_id=str(set_id))

    def save(form: WritingForm, ticket: Ticket) -> str:
        assert isinstance(form, VitalsForm)
        made = vitals_correct(
            act=request.act, patient=patient, set_id=str(set_id), versions=form.cleaned_data["version"],
            given=form.given, reason=form.cleaned_data["reason"], ticket=ticket,
        )  # fmt: skip
        _say(request, made)
        return reverse("record:vitals", args=[patient])

    return form_page(
        request,
        Writing(
            kind=DraftKind.VITALS, key=str(set_id), form=VitalsForm, template="record/writing/vitals.html",
            title=gettext("Correct vital signs"), back=reverse("record:vitals", args=[patient]), save=save,
            initial=_held_initial(held), version=held.versions, clash=lambda seen: _clash(frame, held, seen),
            options=_options(frame, amends=True),
            context={"target": oxygen_target(records=frame.records), "news2": _news2(frame), "amends": held},
        ),
    )  # fmt: skip


def _held_initial(held: HeldSet) -> dict[str, str]:
    return set_initial(held.given, at=minutes_text(held.given.at))


def _clash(frame: PatientFrame, held: HeldSet, seen: str) -> Clash:
    """Return what a correction met: the set as it was seen, put together from the versions the form names."""
    now = set_get(records=frame.records, set_id=held.id)
    versions = dict(part.split(":") for part in seen.split() if ":" in part)
    bodies = [
        loads(version_get(type=one.type, id=one.id, version=int(versions[one.id.hex[-12:]])).body)
        for one in now.held.values()
        if versions.get(one.id.hex[-12:], "").isdigit()
    ]
    times = [at for body in bodies if (at := clinical_at(body))]
    before = set_read(bodies, at=times[0] if times else now.given.at)
    latest = max(now.held.values(), key=lambda one: one.updated_at)
    by = history(type=latest.type, id=latest.id)[-1].actor
    return Clash(
        before=set_initial(before, at=minutes_text(before.at)), theirs=_held_initial(now), by=by, at=latest.updated_at,
        version=now.versions,
    )  # fmt: skip


def _say(request: HttpRequest, made: VitalsWritten) -> None:
    score = made.score
    if isinstance(score, NoScore):
        said = gettext(UNFIT_WORDS[score.why])
        if score.missing:
            names = ", ".join(gettext(PARAMETER_WORDS[one]) for one in score.missing)
            said = f"{said} {gettext('Missing: %(names)s.') % {'names': names}}"
        messages.warning(request, f"{gettext('Written.')} {said}")
        return
    say = messages.success if score.total < 5 and not score.red else messages.warning  # noqa: PLR2004 - medium risk
    say(request, f"{gettext('Written.')} {score_words(score)}")


def score_words(score: Score) -> str:
    """Say a score and what is to be done."""
    head = gettext("NEWS2 %(total)d (SpO₂ scale %(scale)s), %(risk)s.") % {
        "total": score.total, "scale": score.scale.value, "risk": gettext(RISK_WORDS[score.risk]),
    }  # fmt: skip
    return f"{head} {gettext(EVERY_WORDS[score.risk])} {gettext(RESPONSE_WORDS[score.risk])}"


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page(Permission.RECORD_PRESCRIBE, tab="vitals")
def vitals_scale(request: HttpRequest, patient: UUID) -> HttpResponse:
    """Say which oxygen saturation is aimed at: a prescriber's decision, with its reason."""
    target = oxygen_target(records=patient_of(request).records)
    version = str(target.flag.version) if target.flag else ""
    form = ScaleForm(
        request.POST or None, initial={"patient": str(patient), "version": version, "scale": target.scale.value}
    )
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            spo2_scale_set(
                act=request.act, patient=patient, scale=Scale(form.cleaned_data["scale"]),
                reason=form.cleaned_data["reason"], version=int(seen) if seen.isdigit() else None,
            )  # fmt: skip
        except RelightError as error:
            form_blame(form, error)
        else:
            messages.success(request, gettext("The oxygen target is noted; it counts from the next set on."))
            return redirect("record:vitals", patient=patient)
    context = {"form": form, "target": target, "back": reverse("record:vitals", args=[patient])}
    return render(request, "record/writing/scale.html", context)
