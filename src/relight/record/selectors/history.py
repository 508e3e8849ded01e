"""Every version of a resource, the oldest first: who wrote it, when, why, and from where.

Reads are noted by the caller (`services.reads`). An old version is served as the current one is: references as they
are understood now. Source: docs/design/record.md, cases 10-12.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from relight.record import errors
from relight.record.rules.canonical import dumps, loads
from relight.record.rules.references import reference_put, references_find
from relight.record.rules.serving import stamped
from relight.record.selectors.resolving import Resolver, Scope
from relight.record.selectors.rows import id_or_none, id_out, time_in, time_or_none
from relight.record.types import EntryAct, SourceKind, Version

_VERSIONS = (
    "SELECT e.seq, e.version, e.act, e.actor, e.at, e.reason, e.clock, e.source_id, e.document, e.body, s.kind, s.name,"
    " s.as_of FROM record_entry e LEFT JOIN record_source s ON s.id = e.source_id"
    " WHERE e.resource = %s AND e.type = %s AND e.act <> %s"
)


def history(*, type: str, id: UUID) -> list[Version]:
    """Return the versions of a resource, the oldest first. Raises: NO_RESOURCE (RL-REC-002)."""
    found = _read(_VERSIONS + " ORDER BY e.version", [id_out(id), type, EntryAct.SEEN.value], type=type, id=id)
    if not found:
        raise errors.NO_RESOURCE.error(where=type, type=type)
    return found


def version_get(*, type: str, id: UUID, version: int) -> Version:
    """Return one version. Raises: NO_VERSION (RL-REC-003)."""
    sql = _VERSIONS + " AND e.version = %s"
    for found in _read(sql, [id_out(id), type, EntryAct.SEEN.value, version], type=type, id=id):
        return found
    raise errors.NO_VERSION.error(where=type, type=type, version=version)


def seen_in(*, id: UUID) -> list[tuple[str, str]]:
    """Return where else a resource was seen, word for word: (source, time) of each, the oldest first."""
    sql = (
        "SELECT s.name, e.at FROM record_entry e JOIN record_source s ON s.id = e.source_id"
        " WHERE e.resource = %s AND e.act = %s ORDER BY e.seq"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [id_out(id), EntryAct.SEEN.value])
        return [(name, time_in(at).isoformat()) for name, at in cursor.fetchall()]


def _read(sql: str, params: Iterable[Any], *, type: str, id: UUID) -> list[Version]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        rows = cursor.fetchall()
    versions: list[Version] = []
    for seq, version, act, actor, at, reason, clock, source, document, body, kind, name, as_of in rows:
        scope = Scope(id_or_none(source), document)
        versions.append(
            Version(
                type=type,
                id=id,
                version=version,
                act=EntryAct(act),
                seq=seq,
                actor=actor,
                at=time_in(at),
                reason=reason,
                clock=clock,
                source=scope.source,
                source_kind=SourceKind(kind) if kind else SourceKind.TYPED,
                source_name=name or "",
                as_of=time_or_none(as_of),
                body=_served(bytes(body), scope, type=type, id=id, version=version, at=time_in(at)),
            )
        )
    return versions


def _served(body: bytes, scope: Scope, *, type: str, id: UUID, version: int, at: Any) -> bytes:
    parsed = loads(body)
    found = references_find(parsed)
    resolver = Resolver()
    resolver.ask(found, scope)
    resolver.look()
    for one in found:
        target = resolver.answer(one, scope)
        if target.id is not None:
            reference_put(one, type=target.type, id=str(target.id))
    return dumps(stamped(parsed, type=type, id=id, version=version, at=at))
