"""Drafts as they are held: one's own, to go on with; and that somebody else is writing, never what.

Reads of one's own drafts are noted by the caller where they name a patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from relight.kernel.act import Act
from relight.people.api import names_of
from relight.record.models import Draft
from relight.record.rules.drafts import DraftKind, Ticket, content_read, is_being_written
from relight.record.selectors.faces import records_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """One's own draft. Args: content: the form's fields, each a list of texts. ticket: to go on with it."""

    ticket: Ticket
    content: Mapping[str, list[str]] = field(repr=False)
    count: int
    opened_at: datetime
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Somebody who is writing into a chart, or left something unfinished. Args: since: when they began."""

    actor: str
    name: str
    kind: DraftKind
    since: datetime
    last: datetime
    is_writing: bool


def drafts_mine(*, act: Act) -> list[DraftView]:
    """List one's own open drafts, the latest first."""
    return [_view(row) for row in Draft.objects.filter(owner=act.actor, closed_at=None).order_by("-saved_at", "pk")]


def drafts_count(*, act: Act) -> int:
    """Count one's own open drafts."""
    return Draft.objects.filter(owner=act.actor, closed_at=None).count()


def drafts_for(*, act: Act, patient: UUID, kind: DraftKind, key: str) -> list[DraftView]:
    """List one's own open drafts of one form, the latest first; those of merged records too."""
    rows = Draft.objects.filter(
        owner=act.actor, patient__in=records_of(patient), kind=kind.value, key=key, closed_at=None
    )
    return [_view(row) for row in rows.order_by("-saved_at", "pk")]


def writers_of(*, act: Act, patient: UUID) -> list[Writer]:
    """List who else is writing into a chart, and who left a draft of it, the latest first."""
    rows = Draft.objects.filter(patient__in=records_of(patient), closed_at=None).exclude(owner=act.actor)
    found = list(rows.order_by("-saved_at", "pk").values_list("owner", "kind", "opened_at", "saved_at"))
    names = names_of({row[0] for row in found})
    return [
        Writer(
            actor=owner, name=names.get(owner, owner), kind=DraftKind(kind), since=opened, last=saved,
            is_writing=is_being_written(saved, at=act.at),
        )
        for owner, kind, opened, saved in found
    ]  # fmt: skip


def _view(row: Draft) -> DraftView:
    ticket = Ticket(
        id=row.ticket, owner=row.owner, patient=row.patient, kind=DraftKind(row.kind), key=row.key, version=row.version
    )
    return DraftView(
        ticket=ticket, content=content_read(row.content), count=row.count, opened_at=row.opened_at,
        saved_at=row.saved_at,
    )  # fmt: skip
