"""What a host tells an analyzer of a tube: whose it is and what to measure, out of ASTM records or LAB-28.

Owns reading it. Refuses acting on it. Source: LIS02-A2, 11; IHE LAW, LAB-27 and LAB-28.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from relight.cli.scenario.tubes import Person
from relight.lab.plain import Protocol
from relight.wire import hl7, law
from relight.wire.astm import records as astm


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the host said of one tube. Args: is_nothing: that it knows nothing of what was asked. codes: to measure."""

    sample: str = ""
    codes: tuple[str, ...] = ()
    person: Person | None = None
    is_known: bool = False
    is_nothing: bool = False


def told_of(content: bytes, *, protocol: Protocol, encoding: str) -> Iterator[Told]:
    """Read a message of the host; one that says nothing about tubes tells nothing."""
    if protocol is Protocol.ASTM:
        yield from _astm(astm.read(content, encoding=encoding))
    else:
        yield from _hl7(content)


def _astm(message: astm.Message) -> Iterator[Told]:
    for patient in message.patients():
        person = _person(patient.record)
        for order in patient.orders:
            if order.record is None:
                continue
            codes = [order.record.component(5, 4, repeat) for repeat in range(len(order.record.repeats(5)))]
            known = tuple(code for code in codes if code)
            yield Told(sample=order.record.component(3, 1), codes=known, person=person, is_known=True)
    end = message.terminator
    if end is not None and end.field(3) in ("I", "Q"):
        yield Told(is_nothing=True)


def _person(record: astm.Record | None) -> Person | None:
    if record is None or not record.component(6, 1):
        return None
    return _made(
        family=record.component(6, 1),
        given=record.component(6, 2),
        birth=record.field(8),
        sex=record.field(9),
        record=record.component(3, 1),
    )


def _hl7(content: bytes) -> Iterator[Told]:
    message = hl7.read(content)
    if message.type == "OML":
        for work in law.orders_read(message):
            codes = tuple(order.test.code for order in work.orders if order.control is law.OrderControl.NEW)
            yield Told(sample=work.sample.value, codes=codes, person=_of_law(work.patient), is_known=True)
    elif message.type == "RSP" and law.response_read(content).status is not law.QueryStatus.FOUND:
        yield Told(is_nothing=True)


def _of_law(patient: law.Patient | None) -> Person | None:
    if patient is None or not patient.family:
        return None
    number = patient.ids[0].value if patient.ids else ""
    return _made(family=patient.family, given=patient.given, birth=patient.birth, sex=patient.sex, record=number)


def _made(*, family: str, given: str, birth: str, sex: str, record: str) -> Person | None:
    """Make a person of what was told; nobody where the birth date cannot be read."""
    try:
        born = date.fromisoformat(f"{birth[:4]}-{birth[4:6]}-{birth[6:8]}")
    except ValueError:
        return None
    return Person(family=family, given=given, birth=born, sex=sex, record=record)
