"""One connection to a laboratory system: a report goes out, its own acknowledgement comes back.

Owns matching answers to what was sent. An answer to anything else changes nothing, however late it
comes. Refuses the database.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Protocol as Shape

from relight.kernel.errors import ErrorSpec, RelightError
from relight.lab.errors import LIS_AWAY, LIS_REFUSED, LIS_SILENT
from relight.lab.services.delivery import Outcome, Parcel
from relight.lab.shell.transports import tls_context
from relight.lab.types import LisSettings, Protocol
from relight.wire import mllp
from relight.wire.astm import link as astm
from relight.wire.hl7 import Accepted, AckMatcher, Refused, read_ack

CONNECT_S = 10.0
CHUNK = 65536


class Away(Exception):  # noqa: N818 - a state of the other end that ends an attempt, no fault of ours
    """The laboratory system could not be reached, or did not answer; nothing is known of what was under way."""

    def __init__(self, spec: ErrorSpec, reason: str) -> None:
        super().__init__(spec.code)
        self.spec, self.reason = spec, reason


class LisLine(Shape):
    """A line to a laboratory system."""

    async def connect(self) -> None: ...
    async def send(self, parcel: Parcel) -> Outcome: ...
    async def close(self) -> None: ...


class _Line:
    """What both protocols share: the socket."""

    def __init__(self, lis: LisSettings) -> None:
        self.lis = lis
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def connect(self) -> None:
        """Open the connection. Raises: Away."""
        if self._writer is not None:
            return
        try:
            context = tls_context(self.lis.tls, server=False)
            opening = asyncio.open_connection(self.lis.host, self.lis.port, ssl=context, limit=CHUNK)
            self._reader, self._writer = await asyncio.wait_for(opening, CONNECT_S)
        except RelightError as refusal:
            raise Away(refusal.spec, refusal.message()) from refusal
        except (OSError, TimeoutError) as refusal:
            raise Away(LIS_AWAY, getattr(refusal, "strerror", None) or type(refusal).__name__) from refusal

    async def close(self) -> None:
        """Close the connection; nothing of it is answered later."""
        writer, self._writer, self._reader = self._writer, None, None
        if writer is not None:
            writer.close()
            with suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 1)

    async def _write(self, data: bytes) -> None:
        assert self._writer is not None
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as gone:
            raise Away(LIS_AWAY, gone.strerror or type(gone).__name__) from gone

    async def _read(self, until: float) -> bytes:
        """Read what comes before `until`, a time of the loop. Raises: Away."""
        assert self._reader is not None
        left = until - asyncio.get_running_loop().time()
        try:
            data = await asyncio.wait_for(self._reader.read(CHUNK), max(left, 0.001))
        except TimeoutError as silence:
            raise Away(LIS_SILENT, "-") from silence
        except OSError as gone:
            raise Away(LIS_AWAY, gone.strerror or type(gone).__name__) from gone
        if not data:
            raise Away(LIS_AWAY, "closed")
        return data


class Hl7Line(_Line):
    """MLLP: a message, then its acknowledgement."""

    def __init__(self, lis: LisSettings) -> None:
        super().__init__(lis)
        self._blocks = mllp.Reader()
        self._matcher = AckMatcher(timeout_s=lis.reply_timeout_s)

    async def send(self, parcel: Parcel) -> Outcome:
        """Send a report and wait for its own acknowledgement. Raises: Away."""
        loop = asyncio.get_running_loop()
        self._matcher.sent(parcel.control_id, loop.time(), again=True)
        await self._write(mllp.frame(parcel.content))
        until = loop.time() + self.lis.reply_timeout_s
        while True:
            for event in self._blocks.receive(await self._read(until)):
                outcome = self._judge(event, parcel) if isinstance(event, mllp.Block) else None
                if outcome is not None:
                    return outcome

    def _judge(self, block: mllp.Block, parcel: Parcel) -> Outcome | None:
        """Say what an answer means for this parcel; None when it answers something else."""
        try:
            answer = read_ack(block.content)
        except RelightError:
            return None
        known = self._matcher.received(answer, asyncio.get_running_loop().time())
        if known.control_id != parcel.control_id:
            return None
        if isinstance(known, Accepted):
            return Outcome(report=parcel.report)
        if isinstance(known, Refused):
            words = " ".join([known.code.value, known.text, *(fault.code + " " + fault.text for fault in known.errors)])
            return Outcome(report=parcel.report, code=LIS_REFUSED.code, text=words.strip())
        return None


class AstmLine(_Line):
    """ASTM: Relight plays the instrument; what every frame acknowledged is delivered."""

    def __init__(self, lis: LisSettings) -> None:
        super().__init__(lis)
        self._link = astm.Link(role=astm.Role.INSTRUMENT)

    async def send(self, parcel: Parcel) -> Outcome:
        """Send a report as one transmission. Raises: Away."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self.lis.reply_timeout_s
        events = list(self._link.send([parcel.content], at=loop.time()))
        while True:
            for event in events:
                if isinstance(event, astm.Sent):
                    await self._write(self._link.outgoing())
                    return Outcome(report=parcel.report)
                if isinstance(event, astm.SendFailed):
                    raise Away(LIS_SILENT, event.problem.code)
                if isinstance(event, astm.SessionAsked):
                    events.extend(self._link.refuse_session(at=loop.time()))
            await self._write(self._link.outgoing())
            events = await self._step(until)

    async def _step(self, until: float) -> list[astm.Event]:
        """Wait for bytes or for the link's own clock. Raises: Away once the reply is overdue."""
        loop = asyncio.get_running_loop()
        wake = min(until, self._link.deadline or until)
        try:
            return list(self._link.receive(await self._read(wake), at=loop.time()))
        except Away as away:
            if away.spec is not LIS_SILENT or loop.time() >= until:
                raise
            return list(self._link.tick(at=loop.time()))


def line_to(lis: LisSettings) -> LisLine:
    """Make the line a laboratory system speaks."""
    return Hl7Line(lis) if lis.protocol is Protocol.HL7 else AstmLine(lis)
