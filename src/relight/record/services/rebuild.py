"""The projection, made again from the entries: the same rows, byte for byte.

Owns emptying and replaying, write by write, in one transaction. Source: docs/design/record.md, cases 13-15.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from relight.journal.api import writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record.rules.canonical import loads
from relight.record.selectors.rows import id_in, id_or_none, time_in
from relight.record.services.projection import Item, project
from relight.record.services.projectors import PROJECTORS
from relight.record.types import EntryAct, ResourceStatus

TABLES = ("record_reference", "record_identifier", "record_alias", "record_resource")
_CHUNK = 2000
_ENTRIES = (
    "SELECT seq, node_id, batch, resource, type, version, act, status, source_id, document, scope, origin_id, url, at,"
    " body FROM record_entry WHERE seq > %s ORDER BY seq LIMIT %s"
)


@service(Permission.RECORD_IMPORT)
def record_rebuild(*, act: Act) -> int:
    """Empty the projection and make it again. Returns: how many entries it was made from."""
    count = 0
    with writing(act) as log:
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"DELETE FROM {table}")
        for projector in PROJECTORS:
            projector.clear()
        seen: set[UUID] = set()
        for _, rows in groupby(_rows(), key=lambda row: (row[1], row[2])):
            items = [_item(row, seen) for row in rows]
            project(items)
            count += len(items)
        log.entry("record.rebuild", subject="record:entries", body={"entries": count})
    return count


def _rows() -> Iterator[tuple[Any, ...]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ENTRIES, [last, _CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


def _item(row: tuple[Any, ...], seen: set[UUID]) -> Item:
    seq, _, _, resource, kind, version, act, status, source, document, scope, origin, url, at, body = row
    key = id_in(resource)
    is_new = key not in seen
    seen.add(key)
    return Item(
        seq=seq,
        resource=key,
        type=kind,
        version=version,
        act=EntryAct(act),
        status=ResourceStatus(status),
        source=id_or_none(source),
        document=document,
        scope=scope,
        origin_id=origin,
        url=url,
        at=time_in(at),
        body=loads(bytes(body)) if body else {},
        is_new=is_new,
    )
