"""Checks each demonstration password once instead of eighty times.

A replay signs ten days of signatures in one process; hashing is slow on purpose, and the answer to
the same password against the same stored hash cannot change. Owns that memory, for the time of a
replay only. Refuses to remember a wrong password.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import get_hasher


@contextmanager
def checked_once() -> Iterator[None]:
    """Within the block, a password found right is found right again without hashing it anew."""
    hasher = get_hasher()
    check = hasher.verify
    right: set[tuple[str, str]] = set()

    def verify(password: str, encoded: str) -> bool:
        if (password, encoded) in right:
            return True
        if not check(password, encoded):
            return False
        right.add((password, encoded))
        return True

    hasher.verify = verify  # type: ignore[method-assign]
    try:
        yield
    finally:
        hasher.verify = check  # type: ignore[method-assign]
