"""A gateway in processes of its own, with a data folder of its own, and the peers it talks to.

Owns starting, killing and asking it. The laboratory system here is ours on purpose: it can be slow, silent,
absent, repeat itself; programs not written here are used in test_interoperation.py.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from support.process import home_environment

ROOT = Path(__file__).resolve().parents[2]
LAY = """
import json, sys
from relight.cli.shell import setup
setup()
from relight.lab.types import OrdersKept, Protocol, Rung, Transport
from support.lab import link_made, lis_made
words = {"protocol": Protocol, "transport": Transport, "orders": OrdersKept, "rung": Rung}
plan = json.loads(sys.argv[1])
for lis in plan["lis"]:
    lis_made(**{k: words[k](v) if k in words else v for k, v in lis.items()})
for link in plan["links"]:
    link_made(**{k: words[k](v) if k in words else v for k, v in link.items()})
"""


def wait_until(true: Any, *, timeout_s: float = 30.0, what: str = "it") -> None:
    """Wait until something holds. Raises: AssertionError naming what did not."""
    until = time.monotonic() + timeout_s
    while not true():
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not happen within {timeout_s} s")
        time.sleep(0.02)


@cache
def _migrated() -> Path:
    """Make a data folder with all tables and nothing in them, once a run: migrating takes seconds."""
    home = Path(tempfile.mkdtemp(prefix="relight-gateway-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    _lay(home_environment(home), {"links": [], "lis": []})
    return home


def _lay(env: dict[str, str], plan: dict[str, Any]) -> None:
    """Lay links and laboratory systems in a data folder."""
    env = env | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])}
    subprocess.run([sys.executable, "-c", LAY, json.dumps(plan)], env=env, check=True, timeout=120)


class GatewayHome:
    """A data folder with links, and the gateway's processes on it."""

    def __init__(self, home: Path, *, links: list[dict[str, Any]], lis: list[dict[str, Any]] | None = None) -> None:
        self.home = home
        self.env = home_environment(home)
        self.env["PYTHONPATH"] += os.pathsep + str(ROOT / "tests")
        self.ports = [
            link["port"] for link in links if link.get("transport", "tcp-server") == "tcp-server" and link["port"]
        ]
        if "RELIGHT_DATABASE_URL" not in self.env:
            shutil.copy(_migrated() / "relight.sqlite3", home)
        _lay(self.env, {"links": links, "lis": lis or []})
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        """Start `receive`, `forward`, or both; wait until every port answers."""
        for name in names or ("receive", "forward"):
            log = (self.home / f"{name}.log").open("ab")
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "relight", "lab", name], env=self.env, stdout=log, stderr=log
            )
            log.close()
        if not names or "receive" in names:
            for port in self.ports:
                wait_until(lambda port=port: _answers(port), what=f"port {port}")

    def kill(self, *names: str) -> None:
        """Kill processes as a power cut would."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name)
            process.send_signal(signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        """End what runs, politely first."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            process.kill()
        self.processes.clear()

    def cli(self, *words: str) -> dict[str, Any]:
        """Run a command with --json; return its document."""
        done = subprocess.run(
            [sys.executable, "-m", "relight", *words, "--json"], env=self.env, capture_output=True, timeout=120
        )
        assert done.returncode in (0, 1), done.stderr.decode()
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read rows straight from the database."""
        url = self.env.get("RELIGHT_DATABASE_URL")
        if url:
            with psycopg.connect(url) as server:
                return server.execute(sql.encode()).fetchall()
        with sqlite3.connect(self.home / "relight.sqlite3", timeout=20) as file:
            return file.execute(sql).fetchall()

    def logs(self) -> str:
        return "".join(path.read_text() for path in self.home.glob("*.log"))


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
        return True
    return False


class LisStandIn:
    """A laboratory system over MLLP that keeps every message, and misbehaves as it is told.

    `answer(control_id, times_seen)` returns the acknowledgements to send, each with a delay in seconds.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.received: list[tuple[str, bytes]] = []
        self.code = "AA"
        self.copies = 1
        self.delay_s = 0.0
        self.silent = 0
        self._server: socket.socket | None = None
        self._open: set[socket.socket] = set()

    @property
    def control_ids(self) -> list[str]:
        return [control_id for control_id, _ in self.received]

    def start(self) -> LisStandIn:
        self._server = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Go away as a server that is switched off."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
        for connection in [*self._open]:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = server.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self._open.add(connection)
        buffer = b""
        with suppress(OSError), connection:
            while data := connection.recv(65536):
                buffer += data
                while b"\x1c\r" in buffer:
                    block, _, buffer = buffer.partition(b"\x1c\r")
                    self._take(connection, block.partition(b"\x0b")[2])
        self._open.discard(connection)

    def _take(self, connection: socket.socket, content: bytes) -> None:
        control_id = content.split(b"\r")[0].split(b"|")[9]
        self.received.append((control_id.decode(), content))
        if self.silent:
            self.silent -= 1
            return
        if self.delay_s:
            time.sleep(self.delay_s)
        ack = b"MSH|^~\\&|LIS||RELIGHT||20261123||ACK|%d|P|2.5\rMSA|%s|%s\r" % (
            len(self.received),
            self.code.encode(),
            control_id,
        )
        for _ in range(self.copies):
            connection.sendall(b"\x0b" + ack + b"\x1c\r")


class Hl7Client:
    """An analyzer over MLLP: sends a message, waits for its acknowledgement."""

    def __init__(self, port: int, *, timeout_s: float = 10.0) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout_s)
        self._buffer = b""

    def send(self, content: bytes) -> None:
        self.socket.sendall(b"\x0b" + content + b"\x1c\r")

    def receive(self) -> bytes:
        while b"\x1c\r" not in self._buffer:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("closed")
            self._buffer += data
        block, _, self._buffer = self._buffer.partition(b"\x1c\r")
        return block.partition(b"\x0b")[2]

    def exchange(self, content: bytes) -> tuple[str, str]:
        """Send; return MSA-1 and MSA-2 of what comes back."""
        self.send(content)
        msa = next(line for line in self.receive().split(b"\r") if line.startswith(b"MSA")).split(b"|")
        return msa[1].decode(), msa[2].decode()

    def close(self) -> None:
        self.socket.close()


def oru(control_id: str, *, sample: str = "S1", code: str = "2823-3", value: str = "4.1") -> bytes:
    """Write an ORU^R01 with one potassium, coded in LOINC so that any driver knows it."""
    return (
        f"MSH|^~\\&|ANALYZER|LAB|RELIGHT|LAB|20261123080000||ORU^R01^ORU_R01|{control_id}|P|2.5.1||||||UNICODE UTF-8\r"
        f"PID|1||77^^^HOSP||DUPONT^Élise||19700101|F\r"
        f"OBR|1||{sample}|{code}^Potassium^LN|||20261123075500\r"
        f"OBX|1|NM|{code}^Potassium^LN||{value}|mmol/L^^UCUM|3.5-5.1|N|||F|||20261123075900\r"
        f"SPM|1|{sample}||SER\r"
    ).encode()
