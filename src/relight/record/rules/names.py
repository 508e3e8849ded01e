"""Names in the form they are compared in, and how far two of them are from each other.

Owns the normal form (no accents, no case, no hyphens), trigrams, the Damerau-Levenshtein distance. Refuses to know
who bears a name. Source: docs/design/identity.md, "Names"; Damerau (1964), restricted edit distance.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from rapidfuzz.distance import OSA

WORD_CHARS = 40
WORDS = 16  # of one person, aliases and joined forms included
_SPECIAL = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ŋ": "n"}
)
_INSIDE = re.compile(r"['’ʼ`´.]")  # O'Brien is one word, J.P. too
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """Return a text without accents and case, words parted by one space: `Noël-D'Hondt` -> `noel dhondt`."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SPECIAL)
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return " ".join(_WORD.findall(_INSIDE.sub("", bare.casefold().translate(_SPECIAL))))


def words_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the words names are found by: each of theirs, and those of one name joined (`vandenberghe`), each once."""
    found: dict[str, None] = {}
    for name in names:
        parts = plain(name).split()
        for part in parts:
            found[part[:WORD_CHARS]] = None
        if 1 < len(parts) <= 4:
            found["".join(parts)[:WORD_CHARS]] = None
    return tuple(found)[:WORDS]


def word_key(word: str) -> int:
    """Return the number of a word, the same for ever: 63 bits of its BLAKE2b."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest()) >> 1


def grams_of(word: str) -> frozenset[int]:
    """Return the trigrams of a word as numbers of 32 bits, its beginning and its end among them."""
    padded = f"  {word} "
    return frozenset(_gram(padded[i : i + 3]) for i in range(len(padded) - 2))


@lru_cache(maxsize=65_536)
def _gram(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest())


def typos_allowed(word: str) -> int:
    """Say how many typos a word of this length may hold and still be meant: none in `li`, one in `jean`, two in
    `vandenberghe`. Digits are never forgiven here."""
    if any(c.isdigit() for c in word) or len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def distance(one: str, other: str, *, limit: int) -> int:
    """Count letters wrong, missing, too many, or changed with their neighbour. Returns: at most `limit` + 1.

    Symmetric: optimal string alignment, by RapidFuzz.
    """
    return OSA.distance(one, other, score_cutoff=limit)


def prefix_distance(typed: str, word: str, *, limit: int) -> int:
    """Count the typos between what was typed so far and the nearest beginning of a word. Returns: at most limit + 1."""
    sizes = {len(typed) + d for d in range(-limit, limit + 1)}
    return min((distance(typed, word[:n], limit=limit) for n in sizes if 0 < n <= len(word)), default=limit + 1)
