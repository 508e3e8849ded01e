"""Two people changed one thing: what was before, what theirs is, what mine is, and what stands when nobody contradicts.

Owns the merge of one field and the marks of what differs. Refuses forms and resources: values are texts or lists of
texts. Never drops: where both changed, mine stands in the field and theirs beside it, for a person to choose.
Source: docs/design/writing.md, cases 20-26.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final, TypeAlias

Value: TypeAlias = "str | tuple[str, ...]"
_TOKENS: Final = re.compile(r"\n|[^\S\n]+|[\w.,/%°-]+|[^\w\s]")
_TOKENS_AT_MOST: Final = 20_000


class Stands(StrEnum):
    """Who changed a field."""

    SAME = "same"
    THEIRS = "theirs"
    MINE = "mine"
    ALIKE = "alike"  # both changed it to the same
    BOTH = "both"


class Mark(StrEnum):
    """What became of a part of a text."""

    KEPT = "kept"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A field. Args: value: what to put into it."""

    stands: Stands
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of text, as it was kept, left out or put in."""

    text: str
    mark: Mark


def plain(value: object) -> Value:
    """Return a field's value as it is compared: line ends alike, ends stripped, nothing as empty."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, (list, tuple)):
        return tuple(text for one in value if (text := str(plain(one))))
    return "\n".join(line.rstrip() for line in str(value).replace("\r\n", "\n").split("\n")).strip()


def merge(*, before: Value, theirs: Value, mine: Value) -> Merged:
    """Say what a field holds after both changes."""
    if mine == theirs:
        return Merged(stands=Stands.SAME if mine == before else Stands.ALIKE, value=mine)
    if mine == before:
        return Merged(stands=Stands.THEIRS, value=theirs)
    return Merged(stands=Stands.MINE if theirs == before else Stands.BOTH, value=mine)


def differences(before: str, after: str) -> tuple[Part, ...]:
    """Mark word for word what one text has that the other has not; texts beyond all measure are shown whole."""
    if before == after:
        return (Part(text=after, mark=Mark.KEPT),) if after else ()
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if len(old) + len(new) > _TOKENS_AT_MOST:
        parts = [Part(text=before, mark=Mark.GONE), Part(text=after, mark=Mark.NEW)]
        return tuple(part for part in parts if part.text)
    found: list[Part] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Part(text="".join(new[c:d]), mark=Mark.KEPT))
            continue
        if a < b:
            found.append(Part(text="".join(old[a:b]), mark=Mark.GONE))
        if c < d:
            found.append(Part(text="".join(new[c:d]), mark=Mark.NEW))
    return tuple(found)
