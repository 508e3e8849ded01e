"""Whether two faces are probably one person, with the reasons in words.

Owns the score. Refuses to decide: it warns, and people merge. Two different numbers of one system speak against; a
guess (an unknown patient's age) never speaks for. Source: Fellegi and Sunter (1969), weights set by hand;
docs/design/identity.md, cases 40-46.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from relight.kernel.errors import N_
from relight.record.rules.birth import births_near
from relight.record.rules.faces import Face
from relight.record.rules.names import distance, plain, typos_allowed

PROBABLE, CERTAIN = 60, 95


class Reason(StrEnum):
    """What speaks for or against one person."""

    SAME_NATIONAL = "same-national"
    SAME_NUMBER = "same-number"
    SAME_NAME = "same-name"
    NEAR_NAME = "near-name"
    SWAPPED_NAME = "swapped-name"
    SAME_FAMILY = "same-family"
    SAME_BIRTH = "same-birth"
    SWAPPED_BIRTH = "swapped-birth"
    NEAR_BIRTH = "near-birth"
    LESS_BIRTH = "less-birth"
    SAME_PHONE = "same-phone"
    SAME_ADDRESS = "same-address"
    OTHER_NATIONAL = "other-national"
    OTHER_SEX = "other-sex"
    OTHER_BIRTH = "other-birth"


REASON_WORDS: Mapping[Reason, str] = {
    Reason.SAME_NATIONAL: N_("same national number"),
    Reason.SAME_NUMBER: N_("same number in the same system"),
    Reason.SAME_NAME: N_("same name"),
    Reason.NEAR_NAME: N_("nearly the same name"),
    Reason.SWAPPED_NAME: N_("family and given name exchanged"),
    Reason.SAME_FAMILY: N_("same family name"),
    Reason.SAME_BIRTH: N_("same birth date"),
    Reason.SWAPPED_BIRTH: N_("birth date with day and month exchanged"),
    Reason.NEAR_BIRTH: N_("birth dates one digit apart"),
    Reason.LESS_BIRTH: N_("birth date less exact, but fitting"),
    Reason.SAME_PHONE: N_("same telephone"),
    Reason.SAME_ADDRESS: N_("same address"),
    Reason.OTHER_NATIONAL: N_("different national numbers"),
    Reason.OTHER_SEX: N_("different sex"),
    Reason.OTHER_BIRTH: N_("different birth dates"),
}
_WEIGHTS: Mapping[Reason, int] = {
    Reason.SAME_NATIONAL: 95, Reason.SAME_NUMBER: 60, Reason.SAME_NAME: 40, Reason.NEAR_NAME: 28,
    Reason.SWAPPED_NAME: 34, Reason.SAME_FAMILY: 10, Reason.SAME_BIRTH: 32, Reason.SWAPPED_BIRTH: 22,
    Reason.NEAR_BIRTH: 20, Reason.LESS_BIRTH: 8, Reason.SAME_PHONE: 12, Reason.SAME_ADDRESS: 10,
    Reason.OTHER_NATIONAL: -70, Reason.OTHER_SEX: -15, Reason.OTHER_BIRTH: -30,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How probable it is. Args: score: 0 to 100, a weight and no probability. reasons: for and against, as declared."""

    score: int
    reasons: tuple[Reason, ...]

    @property
    def is_probable(self) -> bool:
        """Say whether to warn."""
        return self.score >= PROBABLE

    @property
    def is_certain(self) -> bool:
        """Say whether registering anew needs somebody who has looked."""
        return self.score >= CERTAIN


def likeness(one: Face, other: Face, *, national: frozenset[str] = frozenset()) -> Likeness:
    """Weigh two faces. Args: national: the systems of national numbers. Symmetric."""
    reasons = tuple(
        reason for reason in (*_numbers(one, other, national), *_names(one, other), *_births(one, other),
                              *_rest(one, other)) if reason
    )  # fmt: skip
    return Likeness(score=max(0, min(100, sum(_WEIGHTS[reason] for reason in reasons))), reasons=reasons)


def _numbers(one: Face, other: Face, national: frozenset[str]) -> tuple[Reason | None, ...]:
    mine, theirs = _by_system(one, national), _by_system(other, national)
    common = mine.keys() & theirs.keys()
    same = {system for system in common if mine[system] & theirs[system]}
    if "national" in same:
        return (Reason.SAME_NATIONAL,)
    return (
        Reason.SAME_NUMBER if same else None,
        Reason.OTHER_NATIONAL if "national" in common else None,
    )


def _by_system(face: Face, national: frozenset[str]) -> dict[str, set[str]]:
    """Group numbers by system. One person may have had a BIS number and a national one: they count as one system
    only for what they share, so a BIS number (month above 20) is set apart."""
    found: dict[str, set[str]] = {}
    for number in face.numbers:
        if number.system:
            bis = len(number.plain) == 11 and number.plain[2:4].isdigit() and int(number.plain[2:4]) >= 20  # noqa: PLR2004
            system = ("national-bis" if bis else "national") if number.system in national else number.system
            found.setdefault(system, set()).add(number.plain)
    if "national-bis" in found and "national" not in found:
        found["national"] = found.pop("national-bis")
    return found


def _names(one: Face, other: Face) -> tuple[Reason | None, ...]:
    if one.is_unknown or other.is_unknown:
        return ()
    family, given = plain(one.family), plain(one.given)
    family2, given2 = plain(other.family), plain(other.given)
    if not family or not family2:
        return ()
    same_given = bool(given and given2) and (given == given2 or given.split()[0] == given2.split()[0])
    if family == family2 and same_given:
        return (Reason.SAME_NAME,)
    if given and family == given2 and given == family2:
        return (Reason.SWAPPED_NAME,)
    if _near(family, family2) and (same_given or (given and given2 and _near(given, given2))):
        return (Reason.NEAR_NAME,)
    return (Reason.SAME_FAMILY if family == family2 else None,)


def _near(one: str, other: str) -> bool:
    allowed = typos_allowed(min(one, other, key=len))
    return distance(one, other, limit=allowed) <= allowed or one.replace(" ", "") == other.replace(" ", "")


def _births(one: Face, other: Face) -> tuple[Reason | None, ...]:
    if not one.birth or not other.birth:
        return ()
    found = {
        "same": Reason.SAME_BIRTH, "swapped": Reason.SWAPPED_BIRTH, "digit": Reason.NEAR_BIRTH,
        "less": Reason.LESS_BIRTH,
    }  # fmt: skip
    return (found.get(births_near(one.birth, other.birth), Reason.OTHER_BIRTH),)


def _rest(one: Face, other: Face) -> tuple[Reason | None, ...]:
    known = {"male", "female"}
    return (
        Reason.SAME_PHONE if set(one.phones) & set(other.phones) else None,
        Reason.SAME_ADDRESS if one.place and one.place == other.place else None,
        Reason.OTHER_SEX if one.sex in known and other.sex in known and one.sex != other.sex else None,
    )
