"""What was odd in a message that was read all the same.

Owns finding and placing it. Refuses raising, and never names a value of a field.
Source: docs/design/hl7.md, cases 10-45.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from relight.kernel.errors import ErrorSpec
from relight.wire import errors
from relight.wire.hl7.delimiters import Delimiters
from relight.wire.hl7.escapes import known
from relight.wire.hl7.header import Head
from relight.wire.hl7.lines import Line
from relight.wire.problems import Problem

_VERSION = re.compile(r"2(?:\.[1-9](?:\.\d)*)?", re.ASCII)
Found = tuple[int, ErrorSpec, dict[str, object]]  # place in characters, error, values


def faults_of(
    text: str, *, lines: Sequence[Line], head: Head, decoded: Problem | None, charset: str, size: int
) -> tuple[Problem, ...]:
    """List what was odd, by place.

    Args: text: decoded message. decoded: what was wrong with its bytes. charset: the codec, to count bytes;
    places after bytes that are no text are near, not exact, and never beyond the end. size: of the message, in bytes.
    """
    marks = head.delimiters
    found: list[Found] = []
    if not marks.sound:
        found.append((4, errors.BAD_DELIMITERS, {}))
    found += _header(head)
    if "\n" in text:
        place = text.index("\n")
        found.append((place, errors.LINE_FEEDS, {}))
    for number, line in enumerate(lines, start=1):
        found += _line(line, number, marks)
    problems = [
        Problem(at=min(size, head.at + _bytes_to(text, place, charset)), spec=spec, params=params)
        for place, spec, params in found
    ]
    if head.at:
        problems.append(Problem(at=0, spec=errors.BEFORE_MSH))
    if decoded is not None:
        problems.append(decoded)
    return tuple(sorted(problems, key=lambda problem: problem.at))


def _bytes_to(text: str, place: int, charset: str) -> int:
    before = text[:place]
    return place if before.isascii() and not charset.startswith("utf-16") else len(before.encode(charset, "replace"))


def _header(head: Head) -> Iterator[Found]:
    if not head.type:
        yield _field_place(head, 9), errors.NO_TYPE, {}
    if not head.raw(10):
        yield _field_place(head, 10), errors.NO_CONTROL_ID, {}
    if not _VERSION.fullmatch(head.version):
        yield _field_place(head, 12), errors.UNKNOWN_VERSION, {}


def _field_place(head: Head, number: int) -> int:
    """Return where MSH-n begins, or would; MSH is as good as always ASCII."""
    return sum(len(field) + 1 for field in head.fields[: number - 1]) - (number > len(head.fields))


def _line(line: Line, number: int, marks: Delimiters) -> Iterator[Found]:
    where: dict[str, object] = {"number": number}
    if not line.named(marks.field):
        yield line.at, errors.BAD_SEGMENT, where
    if line.joined:
        yield line.at, errors.BROKEN_LINE, where
    start = 4 + len(marks.encoding) if number == 1 else 0
    escape = marks.escape
    if escape and escape in line.text[start:]:
        place = _unknown_escape(line.text, escape, start)
        if place >= 0:
            yield line.at + place, errors.UNKNOWN_ESCAPE, where
    if marks.truncation and marks.truncation in line.text[start:]:
        place = _cut(line.text, marks, start)
        if place >= 0:
            yield line.at + place, errors.VALUE_CUT, where


def _unknown_escape(text: str, escape: str, start: int) -> int:
    """Return the place of the first escape character that belongs to no known sequence, or -1."""
    at = start
    for match in known(escape).finditer(text, start):
        place = text.find(escape, at, match.start())
        if place >= 0:
            return place
        at = match.end()
    return text.find(escape, at)


def _cut(text: str, marks: Delimiters, start: int) -> int:
    """Return the place of the first value that ends with the truncation character, or -1."""
    ends = marks.field + marks.component + marks.repeat + marks.subcomponent
    place = text.find(marks.truncation, start)
    while place >= 0 and place + 1 < len(text) and text[place + 1] not in ends:
        place = text.find(marks.truncation, place + 1)
    return place
