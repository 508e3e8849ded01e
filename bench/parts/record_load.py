"""People at workstations, over loopback: they type into the search box, open charts, and others write meanwhile.

Owns the client: sessions signed in as a browser does, connections that stay open, what each of them did and how long
it took. Pauses between acts are shorter than people's; all of it is bounded in time.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from record_people import patient_id, person

KEY_S, CHART_S, WRITE_S = 0.2, 1.0, 0.4  # between two letters, on a chart, between two writes of one writer
LETTERS = 3  # from the third letter on the box asks
PASSWORD = "bench-three-plain-words"


@dataclass(slots=True)
class Seen:
    """What was done, in seconds each, and what went wrong."""

    took: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def note(self, what: str, seconds: float) -> None:
        self.took.setdefault(what, []).append(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person signed in. Args: cookies: as sent. csrf: what forms carry."""

    cookies: str
    csrf: str


def sign_in(port: int, username: str) -> Session:
    """Sign in as a browser does. Raises: RuntimeError when the page says no."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/sign-in/", headers={"Accept": "text/html"})
    answer = connection.getresponse()
    page = answer.read().decode()
    jar = _cookies(answer)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if token is None:
        raise RuntimeError("the sign-in page has no form")
    form = {"csrfmiddlewaretoken": token[1], "username": username, "password": PASSWORD, "workstation": "own"}
    head = {"Cookie": _joined(jar), "Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    connection.request("POST", "/sign-in/", body=urlencode(form), headers=head)
    answer = connection.getresponse()
    answer.read()
    jar |= _cookies(answer)
    if answer.status != 302:  # noqa: PLR2004 - the page that was asked for
        raise RuntimeError(f"signing in was answered {answer.status}")
    connection.close()
    return Session(cookies=_joined(jar), csrf=jar["csrftoken"])


def _cookies(answer: http.client.HTTPResponse) -> dict[str, str]:
    pairs = (
        value.partition(";")[0].partition("=") for name, value in answer.getheaders() if name.lower() == "set-cookie"
    )
    return {name: value for name, _, value in pairs}


def _joined(jar: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())


class Line:
    """One connection that stays open."""

    def __init__(self, port: int, seen: Seen) -> None:
        self.port, self.seen = port, seen
        self.pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, what: str, request: bytes, *, expect: Sequence[bytes] = (b"200", b"201")) -> bytes:
        """Send a request and time its answer. Returns: its body."""
        if self.pair is None:
            self.pair = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        reader, writer = self.pair
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await self._body(reader, head.lower())
        self.seen.note(what, time.perf_counter() - begun)
        if head[9:12] not in expect:
            self.seen.wrong.append(f"{what}: {head[9:40]!r}")
        return body

    async def _body(self, reader: asyncio.StreamReader, head: bytes) -> bytes:
        length = re.search(rb"content-length: *(\d+)", head)
        if length:
            return await reader.readexactly(int(length[1]))
        parts = []
        while size := int((await reader.readline()).strip() or b"0", 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readline()
        return b"".join(parts)


def page_get(port: int, path: str, session: Session) -> bytes:
    """Write the request of a page."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {session.cookies}\r\nAccept: text/html\r\n\r\n"
    ).encode()


def search_post(port: int, text: str, session: Session) -> bytes:
    """Write what the box sends as one types."""
    body = urlencode({"q": text}).encode()
    head = (
        f"POST /patients/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {session.cookies}\r\nAccept: text/html\r\n"
        f"X-CSRFToken: {session.csrf}\r\nHX-Request: true\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def pulse_post(port: int, n: int, token: str, count: int) -> bytes:
    """Write a pulse as a device beside the bed does: one create at /fhir, its own durable commit."""
    body = json.dumps(
        {
            "resourceType": "Observation",
            "status": "final",
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category",
                                      "code": "vital-signs"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}], "text": "Pulse"},
            "subject": {"reference": f"Patient/{patient_id(n)}"},
            "effectiveDateTime": "2026-11-22T08:00:00+01:00",
            "valueQuantity": {"value": 60 + count % 60, "unit": "/min", "system": "http://unitsofmeasure.org",
                              "code": "/min"},
        }
    ).encode()  # fmt: skip
    head = (
        f"POST /fhir/Observation HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _person(line: Line, session: Session, chance: random.Random, *, patients: int, until: float) -> None:
    """Search somebody letter by letter, open the chart, read it; again."""
    while time.perf_counter() < until:
        n = chance.randrange(patients)
        name = person(n)["name"][0]
        text = f"{name['family']} {name['given'][0]}"[: chance.randrange(5, 12)]
        for end in range(LETTERS, len(text) + 1):
            if time.perf_counter() > until:
                return
            await line.ask("search", search_post(line.port, text[:end], session))
            await asyncio.sleep(KEY_S * chance.uniform(0.6, 1.4))
        await line.ask("chart", page_get(line.port, f"/patients/{patient_id(n)}/", session))
        await asyncio.sleep(CHART_S * chance.uniform(0.6, 1.4))


async def _writer(line: Line, token: str, chance: random.Random, *, patients: int, until: float) -> None:
    count = 0
    while time.perf_counter() < until:
        count += 1
        await line.ask("write", pulse_post(line.port, chance.randrange(patients), token, count))
        await asyncio.sleep(WRITE_S * chance.uniform(0.6, 1.4))


async def ward_at_work(
    port: int, sessions: Sequence[Session], token: str, *, patients: int, writers: int, seconds: float
) -> Seen:
    """Let everybody work for a while."""
    seen, until = Seen(), time.perf_counter() + seconds
    people = [
        _person(Line(port, seen), session, random.Random(n), patients=patients, until=until)
        for n, session in enumerate(sessions)
    ]
    devices = [
        _writer(Line(port, seen), token, random.Random(-n - 1), patients=patients, until=until) for n in range(writers)
    ]
    await asyncio.gather(*people, *devices)
    return seen


async def flat_out(
    port: int, what: str, make: Callable[[int], bytes], *, connections: int, seconds: float
) -> tuple[Seen, float]:
    """Ask without pause over some connections. Returns: what was seen, requests a second."""
    seen, until = Seen(), time.perf_counter() + seconds

    async def one(n: int) -> None:
        line = Line(port, seen)
        while time.perf_counter() < until:
            await line.ask(what, make(n))
            n += connections

    begun = time.perf_counter()
    await asyncio.gather(*(one(n) for n in range(connections)))
    return seen, len(seen.took[what]) / (time.perf_counter() - begun)


def milliseconds(times: Sequence[float]) -> dict[str, Any]:
    """Return p50, p95 and p99 of some seconds, in milliseconds."""
    ordered = sorted(times)
    return {f"p{share}": ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000 for share in (50, 95, 99)}
