"""Pictures: PNG, JPEG, GIF, BMP, TIFF and what is built on it, WebP, PSD, icons.

Owns their structure. Source: W3C PNG 3; ITU T.81; GIF89a; TIFF 6.0; Adobe PSD notes; RFC 9649.
"""

from __future__ import annotations

import re
import zlib

import numpy as np

from relight.inspection.rules.formats.base import (
    MAX_ITEMS,
    be,
    broken,
    le,
    other,
    plausible,
    take,
    truncated,
    verified,
)
from relight.inspection.types import Check, Data, Span, because
from relight.kernel.errors import N_

SCAN_STEP = 1 << 20
CHUNK_NAME = re.compile(rb"[A-Za-z]{4}\Z")


def check_png(data: Data) -> Check:
    """Prove a PNG by the CRC of every chunk."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        return other("png")
    at = 8
    for _ in range(MAX_ITEMS):
        if at + 12 > len(data):
            return truncated("png", at=len(data), intact=(Span(0, at),))
        size, name = be(data, at, 4), take(data, at + 4, 4)
        if not CHUNK_NAME.match(name):
            return broken("png", because(N_("no PNG chunk at byte {at}"), at=at), at=at, intact=(Span(0, at),))
        if at + 12 + size > len(data):
            if size > 0x7FFFFFFF:
                return broken("png", because(N_("a PNG chunk is too long")), at=at, intact=(Span(0, at),))
            return truncated("png", at=len(data), intact=(Span(0, at),))
        crc = zlib.crc32(take(data, at + 4, size + 4))
        if crc != be(data, at + 8 + size, 4):
            what = because(N_("PNG chunk {name} does not match its CRC"), name=name.decode("ascii"))
            return broken("png", what, at=at, intact=(Span(0, at),))
        at += 12 + size
        if name == b"IEND":
            return verified("png", because(N_("all PNG chunks match their CRC")), end=at)
    return plausible("png", because(N_("PNG with very many chunks")), end=at)


def check_jpeg(data: Data) -> Check:
    """Follow JPEG markers and the stuffing rule of scan data, which random bytes break within a block."""
    if data[:3] != b"\xff\xd8\xff":
        return other("jpeg")
    at = 2
    scans = 0
    for _ in range(MAX_ITEMS):
        head = data[at : at + 4]
        if len(head) < 2:
            return truncated("jpeg", at=len(data), intact=(Span(0, len(data)),) if scans else ())
        if head[0] != 0xFF:
            return broken("jpeg", because(N_("no JPEG marker at byte {at}"), at=at), at=at, intact=(Span(0, at),))
        marker = head[1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            return verified("jpeg", because(N_("JPEG markers and scan data hold to the end")), end=at + 2)
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            at += 2
            continue
        if marker < 0xC0 or len(head) < 4:
            return broken(
                "jpeg",
                because(N_("JPEG marker {marker} is not allowed"), marker=f"{marker:02X}"),
                at=at,
                intact=(Span(0, at),),
            )
        size = int.from_bytes(head[2:4], "big")
        if size < 2:
            return broken("jpeg", because(N_("a JPEG segment is too short")), at=at, intact=(Span(0, at),))
        if at + 2 + size > len(data):
            return truncated("jpeg", at=len(data))
        at += 2 + size
        if marker == 0xDA:
            scans += 1
            at = _scan_end(data, at)
    return plausible("jpeg", because(N_("JPEG with very many segments")), end=at)


def _scan_end(data: Data, at: int) -> int:
    """Return where scan data ends: 0xFF followed by what is no stuffing (00), restart (D0-D7) or fill (FF)."""
    while at < len(data):
        piece = np.frombuffer(data[at : at + SCAN_STEP], dtype=np.uint8)
        marks = np.flatnonzero(piece[:-1] == 0xFF)
        after = piece[marks + 1]
        ends = marks[(after != 0) & (after != 0xFF) & ((after < 0xD0) | (after > 0xD7))]
        if ends.size:
            return at + int(ends[0])
        at += max(piece.size - 1, 1)
    return len(data)


def check_gif(data: Data) -> Check:
    """Follow the blocks and sub-blocks of a GIF to its trailer."""
    if data[:6] not in (b"GIF87a", b"GIF89a"):
        return other("gif")
    flags = le(data, 10, 1)
    at = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    for _ in range(MAX_ITEMS):
        kind = data[at : at + 1]
        if not kind:
            return truncated("gif", at=len(data), intact=(Span(0, len(data)),))
        if kind == b"\x3b":
            return verified("gif", because(N_("GIF blocks whole up to the trailer")), end=at + 1)
        if kind == b"\x21":
            at += 2
        elif kind == b"\x2c":
            local = le(data, at + 9, 1)
            at += 10 + (3 << ((local & 7) + 1) if local & 0x80 else 0)
            if not 1 <= le(data, at, 1) <= 12:
                return broken("gif", because(N_("a GIF picture has an impossible code size")), at=at)
            at += 1
        elif kind == b"\x00":
            at += 1
            continue
        else:
            return broken("gif", because(N_("no GIF block at byte {at}"), at=at), at=at, intact=(Span(0, min(at, 13)),))
        at = _gif_blocks(data, at)
    return plausible("gif", because(N_("GIF with very many blocks")), end=at)


def _gif_blocks(data: Data, at: int) -> int:
    window_at, window = at, data[at : at + SCAN_STEP]
    while True:
        place = at - window_at
        if place >= len(window):
            window_at, window = at, data[at : at + SCAN_STEP]
            place = 0
            if not window:
                return at
        size = window[place]
        at += 1 + size
        if size == 0:
            return at


def check_bmp(data: Data) -> Check:
    """Compare a BMP's sizes with each other."""
    if data[:2] != b"BM":
        return other("bmp")
    start, header = le(data, 10, 4), le(data, 14, 4)
    if header not in (12, 16, 40, 52, 56, 64, 108, 124) or start < 14 + header or start > 14 + header + 1024 + 4096:
        return other("bmp")
    if start > len(data):
        return truncated("bmp", at=len(data))
    return plausible("bmp", because(N_("BMP header and sizes hold")))


