"""Identifiers: UUIDv7 (ordered by time, so that indexes stay compact) and the slugs of a description.

Source: RFC 9562 section 5.7.
"""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")


def uuid7(*, at: datetime, entropy: bytes) -> UUID:
    """Make a UUIDv7.

    Args: at: aware time, milliseconds count. entropy: 10 random bytes.
    Raises: ValueError when entropy is not 10 bytes or `at` is naive.
    """
    if len(entropy) != 10:
        raise ValueError("a UUIDv7 takes 10 bytes of entropy")
    if at.tzinfo is None:
        raise ValueError("a UUIDv7 takes an aware time")
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    random = int.from_bytes(entropy)
    value = milliseconds << 80 | 0x7 << 76 | (random >> 68) << 64 | 0b10 << 62 | random & ((1 << 62) - 1)
    return UUID(int=value)


def is_slug(text: str) -> bool:
    """Say whether a text may be the id of a site, service or function: `intensive-care`."""
    return len(text) <= 64 and SLUG.match(text) is not None
