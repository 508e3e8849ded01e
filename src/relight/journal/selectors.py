"""Reads of the journal: entries, events, the walk over the chain, what lags."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Min, Q

from relight.journal.errors import ENTRY_MISSING
from relight.journal.models import AsideEvent, Cursor, Entry, Event, Head
from relight.journal.rules import GENESIS, events_fault, link_fault
from relight.journal.types import ChainReport, EntryView, EventDraft, EventView, SubscriberLag, Subscription
from relight.kernel.errors import N_


def version() -> int:
    """Return the number of the last event: one cheap read, the ETag of every live page."""
    return Head.objects.filter(pk=1).values_list("event_seq", flat=True).first() or 0


def entry_view(row: Entry) -> EntryView:
    """Turn a row into a value."""
    return EntryView(
        seq=row.seq,
        id=row.id,
        at=row.at,
        actor=row.actor,
        door=row.door,
        verb=row.verb,
        subject=row.subject,
        body=json.loads(row.body),
        events=tuple(EventDraft(**event) for event in json.loads(row.events)),
        previous=row.previous,
        hash=row.hash,
    )


def entry_get(seq: int) -> EntryView:
    """Return one entry. Raises: MissingError RL-JNL-004."""
    row = Entry.objects.filter(seq=seq).first()
    if row is None:
        raise ENTRY_MISSING.error(seq=seq)
    return entry_view(row)


def entry_list(
    *,
    subject: str | None = None,
    actor: str | None = None,
    verb: str | None = None,
    verbs: Iterable[str] | None = None,
    text: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[EntryView]:
    """List entries, newest first.

    Args: subject: `kind:id`, also where only an event of the entry names it. verb: exact, or a
    prefix when it ends with a dot. verbs: any of these. text: in subject or body. before: a seq, to page on.
    """
    rows = Entry.objects.order_by("-seq")
    if subject:
        entries = Event.objects.filter(subject=subject).values("entry_seq")
        rows = rows.filter(Q(subject=subject) | Q(seq__in=entries))
    if actor:
        rows = rows.filter(actor=actor)
    if verb:
        rows = rows.filter(verb__startswith=verb) if verb.endswith(".") else rows.filter(verb=verb)
    if verbs is not None:
        rows = rows.filter(verb__in=list(verbs))
    if text:
        rows = rows.filter(Q(subject__icontains=text) | Q(body__icontains=text))
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    if before:
        rows = rows.filter(seq__lt=before)
    return [entry_view(row) for row in rows[:limit]]


def verb_list() -> list[str]:
    """List the verbs that were used, for the filter of the journal's page."""
    return list(Entry.objects.order_by("verb").values_list("verb", flat=True).distinct())


def event_view(row: Event) -> EventView:
    """Turn a row into a value."""
    return EventView(
        seq=row.seq,
        entry_seq=row.entry_seq,
        at=row.at,
        name=row.name,
        subject=row.subject,
        body=json.loads(row.body),
    )


def event_list(
    *, after: int = 0, names: Iterable[str] | None = None, subject: str | None = None, limit: int = 100
) -> list[EventView]:
    """List events in the order of their commit, those after a number."""
    rows = Event.objects.filter(seq__gt=after).order_by("seq")
    if names is not None:
        rows = rows.filter(name__in=list(names))
    if subject is not None:
        rows = rows.filter(subject=subject)
    return [event_view(row) for row in rows[:limit]]


def event_latest(*, names: Iterable[str] | None = None, subject: str | None = None, limit: int = 20) -> list[EventView]:
    """List the newest events first."""
    rows = Event.objects.order_by("-seq")
    if names is not None:
        rows = rows.filter(name__in=list(names))
    if subject is not None:
        rows = rows.filter(subject=subject)
    return [event_view(row) for row in rows[:limit]]


def chain_verify() -> ChainReport:
    """Walk the whole chain and its events; name the first entry that does not hold."""
    head = Head.objects.filter(pk=1).first()
    seq, previous = 0, GENESIS
    events = _events_by_entry()
    waiting = next(events, None)
    for row in Entry.objects.order_by("seq").iterator(chunk_size=2000):
        try:
            entry = entry_view(row)
            fault = link_fault(entry, seq=seq + 1, previous=previous)
        except (ValueError, TypeError):
            return _broken(row.seq, seq, previous, N_("its content cannot be read"))
        stored: Sequence[EventDraft] = ()
        if waiting is not None and waiting[0] <= row.seq:
            stored = waiting[1] if waiting[0] == row.seq else (EventDraft(name="?", subject="?"),)
            waiting = next(events, None)
        fault = fault or events_fault(entry, stored)
        if fault:
            return _broken(seq + 1 if entry.seq != seq + 1 else entry.seq, seq, previous, fault)
        seq, previous = entry.seq, entry.hash
    if waiting is not None:
        return _broken(seq + 1, seq, previous, N_("an event stands without its entry"))
    if (head.entry_seq if head else 0) != seq or (head.hash if head else GENESIS) != previous:
        return _broken(seq + 1, seq, previous, N_("entries at the end are missing"))
    return ChainReport(entries=seq, head=previous, intact=True)


def _broken(at_seq: int, entries: int, head: str, because: str) -> ChainReport:
    return ChainReport(entries=entries, head=head, intact=False, broken_seq=at_seq, because=because)


def _events_by_entry() -> Iterator[tuple[int, tuple[EventDraft, ...]]]:
    """Yield the stored events of each entry, in order."""
    current, drafts = 0, list[EventDraft]()
    for row in Event.objects.order_by("seq").iterator(chunk_size=2000):
        if row.entry_seq != current:
            if drafts:
                yield current, tuple(drafts)
            current, drafts = row.entry_seq, []
        drafts.append(EventDraft(name=row.name, subject=row.subject, body=json.loads(row.body)))
    if drafts:
        yield current, tuple(drafts)


def lag_list(subscriptions: Iterable[Subscription]) -> list[SubscriberLag]:
    """Say for each subscriber how many events wait for it, since when, and what it stumbled over."""
    cursors = {row.subscriber: row for row in Cursor.objects.all()}
    aside = dict(AsideEvent.objects.values_list("subscriber").annotate(n=Count("id")))
    named = sorted(subscriptions, key=lambda s: s.name)
    found = [cursors.get(one.name, Cursor(subscriber=one.name)) for one in named]
    waits = [Q(seq__gt=cursor.seq, name__in=one.events) for one, cursor in zip(named, found, strict=True)]
    told = Event.objects.filter(reduce(or_, waits, Q(pk__in=[]))).aggregate(
        **{f"n{place}": Count("seq", filter=wait) for place, wait in enumerate(waits)},
        **{f"oldest{place}": Min("at", filter=wait) for place, wait in enumerate(waits)},
    )
    lags = []
    for place, (subscription, cursor) in enumerate(zip(named, found, strict=True)):
        lags.append(
            SubscriberLag(
                subscriber=subscription.name,
                seq=cursor.seq,
                behind=told[f"n{place}"],
                oldest_at=told[f"oldest{place}"],
                tries=cursor.tries,
                next_try_at=cursor.next_try_at,
                error=cursor.error,
                aside=aside.get(subscription.name, 0),
            )
        )
    return lags
