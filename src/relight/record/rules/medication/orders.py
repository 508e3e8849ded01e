"""Prescriptions as FHIR: written here, and read from wherever they came.

Owns the MedicationRequest Relight writes and what can be understood of any other. Refuses to guess: a dose or a rhythm
that is not understood stays text, and the line says so. Source: FHIR R4 MedicationRequest, MedicationStatement;
docs/design/medicines.md, cases 50-69.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from relight.kernel.errors import RelightError
from relight.record import errors
from relight.record.rules.authors import name_in
from relight.record.rules.facts import time_read
from relight.record.rules.medication.checks import ATC
from relight.record.rules.medication.doses import Dose, dose_of, quantity_of
from relight.record.rules.medication.timing import Kind, Schedule, schedule_of, timing_of
from relight.record.rules.medication.words import ROUTE_SNOMED, ROUTE_SYSTEM, ROUTES, SNOMED
from relight.record.types import Body

VERBAL: Final = "urn:relight:verbal-order"
OVERRIDE: Final = "urn:relight:overridden-warnings"
TO_CONFIRM: Final = "to-confirm"
CONFIRMED: Final = "confirmed"
TYPES: Final = ("MedicationRequest", "MedicationStatement")
_OVER: Final = frozenset({"stopped", "cancelled", "completed", "not-taken"})
_ROUTE_KEYS: Final = {code: key for key, code in ROUTE_SNOMED.items()}


class State(StrEnum):
    """What a prescription is at a moment."""

    ACTIVE = "active"
    PLANNED = "planned"
    HELD = "held"
    ENDED = "ended"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Warnings somebody prescribed in spite of. Args: cautions: their keys."""

    cautions: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """What is to be written. Args: atc: empty for a medicine the file does not know. dose: None for an infusion by
    rate alone. most: in 24 hours, as needed. prior: (type, id) of what it goes on from or replaces."""

    name: str
    atc: str = ""
    kind: Kind
    dose: Dose | None
    rate: Dose | None = None
    route: str = ""
    schedule: Schedule
    reason: str = ""
    most: Dose | None = None
    note: str = ""
    override: Override | None = None
    prior: tuple[str, UUID] | None = None


def prescription_refusal(one: Prescription) -> RelightError | None:
    """Say what keeps a prescription from being written; `where` names the field."""
    if not one.name.strip():
        return errors.DRUG_MISSING.error(where="drug")
    if one.dose is None and one.rate is None:
        return errors.DOSE_UNREAD.error(where="dose")
    if one.kind is Kind.REGULAR and not (one.schedule.times or one.schedule.hours):
        return errors.FREQUENCY_MISSING.error(where="frequency")
    if one.kind is Kind.AS_NEEDED and (not one.reason.strip() or one.most is None):
        return errors.REASON_AS_NEEDED.error(where="reason" if not one.reason.strip() else "most")
    if one.most is not None and one.dose is not None and one.most.unit != one.dose.unit:
        return errors.REASON_AS_NEEDED.error(where="most")
    start, end = one.schedule.start, one.schedule.end
    if start is not None and end is not None and end <= start:
        return errors.TIMES_CROSSED.error(where="end")
    return None


def order_body(
    one: Prescription,
    *,
    patient: UUID,
    at: datetime,
    requester: Mapping[str, Any],
    recorder: Mapping[str, Any],
    text: str,
    is_verbal: bool,
) -> dict[str, Any]:
    """Make the MedicationRequest. Args: requester: who prescribes. recorder: who writes. text: the dosage in words.
    is_verbal: taken by telephone, to be signed by the requester."""
    body: dict[str, Any] = {"resourceType": "MedicationRequest"}
    extensions = _override_out(one.override)
    if is_verbal:
        extensions.append({"url": VERBAL, "valueCode": TO_CONFIRM})
    if extensions:
        body["extension"] = extensions
    body |= {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": _medicine(one),
        "subject": {"reference": f"Patient/{patient}"},
        "authoredOn": at.isoformat(),
        "requester": dict(requester),
        "recorder": dict(recorder),
    }
    if one.note.strip():
        body["note"] = [{"authorString": name_in(recorder), "time": at.isoformat(), "text": one.note.strip()}]
    body["dosageInstruction"] = [_dosage(one, text)]
    if one.prior is not None:
        body |= _prior(one.prior)
    return body


