"""Allergies: recorded, amended, refuted; and that none is known, by whom and when.

Owns these writes of AllergyIntolerance. Whoever records an allergy takes back, in the same write, that none was known.
Source: docs/design/writing.md, cases 70-75.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.rules.allergies import (
    AllergyGiven,
    allergy_amended,
    allergy_body,
    given_clean,
    may_record,
    may_state_none,
    none_known_body,
    refuted,
)
from relight.record.rules.canonical import loads
from relight.record.rules.chart.allergies import allergy_read
from relight.record.rules.drafts import Ticket
from relight.record.selectors.faces import records_of
from relight.record.selectors.store import resources_of
from relight.record.services.charting import amended, author_of, charting, item_current, reason_short
from relight.record.services.drafts import draft_close
from relight.record.services.store import entries_write
from relight.record.types import EntryDraft, Held, Written

TYPE = "AllergyIntolerance"
TAKEN_BACK = "an allergy was recorded"


@service(Permission.RECORD_WRITE)
def allergy_add(*, act: Act, patient: UUID, given: AllergyGiven, ticket: Ticket | None = None) -> Written:
    """Record an allergy. Raises: RL-REC-375 without a substance, 377 when it is there already."""
    given = given_clean(given)
    with charting(act=act, patient=patient) as log:
        held = _held(patient)
        may_record(given, held=[allergy_read(loads(one.body)) for one in held]).demand(where="name")
        body = allergy_body(given, patient=f"Patient/{patient}", author=author_of(act), at=act.at)
        drafts = [EntryDraft(type=TYPE, body=body), *_taken_back(held)]
        draft_close(log=log, ticket=ticket)
        written = entries_write(act=act, log=log, drafts=drafts, verb="record.allergy", subject=f"patient:{patient}")
    return written[0]


@service(Permission.RECORD_WRITE)
def allergy_amend(
    *,
    act: Act,
    patient: UUID,
    allergy: UUID,
    version: int,
    given: AllergyGiven,
    reason: str = "",
    ticket: Ticket | None = None,
) -> Written:
    """Amend an allergy, also one that came from elsewhere. Raises: RL-REC-001, 354, 355, 375."""
    with charting(act=act, patient=patient) as log:
        held = item_current(patient=patient, type=TYPE, id=allergy)
        draft = amended(held, allergy_amended(loads(held.body), given), version=version, reason=reason)
        draft_close(log=log, ticket=ticket)
        (written,) = entries_write(
            act=act, log=log, drafts=[draft], verb="record.allergy", subject=f"patient:{patient}"
        )  # fmt: skip
    return written


@service(Permission.RECORD_WRITE)
def allergy_refute(*, act: Act, patient: UUID, allergy: UUID, version: int, reason: str) -> Written:
    """Say that somebody is not allergic to this after all; it stays in the list, inactive. Raises: RL-REC-005, 001."""
    if not reason.strip():
        raise errors.REASON_MISSING.error(where="reason")
    with charting(act=act, patient=patient) as log:
        held = item_current(patient=patient, type=TYPE, id=allergy)
        body = refuted(loads(held.body), reason=reason_short(reason))
        (written,) = entries_write(
            act=act, log=log, drafts=[amended(held, body, version=version, reason=reason)], verb="record.allergy",
            subject=f"patient:{patient}",
        )  # fmt: skip
    return written


@service(Permission.RECORD_WRITE)
def allergies_none(*, act: Act, patient: UUID, note: str = "") -> Written:
    """State that somebody asked and no allergy is known; asked again, the new statement takes the old one's place.

    Raises: RL-REC-376 while allergies are recorded.
    """
    with charting(act=act, patient=patient) as log:
        held = _held(patient)
        may_state_none([allergy_read(loads(one.body)) for one in held]).demand(where="note")
        body = none_known_body(patient=f"Patient/{patient}", author=author_of(act), at=act.at, note=note)
        drafts = [EntryDraft(type=TYPE, body=body), *_taken_back(held, reason="asked again")]
        written = entries_write(act=act, log=log, drafts=drafts, verb="record.allergy", subject=f"patient:{patient}")
    return written[0]


def _held(patient: UUID) -> list[Held]:
    return [held for one in records_of(patient) for held in resources_of(patient=one, types=[TYPE])]


def _taken_back(held: Iterable[Held], *, reason: str = TAKEN_BACK) -> list[EntryDraft]:
    """Return the end of every statement in force that no allergy at all is known."""
    found = []
    for one in held:
        body = loads(one.body)
        read = allergy_read(body)
        if read.is_active and read.scope == "all":
            found.append(amended(one, refuted(body, reason=reason), version=one.version, reason=reason))
    return found
