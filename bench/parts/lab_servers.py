"""The servers `bench/lab.py` measures the gateway beside; each a process of its own that answers on a port.

Peers are run as their documentation shows, storing nothing. The bare loops are the limit: they split what
arrives, look at nothing else, keep raw bytes in SQLite with the gateway's own pragmas, many a commit, and
acknowledge after it.

    python lab_servers.py (python-hl7|python-astm|bare-mllp|bare-astm) PORT FILE
"""

from __future__ import annotations

import asyncio
import builtins
import logging
import sqlite3
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import uvloop

HOST = "127.0.0.1"
ENQ, ACK, EOT, STX, ETX = 0x05, b"\x06", 0x04, 0x02, b"\x03"
PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
    "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000;"
)

Answer = Callable[[], None]


class Store:
    """Raw bytes in a table, many a commit, answered on the loop once the commit is on disk."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.loop = asyncio.get_running_loop()
        self.waiting: list[tuple[bytes, Answer]] = []
        self.wake = threading.Condition()
        threading.Thread(target=self.run, daemon=True).start()

    def keep(self, content: bytes, answer: Answer) -> None:
        with self.wake:
            self.waiting.append((content, answer))
            if len(self.waiting) == 1:
                self.wake.notify()

    def run(self) -> None:
        base = sqlite3.connect(self.file, isolation_level=None)
        base.executescript(PRAGMAS)
        base.execute("CREATE TABLE message (seq INTEGER PRIMARY KEY, content BLOB NOT NULL)")
        while True:
            with self.wake:
                while not self.waiting:
                    self.wake.wait()
                batch, self.waiting = self.waiting, []
            base.execute("BEGIN IMMEDIATE")
            base.executemany("INSERT INTO message (content) VALUES (?)", [(content,) for content, _ in batch])
            base.execute("COMMIT")
            self.loop.call_soon_threadsafe(self.answer, batch)

    @staticmethod
    def answer(batch: list[tuple[bytes, Answer]]) -> None:
        for _, answer in batch:
            answer()


class BareMllp(asyncio.Protocol):
    """Splits frames, keeps them, answers AA with MSH-10."""

    def __init__(self, store: Store) -> None:
        self.store, self.held = store, b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        data = self.held + data if self.held else data
        *blocks, self.held = data.split(b"\x1c\r")
        for block in blocks:
            content = block[1:]
            control_id = content.split(b"|", 10)[9]
            ack = b"\x0bMSH|^~\\&|A|B|C|D|2026||ACK^R01^ACK|1|P|2.5.1\rMSA|AA|" + control_id + b"\r\x1c\r"
            self.store.keep(content, partial(self.transport.write, ack))


class BareAstm(asyncio.Protocol):
    """Checks frames, keeps a transmission with its last one, acknowledges the others at once."""

    def __init__(self, store: Store) -> None:
        self.store, self.held = store, b""
        self.texts: list[bytes] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        data = self.held + data if self.held else data
        while data:
            if data[0] in (ENQ, EOT):
                if data[0] == ENQ:
                    self.texts = []
                    self.transport.write(ACK)
                data = data[1:]
                continue
            end = data.find(b"\r\n")
            if end < 0:
                break
            frame, data = data[: end + 2], data[end + 2 :]
            body = frame[1:-4]
            if b"%02X" % (sum(body) & 0xFF) != frame[-4:-2]:
                raise ValueError("checksum")
            self.texts.append(body[1:-1])
            if body[1:2] == b"L":
                self.store.keep(b"".join(self.texts), partial(self.transport.write, ACK))
            else:
                self.transport.write(ACK)
        self.held = data


async def bare(kind: Callable[[Store], asyncio.Protocol], port: int, file: str) -> None:
    """Serve until killed."""
    store = Store(file)
    server = await asyncio.get_running_loop().create_server(lambda: kind(store), HOST, port, backlog=256)
    await server.serve_forever()


async def python_hl7(port: int) -> None:
    """python-hl7's own server: reads a message, writes the acknowledgement it makes of it."""
    from hl7.mllp import start_hl7_server

    async def process(reader: Any, writer: Any) -> None:
        try:
            while not writer.is_closing():
                message = await reader.readmessage()
                writer.writemessage(message.create_ack())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await start_hl7_server(process, HOST, port, encoding="utf-8", backlog=256)
    await server.serve_forever()


def python_astm(port: int) -> None:
    """python-astm's own server: decodes every frame, keeps none."""
    logging.disable(logging.CRITICAL)
    builtins.buffer = lambda data, at, size: data[at : at + size]  # type: ignore[attr-defined] # of Python 2: it
    from astm.server import BaseRecordsDispatcher, Server  # writes with it, and without it answers nobody

    class Quiet(BaseRecordsDispatcher):
        def _default_handler(self, record: Any) -> None:
            pass

    Server(host=HOST, port=port, dispatcher=Quiet).serve_forever(timeout=1.0)


if __name__ == "__main__":
    name, port, file = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if name == "python-astm":
        python_astm(port)
    elif name == "python-hl7":
        uvloop.run(python_hl7(port))
    else:
        uvloop.run(bare(BareMllp if name == "bare-mllp" else BareAstm, port, file))
