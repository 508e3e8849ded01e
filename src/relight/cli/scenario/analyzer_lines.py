"""One end of a line as an analyzer holds it: ASTM or MLLP over an open connection.

Owns saying messages and hearing what the host says, with the codecs of `wire`. Refuses deciding what to say
(`analyzers`) and opening connections.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol as Shape

from relight.wire import hl7, law, mllp
from relight.wire.astm import link as astm

CHUNK = 65536
REPLY_S = 30.0
Heard = Callable[[bytes], None]


class Gone(Exception):  # noqa: N818 - a state of the line, no fault
    """The connection ended, or the host did not answer: nothing is known of what was being said."""


class Line(Shape):
    """An open line."""

    async def say(self, contents: Sequence[bytes]) -> None:
        """Say messages; return once the host has acknowledged all of them. Raises: Gone."""

    async def listen(self) -> None:
        """Hear the host until the connection ends. Raises: Gone."""


class AstmLine:
    """An instrument on an ASTM line. Args: heard: called with each message of the host."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, heard: Heard, quirks: astm.LinkQuirks
    ) -> None:
        self._reader, self._writer, self._heard = reader, writer, heard
        self._link = astm.Link(role=astm.Role.INSTRUMENT, quirks=quirks)
        self._loop = asyncio.get_running_loop()
        self._said: asyncio.Future[bool] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def say(self, contents: Sequence[bytes]) -> None:
        self._said = self._loop.create_future()
        try:
            self._after(self._link.send(contents, at=self._loop.time()))
            if not await self._said:
                raise Gone
        finally:
            self._said = None

    async def listen(self) -> None:
        try:
            while data := await self._reader.read(CHUNK):
                self._after(self._link.receive(data, at=self._loop.time()))
                await self._writer.drain()
        except OSError as gone:
            raise Gone from gone
        finally:
            if self._timer is not None:
                self._timer.cancel()
            self._after(self._link.disconnected())
        raise Gone

    def _after(self, events: Sequence[astm.Event]) -> None:
        waiting = list(events)
        while waiting:
            waiting += self._on(waiting.pop(0))
        if out := self._link.outgoing():
            self._writer.write(out)
        if self._timer is not None:
            self._timer.cancel()
        deadline = self._link.deadline
        self._timer = self._loop.call_at(deadline, self._tick) if deadline is not None else None

    def _tick(self) -> None:
        self._after(self._link.tick(at=self._loop.time()))

    def _on(self, event: astm.Event) -> Sequence[astm.Event]:
        at = self._loop.time()
        match event:
            case astm.SessionAsked():
                return self._link.grant(at=at)
            case astm.FrameReceived() | astm.FrameRepeated():
                return self._link.accept(at=at)
            case astm.SessionEnded(complete=True, text=text):
                self._heard(text)
            case astm.Sent():
                self._told(True)
            case astm.SendFailed():
                self._told(False)
        return ()

    def _told(self, accepted: bool) -> None:
        if self._said is not None and not self._said.done():
            self._said.set_result(accepted)


class MllpLine:
    """An instrument on an MLLP line. What the host orders is answered at once; `heard` is told of it."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        heard: Heard,
        now: Callable[[], datetime],
        number: Callable[[], str],
        sender: str,
    ) -> None:
        self._reader, self._writer, self._heard = reader, writer, heard
        self._now, self._number, self._sender = now, number, sender
        self._frames = mllp.Reader()
        self._waiting: dict[str, asyncio.Future[None]] = {}

    async def say(self, contents: Sequence[bytes]) -> None:
        """Say messages, all at once where there are several: an impatient analyzer does not wait."""
        asked = [hl7.head(content).control_id for content in contents]
        loop = asyncio.get_running_loop()
        answers = {one: self._waiting.setdefault(one, loop.create_future()) for one in asked}
        try:
            for content in contents:
                self._writer.write(mllp.frame(content))
            await self._writer.drain()
            await asyncio.wait_for(asyncio.gather(*answers.values()), REPLY_S)
        except (OSError, TimeoutError) as gone:
            raise Gone from gone
        finally:
            for one in asked:
                self._waiting.pop(one, None)

    async def listen(self) -> None:
        try:
            while data := await self._reader.read(CHUNK):
                for event in self._frames.receive(data):
                    if isinstance(event, mllp.Block):
                        self._take(event.content)
                await self._writer.drain()
        except OSError as gone:
            raise Gone from gone
        finally:
            for one in self._waiting.values():
                if not one.done():
                    one.set_exception(Gone())
        raise Gone

    def _take(self, content: bytes) -> None:
        message = hl7.read(content)
        if message.type == "OML":
            self._writer.write(mllp.frame(self._answer(message)))
            self._heard(content)
            return
        if message.first("MSA") is not None:
            asked = hl7.read_ack(content).control_id
            answer = self._waiting.get(asked)
            if answer is not None and not answer.done():
                answer.set_result(None)
        if message.type == "RSP":
            self._heard(content)

    def _answer(self, message: hl7.Message) -> bytes:
        """Take the work that was ordered: LAB-28, ORL^O34."""
        envelope = law.Envelope(
            control_id=self._number(), at=self._now(), sender_app=self._sender, receiver_app=message.head.text(3)
        )
        answered = [
            law.AnsweredSample(
                sample=work.sample,
                orders=tuple(
                    law.AnsweredOrder(answer=law.OrderAnswer.ACCEPTED, placer=order.placer, status="SC")
                    for order in work.orders
                    if order.control is law.OrderControl.NEW
                ),
            )
            for work in law.orders_read(message)
        ]
        return law.answers_build(answered, asked=message.control_id, envelope=envelope)


async def closed(writer: asyncio.StreamWriter) -> None:
    """Close a connection, whatever state it is in."""
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
