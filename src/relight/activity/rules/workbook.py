"""Workbooks (XLSX) as rows: every sheet, its merged cells, its dates as text.

Owns what openpyxl leaves open: merged cells, which reading row by row does not tell, and limits against a file that
unpacks without end. Refuses formulas: the values the spreadsheet saved count. Source: ECMA-376; openpyxl 3.1.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as daytime
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

from relight.activity.errors import FILE_DAMAGED, FILE_TOO_BIG, FILE_UNKNOWN
from relight.activity.rules.tables import Spans, TableRow
from relight.activity.rules.values import Cell

_LIMIT_BYTES = 1024 * 1024 * 1024
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+\d+:[A-Z]+\d+)"')
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_WIDE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet. Args: spans: merged cells, from 0. rows: from the first, empty ones too."""

    name: str
    spans: Spans
    rows: Iterator[TableRow]


def sheets_of(content: bytes) -> Iterator[Sheet]:
    """Yield the sheets of a workbook in order.

    Raises: FILE_UNKNOWN for a zip that is no workbook, FILE_DAMAGED, FILE_TOO_BIG.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "[Content_Types].xml" not in archive.namelist() or not any(
                name.startswith("xl/") for name in archive.namelist()
            ):
                raise FILE_UNKNOWN.error(found="ZIP")
            if sum(entry.file_size for entry in archive.infolist()) > _LIMIT_BYTES:
                raise FILE_TOO_BIG.error(limit=_LIMIT_BYTES // (1024 * 1024))
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            for sheet in book.worksheets:
                spans = _spans(archive, getattr(sheet, "_worksheet_path", ""))
                yield Sheet(name=sheet.title, spans=spans, rows=_rows(sheet, spans, book.epoch))
            book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, SyntaxError) as broken:
        raise FILE_DAMAGED.error(why=f"XLSX: {type(broken).__name__}") from broken


def _spans(archive: zipfile.ZipFile, path: str) -> Spans:
    """Read which cells of a sheet are merged, from its XML and piece by piece."""
    found: list[tuple[int, int, int, int]] = []
    try:
        with archive.open(path.lstrip("/")) as stream:
            kept = b""
            while piece := stream.read(1 << 20):
                text = kept + piece
                end = 0
                for match in _MERGE.finditer(text):
                    left, top, right, bottom = range_boundaries(match.group(1).decode())
                    found.append((top - 1, left - 1, bottom - 1, right - 1))
                    end = match.end()
                kept = text[max(end, len(text) - 200) :]
    except KeyError:
        return ()
    return tuple(found)


def _rows(sheet: Any, spans: Spans, epoch: datetime) -> Iterator[TableRow]:
    """Yield rows; a cell merged downwards holds in all its rows (one day over the appointments of that day)."""
    sheet.reset_dimensions()
    downwards = {(top, left): bottom for top, left, bottom, _ in spans if bottom > top}
    carried: dict[int, tuple[str, int]] = {}
    width = 0
    for place, raw in enumerate(sheet.iter_rows(values_only=True)):
        cells = [cell_text(cell, epoch=epoch) for cell in raw[:_WIDE]]
        width = max(width, len(cells))
        cells += [""] * (width - len(cells))
        for left, (text, bottom) in list(carried.items()):
            if place <= bottom and left < len(cells) and not cells[left]:
                cells[left] = text
            elif place > bottom:
                del carried[left]
        for left, text in enumerate(cells):
            if downwards and text and (place, left) in downwards:
                carried[left] = (text, downwards[place, left])
        yield TableRow(line=place + 1, cells=_trimmed(cells), text=" | ".join(cell for cell in cells if cell))


def _trimmed(cells: list[str]) -> Sequence[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def cell_text(cell: Cell, *, epoch: datetime) -> str:
    """Return a cell as the text the other readers know: ISO days and times, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = cell.replace("\xa0", " ").strip()
        return "" if text in _ERRORS else text
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds") if cell.time() != daytime(0) else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, daytime):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return str(int(cell)) if float(cell).is_integer() else repr(cell)
