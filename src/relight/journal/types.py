"""Values of the journal: entries and events as frozen data, reports of the chain and of what lags."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from relight.kernel.act import Act

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"
Body: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """An event as its writer says it. Args: name: `<app>.<what_happened>`. subject: `kind:id`."""

    name: str
    subject: str
    body: Body = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """A committed event. `seq` orders all events of this installation as they were committed."""

    seq: int
    entry_seq: int
    at: datetime
    name: str
    subject: str
    body: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """A committed entry, its hash and that of the one before it."""

    seq: int
    id: UUID
    at: datetime
    actor: str
    door: str
    verb: str
    subject: str
    body: Body
    events: tuple[EventDraft, ...]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A kept file: content-addressed by its SHA-256 in hexadecimal."""

    digest: str
    size_bytes: int
    name: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What a walk over the whole chain found. `broken_seq` is the first entry that does not hold."""

    entries: int
    head: str
    intact: bool
    broken_seq: int | None = None
    because: str = ""

    def document(self) -> dict[str, object]:
        return {
            "intact": self.intact,
            "entries": self.entries,
            "head": self.head,
            "broken": self.broken_seq,
            "because": self.because,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberLag:
    """How far a subscriber is. Args: behind: events not yet handled. oldest_at: the first of them.
    aside: events given up after the last try, each kept to be run again."""

    subscriber: str
    seq: int
    behind: int
    oldest_at: datetime | None
    tries: int
    next_try_at: datetime | None
    error: str
    aside: int

    def document(self) -> dict[str, object]:
        return {
            "subscriber": self.subscriber,
            "cursor": self.seq,
            "behind": self.behind,
            "oldest_at": self.oldest_at.isoformat() if self.oldest_at else None,
            "tries": self.tries,
            "next_try_at": self.next_try_at.isoformat() if self.next_try_at else None,
            "error": self.error,
            "aside": self.aside,
        }


Handler: TypeAlias = Callable[[EventView, Act], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """What the worker looks after again and again. Args: every_s: seconds between the end of one turn and the next.
    handler: dotted path of a function (act) -> None, which sees for itself whether something is due."""

    name: str
    every_s: float
    handler: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who listens to what. Args: name: stable, the cursor's key. events: event names it takes.
    handler: dotted path of a function (event, act) -> None."""

    name: str
    events: frozenset[str]
    handler: str
