"""What the wards write of a patient in the days after the attack: who writes what when, and the words.

Owns the order of a stay: admission, first note and prescriptions, rounds with vital signs and what was given, later
notes, the way home. Refuses the record: bodies come out, `patients_story` writes them. Source: docs/design/scenario.md,
"The patients".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from uuid import UUID

from relight.cli.scenario.patients import Patient
from relight.cli.scenario.patients_hand import (
    Made,
    Writer,
    allergies,
    dose_given,
    made,
    note,
    oxygen_target,
    prescription,
    problem,
    vital_signs,
)
from relight.cli.scenario.patients_past import Body
from relight.cli.scenario.patients_plan import Medicine, PatientsPlan
from relight.cli.scenario.patients_vitals import measured
from relight.record.plain import NotePart, Schedule, due_times, letter_body

GIVEN_FOR = timedelta(hours=30)  # how long before the end what was given is written dose by dose
NOT_GIVEN = 4  # of a hundred doses
NOT_GIVEN_WHY = ("Patient à jeun", "Refusé par le patient", "Absent du service (examen)", "Tension trop basse")


class Kind(Enum):
    """What is written."""

    ADMIT = "admit"
    MOVE = "move"
    FIRST = "first"
    ROUND = "round"
    NOTE = "note"
    CARE = "care"
    LEAVE = "leave"


NURSES = frozenset({Kind.ADMIT, Kind.MOVE, Kind.ROUND, Kind.CARE, Kind.LEAVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One thing one person writes. Args: text: of a note."""

    at: datetime
    kind: Kind
    one: Patient
    text: str = ""


def week_of(one: Patient, *, end: datetime, rounds: int) -> Iterator[Doing]:
    """Say what is written of one patient, in no order. Args: rounds: the latest so many; 0 for all."""
    last = one.left or end
    came_here = one.entered
    yield Doing(at=one.entered, kind=Kind.ADMIT, one=one)
    if one.through and one.came == one.entered:
        came_here = min(last, one.entered + timedelta(minutes=one.chance("through").randint(70, 260)))
        yield Doing(at=came_here, kind=Kind.MOVE, one=one)
    first = min(last, came_here + timedelta(minutes=9))
    yield Doing(at=first, kind=Kind.FIRST, one=one)
    for hours in one.ward.rounds[: rounds or None]:
        at = end - timedelta(hours=hours, minutes=one.chance(f"round:{hours}").randint(-9, 9))
        if first < at <= min(last, end):
            yield Doing(at=at, kind=Kind.ROUND, one=one)
    yield from _notes(one, since=first, last=last)
    if one.left is not None:
        yield Doing(at=one.left, kind=Kind.LEAVE, one=one)


def _notes(one: Patient, *, since: datetime, last: datetime) -> Iterator[Doing]:
    """Yield the later notes: the doctor's as the stay goes on, the nurses' at the end of a shift."""
    stayed = last - since
    chance = one.chance("notes")
    for kind, texts, least in ((Kind.NOTE, one.case.later, 20), (Kind.CARE, one.case.care, 3)):
        for n, text in enumerate(texts, 1):
            if stayed > timedelta(hours=least * n):
                share = n / (len(texts) + 1) + chance.uniform(0, 0.2)
                yield Doing(at=since + stayed * min(share, 0.95), kind=kind, one=one, text=text)


def first_bodies(plan: PatientsPlan, one: Patient, by: Writer) -> Iterator[Made]:
    """Yield the doctor's first: the problem, allergies where nobody knew them, a note, prescriptions."""
    at, case = by.at, one.case
    yield made(one, at, "problem", problem(by, icd=case.icd, name=case.reason))
    if case.copd:
        yield made(one, at, "target", oxygen_target(by))
    if one.asked and not one.known:
        for n, body in enumerate(allergies(by, one.allergies)):
            yield made(one, at, f"allergy:{n}", body)
    home = ", ".join(medicine.text for medicine in one.takes) or "aucun"
    parts = [
        ("Motif d'admission", case.reason),
        ("Anamnèse", case.history),
        ("Traitement à domicile", home),
        ("Examen clinique", case.exam),
        ("Plan", case.plan),
    ]
    yield made(one, at, "note", note(by, title="Note d'admission", parts=parts))
    for medicine in prescribed(plan, one):
        yield made(one, at, f"prescription:{medicine.id}", prescription(by, medicine))


def prescribed(plan: PatientsPlan, one: Patient) -> Sequence[Medicine]:
    """Return what the ward gives: for the case, and what the patient takes at home."""
    own = [plan.medicines[name] for name in one.drugs]
    codes = {medicine.atc for medicine in own}
    return [*own, *(medicine for medicine in one.takes if medicine.atc not in codes)]


def round_bodies(
    plan: PatientsPlan,
    one: Patient,
    by: Writer,
    *,
    end: datetime,
    since: datetime,
    prescriptions: Mapping[str, tuple[UUID, Body]],
) -> Iterator[Made]:
    """Yield a round: vital signs, and the doses due since the last one. Args: prescriptions: by medicine."""
    yield from vital_signs(one, by, measured(one, at=by.at, end=end))
    if end - by.at > GIVEN_FOR:
        return
    for medicine in prescribed(plan, one):
        request, order = prescriptions[medicine.id]
        for due in doses(medicine, since=since, until=by.at):
            why_not = _why_not(one, medicine, due)
            body = dose_given(by, medicine, due=due, request=request, order=order, why_not=why_not)
            yield made(one, due, f"given:{medicine.id}", body)


def _why_not(one: Patient, medicine: Medicine, due: datetime) -> str:
    """Say why a dose was not given; empty for most."""
    chance = one.chance(f"dose:{medicine.id}:{due.timestamp()}")
    return chance.choice(NOT_GIVEN_WHY) if chance.randrange(100) < NOT_GIVEN else ""


def doses(medicine: Medicine, *, since: datetime, until: datetime) -> tuple[datetime, ...]:
    """Return the moments at which a medicine was due from one on, before the other, in the time of the house."""
    zone = until.tzinfo
    assert zone is not None
    schedule = Schedule(times=tuple(time(hour) for hour in sorted(medicine.times)))
    due = due_times(schedule, since=since, until=until, zone=zone) if medicine.times else ()
    return tuple(one.astimezone(zone) for one in due)


def leave_bodies(plan: PatientsPlan, one: Patient, by: Writer) -> Iterator[Made]:
    """Yield the letter that goes along, still to be signed."""
    parts = [
        NotePart(title="Diagnostic", text=one.case.reason),
        NotePart(title="Évolution", text=" ".join((one.case.history, *one.case.later))),
        NotePart(title="Traitement à la sortie", text=", ".join(drug.text for drug in prescribed(plan, one))),
        NotePart(title="Suivi", text=f"Contrôle chez {one.practitioner} dans la semaine."),
    ]
    body = letter_body(patient=by.who, title="Lettre de sortie", parts=parts, author=by.author, at=by.at)
    yield made(one, by.at, "letter", body)
