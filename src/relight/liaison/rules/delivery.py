"""How a bulletin reaches a practitioner: which way next, what counts as reached, whom a pasted line means.

Refuses storage and clocks. Source: docs/design/liaison-directory.md, cases 60-79.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from relight.liaison.rules.directory import address_of
from relight.liaison.rules.table import plain
from relight.liaison.types import Receipt, Way

REACHED = frozenset({Receipt.READ, Receipt.CALLED})


def way_next(person: object, *, preferred: Way, doubtful: Collection[str], tried: Collection[str]) -> Way | None:
    """Return the way to try: the preferred one, else the first with an address neither tried nor doubtful."""
    ways: tuple[Way, ...] = (preferred, *Way)
    for way in ways:
        if address_of(person, way) and way.value not in doubtful and way.value not in tried:
            return way
    return None


def line_find(line: str, *, known: Mapping[str, Collection[str]]) -> str:
    """Return the one id a pasted line means, empty when none or several do. Args: known: form to ids."""
    forms = {form for part in (line, *re.split(r"[;,\t<>]", line)) for form in forms_of(part)}
    found = {id for form in forms for id in known.get(form, ())}
    return found.pop() if len(found) == 1 else ""


def forms_of(text: str) -> Iterable[str]:
    """Return what a text is compared by: as it is in small letters, its digits, its words."""
    text = text.strip()
    digits = re.sub(r"\D", "", text)
    if not text:
        return ()
    if len(digits) >= 8 and len(digits) * 2 > len(text):
        return (digits.removeprefix("00").removeprefix("32").removeprefix("0"),)
    if "@" in text:
        return (text.casefold(),)
    return (plain(text),)
