"""Messages: the list, which holds no patient data, and one message with what became of it.

Owns the filters. Refuses content in lists: bytes of a message are read for its own page alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext

from relight.kernel.errors import N_, REGISTRY
from relight.lab import errors
from relight.lab.models import Exchange, Message, Report
from relight.lab.rules.viewing import DecodedRecord, View, message_view
from relight.lab.rules.words import ACK_LOOKS, ACK_NAMES, KIND_NAMES, STATE_LOOKS, STATE_NAMES
from relight.lab.types import AckOutcome, MessageKind, MessageState, Protocol
from relight.ui.api import Column

RESULTS = "results-all"  # the filter of the count: unread, results and invalid together


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFilter:
    """The filter of the list, as it stands in the address. Empty fields do not filter; since, until: local times."""

    link: str = ""
    kind: str = ""
    state: str = ""
    ack: str = ""
    since: str = ""
    until: str = ""

    def params(self) -> dict[str, str]:
        """The filter as address parameters, only those that are set."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message of the list: metadata only."""

    id: UUID
    seq: int
    link: str
    link_name: str
    received_at: datetime
    kind: MessageKind
    kind_words: str
    type: str
    size: int
    state: MessageState
    state_words: str
    look: str
    ack: AckOutcome
    ack_words: str
    ack_look: str
    repeats: int
    peer: str
    problem: str

    @property
    def href(self) -> str:
        return reverse("lab:message", args=[self.id])

    def document(self) -> dict[str, object]:
        return {
            "id": str(self.id),
            "seq": self.seq,
            "link": self.link,
            "received_at": self.received_at.isoformat(),
            "kind": self.kind.value,
            "type": self.type,
            "size_bytes": self.size,
            "state": self.state.value,
            "ack_outcome": self.ack.value,
            "repeats": self.repeats,
            "problem": self.problem,
        }


COLUMNS: tuple[Column, ...] = (
    Column(key="at", label=N_("Received"), sort=("seq",), always=True, value=lambda row: row.received_at.isoformat()),
    Column(key="link", label=N_("Link"), sort=("link_id", "seq"), value=lambda row: row.link),
    Column(key="kind", label=N_("Message about"), sort=("kind", "seq"), value=lambda row: row.kind.value),
    Column(key="type", label=N_("Type"), value=lambda row: row.type),
    Column(key="state", label=N_("State"), sort=("state", "seq"), value=lambda row: row.state.value),
    Column(key="ack", label=N_("Analyzer told"), sort=("ack_outcome", "seq"), value=lambda row: row.ack.value),
    Column(key="size", label=N_("Bytes"), sort=("size", "seq"), numeric=True, value=lambda row: row.size),
    Column(key="repeats", label=N_("Repeats"), sort=("repeats", "seq"), numeric=True, value=lambda row: row.repeats),
    Column(key="problem", label=N_("Problem"), value=lambda row: row.problem),
    Column(key="peer", label=N_("From"), shown=False, value=lambda row: row.peer),
    Column(key="id", label=N_("Id"), shown=False, value=lambda row: row.id),
)


def message_filter(params: Mapping[str, str]) -> MessageFilter:
    """Read a filter from address parameters; words nobody knows are left out, not refused."""
    given = {one.name: params.get(one.name, "").strip()[:64] for one in fields(MessageFilter)}
    known: dict[str, set[str]] = {
        "kind": {kind.value for kind in MessageKind} | {RESULTS},
        "state": {state.value for state in MessageState},
        "ack": {ack.value for ack in AckOutcome},
    }
    for name, words in known.items():
        if given[name] not in words:
            given[name] = ""
    for name in ("since", "until"):
        if _time(given[name]) is None:
            given[name] = ""
    return MessageFilter(**given)


