"""Flags of a result: what the laboratory said, else what its own range says.

Owns the order of gravity. Refuses to overrule the laboratory: its interpretation counts before any reckoning, and a
reckoned flag says that it is one. Source: HL7 v2 table 0078, FHIR ObservationInterpretation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from relight.kernel.errors import N_
from relight.record.rules.chart.coding import codings, words
from relight.record.rules.chart.values import Bounds, Value


class Flag(StrEnum):
    """What a result is to be looked at for."""

    NONE = ""
    VERY_HIGH = "HH"
    VERY_LOW = "LL"
    VERY_ABNORMAL = "AA"
    HIGH = "H"
    LOW = "L"
    ABNORMAL = "A"


FLAG_WORDS: Mapping[Flag, str] = {
    Flag.VERY_HIGH: N_("critically high"),
    Flag.VERY_LOW: N_("critically low"),
    Flag.VERY_ABNORMAL: N_("critical"),
    Flag.HIGH: N_("high"),
    Flag.LOW: N_("low"),
    Flag.ABNORMAL: N_("abnormal"),
}
FLAG_SIGNS: Mapping[Flag, str] = {
    Flag.VERY_HIGH: "⇈",
    Flag.VERY_LOW: "⇊",
    Flag.VERY_ABNORMAL: "‼",
    Flag.HIGH: "↑",
    Flag.LOW: "↓",
    Flag.ABNORMAL: "!",
}
GRAVE: Final = frozenset({Flag.VERY_HIGH, Flag.VERY_LOW, Flag.VERY_ABNORMAL})
_CODES: Final[Mapping[str, Flag]] = {
    "HH": Flag.VERY_HIGH, "HU": Flag.VERY_HIGH, ">": Flag.VERY_HIGH, "H>": Flag.VERY_HIGH, "CRH": Flag.VERY_HIGH,
    "LL": Flag.VERY_LOW, "LU": Flag.VERY_LOW, "<": Flag.VERY_LOW, "L<": Flag.VERY_LOW,
    "AA": Flag.VERY_ABNORMAL,
    "H": Flag.HIGH, "L": Flag.LOW, "A": Flag.ABNORMAL,
    "POS": Flag.ABNORMAL, "DET": Flag.ABNORMAL, "RR": Flag.ABNORMAL, "WR": Flag.ABNORMAL, "R": Flag.ABNORMAL,
    "HX": Flag.ABNORMAL, "LX": Flag.ABNORMAL,
}  # fmt: skip
_ORDER: Final = tuple(Flag)[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """A flag. Args: said: the laboratory's own words where they say more than the flag (resistant, positive).
    is_reckoned: made here of the reference range, for nobody said anything."""

    flag: Flag = Flag.NONE
    said: str = ""
    is_reckoned: bool = False


def flag_read(interpretation: Any, *, value: Value, bounds: Bounds) -> Flagged:
    """Return the gravest flag said of a value; where nothing was said, what its range says."""
    held = codings(interpretation)
    flags = [_CODES[each.code] for each in held if each.code in _CODES]
    said = words(interpretation)
    if flags:
        gravest = min(flags, key=_ORDER.index)
        return Flagged(flag=gravest, said="" if _is_plain(gravest, held[0].code) else said)
    if held or said:
        return Flagged(said="" if any(each.code == "N" for each in held) else said)
    return Flagged(flag=found, is_reckoned=True) if (found := _reckoned(value, bounds)) else Flagged()


def _is_plain(flag: Flag, code: str) -> bool:
    return flag.value == code


def _reckoned(value: Value, bounds: Bounds) -> Flag:
    """Compare with the range: `< 5` is below 5 whatever it is, and not surely below 3."""
    number = value.number
    if number is None:
        return Flag.NONE
    if bounds.high is not None and (number > bounds.high and not value.comparator.startswith("<")):
        return Flag.HIGH
    if bounds.high is not None and number >= bounds.high and value.comparator == ">":
        return Flag.HIGH
    if bounds.low is not None and (number < bounds.low and not value.comparator.startswith(">")):
        return Flag.LOW
    if bounds.low is not None and number <= bounds.low and value.comparator == "<":
        return Flag.LOW
    return Flag.NONE
