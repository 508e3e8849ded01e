"""Results of a patient: the latest of each test, the table of tests by times, one test over time.

Owns gathering and grouping: by panel and specimen, a line a test and unit. Refuses to mix units or specimens in a
line. Source: docs/design/chart.md, C20-C35.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from relight.record.rules.chart.coding import words
from relight.record.rules.chart.flags import GRAVE, Flagged
from relight.record.rules.chart.origin import Origin
from relight.record.rules.chart.results import Report, Result, Standing, report_read, result_read
from relight.record.rules.chart.values import Bounds, Value
from relight.record.rules.search_values import key_of
from relight.record.selectors.chart_rows import ChartRow, Part, rows_by_id, rows_of_parts, rows_where

READ: Final = 600
REPORTS: Final = 80
COLUMNS: Final = 8
TREND: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultLine:
    """One value of one test, or of one component of it.

    Args: key: what stands in one line: test, specimen and unit. part: the component's place, -1 for the result
    itself. panel: what it belongs to, empty for none. report: the DiagnosticReport it came with.
    """

    id: UUID
    version: int
    part: int
    key: str
    name: str
    panel: str
    specimen: str
    value: Value
    flagged: Flagged
    bounds: Bounds
    standing: Standing
    note: str
    report: UUID | None
    origin: Origin

    @property
    def is_grave(self) -> bool:
        """Say whether somebody has to be told."""
        return self.flagged.flag in GRAVE


def lines_of(
    rows: Iterable[ChartRow], *, reports: Iterable[ChartRow] = (), specimens: Mapping[UUID, str] | None = None
) -> list[ResultLine]:
    """Read result rows as lines, newest first: groups name the panel of their members and are no line themselves."""
    return _lines_of([(row, result_read(row.body)) for row in rows], reports=reports, specimens=specimens)


def _lines_of(
    read: Sequence[tuple[ChartRow, Result]], *, reports: Iterable[ChartRow], specimens: Mapping[UUID, str] | None
) -> list[ResultLine]:
    panels: dict[UUID, str] = {}
    report_of: dict[UUID, UUID] = {}
    for row in reports:
        report: Report = report_read(row.body)
        for member in report.results:
            panels.setdefault(member, report.name)
            report_of.setdefault(member, row.id)
    for row, result in read:
        for member in result.members:
            panels[member] = result.name
            if row.id in report_of:
                report_of.setdefault(member, report_of[row.id])
    lines: list[ResultLine] = []
    for row, result in read:
        if result.standing is Standing.ERROR or result.is_group:
            continue
        where = result.specimen
        if specimens and result.specimen_id is not None:
            where = specimens.get(result.specimen_id, where)
        lines += _lines(row, result, panel=panels.get(row.id, ""), specimen=where, report=report_of.get(row.id))
    return lines


def _lines(row: ChartRow, result: Result, *, panel: str, specimen: str, report: UUID | None) -> Iterable[ResultLine]:
    """Yield the line of a result, and one a component; a component's panel is its result."""
    whole = ResultLine(
        id=row.id,
        version=row.version,
        part=-1,
        key=_key(result.key, result.loinc, specimen, result.value),
        name=result.name,
        panel=panel,
        specimen=specimen,
        value=result.value,
        flagged=result.flagged,
        bounds=result.bounds,
        standing=result.standing,
        note=result.note,
        report=report,
        origin=row.origin,
    )
    if result.value.text or result.value.absent or not result.parts:
        yield whole
    for place, part in enumerate(result.parts):
        yield replace(
            whole,
            part=place,
            key=_key(f"{result.key}/{part.key}", "" if not result.loinc else result.loinc, specimen, part.value),
            name=part.name,
            panel=result.name or panel,
            value=part.value,
            flagged=part.flagged,
            bounds=part.bounds,
            note="",
        )


def _key(test: str, loinc: str, specimen: str, value: Value) -> str:
    """Return what one line holds: a LOINC code says its specimen itself, other codes do not."""
    where = "" if loinc else specimen.casefold()
    return f"{test}@{where}@{value.ucum or value.unit}"


def latest_of(lines: Sequence[ResultLine]) -> tuple[ResultLine, ...]:
    """Return the latest value of each test: grave ones first, then abnormal ones, then the rest, newest first."""
    found: dict[str, ResultLine] = {}
    for line in lines:
        if line.standing is not Standing.CANCELLED and line.value.text:
            found.setdefault(line.key, line)
    return tuple(sorted(found.values(), key=lambda line: (not line.is_grave, not line.flagged.flag)))


