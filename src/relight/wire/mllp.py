"""MLLP: messages in frames of 0x0B … 0x1C 0x0D, on a stream of bytes.

Owns framing, both ways. Refuses sockets, clocks and what stands inside a frame. A read of the stream is no
frame: bytes come in any slices. Nothing unfinished is ever delivered as a message.
Source: HL7 "Transport Specification: MLLP, Release 1"; docs/design/hl7.md, cases 1-9.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from relight.wire import errors
from relight.wire.problems import Problem

START = b"\x0b"
END = b"\x1c\r"
LIMIT_BYTES = 16 * 1024 * 1024

_VT = 0x0B
_RESTART = re.compile(rb"\x0b(?=MSH|FHS|BHS)")


@dataclass(frozen=True, slots=True)
class Block:
    """One whole frame. Args: content: without the frame. at: of its start byte, in the stream."""

    content: bytes
    at: int


@dataclass(frozen=True, slots=True)
class Junk:
    """Bytes outside any frame, as they came; a long run may come in several pieces."""

    content: bytes
    at: int

    @property
    def problem(self) -> Problem:
        return Problem(at=self.at, spec=errors.OUTSIDE_FRAME)


@dataclass(frozen=True, slots=True)
class Overlong:
    """A frame that passed the limit; told at once, then skipped up to its end. Args: size: the limit, in bytes."""

    size: int
    at: int

    @property
    def problem(self) -> Problem:
        return Problem(at=self.at, spec=errors.OVERLONG_FRAME, params={"limit_bytes": self.size})


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The beginning of a frame whose end never came. Kept for a person to see, never a message."""

    content: bytes
    at: int

    @property
    def problem(self) -> Problem:
        return Problem(at=self.at, spec=errors.UNFINISHED_FRAME)


Event = Block | Junk | Overlong | Unfinished


def frame(content: bytes) -> bytes:
    """Put a message in its frame. Raises: FRAME_END_INSIDE (RL-WIR-225) where it would end too early."""
    if END in content:
        raise errors.FRAME_END_INSIDE.error(where=f"byte {content.index(END)}")
    return b"\x0b" + content + b"\x1c\r"


class Reader:
    """One direction of one connection: bytes in, events out. Holds at most `limit_bytes` and one read."""

    __slots__ = ("_at", "_held", "_limit", "_searched", "_skipping")

    def __init__(self, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._held = bytearray()  # the beginning of a frame, or one 0x1C while skipping
        self._at = 0  # place in the stream of the first byte not yet told
        self._searched = 0  # bytes of `_held` that hold no end
        self._skipping = False

    @property
    def held_bytes(self) -> int:
        """How much of an unfinished frame is held."""
        return len(self._held)

    def receive(self, data: bytes) -> list[Event]:
        """Take the next bytes. Returns: what they complete, in order."""
        source: bytes | bytearray = data
        if self._held:
            self._held += data
            source = self._held
        events: list[Event] = []
        at = self._skip(source) if self._skipping else 0
        searched, size = self._searched, len(source)
        while at < size and not self._skipping:
            if source[at] != _VT:
                at = self._outside(source, at, events)
                continue
            end = source.find(END, max(at + 1, searched))
            if end < 0:
                at = self._unended(source, at, events)
                break
            content = bytes(source[at + 1 : end])
            if len(content) > self._limit:
                events.append(Overlong(self._limit, self._at + at))
            elif _VT in content:
                self._restarted(content, at, events)
            else:
                events.append(Block(content, self._at + at))
            at = end + 2
        self._keep(source, at)
        return events

    def end(self) -> list[Event]:
        """The connection ended. Returns: the frame that was never finished, if there is one."""
        held, self._held = bytes(self._held), bytearray()
        skipped, self._skipping, self._searched = self._skipping, False, 0
        at, self._at = self._at, self._at + len(held)
        return [Unfinished(held[1:], at)] if held and not skipped else []

    def _outside(self, source: bytes | bytearray, at: int, events: list[Event]) -> int:
        """Pass over bytes outside frames; line ends between frames are nobody's fault."""
        start = source.find(START, at)
        if start < 0:
            start = len(source)
        junk = bytes(source[at:start])
        if junk.strip(b"\r\n"):
            events.append(Junk(junk, self._at + at))
        return start

    def _unended(self, source: bytes | bytearray, at: int, events: list[Event]) -> int:
        """The frame at `at` has no end yet. Returns: from where bytes are kept."""
        half = source[-1] == END[0]  # perhaps an end cut in two, so it does not count yet
        if len(source) - at - 1 - half <= self._limit:
            return at
        events.append(Overlong(self._limit, self._at + at))
        self._skipping = True
        return len(source) - half

    def _skip(self, source: bytes | bytearray) -> int:
        """Look for the end of a frame that is skipped. Returns: where to go on."""
        end = source.find(END)
        if end >= 0:
            self._skipping = False
            return end + 2
        return len(source) - (len(source) > 0 and source[-1] == END[0])

    def _restarted(self, content: bytes, at: int, events: list[Event]) -> None:
        """A frame begins inside a frame: the sender gave the first one up. Other 0x0B are content."""
        begins = 0
        for restart in _RESTART.finditer(content):
            events.append(Unfinished(content[begins : restart.start()], self._at + at + begins))
            begins = restart.end()
        events.append(Block(content[begins:] if begins else content, self._at + at + begins))

    def _keep(self, source: bytes | bytearray, at: int) -> None:
        """Keep what is not yet told, and how far it was searched."""
        self._at += at
        rest = len(source) - at
        if source is self._held:
            del self._held[:at]
        elif rest:
            self._held = bytearray(memoryview(source)[at:])
        self._searched = max(rest - 1, 0)
