"""Values as analyzers write them: numbers, ranges, times. Exact, or not read at all.

Owns reading one text. Refuses binary fractions and guessing: a number that could be read in two ways is
none. Source: docs/design/lab.md, “Reading”, cases 20-29.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Context, Decimal, Inexact
from enum import StrEnum

FIRST_YEAR, LAST_YEAR = 1880, 2200  # a clock that says another year is not set
EXACT = Context(prec=80, traps=[Inexact])
COMPARATORS = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}


class Decimals(StrEnum):
    """What parts whole from fraction, as the driver says."""

    POINT = "."
    COMMA = ","


_FORM = r"(?P<sign>[<>]=?|[≤≥])?[ ]*(?P<number>[+-]?(?:[0-9]{1,24}(?:%s[0-9]{1,24})?|%s[0-9]{1,24}))"
_NUMBER = {
    Decimals.POINT: re.compile(_FORM % (r"\.", r"\.")),
    Decimals.COMMA: re.compile(_FORM % (",", ",")),
}
_RANGE = re.compile(r"(?P<low>[+-]?[0-9.,]+)[ ]*(?:-|\^|to|–|\.\.)[ ]*(?P<high>[+-]?[0-9.,]+)")
_TIME = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})?(?:\.[0-9]{1,6})?)?([+-][0-9]{4})?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number. Args: sign: a comparator (`<`, `>=`) or nothing."""

    value: Decimal
    sign: str = ""

    def times(self, factor: Decimal) -> str:
        """Return it in another unit as a decimal text, exact, with its comparator."""
        return f"{self.sign}{format(EXACT.multiply(self.value, factor), 'f')}"


def number_read(text: str, *, decimals: Decimals = Decimals.POINT) -> Number | None:
    """Read a number: digits, at most one decimal mark, a comparator before it.

    Returns: None for everything else, “1,234” and “1.2.3”, “1E3” and digits of other scripts among it.
    """
    match = _NUMBER[decimals].fullmatch(text.strip(" "))
    if match is None:
        return None
    return Number(value=Decimal(match["number"].replace(",", ".")), sign=COMPARATORS.get(match["sign"] or "", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A reference range as sent. A bound of None is open. `inside`: whether the bound itself is in it."""

    low: Decimal | None = None
    high: Decimal | None = None
    inside: bool = True

    def holds(self, number: Number) -> bool | None:
        """Say whether a number lies in it; None where its comparator leaves that open."""
        value = number.value
        if number.sign.startswith("<"):
            return None if self.low is not None or (self.high is not None and value > self.high) else True
        if number.sign.startswith(">"):
            return None if self.high is not None or (self.low is not None and value < self.low) else True
        if self.low is not None and (value < self.low or (value == self.low and not self.inside)):
            return False
        return not (self.high is not None and (value > self.high or (value == self.high and not self.inside)))


def range_read(text: str, *, decimals: Decimals = Decimals.POINT) -> Range | None:
    """Read a range: “3.9-5.6”, “<5.2”, “>= 40”. Returns: None for anything else, inverted ranges too."""
    stripped = text.strip(" ")
    match = _RANGE.fullmatch(stripped)
    if match is not None:
        low = number_read(match["low"], decimals=decimals)
        high = number_read(match["high"], decimals=decimals)
        if low is None or high is None or low.value > high.value:
            return None
        return Range(low=low.value, high=high.value)
    one = number_read(stripped, decimals=decimals)
    if one is None or not one.sign:
        return None
    inside = one.sign.endswith("=")
    if one.sign.startswith("<"):
        return Range(high=one.value, inside=inside)
    return Range(low=one.value, inside=inside)


def time_read(text: str) -> datetime | None:
    """Read a time of ASTM or HL7, seconds and offset as far as they are there; None when it is no time.

    A time without an offset comes back naive: the clock of the analyzer, in the zone of its site.
    """
    match = _TIME.fullmatch(text.strip(" "))
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in match.groups()[:6])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        zone = _zone(match[7]) if match[7] else None
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def _zone(text: str) -> timezone:
    span = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return timezone(-span if text[0] == "-" else span)
