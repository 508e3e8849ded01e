"""Prescribing: a new medicine, a change, a stop; an order taken by telephone and its signature.

Owns these writes of MedicationRequest. Checks are made again under the writers' lock, so that an allergy recorded a
moment ago counts; each warning that stands is overridden with a reason, which stays with the prescription. A change is
a stop and a new prescription in one write. Refuses to delete. Source: docs/design/medicines.md, cases 100-119.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from relight.journal.api import Log
from relight.kernel.act import Act
from relight.people.api import Permission, Role, names_of, service, signature_make, staff_list
from relight.record import errors
from relight.record.rules.authors import author
from relight.record.rules.canonical import dumps, loads
from relight.record.rules.drafts import Ticket
from relight.record.rules.medication.orders import (
    TO_CONFIRM,
    VERBAL,
    Override,
    Prescription,
    State,
    body_confirmed,
    body_stopped,
    line_of,
    order_body,
    prescription_refusal,
    state_of,
)
from relight.record.selectors.faces import records_of
from relight.record.selectors.formulary import formulary_now, rounds_now
from relight.record.selectors.medicine_words import line_words
from relight.record.selectors.medicines import cautions_read
from relight.record.services.charting import amended, author_of, charting, item_current
from relight.record.services.drafts import draft_close
from relight.record.services.store import entries_write
from relight.record.types import EntryDraft, Held, SourceKind, Written

TYPE = "MedicationRequest"
VERB = "record.medicine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The prescription a change ends. Args: version: the one its reader saw."""

    id: UUID
    version: int
    reason: str


def prescribers() -> list[tuple[str, str]]:
    """List who may prescribe, for an order taken by telephone: (actor, name), by name."""
    return [(one.actor, one.name) for one in staff_list(role=Role.CLINICIAN) if one.active]


@service(Permission.RECORD_PRESCRIBE)
def medicine_prescribe(
    *, act: Act, patient: UUID, one: Prescription, replaces: Replaced | None = None, ticket: Ticket | None = None
) -> Written:
    """Prescribe a medicine, or change one: `replaces` is stopped in the same write.

    Raises: RL-REC-405 to 408 for what was typed, WARNINGS_OPEN (410) with `keys` of those that were not overridden,
    NOT_ACTIVE (412), CONFLICT (001), RL-REC-240.
    """
    return _prescribe(act, patient, one, replaces=replaces, ticket=ticket, by="")


@service(Permission.RECORD_WRITE)
def medicine_order_take(
    *,
    act: Act,
    patient: UUID,
    one: Prescription,
    prescriber: str,
    replaces: Replaced | None = None,
    ticket: Ticket | None = None,
) -> Written:
    """Record an order a prescriber gave by telephone; it counts at once and waits for their signature.

    Args: prescriber: their actor. Raises: PRESCRIBER_MISSING (RL-REC-411), as `medicine_prescribe`.
    """
    _prescriber_demand(prescriber)
    return _prescribe(act, patient, one, replaces=replaces, ticket=ticket, by=prescriber)


def _prescriber_demand(prescriber: str) -> None:
    if prescriber not in {actor for actor, _ in prescribers()}:
        raise errors.PRESCRIBER_MISSING.error(where="prescriber")


def _prescribe(
    act: Act, patient: UUID, one: Prescription, *, replaces: Replaced | None, ticket: Ticket | None, by: str
) -> Written:
    refusal = prescription_refusal(one)
    if refusal is not None:
        raise refusal
    with charting(act=act, patient=patient) as log:
        drafts = [_stop_draft(act, patient, replaces, by=by)] if replaces else []
        if replaces:
            one = replace(one, prior=(TYPE, replaces.id))
        if one.prior is not None:
            item_current(patient=patient, type=one.prior[0], id=one.prior[1])
        _cautions_demand(act, patient, one)
        drafts.append(EntryDraft(type=TYPE, body=_body(act, patient, one, by=by)))
        draft_close(log=log, ticket=ticket)
        return _write(act, log, patient, drafts)[-1]


def _write(act: Act, log: Log, patient: UUID, drafts: Sequence[EntryDraft]) -> list[Written]:
    return entries_write(act=act, log=log, drafts=drafts, verb=VERB, subject=f"patient:{patient}")


def _cautions_demand(act: Act, patient: UUID, one: Prescription) -> None:
    """Ask for a reason for each warning that stands now, those included that its writer has not been shown."""
    without = [one.prior[1]] if one.prior else []
    keys = [caution.key for caution in cautions_read(one, records=records_of(patient), at=act.at, without=without)]
    seen = one.override.cautions if one.override and one.override.reason.strip() else ()
    if set(keys) - set(seen):
        raise errors.WARNINGS_OPEN.error(where="override")


