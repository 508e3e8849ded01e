"""Comparison with hand transcription: each value beside the link's, within tolerance or not.

Owns the comparison, in decimals. Refuses tables and rounding. A unit that is not the analyzer's own or its
UCUM one is compared with nothing. Source: docs/design/lab.md, "Comparison sheets", cases C1-C12.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from relight.kernel.errors import N_
from relight.record.plain import Catalogue, Tolerance

NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?|[+-]?[.,][0-9]+")
LEAST_FOR_LINE = 3  # points a regression line takes


class LineState(StrEnum):
    """What came of one line."""

    WITHIN = "within"
    BEYOND = "beyond"
    MISSING = "missing"
    UNIT = "unit"


LINE_NAMES: dict[LineState, str] = {
    LineState.WITHIN: N_("within tolerance"),
    LineState.BEYOND: N_("differs"),
    LineState.MISSING: N_("not from the link yet"),
    LineState.UNIT: N_("other unit"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A result of the link. Args: value, unit_sent: as the analyzer wrote them. number, unit: in UCUM; empty
    for what is no number."""

    value: str
    unit_sent: str = ""
    number: str = ""
    unit: str = ""
    loinc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One value beside the other, in one unit. Args: allowed: how far apart they may lie, where that is a
    number."""

    state: LineState
    unit: str = ""
    by_hand: Decimal | None = None
    by_link: Decimal | None = None
    difference: Decimal | None = None
    allowed: Decimal | None = None


def number_read(text: str) -> Decimal | None:
    """Read a plain number written with a point or a comma; none for anything else, comparators included."""
    cleaned = text.strip().replace(" ", "")
    return Decimal(cleaned.replace(",", ".")) if NUMBER.fullmatch(cleaned) else None


def line_compare(*, by_hand: str, unit: str, given: Given | None, catalogue: Catalogue, otherwise: Decimal) -> Compared:
    """Compare what was written by hand with what the link gave.

    Args: unit: of the hand; empty means as the analyzer writes it. otherwise: the tolerance in percent of
    a test that states none. Returns: texts count as equal without regard to case and blanks.
    """
    if given is None:
        return Compared(state=LineState.MISSING)
    if not unit or _same(unit, given.unit_sent):
        text, shown = value_read(given.value), given.unit_sent
        if "^" in text and given.number and _same(given.unit_sent, given.unit):
            text = given.number  # it came beside another component: the hand wrote the number
    elif _same(unit, given.unit):
        text, shown = given.number, given.unit
    else:
        return Compared(state=LineState.UNIT, unit=unit)
    hand, link = number_read(by_hand), number_read(text)
    if hand is None or link is None:
        state = LineState.WITHIN if _same(by_hand.replace(",", "."), text.replace(",", ".")) else LineState.BEYOND
        return Compared(state=state, unit=shown)
    allowed = _allowed(hand, link=link, given=given, catalogue=catalogue, otherwise=otherwise)
    difference = link - hand
    return Compared(
        state=LineState.WITHIN if abs(difference) <= allowed else LineState.BEYOND,
        unit=shown,
        by_hand=hand,
        by_link=link,
        difference=difference,
        allowed=allowed,
    )


def value_read(sent: str) -> str:
    """Return the value in what an analyzer wrote: the last component that holds something (`-1^6.514`)."""
    return next((part.strip() for part in reversed(sent.split("^")) if part.strip()), "")


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _allowed(hand: Decimal, *, link: Decimal, given: Given, catalogue: Catalogue, otherwise: Decimal) -> Decimal:
    """Return the distance allowed, in the unit of the two values.

    An absolute tolerance is in the catalogue's unit: it counts where the link's value says what one unit
    is in the other.
    """
    stated = catalogue.tolerance(given.loinc)
    if stated is None:
        return Tolerance(percent=otherwise).allowed(hand)
    number = number_read(given.number)
    in_catalogue = catalogue.in_unit(given.loinc, number, unit=given.unit) if number is not None else None
    if in_catalogue is None or not link:
        return Tolerance(percent=stated.percent or otherwise).allowed(hand)
    factor = in_catalogue / link
    return stated.allowed(hand * factor) / factor if factor else Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSum:
    """One test over the sheet. Args: bias: mean difference, link less hand, and as a percentage of the mean by
    hand. slope, intercept: of the least-squares line through the pairs; none when it cannot be drawn."""

    code: str
    unit: str
    lines: int
    within: int
    bias: Decimal | None
    bias_percent: Decimal | None
    slope: Decimal | None
    intercept: Decimal | None


def lines_summed(lines: Iterable[tuple[str, Compared]]) -> tuple[TestSum, ...]:
    """Sum up each test in each unit, by code; what is missing counts in the test's first unit.

    Args: lines: (code, compared).
    """
    found = list(lines)
    units = {code: one.unit for code, one in reversed(found) if one.state is not LineState.MISSING}
    groups: dict[tuple[str, str], list[Compared]] = {}
    for code, one in found:
        unit = units.get(code, "") if one.state is LineState.MISSING else one.unit
        groups.setdefault((code, unit), []).append(one)
    return tuple(_summed(code, unit, group) for (code, unit), group in sorted(groups.items()))


def _summed(code: str, unit: str, found: Sequence[Compared]) -> TestSum:
    pairs = [(one.by_hand, one.by_link) for one in found if one.by_hand is not None and one.by_link is not None]
    bias = sum((link - hand for hand, link in pairs), Decimal(0)) / len(pairs) if pairs else None
    mean = sum((hand for hand, _ in pairs), Decimal(0)) / len(pairs) if pairs else Decimal(0)
    slope, intercept = _fitted(pairs)
    return TestSum(
        code=code,
        unit=unit,
        lines=len(found),
        within=sum(one.state is LineState.WITHIN for one in found),
        bias=bias,
        bias_percent=bias / mean * 100 if bias is not None and mean else None,
        slope=slope,
        intercept=intercept,
    )


def _fitted(pairs: Sequence[tuple[Decimal, Decimal]]) -> tuple[Decimal | None, Decimal | None]:
    """Fit link = slope x hand + intercept by least squares; nothing under three pairs or without spread."""
    count = len(pairs)
    if count < LEAST_FOR_LINE:
        return None, None
    mean_x = sum((x for x, _ in pairs), Decimal(0)) / count
    mean_y = sum((y for _, y in pairs), Decimal(0)) / count
    spread = sum(((x - mean_x) ** 2 for x, _ in pairs), Decimal(0))
    if not spread:
        return None, None
    slope = sum(((x - mean_x) * (y - mean_y) for x, y in pairs), Decimal(0)) / spread
    return slope, mean_y - slope * mean_x


def sheet_passes(states: Iterable[LineState]) -> bool:
    """Say whether a sheet passes: it has lines, and every one is within tolerance."""
    found = list(states)
    return bool(found) and all(state is LineState.WITHIN for state in found)


def code_read(typed: str, known: Mapping[str, Iterable[str]]) -> str:
    """Return the analyzer's code for what a person typed: the code, its name or LOINC, without regard to case.

    Args: known: code -> other names. Returns: what was typed when nothing, or more than one test, is called so.
    """
    wanted = "".join(typed.split()).casefold()
    if not wanted:
        return ""
    exact = [code for code in known if _same(code, wanted)]
    named = exact or [code for code, names in known.items() if any(_same(name, wanted) for name in names)]
    return named[0] if len(named) == 1 else typed.strip()


def plain(value: Decimal | None, *, places: int = 3) -> str:
    """Write a computed number with at most so many decimals, no exponent, no trailing zero."""
    if value is None:
        return ""
    try:
        text = f"{value.quantize(Decimal(1).scaleb(-places)):f}"
    except InvalidOperation:
        return f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
