"""The spool: frames of a transmission that is not complete yet, on disk before they are acknowledged.

Owns one append-only file in the data folder. A frame of a half-received message is durable here; the
last frame makes it a message, which the inbox stores. What a crash leaves behind is stored by the
next start as interrupted. Format, a record: length and CRC-32 of the rest (4 bytes each, big endian),
kind (1 byte: F frame, D done), id of the transmission (16 bytes), link id (1 byte length, UTF-8),
text. Source: docs/design/gateway.md, "Frames".
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
REWRITE_ABOVE = 4 << 20
APPENDING = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


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


@dataclass(frozen=True, slots=True)
class _Line:
    """One record to write. Args: answer: whom to tell; None for the end of a transmission."""

    key: bytes
    record: bytes
    answer: Callable[[bool], None] | None


class Spool:
    """Appends frames; `answer` is called on the event loop once a frame is on disk (False: it is not)."""

    def __init__(self, *, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._path, self._loop = path, loop
        self._file = os.open(path, APPENDING, 0o600)
        self._size = os.fstat(self._file).st_size
        self._queue: deque[_Line] = deque()
        self._kept: dict[bytes, list[bytes]] = {}  # records of unfinished transmissions; the writing thread's own
        self._wake = threading.Condition()
        self._waking = False
        self._due = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="lab-spool", daemon=True)
        self._thread.start()

    def keep(self, *, key: bytes, link: str, text: bytes, answer: Callable[[bool], None]) -> None:
        """Append a frame of the transmission `key` (16 bytes)."""
        name = link.encode()
        record = _record(FRAME + key + bytes([len(name)]) + name + text)
        self._queue.append(_Line(key, record, answer))
        if not self._waking:  # once for all that one round of the loop brought
            self._waking = True
            self._loop.call_soon(self._notify)

    def done(self, *, key: bytes) -> None:
        """Say that a transmission is in the inbox; not urgent, the inbox recognises what it has."""
        self._queue.append(_Line(key, _record(DONE + key + b"\0"), None))

    def stop(self) -> None:
        """Write what waits and end the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(timeout=10)
        os.close(self._file)

    def _notify(self) -> None:
        self._waking = False
        with self._wake:
            self._due = True
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._stopping and not self._due:
                    self._wake.wait()
                self._due = False
            batch = [self._queue.popleft() for _ in range(len(self._queue))]
            if not batch:
                if self._stopping:
                    return
                continue
            kept = self._write(batch)
            answers = [line.answer for line in batch if line.answer]
            if answers and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(_answer_all, answers, kept)

    def _write(self, batch: list[_Line]) -> bool:
        content = b"".join(line.record for line in batch)
        try:
            if self._size > REWRITE_ABOVE:
                self._rewrite()
            if os.write(self._file, content) < len(content):
                raise OSError("the disk is full")
            os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, self._size)  # a torn record would hide what follows it
            return False
        self._size += len(content)
        for line in batch:
            if line.answer:
                self._kept.setdefault(line.key, []).append(line.record)
            else:
                self._kept.pop(line.key, None)
        return True

    def _rewrite(self) -> None:
        """Start the file over with what is unfinished, by a new file put in place of the old one."""
        beside = self._path.with_suffix(".new")
        content = b"".join(record for records in self._kept.values() for record in records)
        fresh = os.open(beside, APPENDING | os.O_TRUNC, 0o600)
        try:
            if os.write(fresh, content) < len(content):
                raise OSError("the disk is full")
            os.fsync(fresh)
            beside.replace(self._path)
            folder = os.open(self._path.parent, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)
        except OSError:
            os.close(fresh)
            raise
        os.close(self._file)
        self._file, self._size = fresh, len(content)


def _record(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + zlib.crc32(body).to_bytes(4, "big") + body


def _answer_all(answers: list[Callable[[bool], None]], kept: bool) -> None:
    for answer in answers:
        answer(kept)
