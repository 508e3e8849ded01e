"""Streams without a header of their own: AC-3, AAC in ADTS, MPEG transport streams, DTS.

Owns the chains of frames that make them recognisable. Source: ETSI TS 102 366, ISO 13818-1 and -7, ETSI TS 102 114.
"""

from __future__ import annotations

from collections.abc import Callable

from relight.inspection.rules.formats.base import broken, other, plausible
from relight.inspection.types import Check, Data, Span, because
from relight.kernel.errors import N_

AC3_WORDS = (64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1152, 1280)
ENOUGH = 3


def _ac3(head: bytes) -> int:
    if head[:2] != b"\x0b\x77" or len(head) < 6:
        return 0
    if head[5] >> 3 > 10:
        return ((head[2] & 7) << 8 | head[3]) * 2 + 2
    index, rate = head[4] & 63, head[4] >> 6
    if index >= 38 or rate == 3:
        return 0
    words = AC3_WORDS[index // 2]
    return words * 2 if rate == 0 else (words * 480 // 441 + index % 2) * 2 if rate == 1 else words * 3


def _adts(head: bytes) -> int:
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return 0
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return size if size > 7 else 0


def _transport(head: bytes) -> int:
    return 188 if head[:1] == b"\x47" else 0


def _dts(head: bytes) -> int:
    if head[:4] != b"\x7f\xfe\x80\x01" or len(head) < 8:
        return 0
    return ((head[5] & 3) << 12 | head[6] << 4 | head[7] >> 4) + 1


FAMILIES: tuple[tuple[str, Callable[[bytes], int]], ...] = (
    ("ac3", _ac3),
    ("aac", _adts),
    ("mpeg-ts", _transport),
    ("dts", _dts),
)


def check_frames(data: Data) -> Check:
    """Follow frames that each say their own length."""
    for name, size_of in FAMILIES:
        at, count, total = 0, 0, len(data)
        while at < total:
            size = size_of(data[at : at + 8])
            if size <= 0:
                break
            at += size
            count += 1
        if at >= total and count:
            what = because(N_("{count} frames follow each other"), count=count)
            return plausible(name, what, opaque=(Span(0, total),), end=min(at, total))
        if count >= ENOUGH:
            what = because(N_("frames stop at byte {at}"), at=at)
            return broken(name, what, at=at, opaque=())
    return other("frames")
