"""Drawings of a chart: one test over time, vital signs over time, and the sentences that say the same.

Owns what stands on which strip. Refuses to put two units on one scale: other units are converted by an exact factor
and said to be, or have a drawing of their own. Source: docs/design/chart.md, C32-C35, C44.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from relight.paper.trends import NARROW, NARROW_STRIPS, WIDE, WIDE_STRIPS, Look, Point, Strip, Trend, trend_svg
from relight.record.rules.chart.flags import GRAVE, Flagged
from relight.record.rules.chart.units import converted, factor
from relight.record.rules.chart.vitals import SIGN_WORDS, Band, Sign
from relight.record.selectors.chart_results import ResultLine
from relight.record.selectors.chart_vitals import VitalCell, VitalColumn
from relight.record.selectors.chart_words import clock_words, day_words, flag_words, measured_words, value_words
from relight.ui.api import date_words

TICKS_WIDE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A drawing in two sizes. Args: words: what it shows, in a sentence."""

    wide: SafeString
    narrow: SafeString
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPage:
    """One test over time. Args: unit: of the latest value. lines: each value with itself in `unit` where it was
    converted. converted: some were. back: the url name of the table."""

    name: str
    panel: str
    specimen: str
    unit: str
    lines: tuple[tuple[ResultLine, str], ...]
    drawings: tuple[Drawing, ...]
    converted: bool
    back: str = "record:results"


def trend_page(lines: Sequence[ResultLine], *, back: str) -> TrendPage:
    """Lay one test out over time. Args: lines: newest first, at least one."""
    first = next((line for line in lines if line.value.is_plain), lines[0])
    groups: dict[str, list[tuple[ResultLine, Decimal]]] = {}
    shown: list[tuple[ResultLine, str]] = []
    for line in lines:
        by = _factor(line, first)
        other = converted(line.value.number, by) if by is not None and line.value.number is not None else None
        is_same = by == 1 and line.value.unit == first.value.unit
        shown.append((line, "" if is_same or other is None else f"{other.normalize():f}"))
        if line.value.number is None or line.origin.at is None:
            continue
        key = "" if other is not None else line.value.unit
        groups.setdefault(key, []).append((line, other if other is not None else line.value.number))
    return TrendPage(
        name=first.name,
        panel=first.panel,
        specimen=first.specimen,
        unit=first.value.unit,
        lines=tuple(shown),
        drawings=tuple(
            _trend_drawing(held, unit=key or first.value.unit, name=first.name, ident=f"trend-{place}")
            for place, (key, held) in enumerate(groups.items())
        ),
        converted=any(other for _, other in shown),
        back=back,
    )


def _factor(line: ResultLine, first: ResultLine) -> Fraction | None:
    if line.value.number is None:
        return None
    mine, wanted = line.value.ucum or line.value.unit, first.value.ucum or first.value.unit
    return factor(of=mine, to=wanted)


def _trend_drawing(held: Sequence[tuple[ResultLine, Decimal]], *, unit: str, name: str, ident: str) -> Drawing:
    """Draw values of one unit. The band is drawn when all values that have one have the same, in that unit."""
    points = tuple(_result_point(line, number, unit) for line, number in reversed(held))
    bands = {(line.bounds.low, line.bounds.high) for line, _ in held if line.bounds.low or line.bounds.high}
    own = {line.value.ucum or line.value.unit for line, _ in held}
    low, high = next(iter(bands)) if len(bands) == 1 and len(own) == 1 else (None, None)
    strip = Strip(
        name=f"{name} ({unit})" if unit else name,
        lines=(points,),
        low=float(low) if low is not None else None,
        high=float(high) if high is not None else None,
    )
    count = len(points)
    words = ngettext("%(count)s value", "%(count)s values", count) % {"count": count}
    words += f", {day_words(held[-1][0].origin.at)} – {day_words(held[0][0].origin.at)}."
    if len(bands) > 1:
        words += " " + gettext("The reference range changed over time: it is in the table, not in the drawing.")
    words += " " + gettext("Disc: not marked. Triangle: abnormal. Crossed square: critical. Arrow: below or above.")
    trend = Trend(title=strip.name, description=words, strips=(strip,), ticks=_ticks([line for line, _ in held]))
    return _draw(trend, ident=ident, is_strips=False, words=words)


def _result_point(line: ResultLine, number: Decimal, unit: str) -> Point:
    at = line.origin.at
    reading = ", ".join(
        filter(None, (_moment(at), f"{value_words(line.value)} {line.value.unit}".strip(), flag_words(line.flagged)))
    )
    look = _look(line.flagged)
    if line.value.comparator:
        look = Look.BELOW if line.value.comparator.startswith("<") else Look.ABOVE
    return Point(x=at.timestamp() if at else 0.0, y=float(number), look=look, reading=reading)


def _look(flagged: Flagged) -> Look:
    return Look.GRAVE if flagged.flag in GRAVE else Look.WARN if flagged.flag else Look.PLAIN


