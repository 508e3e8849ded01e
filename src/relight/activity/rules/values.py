"""Cells as values: moments, dates, durations, numbers of people and telephones.

Owns what a date, a time and a length look like in exports, Excel's serial numbers among them. Refuses clocks: a date
without a year is none. Source: docs/design/appointments.md, "Dates".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from datetime import time as daytime
from functools import lru_cache

import phonenumbers
from stdnum.be import nn as belgian_number

from relight.activity.rules.meaning import folded

Cell = str | int | float | bool | datetime | date | daytime | timedelta | None
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock: a serial number names no zone
_SERIAL_FIRST, _SERIAL_LAST = 10_000, 80_000  # 1927 to 2119
_DAY_MINUTES = 1440

_MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "janvier januari januar january janv jan",
            "fevrier februari februar february fevr fev feb",
            "mars maart marz maerz march mrt mar",
            "avril april avr apr",
            "mai mei may",
            "juin juni june jun",
            "juillet juli july juil jul",
            "aout augustus august aug",
            "septembre september sept sep",
            "octobre oktober october oct okt",
            "novembre november nov",
            "decembre december dezember dec dez",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\Z"
)
_NUMERIC = re.compile(r"(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(?:\.\d+)?)?([+-]\d{4}|Z)?\Z")
_NAMED = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)? ([a-z]{3,10}) (\d{4})(?!\d)")
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})\s?(?:[:.]|h|u|uur|uhr|heures?)\s?(\d{2})?(?::(\d{2}))?\s?(am|pm)?(?![\d])", re.IGNORECASE
)
_FOUR = re.compile(r"([01]?\d|2[0-3])([0-5]\d)\Z")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?\Z")
_LENGTH = re.compile(
    r"(?:(\d+)\s?(?:h|u|hours?|heures?|uur|std|stunden?)\s?)?(?:(\d+)\s?(?:m|min|mn|minutes?|minuten|')?\.?)?\Z"
)


def serial_moment(number: float, *, epoch: datetime = EXCEL_EPOCH) -> datetime | None:
    """Read Excel's serial number of a day (and its fraction), None outside 1927 to 2119."""
    if not _SERIAL_FIRST <= number <= _SERIAL_LAST:
        return None
    minutes = round(number * _DAY_MINUTES)
    return epoch + timedelta(minutes=minutes)


@lru_cache(maxsize=262144)
def day_of(text: str, *, month_first: bool = False) -> date | None:
    """Read the day a text states, in words or digits, with or without a time behind it; None when it states none."""
    text = text.strip()
    found = _iso_or_packed(text)
    if found is not None:
        return found.date()
    for shape, order in ((_YEAR_FIRST, (0, 1, 2)), (_NUMERIC, (2, 0, 1) if month_first else (2, 1, 0))):
        match = shape.search(text)
        if match is not None:
            parts = [int(part) for part in match.groups()]
            return _day(*(parts[place] for place in order))
    if _NUMBER.match(text):
        moment = serial_moment(float(text.replace(",", ".")))
        return moment.date() if moment else None
    match = _NAMED.search(folded(text))
    if match is not None and match.group(2) in _MONTHS:
        return _day(int(match.group(3)), _MONTHS[match.group(2)], int(match.group(1)))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    if year < 100:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso_or_packed(text: str) -> datetime | None:
    match = _ISO.match(text) or _PACKED.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, offset = match.groups()
    try:
        wall = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001
        return wall.replace(tzinfo=_offset(offset)) if offset and hour else wall
    except ValueError:
        return None


def _offset(text: str) -> tzinfo:
    return datetime.strptime(text.replace("Z", "+0000").replace(":", ""), "%z").tzinfo  # type: ignore[return-value]


