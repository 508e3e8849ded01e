"""PSPLIB's single-mode project files (`.sm`), read line by line.

Owns the format. Refuses whole every file that is cut off, contradicts itself or has several modes: half a project
would give a plan that leaves work out. Source: Kolisch & Sprecher, PSPLIB (1996); docs/design/planning.md, case 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from relight.kernel.errors import RelightError, Word
from relight.pmo.errors import (
    KIND_UNSUPPORTED,
    LINE_UNREADABLE,
    NOT_WHOLE,
    OTHER_RESOURCES,
    OUT_OF_ORDER,
    ROWS_MISSING,
    SECTION_MISSING,
    SEVERAL_MODES,
    SUCCESSORS_DIFFER,
    TOO_FEW_OR_MANY,
)
from relight.pmo.rules.project import MOST_JOBS, project_make
from relight.pmo.types import Project

JOBS = re.compile(r"jobs\s*\(incl[^)]*\)\s*:\s*(\d{1,9})\s*$", re.I)
KINDS = re.compile(r"-\s*(renewable|nonrenewable|doubly constrained)\s*:\s*(\d{1,9})", re.I)
NUMBER = re.compile(r"[+-]?\d{1,12}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    number: int  # from 1, as an editor counts
    text: str

    def refuse(self, reason: Word, file: str) -> RelightError:
        return LINE_UNREADABLE.error(where=f"{file}:{self.number}", reason=reason)

    def numbers(self, file: str) -> list[int]:
        words = self.text.split()
        for word in words:
            if not NUMBER.match(word):
                raise self.refuse(NOT_WHOLE, file)
        return [int(word) for word in words]


def project_read(data: bytes, *, file: str = "") -> Project:
    """Read one `.sm` file.

    Args: data: the whole file. file: its name, for errors.
    Returns: n jobs with the two dummies, in the file's order.
    Raises: RL-PMO-001 (a part missing), -002 (a line), -003 to -007, -009.
    """
    lines = [
        _Line(number=place + 1, text=text.strip())
        for place, text in enumerate(data.decode("latin-1").replace("\r\n", "\n").split("\n"))
    ]
    count = _job_count(lines, file)
    capacities = _capacities(lines, file)
    successors = [
        _successors(line, job, count, file) for job, line in _rows(lines, "PRECEDENCE RELATIONS", count, file)
    ]
    requests = [
        _request(line, job, len(capacities), file) for job, line in _rows(lines, "REQUESTS/DURATIONS", count, file)
    ]
    return project_make(
        durations=[row[0] for row in requests],
        demands=[row[1:] for row in requests],
        capacities=capacities,
        successors=successors,
        where=file,
    )


def _job_count(lines: list[_Line], file: str) -> int:
    count = 0
    for line in lines:
        if found := JOBS.search(line.text):
            count = int(found[1])
        for kind, number in KINDS.findall(line.text):
            if kind.lower() != "renewable" and int(number):
                raise KIND_UNSUPPORTED.error(where=f"{file}:{line.number}", what=OTHER_RESOURCES)
    if not 0 < count <= MOST_JOBS:
        raise SECTION_MISSING.error(where=file, part="jobs (incl. supersource/sink )")
    return count


def _body(lines: list[_Line], title: str, file: str) -> Iterator[_Line]:
    """Yield the rows under a title, without its column heads and rules, up to the next line of stars."""
    heads = [place for place, line in enumerate(lines) if line.text.upper().startswith(title)]
    if not heads:
        raise SECTION_MISSING.error(where=file, part=title)
    for line in lines[heads[0] + 1 :]:
        if line.text.startswith("***"):
            return
        if line.text and not line.text.startswith("---") and not line.text.lower().startswith(("jobnr", "r ", "r1")):
            yield line


def _rows(lines: list[_Line], title: str, count: int, file: str) -> Iterator[tuple[int, _Line]]:
    """Yield job (0-based) and row, for every job once and in order."""
    job = 0
    last = lines[-1]
    for line in _body(lines, title, file):
        last = line
        numbers = line.numbers(file)
        if job == count or numbers[0] != job + 1:
            raise line.refuse(OUT_OF_ORDER, file)
        yield job, line
        job += 1
    if job < count:
        raise last.refuse(ROWS_MISSING, file)


def _successors(line: _Line, job: int, count: int, file: str) -> list[int]:
    numbers = line.numbers(file)
    if len(numbers) < 3 or numbers[2] != len(numbers) - 3:
        raise line.refuse(SUCCESSORS_DIFFER, file)
    if numbers[1] != 1:
        raise KIND_UNSUPPORTED.error(where=f"{file}:{line.number}", what=SEVERAL_MODES)
    return [after - 1 for after in numbers[3:]]


def _request(line: _Line, job: int, resources: int, file: str) -> list[int]:
    numbers = line.numbers(file)
    if len(numbers) != 3 + resources:
        raise line.refuse(TOO_FEW_OR_MANY, file)
    return numbers[2:]


def _capacities(lines: list[_Line], file: str) -> list[int]:
    rows = list(_body(lines, "RESOURCEAVAILABILITIES", file))
    if len(rows) != 1:
        raise SECTION_MISSING.error(where=file, part="RESOURCEAVAILABILITIES")
    return rows[0].numbers(file)
