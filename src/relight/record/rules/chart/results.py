"""A result: one test at one time, with value, flag, range, standing and where it belongs.

Owns reading Observation and DiagnosticReport as results. Refuses to merge what differs: two tests are one line only
when they have the same code. Source: FHIR R4 Observation, DiagnosticReport; HL7 Belgium laboratory report;
docs/design/chart.md, C20-C35.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from relight.record.rules.chart.coding import (
    LOINC,
    all_words,
    code_of,
    codes,
    codings,
    contained,
    dicts,
    notes,
    one,
    reference,
    said,
    text,
    words,
)
from relight.record.rules.chart.flags import Flagged, flag_read
from relight.record.rules.chart.values import Bounds, Value, bounds_read, value_read

LOOSE_CHARS: Final = 120


class Standing(StrEnum):
    """How final a result is."""

    FINAL = "final"
    PRELIMINARY = "preliminary"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    REGISTERED = "registered"
    UNKNOWN = "unknown"
    ERROR = "entered-in-error"


_STANDINGS: Final[Mapping[str, Standing]] = {
    "final": Standing.FINAL,
    "preliminary": Standing.PRELIMINARY,
    "partial": Standing.PRELIMINARY,
    "corrected": Standing.CORRECTED,
    "amended": Standing.CORRECTED,
    "appended": Standing.FINAL,
    "cancelled": Standing.CANCELLED,
    "registered": Standing.REGISTERED,
    "entered-in-error": Standing.ERROR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A component of a result: systolic of a pressure, an antibiotic of a culture."""

    key: str
    name: str
    value: Value
    flagged: Flagged
    bounds: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One test at one time.

    Args: key: what makes two results the same test. loinc: its LOINC code or empty. categories: codes. members: the
    observations it groups. specimen: its words; specimen_id: the Specimen here. at: as written, for who needs more
    than the row's own time.
    """

    key: str
    name: str
    loinc: str
    categories: frozenset[str]
    value: Value
    flagged: Flagged
    bounds: Bounds
    standing: Standing
    parts: tuple[Part, ...]
    members: tuple[UUID, ...]
    specimen: str
    specimen_id: UUID | None
    performer: str
    method: str
    note: str

    @property
    def is_group(self) -> bool:
        """Say whether it only gathers others: a panel without a value of its own."""
        return bool(self.members) and not self.value.text and not self.parts


def test_key(concept: Any) -> str:
    """Return what makes two results the same test: their LOINC code, another code, or their name."""
    loinc = code_of(concept, LOINC)
    if loinc:
        return f"loinc|{loinc}"
    held = next((each for each in codings(concept) if each.code), None)
    if held is not None:
        return f"{held.system}|{held.code}"[:LOOSE_CHARS]
    return f"|{words(concept).casefold()}"[:LOOSE_CHARS]


def result_read(resource: Mapping[str, Any]) -> Result:
    """Read an Observation. Never fails; O(size)."""
    code = resource.get("code")
    value = value_read(resource)
    bounds = bounds_read(resource.get("referenceRange"), unit=value.unit, ucum=value.ucum)
    specimen = resource.get("specimen")
    inside = contained(resource, specimen)
    return Result(
        key=test_key(code),
        name=words(code),
        loinc=code_of(code, LOINC),
        categories=codes(resource.get("category")),
        value=value,
        flagged=flag_read(resource.get("interpretation"), value=value, bounds=bounds),
        bounds=bounds,
        standing=_STANDINGS.get(text(resource.get("status")), Standing.UNKNOWN),
        parts=tuple(_part(each) for each in dicts(resource.get("component"))),
        members=tuple(key for each in dicts(resource.get("hasMember")) if (key := reference(each)[1]) is not None),
        specimen=words(inside.get("type")) or said(specimen),
        specimen_id=reference(specimen)[1],
        performer=", ".join(dict.fromkeys(filter(None, (said(each) for each in dicts(resource.get("performer")))))),
        method=words(resource.get("method")),
        note=notes(resource),
    )


def _part(component: Mapping[str, Any]) -> Part:
    value = value_read(component)
    bounds = bounds_read(component.get("referenceRange"), unit=value.unit, ucum=value.ucum)
    return Part(
        key=test_key(component.get("code")),
        name=words(component.get("code")),
        value=value,
        flagged=flag_read(component.get("interpretation"), value=value, bounds=bounds),
        bounds=bounds,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that gathers results. Args: has_file: there is a document in it. results: the observations it is of."""

    name: str
    categories: str
    standing: Standing
    results: tuple[UUID, ...]
    conclusion: str
    has_file: bool
    performer: str


def report_read(resource: Mapping[str, Any]) -> Report:
    """Read a DiagnosticReport. Never fails; O(size)."""
    concluded = text(resource.get("conclusion"), most=4000) or all_words(resource.get("conclusionCode"))
    return Report(
        name=words(resource.get("code")),
        categories=all_words(resource.get("category")),
        standing=_STANDINGS.get(text(resource.get("status")), Standing.UNKNOWN),
        results=tuple(key for each in dicts(resource.get("result")) if (key := reference(each)[1]) is not None),
        conclusion=concluded,
        has_file=any(one(each) for each in dicts(resource.get("presentedForm"))),
        performer=", ".join(dict.fromkeys(filter(None, (said(each) for each in dicts(resource.get("performer")))))),
    )
