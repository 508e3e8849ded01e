"""Proposals: what deciding anew would change, shown before it takes effect."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from relight.activity.models import PolicyVersion, Proposal
from relight.activity.rules.booked import ProposalState
from relight.activity.selectors.appointments import decide_now
from relight.activity.selectors.names import Names, names_now
from relight.activity.selectors.proposal_pages import (
    CHANGES,
    SHOWN,
    change_groups,
    changed_appointments,
    changed_rows,
    consequences,
    proposal_get,
    proposal_lines,
    proposals_waiting,
)
from relight.activity.services.proposals import proposal_drop, proposal_take
from relight.activity.services.seen import seen
from relight.kernel.act import Act
from relight.kernel.errors import N_, RelightError
from relight.people.api import Permission, may, needs
from relight.ui.api import Column, table_read

PAGE = 50
LOOKS = {"cancel": "down", "restore": "up", "ask": "unknown", "move": "degraded"}
COLUMNS = (
    Column(key="made", label=N_("Proposed at"), always=True),
    Column(key="cause", label=N_("Why")),
    Column(key="difference", label=N_("What would change")),
    Column(key="state", label=N_("State")),
    Column(key="ended", label=N_("By")),
)
CHANGED = (
    Column(key="starts", label=N_("Booked for"), always=True),
    Column(key="patient", label=N_("Patient")),
    Column(key="kind", label=N_("Kind")),
    Column(key="urgency", label=N_("Urgency")),
    Column(key="specialty", label=N_("Specialty")),
    Column(key="site", label=N_("Site")),
    Column(key="reason", label=N_("Reason")),
    Column(key="before", label=N_("Decided now")),
    Column(key="after", label=N_("Would become")),
    Column(key="why", label=N_("Because"), shown=False),
)


def _act(request: HttpRequest) -> Act:
    act: Act = request.act  # type: ignore[attr-defined] # set by people.middleware
    return act


@require_safe
@needs(Permission.ACTIVITY_READ)
def proposals(request: HttpRequest) -> HttpResponse:
    """All proposals, those that wait first."""
    table = table_read(request.GET, columns=COLUMNS, sort="-made", page_size=PAGE)
    first = Case(When(state=ProposalState.WAITING.value, then=Value(0)), default=Value(1))
    table = table.over(Proposal.objects.defer("changes").order_by(first, "-made_at"))
    return render(
        request, "activity/proposals.html", {"table": table, "lines": proposal_lines(table.rows, names_now())}
    )


@require_safe
@needs(Permission.ACTIVITY_READ)
def proposal(request: HttpRequest, proposal: UUID) -> HttpResponse:
    """One proposal: its counts, what it means for people, and each appointment for who may read them."""
    row, names = proposal_get(proposal), names_now()
    waits = row.state == ProposalState.WAITING.value
    groups = change_groups(row)
    group = request.GET.get("group", "")
    if group not in {one.key for one in groups}:
        group = groups[0].key if groups else ""
    context = {
        "line": proposal_lines([row], names)[0],
        "waits": waits,
        "later": None if waits else next(iter(proposals_waiting(names)), None),
        "stats": [
            {
                "value": row.counts.get(key, 0),
                "label": gettext(CHANGES[key]),
                "href": f"?group={key}" if row.counts.get(key) else "",
                "state": LOOKS[key],
            }
            for key in SHOWN
        ],
        "consequences": consequences(row),
        "groups": groups,
        "group": group,
    }
    if group and may(_act(request), Permission.ACTIVITY_APPOINTMENTS).allowed:
        context |= _appointments(request, row, group, names)
    return render(request, "activity/proposal.html", context)


def _appointments(request: HttpRequest, row: Proposal, group: str, names: Names) -> dict[str, object]:
    """One page of the appointments of a group, noted as read."""
    waits = row.state == ProposalState.WAITING.value
    columns = [one for one in CHANGED if waits or one.key != "before"]  # what was decided before is not kept beside it
    table = table_read(request.GET, columns=columns, sort="starts", page_size=PAGE)
    table = table.over(changed_appointments(row, group=group))
    version = PolicyVersion.objects.get(number=row.policy)
    rows = changed_rows(table.rows, names, decide=decide_now(version.text))
    seen(act=_act(request), subject=f"proposal:{row.pk}", what="proposal", count=len(rows))
    return {"table": table, "rows": rows}


@require_POST
@needs(Permission.ACTIVITY_DECIDE)
def proposal_taken(request: HttpRequest, proposal: UUID) -> HttpResponse:
    """Let a proposal take effect, just as it was shown."""
    try:
        proposal_take(act=_act(request), proposal=proposal)
    except RelightError as error:
        messages.error(request, f"{error.message(gettext)} {error.next(gettext)}")
        return redirect("activity:proposals")
    messages.success(request, gettext("It took effect. Who has to be told stands in the lists of the desks."))
    return redirect("activity:proposal", proposal)


@require_POST
@needs(Permission.ACTIVITY_DECIDE)
def proposal_dropped(request: HttpRequest, proposal: UUID) -> HttpResponse:
    """Leave everything as it is."""
    try:
        proposal_drop(act=_act(request), proposal=proposal)
    except RelightError as error:
        messages.error(request, f"{error.message(gettext)} {error.next(gettext)}")
    else:
        messages.success(request, gettext("Everything stays as it is."))
    return redirect("activity:proposals")
