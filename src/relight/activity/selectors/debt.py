"""The debt counted: how much waits, by urgency, lane and day; which service does a lane.

Owns the counts. Refuses patients: lists of them are in `debt_pages`. Source: docs/design/debt.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils import timezone

from relight.activity.models import Appointment, Capacity, DebtItem
from relight.activity.rules.debt import RANK_WORDS, SERVICES, DebtState, Lane
from relight.activity.types import Kind, UnitLevel
from relight.hospital.api import Expected, UnitView, unit_list

IN_ORDER = ("rank", F("due").asc(nulls_last=True), "id")
"""Clinical urgency first, then who waits longest: the order of every list and of every session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The service units of the hospital by id, read once."""

    by_id: Mapping[str, UnitView]

    def unit(self, *, kind: Kind, service: str, site: str) -> str:
        """Return the id of the unit that does something, empty where the hospital describes none."""
        tried = [service] if service else []
        for one in (*tried, *SERVICES.get(kind, ())):
            if f"{one}@{site}" in self.by_id:
                return f"{one}@{site}"
        return ""

    def level(self, unit: str) -> UnitLevel | None:
        """Return the level of a unit, None for none."""
        found = self.by_id.get(unit)
        return UnitLevel(found.state) if found else None

    def expected(self, unit: str) -> Expected | None:
        """Return when a unit is expected back, None where nobody has said."""
        found = self.by_id.get(unit)
        return found.expected if found else None


def units_known() -> Units:
    """Read the units."""
    return Units(by_id={unit.id: unit for unit in unit_list()})


def lane_filter(lane: Lane) -> Q:
    """The condition of a lane's items."""
    return Q(kind=lane.kind.value, specialty=lane.specialty, site=lane.site)


def lane_of(row: DebtItem) -> Lane:
    """Return the lane of a wait."""
    return Lane(kind=Kind(row.kind), specialty=row.specialty, site=row.site)


def debt_waiting() -> QuerySet[DebtItem]:
    """Return what waits, in its order."""
    return DebtItem.objects.filter(state=DebtState.WAITING.value).order_by(*IN_ORDER)


def debt_next(lane: Lane, *, limit: int) -> list[UUID]:
    """Return who is next in a lane, in order."""
    return list(debt_waiting().filter(lane_filter(lane)).values_list("pk", flat=True)[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtCounts:
    """The debt in numbers. Args: by_rank: waiting, by clinical rank. oldest: the earliest old date of what waits.
    past_due: waiting with an old date that is over. booked: new dates given so far. ended: out for a reason."""

    waiting: int = 0
    past_due: int = 0
    booked: int = 0
    ended: int = 0
    oldest: datetime | None = None
    by_rank: Mapping[int, int] = field(default_factory=dict)


def debt_counts(*, at: datetime) -> DebtCounts:
    """Count the debt. Three queries."""
    waiting = DebtItem.objects.filter(state=DebtState.WAITING.value)
    ranks = dict(waiting.order_by("rank").values_list("rank").annotate(n=Count("pk")))
    first = waiting.aggregate(oldest=Min("due"), past=Count("pk", filter=Q(due__lte=at)))
    states = dict(DebtItem.objects.order_by("state").values_list("state").annotate(n=Count("pk")))
    return DebtCounts(
        waiting=sum(ranks.values()),
        past_due=first["past"],
        booked=states.get(DebtState.BOOKED.value, 0),
        ended=states.get(DebtState.ENDED.value, 0),
        oldest=first["oldest"],
        by_rank={rank: ranks.get(rank, 0) for rank in RANK_WORDS},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneCount:
    """A lane with what waits in it."""

    lane: Lane
    waiting: int
    oldest: datetime | None


def lanes_waiting() -> list[LaneCount]:
    """List the lanes in which something waits, the fullest first. One query."""
    rows = (
        DebtItem.objects.filter(state=DebtState.WAITING.value)
        .order_by("kind")
        .values("kind", "specialty", "site")
        .annotate(n=Count("pk"), oldest=Min("due"))
    )
    found = [
        LaneCount(
            lane=Lane(kind=Kind(row["kind"]), specialty=row["specialty"], site=row["site"]),
            waiting=row["n"],
            oldest=row["oldest"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.waiting, one.lane))


def booked_by_week() -> Counter[tuple[Lane, date]]:
    """Count the new dates already given, by lane and the Monday of their week. One query."""
    found: Counter[tuple[Lane, date]] = Counter()
    rows = DebtItem.objects.filter(state=DebtState.BOOKED.value).only("kind", "specialty", "slot_site", "slot_at")
    for row in rows:
        assert row.slot_at is not None
        day = timezone.localtime(row.slot_at).date()
        lane = Lane(kind=Kind(row.kind), specialty=row.specialty, site=row.slot_site)
        found[lane, day - timedelta(days=day.weekday())] += 1
    return found


def capacities() -> dict[tuple[Lane, date | None], int]:
    """Return the places a week that were set. One query."""
    return {
        (Lane(kind=Kind(row.kind), specialty=row.specialty, site=row.site), row.week): row.slots
        for row in Capacity.objects.all()
    }


def lanes_usual(site: str = "") -> dict[Lane, int]:
    """Return how many appointments a week each lane had, over the weeks that were imported. Two queries.

    Args: site: only its lanes; empty for all.
    """
    rows = Appointment.objects.exclude(starts_at=None)
    rows = rows.filter(site=site) if site else rows
    span = rows.aggregate(first=Min("starts_at"), last=Max("starts_at"))
    if span["first"] is None:
        return {}
    weeks = max(1, -(-((span["last"] - span["first"]).days + 1) // 7))
    counted = rows.order_by("kind").values("kind", "specialty", "site").annotate(n=Count("pk"))
    return {
        Lane(kind=Kind(row["kind"]), specialty=row["specialty"], site=row["site"]): round(row["n"] / weeks)
        for row in counted
    }


# -- over time --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtDays:
    """The debt at the end of each day, by specialty. Args: days: whole days, rising. counts: one a day."""

    days: tuple[date, ...]
    counts: Mapping[str, tuple[int, ...]]


def debt_days(*, first: date, last: date) -> DebtDays:
    """Count what waited at the end of each day. One query."""
    rows = DebtItem.objects.values_list("specialty", "since", "ended_at")
    days = tuple(first + timedelta(days=place) for place in range((last - first).days + 1))
    moves: dict[str, Counter[int]] = defaultdict(Counter)
    for specialty, since, ended in rows.iterator(chunk_size=5_000):
        moves[specialty][_place(since, first)] += 1
        if ended is not None:
            moves[specialty][_place(ended, first)] -= 1
    return DebtDays(days=days, counts={one: _running(moved, len(days)) for one, moved in moves.items()})


def _place(at: datetime, first: date) -> int:
    return max(0, (timezone.localtime(at).date() - first).days)


def _running(moved: Mapping[int, int], length: int) -> tuple[int, ...]:
    total, found = 0, []
    for place in range(length):
        total += moved.get(place, 0)
        found.append(total)
    return tuple(found)
