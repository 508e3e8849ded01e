"""Whether the patient a caller speaks of is the one of a record: two identifiers that fit, none that contradicts.

Owns the comparison. Refuses one identifier alone however sure it looks, and refuses to weigh: a contradiction is never
outvoted. Source: WHO, "Patient Identification" (2007): at least two identifiers; docs/design/liaison-requests.md,
cases 10-19.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from relight.kernel.errors import N_, Word
from relight.kernel.verdict import YES, Verdict, no
from relight.liaison import errors
from relight.record.plain import name_plain, number_plain

SOURCE: Final = "docs/design/liaison-requests.md, cases 10-19"
NEEDED: Final = 2


class Identifier(StrEnum):
    """What identifies somebody, each counted once."""

    NAME = "name"
    BIRTH = "birth"
    NUMBER = "number"


IDENTIFIER_WORDS: Mapping[Identifier, str] = {
    Identifier.NAME: N_("family and given name"),
    Identifier.BIRTH: N_("birth date"),
    Identifier.NUMBER: N_("national or record number"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the caller said. Args: birth: `1970-02-01`; empty fields were not said. number: as said, with separators."""

    family: str = ""
    given: str = ""
    birth: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The outcome. Args: fits, differs: in the order of Identifier. silent: said, but the record holds none."""

    fits: tuple[Identifier, ...]
    differs: tuple[Identifier, ...]
    silent: tuple[Identifier, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Say whether this is enough. Refusals: RL-LIA-084 for a contradiction, RL-LIA-083 for too few."""
        if self.differs:
            return no(
                errors.IDENTITY_DIFFERS,
                source=SOURCE,
                what=tuple(Word(IDENTIFIER_WORDS[one]) for one in self.differs),
            )
        if len(self.fits) < NEEDED:
            return no(errors.IDENTITY_THIN, source=SOURCE, count=len(self.fits))
        return YES


def identity_check(
    said: Said, *, names: Iterable[tuple[str, str]], aliases: Iterable[str] = (), birth: str, numbers: Iterable[str]
) -> Checked:
    """Compare what was said with a record.

    Args: names: (family, given) as the record has them. aliases: other names as one text, earlier ones too. birth:
    the record's, maybe only a year. numbers: all of the record's. Returns: what fits, what contradicts.
    """
    fits: list[Identifier] = []
    differs: list[Identifier] = []
    silent: list[Identifier] = []

    def judge(what: Identifier, *, is_said: bool, is_held: bool, is_same: bool) -> None:
        if is_said:
            (silent if not is_held else fits if is_same else differs).append(what)

    held = [(name_plain(family), name_plain(given)) for family, given in names if family.strip()]
    judge(
        Identifier.NAME,
        is_said=bool(said.family.strip()) and bool(said.given.strip()),
        is_held=bool(held),
        is_same=any(_same_name(said, family, given) for family, given in held)
        or any(_among(said, alias) for alias in aliases),
    )
    judge(
        Identifier.BIRTH, is_said=bool(said.birth), is_held=len(birth) == len("1970-02-01"), is_same=said.birth == birth
    )
    known = {number_plain(one) for one in numbers} - {""}
    number = number_plain(said.number)
    judge(Identifier.NUMBER, is_said=bool(number), is_held=bool(known), is_same=number in known)
    return Checked(fits=tuple(fits), differs=tuple(differs), silent=tuple(silent))


def _same_name(said: Said, family: str, given: str) -> bool:
    """Compare the whole family name and the first given one: a second given name is often left out."""
    first = name_plain(said.given).split()[:1]
    return name_plain(said.family) == family and bool(given) and first == given.split()[:1]


def _among(said: Said, alias: str) -> bool:
    """Say whether the whole family name and the first given one stand in another name of the record."""
    words = name_plain(alias).split()
    wanted = [*name_plain(said.family).split(), *name_plain(said.given).split()[:1]]
    return bool(wanted) and all(word in words for word in wanted)
