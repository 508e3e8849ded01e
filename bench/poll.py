"""Claim: the open pages of a whole hospital can poll for changes on one small machine.

Starts the real process group on SQLite, signs one person in, then (1) lets 300 pages ask `/live/`
every 1.5 s as the script of the pages does, and (2) asks without pause over 16 connections.
Load goes to the loopback address only and ends by itself.

    python bench/poll.py --json
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

PAGES = 300
EVERY_S = 1.5
STEADY_S = 15.0
FLAT_OUT_CONNECTIONS = 16
FLAT_OUT_S = 8.0
_TICKS = os.sysconf("SC_CLK_TCK")


def port_free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server_start(home: Path, port: int) -> subprocess.Popen[str]:
    """Start `relight up` and wait until it says where it runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "relight", "up", "--no-browser", "--port", str(port)],
        env={**os.environ, "RELIGHT_HOME": str(home), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    if not any("Ctrl-C" in line for line in process.stdout):
        raise RuntimeError("relight up did not start")
    return process


def sign_in(home: Path) -> str:
    """Make a recovery lead and a session. Returns: the Cookie header."""
    os.environ |= {"RELIGHT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "relight.config.settings"}
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from relight.kernel.act import Act, Door
    from relight.people.api import demo_staff_create
    from relight.people.models import Staff

    act = Act(actor="os:bench", at=datetime.now(tz=UTC), door=Door.CLI, roles=frozenset({"owner"}))
    demo_staff_create(act=act, username="bench", name="Bench", roles=["recovery-lead"], password="measured-twice-9")
    client = Client()
    client.force_login(Staff.objects.get(username="bench"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.session
    session["seen_at"], session["shared"] = int(time.time()), False
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


async def page(port: int, cookie: str, *, pause_s: float, until: float, latencies: list[float], start_s: float) -> None:
    """Poll as one open page does, on a connection that stays open, with If-None-Match."""
    await asyncio.sleep(start_s)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    tag = ""
    while time.monotonic() < until:
        began = time.monotonic()
        match = f"If-None-Match: {tag}\r\n" if tag else ""
        asked = f"GET /live/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nX-Relight-Live: 1\r\n"
        writer.write(f"{asked}{match}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        status = int(head.split(" ", 2)[1])
        if status not in (200, 304):
            raise RuntimeError(f"/live/ answered {status}")
        if status == 304 or "content-length: 0" in head.lower():
            pass
        elif length := re.search(r"content-length: (\d+)", head, re.IGNORECASE):
            await reader.readexactly(int(length.group(1)))
        if found := re.search(r"^etag: (.+?)\r$", head, re.IGNORECASE | re.MULTILINE):
            tag = found.group(1)
        latencies.append(time.monotonic() - began)
        await asyncio.sleep(max(0.0, pause_s - (time.monotonic() - began)) if pause_s else 0)
    writer.close()


async def pages(port: int, cookie: str, *, count: int, pause_s: float, seconds: float) -> list[float]:
    latencies: list[float] = []
    until = time.monotonic() + seconds
    spread = pause_s / count
    await asyncio.gather(
        *(
            page(port, cookie, pause_s=pause_s, until=until, latencies=latencies, start_s=number * spread)
            for number in range(count)
        )
    )
    return latencies


def processor_s(root: int) -> float:
    """Return the processor seconds a process and those under it have used."""
    parents: dict[int, tuple[int, float]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(stat.parent.name)] = (int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS)

    def under(pid: int) -> float:
        own = parents[pid][1] if pid in parents else 0.0
        return own + sum(under(child) for child, (parent, _) in parents.items() if parent == pid)

    return under(root)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one document, as all do; it prints nothing else")
    parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="relight-bench-") as folder:
        home, port = Path(folder), port_free()
        process = server_start(home, port)
        try:
            cookie = sign_in(home)
            asyncio.run(pages(port, cookie, count=20, pause_s=0.1, seconds=2))  # warm
            before, began = processor_s(process.pid), time.monotonic()
            steady = asyncio.run(pages(port, cookie, count=PAGES, pause_s=EVERY_S, seconds=STEADY_S))
            share = (processor_s(process.pid) - before) / (time.monotonic() - began)
            flat = asyncio.run(pages(port, cookie, count=FLAT_OUT_CONNECTIONS, pause_s=0, seconds=FLAT_OUT_S))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=10)
    steady.sort()
    results = [
        {"what": f"{PAGES} pages every {EVERY_S} s: answers", "value": round(len(steady) / STEADY_S), "unit": "/s"},
        {"what": "the same: median wait", "value": round(statistics.median(steady) * 1000, 1), "unit": "ms"},
        {"what": "the same: 99 of 100 within", "value": round(steady[int(len(steady) * 0.99)] * 1000, 1), "unit": "ms"},
        {"what": "the same: processor used", "value": round(share * 100), "unit": "% of one core"},
        {
            "what": f"without pause, {FLAT_OUT_CONNECTIONS} connections",
            "value": round(len(flat) / FLAT_OUT_S),
            "unit": "/s",
        },
    ]
    claim = "The open pages of a whole hospital can poll on one small machine."
    print(json.dumps({"claim": claim, "results": results}))


if __name__ == "__main__":
    main()