def _medicine(one: Prescription) -> dict[str, Any]:
    name = " ".join(one.name.split())
    concept: dict[str, Any] = {"text": name}
    if one.atc:
        concept = {"coding": [{"system": ATC, "code": one.atc}], **concept}
    return concept


def _prior(prior: tuple[str, UUID]) -> dict[str, Any]:
    """A prescription goes on from another as FHIR says it; a statement can only be what it is based on."""
    kind, key = prior
    if kind == "MedicationRequest":
        return {"priorPrescription": {"reference": f"{kind}/{key}"}}
    return {"supportingInformation": [{"reference": f"{kind}/{key}"}]}


def _dosage(one: Prescription, text: str) -> dict[str, Any]:
    dosage: dict[str, Any] = {"text": text}
    timing = timing_of(one.schedule)
    if timing:
        dosage["timing"] = timing
    if one.kind is Kind.AS_NEEDED:
        dosage["asNeededCodeableConcept"] = {"text": one.reason.strip()}
    if one.route:
        coding = [{"system": ROUTE_SYSTEM, "code": one.route}]
        if one.route in ROUTE_SNOMED:
            coding.append({"system": SNOMED, "code": ROUTE_SNOMED[one.route]})
        dosage["route"] = {"coding": coding, "text": ROUTES[one.route]}
    rate = {"rateQuantity": quantity_of(one.rate)} if one.rate else {}
    amount = {"doseQuantity": quantity_of(one.dose)} if one.dose else {}
    dosage["doseAndRate"] = [amount | rate]
    if one.most is not None:
        day = {"value": 24, "unit": "h", "system": "http://unitsofmeasure.org", "code": "h"}
        dosage["maxDosePerPeriod"] = {"numerator": quantity_of(one.most), "denominator": day}
    return dosage


def _override_out(override: Override | None) -> list[dict[str, Any]]:
    if override is None:
        return []
    parts = [{"url": "warning", "valueString": one} for one in override.cautions]
    return [{"url": OVERRIDE, "extension": [*parts, {"url": "reason", "valueString": override.reason}]}]


