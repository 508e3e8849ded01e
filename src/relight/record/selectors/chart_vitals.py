"""Vital signs of a patient: what was measured together, newest first.

Owns gathering into columns. Refuses to reckon a score. Source: docs/design/chart.md, C40-C46.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from relight.record.rules.chart.origin import Origin
from relight.record.rules.chart.results import Standing, result_read
from relight.record.rules.chart.vitals import Band, Measured, Sign, news_band, signs_read
from relight.record.selectors.chart_rows import ChartRow, Part, rows_of_parts

READ: Final = 900
ORDER: Final = tuple(Sign)
CHARTED: Final = (
    Sign.RESPIRATION, Sign.SATURATION, Sign.OXYGEN, Sign.SYSTOLIC, Sign.DIASTOLIC, Sign.HEART, Sign.CONSCIOUSNESS,
    Sign.TEMPERATURE, Sign.NEWS,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalCell:
    """One sign of a column. Args: id, version: of its observation. band: of a score."""

    id: UUID
    version: int
    measured: Measured
    band: Band | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalColumn:
    """What was measured at one time, by one source. Args: at: to the minute, None where not said. others: signs the
    chart has no line for."""

    at: datetime | None
    origin: Origin
    cells: Mapping[Sign, VitalCell]
    others: tuple[VitalCell, ...]

    @property
    def score(self) -> VitalCell | None:
        """Return the early warning score written for this time."""
        return self.cells.get(Sign.NEWS)


def vital_columns(rows: Iterable[ChartRow]) -> tuple[VitalColumn, ...]:
    """Gather observations by the minute and source they are of, in the order given. O(n)."""
    held: dict[tuple[datetime | None, str], tuple[Origin, dict[Sign, VitalCell], list[VitalCell]]] = {}
    for row in rows:
        result = result_read(row.body)
        if result.standing in (Standing.ERROR, Standing.CANCELLED):
            continue
        at = row.origin.at.replace(second=0, microsecond=0) if row.origin.at else None
        _, cells, others = held.setdefault((at, row.origin.name), (row.origin, {}, []))
        for measured in signs_read(result, row.body):
            band = news_band(measured.value, measured.flagged) if measured.sign is Sign.NEWS else None
            cell = VitalCell(id=row.id, version=row.version, measured=measured, band=band)
            if measured.sign is Sign.OTHER or measured.sign in cells:
                others.append(cell)
            else:
                cells[measured.sign] = cell
    return tuple(
        VitalColumn(at=at, origin=origin, cells=cells, others=tuple(others))
        for (at, _), (origin, cells, others) in held.items()
        if cells or others
    )


def vitals_read(
    *, records: Sequence[UUID], zero: datetime | None, since: datetime | None = None
) -> tuple[tuple[VitalColumn, ...], bool]:
    """Read the vital signs of a patient. Args: since: None for all. Returns: columns newest first, and whether older
    ones were left, for only the latest READ are read. One statement."""
    most = READ
    rows = rows_of_parts(records=records, parts={Part.VITALS: most + 1}, zero=zero, since=since)[Part.VITALS]
    return vital_columns(rows[:most]), len(rows) > most


def signs_shown(columns: Iterable[VitalColumn]) -> tuple[Sign, ...]:
    """Return which signs have a value at all, in the chart's order."""
    held = {sign for column in columns for sign in column.cells}
    return tuple(sign for sign in ORDER if sign in held)


def latest_signs(columns: Iterable[VitalColumn]) -> dict[Sign, tuple[VitalCell, datetime | None, Origin]]:
    """Return the latest value of each sign with its own time: signs are not always taken together."""
    found: dict[Sign, tuple[VitalCell, datetime | None, Origin]] = {}
    for column in columns:
        for sign, cell in column.cells.items():
            found.setdefault(sign, (cell, column.at, column.origin))
    return {sign: found[sign] for sign in ORDER if sign in found}
