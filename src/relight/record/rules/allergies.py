"""Allergies as they are written: recorded, amended, refuted; and that none is known.

Owns the bodies and what contradicts what. Reading them is `rules.chart.allergies`. Refuses storage and clocks. Source:
FHIR R4 AllergyIntolerance (ait-1, ait-2); docs/design/writing.md, cases 70-75.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from relight.kernel.errors import N_
from relight.kernel.verdict import YES, Verdict, no
from relight.record import errors
from relight.record.rules.chart.allergies import Allergy
from relight.record.rules.chart.coding import ATC, SNOMED, dicts
from relight.record.types import Body

CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
CERTAINTY: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
NONE_KNOWN: Final = "716186003"
NONE_WORDS: Final = "No known allergies"
NAME_CHARS: Final = 120


class Criticality(StrEnum):
    """How dangerous the next contact may be."""

    HIGH = "high"
    LOW = "low"
    UNKNOWN = "unable-to-assess"


class Severity(StrEnum):
    """How bad the reaction was."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Category(StrEnum):
    """What kind of thing somebody reacts to."""

    MEDICATION = "medication"
    FOOD = "food"
    ENVIRONMENT = "environment"
    BIOLOGIC = "biologic"


class Certainty(StrEnum):
    """How sure it is."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


CRITICALITY_WORDS: Final[Mapping[Criticality, str]] = {
    Criticality.HIGH: N_("high: life in danger"),
    Criticality.LOW: N_("low"),
    Criticality.UNKNOWN: N_("cannot be judged"),
}
SEVERITY_WORDS: Final[Mapping[Severity, str]] = {
    Severity.MILD: N_("mild"),
    Severity.MODERATE: N_("moderate"),
    Severity.SEVERE: N_("severe"),
}
CATEGORY_WORDS: Final[Mapping[Category, str]] = {
    Category.MEDICATION: N_("medicine"),
    Category.FOOD: N_("food"),
    Category.ENVIRONMENT: N_("environment: latex, pollen, venom"),
    Category.BIOLOGIC: N_("blood product, vaccine"),
}
CERTAINTY_WORDS: Final[Mapping[Certainty, str]] = {
    Certainty.CONFIRMED: N_("confirmed"),
    Certainty.UNCONFIRMED: N_("said by patient or family"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyGiven:
    """An allergy as typed. Args: name: of the substance. atc, snomed: its codes where it was chosen from the list."""

    name: str
    category: Category = Category.MEDICATION
    criticality: Criticality = Criticality.UNKNOWN
    certainty: Certainty = Certainty.UNCONFIRMED
    reaction: str = ""
    severity: Severity | None = None
    note: str = ""
    atc: str = ""
    snomed: str = ""


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def given_clean(given: AllergyGiven) -> AllergyGiven:
    """Return an allergy whose substance is named. Raises: SUBSTANCE_MISSING (RL-REC-375)."""
    if not given.name.strip():
        raise errors.SUBSTANCE_MISSING.error(where="name")
    return given


def may_record(given: AllergyGiven, *, held: Iterable[Allergy]) -> Verdict:
    """Say whether an allergy is new to a chart."""
    wanted = given.name.strip().casefold()
    for one in held:
        same_code = bool(given.atc) and given.atc in one.atc
        if one.is_active and not one.is_negative and (one.name.casefold() == wanted or same_code):
            return no(errors.ALLERGY_TWICE)
    return YES


def may_state_none(held: Iterable[Allergy]) -> Verdict:
    """Say whether it can be stated that no allergy is known."""
    count = sum(one.is_active and not one.is_negative for one in held)
    return no(errors.ALLERGIES_THERE, count=count) if count else YES


def allergy_body(given: AllergyGiven, *, patient: str, author: Body, at: datetime) -> dict[str, Any]:
    """Return a new AllergyIntolerance."""
    base = {
        "resourceType": "AllergyIntolerance",
        "patient": {"reference": patient},
        "recordedDate": at.isoformat(timespec="seconds"),
        "recorder": dict(author),
    }
    return allergy_amended(base, given)


def allergy_amended(body: Body, given: AllergyGiven) -> dict[str, Any]:
    """Return an allergy with what is given; what the form does not know of (other codes, onset) stays."""
    given = given_clean(given)
    old = body.get("code")
    kept = dicts(old.get("coding")) if isinstance(old, dict) and old.get("text") == given.name.strip() else []
    new = [{"system": system, "code": code} for system, code in ((ATC, given.atc), (SNOMED, given.snomed)) if code]
    coding = kept + [one for one in new if one not in [{k: c.get(k) for k in one} for c in kept]]
    made: dict[str, Any] = {
        **body,
        "clinicalStatus": _concept(CLINICAL, "active"),
        "verificationStatus": _concept(CERTAINTY, given.certainty.value),
        "category": [given.category.value],
        "criticality": given.criticality.value,
        "code": {**({"coding": coding} if coding else {}), "text": given.name.strip()},
    }
    reactions = dicts(body.get("reaction"))
    if given.reaction.strip() or given.severity:
        first = {key: value for key, value in (reactions[0] if reactions else {}).items() if key != "severity"}
        told = given.reaction.strip() or "–"
        first["manifestation"] = [{"text": told}]
        if given.severity:
            first["severity"] = given.severity.value
        made["reaction"] = [first, *reactions[1:]]
    elif reactions:
        rest = reactions[1:]
        made.pop("reaction", None)
        if rest:
            made["reaction"] = rest
    made.pop("note", None)
    if given.note.strip():
        made["note"] = [{"text": given.note.strip()}]
    return made


def refuted(body: Body, *, reason: str) -> dict[str, Any]:
    """Return an allergy that turned out to be none; it stays, inactive."""
    notes = [*dicts(body.get("note")), {"text": reason}]
    return {
        **body,
        "clinicalStatus": _concept(CLINICAL, "inactive"),
        "verificationStatus": _concept(CERTAINTY, "refuted"),
        "note": notes,
    }


def none_known_body(*, patient: str, author: Body, at: datetime, note: str = "") -> dict[str, Any]:
    """Return the statement that somebody asked and no allergy is known."""
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": _concept(CLINICAL, "active"),
        "verificationStatus": _concept(CERTAINTY, "confirmed"),
        "code": {"coding": [{"system": SNOMED, "code": NONE_KNOWN}], "text": NONE_WORDS},
        "patient": {"reference": patient},
        "recordedDate": at.isoformat(timespec="seconds"),
        "recorder": dict(author),
        **({"note": [{"text": note.strip()}]} if note.strip() else {}),
    }
