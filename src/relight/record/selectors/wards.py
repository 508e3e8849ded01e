"""Who lies where: the census of a ward, its beds, where one patient is and was.

Owns reading stays. Refuses to journal: names are identity, and the caller notes that they were read. A stay of a
record that was merged away counts for the record it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from relight.hospital.api import unit_list
from relight.kernel.ids import is_slug
from relight.record import errors
from relight.record.rules.finding import bed_plain
from relight.record.rules.places import BED_CHARS, PLACE_SYSTEM, Place
from relight.record.selectors.faces import FaceView, faces_get, merged_to, records_of
from relight.record.selectors.rows import id_in, id_or_none, id_out, time_in

_COLUMNS = (
    "s.encounter, s.n, s.patient, s.kind, s.site, s.ward, s.bed, s.shown, s.location, s.since, s.until, s.is_open"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StayView:
    """A place where a patient is or was. Args: patient: whose record it is written in. since, until: None where not
    said; an open stay has no until."""

    encounter: UUID
    patient: UUID
    kind: str
    site: str
    ward: str
    bed: str
    shown: str
    location: UUID | None
    since: datetime | None
    until: datetime | None
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InBed:
    """Somebody in a ward. Args: patient: the record to open. face: theirs. stay: since when, in which bed."""

    patient: UUID
    face: FaceView
    stay: StayView


@dataclass(frozen=True, slots=True, kw_only=True)
class BedRow:
    """A bed of the board. Args: people: who lies in it; more than one is a fault to be shown, none a free bed."""

    bed: str
    people: tuple[InBed, ...]


def ward_census(*, site: str, ward: str) -> list[InBed]:
    """List who is in a ward now, by bed, those without a bed last. Four statements."""
    stays = _stays("s.is_open AND s.site = %s AND s.ward = %s", [site, ward])
    return sorted(_in_beds(stays), key=lambda one: (not one.stay.bed, _bed_key(one.stay.bed), one.face.name))


def bed_board(*, site: str, ward: str) -> list[BedRow]:
    """List every bed known of a ward, free ones too; the row without a bed is who has none yet."""
    rows: dict[str, BedRow] = {bed_plain(bed): BedRow(bed=bed, people=()) for bed in _beds_known(site, ward)}
    for one in ward_census(site=site, ward=ward):
        key = bed_plain(one.stay.bed)
        held = rows.get(key, BedRow(bed=one.stay.bed, people=()))
        rows[key] = BedRow(bed=held.bed, people=(*held.people, one))
    return sorted(rows.values(), key=lambda row: (not row.bed, _bed_key(row.bed)))


def whereabouts(*, patient: UUID) -> tuple[StayView, ...]:
    """Return where a patient is now; more than one when two records of theirs lie at two places."""
    return tuple(stay for stay in stays_history(patient=patient) if stay.is_open)


def stays_history(*, patient: UUID, records: Sequence[UUID] = ()) -> list[StayView]:
    """List every stay of a person, of merged records too, latest first. Args: records: where the caller has them."""
    keys = [id_out(one) for one in records or records_of(patient)]
    stays = _stays(f"s.patient IN ({', '.join(['%s'] * len(keys))})", keys)
    return sorted(stays, key=lambda stay: (stay.is_open, stay.since.timestamp() if stay.since else 0), reverse=True)


def houses_count() -> dict[tuple[str, str], int]:
    """Count who is in each ward now: (site, ward) -> patients; ("", "") for those whose source did not say where."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT site, ward, COUNT(DISTINCT patient) FROM record_stay WHERE is_open GROUP BY site, ward")
        return {(site, ward): count for site, ward, count in cursor.fetchall()}


def bed_holders(place: Place) -> list[StayView]:
    """Return who lies in a bed now; nobody for a place without a bed."""
    if not place.bed:
        return []
    params = [place.site, place.ward, bed_plain(place.bed)]
    return _stays("s.is_open AND s.site = %s AND s.ward = %s AND s.bed_plain = %s", params)


def place_named(place: Place) -> Place:
    """Return a place with its ward's name. Raises: InputError RL-REC-230 for a ward the hospital does not have.

    Before a hospital is loaded every ward that could be one is taken.
    """
    fits = len(place.bed) <= BED_CHARS and "/" not in place.bed and (not place.bed or bed_plain(place.bed))
    units = {(unit.site, unit.service): unit for unit in unit_list()}
    unit = units.get((place.site, place.ward))
    if not fits or (unit is None and (units or not (is_slug(place.site) and is_slug(place.ward)))):
        raise errors.NO_PLACE.error(where="place")
    bed = " ".join(place.bed.split())
    return Place(site=place.site, ward=place.ward, bed=bed, name=unit.service_name if unit else place.name)


def locations_find(keys: Sequence[str]) -> dict[str, UUID]:
    """Return the Locations Relight made of places, by key."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT value, resource FROM record_identifier WHERE value IN ({', '.join(['%s'] * len(keys))})"
            " AND system = %s AND type = 'Location' ORDER BY resource DESC",
            [*keys, PLACE_SYSTEM],
        )
        return {value: id_in(resource) for value, resource in cursor.fetchall()}


def _beds_known(site: str, ward: str) -> list[str]:
    """Beds are known from having been used: each has a Location."""
    start = f"{site}/{ward}/"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT value FROM record_identifier WHERE system = %s AND type = 'Location' AND value LIKE %s",
            [PLACE_SYSTEM, start.replace("%", "") + "%"],
        )
        return [row[0].removeprefix(start) for row in cursor.fetchall()]


def _bed_key(bed: str) -> tuple[int, str]:
    """Order beds as people count them: 2 before 12."""
    digits = "".join(c for c in bed if c.isdigit())
    return (int(digits) if digits else 0, bed)


def _stays(where: str, params: Iterable[Any]) -> list[StayView]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM record_stay s WHERE {where} ORDER BY s.encounter, s.n", list(params))
        return [_stay(row) for row in cursor.fetchall()]


def _stay(row: tuple[Any, ...]) -> StayView:
    encounter, _, patient, kind, site, ward, bed, shown, location, since, until, is_open = row
    return StayView(
        encounter=id_in(encounter), patient=id_in(patient), kind=kind, site=site, ward=ward, bed=bed, shown=shown,
        location=id_or_none(location), since=time_in(since) if since else None, until=time_in(until) if until else None,
        is_open=bool(is_open),
    )  # fmt: skip


def _in_beds(stays: Sequence[StayView]) -> list[InBed]:
    views = faces_get(stay.patient for stay in stays)
    ends = merged_to(views.values())
    return [
        InBed(patient=ends[stay.patient].patient, face=ends[stay.patient], stay=stay)
        for stay in stays
        if stay.patient in ends
    ]
