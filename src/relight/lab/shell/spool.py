"""The spool: frames of a transmission that is not complete yet, on disk before they are acknowledged.

Owns one append-only file in the data folder. A frame of a half-received message is durable here; the
last frame makes it a message, which the inbox stores. What a crash leaves behind is stored by the
next start as interrupted. Format, a record: length and CRC-32 of the rest (4 bytes each, big endian),
kind (1 byte: F frame, D done), id of the transmission (16 bytes), link id (1 byte length, UTF-8),
text. Source: docs/design/lab.md, "Frames".
"""

from __future__ import annotations

import asyncio
import os
import threading
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FRAME, DONE = b"F", b"D"
EMPTY_ABOVE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """What a crash left of one transmission: the joined text of its frames."""

    link: str
    text: bytes


def spool_read(path: Path) -> list[Unfinished]:
    """Read what is unfinished. A torn record at the end was never acknowledged: it is left out."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    open_ones: dict[bytes, tuple[str, list[bytes]]] = {}
    at = 0
    while at + 8 <= len(content):
        size, mark = int.from_bytes(content[at : at + 4], "big"), int.from_bytes(content[at + 4 : at + 8], "big")
        record = content[at + 8 : at + 8 + size]
        if len(record) < size or size < 18 or zlib.crc32(record) != mark:
            break
        at += 8 + size
        key, name_end = record[1:17], 18 + record[17]
        if record[:1] == DONE:
            open_ones.pop(key, None)
        else:
            open_ones.setdefault(key, (record[18:name_end].decode(), []))[1].append(record[name_end:])
    return [Unfinished(link=link, text=b"".join(texts)) for link, texts in open_ones.values()]


class Spool:
    """Appends frames; `answer` is called on the event loop once a frame is on disk (False: it is not)."""

    def __init__(self, *, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._queue: deque[tuple[bytes, Callable[[bool], None] | None]] = deque()
        self._open: set[bytes] = set()
        self._size = os.fstat(self._file).st_size
        self._wake = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="lab-spool", daemon=True)
        self._thread.start()

    def keep(self, *, key: bytes, link: str, text: bytes, answer: Callable[[bool], None]) -> None:
        """Append a frame of the transmission `key` (16 bytes)."""
        name = link.encode()
        with self._wake:
            self._open.add(key)
            self._queue.append((_record(FRAME + key + bytes([len(name)]) + name + text), answer))
            self._wake.notify()

    def done(self, *, key: bytes) -> None:
        """Say that a transmission is in the inbox; not urgent, a crash before it is recognised."""
        with self._wake:
            if key in self._open:
                self._open.discard(key)
                self._queue.append((_record(DONE + key + b"\0"), None))

    def stop(self) -> None:
        """Write what waits and end the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(timeout=10)
        os.close(self._file)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._stopping and not any(answer for _, answer in self._queue):
                    self._wake.wait()
                batch = list(self._queue)
                self._queue.clear()
                if not batch and self._stopping:
                    return
            kept = self._write(b"".join(record for record, _ in batch))
            answers = [answer for _, answer in batch if answer]
            if answers and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(_answer_all, answers, kept)

    def _write(self, content: bytes) -> bool:
        try:
            self._empty_if_idle()
            if os.write(self._file, content) < len(content):
                raise OSError("the disk is full")
            os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, self._size)  # a torn record would hide what follows it
            return False
        self._size += len(content)
        return True

    def _empty_if_idle(self) -> None:
        """Start the file over once it is long and nothing in it is unfinished."""
        with self._wake:
            idle = not self._open
        if idle and self._size > EMPTY_ABOVE:
            os.ftruncate(self._file, 0)
            self._size = 0


def _record(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + zlib.crc32(body).to_bytes(4, "big") + body


def _answer_all(answers: list[Callable[[bool], None]], kept: bool) -> None:
    for answer in answers:
        answer(kept)
