"""Versions of a resource or of a whole type, newest first, in pages: what FHIR calls history.

Owns the order and the pages. How an older version reads is `selectors.history`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from relight.record.selectors.history import version_get
from relight.record.selectors.rows import id_in, id_or_none, id_out, time_in, time_out
from relight.record.selectors.search import Sql

_VERSION = (
    "SELECT e.resource, e.type, e.version, e.at, r.patient, e.seq, r.entry, r.body"
    " FROM record_entry e JOIN record_resource r ON r.id = e.resource WHERE e.act <> 'seen' AND "
)


class VersionHit(NamedTuple):
    """One version. `seq`: its place among all entries. `body`: as served."""

    id: UUID
    type: str
    version: int
    at: datetime
    patient: UUID | None
    seq: int
    body: bytes


def version_list(  # noqa: PLR0913 - each narrows
    *, type: str, id: UUID | None, since: datetime | None, before: int | None, count: int, reach: Sql
) -> tuple[list[VersionHit], bool]:
    """List versions, newest first. Args: id: of one resource, None for the whole type. before: the `seq` to go on
    below. Returns: at most `count`, and whether there are more. Cost: one query, and three for each older version."""
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
    with connection.cursor() as cursor:
        cursor.execute(f"{_VERSION}{text} ORDER BY e.seq DESC LIMIT %s", (*values, count + 1))
        rows = cursor.fetchall()
    return [_hit(row) for row in rows[:count]], len(rows) > count


def version_count(*, type: str, id: UUID) -> int:
    """Count the versions of one resource."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM record_entry WHERE resource = %s AND type = %s AND act <> 'seen'", (id_out(id), type)
        )
        return int(cursor.fetchone()[0])


def _hit(row: Sequence[Any]) -> VersionHit:
    id, kind, version = id_in(row[0]), row[1], row[2]
    is_current = row[5] == row[6]
    return VersionHit(
        id=id,
        type=kind,
        version=version,
        at=time_in(row[3]),
        patient=id_or_none(row[4]),
        seq=row[5],
        body=bytes(row[7]) if is_current else version_get(type=kind, id=id, version=version).body,
    )
