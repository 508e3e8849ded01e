"""Drafts: what a form's fields are as kept, whose turn it is when one is open twice, who is writing just now.

Owns the limits. Refuses storage and clocks. Source: docs/design/writing.md, cases 1-12.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from relight.kernel.errors import N_
from relight.record import errors

CONTENT_BYTES: Final = 400_000
FIELDS: Final = 300
WRITING_FOR: Final = timedelta(minutes=10)  # nothing saved for longer: left unfinished, no more being written
CLOSED_KEPT: Final = timedelta(days=2)
OWN: Final = frozenset({"csrfmiddlewaretoken", "patient", "draft", "draft_tab", "draft_count", "version", "password"})


class DraftKind(StrEnum):
    """What is being written."""

    NOTE = "note"
    VITALS = "vitals"
    ALLERGY = "allergy"
    PROBLEM = "problem"
    DOCUMENT = "document"
    LETTER = "letter"
    PRESCRIPTION = "prescription"
    ADMINISTRATION = "administration"
    REQUEST = "request"


KIND_WORDS: Final[Mapping[DraftKind, str]] = {
    DraftKind.NOTE: N_("a note"),
    DraftKind.VITALS: N_("vital signs"),
    DraftKind.ALLERGY: N_("an allergy"),
    DraftKind.PROBLEM: N_("a problem"),
    DraftKind.DOCUMENT: N_("a document"),
    DraftKind.LETTER: N_("a discharge letter"),
    DraftKind.PRESCRIPTION: N_("a prescription"),
    DraftKind.ADMINISTRATION: N_("an administration"),
    DraftKind.REQUEST: N_("a request"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a form carries so that what is typed in it finds its draft. Args: version: what was seen."""

    id: UUID
    owner: str
    patient: UUID
    kind: DraftKind
    key: str
    version: str = ""


class Turn(StrEnum):
    """What a saving does."""

    TAKE = "take"
    FORK = "fork"  # another page goes on with the same draft: this one gets a draft of its own
    LATE = "late"  # the draft was written or thrown away


def turn_of(*, is_closed: bool, held_tab: str, held_count: int, tab: str, count: int) -> Turn:
    """Say what a page's saving does to a held draft. Args: count: how often it was saved when the page took it up."""
    if is_closed:
        return Turn.LATE
    return Turn.TAKE if tab == held_tab or count == held_count else Turn.FORK


def content_of(fields: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Return a form's fields as a draft keeps them: JSON of lists of texts, without passwords and the form's own marks.

    Raises: DRAFT_TOO_LONG (RL-REC-352).
    """
    kept = {name: [str(one) for one in values] for name, values in fields if name not in OWN}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    if len(kept) > FIELDS or len(text.encode()) > CONTENT_BYTES:
        raise errors.DRAFT_TOO_LONG.error(where="draft", limit=CONTENT_BYTES // 1000)
    return text


def content_read(text: str) -> dict[str, list[str]]:
    """Read what `content_of` made."""
    read = json.loads(text or "{}")
    return {str(name): [str(one) for one in values] for name, values in read.items()}


def is_being_written(saved_at: datetime, *, at: datetime) -> bool:
    """Say whether a draft saved then is still being typed."""
    return at - saved_at < WRITING_FOR
