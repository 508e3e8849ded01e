"""Giving: what was recorded of a dose, and the sheet of a day.

Owns the MedicationAdministration Relight writes, which due moment it answers, what is late, when a dose would come
twice. Refuses clocks. Source: FHIR R4 MedicationAdministration; docs/design/medicines.md, cases 70-89.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from relight.kernel.errors import RelightError
from relight.record import errors
from relight.record.rules.authors import name_in
from relight.record.rules.facts import time_read
from relight.record.rules.medication.doses import Dose, dose_of, quantity_of
from relight.record.rules.medication.orders import Line
from relight.record.rules.medication.timing import Kind, interval
from relight.record.types import Body

DUE: Final = "urn:relight:due"
BAND: Final = "urn:relight:wristband"
BAND_SCANNED: Final = "scanned"
LATE: Final = timedelta(minutes=60)
EARLY: Final = timedelta(minutes=60)
SHORTEST: Final = timedelta(minutes=30)  # two of one medicine so close together are taken for one, until said otherwise
DAY: Final = timedelta(hours=24)
_TIGHT: Final = 2  # a dose within half its interval of another is asked about


class Mark(StrEnum):
    """What a due dose is."""

    GIVEN = "given"
    LATE = "late"  # given, but late
    NOT_GIVEN = "not-given"
    DUE = "due"  # about now
    OVERDUE = "overdue"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was recorded of one dose. Args: request: the prescription. due: the moment it answers, None for one out of
    turn. is_given: False for one that was not. reason: why not, or why another dose."""

    id: UUID
    version: int
    request: str
    name: str
    at: datetime
    due: datetime | None
    is_given: bool
    dose: Dose | None
    rate: Dose | None
    by: str
    reason: str
    note: str
    band: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """A dose to be recorded. Args: band: `scanned`, else why the wristband was not. again: that it is a second one
    indeed, or above the most in 24 hours."""

    is_given: bool
    at: datetime
    due: datetime | None
    dose: Dose | None
    rate: Dose | None = None
    reason: str = ""
    note: str = ""
    band: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One due dose of the sheet. Args: all: everything recorded for it, the latest first."""

    due: datetime
    mark: Mark
    all: tuple[Given, ...] = ()


def administration_body(
    line: Line, one: Giving, *, request: UUID, patient: UUID, medicine: Mapping[str, Any], by: Mapping[str, Any]
) -> dict[str, Any]:
    """Make the MedicationAdministration. Args: medicine: the concept of the prescription, as it stands there."""
    extensions = []
    if one.due is not None:
        extensions.append({"url": DUE, "valueDateTime": one.due.isoformat()})
    if one.band:
        extensions.append({"url": BAND, "valueString": one.band})
    body: dict[str, Any] = {"resourceType": "MedicationAdministration"}
    if extensions:
        body["extension"] = extensions
    body["status"] = "completed" if one.is_given else "not-done"
    if one.reason.strip():
        body["statusReason"] = [{"text": one.reason.strip()}]
    body |= {
        "medicationCodeableConcept": dict(medicine),
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": one.at.isoformat(),
        "performer": [{"actor": dict(by)}],
        "request": {"reference": f"MedicationRequest/{request}"},
    }
    if one.note.strip():
        body["note"] = [{"text": one.note.strip()}]
    if one.is_given and (one.dose or one.rate):
        dosage: dict[str, Any] = {"route": {"text": line.route_text}} if line.route_text else {}
        if one.dose:
            dosage["dose"] = quantity_of(one.dose)
        if one.rate:
            dosage["rateQuantity"] = quantity_of(one.rate)
        body["dosage"] = dosage
    return body


def given_of(body: Body, *, id: UUID, version: int) -> Given | None:
    """Read a MedicationAdministration; None for one without a time or entered in error."""
    status = str(body.get("status") or "")
    period = body.get("effectivePeriod")
    said = body.get("effectiveDateTime") or (period.get("start") if isinstance(period, dict) else None)
    at = time_read(said) if isinstance(said, str) else None
    if at is None or status in ("entered-in-error", "unknown"):
        return None
    raw = body.get("dosage")
    dosage: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    performers = body.get("performer")
    first = performers[0] if isinstance(performers, list) and performers and isinstance(performers[0], dict) else {}
    request = body.get("request")
    text = str(request.get("reference") or "") if isinstance(request, dict) else ""
    concept = body.get("medicationCodeableConcept")
    due = _extension(body, DUE, "valueDateTime")
    return Given(
        id=id,
        version=version,
        request=text.partition("/")[2],
        name=str(concept.get("text") or "") if isinstance(concept, dict) else "",
        at=at,
        due=time_read(due) if due else None,
        is_given=status != "not-done",
        dose=dose_of(dosage.get("dose")),
        rate=dose_of(dosage.get("rateQuantity")),
        by=name_in(first.get("actor")),
        reason=_first_text(body.get("statusReason")),
        note=_first_text(body.get("note")),
        band=_extension(body, BAND, "valueString"),
    )


def _extension(body: Body, url: str, key: str) -> str:
    for one in body.get("extension") or ():
        if isinstance(one, dict) and one.get("url") == url:
            return str(one.get(key) or "")
    return ""


def _first_text(value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return str(first.get("text") or "") if isinstance(first, dict) else ""


# -- may it be recorded -----------------------------------------------------------------------------------


def giving_refusal(line: Line, one: Giving, *, held: Iterable[Given], at: datetime) -> RelightError | None:
    """Say what keeps a dose from being recorded; `where` names the field.

    Args: held: what was recorded of this prescription. at: now.
    """
    start = line.schedule.start
    if one.at > at + timedelta(minutes=1) or (start is not None and one.at < start - EARLY):
        return errors.TIME_AHEAD.error(where="at")
    if not one.is_given and not one.reason.strip():
        return errors.NO_REASON.error(where="reason")
    if one.is_given and one.dose is None and one.rate is None:
        return errors.DOSE_UNREAD.error(where="dose")
    if one.is_given and one.dose != line.dose and line.dose is not None and not one.reason.strip():
        return errors.NO_REASON.error(where="reason")
    if one.again:
        return None
    others = list(held)
    if is_twice(line, one, held=others):
        return errors.GIVEN_ALREADY.error(where="again")
    if one.is_given and is_over(line, one, held=others):
        return errors.OVER_MAXIMUM.error(where="again")
    return None


def is_twice(line: Line, one: Giving, *, held: Iterable[Given]) -> bool:
    """Say whether a dose was recorded already, or would follow another of the same prescription too closely."""
    rhythm = interval(line.schedule) if line.kind is Kind.REGULAR else None
    closest = max(SHORTEST, rhythm / _TIGHT) if rhythm else SHORTEST
    for other in held:
        if one.due is not None and other.due == one.due:
            return True
        if line.kind is Kind.ONCE and other.is_given and one.is_given:
            return True
        is_change = line.kind is Kind.INFUSION and one.rate != other.rate
        if one.is_given and other.is_given and not is_change and abs(one.at - other.at) < closest:
            return True
    return False


def is_over(line: Line, one: Giving, *, held: Iterable[Given]) -> bool:
    """Say whether a dose goes above the most in 24 hours; other units than the prescribed one count as a whole dose."""
    if line.most is None or one.dose is None:
        return False
    spans = [other for other in held if other.is_given and abs(one.at - other.at) < DAY]
    total = _amount(one.dose, line) + sum((_amount(other.dose, line) for other in spans), Decimal(0))
    return total > line.most.amount


def _amount(dose: Dose | None, line: Line) -> Decimal:
    if dose is not None and line.most is not None and dose.unit == line.most.unit:
        return dose.amount
    return line.dose.amount if line.dose is not None else Decimal(0)


# -- the sheet ----------------------------------------------------------------------------------------------


def cells_of(
    due: Sequence[datetime], held: Iterable[Given], *, at: datetime
) -> tuple[tuple[Cell, ...], tuple[Given, ...]]:
    """Lay what was recorded beside what was due.

    Returns: one cell a due moment, and what was given out of turn, in order.
    """
    recorded = sorted(held, key=lambda one: one.at, reverse=True)
    moments = set(due)
    cells = [
        Cell(due=moment, mark=mark_of(moment, answers, at=at), all=answers)
        for moment in due
        for answers in [tuple(one for one in recorded if one.due == moment)]
    ]
    extra = tuple(one for one in reversed(recorded) if one.due not in moments)
    return tuple(cells), extra


def mark_of(due: datetime, answers: Sequence[Given], *, at: datetime) -> Mark:
    """Say what a due dose is now."""
    given = [one for one in answers if one.is_given]
    if given:
        return Mark.LATE if min(one.at for one in given) > due + LATE else Mark.GIVEN
    if answers:
        return Mark.NOT_GIVEN
    if at > due + LATE:
        return Mark.OVERDUE
    return Mark.DUE if at >= due - EARLY else Mark.LATER
