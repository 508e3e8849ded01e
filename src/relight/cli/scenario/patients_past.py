"""What survived of the patients: the last backup of the old record, and the summaries of the regional network.

Owns writing both as other systems export them: NDJSON with the ids of their own, one document bundle a patient.
Refuses the record: it reads these files like any other delivery. Source: FHIR R4; docs/design/scenario.md, "The
patients".
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha1
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from relight.cli.scenario.assays import Assay
from relight.cli.scenario.patients import Patient
from relight.cli.scenario.patients_pdf import letter_pdf
from relight.cli.scenario.patients_plan import Allergy, Medicine, PatientsPlan
from relight.cli.scenario.tubes import Reading, readings_make

Body = dict[str, Any]
LOINC, ICD, ATC = "http://loinc.org", "http://hl7.org/fhir/sid/icd-10", "http://www.whocc.no/atc"
SNOMED, UCUM = "http://snomed.info/sct", "http://unitsofmeasure.org"
SSIN = "https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/ssin"
RECORD = "urn:six-sites:dossier"
HL7 = "http://terminology.hl7.org/CodeSystem"
NO_ALLERGY = "716186003"
RESULTS = ("2951-2", "2823-3", "2160-0", "3091-6", "2345-7", "1988-5", "718-7", "6690-2", "777-3")
LETTERS, PROBED, STAYED = 45, 70, 60  # of a hundred patients of the backup


def backup_write(
    folder: Path, plan: PatientsPlan, patients: Sequence[Patient], *, assays: Mapping[str, Assay], before: datetime
) -> Path:
    """Write the backup as one file. Args: before: when it was made; all in it is older. Returns: its folder."""
    place = folder / "sauvegarde-dossier"
    place.mkdir()
    with (place / "export.ndjson").open("w", encoding="utf-8") as file:
        for one in patients:
            for body in _Past(plan=plan, one=one, assays=assays, before=before).bodies():
                file.write(json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n")
    return place


def regional_write(folder: Path, patients: Sequence[Patient], *, at: datetime) -> Path:
    """Write one document a patient that has a summary. Returns: their folder."""
    place = folder / "resumes-regionaux"
    place.mkdir()
    for number, one in enumerate(patients):
        (place / f"resume-{number:04}.json").write_text(
            json.dumps(_summary(one, at=at), ensure_ascii=False), encoding="utf-8"
        )
    return place


def patient_body(one: Patient) -> Body:
    """Write a Patient as the old system has it."""
    numbers = [{"system": RECORD, "value": one.record}]
    if one.national:
        numbers.append({"system": SSIN, "value": one.national})
    return {
        "resourceType": "Patient",
        "id": str(one.id),
        "active": True,
        "identifier": numbers,
        "name": [{"use": "official", "family": one.family, "given": one.given.split()}],
        "telecom": [{"system": "phone", "value": one.phone}],
        "gender": "female" if one.sex == "F" else "male",
        "birthDate": one.birth.isoformat(),
        "address": [{"line": [one.street], "postalCode": one.postal, "city": one.town, "country": "BE"}],
        "generalPractitioner": [{"display": one.practitioner}],
    }


def coded(system: str, code: str, text: str) -> Body:
    """Write a CodeableConcept of one code; of none where the code is empty."""
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text} if code else {"text": text}


def state(kind: str, code: str) -> Body:
    """Write one of HL7's own codes. Args: kind: of the code system, such as `condition-clinical`."""
    return {"coding": [{"system": f"{HL7}/{kind}", "code": code}]}


def condition_body(one: Body, *, icd: str, text: str, since: str) -> Body:
    """Write a problem. Args: one: the reference to the patient."""
    return {
        "resourceType": "Condition",
        "clinicalStatus": state("condition-clinical", "active"),
        "verificationStatus": state("condition-ver-status", "confirmed"),
        "code": coded(ICD, icd, text),
        "subject": one,
        "onsetDateTime": since,
    }


