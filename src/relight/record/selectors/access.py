"""Whether somebody may open a patient's record, asked with what the database knows; who broke the glass.

Owns gathering what rules/access.py judges. Refuses to judge itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from relight.kernel.act import Act
from relight.kernel.verdict import Verdict
from relight.people.api import in_scope
from relight.record.models import GlassBreak
from relight.record.rules.access import AFTER_DISCHARGE, AFTER_REGISTERING, Broken, Ground, Was, may_open
from relight.record.selectors.faces import records_of
from relight.record.selectors.rows import id_in, id_out, time_in, time_out
from relight.record.selectors.wards import stays_history


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassView:
    """A broken glass as the file and the auditor see it."""

    id: UUID
    patient: UUID
    actor: str
    reason: str
    at: datetime
    until: datetime


def record_may_open(*, act: Act, patient: UUID) -> Verdict:
    """Say whether an act may open the record of a patient, and on what ground (`params["ground"]`).

    The permission of the role was asked before. Some five statements; one for who is limited to no ward.
    """
    if not act.scope:
        return may_open(act, stays=(), at=act.at, in_scope=_reach(act))
    records = records_of(patient)
    by, at = _registered(records)
    return may_open(
        act,
        stays=[Was(site=s.site, ward=s.ward, until=None if s.is_open else s.until or s.since or act.at)
               for s in stays_history(patient=patient)],
        at=act.at,
        in_scope=_reach(act),
        glasses=[Broken(actor=one.actor, at=one.at, until=one.until) for one in _glasses(act, records)],
        registered_by=by,
        registered_at=at,
    )  # fmt: skip


def record_demand(*, act: Act, patient: UUID) -> Ground:
    """Return the ground on which a record may be opened. Raises: RL-REC-240 when there is none."""
    verdict = record_may_open(act=act, patient=patient)
    verdict.demand(where="patient")
    ground = verdict.params["ground"]
    return ground if isinstance(ground, Ground) else Ground.EVERYWHERE


def ward_reached(*, act: Act, site: str, ward: str) -> bool:
    """Say whether the patients of a ward may be listed: it lies in what the act's roles reach."""
    return may_open(act, stays=(Was(site=site, ward=ward, until=None),), at=act.at, in_scope=_reach(act)).allowed


def patients_reached(*, act: Act, patients: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of some patients whose record may be opened, on any ground. One statement."""
    keys = [id_out(one) for one in dict.fromkeys(patients)]
    if not keys:
        return frozenset()
    condition, params = reach_where(act, column="p.patient")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.patient FROM record_patientface p WHERE p.patient IN ({', '.join(['%s'] * len(keys))})"
            f" AND {condition}",
            [*keys, *params],
        )
        return frozenset(id_in(row[0]) for row in cursor.fetchall())


def reach_where(act: Act, *, column: str) -> tuple[str, list[Any]]:
    """Return an SQL condition, with its parameters, that a patient's id in a column is one whose record may be opened.

    The same grounds as `record_may_open`, for lists: open stays, recent ones, registered today, a broken glass; merged
    records too, by one step. `1 = 1` for who is limited to no ward.
    """
    if not any(word.startswith(("site:", "service:")) for word in act.scope):
        return "1 = 1", []
    places, params = _places(act)
    since = time_out(act.at - AFTER_DISCHARGE)
    own = (
        f"SELECT s.patient FROM record_stay s WHERE s.site <> '' AND {places} AND (s.is_open OR s.until > %s)"
        " UNION SELECT g.patient FROM record_glassbreak g WHERE g.actor = %s AND g.at <= %s AND g.until > %s"
        " UNION SELECT e.resource FROM record_entry e WHERE e.actor = %s AND e.at > %s AND e.type = 'Patient'"
        " AND e.act = 'create' AND e.source_id IS NULL"
    )
    values = [
        *params, since, act.actor, time_out(act.at), time_out(act.at), act.actor, time_out(act.at - AFTER_REGISTERING),
    ]  # fmt: skip
    sql = (
        f"({column} IN ({own})"
        f" OR {column} IN (SELECT f.merged_into FROM record_patientface f WHERE f.patient IN ({own}))"
        f" OR {column} IN (SELECT f.patient FROM record_patientface f WHERE f.merged_into IN ({own})))"
    )
    return sql, [*values, *values, *values]


def _places(act: Act) -> tuple[str, list[Any]]:
    """Sites and services limit each on their own, as `people.in_scope` says; the laboratory serves whole sites."""
    sites = sorted(word.removeprefix("site:") for word in act.scope if word.startswith("site:"))
    wards = sorted(word.removeprefix("service:") for word in act.scope if word.startswith("service:"))
    if act.roles and act.roles <= {"laboratory"}:
        wards = []
    parts = ["1 = 1"]
    if sites:
        parts.append(f"s.site IN ({', '.join(['%s'] * len(sites))})")
    if wards:
        parts.append(f"s.ward IN ({', '.join(['%s'] * len(wards))})")
    return " AND ".join(parts), [*sites, *wards]


def glass_list(*, patient: UUID | None = None, limit: int = 200) -> list[GlassView]:
    """List broken glasses, the latest first: of one person (merged records too), or of everybody for the auditor."""
    rows = GlassBreak.objects.order_by("-at", "-id")
    if patient is not None:
        rows = rows.filter(patient__in=records_of(patient))
    return [_glass(row) for row in rows[:limit]]


def _glass(row: GlassBreak) -> GlassView:
    return GlassView(id=row.id, patient=row.patient, actor=row.actor, reason=row.reason, at=row.at, until=row.until)


def _glasses(act: Act, records: Sequence[UUID]) -> list[GlassView]:
    rows = GlassBreak.objects.filter(patient__in=records, actor=act.actor, until__gt=act.at)
    return [_glass(row) for row in rows]


def _registered(records: Sequence[UUID]) -> tuple[str, datetime | None]:
    """Return who registered one of these records here, and when: the latest."""
    keys = [id_out(one) for one in records]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT actor, at FROM record_entry WHERE resource IN ({', '.join(['%s'] * len(keys))})"
            " AND act = 'create' AND source_id IS NULL ORDER BY seq DESC LIMIT 1",
            keys,
        )
        row = cursor.fetchone()
    return (row[0], time_in(row[1])) if row else ("", None)


def _reach(act: Act) -> Any:
    return lambda site, ward: in_scope(act, site=site, service=ward)
