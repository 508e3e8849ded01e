"""Two records of one person become one, and two again: reversible, nothing rewritten.

Owns the Merge rows and the links of both Patients. Entries of both stay where they were written; readers take the
records together (selectors.faces.records_of). Source: docs/design/identity.md, cases 47-56.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relight.journal.api import new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.models import Merge
from relight.record.rules.canonical import loads
from relight.record.rules.identity import body_keeping, body_merged, body_parted
from relight.record.selectors.access import record_demand
from relight.record.selectors.faces import records_of
from relight.record.selectors.store import resource_get
from relight.record.selectors.wards import whereabouts
from relight.record.services.identity import patient_held
from relight.record.services.store import entries_write
from relight.record.types import EntryAct, EntryDraft

REASON_CHARS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeView:
    """A merge. Args: kept, gone: the two records. undone_at: None while it holds."""

    id: UUID
    kept: UUID
    gone: UUID
    reason: str
    at: datetime
    by: str
    undone_at: datetime | None
    undone_by: str
    undone_reason: str


@service(Permission.RECORD_IDENTITY)
def patients_merge(
    *, act: Act, kept: UUID, gone: UUID, reason: str, seen_kept: int | None = None, seen_gone: int | None = None
) -> UUID:
    """Say that two records are one person's: `gone` leads to `kept` from now on.

    Args: seen_kept, seen_gone: the versions that were compared. Returns: the merge, to undo it by. Raises: RL-REC-005
    without a reason, 216 when one of them leads elsewhere, 220, 221, 001 when one changed meanwhile, 240.
    """
    reason = _reason(reason)
    if kept == gone:
        raise errors.SAME_PATIENT.error(where="patient")
    with writing(act) as log:
        stays, goes = patient_held(kept), patient_held(gone)
        for one in (kept, gone):
            record_demand(act=act, patient=one)
        places = {(s.site, s.ward, s.bed) for one in (kept, gone) for s in whereabouts(patient=one)}
        if len(places) > 1 and all(whereabouts(patient=one) for one in (kept, gone)):
            raise errors.MERGE_TWO_BEDS.error(where="patient")
        before = loads(goes.body)
        drafts = [
            EntryDraft(
                type="Patient", body=body_merged(before, into=kept), resource=gone, act=EntryAct.MERGE,
                expected_version=seen_gone, reason=reason,
            ),
            EntryDraft(
                type="Patient", body=body_keeping(loads(stays.body), gone=gone), resource=kept, act=EntryAct.AMEND,
                expected_version=seen_kept, reason=reason,
            ),
        ]  # fmt: skip
        entries_write(act=act, log=log, drafts=drafts, verb="record.merge", subject=f"patient:{kept}")
        active = before.get("active")
        row = Merge.objects.create(
            id=new_id(act.at), kept=kept, gone=gone, was_active=active if isinstance(active, bool) else None,
            reason=reason, at=act.at, by=act.actor,
        )  # fmt: skip
    return row.pk


@service(Permission.RECORD_IDENTITY)
def merge_undo(*, act: Act, merge: UUID, reason: str) -> None:
    """Part two records again. What was written into either since stays where it was written.

    Raises: RL-REC-222 for no merge that holds, RL-REC-005 without a reason.
    """
    reason = _reason(reason)
    with writing(act) as log:
        row = Merge.objects.filter(pk=merge, undone_at=None).first()
        if row is None:
            raise errors.NO_MERGE.error(where="merge")
        record_demand(act=act, patient=row.kept)
        gone, kept = (loads(resource_get(type="Patient", id=one).body) for one in (row.gone, row.kept))
        kept_status = resource_get(type="Patient", id=row.kept).status
        drafts = [
            EntryDraft(
                type="Patient", body=body_parted(gone, other=row.kept, active=row.was_active), resource=row.gone,
                act=EntryAct.UNMERGE, reason=reason,
            ),
            EntryDraft(
                type="Patient", body=body_parted(kept, other=row.gone), resource=row.kept, act=EntryAct.AMEND,
                reason=reason, status=kept_status,
            ),
        ]  # fmt: skip
        entries_write(act=act, log=log, drafts=drafts, verb="record.merge_undo", subject=f"patient:{row.kept}")
        Merge.objects.filter(pk=merge).update(undone_at=act.at, undone_by=act.actor, undone_reason=reason)


def merges_of(*, patient: UUID) -> list[MergeView]:
    """List the merges a person's records went through, undone ones too, the latest first."""
    records: Iterable[UUID] = records_of(patient)
    rows = Merge.objects.filter(kept__in=records) | Merge.objects.filter(gone=patient)
    return [
        MergeView(
            id=row.pk, kept=row.kept, gone=row.gone, reason=row.reason, at=row.at, by=row.by, undone_at=row.undone_at,
            undone_by=row.undone_by, undone_reason=row.undone_reason,
        )
        for row in rows.order_by("-at", "-id")
    ]  # fmt: skip


def _reason(reason: str) -> str:
    told = " ".join(reason.split())[:REASON_CHARS]
    if not told:
        raise errors.REASON_MISSING.error(where="reason")
    return told
