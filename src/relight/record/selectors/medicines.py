"""A patient's medicines, the sheet of a day, the doses due in a ward: as pages show them.

Owns gathering; what a resource says is read by rules/medication. Refuses to journal: the page notes the reading.
Reads take all records of a person. Source: docs/design/medicines.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from relight.hospital.api import day_zero
from relight.record import errors
from relight.record.rules.canonical import loads
from relight.record.rules.chart.origin import Origin, origin_of
from relight.record.rules.medication.checks import (
    Allergy,
    Caution,
    Wanted,
    allergy_check,
    allergy_of,
    cautions_sorted,
    dose_check,
    duplicate_check,
)
from relight.record.rules.medication.formulary import Formulary
from relight.record.rules.medication.giving import Cell, Given, Mark, cells_of, given_of
from relight.record.rules.medication.orders import TO_CONFIRM, TYPES, Line, Prescription, State, line_of, state_of
from relight.record.rules.medication.timing import Kind, due_times
from relight.record.selectors.faces import faces_where, records_of
from relight.record.selectors.formulary import formulary_now, formulary_shown, rounds_now
from relight.record.selectors.medicine_words import LineWords, caution_said, language_now, line_words
from relight.record.selectors.rows import id_out
from relight.record.selectors.store import resource_get, resources_get, resources_of_all
from relight.record.selectors.wards import InBed, ward_census
from relight.record.types import Held, SourceKind

BEFORE_SHOWN = timedelta(days=2)  # what was given is read so far back, for the most in 24 hours and the last dose
AHEAD = timedelta(hours=4)
BEHIND = timedelta(hours=12)
_MERGES = 20  # merges of merges; a longer chain is none


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineView:
    """A prescription on a page. Args: is_here: written in this record, not brought by an import. continued: it goes on
    as a prescription of this record. patient: whose record holds it."""

    id: UUID
    type: str
    version: int
    patient: UUID | None
    line: Line
    words: LineWords
    state: State
    origin: Origin
    is_here: bool
    continued: bool

    @property
    def to_confirm(self) -> bool:
        """Say whether it was taken by telephone and waits for its prescriber."""
        return self.line.verbal == TO_CONFIRM

    @property
    def overridden(self) -> tuple[str, ...]:
        """Return the warnings it was prescribed in spite of, in words."""
        return tuple(caution_said(key) for key in self.line.override.cautions) if self.line.override else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicinesPage:
    """All of a patient's medicines. Args: before: going on at the time of an import, and not taken up here yet."""

    regular: tuple[MedicineView, ...]
    as_needed: tuple[MedicineView, ...]
    once: tuple[MedicineView, ...]
    infusions: tuple[MedicineView, ...]
    before: tuple[MedicineView, ...]
    over: tuple[MedicineView, ...]
    to_confirm: tuple[MedicineView, ...]

    @property
    def current(self) -> tuple[MedicineView, ...]:
        """Return what goes on here, in the order of the page."""
        return (*self.infusions, *self.regular, *self.as_needed, *self.once)


def medicines_read(*, records: Sequence[UUID], at: datetime) -> MedicinesPage:
    """Read the medicines of a person. Three statements."""
    views = medicine_views(resources_of_all(patients=records, types=TYPES), at=at)
    here = [one for one in views if one.is_here]
    going = [one for one in here if one.state in (State.ACTIVE, State.PLANNED, State.HELD)]

    def of(kind: Kind) -> tuple[MedicineView, ...]:
        return tuple(sorted((one for one in going if one.line.kind is kind), key=lambda one: one.words.name.casefold()))

    before = [one for one in views if not one.is_here and not one.continued and one.state is not State.STOPPED]
    over = [one for one in views if (one.is_here or one.state is State.STOPPED) and one not in going]
    return MedicinesPage(
        regular=of(Kind.REGULAR),
        as_needed=of(Kind.AS_NEEDED),
        once=of(Kind.ONCE),
        infusions=of(Kind.INFUSION),
        before=tuple(one for one in before if one.state is not State.ENDED),
        over=tuple(over),
        to_confirm=tuple(one for one in here if one.to_confirm),
    )


def medicine_views(held: Sequence[Held], *, at: datetime) -> list[MedicineView]:
    """Return prescriptions as pages show them, those that go on from another known by it. Two statements at most."""
    formulary = formulary_shown()
    rounds = rounds_now(formulary)
    zero = day_zero()
    bodies = {one.id: loads(one.body) for one in held}
    medications = _medications(bodies.values())
    lines = {
        key: line_of(body, medication=medications.get(_medication_id(body)), rounds=rounds)
        for key, body in bodies.items()
    }
    priors = {line.prior for line in lines.values()} - {""}
    return [
        MedicineView(
            id=one.id,
            type=one.type,
            version=one.version,
            patient=one.patient,
            line=lines[one.id],
            words=line_words(lines[one.id], formulary=formulary),
            state=state_of(lines[one.id], at=at),
            origin=_origin(one, zero),
            is_here=one.source_kind is SourceKind.TYPED and one.type == "MedicationRequest",
            continued=str(one.id) in priors,
        )
        for one in held
    ]


