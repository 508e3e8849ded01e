"""Lists of known SHA-256: indicators that condemn a file, and references that vouch for one.

Owns reading and looking up: sorted 32-byte digests, found by bisection; 32 MB a million.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from relight.inspection.errors import LIST_BROKEN, LIST_UNREADABLE

WIDTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class HashSet:
    """A set of SHA-256 digests. Args: packed: sorted, 32 bytes each."""

    packed: bytes = b""

    def __len__(self) -> int:
        return len(self.packed) // WIDTH

    def __contains__(self, digest: object) -> bool:
        if not isinstance(digest, bytes) or len(digest) != WIDTH:
            return False
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            row = self.packed[middle * WIDTH : (middle + 1) * WIDTH]
            if row == digest:
                return True
            if row < digest:
                low = middle + 1
            else:
                high = middle
        return False

    @property
    def digest(self) -> str:
        """Name the set by what is in it."""
        return hashlib.sha256(self.packed).hexdigest()


def hash_list_read(path: Path) -> HashSet:
    """Read a list: one SHA-256 a line, anything after it, `#` comments; `.gz` is unpacked.

    Raises: InputError RL-INS-004 with the line, RL-INS-005.
    """
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
    except (OSError, EOFError) as refusal:
        raise LIST_UNREADABLE.error(where=str(path), reason=getattr(refusal, "strerror", None) or "?") from refusal
    rows: set[bytes] = set()
    for number, line in enumerate(raw.splitlines(), start=1):
        word = line.split(b"#", 1)[0].replace(b",", b" ").split()
        if not word:
            continue
        try:
            row = bytes.fromhex(word[0].decode("ascii"))
        except ValueError:
            row = b""
        if len(row) != WIDTH:
            shown = word[0][:40].decode("utf-8", "backslashreplace")
            raise LIST_BROKEN.error(where=f"{path}:{number}", reason=shown)
        rows.add(row)
    return HashSet(packed=b"".join(sorted(rows)))
