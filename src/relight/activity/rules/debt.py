"""The debt: in which order what was cancelled waits, when its lane opens again, and which week has room for it.

Owns ranks, lanes and the filling of weeks. Refuses clocks and tables: days, levels and counts are arguments. A forecast
is taken at its safe date (kept four times in five), so that nobody is put off twice. Source: docs/design/debt.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from relight.activity.types import Kind, UnitLevel, Urgency
from relight.kernel.errors import N_

WEEK = timedelta(days=7)
WEEKS = 104
"""How far ahead is planned; what has no room by then is said to have none."""


class DebtState(StrEnum):
    """Where a wait stands. RETURNED: its new date was given back, and another wait goes on."""

    WAITING = "waiting"
    BOOKED = "booked"
    RETURNED = "returned"
    ENDED = "ended"


class DebtEnd(StrEnum):
    """Why a wait ended without a new date given here."""

    RESTORED = "restored"
    ELSEWHERE = "elsewhere"
    DECLINED = "declined"
    NEEDLESS = "needless"
    DIED = "died"


class HoldUp(StrEnum):
    """Why nothing can be proposed for what waits."""

    POLICY = "policy"
    NO_DATE = "no-date"
    NO_SLOTS = "no-slots"
    FULL = "full"


END_WORDS: Mapping[DebtEnd, str] = {
    DebtEnd.RESTORED: N_("no longer cancelled on its old date"),
    DebtEnd.ELSEWHERE: N_("done elsewhere, or a date was found without Relight"),
    DebtEnd.DECLINED: N_("the patient does not want it any more"),
    DebtEnd.NEEDLESS: N_("a doctor says that it is no longer needed"),
    DebtEnd.DIED: N_("the patient has died"),
}
HOLD_WORDS: Mapping[HoldUp, str] = {
    HoldUp.POLICY: N_("the service works, but the policy in force still cancels these"),
    HoldUp.NO_DATE: N_("the service is down and nobody has said when it is back"),
    HoldUp.NO_SLOTS: N_("no places a week were set for these"),
    HoldUp.FULL: N_("the places set are not enough within two years"),
}
RANK_WORDS: Mapping[int, str] = {
    0: N_("immediate"),
    1: N_("urgent"),
    2: N_("expedited"),
    3: N_("care under way"),
    4: N_("urgency not stated"),
    5: N_("planned"),
}

SERVICES: Mapping[Kind, tuple[str, ...]] = {
    Kind.OPERATION: ("operating-theatre",),
    Kind.IMAGING: ("radiology",),
    Kind.SCINTIGRAPHY: ("nuclear-medicine",),
    Kind.ENDOSCOPY: ("endoscopy",),
    Kind.FUNCTION_TEST: ("consultations",),
    Kind.CONSULTATION: ("consultations",),
    Kind.DAY_HOSPITAL: ("day-hospital", "consultations"),
    Kind.TREATMENT: ("consultations",),
    Kind.SAMPLING: ("laboratory",),
}
"""Which service does a kind, where the appointment itself names none; the first that the site has."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Lane:
    """What shares places: one kind, of one specialty, at one site. Empty words: not known."""

    kind: Kind
    specialty: str
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """When a lane opens. Args: on: the first day; None when nothing says. hold: why not. is_forecast: it rests on an
    expected date."""

    on: date | None
    hold: HoldUp | None = None
    is_forecast: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One that waits. Args: due: its old date."""

    id: str
    lane: Lane
    rank: int
    due: date | None
    opening: Opening

    def order(self) -> tuple[int, date, str]:
        """Clinical urgency first, then who waits longest; ids break ties."""
        return self.rank, self.due or date.max, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place proposed. Args: week: its Monday."""

    id: str
    lane: Lane
    week: date
    is_forecast: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtPlan:
    """What can be proposed.

    Args: slots: one for each wait that has a place, in their order. held: how many have none, by lane and reason.
    left: what is left at the end of each week that has places. zero: the Monday of the week that pays the last of it,
    None while anything is held.
    """

    slots: tuple[Slot, ...]
    held: Mapping[tuple[Lane, HoldUp], int]
    left: tuple[tuple[date, int], ...]
    zero: date | None


