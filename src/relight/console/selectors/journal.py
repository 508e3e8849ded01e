"""The journal in words: rows of the list, one entry in full, the state of the chain, what lags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from relight.console.rules.entries import body_fields
from relight.console.rules.words import DOORS, FIELDS, event_words, how_many, verb_words
from relight.console.selectors.places import Named, subject_address, subjects_named
from relight.console.types import Field, JournalFilter, Piece
from relight.hospital.api import Naming
from relight.journal import api as journal
from relight.journal.api import EntryView, SubscriberLag
from relight.kernel.act import Act
from relight.kernel.errors import MissingError
from relight.people import api as people
from relight.ui.api import STATES

PAGE_SIZE = 50
EXPORT_STEP = 500
CHAIN_VERB = "journal.verify"
DIGESTS_LOOKED_UP = 20
STATE_FIELDS = frozenset({"from", "to", "before", "verdict"})
DIGEST = re.compile(r"[0-9a-f]{64}\Z")
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry in the list. Args: count: how many things it is about."""

    seq: int
    at: datetime
    actor: str
    who: str
    verb: str
    did: str
    count: int
    subject: Named
    door: str
    entry: EntryView


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPage:
    """One page of the list. Args: older: the number to page on from; None on the last page."""

    rows: tuple[EntryRow, ...]
    older: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One event of an entry."""

    name: str
    words: str
    subject: Named
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """One entry in full. Args: newer: whether one follows it."""

    row: EntryRow
    fields: tuple[Field, ...]
    events: tuple[EventLine, ...]
    events_more: int
    newer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCheck:
    """The last time somebody checked the chain, and what they found."""

    seq: int
    at: datetime
    who: str
    intact: bool
    entries: int
    broken: int | None
    because: str


EVENTS_SHOWN = 100


def page_of(asked: JournalFilter, *, act: Act, before: int | None = None) -> JournalPage:
    """Return a page of entries, newest first; four queries at most, names included."""
    entries = _entries(asked, before=before, limit=PAGE_SIZE + 1)
    shown = entries[:PAGE_SIZE]
    return JournalPage(rows=rows_of(shown, act=act), older=shown[-1].seq if len(entries) > PAGE_SIZE else None)


def rows_of(entries: Sequence[EntryView], *, act: Act, naming: Naming | None = None) -> tuple[EntryRow, ...]:
    """Put entries into words, actors and subjects named in bulk."""
    who = people.names_of(entry.actor for entry in entries)
    named = subjects_named((entry.subject for entry in entries), act=act, naming=naming)
    return tuple(_row(entry, who=who[entry.actor], subject=named[entry.subject]) for entry in entries)


def _row(entry: EntryView, *, who: str, subject: Named) -> EntryRow:
    words = verb_words(entry.verb)
    return EntryRow(
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        who=who,
        verb=entry.verb,
        did=gettext(words.did),
        count=how_many(entry.body, counted=words.counted),
        subject=subject,
        door=gettext(DOORS.get(entry.door, entry.door)),
        entry=entry,
    )


def _entries(asked: JournalFilter, *, before: int | None, limit: int) -> list[EntryView]:
    since = until = None
    if asked.day:
        since = timezone.make_aware(datetime.combine(asked.day, time.min))
        until = timezone.make_aware(datetime.combine(asked.day + timedelta(days=1), time.min))
    return journal.entry_list(
        subject=asked.subject or None,
        actor=asked.actor or None,
        verb=asked.verb or None,
        text=asked.text or None,
        since=since,
        until=until,
        before=before,
        limit=limit,
    )


def export_of(asked: JournalFilter, *, act: Act) -> Iterator[EntryRow]:
    """Give all entries asked for, newest first, a few hundred at a time."""
    before: int | None = None
    while entries := _entries(asked, before=before, limit=EXPORT_STEP):
        yield from rows_of(entries, act=act)
        before = entries[-1].seq


def entry_page(seq: int, *, act: Act) -> EntryPage:
    """Return one entry with its body and events in words. Raises: MissingError RL-JNL-004."""
    entry = journal.entry_get(seq)
    shown = entry.events[:EVENTS_SHOWN]
    named = subjects_named((event.subject for event in shown), act=act)
    newest = journal.entry_list(limit=1)
    return EntryPage(
        row=rows_of([entry], act=act)[0],
        fields=fields_linked(body_fields(entry.body), act=act),
        events=tuple(
            EventLine(
                name=event.name,
                words=gettext(event_words(event.name)),
                subject=named[event.subject],
                fields=tuple(_named(field) for field in body_fields(event.body)),
            )
            for event in shown
        ),
        events_more=len(entry.events) - len(shown),
        newer=bool(newest) and newest[0].seq > seq,
    )


def fields_linked(fields: Sequence[Field], *, act: Act) -> tuple[Field, ...]:
    """Give the values of a body that name an item or a stored file their name and their page."""
    texts = {piece.text for field in fields for piece in field.pieces}
    named = subjects_named((f"item:{text}" for text in texts if UUID_TEXT.match(text)), act=act)
    links = {
        subject.removeprefix("item:"): Piece(text=one.name, href=one.href)
        for subject, one in named.items()
        if one.name != subject.removeprefix("item:")
    }
    for digest in sorted(text for text in texts if DIGEST.match(text))[:DIGESTS_LOOKED_UP]:
        try:
            name = journal.evidence_find(digest).name
        except MissingError:
            continue  # a digest of something else: a policy, what was signed
        links[digest] = Piece(text=name, href=subject_address(f"evidence:{digest}", act=act))
    return tuple(
        _named(replace(field, pieces=tuple(links.get(piece.text, piece) for piece in field.pieces))) for field in fields
    )


def _named(field: Field) -> Field:
    """Say a line's key in words, and its value too when it is a state."""
    pieces = tuple(_worded(field.key, piece) for piece in field.pieces)
    return replace(field, key=gettext(FIELDS[field.key]) if field.key in FIELDS else field.key, pieces=pieces)


