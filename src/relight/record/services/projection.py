"""The current state, made from entries: resources, aliases, references, identifiers, and what others lay beside them.

Owns one function, `project`, run for each write and again for each when the record is rebuilt: it sees the entries of
one write and the projection as it stood, nothing else, so both give the same rows. Source: docs/design/record.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from relight.record.rules.canonical import dumps, loads
from relight.record.rules.facts import clinical_at, identifiers_of, patient_path, patient_paths
from relight.record.rules.references import Found, as_written, reference_put, references_find
from relight.record.rules.serving import stamped
from relight.record.selectors.resolving import Resolver, Scope, Target
from relight.record.services.projectors import PROJECTORS
from relight.record.services.rows import (
    id_in,
    id_or_none,
    id_out,
    rows_delete,
    rows_get,
    rows_insert,
    time_in,
    time_out,
)
from relight.record.types import HERE, EntryAct, Projected, ResourceStatus

LATE_AT_ONCE = 2000
_RESOURCE = (
    "id", "type", "version", "versions", "entry", "patient", "status", "source", "updated_at", "clinical_at", "body",
)  # fmt: skip
_RESOURCE_AGAIN = (
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _RESOURCE if name not in ("id", "versions"))
    + (
        ", versions = CASE WHEN excluded.versions > record_resource.versions"
        " THEN excluded.versions ELSE record_resource.versions END"
    )
)
_REFERENCE = (
    "resource", "n", "path", "target", "target_type", "text", "key", "form", "state", "source", "document",
)  # fmt: skip
_OPEN = "SELECT key, resource, source FROM record_reference WHERE target IS NULL AND key IN ({keys})"
_DOUBTED = (
    "SELECT r.resource FROM record_alias a JOIN record_reference r ON r.target = a.resource"
    " WHERE a.source = %s AND a.origin_id = %s AND a.type = %s AND r.document = %s AND r.key = %s"
)
_LATE = (
    "SELECT e.seq, e.resource, e.type, r.version, r.status, e.act, e.source_id, e.document, e.scope,"
    " e.origin_id, e.url, e.at, e.body"
    " FROM record_resource r JOIN record_entry e ON e.seq = r.entry WHERE r.id IN ({keys})"
)
_NO_STATE = frozenset({EntryAct.PAST, EntryAct.SEEN})


@dataclass(slots=True, kw_only=True, eq=False)
class Item:
    """An entry as the projection takes it. Args: body: its own copy, references will be written into it."""

    seq: int
    resource: UUID
    type: str
    version: int
    act: EntryAct
    status: ResourceStatus
    source: UUID | None
    document: str
    scope: str
    origin_id: str
    url: str
    at: datetime
    body: dict[str, Any]
    is_new: bool = False
    found: list[Found] | None = None


def project(items: Sequence[Item]) -> dict[UUID, Projected]:
    """Bring the projection up to date with the entries of one write. Returns: what is current now, by resource."""
    _aliases_lay(items)
    last: dict[UUID, Item] = {}
    new: set[UUID] = set()
    for item in items:
        if item.is_new:
            new.add(item.resource)
        if item.act not in _NO_STATE:
            last[item.resource] = item
    for item in last.values():
        item.is_new = item.resource in new
    _past(items)
    done = _lay(list(last.values()))
    late = sorted(_late(items, done.keys()), key=str)
    for begin in range(0, len(late), LATE_AT_ONCE):
        _lay(_late_items(late[begin : begin + LATE_AT_ONCE]))
    return done


def _aliases_lay(items: Iterable[Item]) -> None:
    rows: list[tuple[Any, ...]] = []
    for item in items:
        if item.source is None or item.act is EntryAct.PAST:
            continue
        source, resource = id_out(item.source), id_out(item.resource)
        if item.origin_id:
            rows.append((source, item.origin_id, item.type, item.scope, resource))
        if item.url:
            rows.append((source, item.url, "", item.scope, resource))
    columns = ("source", "origin_id", "type", "document", "resource")
    rows_insert("record_alias", columns, rows, tail="ON CONFLICT DO NOTHING")


def _past(items: Iterable[Item]) -> None:
    """Count the numbers that older versions took."""
    with connection.cursor() as cursor:
        for item in items:
            if item.act is EntryAct.PAST:
                cursor.execute(
                    "UPDATE record_resource SET versions = %s WHERE id = %s AND versions < %s",
                    (item.version, id_out(item.resource), item.version),
                )


def _lay(items: list[Item]) -> dict[UUID, Projected]:
    """Write the rows of resources as they are now."""
    if not items:
        return {}
    old = [item for item in items if not item.is_new]
    if old:
        _take(old)
    _identifiers_lay(items)
    resolver = _resolver(items)
    done: list[Projected] = []
    references: list[tuple[Any, ...]] = []
    for item in items:
        done.append(_served(item, resolver, references))
    rows_insert("record_resource", _RESOURCE, [_row(one) for one in done], tail=_RESOURCE_AGAIN)
    rows_insert("record_reference", _REFERENCE, references)
    for projector in PROJECTORS:
        projector.lay(done)
    return {one.id: one for one in done}


def _take(items: list[Item]) -> None:
    """Take away the rows of what was current before."""
    keys = [id_out(item.resource) for item in items]
    for table in ("record_reference", "record_identifier"):
        rows_delete(table, "resource", keys)
    if PROJECTORS:
        entries = [row[0] for row in rows_get("SELECT entry FROM record_resource WHERE id IN ({keys})", keys)]
        for projector in PROJECTORS:
            projector.take(entries)


def _identifiers_lay(items: list[Item]) -> None:
    rows = [
        (value, system, id_out(item.resource), item.type, id_out(item.source))
        for item in items
        if item.status is ResourceStatus.CURRENT
        for system, value in identifiers_of(item.body)
        if len(value) <= 200 and len(system) <= 200
    ]
    columns = ("value", "system", "resource", "type", "source")
    rows_insert("record_identifier", columns, rows, tail="ON CONFLICT DO NOTHING")


def _resolver(items: list[Item]) -> Resolver:
    resolver = Resolver()
    for item in items:
        if item.source is None or item.document == HERE:
            resolver.local[item.resource] = item.type
            if item.url:
                resolver.urls[item.document, item.url] = (item.type, item.resource)
    for item in items:
        if item.found is None:
            item.found = references_find(item.body)
        resolver.ask(item.found, Scope(item.source, item.document))
    resolver.look()
    return resolver


def _served(item: Item, resolver: Resolver, rows: list[tuple[Any, ...]]) -> Projected:
    """Make the served form, and the rows of its references."""
    scope = Scope(item.source, item.document)
    resource, source = id_out(item.resource), id_out(item.source)
    targets: list[tuple[Found, Target]] = []
    for n, one in enumerate(item.found or ()):
        target = resolver.answer(one, scope)
        targets.append((one, target))
        rows.append(
            (
                resource, n, one.path[:200], id_out(target.id), target.type, as_written(one), one.key, one.form.value,
                target.state.value, source, item.document,
            )
        )  # fmt: skip
        if target.id is not None:
            reference_put(one, type=target.type, id=str(target.id))
    body = stamped(item.body, type=item.type, id=item.resource, version=item.version, at=item.at)
    return Projected(
        id=item.resource,
        type=item.type,
        version=item.version,
        status=item.status,
        patient=_patient(item, targets),
        body=body,
        served=dumps(body),
        updated_at=item.at,
        clinical_at=clinical_at(body),
        seq=item.seq,
        act=item.act,
        source=item.source,
        is_new=item.is_new,
        references=[(one.path, target.id) for one, target in targets],
    )


def _patient(item: Item, targets: Iterable[tuple[Found, Target]]) -> UUID | None:
    """Say whose record a resource is in: the element that names its patient, by the order of the rules."""
    if item.type == "Patient":
        return item.resource
    wanted = patient_paths(item.type)
    best, whose = len(wanted), None
    for one, target in targets:
        if target.type == "Patient" and target.id is not None:
            element = patient_path(one.path)
            rank = wanted.index(element) if element in wanted else len(wanted)
            if rank < best:
                best, whose = rank, target.id
    return whose


def _row(one: Projected) -> tuple[Any, ...]:
    return (
        id_out(one.id), one.type, one.version, one.version, one.seq, id_out(one.patient), one.status.value,
        id_out(one.source), time_out(one.updated_at), time_out(one.clinical_at), one.served,
    )  # fmt: skip


def _late(items: Iterable[Item], done: Iterable[UUID]) -> set[UUID]:
    """Find the resources with an open reference that may mean something that has just come."""
    scoped: set[tuple[UUID | None, str]] = set()
    free: set[str] = set()
    for item in items:
        if item.act is EntryAct.PAST:
            continue
        if item.source is None or item.document == HERE:
            scoped.add((item.source, f"{item.type}/{item.resource}"))
        elif item.origin_id:
            scoped.add((item.source, f"{item.type}/{item.origin_id}"))
            scoped.add((item.source, f"urn:uuid:{item.origin_id}"))
        if item.url:
            scoped.add((item.source, item.url))
        for system, value in identifiers_of(item.body):
            free.add(f"{item.type}?{system}|{value}")
            free.add(f"?{system}|{value}")
    keys = {key for _, key in scoped} | free
    found = _doubted(items)
    held = set(done)
    for key, resource, source in rows_get(_OPEN, keys):
        if key in free or (id_or_none(source), key) in scoped:
            found.add(id_in(resource))
    return found - held


def _doubted(items: Iterable[Item]) -> set[UUID]:
    """Find what was resolved by an id that has turned out to mean two things in one document: it is ambiguous now."""
    twice = {(item.source, item.origin_id, item.document): item for item in items if "#" in item.scope}
    found: set[UUID] = set()
    with connection.cursor() as cursor:
        for (source, origin, document), item in twice.items():
            cursor.execute(_DOUBTED, (id_out(source), origin, item.type, document, f"{item.type}/{origin}"))
            found.update(id_in(row[0]) for row in cursor.fetchall())
    return found


def _late_items(resources: Sequence[UUID]) -> list[Item]:
    """Read the current entries of resources again."""
    items = []
    for row in rows_get(_LATE, [id_out(resource) for resource in resources]):
        seq, resource, kind, version, status, act, source, document, scope, origin_id, url, at, body = row
        items.append(
            Item(
                seq=seq, resource=id_in(resource), type=kind, version=version, act=EntryAct(act),
                status=ResourceStatus(status), source=id_or_none(source), document=document, scope=scope,
                origin_id=origin_id, url=url, at=time_in(at), body=loads(bytes(body)),
            )
        )  # fmt: skip
    return sorted(items, key=lambda item: item.seq)
