"""The chain: its canonical form, its hash, and what makes a link of it hold.

Canonical form: JSON, UTF-8, keys sorted by code point, no white space, no floats; times in UTC with
six decimals and a Z. hash = SHA-256(canonical form), the form holding the hash before it.
Source: docs/design/journal.md; after RFC 8785 (restricted to strings, integers, booleans, null).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from relight.journal.types import EntryView, EventDraft
from relight.kernel.errors import N_

GENESIS = "0" * 64
MAX_TRIES = 8
_BACK_OFF_S = (1, 2, 5, 15, 60, 300, 900, 3600)


def canonical(value: object) -> bytes:
    """Return the canonical bytes of a document. Raises: ValueError on a float or another type."""
    _check(value, "$")
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _check(value: object, path: str) -> None:
    if value is None or isinstance(value, str | int | bool):
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError(f"{path}: a key of the journal is a text, not {type(key).__name__}")
            _check(inner, f"{path}.{key}")
        return
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        for index, inner in enumerate(value):
            _check(inner, f"{path}[{index}]")
        return
    raise ValueError(f"{path}: the journal takes no {type(value).__name__}")


def time_text(at: datetime) -> str:
    """Write a time as the chain does: `2026-11-23T14:05:00.000000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_hash(entry: EntryView) -> str:
    """Return the SHA-256 of an entry's canonical form, in hexadecimal; `entry.hash` is not read."""
    return hashlib.sha256(
        canonical(
            {
                "seq": entry.seq,
                "id": str(entry.id),
                "at": time_text(entry.at),
                "actor": entry.actor,
                "door": entry.door,
                "verb": entry.verb,
                "subject": entry.subject,
                "body": entry.body,
                "events": [{"name": e.name, "subject": e.subject, "body": e.body} for e in entry.events],
                "previous": entry.previous,
            }
        )
    ).hexdigest()


def link_fault(entry: EntryView, *, seq: int, previous: str) -> str:
    """Say why an entry does not follow the one before it, or an empty text when it does."""
    if entry.seq != seq:
        return N_("an entry is missing before it")
    if entry.previous != previous:
        return N_("it does not follow the entry before it")
    if entry_hash(entry) != entry.hash:
        return N_("its content is not what was written")
    return ""


def events_fault(entry: EntryView, stored: Sequence[EventDraft]) -> str:
    """Say whether the events kept beside an entry are those its hash covers."""
    return "" if tuple(stored) == entry.events else N_("its events are not those that were written")


def next_try(*, tries: int, at: datetime) -> datetime | None:
    """Say when a failed event is tried again; None when it is to be set aside."""
    return None if tries >= MAX_TRIES else at + timedelta(seconds=_BACK_OFF_S[min(tries, len(_BACK_OFF_S)) - 1])


_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"


def fingerprint_hex(digest: bytes) -> tuple[str, ...]:
    """Write a fingerprint as browsers do, eight bytes a group: `A1:B2:…`."""
    return tuple(":".join(f"{byte:02X}" for byte in digest[at : at + 8]) for at in range(0, len(digest), 8))


def fingerprint_spoken(digest: bytes) -> tuple[str, ...]:
    """Write a fingerprint as syllables to read aloud, one word of five letters for two bytes, nothing left out.

    Args: digest: an even number of bytes. Source: Wilkerson, "A Proposal for Proquints", arXiv:0901.4016.
    """
    return tuple(_spoken(int.from_bytes(digest[at : at + 2], "big")) for at in range(0, len(digest), 2))


def _spoken(bits: int) -> str:
    shifts = ((12, _CONSONANTS), (10, _VOWELS), (6, _CONSONANTS), (4, _VOWELS), (0, _CONSONANTS))
    return "".join(letters[bits >> shift & len(letters) - 1] for shift, letters in shifts)
