"""Bulletins: drawn from the live state, written in by one person, approved by another, then never changed.

Owns Bulletin and BulletinText, and the event `liaison.published`. Refuses to save over what the writer has not seen,
an approval by whoever drew or wrote, and an approval of anything else than what was shown. Source:
docs/design/liaison.md, cases 60-79.
"""

from __future__ import annotations

from collections.abc import Mapping

from relight.journal.api import Body, EventDraft, Log, new_id, relight_signer, writing
from relight.kernel.act import Act
from relight.liaison import errors
from relight.liaison.models import Bulletin, BulletinText
from relight.liaison.rules.changes import changes_between
from relight.liaison.rules.facts import canonical, facts_document, facts_read, state_digest
from relight.liaison.selectors.bulletins import (
    bulletin_latest,
    document_digest,
    document_of,
    draft_shown,
    drafters_of,
    number_last,
)
from relight.liaison.selectors.facts import facts_now
from relight.liaison.types import LANGUAGE_WORDS, LANGUAGES, BulletinState
from relight.people.api import Permission, names_of, service, signature_make

MEANING = "liaison.approve-bulletin"
FREE_MOST = 900  # characters a language: more leaves no room for the rest on two pages
PUBLISHED = "liaison.published"


@service(Permission.LIAISON_WRITE)
def bulletin_draw(*, act: Act) -> Bulletin:
    """Draw the draft from the live state; there already, it is drawn again and keeps what people wrote.

    Returns: the draft, with what changed since the last approved one.
    """
    with writing(act) as log:
        row = _draft()
        is_new = row is None
        before, live = bulletin_latest(), facts_now(act.at)
        changes = changes_between(facts_read(before.facts), live) if before else ()
        if row is None:
            row = Bulletin(id=new_id(act.at), drawn_by=act.actor, version=0)
        row.facts, row.changes = facts_document(live), [one.document() for one in changes]
        row.drawn_at = act.at
        row.version += 1
        row.save()
        body: Body = {"state": state_digest(row.facts), "changes": len(changes), "again": not is_new}
        log.entry("liaison.bulletin_draw", subject=f"bulletin:{row.pk}", body=body)
    return row


def _draft() -> Bulletin | None:
    return Bulletin.objects.select_for_update().filter(state=BulletinState.DRAFT.value).first()


def _draft_demand() -> Bulletin:
    row = _draft()
    if row is None:
        raise errors.NO_DRAFT.error(where="draft")
    return row


@service(Permission.LIAISON_WRITE)
def bulletin_write(*, act: Act, number: int, free: Mapping[str, str]) -> int:
    """Save the part a person writes; each state of it is kept.

    Args: number: of the state the writer began from, 0 for none. free: by language; what is empty is not said.
    Returns: the number of this state. Raises: RL-LIA-040, 045 (too long), 048 when somebody saved meanwhile.
    """
    said = {code: _clean(free.get(code, "")) for code in LANGUAGES}
    said = {code: text for code, text in said.items() if text}
    for code, text in said.items():
        if len(text) > FREE_MOST:
            raise errors.FREE_TOO_LONG.error(where=f"free_{code}", count=len(text), limit=FREE_MOST)
    with writing(act) as log:
        row = _draft_demand()
        last = row.texts.first()
        if (last.number if last else 0) != number:
            raise errors.EDITED_MEANWHILE.error(where="free")
        BulletinText.objects.create(
            id=new_id(act.at), bulletin=row, number=number + 1, free=said, at=act.at, by=act.actor
        )
        row.free, row.edited_at, row.edited_by = said, act.at, act.actor
        row.version += 1
        row.save(update_fields=["free", "edited_at", "edited_by", "version"])
        body: Body = {"text": number + 1, "languages": list(said), "digest": document_digest(said)}
        log.entry("liaison.bulletin_write", subject=f"bulletin:{row.pk}", body=body)
    return number + 1


def _clean(text: str) -> str:
    """Trim a text: line ends as one kind, no blank at the end of a line, at most one empty line."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    while "\n\n\n" in (joined := "\n".join(lines)):
        lines = joined.replace("\n\n\n", "\n\n").split("\n")
    return joined.strip()


@service(Permission.LIAISON_APPROVE)
def bulletin_approve(*, act: Act, shown: str, password: str, as_drawn: str = "", partial: bool = False) -> int:
    """Approve the draft: numbered, signed by the person, sealed by Relight, published. It never changes again.

    Args: shown: digest of the draft that was shown. as_drawn: digest of the live state the person knows to be another
    than the draft's, empty when none was shown. partial: the message goes out in the languages it has.
    Returns: its number. Raises: RL-LIA-040, 043 (drew or wrote in it), 044 (another draft than was shown), 046 (nobody
    saved it), 047 (a language is missing), 049 (the live state moved), and those of `signature_make`.
    """
    with writing(act) as log:
        row = _draft_demand()
        _may_approve(row, act=act, shown=shown, partial=partial)
        live = state_digest(facts_document(facts_now(act.at)))
        if live != state_digest(row.facts) and live != as_drawn:
            raise errors.FACTS_MOVED.error(where="as_drawn")
        signature = signature_make(act=act, log=log, password=password, digest=shown, meaning=MEANING)
        row.number, row.state = number_last() + 1, BulletinState.APPROVED.value
        row.approved_at, row.approved_by = act.at, act.actor
        row.approver = names_of({act.actor}).get(act.actor, act.actor)
        row.signature = str(signature.id)
        _sealed(row, act=act)
        row.version += 1
        row.save()
        _tell(log, row, shown=shown, moved=live != state_digest(row.facts))
    assert row.number is not None  # just given
    return row.number


def _may_approve(row: Bulletin, *, act: Act, shown: str, partial: bool) -> None:
    if act.actor in drafters_of(row):
        raise errors.SAME_PERSON.error(where="password")
    if row.edited_at is None:
        raise errors.NOBODY_WROTE.error(where="draft")
    if draft_shown(row) != shown:
        raise errors.DRAFT_CHANGED.error(where="shown")
    missing = languages_missing(row.free)
    if missing and not partial:
        words = tuple(LANGUAGE_WORDS[code] for code in missing)
        raise errors.LANGUAGE_MISSING.error(where="partial", languages=words)


def languages_missing(free: Mapping[str, str]) -> tuple[str, ...]:
    """Return the languages a message lacks; none for no message at all."""
    return tuple(code for code in LANGUAGES if not free.get(code)) if any(free.values()) else ()


def _sealed(row: Bulletin, *, act: Act) -> None:
    """Put Relight's signature over the whole document, approval included."""
    document = document_of(row)
    signer = relight_signer(act=act)
    row.digest, row.kid = document_digest(document), signer.kid
    row.seal = signer.sign(canonical(document)).hex()


def _tell(log: Log, row: Bulletin, *, shown: str, moved: bool) -> None:
    body: Body = {
        "number": row.number, "digest": row.digest, "shown": shown, "kid": row.kid, "signature": row.signature,
        "as_drawn": moved,
    }  # fmt: skip
    told = EventDraft(name=PUBLISHED, subject=f"bulletin:{row.pk}", body={"number": row.number, "digest": row.digest})
    log.entry("liaison.bulletin_approve", subject=f"bulletin:{row.pk}", body=body, events=[told])
