"""Vital signs: a set written, back-dated, corrected; its score; which oxygen target counts.

Owns these writes. A set is one write of several Observations with their NEWS2; a corrected set gets its score anew in
the same write. Source: docs/design/writing.md, cases 53-69.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.timezone import localtime

from relight.journal.api import new_id
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.rules.canonical import loads
from relight.record.rules.drafts import Ticket
from relight.record.rules.news2 import NoScore, Scale, Score
from relight.record.rules.oxygen_target import reason_demand, target_body
from relight.record.rules.vitals import VitalSet, score_body, set_bodies, set_demand, set_score
from relight.record.selectors.faces import face_get, records_of
from relight.record.selectors.vital_sets import HeldSet, age_of, is_pregnant, oxygen_target, set_get
from relight.record.services.charting import amended, author_of, charting, mistaken
from relight.record.services.drafts import draft_close
from relight.record.services.store import entries_write
from relight.record.types import EntryAct, EntryDraft, Written

TYPE = "Observation"
GONE = "left out when the set was corrected"
_SAME = ("effectiveDateTime", "valueQuantity", "valueCodeableConcept", "component", "dataAbsentReason", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalsWritten:
    """What became of a set. Args: score: it, or why there is none."""

    set_id: str
    score: Score | NoScore
    written: tuple[Written, ...]


@service(Permission.RECORD_WRITE)
def vitals_write(*, act: Act, patient: UUID, given: VitalSet, ticket: Ticket | None = None) -> VitalsWritten:
    """Write a set of vital signs. Args: given: with the time it was measured at, which may lie back.

    Raises: RL-REC-368, 369, 370 for what cannot be, those of `charting`.
    """
    set_demand(given, now=act.at)
    with charting(act=act, patient=patient) as log:
        set_id = str(new_id(act.at))
        score = _score(act, patient, given)
        bodies = _bodies(act, patient, given, set_id)
        drafts = [EntryDraft(type=TYPE, body=body, resource=new_id(act.at)) for body in bodies.values()]
        of = [f"{TYPE}/{draft.resource}" for draft in drafts]
        if isinstance(score, Score):
            drafts.append(EntryDraft(type=TYPE, body=_score_body(act, patient, given, set_id, score, of)))
        draft_close(log=log, ticket=ticket)
        written = entries_write(act=act, log=log, drafts=drafts, verb="record.vitals", subject=f"patient:{patient}")
    return VitalsWritten(set_id=set_id, score=score, written=tuple(written))


@service(Permission.RECORD_WRITE)
def vitals_correct(
    *,
    act: Act,
    patient: UUID,
    set_id: str,
    versions: str,
    given: VitalSet,
    reason: str,
    ticket: Ticket | None = None,
) -> VitalsWritten:
    """Correct a set: what differs is amended, what was left out marked as entered in error, what is new written.

    Args: versions: of the set as it was seen. Raises: RL-REC-005 without a reason, 001 when somebody changed any part
    of it, 354, 368-370.
    """
    if not reason.strip():
        raise errors.REASON_MISSING.error(where="reason")
    set_demand(given, now=act.at)
    with charting(act=act, patient=patient) as log:
        held = set_get(records=records_of(patient), set_id=set_id)
        if held.versions != versions:
            raise errors.CONFLICT.error(where=TYPE, seen=versions.count(":"), now=len(held.held))
        score = _score(act, patient, given)
        drafts = _corrections(act, patient, held, given, score, reason)
        draft_close(log=log, ticket=ticket)
        written = entries_write(act=act, log=log, drafts=drafts, verb="record.vitals", subject=f"patient:{patient}")
        if not drafts:
            log.entry("record.nothing", subject=f"patient:{patient}", body={"there": len(held.held)})
    return VitalsWritten(set_id=set_id, score=score, written=tuple(written))


def _corrections(
    act: Act, patient: UUID, held: HeldSet, given: VitalSet, score: Score | NoScore, reason: str
) -> list[EntryDraft]:
    """Return what makes the held set the given one."""
    bodies = _bodies(act, patient, given, held.id)
    of = []
    drafts: list[EntryDraft] = []
    for key, body in bodies.items():
        old = held.held.get(key)
        if old is None:
            drafts.append(EntryDraft(type=TYPE, body=body, resource=new_id(act.at), reason=reason))
            of.append(f"{TYPE}/{drafts[-1].resource}")
        else:
            of.append(f"{TYPE}/{old.id}")
            before = loads(old.body)
            if any(before.get(name) != body.get(name) for name in _SAME):
                drafts.append(amended(old, {**body, "status": "corrected"}, version=old.version, reason=reason))
    old_score = held.held.get("score")
    if isinstance(score, Score):
        body = _score_body(act, patient, given, held.id, score, of)
        if old_score is None:
            drafts.append(EntryDraft(type=TYPE, body=body, reason=reason))
        elif drafts or len(held.held) != len(bodies) + 1:
            corrected = {**body, "status": "corrected"}
            drafts.append(amended(old_score, corrected, version=old_score.version, reason=reason))
    gone = [one for key, one in held.held.items() if key not in bodies and key != "score"]
    if old_score is not None and not isinstance(score, Score):
        gone.append(old_score)
    return drafts + [mistaken(one, version=one.version, reason=f"{GONE}: {reason}") for one in gone]


def _bodies(act: Act, patient: UUID, given: VitalSet, set_id: str) -> dict[str, dict[str, Any]]:
    return set_bodies(
        given, patient=f"Patient/{patient}", set_id=set_id, author=author_of(act), written_at=act.at
    )  # fmt: skip


def _score_body(
    act: Act, patient: UUID, given: VitalSet, set_id: str, score: Score, of: list[str]
) -> dict[str, Any]:  # fmt: skip
    return score_body(
        score, given=given, patient=f"Patient/{patient}", set_id=set_id, author=author_of(act), written_at=act.at, of=of
    )


def _score(act: Act, patient: UUID, given: VitalSet) -> Score | NoScore:
    """Score a set with what the record knows: age, pregnancy, the oxygen target."""
    records = records_of(patient)
    return set_score(
        given,
        scale=oxygen_target(records=records).scale,
        age_years=age_of(face_get(patient), today=localtime(given.at).date()),
        is_pregnant=is_pregnant(records=records, at=given.at),
    )


@service(Permission.RECORD_PRESCRIBE)
def spo2_scale_set(*, act: Act, patient: UUID, scale: Scale, reason: str, version: int | None = None) -> Written:
    """Say which oxygen saturation is aimed at from now on; scores written before keep theirs.

    Args: version: of the decision that was seen, None where there was none. Raises: RL-REC-371 without a reason, 001.
    """
    told = reason_demand(reason)
    with charting(act=act, patient=patient) as log:
        held = oxygen_target(records=records_of(patient)).flag
        body = target_body(scale, patient=f"Patient/{patient}", author=author_of(act), at=act.at, reason=told)
        if held is None:
            draft = EntryDraft(type="Flag", body=body, reason=told)
        elif version is None:
            raise errors.CONFLICT.error(where="Flag", seen=0, now=held.version)
        else:
            draft = EntryDraft(
                type="Flag", body=body, resource=held.id, act=EntryAct.AMEND, expected_version=version, reason=told
            )
        (written,) = entries_write(
            act=act, log=log, drafts=[draft], verb="record.oxygen_target", subject=f"patient:{patient}"
        )  # fmt: skip
    return written
