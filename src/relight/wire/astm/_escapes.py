"""Delimiters and other bytes inside a field, escaped: &F& &S& &R& &E& &X0D& &H& &N& &Z…&.

Owns both ways. Refuses guessing: what is no escape sequence stays as it was sent. Source: LIS02-A2, 5.4.
"""

from __future__ import annotations

import re
from functools import lru_cache

from relight.wire.astm._delimiters import Delimiters

_HEX = re.compile(rb"X((?:[0-9A-Fa-f]{2})+)")
_BODY = rb"([A-Za-z][^%b\r\n]{0,200})"


@lru_cache(maxsize=64)
def _pattern(escape: bytes) -> re.Pattern[bytes]:
    mark = re.escape(escape)
    return re.compile(mark + _BODY.replace(b"%b", mark) + mark)


def _meaning(body: bytes, delimiters: Delimiters) -> bytes | None:
    """Return the bytes one sequence stands for, or None when it is not known."""
    plain = {
        b"F": delimiters.field,
        b"S": delimiters.component,
        b"R": delimiters.repeat,
        b"E": delimiters.escape,
        b"H": b"",  # highlighting on and off: nothing to read
        b"N": b"",
    }
    if body in plain:
        return plain[body]
    found = _HEX.fullmatch(body)
    return bytes.fromhex(found.group(1).decode()) if found else None


def unescape(data: bytes, delimiters: Delimiters) -> bytes:
    """Put back what a field holds. Unknown sequences and lone escape characters stay."""
    if not delimiters.escape or delimiters.escape not in data:
        return data
    return _walk(data, delimiters)[0]


def has_unknown(data: bytes, delimiters: Delimiters) -> bool:
    """Tell whether a field holds a sequence with a meaning that is not known here."""
    return bool(delimiters.escape) and delimiters.escape in data and _walk(data, delimiters)[1]


def _walk(data: bytes, delimiters: Delimiters) -> tuple[bytes, bool]:
    """Go through the sequences from the left. A local one stays whole; what is none keeps its first mark as text."""
    pattern, parts, at, unknown = _pattern(delimiters.escape), [], 0, False
    while found := pattern.search(data, at):
        meaning = _meaning(found.group(1), delimiters)
        if meaning is None:
            is_local = found.group(1)[:1] in b"XZ"
            unknown = unknown or is_local
            stop = found.end() if is_local else found.start() + 1
            parts.append(data[at:stop])
            at = stop
            continue
        parts += [data[at : found.start()], meaning]
        at = found.end()
    parts.append(data[at:])
    return b"".join(parts), unknown


def escape(data: bytes, delimiters: Delimiters) -> bytes:
    """Write the content of a field: delimiters and control characters become sequences."""
    mark = delimiters.escape
    names = {
        delimiters.field: b"F",
        delimiters.component: b"S",
        delimiters.repeat: b"R",
        delimiters.escape: b"E",
    }
    out = bytearray()
    for value in data:
        byte = bytes((value,))
        if byte in names:
            out += mark + names[byte] + mark
        elif value < 0x20 or value == 0x7F:
            out += b"%bX%02X%b" % (mark, value, mark)
        else:
            out += byte
    return bytes(out)
