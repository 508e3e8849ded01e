"""Drafts of what people type: kept as they type, closed by what they write.

Owns Draft rows; each saving is one transaction with its journal entry, which holds a digest and never a word of it. A
ticket is what allows: it was signed when its owner opened the form. Refuses to give a draft to anybody but its owner.
Source: docs/design/writing.md, cases 1-12.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from relight.journal.api import EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.models import Draft
from relight.record.rules.drafts import CLOSED_KEPT, Ticket, Turn, turn_of

EMPTY = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSaved:
    """What a saving did. Args: ticket: where it is kept now; another one when the draft went on elsewhere. count: how
    often it was saved. late: it was written or thrown away before, and nothing was kept."""

    ticket: Ticket
    count: int
    at: datetime
    late: bool = False


@service(Permission.RECORD_WRITE)
def draft_save(*, act: Act, ticket: Ticket, content: str, tab: str = "", count: int = 0) -> DraftSaved:
    """Keep what is in a form. Args: content: of `rules.drafts.content_of`. tab, count: which page saves, and how often
    the draft had been saved when that page took it up. Raises: FORM_OF_ANOTHER (RL-REC-351)."""
    if act.actor != ticket.owner:
        raise errors.FORM_OF_ANOTHER.error(where="draft")
    return draft_keep(act=act, ticket=ticket, content=content, tab=tab, count=count)


def draft_keep(*, act: Act, ticket: Ticket, content: str, tab: str = "", count: int = 0) -> DraftSaved:
    """Keep what a form holds under the owner of its ticket, whoever sends it: for the door with a signed ticket only.

    So what was typed when a session ended is kept, and by nobody else to be read.
    """
    with writing(act) as log:
        row = Draft.objects.select_for_update().filter(pk=ticket.id).first()
        if row is None:
            return _open(act, log, ticket, content, tab)
        turn = turn_of(
            is_closed=row.closed_at is not None, held_tab=row.tab, held_count=row.count, tab=tab, count=count
        )
        if turn is Turn.LATE:
            log.entry("record.draft", subject=f"draft:{ticket.id}", body={"late": True})
            return DraftSaved(ticket=ticket, count=row.count, at=act.at, late=True)
        if turn is Turn.FORK:
            return _open(act, log, _forked(act, ticket), content, tab)
        row.content, row.tab, row.count, row.saved_at = content, tab, row.count + 1, act.at
        row.save(update_fields=["content", "tab", "count", "saved_at"])
        log.entry("record.draft", subject=f"draft:{ticket.id}", body={"digest": _digest(content)})
        return DraftSaved(ticket=ticket, count=row.count, at=act.at)


def _forked(act: Act, ticket: Ticket) -> Ticket:
    return Ticket(
        id=new_id(act.at), owner=ticket.owner, patient=ticket.patient, kind=ticket.kind, key=ticket.key,
        version=ticket.version,
    )  # fmt: skip


def _open(act: Act, log: Log, ticket: Ticket, content: str, tab: str) -> DraftSaved:
    Draft.objects.filter(owner=ticket.owner, closed_at__lt=act.at - CLOSED_KEPT).delete()
    Draft.objects.create(
        ticket=ticket.id, owner=ticket.owner, patient=ticket.patient, kind=ticket.kind.value, key=ticket.key,
        version=ticket.version, content=content, count=1, tab=tab, opened_at=act.at, saved_at=act.at,
    )  # fmt: skip
    log.entry(
        "record.draft_open",
        subject=f"draft:{ticket.id}",
        body={"kind": ticket.kind.value, "digest": _digest(content)},
        events=[EventDraft(name="record.drafting", subject=f"patient:{ticket.patient}", body={})],
    )
    return DraftSaved(ticket=ticket, count=1, at=act.at)


@service(Permission.RECORD_WRITE)
def draft_drop(*, act: Act, ticket: UUID) -> None:
    """Throw one's own draft away. Raises: NO_DRAFT (RL-REC-353), also for another's."""
    with writing(act) as log:
        row = Draft.objects.select_for_update().filter(pk=ticket, owner=act.actor, closed_at=None).first()
        if row is None:
            raise errors.NO_DRAFT.error(where="draft")
        _close(log, row, by="owner")


def draft_close(*, log: Log, ticket: Ticket | None) -> None:
    """Close the draft of what is being written, inside the write's own transaction; a page that saves late finds that.

    A form without a draft so far closes too: what its page sends after this is late. Raises: FORM_OF_ANOTHER.
    """
    if ticket is None:
        return
    if log.act.actor != ticket.owner:
        raise errors.FORM_OF_ANOTHER.error(where="draft")
    row = Draft.objects.select_for_update().filter(pk=ticket.id).first()
    if row is None:
        at = log.act.at
        Draft.objects.create(
            ticket=ticket.id, owner=ticket.owner, patient=ticket.patient, kind=ticket.kind.value, key=ticket.key,
            opened_at=at, saved_at=at, closed_at=at,
        )  # fmt: skip
    elif row.closed_at is None:
        _close(log, row, by="written")


def _close(log: Log, row: Draft, *, by: str) -> None:
    digest = _digest(row.content)
    row.content, row.closed_at = EMPTY, log.act.at
    row.save(update_fields=["content", "closed_at"])
    log.entry(
        "record.draft_close",
        subject=f"draft:{row.pk}",
        body={"by": by, "digest": digest},
        events=[EventDraft(name="record.drafting", subject=f"patient:{row.patient}", body={})],
    )


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()
