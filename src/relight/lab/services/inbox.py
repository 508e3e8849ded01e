"""The inbox: messages are stored here before anybody is told that they arrived.

Owns the one way into `lab_message`: many messages, one transaction, one journal entry. The columns
are written by hand-made SQL, because this is the one hot write of the program. Source:
docs/design/gateway.md, "Inbox".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from relight.journal.api import Body, EventDraft, Log, new_ids, writing
from relight.kernel.act import Act
from relight.lab.models import Message
from relight.lab.types import AckOutcome, Incoming, MessageKind, MessageState, Protocol, Stored
from relight.people.api import Permission, service

COLUMNS = (
    "id", "link_id", "protocol", "type", "control_id", "idem", "content", "received_at", "peer",
    "kind", "state", "ack_outcome", "repeats", "problem", "problem_at",
)  # fmt: skip
INSERT = f"INSERT INTO lab_message ({', '.join(COLUMNS)}) VALUES "
AGAIN = (
    " ON CONFLICT (link_id, idem) DO UPDATE SET repeats = lab_message.repeats + excluded.repeats + 1,"
    " repeated_at = excluded.received_at RETURNING seq, id, link_id, idem"
)
HEARD = "UPDATE lab_linkstate SET heard_at = %s WHERE link_id = %s"
TOLD = "UPDATE lab_message SET ack_outcome = %s WHERE seq BETWEEN %s AND %s"
ROWS_A_STATEMENT = 128
CHAIN_A_QUERY = 16
TYPE_LENGTH, CONTROL_LENGTH = 40, 200

_WORD: dict[Protocol | MessageKind, str] = {word: word.value for word in (*Protocol, *MessageKind)}
_RECEIVED, _REFUSED = MessageState.RECEIVED.value, MessageState.REFUSED.value
_NONE, _ACCEPTED, _REJECTED = AckOutcome.NONE.value, AckOutcome.ACCEPTED.value, AckOutcome.REJECTED.value
DOUBT = timedelta(seconds=5)
DOUBTED = 50_000

Acks = Mapping[AckOutcome, Sequence[int]]


@dataclass(slots=True)
class _One:
    """One message of a batch, and how often the batch holds it again."""

    item: Incoming
    idem: bytes
    places: list[int]
    id: UUID


@service(Permission.LAB_RECEIVE)
def inbox_store(
    *, act: Act, items: Sequence[Incoming], acks: Acks | None = None, heard: Collection[str] | None = None
) -> list[Stored]:
    """Store messages, each once, durable when this returns; note what earlier senders were told otherwise.

    Args: items: in order of arrival. acks: outcome to sequence numbers of messages stored before. heard: the links
    to note as heard; all that sent one of the items unless given.
    Returns: one answer an item, in their order. Cost: three statements a batch of 128.
    """
    answers: list[Stored | None] = [None] * len(items)
    with writing(act) as log:
        batch = _batch(items)
        new = 0
        for start in range(0, len(batch), ROWS_A_STATEMENT):
            for one, stored in _insert(batch[start : start + ROWS_A_STATEMENT]):
                new += stored.is_new
                first, *again = one.places
                answers[first] = stored
                for place in again:
                    answers[place] = _again(stored)
        _heard(act, {item.link for item in items if item.peer} if heard is None else heard)
        _acks_write(acks or {})
        _log(log, items=items, new=new, acks=acks or {})
    return [answer for answer in answers if answer is not None]


@service(Permission.LAB_RECEIVE)
def acks_record(*, act: Act, acks: Acks) -> None:
    """Note what senders were told, when no new message takes it along."""
    with writing(act) as log:
        _acks_write(acks)
        _log(log, items=(), new=0, acks=acks)


@service(Permission.LAB_RECEIVE)
def acks_doubt(*, act: Act) -> int:
    """After a gateway that did not end in order: say of the last seconds before that what was told is not known.

    Returns: how many messages. The analyzers concerned send them again, which is noted as repeats.
    """
    last = Message.objects.exclude(peer="").order_by("-seq").values_list("seq", "received_at").first()
    if last is None:
        return 0
    seq, at = last
    with writing(act) as log:
        late = Message.objects.filter(seq__gt=seq - DOUBTED, received_at__gte=at - DOUBT)
        count = late.filter(ack_outcome__in=[_ACCEPTED, _REJECTED]).update(ack_outcome=AckOutcome.PENDING.value)
        log.entry("lab.doubt", subject="lab:inbox", body={"count": count})
    return count


def _batch(items: Sequence[Incoming]) -> list[_One]:
    """Bring what the batch holds several times together: a statement may touch a row once."""
    found: dict[tuple[str, bytes], _One] = {}
    for place, (item, id) in enumerate(zip(items, new_ids([item.at for item in items]), strict=True)):
        idem = _idem_in_time(item) if item.repeat_s else item.idem
        one = found.get((item.link, idem))
        if one is None:
            found[item.link, idem] = _One(item, idem, [place], id)
        else:
            one.places.append(place)
    return list(found.values())


def _idem_in_time(item: Incoming) -> bytes:
    """Give the same bytes a new identity once the analyzer's time for repeats is over.

    The n-th time they are new their identity is the n-th of a chain; the last one that is known and
    young enough is what they repeat.
    """
    since = item.at - timedelta(seconds=item.repeat_s)
    key = item.idem
    while True:
        chain = [key]
        while len(chain) < CHAIN_A_QUERY:
            chain.append(sha256(chain[-1]).digest())
        known = {
            bytes(idem): again or first
            for idem, first, again in Message.objects.filter(link_id=item.link, idem__in=chain).values_list(
                "idem", "received_at", "repeated_at"
            )
        }
        for key in chain:
            if key not in known or known[key] >= since:
                return key
        key = sha256(key).digest()


def _insert(batch: Sequence[_One]) -> list[tuple[_One, Stored]]:
    """Write rows in one statement. What keeps the id it was given here is new."""
    native = connection.features.has_native_uuid_field
    values: list[Any] = []
    for one in batch:
        values += _values(one, native=native)
    by_key = {(one.item.link, one.idem): one for one in batch}
    rows = _rows(len(batch), values, native=native)
    found = []
    for seq, written, link, idem in rows:
        one = by_key[link, bytes(idem)]
        row_id = written if native else UUID(written)
        found.append((one, Stored(seq=seq, id=row_id, is_new=row_id == one.id)))
    return found


def _rows(count: int, values: Sequence[Any], *, native: bool) -> list[Any]:
    """Run the statement. Django would read the whole text again for each batch, to change its marks to SQLite's."""
    statement = _statement(count, "%s" if native else "?")
    if native:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        found: list[Any] = connection.connection.execute(statement, values).fetchall()
    return found


