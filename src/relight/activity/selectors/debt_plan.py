"""When what waits can be given a new date: the plan over all lanes, from the state now, expected dates and places set.

Owns the gathering; the filling is `rules.debt`. Refuses to book anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from relight.activity.models import Appointment, DebtItem
from relight.activity.plain import decider
from relight.activity.rules.debt import DebtPlan, HoldUp, Lane, Opening, Slot, Wait, opening_of, plan_make
from relight.activity.selectors.appointments import as_decided, policy_now, policy_parsed, state_now
from relight.activity.selectors.debt import Units, booked_by_week, capacities, debt_waiting, lane_of, units_known
from relight.activity.types import Outcome, UnitLevel
from relight.hospital.api import Level

LEVELS = {Level.DOWN: UnitLevel.DOWN, Level.DEGRADED: UnitLevel.DEGRADED, Level.NORMAL: UnitLevel.NORMAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePlan:
    """What the plan says of one lane. Args: opens: first day anything of it can be given. every: places a week set,
    None when none are. zero: the Monday of the week that pays the last of it. held: how many have no place, by reason.
    """

    opens: date | None
    is_forecast: bool
    every: int | None
    zero: date | None
    held: Mapping[HoldUp, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The plan with what it was made from."""

    plan: DebtPlan
    slots: Mapping[str, Slot]
    lanes: Mapping[Lane, LanePlan]
    waiting: int

    @property
    def held(self) -> Mapping[HoldUp, int]:
        """How many have no place, by reason."""
        sums: dict[HoldUp, int] = defaultdict(int)
        for (_, why), count in self.plan.held.items():
            sums[why] += count
        return sums


def still_cancels() -> Callable[[Appointment], bool]:
    """Return whether the policy in force, with the state as it is now, would cancel something again.

    Without a policy in force nothing is cancelled.
    """
    policy = policy_now()
    if policy is None:
        return lambda row: False
    state, sites = state_now()
    decide = decider(policy_parsed(policy.text), state, sites=sites)
    return lambda row: decide(as_decided(row)).outcome is Outcome.CANCEL


def debt_plan(*, at: datetime) -> Planned:
    """Plan the whole debt from tomorrow on."""
    today = timezone.localtime(at).date()
    units, places, given = units_known(), capacities(), booked_by_week()

    def room(lane: Lane, week: date) -> int:
        slots = places.get((lane, week), places.get((lane, None), 0))
        return slots - given[lane, week]

    waits = list(_waits(units, today=today))
    plan = plan_make(waits, room=room, start=today + timedelta(days=1))
    every = {lane: slots for (lane, week), slots in places.items() if week is None}
    return Planned(
        plan=plan,
        slots={slot.id: slot for slot in plan.slots},
        lanes=_lanes(waits, plan, every),
        waiting=len(waits),
    )


def _waits(units: Units, *, today: date) -> Iterator[Wait]:
    cancels = still_cancels()
    needed = ("id", "kind", "urgency", "specialty", "site", "service", "starts_at", "reason", "categories", "follow_up")
    fields = ("id", "kind", "specialty", "site", "unit", "rank", "due", *(f"appointment__{name}" for name in needed))
    for row in debt_waiting().select_related("appointment").only(*fields).iterator(chunk_size=2_000):
        yield Wait(
            id=str(row.id),
            lane=lane_of(row),
            rank=row.rank,
            due=timezone.localtime(row.due).date() if row.due else None,
            opening=_opening(row, units, policy_cancels=cancels(row.appointment), today=today),
        )


def _opening(row: DebtItem, units: Units, *, policy_cancels: bool, today: date) -> Opening:
    expected = units.expected(row.unit)
    return opening_of(
        level=units.level(row.unit),
        expected=(LEVELS[expected.level], expected.p80) if expected else None,
        policy_cancels=policy_cancels,
        today=today,
    )


def _lanes(waits: list[Wait], plan: DebtPlan, every: Mapping[Lane, int]) -> dict[Lane, LanePlan]:
    held: dict[Lane, dict[HoldUp, int]] = defaultdict(dict)
    for (lane, why), count in plan.held.items():
        held[lane][why] = count
    last: dict[Lane, date] = {}
    for slot in plan.slots:
        last[slot.lane] = max(last.get(slot.lane, slot.week), slot.week)
    openings: dict[Lane, list[Opening]] = defaultdict(list)
    for wait in waits:
        openings[wait.lane].append(wait.opening)
    return {lane: _lane_plan(lane, found, held[lane], last.get(lane), every) for lane, found in openings.items()}


def _lane_plan(
    lane: Lane, openings: list[Opening], held: Mapping[HoldUp, int], last: date | None, every: Mapping[Lane, int]
) -> LanePlan:
    days = [(one.on, one.is_forecast) for one in openings if one.on is not None]
    opens, is_forecast = min(days, default=(None, False))
    return LanePlan(
        opens=opens,
        is_forecast=is_forecast,
        every=every.get(lane),
        zero=None if held else last,
        held=held,
    )


def lanes_planned(*, at: datetime) -> list[tuple[Lane, date]]:
    """List the lanes that have a place proposed, each with the first week of it: whose first is most urgent, first."""
    found: dict[Lane, date] = {}
    for slot in debt_plan(at=at).plan.slots:
        found.setdefault(slot.lane, slot.week)
    return list(found.items())