def _body(act: Act, patient: UUID, one: Prescription, *, by: str) -> dict[str, Any]:
    me = author_of(act)
    requester = author(actor=by, name=names_of([by]).get(by, by)) if by else me
    plain = order_body(one, patient=patient, at=act.at, requester=requester, recorder=me, text="", is_verbal=bool(by))
    formulary = formulary_now()
    line = line_of(plain, rounds=rounds_now(formulary))
    return order_body(
        one, patient=patient, at=act.at, requester=requester, recorder=me,
        text=line_words(line, formulary=formulary).whole, is_verbal=bool(by),
    )  # fmt: skip


# -- stopping ------------------------------------------------------------------------------------------------


@service(Permission.RECORD_PRESCRIBE)
def medicine_stop(*, act: Act, patient: UUID, id: UUID, version: int, reason: str, type: str = TYPE) -> Written:
    """Stop a medicine from now on. Raises: NO_REASON (RL-REC-421), NOT_ACTIVE (412), CONFLICT (001), RL-REC-240."""
    return _stop(act, patient, Replaced(id=id, version=version, reason=reason), by="", type=type)


@service(Permission.RECORD_WRITE)
def medicine_stop_take(
    *, act: Act, patient: UUID, id: UUID, version: int, reason: str, prescriber: str, type: str = TYPE
) -> Written:
    """Stop a medicine on a prescriber's order by telephone; it waits for their signature. Raises: 411, as above."""
    _prescriber_demand(prescriber)
    return _stop(act, patient, Replaced(id=id, version=version, reason=reason), by=prescriber, type=type)


def _stop(act: Act, patient: UUID, which: Replaced, *, by: str, type: str) -> Written:
    with charting(act=act, patient=patient) as log:
        return _write(act, log, patient, [_stop_draft(act, patient, which, by=by, type=type)])[0]


def _stop_draft(act: Act, patient: UUID, which: Replaced, *, by: str, type: str = TYPE) -> EntryDraft:
    if not which.reason.strip():
        raise errors.NO_REASON.error(where="reason")
    held = item_current(patient=patient, type=type, id=which.id)
    body = loads(held.body)
    if state_of(line_of(body, rounds={}), at=act.at) in (State.STOPPED, State.ENDED):
        raise errors.NOT_ACTIVE.error(where="status")
    said = which.reason.strip()
    if by:
        said = f"{said} ({names_of([by]).get(by, by)})"
    stopped = body_stopped(body, at=act.at, reason=said)
    if by:
        stopped = _marked(stopped)
    return amended(held, stopped, version=which.version, reason=said)


def _marked(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a prescription that waits for a signature again."""
    kept = [one for one in body.get("extension") or () if isinstance(one, dict) and one.get("url") != VERBAL]
    return {**body, "extension": [*kept, {"url": VERBAL, "valueCode": TO_CONFIRM}]}


# -- signing what was taken by telephone ------------------------------------------------------------------------


def order_digest(held: Held) -> str:
    """Return what a signature is over: SHA-256 of the order as it is held, in hexadecimal."""
    return sha256(dumps(loads(held.body))).hexdigest()


@service(Permission.RECORD_PRESCRIBE)
def medicine_confirm(*, act: Act, patient: UUID, id: UUID, digest: str, password: str) -> Written:
    """Sign an order that was taken by telephone: the prescriber, or another who answers for it.

    Args: digest: of the order as it was shown. Raises: ALREADY_CONFIRMED (RL-REC-413), ORDER_CHANGED (414), what
    `signature_make` raises.
    """
    with charting(act=act, patient=patient) as log:
        held = item_current(patient=patient, type=TYPE, id=id)
        body = loads(held.body)
        if line_of(body, rounds={}).verbal != TO_CONFIRM:
            raise errors.ALREADY_CONFIRMED.error(where="order")
        if order_digest(held) != digest:
            raise errors.ORDER_CHANGED.error(where="order")
        signature_make(act=act, log=log, password=password, digest=digest, meaning="record.confirm-order")
        signed = body_confirmed(body, by=author_of(act), at=act.at)
        return _write(act, log, patient, [amended(held, signed, version=held.version)])[0]


def is_prescribed_here(held: Held) -> bool:
    """Say whether a prescription was written in this record."""
    return held.source_kind is SourceKind.TYPED and held.type == TYPE


def override_of(*, cautions: Sequence[str], reason: str) -> Override | None:
    """Return what was overridden; None where nothing was."""
    return Override(cautions=tuple(cautions), reason=reason.strip()) if cautions and reason.strip() else None