# -- reading -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A prescription as it is understood. Args: text: its dosage as written by whoever wrote it. is_understood: dose
    and rhythm could be read; else only the text says them. prior: id of what it goes on from."""

    name: str
    atc: str
    kind: Kind
    dose: Dose | None
    rate: Dose | None
    route: str
    route_text: str
    schedule: Schedule
    reason: str
    most: Dose | None
    note: str
    text: str
    status: str
    status_reason: str
    authored: datetime | None
    requester: str
    recorder: str
    verbal: str
    override: Override | None
    prior: str
    is_understood: bool
    codes: tuple[tuple[str, str], ...] = field(default=())


def line_of(body: Body, *, medication: Body | None = None, rounds: Mapping[int, tuple[time, ...]]) -> Line:
    """Read a MedicationRequest or MedicationStatement.

    Args: medication: what its reference leads to, where it has one. rounds: doses a day -> times of the ward.
    """
    dosages = body.get("dosageInstruction") or body.get("dosage")
    dosage = dosages[0] if isinstance(dosages, list) and dosages and isinstance(dosages[0], dict) else {}
    amounts = dosage.get("doseAndRate")
    amount = amounts[0] if isinstance(amounts, list) and amounts and isinstance(amounts[0], dict) else {}
    authored = _authored(body)
    schedule = schedule_of(dosage.get("timing"), authored=authored, rounds=rounds)
    dose, rate = dose_of(amount.get("doseQuantity")), dose_of(amount.get("rateQuantity"))
    kind = _kind(dosage, amount, schedule)
    name, codes = _name(body, medication)
    rhythm = kind is not Kind.REGULAR or bool(schedule.times or schedule.hours)
    one_dosage = not isinstance(dosages, list) or len(dosages) <= 1
    most = dosage.get("maxDosePerPeriod")
    return Line(
        name=name,
        atc=next((code for system, code in codes if "atc" in system.casefold()), ""),
        kind=kind,
        dose=dose,
        rate=rate,
        route=_route(dosage.get("route")),
        route_text=_concept_text(dosage.get("route")),
        schedule=schedule,
        reason=_concept_text(dosage.get("asNeededCodeableConcept")),
        most=dose_of(most.get("numerator")) if isinstance(most, dict) else None,
        note=" ".join(_texts(body.get("note"))),
        text=_dosage_text(dosages, amount),
        status=str(body.get("status") or ""),
        status_reason=_status_reason(body),
        authored=authored,
        requester=name_in(body.get("requester")) or name_in(body.get("informationSource")),
        recorder=name_in(body.get("recorder")),
        verbal=_verbal(body),
        override=_override_in(body),
        prior=_prior_of(body),
        is_understood=(dose is not None or rate is not None) and rhythm and one_dosage,
        codes=codes,
    )


def state_of(line: Line, *, at: datetime) -> State:
    """Say what a prescription is at a moment."""
    if line.status in _OVER:
        return State.STOPPED if line.status in ("stopped", "cancelled", "not-taken") else State.ENDED
    if line.status in ("on-hold", "draft", "intended", "unknown"):
        return State.HELD
    if line.schedule.end is not None and line.schedule.end <= at:
        return State.ENDED
    if line.schedule.start is not None and line.schedule.start > at:
        return State.PLANNED
    return State.ACTIVE


def body_stopped(body: Body, *, at: datetime, reason: str) -> dict[str, Any]:
    """Return a prescription that ends now: its status, why, and the end of its schedule."""
    stopped = {**body, "status": "stopped", "statusReason": {"text": reason.strip()}}
    dosages = body.get("dosageInstruction")
    if isinstance(dosages, list):
        stopped["dosageInstruction"] = [_ended(one, at) for one in dosages]
    if body.get("resourceType") == "MedicationStatement":
        stopped["statusReason"] = [{"text": reason.strip()}]
    return stopped


def _ended(dosage: Any, at: datetime) -> Any:
    if not isinstance(dosage, dict):
        return dosage
    timing = _dict(dosage.get("timing"))
    repeat = _dict(timing.get("repeat"))
    if "boundsDuration" in repeat or "boundsRange" in repeat or not timing:
        return dosage
    bounds = _dict(repeat.get("boundsPeriod"))
    start = time_read(str(bounds.get("start") or ""))
    end = max(at, start) if start else at
    return {**dosage, "timing": {**timing, "repeat": {**repeat, "boundsPeriod": {**bounds, "end": end.isoformat()}}}}


def body_confirmed(body: Body, *, by: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return an order taken by telephone, signed: who did and when stays beside who gave it."""
    kept = [one for one in body.get("extension") or () if not (isinstance(one, dict) and one.get("url") == VERBAL)]
    parts = [
        {"url": "state", "valueCode": CONFIRMED},
        {"url": "by", "valueString": name_in(by)},
        {"url": "at", "valueDateTime": at.isoformat()},
    ]
    return {**body, "extension": [*kept, {"url": VERBAL, "extension": parts}]}


def _authored(body: Body) -> datetime | None:
    period = body.get("effectivePeriod")
    said = [body.get("authoredOn"), body.get("effectiveDateTime"), body.get("dateAsserted")]
    said.insert(0, period.get("start") if isinstance(period, dict) else None)
    return next((found for text in said if isinstance(text, str) and (found := time_read(text))), None)


def _kind(dosage: Mapping[str, Any], amount: Mapping[str, Any], schedule: Schedule) -> Kind:
    if dosage.get("asNeededBoolean") is True or isinstance(dosage.get("asNeededCodeableConcept"), dict):
        return Kind.AS_NEEDED
    if amount.get("rateQuantity") or amount.get("rateRatio") or amount.get("rateRange"):
        return Kind.INFUSION
    if schedule.events and not schedule.times and not schedule.hours:
        return Kind.ONCE
    return Kind.REGULAR