def medicine_get(*, patient: UUID, id: UUID, type: str = "MedicationRequest", at: datetime) -> MedicineView:
    """Return one prescription of a person. Raises: NO_RESOURCE (RL-REC-002), one of somebody else's is none."""
    held = resource_get(type=type, id=id)
    if held.patient is None or held.patient not in records_of(patient):
        raise errors.NO_RESOURCE.error(where=type, type=type)
    return medicine_views([held], at=at)[0]


def _origin(one: Held, zero: datetime | None) -> Origin:
    return origin_of(
        kind=one.source_kind, name=one.source_name, as_of=one.as_of, at=one.clinical_at, written_at=one.updated_at,
        day_zero=zero, lasting=True,
    )  # fmt: skip


def _medication_id(body: Mapping[str, Any]) -> str:
    reference = body.get("medicationReference")
    text = str(reference.get("reference") or "") if isinstance(reference, dict) else ""
    return text.removeprefix("Medication/") if text.startswith("Medication/") else ""


def _medications(bodies: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    wanted = []
    for text in {_medication_id(body) for body in bodies} - {""}:
        try:
            wanted.append(UUID(text))
        except ValueError:
            continue
    return {str(key): loads(held.body) for key, held in resources_get(ids=wanted).items()} if wanted else {}


# -- checks ------------------------------------------------------------------------------------------------


def allergies_held(*, records: Sequence[UUID]) -> list[Allergy]:
    """Return a person's allergies as they are compared. One statement."""
    found = (allergy_of(loads(one.body)) for one in resources_of_all(patients=records, types=("AllergyIntolerance",)))
    return [one for one in found if one is not None]


def cautions_read(
    one: Prescription, *, records: Sequence[UUID], at: datetime, without: Iterable[UUID] = ()
) -> tuple[Caution, ...]:
    """Check a prescription against what the record holds now. Four statements.

    Args: without: prescriptions it replaces or goes on from: no duplicates of it.
    """
    formulary = formulary_now()
    language = language_now()
    wanted = wanted_of(one.name, one.atc, formulary=formulary)
    gone = set(without)
    going = [
        view for view in medicine_views(resources_of_all(patients=records, types=TYPES), at=at)
        if view.state in (State.ACTIVE, State.PLANNED, State.HELD) and view.id not in gone and not view.continued
    ]  # fmt: skip
    held = [wanted_of(view.line.name, view.line.atc, formulary=formulary) for view in going]
    times = one.schedule.times
    a_day = len(times) if times else (24 / one.schedule.hours if one.schedule.hours else None)
    return cautions_sorted(
        allergy_check(wanted, allergies_held(records=records), formulary=formulary, language=language),
        duplicate_check(wanted, held),
        dose_check(wanted, one.dose, a_day=a_day),
    )


def wanted_of(name: str, atc: str, *, formulary: Formulary) -> Wanted:
    """Return a medicine as it is compared: by its code, else by the names that stand in its text."""
    if atc in formulary.drugs:
        return Wanted(name=name, drugs=(formulary.drugs[atc],))
    drugs = formulary.named(name)
    if not drugs:
        found, sure = formulary.in_text(name)
        drugs = found if sure else ()
    return Wanted(name=name, drugs=drugs)


# -- giving --------------------------------------------------------------------------------------------------


def given_read(*, records: Sequence[UUID], since: datetime) -> list[Given]:
    """Return what was recorded as given or not given since a moment. One statement."""
    held = resources_of_all(patients=records, types=("MedicationAdministration",), since=since)
    found = (given_of(loads(one.body), id=one.id, version=one.version) for one in held)
    return [one for one in found if one is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A medicine on the sheet. Args: cells: one a column, None where nothing is due. extra: given out of turn that
    day. last: given last, before now."""

    view: MedicineView
    cells: tuple[Cell | None, ...]
    extra: tuple[Given, ...]
    last: Given | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The sheet of a day. Args: columns: its due moments. orphans: given of what stands in no row."""

    day: datetime
    columns: tuple[datetime, ...]
    rows: tuple[SheetRow, ...]
    orphans: tuple[Given, ...]


def sheet_read(*, records: Sequence[UUID], day: datetime, at: datetime) -> Sheet:
    """Read the sheet of a day: what is and was due, what was recorded. Four statements.

    Args: day: its first moment, local and aware.
    """
    start, end = day, day + timedelta(days=1)
    views = medicine_views(resources_of_all(patients=records, types=("MedicationRequest",)), at=at)
    given = given_read(records=records, since=start - BEFORE_SHOWN)
    by_request: dict[str, list[Given]] = {}
    for one in given:
        by_request.setdefault(one.request, []).append(one)
    shown = [view for view in views if view.is_here and _is_of_day(view, start, end, by_request)]
    due = {view.id: due_times(view.line.schedule, since=start, until=end, zone=timezone.get_current_timezone())
           if view.state is not State.HELD else () for view in shown}  # fmt: skip
    columns = tuple(sorted({moment for moments in due.values() for moment in moments}))
    rows = [
        _sheet_row(view, due[view.id], columns, by_request.get(str(view.id), []), start=start, end=end, at=at)
        for view in shown
    ]
    rows.sort(key=lambda row: (_ORDER.index(row.view.line.kind), row.view.words.name.casefold()))
    known = {str(view.id) for view in shown}
    orphans = tuple(one for one in given if one.request not in known and start <= one.at < end)
    return Sheet(day=day, columns=columns, rows=tuple(rows), orphans=orphans)


_ORDER = (Kind.INFUSION, Kind.REGULAR, Kind.AS_NEEDED, Kind.ONCE)


def _is_of_day(view: MedicineView, start: datetime, end: datetime, given: Mapping[str, list[Given]]) -> bool:
    """A prescription stands on the sheet of a day it covers, or on which something of it was recorded."""
    if any(start <= one.at < end for one in given.get(str(view.id), ())):
        return True
    schedule = view.line.schedule
    begins = schedule.start or view.line.authored
    if view.line.kind is Kind.ONCE:
        return any(start <= one < end for one in schedule.events) and view.state is not State.STOPPED
    if view.state is State.STOPPED and schedule.end is None:
        return False
    return (begins is None or begins < end) and (schedule.end is None or schedule.end > start)


def _sheet_row(
    view: MedicineView,
    due: tuple[datetime, ...],
    columns: tuple[datetime, ...],
    held: list[Given],
    *,
    start: datetime,
    end: datetime,
    at: datetime,
) -> SheetRow:
    cells, extra = cells_of(due, held, at=at)
    by_due = {cell.due: cell for cell in cells}
    past = [one for one in held if one.is_given and one.at <= at]
    return SheetRow(
        view=view,
        cells=tuple(by_due.get(column) for column in columns),
        extra=tuple(one for one in extra if start <= one.at < end),
        last=max(past, key=lambda one: one.at, default=None),
    )


# -- a whole ward --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WardDose:
    """A dose due in a ward. Args: who: in bed, with the face."""

    who: InBed
    view: MedicineView
    due: datetime
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class WardRound:
    """The doses of a ward around now. Args: as_needed: medicines as needed by patient, count only. people: in it."""

    doses: tuple[WardDose, ...]
    people: tuple[InBed, ...]
    since: datetime
    until: datetime

    @property
    def overdue(self) -> int:
        """Count what should have been given."""
        return sum(one.mark is Mark.OVERDUE for one in self.doses)


def _by_record(people: Sequence[InBed]) -> dict[UUID, InBed]:
    """Return every record of people, merged ones too -> whose it is. One statement a step of merges."""
    found = {who.patient: who for who in people}
    step = list(found)
    for _ in range(_MERGES):
        views = list(faces_where("f.merged_into", [id_out(one) for one in step], with_numbers=False))
        step = [view.patient for view in views if view.patient not in found]
        found.update({view.patient: found[view.merged_into] for view in views if view.merged_into in found})
        if not step:
            break
    return found


def ward_doses(*, site: str, ward: str, at: datetime, ahead: timedelta = AHEAD) -> WardRound:
    """List what is due in a ward from twelve hours ago on and not recorded, by time, then bed. Some ten statements."""
    people = ward_census(site=site, ward=ward)
    by_record = _by_record(people)
    views = medicine_views(resources_of_all(patients=list(by_record), types=("MedicationRequest",)), at=at)
    since, until = at - BEHIND, at + ahead
    answered = {(one.request, one.due) for one in given_read(records=list(by_record), since=since - BEHIND)}
    zone = timezone.get_current_timezone()
    found = []
    for view in views:
        if not view.is_here or view.state not in (State.ACTIVE, State.PLANNED) or view.patient not in by_record:
            continue
        for due in due_times(view.line.schedule, since=since, until=until, zone=zone):
            if (str(view.id), due) not in answered:
                cell = cells_of((due,), (), at=at)[0][0]
                found.append(WardDose(who=by_record[view.patient], view=view, due=due, mark=cell.mark))
    place = {who.patient: n for n, who in enumerate(people)}
    found.sort(key=lambda one: (one.due, place[one.who.patient], one.view.words.name.casefold()))
    return WardRound(doses=tuple(found), people=tuple(people), since=since, until=until)
