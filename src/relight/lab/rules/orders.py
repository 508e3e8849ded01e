"""Orders as they are typed or imported at the laboratory: what one must say, and of whom.

Owns the shape of such an order, of the patient it names, and how two are compared. What a test, a priority and a sample
number are is the record's (`relight.record.plain`). Refuses storage and the network. Source: docs/design/lab.md,
"Orders and queries".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from relight.kernel.errors import RelightError
from relight.lab import errors
from relight.record.plain import (
    LABORATORY_SYSTEM,
    NO_TESTS,
    PRIORITY_NAMES,
    Lookup,
    Priority,
    Wanted,
    name_plain,
    tests_once,
)

__all__ = [
    "PRIORITY_NAMES",
    "Identity",
    "Lookup",
    "NewOrder",
    "PatientId",
    "Priority",
    "Wanted",
    "order_refusal",
    "sex_letter",
    "sex_word",
    "system_said",
    "tests_once",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientId:
    """A number that names a patient within one system, and nowhere else."""

    system: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who an order is for, as it is compared: case, accents of layout and spaces do not count, all else does."""

    family: str
    given: str
    birth_date: date | None
    sex: str

    @classmethod
    def of(cls, *, family: str, given: str, birth_date: date | None, sex: str) -> Identity:
        """Return the identity as it is compared."""
        return cls(family=_plain(family), given=_plain(given), birth_date=birth_date, sex=sex)

    def is_said_of(self, other: Identity) -> bool:
        """Say whether all that is said here is so of another: accents do not count, what is left out says nothing."""
        return (
            name_plain(self.family) == name_plain(other.family)
            and name_plain(self.given) in ("", name_plain(other.given))
            and self.birth_date in (None, other.birth_date)
            and self.sex in ("", other.sex)
        )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order as typed or imported. Args: sample: empty for the next reserved number. sex: M, F or empty."""

    sample: str = ""
    number: str = ""
    family: str
    given: str = ""
    birth_date: date | None = None
    sex: str = ""
    patient_ids: tuple[PatientId, ...] = ()
    site: str = ""
    ward: str = ""
    bed: str = ""
    prescriber: str = ""
    priority: Priority = Priority.ROUTINE
    taken_at: datetime | None = None
    note: str = ""
    source: str = ""
    tests: tuple[Wanted, ...] = ()

    @property
    def identity(self) -> Identity:
        """Who it is for, as it is compared."""
        return Identity.of(family=self.family, given=self.given, birth_date=self.birth_date, sex=self.sex)


def sex_letter(gender: str) -> str:
    """Return FHIR's word for a sex as analyzers write it: M, F, or nothing."""
    return {"male": "M", "female": "F"}.get(gender, "")


def sex_word(letter: str) -> str:
    """Return FHIR's word for M or F; empty for anything else."""
    return {"M": "male", "F": "female"}.get(letter, "")


def system_said(system: str) -> str:
    """Name the system of a patient's number as the laboratory does: what was typed here without its prefix."""
    return system.removeprefix(LABORATORY_SYSTEM)


def order_refusal(order: NewOrder, *, today: date) -> RelightError | None:
    """Say what an order lacks whoever sends it: a name, a test, a birth date that has been."""
    if not order.family.strip():
        return errors.NO_FAMILY.error(where="family")
    if order.birth_date is not None and order.birth_date > today:
        return errors.BIRTH_AHEAD.error(where="birth_date")
    if not order.tests:
        return NO_TESTS.error(where="tests")
    return None
