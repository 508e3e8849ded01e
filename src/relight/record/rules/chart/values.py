"""A value of an observation as it is shown: digit for digit, with its comparator and unit; text and codes too.

Owns reading `value[x]`. Refuses to round, to convert and to fail. Source: FHIR R4 Observation.value[x], Quantity
(comparator), Ratio, SampledData.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from relight.record.rules.chart.coding import UCUM, decimal_of, decimal_text, dicts, one, text, words

COMPARATORS: Final = frozenset({"<", "<=", ">=", ">"})
VALUE_CHARS: Final = 4000
_ANNOTATED: Final[Mapping[str, str]] = {"1": "", "{ratio}": "", "{score}": "", "{nominal}": "", "[pH]": ""}


class ValueKind(StrEnum):
    """What sort of value it is."""

    QUANTITY = "quantity"
    TEXT = "text"
    CODE = "code"
    RATIO = "ratio"
    RANGE = "range"
    BOOL = "bool"
    TIME = "time"
    SAMPLES = "samples"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value. Args: text: as shown, comparator included, unit not. number: exactly, None for what is no single
    number. comparator: `<`, `<=`, `>=`, `>` or empty. unit: as written for people. ucum: the unit's code, empty where
    it has none. absent: why there is no value, a FHIR code or words."""

    kind: ValueKind
    text: str
    unit: str = ""
    number: Decimal | None = None
    comparator: str = ""
    ucum: str = ""
    absent: str = ""

    @property
    def is_plain(self) -> bool:
        """Say whether this is one number without a comparator: what a line may be drawn through."""
        return self.number is not None and not self.comparator


NOTHING: Final = Value(kind=ValueKind.NONE, text="")


def value_read(element: Mapping[str, Any]) -> Value:
    """Read the value of an Observation or of a component of one. Never fails; O(size)."""
    for name, read in _READERS:
        found = element.get(name)
        if found is not None:
            return read(found)
    reason = element.get("dataAbsentReason")
    return Value(kind=ValueKind.NONE, text="", absent=words(reason)) if reason else NOTHING


def quantity_read(value: Any) -> Value:
    """Read a Quantity; what has no number is its words."""
    held = one(value)
    digits = decimal_text(held.get("value"))
    sign = text(held.get("comparator"))
    unit, code = text(held.get("unit")), text(held.get("code"))
    ucum = code if text(held.get("system")) in (UCUM, "") else ""
    if not digits:
        return Value(kind=ValueKind.TEXT, text=sign, unit=unit or code)
    comparator = sign if sign in COMPARATORS else ""
    return Value(
        kind=ValueKind.QUANTITY,
        text=f"{sign} {digits}" if sign else digits,
        unit=unit_words(unit or code),
        number=decimal_of(held.get("value")),
        comparator=comparator,
        ucum=ucum,
    )


def unit_words(unit: str) -> str:
    """Write a unit as people do: the dimensionless one not at all, `{beats}/min` as `/min`, `Cel` as °C."""
    if unit in _ANNOTATED:
        return _ANNOTATED[unit]
    if unit.startswith("{") and "}" in unit:
        rest = unit[unit.index("}") + 1 :]
        return rest or unit.strip("{}")
    return {"Cel": "°C", "mm[Hg]": "mmHg", "ug": "microgram", "ug/L": "microgram/L", "[lb_av]": "lb"}.get(unit, unit)


def _text(value: Any) -> Value:
    found = value.strip()[:VALUE_CHARS] if isinstance(value, str) else decimal_text(value)
    return Value(kind=ValueKind.TEXT, text=found, number=None)


def _concept(value: Any) -> Value:
    return Value(kind=ValueKind.CODE, text=words(value))


def _ratio(value: Any) -> Value:
    held = one(value)
    above, below = quantity_read(held.get("numerator")), quantity_read(held.get("denominator"))
    shown = ":".join(filter(None, (_with_unit(above), _with_unit(below))))
    return Value(kind=ValueKind.RATIO, text=shown)


