"""Bulletins as pages, papers and commands read them: rows, the draft's standing, one bulletin in one language.

Owns comparing the live state with what was drawn or published, and checking the seal of what was approved.
Source: docs/design/liaison.md, cases 60-79.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Max
from django.utils import timezone

from relight.journal.api import key_list
from relight.liaison import errors
from relight.liaison.models import Bulletin, BulletinText
from relight.liaison.rules.changes import Change, change_read, changes_between
from relight.liaison.rules.facts import canonical, facts_document, facts_read, state_digest
from relight.liaison.rules.messages import bulletin_document
from relight.liaison.rules.sheet import Meta, Sheet, sheet_make
from relight.liaison.selectors.facts import facts_now
from relight.liaison.types import BulletinState
from relight.people.api import names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How the live state stands to what was drawn. Args: digest: of the live state. is_moved: it is another one.
    changes: in the reader's language; empty where only hours, names or texts of lines differ."""

    digest: str
    is_moved: bool
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One saved state of the part a person wrote. Args: by: a name."""

    number: int
    at: datetime
    by: str
    free: Mapping[str, str]


# -- rows ----------------------------------------------------------------------------------------------


def draft_find() -> Bulletin | None:
    """Return the draft, None when there is none. One query."""
    return Bulletin.objects.filter(state=BulletinState.DRAFT.value).first()


def draft_get() -> Bulletin:
    """Return the draft. Raises: RL-LIA-040."""
    row = draft_find()
    if row is None:
        raise errors.NO_DRAFT.error(where="draft")
    return row


def approved_list() -> list[Bulletin]:
    """List the approved bulletins, newest first, without what they say. One query."""
    rows = Bulletin.objects.filter(state=BulletinState.APPROVED.value)
    return list(rows.defer("facts", "changes", "free").order_by("-number"))


def bulletin_latest() -> Bulletin | None:
    """Return the bulletin in force, None before the first. One query."""
    return Bulletin.objects.filter(state=BulletinState.APPROVED.value).order_by("-number").first()


def bulletin_get(number: int) -> Bulletin:
    """Return an approved bulletin by its number. Raises: RL-LIA-041."""
    row = Bulletin.objects.filter(state=BulletinState.APPROVED.value, number=number).first()
    if row is None:
        raise errors.NO_BULLETIN.error(where="number", number=number)
    return row


def number_last() -> int:
    """Return the number of the last approved bulletin, 0 before the first."""
    return Bulletin.objects.aggregate(last=Max("number"))["last"] or 0


def texts_of(row: Bulletin) -> list[Written]:
    """List the states of the written part, newest first. Two queries."""
    rows = list(BulletinText.objects.filter(bulletin=row))
    names = names_of({one.by for one in rows})
    return [Written(number=one.number, at=one.at, by=names.get(one.by, one.by), free=one.free) for one in rows]


def drafters_of(row: Bulletin) -> frozenset[str]:
    """Return the actors who drew a bulletin first or wrote in it: none of them approves it. One query."""
    wrote = BulletinText.objects.filter(bulletin=row).values_list("by", flat=True)
    return frozenset({row.drawn_by, *wrote})


# -- what is signed ------------------------------------------------------------------------------------


def document_of(row: Bulletin, *, number: int = 0) -> dict[str, object]:
    """Return the document of a bulletin as it is signed. Args: number: a draft gets on approval."""
    number = row.number or number
    return bulletin_document(
        row.facts,
        number=number,
        previous=number - 1 if number else 0,
        changes=row.changes,
        free=row.free,
        approved_at=row.approved_at.astimezone(UTC).isoformat(timespec="seconds") if row.approved_at else "",
        approver=row.approver,
    )


def document_digest(document: Mapping[str, object]) -> str:
    """Return the SHA-256 of a document, hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()


def draft_shown(row: Bulletin | None = None) -> str:
    """Return the digest of what a reader of the draft sees: what an approval stands over. Raises: RL-LIA-040."""
    return document_digest(document_of(row or draft_get(), number=number_last() + 1))


def seal_holds(row: Bulletin) -> bool:
    """Say whether an approved bulletin is the one that was sealed, by a key of this installation."""
    document = canonical(document_of(row))
    key = next((key for key in key_list() if key.kid == row.kid), None)
    if key is None or hashlib.sha256(document).hexdigest() != row.digest:
        return False
    return key.verifies(message=document, signature=bytes.fromhex(row.seal))


# -- against the live state ----------------------------------------------------------------------------


def drift_of(row: Bulletin, *, at: datetime, language: str) -> Drift:
    """Say how the live state differs from what a bulletin was drawn from. Some thirty queries."""
    live = facts_now(at)
    digest = state_digest(facts_document(live))
    if digest == state_digest(row.facts):
        return Drift(digest=digest, is_moved=False)
    changes = changes_between(facts_read(row.facts), live)
    meta = Meta(at=timezone.localtime(at))
    sheet = sheet_make(live, changes=changes, free={}, meta=meta, language=language)
    said = tuple(sheet.words["said"].format(what=one.word, text=one.text) for one in sheet.changes)
    more = (sheet.changes_note,) if said and sheet.changes_note and len(changes) > len(said) else ()
    return Drift(digest=digest, is_moved=True, changes=(*said, *more))


def bulletin_find(*, at: datetime, number: int = 0, draft: bool = False) -> Bulletin:
    """Return a bulletin: one by its number, the draft (else what it would say now), else the one in force.

    Raises: RL-LIA-041 (no such number), 042 (none approved yet).
    """
    if draft:
        return draft_find() or live_unsaved(at)
    row = bulletin_get(number) if number else bulletin_latest()
    if row is None:
        raise errors.NONE_APPROVED.error(where="bulletin")
    return row


def bulletin_document_signed(row: Bulletin) -> dict[str, object]:
    """Return the document of a bulletin with what it is proved by: digest, key, seal, the public key."""
    key = next((key.raw.hex() for key in key_list() if key.kid == row.kid), "")
    proof = {"digest": row.digest, "kid": row.kid, "seal": row.seal, "public_key": key}
    return {"bulletin": document_of(row), **(proof if row.number else {})}


def live_unsaved(at: datetime) -> Bulletin:
    """Return what a draft drawn at a moment would be, kept nowhere."""
    before, live = bulletin_latest(), facts_now(at)
    changes = changes_between(facts_read(before.facts), live) if before else ()
    return Bulletin(facts=facts_document(live), changes=[one.document() for one in changes], drawn_at=at)


# -- in one language -----------------------------------------------------------------------------------


def changes_of(row: Bulletin) -> Sequence[Change]:
    """Return what changed against the one before."""
    return [change_read(one) for one in row.changes]


def meta_of(row: Bulletin) -> Meta:
    """Return what stands around a bulletin; a draft already says which one it will replace."""
    at = timezone.localtime(row.approved_at or row.drawn_at)
    if row.number is None:
        return Meta(at=at, previous=number_last())
    return Meta(
        at=at, number=row.number, previous=row.number - 1, approver=row.approver, kid=row.kid, digest=row.digest
    )


def sheet_of(row: Bulletin, *, language: str, public_only: bool = False) -> Sheet:
    """Write a bulletin in a language. Args: public_only: leave out lines that stay off the open net."""
    return sheet_make(
        facts_read(row.facts),
        changes=changes_of(row),
        free=row.free,
        meta=meta_of(row),
        language=language,
        public_only=public_only,
    )