def _name(body: Body, medication: Body | None) -> tuple[str, tuple[tuple[str, str], ...]]:
    concept = body.get("medicationCodeableConcept")
    reference = body.get("medicationReference")
    if not isinstance(concept, dict) and isinstance(reference, dict):
        inside = medication or _contained(body, str(reference.get("reference") or ""))
        concept = inside.get("code") if inside else {"text": reference.get("display")}
    concept = concept if isinstance(concept, dict) else {}
    codings = [one for one in concept.get("coding") or () if isinstance(one, dict)]
    codes = tuple((str(one.get("system") or ""), str(one.get("code") or "")) for one in codings)
    shown = concept.get("text") or next((one.get("display") for one in codings if one.get("display")), "")
    return str(shown or next((code for _, code in codes), "")), codes


def _contained(body: Body, reference: str) -> Body | None:
    for one in body.get("contained") or ():
        if isinstance(one, dict) and reference == f"#{one.get('id')}":
            return one
    return None


def _route(concept: Any) -> str:
    codings = concept.get("coding") if isinstance(concept, dict) else None
    for one in codings if isinstance(codings, list) else ():
        code = str(one.get("code") or "") if isinstance(one, dict) else ""
        if one.get("system") == ROUTE_SYSTEM and code in ROUTES:
            return code
        if one.get("system") == SNOMED and code in _ROUTE_KEYS:
            return _ROUTE_KEYS[code]
    return ""


def _concept_text(concept: Any) -> str:
    if not isinstance(concept, dict):
        return ""
    codings = [one for one in concept.get("coding") or () if isinstance(one, dict)]
    return str(concept.get("text") or next((one.get("display") for one in codings if one.get("display")), ""))


def _dosage_text(dosages: Any, amount: Mapping[str, Any]) -> str:
    """Return what the dosages say in their own words, with the bare number of one that has no unit."""
    texts = []
    for one in dosages if isinstance(dosages, list) else ():
        if isinstance(one, dict):
            extra = [_concept_text(part) for part in one.get("additionalInstruction") or ()]
            texts.append(
                " · ".join(filter(None, (str(one.get("text") or ""), str(one.get("patientInstruction") or ""), *extra)))
            )
    if not any(texts) and isinstance(amount.get("doseQuantity"), dict):
        quantity = amount["doseQuantity"]
        texts = [" ".join(str(part) for part in (quantity.get("value"), quantity.get("unit")) if part)]
    return " ; ".join(filter(None, texts))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(notes: Any) -> list[str]:
    found = notes if isinstance(notes, list) else [notes]
    return [str(one.get("text") or "") for one in found if isinstance(one, dict) and one.get("text")]


def _status_reason(body: Body) -> str:
    reason = body.get("statusReason")
    return _concept_text(reason[0] if isinstance(reason, list) and reason else reason)


def _verbal(body: Body) -> str:
    for one in body.get("extension") or ():
        if isinstance(one, dict) and one.get("url") == VERBAL:
            return str(one.get("valueCode") or CONFIRMED)
    return ""


def _override_in(body: Body) -> Override | None:
    for one in body.get("extension") or ():
        if isinstance(one, dict) and one.get("url") == OVERRIDE:
            parts = [part for part in one.get("extension") or () if isinstance(part, dict)]
            said = {str(part.get("url")): str(part.get("valueString") or "") for part in parts}
            cautions = tuple(str(part.get("valueString")) for part in parts if part.get("url") == "warning")
            return Override(cautions=cautions, reason=said.get("reason", ""))
    return None


def _prior_of(body: Body) -> str:
    prior = body.get("priorPrescription")
    found = [prior, *(body.get("supportingInformation") or ())]
    for one in found:
        text = str(one.get("reference") or "") if isinstance(one, dict) else ""
        if text.startswith(("MedicationRequest/", "MedicationStatement/")):
            return text.partition("/")[2]
    return ""
