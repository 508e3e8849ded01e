"""Hashes the demonstration's password once instead of thirty times, and checks it once instead of eighty.

A replay makes all accounts with one public password and signs ten days of signatures in one process; hashing is slow
on purpose, and the answer to the same password against the same stored hash cannot change. Owns that memory, for the
time of a replay only. Refuses to remember a wrong password.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.hashers import get_hasher


@contextmanager
def checked_once() -> Iterator[None]:
    """Within the block, a password found right is found right again without hashing it anew, and stored as before."""
    hasher = get_hasher()
    check, make, salt = hasher.verify, hasher.encode, hasher.salt()
    right: set[tuple[str, str]] = set()
    made: dict[tuple[Any, ...], str] = {}

    def encode(*given: Any) -> str:
        if given not in made:
            made[given] = make(*given)
        return made[given]

    def verify(password: str, encoded: str) -> bool:
        if (password, encoded) in right:
            return True
        if not check(password, encoded):
            return False
        right.add((password, encoded))
        return True

    hasher.verify, hasher.encode = verify, encode  # type: ignore[method-assign, assignment]
    hasher.salt = lambda: salt  # type: ignore[method-assign]
    try:
        yield
    finally:
        hasher.verify, hasher.encode = check, make  # type: ignore[method-assign]
        del hasher.salt