@lru_cache(maxsize=65536)
def clock_of(text: str) -> daytime | None:
    """Read a time of day: `08:30`, `8h30`, `8 h`, `08u30`, `8.30`, `0830`, `2:30 PM`, a fraction of a day."""
    text = text.strip()
    if not text:
        return None
    if _FOUR.match(text):
        hour, minute = _FOUR.match(text).groups()  # type: ignore[union-attr]
        return daytime(int(hour), int(minute))
    if re.match(r"0?[.,]\d{3,}\Z|0\Z", text):
        minutes = round(float(text.replace(",", ".")) * _DAY_MINUTES)
        return daytime(minutes // 60, minutes % 60) if minutes < _DAY_MINUTES else None
    match = _CLOCK.search(text)
    if match is None:
        return None
    hours, minutes_text, seconds, half = match.groups()
    hour = int(hours)
    if half:
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    try:
        return daytime(hour, int(minutes_text or 0), int(seconds or 0))
    except ValueError:
        return None


@lru_cache(maxsize=262144)
def moment_of(text: str, *, zone: tzinfo, month_first: bool = False) -> datetime | None:
    """Read day and time of one text; a time without a zone is in `zone`, a day without a time begins at midnight."""
    text = text.strip()
    exact = _iso_or_packed(text)
    if exact is not None:
        return exact if exact.tzinfo else exact.replace(tzinfo=zone)
    if _NUMBER.match(text):
        serial = serial_moment(float(text.replace(",", ".")))
        return serial.replace(tzinfo=zone) if serial else None
    day = day_of(text, month_first=month_first)
    if day is None:
        return None
    rest = _NUMERIC.sub(" ", _YEAR_FIRST.sub(" ", text), count=1)
    named = _NAMED.search(folded(text))
    clock = clock_of(folded_clock(text)) if named and rest == text else clock_of(rest)
    return joined(day, clock, zone=zone)


def folded_clock(text: str) -> str:
    """Return what stands behind the year of a day in words: `24 novembre 2025 à 8h30` -> `8h30`."""
    return re.split(r"\b\d{4}\b", text, maxsplit=1)[-1]


def joined(day: date, clock: daytime | None, *, zone: tzinfo) -> datetime:
    """Put a day and a time together in a zone."""
    return datetime.combine(day, clock or daytime(0, 0), tzinfo=zone)


def days_in(text: str, *, month_first: bool) -> set[date]:
    """Return every day a text names, in digits or in words."""
    found = {day_of(match.group(0), month_first=month_first) for match in _NUMERIC.finditer(text)}
    found |= {day_of(match.group(0)) for match in _NAMED.finditer(folded(text))}
    return {day for day in found if day is not None}


def birth_of(text: str, *, before: date | None, month_first: bool = False) -> date | None:
    """Read a birth date. A year of two digits is read only where one century is possible.

    Args: before: the day of the appointment, None when not known: nobody is born after it.
    """
    day = day_of(text, month_first=month_first)
    match = _NUMERIC.search(text)
    if day is not None and match is not None and len(match.group(3)) == 2:
        if before is None or day.year in range(2000, before.year + 1):
            return None
        return day if day.year < 2000 else _day(day.year - 100, day.month, day.day)
    return day if day is None or before is None or day <= before else None


def is_month_first(texts: list[str]) -> bool:
    """Say whether days are written month first: some second number is above 12 and no first one is."""
    pairs = [(int(m.group(1)), int(m.group(2))) for text in texts if (m := _NUMERIC.search(text))]
    return any(second > 12 for _, second in pairs) and not any(first > 12 for first, _ in pairs)


@lru_cache(maxsize=4096)
def minutes_of(text: str) -> int:
    """Read how long something takes, in minutes: `30`, `30 min`, `1h30`, `00:45`; 0 when it cannot be read."""
    text = text.strip().lower()
    if re.match(r"\d{1,2}:\d{2}(?::\d{2})?\Z", text):
        hours, minutes = text.split(":")[:2]
        return int(hours) * 60 + int(minutes)
    if _NUMBER.match(text):
        number = float(text.replace(",", "."))
        return round(number * _DAY_MINUTES) if number < 1 else min(round(number), 10 * _DAY_MINUTES)
    match = _LENGTH.match(text)
    if match is None or not text:
        return 0
    return int(match.group(1) or 0) * 60 + int(match.group(2) or 0)


# -- people --------------------------------------------------------------------------------------------------


def national_of(text: str) -> str:
    """Return a national number as it is compared: the Belgian one as 11 digits, any other without blanks."""
    plain = re.sub(r"[\s.\-/]", "", text)
    try:
        return str(belgian_number.validate(plain))
    except Exception:  # noqa: BLE001 - a number of another country, or with a slip: kept as it was written
        return plain[:40]


@lru_cache(maxsize=16384)
def telephone_of(text: str, *, region: str = "BE") -> tuple[str, bool]:
    """Return a telephone number as E.164 and whether it is a mobile one; as written when it cannot be read."""
    text = text.strip()
    if not text:
        return "", False
    number = _parsed(text, region)
    if number is None:
        found = next(iter(phonenumbers.PhoneNumberMatcher(text, region)), None)
        number = found.number if found is not None else None
    if number is None:
        return text[:60], False
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), mobile


def _parsed(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


_TITLES = re.compile(r"^(?:m|mr|mme|mlle|mevr|mevrouw|dhr|hr|herr|fr|frau|mrs|ms|monsieur|madame)\.?\s+", re.IGNORECASE)


def name_split(text: str, *, family_last: bool = False) -> tuple[str, str]:
    """Part a full name into family and given: by a comma, else by capitals, else the first word is the family name.

    Args: family_last: names of this source end with the family name, unless capitals say otherwise.
    """
    text = _TITLES.sub("", " ".join(text.split()))
    if "," in text:
        family, _, given = text.partition(",")
        return family.strip(), given.strip()
    parts = text.split(" ")
    capitals = [part for part in parts if len(part) > 1 and part.upper() == part and not part.isdigit()]
    if capitals and len(capitals) < len(parts):
        return " ".join(capitals), " ".join(part for part in parts if part not in capitals)
    if family_last and len(parts) > 1:
        return parts[-1], " ".join(parts[:-1])
    return parts[0], " ".join(parts[1:])
