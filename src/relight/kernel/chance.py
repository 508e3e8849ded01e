"""Protocols of clock and chance: who needs time or randomness takes one of these as an argument."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time. The real one stands in the shell; a scenario has its own."""

    def now(self) -> datetime:
        """Return the present as an aware time in UTC."""
        ...


class Chance(Protocol):
    """Gives random bytes: `os.urandom` in the shell, a seeded generator in scenarios and tests."""

    def __call__(self, size_bytes: int, /) -> bytes: ...
