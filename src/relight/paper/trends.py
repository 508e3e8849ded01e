"""Values over time as SVG text: strips one above the other on one time axis, each with a scale of its own.

Owns geometry and the accessible skeleton, as `paper.charts` does: marks carry classes and take their colour from the
page; shapes tell a plain value (disc) from one to look at (triangle), a grave one (crossed square) and one known
only to be below or above (open arrow). Refuses Django, clocks, words of its own and to draw a line through what
is no number. Equal arguments give equal bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape
from math import floor, log10

TICKS = 3
TICK_CHARS = 7


class Look(Enum):
    """How a point is drawn."""

    PLAIN = "plain"
    WARN = "warn"
    GRAVE = "grave"
    BELOW = "below"  # known only to be under this
    ABOVE = "above"  # known only to be over this


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value. Args: x: when, in any unit that grows evenly. y: how much. reading: all about it in a sentence. word:
    written beside it, for strips of words."""

    x: float
    y: float
    look: Look = Look.PLAIN
    reading: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One scale. Args: name: with its unit. lines: series, each oldest first. low, high: the reference band, None where
    open. is_words: no scale; the points' words stand on one height."""

    name: str
    lines: tuple[tuple[Point, ...], ...]
    low: float | None = None
    high: float | None = None
    is_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What the chart shows. Args: ticks: (x, label) of the time axis, in order."""

    title: str
    description: str
    strips: tuple[Strip, ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The paper: its class (`chart-<key>`), width, height of a strip and of the letters, in its own units."""

    key: str
    width: int
    strip: int
    text: int


WIDE = Sheet(key="wide", width=760, strip=190, text=14)
NARROW = Sheet(key="narrow", width=340, strip=170, text=13)
WIDE_STRIPS = Sheet(key="wide", width=1080, strip=72, text=12)
NARROW_STRIPS = Sheet(key="narrow", width=340, strip=84, text=12)


def trend_svg(trend: Trend, *, sheet: Sheet, ident: str) -> str:
    """Draw a trend. Args: ident: prefix of the ids inside, unique on the page. Returns: one `<svg>`, safe to inline;
    O(points)."""
    heights = [sheet.text * 3.2 if strip.is_words else float(sheet.strip) for strip in trend.strips]
    height = sum(heights) + sheet.text * 2.4
    span = _span(trend)
    parts = [
        f'<svg class="chart chart-{sheet.key}" viewBox="0 0 {sheet.width} {_n(height)}" role="img"'
        f' aria-labelledby="{ident}-t {ident}-d" xmlns="http://www.w3.org/2000/svg" font-size="{sheet.text}">',
        f'<title id="{ident}-t">{escape(trend.title)}</title>',
        f'<desc id="{ident}-d">{escape(trend.description)}</desc>',
    ]
    top = 0.0
    for strip, tall in zip(trend.strips, heights, strict=True):
        parts += _strip(strip, _Box.of(strip, sheet, span, top=top, tall=tall))
        top += tall
    parts += _axis(trend.ticks, sheet, span, y=top + sheet.text * 1.5)
    parts.append("</svg>")
    return "".join(parts)


def _span(trend: Trend) -> tuple[float, float]:
    xs = [point.x for strip in trend.strips for line in strip.lines for point in line]
    xs += [x for x, _ in trend.ticks]
    return (min(xs), max(xs)) if xs else (0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """Where a strip's points stand on the paper."""

    sheet: Sheet
    left: float
    right: float
    top: float
    floor: float
    low: float
    high: float
    span: tuple[float, float]

    @classmethod
    def of(cls, strip: Strip, sheet: Sheet, span: tuple[float, float], *, top: float, tall: float) -> _Box:
        low, high = _scale(strip)
        return cls(
            sheet=sheet,
            left=sheet.text * TICK_CHARS * 0.55 + 4,
            right=sheet.width - sheet.text * 1.2,
            top=top + sheet.text * 1.9,
            floor=top + tall - sheet.text * 0.6,
            low=low,
            high=high,
            span=span,
        )

    def x(self, at: float) -> float:
        first, last = self.span
        if last <= first:
            return (self.left + self.right) / 2
        return self.left + (self.right - self.left) * (at - first) / (last - first)

    def y(self, value: float) -> float:
        inside = max(self.low, min(self.high, value))
        return self.floor - (self.floor - self.top) * (inside - self.low) / (self.high - self.low)


def _scale(strip: Strip) -> tuple[float, float]:
    """Return the ends of a scale: all values and the band, with room above and below."""
    values = [point.y for line in strip.lines for point in line]
    values += [end for end in (strip.low, strip.high) if end is not None]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    room = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    return low - room, high + room


def scale_ticks(low: float, high: float, *, most: int = TICKS) -> tuple[float, ...]:
    """Return round values between two ends, at most `most` and at least one where one fits. O(most)."""
    rough = (high - low) / max(1, most)
    if rough <= 0:
        return (low,)
    power = 10.0 ** floor(log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10, 20) if power * each >= rough)
    first = floor(low / step) + 1
    found: list[float] = []
    n = first
    while n * step <= high and len(found) <= most:
        found.append(round(n * step, 10))
        n += 1
    return tuple(found)


