"""When a medicine is due.

Owns turning a frequency into moments: at the ward's rounds in local time, or every so many hours from the first dose
on. Refuses clocks: the zone and the span are arguments. A time of the day that summer time skips is given an hour
later, one that comes twice is given once. Source: FHIR R4 Timing; docs/design/medicines.md, cases 20-29.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final

from relight.record.rules.facts import time_read

_HOURS: Final[Mapping[str, int]] = {"h": 1, "d": 24, "wk": 168}
_MANY: Final = 2_000  # due moments of one span; more is a fault in what was imported


class Kind(StrEnum):
    """How a medicine is given."""

    REGULAR = "regular"
    AS_NEEDED = "as-needed"
    ONCE = "once"
    INFUSION = "infusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When. Args: times: of the day, local. hours: from `start` on, where there are no times. events: single moments:
    a first dose out of turn, or the only one. start, end: aware; None where not said."""

    start: datetime | None = None
    end: datetime | None = None
    times: tuple[time, ...] = ()
    hours: int = 0
    events: tuple[datetime, ...] = ()


def due_times(schedule: Schedule, *, since: datetime, until: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """List when doses are due in [since, until), in UTC, each once, in order. O(doses)."""
    first = max(since, schedule.start) if schedule.start else since
    last = min(until, schedule.end) if schedule.end else until
    found = {one.astimezone(UTC) for one in schedule.events if since <= one < until}
    found.update(one for one in _regular(schedule, first, last, zone) if first <= one < last)
    return tuple(sorted(found))


def _regular(schedule: Schedule, first: datetime, last: datetime, zone: tzinfo) -> Iterator[datetime]:
    if schedule.times:
        day = first.astimezone(zone).date() - timedelta(days=1)
        while day <= last.astimezone(zone).date():
            for clock in schedule.times:
                yield datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
            day += timedelta(days=1)
    elif schedule.hours and schedule.start:
        step = timedelta(hours=schedule.hours)
        passed = max(0, (first - schedule.start) // step)
        for n in range(passed, passed + _MANY):
            moment = (schedule.start + n * step).astimezone(UTC)
            if moment >= last:
                return
            yield moment


def interval(schedule: Schedule) -> timedelta | None:
    """Return the shortest time between two doses; None where there is no rhythm."""
    if schedule.hours:
        return timedelta(hours=schedule.hours)
    if not schedule.times:
        return None
    minutes = [clock.hour * 60 + clock.minute for clock in schedule.times]
    gaps = [after - before for before, after in zip(minutes, [*minutes[1:], minutes[0] + 24 * 60], strict=True)]
    return timedelta(minutes=min(gaps))


# -- FHIR ----------------------------------------------------------------------------------------------


def timing_of(schedule: Schedule) -> dict[str, Any]:
    """Make the FHIR Timing of a schedule; its bounds say from when until when."""
    bounds = {name: moment.isoformat() for name, moment in (("start", schedule.start), ("end", schedule.end)) if moment}
    repeat: dict[str, Any] = {"boundsPeriod": bounds} if bounds else {}
    if schedule.times:
        repeat |= {"frequency": len(schedule.times), "period": 1, "periodUnit": "d"}
        repeat["timeOfDay"] = [clock.strftime("%H:%M:%S") for clock in schedule.times]
    elif schedule.hours:
        repeat |= {"frequency": 1, "period": schedule.hours, "periodUnit": "h"}
    timing: dict[str, Any] = {}
    if schedule.events:
        timing["event"] = [moment.isoformat() for moment in schedule.events]
    if repeat:
        timing["repeat"] = repeat
    return timing


def schedule_of(timing: Any, *, authored: datetime | None, rounds: Mapping[int, tuple[time, ...]]) -> Schedule:
    """Read a FHIR Timing, of ours or of an import.

    Args: authored: the start where none is said. rounds: doses a day -> times, for those that name none. Returns: a
    schedule without times or hours where the rhythm is not understood: nothing is due then, and it is said.
    """
    timing = _dict(timing)
    repeat = _dict(timing.get("repeat"))
    bounds = _dict(repeat.get("boundsPeriod"))
    times = tuple(sorted(filter(None, (_clock(one) for one in _list(repeat.get("timeOfDay"))))))
    hours = 0
    if not times and (span := _span_h(repeat)):
        frequency = int(repeat.get("frequency", 1))
        if span == 24 and frequency in rounds:  # noqa: PLR2004 - a day
            times = rounds[frequency]
        elif span % frequency == 0:
            hours = span // frequency
    events = tuple(filter(None, (_moment(one) for one in _list(timing.get("event")))))
    start = _moment(bounds.get("start")) or authored
    return Schedule(start=start, end=_moment(bounds.get("end")), times=times, hours=hours, events=events)


def _span_h(repeat: Mapping[str, Any]) -> int:
    """Return the period in whole hours, 0 where it is not said or said in another unit."""
    period, unit, frequency = repeat.get("period"), repeat.get("periodUnit"), repeat.get("frequency", 1)
    if not isinstance(period, int | float) or not isinstance(frequency, int) or frequency < 1:
        return 0
    span = period * _HOURS.get(str(unit), 0)
    return int(span) if span == int(span) and span > 0 else 0


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _clock(text: Any) -> time | None:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0)
    except (TypeError, ValueError):
        return None


def _moment(text: Any) -> datetime | None:
    return time_read(text) if isinstance(text, str) else None