def allergy_body(one: Body, allergy: Allergy | None, *, at: str) -> Body:
    """Write an allergy; None says that none is known."""
    body: Body = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": state("allergyintolerance-clinical", "active"),
        "verificationStatus": state("allergyintolerance-verification", "confirmed"),
        "patient": one,
        "recordedDate": at,
    }
    if allergy is None:
        return {**body, "code": coded(SNOMED, NO_ALLERGY, "Pas d'allergie connue")}
    body |= {"code": coded(ATC, allergy.atc, allergy.text), "criticality": allergy.criticality}
    return {**body, "reaction": [{"manifestation": [{"text": allergy.reaction}]}]}


def statement_body(one: Body, medicine: Medicine, *, at: str) -> Body:
    """Write what somebody takes at home."""
    often = f"{len(medicine.times)} x par jour" if medicine.times else "si nécessaire"
    return {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": coded(ATC, medicine.atc, medicine.text),
        "subject": one,
        "dateAsserted": at,
        "dosage": [{"text": f"{medicine.dose} {medicine.unit} {medicine.route}, {often}"}],
    }


class _Past:
    """One patient of the backup."""

    def __init__(self, *, plan: PatientsPlan, one: Patient, assays: Mapping[str, Assay], before: datetime) -> None:
        self.plan, self.one, self.assays, self.before = plan, one, assays, before
        self.chance = one.chance("past")
        self.who: Body = {"reference": f"Patient/{one.id}"}

    def bodies(self) -> Iterator[Body]:
        """Yield all there is, the patient first."""
        one = self.one
        yield patient_body(one)
        for problem in one.problems:
            since = f"{self.before.year - self.chance.randint(1, 14)}-{self.chance.randint(1, 12):02d}"
            yield self._own(condition_body(self.who, icd=problem.icd, text=problem.text, since=since))
        asked = self._ago(30, 900).date().isoformat()
        if one.asked:
            for allergy in one.allergies or (None,):
                yield self._own(allergy_body(self.who, allergy, at=asked))
        for medicine in one.takes:
            yield self._own(statement_body(self.who, medicine, at=self._ago(5, 200).date().isoformat()))
        if self.chance.randrange(100) < STAYED:
            yield self._stay()
        if self.chance.randrange(100) < PROBED:
            for days in (self._ago(120, 500), self._ago(3, 90)):
                yield from self._results(days)
        if self.chance.randrange(100) < LETTERS:
            yield from self._letter()

    def _own(self, body: Body) -> Body:
        """Give a resource an id of the old system."""
        return {"resourceType": body["resourceType"], "id": str(_id(self.chance)), **body}

    def _ago(self, least: int, most: int) -> datetime:
        at = self.before - timedelta(days=self.chance.randint(least, most))
        return at.replace(hour=self.chance.randint(7, 18), minute=self.chance.randrange(60), second=0, microsecond=0)

    def _stay(self) -> Body:
        start = self._ago(60, 1500)
        end = start + timedelta(days=self.chance.randint(1, 9))
        return self._own(
            {
                "resourceType": "Encounter",
                "status": "finished",
                "class": {"system": f"{HL7}/v3-ActCode", "code": "IMP"},
                "subject": self.who,
                "period": {"start": start.isoformat(), "end": end.isoformat()},
                "reasonCode": [{"text": self.chance.choice(self.plan.cases_of("internal-medicine")).reason}],
            }
        )

    def _results(self, at: datetime) -> Iterator[Body]:
        assays = [self.assays[loinc] for loinc in RESULTS if loinc in self.assays]
        made = [
            self._own(_observation(self.who, reading, at=at)) for reading in readings_make(assays, chance=self.chance)
        ]
        yield from made
        yield self._own(
            {
                "resourceType": "DiagnosticReport",
                "status": "final",
                "category": [state("v2-0074", "LAB")],
                "code": coded(LOINC, "11502-2", "Laboratoire"),
                "subject": self.who,
                "effectiveDateTime": at.isoformat(),
                "issued": (at + timedelta(hours=2)).isoformat(),
                "result": [{"reference": f"Observation/{body['id']}"} for body in made],
            }
        )

    def _letter(self) -> Iterator[Body]:
        at, case = self._ago(20, 700), self.chance.choice(self.plan.cases_of("internal-medicine"))
        content = letter_pdf("Hôpitaux des Six Sites — lettre de sortie", list(_letter_lines(self.one, case, at)))
        binary = self._own({"resourceType": "Binary", "contentType": "application/pdf"})
        yield {**binary, "data": b64encode(content).decode()}
        yield self._own(
            {
                "resourceType": "DocumentReference",
                "status": "current",
                "type": coded(LOINC, "18842-5", "Lettre de sortie"),
                "subject": self.who,
                "date": at.isoformat(),
                "author": [{"display": self.chance.choice(self.plan.names.practitioners)}],
                "description": f"Lettre de sortie : {case.reason}",
                "content": [
                    {
                        "attachment": {
                            "contentType": "application/pdf",
                            "url": f"Binary/{binary['id']}",
                            "size": len(content),
                            "hash": b64encode(sha1(content, usedforsecurity=False).digest()).decode(),
                            "title": "Lettre de sortie",
                            "creation": at.isoformat(),
                        }
                    }
                ],
            }
        )


