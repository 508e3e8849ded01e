"""An analyzer that speaks HL7 v2 over MLLP.

Owns the order of things: a message is durable, then acknowledged; a query is durable, then answered.
Source: docs/design/hl7.md, docs/design/gateway.md "Acknowledgement".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from relight.kernel.errors import RelightError
from relight.lab.errors import NOT_A_LABORATORY_MESSAGE, NOT_ANSWERED, NOT_STORED
from relight.lab.rules.inbox import idem_of, kind_of_type
from relight.lab.services.answers import exchange_outcome
from relight.lab.services.control_ids import new_control_id
from relight.lab.shell.connection import Connection, Room
from relight.lab.shell.writer import gateway_act
from relight.lab.types import AckOutcome, Incoming, MessageKind, Protocol, Stored
from relight.wire import mllp
from relight.wire.hl7 import AckCode, AckError, Condition, Head, ack, ack_wanted, head, read_ack

NAMELESS = b"MSH|^~\\&|||||||||P|2.5"  # answers what has no header of its own
REPLY_S = 30.0


class Hl7Connection(Connection):
    """One MLLP connection."""

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._reader = mllp.Reader(limit_bytes=room.settings.limits.message_bytes)
        self._asked: tuple[str, Callable[[bool, str], None]] | None = None

    def take(self, data: bytes) -> None:
        for event in self._reader.receive(data):
            if isinstance(event, mllp.Block):
                self._block(event.content)
            else:
                self.trouble(event.problem.code)

    def gone(self) -> None:
        for event in self._reader.end():
            if not isinstance(event, mllp.Block):
                self.trouble(event.problem.code)
        if self._asked:
            self._close_ask(False, NOT_ANSWERED.code)

    def push(self, exchange: Any, outcome: Callable[[bool, str], None]) -> bool:
        if self._asked is not None or not self.write(mllp.frame(bytes(exchange.content))):
            return False
        self._asked = (exchange.control_id, outcome)
        self.room.loop.call_later(REPLY_S, self._ask_over, exchange.control_id)
        return True

    # --- a message ---

    def _block(self, content: bytes) -> None:
        """Store what came in one block, whatever it is; then answer it."""
        self.counted()
        problem, at = "", 0
        try:
            top = head(content)
            type_name = f"{top.type}^{top.trigger}" if top.trigger else top.type
            kind = kind_of_type(type_name)
            if kind is MessageKind.INVALID:
                problem = NOT_A_LABORATORY_MESSAGE.code
        except RelightError as refusal:
            top, type_name, kind, problem = head(NAMELESS), "", MessageKind.INVALID, refusal.code
        item = Incoming(
            link=self.room.settings.id,
            protocol=Protocol.HL7,
            content=content,
            control_id=top.control_id,
            type=type_name,
            at=datetime.now(tz=UTC),
            peer=self.peer,
            kind=kind,
            problem=problem,
            problem_at=at,
            idem=idem_of(protocol=Protocol.HL7, control_id=top.control_id, content=content),
            repeat_s=self.room.now.repeat_s,
        )
        self.room.writer.store(item, partial(self._stored, item, top))

    def _stored(self, item: Incoming, top: Head, stored: Stored | None) -> None:
        """Tell the analyzer, now that its message is on disk; or that it is not."""
        if stored is None:
            self.trouble(NOT_STORED)
            error = AckError(condition=Condition.INTERNAL, code=NOT_STORED.code, text=NOT_STORED.message)
            self._acknowledge(top, accepted=False, code=AckCode.AE, error=error)
            return
        if item.kind is MessageKind.INVALID:
            self.trouble(item.problem)
            error = AckError(condition=Condition.MESSAGE_TYPE, code=item.problem)
            self._acknowledge(top, accepted=False, code=AckCode.AR, error=error)
            self.told(AckOutcome.REJECTED, stored)
            return
        if item.kind in (MessageKind.OTHER, MessageKind.ORDER_REPLY):
            self._maybe_reply(item.content)
        if item.kind is MessageKind.QUERY:
            self._acknowledge(top, accepted=True, code=AckCode.AA, commit_only=True)
            self.room.loop.create_task(self._answer(item, stored))
            return
        sent = self._acknowledge(top, accepted=True, code=AckCode.AA)
        self.told(AckOutcome.ACCEPTED, stored) if sent else self.told(AckOutcome.NONE, stored)

    def _acknowledge(
        self, top: Head, *, accepted: bool, code: AckCode, error: AckError | None = None, commit_only: bool = False
    ) -> bool:
        """Write the acknowledgements the sender asked for. Returns: whether it asked for any."""
        plan = ack_wanted(top)
        codes = []
        if plan.enhanced and plan.accept.holds(accepted=accepted):
            codes.append({AckCode.AA: AckCode.CA, AckCode.AE: AckCode.CE, AckCode.AR: AckCode.CR}[code])
        if plan.application.holds(accepted=accepted) and not commit_only:
            codes.append(code)
        now = datetime.now(tz=UTC)
        for one in codes:
            self.write(mllp.frame(ack(top, one, control_id=new_control_id(), at=now, error=error)))
        return bool(codes)

    async def _answer(self, item: Incoming, stored: Stored) -> None:
        """Answer a query on the connection it came by."""
        answer = await self.answer_to(item, stored)
        if answer is None:
            return
        for content in answer.messages:
            self.write(mllp.frame(content))
        self.told(AckOutcome.ACCEPTED, stored)
        await self.room.writer.do(
            lambda: exchange_outcome(act=gateway_act(), exchange=answer.exchange, accepted=True, code="")
        )

    # --- answers to what Relight sent ---

    def _maybe_reply(self, content: bytes) -> None:
        """Close the order that is under way, when this answers it and no other."""
        if self._asked is None:
            return
        try:
            reply = read_ack(content)
        except RelightError:
            return
        if reply.control_id == self._asked[0] and not (reply.code.is_commit and reply.code.accepts):
            self._close_ask(reply.code.accepts, "" if reply.code.accepts else NOT_ANSWERED.code)

    def _ask_over(self, control_id: str) -> None:
        if self._asked is not None and self._asked[0] == control_id:
            self._close_ask(False, NOT_ANSWERED.code)

    def _close_ask(self, accepted: bool, code: str) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            asked[1](accepted, code)
