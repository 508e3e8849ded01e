"""What one message of an analyzer says: samples, results, what of it must wait and why.

Owns the values `interpret` returns. Refuses judging them (rules.matching). Patient fields are as the
analyzer wrote them. Source: docs/design/lab.md, “Reading”.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from relight.lab.rules.driver import Standing
from relight.lab.rules.values import time_read
from relight.lab.types import HoldReason, MessageKind
from relight.wire.problems import Problem

CRITICAL_FLAGS = frozenset({"LL", "HH", "AA"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSaid:
    """What a message says of the patient, as it says it; an empty text where it says nothing.

    Args: ids: every id, of whatever kind. birth_date: the digits as sent.
    """

    ids: tuple[str, ...] = ()
    family: str = ""
    given: str = ""
    birth_date: str = ""
    sex: str = ""

    @property
    def is_silent(self) -> bool:
        return not (self.ids or self.family or self.given or self.birth_date or self.sex)

    @property
    def born(self) -> date | None:
        """The birth date as a date; None where nothing is said, or nothing that is a date."""
        found = time_read(self.birth_date)
        return found.date() if found else None

    def document(self) -> dict[str, object]:
        """Return what is kept with a report: only what was said. A birth date that is none stands apart."""
        born = self.born
        said: dict[str, object] = {
            "ids": list(self.ids),
            "family": self.family,
            "given": self.given,
            "birth_date": born.isoformat() if born else "",
            "birth_date_sent": "" if born else self.birth_date,
            "sex": self.sex,
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReading:
    """One result.

    Args: at: number of its record or segment in the message, from 1. code: what the driver knows it
    by. code_sent, value, unit_sent: as sent. number: decimal text in `unit` (UCUM), comparator
    included, empty for what is no number. in_range: of the range as sent; None when nobody can say.
    hold: why it must wait, with `detail`; both empty when it need not.
    """

    at: int
    code: str
    code_sent: str
    loinc: str = ""
    name: str = ""
    value: str = ""
    unit_sent: str = ""
    number: str = ""
    unit: str = ""
    range: str = ""
    flags: tuple[str, ...] = ()
    status: str = ""
    standing: Standing = Standing.FINAL
    in_range: bool | None = None
    measured_at: datetime | None = None
    instrument: str = ""
    notes: str = ""
    hold: HoldReason | None = None
    detail: str = ""

    @property
    def is_correction(self) -> bool:
        return self.standing is Standing.CORRECTION

    @property
    def is_critical(self) -> bool:
        """Say whether the analyzer itself flags the value as critical."""
        return not CRITICAL_FLAGS.isdisjoint(self.flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReading:
    """The results of one sample. Args: sample: its id, empty where the message names none. level, lot: of a control."""

    sample: str
    patient: PatientSaid = field(default_factory=PatientSaid)
    orders: tuple[str, ...] = ()
    is_qc: bool = False
    lot: str = ""
    level: str = ""
    lines: tuple[ResultReading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One message. Args: type, control_id: as sent. beside: how many result lines hold no result of their
    own (supplementary observations); they stand in the notes of the result they belong to, or among `problems`."""

    kind: MessageKind
    type: str = ""
    control_id: str = ""
    sender: str = ""
    samples: tuple[SampleReading, ...] = ()
    beside: int = 0
    problems: tuple[Problem, ...] = ()

    def lines(self) -> Iterator[tuple[SampleReading, ResultReading]]:
        """Yield every result with its sample."""
        for sample in self.samples:
            for line in sample.lines:
                yield sample, line
