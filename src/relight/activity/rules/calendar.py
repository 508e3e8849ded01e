"""iCalendar files as appointments.

Owns what an event says here; a repeated one is spread out, as far as a limit. Refuses PRIORITY: its scale is no
urgency of care. Source: RFC 5545.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, tzinfo
from datetime import time as daytime
from itertools import islice
from typing import Any, cast

import icalendar
import recurring_ical_events

from relight.activity.errors import BAD_CALENDAR, FILE_DAMAGED
from relight.activity.rules import meaning
from relight.activity.rules.booked import Aside, Booked, BookingState, PersonSaid
from relight.activity.rules.source import text_of
from relight.activity.rules.tables import Lookup, ReadOptions, origin_key
from relight.activity.types import Appointment, Kind

REPEATS = 400
_STATES: Mapping[str, BookingState] = {"CANCELLED": BookingState.WITHDRAWN}


def appointments_of(content: bytes, *, options: ReadOptions) -> Iterator[Booked | Aside]:
    """Yield the events of all calendars of a file; of a repeated one at most `REPEATS`.

    Raises: FILE_DAMAGED (RL-ACT-032) when it cannot be read as a calendar at all.
    """
    sites = Lookup(options.sites)
    try:
        calendars: list[Any] = list(icalendar.Calendar.from_ical(text_of(content), multiple=True))
    except (ValueError, IndexError, KeyError) as broken:
        raise FILE_DAMAGED.error(why="iCalendar") from broken
    hint = meaning.kinds_in(" ".join(str(one.get("X-WR-CALNAME", "")) for one in calendars))
    number = 0
    for one in calendars:
        for event in _events(one):
            number += 1
            if event is None:
                yield Aside(line=number, error=BAD_CALENDAR.error())
                continue
            try:
                yield _booked(event, number, options, sites, next(iter(hint)) if len(hint) == 1 else None)
            except (ValueError, TypeError, KeyError, AttributeError):
                yield Aside(line=number, error=BAD_CALENDAR.error(), text=str(event.get("UID", ""))[:200])


def _events(calendar: Any) -> Iterator[Any]:
    """Yield single events as they stand and repeated ones spread out; None for one that cannot be spread."""
    series: dict[str, list[Any]] = {}
    for event in calendar.walk("VEVENT"):
        series.setdefault(str(event.get("UID", id(event))), []).append(event)
    for events in series.values():
        if not any("RRULE" in event or "RDATE" in event for event in events):
            yield from events
            continue
        alone = icalendar.Calendar()
        for part in (*calendar.walk("VTIMEZONE"), *events):
            alone.add_component(part)
        try:
            first = min(_naive_day(event) for event in events)
            yield from islice(recurring_ical_events.of(alone).after(first), REPEATS)
        except (ValueError, TypeError, KeyError, AttributeError):
            yield None


def _naive_day(event: Any) -> date:
    start = event.decoded("DTSTART")
    return cast("date", start.date() if isinstance(start, datetime) else start)


def _moment(value: Any, zone: tzinfo) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    return datetime.combine(value, daytime(0), tzinfo=zone) if isinstance(value, date) else None


def _text(event: Any, key: str) -> str:
    value = event.get(key, "")
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return str(value).strip()


def _booked(event: Any, number: int, options: ReadOptions, sites: Lookup, hint: Kind | None) -> Booked:
    starts = _moment(event.decoded("DTSTART"), options.zone)
    summary, place = _text(event, "SUMMARY"), _text(event, "LOCATION")
    categories = [str(one) for one in event.categories] if "CATEGORIES" in event else []
    specialty = next(filter(None, (meaning.specialty_known(text) for text in (*categories, summary, place))), "")
    texts = (*categories, summary, place)
    kind = options.assume_kind or next(filter(None, (meaning.kind_of(text) for text in texts)), None) or hint
    repeat = event.get("RECURRENCE-ID")
    origin = _text(event, "UID") + (f"#{_moment(repeat.dt, options.zone)}" if repeat is not None else "")
    appointment = Appointment(
        id=origin or f"row-{number}",
        kind=kind or meaning.kind_of_specialty(specialty) or Kind.OTHER,
        urgency=options.assume_urgency,
        specialty=specialty,
        site=sites.within(place) or options.assume_site,
        starts=starts,
        reason="; ".join(dict.fromkeys(text for text in (summary, _text(event, "DESCRIPTION"), *categories) if text)),
        categories=tuple(filter(None, map(meaning.slug, categories))),
    )
    return Booked(
        appointment=appointment,
        origin_id=origin[:200] or origin_key(appointment, PersonSaid()),
        line=number,
        state=_STATES.get(_text(event, "STATUS").upper(), BookingState.BOOKED),
        minutes=_minutes(event),
        practitioner=_text(event, "ORGANIZER").removeprefix("mailto:")[:200],
        place=place[:200],
        raw={key: text[:500] for key in ("SUMMARY", "LOCATION", "STATUS", "PRIORITY") if (text := _text(event, key))},
    )


def _minutes(event: Any) -> int:
    start, end = event.decoded("DTSTART"), event.decoded("DTEND", None)
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        length = event.decoded("DURATION", None)
        return int(length.total_seconds()) // 60 if length is not None and hasattr(length, "total_seconds") else 0
    return max(int((end - start).total_seconds()) // 60, 0)
