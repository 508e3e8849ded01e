"""Explains random-looking stretches: pictures and compressed streams that lie inside other files.

Owns the search for what proves itself (deflate with checksum, PNG, JPEG, ZIP members). Refuses guesses:
what does not decode explains nothing.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from relight.inspection.rules.formats.archives import LOCAL
from relight.inspection.rules.formats.base import Cut, inflate, run
from relight.inspection.rules.formats.images import check_gif, check_jpeg, check_png
from relight.inspection.rules.statistics import runs_of
from relight.inspection.types import Span, State

STARTS = re.compile(
    rb"\x89PNG\r\n|\xff\xd8\xff[\xc0-\xfe]|\x1f\x8b\x08|PK\x03\x04|GIF8[79]a|\x78[\x01\x5e\x9c\xda]", re.DOTALL
)
LOOK_BACK_BYTES = 4 * 1024 * 1024
MAX_TRIES = 20_000


def explained(raw: bytes, *, base: int, flags: npt.NDArray[np.bool_], block: int) -> tuple[Span, ...]:
    """Return the spans of `raw` that decode as embedded objects, as offsets in the file (`base` added).

    Args: flags: the blocks in question; only objects that may reach them are tried.
    """
    spans: list[Span] = []
    done, tries = 0, 0
    for first, last in runs_of(flags):
        begin, end = max(first * block - LOOK_BACK_BYTES, done), last * block
        at = begin
        while at < end and tries < MAX_TRIES:
            found = STARTS.search(raw, at, end)
            if found is None:
                break
            tries += 1
            stop = _object_end(raw, found.start())
            if stop > found.start() + 32:
                spans.append(Span(base + found.start(), base + stop))
                at = stop
            else:
                at = found.start() + 1
        done = max(done, min(at, end))
    return tuple(spans)


def _object_end(raw: bytes, at: int) -> int:
    """Return where the object that starts here ends by its own proof, -1 when it proves nothing."""
    head = raw[at : at + 4]
    try:
        if head[:1] == b"\x78":
            return _stream_end(raw, at, bits=15)
        if head[:2] == b"\x1f\x8b":
            return _stream_end(raw, at, bits=31)
        if head == LOCAL:
            names = int.from_bytes(raw[at + 26 : at + 28], "little") + int.from_bytes(raw[at + 28 : at + 30], "little")
            return _stream_end(raw, at + 30 + names, bits=-15)
        checker = {b"\x89": check_png, b"\xff": check_jpeg, b"G": check_gif}[head[:1]]
        check = run("embedded", checker, raw[at : at + LOOK_BACK_BYTES * 4])
    except Cut:
        return -1
    return at + check.end if check.state is State.VERIFIED and check.end > 0 else -1


def _stream_end(raw: bytes, at: int, *, bits: int) -> int:
    got = inflate(raw, start=at, end=len(raw), bits=bits)
    return got.end if got.done and got.size > 64 else -1
