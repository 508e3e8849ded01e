"""An analyzer that speaks ASTM: LIS01-A2 frames, LIS02-A2 messages, over TCP or a serial line.

Owns the order of things: a frame is on disk before it is acknowledged, the last frame of a message
once the message is in the inbox. A query is answered when the analyzer gives up the line. Source:
docs/design/astm.md, docs/design/gateway.md "Frames".
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from relight.lab.errors import CUT_OFF, NO_TERMINATOR, NOT_ANSWERED, NOT_STORED
from relight.lab.rules.inbox import idem_of
from relight.lab.services.answers import exchange_outcome
from relight.lab.shell.connection import CROWDED, Connection, Room
from relight.lab.shell.writer import gateway_act
from relight.lab.types import AckOutcome, Incoming, MessageKind, Protocol, Stored
from relight.wire.astm import link as line
from relight.wire.astm.records import messages as messages_in

Outcome = Callable[[bool, str], None]


class AstmConnection(Connection):
    """One ASTM line."""

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        limits = line.LinkLimits(session_bytes=room.settings.limits.message_bytes)
        self._link = line.Link(role=line.Role.HOST, limits=limits, quirks=room.now.quirks)
        self._timer: asyncio.TimerHandle | None = None
        self._parts: list[bytes] = []
        self._key = b""
        self._to_send: deque[tuple[Sequence[bytes], Outcome]] = deque()
        self._sending: Outcome | None = None

    def take(self, data: bytes) -> None:
        self._after(self._link.receive(data, at=self._now()))

    def gone(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._after(self._link.disconnected())
        self._cut_off()
        for _, outcome in self._to_send:
            outcome(False, NOT_ANSWERED.code)
        self._to_send.clear()

    def push(self, exchange: Any, outcome: Outcome) -> bool:
        if self._sending is not None or self._to_send or not self.is_open:
            return False
        self._send((bytes(exchange.content),), outcome)
        return True

    # --- the link's events ---

    def _now(self) -> float:
        return self.room.loop.time()

    def _after(self, events: Iterable[line.Event]) -> None:
        """Act on what the link says, write what it wants written, wait until it wants to be asked again."""
        if events:
            waiting = deque(events)
            while waiting:
                waiting.extend(self._on(waiting.popleft()))
        self.write(self._link.outgoing())
        self._watch_clock()

    def _watch_clock(self) -> None:
        """Have the link asked at its deadline. A deadline that moved away is found out when its time comes."""
        deadline = self._link.deadline
        if deadline is None or not self.is_open:
            return
        if self._timer is not None:
            if self._timer.when() <= deadline:
                return
            self._timer.cancel()
        self._timer = self.room.loop.call_at(deadline, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._after(self._link.tick(at=self._now()))

    def _on(self, event: line.Event) -> Iterable[line.Event]:
        if isinstance(event, line.FrameReceived):
            self._frame(event)
        elif isinstance(event, line.SessionAsked):
            return self._asked()
        elif isinstance(event, line.FrameRepeated):
            return self._link.accept(at=self._now())
        elif isinstance(event, line.FrameRefused):
            self.trouble(event.problem.code)
        elif isinstance(event, line.SessionEnded):
            self._ended()
        elif isinstance(event, line.SessionBroken):
            self.trouble(event.problem.code)
            self._cut_off()
        elif isinstance(event, line.Sent):
            self._sent(True, "")
        elif isinstance(event, line.SendFailed):
            self._sent(False, event.problem.code)
        return ()

    def _asked(self) -> Iterable[line.Event]:
        if self.room.writer.waiting > CROWDED:
            return self._link.refuse_session(at=self._now())
        self._parts, self._key = [], b""
        return self._link.grant(at=self._now())

    # --- frames and messages ---

    def _frame(self, event: line.FrameReceived) -> None:
        """Keep a frame: with the message it completes in the inbox, else in the spool."""
        parts = [*self._parts, event.text]
        if event.ends and _is_whole(parts):
            self._store(b"".join(parts), answer=self._message_kept)
            return
        if not self._key:
            self._key = os.urandom(16)
        self.room.spool.keep(
            key=self._key,
            link=self.room.settings.id,
            text=event.text,
            answer=partial(self._frame_kept, self._key, event.text),
        )

    def _frame_kept(self, key: bytes, text: bytes, kept: bool) -> None:
        if not self.is_open:
            self._cut_off(text, key=key)
        elif kept:
            self._parts.append(text)
            self._after(self._link.accept(at=self._now()))
        else:
            self.trouble(NOT_STORED)
            self._after(self._link.reject(at=self._now()))

    def _store(self, text: bytes, *, answer: Callable[[bool], None]) -> None:
        """Put the messages of a text into the inbox; `answer` once the last one is durable."""
        self.counted()
        contents = messages_in(text) or (text,)
        left = len(contents)
        kept = True

        def stored(item: Incoming, one: Stored | None) -> None:
            nonlocal left, kept
            left -= 1
            kept = kept and one is not None
            if one is not None:
                self._stored(item, one)
            if left == 0:
                answer(kept)

        for content in contents:
            item = self._incoming(content)
            self.room.writer.store(item, partial(stored, item))

    def _incoming(self, content: bytes, *, problem: str = "", kind: MessageKind | None = None) -> Incoming:
        control_id = _control_id(content)
        is_query = b"\rQ" in content
        return Incoming(
            link=self.room.settings.id,
            protocol=Protocol.ASTM,
            content=content,
            control_id=control_id,
            type="query" if is_query else "results",
            at=datetime.now(tz=UTC),
            peer=self.peer,
            kind=kind or (MessageKind.QUERY if is_query else MessageKind.UNREAD),
            problem=problem,
            idem=idem_of(protocol=Protocol.ASTM, control_id=control_id, content=content),
            repeat_s=self.room.now.repeat_s,
        )

    def _stored(self, item: Incoming, stored: Stored) -> None:
        if item.kind is MessageKind.INVALID:
            self.told(AckOutcome.REJECTED, stored)
            return
        self.told(AckOutcome.ACCEPTED, stored)
        if item.kind is MessageKind.QUERY:
            self.room.loop.create_task(self._answer(item, stored))

    def _message_kept(self, kept: bool) -> None:
        """Acknowledge the last frame of a message, now that the message is durable."""
        if kept:
            if self._key:
                self.room.spool.done(key=self._key)
            self._parts, self._key = [], b""
        if not self.is_open:
            return
        at = self._now()
        self._after(self._link.accept(at=at) if kept else self._link.reject(at=at))

    def _ended(self) -> None:
        """The analyzer gave up the line: what it left without an end is a message all the same."""
        if self._parts:
            text, key = b"".join(self._parts), self._key
            self._parts, self._key = [], b""
            self.trouble(NO_TERMINATOR)
            item = self._incoming(text, problem=NO_TERMINATOR.code)
            self.room.writer.store(item, partial(self._left_kept, item, key))

    def _cut_off(self, late: bytes = b"", *, key: bytes = b"") -> None:
        """Keep what came of a message the analyzer did not finish: it will send it again, or a person looks."""
        text, key = b"".join(self._parts) + late, self._key or key
        self._parts, self._key = [], b""
        if text:
            item = self._incoming(text, problem=CUT_OFF.code, kind=MessageKind.INVALID)
            self.room.writer.store(item, partial(self._left_kept, item, key))

    def _left_kept(self, item: Incoming, key: bytes, stored: Stored | None) -> None:
        if stored is not None:
            if key:
                self.room.spool.done(key=key)
            self._stored(item, stored)

    # --- what Relight says ---

    async def _answer(self, item: Incoming, stored: Stored) -> None:
        """Answer a query: after the analyzer's EOT, as a transmission of our own."""
        answer = await self.answer_to(item, stored)
        if answer is not None and answer.messages:
            self._send(answer.messages, partial(self._answered, answer.exchange))

    def _answered(self, exchange: Any, accepted: bool, code: str) -> None:
        self.room.loop.create_task(
            self.room.writer.do(
                lambda: exchange_outcome(act=gateway_act(), exchange=exchange, accepted=accepted, code=code)
            )
        )

    def _send(self, contents: Sequence[bytes], outcome: Outcome) -> None:
        self._to_send.append((contents, outcome))
        self._send_next()

    def _send_next(self) -> None:
        if self._sending is None and self._to_send and self.is_open:
            contents, self._sending = self._to_send.popleft()
            self._after(self._link.send(contents, at=self._now()))

    def _sent(self, accepted: bool, code: str) -> None:
        outcome, self._sending = self._sending, None
        if code:
            self.trouble(code)
        if outcome is not None:
            outcome(accepted, code)
        self._send_next()


def _is_whole(parts: Sequence[bytes]) -> bool:
    """Say whether the last record of a text is its terminator, L."""
    tail = parts[-1].rstrip(b"\r\n")
    at = tail.rfind(b"\r")
    if at < 0 and len(parts) > 1 and not parts[-2].endswith(b"\r"):
        tail = b"".join(parts).rstrip(b"\r\n")  # the record began in an earlier frame
        at = tail.rfind(b"\r")
    return tail[at + 1 : at + 2] in (b"L", b"l")


def _control_id(content: bytes) -> str:
    """Return H-3 as it stands, empty when there is none."""
    end = content.find(b"\r")
    fields = content[: end if end >= 0 else None].split(content[1:2] or b"|", 3)
    return fields[2].decode("iso8859-1").strip() if len(fields) > 2 else ""
