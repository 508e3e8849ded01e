"""When teams work: shifts, days off and public holidays, as half-hour slots from the start of a plan.

Owns `lanes_of`. Refuses clocks: the start is an argument. Source: the `holidays` library for public holidays;
docs/design/planning.md, "Calendars" (cases 30-33).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import holidays
import numpy as np
from numpy.typing import NDArray

from relight.pmo.rules.settings import SLOT_MIN
from relight.pmo.types import Settings, Shift, Team

DAY_SLOTS = 24 * 60 // SLOT_MIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """Everyone who works, one lane each.

    Args: team, pattern: l numbers; patterns have their own hours. works: p x s, 1 in slots that are worked.
    """

    team: NDArray[np.int64]
    pattern: NDArray[np.int64]
    works: NDArray[np.int8]


def public_holidays(country: str, years: Sequence[int]) -> frozenset[date]:
    """Return the public holidays of a country; none for an empty or unknown one."""
    if not country or country not in holidays.list_supported_countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=list(years)))


def lanes_of(settings: Settings, *, start: datetime, days: int) -> Lanes:
    """Lay out who works when, from a half hour on.

    Args: start: local, floored to its half hour by the caller. days: how far.
    """
    slots = days * DAY_SLOTS
    first = start.date() - timedelta(days=1)
    free = public_holidays(settings.country, range(first.year, (first + timedelta(days=days + 2)).year + 1))
    team, pattern, rows = [], [], []
    for place, member in enumerate(settings.teams):
        for shift in member.shifts:
            rows.append(_slots(member, shift, start=start, slots=slots, free=free))
            team += [place] * shift.lanes
            pattern += [len(rows) - 1] * shift.lanes
    return Lanes(
        team=np.array(team, np.int64),
        pattern=np.array(pattern, np.int64),
        works=np.array(rows, np.int8).reshape(-1, slots),
    )


def _slots(team: Team, shift: Shift, *, start: datetime, slots: int, free: frozenset[date]) -> NDArray[np.int8]:
    """Return which slots a shift works in. A night shift belongs to the day it begins on."""
    works = np.zeros(slots, np.int8)
    length = (shift.to_min - shift.from_min) % (24 * 60) or 24 * 60
    offset = (start.hour * 60 + start.minute) // SLOT_MIN
    for count in range(-1, slots // DAY_SLOTS + 1):
        day = start.date() + timedelta(days=count)
        if day.isoweekday() not in shift.days or day in team.off or (day in free and not team.holidays):
            continue
        begin = count * DAY_SLOTS + shift.from_min // SLOT_MIN - offset
        works[max(0, begin) : max(0, begin + length // SLOT_MIN)] = 1
    return works
