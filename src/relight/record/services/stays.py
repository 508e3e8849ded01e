"""Admission, transfer, discharge: the Encounter is the truth, where the patient is follows from it.

Owns these writes. Refuses two people in one bed, one person in two, and a ward outside what a role is limited to.
Source: docs/design/identity.md, cases 60-69.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relight.journal.api import new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, in_scope, service
from relight.record import errors
from relight.record.rules.canonical import loads
from relight.record.rules.faces import face_of
from relight.record.rules.places import (
    Place,
    StayKind,
    encounter_body,
    encounter_closed,
    encounter_moved,
    location_body,
)
from relight.record.selectors.store import resource_get
from relight.record.selectors.wards import StayView, bed_holders, locations_find, place_named, whereabouts
from relight.record.services.identity import patient_held
from relight.record.services.store import entries_write
from relight.record.types import EntryAct, EntryDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed:
    """A stay after a write. Args: version: of its Encounter."""

    encounter: UUID
    patient: UUID
    place: Place
    version: int


@service(Permission.RECORD_IDENTITY)
def patient_admit(
    *,
    act: Act,
    patient: UUID,
    place: Place,
    kind: StayKind = StayKind.INPATIENT,
    at: datetime | None = None,
    reason: str = "",
    checked: bool = False,
) -> Stayed:
    """Admit a patient to a ward, with a bed or without one yet.

    Args: at: when, by default now. reason: in words. checked: that a patient recorded as deceased is this one.
    Raises: RL-REC-216, 230, 231 (bed taken), 232 (in the house already), 234, 235, 242.
    """
    since = at or act.at
    with writing(act) as log:
        held = patient_held(patient)
        place = place_named(place)
        _ward_demand(act, (place.site, place.ward))
        if whereabouts(patient=patient):
            raise errors.IN_HOUSE.error(where="patient")
        if since > act.at:
            raise errors.BEFORE_IT_BEGAN.error(where="at")
        if face_of(loads(held.body)).is_deceased and not checked:
            raise errors.PATIENT_DEAD.error(where="patient")
        _bed_demand(place)
        location, drafts = _locations(act, place)
        encounter = new_id(act.at)
        body = encounter_body(
            patient=patient, kind=kind, number="", place=place, location=location, at=since, reason=reason[:400]
        )
        drafts.append(EntryDraft(type="Encounter", body=body, resource=encounter))
        written = entries_write(act=act, log=log, drafts=drafts, verb="record.admit", subject=f"patient:{patient}")[-1]
    return Stayed(encounter=encounter, patient=patient, place=place, version=written.version)


@service(Permission.RECORD_IDENTITY)
def patient_transfer(
    *, act: Act, patient: UUID, place: Place, at: datetime | None = None, encounter: UUID | None = None
) -> Stayed:
    """Move a patient to another ward or bed. Either ward may do it.

    Args: encounter: which stay, where two records of one person have one each. Raises: RL-REC-230, 231, 233, 234, 242.
    """
    since = at or act.at
    with writing(act) as log:
        stay = _stay_open(patient, encounter)
        place = place_named(place)
        _ward_demand(act, (stay.site, stay.ward), (place.site, place.ward))
        _time_demand(act, stay, since)
        _bed_demand(place, without=stay.encounter)
        location, drafts = _locations(act, place)
        held = resource_get(type="Encounter", id=stay.encounter)
        body = encounter_moved(loads(held.body), place=place, location=location, at=since)
        drafts.append(EntryDraft(type="Encounter", body=body, resource=stay.encounter, act=EntryAct.AMEND))
        written = entries_write(act=act, log=log, drafts=drafts, verb="record.transfer", subject=f"patient:{patient}")[
            -1
        ]
    return Stayed(encounter=stay.encounter, patient=patient, place=place, version=written.version)


@service(Permission.RECORD_IDENTITY)
def patient_discharge(
    *, act: Act, patient: UUID, at: datetime | None = None, to: str = "", encounter: UUID | None = None
) -> Stayed:
    """End a patient's stay; the bed is free from then on. Args: to: where to, in words.

    Raises: RL-REC-233, 234, 242.
    """
    until = at or act.at
    with writing(act) as log:
        stay = _stay_open(patient, encounter)
        _ward_demand(act, (stay.site, stay.ward))
        _time_demand(act, stay, until)
        held = resource_get(type="Encounter", id=stay.encounter)
        body = encounter_closed(loads(held.body), at=until, to=to[:200])
        draft = EntryDraft(type="Encounter", body=body, resource=stay.encounter, act=EntryAct.AMEND)
        written = entries_write(
            act=act, log=log, drafts=[draft], verb="record.discharge", subject=f"patient:{patient}"
        )[0]
    place = Place(site=stay.site, ward=stay.ward, bed=stay.bed, name=stay.shown)
    return Stayed(encounter=stay.encounter, patient=patient, place=place, version=written.version)


def _stay_open(patient: UUID, encounter: UUID | None) -> StayView:
    stays = [stay for stay in whereabouts(patient=patient) if encounter in (None, stay.encounter)]
    if not stays:
        raise errors.NOT_IN_HOUSE.error(where="patient")
    return stays[0]


def _time_demand(act: Act, stay: StayView, at: datetime) -> None:
    if at > act.at or (stay.since is not None and at < stay.since):
        raise errors.BEFORE_IT_BEGAN.error(where="at")


def _ward_demand(act: Act, *places: tuple[str, str]) -> None:
    """A stay whose source did not say where is anybody's to move."""
    if not any(not site or in_scope(act, site=site, service=ward) for site, ward in places):
        raise errors.NOT_YOUR_WARD.error(where="place")


def _bed_demand(place: Place, *, without: UUID | None = None) -> None:
    if any(stay.encounter != without for stay in bed_holders(place)):
        raise errors.BED_TAKEN.error(where="place")


def _locations(act: Act, place: Place) -> tuple[UUID, list[EntryDraft]]:
    """Return the Location of a place, with drafts of those that are not there yet: the ward's, the bed's."""
    ward = Place(site=place.site, ward=place.ward, name=place.name)
    wanted = [ward, place] if place.bed else [ward]
    known = locations_find([one.key for one in wanted])
    drafts: list[EntryDraft] = []
    for one in wanted:
        if one.key not in known:
            known[one.key] = new_id(act.at)
            body = location_body(one, ward=known.get(ward.key))
            drafts.append(EntryDraft(type="Location", body=body, resource=known[one.key]))
    return known[place.key], drafts
