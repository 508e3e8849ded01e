"""Who a patient is: registered, known or not; identified later; given a number.

Owns these writes, each one transaction and one journal entry, all through entries of the record. Refuses to register
somebody who is probably here unless the one who registers has looked. The journal names the record, never the person.
Source: docs/design/identity.md, cases 30-39.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.timezone import localtime

from relight.journal.api import Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.rules.canonical import loads
from relight.record.rules.faces import face_of
from relight.record.rules.identity import (
    Person,
    TypedNumber,
    Unknown,
    body_identified,
    body_numbered,
    patient_body,
    person_refusal,
    unknown_refusal,
)
from relight.record.rules.numbers import OWN_SYSTEM
from relight.record.selectors.access import record_demand
from relight.record.selectors.duplicates import duplicates_find
from relight.record.selectors.numbers import kinds_now
from relight.record.selectors.store import resource_get
from relight.record.services.numbers import number_next, paper_number_check
from relight.record.services.store import entries_write
from relight.record.types import Body, EntryAct, EntryDraft, Held, ResourceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A new record. Args: patient: its id. number: Relight's own, as on the wristband. version: the first."""

    patient: UUID
    number: str
    version: int


@service(Permission.RECORD_IDENTITY)
def patient_register(
    *,
    act: Act,
    person: Person | Unknown,
    site: str = "",
    looked_at: Iterable[UUID] = (),
    checked: bool = False,
    paper: str = "",
) -> Registered:
    """Register somebody, known or not, with the next reserved number of the site.

    Args: looked_at: the probable duplicates this person was shown. checked: that the national number and the birth
    date were compared on paper. paper: the number printed on their admission form, which becomes theirs; empty for
    the next one. Raises: RL-REC-458, 459 for a paper number; RL-REC-213 when somebody probably the same is here and
    was not looked at; RL-REC-201, 202, 210, 211, 212, 214 for what was typed.
    """
    kinds = kinds_now()
    with writing(act) as log:
        _refuse(act, person, checked=checked)
        _duplicates_refuse(patient_body(person, number=None, kinds=kinds), looked_at=looked_at)
        number = paper_number_check(paper) if paper else number_next(act, site)
        body = patient_body(person, number=TypedNumber(system=OWN_SYSTEM, value=number), kinds=kinds)
        patient = new_id(act.at)
        draft = EntryDraft(type="Patient", body=body, resource=patient)
        written = entries_write(act=act, log=log, drafts=[draft], verb="record.register", subject=f"patient:{patient}")[
            0
        ]
    return Registered(patient=patient, number=number, version=written.version)


def _refuse(act: Act, person: Person | Unknown, *, checked: bool) -> None:
    if isinstance(person, Unknown):
        refusal = unknown_refusal(person)
    else:
        refusal = person_refusal(person, today=localtime(act.at).date(), kinds=kinds_now(), checked=checked)
    if refusal is not None:
        raise refusal


def _duplicates_refuse(body: Body, *, looked_at: Iterable[UUID], without: Iterable[UUID] = ()) -> None:
    seen = set(looked_at)
    unseen = [one for one in duplicates_find(body=body, without=without) if one.patient not in seen]
    if unseen:
        raise errors.PROBABLY_HERE.error(where="patient", count=len(unseen))


@service(Permission.RECORD_IDENTITY)
def patient_identify(
    *,
    act: Act,
    patient: UUID,
    person: Person,
    seen: int | None = None,
    looked_at: Iterable[UUID] = (),
    checked: bool = False,
) -> int:
    """Say who an unknown patient is: their record is amended, the old name and every entry stay.

    Args: seen: the version that was looked at. Returns: the new version. Raises: RL-REC-213 when the person has a
    record already (merge the two instead), RL-REC-215 for somebody known, RL-REC-001 when it changed meanwhile, and
    what `patient_register` refuses.
    """
    with writing(act) as log:
        held = patient_held(patient)
        record_demand(act=act, patient=patient)
        body = loads(held.body)
        if not face_of(body).is_unknown:
            raise errors.NOT_UNKNOWN.error(where="patient")
        _refuse(act, person, checked=checked)
        made = body_identified(body, person, at=act.at, kinds=kinds_now())
        _duplicates_refuse(made, looked_at=looked_at, without=[patient])
        return patient_amend(act, log, held, made, verb="record.identify", seen=seen)


@service(Permission.RECORD_IDENTITY)
def patient_number_give(*, act: Act, patient: UUID, site: str = "") -> str:
    """Return Relight's own number of a patient, giving one where they have none: a wristband holds no other.

    Raises: RL-REC-001 when somebody else changed the patient at this moment.
    """
    held = patient_held(patient)
    body = loads(held.body)
    own = own_number(body)
    if own:
        return own
    with writing(act) as log:
        number = number_next(act, site)
        made = body_numbered(body, [TypedNumber(system=OWN_SYSTEM, value=number)], kinds=())
        patient_amend(act, log, held, made, verb="record.number_give", seen=held.version)
    return number


def own_number(body: Body) -> str:
    """Return Relight's own number in a Patient, empty for none."""
    return next((one.plain for one in face_of(body).numbers if one.system == OWN_SYSTEM), "")


def patient_held(patient: UUID) -> Held:
    """Return a Patient that may be written to; inside a write. Raises: RL-REC-002, RL-REC-216."""
    held = resource_get(type="Patient", id=patient)
    if held.status is not ResourceStatus.CURRENT:
        raise errors.NOT_A_PATIENT.error(where="patient")
    return held


def patient_amend(act: Act, log: Log, held: Held, body: Body, *, verb: str, seen: int | None) -> int:
    """Amend a Patient. Returns: the new version."""
    draft = EntryDraft(type="Patient", body=body, resource=held.id, act=EntryAct.AMEND, expected_version=seen)
    return entries_write(act=act, log=log, drafts=[draft], verb=verb, subject=f"patient:{held.id}")[0].version