def _id(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _letter_lines(one: Patient, case: Any, at: datetime) -> Iterator[str]:
    yield f"{one.family.upper()} {one.given}, né(e) le {one.birth:%d/%m/%Y}, dossier {one.record}"
    yield f"Le {at:%d/%m/%Y}, à {one.practitioner}"
    yield ""
    yield "Chère consœur, cher confrère,"
    yield ""
    yield f"Motif : {case.reason}."
    for text in (case.history, case.exam, case.plan):
        yield from _wrapped(text, 92)
    yield ""
    yield "Traitement à la sortie :"
    for medicine in one.takes:
        yield f"  - {medicine.text}"
    yield ""
    yield "Bien confraternellement."


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        if len(line) + len(word) >= width:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    yield line


def _observation(who: Body, reading: Reading, *, at: datetime) -> Body:
    assay = reading.assay
    unit = {"unit": assay.unit, "system": UCUM, "code": assay.unit} if assay.unit else {}
    body: Body = {
        "resourceType": "Observation",
        "status": "final",
        "category": [state("observation-category", "laboratory")],
        "code": coded(LOINC, assay.loinc, assay.name),
        "subject": who,
        "effectiveDateTime": at.isoformat(),
        "issued": (at + timedelta(hours=2)).isoformat(),
        "valueQuantity": {"value": _number(reading.value), **unit},
        "referenceRange": [
            {
                "low": {"value": _number(assay.sent(assay.low)), **unit},
                "high": {"value": _number(assay.sent(assay.high)), **unit},
            }
        ],
    }
    if reading.flag:
        body["interpretation"] = [state("v3-ObservationInterpretation", reading.flag)]
    return body


def _number(text: str) -> float | int:
    return float(text) if "." in text else int(text)


def _summary(one: Patient, *, at: datetime) -> Body:
    """Write a summary as the network gives it: its ids count in this document only, the patient has a number."""
    chance = one.chance("regional")
    who: Body = {"identifier": {"system": SSIN, "value": one.national}, "display": f"{one.family} {one.given}"}
    seen = (at - timedelta(days=chance.randint(20, 400))).date().isoformat()
    found = [
        *(condition_body(who, icd=problem.icd, text=problem.text, since=seen) for problem in one.problems),
        *(allergy_body(who, allergy, at=seen) for allergy in one.allergies),
        *(statement_body(who, medicine, at=seen) for medicine in one.takes),
    ]
    parts = [{"fullUrl": f"urn:uuid:{_id(chance)}", "resource": body} for body in found]
    head = {
        "resourceType": "Composition",
        "status": "final",
        "type": coded(LOINC, "60591-5", "Résumé du dossier"),
        "subject": who,
        "date": seen,
        "author": [{"display": one.practitioner}],
        "title": "Résumé du dossier (réseau de santé)",
        "section": [{"title": "Résumé", "entry": [{"reference": part["fullUrl"]} for part in parts]}],
    }
    if not parts:
        head["section"] = [{"title": "Résumé", "text": {"status": "generated", "div": _div("Rien de signalé.")}}]
    entries = [{"fullUrl": f"urn:uuid:{_id(chance)}", "resource": head}, *parts]
    number = {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{_id(chance)}"}
    return {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": number,
        "timestamp": at.isoformat(),
        "entry": entries,
    }


def _div(text: str) -> str:
    return f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{text}</p></div>'
