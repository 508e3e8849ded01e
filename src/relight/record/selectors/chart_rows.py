"""The rows of a patient's chart: the latest of each part, all parts in one statement.

Owns what of a record belongs to which part (results, vital signs, current medicines …) and how much of it is read.
Refuses to read what resources say. The search's index tells a category or a status apart, so that a thousand vital
signs never hide a result. Source: docs/design/chart.md, C3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import connection

from relight.record.rules.canonical import loads
from relight.record.rules.chart.origin import Origin, origin_of
from relight.record.rules.chart.vitals import VITAL_CODES
from relight.record.rules.search_values import key_of
from relight.record.selectors.rows import id_in, id_or_none, id_out, time_in, time_or_none, time_out
from relight.record.types import ResourceStatus, SourceKind

COLUMNS: Final = (
    "r.id, r.type, r.version, r.body, r.status, r.patient, s.kind, s.name, s.as_of, r.clinical_at, r.updated_at"
)
_NO_RESULTS: Final = ("vital-signs", "social-history", "survey", "activity")
_LATEST: Final = "r.clinical_at DESC NULLS LAST, r.entry DESC"


class Part(StrEnum):
    """A part of the chart."""

    PROBLEMS = "problems"
    MEDICINES = "medicines"
    STATEMENTS = "statements"
    RESULTS = "results"
    REPORTS = "reports"
    VITALS = "vitals"
    NOTES = "notes"
    DOCUMENTS = "documents"
    REQUESTS = "requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRow:
    """A resource of the chart, parsed. Args: origin: where from and how old. body: not to be changed."""

    part: str
    id: UUID
    type: str
    version: int
    status: ResourceStatus
    patient: UUID | None
    origin: Origin
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """How a part is read. Args: lasting: it holds until it is changed. but: (parameter, codes) that are left out.
    only: (parameter, codes) of which it has one."""

    types: tuple[str, ...]
    lasting: bool
    but: tuple[tuple[str, tuple[str, ...]], ...] = ()
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()


_OFF: Final = ("stopped", "completed", "cancelled", "ended", "entered-in-error", "draft", "not-taken")
_HOW: Final[dict[str, _How]] = {
    Part.PROBLEMS: _How(
        types=("Condition",), lasting=True, but=(("clinical-status", ("inactive", "remission", "resolved")),)
    ),
    Part.MEDICINES: _How(types=("MedicationRequest",), lasting=True, but=(("status", _OFF),)),
    Part.STATEMENTS: _How(types=("MedicationStatement",), lasting=True, but=(("status", _OFF),)),
    Part.RESULTS: _How(
        types=("Observation",), lasting=False, but=(("category", _NO_RESULTS), ("code", VITAL_CODES))
    ),
    Part.REPORTS: _How(types=("DiagnosticReport",), lasting=False),
    Part.VITALS: _How(
        types=("Observation",), lasting=False, only=(("category", ("vital-signs",)), ("code", VITAL_CODES))
    ),
    Part.NOTES: _How(types=("Composition",), lasting=False),
    Part.DOCUMENTS: _How(types=("DocumentReference",), lasting=False),
    Part.REQUESTS: _How(
        types=("ServiceRequest",), lasting=False, but=(("status", ("completed", "revoked", "entered-in-error")),)
    ),
}  # fmt: skip


def rows_of_parts(
    *, records: Sequence[UUID], parts: dict[Part, int], zero: datetime | None, since: datetime | None = None
) -> dict[Part, list[ChartRow]]:
    """Read the latest of several parts in one statement. Args: records: of one person. parts: how many of each at most.
    zero: the outage's first moment. since: only what took place from then on. Returns: newest first, what has no time
    last; those entered in error are left out."""
    texts: list[str] = []
    values: list[Any] = []
    for part, most in parts.items():
        for dated in (True,) if since is not None else (True, False):
            text, params = _select(part, records=records, most=most, dated=dated, since=since)
            texts.append(text)
            values += params
    found: dict[Part, list[ChartRow]] = {part: [] for part in parts}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(texts), values)
        for row in cursor.fetchall():
            part = Part(row[0])
            if len(found[part]) < parts[part]:
                found[part].append(chart_row(row[1:], part=part, zero=zero, lasting=_HOW[part].lasting))
    return found


def _select(
    part: Part, *, records: Sequence[UUID], most: int, dated: bool, since: datetime | None
) -> tuple[str, list[Any]]:
    """Select a part, dated rows or the others: apart, either comes straight from the index, in its order."""
    how = _HOW[part]
    where, values = [_whose(records)], [id_out(one) for one in records]
    where.append(f"r.type = '{how.types[0]}' AND r.status = 'current'")
    where.append(f"r.clinical_at IS {'NOT ' if dated else ''}NULL")
    if since is not None:
        where.append("r.clinical_at >= %s")
        values.append(time_out(since))
    if how.but:
        where.append(f"{_tokens(how.types[0], how.but)} IS NULL")
    if how.only:
        where.append(f"{_tokens(how.types[0], how.only)} IS NOT NULL")
    order = "r.clinical_at DESC, r.entry DESC" if dated else "r.entry DESC"
    text = (
        f"SELECT * FROM (SELECT '{part.value}' AS part, {COLUMNS} FROM record_resource r"
        f" LEFT JOIN record_source s ON s.id = r.source WHERE {' AND '.join(where)}"
        f" ORDER BY {order} LIMIT {most}) AS {part.value}_{'dated' if dated else 'other'}"
    )
    return text, values


def _tokens(type: str, conditions: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    """Return a value that is not null when one of these codes is in the index. The codes are this module's own.

    A value, not EXISTS: it is looked up row by row as rows are needed, where a database might else read the whole
    index first.
    """
    either = " OR ".join(
        f"(t.key = {key_of(type, param)} AND t.code IN ({', '.join(repr(code) for code in codes)}))"
        for param, codes in conditions
    )
    return f"(SELECT 1 FROM record_tokenindex t WHERE t.entry = r.entry AND ({either}) LIMIT 1)"


def _whose(records: Sequence[UUID]) -> str:
    return "r.patient = %s" if len(records) == 1 else f"r.patient IN ({', '.join(['%s'] * len(records))})"


def rows_where(
    *,
    where: str,
    values: Sequence[Any],
    records: Sequence[UUID],
    zero: datetime | None,
    most: int,
) -> list[ChartRow]:
    """Read resources of a record by a condition of the caller's own on `r`, newest first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM record_resource r LEFT JOIN record_source s ON s.id = r.source"
            f" WHERE {_whose(records)} AND {where} ORDER BY {_LATEST} LIMIT {int(most)}",
            [*(id_out(one) for one in records), *values],
        )
        return [chart_row(row, part="", zero=zero, lasting=False) for row in cursor.fetchall()]


