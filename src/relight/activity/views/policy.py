"""The policy: the one in force in words, its versions, drafts, what differs, its signature."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.activity.forms.policy import PolicyForm, PolicySignForm
from relight.activity.models import PolicyVersion, Proposal
from relight.activity.plain import policy_shipped
from relight.activity.rules.booked import PolicyStanding, ProposalCause, ProposalState
from relight.activity.selectors.appointments import policy_now, policy_parsed
from relight.activity.selectors.names import Names, names_now
from relight.activity.selectors.policy_pages import (
    faults_of,
    policy_changes,
    policy_in_force,
    policy_view,
    strangers_of,
    text_changes,
    version_get,
    version_lines,
)
from relight.activity.selectors.proposal_pages import CHANGES, SHOWN, difference_words, proposals_waiting
from relight.activity.services.policies import policy_draft, policy_drop, policy_sign
from relight.activity.services.proposals import policy_try
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.people.api import Permission, needs
from relight.ui.api import form_blame

LOOKS = {"cancel": "down", "restore": "up", "ask": "unknown", "move": "degraded"}


def _act(request: HttpRequest) -> Act:
    act: Act = request.act  # type: ignore[attr-defined] # set by people.middleware
    return act


@require_safe
@needs(Permission.ACTIVITY_READ)
def policy(request: HttpRequest) -> HttpResponse:
    """The policy in force in words, or the one Relight comes with; all versions; what waits."""
    names, row = names_now(), policy_now()
    context = {
        "line": policy_in_force(names),
        "view": policy_view(policy_parsed(row.text), names) if row else None,
        "shipped": None if row else policy_view(policy_shipped(), names),
        "versions": version_lines(list(PolicyVersion.objects.order_by("-number")), names),
        "proposals": proposals_waiting(names),
    }
    return render(request, "activity/policy.html", context)


@require_safe
@needs(Permission.ACTIVITY_READ)
def policy_version(request: HttpRequest, number: int) -> HttpResponse:
    """One version: where it stands, what it says, its text."""
    names, row = names_now(), version_get(number)
    faults = faults_of(row.text)
    context = {
        "line": version_lines([row], names)[0],
        "view": None if faults else policy_view(policy_parsed(row.text), names),
        "faults": faults,
        "in_force": policy_in_force(names),
        "proposal": Proposal.objects.filter(
            cause=ProposalCause.POLICY.value, policy=number, state=ProposalState.WAITING.value
        ).first(),
        "text": row.text,
    }
    return render(request, "activity/policy_version.html", context)


@require_POST
@needs(Permission.ACTIVITY_POLICY)
def policy_draft_new(request: HttpRequest) -> HttpResponse:
    """Start a draft from the policy in force, or from the one Relight comes with."""
    row = policy_now()
    draft = policy_draft(act=_act(request), text=row.text if row else "")
    return redirect("activity:policy-edit", draft.number)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ACTIVITY_POLICY)
def policy_edit(request: HttpRequest, number: int) -> HttpResponse:
    """Write a draft: beside the text its meaning, its faults and what it would change."""
    row = version_get(number)
    if row.state != PolicyStanding.DRAFT.value:
        return redirect("activity:policy-version", number)
    if request.method != "POST":
        return _edit(request, row, PolicyForm(initial={"text": row.text, "shown": row.digest}), row.text)
    if request.POST.get("do") == "drop":
        policy_drop(act=_act(request), version=row.pk)
        messages.success(request, gettext("The draft is thrown away. Its text stays in the journal."))
        return redirect("activity:policy")
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return _edit(request, row, form, request.POST.get("text", ""), status=422)
    text = form.cleaned_data["text"]
    if request.POST.get("do") == "check":
        return _edit(request, row, form, text)
    try:
        policy_draft(act=_act(request), text=text, version=row.pk, shown=form.cleaned_data["shown"])
    except RelightError as error:
        form_blame(form, error)
        return _edit(request, row, form, text, status=422)
    messages.success(request, gettext("The draft is saved. Nothing takes effect before it is signed and taken."))
    return redirect("activity:policy-version", number)


def _edit(request: HttpRequest, row: PolicyVersion, form: PolicyForm, text: str, *, status: int = 200) -> HttpResponse:
    names = names_now()
    context = {"line": version_lines([row], names)[0], "form": form, **_meaning(request, row, text, names)}
    return render(request, "activity/policy_edit.html", context, status=status)


@require_POST
@needs(Permission.ACTIVITY_POLICY)
def policy_preview(request: HttpRequest, number: int) -> HttpResponse:
    """What a text would mean, as it is typed. Writes nothing."""
    row = version_get(number)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    return render(request, "activity/parts/policy_preview.html", _meaning(request, row, text, names_now()))


def _meaning(request: HttpRequest, row: PolicyVersion, text: str, names: Names) -> dict[str, Any]:
    """Say what a text means: its faults, or itself in words, its difference and what differs from the one in force."""
    faults = faults_of(text)
    if faults:
        return {"faults": faults}
    held, sound = policy_now(), policy_parsed(text)
    return {
        "faults": [],
        "view": policy_view(sound, names),
        "difference": _difference(request, text),
        "strangers": strangers_of(sound),
        "changes": policy_changes(held.text, text, names) if held and held.pk != row.pk else None,
    }


def _difference(request: HttpRequest, text: str) -> dict[str, Any]:
    shown = policy_try(act=_act(request), text=text)
    counts = shown.counts
    return {
        "words": difference_words(counts),
        "against": policy_now() is not None,
        "total": sum(shown.before.values()),
        "counts": [
            {"value": counts[key], "label": gettext(CHANGES[key]), "state": LOOKS[key]} for key in SHOWN if counts[key]
        ],
    }


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ACTIVITY_POLICY)
def policy_signing(request: HttpRequest, number: int) -> HttpResponse:
    """Sign a draft; its difference is the next page."""
    row = version_get(number)
    if row.state != PolicyStanding.DRAFT.value:
        return redirect("activity:policy-version", number)
    form = PolicySignForm(request.POST if request.method == "POST" else None, initial={"digest": row.digest})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                proposal = policy_sign(act=_act(request), version=row.pk, **form.cleaned_data)
            except RelightError as error:
                form_blame(form, error)
            else:
                messages.success(request, gettext("Signed. This is what it changes; it takes effect when it is taken."))
                return redirect("activity:proposal", proposal)
        status = 422
    names = names_now()
    context = {"line": version_lines([row], names)[0], "form": form, **_meaning(request, row, row.text, names)}
    return render(request, "activity/policy_sign.html", context, status=status)


@require_safe
@needs(Permission.ACTIVITY_READ)
def policy_differences(request: HttpRequest, number: int, other: int) -> HttpResponse:
    """What differs between two versions, rule by rule and line by line."""
    names, before, after = names_now(), version_get(number), version_get(other)
    faults = [*faults_of(before.text), *faults_of(after.text)]
    first, second = version_lines([before, after], names)
    context = {
        "before": first,
        "after": second,
        "faults": faults,
        "changes": None if faults else policy_changes(before.text, after.text, names),
        "lines": text_changes(before.text, after.text),
    }
    return render(request, "activity/policy_changes.html", context)
