"""What a person or a scanner may type to find an item: normalised words.

Owns the search text of an item and the reading of a scanned code. Refuses tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_HEX12 = re.compile(r"(?i)(?:[0-9a-f]{2}[:.-]?){5}[0-9a-f]{2}\Z")
MAX_LENGTH = 2000


def search_text(words: Iterable[str]) -> str:
    """Join what an item is known by into one lower-case text, each word once; at most 2000 characters.

    MAC addresses are found with and without separators.
    """
    seen: dict[str, None] = {}
    for word in words:
        text = " ".join(word.lower().split())
        if text:
            seen[text] = None
            if _HEX12.match(text):
                seen[re.sub(r"[:.-]", "", text)] = None
    return " ".join(seen)[:MAX_LENGTH]


def item_text(*, fields: Iterable[str], tags: Iterable[str], identifiers: Iterable[str]) -> str:
    """Make the `search` text of an item.

    Args: fields: name, host name, serial, room, …, in any order. tags: found as words and as
    `#tag#`. identifiers: normalised values (serial, UUID, MAC, names, addresses).
    """
    return search_text([*fields, *identifiers, *(f"#{tag}#" for tag in tags)])


def query_words(query: str) -> tuple[str, ...]:
    """Split a query into lower-case words, all of which an item must match; at most eight."""
    words = query.lower().split()[:8]
    return tuple(re.sub(r"[:-]", "", word) if _HEX12.match(word) else word for word in words)


def scan_clean(code: str) -> str:
    """Take what a scanner sent: control characters and surrounding blanks go, as does the `S`
    some makers print before a serial only when the caller finds nothing with it."""
    return "".join(character for character in code if character.isprintable()).strip()


def scan_variants(code: str) -> tuple[str, ...]:
    """The readings of a scanned code to try in order: as it is, without the maker's `S/N` or `S` prefix."""
    clean = scan_clean(code)
    found = [clean]
    for prefix in ("S/N:", "S/N", "SN:", "1S", "S"):
        if clean.upper().startswith(prefix) and len(clean) - len(prefix) >= 5:
            found.append(clean[len(prefix) :].strip())
    return tuple(dict.fromkeys(word for word in found if word))
