"""What the overview and the page of vital signs show: the chart, laid out for one screen.

Owns how much of each part fits. Source: docs/design/chart.md, C4, C44.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext

from relight.kernel.errors import N_
from relight.record.rules.chart.origin import Origin
from relight.record.rules.chart.vitals import Sign
from relight.record.selectors.chart import PatientFrame
from relight.record.selectors.chart_drawings import Drawing, vitals_drawing
from relight.record.selectors.chart_parts import Chart, chart_read
from relight.record.selectors.chart_rows import Part
from relight.record.selectors.chart_vitals import VitalCell, VitalColumn, latest_signs, signs_shown, vitals_read

COLUMNS: Final = 24
READ: Final[Mapping[Part, int]] = {
    Part.PROBLEMS: 100,
    Part.MEDICINES: 120,
    Part.STATEMENTS: 60,
    Part.RESULTS: 120,
    Part.VITALS: 70,
    Part.NOTES: 4,
    Part.DOCUMENTS: 4,
    Part.REQUESTS: 60,
}
DRAWN: Final = 150
USUAL, ALL = "7", "all"
SPANS: Final[Mapping[str, str]] = {"1": N_("24 hours"), "7": N_("7 days"), "30": N_("30 days"), "all": N_("all")}
SPANS_DAYS: Final[Mapping[str, int]] = {"1": 1, "7": 7, "30": 30}
_LATE: Final = frozenset({Sign.WEIGHT, Sign.HEIGHT, Sign.OTHER})


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewPage:
    """The overview. Args: signs: the latest of each sign with its time and source, the score apart. measured: when and
    from where the latest of them is; a sign of another time says its own."""

    chart: Chart
    measured: tuple[datetime | None, Origin] | None
    score: tuple[VitalCell, datetime | None, Origin] | None
    signs: tuple[tuple[Sign, VitalCell, datetime | None, Origin], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalsPage:
    """Vital signs of a span. Args: days: its key in SPANS. columns: of the table, at most COLUMNS."""

    days: str
    spans: tuple[tuple[str, str], ...]
    columns: tuple[VitalColumn, ...]
    signs: tuple[Sign, ...]
    drawing: Drawing | None
    has_others: bool
    is_cut: bool


def overview_page(frame: PatientFrame) -> OverviewPage:
    """Read the overview. Two statements beyond the frame's."""
    chart = chart_read(frame, read=READ)
    latest = latest_signs(chart.vitals)
    signs = [(sign, *held) for sign, held in latest.items() if sign is not Sign.NEWS]
    newest = chart.vitals[0] if chart.vitals else None
    return OverviewPage(
        chart=chart,
        measured=(newest.at, newest.origin) if newest else None,
        score=latest.get(Sign.NEWS),
        signs=tuple(sorted(signs, key=lambda one: one[0] in _LATE)),
    )


def vitals_page(frame: PatientFrame, *, days: str) -> VitalsPage:
    """Read vital signs of a span of SPANS; a week without any shows all there are. One statement, or two."""
    since = frame.at - timedelta(days=SPANS_DAYS[days]) if days in SPANS_DAYS else None
    columns, is_cut = vitals_read(records=frame.records, zero=frame.day_zero, since=since)
    if not columns and days == USUAL:
        days = ALL
        columns, is_cut = vitals_read(records=frame.records, zero=frame.day_zero)
    shown = columns[:COLUMNS]
    return VitalsPage(
        days=days,
        spans=tuple((key, gettext(word)) for key, word in SPANS.items()),
        columns=shown,
        signs=signs_shown(shown),
        drawing=vitals_drawing(columns[:DRAWN]),
        has_others=any(column.others for column in shown),
        is_cut=is_cut or len(columns) > COLUMNS,
    )
