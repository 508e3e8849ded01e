"""A patient as an order of another system, or of the laboratory's bench, names them.

Owns when such a patient is surely one of the record's, and the Patient that is made of one who is not. Refuses storage.
Source: docs/design/requests.md, "Patients of orders".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from relight.record.rules.names import plain
from relight.record.rules.numbers import OWN_SYSTEM, number_plain

LABORATORY_SYSTEM: Final = "urn:relight:laboratory:"
CHECK_MARK: Final = "urn:relight:identity-check"
CHECK_WHY: Final = "laboratory order"
_DAY_CHARS: Final = 10
_SEXES: Final = ("male", "female")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidNumber:
    """A number as said. Args: system: a FHIR system, `national`, or what the sender calls it."""

    system: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who an order is for. Args: birth: YYYY-MM-DD or empty. sex: male, female or empty."""

    family: str
    given: str = ""
    birth: str = ""
    sex: str = ""
    numbers: tuple[SaidNumber, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Whether the same words mean the same person: with a number, or with all of name, birth date and sex."""
        return bool(self.numbers) or bool(self.given and self.birth and self.sex)

    def numbered(self, numbers: Iterable[SaidNumber]) -> Said:
        """Return it with these numbers, by system."""
        return replace(self, numbers=tuple(sorted(numbers, key=lambda one: (one.system, one.value))))


class _Number(Protocol):
    @property
    def system(self) -> str: ...
    @property
    def plain(self) -> str: ...


class Faced(Protocol):
    """What is compared of a record."""

    @property
    def family(self) -> str: ...
    @property
    def given(self) -> str: ...
    @property
    def birth(self) -> str: ...
    @property
    def sex(self) -> str: ...
    @property
    def is_unknown(self) -> bool: ...
    @property
    def numbers(self) -> Sequence[_Number]: ...


def same_said(said: Said, face: Faced, *, strong: Iterable[str]) -> bool:
    """Say whether a record is surely of who is said.

    By a strong number they share (national, or of a wristband: they have check digits) when nothing else contradicts.
    By any other number they share when family name, given names, birth date and sex are the same. By all four alone
    when each is said, and no number: one that the record does not have speaks for somebody else. Args: strong: the
    systems of strong numbers.
    """
    shared = _numbers_shared(said, face)
    if shared & {*strong, OWN_SYSTEM}:
        return _agrees(said, face)
    if face.is_unknown or not _is_exactly(said, face):
        return False
    whole = bool(said.given and said.sex and len(said.birth) == _DAY_CHARS)
    return bool(shared) or (whole and not said.numbers)


def _is_exactly(said: Said, face: Faced) -> bool:
    sex = face.sex if face.sex in _SEXES else ""
    mine = (_folded(said.family), _folded(said.given), said.birth, said.sex)
    return mine == (_folded(face.family), _folded(face.given), face.birth, sex)


def _folded(name: str) -> str:
    """A name as it is compared exactly: case and blanks do not count, accents do."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _agrees(said: Said, face: Faced) -> bool:
    """Say that nothing contradicts: what one of them leaves out says nothing, and accents do not count.

    Somebody unknown has no name to compare.
    """
    births = bool(said.birth and face.birth) and said.birth != face.birth
    sexes = bool(said.sex) and face.sex in _SEXES and said.sex != face.sex
    named = plain(said.family) == plain(face.family) and _given_alike(said.given, face.given)
    return not births and not sexes and (named or face.is_unknown)


def _given_alike(one: str, other: str) -> bool:
    """`Jeanne` is no contradiction to `Jeanne Marie`."""
    first, second = plain(one).split(), plain(other).split()
    shorter = min(len(first), len(second))
    return first[:shorter] == second[:shorter]


def _numbers_shared(said: Said, face: Faced) -> set[str]:
    """Return the record's systems of the numbers they share.

    What the laboratory's bench calls a number (`record`) may be any system's but another one of the bench.
    """
    shared: set[str] = set()
    for one in said.numbers:
        value = number_plain(one.value)
        loose = one.system.startswith(LABORATORY_SYSTEM)
        fits = [held for held in face.numbers if held.system == one.system or (loose and not _is_loose(held))]
        shared |= {held.system for held in fits if held.plain == value}
    return shared


def _is_loose(held: _Number) -> bool:
    return held.system.startswith(LABORATORY_SYSTEM)


def patient_said_body(said: Said) -> dict[str, Any]:
    """Make the Patient of somebody who is not surely here, with the mark that their identity is to be checked."""
    name: dict[str, Any] = {"use": "official", "family": " ".join(said.family.split())}
    if given := said.given.split():
        name["given"] = given
    body: dict[str, Any] = {
        "resourceType": "Patient",
        "extension": [{"url": CHECK_MARK, "valueString": CHECK_WHY}],
        "active": True,
        "name": [name],
    }
    if said.numbers:
        body["identifier"] = [{"system": one.system, "value": one.value} for one in said.numbers]
    if said.sex:
        body["gender"] = said.sex
    if said.birth:
        body["birthDate"] = said.birth
    return body