def _strip(strip: Strip, box: _Box) -> list[str]:
    text = box.sheet.text
    parts = [
        f'<text class="chart-name" x="{_n(box.left)}" y="{_n(box.top - text * 0.75)}" fill="currentColor"'
        f' font-weight="600">{escape(strip.name)}</text>'
    ]
    if strip.is_words:
        return [*parts, *_words(strip, box)]
    parts += _band(strip, box)
    for value in scale_ticks(box.low, box.high):
        y = _n(box.y(value))
        parts.append(
            f'<line class="chart-grid" x1="{_n(box.left)}" x2="{_n(box.right)}" y1="{y}" y2="{y}"'
            ' stroke="currentColor" stroke-opacity="0.18"/>'
            f'<text class="chart-tick" x="{_n(box.left - 5)}" y="{y}" dy="0.35em" text-anchor="end"'
            f' fill="currentColor">{_tick(value)}</text>'
        )
    for number, line in enumerate(strip.lines):
        parts += _line(line, box, number)
    return parts


def _band(strip: Strip, box: _Box) -> list[str]:
    if strip.low is None and strip.high is None:
        return []
    top = box.y(strip.high) if strip.high is not None else box.top
    floor_ = box.y(strip.low) if strip.low is not None else box.floor
    return [
        f'<rect class="chart-band" x="{_n(box.left)}" y="{_n(top)}" width="{_n(box.right - box.left)}"'
        f' height="{_n(max(1.0, floor_ - top))}" fill="currentColor" fill-opacity="0.09"/>'
    ]


def _line(line: Sequence[Point], box: _Box, number: int) -> list[str]:
    """Draw a series: the line breaks where a value is known only to be below or above."""
    parts: list[str] = []
    run: list[str] = []
    for point in [*line, None]:
        if point is not None and point.look not in (Look.BELOW, Look.ABOVE):
            run.append(f"{_n(box.x(point.x))},{_n(box.y(point.y))}")
            continue
        if len(run) > 1:
            dash = ' stroke-dasharray="5 3"' if number else ""
            parts.append(
                f'<polyline class="chart-line" points="{" ".join(run)}" fill="none" stroke="currentColor"'
                f' stroke-width="1.4" stroke-opacity="0.7"{dash}/>'
            )
        run = []
    return [*parts, *(_mark(point, box.x(point.x), box.y(point.y)) for point in line)]


def _mark(point: Point, x: float, y: float) -> str:
    title = f"<title>{escape(point.reading)}</title>"
    if point.look is Look.PLAIN:
        return f'<circle class="mark-plain" cx="{_n(x)}" cy="{_n(y)}" r="3.5" fill="currentColor">{title}</circle>'
    if point.look is Look.WARN:
        corners: tuple[tuple[float, float], ...] = ((x, y - 6), (x + 5.5, y + 4), (x - 5.5, y + 4))
        return f'<polygon class="mark-warn" points="{_corners(corners)}" fill="currentColor">{title}</polygon>'
    if point.look is Look.GRAVE:
        west, east, north, south = _n(x - 5.5), _n(x + 5.5), _n(y - 5.5), _n(y + 5.5)
        return (
            f'<g class="mark-grave" stroke="currentColor" stroke-width="2" fill="none">{title}'
            f'<rect x="{west}" y="{north}" width="11" height="11"/>'
            f'<path d="M{west} {north}L{east} {south}M{east} {north}L{west} {south}"/></g>'
        )
    tip = 7 if point.look is Look.BELOW else -7
    corners = ((x - 5, y), (x + 5, y), (x, y + tip))
    return (
        f'<polygon class="mark-{point.look.value}" points="{_corners(corners)}" fill="none" stroke="currentColor"'
        f' stroke-width="1.5">{title}</polygon>'
    )


def _words(strip: Strip, box: _Box) -> list[str]:
    """Write words on one height, as many as have room beside each other."""
    parts: list[str] = []
    y = _n((box.top + box.floor) / 2)
    last = float("-inf")
    for line in strip.lines:
        for point in line:
            x = box.x(point.x)
            room = len(point.word) * box.sheet.text * 0.6 + 6
            title = f"<title>{escape(point.reading)}</title>"
            if x - last < room:
                parts.append(f'<circle class="mark-{point.look.value}" cx="{_n(x)}" cy="{y}" r="2.5">{title}</circle>')
                continue
            last = x
            weight = "" if point.look is Look.PLAIN else ' font-weight="700"'
            parts.append(
                f'<text class="mark-{point.look.value}" x="{_n(x)}" y="{y}" dy="0.35em" text-anchor="middle"'
                f' fill="currentColor"{weight}>{escape(point.word)}{title}</text>'
            )
    return parts


def _axis(ticks: Sequence[tuple[float, str]], sheet: Sheet, span: tuple[float, float], *, y: float) -> list[str]:
    """Write the times below: the last always, others where they have room."""
    box = _Box.of(Strip(name="", lines=()), sheet, span, top=0.0, tall=1.0)
    kept: list[tuple[float, str]] = []
    for at, label in reversed(ticks):
        x = box.x(at)
        room = len(label) * sheet.text * 0.58
        if not kept or kept[-1][0] - x > room + 8:
            kept.append((x, label))
    parts = []
    for place, (x, label) in enumerate(reversed(kept)):
        half = len(label) * sheet.text * 0.29
        anchor = "end" if x + half > sheet.width else "start" if x - half < 0 else "middle"
        if place == len(kept) - 1 and len(kept) > 1:
            anchor = "end" if x + half > sheet.width - 2 else anchor
        parts.append(
            f'<text class="chart-tick" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" fill="currentColor">'
            f"{escape(label)}</text>"
        )
    return parts


def _corners(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_n(a)},{_n(b)}" for a, b in corners)


def _tick(value: float) -> str:
    return f"{value:.6g}"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
