"""Keeps Relight's processes running: starts them, starts them again, stops them together.

Owns the process group, the lock on the data folder and the check of the port. Refuses to know what
the processes do. A data folder has one supervisor; a supervisor that is killed takes its children
along (`relight.cli.children`).
"""

from __future__ import annotations

import errno
import fcntl
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import structlog

from relight.cli.errors import ALREADY_UP, HOST_OUTSIDE, PORT_REFUSED, PORT_TAKEN
from relight.kernel.errors import ErrorSpec

log = structlog.get_logger(__name__)

STOP_S = 3.5  # then what still runs is killed: Ctrl-C takes at most five seconds, on a busy machine too
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
HEALTHY_AFTER_S = 60.0
PORT_FREES_S = 3.0
TICK_S = 0.1


def restart_wait_s(*, deaths: int) -> float:
    """Return how long to wait before starting again what died: 0.5 s, doubled each time, at most 30."""
    return float(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** max(0, min(deaths, 16) - 1)))


def host_check(host: str) -> str:
    """Return the host when only this machine can reach it. Raises: RuleError RL-CLI-022."""
    with suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return host
    if host == "localhost":
        return "127.0.0.1"
    raise HOST_OUTSIDE.error(where="--host", host=host)


def port_check(host: str, port: int, *, patience_s: float = PORT_FREES_S) -> None:
    """See that the port is free; a Relight that just ended gets a moment to let go of it.

    Raises: PeerError RL-CLI-021 (taken), InputError RL-CLI-023 (not ours to open).
    """
    until = time.monotonic() + patience_s
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
                return
        except (OSError, OverflowError) as refusal:
            if getattr(refusal, "errno", None) != errno.EADDRINUSE:
                reason = getattr(refusal, "strerror", None) or str(refusal)
                raise PORT_REFUSED.error(where="--port", port=port, reason=reason) from refusal
            if time.monotonic() >= until:
                raise PORT_TAKEN.error(where="--port", port=port, other=port + 1) from refusal
        time.sleep(TICK_S)


@contextmanager
def home_locked(home: Path, *, name: str = "up.lock", taken: ErrorSpec = ALREADY_UP) -> Iterator[None]:
    """Hold the data folder for this process; the kernel lets go of it however the process ends.

    Args: name: of the lock file; each names one thing that may run once. taken: the error to raise.
    Raises: RuleError RL-CLI-020 (or `taken`) when another one holds it.
    """
    place = home / name
    handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            process = os.pread(handle, 20, 0).decode(errors="replace").strip() or "?"
            raise taken.error(where=str(home), process=process) from held
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One process to keep running. Args: name: for people. command: its arguments, program first."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Child:
    job: Job
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    again_at: float = 0.0
    deaths: int = 0


class Supervisor:
    """Runs jobs until it is asked to stop. Signals are taken in the main thread."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._children = [_Child(job) for job in jobs]
        self._asked = 0

    def run(self, *, ready: Callable[[], bool] = lambda: True, on_ready: Callable[[], None] = lambda: None) -> None:
        """Start the jobs and keep them running until SIGINT or SIGTERM.

        Args: ready: asked until it says yes; then `on_ready` is called, once.
        """
        before = {number: signal.signal(number, self._ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        announced = False
        try:
            while not self._asked:
                for child in self._children:
                    self._tend(child)
                if not announced and ready():
                    announced = True
                    on_ready()
                time.sleep(TICK_S)
        finally:
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def processes(self) -> dict[str, int]:
        """Return the process number of each job that runs."""
        return {child.job.name: child.process.pid for child in self._children if child.process is not None}

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked += 1

    def _tend(self, child: _Child) -> None:
        """Start a job that does not run, note one that died."""
        now = time.monotonic()
        if child.process is None:
            if now >= child.again_at:
                child.process = subprocess.Popen(
                    list(child.job.command),
                    stdin=subprocess.DEVNULL,
                    env={**os.environ, **child.job.environment},
                    process_group=0,  # Ctrl-C reaches the supervisor only, which then stops them in order
                )
                child.started = now
                log.info("started", job=child.job.name, process=child.process.pid)
            return
        code = child.process.poll()
        if code is None:
            return
        _kill_group(child.process)
        child.deaths = 1 if now - child.started > HEALTHY_AFTER_S else child.deaths + 1
        wait_s = restart_wait_s(deaths=child.deaths)
        child.process, child.again_at = None, now + wait_s
        log.warning("stopped by itself, starts again", job=child.job.name, exit=code, in_seconds=wait_s)

    def _stop(self) -> None:
        """Ask every job to end; kill what has not within STOP_S, or when asked a second time."""
        running = [child.process for child in self._children if child.process is not None]
        asked = self._asked
        for process in running:
            with suppress(ProcessLookupError):
                process.terminate()
        until = time.monotonic() + STOP_S
        while any(process.poll() is None for process in running):
            if time.monotonic() > until or self._asked > max(asked, 1):
                break
            time.sleep(TICK_S / 2)
        killed = sum(process.poll() is None for process in running)
        for process in running:
            _kill_group(process)
            process.wait()
        log.info("stopped", killed=killed)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a job: itself and the processes it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def answers(host: str, port: int) -> bool:
    """Say whether a server takes connections there."""
    with suppress(OSError), socket.create_connection((host, port), timeout=0.5):
        return True
    return False


def relight_command(*words: str) -> list[str]:
    """Return the command that runs this Relight in a process of its own."""
    return [sys.executable, "-m", "relight", *words]
