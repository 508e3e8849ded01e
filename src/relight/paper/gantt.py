"""Bars over days as SVG text: one row each, named on the left.

Owns geometry and the accessible skeleton: marks carry classes and take their colour from the page. Refuses Django,
clocks and words of its own. Equal arguments give equal bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

WIDTH, LEFT, ROW, TOP = 1120, 330, 26, 30
NAME_CHARS = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row. begin, end: days from the start. kind: `work`, `gate` or `task`. note: beside the bar."""

    name: str
    kind: str
    begin: float
    end: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gantt:
    """The chart. ticks: (day, label). span: days shown."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    span: float


def gantt_svg(chart: Gantt, *, ident: str) -> str:
    """Draw the chart. Args: ident: begins every id, for two charts on one page."""
    height = TOP + ROW * len(chart.bars) + 8

    def x(day: float) -> float:
        return LEFT + (WIDTH - LEFT - 90) * day / chart.span

    parts = [
        f'<svg class="gantt" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{ident}-t {ident}-d">',
        f'<title id="{ident}-t">{escape(chart.title)}</title><desc id="{ident}-d">{escape(chart.description)}</desc>',
    ]
    for day, label in chart.ticks:
        parts.append(f'<line class="gantt-line" x1="{x(day):.1f}" y1="{TOP - 6}" x2="{x(day):.1f}" y2="{height}"/>')
        parts.append(
            f'<text class="gantt-quiet" x="{x(day):.1f}" y="{TOP - 12}" text-anchor="middle">{escape(label)}</text>'
        )
    for place, bar in enumerate(chart.bars):
        y = TOP + place * ROW
        name = bar.name if len(bar.name) <= NAME_CHARS else f"{bar.name[: NAME_CHARS - 1]}…"
        wide = max(4.0, x(bar.end) - x(bar.begin))
        parts.append(f'<text x="0" y="{y + 17}">{escape(name)}</text>')
        parts.append(
            f'<rect class="gantt-{escape(bar.kind)}" x="{x(bar.begin):.1f}" y="{y + 5}" width="{wide:.1f}" '
            'height="16" rx="3"/>'
        )
        if bar.note:
            parts.append(
                f'<text class="gantt-quiet" x="{x(bar.begin) + wide + 6:.1f}" y="{y + 17}">{escape(bar.note)}</text>'
            )
    return "".join([*parts, "</svg>"])
