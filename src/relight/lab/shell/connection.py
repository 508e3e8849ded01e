"""One connection to an analyzer, whatever it speaks: who may call, how much, how long silent.

Owns what every protocol shares: the peer's address, keep-alive, limits, back-pressure. The protocols
say what bytes mean (`hl7.py`, `astm.py`). Refuses the database: messages go to the writer.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Any

import structlog

from relight.kernel.errors import ErrorSpec, RelightError
from relight.lab.errors import LINK_IDLE, NOT_ANSWERED_HERE, PEER_REFUSED, TOO_FAST
from relight.lab.selectors.links import LinkNow
from relight.lab.services.answers import Answer, query_answer
from relight.lab.shell.spool import Spool
from relight.lab.shell.writer import Writer, gateway_act
from relight.lab.types import AckOutcome, Incoming, LinkSettings, Rung, Stored

log = structlog.get_logger(__name__)

CROWDED = 4096  # messages waiting to be stored, above which nobody is read further
MINUTE_S = 60.0


@dataclass(slots=True)
class Watch:
    """What the gateway sees of one link; written to the database when it changed."""

    link: str
    open: set[Connection] = field(default_factory=set)
    connected_since: datetime | None = None
    peer: str = ""
    problems: int = 0
    code: str = ""
    code_at: datetime | None = None
    changed: bool = True

    def trouble(self, spec: ErrorSpec | str) -> None:
        """Count something that was refused."""
        self.problems += 1
        self.code = spec if isinstance(spec, str) else spec.code
        self.code_at = datetime.now(tz=UTC)
        self.changed = True

    def came(self, connection: Connection, peer: str) -> None:
        if not self.open:
            self.connected_since, self.peer, self.problems, self.code = datetime.now(tz=UTC), peer, 0, ""
            self.code_at = None
            self.changed = True
        self.open.add(connection)

    def went(self, connection: Connection) -> None:
        if connection in self.open:
            self.open.discard(connection)
            if not self.open:
                self.connected_since, self.changed = None, True


@dataclass(slots=True)
class Room:
    """What a connection may use of the gateway."""

    loop: asyncio.AbstractEventLoop
    writer: Writer
    spool: Spool
    watch: Watch
    now: LinkNow

    @property
    def settings(self) -> LinkSettings:
        return self.now.settings

    @property
    def rung(self) -> Rung:
        return self.now.rung


def peer_allowed(settings: LinkSettings, peer: str) -> bool:
    """Say whether an address may call: one of the link's networks, or this machine when it names none."""
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if not settings.peers:
        return address.is_loopback
    return any(address in ip_network(network, strict=False) for network in settings.peers)


class Connection(asyncio.Protocol):
    """A connection of one link. Subclasses give `take`, `gone` and `push`."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.peer = ""
        self.transport: Any = None
        self._heard = room.loop.time()
        self._idle: asyncio.TimerHandle | None = None
        self._window = (room.loop.time(), 0)
        self._paused = False

    # --- of asyncio ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        name = transport.get_extra_info("peername")
        self.peer = str(name[0]) if isinstance(name, tuple) else str(name or "serial")
        if isinstance(name, tuple) and not peer_allowed(self.room.settings, self.peer):
            self.room.watch.trouble(PEER_REFUSED)
            self.transport.abort()
            self.transport = None
            return
        self._keep_alive(transport)
        self.room.watch.came(self, self.peer)
        if self.room.settings.limits.idle_s:
            self._idle_check()

    def data_received(self, data: bytes) -> None:
        if self.transport is None:
            return
        self._heard = self.room.loop.time()
        self.take(data)
        if self.room.writer.waiting > CROWDED:
            self._pause(0.05)

    def connection_lost(self, exc: Exception | None) -> None:
        self.room.watch.went(self)
        if self._idle is not None:
            self._idle.cancel()
        if self.transport is not None:
            self.transport = None
            self.gone()

    # --- for the protocols ---

    def take(self, data: bytes) -> None:
        """Take bytes from the analyzer."""
        raise NotImplementedError

    def gone(self) -> None:
        """Say what is left half done when the connection ends."""

    def push(self, exchange: Any, outcome: Callable[[bool, str], None]) -> bool:
        """Send an order; `outcome` is called with whether it was accepted. False: not now."""
        return False

    @property
    def is_open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    def write(self, data: bytes) -> bool:
        """Write bytes; False when the connection is gone."""
        if not data or not self.is_open:
            return not data
        self.transport.write(data)
        return True

    def told(self, outcome: AckOutcome, stored: Stored) -> None:
        """Note what the analyzer was told of a message, where that is not what was written with it."""
        outcome = outcome if self.is_open else AckOutcome.UNSENT
        if not stored.is_new or outcome in (AckOutcome.UNSENT, AckOutcome.NONE):
            self.room.writer.told(outcome, stored.seq)

    def counted(self) -> None:
        """Count a message against the link's rate; above it the analyzer is read later."""
        limit = self.room.settings.limits.per_minute
        if not limit:
            return
        now = self.room.loop.time()
        since, count = self._window
        self._window = (since, count + 1) if now - since < MINUTE_S else (now, 1)
        if self._window[1] > limit:
            self.room.watch.trouble(TOO_FAST)
            self._pause(MINUTE_S - (now - self._window[0]))

    def trouble(self, refusal: RelightError | ErrorSpec | str) -> None:
        """Count something the link did wrong."""
        self.room.watch.trouble(refusal.spec if isinstance(refusal, RelightError) else refusal)

    async def answer_to(self, item: Incoming, stored: Stored) -> Answer | None:
        """Make the answer to a stored query, durable; None when that failed: the analyzer asks again."""
        try:
            answer: Answer = await self.room.writer.do(
                lambda: query_answer(
                    act=gateway_act(),
                    link=item.link,
                    content=item.content,
                    protocol=item.protocol,
                    message_id=stored.id,
                )
            )
        except Exception as fault:  # the line must go on whatever an answer meets
            log.error("query not answered", link=item.link, kind=type(fault).__name__)
            self.trouble(NOT_ANSWERED_HERE)
            return None
        return answer

    # --- own ---

    def _pause(self, for_s: float) -> None:
        if not self._paused and self.is_open and hasattr(self.transport, "pause_reading"):
            self._paused = True
            self.transport.pause_reading()
            self.room.loop.call_later(for_s, self._resume)

    def _resume(self) -> None:
        self._paused = False
        if self.is_open:
            self.transport.resume_reading()

    def _idle_check(self) -> None:
        idle_s = self.room.settings.limits.idle_s
        left = self._heard + idle_s - self.room.loop.time()
        if left <= 0:
            self.trouble(LINK_IDLE)
            if self.transport is not None:
                self.transport.close()
            return
        self._idle = self.room.loop.call_later(left, partial(self._idle_check))

    @staticmethod
    def _keep_alive(transport: asyncio.BaseTransport) -> None:
        """Find out about a peer that vanished: within two minutes, not two hours."""
        plain = transport.get_extra_info("socket")
        if plain is None or plain.family not in (socket.AF_INET, socket.AF_INET6):
            return
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
            if hasattr(socket, option):
                plain.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
