"""Writes of the journal: the one way any part of Relight changes state.

`writing` opens the transaction, takes the head's lock first (writers queue, so none can deadlock and
no event can be committed before an earlier number), and appends what was logged when the block ends.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from relight.journal.models import Head
from relight.journal.rules import GENESIS, canonical, entry_hash
from relight.journal.types import Body, EntryView, EventDraft
from relight.kernel.act import Act
from relight.kernel.ids import uuid7

HEAD = "SELECT entry_seq, event_seq, hash FROM journal_head WHERE id = 1"
HEAD_MOVE = "UPDATE journal_head SET entry_seq = %s, event_seq = %s, hash = %s WHERE id = 1"
ENTRY = (
    "INSERT INTO journal_entry (seq, id, at, actor, door, verb, subject, body, events, previous, hash)"
    f" VALUES ({', '.join(['%s'] * 11)})"
)
EVENT = f"INSERT INTO journal_event (seq, entry_seq, at, name, subject, body) VALUES ({', '.join(['%s'] * 6)})"

_local = threading.local()


def new_id(at: datetime) -> UUID:
    """Make an id for a new row: a UUIDv7 of the act's time."""
    return uuid7(at=at, entropy=os.urandom(10))


def new_ids(times: Sequence[datetime]) -> list[UUID]:
    """Make an id for each of many new rows, as `new_id` does, for one call of the system."""
    entropy = os.urandom(10 * len(times))
    return [uuid7(at=at, entropy=entropy[place * 10 : place * 10 + 10]) for place, at in enumerate(times)]


@dataclass(slots=True)
class _Chain:
    """The head as this transaction sees it, and what it will append."""

    entry_seq: int
    event_seq: int
    hash: str
    entries: list[EntryView] = field(default_factory=list)


class Log:
    """What a writing block says it did."""

    __slots__ = ("_chain", "act")

    def __init__(self, *, act: Act, chain: _Chain) -> None:
        self.act = act
        self._chain = chain

    def entry(self, verb: str, *, subject: str, body: Body, events: Iterable[EventDraft] = ()) -> EntryView:
        """Append an entry with its events.

        Args: verb: `<app>.<what>`. subject: `kind:id`. body: strings, integers, booleans, null,
        lists and maps. Raises: ValueError on another type in a body.
        """
        chain = self._chain
        draft = EntryView(
            seq=chain.entry_seq + 1,
            id=new_id(self.act.at),
            at=self.act.at,
            actor=self.act.actor,
            door=self.act.door.value,
            verb=verb,
            subject=subject,
            body=body,
            events=tuple(events),
            previous=chain.hash,
            hash="",
        )
        entry = replace(draft, hash=entry_hash(draft))
        chain.entries.append(entry)
        chain.entry_seq, chain.hash = entry.seq, entry.hash
        chain.event_seq += len(entry.events)
        return entry


def is_writing() -> bool:
    """Say whether this thread stands inside a `writing` block."""
    return getattr(_local, "chain", None) is not None


@contextmanager
def writing(act: Act) -> Iterator[Log]:
    """Open one transaction with its journal entries; a nested block joins the outer one.

    Raises: RuntimeError when the outermost block ends without an entry: a write nobody could find
    again. An exception rolls everything back, entries included.
    """
    chain: _Chain | None = getattr(_local, "chain", None)
    if chain is not None:
        with _joined(chain):
            yield Log(act=act, chain=chain)
        return
    with transaction.atomic():
        chain = _local.chain = _head_lock()
        first_event = chain.event_seq + 1
        try:
            yield Log(act=act, chain=chain)
            if not chain.entries:
                raise RuntimeError("a write without a journal entry")
            _append(chain, first_event=first_event)
        finally:
            _local.chain = None


@contextmanager
def _joined(chain: _Chain) -> Iterator[None]:
    """Take back what an inner block logged when it fails, as its savepoint takes back its rows."""
    mark = (len(chain.entries), chain.entry_seq, chain.event_seq, chain.hash)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del chain.entries[mark[0] :]
        _, chain.entry_seq, chain.event_seq, chain.hash = mark
        raise


def _head_lock() -> _Chain:
    """Lock the head: a row lock on PostgreSQL, the write lock of BEGIN IMMEDIATE on SQLite."""
    locking = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(HEAD + locking)
        head = cursor.fetchone()
        if head is None:  # the very first write; another may be the first at the same moment
            Head.objects.get_or_create(pk=1, defaults={"hash": GENESIS})
            cursor.execute(HEAD + locking)
            head = cursor.fetchone()
    return _Chain(entry_seq=head[0], event_seq=head[1], hash=head[2])


def _append(chain: _Chain, *, first_event: int) -> None:
    """Write the rows. By hand-made SQL: every write of the program pays for this, the gateway's most of all."""
    events: list[tuple[Any, ...]] = []
    for entry in chain.entries:
        at = _time(entry.at)
        for event in entry.events:
            body = canonical(event.body).decode()
            events.append((first_event + len(events), entry.seq, at, event.name, event.subject, body))
    with connection.cursor() as cursor:
        cursor.executemany(ENTRY, [_row(entry) for entry in chain.entries])
        if events:
            cursor.executemany(EVENT, events)
        cursor.execute(HEAD_MOVE, (chain.entry_seq, chain.event_seq, chain.hash))


def _time(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _row(entry: EntryView) -> tuple[Any, ...]:
    events = [{"name": e.name, "subject": e.subject, "body": e.body} for e in entry.events]
    return (
        entry.seq,
        entry.id if connection.features.has_native_uuid_field else entry.id.hex,
        _time(entry.at),
        entry.actor,
        entry.door,
        entry.verb,
        entry.subject,
        canonical(entry.body).decode(),
        canonical(events).decode(),
        entry.previous,
        entry.hash,
    )
