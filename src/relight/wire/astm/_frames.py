"""One frame: STX, number, text, ETB or ETX, checksum, CR, LF. Each is checked by itself.

Owns the borders of a frame and its checksum, both ways. Refuses joining frames and knowing which comes
next. Source: LIS01-A2, 8.3; docs/design/astm.md, A1 to A3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from relight.wire.astm._control import CR, ENQ, EOT, ETB, ETX, LF, RESTRICTED, STRUCTURE, STX
from relight.wire.astm._limits import FrameEnding, LinkQuirks, Packing
from relight.wire.errors import CHECKSUM_WRONG, FRAME_GARBLED, FRAME_RESTRICTED
from relight.wire.problems import Problem

Buffer = bytes | bytearray

# The first of these behind STX decides: a good frame holds no other. A line feed counts where texts may have none.
_BORDER = re.compile(rb"[\x02-\x05\x17\n]")
_BORDER_LINES = re.compile(rb"[\x02-\x05\x17]")
_MAY_FOLLOW_CR = frozenset((LF, STX, EOT, ENQ))
_ENDS = frozenset((ETX, ETB))
_NUMBERS = frozenset(b"01234567")


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame whose checksum fits."""

    number: int
    text: bytes
    ends: bool
    raw: bytes


@dataclass(frozen=True, slots=True)
class BadFrame:
    """It has the borders of a frame and is not good: answered at once."""

    problem: Problem
    raw: bytes


@dataclass(frozen=True, slots=True)
class Garbled:
    """No telling where it ends: answered when the line is silent."""


GARBLED = Garbled()
Judged = Frame | BadFrame | Garbled


def find_border(buffer: Buffer, start: int, *, quirks: LinkQuirks) -> int:
    """Return where the text of a frame ends (ETX, ETB, or a character it may not hold), or -1."""
    found = (_BORDER_LINES if quirks.line_feeds else _BORDER).search(buffer, start)
    return found.start() if found else -1


def judge_frame(buffer: Buffer, start: int, *, border: int, quirks: LinkQuirks, at: int = 0) -> Judged | None:
    """Judge the frame from STX at `start` whose text ends at `border`.

    Args: at: what is counted as place of a problem.
    Returns: None while its last bytes have not arrived.
    """
    if buffer[border] not in _ENDS:
        return GARBLED
    ending = quirks.ending.value
    stop = border + 3 + len(ending)
    tail = bytes(buffer[border + 3 : stop])
    if tail != ending:
        return None if len(buffer) < stop and ending.startswith(tail) else GARBLED
    if quirks.ending is FrameEnding.CR and len(buffer) > stop and buffer[stop] not in _MAY_FOLLOW_CR:
        return GARBLED
    raw = bytes(buffer[start:stop])
    body = raw[1 : border - start + 1]  # number, text, ETX or ETB: what is summed
    if quirks.checksum.value % (sum(body) & 0xFF) != raw[-2 - len(ending) : -len(ending)]:
        number = chr(body[0]) if body[0] in _NUMBERS else "?"
        return BadFrame(Problem(at=at, spec=CHECKSUM_WRONG, params={"number": number}), raw)
    if body[0] not in _NUMBERS:
        return BadFrame(Problem(at=at, spec=FRAME_GARBLED, params={"size": len(raw)}), raw)
    text = body[1:-1]
    odd = restricted_at(text, quirks=quirks)
    if odd >= 0:
        name = control_name(text[odd])
        return BadFrame(Problem(at=at + 2 + odd, spec=FRAME_RESTRICTED, params={"character": name}), raw)
    return Frame(body[0] - 0x30, text, body[-1] == ETX, raw)


def restricted_at(text: bytes, *, quirks: LinkQuirks) -> int:
    """Return where a text first holds a character the link keeps for itself, or -1."""
    banned = STRUCTURE if quirks.control_characters else RESTRICTED
    rest = text.translate(None, banned)
    if len(rest) == len(text) or (quirks.line_feeds and len(rest) + text.count(LF) == len(text)):
        return -1
    allowed = (LF,) if quirks.line_feeds else ()
    return next(i for i, byte in enumerate(text) if byte in banned and byte not in allowed)


def control_name(byte: int) -> str:
    """Return a control character as it stands in the tables: 0x02."""
    return f"0x{byte:02X}"


def write_frame(text: bytes, *, number: int, ends: bool, quirks: LinkQuirks) -> bytes:
    """Return one frame around a text without restricted characters."""
    body = b"%d%b%c" % (number % 8, text, ETX if ends else ETB)
    return b"%c%b%b%b" % (STX, body, quirks.checksum.value % (sum(body) & 0xFF), quirks.ending.value)


def cut_message(text: bytes, *, quirks: LinkQuirks, send_chars: int) -> Iterator[tuple[bytes, bool]]:
    """Yield the texts of the frames of one message, each with whether it closes with ETX."""
    for part in _records(text) if quirks.packing is Packing.RECORD else [text]:
        for start in range(0, len(part), send_chars):
            yield part[start : start + send_chars], start + send_chars >= len(part)


def _records(text: bytes) -> list[bytes]:
    """Cut behind each CR; what follows the last one is a record too."""
    end = bytes((CR,))
    parts = [part + end for part in text.split(end)]
    last = parts.pop()[:-1]
    return [*parts, last] if last else parts
