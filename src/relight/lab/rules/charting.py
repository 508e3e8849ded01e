"""A result as the patient's record holds it: the bodies of Observation and DiagnosticReport.

Owns how value, unit, flag, range, standing and corrections are said in FHIR. Refuses to choose what is shown: the
values come in. Source: FHIR R4 Observation, DiagnosticReport; docs/design/lab.md, "Into the record".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from relight.lab.rules.results import Flag
from relight.record.plain import LOINC, number_exact

UCUM: Final = "http://unitsofmeasure.org"
RESULT_SYSTEM: Final = "urn:relight:lab-result"
MESSAGE_SYSTEM: Final = "urn:relight:lab-message"
ORDER_SYSTEM: Final = "urn:relight:lab-order"
_INTERPRETATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_NUMBER = re.compile(r"(<=|>=|<|>)?\s*([+-]?)(\d+(?:\.\d+)?)")
_RANGE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*")
_LIMIT = re.compile(r"\s*(≤|≥|<=|>=|<|>)\s*(\d+(?:\.\d+)?)\s*")
_FLAGS: Final = {
    Flag.NORMAL: ("N", "Normal"),
    Flag.LOW: ("L", "Low"),
    Flag.HIGH: ("H", "High"),
    Flag.ABNORMAL: ("A", "Abnormal"),
    Flag.CRITICAL_LOW: ("LL", "Critical low"),
    Flag.CRITICAL_HIGH: ("HH", "Critical high"),
    Flag.CRITICAL: ("AA", "Critical abnormal"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLine:
    """One value for the record. Args: result, message: of the laboratory, to lead back. number: in `unit` (UCUM), empty
    for a value that is text. at: when the tube was taken, else when it was measured. final: somebody stands for it.
    corrects: it replaced a value that was told. notes: in words."""

    result: UUID
    message: UUID
    request: UUID | None
    loinc: str
    code: str
    name: str
    value: str
    number: str
    unit: str
    flag: Flag
    range: str
    at: datetime
    issued: datetime
    final: bool
    corrects: bool
    performer: str
    validator: str
    device: str
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """The word of FHIR for how far it may be relied upon."""
        if not self.final:
            return "preliminary"
        return "corrected" if self.corrects else "final"


def observation_body(line: ChartLine, *, patient: UUID, specimen: UUID | None) -> dict[str, Any]:
    """Make the Observation of one value."""
    body: dict[str, Any] = {
        "resourceType": "Observation",
        "identifier": [
            {"system": RESULT_SYSTEM, "value": str(line.result)},
            {"system": MESSAGE_SYSTEM, "value": str(line.message)},
        ],
    }
    if line.request is not None:
        body["basedOn"] = [{"reference": f"ServiceRequest/{line.request}"}]
    body |= {
        "status": line.status,
        "category": [{"coding": [{"system": _CATEGORY, "code": "laboratory", "display": "Laboratory"}]}],
        "code": _code(line),
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": line.at.isoformat(),
        "issued": line.issued.isoformat(timespec="milliseconds"),
        "performer": [{"display": one} for one in (line.performer, line.validator) if one],
        **_value(line),
    }
    if line.flag is not Flag.NORMAL or line.range:
        code, display = _FLAGS[line.flag]
        body["interpretation"] = [{"coding": [{"system": _INTERPRETATION, "code": code, "display": display}]}]
    if line.notes:
        body["note"] = [{"text": note} for note in line.notes]
    if specimen is not None:
        body["specimen"] = {"reference": f"Specimen/{specimen}"}
    if line.device:
        body["device"] = {"display": line.device}
    if line.range:
        body["referenceRange"] = [_range(line)]
    return body


def _code(line: ChartLine) -> dict[str, Any]:
    if not line.loinc:
        return {"text": line.name or line.code}
    return {"coding": [{"system": LOINC, "code": line.loinc, "display": line.name}], "text": line.name}


def _value(line: ChartLine) -> dict[str, Any]:
    match = _NUMBER.fullmatch(line.number.strip())
    if match is None:
        return {"valueString": line.value or line.number or "–"}
    comparator, sign, digits = match.groups()
    quantity: dict[str, Any] = {"value": _decimal(f"{'-' if sign == '-' else ''}{digits}")}
    if comparator:
        quantity["comparator"] = comparator
    return {"valueQuantity": {**quantity, **_unit(line.unit)}}


def _decimal(text: str) -> Any:
    """Return a number that is written digit for digit: 7.40 stays 7.40."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, part = digits.partition(".")
    return number_exact(f"{sign}{whole.lstrip('0') or '0'}{dot}{part}")


def _unit(unit: str) -> dict[str, str]:
    return {"unit": unit, "system": UCUM, "code": unit} if unit else {}


def _range(line: ChartLine) -> dict[str, Any]:
    both, one = _RANGE.fullmatch(line.range), _LIMIT.fullmatch(line.range)
    found: dict[str, Any] = {}
    if both is not None:
        found["low"] = {"value": _decimal(both[1]), **_unit(line.unit)}
        found["high"] = {"value": _decimal(both[2]), **_unit(line.unit)}
    elif one is not None:
        side = "high" if one[1] in ("≤", "<=", "<") else "low"
        found[side] = {"value": _decimal(one[2]), **_unit(line.unit)}
    return {**found, "text": line.range}


def report_body(
    lines: Sequence[tuple[UUID, ChartLine]],
    *,
    order: UUID,
    patient: UUID,
    specimen: UUID | None,
    sample: str,
    is_whole: bool,
) -> dict[str, Any]:
    """Make the DiagnosticReport of an order. Args: lines: observation and value. is_whole: nothing is still to come."""
    asked = list(dict.fromkeys(line.request for _, line in lines if line.request is not None))
    values = [line for _, line in lines]
    body: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "identifier": [{"system": ORDER_SYSTEM, "value": str(order)}],
        "basedOn": [{"reference": f"ServiceRequest/{one}"} for one in asked],
        "status": _status(values, is_whole=is_whole),
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}],
        "code": {
            "coding": [{"system": LOINC, "code": "11502-2", "display": "Laboratory report"}],
            "text": "Laboratory report",
        },
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": min(line.at for line in values).isoformat(),
        "issued": max(line.issued for line in values).isoformat(timespec="milliseconds"),
        "performer": [{"display": one} for one in dict.fromkeys(line.performer for line in values)],
        "resultsInterpreter": [{"display": one} for one in dict.fromkeys(line.validator for line in values) if one],
        "specimen": [{"reference": f"Specimen/{specimen}", "display": sample}] if specimen is not None else [],
        "result": [{"reference": f"Observation/{key}", "display": line.name} for key, line in lines],
    }
    return {key: value for key, value in body.items() if value != []}


def _status(values: Sequence[ChartLine], *, is_whole: bool) -> str:
    if not is_whole:
        return "partial"
    if any(not line.final for line in values):
        return "preliminary"
    return "corrected" if any(line.corrects for line in values) else "final"
