"""Notes and letters of a chart, the latest first, and one of them with what a form of it needs.

Reads are noted by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relight.people.api import names_of
from relight.record.rules.canonical import loads
from relight.record.rules.chart.origin import Origin, origin_of
from relight.record.rules.letters import is_signed
from relight.record.rules.notes import Note, NotePart, note_read, parts_of
from relight.record.selectors.store import resource_get, resources_of
from relight.record.types import Held, ResourceStatus

NOTES_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """A note as the list shows it. Args: authors: by their names of today. versions: how many there were. is_mine:
    written or co-written by who looks."""

    id: UUID
    version: int
    note: Note
    authors: str
    at: datetime | None
    origin: Origin
    is_error: bool
    is_signed: bool
    is_mine: bool


def notes_list(
    *, records: Sequence[UUID], actor: str, zero: datetime | None, limit: int = NOTES_SHOWN
) -> tuple[list[NoteView], bool]:
    """List notes and letters, the latest first, those entered in error too. Returns: them; whether there are more."""
    held = [
        one
        for record in records
        for one in resources_of(patient=record, types=["Composition"], with_errors=True, limit=limit + 1)
    ]
    held.sort(key=lambda one: one.clinical_at or one.updated_at, reverse=True)
    return _views(held[:limit], actor=actor, zero=zero), len(held) > limit


def note_view(held: Held, *, actor: str, zero: datetime | None) -> NoteView:
    """Return one note as the list would show it."""
    return _views([held], actor=actor, zero=zero)[0]


def note_parts(*, note: UUID) -> tuple[str, tuple[NotePart, ...], str]:
    """Return title, sections and template of a note, to be amended. Raises: NO_RESOURCE (RL-REC-002)."""
    body = loads(resource_get(type="Composition", id=note).body)
    read = note_read(body)
    return read.title, parts_of(body), read.template


def _views(held: Sequence[Held], *, actor: str, zero: datetime | None) -> list[NoteView]:
    read = [(one, loads(one.body)) for one in held]
    notes = [(one, body, note_read(body)) for one, body in read]
    names = names_of({account for _, _, note in notes for account in note.actors if account.startswith("staff:")})
    made = []
    for one, body, note in notes:
        people = [names.get(account) or name for account, name in zip(note.actors, note.authors, strict=False)]
        made.append(
            NoteView(
                id=one.id, version=one.version, note=note, authors=", ".join(dict.fromkeys(filter(None, people))),
                at=one.clinical_at, is_error=one.status is ResourceStatus.ERROR, is_signed=is_signed(body),
                is_mine=actor in note.actors,
                origin=origin_of(
                    kind=one.source_kind, name=one.source_name, as_of=one.as_of, at=one.clinical_at,
                    written_at=one.updated_at, day_zero=zero, lasting=False,
                ),
            )
        )  # fmt: skip
    return made
