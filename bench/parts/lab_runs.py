"""Runs of `bench/lab.py`: a server in a process of its own, the analyzers in another, one after the other."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PARTS = Path(__file__).resolve().parent
SOURCE = PARTS.parent.parent / "src"
SERVERS = {("mllp", "bare loop"): "bare-mllp", ("astm", "bare loop"): "bare-astm"}
LINKS = """format = 1
[[link]]
id = "bench"
name = "Measured"
protocol = "{protocol}"
transport = "tcp-server"
host = "127.0.0.1"
port = {port}
"""
START_S = 20.0
SYNC_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What one run found. Args: per_s: answered a second. p50_ms, p99_ms: time to one answer."""

    per_s: float
    p50_ms: float
    p99_ms: float


def receive_rates(
    protocol: str, names: Sequence[str], *, connections: int, seconds: float, rounds: int
) -> dict[str, list[Rates]]:
    """Let servers take turns, several rounds. Returns: the runs of each, in the order of the rounds."""
    runs: dict[str, list[Rates]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            with _serving(protocol, name) as port:
                runs[name].append(_client(protocol, port, connections=connections, seconds=seconds))
    return runs


def python_astm_here() -> bool:
    """Say whether python-astm can be imported: a release of the same name lacks a module of its own."""
    try:
        import astm
    except ImportError:
        return False
    return hasattr(astm, "codec")


def disk_syncs() -> float:
    """Return how often a second this disk makes 4 kB durable."""
    with tempfile.TemporaryFile() as file:
        block, count, until = os.urandom(4096), 0, time.perf_counter() + SYNC_S
        while time.perf_counter() < until:
            os.write(file.fileno(), block)
            os.fdatasync(file.fileno())
            count += 1
    return count / SYNC_S


def _client(protocol: str, port: int, *, connections: int, seconds: float) -> Rates:
    words = [sys.executable, str(PARTS / "lab_client.py"), protocol, str(port), str(connections), str(seconds)]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True, timeout=seconds + 60)
    return Rates(**json.loads(done.stdout))


@contextmanager
def _serving(protocol: str, name: str) -> Iterator[int]:
    """Run a server on a port of its own with an empty folder, and end it."""
    port = _port_free()
    with tempfile.TemporaryDirectory() as folder:
        if name == "relight":
            words, env = _gateway(Path(folder), protocol=protocol, port=port)
        else:
            kind = SERVERS.get((protocol, name), name)
            words = [sys.executable, str(PARTS / "lab_servers.py"), kind, str(port), f"{folder}/messages"]
            env = dict(os.environ)
        process = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=20)


def _gateway(home: Path, *, protocol: str, port: int) -> tuple[list[str], dict[str, str]]:
    """Make a data folder with one link. Returns: the command of its receiver, and its environment."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("RELIGHT_", "DJANGO_"))}
    env |= {"RELIGHT_HOME": str(home), "PYTHONPATH": str(SOURCE)}
    file = home / "links.toml"
    file.write_text(LINKS.format(protocol={"mllp": "hl7"}.get(protocol, protocol), port=port))
    relight = [sys.executable, "-m", "relight", "lab"]
    subprocess.run([*relight, "links", "--load", str(file)], env=env, check=True, stdout=subprocess.DEVNULL)
    return [*relight, "receive"], env


def _port_free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"nothing answers on port {port}")
