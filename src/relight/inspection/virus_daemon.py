"""ClamAV through clamd's local socket: each file's bytes are streamed to it, no path is given away.

Owns the protocol and clamd's limits: what it would pass over in silence is named as not scanned by it.
Source: clamd(8), INSTREAM; clamd.conf(5), StreamMaxLength, MaxFileSize, MaxScanSize.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from relight.inspection.errors import VIRUS_DAEMON_AWAY

USUAL_SOCKETS = (
    "/run/clamav/clamd.ctl",
    "/var/run/clamav/clamd.ctl",
    "/run/clamd.scan/clamd.sock",
    "/tmp/clamd.socket",
)
USUAL_SETTINGS = ("/etc/clamav/clamd.conf", "/etc/clamd.d/scan.conf", "/etc/clamd.conf")
CAUTIOUS_LIMIT_BYTES = 25 * 1024 * 1024  # the smallest default any version had
TIMEOUT_S = 120
SETTING = re.compile(r"^\s*(StreamMaxLength|MaxFileSize|MaxScanSize)\s+(\d+)([KkMmGg]?)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class VirusDaemon:
    """Where clamd listens and how much it looks at."""

    socket_path: str
    limit_bytes: int
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VirusAnswer:
    """What clamd said. Args: found: name of the signature; fault: why it did not scan. Both empty when clean."""

    found: str = ""
    fault: str = ""


def daemon_find(wanted: str = "", *, limit_bytes: int = 0) -> VirusDaemon | None:
    """Find clamd: the named socket, else the usual ones.

    Raises: PeerError RL-INS-013 when a named one does not answer; usual ones that do not are passed over.
    """
    for place in (wanted,) if wanted else USUAL_SOCKETS:
        try:
            version = _ask(place, b"zVERSION\0")
        except OSError as refusal:
            if wanted:
                raise VIRUS_DAEMON_AWAY.error(where=wanted, reason=refusal.strerror or str(refusal)) from refusal
            continue
        return VirusDaemon(socket_path=place, limit_bytes=limit_bytes or _limit(), version=version)
    return None


def _limit() -> int:
    for place in USUAL_SETTINGS:
        try:
            text = Path(place).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        scale = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
        stated = [int(number) * scale[unit.lower()] for _, number, unit in SETTING.findall(text) if int(number)]
        return min([*stated, 100 * 1024 * 1024]) if stated else CAUTIOUS_LIMIT_BYTES
    return CAUTIOUS_LIMIT_BYTES


def _connect(place: str) -> socket.socket:
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(TIMEOUT_S)
    try:
        link.connect(place)
    except OSError:
        link.close()
        raise
    return link


def _ask(place: str, command: bytes) -> str:
    with _connect(place) as link:
        link.sendall(command)
        return _answer(link)


def _answer(link: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < 65536:
        piece = link.recv(4096)
        if not piece:
            break
        received += piece
    return received.rstrip(b"\0").decode("utf-8", "replace").strip()


def stream_scan(daemon: VirusDaemon, pieces: Iterable[bytes]) -> VirusAnswer:
    """Stream one file to clamd. Never raises: a fault is an answer."""
    try:
        with _connect(daemon.socket_path) as link:
            with suppress(BrokenPipeError, ConnectionResetError):
                _send(link, pieces)  # clamd hangs up over its own limit; its answer says so, where it still comes
            return answer_read(_answer(link))
    except OSError as refusal:
        return VirusAnswer(fault=refusal.strerror or type(refusal).__name__)


def _send(link: socket.socket, pieces: Iterable[bytes]) -> None:
    link.sendall(b"zINSTREAM\0")
    for piece in pieces:
        for at in range(0, len(piece), 1 << 18):
            part = piece[at : at + (1 << 18)]
            link.sendall(len(part).to_bytes(4, "big") + part)
    link.sendall(b"\0\0\0\0")


def answer_read(text: str) -> VirusAnswer:
    """Read clamd's line: `stream: OK`, `stream: Name FOUND`, `… ERROR`. Anything else is a fault."""
    body = text.removeprefix("stream:").strip()
    if body == "OK":
        return VirusAnswer()
    if body.endswith(" FOUND"):
        return VirusAnswer(found=body[: -len(" FOUND")])
    return VirusAnswer(fault=body.removesuffix(" ERROR").strip()[:200] or "no answer")