def _ticks(lines: Sequence[ResultLine]) -> tuple[tuple[float, str], ...]:
    return _time_ticks([line.origin.at for line in lines if line.origin.at is not None])


def _time_ticks(times: Sequence[datetime]) -> tuple[tuple[float, str], ...]:
    """Label the times of values: days where they span more than two, else days with clock."""
    ordered = sorted(set(times))
    if not ordered:
        return ()
    long = (ordered[-1] - ordered[0]).days >= 2  # noqa: PLR2004
    step = max(1, -(-len(ordered) // TICKS_WIDE))
    kept = [*ordered[:-1:step], ordered[-1]]
    return tuple((at.timestamp(), day_words(at) if long else f"{day_words(at)[:5]} {clock_words(at)}") for at in kept)


def _moment(at: datetime | None) -> str:
    return date_words(at, now=None, day_zero=None) if at else ""


def _draw(trend: Trend, *, ident: str, is_strips: bool, words: str) -> Drawing:
    wide, narrow = (WIDE_STRIPS, NARROW_STRIPS) if is_strips else (WIDE, NARROW)
    return Drawing(
        wide=mark_safe(trend_svg(trend, sheet=wide, ident=f"{ident}-w")),  # noqa: S308 - escaped where it is made
        narrow=mark_safe(trend_svg(trend, sheet=narrow, ident=f"{ident}-n")),  # noqa: S308
        words=words,
    )


# -- vital signs --------------------------------------------------------------------------------------

_STRIPS: Final[tuple[tuple[Sign, ...], ...]] = (
    (Sign.SYSTOLIC, Sign.DIASTOLIC),
    (Sign.HEART,),
    (Sign.RESPIRATION,),
    (Sign.SATURATION,),
    (Sign.TEMPERATURE,),
)
_BAND_LOOK: Final = {Band.LOW: Look.PLAIN, Band.MEDIUM: Look.WARN, Band.HIGH: Look.GRAVE}


def vitals_drawing(columns: Sequence[VitalColumn]) -> Drawing | None:
    """Draw vital signs over time, a strip a sign; None when nothing can be drawn. Args: columns: newest first."""
    timed = [column for column in reversed(columns) if column.at is not None]
    strips = [strip for sign in (Sign.NEWS, Sign.CONSCIOUSNESS) if (strip := _word_strip(timed, sign)) is not None]
    strips += [strip for signs in _STRIPS for strip in _sign_strips(timed, signs)]
    if not strips or len(timed) < 2:  # noqa: PLR2004 - one set is a row of the table, no course
        return None
    ticks = _time_ticks([column.at for column in timed if column.at is not None])
    words = gettext("Vital signs over time, one band a sign.")
    trend = Trend(title=gettext("Vital signs"), description=words, strips=tuple(strips), ticks=ticks)
    return _draw(trend, ident="vitals", is_strips=True, words=words)


def _sign_strips(columns: Sequence[VitalColumn], signs: tuple[Sign, ...]) -> list[Strip]:
    """Make the strips of signs that share a scale, one for each unit they came in."""
    units: dict[str, dict[Sign, list[Point]]] = {}
    for column in columns:
        for sign in signs:
            cell = column.cells.get(sign)
            if cell is not None and cell.measured.value.number is not None:
                held = units.setdefault(cell.measured.value.unit, {}).setdefault(sign, [])
                held.append(_sign_point(column, cell, sign))
    names = gettext("Blood pressure") if len(signs) > 1 else gettext(SIGN_WORDS[signs[0]])
    return [
        Strip(name=f"{names} ({unit})" if unit else names, lines=tuple(tuple(points) for points in held.values()))
        for unit, held in units.items()
    ]


def _sign_point(column: VitalColumn, cell: VitalCell, sign: Sign) -> Point:
    value = cell.measured.value
    look = _look(cell.measured.flagged)
    if value.comparator:
        look = Look.BELOW if value.comparator.startswith("<") else Look.ABOVE
    reading = f"{_moment(column.at)}, {gettext(SIGN_WORDS[sign])} {value_words(value)} {value.unit}".strip()
    return Point(x=column.at.timestamp() if column.at else 0.0, y=float(value.number or 0), look=look, reading=reading)


def _word_strip(columns: Sequence[VitalColumn], sign: Sign) -> Strip | None:
    """Make a strip of words: levels of consciousness, scores."""
    points = []
    for column in columns:
        cell = column.cells.get(sign)
        if cell is None or column.at is None:
            continue
        said = measured_words(cell.measured)
        word = said.partition(":")[0]
        look = _BAND_LOOK[cell.band] if cell.band else _look(cell.measured.flagged)
        reading = f"{_moment(column.at)}, {gettext(SIGN_WORDS[sign])} {said}"
        points.append(Point(x=column.at.timestamp(), y=0.0, look=look, reading=reading, word=word[:12]))
    return Strip(name=gettext(SIGN_WORDS[sign]), lines=(tuple(points),), is_words=True) if points else None
