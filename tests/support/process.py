"""The real process group of `relight up`, in a data folder and on a port of its own.

Owns starting, watching and ending it. Whatever a test does, nothing of it is left running.
"""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support import environment

ROOT = Path(__file__).resolve().parent.parent.parent
START_S = 90.0


def port_free() -> int:
    """Return a port nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def home_environment(home: Path) -> dict[str, str]:
    """Return the environment of a Relight of its own: data folder, and a database that is only its."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("RELIGHT_", "DJANGO_"))}
    variables |= {"RELIGHT_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
    if environment.DATABASE == "postgres":
        variables["RELIGHT_DATABASE_URL"] = _database_create(home)
    return variables


def _database_create(home: Path) -> str:
    """Make a database in the test server, once a folder. Returns: its address."""
    note = home / "database-url"
    if not note.exists():
        import psycopg

        name = f"relight_up_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(os.environ[environment.SHARED_URL], autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        note.write_text(os.environ[environment.SHARED_URL].rpartition("/")[0] + f"/{name}")
    return note.read_text()


def relight(home: Path, *words: str, timeout_s: float = 120, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "relight", *words],
        env=home_environment(home) | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


@dataclass
class Group:
    """A running `relight up`. Args: out, err: the lines it printed so far."""

    home: Path
    port: int
    process: subprocess.Popen[str]
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    ready: queue.Queue[str] = field(default_factory=queue.Queue)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def first_path(self) -> str:
        """The one-time link that makes the administrator, without the address."""
        found = re.search(r"(/first/\S+)", "\n".join(self.out))
        assert found, f"no first link in {self.out}"
        return found.group(1)

    def logs(self) -> list[dict[str, Any]]:
        """Return the structured lines of stderr."""
        return [json.loads(line) for line in self.err if line.startswith("{")]

    def pid(self, job: str) -> int:
        """Return the number of the process that runs a job now."""
        started = [line["process"] for line in self.logs() if line.get("event") == "started" and line["job"] == job]
        return int(started[-1])

    def stop(self, number: int = signal.SIGINT) -> float:
        """Ask it to end. Returns: how many seconds that took."""
        before = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(timeout=20)
        return time.monotonic() - before


def start(home: Path, *, port: int = 0, words: tuple[str, ...] = ("up", "--no-browser")) -> Group:
    """Start it and wait until it says where it runs."""
    port = port or port_free()
    process = subprocess.Popen(
        [sys.executable, "-m", "relight", *words, "--port", str(port)],
        env=home_environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    group = Group(home=home, port=port, process=process)
    assert process.stdout and process.stderr
    threading.Thread(target=_read, args=(process.stdout, group.out, group.ready), daemon=True).start()
    threading.Thread(target=_read, args=(process.stderr, group.err, None), daemon=True).start()
    try:
        until = time.monotonic() + START_S
        while not group.ready.get(timeout=max(0.1, until - time.monotonic())).startswith("Stop it"):
            pass
    except queue.Empty:
        process.kill()
        raise AssertionError(f"relight up did not start: {group.out} {group.err}") from None
    return group


def _read(stream: Any, lines: list[str], ready: queue.Queue[str] | None) -> None:
    with suppress(ValueError):
        for line in stream:
            lines.append(line.rstrip("\n"))
            if ready is not None:
                ready.put(line)


@contextmanager
def running(home: Path, **options: Any) -> Iterator[Group]:
    """Run it for the length of a block."""
    group = start(home, **options)
    try:
        yield group
    finally:
        if group.process.poll() is None:
            group.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                group.process.wait(timeout=10)
        if group.process.poll() is None:
            group.process.kill()
            group.process.wait()


def wait_for(holds: Callable[[], bool], *, seconds: float = 15.0) -> None:
    """Wait until something holds; fail when it never does."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """Say whether a process runs (one that ended and waits to be counted does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children_of(pid: int) -> list[int]:
    """Return the processes a process started, and those they started."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                child = int(stat.parent.name)
                found += [child, *children_of(child)]
    return found
