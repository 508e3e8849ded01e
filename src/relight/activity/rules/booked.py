"""An appointment as a source gave it, with whose it is: what reading makes and the store keeps.

Owns the shape between files and tables, and the words of states. Refuses Django, clocks and files.
Source: docs/design/appointments.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from relight.activity.types import Appointment
from relight.kernel.errors import N_, RelightError


class BookingState(StrEnum):
    """Whether an appointment still stands where it was booked. DONE: it took place, or nobody came."""

    BOOKED = "booked"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class FileKind(StrEnum):
    """What kind of file appointments came in."""

    TABLE = "table"
    WORKBOOK = "workbook"
    JSON = "json"
    FHIR = "fhir"
    SIU = "siu"
    CALENDAR = "calendar"


class PolicyStanding(StrEnum):
    """Where a version of the policy stands. SIGNED: it waits until somebody took its difference."""

    DRAFT = "draft"
    SIGNED = "signed"
    IN_FORCE = "in-force"
    PAST = "past"


class ProposalCause(StrEnum):
    """What made deciding anew needful."""

    POLICY = "policy"
    STATE = "state"


class ProposalState(StrEnum):
    """What became of a proposal. OUTDATED: another took its place before anybody answered."""

    WAITING = "waiting"
    TAKEN = "taken"
    DROPPED = "dropped"
    OUTDATED = "outdated"


class DecidedBy(StrEnum):
    """Whose word the outcome in force is."""

    NOBODY = ""
    POLICY = "policy"
    DOCTOR = "doctor"


BOOKING_WORDS: Mapping[BookingState, str] = {
    BookingState.BOOKED: N_("booked"),
    BookingState.WITHDRAWN: N_("withdrawn by the source"),
    BookingState.DONE: N_("done"),
}
FILE_WORDS: Mapping[FileKind, str] = {
    FileKind.TABLE: N_("table (CSV)"),
    FileKind.WORKBOOK: N_("workbook (XLSX)"),
    FileKind.JSON: N_("list (JSON)"),
    FileKind.FHIR: N_("FHIR Appointment"),
    FileKind.SIU: N_("HL7 v2 SIU"),
    FileKind.CALENDAR: N_("calendar (iCalendar)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSaid:
    """Who the patient is, as the source says it; everything may be empty.

    Args: phone, mobile: E.164 where the number could be read, else as written. language: `fr`, `nl`, `de`, `en`.
    """

    family: str = ""
    given: str = ""
    birth_date: date | None = None
    national_number: str = ""
    record_number: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    address: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """One appointment read. Args: origin_id: what makes it the same one when it comes again. line: where in the file.
    minutes: how long, 0 when not said. raw: the cells or fields that were not understood otherwise, by their name."""

    appointment: Appointment
    origin_id: str
    line: int
    state: BookingState = BookingState.BOOKED
    person: PersonSaid = field(default_factory=PersonSaid)
    minutes: int = 0
    practitioner: str = ""
    place: str = ""
    raw: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A row that could not be read. Args: line: from 1. error: why. text: the row as it came; it may hold a patient's
    data, so it is kept and shown to those who may, and never printed or logged."""

    line: int
    error: RelightError
    text: str = ""

    @property
    def code(self) -> str:
        return self.error.code
