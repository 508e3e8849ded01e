"""Whether a name fits what somebody typed. Pure.

Source: docs/design/console.md: all words typed must begin a word of the name or stand in the id; accents
and case count for nothing ("reanim" finds "Réanimation").
"""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")


def folded(text: str) -> str:
    """Return a text without accents and in lower case."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def matches(text: str, *names: str) -> bool:
    """Say whether each word typed begins a word of one of the names (an id counts as a name)."""
    wanted = WORD.findall(folded(text))
    there = [word for name in names for word in WORD.findall(folded(name))]
    return bool(wanted) and all(any(word.startswith(start) for word in there) for start in wanted)


def is_exactly(text: str, *names: str) -> bool:
    """Say whether what was typed is one of the names as it stands, case and accents apart."""
    return folded(text.strip()) in {folded(name) for name in names if name}
