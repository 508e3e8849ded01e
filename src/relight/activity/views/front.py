"""The front page: what goes on today and this week."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from relight.activity.selectors.front import SHOWN, FrontPage, front_page, period_tabs
from relight.activity.selectors.names import OUTCOME_STATES, names_now, outcome_word
from relight.activity.selectors.policy_pages import policy_in_force
from relight.activity.selectors.proposal_pages import proposals_waiting
from relight.activity.selectors.telling import telling_counts
from relight.kernel.errors import N_
from relight.people.api import Permission, may, needs
from relight.ui.api import Share

DEFINITIONS = {
    "keep": N_("They take place as booked, by the policy or by a doctor's word."),
    "move": N_("They take place at another site that can."),
    "ask": N_("The policy does not decide them: a doctor does, one by one."),
    "cancel": N_("They do not take place now. Each patient is told, and waits for a new date."),
    "": N_("They came before any policy was in force."),
}


@require_safe
@needs(Permission.ACTIVITY_READ)
def board(request: HttpRequest) -> HttpResponse:
    """What goes on in a period: counts by decision, site, kind and specialty; proposals that wait."""
    act = request.act  # type: ignore[attr-defined] # set by people.middleware
    names = names_now()
    page = front_page(when=request.GET.get("when", ""), at=act.at, names=names)
    reads = may(act, Permission.ACTIVITY_APPOINTMENTS).allowed
    context = {
        "page": page,
        "periods": period_tabs(page.when),
        "stats": _stats(page, reads=reads),
        "shares": _shares(page, reads=reads),
        "policy": policy_in_force(names),
        "proposals": proposals_waiting(names),
        "told": telling_counts(at=act.at),
    }
    return render(request, "activity/board.html", context)


def _stats(page: FrontPage, *, reads: bool) -> list[dict[str, Any]]:
    """One count an outcome, with its definition and the list it was counted from."""
    shown = (*SHOWN, "") if page.undecided.count else SHOWN
    return [
        {
            "value": page.cells[one].count,
            "label": outcome_word(one).capitalize(),
            "href": page.cells[one].href if reads and page.cells[one].count else "",
            "definition": gettext(DEFINITIONS[one]),
            "state": OUTCOME_STATES.get(one, "unknown"),
        }
        for one in shown
    ]


def _shares(page: FrontPage, *, reads: bool) -> list[Share]:
    return [
        Share(
            label=outcome_word(one),
            value=page.cells[one].count,
            state=OUTCOME_STATES.get(one, "unknown"),
            href=page.cells[one].href if reads else "",
        )
        for one in (*SHOWN, "")
        if page.cells[one].count
    ]
