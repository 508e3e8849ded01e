"""How bytes reach a link: a port that listens, a call to the analyzer, a serial line.

Owns opening, calling again, closing. Each runs until it is stopped; what fails is counted on the link
and tried again.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

import serial
import structlog

from relight.kernel.errors import RelightError
from relight.lab.errors import ANALYZER_AWAY, PORT_UNUSABLE, TLS_UNUSABLE
from relight.lab.shell.connection import Connection, Room
from relight.lab.types import LinkSettings, Tls, Transport

log = structlog.get_logger(__name__)

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
CONNECT_S = 10.0
SERIAL_CHUNK = 4096

Protocols = Callable[[], Connection]


def tls_context(tls: Tls, *, server: bool) -> ssl.SSLContext | None:
    """Make the TLS context of a link, or None without TLS. Raises: InputError RL-LAB-060."""
    if not tls.is_on:
        return None
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = False  # analyzers are known by address; the authority vouches for the certificate
        if tls.certificate:
            context.load_cert_chain(tls.certificate, tls.key or None)
        if tls.ca:
            context.load_verify_locations(tls.ca)
            context.verify_mode = ssl.CERT_REQUIRED
        elif not server:
            context.verify_mode = ssl.CERT_NONE
        return context
    except (OSError, ValueError) as refusal:
        reason = getattr(refusal, "strerror", None) or type(refusal).__name__
        raise TLS_UNUSABLE.error(where="tls", reason=reason) from refusal


async def link_run(room: Room, protocols: Protocols) -> None:
    """Keep a link's transport open until cancelled; what fails is tried again, ever less often."""
    run = {Transport.TCP_SERVER: _listen, Transport.TCP_CLIENT: _call, Transport.SERIAL: _line}
    wait_s = FIRST_WAIT_S
    while True:
        try:
            await run[room.settings.transport](room, protocols)
            wait_s = FIRST_WAIT_S
        except RelightError as refusal:
            room.watch.trouble(refusal.spec)
            log.warning("link waits", link=room.settings.id, code=refusal.code, again_in_s=wait_s)
        await asyncio.sleep(wait_s)
        wait_s = min(LONGEST_WAIT_S, wait_s * 2)


async def _listen(room: Room, protocols: Protocols) -> None:
    settings = room.settings
    host = settings.host or "0.0.0.0"  # noqa: S104 - analyzers call from their own network; `peers` says who may
    context = tls_context(settings.tls, server=True)
    try:
        server = await room.loop.create_server(protocols, host, settings.port, ssl=context, backlog=256)
    except OSError as refusal:
        reason = refusal.strerror or type(refusal).__name__
        raise PORT_UNUSABLE.error(where=settings.id, port=settings.port, host=host, reason=reason) from refusal
    log.info("listening", link=settings.id, port=settings.port)
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        server.close()


async def _call(room: Room, protocols: Protocols) -> None:
    """Call the analyzer; return when the connection has ended."""
    settings = room.settings
    ended = room.loop.create_future()

    def made() -> Connection:
        connection = protocols()
        lost = connection.connection_lost

        def connection_lost(exc: Exception | None) -> None:
            lost(exc)
            if not ended.done():
                ended.set_result(None)

        connection.connection_lost = connection_lost  # type: ignore[method-assign]
        return connection

    try:
        context = tls_context(settings.tls, server=False)
        transport, _ = await asyncio.wait_for(
            room.loop.create_connection(made, settings.host, settings.port, ssl=context), CONNECT_S
        )
    except (OSError, TimeoutError) as refusal:
        raise _away(settings, refusal) from refusal
    try:
        await ended
    finally:
        transport.close()


def _away(settings: LinkSettings, refusal: Exception) -> RelightError:
    place = settings.device or f"{settings.host}:{settings.port}"
    reason = getattr(refusal, "strerror", None) or type(refusal).__name__
    return ANALYZER_AWAY.error(where=settings.id, place=place, reason=reason)


async def _line(room: Room, protocols: Protocols) -> None:
    """Open a serial line; return when it is gone."""
    settings = room.settings
    try:
        port = serial.Serial(
            settings.device,
            baudrate=settings.serial.baud,
            bytesize=settings.serial.bits,
            parity=settings.serial.parity,
            stopbits=settings.serial.stop_bits,
            timeout=0,
            exclusive=True,
        )
    except (OSError, ValueError) as refusal:
        raise _away(settings, refusal) from refusal
    transport = SerialTransport(port, room.loop, protocols())
    try:
        await transport.closed
    finally:
        transport.close()


class SerialTransport(asyncio.Transport):
    """A serial line as a transport of the event loop."""

    def __init__(self, port: Any, loop: asyncio.AbstractEventLoop, protocol: Connection) -> None:
        super().__init__({"peername": port.port})
        self._port, self._loop, self._protocol = port, loop, protocol
        self._out = bytearray()
        self.closed: asyncio.Future[None] = loop.create_future()
        protocol.connection_made(self)
        self.resume_reading()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._out += data
        self._drain()

    def is_closing(self) -> bool:
        return self.closed.done()

    def pause_reading(self) -> None:
        self._loop.remove_reader(self._port.fileno())

    def resume_reading(self) -> None:
        if not self.closed.done():
            self._loop.add_reader(self._port.fileno(), self._readable)

    def close(self) -> None:
        self._end(None)

    def abort(self) -> None:
        self._end(None)

    def _readable(self) -> None:
        try:
            data = self._port.read(SERIAL_CHUNK)
        except (OSError, serial.SerialException) as gone:
            self._end(gone)
            return
        if data:
            self._protocol.data_received(data)

    def _drain(self) -> None:
        try:
            while self._out:
                written = self._port.write(bytes(self._out))
                del self._out[: written or 0]
                if not written:
                    self._loop.call_later(0.02, self._drain)
                    return
        except (OSError, serial.SerialException) as gone:
            self._end(gone)

    def _end(self, gone: Exception | None) -> None:
        if self.closed.done():
            return
        self._loop.remove_reader(self._port.fileno())
        self._port.close()
        self.closed.set_result(None)
        self._protocol.connection_lost(gone)
