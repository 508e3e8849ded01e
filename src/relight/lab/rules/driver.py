"""What a driver is: where an analyzer puts things, what its codes, units, flags and words mean.

Owns the values and their look-up. Refuses files (`drivers`) and guessing: what a driver does not name is
unknown, and the unknown waits for a person. Source: docs/design/lab.md, “Drivers”.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fnmatch import fnmatchcase

from relight.lab.rules.values import Decimals
from relight.lab.types import Protocol
from relight.wire.astm.link import LinkQuirks


class Scale(StrEnum):
    """What values of a test look like."""

    NUMBER = "number"
    TEXT = "text"


class Standing(StrEnum):
    """What an analyzer says of a result's standing."""

    FINAL = "final"
    PRELIMINARY = "preliminary"
    CORRECTION = "correction"
    UNUSABLE = "unusable"  # could not be measured, was deleted, was posted for the wrong patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One spot of a record or segment: `O-3.2.1`. A component or sub-component of 0 is the whole."""

    record: str
    field: int
    component: int = 0
    sub: int = 0

    def __str__(self) -> str:
        text = f"{self.record}-{self.field}"
        for number in (self.component, self.sub):
            text += f".{number}" if number else ""
        return text


Places = tuple[Place, ...]  # tried in order: the first that holds something counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where things stand in the messages of one protocol.

    Args: loinc: where a LOINC code may stand as such. qc: where a control is marked. instrument: the
    module that measured. statuses: what the words at `status` mean; one that is not named counts as
    preliminary.
    """

    sample: Places = ()
    code: Places = ()
    loinc: Places = ()
    name: Places = ()
    value: Places = ()
    unit: Places = ()
    range: Places = ()
    flags: Places = ()
    status: Places = ()
    measured: Places = ()
    instrument: Places = ()
    specimen: Places = ()
    qc: Places = ()
    lot: Places = ()
    level: Places = ()
    statuses: Mapping[str, Standing] = field(default_factory=dict)

    def standing_of(self, word: str) -> Standing:
        """Return what a status word means."""
        return self.statuses.get(word, Standing.PRELIMINARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class QcMarks:
    """How a control is told from a patient.

    Args: words: what `Layout.qc` holds for a control. samples: patterns of its sample ids (`QC-*`).
    lot_after: what a control's sample id begins with, the rest being the lot; empty: it holds none.
    lot_note, level_note: what a comment begins with that names them.
    """

    words: frozenset[str] = frozenset({"Q"})
    samples: tuple[str, ...] = ()
    lot_after: str = ""
    lot_note: str = ""
    level_note: str = ""

    def is_control_id(self, sample: str) -> bool:
        """Say whether a sample id is one of a control."""
        return any(fnmatchcase(sample, pattern) for pattern in self.samples)

    def lot_of(self, sample: str, notes: Sequence[str]) -> str:
        """Return the lot that a control's sample id or the comments on it hold; empty where they hold none."""
        start = self.lot_after
        if start and sample.startswith(start):
            return sample[len(start) :]
        return _behind(self.lot_note, notes)

    def level_of(self, notes: Sequence[str]) -> str:
        """Return the level that the comments on a control hold; empty where they hold none."""
        return _behind(self.level_note, notes)


def _behind(start: str, notes: Sequence[str]) -> str:
    return next((note[len(start) :].strip() for note in notes if start and note.startswith(start)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRule:
    """What one code with one unit means.

    Args: unit: UCUM, what numbers are given in; empty for a text or a bare number. factor: turns a
    number as sent into `unit`. specimen: what it is measured in; empty: the analyzer measures one only.
    """

    loinc: str
    name: str
    scale: Scale = Scale.NUMBER
    unit: str = ""
    factor: Decimal = Decimal(1)
    specimen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One analyzer family.

    Args: matches: patterns of the sender a header names. tests: by code and unit as UCUM (empty for
    none). beside: codes that are no results (scattergrams, messages of the analyzer). units: UCUM by
    what is sent. believes_loinc: LOINC codes sent as such are taken. flags: words of the interpretive
    table by what is sent. code_ends: a code is cut at the first of these. texts: words that are a
    result of a test that gives numbers. repeat_s: see `Limits`.
    """

    id: str
    name: str
    version: str = "1"
    source: str = ""
    digest: str = ""
    protocols: frozenset[Protocol] = frozenset(Protocol)
    matches: tuple[str, ...] = ()
    layouts: Mapping[Protocol, Layout] = field(default_factory=dict)
    tests: Mapping[tuple[str, str], TestRule] = field(default_factory=dict)
    codes: frozenset[str] = frozenset()
    beside: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    believes_loinc: bool = False
    flags: Mapping[str, str] = field(default_factory=dict)
    specimens: Mapping[str, str] = field(default_factory=dict)
    decimals: Decimals = Decimals.POINT
    code_starts: str = ""
    code_ends: str = ""
    texts: frozenset[str] = frozenset()
    qc: QcMarks = field(default_factory=QcMarks)
    encoding: str = ""
    repeat_s: int = 0
    quirks: LinkQuirks = field(default_factory=LinkQuirks)

    def code_of(self, sent: str) -> str:
        """Return what a code is known by: cut as the driver says, never to nothing."""
        code = sent
        if self.code_starts and self.code_starts in code:
            code = code.partition(self.code_starts)[2]
        for mark in self.code_ends:
            code = code.partition(mark)[0]
        return code.strip() or sent

    def unit_of(self, sent: str) -> str | None:
        """Return the UCUM unit for a unit as sent; empty for none, None for one that is not known."""
        return self.units.get(sent) if sent else ""

    def is_beside(self, code: str) -> bool:
        """Say whether a code stands for something that is no result."""
        return any(fnmatchcase(code, pattern) for pattern in self.beside)

    def fits(self, sender: str) -> bool:
        """Say whether a header names an analyzer of this family."""
        return bool(sender) and any(fnmatchcase(sender.casefold(), pattern.casefold()) for pattern in self.matches)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestMapping:
    """What a person said one code of one link means (a row of TestMap).

    Args: unit_sent: the unit as the analyzer writes it. unit: UCUM. factor: decimal text, empty for a text value.
    """

    code: str
    unit_sent: str
    loinc: str
    name: str
    unit: str
    factor: str

    def rule(self) -> TestRule:
        """Return what the code means. Raises: decimal.InvalidOperation on a factor that is no number."""
        scale = Scale.NUMBER if self.factor else Scale.TEXT
        return TestRule(
            loinc=self.loinc, name=self.name, unit=self.unit, scale=scale, factor=Decimal(self.factor or "1")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """What a link's codes mean: the driver, and over it what people mapped on this link."""

    driver: Driver
    mapped: Mapping[tuple[str, str], TestRule] = field(default_factory=dict)
    codes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, driver: Driver, maps: Sequence[TestMapping] = ()) -> Tests:
        """Lay the mappings of a link over its driver."""
        if not maps:
            return cls(driver=driver, codes=driver.codes)
        return cls(
            driver=driver,
            mapped={(row.code, row.unit_sent): row.rule() for row in maps},
            codes=driver.codes | {row.code for row in maps},
        )

    def knows(self, code: str) -> bool:
        """Say whether a code is known, with any unit."""
        return code in self.codes

    def find(self, code: str, unit_sent: str) -> TestRule | None:
        """Return what a code with a unit as sent means: what a person mapped, else what the driver says."""
        mapped = self.mapped.get((code, unit_sent))
        if mapped is not None:
            return mapped
        unit = self.driver.unit_of(unit_sent)
        return None if unit is None else self.driver.tests.get((code, unit))