def rank_of(urgency: Urgency, *, care_under_way: bool) -> int:
    """Return the clinical rank of what waits, 0 first. What nobody stated goes before what is known to be planned."""
    match urgency:
        case Urgency.IMMEDIATE:
            return 0
        case Urgency.URGENT:
            return 1
        case Urgency.EXPEDITED:
            return 2
        case _ if care_under_way:
            return 3
        case Urgency.UNKNOWN:
            return 4
    return 5


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def opening_of(
    *,
    level: UnitLevel | None,
    expected: tuple[UnitLevel, date] | None,
    policy_cancels: bool,
    today: date,
) -> Opening:
    """Say when a lane opens.

    Args: level: of its service; None when the hospital's description has none for it, which then holds nothing.
    expected: the level it is expected to reach, and the safe date. policy_cancels: the policy in force, with the
    state as it is, cancels what waits.
    """
    works = level is None or level is not UnitLevel.DOWN
    if works and not policy_cancels:
        return Opening(on=today)
    if expected is not None:
        reached, safe = expected
        if reached is UnitLevel.NORMAL or not policy_cancels:
            return Opening(on=max(safe, today), is_forecast=True)
    return Opening(on=None, hold=HoldUp.POLICY if works or expected else HoldUp.NO_DATE)


def plan_make(waits: Iterable[Wait], *, room: Callable[[Lane, date], int], start: date) -> DebtPlan:
    """Propose a week for each that waits, lane by lane, in their order.

    Args: room: places of a lane in the week of a Monday, less what was given already. start: the first day that can be
    given. A lane that opens in the middle of a later week has its places from the next Monday on.
    """
    lanes: dict[Lane, list[Wait]] = defaultdict(list)
    for wait in waits:
        lanes[wait.lane].append(wait)
    slots: list[Slot] = []
    held: Counter[tuple[Lane, HoldUp]] = Counter()
    order: dict[str, tuple[int, date, str]] = {}
    for lane in sorted(lanes):
        filling = _Filling(lane, room=room, start=start)
        for wait in sorted(lanes[lane], key=Wait.order):
            order[wait.id] = wait.order()
            week = filling.take(wait.opening)
            if isinstance(week, HoldUp):
                held[lane, week] += 1
            else:
                slots.append(Slot(id=wait.id, lane=lane, week=week, is_forecast=wait.opening.is_forecast))
    slots.sort(key=lambda slot: (slot.week, order[slot.id]))
    left = tuple(_left(slots, total=len(order)))
    return DebtPlan(slots=tuple(slots), held=dict(held), left=left, zero=None if held or not slots else slots[-1].week)


def _left(slots: Sequence[Slot], *, total: int) -> Iterable[tuple[date, int]]:
    given = Counter(slot.week for slot in slots)
    for week in sorted(given):
        total -= given[week]
        yield week, total


class _Filling:
    """The weeks of one lane while they fill up."""

    def __init__(self, lane: Lane, *, room: Callable[[Lane, date], int], start: date) -> None:
        self.lane, self.room, self.start = lane, room, start
        self.rooms: dict[date, int] = {}
        self.from_week: dict[date, date] = {}

    def take(self, opening: Opening) -> date | HoldUp:
        """Take a place in the first week that has one, or say why there is none."""
        if opening.on is None:
            return opening.hold or HoldUp.NO_DATE
        first = monday(self.start) if opening.on <= self.start else monday(opening.on + timedelta(days=6))
        week = self.from_week.get(first, first)
        last = monday(self.start) + WEEKS * WEEK
        while week < last and self._room(week) <= 0:
            week += WEEK
        self.from_week[first] = week
        if week >= last:
            return HoldUp.FULL if any(self.room(self.lane, known) > 0 for known in self.rooms) else HoldUp.NO_SLOTS
        self.rooms[week] -= 1
        return week

    def _room(self, week: date) -> int:
        if week not in self.rooms:
            self.rooms[week] = max(0, self.room(self.lane, week))
        return self.rooms[week]
