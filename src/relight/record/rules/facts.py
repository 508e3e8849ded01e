"""What the store needs to know of a resource: its patient, its clinical time, its identifiers, its version.

Owns which element says so, per type. Refuses to judge content. Source: FHIR R4 compartment definition "patient",
narrowed to the element a ward means; docs/design/record.md, cases 50-56.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from relight.record.types import Body

_PATIENT_PATHS: Final = ("subject", "patient", "beneficiary", "individual", "for", "subscriber")
_OTHER_PATHS: Final[Mapping[str, tuple[str, ...]]] = {"Appointment": ("participant",), "Binary": ("securityContext",)}
_TIMES: Final[Mapping[str, tuple[str, ...]]] = {
    "Observation": ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued"),
    "DiagnosticReport": ("effectiveDateTime", "effectivePeriod", "issued"),
    "Encounter": ("period",),
    "Condition": ("onsetDateTime", "onsetPeriod", "recordedDate"),
    "AllergyIntolerance": ("recordedDate", "onsetDateTime"),
    "Procedure": ("performedDateTime", "performedPeriod"),
    "Immunization": ("occurrenceDateTime", "recorded"),
    "MedicationRequest": ("authoredOn",),
    "MedicationStatement": ("effectiveDateTime", "effectivePeriod", "dateAsserted"),
    "MedicationAdministration": ("effectiveDateTime", "effectivePeriod"),
    "DocumentReference": ("date",),
    "Composition": ("date",),
    "ServiceRequest": ("authoredOn", "occurrenceDateTime"),
    "Specimen": ("receivedTime", "collection"),
    "Appointment": ("start",),
    "CarePlan": ("created", "period"),
    "Flag": ("period",),
}
_ANY_TIME: Final = ("date", "authoredOn", "created", "issued", "recorded", "period", "start")
_INSTANT: Final = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?)?)?\Z"
)


def patient_paths(type: str) -> tuple[str, ...]:
    """Return the elements that may name the patient a resource is about, the first that does wins."""
    return _OTHER_PATHS.get(type, _PATIENT_PATHS)


def patient_path(path: str) -> str:
    """Return the element of a reference's path: `participant[0].actor` -> `participant`."""
    return path.partition(".")[0].partition("[")[0]


def clinical_at(resource: Body) -> datetime | None:
    """Return when what a resource says took place, in UTC; a day alone is its first moment. None when not said."""
    for name in (*_TIMES.get(str(resource.get("resourceType")), ()), *_ANY_TIME):
        found = _time_in(resource.get(name))
        if found is not None:
            return found
    return None


def _time_in(value: Any) -> datetime | None:
    if isinstance(value, dict):
        value = value.get("start") or value.get("collectedDateTime") or value.get("end")
    return time_read(value) if isinstance(value, str) else None


def time_read(text: str) -> datetime | None:
    """Read a FHIR date, dateTime or instant; without a zone it is UTC. None when it is none."""
    match = _INSTANT.match(text)
    if match is None:
        return None
    year, month, day, clock, zone = match.groups()
    try:
        if clock is None:
            first = date(int(year), int(month or 1), int(day or 1))
            return datetime(first.year, first.month, first.day, tzinfo=UTC)
        seconds = clock if clock.count(":") == 2 else f"{clock}:00"
        whole, _, part = seconds.partition(".")
        leap = whole.endswith(":60")
        text = f"{year}-{month}-{day}T{whole[:-2] + '59' if leap else whole}{zone or 'Z'}".replace("Z", "+00:00")
        moment = datetime.fromisoformat(text) + timedelta(microseconds=int(f"{part:0<6}"[:6]) if part else 0)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def identifiers_of(resource: Body) -> Iterator[tuple[str, str]]:
    """Yield the business identifiers that have a system: (system, value)."""
    found = resource.get("identifier")
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict):
            system, value = one.get("system"), one.get("value")
            if isinstance(system, str) and isinstance(value, str) and system and value:
                yield system, value


def is_newer(new: Body, held: Body) -> bool | None:
    """Say whether a version of a resource is newer than the one held; None when neither says.

    `meta.lastUpdated` counts first, then a whole number in `meta.versionId`.
    """
    mine, theirs = _meta(new), _meta(held)
    at, was = _updated(mine), _updated(theirs)
    if at is not None and was is not None and at != was:
        return at > was
    number, before = _number(mine), _number(theirs)
    if number is not None and before is not None and number != before:
        return number > before
    return None


def _meta(resource: Body) -> Mapping[str, Any]:
    meta = resource.get("meta")
    return meta if isinstance(meta, dict) else {}


def _updated(meta: Mapping[str, Any]) -> datetime | None:
    text = meta.get("lastUpdated")
    return time_read(text) if isinstance(text, str) else None


def _number(meta: Mapping[str, Any]) -> int | None:
    text = meta.get("versionId")
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19 else None


def same_person(new: Body, held: Body) -> bool:
    """Say whether two Patient resources under one id of one source are surely one person.

    They share an identifier, contradict each other in none of the same system, and do not differ in both family name
    and birth date; or neither has an identifier and both are the same. An id alone is no proof.
    """
    mine, theirs = _by_system(new), _by_system(held)
    names, before = _families(new), _families(held)
    born, said = new.get("birthDate"), held.get("birthDate")
    common = mine.keys() & theirs.keys()
    if common:
        is_other = bool(names and before and born and said) and not names & before and born != said
        return not is_other and all(mine[system] & theirs[system] for system in common)
    if mine or theirs:
        return False
    return bool(names & before) and bool(born) and born == said


def _by_system(resource: Body) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for system, value in identifiers_of(resource):
        found.setdefault(system, set()).add(value)
    return found


def _families(resource: Body) -> set[str]:
    names = resource.get("name")
    return (
        {str(name["family"]).casefold() for name in names or () if isinstance(name, dict) and name.get("family")}
        if isinstance(names, list)
        else set()
    )
