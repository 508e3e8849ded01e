"""Birth dates as people type them, every reading of one text with how sure it is.

Owns the forms: 01.02.1970, 1/2/70, 1 fév 70, 1970-02-01, 19700201, 010270, 70-02-01, 02.1970, 1970. Day before
month, as Belgium writes; the other order is a suggestion and never assumed. Refuses clocks: `today` is an argument.
Source: docs/design/identity.md, cases 10-16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from relight.record.rules.names import plain

OLDEST_YEARS = 125
_MONTHS = (
    ("jan", "janv", "janvier", "januari", "januar", "january"),
    ("fev", "fevr", "fevrier", "feb", "februari", "februar", "february"),
    ("mar", "mars", "maart", "mrt", "marz", "maerz", "march"),
    ("avr", "avril", "apr", "april"),
    ("mai", "mei", "may"),
    ("juin", "jun", "juni", "june"),
    ("juil", "juillet", "jul", "juli", "july"),
    ("aou", "aout", "aug", "augustus", "august"),
    ("sep", "sept", "septembre", "september"),
    ("oct", "octobre", "okt", "oktober", "october"),
    ("nov", "novembre", "november"),
    ("dec", "decembre", "dez", "december", "dezember"),
)
MONTHS: dict[str, int] = {word: n for n, words in enumerate(_MONTHS, 1) for word in words}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_SEP = r"[./\- ]"
_FULL = re.compile(rf"(\d{{1,4}}){_SEP}(\d{{1,2}}){_SEP}(\d{{1,4}})\Z")
_WORDED = re.compile(rf"(\d{{1,2}})(?:er)?[./\- ]?({_MONTH})[./\- ]?(\d{{2}}|\d{{4}})\Z")
_YEAR_MONTH = re.compile(r"(?:(\d{1,2})[./\-](\d{4})|(\d{4})[./\-](\d{1,2}))\Z")


class Reading(StrEnum):
    """How a text was read as a date, the surest first."""

    MEANT = "meant"
    CENTURY = "century"  # two digits of a year that may be of the other century
    ORDER = "order"  # year first or last, where both are dates
    SWAPPED = "swapped"  # month before day


@dataclass(frozen=True, slots=True, kw_only=True)
class BirthGuess:
    """One reading. Args: birth: `1970-02-01`, `1970-02` or `1970`, as FHIR writes it."""

    birth: str
    reading: Reading


def birth_read(text: str, *, today: date) -> tuple[BirthGuess, ...]:
    """Read a text as a birth date.

    Returns: every reading that is a date not after `today` and at most 125 years before, each once, the surest
    first; none when the text is no date. A year alone counts with four digits only.
    """
    found: dict[str, Reading] = {}
    for year, month, day, reading in _readings(_tidy(text), today=today):
        birth = _written(year, month, day, today=today)
        if birth and (birth not in found or _rank(reading) < _rank(found[birth])):
            found[birth] = reading
    guesses = [BirthGuess(birth=birth, reading=reading) for birth, reading in found.items()]
    return tuple(sorted(guesses, key=lambda guess: _rank(guess.reading)))


def _rank(reading: Reading) -> int:
    return list(Reading).index(reading)


def _tidy(text: str) -> str:
    """Bring month words to their plain form, leave the separators: `1 Févr. 70` -> `1 fevr 70`."""
    text = re.sub(r"[^\W\d_]+\.?", lambda match: plain(match[0]), text.strip())
    return re.sub(r"\s*([./\- ])\s*", r"\1", re.sub(r"\s+", " ", text))


_Parts = tuple[str, int, int, Reading]


def _readings(text: str, *, today: date) -> Iterator[tuple[int, int, int, Reading]]:
    for year, month, day, reading in _texts(text):
        if len(year) == 4:  # noqa: PLR2004 - digits of a whole year
            yield int(year), month, day, reading
        elif len(year) == 2:  # noqa: PLR2004 - a year without its century
            yield from _centuries(int(year), month, day, reading, today=today)


def _centuries(
    year: int, month: int, day: int, reading: Reading, *, today: date
) -> Iterator[tuple[int, int, int, Reading]]:
    """The latest century that is not ahead comes first, the other beside it: 12 is 2012 and, maybe, 1912."""
    whole = today.year - today.year % 100 + year
    if _date(whole, month or 1, day or 1) is None or (whole, month or 1, day or 1) > (
        today.year, today.month, today.day,
    ):  # fmt: skip
        yield whole - 100, month, day, reading
        return
    yield whole, month, day, reading
    yield whole - 100, month, day, Reading.CENTURY if reading is Reading.MEANT else reading


def _texts(text: str) -> Iterator[_Parts]:
    """Yield year (as written), month, day (0 where not said) of every form the text fits."""
    if match := _WORDED.match(text):
        yield match[3], MONTHS[match[2]], int(match[1]), Reading.MEANT
    elif match := _FULL.match(text):
        yield from _three(match[1], match[2], match[3])
    elif match := _YEAR_MONTH.match(text):
        yield match[2] or match[3], int(match[1] or match[4]), 0, Reading.MEANT
    elif text.isascii() and text.isdigit():
        yield from _digits(text)


def _three(first: str, middle: str, last: str) -> Iterator[_Parts]:
    if len(first) == 4:  # noqa: PLR2004 - year first
        yield first, int(middle), int(last), Reading.MEANT
        yield first, int(last), int(middle), Reading.SWAPPED
        return
    if len(first) > 2 or len(last) == 3:  # noqa: PLR2004 - no day, no year
        return
    if len(last) >= 2:  # noqa: PLR2004 - day first, as it is written here
        yield last, int(middle), int(first), Reading.MEANT
    if len(last) <= 2 and len(first) == 2:  # noqa: PLR2004 - 70-02-01
        day_first = int(middle) in range(1, 13) and int(first) in range(1, 32) and len(last) == 2  # noqa: PLR2004
        yield first, int(middle), int(last), Reading.ORDER if day_first else Reading.MEANT
    if len(last) >= 2:  # noqa: PLR2004 - month first
        yield last, int(first), int(middle), Reading.SWAPPED


def _digits(text: str) -> Iterator[_Parts]:
    if len(text) == 8:  # noqa: PLR2004 - 19700201 or 01021970
        if text[:2] in ("18", "19", "20"):
            yield text[:4], int(text[4:6]), int(text[6:]), Reading.MEANT
        yield text[4:], int(text[2:4]), int(text[:2]), Reading.MEANT
        yield text[4:], int(text[:2]), int(text[2:4]), Reading.SWAPPED
    elif len(text) == 6:  # noqa: PLR2004 - 010270 or 700201
        yield from _three(text[:2], text[2:4], text[4:])
    elif len(text) == 4:  # noqa: PLR2004 - a year
        yield text, 0, 0, Reading.MEANT


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _written(year: int, month: int, day: int, *, today: date) -> str:
    """Write a birth date as FHIR does; empty for what cannot be one."""
    first = _date(year, month or 1, day or 1) if month or not day else None
    if first is None or first > today or year < today.year - OLDEST_YEARS:
        return ""
    return f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if day else "")


def birth_swapped(birth: str) -> str:
    """Return a whole date with day and month exchanged; empty when that is no other date."""
    if len(birth) != 10 or int(birth[8:]) > 12 or birth[8:] == birth[5:7]:  # noqa: PLR2004 - months
        return ""
    return f"{birth[:4]}-{birth[8:]}-{birth[5:7]}"


def births_near(one: str, other: str) -> str:
    """Say how two birth dates differ: `same`, `less` (one says less), `swapped`, `digit` (one digit), else nothing."""
    if not one or not other:
        return ""
    if one == other:
        return "same"
    if one.startswith(other) or other.startswith(one):
        return "less"
    if birth_swapped(one) == other:
        return "swapped"
    if len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1:
        return "digit"
    return ""
