"""A patient's chart as pages and paper read it: the frame every page has, and its version.

Owns gathering; what a resource says is read by rules/chart. Refuses to journal: who reads is noted by the page
(`views.patient`) or by the service that prints. Source: docs/design/chart.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from relight.hospital.api import day_zero
from relight.kernel.act import Act
from relight.record.rules.canonical import loads
from relight.record.rules.chart.allergies import Allergy, AllergyState, allergy_read, allergy_state
from relight.record.rules.chart.origin import Origin, origin_of
from relight.record.selectors.access import record_demand
from relight.record.selectors.faces import FaceView, face_get, merged_to, records_of
from relight.record.selectors.rows import id_out, time_in, time_or_none
from relight.record.selectors.wards import StayView, stays_history
from relight.record.types import SourceKind

ALLERGIES_READ = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyLine:
    """An allergy with where it came from. Args: version: of the resource, for who amends it."""

    id: UUID
    version: int
    allergy: Allergy
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyBanner:
    """What the banner says of allergies. Args: lines: active ones, the gravest first; else the statements."""

    state: AllergyState
    lines: tuple[AllergyLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFrame:
    """Who a page is about.

    Args: id: the record to write to. records: all that are this person's, `id` first: reads take them all. stays:
    every place, the present ones first. version: moves with every change of the record. at: when it was read.
    ground: on which it opened (rules.access).
    """

    id: UUID
    face: FaceView
    records: tuple[UUID, ...]
    stays: tuple[StayView, ...]
    allergies: AllergyBanner
    version: str
    at: datetime
    day_zero: datetime | None
    ground: str = ""

    @property
    def whereabouts(self) -> tuple[StayView, ...]:
        """Return where the patient is now."""
        return tuple(stay for stay in self.stays if stay.is_open)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How far a record is. Args: by, at: who changed it last, and when."""

    version: str
    by: str
    at: datetime | None


def patient_lead(*, patient: UUID) -> FaceView:
    """Return the face of the record an id leads to after merges. Raises: NO_RESOURCE (RL-REC-002)."""
    face = face_get(patient)
    return merged_to([face])[patient] if face.merged_into else face


def frame_get(*, act: Act, patient: UUID, face: FaceView | None = None) -> PatientFrame:
    """Read the frame of a record. Args: face: where the caller has it.

    Raises: NO_RESOURCE (RL-REC-002), NO_RELATION (RL-REC-240).
    The version is read first: what changes meanwhile shows as a change. Some ten statements.
    """
    face = face or face_get(patient)
    records = records_of(patient)
    version = record_version(records=records)
    ground = record_demand(act=act, patient=patient)
    zero = day_zero()
    return PatientFrame(
        ground=ground.value,
        id=patient,
        face=face,
        records=records,
        stays=tuple(stays_history(patient=patient, records=records)),
        allergies=allergies_read(records=records, zero=zero),
        version=version,
        at=act.at,
        day_zero=zero,
    )


def record_version(*, records: Sequence[UUID]) -> str:
    """Return what moves with every change of a record: the number of its latest entry, and of its resources."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT MAX(entry), COUNT(*) FROM record_resource WHERE patient IN ({_marks(records)})",
            [id_out(one) for one in records],
        )
        last, count = cursor.fetchone()
    return f"{last or 0}-{count}"


def pulse_read(*, patient: UUID) -> Pulse:
    """Return the version of a record, who changed it last and when. Two statements and one a merge."""
    version = record_version(records=records_of(patient))
    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, at FROM record_entry WHERE seq = %s", [int(version.partition("-")[0])])
        row = cursor.fetchone()
    return Pulse(version=version, by=row[0] if row else "", at=time_in(row[1]) if row else None)


def allergies_read(*, records: Sequence[UUID], zero: datetime | None) -> AllergyBanner:
    """Read what is known of somebody's allergies. One statement."""
    lines = [line for line in allergy_lines(records=records, zero=zero) if line.allergy.is_active]
    state = allergy_state(line.allergy for line in lines)
    if state is AllergyState.ALLERGIC:
        lines = [line for line in lines if not line.allergy.is_negative]
    lines.sort(key=lambda line: (line.allergy.criticality != "high", line.allergy.name.casefold()))
    return AllergyBanner(state=state, lines=tuple(lines))


def allergy_lines(*, records: Sequence[UUID], zero: datetime | None) -> list[AllergyLine]:
    """List every allergy of a record, active or not, those entered in error left out; the latest first.

    The order is by a value and not by the column: SQLite without statistics reads the allergies of the whole house
    in that order else.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, r.version, r.body, s.kind, s.name, s.as_of, r.clinical_at, r.updated_at"
            " FROM record_resource r"
            f" LEFT JOIN record_source s ON s.id = r.source WHERE r.patient IN ({_marks(records)})"
            " AND r.type = 'AllergyIntolerance' AND r.status = 'current'"
            " ORDER BY COALESCE(r.updated_at, NULL) DESC, r.id LIMIT %s",
            [*(id_out(one) for one in records), ALLERGIES_READ],
        )
        rows = cursor.fetchall()
    return [
        AllergyLine(
            id=key if isinstance(key, UUID) else UUID(hex=key),
            version=version,
            allergy=allergy_read(loads(bytes(body))),
            origin=origin_of(
                kind=SourceKind(kind) if kind else SourceKind.TYPED,
                name=name or "",
                as_of=time_or_none(as_of),
                at=time_or_none(clinical),
                written_at=time_in(written),
                day_zero=zero,
                lasting=True,
            ),
        )
        for key, version, body, kind, name, as_of, clinical, written in rows
    ]


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
