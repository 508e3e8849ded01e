"""Writing entries: the one way anything enters or changes in the record.

Owns the order of a write: version check, clock, chain, entries, projection, journal. Called inside `writing` (one
writer at a time), so what was checked still holds when it is written. Never updates or deletes an entry. Source:
docs/design/record.md, cases 1-19.
"""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from relight.journal.api import EventDraft, Json, Log
from relight.kernel.act import Act
from relight.kernel.ids import uuid7
from relight.record import errors
from relight.record.rules.canonical import dumps, loads
from relight.record.rules.chain import GENESIS, Link, body_digest, link_hash
from relight.record.rules.clock import Stamp, stamp_read, tick
from relight.record.rules.references import Found
from relight.record.services.projection import Item, project
from relight.record.services.rows import id_in, id_out, rows_get, rows_insert, time_out
from relight.record.types import EntryAct, EntryDraft, Projected, ResourceStatus, Written

EVENTS_BY_PATIENT = 50  # a write that touches more patients says so once
_ENTRY = (
    "seq", "id", "node_id", "number", "batch", "clock", "resource", "type", "version", "previous", "act", "status",
    "actor", "at", "reason", "source_id", "document", "scope", "origin_id", "url", "body", "digest", "chain",
)  # fmt: skip
_HELD = (
    "SELECT r.id, r.type, r.version, r.versions, r.status, e.id FROM record_resource r"
    " JOIN record_entry e ON e.seq = r.entry WHERE r.id IN ({keys})"
)
_STATUS = {EntryAct.ERROR: ResourceStatus.ERROR, EntryAct.MERGE: ResourceStatus.MERGED}
_NO_VERSION = EntryAct.SEEN


@dataclass(slots=True)
class _State:
    """What a resource is while a write goes on."""

    type: str
    version: int
    versions: int
    status: ResourceStatus
    entry: UUID


@dataclass(slots=True)
class _Head:
    """Where this node's chain stands."""

    node: UUID
    number: int
    seq: int
    clock: Stamp
    link: bytes


def entries_write(
    *, act: Act, log: Log, drafts: Sequence[EntryDraft], verb: str = "record.write", subject: str = ""
) -> list[Written]:
    """Append entries and bring the current state up to date, inside the caller's `writing`.

    Args: verb, subject: of the journal entry, which holds counts and the head of the chain, never content. The drafts'
    bodies are not changed. Returns: one a draft, in order. Raises: CONFLICT (RL-REC-001) where `expected_version` is
    not the held one, NO_RESOURCE (002), ID_TAKEN (004), TYPE_CHANGED (007); then nothing is written.
    Cost: a dozen statements, whatever the number of drafts below some 500.
    """
    if not drafts:
        return []
    bodies = [draft.raw if draft.raw is not None else dumps(draft.body) for draft in drafts]
    return entries_lay(
        act=act,
        log=log,
        drafts=drafts,
        bodies=bodies,
        owned=[loads(body) for body in bodies],
        verb=verb,
        subject=subject,
    )


def entries_lay(
    *,
    act: Act,
    log: Log,
    drafts: Sequence[EntryDraft],
    bodies: Sequence[bytes],
    owned: Sequence[dict[str, Any]],
    verb: str,
    subject: str = "",
    are_free: bool = False,
    found: Sequence[list[Found]] | None = None,
    told: dict[str, Json] | None = None,
) -> list[Written]:
    """Do what `entries_write` does with bodies made already: `bodies` as bytes, `owned` to be written into.

    Args: are_free: the ids of `create` were looked up already. found: the references of `owned`,
    where known. told: more for the journal entry's body.
    """
    head = _head(act)
    states = _states(draft for draft in drafts if not (are_free and draft.act is EntryAct.CREATE))
    first, seq_before = head.number + 1, head.seq
    rows: list[tuple[Any, ...]] = []
    items: list[Item] = []
    made: list[tuple[UUID, int]] = []
    for draft, body, parsed in zip(drafts, bodies, owned, strict=True):
        link, is_new = _step(act, draft, body, head=head, states=states, batch=first)
        rows.append(_row(link, head=head, body=b"" if draft.act is EntryAct.SEEN else body))
        made.append((link.id, link.version))
        items.append(_item(draft, parsed, link=link, seq=head.seq, is_new=is_new))
    if found is not None:
        for item, references in zip(items, found, strict=True):
            item.found = references
    rows_insert("record_entry", _ENTRY, rows)
    current = project(items)
    _head_move(head)
    body_told: dict[str, Json] = {
        "entries": len(rows),
        "first": first,
        "last": head.number,
        "chain": head.link.hex(),
        "acts": {str(word): count for word, count in sorted(Counter(draft.act.value for draft in drafts).items())},
        **(told or {}),
    }
    log.entry(verb, subject=subject or "record:entries", body=body_told, events=_events(current.values(), verb=verb))
    return [
        _written(item, entry=entry, version=version, seq=seq_before + n + 1, current=current)
        for n, (item, (entry, version)) in enumerate(zip(items, made, strict=True))
    ]


