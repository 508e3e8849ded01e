"""Where segments begin and end, for senders that do not agree on it.

Owns carriage returns, line feeds, both together, and lines broken inside a segment. A line that does not begin as
a segment does belongs to the segment before it, with its line break: nothing is dropped.
Source: HL7 v2.8 chapter 2, section 2.5.2; docs/design/hl7.md, cases 15-19.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_BREAK = re.compile(r"\r\n|\r|\n")
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One segment. Args: at: its place in the text, in characters. joined: lines were joined to it."""

    text: str
    at: int
    joined: bool = False

    def named(self, separator: str) -> bool:
        """Say whether it begins with a segment name of three."""
        return _NAME.match(self.text) is not None and self.text[3:4] in ("", separator)


@lru_cache(maxsize=64)
def _odd(separator: str) -> re.Pattern[str]:
    return re.compile(rf"\r(?![A-Z][A-Z0-9]{{2}}(?:{re.escape(separator)}|\r|\Z)|\Z)", re.ASCII)


@lru_cache(maxsize=64)
def _beginning(separator: str) -> re.Pattern[str]:
    """A line that means to be a segment: a short word and a separator, or the name alone."""
    return re.compile(rf"[A-Za-z][A-Za-z0-9]{{0,5}}{re.escape(separator)}|[A-Z][A-Z0-9]{{2}}\Z", re.ASCII)


def odd_places(text: str, *, separator: str) -> bool:
    """Say whether a plain split at carriage returns would not do."""
    return "\n" in text or _odd(separator).search(text) is not None


def segment_lines(text: str, *, separator: str) -> tuple[Line, ...]:
    """Split a message into its segments. O(n). Empty lines are passed over."""
    begins = _beginning(separator).match
    lines: list[Line] = []
    start = from_ = to = 0
    joined = False
    breaks = [(match.start(), match.end()) for match in _BREAK.finditer(text)]
    for stop, after in [*breaks, (len(text), len(text))]:
        line = text[start:stop]
        if (not lines and to == 0) or begins(line):
            if to > from_:
                lines.append(Line(text[from_:to], from_, joined))
            from_, to, joined = start, stop, False
        elif line.strip():
            to, joined = stop, True
        start = after
    if to > from_:
        lines.append(Line(text[from_:to], from_, joined))
    return tuple(lines)
