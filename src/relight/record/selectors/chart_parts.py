"""The whole chart as dataclasses: what pages and paper show, read in few statements.

Owns putting rows and rules together. Refuses to journal and to decide who may read: `views.patient` does, and the
service that prints. Source: docs/design/chart.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from uuid import UUID

from relight.record.rules.chart.documents import Document, document_read
from relight.record.rules.chart.medicines import Medicine, medicine_read
from relight.record.rules.chart.origin import Origin
from relight.record.rules.chart.problems import Problem, problem_read
from relight.record.rules.notes import Note, note_read
from relight.record.rules.requests import RequestFacts, RequestState, request_facts
from relight.record.selectors.chart import AllergyBanner, PatientFrame
from relight.record.selectors.chart_results import ResultLine, latest_of, lines_of
from relight.record.selectors.chart_rows import ChartRow, Part, rows_by_id, rows_of_parts
from relight.record.selectors.chart_vitals import VitalColumn, vital_columns
from relight.record.selectors.wards import StayView

T = TypeVar("T")
READ: Final[Mapping[Part, int]] = {
    Part.PROBLEMS: 150,
    Part.MEDICINES: 150,
    Part.STATEMENTS: 100,
    Part.RESULTS: 200,
    Part.REPORTS: 40,
    Part.VITALS: 120,
    Part.NOTES: 12,
    Part.DOCUMENTS: 12,
    Part.REQUESTS: 60,
}
"""How much of each part an overview reads; a part that has more says so (`Chart.more`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Generic[T]):
    """One thing of the chart. Args: what: as read by rules/chart. version: what who amends it saw."""

    id: UUID
    type: str
    version: int
    what: T
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is known of a patient now.

    Args: allergies: as the banner has them. problems, medicines: active ones. results: the latest value of each test,
    grave and abnormal ones first. vitals: newest first. notes, documents, requests: latest first. stays: present ones
    first. more: the parts of which only the latest were read.
    """

    allergies: AllergyBanner
    problems: tuple[Line[Problem], ...]
    medicines: tuple[Line[Medicine], ...]
    results: tuple[ResultLine, ...]
    vitals: tuple[VitalColumn, ...]
    notes: tuple[Line[Note], ...]
    documents: tuple[Line[Document], ...]
    requests: tuple[Line[RequestFacts], ...]
    stays: tuple[StayView, ...]
    more: frozenset[Part]


def chart_read(frame: PatientFrame, *, read: Mapping[Part, int] = READ) -> Chart:
    """Read the whole chart. Args: frame: of `selectors.chart.frame_get`. read: how much of each part.

    Two statements: the parts, and the medications they point at.
    """
    rows = rows_of_parts(records=frame.records, parts={part: n + 1 for part, n in read.items()}, zero=frame.day_zero)
    more = frozenset(part for part, n in read.items() if len(rows[part]) > n)
    held = {part: rows[part][: read[part]] for part in rows}
    results = lines_of(held.get(Part.RESULTS, ()), reports=held.get(Part.REPORTS, ()))
    return Chart(
        allergies=frame.allergies,
        problems=problems_of(held.get(Part.PROBLEMS, ())),
        medicines=medicines_of([*held.get(Part.MEDICINES, ()), *held.get(Part.STATEMENTS, ())]),
        results=latest_of(results),
        vitals=vital_columns(held.get(Part.VITALS, ())),
        notes=tuple(_line(row, note_read(row.body)) for row in held.get(Part.NOTES, ())),
        documents=tuple(_line(row, document_read(row.body)) for row in held.get(Part.DOCUMENTS, ())),
        requests=requests_of(held.get(Part.REQUESTS, ())),
        stays=frame.stays,
        more=more,
    )


def problems_of(rows: Iterable[ChartRow]) -> tuple[Line[Problem], ...]:
    """Read active problems, the same one of several sources once: the latest word counts."""
    found: dict[str, Line[Problem]] = {}
    for row in rows:
        problem = problem_read(row.body)
        if problem.is_active:
            found.setdefault(problem.name.casefold() or str(row.id), _line(row, problem))
    return tuple(found.values())


def medicines_of(rows: Sequence[ChartRow]) -> tuple[Line[Medicine], ...]:
    """Read current medicines, what the house prescribes first, by name. One statement for medications pointed at.

    Nothing is folded: the same medicine twice may be a mistake somebody has to see.
    """
    first = [(row, medicine_read(row.body)) for row in rows]
    wanted = [medicine.medication for _, medicine in first if medicine.medication is not None]
    known = rows_by_id(ids=wanted, zero=None) if wanted else {}
    lines = []
    for row, medicine in first:
        pointed = known.get(medicine.medication) if medicine.medication else None
        whole = medicine_read(row.body, medication=pointed.body) if pointed is not None else medicine
        if whole.is_current:
            lines.append(_line(row, whole))
    return tuple(sorted(lines, key=lambda line: (line.what.kind != "request", line.what.name.casefold())))


def requests_of(rows: Iterable[ChartRow]) -> tuple[Line[RequestFacts], ...]:
    """Read what was asked for and is not done, the most urgent first."""
    facts = [(row, request_facts(row.body, resource=row.id, patient=row.patient)) for row in rows]
    lines = [_line(row, each) for row, each in facts if each.state in (RequestState.OPEN, RequestState.PAUSED)]
    return tuple(sorted(lines, key=lambda line: line.what.priority.rank))


def _line(row: ChartRow, what: T) -> Line[T]:
    return Line(id=row.id, type=row.type, version=row.version, what=what, origin=row.origin)
