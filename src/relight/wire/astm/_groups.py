"""Who owns which record: patients, their orders, the orders' results, and comments on each.

Owns the nesting and its faults. Refuses guessing an owner: a record out of place belongs to nobody.
Source: LIS02-A2, 5.3 (record hierarchy).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from relight.wire.astm._escapes import has_unknown
from relight.wire.astm._record import KINDS, Record
from relight.wire.errors import (
    AFTER_TERMINATOR,
    ESCAPE_UNKNOWN,
    MISPLACED_RECORD,
    NO_TERMINATOR,
    SEQUENCE_GAP,
    UNKNOWN_RECORD,
)
from relight.wire.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultGroup:
    """A result, its comments, and the manufacturer's and other records behind it."""

    record: Record
    comments: tuple[Record, ...] = ()
    others: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGroup:
    """An order and its results. `record` is None when results came without an order."""

    record: Record | None
    comments: tuple[Record, ...] = ()
    others: tuple[Record, ...] = ()
    results: tuple[ResultGroup, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientGroup:
    """A patient and the orders. `record` is None when orders came without a patient."""

    record: Record | None
    comments: tuple[Record, ...] = ()
    others: tuple[Record, ...] = ()
    orders: tuple[OrderGroup, ...] = ()


class _Node:
    """A group under construction."""

    __slots__ = ("below", "comments", "others", "record")

    def __init__(self, record: Record | None) -> None:
        self.record = record
        self.comments: list[Record] = []
        self.others: list[Record] = []
        self.below: list[_Node] = []

    def open(self, record: Record | None) -> _Node:
        node = _Node(record)
        self.below.append(node)
        return node


def group_patients(records: Sequence[Record]) -> tuple[PatientGroup, ...]:
    """Nest the records of one message. Header, queries and terminators own nothing and are left out."""
    root = _Node(None)
    patient: _Node | None = None
    order: _Node | None = None
    last: _Node | None = None  # what a comment belongs to
    for record in records:
        match record.type:
            case "P":
                patient = last = root.open(record)
                order = None
            case "O":
                patient = patient or root.open(None)
                order = last = patient.open(record)
            case "R":
                patient = patient or root.open(None)
                order = order or patient.open(None)
                last = order.open(record)
            case "H" | "L" | "Q":
                patient = order = last = None
            case "C":
                if last is not None:
                    last.comments.append(record)
            case _:
                if last is not None:
                    last.others.append(record)
    return tuple(_patient(node) for node in root.below)


def _patient(node: _Node) -> PatientGroup:
    return PatientGroup(
        record=node.record,
        comments=tuple(node.comments),
        others=tuple(node.others),
        orders=tuple(_order(below) for below in node.below),
    )


def _order(node: _Node) -> OrderGroup:
    return OrderGroup(
        record=node.record,
        comments=tuple(node.comments),
        others=tuple(node.others),
        results=tuple(
            ResultGroup(record=below.record, comments=tuple(below.comments), others=tuple(below.others))
            for below in node.below
            if below.record is not None
        ),
    )


_BELOW = {"P": "ORC", "O": "RC", "R": "C", "Q": "C", "M": "C", "S": "C"}
_RESETS = {kind: dict.fromkeys(below, 0) for kind, below in _BELOW.items()}
_OWNER = {"O": "P", "R": "O"}


def structure_faults(records: Sequence[Record]) -> Iterator[Problem]:
    """Yield what a reader has to know before trusting the nesting, in the order of the records."""
    counts: dict[str, int] = {}
    open_levels = ""
    ended = False
    mark = records[0].delimiters.escape
    for record in records[1:]:
        kind = record.type
        if mark and mark in record.raw:
            yield from _escape_faults(record)
        if kind not in KINDS:
            yield Problem(at=record.at, spec=UNKNOWN_RECORD)
            continue
        if ended or kind == "H":
            yield Problem(at=record.at, spec=AFTER_TERMINATOR if ended else MISPLACED_RECORD, params={"type": kind})
        if kind in "LHQ":
            open_levels, ended = "", ended or kind == "L"
        elif kind in _OWNER and _OWNER[kind] not in open_levels and not ended:
            yield Problem(at=record.at, spec=MISPLACED_RECORD, params={"type": kind})
        if kind == "P":
            open_levels = "P"
        elif kind == "O":
            open_levels = "PO" if "P" in open_levels else "O"
        if kind in _RESETS:
            counts.update(_RESETS[kind])
        if kind in "PORCQ" and (fault := _sequence_fault(record, counts)):
            yield fault
    if not ended:
        end = records[-1].at + len(records[-1].raw)
        yield Problem(at=end, spec=NO_TERMINATOR)


def _sequence_fault(record: Record, counts: dict[str, int]) -> Problem | None:
    """A record may be missing where the count jumps. No number, or a count begun anew, is no fault."""
    written, expected = record.raw_field(2), counts.get(record.type, 0) + 1
    number = int(written) if written.isdigit() and len(written) < 10 else expected
    counts[record.type] = number
    if number <= expected:
        return None
    params = {"type": record.type, "number": number, "expected": expected}
    return Problem(at=record.at, spec=SEQUENCE_GAP, params=params)


def _escape_faults(record: Record) -> Iterator[Problem]:
    for n, piece in enumerate(record.pieces, 1):
        if has_unknown(piece, record.delimiters):
            kind = record.type if record.is_known else "?"
            yield Problem(at=record.at, spec=ESCAPE_UNKNOWN, params={"field": n, "type": kind})