def _head(act: Act) -> _Head:
    """Read where the chain of this node stands; the first write makes the node."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, number, clock, head FROM record_node WHERE is_here = %s", (True,))
        row = cursor.fetchone()
        if row is None:
            node = uuid7(at=act.at, entropy=os.urandom(10))
            name = platform.node()[:120] or "relight"
            row = (id_out(node), 0, str(Stamp()), GENESIS)
            rows_insert(
                "record_node",
                ("id", "name", "is_here", "number", "clock", "head"),
                [(row[0], name, True, row[1], row[2], row[3])],
            )
        cursor.execute("SELECT MAX(seq) FROM record_entry")
        last = cursor.fetchone()[0] or 0
    return _Head(id_in(row[0]), row[1], last, stamp_read(row[2]), bytes(row[3]))


def _head_move(head: _Head) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE record_node SET number = %s, clock = %s, head = %s WHERE id = %s",
            (head.number, str(head.clock), head.link, id_out(head.node)),
        )


def _states(drafts: Iterable[EntryDraft]) -> dict[UUID, _State]:
    """Read what is held of the resources that are named."""
    named = {draft.resource for draft in drafts if draft.resource is not None}
    return {
        id_in(key): _State(kind, version, versions, ResourceStatus(status), id_in(entry))
        for key, kind, version, versions, status, entry in rows_get(_HELD, [id_out(key) for key in named])
    }


def _step(
    act: Act, draft: EntryDraft, body: bytes, *, head: _Head, states: dict[UUID, _State], batch: int
) -> tuple[Link, bool]:
    """Check one draft, move the chain one link on. Returns: the link, and whether the resource is new."""
    state = states.get(draft.resource) if draft.resource is not None else None
    _check(draft, state)
    head.clock = tick(head.clock, at=act.at)
    head.number += 1
    head.seq += 1
    entry = uuid7(at=act.at, entropy=os.urandom(10))
    resource = draft.resource or uuid7(at=act.at, entropy=os.urandom(10))
    versions = state.versions if state else 0
    version = versions if draft.act is _NO_VERSION else versions + 1
    status = draft.status or _STATUS.get(draft.act) or ResourceStatus.CURRENT
    link = Link(
        number=head.number,
        id=entry,
        node=head.node,
        clock=str(head.clock),
        resource=resource,
        type=draft.type,
        version=version,
        previous=state.entry if state else None,
        act=draft.act.value,
        actor=act.actor,
        at=act.at,
        reason=draft.reason,
        source=draft.source,
        document=draft.document,
        scope=draft.scope,
        origin_id=draft.origin_id,
        url=draft.url,
        status=status.value,
        batch=batch,
        digest=body_digest(body),
    )
    head.link = link_hash(head.link, link)
    if state is None:
        states[resource] = _State(draft.type, version, version, status, entry)
    elif draft.act is not _NO_VERSION:
        state.versions = version
        if draft.act is not EntryAct.PAST:
            state.version, state.status, state.entry = version, status, entry
    return link, state is None


def _check(draft: EntryDraft, state: _State | None) -> None:
    """Refuse what would overwrite something its writer has not seen, or make one thing of two."""
    if draft.act is EntryAct.CREATE:
        if state is not None:
            raise errors.ID_TAKEN.error(where=draft.type)
        return
    if state is None:
        raise errors.NO_RESOURCE.error(where=draft.type, type=draft.type)
    if state.type != draft.type:
        raise errors.TYPE_CHANGED.error(where=draft.type, held=state.type, new=draft.type)
    if draft.expected_version is not None and draft.expected_version != state.version:
        raise errors.CONFLICT.error(where=draft.type, seen=draft.expected_version, now=state.version)


def _row(link: Link, *, head: _Head, body: bytes) -> tuple[Any, ...]:
    return (
        head.seq, id_out(link.id), id_out(link.node), link.number, link.batch, link.clock, id_out(link.resource),
        link.type, link.version, id_out(link.previous), link.act, link.status, link.actor, time_out(link.at),
        link.reason, id_out(link.source), link.document, link.scope, link.origin_id, link.url, body, link.digest,
        head.link,
    )  # fmt: skip


def _item(draft: EntryDraft, parsed: dict[str, Any], *, link: Link, seq: int, is_new: bool) -> Item:
    return Item(
        seq=seq,
        resource=link.resource,
        type=link.type,
        version=link.version,
        act=draft.act,
        status=ResourceStatus(link.status),
        source=link.source,
        document=link.document,
        scope=link.scope,
        origin_id=link.origin_id,
        url=link.url,
        at=link.at,
        body={} if draft.act is EntryAct.SEEN else parsed,
        is_new=is_new,
    )


def _written(item: Item, *, entry: UUID, version: int, seq: int, current: dict[UUID, Projected]) -> Written:
    now = current.get(item.resource)
    return Written(
        resource=item.resource,
        type=item.type,
        version=version,
        entry=entry,
        seq=seq,
        updated_at=item.at,
        body=now.served if now is not None else b"",
    )


def _events(current: Iterable[Projected], *, verb: str) -> list[EventDraft]:
    """Tell whose record changed; a large write says only that many did."""
    types: dict[UUID, set[str]] = {}
    for one in current:
        if one.patient is not None:
            types.setdefault(one.patient, set()).add(one.type)
            if len(types) > EVENTS_BY_PATIENT:
                return [EventDraft(name="record.changed", subject="record:entries", body={"by": verb})]
    return [
        EventDraft(name="record.changed", subject=f"patient:{patient}", body={"types": sorted(kinds)})
        for patient, kinds in types.items()
    ]
