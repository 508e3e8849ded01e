"""Writing into one patient's chart by hand: the demands every such write asks, and how its author is named.

Owns these, and marking an item as entered in error. Refuses to write where the record may not be opened, or into
another patient's resource. Source: docs/design/writing.md, cases 30-36.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from relight.journal.api import Log, writing
from relight.kernel.act import Act
from relight.people.api import Permission, names_of, permit, service
from relight.record import errors
from relight.record.rules.authors import author
from relight.record.rules.canonical import loads
from relight.record.rules.entered_in_error import in_error
from relight.record.rules.letters import is_letter, is_signed
from relight.record.selectors.access import record_demand
from relight.record.selectors.faces import records_of
from relight.record.selectors.store import resource_find, resource_get
from relight.record.services.store import entries_write
from relight.record.types import EntryAct, EntryDraft, Held, ResourceStatus, SourceKind, Written

REASON_CHARS: Final = 400
_ELSEWHERE: Final = frozenset({"Patient", "Encounter", "Location", "Practitioner", "PractitionerRole", "Organization"})
_BY_PRESCRIBER: Final = frozenset({"MedicationRequest"})
_OF_LABORATORY: Final = frozenset({"DiagnosticReport", "Observation", "Specimen"})


@contextmanager
def charting(*, act: Act, patient: UUID) -> Iterator[Log]:
    """Open a write into a chart, after asking whether it may be opened and whether the record still stands for itself.

    Raises: RL-REC-240, RL-REC-002, RL-REC-216 for a record that was merged into another or is in error.
    """
    with writing(act) as log:
        if resource_get(type="Patient", id=patient).status is not ResourceStatus.CURRENT:
            raise errors.NOT_A_PATIENT.error(where="patient")
        record_demand(act=act, patient=patient)
        yield log


def item_of(*, patient: UUID, type: str, id: UUID) -> Held:
    """Return a resource of this patient's chart, merged records' too. Raises: NOT_IN_CHART (RL-REC-354)."""
    held = resource_find(type=type, id=id)
    if held is None or held.patient is None or held.patient not in records_of(patient):
        raise errors.NOT_IN_CHART.error(where=type, type=type)
    return held


def item_current(*, patient: UUID, type: str, id: UUID) -> Held:
    """Return a resource of this chart that may be amended. Raises: NOT_IN_CHART, NOT_CURRENT (RL-REC-355)."""
    held = item_of(patient=patient, type=type, id=id)
    if held.status is not ResourceStatus.CURRENT:
        raise errors.NOT_CURRENT.error(where=type)
    return held


def author_of(act: Act) -> dict[str, Any]:
    """Return who acts as a FHIR reference: the name as text, the account in an extension. No resource is made."""
    return author(actor=act.actor, name=names_of([act.actor]).get(act.actor, act.actor))


def amended(held: Held, body: Mapping[str, Any], *, version: int, reason: str = "") -> EntryDraft:
    """Return the draft entry of an amendment by somebody who saw `version`."""
    return EntryDraft(
        type=held.type,
        body=body,
        resource=held.id,
        act=EntryAct.AMEND,
        expected_version=version,
        reason=reason_short(reason),
    )


def mistaken(held: Held, *, version: int, reason: str) -> EntryDraft:
    """Return the draft entry that marks a resource as entered in error."""
    return EntryDraft(
        type=held.type,
        body=in_error(held.type, loads(held.body)),
        resource=held.id,
        act=EntryAct.ERROR,
        expected_version=version,
        reason=reason_short(reason),
    )


def reason_short(reason: str) -> str:
    """Return a reason on one line, cut to what an entry holds."""
    return " ".join(reason.split())[:REASON_CHARS]


@service(Permission.RECORD_WRITE)
def item_error(*, act: Act, patient: UUID, type: str, id: UUID, version: int, reason: str) -> Written:
    """Mark an item of a chart as entered in error: it stays, struck through, with the reason.

    Prescriptions and signed letters take the prescriber's permission. Raises: RL-REC-005 without a reason, 006, 001,
    354, 356 for what is identity, 357 for what the laboratory answers for, RL-PPL-001.
    """
    if not reason.strip():
        raise errors.REASON_MISSING.error(where="reason")
    if type in _ELSEWHERE:
        raise errors.NOT_TO_MARK.error(where=type, type=type)
    with charting(act=act, patient=patient) as log:
        held = item_of(patient=patient, type=type, id=id)
        if held.status is not ResourceStatus.CURRENT:
            raise errors.ALREADY_ERROR.error(where=type)
        if held.source_kind is SourceKind.LAB and type in _OF_LABORATORY:
            raise errors.NOT_OURS_TO_MARK.error(where=type)
        body = loads(held.body)
        if type in _BY_PRESCRIBER or (is_letter(body) and is_signed(body)):
            permit(act, Permission.RECORD_PRESCRIBE)
        draft = mistaken(held, version=version, reason=reason)
        (written,) = entries_write(
            act=act, log=log, drafts=[draft], verb="record.mark_error", subject=f"patient:{patient}"
        )
    return written
