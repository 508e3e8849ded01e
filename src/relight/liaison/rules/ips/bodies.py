"""The resources of a summary as the IPS profiles want them, made from what the record holds.

Owns which elements go out. Refuses to give out more than a summary shows (no encounter, no requester, no inner note)
and to invent a date: one that is missing is marked absent. Source: HL7 IPS 2.0.0, its resource profiles;
docs/design/liaison-requests.md, cases 75-79.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from relight.liaison.rules.ips.choice import ABSENT, Datum, Known, Part, Section
from relight.record.plain import allergy_read, coding

PROFILE: Final = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
REASON: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_UNKNOWN: Final = {"extension": [{"url": REASON, "valueCode": "unknown"}]}
_KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "AllergyIntolerance": (
        "clinicalStatus", "verificationStatus", "type", "category", "criticality", "code", "onsetDateTime", "onsetAge",
        "onsetPeriod", "onsetString", "recordedDate", "lastOccurrence",
    ),
    "MedicationRequest": ("status", "intent", "authoredOn", "reasonCode", "dosageInstruction"),
    "MedicationStatement": ("status", "effectiveDateTime", "effectivePeriod", "dateAsserted", "reasonCode", "dosage"),
    "Condition": (
        "clinicalStatus", "verificationStatus", "category", "severity", "code", "bodySite", "onsetDateTime", "onsetAge",
        "onsetPeriod", "onsetString", "abatementDateTime", "abatementAge", "abatementPeriod", "abatementString",
        "recordedDate",
    ),
    "Observation": (
        "status", "category", "code", "effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued",
        "valueQuantity", "valueCodeableConcept", "valueString", "valueBoolean", "valueInteger", "valueRange",
        "valueRatio", "valueTime", "valueDateTime", "valuePeriod", "dataAbsentReason", "interpretation", "method",
        "referenceRange",
    ),
    "Procedure": (
        "status", "category", "code", "performedDateTime", "performedPeriod", "performedString", "performedAge",
        "bodySite", "outcome",
    ),
    "Immunization": ("status", "vaccineCode", "occurrenceDateTime", "occurrenceString", "lotNumber", "site", "route"),
}  # fmt: skip
_WHOSE: Final = {"AllergyIntolerance": "patient", "Immunization": "patient"}
_PROFILES: Final[Mapping[str, str]] = {
    "AllergyIntolerance": "AllergyIntolerance-uv-ips",
    "MedicationRequest": "MedicationRequest-uv-ips",
    "MedicationStatement": "MedicationStatement-uv-ips",
    "Condition": "Condition-uv-ips",
    "Procedure": "Procedure-uv-ips",
    "Immunization": "Immunization-uv-ips",
}
_NONE_CODES: Final[Mapping[str, tuple[str, str]]] = {
    "all": ("no-known-allergies", "No known allergies"),
    "medication": ("no-known-medication-allergies", "No known medication allergies"),
    "food": ("no-known-food-allergies", "No known food allergies"),
    "environment": ("no-known-environmental-allergies", "No known environmental allergies"),
}
_STATEMENT_WORDS: Final = {"cancelled": "stopped", "draft": "unknown"}


def body_of(section: Section, one: Datum, *, subject: str, performer: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a resource for the document. Args: subject: fullUrl of the patient. performer: who answers for results.
    name: its words, for one without a code."""
    kind = one.type
    made: dict[str, Any] = {"resourceType": kind, "id": one.id}
    if kind in _PROFILES:
        made["meta"] = {"profile": [PROFILE + _PROFILES[kind]]}
    made |= {key: one.body[key] for key in _KEPT[kind] if _is_there(one.body.get(key))}
    made[_WHOSE.get(kind, "subject")] = {"reference": subject}
    _SHAPES[kind](made, one, name)
    if kind == "Observation":
        made["performer"] = [dict(performer)]
    if section.part is Part.ALLERGIES and section.known is Known.NONE_KNOWN:
        made["code"] = _none_known(one)
    return made


def _is_there(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


def _named(concept: Any, name: str) -> dict[str, Any]:
    """Return a concept that says something: as it is, or its words alone."""
    return dict(concept) if isinstance(concept, Mapping) and coding.words(concept) else {"text": name}


def _none_known(one: Datum) -> dict[str, Any]:
    """Return the code of "no known allergies", the IPS one first, with what the source wrote behind."""
    code, display = _NONE_CODES[allergy_read(one.body).scope or "all"]
    held = one.body.get("code")
    others = [each for each in coding.dicts(coding.one(held).get("coding")) if each.get("system") != ABSENT]
    said = coding.words(held)
    return {"coding": [{"system": ABSENT, "code": code, "display": display}, *others], "text": said or display}


def _allergy(made: dict[str, Any], one: Datum, name: str) -> None:
    made["code"] = _named(made.get("code"), name)
    reactions = []
    for each in coding.dicts(one.body.get("reaction")):
        manifestations = [held for held in coding.dicts(each.get("manifestation")) if coding.words(held)]
        said = coding.text(each.get("description"))
        if not manifestations and not said:
            continue  # FHIR takes no reaction without a manifestation
        kept = {key: each[key] for key in ("severity", "onset", "exposureRoute") if _is_there(each.get(key))}
        reactions.append({**kept, "manifestation": manifestations or [{"text": said}]})
    if reactions:
        made["reaction"] = reactions


def _medicine(made: dict[str, Any], one: Datum, name: str) -> None:
    concept = one.body.get("medicationCodeableConcept") or (one.medication or {}).get("code")
    made["medicationCodeableConcept"] = _named(concept, name)
    if one.type == "MedicationRequest":
        made.setdefault("intent", "order")
    elif not any(key.startswith("effective") for key in made):
        made["_effectiveDateTime"] = _UNKNOWN
    if one.type == "MedicationStatement":
        made["status"] = _STATEMENT_WORDS.get(str(made.get("status")), made.get("status", "unknown"))


def _problem(made: dict[str, Any], one: Datum, name: str) -> None:
    made["code"] = _named(made.get("code"), name)


def _observation(made: dict[str, Any], one: Datum, name: str) -> None:
    made["code"] = _named(made.get("code"), name)
    if not any(key.startswith("effective") for key in made):
        made["_effectiveDateTime"] = _UNKNOWN
    parts = []
    for each in coding.dicts(one.body.get("component")):
        keys = ("code", "dataAbsentReason", "interpretation", "referenceRange", *_VALUES)
        kept = {key: each[key] for key in keys if _is_there(each.get(key))}
        if "code" in kept:
            parts.append(kept)
    if parts:
        made["component"] = parts


_VALUES: Final = tuple(key for key in _KEPT["Observation"] if key.startswith("value"))


def _procedure(made: dict[str, Any], one: Datum, name: str) -> None:
    made["code"] = _named(made.get("code"), name)
    if not any(key.startswith("performed") for key in made):
        made["_performedDateTime"] = _UNKNOWN


def _immunization(made: dict[str, Any], one: Datum, name: str) -> None:
    made["vaccineCode"] = _named(made.get("vaccineCode"), name)
    if not any(key.startswith("occurrence") for key in made):
        made["_occurrenceDateTime"] = _UNKNOWN


_SHAPES: Final = {
    "AllergyIntolerance": _allergy,
    "MedicationRequest": _medicine,
    "MedicationStatement": _medicine,
    "Condition": _problem,
    "Observation": _observation,
    "Procedure": _procedure,
    "Immunization": _immunization,
}