def message_query(wanted: MessageFilter, *, order: tuple[str, ...] = ("-seq",)) -> QuerySet[Message]:
    """Return the messages of a filter, without their content, with their size."""
    kinds = [MessageKind.UNREAD.value, MessageKind.RESULTS.value, MessageKind.INVALID.value]
    parts = {
        "link_id": wanted.link,
        "kind__in": kinds if wanted.kind == RESULTS else [wanted.kind] if wanted.kind else "",
        "state": wanted.state,
        "ack_outcome": wanted.ack,
        "received_at__gte": _time(wanted.since),
        "received_at__lt": _time(wanted.until),
    }
    condition = Q(**{key: value for key, value in parts.items() if value})
    found = Message.objects.filter(condition).select_related("link").annotate(size=Length("content"))
    return found.defer("content", "idem").order_by(*order)


def message_row(row: Message) -> MessageRow:
    """Turn a row of `message_query` into what lists show."""
    kind, state, ack = MessageKind(row.kind), MessageState(row.state), AckOutcome(row.ack_outcome)
    return MessageRow(
        id=row.id,
        seq=row.seq,
        link=row.link_id,
        link_name=row.link.name,
        received_at=row.received_at,
        kind=kind,
        kind_words=gettext(KIND_NAMES[kind]),
        type=row.type,
        size=row.size,  # type: ignore[attr-defined] # annotated
        state=state,
        state_words=gettext(STATE_NAMES[state]),
        look=STATE_LOOKS[state.value],
        ack=ack,
        ack_words=gettext(ACK_NAMES[ack]),
        ack_look=ACK_LOOKS[ack],
        repeats=row.repeats,
        peer=row.peer,
        problem=row.problem,
    )


def message_documents(*, wanted: MessageFilter, limit: int) -> dict[str, object]:
    """Return the newest messages of a filter as one document: metadata only."""
    query = message_query(wanted)
    rows = [message_row(row) for row in query[:limit]]
    return {"messages": [row.document() for row in rows], "shown": len(rows), "total": query.count()}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """One message: both views, what became of it, what was sent back."""

    row: MessageRow
    control_id: str
    repeated_at: datetime | None
    problem: str
    view: View
    reports: tuple[Report, ...]
    exchanges: tuple[Exchange, ...]
    qc_points: int

    @property
    def records(self) -> list[DecodedRecord]:
        """The decoded records, named in the reader's language."""
        return [
            replace(
                record,
                name=_said(record.name),
                fields=tuple(replace(field, name=_said(field.name)) for field in record.fields),
            )
            for record in self.view.records
        ]

    @property
    def odd(self) -> list[dict[str, object]]:
        """What is odd about it, in the reader's language."""
        return [problem.document(gettext) for problem in self.view.problems]


def message_get(message: UUID) -> Message:
    """Return one message with its bytes. Raises: MissingError RL-LAB-017."""
    found = Message.objects.select_related("link").annotate(size=Length("content")).filter(id=message).first()
    if found is None:
        raise errors.NO_MESSAGE.error()
    return found


def message_page(message: UUID) -> MessagePage:
    """Read one message and all that came of it. Raises: MissingError RL-LAB-017. Four queries."""
    row = message_get(message)
    spec = REGISTRY.get(row.problem)
    takes_values = spec is not None and "{" in spec.message
    reports = Report.objects.filter(message=row).select_related("lis").prefetch_related("results")
    return MessagePage(
        row=message_row(row),
        control_id=row.control_id,
        repeated_at=row.repeated_at,
        problem=gettext(spec.message) if spec and not takes_values else "",
        view=message_view(
            bytes(row.content), protocol=Protocol(row.protocol), problem=row.problem, problem_at=row.problem_at
        ),
        reports=tuple(reports.order_by("part")),
        exchanges=tuple(Exchange.objects.filter(message=row).defer("content").order_by(F("made_at"))),
        qc_points=row.qc_points.count(),
    )


def _said(word: str) -> str:
    return gettext(word) if word else ""


def _time(text: str) -> datetime | None:
    """Read a local time as a browser writes it; None for what is no time."""
    try:
        found = parse_datetime(text) if text else None
    except ValueError:
        return None
    return make_aware(found) if found is not None and is_naive(found) else found
