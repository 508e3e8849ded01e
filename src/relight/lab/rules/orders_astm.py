"""ASTM: what an analyzer asks for, and what it is told.

Owns the meaning of Q records and the P and O records that answer them. Refuses guessing a sample: what a
query names in no known way is refused. Source: LIS02-A2, 6 to 8 and 11; docs/design/lab.md, "Orders and queries".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from relight.lab import errors
from relight.lab.rules.orders import Priority
from relight.wire.astm.records import STANDARD_DELIMITERS, Delimiters, Message, Record, Value, build

SENDER = "Relight"
_PRIORITIES = {Priority.ROUTINE: "R", Priority.URGENT: "A", Priority.STAT: "S"}
ORDERED, NOTHING_ORDERED = "O", "Y"  # O-26: an order; no order on record for this test, in response to a query
NEW, CANCEL = "N", "C"  # O-12
DONE, NO_INFORMATION, QUERY_WRONG = "N", "I", "Q"  # L-3
_RACK_FROM = 4  # Q-3 as cobas writes it: ^^sample^number^rack^position^^type^container


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One sample asked for. Args: place: what stood behind it (rack, position …), given back as it came."""

    sample: str
    place: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AstmQuery:
    """What one message asks. Args: everything: all samples that wait. identity_only: no tests are wanted."""

    asked: tuple[Asked, ...]
    everything: bool = False
    identity_only: bool = False
    sender: str = ""
    version: str = "1"
    delimiters: Delimiters = STANDARD_DELIMITERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one sample is to be measured for. Args: codes: in the analyzer's own words; none: identity only."""

    sample: str
    number: str = ""
    family: str = ""
    given: str = ""
    birth_date: date | None = None
    sex: str = ""
    record: str = ""
    ward: str = ""
    prescriber: str = ""
    priority: Priority = Priority.ROUTINE
    ordered_at: datetime | None = None
    taken_at: datetime | None = None
    specimen: str = ""
    codes: tuple[str, ...] = ()
    place: tuple[str, ...] = ()


def query_read(message: Message) -> AstmQuery:
    """Read what a message asks for, from all its Q records.

    Raises: PeerError RL-LAB-220 when a Q record names no sample, or a range of samples.
    """
    asked: list[Asked] = []
    everything, identity_only = False, False
    for record in message.queries:
        everything = everything or record.field(3).strip().upper() == "ALL"
        identity_only = identity_only or record.field(13).strip().upper() == "D"
        if record.field(3).strip().upper() != "ALL":
            _check_range(record)
            asked.extend(_asked(record))
    if not asked and not everything:
        raise errors.QUERY_UNREADABLE.error(where="Q-3")
    header = message.header
    return AstmQuery(
        asked=tuple({one.sample: one for one in asked}.values()),
        everything=everything,
        identity_only=identity_only,
        sender=header.component(5, 1),
        version=header.field(13) or "1",
        delimiters=message.delimiters if message.delimiters.is_sound else STANDARD_DELIMITERS,
    )


def _check_range(record: Record) -> None:
    """From one sample to another is a question about numbers nobody listed: it is not answered."""
    ending = record.field(4).strip()
    if ending and ending != record.field(3).strip():
        raise errors.QUERY_UNREADABLE.error(where="Q-4")


def _asked(record: Record) -> list[Asked]:
    found = []
    for repeat in range(len(record.repeats(3))):
        parts = tuple(part.strip() for part in record.components(3, repeat))
        if not any(parts):
            continue
        found.append(_sample_of(parts))
    return found


def _sample_of(parts: tuple[str, ...]) -> Asked:
    """Find the sample in one repeat of Q-3: alone, as `patient^sample`, or as `^^sample^number^rack^position`."""
    if len(parts) == 1:
        return Asked(sample=parts[0])
    if parts[1]:
        return Asked(sample=parts[1], place=parts[2:])
    if len(parts) >= _RACK_FROM and parts[2]:
        return Asked(sample=parts[2], place=parts[3:])
    raise errors.QUERY_UNREADABLE.error(where="Q-3")


def answer_build(works: Sequence[Work], *, query: AstmQuery, at: datetime, encoding: str, wrong: bool = False) -> bytes:
    """Write the answer to a query; without any work it says that nothing is known.

    Args: at: local time, as the analyzer's clock shows it. wrong: the query could not be understood.
    """
    end = QUERY_WRONG if wrong else DONE if works else NO_INFORMATION
    return _message(works, query=query, at=at, encoding=encoding, end=end, action=NEW)


def order_build(works: Sequence[Work], *, at: datetime, encoding: str, cancel: bool = False) -> bytes:
    """Write orders nobody asked for, or their cancelling."""
    query = AstmQuery(asked=())
    return _message(works, query=query, at=at, encoding=encoding, end=DONE, action=CANCEL if cancel else NEW)


def _message(works: Sequence[Work], *, query: AstmQuery, at: datetime, encoding: str, end: str, action: str) -> bytes:
    records: list[list[Value]] = [_header(query, at)]
    for number, work in enumerate(works, 1):
        records.append(_patient(number, work))
        records.append(_order(work, action))
    records.append(["L", "1", end])
    fitted = [[_fitted(value, encoding) for value in record] for record in records]
    return build(fitted, delimiters=query.delimiters, encoding=encoding)


def _header(query: AstmQuery, at: datetime) -> list[Value]:
    return ["H", None, None, None, SENDER, *[None] * 4, query.sender, None, "P", query.version, _time(at)]


def _patient(number: int, work: Work) -> list[Value]:
    fields: list[Value] = ["P", str(number), work.record, None, None, (work.family, work.given), None]
    fields += [work.birth_date.strftime("%Y%m%d") if work.birth_date else None, work.sex or "U"]
    return [*fields, *[None] * 4, work.prescriber, *[None] * 11, work.ward]


def _order(work: Work, action: str) -> list[Value]:
    tests: Value = [("", "", "", code) for code in work.codes] if work.codes else None
    fields: list[Value] = ["O", "1", work.sample, work.place or None, tests, _PRIORITIES[work.priority]]
    fields += [_time(work.ordered_at), _time(work.taken_at), *[None] * 3, action, *[None] * 3, work.specimen]
    return [*fields, *[None] * 9, ORDERED if work.codes else NOTHING_ORDERED]


def _time(at: datetime | None) -> str | None:
    return at.strftime("%Y%m%d%H%M%S") if at else None


def _fitted(value: Value, encoding: str) -> Value:
    if isinstance(value, list):
        return [_fitted_one(part, encoding) for part in value]
    return _fitted_one(value, encoding) if value else value


def _fitted_one(value: str | tuple[str, ...] | None, encoding: str) -> str | tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(text_fitted(part, encoding) for part in value)
    return text_fitted(value or "", encoding)


def text_fitted(text: str, encoding: str) -> str:
    """Write a text in what the analyzer's character set has: a letter without its accent, else `?`.

    Control characters, which the line keeps for itself, go.
    """
    return "".join(_letter_fitted(char, encoding) for char in text if char.isprintable())


def _letter_fitted(char: str, encoding: str) -> str:
    for form in (char, unicodedata.normalize("NFKD", char)[0]):
        try:
            form.encode(encoding)
        except UnicodeEncodeError:
            continue
        return form
    return "?"
