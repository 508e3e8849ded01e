"""Charts as SVG text: a burn-up over days.

Owns geometry, ticks, labels and the accessible skeleton (`role`, `title`, `desc`). Colours are not
here: every mark carries a class and takes its colour from the page's tokens, so that light, dark
and print come from one drawing. No `style` attribute is written (a strict content policy blocks
them); the presentation attributes are what a reader without stylesheet gets: black, dashes, hatching.
Refuses Django, clocks, randomness and words of its own. Equal arguments give equal bytes.
Source: docs/decisions/0007-charts-are-our-own-svg.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape
from itertools import pairwise

Number = Callable[[int], str]
TOO_HIGH = 2.5  # a line this many times as high as what is filled would press it flat


class Form(Enum):
    """How a series is drawn."""

    AREA = "area"  # filled to the floor
    BAND = "band"  # hatched, standing on the area before it
    STACK = "stack"  # filled, standing on what is before it
    LINE = "line"  # dashed: a target, a denominator; named above the paper when it stands too high


STANDING = frozenset({Form.BAND, Form.STACK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One quantity over days.

    Args: key: the class its marks carry (`s-<key>`), a slug. label: its name in the reader's
    language. values: one count a day, none negative, as many as the chart has days.
    """

    key: str
    label: str
    form: Form
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The paper a chart is drawn on, in its own units; one unit is one pixel at natural size.

    Args: key: class of the drawing (`chart-<key>`). text: height of the letters. gutter: room for
    the labels at the right. ticks_x: how many labels the day axis may bear.
    """

    key: str
    width: int
    height: int
    text: int
    gutter: int
    ticks_x: int


WIDE = Frame(key="wide", width=620, height=285, text=15, gutter=132, ticks_x=11)
NARROW = Frame(key="narrow", width=340, height=250, text=13, gutter=92, ticks_x=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnUp:
    """What a burn-up shows.

    Args: title, description: what a reader who does not see the drawing is told. days: whole days,
    rising without a hole, day 0 first. day_prefix: "D+" or "J+". series: bands and stacks stand
    on the series before them. number: writes a count in the reader's language.
    """

    title: str
    description: str
    days: tuple[int, ...]
    day_prefix: str
    series: tuple[Series, ...]
    number: Number = str

    def __post_init__(self) -> None:
        if not self.days:
            raise ValueError("a burn-up has at least one day")
        if any(later - earlier != 1 for earlier, later in pairwise(self.days)):
            raise ValueError("the days of a burn-up follow each other")
        for series in self.series:
            if len(series.values) != len(self.days):
                raise ValueError(f"series {series.key} has not one value a day")
            if min(series.values) < 0:
                raise ValueError(f"series {series.key} counts below nothing")
        if self.series and self.series[0].form in STANDING:
            raise ValueError("a band stands on a series before it")


def burn_up(chart: BurnUp, *, frame: Frame, ident: str) -> str:
    """Draw a burn-up.

    Args: chart: n days, m series. frame: `WIDE` or `NARROW`; a page prints both and shows the one
    that fits. ident: prefix of the ids inside, unique on the page.
    Returns: one `<svg>` element, safe to inline; O(n m).
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
        _hatching(ident),
        *_axis_y(chart, plot),
        *_axis_x(chart, plot),
        *_marks(chart, plot, ident),
        *_labels(chart, plot),
        *_readings(chart, plot),
        "</svg>",
    ]
    return "".join(parts)