# -- the table --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """The values of one test at one time: mostly one or none. Args: tells_source: its column came from several."""

    lines: tuple[ResultLine, ...]
    tells_source: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One test of the table. Args: cells: one a column. latest: whose name, unit and range the row shows."""

    latest: ResultLine
    cells: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGroup:
    """A panel with its rows. Args: name: empty for results of no panel."""

    name: str
    specimen: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultTable:
    """Tests by times. Args: times: newest first, None for values without a time. origins: where all values of a time
    came from; None where they came from several places, and each says its own. page, pages: of columns, from 1.
    is_cut: only the latest READ results were read. reports: with conclusions or files, newest first."""

    times: tuple[datetime | None, ...]
    origins: tuple[Origin | None, ...]
    groups: tuple[TableGroup, ...]
    page: int
    pages: int
    is_cut: bool
    count: int
    reports: tuple[tuple[ChartRow, Report], ...]

    @property
    def columns(self) -> tuple[tuple[datetime | None, Origin | None], ...]:
        """Return each time with where all its values came from."""
        return tuple(zip(self.times, self.origins, strict=True))


def result_table(*, records: Sequence[UUID], zero: datetime | None, page: int = 1) -> ResultTable:
    """Read the table of results, a page of times at once. Two statements."""
    parts = {Part.RESULTS: READ + 1, Part.REPORTS: REPORTS}
    held = rows_of_parts(records=records, parts=parts, zero=zero)
    rows = held[Part.RESULTS][:READ]
    read = [(row, result_read(row.body)) for row in rows]
    lines = _lines_of(read, reports=held[Part.REPORTS], specimens=_specimens(result for _, result in read))
    times = list(dict.fromkeys(_minute(line) for line in lines))
    pages = max(1, -(-len(times) // COLUMNS))
    page = min(max(page, 1), pages)
    shown = times[(page - 1) * COLUMNS : page * COLUMNS]
    origins = tuple(_origin_of(lines, at) for at in shown)
    told = [(row, report_read(row.body)) for row in held[Part.REPORTS]]
    return ResultTable(
        times=tuple(shown),
        origins=origins,
        groups=_groups(lines, shown, origins),
        page=page,
        pages=pages,
        is_cut=len(held[Part.RESULTS]) > READ,
        count=len(lines),
        reports=tuple((row, report) for row, report in told if report.conclusion or report.has_file),
    )


def _minute(line: ResultLine) -> datetime | None:
    return line.origin.at.replace(second=0, microsecond=0) if line.origin.at else None


def _origin_of(lines: Sequence[ResultLine], at: datetime | None) -> Origin | None:
    """Return where all values of a time came from, None when from several places."""
    held = [line.origin for line in lines if _minute(line) == at]
    same = {(one.kind, one.name, one.as_of, one.is_old) for one in held}
    return held[0] if len(same) == 1 else None


def _groups(
    lines: Sequence[ResultLine], times: Sequence[datetime | None], origins: Sequence[Origin | None]
) -> tuple[TableGroup, ...]:
    wanted = {at: place for place, at in enumerate(times)}
    latest: dict[str, ResultLine] = {}
    cells: dict[str, list[list[ResultLine]]] = {}
    for line in lines:
        latest.setdefault(line.key, line)
        place = wanted.get(_minute(line))
        if place is not None:
            cells.setdefault(line.key, [[] for _ in times])[place].append(line)
    groups: dict[tuple[str, str], list[TableRow]] = {}
    for key, held in cells.items():
        first = latest[key]
        row = TableRow(
            latest=first,
            cells=tuple(
                TableCell(lines=tuple(each), tells_source=origin is None)
                for each, origin in zip(held, origins, strict=True)
            ),
        )
        groups.setdefault((first.panel, first.specimen), []).append(row)
    ordered = sorted(groups.items(), key=lambda one: (not one[0][0], one[0][0].casefold(), one[0][1].casefold()))
    return tuple(TableGroup(name=name, specimen=where, rows=tuple(rows)) for (name, where), rows in ordered)


def _specimens(results: Iterable[Result]) -> dict[UUID, str]:
    """Name the specimens results were made of. One statement."""
    wanted = [result.specimen_id for result in results if result.specimen_id is not None]
    known = rows_by_id(ids=wanted, zero=None) if wanted else {}
    return {key: words(row.body.get("type")) for key, row in known.items()}


# -- one test over time -----------------------------------------------------------------------------


def result_trend(*, records: Sequence[UUID], of: ChartRow, part: int, zero: datetime | None) -> list[ResultLine]:
    """Return every value of the test of a result, newest first, whatever their units. One statement.

    Args: of: one of its results. part: which component, -1 for the result itself.
    """
    wanted = result_read(of.body)
    code = wanted.key.partition("|")[2]
    where, values = "r.type = 'Observation' AND r.status = 'current'", []
    if code:
        found = "SELECT 1 FROM record_tokenindex t WHERE t.entry = r.entry AND t.key = %s AND t.code = %s LIMIT 1"
        where += f" AND ({found}) = 1"
        values = [key_of("Observation", "code"), code.casefold()[:200]]
    rows = rows_where(where=where, values=values, records=records, zero=zero, most=TREND)
    lines = lines_of(rows)
    own = [line for line in lines if line.id == of.id]
    stem = _stem(next((line for line in own if line.part == part), own[0] if own else None))
    return [line for line in lines if stem and _stem(line) == stem]


def _stem(line: ResultLine | None) -> str:
    """Return a line's key without its unit."""
    return line.key.rpartition("@")[0] if line else ""
