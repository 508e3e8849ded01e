"""Versions of resources as FHIR shows them: one, all of a resource, all of a type. Newest first.

Older versions are served with this record's id, version and time; their references stand as they were written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from relight.record.rules.canonical import dumps, loads
from relight.record.selectors.columns import id_in, id_or_none, id_out, time_in, time_out
from relight.record.selectors.search import Sql

_VERSION = (
    "SELECT e.resource, e.type, e.version, e.at, r.patient, e.seq, e.act, e.body, r.entry, r.body"
    " FROM record_entry e JOIN record_resource r ON r.id = e.resource WHERE e.act <> 'seen' AND "
)


class VersionHit(NamedTuple):
    """One version. `act`: create, amend, error, merge, unmerge or past. `seq`: its place among all entries."""

    id: UUID
    type: str
    version: int
    at: datetime
    patient: UUID | None
    seq: int
    act: str
    body: bytes


def version_find(*, type: str, id: UUID, version: int) -> VersionHit | None:
    """Return one version, None when there is none."""
    for one in _read(
        Sql(text="e.resource = %s AND e.type = %s AND e.version = %s", values=(id_out(id), type, version)), 1
    ):
        return one
    return None


def version_list(  # noqa: PLR0913 - each narrows
    *, type: str, id: UUID | None, since: datetime | None, before: int | None, count: int, reach: Sql
) -> tuple[list[VersionHit], bool]:
    """List versions, newest first. Args: id: of one resource, None for the whole type. before: the `seq` to go on
    below. Returns: at most `count`, and whether there are more."""
    text = "e.type = %s"
    values: list[Any] = [type]
    if id is not None:
        text, values = f"{text} AND e.resource = %s", [*values, id_out(id)]
    if since is not None:
        text, values = f"{text} AND e.at >= %s", [*values, time_out(since)]
    if before is not None:
        text, values = f"{text} AND e.seq < %s", [*values, before]
    if reach.text:
        text, values = f"{text} AND {reach.text}", [*values, *reach.values]
    found = _read(Sql(text=text, values=tuple(values)), count + 1)
    return found[:count], len(found) > count


def version_count(*, type: str, id: UUID) -> int:
    """Count the versions of one resource."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM record_entry WHERE resource = %s AND type = %s AND act <> 'seen'", (id_out(id), type)
        )
        return int(cursor.fetchone()[0])


def _read(where: Sql, limit: int) -> list[VersionHit]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_VERSION}{where.text} ORDER BY e.seq DESC LIMIT %s", (*where.values, limit))
        return [_hit(row) for row in cursor.fetchall()]


def _hit(row: Sequence[Any]) -> VersionHit:
    at, current = time_in(row[3]), row[5] == row[8]
    return VersionHit(
        id=id_in(row[0]),
        type=row[1],
        version=row[2],
        at=at,
        patient=id_or_none(row[4]),
        seq=row[5],
        act=row[6],
        body=bytes(row[9]) if current else _served(bytes(row[7]), row=row, at=at),
    )


def _served(body: bytes, *, row: Sequence[Any], at: datetime) -> bytes:
    """Give an older version this record's id, version and time."""
    parsed = loads(body)
    meta = parsed.get("meta")
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    parsed["meta"] = {**(meta if isinstance(meta, dict) else {}), "versionId": str(row[2]), "lastUpdated": moment}
    rest = {name: part for name, part in parsed.items() if name not in ("resourceType", "id")}
    return dumps({"resourceType": row[1], "id": str(id_in(row[0])), **rest})
