"""ASTM records: the text of a transmission in, messages out, and back byte for byte.

Owns messages, records, their nesting and what is odd about them. Refuses losing or mending anything that
was read: problems are listed beside it. Source: LIS02-A2; docs/design/astm.md, R1 to R6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from relight.wire.astm._charset import encoding_of
from relight.wire.astm._delimiters import STANDARD_DELIMITERS, Delimiters, is_header, read_delimiters
from relight.wire.astm._groups import OrderGroup, PatientGroup, ResultGroup, group_patients, structure_faults
from relight.wire.astm._record import KINDS, Record
from relight.wire.astm._writing import Value, build
from relight.wire.errors import DELIMITERS_ODD, ENCODING_GUESSED, NO_HEADER
from relight.wire.problems import Problem

__all__ = [
    "KINDS",
    "STANDARD_DELIMITERS",
    "Delimiters",
    "Message",
    "OrderGroup",
    "PatientGroup",
    "Record",
    "ResultGroup",
    "Value",
    "build",
    "messages",
    "read",
]

# CR ends a record; line feeds behind it belong to it. Where a text has no CR at all, line feeds end records.
_BY_CR = re.compile(rb"([^\r]+)((?:\r[\r\n]*)?)")
_BY_LF = re.compile(rb"([^\n]+)(\n*)")
_LEAD = re.compile(rb"[\r\n]*")
_HEADERS = re.compile(rb"(?<=[\r\n])(?=H[^\sA-Za-z0-9])")
_TYPES = {kind.encode(): kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Message:
    """One message, from its header to its terminator.

    Args: raw: all its bytes. lead: line ends before the header. encoding: what its text was read
    with. problems: what is odd, by place; places count from the start of `raw`.
    """

    raw: bytes
    lead: bytes
    delimiters: Delimiters
    encoding: str
    records: tuple[Record, ...]
    problems: tuple[Problem, ...]

    def render(self) -> bytes:
        """Return the bytes, joined from the records: what was read."""
        return self.lead + b"".join([part for record in self.records for part in (record.raw, record.end)])

    @property
    def header(self) -> Record:
        return self.records[0]

    @property
    def terminator(self) -> Record | None:
        """The last L record, if there is one."""
        return next((record for record in reversed(self.records) if record.type == "L"), None)

    @property
    def control_id(self) -> str:
        """H-3; empty at most analyzers."""
        return self.header.field(3)

    @property
    def is_query(self) -> bool:
        return any(record.type == "Q" for record in self.records)

    @property
    def queries(self) -> tuple[Record, ...]:
        return tuple(record for record in self.records if record.type == "Q")

    @property
    def comments(self) -> tuple[Record, ...]:
        """Comments on the message itself: those right behind the header."""
        return tuple(self._behind_header())

    def _behind_header(self) -> Iterator[Record]:
        for record in self.records[1:]:
            if record.type != "C":
                return
            yield record

    def patients(self) -> tuple[PatientGroup, ...]:
        """Return patients with their orders, results and comments. A group without owner has `record` None."""
        return group_patients(self.records)


def read(text: bytes, *, encoding: str | None = None) -> Message:
    """Read one message; leniently, with its problems listed.

    Args: text: records, each ended by CR (or LF, or both). encoding: the character set of the
    link; without one UTF-8, then ISO 8859-1.
    Raises: InputError RL-WIR-150 when it does not begin with a header, RL-WIR-159 for an unknown set.
    """
    lead = _LEAD.match(text).group()  # type: ignore[union-attr]  # it matches nothing at least
    if not is_header(text[len(lead) : len(lead) + 2]):
        raise NO_HEADER.error(where=f"byte {len(lead)}")
    used, expected = encoding_of(text, wanted=encoding)
    lines = _lines(text, len(lead))
    delimiters, sound = read_delimiters(lines[0][1])
    records = _records(lines, delimiters, used)
    problems = list(structure_faults(records))
    if not sound:
        shown = (delimiters.field + delimiters.definition).decode("ascii", "replace")
        problems.insert(0, Problem(at=len(lead), spec=DELIMITERS_ODD, params={"used": shown}))
    if not expected:
        wanted = encoding or "utf-8"
        at = next(i for i, byte in enumerate(text) if byte > 0x7F)
        problems.insert(0, Problem(at=at, spec=ENCODING_GUESSED, params={"expected": wanted, "used": used}))
    problems.sort(key=lambda problem: problem.at)
    return Message(text, lead, delimiters, used, tuple(records), tuple(problems))


def _lines(text: bytes, start: int) -> list[tuple[int, bytes, bytes]]:
    """Cut a text into its lines: place, bytes, line end."""
    if b"\n" in text or b"\r\r" in text or text[-1:] != b"\r":
        pattern = _BY_CR if b"\r" in text[start:] else _BY_LF
        return [(line.start(), line.group(1), line.group(2)) for line in pattern.finditer(text, start)]
    found = []
    for raw in text[start:-1].split(b"\r"):
        found.append((start, raw, b"\r"))
        start += len(raw) + 1
    return found


def _records(lines: list[tuple[int, bytes, bytes]], delimiters: Delimiters, encoding: str) -> list[Record]:
    field, records = delimiters.field, []
    for at, raw, end in lines:
        pieces = tuple(raw.split(field))
        kind = _TYPES.get(pieces[0]) or pieces[0].decode("iso8859-1")
        records.append(Record(kind, at, raw, end, pieces, delimiters, encoding))
    return records


def messages(text: bytes) -> tuple[bytes, ...]:
    """Cut the joined text of a transmission before each header record.

    Returns: the messages in order; their bytes joined are the text. What stands before the first
    header is a piece of its own, which `read` refuses.
    """
    return tuple(piece for piece in _HEADERS.split(text) if piece)
