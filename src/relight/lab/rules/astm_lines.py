"""Result lines of an ASTM message: which R record stands under which order and patient.

Owns picking them out of the records. Refuses meaning. Source: LIS02-A2; docs/design/lab.md, “Reading”,
cases 1-9.
"""

from __future__ import annotations

from relight.lab.rules.driver import Place
from relight.lab.rules.lines import RawGroup, RawLine, RawMessage
from relight.lab.rules.reading import PatientSaid
from relight.wire.astm.records import Message, OrderGroup, PatientGroup, Record

NO_DATES = frozenset({"18991230", "18991230000000", "00000000", "00000000000000"})  # how programs write “none”


def astm_lines(message: Message) -> RawMessage:
    """Read the result lines of a message, whatever it is about."""
    head = message.header
    found = RawMessage(
        type="ASTM",
        control_id=message.control_id,
        sender=astm_sender(head),
        text_at=astm_text_at,
        is_query=message.is_query,
    )
    numbers = {id(record): number for number, record in enumerate(message.records, 1)}
    for patient in message.patients():
        for order in patient.orders:
            found.groups.append(_group(head, patient, order, numbers))
    return found


def astm_sender(head: Record) -> str:
    """Return what a header says of its sender: name, version, serial number."""
    return " ".join(part.strip() for part in head.components(5) if part.strip())


def astm_text_at(record: Record, place: Place) -> str:
    """Return what a place of a record holds. Most places of most records are empty: those cost nothing."""
    if not record.raw_field(place.field):
        return ""
    return record.component(place.field, place.component) if place.component else record.field(place.field)


def patient_of(record: Record | None) -> PatientSaid:
    """Return what a P record says of the patient."""
    if record is None:
        return PatientSaid()
    ids = [record.component(field, 1).strip() for field in (3, 4, 5)]
    born = record.component(8, 1).strip()
    return PatientSaid(
        ids=tuple(dict.fromkeys(text for text in ids if text)),
        family=record.component(6, 1).strip(),
        given=record.component(6, 2).strip(),
        birth_date="" if born in NO_DATES else born,
        sex=record.component(9, 1).strip(),
    )


def _group(head: Record, patient: PatientGroup, order: OrderGroup, numbers: dict[int, int]) -> RawGroup:
    around = {"H": head}
    if patient.record is not None:
        around["P"] = patient.record
    sample: str | None = None
    if order.record is not None:
        around["O"] = order.record
        specimens = {text.strip("^ ") for text in order.record.repeats(3)} - {""}
        if len(specimens) > 1:  # nobody can say which of them was measured
            sample = ""
    group = RawGroup(
        around=around,
        patient=patient_of(patient.record),
        sample=sample,
        notes=[note for record in (*patient.comments, *order.comments) if (note := _note(record))],
    )
    for result in order.results:
        group.lines.append(
            RawLine(
                at=numbers[id(result.record)],
                around={**around, "R": result.record},
                value=_value(result.record),
                notes=[note for record in result.comments if (note := _note(record))],
            )
        )
    return group


def _note(record: Record) -> str:
    return record.field(4).strip("^ ")


def _value(record: Record) -> str:
    """Return R-4 as sent, every repeat, without the component marks behind its last component."""
    mark = record.delimiters.component.decode("iso8859-1")
    return "\\".join(text.rstrip(mark).strip() for text in record.repeats(4))
