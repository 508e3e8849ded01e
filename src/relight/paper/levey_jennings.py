"""Levey-Jennings chart as SVG text: control points by run, in standard deviations around their mean.

Owns geometry and the accessible skeleton, as `paper.charts` does: marks carry classes and take their colour
from the page, shapes tell a point in range (disc) from one that warns (triangle) and one that is out
(crossed square). Refuses Django, clocks and words of its own. Equal arguments give equal bytes.
Source: Levey, Jennings, Am J Clin Pathol 1950;20:1059-66.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape

from relight.paper.charts import NARROW, WIDE, Frame

EDGE = 4.0  # a point further out is drawn at the edge; its reading says how far it is
LIMITS = (-3, -2, -1, 0, 1, 2, 3)


class Mark(Enum):
    """How a point is drawn."""

    OK = "ok"
    WARN = "warn"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPoint:
    """One point. Args: z: standard deviations from the mean. when: its tick, short. reading: all about it in
    a sentence, for who rests on it."""

    z: float
    mark: Mark
    when: str
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """What the chart shows. Args: points: oldest first. names: the label of each limit, from -3 to +3."""

    title: str
    description: str
    points: tuple[ControlPoint, ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.names) != len(LIMITS):
            raise ValueError("a control chart names its seven lines, from -3s to +3s")


def levey_jennings(chart: ControlChart, *, frame: Frame, ident: str) -> str:
    """Draw a control chart.

    Args: frame: `WIDE` or `NARROW`. ident: prefix of the ids inside, unique on the page.
    Returns: one `<svg>` element, safe to inline; O(n).
    """
    plot = _Plot.of(chart, frame)
    opening = (
        f'<svg class="chart chart-{frame.key}" viewBox="0 0 {frame.width} {frame.height}" role="img"'
        f' aria-labelledby="{ident}-t {ident}-d" xmlns="http://www.w3.org/2000/svg" font-size="{frame.text}">'
    )
    parts = [
        opening,
        f'<title id="{ident}-t">{escape(chart.title)}</title>',
        f'<desc id="{ident}-d">{escape(chart.description)}</desc>',
        *_limits(chart, plot),
        *_ticks(chart, plot),
        *_line(chart, plot),
        *(_point(point, plot.x(place), plot.y(point.z)) for place, point in enumerate(chart.points)),
        "</svg>",
    ]
    return "".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plot:
    """Where the points stand on the paper."""

    frame: Frame
    count: int
    left: float
    right: float
    top: float
    floor: float

    @classmethod
    def of(cls, chart: ControlChart, frame: Frame) -> _Plot:
        widest = max(len(name) for name in chart.names)
        return cls(
            frame=frame,
            count=len(chart.points),
            left=frame.text * 1.0,
            right=frame.width - widest * frame.text * 0.62 - 12,
            top=frame.text * 0.8,
            floor=frame.height - frame.text * 2.2,
        )

    def x(self, place: int) -> float:
        """Place a point; a single one stands in the middle."""
        if self.count == 1:
            return (self.left + self.right) / 2
        return self.left + (self.right - self.left) * place / (self.count - 1)

    def y(self, z: float) -> float:
        inside = max(-EDGE, min(EDGE, z))
        return self.top + (self.floor - self.top) * (EDGE - inside) / (2 * EDGE)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _limits(chart: ControlChart, plot: _Plot) -> list[str]:
    """Draw the mean whole, 2s and 3s dashed, 1s faint; name each where the paper ends."""
    parts = []
    for limit, name in zip(LIMITS, chart.names, strict=True):
        y = _n(plot.y(limit))
        key = "mean" if limit == 0 else f"{abs(limit)}s"
        dashes = {0: "", 1: ' stroke-opacity="0.25"', 2: ' stroke-dasharray="6 4"', 3: ' stroke-dasharray="2 3"'}
        parts.append(
            f'<line class="lj-{key}" x1="{_n(plot.left)}" x2="{_n(plot.right)}" y1="{y}" y2="{y}"'
            f' stroke="currentColor" stroke-width="1.5"{dashes[abs(limit)]}/>'
        )
        parts.append(
            f'<text class="chart-tick" x="{_n(plot.right + 8)}" y="{y}" dy="0.35em" fill="currentColor">'
            f"{escape(name)}</text>"
        )
    return parts


def _ticks(chart: ControlChart, plot: _Plot) -> list[str]:
    """Name some runs below: the first, the last, and as many between as the paper bears."""
    if not chart.points:
        return []
    last = plot.count - 1
    step = max(1, -(-plot.count // max(2, plot.frame.ticks_x // 2)))
    places = [place for place in range(0, plot.count, step) if last - place >= step] + [last]
    y = _n(plot.floor + plot.frame.text * 1.6)
    anchors = {0: "start", last: "end"}
    return [
        f'<text class="chart-tick" x="{_n(plot.x(place))}" y="{y}" fill="currentColor"'
        f' text-anchor="{anchors.get(place, "middle") if plot.count > 1 else "middle"}">'
        f"{escape(chart.points[place].when)}</text>"
        for place in places
    ]


def _line(chart: ControlChart, plot: _Plot) -> list[str]:
    if plot.count < 2:
        return []
    edge = " ".join(f"{_n(plot.x(place))},{_n(plot.y(point.z))}" for place, point in enumerate(chart.points))
    return [
        f'<polyline class="lj-line" points="{edge}" fill="none" stroke="currentColor" stroke-width="1.2"'
        ' stroke-opacity="0.6"/>'
    ]


def _point(point: ControlPoint, x: float, y: float) -> str:
    title = f"<title>{escape(point.reading)}</title>"
    if point.mark is Mark.OK:
        return f'<circle class="lj-ok" cx="{_n(x)}" cy="{_n(y)}" r="4" fill="currentColor">{title}</circle>'
    if point.mark is Mark.WARN:
        corners: Sequence[tuple[float, float]] = ((x, y - 6.5), (x + 6, y + 4.5), (x - 6, y + 4.5))
        shape = " ".join(f"{_n(a)},{_n(b)}" for a, b in corners)
        return f'<polygon class="lj-warn" points="{shape}" fill="currentColor">{title}</polygon>'
    west, east, north, south = _n(x - 6), _n(x + 6), _n(y - 6), _n(y + 6)
    return (
        f'<g class="lj-out" stroke="currentColor" stroke-width="2" fill="none">{title}'
        f'<rect x="{west}" y="{north}" width="12" height="12"/>'
        f'<path d="M{west} {north}L{east} {south}M{east} {north}L{west} {south}"/></g>'
    )


__all__ = ["NARROW", "WIDE", "ControlChart", "ControlPoint", "Mark", "levey_jennings"]