@lru_cache(maxsize=ROWS_A_STATEMENT)
def _statement(rows: int, mark: str) -> str:
    row = f"({', '.join([mark] * len(COLUMNS))})"
    return INSERT + ", ".join([row] * rows) + AGAIN


def _values(one: _One, *, native: bool) -> tuple[Any, ...]:
    """Return the columns of a message. Plain values only: this runs for every message of a batch."""
    item = one.item
    return (
        one.id if native else one.id.hex,
        item.link,
        _WORD[item.protocol],
        item.type[:TYPE_LENGTH],
        item.control_id[:CONTROL_LENGTH],
        one.idem,
        item.content,
        item.at if native else _time(item.at),
        item.peer,
        _WORD[item.kind],
        _REFUSED if item.kind is MessageKind.INVALID else _RECEIVED,
        _outcome(item),
        len(one.places) - 1,
        item.problem,
        item.problem_at,
    )


def _outcome(item: Incoming) -> str:
    """Say what the sender is told as soon as this is on disk; what comes otherwise is noted afterwards."""
    if not item.peer:
        return _NONE
    return _REJECTED if item.kind is MessageKind.INVALID else _ACCEPTED


def _time(at: datetime) -> str:
    """Write a time as Django's SQLite does; the gateway's clock is UTC, and then there is nothing to convert."""
    return str(at)[:-6] if at.tzinfo is UTC else str(at.astimezone(UTC).replace(tzinfo=None))


def _again(stored: Stored) -> Stored:
    return Stored(seq=stored.seq, id=stored.id, is_new=False)


def _heard(act: Act, links: Collection[str]) -> None:
    """Note that links were heard; a row is made when the gateway first sees one."""
    at = connection.ops.adapt_datetimefield_value(act.at)
    with connection.cursor() as cursor:
        for link in sorted(links):
            cursor.execute(HEARD, (at, link))


def _acks_write(acks: Acks) -> None:
    """Note what senders were told. Numbers mostly follow one another, so a run of them is one statement."""
    with connection.cursor() as cursor:
        for outcome, sequence in acks.items():
            for first, last in _runs(sequence):
                cursor.execute(TOLD, (outcome.value, first, last))


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of numbers that follow one another, in order."""
    ordered = sorted(set(numbers))
    start = 0
    for place in range(1, len(ordered) + 1):
        if place == len(ordered) or ordered[place] != ordered[place - 1] + 1:
            yield ordered[start], ordered[place - 1]
            start = place


def _log(log: Log, *, items: Sequence[Incoming], new: int, acks: Acks) -> None:
    """Say in one entry what the batch held: how many from which link, never what."""
    links: dict[str, int] = {}
    for item in items:
        links[item.link] = links.get(item.link, 0) + 1
    body: Body = {
        "count": len(items),
        "new": new,
        "links": dict(sorted(links.items())),
        "acknowledged": {outcome.value: len(sequence) for outcome, sequence in acks.items() if sequence},
    }
    events = [EventDraft(name="lab.received", subject="lab:inbox", body={"count": new})] if new else []
    log.entry("lab.receive", subject="lab:inbox", body=body, events=events)
