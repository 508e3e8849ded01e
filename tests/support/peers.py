"""Programs not written here that the gateway is put on a line with: python-hl7, hl7apy, python-astm.

Owns running them as their documentation shows. python-astm runs in a process of its own. As released for Python 3
it writes with a built-in of Python 2, which it gets back here, and cannot encode text, so its client is given
fields as bytes. Tests show both faults.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import PathFinder
from typing import Any

from support.gateway import wait_until

HOST = "127.0.0.1"
BUFFER = "import builtins; builtins.buffer = lambda data, at, size: data[at : at + size]\n"
ASTM_SERVER = """
import json, sys
from astm.server import BaseRecordsDispatcher, Server

class Dispatcher(BaseRecordsDispatcher):
    records = []
    def _default_handler(self, record):
        self.records.append(record)
        if record[0] == "L":
            print(json.dumps(self.records), flush=True)
            self.records.clear()

Server(host="127.0.0.1", port=int(sys.argv[1]), dispatcher=Dispatcher, encoding="utf-8").serve_forever(timeout=0.2)
"""
ASTM_CLIENT = """
import json, sys
from astm.client import Client
port, text, options = (json.loads(word) for word in sys.argv[1:])

class Bytes(bytes):
    def __eq__(self, other):
        return bytes(self) == (other.encode() if isinstance(other, str) else other)
    def __hash__(self):
        return hash(self.decode())

def emitter():
    for line in text.splitlines():
        record = [Bytes(field.encode()) for field in line.split("|")]
        print(json.dumps([line[:1], (yield record)]), flush=True)

Client(emitter, host="127.0.0.1", port=port, encoding="utf-8", **options).run(timeout=0.2)
"""


def astm_missing() -> str:
    """Say why python-astm cannot run here, or nothing when it can."""
    found = importlib.util.find_spec("astm")
    if found is None:
        return "python-astm is not installed: pip install astm-2025"
    if PathFinder.find_spec("astm.protocol", found.submodule_search_locations) is None:
        return "this python-astm lacks its own module protocol and cannot be imported: pip install astm-2025"
    return ""


class PythonHl7Server:
    """python-hl7's own MLLP server: keeps what it parsed, answers with the acknowledgement it makes."""

    def __init__(self, port: int, *, code: str = "AA") -> None:
        self.port, self.code = port, code
        self.received: list[Any] = []
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> PythonHl7Server:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        from hl7.mllp import start_hl7_server

        server = self._loop.run_until_complete(start_hl7_server(self._serve, HOST, self.port, encoding="utf-8"))
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: Any, writer: Any) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                message = await reader.readmessage()
                self.received.append(message)
                writer.writemessage(message.create_ack(self.code))
                await writer.drain()
        with suppress(RuntimeError):
            writer.close()


@contextmanager
def hl7apy_server(port: int) -> Iterator[list[Any]]:
    """hl7apy's own MLLP server, which closes the connection behind each answer. Yields: what it parsed."""
    from hl7apy.core import Message
    from hl7apy.mllp import AbstractHandler, MLLPServer
    from hl7apy.parser import parse_message

    received: list[Any] = []

    class Handler(AbstractHandler):
        def reply(self) -> str:
            message = parse_message(self.incoming_message, find_groups=False)
            received.append(message)
            ack = Message("ACK", version="2.5.1")
            ack.msh.msh_9 = "ACK^R01^ACK"
            ack.msh.msh_10 = f"A{len(received)}"
            ack.msh.msh_11 = "P"
            ack.msa.msa_1 = "AA"
            ack.msa.msa_2 = message.msh.msh_10.value
            return str(ack.to_mllp())

    server = MLLPServer(HOST, port, {"ORU^R01^ORU_R01": (Handler,)})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class PythonAstmServer:
    """python-astm's own server. `received`: the records of each message as it decoded them."""

    def __init__(self, port: int, *, as_released: bool = False) -> None:
        self.port = port
        self.received: list[Any] = []
        self._code = ("" if as_released else BUFFER) + ASTM_SERVER

    def __enter__(self) -> PythonAstmServer:
        self._process = subprocess.Popen(
            [sys.executable, "-c", self._code, str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_until(self._listens, what="python-astm's port")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(10)
        self._reader.join(10)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            self.received.append(json.loads(text))

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection((HOST, self.port), timeout=0.2):
            return True
        return False


def python_astm_send(port: int, text: str, **options: Any) -> list[tuple[str, bool | None]]:
    """Send records, a line each, with python-astm's own client. Returns: each one's type, whether it was accepted."""
    words = [json.dumps(value) for value in (port, text, options)]
    done = subprocess.run(
        [sys.executable, "-c", BUFFER + ASTM_CLIENT, *words],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]
