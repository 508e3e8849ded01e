"""Reads `day,count`: how many machines worked by the end of each day.

Owns the format. Refuses whatever could mean two things: a day twice, a count above the total. Days are numbers of the
crisis (10, D+10, J+10) or dates (2026-11-24), one kind in a file. Source: docs/design/forecast.md (cases 1-8).
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta

from relight.pmo import errors

_DAY = re.compile(r"(?:[DJT]\+?)?(-?\d{1,5})", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,9}(?:[.,]0+)?")
MOST_ROWS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """n observations, n >= 1, in order of day. origin: the date of day 0 when the file has dates. falls: days on which
    a count is below the one before: corrected since, or lost again."""

    days: tuple[int, ...]
    counts: tuple[int, ...]
    origin: date | None
    falls: tuple[int, ...]

    def label(self, day: int) -> int | str:
        """Return a day as the file writes days."""
        return day if self.origin is None else (self.origin + timedelta(days=day)).isoformat()


def counts_read(content: bytes, *, file: str, total: int | None) -> Counts:
    """Read a file of counts; a first row of words is a heading.

    Args: total: how many machines there are, None when nobody knows. Raises: RL-PMO-060 for no row at all, -061 for a
    line that cannot be read, -062 for a day twice, -063 for a count above the total, -064 for a total below 1.
    """
    if total is not None and total < 1:
        raise errors.TOTAL_WRONG.error(value=total)
    text = content.decode("utf-8-sig", errors="replace").replace("\x00", "")
    found: dict[int, tuple[int, int]] = {}
    origin: date | None = None
    dated: bool | None = None
    for line, cells in _rows(text):
        day, is_date = _day(cells[0]) if len(cells) > 1 else (None, False)
        if day is None and not found and line == _first(text) and len(cells) > 1 and not _COUNT.fullmatch(cells[1]):
            continue
        if day is None or not _COUNT.fullmatch(cells[1]) or (dated is not None and dated is not is_date):
            raise errors.COUNT_LINE.error(where=f"{file}:{line}", line=line)
        dated = is_date
        count = int(re.split("[.,]", cells[1])[0])
        if day in found:
            raise errors.DAY_TWICE.error(where=f"{file}:{line}", line=line, earlier=found[day][1])
        if total is not None and count > total:
            raise errors.COUNT_HIGH.error(where=f"{file}:{line}", line=line, count=count, total=total)
        if len(found) >= MOST_ROWS:
            raise errors.COUNT_LINE.error(where=f"{file}:{line}", line=line)
        found[day] = (count, line)
    if not found:
        raise errors.COUNTS_EMPTY.error(where=file)
    days = sorted(found)
    if dated:
        origin = date.fromordinal(days[0])
        days_of = {day: day - days[0] for day in days}
    else:
        days_of = {day: day for day in days}
    counts = [found[day][0] for day in days]
    falls = tuple(days_of[day] for day, before, now in zip(days[1:], counts, counts[1:], strict=False) if now < before)
    return Counts(days=tuple(days_of[day] for day in days), counts=tuple(counts), origin=origin, falls=falls)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return line numbers and cells of the rows that are not empty, whatever separates them."""
    head = "\n".join(text.splitlines()[:20])
    mark = max((";", "\t", ","), key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=mark)
    rows = [
        (reader.line_num, [cell.strip().replace("\u00a0", "").replace("\u202f", "") for cell in row]) for row in reader
    ]
    return [(line, cells) for line, cells in rows if any(cells)]


def _first(text: str) -> int:
    return next((line for line, _ in _rows(text)), 0)


def _day(cell: str) -> tuple[int | None, bool]:
    if match := _DAY.fullmatch(cell):
        return int(match[1]), False
    try:
        return date.fromisoformat(cell).toordinal(), True
    except ValueError:
        return None, False
