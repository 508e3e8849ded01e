"""The delimiters of one message, as its MSH names them.

Owns MSH-1 and MSH-2. Source: HL7 v2.8 chapter 2, sections 2.5.4 and 2.14.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

STANDARD = "^~\\&"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delimiters:
    """One character each. `truncation` (v2.7) is empty where the sender has none."""

    field: str = "|"
    component: str = "^"
    repeat: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""
    sound: bool = True  # MSH-2 named them all, all different

    @property
    def encoding(self) -> str:
        """MSH-2."""
        return self.component + self.repeat + self.escape + self.subcomponent + self.truncation


STANDARD_DELIMITERS = Delimiters()


@lru_cache(maxsize=64)
def delimiters_read(field: str, encoding: str) -> Delimiters:
    """Read MSH-1 and MSH-2. What MSH-2 lacks or names twice is taken from the standard set, if that is free."""
    chosen: list[str] = []
    sound = len(encoding) in (4, 5)
    for place in range(4):
        mark = encoding[place : place + 1]
        if not _free(mark, field, chosen):
            sound = False
            mark = STANDARD[place] if _free(STANDARD[place], field, chosen) else ""
        chosen.append(mark)
    truncation = encoding[4:5]
    if truncation and not _free(truncation, field, chosen):
        sound, truncation = False, ""
    component, repeat, escape, subcomponent = chosen
    return Delimiters(
        field=field,
        component=component,
        repeat=repeat,
        escape=escape,
        subcomponent=subcomponent,
        truncation=truncation,
        sound=sound,
    )


def _free(mark: str, field: str, chosen: list[str]) -> bool:
    """Say whether a character can be one more delimiter."""
    return bool(mark) and not mark.isalnum() and not mark.isspace() and mark != field and mark not in chosen
