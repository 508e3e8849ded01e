"""Tables: any CSV whose columns can be named, from a directory, from NetBox or kept by hand.

Owns delimiters, quotes, the line of column names and where a broken quotation ends. Refuses to guess
a row that does not fit its table: it is put aside. Source: RFC 4180 and what spreadsheets really write.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from relight.fleet.errors import KIND_CLINICAL, KIND_PEOPLE, NO_COLUMN, ROW_CELLS, ROW_QUOTE
from relight.fleet.readers import directory, headers
from relight.fleet.readers.build import Draft, row_make
from relight.fleet.readers.klass import klass_of
from relight.fleet.readers.types import IDENTIFYING, BadRow, Field, Format, Outcome, Skipped, Why
from relight.fleet.readers.values import blank, time_of

DELIMITERS = (";", ",", "\t", "|")
_LOOK_LINES = 40
_HEADER_WITHIN = 15
_QUOTE_LINES = 20
_RULE = re.compile(r"^[\s|+;,]*[-=]{3,}[-=+\s|]*$", re.MULTILINE)
_PREFACE = re.compile(r"^(?:#TYPE .*|sep=.)$", re.IGNORECASE)
_PLANNED = frozenset({"planned", "staged", "inventory", "ordered", "commandé", "besteld", "bestellt", "à livrer"})
_CELL_LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table is laid out. Args: header_line: 1-based line of the column names."""

    format: Format
    delimiter: str
    headers: tuple[str, ...]
    header_line: int
    mapping: Mapping[Field, str]


def layout_of(text: str, *, wished: Mapping[str, str]) -> Layout | None:
    """Find how a table is laid out, None when the text is no table.

    Args: wished: what the person importing says about columns.
    Raises: NO_COLUMN when it is a table but nothing names a machine, MAP_FIELD, MAP_HEADER,
    KIND_PEOPLE and KIND_CLINICAL when its columns are those of people.
    """
    look = _head_lines(text)
    if _RULE.search("\n".join(look)):
        return None
    best = max(
        (found for delimiter in DELIMITERS if (found := _tried(look, delimiter, wished)) is not None),
        key=lambda tried: tried[0],
        default=None,
    )
    if best is None:
        best = _column(look)
    if best is None:
        return None
    (_, delimiter, names, line) = best
    return _layout(delimiter, names, line, wished)


def _head_lines(text: str) -> list[str]:
    return text[:200_000].splitlines()[:_LOOK_LINES]


_Tried = tuple[tuple[int, int, int], str, tuple[str, ...], int]


def _tried(look: Sequence[str], delimiter: str, wished: Mapping[str, str]) -> _Tried | None:
    """Try a delimiter: the line that holds the most known column names, and how well the rest fits it."""
    rows = [(number, _cells(line, delimiter)) for number, line in enumerate(look, start=1) if line.strip()]
    wide = {headers.folded(header) for header in wished.values() if header}
    best: _Tried | None = None
    for at, (number, cells) in enumerate(rows[:_HEADER_WITHIN]):
        if len([cell for cell in cells if cell.strip()]) < 2 or _PREFACE.match(look[number - 1]):
            continue
        known = len(headers.guess(cells)) + 2 * len(wide & {headers.folded(cell) for cell in cells})
        below = rows[at + 1 :]
        fitting = sum(1 for _, row in below if len(row) == len(cells))
        if fitting * 2 < len(below) or (not known and not below) or _printed(cells):
            continue
        score = (known, fitting if known == 0 else 1, len(cells) if known == 0 else 0)
        if best is None or score > best[0]:
            best = (score, delimiter, tuple(cells), number)
    return best


def _printed(cells: Sequence[str]) -> bool:
    """Say whether a line is `Name: value, Name: value`, as devices print it: no line of column names."""
    return 2 * sum(1 for cell in cells if ":" in cell) >= len(cells)


def _column(look: Sequence[str]) -> _Tried | None:
    """A list of one column: one known name on top, one word a line below."""
    lines = [(number, line.strip().strip('"')) for number, line in enumerate(look, start=1) if line.strip()]
    if len(lines) < 2 or any(" " in line for _, line in lines[1:]):
        return None
    known = headers.guess([lines[0][1]])
    if not set(known) & (IDENTIFYING - {Field.NAME}):
        return None
    return (1, 1, 1), "", (lines[0][1],), lines[0][0]


def _layout(delimiter: str, names: tuple[str, ...], line: int, wished: Mapping[str, str]) -> Layout:
    shown = _named(names)
    if headers.names_patients(shown):
        raise KIND_CLINICAL.error()
    guessed = headers.guess(shown)
    found = headers.table_format(shown)
    certain = set(guessed) & {Field.SERIAL, Field.MAC, Field.UUID, Field.OS}
    if headers.names_people(shown) and not certain - {Field.SERIAL} and not wished:
        raise KIND_PEOPLE.error()
    mapping = headers.overrule(guessed, wished, shown)
    wanted = set(mapping) & IDENTIFYING if wished else headers.names_machines(mapping, found)
    if not wanted:
        example = next((name for name in shown if name), "")
        raise NO_COLUMN.error(headers=", ".join(shown)[:300], example=example)
    return Layout(format=found, delimiter=delimiter, headers=shown, header_line=line, mapping=mapping)


def _named(names: Sequence[str]) -> tuple[str, ...]:
    """Column names without quotes; a second column of the same name gets its number."""
    shown: list[str] = []
    for number, name in enumerate(names, start=1):
        name = name.strip().strip("\ufeff").strip()
        shown.append(f"{name} ({number})" if name and name in shown else name)
    return tuple(shown)


