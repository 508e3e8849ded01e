"""A patient's whole record, page by page, and what it points at that is nobody's: wards, people, medications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from relight.record.selectors.rows import id_in, id_out, time_out
from relight.record.selectors.search import COLUMNS, Hit, Page, hit_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def everything(
    *, patient: UUID, types: Sequence[str], since: int | None, count: int, after: Sequence[Any] | None
) -> Page:
    """Give one page, the patient first, then by id.

    Args: types: none for all. since: changed at or after, milliseconds. after: the place of the last page.
    Cost: three queries; four where there are more pages.
    """
    where, values = "r.patient = %s", [id_out(patient)]
    if types:
        where += f" AND r.type IN ({', '.join(['%s'] * len(types))})"
        values += types
    if since is not None:
        where += " AND r.updated_at >= %s"
        values.append(time_out(_EPOCH + timedelta(milliseconds=since)))
    further, place = "", []
    if after is not None:
        further = " AND (q.first > %s OR (q.first = %s AND q.id > %s))"
        place = [after[0], after[0], id_out(UUID(hex=after[1]))]
    columns = COLUMNS.format(r="r")
    order = "CASE WHEN r.type = 'Patient' THEN 0 ELSE 1 END"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM (SELECT {columns}, {order} AS first FROM record_resource r WHERE {where}) q"
            f" WHERE 1 = 1{further} ORDER BY q.first, q.id LIMIT %s",
            [*values, *place, count + 1],
        )
        rows = cursor.fetchall()
        cursor.execute(f"SELECT COUNT(*) FROM record_resource r WHERE {where}", values)
        total = int(cursor.fetchone()[0])
    hits = tuple(hit_of(row) for row in rows[:count])
    more = len(rows) > count
    last = (rows[count - 1][7], id_in(rows[count - 1][0]).hex) if more else None
    return Page(hits=hits, included=_beside(hits), total=total, after=last)


def _beside(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Fetch what a page points at and is in nobody's record."""
    if not hits:
        return ()
    marks = ", ".join(["%s"] * len(hits))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT x.target FROM record_reference x WHERE x.target IS NOT NULL AND x.resource IN ({marks})",
            [id_out(hit.id) for hit in hits],
        )
        targets = [row[0] for row in cursor.fetchall()]
        if not targets:
            return ()
        marks = ", ".join(["%s"] * len(targets))
        columns = COLUMNS.format(r="r")
        cursor.execute(
            f"SELECT {columns} FROM record_resource r WHERE r.patient IS NULL AND r.id IN ({marks})", targets
        )
        return tuple(hit_of(row) for row in cursor.fetchall())
