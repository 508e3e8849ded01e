"""Appointments out of any file: CSV, XLSX, JSON, FHIR, HL7 v2 SIU, iCalendar, each also as `.gz`.

Owns choosing the reader by what the file holds. Refuses databases, files and clocks: bytes in, appointments out, and
whatever cannot be read put aside with its line and reason. CSV streams; the others are held whole.
Source: docs/design/appointments.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, cast

from relight.activity.errors import NO_APPOINTMENTS, NO_COLUMNS
from relight.activity.rules import calendar, fhir, json_lists, separated, siu
from relight.activity.rules.booked import Aside, Booked, FileKind
from relight.activity.rules.source import Source, kind_of_file
from relight.activity.rules.tables import Layout, Read, ReadOptions, TableRow, standing, table_read
from relight.activity.rules.workbook import sheets_of
from relight.activity.types import Appointment
from relight.kernel.errors import RelightError

__all__ = ["Aside", "Booked", "FileKind", "ReadOptions", "Reading", "appointments_read", "reading_open"]

NO_OPTIONS = ReadOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A file being read. Args: headers: names of its columns as shown, empty where it has none. mapping: which holds
    what (column word -> header). rows: read as they are asked for, once."""

    kind: FileKind
    rows: Iterator[Booked | Aside]
    headers: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)


def reading_open(name: str, raw: bytes | IO[bytes], *, options: ReadOptions = NO_OPTIONS) -> Reading:
    """Begin to read a file of appointments, with their patients.

    Args: name: of the file; it may say what the list is about (`bloc_operatoire.csv`). raw: its bytes, or a stream.
    Raises: RL-ACT-030 to 036 and 048 when it cannot be read at all.
    """
    kind, layout, rows = _open(name, raw, options, whole=True)
    return Reading(
        kind=kind,
        rows=cast("Iterator[Booked | Aside]", rows),
        headers=layout.headers if layout else (),
        mapping=layout.mapping if layout else {},
    )


def appointments_read(
    name: str, raw: bytes | IO[bytes], *, options: ReadOptions = NO_OPTIONS
) -> Iterator[Appointment | Aside]:
    """Read the appointments of a file, without their patients: what deciding needs, and nothing more.

    What is cancelled or over in its source is put aside: there is nothing to decide. Raises: as `reading_open`.
    """
    _, _, rows = _open(name, raw, options, whole=False)
    return _standing(rows)


def _standing(rows: Iterator[Read]) -> Iterator[Appointment | Aside]:
    for row in rows:
        if isinstance(row, Booked):
            yield standing(row.appointment, row.state, line=row.line)
        else:
            yield row


def _open(
    name: str, raw: bytes | IO[bytes], options: ReadOptions, *, whole: bool
) -> tuple[FileKind, Layout | None, Iterator[Read]]:
    source = Source(raw)
    kind = kind_of_file(source.head)
    stem = name.rpartition("/")[2].partition(".")[0].replace("_", " ")
    if kind is FileKind.TABLE:
        layout, rows = _table(separated.rows_of(source.lines(), options=options), options, (stem,), whole=whole)
        return kind, layout, rows
    if kind is FileKind.WORKBOOK:
        return (kind, *_workbook(source.whole(), options, stem, whole=whole))
    if kind is FileKind.JSON:
        return _json(source.whole(), options, stem, whole=whole)
    if kind is FileKind.SIU:
        return kind, None, siu.appointments_of(source.whole(), options=options)
    return kind, None, calendar.appointments_of(source.whole(), options=options)


def _table(
    records: Iterator[TableRow | Aside], options: ReadOptions, hints: tuple[str, ...], *, whole: bool
) -> tuple[Layout, Iterator[Read]]:
    """Read a table whose cutting may put rows aside: they come out before the row that follows them."""
    aside: list[Aside] = []

    def rows() -> Iterator[TableRow]:
        for record in records:
            if isinstance(record, Aside):
                aside.append(record)
            else:
                yield record

    layout, read = table_read(rows(), options=options, hints=hints, whole=whole)
    return layout, _with_asides(read, aside)


def _with_asides(read: Iterator[Read], aside: list[Aside]) -> Iterator[Read]:
    for row in read:
        while aside:
            yield aside.pop(0)
        yield row
    yield from aside


def _workbook(content: bytes, options: ReadOptions, stem: str, *, whole: bool) -> tuple[Layout, Iterator[Read]]:
    """Read every sheet that names its columns; the others are passed over as long as one does."""
    first: Layout | None = None
    parts: list[Iterator[Read]] = []
    refusal: RelightError | None = None
    for sheet in sheets_of(content):
        try:
            layout, rows = table_read(
                iter(list(sheet.rows)), options=options, hints=(sheet.name, stem), whole=whole, spans=sheet.spans
            )
        except RelightError as refused:
            if refused.spec is not NO_COLUMNS:
                refusal = refused
            continue
        first = first or layout
        parts.append(rows)
    if first is None:
        raise refusal or NO_COLUMNS.error()
    return first, chain.from_iterable(parts)


def _json(
    content: bytes, options: ReadOptions, stem: str, *, whole: bool
) -> tuple[FileKind, Layout | None, Iterator[Read]]:
    objects = list(json_lists.objects_of(content))
    aside = [one for one in objects if isinstance(one, Aside)]
    numbered = [one for one in objects if not isinstance(one, Aside)]
    if not numbered:
        if aside:
            return FileKind.JSON, None, iter(aside)
        raise NO_APPOINTMENTS.error()
    if any("resourceType" in one for _, one in numbered):
        return FileKind.FHIR, None, chain(aside, fhir.appointments_of(numbered, options=options))
    layout, rows = table_read(json_lists.rows_of(numbered), options=options, hints=(stem,), whole=whole)
    return FileKind.JSON, layout, chain(aside, rows)
