"""The order of restoration: moved, its consequence shown, proposed, signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relight.hospital.api import naming_now
from relight.kernel.errors import RelightError
from relight.people.api import Permission, names_of, needs
from relight.pmo.forms import ProposeForm, SignForm
from relight.pmo.models import Decision
from relight.pmo.rules.order import first_of, moved
from relight.pmo.selectors.decisions import (
    consequence,
    decision_get,
    decision_in_force,
    decision_list,
    effect_rows,
)
from relight.pmo.selectors.plans import plan_latest, units_in_order
from relight.pmo.services.decisions import SIGNATURES, decision_propose, decision_sign, decision_withdraw
from relight.ui.api import form_blame


def _names() -> dict[str, str]:
    naming = naming_now()
    return dict(naming.nodes) if naming else {}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN_EDIT)
def board(request: HttpRequest) -> HttpResponse:
    """The order as a list to move: each move shows what it changes for whom, nothing is saved by it."""
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    computed = units_in_order()
    given = [unit for unit in request.POST.getlist("order") if unit in set(computed)]
    order = moved(given + [unit for unit in computed if unit not in given], request.POST)
    first = first_of(order, computed)
    typed = {key: request.POST.get(key, "") for key in ("title", "reason")}  # a move loses no word
    form = ProposeForm(request.POST if "propose" in request.POST else None, initial=typed)
    effect: dict[str, Any] | None = None
    try:
        if form.is_bound and form.is_valid():
            number = decision_propose(act=act, first=first, **form.cleaned_data)
            messages.success(request, gettext("Proposed. Two people who may decide sign it now."))
            return redirect("pmo:decision", number)
        effect = consequence(first, at=act.at) if first else None
    except RelightError as error:
        form_blame(form, error) if form.is_bound else messages.error(
            request, f"{error.message(gettext)} {error.next(gettext)}"
        )
    names = _names()
    context = {
        "order": [(unit, names.get(unit, unit), unit in first) for unit in order],
        "first": [names.get(unit, unit) for unit in first], "form": form, "effect": effect,
        "rows": effect_rows(effect, names) if effect else (), "plan": plan_latest(),
        "previous": effect["previous"] if effect else None,
    }  # fmt: skip
    return render(request, "pmo/order/board.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.HOSPITAL_READ)
def decisions(request: HttpRequest) -> HttpResponse:
    """Every decision about the order, the one in force first: the decision log."""
    rows, held = decision_list(), decision_in_force()
    people = names_of({row.proposed_by for row in rows})
    names = _names()
    context = {
        "rows": [(row, people.get(row.proposed_by, row.proposed_by), _first(row.first, names)) for row in rows],
        "held": held,
    }
    return render(request, "pmo/order/list.html", context)


def _first(first: Sequence[str], names: dict[str, str]) -> str:
    return ", ".join(names.get(unit, unit) for unit in first)


@require_safe
@needs(Permission.HOSPITAL_READ)
def decision(request: HttpRequest, number: int) -> HttpResponse:
    """One decision: what it delays, who signed."""
    return _decision_page(request, decision_get(number))


@sensitive_post_parameters("password")
@require_POST
@needs(Permission.PLAN_DECIDE)
def sign(request: HttpRequest, number: int) -> HttpResponse:
    """Sign the decision that was shown."""
    row = decision_get(number)
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            in_force = decision_sign(act=request.act, number=number, **form.cleaned_data)  # type: ignore[attr-defined]
        except RelightError as error:
            form_blame(form, error)
        else:
            first = gettext("Signed. A second person signs now.")
            messages.success(request, gettext("It is in force: compute the plan anew.") if in_force else first)
            return redirect("pmo:decision", number)
    form.data = form.data.copy()
    form.data["shown"] = row.digest  # type: ignore[index] # what they sign next is what they see now
    return _decision_page(request, row, form=form)


def _decision_page(request: HttpRequest, row: Decision, *, form: SignForm | None = None) -> HttpResponse:
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    names, held, signers = _names(), decision_in_force(), list(row.signatures.all())
    context = {
        "row": row,
        "first": _first(row.first, names),
        "rows": effect_rows(row.effect, names),
        "form": form or SignForm(initial={"shown": row.digest}),
        "signers": signers,
        "wanted": max(0, SIGNATURES - len(signers)),
        "previous": row.effect["previous"],
        "proposer": names_of({row.proposed_by}).get(row.proposed_by, row.proposed_by),
        "has_signed": any(one.actor == act.actor for one in signers),
        "is_held": held is not None and held.number == row.number,
    }
    return render(request, "pmo/order/one.html", context, status=422 if form else 200)


@require_POST
@needs(Permission.PLAN_DECIDE)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """End a decision."""
    decision_withdraw(act=request.act, number=number)  # type: ignore[attr-defined] # set by people.middleware
    messages.success(request, gettext("It does not count any more."))
    return redirect("pmo:decisions")
