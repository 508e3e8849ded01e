"""Which character set a message is read with, so that no byte is lost.

Owns the choice. Refuses sets whose bytes can look like a delimiter. Source: docs/design/astm.md, R3.
"""

from __future__ import annotations

import codecs

from relight.wire.errors import ENCODING_UNKNOWN

# One byte a character, ASCII below 128; and UTF-8, whose other bytes are all above.
_CODE_PAGES = (437, 850, 852, 855, 857, 858, 866, *range(1250, 1259))
KNOWN = {"ascii", "utf-8", "mac-roman", "koi8-r", "koi8-u"}
KNOWN |= {f"iso8859-{n}" for n in range(1, 17)}
KNOWN |= {f"cp{n}" for n in _CODE_PAGES}
FALLBACK = "iso8859-1"  # a character for each byte there is


def encoding_named(name: str) -> str:
    """Return the name Python gives a character set. Raises: InputError RL-WIR-159."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        found = ""
    if found not in KNOWN:
        raise ENCODING_UNKNOWN.error(encoding=name[:40])
    return found


def encoding_of(text: bytes, *, wanted: str | None) -> tuple[str, bool]:
    """Choose how to read a text. Returns: the character set, and whether it is the one expected."""
    name = encoding_named(wanted) if wanted else "utf-8"
    if text.isascii():
        return name, True
    try:
        text.decode(name)
    except UnicodeDecodeError:
        return FALLBACK, False
    return name, True


def decode(data: bytes, encoding: str) -> str:
    """Decode a piece; an escape may have put bytes in it that the set does not know."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode(FALLBACK)
