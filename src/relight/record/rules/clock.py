"""The hybrid logical clock: times that several nodes can order, though their clocks disagree.

Owns ticking and meeting another node's time. Refuses to read a clock: the time is an argument. A stamp is 16
hexadecimal digits, 12 of milliseconds and 4 of a counter, so that its text sorts as it is meant. Source: Kulkarni
et al., "Logical Physical Clocks" (2014); docs/design/record.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

COUNTER_END = 1 << 16


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """A moment. Args: ms: milliseconds since 1970. count: order within one millisecond, below 65,536."""

    ms: int = 0
    count: int = 0

    def __str__(self) -> str:
        return f"{self.ms:012x}{self.count:04x}"

    def at(self) -> datetime:
        """Return the wall time it was made at, or later."""
        return datetime.fromtimestamp(self.ms / 1000, tz=UTC)


def stamp_read(text: str) -> Stamp:
    """Read a stamp's text. Raises: ValueError."""
    if len(text) != 16:
        raise ValueError("a stamp has 16 digits")
    return Stamp(int(text[:12], 16), int(text[12:], 16))


def tick(last: Stamp, *, at: datetime) -> Stamp:
    """Return the next stamp of a node: after `last`, whatever its wall clock says."""
    ms = int(at.timestamp() * 1000)
    return Stamp(ms, 0) if ms > last.ms else _after(last)


def meet(last: Stamp, other: Stamp, *, at: datetime) -> Stamp:
    """Return the next stamp of a node that has seen another's: after both."""
    return tick(max(last, other), at=at)


def _after(last: Stamp) -> Stamp:
    return Stamp(last.ms, last.count + 1) if last.count + 1 < COUNTER_END else Stamp(last.ms + 1, 0)
