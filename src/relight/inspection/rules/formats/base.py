"""What the container checks share: reading numbers, decoding with limits, saying what was seen.

Owns the limits that keep a hostile file from costing more than its size is worth. Refuses files.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from relight.inspection.types import Check, Data, Reason, Span, State, because
from relight.kernel.errors import N_

STEP = 65536
MAX_ITEMS = 200_000  # entries, chunks, tags: what an honest file needs, and no more
DECODE_IN_BYTES = 64 * 1024 * 1024  # decoded for proof per file; the rest counts as opaque
DECODE_OUT_BYTES = 512 * 1024 * 1024


class Cut(Exception):  # noqa: N818 - where the bytes ended, not an error of ours
    """The bytes ended where the format promised more. Caught by `run`, once for all parsers."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


Checker = Callable[[Data], Check]


def run(name: str, checker: Checker, data: Data) -> Check:
    """Run one parser; bytes that end too early make its answer `truncated`."""
    try:
        return checker(data)
    except Cut as cut:
        return Check(format=name, state=State.TRUNCATED, reasons=(_ends_early(cut.at),), faults=(cut.at,))


def _ends_early(at: int) -> Reason:
    return because(N_("the file ends at byte {at}, before its own structure does"), at=at)


def take(data: Data, at: int, size: int) -> bytes:
    """Return exactly `size` bytes. Raises: Cut."""
    if at < 0 or size < 0:
        raise Cut(max(at, 0))
    found = data[at : at + size]
    if len(found) != size:
        raise Cut(at)
    return found


def le(data: Data, at: int, size: int) -> int:
    """Read an unsigned little-endian number. Raises: Cut."""
    return int.from_bytes(take(data, at, size), "little")


def be(data: Data, at: int, size: int) -> int:
    """Read an unsigned big-endian number. Raises: Cut."""
    return int.from_bytes(take(data, at, size), "big")


def other(name: str) -> Check:
    """Say that the bytes are not of this format."""
    return Check(format=name, state=State.OTHER)


def verified(name: str, what: Reason, *, end: int, start: int = 0) -> Check:
    """Say that a container is intact from `start` to `end`."""
    return Check(format=name, state=State.VERIFIED, reasons=(what,), intact=(Span(start, end),), end=end)


def broken(name: str, what: Reason, *, at: int, intact: tuple[Span, ...] = (), opaque: tuple[Span, ...] = ()) -> Check:
    """Say that a container contradicts itself at an offset."""
    return Check(format=name, state=State.BROKEN, reasons=(what,), faults=(at,), intact=intact, opaque=opaque)


def truncated(name: str, *, at: int, intact: tuple[Span, ...] = ()) -> Check:
    """Say that a container holds until the bytes end."""
    return Check(format=name, state=State.TRUNCATED, reasons=(_ends_early(at),), faults=(at,), intact=intact)


def plausible(name: str, what: Reason, *, opaque: tuple[Span, ...] = (), end: int = -1) -> Check:
    """Say that the structure holds and the contents are unproven."""
    return Check(format=name, state=State.PLAUSIBLE, reasons=(what,), opaque=opaque, end=end)


def protected(name: str, what: Reason, *, end: int = -1, opaque: tuple[Span, ...] = ()) -> Check:
    """Say that the contents are rightly encrypted or signed, by the format's own means."""
    return Check(format=name, state=State.PROTECTED, reasons=(what,), end=end, opaque=opaque)


class Decompressor(Protocol):
    """What zlib, bz2 and lzma have in common here."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """How decoding went. Args: end: offset after the stream, or where it stopped. crc: of the output.
    done: the stream's own end was reached. fault: it contradicted itself. capped: a limit stopped it."""

    end: int
    size: int
    crc: int
    done: bool
    fault: bool
    capped: bool
    head: bytes = b""


def inflate(data: Data, *, start: int, end: int, bits: int = -15, limit: int = DECODE_OUT_BYTES) -> Decoded:
    """Decode a deflate stream and throw the output away.

    Args: bits: -15 raw, 15 zlib, 31 gzip (both prove their own checksum).
    """
    decoder = zlib.decompressobj(bits)
    at, size, crc, head = start, 0, 0, b""
    stop = min(end, start + DECODE_IN_BYTES)
    while at < stop:
        piece = data[at : min(at + STEP, stop)]
        if not piece:
            break
        at += len(piece)
        pending = piece
        while pending:
            try:
                out = decoder.decompress(pending, 1 << 20)
            except zlib.error:
                return Decoded(end=at - len(piece), size=size, crc=crc, done=False, fault=True, capped=False, head=head)
            size += len(out)
            crc = zlib.crc32(out, crc)
            head = head or out[:16]
            if decoder.eof:
                at -= len(decoder.unused_data)
                return Decoded(end=at, size=size, crc=crc, done=True, fault=False, capped=False, head=head)
            if size > limit:
                return Decoded(end=at, size=size, crc=crc, done=False, fault=False, capped=True, head=head)
            pending = decoder.unconsumed_tail
    return Decoded(end=at, size=size, crc=crc, done=False, fault=False, capped=at < end, head=head)


def unpack(data: Data, *, start: int, end: int, method: str, limit_in: int = 8 * 1024 * 1024) -> Decoded:
    """Decode a bzip2 or xz stream and throw the output away; these are slow, so the limit is lower."""
    decoder: bz2.BZ2Decompressor | lzma.LZMADecompressor
    decoder = bz2.BZ2Decompressor() if method == "bz2" else lzma.LZMADecompressor(memlimit=256 * 1024 * 1024)
    at, size = start, 0
    stop = min(end, start + limit_in)
    while at < stop or not decoder.needs_input:
        piece = data[at : min(at + STEP, stop)] if decoder.needs_input else b""
        if decoder.needs_input and not piece:
            break
        at += len(piece)
        try:
            out = decoder.decompress(piece, 1 << 20)
        except MemoryError:
            return Decoded(end=at, size=size, crc=0, done=False, fault=False, capped=True)
        except lzma.LZMAError as refusal:  # a dictionary over the memory limit is no fault of the file
            capped = "memory" in str(refusal).lower()
            return Decoded(end=at - len(piece), size=size, crc=0, done=False, fault=not capped, capped=capped)
        except (OSError, ValueError):
            return Decoded(end=at - len(piece), size=size, crc=0, done=False, fault=True, capped=False)
        size += len(out)
        if decoder.eof:
            return Decoded(end=at - len(decoder.unused_data), size=size, crc=0, done=True, fault=False, capped=False)
        if size > DECODE_OUT_BYTES:
            return Decoded(end=at, size=size, crc=0, done=False, fault=False, capped=True)
    return Decoded(end=at, size=size, crc=0, done=False, fault=False, capped=at < end)
