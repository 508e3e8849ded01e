"""Where patients are: stays read from Encounter resources, Encounters made from admissions.

Owns the bodies of Encounter and Location as Relight writes them, and which encounters are stays in the house.
Refuses clocks and ids: both are arguments. Source: FHIR R4 Encounter; docs/design/identity.md, cases 60-69.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from relight.record.rules.facts import time_read
from relight.record.types import Body

PLACE_SYSTEM: Final = "urn:relight:place"
_CLASS_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_PHYSICAL_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/location-physical-type"
_IN_HOUSE: Final = frozenset({"IMP", "ACUTE", "NONAC", "EMER", "OBSENC", "SS"})
_OPEN: Final = frozenset({"arrived", "triaged", "in-progress", "onleave"})
_CLOSED: Final = frozenset({"finished"})
BED_CHARS: Final = 20


class StayKind(StrEnum):
    """As what somebody is in the house."""

    INPATIENT = "IMP"
    EMERGENCY = "EMER"
    SHORT = "SS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the house. Args: site, ward: ids of the hospital's site and service. bed: as written on it; empty
    for the ward without a bed. name: the ward in words, for people."""

    site: str
    ward: str
    bed: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        """Return its identifier: `arlon/emergency` or `arlon/emergency/12`."""
        return "/".join(filter(None, (self.site, self.ward, self.bed)))

    @property
    def shown(self) -> str:
        """Return it in words."""
        return ", ".join(filter(None, (self.name or self.ward, self.bed)))


@dataclass(frozen=True, slots=True, kw_only=True)
class StayPart:
    """One place of one encounter. Args: since, until: None where not said; an open one has no until."""

    n: int
    site: str
    ward: str
    bed: str
    shown: str
    location: UUID | None
    since: datetime | None
    until: datetime | None
    is_open: bool
    kind: str


def stays_of(resource: Body) -> tuple[StayPart, ...]:
    """Read where an encounter had its patient, in the order written; none for a visit, or what never took place."""
    kind = _class(resource)
    status = str(resource.get("status"))
    if kind not in _IN_HOUSE or status not in _OPEN | _CLOSED:
        return ()
    start, end = _period(resource.get("period"))
    is_open = status in _OPEN and end is None
    places = [one for one in _list(resource.get("location")) if isinstance(one, dict)]
    if not places:
        return (StayPart(n=0, site="", ward="", bed="", shown="", location=None, since=start, until=end,
                         is_open=is_open, kind=kind),)  # fmt: skip
    return tuple(_part(n, one, kind=kind, start=start, end=end, is_open=is_open) for n, one in enumerate(places))


def _part(n: int, one: Body, *, kind: str, start: datetime | None, end: datetime | None, is_open: bool) -> StayPart:
    since, until = _period(one.get("period"))
    reference = _dict(one.get("location"))
    site, ward, bed = _key(reference)
    here = is_open and until is None and one.get("status") in (None, "active")
    return StayPart(
        n=n,
        site=site,
        ward=ward,
        bed=bed,
        shown=str(reference.get("display") or "")[:120],
        location=_target(reference),
        since=since or start,
        until=None if here else until or end or since or start,
        is_open=here,
        kind=kind,
    )


def _class(resource: Body) -> str:
    found = resource.get("class")
    return str(found.get("code") or "") if isinstance(found, dict) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _period(value: Any) -> tuple[datetime | None, datetime | None]:
    if not isinstance(value, dict):
        return None, None
    start, end = value.get("start"), value.get("end")
    return (
        time_read(start) if isinstance(start, str) else None,
        time_read(end) if isinstance(end, str) else None,
    )


def _key(reference: Body) -> tuple[str, str, str]:
    identifier = reference.get("identifier")
    if not isinstance(identifier, dict) or identifier.get("system") != PLACE_SYSTEM:
        return "", "", ""
    site, _, rest = str(identifier.get("value") or "").partition("/")
    ward, _, bed = rest.partition("/")
    return site[:64], ward[:64], bed[:BED_CHARS]


def _target(reference: Body) -> UUID | None:
    kind, _, key = str(reference.get("reference") or "").partition("/")
    try:
        return UUID(key) if kind == "Location" else None
    except ValueError:
        return None


# -- bodies as Relight writes them -------------------------------------------------------------------------


def location_body(place: Place, *, ward: UUID | None) -> dict[str, Any]:
    """Make the Location of a ward, or of a bed that is part of its ward."""
    physical = ("bd", "Bed") if place.bed else ("wa", "Ward")
    body: dict[str, Any] = {
        "resourceType": "Location",
        "identifier": [{"system": PLACE_SYSTEM, "value": place.key}],
        "status": "active",
        "name": place.shown,
        "mode": "instance",
        "physicalType": {"coding": [{"system": _PHYSICAL_SYSTEM, "code": physical[0], "display": physical[1]}]},
    }
    if place.bed and ward is not None:
        body["partOf"] = {"reference": f"Location/{ward}"}
    return body


def encounter_body(
    *, patient: UUID, kind: StayKind, number: str, place: Place, location: UUID, at: datetime, reason: str
) -> dict[str, Any]:
    """Make the Encounter of an admission."""
    body: dict[str, Any] = {
        "resourceType": "Encounter",
        "status": "in-progress",
        "class": {"system": _CLASS_SYSTEM, "code": kind.value},
        "subject": {"reference": f"Patient/{patient}"},
        "period": {"start": at.isoformat()},
        "location": [_located(place, location, at=at)],
    }
    if number:
        body["identifier"] = [{"system": "urn:relight:stay", "value": number}]
    if reason:
        body["reasonCode"] = [{"text": reason}]
    return body


def _located(place: Place, location: UUID, *, at: datetime) -> dict[str, Any]:
    return {
        "location": {
            "reference": f"Location/{location}",
            "identifier": {"system": PLACE_SYSTEM, "value": place.key},
            "display": place.shown,
        },
        "status": "active",
        "period": {"start": at.isoformat()},
    }


def encounter_moved(body: Body, *, place: Place, location: UUID, at: datetime) -> dict[str, Any]:
    """Return an Encounter after a transfer: the place before ends, the new one begins."""
    return {**body, "location": [*_ended(_list(body.get("location")), at=at), _located(place, location, at=at)]}


def encounter_closed(body: Body, *, at: datetime, to: str) -> dict[str, Any]:
    """Return an Encounter after the discharge. Args: to: where to, in words; may be empty."""
    period = _dict(body.get("period"))
    closed: dict[str, Any] = {
        **body,
        "status": "finished",
        "period": {**period, "end": at.isoformat()},
        "location": _ended(_list(body.get("location")), at=at),
    }
    if to:
        closed["hospitalization"] = {**_dict(body.get("hospitalization")), "dischargeDisposition": {"text": to}}
    return closed


def _ended(places: Sequence[Any], *, at: datetime) -> list[Any]:
    return list(_each_ended(places, at=at))


def _each_ended(places: Sequence[Any], *, at: datetime) -> Iterator[Any]:
    for one in places:
        if isinstance(one, dict):
            period = _dict(one.get("period"))
            if not period.get("end") and one.get("status") in (None, "active"):
                yield {**one, "status": "completed", "period": {**period, "end": at.isoformat()}}
                continue
        yield one
