"""Patients of a measurement: seeded, some thirty resources each, as a hospital's export has them.

Owns invention. Names are drawn as bench/patients.py draws them: common ones often, so that a search has many to tell
apart.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

SEED = 20261113
WARDS = 40
IN_BED = 70  # one of so many lies in the house
A_FILE = 500
HL7 = "http://terminology.hl7.org/CodeSystem"
FAMILIES = ("Peeters", "Janssens", "Maes", "Jacobs", "Mertens", "Willems", "Dubois", "Lambert", "Martin", "Dupont",
            "Simon", "Noël", "Gérard", "Van den Berghe", "D'Hondt", "Lefèvre")  # fmt: skip
GIVEN = ("Marie", "Jean", "Maria", "Luc", "Anne", "Marc", "Michel", "Nicole", "Philippe", "Monique", "André", "Jeanne",
         "Éric", "Françoise", "Jean-Pierre", "Thérèse", "José", "Zoé", "Noah", "Léa")  # fmt: skip
SYLLABLES = ("an", "be", "cor", "du", "el", "fran", "ger", "ho", "is", "jac", "ka", "lo", "mar", "ni", "ol", "pe",
             "que", "ro", "sta", "tho", "ul", "van", "wil", "yer", "brou", "chel", "mont", "pont")  # fmt: skip
TESTS = (("2823-3", "Potassium", 3.5, 5.1, "mmol/L"), ("2951-2", "Sodium", 135.0, 145.0, "mmol/L"),
         ("2160-0", "Creatinine", 0.6, 1.2, "mg/dL"), ("718-7", "Haemoglobin", 12.0, 16.0, "g/dL"),
         ("6690-2", "Leukocytes", 4.0, 10.0, "10*9/L"), ("1988-5", "CRP", 0.0, 5.0, "mg/L"))  # fmt: skip
PROBLEMS = (("I10", "Hypertension"), ("E11.9", "Type 2 diabetes"), ("J44.9", "COPD"), ("I48.9", "Atrial fibrillation"))
DRUGS = (("C09AA05", "Ramipril 5 mg"), ("A10BA02", "Metformin 850 mg"), ("B01AF02", "Apixaban 5 mg"))


def person(n: int) -> dict[str, Any]:
    """Make the Patient of a number; the same each time."""
    chance = random.Random(SEED * 7 + n)
    family = chance.choice(FAMILIES) if chance.random() < 0.4 else _name(chance, 30_000)
    given = chance.choice(GIVEN) if chance.random() < 0.6 else _name(chance, 4_000)
    birth = date(1925, 1, 1) + timedelta(days=chance.randrange(36_800))
    return {
        "resourceType": "Patient",
        "id": str(patient_id(n)),
        "identifier": [{"system": "urn:hospital:record", "value": f"A{n:07d}"}],
        "name": [{"use": "official", "family": family, "given": given.split(" ")}],
        "gender": chance.choice(("female", "male")),
        "birthDate": birth.isoformat(),
        "address": [{"line": [f"Rue {n}"], "city": "Arlon", "postalCode": "6700", "country": "BE"}],
    }


def patient_id(n: int) -> UUID:
    """Return the id of a patient's number."""
    return UUID(int=random.Random(SEED + n).getrandbits(128), version=4)


def ward_of(n: int) -> tuple[str, str, str] | None:
    """Return site, ward and bed of who lies in the house."""
    return ("arlon", f"ward-{n // IN_BED % WARDS}", str(n // IN_BED // WARDS + 1)) if n % IN_BED == 0 else None


def _name(chance: random.Random, kinds: int) -> str:
    own = random.Random(int(kinds * chance.random() ** 1.6))
    return "".join(own.choice(SYLLABLES) for _ in range(own.randrange(2, 4))).capitalize()


def files_write(folder: Path, *, patients: int, each: int) -> int:
    """Write NDJSON files. Args: each: resources a patient, some. Returns: how many resources."""
    count = 0
    for begin in range(0, patients, A_FILE):
        with (folder / f"{begin:07}.ndjson").open("w", encoding="utf-8") as file:
            for n in range(begin, min(begin + A_FILE, patients)):
                for body in resources(n, each=each):
                    file.write(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n")
                    count += 1
    return count


def resources(n: int, *, each: int) -> Iterator[dict[str, Any]]:
    """Yield a patient with problems, allergy, medicines, a stay for who is in the house, and results."""
    chance = random.Random(SEED * 11 + n)
    who = {"reference": f"Patient/{patient_id(n)}"}
    yield person(n)
    yield from _background(chance, who)
    place = ward_of(n)
    if place:
        yield _made(chance, "Encounter", **_stay(place), subject=who)
    for m in range(max(0, each - 7)):
        yield _result(chance, who, m)


def _made(chance: random.Random, kind: str, **body: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": str(UUID(int=chance.getrandbits(128), version=4)), **body}


def _background(chance: random.Random, who: dict[str, str]) -> Iterator[dict[str, Any]]:
    for icd, text in chance.sample(PROBLEMS, 2):
        code = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": icd}], "text": text}
        active = {"coding": [{"system": f"{HL7}/condition-clinical", "code": "active"}]}
        yield _made(chance, "Condition", clinicalStatus=active, code=code, subject=who, onsetDateTime="2019-04")
    active = {"coding": [{"system": f"{HL7}/allergyintolerance-clinical", "code": "active"}]}
    yield _made(
        chance,
        "AllergyIntolerance",
        clinicalStatus=active,
        criticality="high",
        code={"text": "Penicillin"},
        patient=who,
    )
    for atc, text in DRUGS:
        code = {"coding": [{"system": "http://www.whocc.no/atc", "code": atc}], "text": text}
        yield _made(
            chance, "MedicationStatement", status="active", medicationCodeableConcept=code, subject=who,
            dosage=[{"text": "1 a day"}],
        )  # fmt: skip


def _stay(place: tuple[str, str, str]) -> dict[str, Any]:
    key = "/".join(place)
    where = {"identifier": {"system": "urn:relight:place", "value": key}, "display": key}
    return {
        "status": "in-progress",
        "class": {"system": f"{HL7}/v3-ActCode", "code": "IMP"},
        "period": {"start": "2026-11-12T10:00:00+01:00"},
        "location": [{"location": where, "status": "active", "period": {"start": "2026-11-12T10:00:00+01:00"}}],
    }


def _result(chance: random.Random, who: dict[str, str], m: int) -> dict[str, Any]:
    loinc, text, low, high, unit = TESTS[m % len(TESTS)]
    quantity = {"unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    at = f"2026-{10 - m // len(TESTS) % 9:02}-{chance.randrange(1, 28):02}T07:{chance.randrange(10, 59)}:00+01:00"
    return _made(
        chance,
        "Observation",
        status="final",
        category=[{"coding": [{"system": f"{HL7}/observation-category", "code": "laboratory"}]}],
        code={"coding": [{"system": "http://loinc.org", "code": loinc}], "text": text},
        subject=who,
        effectiveDateTime=at,
        valueQuantity={"value": round(chance.uniform(low * 0.8, high * 1.2), 1), **quantity},
        referenceRange=[{"low": {"value": low, **quantity}, "high": {"value": high, **quantity}}],
    )
