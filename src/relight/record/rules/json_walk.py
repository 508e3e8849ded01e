"""Where the entries of a JSON document stand in its text, and which of a broken one are whole.

Owns a walk over text that Python's reader stops at. Refuses to mend anything. Used when something is wrong: the line
of a resource is told, and what comes before a break is saved.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()


def entries_walk(text: str) -> Iterator[tuple[int, str | None]]:
    """Yield the members of a bundle's `entry`, or of a list: (offset, text of the member).

    The last is (offset, None) where the text breaks off or is wrong there. A single resource is its one member.
    """
    start = _skip(text, 0)
    if text[start : start + 1] == "[":
        yield from _members(text, start + 1)
        return
    at = _skip(text, start + 1)
    while text[at : at + 1] == '"':
        try:
            name, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
            if name == "entry" and text[at : at + 1] == "[":
                yield from _members(text, at + 1)
                return
            _, at = _DECODER.raw_decode(text, at)
        except ValueError:
            yield at, None
            return
        at = _skip(text, at)
        if text[at : at + 1] != ",":
            break
        at = _skip(text, at + 1)
    yield start, text[start:]


def _members(text: str, at: int) -> Iterator[tuple[int, str | None]]:
    at = _skip(text, at)
    while text[at : at + 1] not in ("]", ""):
        try:
            _, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield at, None
            return
        yield at, text[at:end]
        at = _skip(text, end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            break
    else:
        if text[at : at + 1] == "]":
            return
    yield at, None


def line_at(text: str, offset: int) -> int:
    """Return the line of a place in a text, from 1."""
    return text.count("\n", 0, offset) + 1


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
