"""Separated text (CSV) as rows: delimiter, quotes, and where a broken quotation ends.

Owns cutting. Streams: no more of a file is held than one record. Source: RFC 4180 and what spreadsheets really write.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from relight.activity.errors import ROW_QUOTE
from relight.activity.rules.booked import Aside
from relight.activity.rules.tables import ReadOptions, TableRow, layout_find

DELIMITERS = (";", ",", "\t", "|")
_LOOK_LINES = 60
_QUOTE_LINES = 20


def delimiter_of(lines: Sequence[str], *, options: ReadOptions) -> str:
    """Return the delimiter under which the lines name most columns; of equals the one that stands there most often."""
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == len("sep=;"):
        return lines[0][4]
    scores = []
    for delimiter in DELIMITERS:
        rows = [cells for _, cells, _ in _records(iter(lines), delimiter) if cells is not None]
        layout = layout_find(rows, options=options)
        known = len(layout.places) if layout else 0
        scores.append((known, sum(line.count(delimiter) for line in lines), delimiter))
    return max(scores, key=lambda score: score[:2])[2]


def rows_of(lines: Iterator[str], *, options: ReadOptions) -> Iterator[TableRow | Aside]:
    """Cut lines into rows. A quotation that never closes costs its own line only, and that line is put aside."""
    look = list(islice(lines, _LOOK_LINES))
    delimiter = delimiter_of(look, options=options)
    for line, cells, text in _records(chain(look, lines), delimiter):
        if cells is None:
            yield Aside(line=line, error=ROW_QUOTE.error(), text=text.rstrip("\r\n"))
        else:
            yield TableRow(line=line, cells=cells, text=text.rstrip("\r\n"), whole=text[-1:] in ("\n", "\r"))


def _records(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str] | None, str]]:
    """Yield (line, cells or None, as written) of each record."""
    number = 0
    waiting: list[str] = []
    while True:
        line = waiting.pop(0) if waiting else next(lines, None)
        if line is None:
            return
        number += 1
        if '"' not in line:
            yield number, line.rstrip("\r\n").split(delimiter), line
            continue
        taken, cells = [line], _parsed(line, delimiter)
        while cells is None and len(taken) < _QUOTE_LINES:
            more = waiting.pop(0) if waiting else next(lines, None)
            if more is None:
                break
            taken.append(more)
            cells = _parsed("".join(taken), delimiter)
        if cells is None:
            yield number, None, line
            waiting = taken[1:] + waiting
        else:
            yield number, cells, "".join(taken)
            number += len(taken) - 1


def _parsed(record: str, delimiter: str) -> list[str] | None:
    """Return the cells of a record, None while a quotation is open. Quotes inside an unquoted cell are letters."""
    try:
        return next(csv.reader([record.rstrip("\r\n")], delimiter=delimiter, strict=True), [])
    except csv.Error as slip:
        if "unexpected end of data" in str(slip):
            return None
        return next(csv.reader([record.rstrip("\r\n")], delimiter=delimiter), [])
