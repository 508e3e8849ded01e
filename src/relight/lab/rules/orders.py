"""Orders: what one must say, and the sample numbers that are Relight's own.

Owns the shape of an order, of its sample number, of the reserved ranges and their check digit. Refuses
storage and the network. Source: docs/design/lab.md, "Orders and queries".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from relight.kernel.errors import N_, RelightError
from relight.lab import errors
from relight.lab.rules.reference import Catalogue, is_loinc

SAMPLE_LENGTH = 40
_SAMPLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PARTS = re.compile(r"[,;|\n]")
_PREFIX_DIGITS = range(2, 7)
_COUNTER_DIGITS = range(4, 9)
NUMBER_LENGTH = 12  # what the shortest of the sample fields analyzers have still takes

# Damm's quasigroup of order 10: finds every wrong digit and every two neighbours that changed places.
# Source: H. Michael Damm, “Total anti-symmetrische Quasigruppen”, Marburg 2004.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


class Priority(StrEnum):
    """How soon results are wanted."""

    ROUTINE = "routine"
    URGENT = "urgent"
    STAT = "stat"


PRIORITY_NAMES: dict[Priority, str] = {
    Priority.ROUTINE: N_("Routine"),
    Priority.URGENT: N_("Urgent"),
    Priority.STAT: N_("Immediate"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientId:
    """A number that names a patient within one system, and nowhere else."""

    system: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One test wanted, by LOINC. Args: name: what the sender calls it; empty for the catalogue's."""

    loinc: str
    name: str = ""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A reserved range of sample numbers. Args: last: the last counter given out."""

    prefix: str
    digits: int
    last: int = 0

    @property
    def length(self) -> int:
        """How many digits its numbers have, check digit included."""
        return len(self.prefix) + self.digits + 1

    def number(self, counter: int) -> str:
        """Write the sample number of one counter. Raises: RuleError RL-LAB-214 past the last one."""
        if counter >= 10**self.digits:
            raise errors.SERIES_USED_UP.error(where=self.prefix)
        body = f"{self.prefix}{counter:0{self.digits}}"
        return body + check_digit(body)

    def holds(self, sample: str) -> bool:
        """Say whether a sample number lies in the range, whether its check digit is right or not."""
        return len(sample) == self.length and _is_digits(sample) and sample.startswith(self.prefix)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def check_digit(digits: str) -> str:
    """Return Damm's check digit of a text of digits."""
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def series_refusal(series: Series, *, others: Iterable[Series]) -> RelightError | None:
    """Say why a range cannot be reserved: its form, or another range that shares numbers with it."""
    fits = len(series.prefix) in _PREFIX_DIGITS and series.digits in _COUNTER_DIGITS
    if not fits or not _is_digits(series.prefix) or series.length > NUMBER_LENGTH:
        return errors.SERIES_UNFIT.error(where="begins")
    if any(o.prefix.startswith(series.prefix) or series.prefix.startswith(o.prefix) for o in others):
        return errors.SERIES_OVERLAPS.error(where="begins")
    return None


def sample_refusal(sample: str, *, series: Iterable[Series]) -> RelightError | None:
    """Say why a sample number cannot be taken: characters, a wrong check digit, or one not given out."""
    if len(sample) > SAMPLE_LENGTH or not _SAMPLE.fullmatch(sample):
        return errors.SAMPLE_UNREADABLE.error(where="sample")
    for one in series:
        if not one.holds(sample):
            continue
        if check_digit(sample[:-1]) != sample[-1]:
            return errors.SAMPLE_CHECK_DIGIT.error(where="sample")
        if int(sample[len(one.prefix) : -1]) > one.last:
            return errors.SAMPLE_NOT_GIVEN_OUT.error(where="sample")
    return None


def order_refusal(order: NewOrder, *, today: date) -> RelightError | None:
    """Say what an order lacks whoever sends it: a name, a test, a birth date that has been."""
    if not order.family.strip():
        return errors.NO_FAMILY.error(where="family")
    if order.birth_date is not None and order.birth_date > today:
        return errors.BIRTH_AHEAD.error(where="birth_date")
    if not order.tests:
        return errors.NO_TESTS.error(where="tests")
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Finds tests by what people write: LOINC, short name, any of the names, a panel."""

    catalogue: Catalogue
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def over(cls, catalogue: Catalogue) -> Lookup:
        """Make the look-up of a catalogue. A word that two tests share finds neither."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for test in catalogue.tests.values():
            for word in {test.short, *test.names.values()}:
                found.setdefault(_plain(word), set()).add((test.loinc,))
        for panel in catalogue.panels:
            for word in {panel.id, *panel.names.values(), *panel.loinc}:
                found.setdefault(_plain(word), set()).add(panel.tests)
        return cls(catalogue=catalogue, words={word: next(iter(of)) for word, of in found.items() if len(of) == 1})

    def tests(self, word: str, *, name: str = "") -> tuple[Wanted, ...]:
        """Return the tests a word stands for; none when it is not known. A LOINC code is always a test."""
        text = word.strip()
        if text not in self.catalogue.tests and _plain(text) in self.words:
            return tuple(Wanted(loinc=loinc) for loinc in self.words[_plain(text)])
        return (Wanted(loinc=text, name=name),) if is_loinc(text) else ()

    def sentence(self, text: str) -> tuple[Wanted, ...]:
        """Read tests one after the other: parted by commas, semicolons, bars or lines, else by blanks.

        Raises: InputError RL-LAB-207 naming the first word that is no test.
        """
        found: list[Wanted] = []
        for part in filter(None, map(str.strip, _PARTS.split(text))):
            found.extend(self.tests(part) or [test for word in part.split() for test in self._known(word)])
        return tests_once(found)

    def _known(self, word: str) -> tuple[Wanted, ...]:
        tests = self.tests(word)
        if not tests:
            raise errors.TEST_NOT_LISTED.error(where="tests", test=word[:40])
        return tests


def tests_once(tests: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """Return each test once, in the order given."""
    return tuple({test.loinc: test for test in reversed(tests)}.values())[::-1]
