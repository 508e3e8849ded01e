"""Text: Unicode and older encodings, and the stretches of a text that are none.

Owns the difference between text and bytes. Source: Unicode 16, chapter 3; RFC 3629.
"""

from __future__ import annotations

import numpy as np

from relight.inspection.rules.formats.base import broken, other, plausible, verified
from relight.inspection.rules.statistics import is_random
from relight.inspection.types import Check, Data, Span, State, because
from relight.kernel.errors import N_

CONTROL = np.ones(256, dtype=np.uint8)
CONTROL[32:] = 0
CONTROL[[8, 9, 10, 11, 12, 13, 26, 27]] = 0  # tab, line ends, form feed, DOS end of file, escape
CONTROL[127] = 1
WIDE_BOMS = {
    b"\xff\xfe\x00\x00": "utf-32-le",
    b"\x00\x00\xfe\xff": "utf-32-be",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
PIECE = 512
LIMIT = 64 * 1024 * 1024
CONTROL_BYTES = frozenset(range(8)) | frozenset(range(14, 26)) | frozenset(range(28, 32))
NOT_CONTROL = bytes(byte for byte in range(256) if byte not in CONTROL_BYTES)


def check_text(data: Data) -> Check:
    """Say whether the bytes are text throughout, or text with stretches that are none."""
    raw = data[:LIMIT]
    if not raw:
        return other("text")
    check = _whole(raw)
    if len(data) <= LIMIT or check.state is not State.VERIFIED:
        return check
    what = because(N_("text as far as byte {at}; the rest is judged by its blocks"), at=LIMIT)
    return Check(format="text", state=State.PLAUSIBLE, reasons=(what,), intact=(Span(0, LIMIT),))


def _whole(raw: bytes) -> Check:
    for bom, name in WIDE_BOMS.items():
        if raw.startswith(bom):
            return _wide(raw, name)
    if _is_utf8(raw):
        return verified("text", because(N_("valid UTF-8 text")), end=len(raw))
    if _looks_wide(raw):
        return _wide(raw, "utf-16-le" if raw[1:2] == b"\x00" else "utf-16-be")
    return _by_piece(raw)


def _is_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return not raw.translate(None, NOT_CONTROL)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as refusal:
        if refusal.start < len(raw) - 3:
            return False
    return not raw.translate(None, NOT_CONTROL)


def _looks_wide(raw: bytes) -> bool:
    head = raw[:1024]
    if len(head) < 16:
        return False
    return head[1::2].count(0) > len(head) * 0.35 or head[0::2].count(0) > len(head) * 0.35


def _wide(raw: bytes, name: str) -> Check:
    size = 4 if "32" in name else 2
    for at in range(0, len(raw), 4096):
        piece = raw[at : at + 4096]
        piece = piece[: len(piece) // size * size]
        text = piece.decode(name, "replace")
        odd = sum(1 for letter in text if letter == "\ufffd" or (letter < " " and letter not in "\t\r\n\f\x0b"))
        if odd > len(text) * 0.02 + 4:
            if not at:
                return other("text")
            return broken("text", because(N_("the text stops being text at byte {at}"), at=at), at=at)
    return verified("text", because(N_("valid UTF-16 text")), end=len(raw))


def _by_piece(raw: bytes) -> Check:
    values = CONTROL[np.frombuffer(raw, dtype=np.uint8)]
    total = len(raw) // PIECE
    shares = values[: total * PIECE].reshape(total, PIECE).sum(axis=1) if total else np.array([values.sum()])
    limit = 10 if total else max(len(raw) * 0.02, 1)
    foreign = np.flatnonzero(shares > limit)
    if foreign.size == 0:
        return plausible("text", because(N_("text in an older encoding")), end=len(raw))
    first = int(foreign[0]) * PIECE
    if foreign.size >= max(total, 1) or (first == 0 and foreign.size * 2 > total) or foreign.size * 10 > total * 9:
        return other("text")
    stretch = raw[first : first + PIECE]
    if not is_random(stretch):
        return other("text")
    return broken("text", because(N_("the text stops being text at byte {at}"), at=first), at=first)
