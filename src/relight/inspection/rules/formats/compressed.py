"""Compressed streams: gzip, zlib, bzip2, xz, LZMA, zstd, Snappy, LZ4, and raw deflate or Brotli without any header.

Owns their structure and checksums. Source: RFC 1950-1952, 7932, 8878; the xz, LZ4 and Snappy framing notes.
"""

from __future__ import annotations

from relight.inspection.rules.formats.base import (
    DECODE_IN_BYTES,
    DECODE_OUT_BYTES,
    MAX_ITEMS,
    STEP,
    be,
    broken,
    inflate,
    le,
    other,
    plausible,
    truncated,
    unpack,
    verified,
)
from relight.inspection.types import Check, Data, Span, because
from relight.kernel.errors import N_

try:
    import brotli
except ImportError:  # an extra of the web pages; a rescue system may lack it
    brotli = None


def check_gzip(data: Data) -> Check:
    """Prove gzip by its CRC and length, member after member."""
    at, count = 0, 0
    while data[at : at + 3] == b"\x1f\x8b\x08" and count < MAX_ITEMS:
        got = inflate(data, start=at, end=len(data), bits=31)
        if got.capped:
            return plausible(
                "gzip", because(N_("gzip decodes as far as it was followed")), opaque=(Span(0, len(data)),)
            )
        if got.fault:
            return broken("gzip", because(N_("the gzip stream contradicts itself")), at=got.end, intact=(Span(0, at),))
        if not got.done:
            return truncated("gzip", at=len(data), intact=(Span(0, len(data)),))
        at = got.end
        count += 1
    if not count:
        return other("gzip")
    return verified("gzip", because(N_("the gzip checksum holds")), end=at)


def check_zlib(data: Data) -> Check:
    """Prove a bare zlib stream by its Adler checksum."""
    head = data[:2]
    if len(head) < 2 or head[0] != 0x78 or int.from_bytes(head, "big") % 31:
        return other("zlib")
    got = inflate(data, start=0, end=len(data), bits=15)
    if got.done and got.size:
        return verified("zlib", because(N_("the zlib checksum holds")), end=got.end)
    return other("zlib")


def check_bz2(data: Data) -> Check:
    """Prove bzip2 by the CRC of its blocks, as far as the limit lets it be decoded."""
    return _stream(data, method="bz2", magic=b"BZh")


def check_xz(data: Data) -> Check:
    """Prove xz by its own checks, as far as the limit lets it be decoded."""
    return _stream(data, method="xz", magic=b"\xfd7zXZ\x00")


def check_lzma(data: Data) -> Check:
    """Decode a bare LZMA stream: it has no magic worth the name."""
    if data[:3] != b"\x5d\x00\x00":
        return other("lzma")
    got = unpack(data, start=0, end=len(data), method="xz")
    if got.done or got.capped:
        return verified("lzma", because(N_("the LZMA stream decodes")), end=len(data))
    return other("lzma")


def _stream(data: Data, *, method: str, magic: bytes) -> Check:
    at, count = 0, 0
    while data[at : at + len(magic)] == magic and count < MAX_ITEMS:
        got = unpack(data, start=at, end=len(data), method=method)
        if got.fault:
            return broken(method, because(N_("the {format} stream contradicts itself"), format=method), at=got.end)
        if got.capped:
            what = because(N_("{format} decodes as far as it was followed"), format=method)
            return plausible(method, what, opaque=(Span(0, len(data)),))
        if not got.done:
            return truncated(method, at=len(data), intact=(Span(0, len(data)),))
        at = got.end
        count += 1
    if not count:
        return other(method)
    return verified(method, because(N_("the {format} checksums hold"), format=method), end=at)


