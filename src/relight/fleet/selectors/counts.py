"""Counts by definition, the board, the burn-up, the latest moves. Every count has its definition and its list.

Machines only, except the board, which shows whatever kind is asked for. Source: docs/design/line.md,
cases 50-57.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from relight.fleet.models import LineItem, Sighting, StageMove
from relight.fleet.selectors.items import ItemFilter, state_condition
from relight.fleet.types import IN_LINE, BurnPoint, Kind, MoveLine, Nature, State
from relight.hospital.api import day_zero
from relight.kernel.errors import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSpec:
    """One count. Args: label, definition: English, marked. filter: the list it is counted from."""

    name: str
    label: str
    definition: str
    filter: ItemFilter
    condition: Q


def _spec(name: str, label: str, definition: str, filter: ItemFilter, condition: Q) -> CountSpec:
    return CountSpec(name=name, label=label, definition=definition, filter=filter, condition=condition)


COUNTS: Mapping[str, CountSpec] = {
    spec.name: spec
    for spec in (
        _spec(
            "seen",
            N_("Seen"),
            N_(
                "Machines at least one source has seen (a scan, a directory, an agent, a person), "
                "whatever became of them."
            ),
            ItemFilter(kind="machine", known="seen"),
            Q(seen_first__isnull=False),
        ),
        _spec(
            "expected",
            N_("Expected"),
            N_("Machines a purchase list or an asset register says should be there, seen or not."),
            ItemFilter(kind="machine", known="expected"),
            Q(expected=True),
        ),
        _spec(
            "in_line",
            N_("In the line"),
            N_("Machines retrieved and not yet admitted, and those in quarantine."),
            ItemFilter(kind="machine", state="in-line"),
            state_condition("in-line"),
        ),
        _spec(
            "admitted",
            N_("Admitted"),
            N_("Machines in the clean zone now: two people signed, nothing took the admission back."),
            ItemFilter(kind="machine", state="admitted"),
            state_condition("admitted"),
        ),
        _spec(
            "retired",
            N_("Retired"),
            N_("Machines that will not come back; they count nowhere else but under seen and expected."),
            ItemFilter(kind="machine", state="retired"),
            state_condition("retired"),
        ),
    )
}


def counts() -> dict[str, int]:
    """Count machines by definition: seen, expected, in_line, admitted, retired. One read."""
    found: dict[str, Any] = LineItem.objects.filter(kind=Kind.MACHINE.value).aggregate(
        **{name: Count("pk", filter=spec.condition) for name, spec in COUNTS.items()}
    )
    return {name: int(found[name]) for name in COUNTS}


def counts_by_site() -> dict[str, dict[str, int]]:
    """Count machines by definition per site; the empty site holds those not placed. One read."""
    rows = (
        LineItem.objects.filter(kind=Kind.MACHINE.value)
        .values("site")
        .order_by("site")
        .annotate(**{f"n_{name}": Count("pk", filter=spec.condition) for name, spec in COUNTS.items()})
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    return {row["site"]: {name: int(row[f"n_{name}"]) for name in COUNTS} for row in found}


def count_href(name: str) -> str:
    """Return the address of the list a count was counted from."""
    return f"{reverse('fleet:items')}?{urlencode(COUNTS[name].filter.params())}"


def items_href(**params: str) -> str:
    """Return the address of the list with a filter: `items_href(site="arlon", state="verified")`."""
    return f"{reverse('fleet:items')}?{urlencode({k: v for k, v in params.items() if v})}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many items of one site stand in one state, and since when the longest waits."""

    count: int
    oldest: datetime | None


def board_cells(*, kind: Kind) -> dict[tuple[str, State], Cell]:
    """Count items of a kind per site and state, with the longest wait. One read."""
    rows = (
        LineItem.objects.filter(kind=kind.value)
        .values("site", "stage", "quarantined", "retired")
        .order_by()
        .annotate(count=Count("pk"), oldest=Min("stage_since"))
    )
    cells: dict[tuple[str, State], Cell] = {}
    for row in rows:
        state = State.RETIRED if row["retired"] else State.QUARANTINED if row["quarantined"] else State(row["stage"])
        known = cells.get((row["site"], state))
        count, oldest = row["count"], row["oldest"]
        if known is not None:
            count, oldest = count + known.count, min(oldest, known.oldest or oldest)
        cells[row["site"], state] = Cell(count=count, oldest=oldest)
    return cells


