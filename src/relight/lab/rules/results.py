"""A result as a person reads it: its range, its flag, what was read back of it.

Owns choosing between the catalogue's range and the analyzer's, and the flag both give. Refuses to soften: what
either of them calls abnormal is shown as abnormal. Source: docs/design/lab.md, "Results while the laboratory
system is down".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from relight.kernel.errors import N_
from relight.record.plain import Catalogue, decimal_of

SIGNS = "<>="
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_LOW, _HIGH, _CRITICAL_LOW, _CRITICAL_HIGH = {"L", "<"}, {"H", ">"}, {"LL"}, {"HH"}
_ABNORMAL = {"A", "AA", "POS", "W"}


class Flag(StrEnum):
    """How a value lies: written beside it as a symbol and a word."""

    NORMAL = ""
    LOW = "low"
    HIGH = "high"
    ABNORMAL = "abnormal"
    CRITICAL_LOW = "critical-low"
    CRITICAL_HIGH = "critical-high"
    CRITICAL = "critical"

    @property
    def is_critical(self) -> bool:
        return self in (Flag.CRITICAL, Flag.CRITICAL_LOW, Flag.CRITICAL_HIGH)


FLAG_NAMES: dict[Flag, str] = {
    Flag.NORMAL: "",
    Flag.LOW: N_("low"),
    Flag.HIGH: N_("high"),
    Flag.ABNORMAL: N_("abnormal"),
    Flag.CRITICAL_LOW: N_("CRITICAL, low"),
    Flag.CRITICAL_HIGH: N_("CRITICAL, high"),
    Flag.CRITICAL: N_("CRITICAL"),
}

FLAG_MARKS: dict[Flag, str] = {
    Flag.NORMAL: "",
    Flag.LOW: "↓",
    Flag.HIGH: "↑",
    Flag.ABNORMAL: "*",
    Flag.CRITICAL_LOW: "‼↓",
    Flag.CRITICAL_HIGH: "‼↑",
    Flag.CRITICAL: "‼",
}

# Where a UCUM unit reads oddly, how people write it.
UNIT_WORDS = {
    "10*9/L": "10⁹/L",
    "10*12/L": "10¹²/L",
    "ug/L": "µg/L",
    "umol/L": "µmol/L",
    "ug/dL": "µg/dL",
    "ug/L{FEU}": "µg/L FEU",
    "mm[Hg]": "mmHg",
    "m[IU]/L": "mIU/L",
    "[IU]/L": "IU/L",
    "[pH]": "",
    "{INR}": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One value as it is stored. Args: number: in `unit`, a decimal text, perhaps with a sign before it.
    range, flags: as the analyzer sent them."""

    loinc: str
    value: str
    number: str = ""
    unit: str = ""
    unit_sent: str = ""
    range: str = ""
    flags: tuple[str, ...] = ()
    critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A value with what it is judged by. Args: range: as text, empty where none is stated. by_analyzer: whether
    the range is the analyzer's own, which knows neither age nor sex."""

    value: str
    unit: str
    flag: Flag
    range: str
    by_analyzer: bool = False


def judge(measured: Measured, *, catalogue: Catalogue, sex: str, age_days: int | None) -> Judged:
    """Judge a value by the catalogue's range for this person, else by what the analyzer said.

    Whatever says abnormal counts: a range, a flag of the analyzer, the limits for a call.
    """
    number = decimal_of(measured.number.lstrip(SIGNS)) if measured.number else None
    limits = None
    if number is not None:
        limits = catalogue.range_in(measured.loinc, unit=measured.unit, sex=sex, age_days=age_days)
    side = limits.side(number) if limits is not None and number is not None else ""
    side = side or _sent_side(measured.flags)
    return Judged(
        value=measured.number or measured.value,
        unit=unit_words(measured.unit or measured.unit_sent),
        flag=_flag(side, measured),
        range=limits.text() if limits is not None else measured.range,
        by_analyzer=limits is None and bool(measured.range),
    )


def _sent_side(flags: Iterable[str]) -> str:
    words = set(flags)
    if words & (_LOW | _CRITICAL_LOW):
        return "L"
    return "H" if words & (_HIGH | _CRITICAL_HIGH) else ""


def _flag(side: str, measured: Measured) -> Flag:
    words = set(measured.flags)
    if measured.critical or words & (_CRITICAL_LOW | _CRITICAL_HIGH):
        return {"L": Flag.CRITICAL_LOW, "H": Flag.CRITICAL_HIGH}.get(side, Flag.CRITICAL)
    if side:
        return Flag.LOW if side == "L" else Flag.HIGH
    return Flag.ABNORMAL if words & _ABNORMAL else Flag.NORMAL


def unit_words(unit: str) -> str:
    """Write a unit as people do."""
    return UNIT_WORDS.get(unit, unit)


def was_read_back(text: str, *, value: str) -> bool:
    """Say whether what was read back holds the value: the same number, or for a word the same word.

    A comma is a decimal point; 6.10 is 6.1. A number that is part of another one does not count.
    """
    number = decimal_of(value.lstrip(SIGNS).strip().replace(",", "."))
    if number is None:
        return bool(value.strip()) and value.strip().casefold() in text.casefold()
    said = (Decimal(found.replace(",", ".")) for found in _NUMBER.findall(text))
    return any(one == abs(number) for one in said)
