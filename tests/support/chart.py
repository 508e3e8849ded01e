"""A patient with a plausible week of data, and resources as their writers lay them."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccff0bf1e0005830"
    "2ff8f0d1d4b0000000049454e44ae426082"
)


def registered(act: Any, family: str = "Lambert", **fields: Any) -> UUID:
    """Register somebody and return their record."""
    from relight.record.rules.identity import Person
    from relight.record.services.identity import patient_register

    told = {"given": "Marie", "birth": "1970-02-01", "sex": "female", **fields}
    return patient_register(act=act, person=Person(family=family, **told)).patient


def written(act: Any, *bodies: dict[str, Any], source: UUID | None = None) -> list[UUID]:
    """Write resources, as typed here or as of a source. Returns: their ids."""
    from relight.journal.api import writing
    from relight.record.services.store import entries_write
    from relight.record.types import EntryDraft

    drafts = [EntryDraft(type=body["resourceType"], body=body, source=source) for body in bodies]
    with writing(act) as log:
        made = entries_write(act=act, log=log, drafts=drafts)
    return [one.resource for one in made]


def of(patient: UUID) -> dict[str, str]:
    return {"reference": f"Patient/{patient}"}


def concept(text: str, code: str = "", system: str = LOINC) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}], "text": text} if code else {"text": text}


def observation(patient: UUID, name: str, code: str, at: datetime, **fields: Any) -> dict[str, Any]:
    """An Observation. Keywords: value and unit, or any element; category, flag, low, high."""
    category = fields.pop("category", "laboratory")
    body: dict[str, Any] = {
        "resourceType": "Observation",
        "status": fields.pop("status", "final"),
        "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
        "code": concept(name, code),
        "subject": of(patient),
        "effectiveDateTime": at.isoformat(),
    }
    if "value" in fields:
        unit = fields.pop("unit", "")
        body["valueQuantity"] = {"value": fields.pop("value"), "unit": unit, "system": UCUM, "code": unit}
    if "flag" in fields:
        body["interpretation"] = [{"coding": [{"system": INTERPRETATION, "code": fields.pop("flag")}]}]
    if "low" in fields or "high" in fields:
        ends = {name: {"value": fields.pop(name)} for name in ("low", "high") if name in fields}
        body["referenceRange"] = [ends]
    return {**body, **fields}


def allergy(patient: UUID, text: str, **fields: Any) -> dict[str, Any]:
    return {"resourceType": "AllergyIntolerance", "patient": of(patient), "code": {"text": text}, **fields}


def vital_set(patient: UUID, at: datetime, *, news: int, pulse: int = 88) -> list[dict[str, Any]]:
    """A set of vital signs with its score."""
    make = {"category": "vital-signs"}
    score = {
        "coding": [{"system": "http://snomed.info/sct", "code": "1104051000000101"}],
        "text": "NEWS2 (SpO₂ scale 1)",
    }
    pressure = {
        "component": [
            {"code": concept("Systolic", "8480-6"), "valueQuantity": {"value": 118, "unit": "mmHg", "code": "mm[Hg]"}},
            {"code": concept("Diastolic", "8462-4"), "valueQuantity": {"value": 71, "unit": "mmHg", "code": "mm[Hg]"}},
        ]
    }
    return [
        observation(patient, "Heart rate", "8867-4", at, value=pulse, unit="/min", **make),
        observation(patient, "Respiratory rate", "9279-1", at, value=18, unit="/min", **make),
        observation(patient, "Temperature", "8310-5", at, value=37.8, unit="Cel", **make),
        observation(patient, "SpO2", "59408-5", at, value=95, unit="%", **make),
        observation(patient, "Blood pressure", "85354-9", at, **make, **pressure),
        observation(patient, "Consciousness", "80288-4", at, **make, valueCodeableConcept={"text": "Alert"}),
        {**observation(patient, "NEWS2", "", at, value=news, unit="{score}", **make), "code": score},
    ]


def medicine(patient: UUID, name: str, at: datetime, **fields: Any) -> dict[str, Any]:
    """A prescription: dose, unit, times a day."""
    dose, unit = fields.pop("dose", 1), fields.pop("unit", "g")
    repeat = {"frequency": fields.pop("times", 3), "period": 1, "periodUnit": "d"}
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": name},
        "subject": of(patient),
        "authoredOn": at.isoformat(),
        "dosageInstruction": [
            {
                "route": {"text": "oral"},
                "timing": {"repeat": repeat},
                "doseAndRate": [{"doseQuantity": {"value": dose, "unit": unit}}],
            }
        ],
        **fields,
    }


def document(patient: UUID, title: str, at: datetime, content: bytes, declared: str) -> dict[str, Any]:
    """A document whose bytes lie in it."""
    data = b64encode(content).decode()
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": of(patient),
        "date": at.isoformat(),
        "type": {"text": "Letter"},
        "content": [{"attachment": {"title": title, "contentType": declared, "data": data}}],
    }


def week(act: Any, patient: UUID) -> dict[str, UUID]:
    """Lay a plausible week. Returns: some of its ids by a word."""
    now = act.at
    bodies = [
        allergy(patient, "Pénicilline", criticality="high", reaction=[{"manifestation": [{"text": "Urticaire"}]}]),
        {"resourceType": "Condition", "subject": of(patient), "code": {"text": "Pneumonie lobaire"},
         "onsetDateTime": "2026-11-18", "clinicalStatus": {"coding": [{"code": "active"}]}},
        {"resourceType": "Condition", "subject": of(patient), "code": {"text": "Hypertension artérielle"},
         "onsetDateTime": "2014"},
        medicine(patient, "Paracétamol", now - timedelta(days=4)),
        medicine(patient, "Lévofloxacine", now - timedelta(days=4), dose=500, unit="mg", times=2),
        {"resourceType": "Composition", "status": "final", "type": concept("Note", "34109-9"), "subject": of(patient),
         "date": (now - timedelta(hours=20)).isoformat(), "title": "Tour du matin", "author": [{"display": "Dr Petit"}],
         "section": [{"title": "Évolution", "text": {"status": "generated", "div": "<div>Apyrétique.<script>x()</script></div>"}}]},
        document(patient, "Lettre de sortie 2025", now - timedelta(days=300), PDF, "application/pdf"),
        {"resourceType": "ServiceRequest", "status": "active", "intent": "order", "priority": "urgent",
         "subject": of(patient), "code": {"text": "Radiographie du thorax"}, "authoredOn": now.isoformat(),
         "category": [{"coding": [{"code": "363679005"}]}]},
    ]  # fmt: skip
    for day in range(5):
        at = now - timedelta(days=day, hours=2)
        flag = {"flag": "HH"} if day == 0 else {}
        bodies += [
            observation(patient, "Potassium", "2823-3", at, value=6.2 if day == 0 else 4.1, unit="mmol/L", low=3.5,
                        high=5.1, **flag),
            observation(patient, "CRP", "1988-5", at, value=120 - day * 10, unit="mg/L", high=5),
            observation(patient, "Hémoglobine", "718-7", at, value=12.4, unit="g/dL", low=12, high=16),
        ]  # fmt: skip
    for hour in range(0, 48, 6):
        bodies += vital_set(patient, now - timedelta(hours=hour + 1), news=6 if hour == 0 else 2, pulse=80 + hour)
    ids = written(act, *bodies)
    words = ("allergy", "problem", "hypertension", "medicine", "other", "note", "document", "request", "potassium")
    return dict(zip(words, ids, strict=False))