def waiting_longest(*, kind: Kind, state: State, site: str = "", limit: int = 3) -> list[LineItem]:
    """Return the items that have stood longest in a state."""
    query = LineItem.objects.filter(state_condition(state.value), kind=kind.value)
    if site:
        query = query.filter(site=site)
    return list(query.order_by("stage_since", "id")[:limit])


def burn_up(*, until: datetime, kind: Kind = Kind.MACHINE, start: datetime | None = None) -> tuple[BurnPoint, ...]:
    """Return the line at the end of each crisis day: admitted, in the line, expected; day 0 first.

    Args: until: the moment the series ends at; later moves are left out. start: day zero, when the
    caller has it in hand. Moves before day 0 count into day 0; without a day 0 the first day with a
    move is day 0. expected: by the day a source first said so. Two reads, grouped by moment: the
    items of one act moved together.
    """
    moves = (
        StageMove.objects.filter(item__kind=kind.value, at__lte=until)
        .values("at", "from_state", "to_state")
        .order_by("at")
        .annotate(count=Count("pk"))
    )
    changes: dict[int, list[int]] = {}
    start = start or day_zero()
    for move in moves:
        start = start or move["at"]
        change = changes.setdefault(_day(move["at"], start), [0, 0, 0])
        change[0] += move["count"] * _enters(move, {State.ADMITTED.value})
        change[1] += move["count"] * _enters(move, {state.value for state in IN_LINE})
    for at, count in _expected_since(kind=kind, until=until):
        changes.setdefault(_day(at, start or at), [0, 0, 0])[2] += count
    last = max([0, *changes, _day(until, start or until)])
    points: list[BurnPoint] = []
    admitted = in_line = expected = 0
    for day in range(last + 1):
        change = changes.get(day, [0, 0, 0])
        admitted, in_line, expected = admitted + change[0], in_line + change[1], expected + change[2]
        points.append(BurnPoint(day=day, admitted=admitted, in_line=in_line, expected=expected))
    return tuple(points)


def _expected_since(*, kind: Kind, until: datetime) -> list[tuple[datetime, int]]:
    """Count the items expected now by the moment a source first said they should be there."""
    said = Sighting.objects.filter(item=OuterRef("pk"), nature=Nature.EXPECTED.value).order_by("run__at")
    rows = (
        LineItem.objects.filter(kind=kind.value, expected=True)
        .annotate(since=Coalesce(Subquery(said.values("run__at")[:1]), F("added_at")))
        .values_list("since")
        .order_by("since")
        .annotate(count=Count("pk"))
    )
    return [(since, count) for since, count in rows if since <= until]


def _day(at: datetime, start: datetime) -> int:
    """The crisis day of a moment, in calendar days where Relight stands; before day 0 counts as day 0."""
    return max(0, (timezone.localtime(at).date() - timezone.localtime(start).date()).days)


def _enters(move: Mapping[str, Any], states: set[str]) -> int:
    """1 when a move enters a set of states, -1 when it leaves it, 0 otherwise."""
    return int(move["to_state"] in states) - int(move["from_state"] in states)


def latest_moves(*, limit: int = 20, item: UUID | None = None) -> tuple[MoveLine, ...]:
    """Return the latest moves, newest first; of one item when given."""
    query = StageMove.objects.select_related("item").order_by("-at", "-id")
    if item is not None:
        query = query.filter(item_id=item)
    return tuple(
        MoveLine(
            item=row.item_id,
            name=row.item.name,
            site=row.item.site,
            from_state=State(row.from_state),
            to_state=State(row.to_state),
            at=row.at,
            actor=row.actor,
            reason=row.reason,
        )
        for row in query[:limit]
    )
