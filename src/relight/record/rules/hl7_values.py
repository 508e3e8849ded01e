"""HL7 v2 values as FHIR R4 values: times, codes, names, results.

Owns one value at a time. Refuses guessing: what has no equal stays as text. Source: HL7 "v2-to-FHIR" concept maps.
"""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Any, Final

from relight.record.rules.canonical import Exact
from relight.wire.hl7 import Segment
from relight.wire.law import Coded, ResultLine

_TIME: Final = re.compile(r"(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.\d+)?([+-]\d{4})?\Z")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?\Z")
_SYSTEMS: Final = {
    "LN": "http://loinc.org",
    "SCT": "http://snomed.info/sct",
    "I10": "http://hl7.org/fhir/sid/icd-10",
    "UCUM": "http://unitsofmeasure.org",
    "ATC": "http://www.whocc.no/atc",
}
GENDERS: Final = {"F": "female", "M": "male", "O": "other", "A": "other", "U": "unknown"}
RESULT_STATUS: Final = {
    "F": "final", "P": "preliminary", "C": "corrected", "X": "cancelled", "D": "entered-in-error",
    "W": "entered-in-error", "I": "registered", "R": "preliminary", "S": "preliminary", "U": "final",
}  # fmt: skip


def time_value(text: str, *, zone: tzinfo) -> str:
    """Return an HL7 time as a FHIR dateTime; without a zone of its own it is in `zone`. Empty when it is none."""
    match = _TIME.match(text)
    if match is None:
        return ""
    year, month, day, hour, minute, second, offset = match.groups()
    if hour is None or minute is None:
        return "-".join(part for part in (year, month, day) if part)
    clock = f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}"
    if offset:
        return f"{clock}{offset[:3]}:{offset[3:]}"
    return clock + _offset(clock, zone)


def _offset(clock: str, zone: tzinfo) -> str:
    from datetime import datetime  # noqa: PLC0415 - reading a text, no clock

    try:
        return datetime.fromisoformat(clock).replace(tzinfo=zone).isoformat()[19:] or "Z"
    except ValueError:
        return "Z"


def date_value(text: str) -> str:
    """Return an HL7 time as a FHIR date."""
    match = _TIME.match(text)
    return "-".join(part for part in match.groups()[:3] if part) if match else ""


def concept(coded: Coded) -> dict[str, Any]:
    """Return a CodeableConcept. A system FHIR does not know leaves its code without one."""
    codings = [
        _coding(code, text, system)
        for code, text, system in (
            (coded.code, coded.text, coded.system),
            (coded.alt_code, coded.alt_text, coded.alt_system),
        )
        if code
    ]
    made: dict[str, Any] = {"coding": codings} if codings else {}
    text = coded.text or coded.alt_text or coded.code or coded.alt_code
    return {**made, "text": text} if text else made


def _coding(code: str, text: str, system: str) -> dict[str, Any]:
    made: dict[str, Any] = {"code": code}
    if system in _SYSTEMS:
        made = {"system": _SYSTEMS[system], "code": code}
    return {**made, "display": text} if text else made


def names_of(pid: Segment) -> list[dict[str, Any]]:
    """Return PID-5 as HumanName, each repeat."""
    found = []
    for repeat in range(len(pid.repeats(5))):
        family, given = pid.first(5, 1, repeat), pid.component(5, 2, repeat)
        more = pid.component(5, 3, repeat)
        name: dict[str, Any] = {"family": family} if family and family != '""' else {}
        firsts = [part for part in (given, more) if part and part != '""']
        if firsts:
            name["given"] = firsts
        if name:
            found.append(name)
    return found


def result_value(line: ResultLine, *, zone: tzinfo) -> dict[str, Any]:
    """Return the `value[x]` of a result; a number keeps its digits; without one, that it is absent."""
    text = line.value
    if not text:
        return {"dataAbsentReason": {"text": "not in the message"}}
    if line.value_type == "NM" and _NUMBER.match(text):
        quantity: dict[str, Any] = {"value": Exact(text) if "." in text else int(text)}
        if line.unit:
            quantity["unit"] = line.unit
            if line.unit_system == "UCUM":
                quantity |= {"system": _SYSTEMS["UCUM"], "code": line.unit}
        return {"valueQuantity": quantity}
    if line.value_type in ("CE", "CWE", "CNE"):
        return {"valueCodeableConcept": {"text": line.shown or text}}
    if line.value_type in ("DT", "TS", "DTM") and time_value(text, zone=zone):
        return {"valueDateTime": time_value(text, zone=zone)}
    shown = line.shown or text
    return {"valueString": f"{shown} {line.unit}".strip()}
