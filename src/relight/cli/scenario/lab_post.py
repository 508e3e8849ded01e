"""The gateway's part in the story: what arrived is stored, read, answered, delivered, at the hours of the story.

Owns calling the gateway's own services in the gateway's name. Refuses sockets: in the story nobody is connected.
Source: docs/design/scenario.md, "The laboratory".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from relight.kernel.act import Act, Door
from relight.lab.api import (
    AckOutcome,
    CloseReason,
    Incoming,
    LinkSettings,
    LisSettings,
    MessageKind,
    Outcome,
    Protocol,
    ReportState,
    Stored,
    acks_record,
    call_close,
    call_query,
    delivery_next,
    delivery_outcomes,
    driver_find,
    exchange_outcome,
    idem_of,
    inbox_store,
    interpret,
    kind_of_type,
    links_watch,
    messages_read,
    orders_chart,
    query_answer,
    queue_query,
    report_query,
    reports_close,
    reports_digests,
    reports_validate,
)
from relight.wire import hl7
from relight.wire.astm import records as astm

PEER = "127.0.0.1"
REFUSED = "RL-LAB-063"
REFUSED_TEXT = "Demande inconnue dans ce système"
BATCH = 500


def gateway_act(at: datetime) -> Act:
    """Return the act of the gateway at an hour of the story."""
    return Act(actor="relight:lab", at=at, door=Door.WORKER, roles=frozenset({"system"}))


class Post:
    """What has arrived and is not stored yet."""

    def __init__(self) -> None:
        self._arrived: list[Incoming] = []

    def put(self, link: LinkSettings, content: bytes, at: datetime) -> None:
        """Let a message arrive."""
        control_id, type_name, kind = _said(link.protocol, content)
        self._arrived.append(
            Incoming(
                link=link.id,
                protocol=link.protocol,
                content=content,
                control_id=control_id,
                type=type_name,
                at=at,
                peer=PEER,
                kind=kind,
                idem=idem_of(protocol=link.protocol, control_id=control_id, content=content),
            )
        )

    def work(self, at: datetime) -> None:
        """Store what arrived, acknowledge it, read it."""
        self._store(at)
        while messages_read(act=gateway_act(at), limit=BATCH).read:
            pass
        self.chart(at)

    def chart(self, at: datetime) -> None:
        """Write what was found, and what became of it, into the records of the patients."""
        while orders_chart(act=gateway_act(at), limit=BATCH):
            pass

    def answer(self, link: LinkSettings, question: bytes, at: datetime) -> None:
        """Answer a question; the analyzer takes the answer."""
        act = gateway_act(at)
        self.put(link, question, at)
        (stored,) = self._store(at)
        answer = query_answer(act=act, link=link.id, content=question, protocol=link.protocol, message_id=stored.id)
        exchange_outcome(act=act, exchange=answer.exchange, accepted=True, code="")

    def deliver(self, lis: LisSettings, at: datetime, *, refuse_last: bool = False) -> None:
        """Deliver what waits. Args: refuse_last: the laboratory system refuses the last of it."""
        act = gateway_act(at)
        while parcels := delivery_next(act=act, lis=lis, limit=BATCH):
            outcomes = [Outcome(report=parcel.report) for parcel in parcels]
            if refuse_last:
                outcomes[-1] = Outcome(report=parcels[-1].report, code=REFUSED, text=REFUSED_TEXT)
            delivery_outcomes(act=act, lis=lis.id, outcomes=outcomes)

    def watch(self, at: datetime) -> None:
        """Let links fall that have a reason to."""
        links_watch(act=gateway_act(at))

    def validate(self, act: Act, *, every: int, wholly: frozenset[str]) -> None:
        """Let a person stand for what is preliminary: one report in so many stays. Args: wholly: links none of whose
        reports stays."""
        rows = list(report_query(standing="preliminary").values_list("pk", "link_id"))
        chosen = [pk for place, (pk, link) in enumerate(rows, 1) if link in wholly or place % every]
        if chosen:
            reports_validate(act=act, shown=reports_digests(chosen))
            self.chart(act.at)

    def close_held(self, act: Act, link: str, *, why: CloseReason) -> None:
        """Put aside what is held on a link."""
        held: list[UUID] = list(queue_query(ReportState.HELD, link=link).values_list("pk", flat=True))
        if held:
            reports_close(act=act, reports=held, why=why)
            self.chart(act.at)

    def call_first(self, act: Act) -> None:
        """Close the call that waits longest: the ward was reached and read the value back."""
        call = call_query(closed=False).first()
        if call is not None:
            value = call.result.number or call.result.value
            call_close(act=act, call=call.pk, reached="Infirmière de l'unité", read_back=value)

    def control_named(self, content: bytes, link: LinkSettings) -> tuple[str, Sequence[str]]:
        """Return level and codes of a control as the gateway reads them."""
        reading = interpret(content, protocol=link.protocol, driver=driver_find(link.driver))
        (sample,) = reading.samples
        return sample.level or sample.sample[:40], [line.code for line in sample.lines]

    def _store(self, at: datetime) -> list[Stored]:
        arrived, self._arrived = sorted(self._arrived, key=lambda item: item.at), []
        if not arrived:
            return []
        act = gateway_act(at)
        stored = inbox_store(act=act, items=arrived)
        acks_record(act=act, acks={AckOutcome.ACCEPTED: [one.seq for one in stored]})
        return stored


def _said(protocol: Protocol, content: bytes) -> tuple[str, str, MessageKind]:
    """Return control id, type and kind of a message, as the gateway notes them."""
    if protocol is Protocol.ASTM:
        message = astm.read(content)
        kind = MessageKind.QUERY if message.is_query else MessageKind.UNREAD
        return message.control_id, "query" if message.is_query else "results", kind
    head = hl7.head(content)
    type_name = f"{head.type}^{head.trigger}"
    return head.control_id, type_name, kind_of_type(type_name)