TIFF_TYPES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}


def check_tiff(data: Data) -> Check:
    """Follow the directories of a TIFF (also DNG, NEF, CR2, PEF, ORF)."""
    order = {b"II": "little", b"MM": "big"}.get(data[:2], "")
    if not order or data[2:4] not in (b"\x2a\x00", b"\x00\x2a", b"\x55\x00", b"RO", b"SR"):
        return other("tiff")

    def number(at: int, size: int) -> int:
        return int.from_bytes(take(data, at, size), order)  # type: ignore[arg-type]

    seen: set[int] = set()
    opaque: list[Span] = []
    at = number(4, 4)
    while at and at not in seen and len(seen) < 10_000:
        seen.add(at)
        if at + 2 > len(data):
            return broken("tiff", because(N_("a TIFF directory lies beyond the file")), at=8)
        count = number(at, 2)
        if not 0 < count <= 4096:
            return broken("tiff", because(N_("a TIFF directory is impossible")), at=at)
        entries: dict[int, tuple[int, int, int]] = {}
        good = 0
        for index in range(count):
            place = at + 2 + 12 * index
            tag, kind, amount = number(place, 2), number(place + 2, 2), number(place + 4, 4)
            good += kind in TIFF_TYPES
            entries[tag] = (kind, amount, place + 8)
        if good * 2 < count:
            return broken("tiff", because(N_("a TIFF directory is impossible")), at=at)
        if entries.get(259, (3, 1, 0))[2] and number(entries[259][2], 2) not in (0, 1, 2, 3, 4, 32773):
            opaque.append(Span(0, len(data)))
        at = number(at + 2 + 12 * count, 4)
    return plausible("tiff", because(N_("TIFF directories hold")), opaque=tuple(opaque[:1]))


RIFF_NAMES = re.compile(rb"[\x20-\x7e]{4}\Z")


def check_riff(data: Data) -> Check:
    """Follow the chunks of a RIFF file: WebP, WAV, AVI."""
    if data[:4] not in (b"RIFF", b"RIFX", b"RF64"):
        return other("riff")
    form = data[8:12]
    name = {b"WAVE": "wav", b"AVI ": "avi", b"WEBP": "webp"}.get(form, "riff")
    big = data[:4] == b"RIFX"
    end = min(8 + (be if big else le)(data, 4, 4), len(data))
    if data[:4] == b"RF64":
        end = len(data)
    at, opaque = 12, []
    for _ in range(MAX_ITEMS):
        if at + 8 > end:
            break
        kind, size = take(data, at, 4), (be if big else le)(data, at + 4, 4)
        if not RIFF_NAMES.match(kind):
            return broken(name, because(N_("no RIFF chunk at byte {at}"), at=at), at=at)
        if kind == b"LIST" and data[at + 8 : at + 12] in (b"movi", b"hdrl", b"rec "):
            at += 12
            continue
        if kind not in (b"data", b"fmt ") or name != "wav":
            opaque.append(Span(at + 8, min(at + 8 + size, end)))
        at += 8 + size + size % 2
    if at > len(data) + 1 and name != "wav":
        return truncated(name, at=len(data))
    return plausible(
        name, because(N_("RIFF chunks hold to the end")), opaque=tuple(opaque), end=max(end, min(at, len(data)))
    )


def check_psd(data: Data) -> Check:
    """Follow the sections of a Photoshop picture."""
    if data[:4] != b"8BPS" or be(data, 4, 2) not in (1, 2):
        return other("psd")
    at = 26
    for _ in range(2):
        at += 4 + be(data, at, 4)
    at += (8 + be(data, at, 8)) if be(data, 4, 2) == 2 else (4 + be(data, at, 4))
    if at + 2 > len(data):
        return truncated("psd", at=len(data))
    if be(data, at, 2) > 3:
        return broken("psd", because(N_("a PSD section does not end where it says")), at=at)
    return plausible("psd", because(N_("PSD sections hold")), opaque=(Span(26, len(data)),))
