"""A message as it came and as it reads, side by side.

Owns both views. Refuses to fail: what cannot be decoded is shown raw, with the reason and its place.
Source: docs/design/lab.md, "Messages".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from relight.kernel.errors import REGISTRY, RelightError
from relight.lab.rules.fieldnames import field_name, record_name
from relight.lab.types import Protocol
from relight.wire import hl7
from relight.wire.astm import records as astm
from relight.wire.problems import Problem

LINES_SHOWN = 2000
LINE_CHARACTERS = 4000
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)?")
_LOW = ("NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI")
_HIGH = ("DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US")
_CONTROL = {code: f"\u2039{name}\u203a" for code, name in enumerate(_LOW + _HIGH)} | {0x7F: "\u2039DEL\u203a"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLine:
    """One line as it came. Args: at: place of its first byte. text: control characters by name, bytes that are
    no text as `\\xNN`. cut: how many characters more there are. faulty: a problem stands on it."""

    number: int
    at: int
    text: str
    cut: int = 0
    faulty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedField:
    """One field that holds something. Args: place: `R-4`. name: English, `N_`-marked; may be empty. values: repeats."""

    place: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedRecord:
    """One record or segment. Args: name: English, may be empty."""

    kind: str
    name: str
    fields: tuple[DecodedField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Both views of a message. Args: cut: how many more lines there are. problems: by place."""

    lines: tuple[RawLine, ...]
    cut: int
    records: tuple[DecodedRecord, ...]
    encoding: str
    problems: tuple[Problem, ...]


def message_view(content: bytes, *, protocol: Protocol, problem: str = "", problem_at: int = 0) -> View:
    """View a message. Args: problem, problem_at: what was noted when it came, a code of the register.

    Never raises: what no codec reads has no records, and the reason among its problems.
    """
    records: tuple[DecodedRecord, ...] = ()
    encoding, found = "", _noted(problem, problem_at)
    try:
        records, encoding, odd = _hl7(content) if protocol is Protocol.HL7 else _astm(content)
        found += [one for one in odd if (one.code, one.at) != (problem, problem_at)]
    except RelightError as refusal:
        found += [Problem(at=0, spec=refusal.spec, params=refusal.params)] if refusal.code != problem else []
    found.sort(key=lambda one: one.at)
    lines, cut = raw_lines(content, faults=[one.at for one in found])
    return View(lines=lines, cut=cut, records=records, encoding=encoding, problems=tuple(found))


def _noted(problem: str, at: int) -> list[Problem]:
    """Return what was noted when the message came; a code that takes values is shown without its sentence."""
    spec = REGISTRY.get(problem)
    if spec is None or "{" in spec.message + spec.next:
        return []
    return [Problem(at=at, spec=spec)]


def raw_lines(content: bytes, *, faults: Sequence[int] = ()) -> tuple[tuple[RawLine, ...], int]:
    """Split bytes at their line ends, which stay visible. Returns: at most 2000 lines, and how many more."""
    spans = [match.span() for match in _LINE.finditer(content) if match.end() > match.start()]
    lines = []
    for number, (start, end) in enumerate(spans[:LINES_SHOWN], start=1):
        text = visible(content[start : min(end, start + 4 * LINE_CHARACTERS)])
        cut = max(0, len(text) - LINE_CHARACTERS) + max(0, end - start - 4 * LINE_CHARACTERS)
        faulty = any(start <= at < end for at in faults)
        lines.append(RawLine(number=number, at=start, text=text[:LINE_CHARACTERS], cut=cut, faulty=faulty))
    return tuple(lines), max(0, len(spans) - LINES_SHOWN)


def visible(content: bytes) -> str:
    """Write bytes so that all of them show: control characters by name (`‹CR›`), what is no UTF-8 as `\\xNN`."""
    return content.decode("utf-8", "backslashreplace").translate(_CONTROL)


def _astm(content: bytes) -> tuple[tuple[DecodedRecord, ...], str, Sequence[Problem]]:
    message = astm.read(content)
    records = tuple(
        DecodedRecord(
            kind=record.type,
            name=record_name(record.type, hl7=False),
            fields=_fields(
                record.type, [(n, record.repeats(n)) for n in range(2, len(record.pieces) + 1)], is_hl7=False
            ),
        )
        for record in message.records[:LINES_SHOWN]
    )
    return records, message.encoding, message.problems


def _hl7(content: bytes) -> tuple[tuple[DecodedRecord, ...], str, Sequence[Problem]]:
    message = hl7.read(content)
    records = tuple(
        DecodedRecord(
            kind=segment.name,
            name=record_name(segment.name, hl7=True),
            fields=_fields(
                segment.name,
                [(n, segment.repeats(n)) for n in range(2 if segment.name == "MSH" else 1, len(segment.fields))],
                is_hl7=True,
            ),
        )
        for segment in message.segments[:LINES_SHOWN]
    )
    return records, message.charset, message.problems


def _fields(kind: str, given: Sequence[tuple[int, Sequence[str]]], *, is_hl7: bool) -> tuple[DecodedField, ...]:
    """Keep the fields that hold something, each with its name."""
    return tuple(
        DecodedField(
            place=f"{kind}-{number}",
            name=field_name(kind, number, hl7=is_hl7),
            values=tuple(visible(value.encode("utf-8", "backslashreplace"))[:LINE_CHARACTERS] for value in values),
        )
        for number, values in given
        if any(values)
    )
