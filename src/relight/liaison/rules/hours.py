"""When a line answers: written hours read, asked about a moment, written in four languages.

Owns a small part of the opening-hours notation: `Mo-Fr 08:30-12:00, 13:00-17:00; Sa 09:00-12:00; PH off`, `24/7`. A
later part counts for the days it names. Refuses clocks: the moment is an argument, and so is what a holiday is. On a
holiday a line is closed unless its hours name PH, or all seven days. Source: OpenStreetMap, "Key:opening_hours".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from relight.liaison import errors

DAY_MIN = 24 * 60
HOLIDAY = 7
AHEAD_DAYS = 15
_WEEK = (
    "mo mon monday lun lundi maandag maa montag",
    "tu tue tuesday mar mardi dinsdag din dienstag die",
    "we wed wednesday mer mercredi woensdag woe mittwoch mit",
    "th thu thursday jeu jeudi donderdag don donnerstag",
    "fr fri friday ven vendredi vrijdag vri freitag fre",
    "sa sat saturday sam samedi zaterdag zat samstag",
    "su sun sunday dim dimanche zondag zon sonntag so son",
    "ph holidays feries jf feestdagen feiertage",
)
_DAYS = {word: day for day, words in enumerate(_WEEK) for word in words.split()}
_CLOSED = frozenset({"off", "closed", "ferme", "gesloten", "geschlossen"})
_TIME = r"(\d{1,2})(?:[:h.u](\d{2})?)?"
_SPAN = re.compile(rf"{_TIME}\s*-\s*{_TIME}")
_SHORT = {
    "fr": ("lu", "ma", "me", "je", "ve", "sa", "di", "jours fériés"),
    "nl": ("ma", "di", "wo", "do", "vr", "za", "zo", "feestdagen"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So", "Feiertage"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "holidays"),
}
_ALWAYS = {"fr": "24 h sur 24", "nl": "dag en nacht", "de": "rund um die Uhr", "en": "day and night"}
_EVERY = {"fr": "tous les jours", "nl": "elke dag", "de": "täglich", "en": "every day"}
_OFF = {"fr": "fermé", "nl": "gesloten", "de": "geschlossen", "en": "closed"}

Span = tuple[int, int]  # minutes from midnight; the end may lie on the day after


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Written hours. Args: days: spans of Monday to Sunday, then of holidays. is_known: False when nothing is said."""

    days: tuple[tuple[Span, ...], ...] = ((),) * 8
    is_known: bool = False
    is_always: bool = False


@lru_cache(maxsize=2000)
def hours_read(text: str) -> Hours:
    """Read written hours; empty text is hours nobody knows. Raises: RL-LIA-004, naming the part not understood."""
    text = text.strip()
    if not text:
        return Hours()
    if re.fullmatch(r"24\s*(?:/|h sur|u op)\s*(?:7|24)", text.lower()):
        return Hours(days=(((0, DAY_MIN),),) * 8, is_known=True, is_always=True)
    found: dict[int, tuple[Span, ...]] = {}
    for part in filter(None, (one.strip() for one in text.split(";"))):
        days, spans = _part(part)
        found |= dict.fromkeys(days, spans)
    if HOLIDAY not in found and set(range(7)) <= set(found):
        found[HOLIDAY] = found[6]
    return Hours(days=tuple(found.get(day, ()) for day in range(8)), is_known=True)


