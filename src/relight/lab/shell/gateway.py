"""The receiving half of the gateway: every link's transport, the writer, what is seen of the links.

Owns starting and stopping links as their settings change, storing what a crash left in the spool, and
offering orders to analyzers. Runs in a process of its own; the forwarding half (`forwarder.py`) in another,
so that nothing done with results can slow down or break their arrival.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from uuid import UUID

import structlog
import uvloop

from relight.lab.errors import CUT_OFF
from relight.lab.rules.inbox import idem_of
from relight.lab.selectors.exchanges import exchanges_waiting
from relight.lab.selectors.links import LinkNow, links_now
from relight.lab.services.answers import DOWNLOAD, exchange_outcome, orders_push
from relight.lab.services.inbox import acks_doubt
from relight.lab.services.link_state import Seen, link_states_record
from relight.lab.shell.astm import AstmConnection
from relight.lab.shell.connection import Connection, Room, Watch
from relight.lab.shell.hl7 import Hl7Connection
from relight.lab.shell.spool import Spool, Unfinished, spool_read
from relight.lab.shell.transports import link_run
from relight.lab.shell.writer import Writer, gateway_act
from relight.lab.types import Incoming, MessageKind, Protocol

log = structlog.get_logger(__name__)

SWITCH_S = 0.0005  # the writer waits so long for the loop at each of its many short statements, not ten times that
LOOK_S = 1.0  # how often settings, orders and what was seen are looked at
SPOOL = "lab-frames.spool"
RUNS = "gateway.runs"  # there while a gateway runs: found at the start, the last one was cut off
SPEAKS: dict[Protocol, type[Connection]] = {Protocol.ASTM: AstmConnection, Protocol.HL7: Hl7Connection}


@dataclass(slots=True)
class _Running:
    """One link that runs."""

    room: Room
    task: asyncio.Task[None]


class Gateway:
    """All links of this Relight."""

    def __init__(self, *, home: Path) -> None:
        self._home = home
        self._links: dict[str, _Running] = {}
        self._caught_up: dict[str, int] = {}  # links sent what was ordered before, by their version
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        unfinished = spool_read(self._home / SPOOL)
        self._writer = Writer(loop=loop)
        await self._recover(unfinished)
        if (self._home / RUNS).exists():
            await self._writer.do(lambda: acks_doubt(act=gateway_act()))
        (self._home / RUNS).touch(mode=0o600)
        self._spool = Spool(path=self._home / SPOOL, loop=loop)
        try:
            while not self._stop.is_set():
                await self._look()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), LOOK_S)
        finally:
            await self._close()

    # --- looking after the links ---

    async def _look(self) -> None:
        """Follow the settings, write down what was seen, offer orders. A failure is logged and tried again."""
        try:
            await self._follow(await self._writer.do(links_now))
            await self._write_seen()
            await self._offer_orders()
        except Exception as fault:  # the links must go on whatever fails here
            log.error("look failed", kind=type(fault).__name__)

    async def _follow(self, wanted: tuple[LinkNow, ...]) -> None:
        by_id = {link.settings.id: link for link in wanted if link.settings.enabled}
        for link_id in [*self._links]:
            now, running = by_id.get(link_id), self._links[link_id]
            if now is None or (now.settings, now.quirks) != (running.room.settings, running.room.now.quirks):
                await self._end(link_id)
            else:
                running.room.now = now
        for link_id, now in by_id.items():
            if link_id not in self._links:
                self._begin(now)

    def _begin(self, now: LinkNow) -> None:
        room = Room(
            loop=asyncio.get_running_loop(),
            writer=self._writer,
            spool=self._spool,
            watch=Watch(link=now.settings.id),
            now=now,
        )
        task = asyncio.create_task(link_run(room, partial(SPEAKS[now.settings.protocol], room)))
        self._links[now.settings.id] = _Running(room=room, task=task)

    async def _end(self, link_id: str) -> None:
        running = self._links.pop(link_id)
        running.task.cancel()
        with suppress(asyncio.CancelledError):
            await running.task
        for connection in [*running.room.watch.open]:
            if connection.transport is not None:
                connection.transport.close()
        seen = replace(_seen(running.room.watch), connected_since=None)
        await self._writer.do(lambda: link_states_record(act=gateway_act(), seen=[seen]))

    async def _write_seen(self) -> None:
        watches = [running.room.watch for running in self._links.values() if running.room.watch.changed]
        for watch in watches:
            watch.changed = False
        seen = [_seen(watch) for watch in watches]
        if seen:
            await self._writer.do(lambda: link_states_record(act=gateway_act(), seen=seen))

    async def _offer_orders(self) -> None:
        """Send what waits for analyzers that are connected and may be told what to run."""
        able = {
            link_id: running
            for link_id, running in self._links.items()
            if running.room.rung.takes_orders and running.room.watch.open
        }
        if not able:
            return
        for link_id, running in able.items():
            version = running.room.now.version
            if DOWNLOAD in running.room.settings.tags and self._caught_up.get(link_id) != version:
                await self._writer.do(partial(orders_push, act=gateway_act(), link=link_id))
                self._caught_up[link_id] = version
        for exchange in await self._writer.do(lambda: exchanges_waiting(links=list(able))):
            for connection in able[exchange.link].room.watch.open:
                if connection.push(exchange, partial(self._told, exchange.id)):
                    break

    def _told(self, exchange: UUID, accepted: bool, code: str) -> None:
        async def write() -> None:
            await self._writer.do(
                lambda: exchange_outcome(act=gateway_act(), exchange=exchange, accepted=accepted, code=code)
            )

        asyncio.get_running_loop().create_task(write())

    # --- start and end ---

    async def _recover(self, unfinished: list[Unfinished]) -> None:
        """Store what a crash left of transmissions, as cut off; only then is the spool started over."""
        known = {link.settings.id for link in await self._writer.do(links_now)}
        for one in unfinished:
            if one.link not in known:
                continue
            stored = asyncio.get_running_loop().create_future()
            self._writer.store(_cut_off(one), stored.set_result)
            if await stored is None:
                raise RuntimeError("what a crash left could not be stored")
        (self._home / SPOOL).unlink(missing_ok=True)

    async def _close(self) -> None:
        for link_id in [*self._links]:
            await self._end(link_id)
        await asyncio.to_thread(self._writer.stop)
        await asyncio.to_thread(self._spool.stop)
        (self._home / RUNS).unlink(missing_ok=True)


def _seen(watch: Watch) -> Seen:
    return Seen(
        link=watch.link,
        connected_since=watch.connected_since,
        peer=watch.peer,
        problems=watch.problems,
        code=watch.code,
        code_at=watch.code_at,
    )


def _cut_off(one: Unfinished) -> Incoming:
    return Incoming(
        link=one.link,
        protocol=Protocol.ASTM,
        content=one.text,
        control_id="",
        type="results",
        at=gateway_act().at,
        kind=MessageKind.INVALID,
        problem=CUT_OFF.code,
        idem=idem_of(protocol=Protocol.ASTM, control_id="", content=one.text),
    )


def gateway_run(*, home: Path) -> None:
    """Run the receiving half until it is asked to stop."""
    gc.collect()
    sys.setswitchinterval(SWITCH_S)
    gc.freeze()  # what the start made stays: looking through it again and again would hold up every link
    uvloop.run(Gateway(home=home).run())
