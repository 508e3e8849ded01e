"""Notes: written, amended, with the draft they came from closed in the same transaction.

Owns these writes of Composition. A note is final once written; every change is an amendment whose old text stays.
Source: docs/design/writing.md, cases 44-52.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from relight.kernel.act import Act
from relight.people.api import Permission, permit, service
from relight.record.rules.canonical import loads
from relight.record.rules.drafts import Ticket
from relight.record.rules.letters import is_letter, unsigned
from relight.record.rules.notes import NotePart, note_amended, note_body
from relight.record.services.charting import amended, author_of, charting, item_current
from relight.record.services.drafts import draft_close
from relight.record.services.store import entries_write
from relight.record.types import EntryDraft, Written


@service(Permission.RECORD_WRITE)
def note_write(
    *,
    act: Act,
    patient: UUID,
    title: str,
    parts: Sequence[NotePart],
    loinc: str,
    template: str = "",
    ticket: Ticket | None = None,
) -> Written:
    """Write a note. Args: parts: with their titles in the language they were read in; empty ones are left out.

    Raises: RL-REC-360 for nothing written, those of `charting` and `draft_close`.
    """
    with charting(act=act, patient=patient) as log:
        body = note_body(
            patient=f"Patient/{patient}", title=title, parts=parts, author=author_of(act), at=act.at, loinc=loinc,
            template=template,
        )  # fmt: skip
        draft_close(log=log, ticket=ticket)
        (written,) = entries_write(
            act=act, log=log, drafts=[EntryDraft(type="Composition", body=body)], verb="record.note",
            subject=f"patient:{patient}",
        )  # fmt: skip
    return written


@service(Permission.RECORD_WRITE)
def note_amend(
    *,
    act: Act,
    patient: UUID,
    note: UUID,
    version: int,
    title: str,
    parts: Sequence[NotePart],
    reason: str = "",
    ticket: Ticket | None = None,
) -> Written:
    """Amend a note; who amends stands beside its author. A letter loses its signature by it, and takes a prescriber.

    Raises: RL-REC-001 when somebody else amended it, 354, 355, 360.
    """
    with charting(act=act, patient=patient) as log:
        held = item_current(patient=patient, type="Composition", id=note)
        body = loads(held.body)
        made = note_amended(body, title=title, parts=parts, author=author_of(act))
        if is_letter(body):
            permit(act, Permission.RECORD_PRESCRIBE)
            made = unsigned(made)
        draft_close(log=log, ticket=ticket)
        draft = amended(held, made, version=version, reason=reason)
        (written,) = entries_write(
            act=act, log=log, drafts=[draft], verb="record.note", subject=f"patient:{patient}"
        )  # fmt: skip
    return written
