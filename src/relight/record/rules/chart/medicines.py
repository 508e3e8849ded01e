"""Medicines as one line each: name, form, dose with unit, route, frequency, as whoever prescribed it wrote.

Owns reading MedicationRequest, MedicationStatement and MedicationDispense. Refuses to reckon a dose: digits stay as
written, and a dosage's own words are shown beside its parts. Source: FHIR R4 Dosage, Timing; NHS Common User Interface,
medication line; docs/design/chart.md, C60-C66.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from relight.record.rules.chart.coding import (
    ATC,
    all_words,
    code_of,
    contained,
    decimal_text,
    dicts,
    notes,
    one,
    reference,
    said,
    text,
    words,
)
from relight.record.rules.chart.values import quantity_read, unit_words

CURRENT: Final = frozenset({"active", "on-hold", "unknown", "intended"})
_ORDERS: Final = frozenset({"proposal", "plan", "option"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How often. Args: count, period, unit: `count` times in `period` units (`h`, `d`, `wk`). when: FHIR's words for
    the day (`MORN`, `HS`). hours: clock times. code: `BID`, `Q8H` or words."""

    count: str = ""
    period: str = ""
    unit: str = ""
    when: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosage:
    """One dosage. Args: dose: digits as written, a span as `1 - 2`. text: the writer's own words. as_needed_for: why,
    empty where not said."""

    text: str
    dose: str
    unit: str
    rate: str
    route: str
    timing: Timing
    as_needed: bool
    as_needed_for: str
    most: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """A medicine somebody is given, or says they take.

    Args: name: as written, strength included where the name has it. medication: the Medication that says more, None
    where the resource says it itself. status: FHIR's word. kind: `request`, `statement`. is_current: counts today.
    """

    kind: str
    name: str
    form: str
    atc: str
    medication: UUID | None
    dosages: tuple[Dosage, ...]
    status: str
    stopped_because: str
    by: str
    reason: str
    note: str
    is_current: bool


def medicine_read(resource: Mapping[str, Any], *, medication: Mapping[str, Any] | None = None) -> Medicine:
    """Read a MedicationRequest, MedicationStatement or MedicationDispense. Never fails; O(size).

    Args: medication: the Medication its reference leads to, where the caller has it.
    """
    kind = str(resource.get("resourceType"))
    concept = resource.get("medicationCodeableConcept")
    pointer = resource.get("medicationReference")
    inside = contained(resource, pointer) or medication or {}
    source = concept if concept else inside.get("code")
    status = text(resource.get("status"))
    dosages = resource.get("dosageInstruction") or resource.get("dosage")
    return Medicine(
        kind="request" if kind == "MedicationRequest" else "statement",
        name=words(source) or said(pointer) or _ingredients(inside),
        form=words(inside.get("form")),
        atc=code_of(source, ATC),
        medication=reference(pointer)[1],
        dosages=tuple(dosage_read(each) for each in dicts(dosages)),
        status=status,
        stopped_because=all_words(resource.get("statusReason")),
        by=said(resource.get("requester")) or said(resource.get("informationSource")),
        reason=all_words(resource.get("reasonCode")),
        note=notes(resource),
        is_current=status in CURRENT
        and text(resource.get("intent")) not in _ORDERS
        and resource.get("doNotPerform") is not True,
    )


def _ingredients(medication: Mapping[str, Any]) -> str:
    found = (words(each.get("itemCodeableConcept")) for each in dicts(medication.get("ingredient")))
    return ", ".join(dict.fromkeys(filter(None, found)))


def dosage_read(dosage: Mapping[str, Any]) -> Dosage:
    """Read a Dosage. Never fails."""
    amount = one(dosage.get("doseAndRate"))
    dose, unit = _amount(amount, "dose")
    if not dose:  # R3 and others put it on the dosage itself
        dose, unit = _amount(dosage, "dose")
    rate, rate_unit = _amount(amount, "rate")
    needed = dosage.get("asNeededCodeableConcept")
    most = quantity_read(one(one(dosage.get("maxDosePerPeriod")).get("numerator")))
    per = quantity_read(one(one(dosage.get("maxDosePerPeriod")).get("denominator")))
    return Dosage(
        text=text(dosage.get("text"), most=1000) or text(dosage.get("patientInstruction"), most=1000),
        dose=dose,
        unit=unit,
        rate=" ".join(filter(None, (rate, rate_unit))),
        route=words(dosage.get("route")),
        timing=_timing(dosage.get("timing")),
        as_needed=dosage.get("asNeededBoolean") is True or bool(needed),
        as_needed_for=words(needed),
        most=f"{most.text} {most.unit} / {per.text} {per.unit}".strip() if most.text else "",
    )


def _amount(held: Mapping[str, Any], stem: str) -> tuple[str, str]:
    """Return digits and unit of a dose or rate, single or a span."""
    single = quantity_read(held.get(f"{stem}Quantity"))
    if single.text:
        return single.text, single.unit
    span = one(held.get(f"{stem}Range"))
    low, high = quantity_read(span.get("low")), quantity_read(span.get("high"))
    if low.text or high.text:
        return " - ".join(filter(None, (low.text, high.text))), high.unit or low.unit
    ratio = one(held.get(f"{stem}Ratio"))
    above, below = quantity_read(ratio.get("numerator")), quantity_read(ratio.get("denominator"))
    if above.text:
        span_words = "" if below.text == "1" else below.text
        return above.text, f"{above.unit}/{span_words}{below.unit}".strip("/")
    return "", ""


def _timing(value: Any) -> Timing:
    held = one(value)
    repeat = one(held.get("repeat"))
    count = decimal_text(repeat.get("frequency"))
    most = decimal_text(repeat.get("frequencyMax"))
    hours = [text(each)[:5] for each in repeat.get("timeOfDay") or () if isinstance(each, str)]
    return Timing(
        count=f"{count} - {most}" if count and most else count or most,
        period=decimal_text(repeat.get("period")),
        unit=unit_words(text(repeat.get("periodUnit"))),
        when=tuple(text(each) for each in repeat.get("when") or () if isinstance(each, str)),
        hours=tuple(hours),
        code=_code(held.get("code")),
    )


def _code(concept: Any) -> str:
    held = one(concept)
    coded = next((text(each.get("code")) for each in dicts(held.get("coding"))), "")
    return text(held.get("text")) or coded
