"""The specialties of duty rosters, desks and requests: their ids, their names in four languages, the words lists use.

Owns the table (specialties.toml) and finding a specialty by a word. Refuses to guess: a word that fits two is none.
Source: docs/design/liaison-requests.md, "Duty".
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from relight.record.plain import name_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Specialty:
    """One specialty. Args: id: a slug. names: by language. words: compared forms by which it is found."""

    id: str
    names: dict[str, str]
    words: frozenset[str]


@lru_cache(maxsize=1)
def specialties() -> tuple[Specialty, ...]:
    """Return the specialties Relight comes with, by id."""
    rows = tomllib.loads((files("relight.liaison") / "specialties.toml").read_text(encoding="utf-8"))["specialty"]
    return tuple(
        Specialty(
            id=row["id"],
            names=dict(row["names"]),
            words=frozenset(name_plain(word) for word in (row["id"], *row["names"].values(), *row["words"])),
        )
        for row in sorted(rows, key=lambda row: str(row["id"]))
    )


def specialty_find(text: str) -> str:
    """Return the id of the specialty a word means, empty where none or several do: `Cardio` -> `cardiology`."""
    word = name_plain(text)
    found = {one.id for one in specialties() if word in one.words}
    return found.pop() if len(found) == 1 else ""


def specialty_name(specialty: str, *, language: str) -> str:
    """Return the name of a specialty; what is no id of ours is returned as it is."""
    for one in specialties():
        if one.id == specialty:
            return one.names.get(language) or one.names["en"]
    return specialty
