"""The description in force and the world that stands on it, kept in memory while nothing changes.

Owns the two caches of this process: compiled descriptions by row, the world by revision. Inside a
transaction the world is always read anew, for it may be rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from threading import Lock
from uuid import UUID

from django.db import connection

from relight.hospital.errors import NOTHING_LOADED
from relight.hospital.models import Acceptance, Component, LoadedDescription, Node, Pool, Standing, ZoneSegment
from relight.hospital.rules.compile import Hospital, acceptance_id, hospital_compile, zone_id
from relight.hospital.rules.description import description_read
from relight.hospital.rules.graph import Graph, PoolDraft, State, evaluate
from relight.hospital.rules.world import Waiting, World
from relight.hospital.types import ComponentReport, Description, ZoneState

_FIELDS = ("ref", "name", "site", "role", "tags", "service", "operational", "stages_left", "evidence", "available")
_lock = Lock()
_kept: dict[str, tuple[tuple[UUID, int], World]] = {}


def standing_get() -> Standing | None:
    """Return the standing row with a description in force, or None. One query."""
    row = Standing.objects.select_related("description").defer("description__text").filter(pk=1).first()
    return row if row is not None and row.description_id is not None else None


@lru_cache(maxsize=4)
def _compiled(description: UUID) -> Hospital:
    row = LoadedDescription.objects.get(pk=description)
    read = description_read(row.text.encode(), filename=row.filename).description
    if read is None:
        raise ValueError(f"the description {description} was loaded with faults")
    return hospital_compile(read)


def hospital_of(standing: Standing) -> Hospital:
    """Return the compiled description of a standing row."""
    assert standing.description_id is not None
    return _compiled(standing.description_id)


def hospital_find() -> Hospital | None:
    """Return the hospital in force, or None when none is loaded."""
    standing = standing_get()
    return hospital_of(standing) if standing else None


def hospital_get() -> Hospital:
    """Return the hospital in force. Raises: MissingError RL-HOS-041."""
    found = hospital_find()
    if found is None:
        raise NOTHING_LOADED.error()
    return found


def description_in_force() -> Description | None:
    """Return the description in force, or None."""
    found = hospital_find()
    return found.description if found else None


def revision() -> int:
    """Return how often anything of the hospital changed: the key of whatever is derived from it."""
    return Standing.objects.filter(pk=1).values_list("revision", flat=True).first() or 0


# -- the world ------------------------------------------------------------------------------------


def pool_key(pool: PoolDraft) -> str:
    """Return the stable key of a stored pool."""
    return f"{pool.owner}|{pool.select.text()}|{'vital' if pool.vital else 'useful'}"


def components_read(refs: Iterable[str] | None = None) -> list[ComponentReport]:
    """Read components: all of them, or those of some references."""
    rows = Component.objects.all() if refs is None else Component.objects.filter(pk__in=list(refs))
    return [
        ComponentReport(**{**dict(zip(_FIELDS, row, strict=True)), "tags": tuple(row[4])})
        for row in rows.values_list(*_FIELDS)
    ]


def open_gates() -> set[str]:
    """Return the ids of all acceptances in force and zone segments that are open."""
    accepted = Acceptance.objects.filter(ended_at=None).values_list("function", flat=True)
    zones = ZoneSegment.objects.filter(state=ZoneState.OPEN.value).values_list("site", flat=True)
    return {acceptance_id(id) for id in accepted} | {zone_id(site) for site in zones}


def state_read(graph: Graph) -> State:
    """Read the state: pool counts and gates as stored, levels from them. Three queries."""
    stored = dict(Pool.objects.values_list("key", "operational"))
    counts = [stored.get(pool_key(pool), 0) for pool in graph.pools]
    gates = open_gates()
    return evaluate(
        graph, counts=counts, open_gates=[graph.gate_index[gate] for gate in gates if gate in graph.gate_index]
    )


def world_get() -> tuple[Hospital, World]:
    """Return the hospital and its world now. Raises: MissingError RL-HOS-041.

    One query while nothing changed; else the components are read once for this process.
    """
    standing = standing_get()
    if standing is None or standing.description_id is None:
        raise NOTHING_LOADED.error()
    hospital = hospital_of(standing)
    key = (standing.description_id, standing.revision)
    shared = not connection.in_atomic_block
    if shared:
        with _lock:
            kept = _kept.get(connection.alias)
        if kept is not None and kept[0] == key:
            return hospital, kept[1]
    graph = hospital.graph
    world = World(graph=graph, state=state_read(graph), waiting=Waiting(graph, components_read()))
    if shared and revision() == standing.revision:  # nothing changed while it was read
        with _lock:
            _kept[connection.alias] = (key, world)
    return hospital, world


def nodes_read() -> dict[str, Node]:
    """Read every node in force by id. One query."""
    return {row.id: row for row in Node.objects.filter(aside=False)}
