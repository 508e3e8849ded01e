"""The analyzers of `bench/lab.py`: one process that sends over many connections and times each answer.

Cheap on purpose, and the same for every server measured: frames made beforehand but for their number, one
uvloop, no parsing beyond looking for the acknowledgement of what was sent.

    python lab_client.py (mllp|astm) PORT CONNECTIONS SECONDS
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from array import array
from functools import partial
from typing import Any

import uvloop
from lab_messages import ASTM_RECORDS, astm_frame, hl7_message

WARM_UP_S = 0.7
ENQ, ACK, EOT = b"\x05", b"\x06", b"\x04"


class Count:
    """What all connections share: the time they may run, what was answered and how fast."""

    def __init__(self, seconds: float) -> None:
        now = time.perf_counter()
        self.since, self.until = now + WARM_UP_S, now + WARM_UP_S + seconds
        self.waits = array("d")
        self.done = 0
        self.wrong = 0

    def answered(self, sent: float, now: float, *, whole: bool = True) -> None:
        if sent >= self.since and now <= self.until:
            self.waits.append(now - sent)
            self.done += whole


class Sender(asyncio.Protocol):
    """One connection: sends the next thing once the last one is answered."""

    def __init__(self, number: int, count: Count) -> None:
        self.number, self.count = number, count
        self.sent = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.start()

    def start(self) -> None:
        raise NotImplementedError

    def write(self, data: bytes) -> None:
        self.sent = time.perf_counter()
        self.transport.write(data)

    def over(self, now: float) -> bool:
        if now < self.count.until:
            return False
        if not self.done.done():
            self.done.set_result(None)
            self.transport.close()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.count.wrong += 1
            self.done.set_result(None)


class Mllp(Sender):
    """Sends ORU messages; an answer counts when it is positive and names the message it answers."""

    def __init__(self, number: int, count: Count) -> None:
        super().__init__(number, count)
        before, after = hl7_message().split(b"@ID@")
        self.before, self.after = b"\x0b" + before, after + b"\x1c\r"
        self.message, self.id, self.answer = 0, b"", b""

    def start(self) -> None:
        self.message += 1
        self.id = b"C%dM%d" % (self.number, self.message)
        self.write(self.before + self.id + self.after)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        if self.answer or not data.endswith(b"\x1c\r"):
            data = self.answer = self.answer + data
            if not data.endswith(b"\x1c\r"):
                return
            self.answer = b""
        if b"|AA|" + self.id not in data:
            self.count.wrong += 1
        self.count.answered(self.sent, now)
        if not self.over(now):
            self.start()


class Astm(Sender):
    """Sends transmissions: ENQ, a frame a record, EOT, each but the last answered by ACK."""

    def __init__(self, number: int, count: Count) -> None:
        super().__init__(number, count)
        self.rest: list[bytes] = []
        self.middle = [astm_frame(place, record) for place, record in enumerate(ASTM_RECORDS, start=1)]
        self.message = 0
        self.began = 0.0

    def start(self) -> None:
        self.message += 1
        frames = self.middle[:]
        order = b"O|1|S%dM%d||^^^ALL|R" % (self.number, self.message)
        frames[2] = astm_frame(3, order)
        self.rest = frames[::-1]
        self.write(ENQ)
        self.began = self.sent

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        if data != ACK:
            self.count.wrong += 1
        if self.rest:
            self.count.answered(self.sent, now, whole=False)
            self.write(self.rest.pop())
            return
        self.count.answered(self.sent, now, whole=self.began >= self.count.since)
        self.transport.write(EOT)
        if not self.over(now):
            self.start()


async def run(kind: type[Sender], port: int, connections: int, seconds: float) -> dict[str, float]:
    """Run all connections. Returns: what was answered a second, and the waits in ms."""
    loop = asyncio.get_running_loop()
    count = Count(seconds)
    made = [await loop.create_connection(partial(kind, n, count), "127.0.0.1", port) for n in range(connections)]
    await asyncio.wait([sender.done for _, sender in made], timeout=WARM_UP_S + seconds + 10)
    waits = sorted(count.waits)
    if count.wrong or not waits:
        raise SystemExit(f"{count.wrong} answers were wrong, {len(waits)} came")
    return {
        "per_s": count.done / seconds,
        "p50_ms": waits[len(waits) // 2] * 1e3,
        "p99_ms": waits[int(len(waits) * 0.99)] * 1e3,
    }


if __name__ == "__main__":
    name, port, connections, seconds = sys.argv[1:]
    kind = {"mllp": Mllp, "astm": Astm}[name]
    print(json.dumps(uvloop.run(run(kind, int(port), int(connections), float(seconds)))))
