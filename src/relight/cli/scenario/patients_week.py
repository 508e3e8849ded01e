"""What the wards write of a patient in the days after the attack: who writes what when, and the words.

Owns the order of a stay: admission, first note and prescriptions, rounds with vital signs and what was given, later
notes, the way home. Refuses the record: bodies come out, `patients_story` writes them. Source: docs/design/scenario.md,
"The patients".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from html import escape
from typing import Any
from uuid import UUID

from relight.cli.scenario.patients import Patient
from relight.cli.scenario.patients_past import ATC, LOINC, UCUM, Body, allergy_body, coded, condition_body, state
from relight.cli.scenario.patients_plan import Medicine, PatientsPlan
from relight.cli.scenario.patients_vitals import Measured, measured
from relight.kernel.ids import uuid7

GIVEN_FOR = timedelta(hours=30)  # how long before the end what was given is written dose by dose
ROUTES = {"PO": "per os", "IV": "intraveineux", "SC": "sous-cutané", "INH": "inhalation"}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes. Args: author: as FHIR names them."""

    patient: UUID
    at: datetime
    author: Body

    @property
    def who(self) -> Body:
        return {"reference": f"Patient/{self.patient}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A resource to be written. Args: what: tells it from the others of the same hand at the same bed."""

    id: UUID
    what: str
    body: Body


def week_of(one: Patient, *, end: datetime, rounds: int) -> Iterator[Doing]:
    """Say what is written of one patient, in no order. Args: rounds: the latest so many; 0 for all."""
    last = one.left or end
    came_here = one.entered
    yield Doing(at=one.entered, kind=Kind.ADMIT, one=one)
    if one.through and one.came == one.entered:
        came_here = min(last, one.entered + timedelta(minutes=one.chance("through").randint(70, 260)))
        yield Doing(at=came_here, kind=Kind.MOVE, one=one)
    yield Doing(at=min(last, came_here + timedelta(minutes=9)), kind=Kind.FIRST, one=one)
    for hours in one.ward.rounds[: rounds or None]:
        at = end - timedelta(hours=hours, minutes=one.chance(f"round:{hours}").randint(-9, 9))
        if came_here < at <= min(last, end):
            yield Doing(at=at, kind=Kind.ROUND, one=one)
    yield from _notes(one, since=came_here, last=last)
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


# -- bodies ------------------------------------------------------------------------------------------------


def _made(one: Patient, at: datetime, what: str, body: Body) -> Made:
    id = uuid7(at=at, entropy=one.chance(f"{what}:{at.timestamp()}").randbytes(10))
    return Made(id=id, what=what, body=body)


def first_bodies(plan: PatientsPlan, one: Patient, by: Writer) -> Iterator[Made]:
    """Yield the doctor's first: the problem, allergies where nobody knew them, a note, prescriptions."""
    at, case = by.at, one.case
    problem = condition_body(by.who, icd=case.icd, text=case.reason, since=at.date().isoformat())
    yield _made(one, at, "problem", {**problem, "recorder": by.author, "recordedDate": at.isoformat()})
    if one.asked and not one.known:
        for n, allergy in enumerate(one.allergies or (None,)):
            body = allergy_body(by.who, allergy, at=at.isoformat())
            yield _made(one, at, f"allergy:{n}", {**body, "recorder": by.author})
    home = ", ".join(medicine.text for medicine in one.takes) or "aucun"
    sections = [
        ("Motif d'admission", case.reason),
        ("Anamnèse", case.history),
        ("Traitement à domicile", home),
        ("Examen clinique", case.exam),
        ("Plan", case.plan),
    ]
    yield _made(one, at, "note", note_body(by, title="Note d'admission", sections=sections))
    for medicine in prescribed(plan, one):
        yield _made(one, at, f"prescription:{medicine.id}", request_body(by, medicine))


def prescribed(plan: PatientsPlan, one: Patient) -> Sequence[Medicine]:
    """Return what the ward gives: for the case, and what the patient takes at home."""
    own = [plan.medicines[name] for name in one.drugs]
    codes = {medicine.atc for medicine in own}
    return [*own, *(medicine for medicine in one.takes if medicine.atc not in codes)]


def round_bodies(
    plan: PatientsPlan, one: Patient, by: Writer, *, end: datetime, since: datetime, prescriptions: Mapping[str, UUID]
) -> Iterator[Made]:
    """Yield a round: vital signs, and the doses due since the last one. Args: prescriptions: by medicine."""
    for code, body in vital_bodies(by, measured(one, at=by.at, end=end)):
        yield _made(one, by.at, code, body)
    if end - by.at > GIVEN_FOR:
        return
    for medicine in prescribed(plan, one):
        for due in doses(medicine, since=since, until=by.at):
            body = given_body(one, by, medicine, due=due, request=prescriptions[medicine.id])
            yield _made(one, due, f"given:{medicine.id}", body)


def doses(medicine: Medicine, *, since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the moments at which a medicine was due, in the time of the house."""
    day = since.replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= until:
        for hour in medicine.times:
            due = day.replace(hour=hour)
            if since < due <= until:
                yield due
        day += timedelta(days=1)


def leave_bodies(plan: PatientsPlan, one: Patient, by: Writer) -> Iterator[Made]:
    """Yield the letter that goes along."""
    sections = [
        ("Diagnostic", one.case.reason),
        ("Évolution", " ".join((one.case.history, *one.case.later))),
        ("Traitement à la sortie", ", ".join(medicine.text for medicine in prescribed(plan, one))),
        ("Suivi", f"Contrôle chez {one.practitioner} dans la semaine."),
    ]
    yield _made(one, by.at, "letter", note_body(by, title="Lettre de sortie", sections=sections, code="18842-5"))


def note_body(by: Writer, *, title: str, sections: Sequence[tuple[str, str]], code: str = "34109-9") -> Body:
    """Write a note."""
    return {
        "resourceType": "Composition",
        "status": "final",
        "type": coded(LOINC, code, title),
        "subject": by.who,
        "date": by.at.isoformat(),
        "author": [by.author],
        "title": title,
        "section": [{"title": name, "text": {"status": "generated", "div": _div(text)}} for name, text in sections],
    }


def _div(text: str) -> str:
    return f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{escape(text)}</p></div>'


def request_body(by: Writer, medicine: Medicine) -> Body:
    """Write a prescription."""
    often = f"{len(medicine.times)} x par jour" if medicine.times else "si nécessaire"
    dose: Body = {
        "text": f"{medicine.dose} {medicine.unit} {ROUTES[medicine.route]}, {often}",
        "route": {"text": ROUTES[medicine.route]},
        "doseAndRate": [{"doseQuantity": _dose(medicine)}],
    }
    if medicine.times:
        hours = [f"{hour:02d}:00:00" for hour in sorted(medicine.times)]
        dose["timing"] = {"repeat": {"frequency": len(hours), "period": 1, "periodUnit": "d", "timeOfDay": hours}}
    else:
        dose["asNeededBoolean"] = True
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": coded(ATC, medicine.atc, medicine.text),
        "subject": by.who,
        "authoredOn": by.at.isoformat(),
        "requester": by.author,
        "dosageInstruction": [dose],
    }


def _dose(medicine: Medicine) -> Body:
    value = float(medicine.dose) if "." in medicine.dose else int(medicine.dose)
    return {"value": value, "unit": medicine.unit, "system": UCUM, "code": medicine.unit}


def given_body(one: Patient, by: Writer, medicine: Medicine, *, due: datetime, request: UUID) -> Body:
    """Write one dose, given or not."""
    chance = one.chance(f"dose:{medicine.id}:{due.timestamp()}")
    body: Body = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": coded(ATC, medicine.atc, medicine.text),
        "subject": by.who,
        "effectiveDateTime": due.isoformat(),
        "performer": [{"actor": by.author}],
        "request": {"reference": f"MedicationRequest/{request}"},
    }
    if chance.randrange(100) < NOT_GIVEN:
        return {**body, "status": "not-done", "statusReason": [{"text": chance.choice(NOT_GIVEN_WHY)}]}
    return {**body, "dosage": {"dose": _dose(medicine), "route": {"text": ROUTES[medicine.route]}}}


def vital_bodies(by: Writer, seen: Measured) -> Iterator[tuple[str, Body]]:
    """Yield the Observations of one round, each with what tells them apart."""
    plain = (
        ("9279-1", "Fréquence respiratoire", seen.respiration, "/min"),
        ("59408-5", "Saturation en oxygène", seen.saturation, "%"),
        ("8310-5", "Température", seen.temperature, "Cel"),
        ("8867-4", "Pouls", seen.pulse, "/min"),
    )
    for code, text, value, unit in plain:
        yield code, _vital(by, code, text, valueQuantity=_quantity(value, unit))
    pressure = [
        {"code": coded(LOINC, code, text), "valueQuantity": _quantity(value, "mm[Hg]")}
        for code, text, value in (("8480-6", "Systolique", seen.systolic), ("8462-4", "Diastolique", seen.diastolic))
    ]
    yield "85354-9", _vital(by, "85354-9", "Pression artérielle", component=pressure)
    yield "80288-4", _vital(by, "80288-4", "Conscience", valueString=seen.consciousness)
    if seen.oxygen:
        yield "3151-8", _vital(by, "3151-8", "Débit d'oxygène", valueQuantity=_quantity(seen.oxygen, "L/min"))
    if seen.pain is not None:
        yield "72514-3", _vital(by, "72514-3", "Douleur", valueQuantity=_quantity(seen.pain, "{score}"))


def weight_bodies(one: Patient, by: Writer) -> Iterator[Made]:
    """Yield weight and height, as measured on admission."""
    for code, text, value, unit in (
        ("29463-7", "Poids", one.weight_kg, "kg"),
        ("8302-2", "Taille", one.height_cm, "cm"),
    ):
        yield _made(one, by.at, code, _vital(by, code, text, valueQuantity=_quantity(value, unit)))


def _quantity(value: float, unit: str) -> Body:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def _vital(by: Writer, code: str, text: str, **value: Any) -> Body:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [state("observation-category", "vital-signs")],
        "code": coded(LOINC, code, text),
        "subject": by.who,
        "effectiveDateTime": by.at.isoformat(),
        "performer": [by.author],
        **value,
    }