def rows_by_id(*, ids: Sequence[UUID], zero: datetime | None, lasting: bool = False) -> dict[UUID, ChartRow]:
    """Read resources by id, whoever's they are: what a record points at. One statement; at most 500."""
    chunk = [id_out(one) for one in list(dict.fromkeys(ids))[:500]]
    if not chunk:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM record_resource r LEFT JOIN record_source s ON s.id = r.source"
            f" WHERE r.id IN ({', '.join(['%s'] * len(chunk))})",
            chunk,
        )
        rows = [chart_row(row, part="", zero=zero, lasting=lasting) for row in cursor.fetchall()]
    return {row.id: row for row in rows}


def chart_row(row: Sequence[Any], *, part: str, zero: datetime | None, lasting: bool) -> ChartRow:
    """Make a row of what COLUMNS gives."""
    key, type, version, body, status, patient, kind, name, as_of, clinical, written = row
    return ChartRow(
        part=part,
        id=id_in(key),
        type=type,
        version=version,
        status=ResourceStatus(status),
        patient=id_or_none(patient),
        origin=origin_of(
            kind=SourceKind(kind) if kind else SourceKind.TYPED,
            name=name or "",
            as_of=time_or_none(as_of),
            at=time_or_none(clinical),
            written_at=time_in(written),
            day_zero=zero,
            lasting=lasting,
        ),
        body=loads(bytes(body)),
    )