def _part(part: str) -> tuple[list[int], tuple[Span, ...]]:
    """Read `Mo-Fr 08:00-12:00, 13:00-17:00`; without days it holds for Monday to Friday."""
    plain = unicodedata.normalize("NFKD", part.lower().replace("–", "-").replace("—", "-"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    match = re.match(r"([a-z][a-z\s,.\-]*?)?\s*((?:\d|off\b|closed\b|ferme\b|gesloten\b|geschlossen\b).*)?$", plain)
    if match is None or match[2] is None:
        raise errors.HOURS_WRONG.error(where="hours", part=part[:40])
    days = _days(match[1] or "mo-fr", part)
    if match[2].strip() in _CLOSED:
        return days, ()
    return days, tuple(_span(one.strip(), part) for one in match[2].split(","))


def _days(words: str, part: str) -> list[int]:
    days: list[int] = []
    for word in re.split(r"[,\s]+", words.replace(" - ", "-").strip(" ,.")):
        ends = [_DAYS.get(one.strip(" .")) for one in word.split("-")]
        if None in ends or len(ends) > 2:
            raise errors.HOURS_WRONG.error(where="hours", part=part[:40])
        first, last = ends[0], ends[-1]
        assert first is not None and last is not None  # both were looked up
        days += range(first, last + 1) if first <= last else [*range(first, 7), *range(last + 1)]
    return days


def _span(text: str, part: str) -> Span:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise errors.HOURS_WRONG.error(where="hours", part=part[:40])
    start = int(match[1]) * 60 + int(match[2] or 0)
    end = int(match[3]) * 60 + int(match[4] or 0)
    if start >= DAY_MIN or end > DAY_MIN or int(match[2] or 0) > 59 or int(match[4] or 0) > 59 or start == end:
        raise errors.HOURS_WRONG.error(where="hours", part=part[:40])
    return start, end if end > start else end + DAY_MIN


def is_open(hours: Hours, *, at: datetime, is_holiday: Callable[[date], bool]) -> bool | None:
    """Say whether a line answers at a moment of local time; None when its hours are not known."""
    if not hours.is_known:
        return None
    minute = at.hour * 60 + at.minute
    today, before = at.date(), at.date() - timedelta(days=1)
    if any(start <= minute < end for start, end in _spans(hours, today, is_holiday)):
        return True
    return any(minute + DAY_MIN < end for _, end in _spans(hours, before, is_holiday))


def opens_next(hours: Hours, *, at: datetime, is_holiday: Callable[[date], bool]) -> datetime | None:
    """Return when a closed line answers again, within fifteen days; None when it does not, or now does."""
    if is_open(hours, at=at, is_holiday=is_holiday) is not False:
        return None
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(AHEAD_DAYS):
        day = midnight + timedelta(days=ahead)
        for start, _ in sorted(_spans(hours, day.date(), is_holiday)):
            if (moment := day + timedelta(minutes=start)) > at:
                return moment
    return None


def _spans(hours: Hours, day: date, is_holiday: Callable[[date], bool]) -> tuple[Span, ...]:
    return hours.days[HOLIDAY if is_holiday(day) else day.weekday()]


def hours_shown(hours: Hours, *, language: str) -> str:
    """Write hours for a reader: `lu-ve 08:30-12:00, 13:00-17:00`; empty when not known."""
    if not hours.is_known:
        return ""
    if hours.is_always:
        return _ALWAYS[language]
    if hours.days[0] and len(set(hours.days)) == 1:
        return f"{_EVERY[language]} {_spans_shown(hours.days[0])}"
    names, parts, day = _SHORT[language], [], 0
    while day < HOLIDAY:
        last = day
        while last + 1 < HOLIDAY and hours.days[last + 1] == hours.days[day]:
            last += 1
        if hours.days[day]:
            days = names[day] if day == last else f"{names[day]}-{names[last]}"
            parts.append(f"{days} {_spans_shown(hours.days[day])}")
        day = last + 1
    if hours.days[HOLIDAY]:
        parts.append(f"{names[HOLIDAY]} {_spans_shown(hours.days[HOLIDAY])}")
    return "; ".join(parts) or _OFF[language]


def _spans_shown(spans: tuple[Span, ...]) -> str:
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans)


def _clock(minute: int) -> str:
    minute = minute if minute <= DAY_MIN else minute - DAY_MIN
    return f"{minute // 60:02d}:{minute % 60:02d}"
