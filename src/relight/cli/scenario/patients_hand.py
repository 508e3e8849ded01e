"""What a ward writes of a patient, as the record's own rules shape it.

Owns turning a plan's medicines, allergies and measurements into what a person would have typed. Refuses shapes of its
own: bodies come from `record.plain`. Source: docs/design/scenario.md, "The patients".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from uuid import UUID

from relight.cli.scenario.patients import Patient
from relight.cli.scenario.patients_past import Body
from relight.cli.scenario.patients_plan import Allergy, Medicine
from relight.cli.scenario.patients_vitals import Measured
from relight.kernel.ids import uuid7
from relight.record.plain import (
    BY_UCUM,
    AllergyGiven,
    Certainty,
    Consciousness,
    Criticality,
    Dose,
    Giving,
    Kind,
    NotePart,
    Prescription,
    ProblemGiven,
    Scale,
    Schedule,
    Score,
    VitalSet,
    administration_body,
    allergy_body,
    line_of,
    none_known_body,
    note_body,
    order_body,
    problem_body,
    score_body,
    set_bodies,
    set_score,
    target_body,
)

ROUTES = {"po": "par voie orale", "iv": "par voie intraveineuse", "sc": "par voie sous-cutanée", "inh": "en inhalation"}
NO_ROUNDS: Mapping[int, tuple[time, ...]] = {}  # what is prescribed here says its hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes, of whom, when. Args: author: as FHIR names them."""

    patient: UUID
    at: datetime
    author: Body

    @property
    def who(self) -> str:
        return f"Patient/{self.patient}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A resource to be written. Args: what: tells it from the others of the same hand at the same bed."""

    id: UUID
    what: str
    body: Body


def made(one: Patient, at: datetime, what: str, body: Body) -> Made:
    """Give a resource the id it has in each replay of the same hour."""
    return Made(id=uuid7(at=at, entropy=one.chance(f"{what}:{at.timestamp()}").randbytes(10)), what=what, body=body)


def problem(by: Writer, *, icd: str, name: str) -> Body:
    """Write what somebody is here for."""
    given = ProblemGiven(name=name, since=f"{by.at:%d/%m/%Y}", system="icd10", code=icd)
    return problem_body(given, patient=by.who, author=by.author, at=by.at, today=by.at.date())


def allergies(by: Writer, known: Sequence[Allergy]) -> Iterator[Body]:
    """Write what somebody said of allergies: those there are, or that there are none."""
    for one in known:
        given = AllergyGiven(
            name=one.text,
            atc=one.atc,
            criticality=Criticality(one.criticality),
            certainty=Certainty.CONFIRMED,
            reaction=one.reaction,
        )
        yield allergy_body(given, patient=by.who, author=by.author, at=by.at)
    if not known:
        yield none_known_body(patient=by.who, author=by.author, at=by.at)


def note(by: Writer, *, title: str, parts: Sequence[tuple[str, str]]) -> Body:
    """Write a note."""
    sections = [NotePart(title=name, text=text) for name, text in parts]
    return note_body(
        patient=by.who, title=title, parts=sections, author=by.author, at=by.at, loinc="34109-9", template=""
    )


def prescription(by: Writer, medicine: Medicine) -> Body:
    """Write a prescription."""
    is_regular = bool(medicine.times)
    one = Prescription(
        name=medicine.text,
        atc=medicine.atc,
        kind=Kind.REGULAR if is_regular else Kind.AS_NEEDED,
        dose=_dose(medicine.dose, medicine),
        route=medicine.route,
        schedule=Schedule(start=by.at, times=tuple(time(hour) for hour in sorted(medicine.times))),
        reason=medicine.need,
        most=_dose(medicine.most, medicine) if medicine.most else None,
    )
    often = f"{len(medicine.times)} x par jour" if is_regular else f"si nécessaire : {medicine.need.lower()}"
    text = f"{medicine.dose.replace('.', ',')} {BY_UCUM[medicine.unit]} {ROUTES[medicine.route]}, {often}"
    return order_body(
        one, patient=by.patient, at=by.at, requester=by.author, recorder=by.author, text=text, is_verbal=False
    )


def _dose(amount: str, medicine: Medicine) -> Dose:
    return Dose(amount=Decimal(amount), unit=BY_UCUM[medicine.unit])


def dose_given(by: Writer, medicine: Medicine, *, due: datetime, request: UUID, order: Body, why_not: str = "") -> Body:
    """Write one dose. Args: order: the prescription as written. why_not: empty where it was given."""
    giving = Giving(
        is_given=not why_not,
        at=due,
        due=due,
        dose=None if why_not else _dose(medicine.dose, medicine),
        reason=why_not,
        band="scanned",
    )
    return administration_body(
        line_of(order, rounds=NO_ROUNDS),
        giving,
        request=request,
        patient=by.patient,
        medicine=order["medicationCodeableConcept"],
        by=by.author,
    )


def oxygen_target(by: Writer) -> Body:
    """Write that 88 to 92 % are aimed at."""
    reason = "BPCO : saturation visée 88 à 92 %"
    return target_body(Scale.TWO, patient=by.who, author=by.author, at=by.at, reason=reason)


def vital_signs(one: Patient, by: Writer, seen: Measured) -> Iterator[Made]:
    """Write a round of vital signs with its score, where there is one for this age."""
    values = {
        "respiration": str(seen.respiration),
        "saturation": str(seen.saturation),
        "temperature": str(seen.temperature),
        "pulse": str(seen.pulse),
        "systolic": str(seen.systolic),
        "diastolic": str(seen.diastolic),
    }
    if seen.oxygen:
        values["flow"] = f"{seen.oxygen:.0f}"
    if seen.pain is not None:
        values["pain"] = str(seen.pain)
    given = VitalSet(
        at=by.at, values=values, on_oxygen=bool(seen.oxygen), consciousness=Consciousness(seen.consciousness)
    )
    yield from _set(one, by, given)


def weight(one: Patient, by: Writer) -> Iterator[Made]:
    """Write weight and height, as measured on admission."""
    yield from _set(one, by, VitalSet(at=by.at, values={"weight": str(one.weight_kg), "height": str(one.height_cm)}))


def _set(one: Patient, by: Writer, given: VitalSet) -> Iterator[Made]:
    set_id = str(uuid7(at=by.at, entropy=one.chance(f"set:{by.at.timestamp()}").randbytes(10)))
    bodies = set_bodies(given, patient=by.who, set_id=set_id, author=by.author, written_at=by.at)
    found = [made(one, by.at, f"vital:{key}", body) for key, body in bodies.items()]
    yield from found
    scale = Scale.TWO if one.case.copd else Scale.ONE
    score = set_score(given, scale=scale, age_years=one.years(by.at), is_pregnant=False)
    if isinstance(score, Score):
        of = [f"Observation/{each.id}" for each in found]
        body = score_body(score, given=given, patient=by.who, set_id=set_id, author=by.author, written_at=by.at, of=of)
        yield made(one, by.at, "score", body)