def _cells(line: str, delimiter: str) -> list[str]:
    if not delimiter:
        return [line.strip().strip('"')]
    if '"' not in line:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter), [])


def table_read(text: str, layout: Layout) -> Iterator[Outcome]:
    """Read the rows below the column names; empty rows are passed over."""
    index = {header: at for at, header in enumerate(layout.headers) if header}
    columns = {field: index[header] for field, header in layout.mapping.items()}
    read = _directory_row if layout.format is Format.DIRECTORY_CSV else _row
    for line, raw, cells in _records(text, layout):
        if cells is None:
            yield BadRow(line=line, spec=ROW_QUOTE, raw=raw)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        fitted = _fitted(cells, layout)
        if fitted is None:
            params = {"cells": len(cells), "columns": len(layout.headers)}
            yield BadRow(line=line, spec=ROW_CELLS, params=params, raw=raw)
            continue
        yield read(line, raw, fitted, columns, layout)


def _fitted(cells: list[str], layout: Layout) -> list[str] | None:
    """Bring a row to the width of its table: only empty cells may be missing a name or too many."""
    width = len(layout.headers)
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return cells[:width]
    if len(cells) < width and not any(layout.headers[len(cells) :]):
        return cells + [""] * (width - len(cells))
    return cells if len(cells) == width else None


def _records(text: str, layout: Layout) -> Iterator[tuple[int, str, list[str] | None]]:
    """Cut a table into records: (line, as written, cells), cells None where a quotation never ends.

    An open quotation may go on for a few lines; then it is taken for a slip of this one line, so that
    it does not swallow the rest of the table.
    """
    lines = text.splitlines()
    at = layout.header_line
    while at < len(lines):
        line = lines[at]
        if '"' not in line:
            yield at + 1, line, _cells(line, layout.delimiter)
            at += 1
            continue
        taken, cells = _quoted(lines, at, layout.delimiter)
        yield at + 1, "\n".join(lines[at : at + taken]), cells
        at += taken


def _quoted(lines: Sequence[str], at: int, delimiter: str) -> tuple[int, list[str] | None]:
    """Read a record that holds quotes: how many lines it takes, and its cells."""
    for taken in range(1, min(_QUOTE_LINES, len(lines) - at) + 1):
        record = "\n".join(lines[at : at + taken])
        try:
            return taken, next(csv.reader([record], delimiter=delimiter or "\x1f", strict=True), [])
        except csv.Error as slip:
            if "unexpected end of data" not in str(slip):
                return taken, next(csv.reader([record], delimiter=delimiter or "\x1f"), [])
    return 1, None


def _get(cells: Sequence[str], columns: Mapping[Field, int], field: Field) -> str:
    at = columns.get(field)
    return cells[at].strip() if at is not None else ""


def _draft(line: int, raw: str, cells: Sequence[str], columns: Mapping[Field, int], layout: Layout) -> Draft:
    def get(field: Field) -> str:
        return _get(cells, columns, field)

    os = " ".join(part for part in (get(Field.OS), get(Field.OS_VERSION)) if part and not blank(part))
    words = [word for word in (get(Field.KLASS), get(Field.ROLE)) if word]
    names = [get(Field.HOSTNAME), get(Field.NAME)] if get(Field.HOSTNAME) else [get(Field.NAME)]
    return Draft(
        line=line,
        record=get(Field.RECORD),
        names=names,
        fqdn=get(Field.FQDN),
        serial=get(Field.SERIAL),
        uuid=get(Field.UUID),
        macs=[get(Field.MAC)],
        ips=[get(Field.IP)],
        manufacturer=get(Field.MANUFACTURER),
        model=get(Field.MODEL),
        os=os,
        klass=klass_of(words=words) or klass_of(os=os) or klass_of(words=[get(Field.MODEL)]),
        site=get(Field.SITE),
        room=get(Field.ROOM),
        role=get(Field.ROLE),
        service=get(Field.SERVICE),
        tags=[tag.strip() for tag in get(Field.TAGS).replace(";", ",").split(",")],
        seen_at=time_of(get(Field.SEEN_AT)),
        expected=get(Field.STATUS).lower() in _PLANNED,
        raw={
            header: value[:_CELL_LIMIT]
            for header, cell in zip(layout.headers, cells, strict=True)
            if header and (value := cell.strip())
        },
        text=raw,
        strict=True,
        columns={field.value: header for field, header in layout.mapping.items()},
    )


def _row(line: int, raw: str, cells: Sequence[str], columns: Mapping[Field, int], layout: Layout) -> Outcome:
    return row_make(_draft(line, raw, cells, columns, layout))


def _directory_row(line: int, raw: str, cells: Sequence[str], columns: Mapping[Field, int], layout: Layout) -> Outcome:
    """A row of a directory export: its attributes say more than its columns' names."""
    attributes = {
        header.lower(): cell.strip().split(";") if header.lower() == "objectclass" else [cell.strip()]
        for header, cell in zip(layout.headers, cells, strict=True)
        if header and cell.strip()
    }
    if directory.is_person(attributes):
        return Skipped(line=line, why=Why.NOT_A_MACHINE)
    draft = _draft(line, raw, cells, columns, layout)
    known = directory.directory_draft(attributes, line=line)
    draft.record = known.record or draft.record
    draft.names = [name for name in (*known.names, *draft.names) if name]
    draft.fqdn = draft.fqdn or known.fqdn
    draft.seen_at = known.seen_at or draft.seen_at
    draft.klass = known.klass or draft.klass
    return row_make(draft)