def _range(value: Any) -> Value:
    held = one(value)
    low, high = quantity_read(held.get("low")), quantity_read(held.get("high"))
    if low.text and high.text:
        return Value(kind=ValueKind.RANGE, text=f"{low.text} - {high.text}", unit=high.unit or low.unit)
    found = low if low.text else high
    sign = "≥ " if low.text else "≤ "
    return Value(kind=ValueKind.RANGE, text=f"{sign}{found.text}" if found.text else "", unit=found.unit)


def _bool(value: Any) -> Value:
    return Value(kind=ValueKind.BOOL, text="yes" if value is True else "no")


def _integer(value: Any) -> Value:
    return Value(kind=ValueKind.QUANTITY, text=decimal_text(value), number=decimal_of(value))


def _time(value: Any) -> Value:
    return Value(kind=ValueKind.TIME, text=text(value))


def _period(value: Any) -> Value:
    held = one(value)
    parts = (text(held.get("start")), text(held.get("end")))
    return Value(kind=ValueKind.TIME, text=" - ".join(filter(None, parts)))


def _samples(value: Any) -> Value:
    held = one(value)
    count = len(text(held.get("data"), most=100_000).split())
    return Value(kind=ValueKind.SAMPLES, text=str(count), unit=text(one(held.get("origin")).get("unit")))


def _with_unit(value: Value) -> str:
    return f"{value.text} {value.unit}".strip()


_READERS: Final = (
    ("valueQuantity", quantity_read),
    ("valueString", _text),
    ("valueCodeableConcept", _concept),
    ("valueInteger", _integer),
    ("valueBoolean", _bool),
    ("valueRatio", _ratio),
    ("valueRange", _range),
    ("valueDateTime", _time),
    ("valueTime", _time),
    ("valuePeriod", _period),
    ("valueSampledData", _samples),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A reference range. Args: text: as shown. low, high: numbers in the value's unit, None where open or in another
    unit."""

    text: str = ""
    low: Decimal | None = None
    high: Decimal | None = None


def bounds_read(ranges: Any, *, unit: str, ucum: str) -> Bounds:
    """Read the reference range meant for normal values; other ones (therapeutic, by age) follow in words.

    Args: unit, ucum: of the value. A range in another unit is shown and never reckoned with.
    """
    held = dicts(ranges)
    normal = [each for each in held if _is_normal(each)] or held
    shown = "; ".join(dict.fromkeys(filter(None, (_bounds_words(each) for each in normal))))
    if len(normal) != 1:
        return Bounds(text=shown)
    low, high = quantity_read(normal[0].get("low")), quantity_read(normal[0].get("high"))
    for end in (low, high):
        if end.number is not None and not _same_unit(end, unit=unit, ucum=ucum):
            return Bounds(text=shown)
    return Bounds(text=shown, low=low.number, high=high.number)


def _is_normal(range_: Mapping[str, Any]) -> bool:
    kind = one(range_.get("type"))
    return not kind or any(text(each.get("code")) in ("normal", "N") for each in dicts(kind.get("coding")))


def _same_unit(end: Value, *, unit: str, ucum: str) -> bool:
    if end.ucum and ucum:
        return end.ucum == ucum
    return not end.unit or not unit or end.unit == unit


def _bounds_words(range_: Mapping[str, Any]) -> str:
    """Write a range: its numbers, with its own text where that says more."""
    low, high, said = quantity_read(range_.get("low")), quantity_read(range_.get("high")), text(range_.get("text"))
    if low.text and high.text:
        shown = f"{low.text} - {high.text}"
    elif low.text:
        shown = f"≥ {low.text}"
    elif high.text:
        shown = f"≤ {high.text}"
    else:
        return said
    kind = words(range_.get("type")) if not _is_normal(range_) else ""
    who = words(range_.get("appliesTo"))
    return " ".join(filter(None, (shown, f"({', '.join(filter(None, (kind, who)))})" if kind or who else "")))