def check_zstd(data: Data) -> Check:
    """Follow the blocks of zstd frames to the end of the file."""
    at, frames = 0, 0
    while at < len(data) and frames < MAX_ITEMS:
        magic = le(data, at, 4)
        if 0x184D2A50 <= magic <= 0x184D2A5F:
            at += 8 + le(data, at + 4, 4)
        elif magic == 0xFD2FB528:
            found = _zstd_frame(data, at)
            if found < 0:
                return broken("zstd", because(N_("a zstd block is of no known kind")), at=-found)
            at = found
        else:
            break
        frames += 1
    if not frames:
        return other("zstd")
    if at > len(data):
        return truncated("zstd", at=len(data))
    if at < len(data):
        return broken("zstd", because(N_("no zstd frame where the last one ends")), at=at)
    return plausible("zstd", because(N_("zstd blocks whole to the end")), opaque=(Span(0, at),), end=at)


def _zstd_frame(data: Data, at: int) -> int:
    descriptor = le(data, at + 4, 1)
    single, checksum = descriptor >> 5 & 1, descriptor >> 2 & 1
    dictionary = (0, 1, 2, 4)[descriptor & 3]
    content = (1 if single else 0, 2, 4, 8)[descriptor >> 6]
    place = at + 5 + (0 if single else 1) + dictionary + content
    while True:
        head = le(data, place, 3)
        kind, size = head >> 1 & 3, head >> 3
        if kind == 3 or size > 131072 + 1024:
            return -place
        place += 3 + (1 if kind == 1 else size)
        if head & 1:
            return place + (4 if checksum else 0)


def check_snappy(data: Data) -> Check:
    """Follow the chunks of a snappy or lz4-like framed stream."""
    if data[:10] != b"\xff\x06\x00\x00sNaPpY":
        return other("snappy")
    at = 0
    while at < len(data):
        kind, size = le(data, at, 1), le(data, at + 1, 3)
        if 2 <= kind <= 0x7F or size > 65536 + 1024:
            return broken("snappy", because(N_("a snappy chunk is of no known kind")), at=at)
        at += 4 + size
    if at > len(data):
        return truncated("snappy", at=len(data))
    return plausible("snappy", because(N_("snappy chunks whole")), opaque=(Span(0, at),), end=at)


def check_lz4(data: Data) -> Check:
    """Follow the blocks of an LZ4 frame."""
    if data[:4] != b"\x04\x22\x4d\x18":
        return other("lz4")
    flags = be(data, 4, 1)
    at = 7 + (8 if flags & 8 else 0) + (4 if flags & 1 else 0)
    while True:
        size = le(data, at, 4)
        if size == 0:
            break
        if size & 0x7FFFFFFF > 4 * 1024 * 1024 + STEP:
            return broken("lz4", because(N_("an LZ4 block is larger than the format allows")), at=at)
        at += 4 + (size & 0x7FFFFFFF) + (4 if flags & 16 else 0)
    end = at + 4 + (4 if flags & 4 else 0)
    return plausible("lz4", because(N_("LZ4 blocks whole")), opaque=(Span(0, end),), end=end)


def check_bare(data: Data) -> Check:
    """Decode what has no header at all: raw deflate and Brotli. Only a decoding that ends with the file proves it."""
    size = len(data)
    if not 16 <= size <= DECODE_IN_BYTES:
        return other("bare")
    got = inflate(data, start=0, end=size, bits=-15)
    if got.done and got.end == size and got.size > size:
        return verified("deflate", because(N_("decodes as raw deflate to its end")), end=size)
    if brotli is not None and _is_brotli(data):
        return verified("brotli", because(N_("decodes as Brotli to its end")), end=size)
    return other("bare")


def _is_brotli(data: Data) -> bool:
    decoder = brotli.Decompressor()
    made = 0
    try:
        for at in range(0, len(data), STEP):
            if decoder.is_finished():
                return False
            made += len(decoder.process(data[at : at + STEP]))
            if made > DECODE_OUT_BYTES:
                return False
    except brotli.error:
        return False
    return bool(decoder.is_finished()) and made > len(data)