def _worded(key: str, piece: Piece) -> Piece:
    """Say a state by its word; any other value stands as it was written."""
    known = key in STATE_FIELDS and piece.text in STATES
    return replace(piece, text=gettext(STATES[piece.text][1])) if known else piece


def chain_check_last() -> ChainCheck | None:
    """Return the last check of the chain that was journalled, or None when nobody ever checked."""
    found = journal.entry_list(verb=CHAIN_VERB, limit=1)
    if not found:
        return None
    entry = found[0]
    broken = entry.body.get("broken")
    because = str(entry.body.get("because") or "")
    entries = entry.body.get("entries")
    return ChainCheck(
        seq=entry.seq,
        at=entry.at,
        who=people.names_of([entry.actor])[entry.actor],
        intact=entry.body.get("intact") is True,
        entries=entries if isinstance(entries, int) else 0,
        broken=broken if isinstance(broken, int) else None,
        because=gettext(because) if because else "",
    )


def lags() -> tuple[SubscriberLag, ...]:
    """List the subscribers of this installation (`RELIGHT_SUBSCRIPTIONS`) and what waits for them."""
    return tuple(journal.lag_list(import_string(settings.RELIGHT_SUBSCRIPTIONS)))


def lags_worth_telling(found: Sequence[SubscriberLag], *, at: datetime) -> tuple[SubscriberLag, ...]:
    """Keep what a person should know: events older than five seconds waiting, failures, events set aside."""
    return tuple(
        lag
        for lag in found
        if lag.aside or lag.error or (lag.oldest_at is not None and at - lag.oldest_at > timedelta(seconds=5))
    )


def entry_document(entry: EntryView) -> dict[str, object]:
    """Return an entry as one JSON document, whole: with its body, events and hashes."""
    return {
        "seq": entry.seq,
        "id": str(entry.id),
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor,
        "door": entry.door,
        "verb": entry.verb,
        "subject": entry.subject,
        "body": entry.body,
        "events": [{"name": e.name, "subject": e.subject, "body": e.body} for e in entry.events],
        "previous": entry.previous,
        "hash": entry.hash,
    }
