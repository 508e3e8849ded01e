"""Orders as HL7 sends them: OML^O21, O33, O35 and ORM^O01.

Owns which segment says what of an order. Refuses inventing a sample number: an order without one stays aside.
Source: HL7 v2.5.1 chapter 4; docs/design/lab.md, "Orders and queries".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo

from relight.kernel.errors import RelightError
from relight.lab import errors
from relight.lab.rules.orders import Lookup, NewOrder, PatientId, Wanted, tests_once
from relight.lab.rules.orders_table import Row, date_read, priority_read, time_read
from relight.record.plain import TEST_NOT_LISTED
from relight.wire import hl7
from relight.wire.hl7 import Segment

TYPES = frozenset({"OML", "ORM"})
_CANCELS = frozenset({"CA", "OC", "DC"})
_SYSTEMS = {"LN", "LOINC", "2.16.840.1.113883.6.1"}


@dataclass(slots=True)
class _Found:
    """One test of a message, with what stands around it."""

    control: str = "NW"
    number: str = ""
    filler: str = ""
    priority: str = ""
    taken_at: str = ""
    prescriber: str = ""
    test: Segment | None = None
    sample: str = ""
    since_spm: bool = field(default=False)


def messages_read(content: bytes, *, lookup: Lookup, zone: tzinfo, source: str) -> Iterator[Row] | None:
    """Read a file of order messages, one row a sample. Returns: None when it holds no HL7 at all.

    Args: zone: of times without one.
    """
    if not hl7.is_hl7(content):
        return None
    return _rows(content, lookup=lookup, zone=zone, source=source)


def _rows(content: bytes, *, lookup: Lookup, zone: tzinfo, source: str) -> Iterator[Row]:
    for piece in hl7.split(content):
        line = content[: piece.at].count(b"\r") + content[: piece.at].count(b"\n") + 1
        try:
            if piece.problem is not None:
                raise piece.problem.error()
            message = hl7.read(piece.content)
            if message.type not in TYPES:
                raise errors.IMPORT_UNREADABLE.error(where="MSH-9")
        except RelightError as refusal:
            yield Row(line=line, refusal=refusal)
            continue
        yield from _message(message, line=line, lookup=lookup, zone=zone, source=source)


def _message(message: hl7.Message, *, line: int, lookup: Lookup, zone: tzinfo, source: str) -> Iterator[Row]:
    samples: dict[tuple[str, bool], list[_Found]] = {}
    for found in _found(message):
        samples.setdefault((found.sample, found.control in _CANCELS), []).append(found)
    for (sample, cancel), group in samples.items():
        try:
            order = _order(message, sample=sample, group=group, lookup=lookup, zone=zone, source=source)
            yield Row(line=line, order=order, cancel=cancel)
        except RelightError as refusal:
            yield Row(line=line, refusal=refusal)


def _found(message: hl7.Message) -> list[_Found]:
    """Part a message into tests. The sample stands before its orders (O33) or behind each (O21)."""
    before = message.trigger not in ("O21", "O01")
    found: list[_Found] = []
    sample, current = "", _Found()
    for segment in message.segments:
        if segment.name == "SPM":
            sample = _sample(segment) or sample
            if not before and found and not found[-1].sample:
                found[-1].sample = _sample(segment)
        elif segment.name == "SAC" and (tube := segment.first(3) or segment.first(4)):
            sample = sample or tube
            if not before and found and not found[-1].sample:
                found[-1].sample = tube
        elif segment.name == "ORC":
            current = _Found(control=segment.first(1) or "NW", number=segment.first(2), filler=segment.first(3))
            current.prescriber = _person(segment, 12)
            current.priority = segment.component(7, 6)
        elif segment.name == "TQ1":
            current.priority = segment.first(9) or current.priority
        elif segment.name == "OBR":
            found.append(_obr(segment, current, sample=sample if before else ""))
    for one in found:
        one.sample = one.sample or one.filler or sample
    return found


def _obr(segment: Segment, order: _Found, *, sample: str) -> _Found:
    return _Found(
        control=order.control,
        number=order.number or segment.first(2),
        filler=order.filler or segment.first(3),
        priority=order.priority or segment.first(5) or segment.component(27, 6),
        taken_at=segment.first(7),
        prescriber=order.prescriber or _person(segment, 16),
        test=segment,
        sample=sample,
    )


def _sample(spm: Segment) -> str:
    """SPM-2: the placer's number, else the filler's."""
    return spm.first(2, 1) or spm.first(2, 2)


def _person(segment: Segment, number: int) -> str:
    return " ".join(filter(None, (segment.component(number, 3), segment.first(number, 2))))


def _order(
    message: hl7.Message, *, sample: str, group: list[_Found], lookup: Lookup, zone: tzinfo, source: str
) -> NewOrder:
    if not sample:
        raise errors.ROW_WITHOUT_SAMPLE.error(where="SPM-2")
    pid, pv1 = message.first("PID"), message.first("PV1")
    first = group[0]
    sex = pid.first(8).upper() if pid else ""
    return NewOrder(
        sample=sample,
        number=first.number,
        family=pid.first(5) if pid else "",
        given=pid.component(5, 2) if pid else "",
        birth_date=date_read(pid.first(7)[:8]) if pid else None,
        sex=sex if sex in ("M", "F") else "",
        patient_ids=_ids(pid) if pid else (),
        site=pv1.first(3, 4) if pv1 else "",
        ward=pv1.first(3) if pv1 else "",
        bed=" ".join(filter(None, (pv1.component(3, 2), pv1.component(3, 3)))) if pv1 else "",
        prescriber=first.prescriber,
        priority=priority_read(first.priority),
        taken_at=time_read(first.taken_at, zone=zone),
        source=source,
        tests=tests_once([test for one in group for test in _tests(one, lookup)]),
    )


def _ids(pid: Segment) -> tuple[PatientId, ...]:
    """PID-3: each number with who gave it; a number nobody is named for belongs to the record."""
    ids = []
    for repeat in range(len(pid.repeats(3))):
        value = pid.first(3, 1, repeat)
        if value:
            ids.append(
                PatientId(system=pid.first(3, 4, repeat) or pid.component(3, 5, repeat) or "record", value=value)
            )
    return tuple(ids)


def _tests(found: _Found, lookup: Lookup) -> tuple[Wanted, ...]:
    """Read OBR-4: a LOINC code of either coding, else what the catalogue knows by its own words."""
    if found.test is None:
        return ()
    code, text, system, other, _, other_system = (*found.test.components(4), *[""] * 6)[:6]
    for one, where in ((code, system), (other, other_system)):
        if where.upper() in _SYSTEMS and (tests := lookup.tests(one, name=text)):
            return tests
    for word in (code, other, text):
        if word and (tests := lookup.tests(word, name=text)):
            return tests
    raise TEST_NOT_LISTED.error(where="OBR-4", test=(code or text)[:40])