def ticks(top: int, *, most: int) -> tuple[int, ...]:
    """Choose the marks of an axis from 0: at most `most` of them, steps 1, 2 or 5 times a power of ten.

    Returns: rising multiples of the step; the last is `top` or above, so that the axis covers it.
    """
    if top < 0 or most < 2:
        raise ValueError("an axis goes up from 0 and bears two marks at least")
    step = 1
    while -(-max(top, 1) // step) > most - 1:
        step = _next_step(step)
    return tuple(range(0, -(-max(top, 1) // step) * step + 1, step))


def day_ticks(days: Sequence[int], *, most: int) -> tuple[int, ...]:
    """Choose the days an axis names: multiples of one step, and always the last day.

    A multiple nearer to the last day than half a step gives way to it.
    """
    first, last = days[0], days[-1]
    step = 1
    while (last - first) // step + 1 > most:
        step = _next_step(step)
    named = [day for day in days if day % step == 0 and (last - day) * 2 >= step]
    return tuple([day for day in named if day != last] + [last])


def _next_step(step: int) -> int:
    lead = int(str(step)[0])
    return step * 2 if lead in (1, 5) else step * 5 // 2


def _n(value: float) -> str:
    """Write a coordinate: one decimal at most, no trailing zero, the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plot:
    """Where the data stand on the paper."""

    frame: Frame
    days: tuple[int, ...]
    left: float
    right: float
    top: float
    floor: float
    marks: tuple[int, ...]
    tops: tuple[tuple[int, ...], ...]  # of each series: the height its upper edge reaches, day by day

    @classmethod
    def of(cls, chart: BurnUp, frame: Frame) -> _Plot:
        tops: list[tuple[int, ...]] = []
        for series in chart.series:
            below = tops[-1] if series.form in STANDING else (0,) * len(chart.days)
            tops.append(tuple(low + value for low, value in zip(below, series.values, strict=True)))
        marks = ticks(_highest(chart, tops), most=5)
        widest = max(len(chart.number(mark)) for mark in marks)
        return cls(
            frame=frame,
            days=chart.days,
            left=widest * frame.text * 0.62 + 10,
            right=frame.width - frame.gutter,
            top=frame.text * 0.9,
            floor=frame.height - frame.text * 2,
            marks=marks,
            tops=tuple(tops),
        )

    def holds(self, index: int) -> bool:
        """Say whether a series stands on the paper whole."""
        return max(self.tops[index]) <= self.marks[-1]

    def x(self, day: int) -> float:
        span = max(self.days[-1] - self.days[0], 1)
        return self.left + (self.right - self.left) * (day - self.days[0]) / span

    def y(self, count: int) -> float:
        return self.floor - (self.floor - self.top) * count / self.marks[-1]

    def edge(self, heights: Sequence[int]) -> str:
        return " ".join(f"{_n(self.x(day))},{_n(self.y(high))}" for day, high in zip(self.days, heights, strict=True))


def _highest(chart: BurnUp, tops: Sequence[Sequence[int]]) -> int:
    """Choose what the axis must reach: what is filled, and a line as long as that keeps the filled part readable."""
    filled = max(
        (max(edge) for series, edge in zip(chart.series, tops, strict=True) if series.form is not Form.LINE), default=0
    )
    lines = [max(edge) for series, edge in zip(chart.series, tops, strict=True) if series.form is Form.LINE]
    return max([filled, *(line for line in lines if not filled or line <= filled * TOO_HIGH)])


def _hatching(ident: str) -> str:
    return (
        f'<defs><pattern id="{ident}-h" class="chart-hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><path d="M0 0V6" stroke="currentColor" stroke-width="2.5"/></pattern></defs>'
    )


def _axis_y(chart: BurnUp, plot: _Plot) -> list[str]:
    parts = []
    for mark in plot.marks:
        y = _n(plot.y(mark))
        parts.append(
            f'<line class="chart-grid" x1="{_n(plot.left)}" x2="{_n(plot.right)}" y1="{y}" y2="{y}"'
            ' stroke="currentColor" stroke-opacity="0.2"/>'
        )
        parts.append(
            f'<text class="chart-tick" x="{_n(plot.left - 8)}" y="{y}" dy="0.35em" text-anchor="end"'
            f' fill="currentColor">{escape(chart.number(mark))}</text>'
        )
    return parts


def _axis_x(chart: BurnUp, plot: _Plot) -> list[str]:
    parts = []
    for day in day_ticks(chart.days, most=plot.frame.ticks_x):
        last = " chart-today" if day == chart.days[-1] else ""
        parts.append(
            f'<text class="chart-tick{last}" x="{_n(plot.x(day))}" y="{_n(plot.floor + plot.frame.text * 1.5)}"'
            f' text-anchor="middle" fill="currentColor">{escape(chart.day_prefix)}{day}</text>'
        )
    return parts


def _marks(chart: BurnUp, plot: _Plot, ident: str) -> list[str]:
    """Draw the series, filled ones first so that no line is hidden."""
    parts = []
    for index, series in enumerate(chart.series):
        if series.form is Form.LINE:
            continue
        below = plot.tops[index - 1] if series.form in STANDING else (0,) * len(plot.days)
        back = " ".join(reversed(plot.edge(below).split(" ")))
        fill = f"url(#{ident}-h)" if series.form is Form.BAND else "currentColor"
        parts.append(
            f'<polygon class="chart-fill s-{series.key}" points="{plot.edge(plot.tops[index])} {back}"'
            f' fill="{fill}" fill-opacity="0.35"/>'
        )
    for index, series in enumerate(chart.series):
        if not plot.holds(index):
            continue
        dashes = ' stroke-dasharray="7 5"' if series.form is Form.LINE else ""
        width = "1.5" if series.form in STANDING else "2.5"
        parts.append(
            f'<polyline class="chart-line s-{series.key}" points="{plot.edge(plot.tops[index])}" fill="none"'
            f' stroke="currentColor" stroke-width="{width}" stroke-linejoin="round"{dashes}/>'
        )
        parts.append(
            f'<circle class="chart-dot s-{series.key}" cx="{_n(plot.x(plot.days[-1]))}"'
            f' cy="{_n(plot.y(plot.tops[index][-1]))}" r="4" fill="currentColor"/>'
        )
    return parts


def _labels(chart: BurnUp, plot: _Plot) -> list[str]:
    """Name each series at its last point, pushed apart where they would meet."""
    size = plot.frame.text
    room = size * 2.5
    heights = [plot.y(edge[-1]) if plot.holds(index) else plot.top for index, edge in enumerate(plot.tops)]
    wanted = sorted(range(len(chart.series)), key=lambda index: (plot.holds(index), heights[index]))
    places: dict[int, float] = {}
    bottom = plot.top - room
    for index in wanted:
        bottom = max(heights[index], bottom + room)
        places[index] = bottom
    ceiling = plot.floor + room
    for index in reversed(wanted):  # what was pushed below the floor comes back up
        ceiling = min(places[index], ceiling - room)
        places[index] = ceiling
    parts = []
    for index in wanted:
        series = chart.series[index]
        x, y = _n(plot.right + 12), places[index]
        parts.append(
            f'<text class="chart-label s-{series.key}" x="{x}" y="{_n(y)}" fill="currentColor">'
            f'<tspan class="chart-value" font-size="{_n(size * 1.2)}" font-weight="700">'
            f"{'' if plot.holds(index) else '↑ '}{escape(chart.number(series.values[-1]))}</tspan>"
            f'<tspan class="chart-name" x="{x}" dy="1.1em">{escape(series.label)}</tspan></text>'
        )
    return parts


def _readings(chart: BurnUp, plot: _Plot) -> list[str]:
    """Lay an unseen column over each day: a pointer resting on it reads the day's counts."""
    half = (plot.right - plot.left) / max(len(plot.days) - 1, 1) / 2
    parts = ['<g class="chart-readings" fill="transparent">']
    for index, day in enumerate(plot.days):
        counts = " · ".join(f"{chart.number(s.values[index])} {s.label}" for s in chart.series)
        parts.append(
            f'<rect x="{_n(plot.x(day) - half)}" y="{_n(plot.top)}" width="{_n(2 * half)}"'
            f' height="{_n(plot.floor - plot.top)}">'
            f"<title>{escape(chart.day_prefix)}{day} · {escape(counts)}</title></rect>"
        )
    parts.append("</g>")
    return parts
