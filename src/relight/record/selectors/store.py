"""What is held: one resource, its history, a patient's resources.

Reads of a patient's record are noted by the caller before the answer leaves (`services.reads`). Refuses to change
anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from relight.record import errors
from relight.record.selectors.rows import id_in, id_or_none, id_out, time_in, time_or_none, time_out
from relight.record.types import Held, ResourceStatus, SourceKind

_HELD = (
    "SELECT r.id, r.type, r.version, r.body, r.status, r.patient, r.source, s.kind, s.name, s.as_of, r.updated_at,"
    " r.clinical_at FROM record_resource r LEFT JOIN record_source s ON s.id = r.source WHERE "
)
_LOOKUP = 500


def resource_find(*, type: str, id: UUID) -> Held | None:
    """Return a resource as it is now, entered in error and merged ones too; None when there is none."""
    for held in _held(_HELD + "r.id = %s AND r.type = %s", (id_out(id), type)):
        return held
    return None


def resource_get(*, type: str, id: UUID) -> Held:
    """Return a resource as it is now. Raises: NO_RESOURCE (RL-REC-002)."""
    held = resource_find(type=type, id=id)
    if held is None:
        raise errors.NO_RESOURCE.error(where=type, type=type)
    return held


def resources_get(*, ids: Sequence[UUID]) -> dict[UUID, Held]:
    """Return many resources as they are now, by id; those that are not here are missing. One statement each 500."""
    found: dict[UUID, Held] = {}
    for begin in range(0, len(ids), _LOOKUP):
        chunk = [id_out(key) for key in ids[begin : begin + _LOOKUP]]
        sql = f"{_HELD}r.id IN ({', '.join(['%s'] * len(chunk))})"
        found.update((held.id, held) for held in _held(sql, chunk))
    return found


def resources_of(
    *, patient: UUID, types: Sequence[str] = (), with_errors: bool = False, limit: int = 0
) -> Iterator[Held]:
    """Yield the resources in a patient's record, newest first within a type. Args: types: none for all. limit: 0: all.

    Those without a time come last. Merged ones are left out; those in error unless asked for.
    """
    sql, params = _HELD + "r.patient = %s", [id_out(patient)]
    if types:
        sql += f" AND r.type IN ({', '.join(['%s'] * len(types))})"
        params += types
    states = [ResourceStatus.CURRENT, *([ResourceStatus.ERROR] if with_errors else [])]
    sql += f" AND r.status IN ({', '.join(['%s'] * len(states))})"
    params += [state.value for state in states]
    sql += " ORDER BY r.type, CASE WHEN r.clinical_at IS NULL THEN 1 ELSE 0 END, r.clinical_at DESC, r.id"
    if limit:
        sql += f" LIMIT {int(limit)}"
    yield from _held(sql, params)


def resources_of_all(*, patients: Sequence[UUID], types: Sequence[str], since: datetime | None = None) -> list[Held]:
    """Return the current resources of some types in the records of many, the latest first. One statement each 500.

    Args: since: those whose time lies there or later, where they have one.
    """
    found: list[Held] = []
    for begin in range(0, len(patients), _LOOKUP):
        chunk = [id_out(key) for key in patients[begin : begin + _LOOKUP]]
        sql = (
            f"{_HELD}r.patient IN ({', '.join(['%s'] * len(chunk))}) AND r.type IN ({', '.join(['%s'] * len(types))})"
            " AND r.status = %s"
        )
        params: list[Any] = [*chunk, *types, ResourceStatus.CURRENT.value]
        if since is not None:
            sql += " AND (r.clinical_at IS NULL OR r.clinical_at >= %s)"
            params.append(time_out(since))
        found += _held(f"{sql} ORDER BY r.clinical_at DESC, r.id", params)
    return found


def _held(sql: str, params: Iterable[Any]) -> Iterator[Held]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        for row in cursor.fetchall():
            yield Held(
                id=id_in(row[0]),
                type=row[1],
                version=row[2],
                body=bytes(row[3]),
                status=ResourceStatus(row[4]),
                patient=id_or_none(row[5]),
                source=id_or_none(row[6]),
                source_kind=SourceKind(row[7]) if row[7] else SourceKind.TYPED,
                source_name=row[8] or "",
                as_of=time_or_none(row[9]),
                updated_at=time_in(row[10]),
                clinical_at=time_or_none(row[11]),
            )
