"""The demonstration's laboratory system: takes reports over MLLP, and misbehaves as real ones do.

Owns going down and coming back, refusing a message now and then, acknowledging late or twice. Refuses to keep what
it is sent: it counts. Listens on this machine only. Source: docs/design/scenario.md, "The laboratory".
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from relight.wire import hl7, mllp

HERE = "127.0.0.1"
CHUNK = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How it behaves. Args: up_s, down_s: how long it answers, and does not, from and to. refuses, late, twice: one
    message in so many; 0 for never. late_s: how late."""

    up_s: tuple[float, float] = (180.0, 420.0)
    down_s: tuple[float, float] = (15.0, 40.0)
    refuses: int = 400
    late: int = 40
    late_s: float = 2.0
    twice: int = 60


class LaboratorySystem:
    """One laboratory system. Args: taken: told of each message that was accepted, as often as it came."""

    def __init__(
        self,
        port: int,
        *,
        chance: Random,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        manners: Manners | None = None,
        taken: Callable[[bytes], None] = lambda content: None,
    ) -> None:
        self.port, self.manners = port, manners or Manners()
        self._chance, self._now, self._sleep, self._taken = chance, now, sleep, taken
        self._count = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._refused: set[str] = set()

    async def run(self) -> None:
        """Be there and not there by turns, until cancelled."""
        while True:
            server = await asyncio.start_server(self._serve, HERE, self.port)
            async with server:
                await self._sleep(self._chance.uniform(*self.manners.up_s))
                server.close()
                for writer in list(self._open):
                    writer.transport.abort()
            await self._sleep(self._chance.uniform(*self.manners.down_s))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        frames = mllp.Reader()
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):  # ended with the process: nobody waits for it
                while data := await reader.read(CHUNK):
                    for event in frames.receive(data):
                        if isinstance(event, mllp.Block):
                            await self._take(event.content, writer)
        finally:
            self._open.discard(writer)
            writer.close()

    async def _take(self, content: bytes, writer: asyncio.StreamWriter) -> None:
        head = hl7.head(content)
        self._count += 1
        if self._is_turn(self.manners.refuses) or head.control_id in self._refused:
            self._refused.add(head.control_id)  # the same bytes are refused again: only a mended message is taken
            await self._answer(head, writer, code=hl7.AckCode.AE)
            return
        self._taken(content)
        if self._is_turn(self.manners.late):
            await self._sleep(self.manners.late_s)
        for _ in range(2 if self._is_turn(self.manners.twice) else 1):
            await self._answer(head, writer, code=hl7.AckCode.AA)

    def _is_turn(self, one_in: int) -> bool:
        return bool(one_in) and self._count % one_in == 0

    async def _answer(self, head: hl7.Head, writer: asyncio.StreamWriter, *, code: hl7.AckCode) -> None:
        text = "" if code.accepts else "Demande inconnue dans ce système"
        control_id = f"LIS{self._chance.getrandbits(40):010X}"
        error = None if code.accepts else hl7.AckError(condition=hl7.Condition.INTERNAL, text=text)
        answer = hl7.ack(head, code, control_id=control_id, at=self._now(), text=text, error=error)
        writer.write(mllp.frame(answer))
        await writer.drain()
