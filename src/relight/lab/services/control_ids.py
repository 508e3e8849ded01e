"""Control ids of the messages Relight writes: no two of any process are the same, and none costs a call of the system.

Owns the counter of this process. A message has 20 characters for it (MSH-10): 12 name the process, 8 count.
"""

from __future__ import annotations

import os
from itertools import count


class _Numbers:
    """The name of this process among all others, and its counter; a forked child begins its own."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.process, self.counted = os.urandom(6).hex().upper(), count(1)


_numbers = _Numbers()
os.register_at_fork(after_in_child=_numbers.begin)


def new_control_id() -> str:
    """Make a control id no other message of Relight has: 20 characters."""
    return f"{_numbers.process}{next(_numbers.counted):08X}"
