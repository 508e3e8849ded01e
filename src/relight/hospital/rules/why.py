"""Why a node is not normal: the root causes that hold it, and by which chain.

Owns the explanation. A root cause is a pool short of components, an acceptance nobody signed or a
zone segment that is not open. Source: docs/design/hospital.md, "Why" (cases 20-27).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum
from itertools import product

from relight.hospital.rules.graph import DEGRADED, DOWN, NORMAL
from relight.hospital.rules.world import World
from relight.hospital.types import ComponentReport, Level, Selector

NEAREST_SHOWN = 5
CAUSES_DETAILED = 60  # further causes say how many components wait, not which
ANY = Selector()


class CauseKind(Enum):
    """What kind of thing is missing at the root."""

    POOL = "components"
    ACCEPTANCE = "acceptance"
    ZONE = "zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One root cause.

    Args: holds: the level it alone would hold the asked node at. chain: node ids from the asked one to
    the one that misses it. gate: id of the acceptance or zone. have, need, of: of the pool. nearest:
    components that could fill it, soonest first, at most 5 of `waiting`.
    """

    kind: CauseKind
    holds: Level
    chain: tuple[str, ...]
    gate: str = ""
    select: Selector = ANY
    have: int = 0
    need: int = 0
    of: int = 0
    nearest: tuple[ComponentReport, ...] = ()
    waiting: int = 0

    def document(self) -> dict[str, object]:
        document: dict[str, object] = {
            "kind": self.kind.value,
            "holds_at": self.holds.name.lower(),
            "chain": list(self.chain),
        }
        if self.kind is not CauseKind.POOL:
            return {**document, "id": self.gate}
        nearest = [{"ref": c.ref, "name": c.name, "stages_left": c.stages_left} for c in self.nearest]
        pool = {"select": self.select.text(), "have": self.have, "need": self.need, "of": self.of}
        return {**document, **pool, "waiting": self.waiting, "nearest": nearest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The explanation of one node. causes: those that hold it lowest first, then the shortest chains."""

    id: str
    level: Level
    causes: tuple[Cause, ...]


_Spot = tuple[int, int]  # node, the level a cause at this node holds the asked node at
_Found = tuple[int, int, str, int, int]  # holds, chain length, kind, pool or gate, node


def why(world: World, id: str) -> Why:
    """Explain a node.

    Returns: every root cause once, with its shortest chain among those that hold the node lowest, and
    none that is implied by another: an acceptance nobody can sign yet, or a pool that is short because
    a wider one with no larger need is. O(what is not normal below the node).
    """
    graph, state = world.graph, world.state
    top = graph.index[id]
    level = Level(state.levels[top])
    parents: dict[_Spot, _Spot | None] = {(top, DOWN): None}
    best: dict[tuple[str, int], tuple[_Found, _Spot]] = {}
    queue = deque([((top, DOWN), 0)] if level < Level.NORMAL else [])
    while queue:
        (node, holds), length = queue.popleft()
        for found in _causes_at(world, node, holds, length):
            key = (found[2], found[3])
            if key not in best or found[:2] < best[key][0][:2]:
                best[key] = (found, (node, holds))
        for child, vital in graph.needs[node]:
            spot = (child, holds if vital else DEGRADED)
            if state.levels[child] != NORMAL and spot not in parents and (child, DOWN) not in parents:
                parents[spot] = (node, holds)
                queue.append((spot, length + 1))
    kept = _without_implied(world, sorted(best.values()))
    causes = [
        _cause(world, found, _chain(world, spot, parents), detailed=place < CAUSES_DETAILED)
        for place, (found, spot) in enumerate(kept)
    ]
    return Why(id=id, level=level, causes=tuple(causes))


def _causes_at(world: World, node: int, holds: int, length: int) -> list[_Found]:
    """Return what a node itself misses."""
    graph, state = world.graph, world.state
    found: list[_Found] = []
    for pool in graph.node_pools[node]:
        if world.deficit(pool):
            held = holds if graph.pools[pool].vital else DEGRADED
            found.append((held, length, CauseKind.POOL.value, pool, node))
    closed = [gate for gate in graph.node_gates[node] if not state.open[gate]]
    for gate in closed:
        if graph.gates[gate].startswith("zone:"):
            found.append((holds, length, CauseKind.ZONE.value, gate, node))
        elif state.held_down[node] == len(closed):  # nothing else holds it down: it could be signed now
            found.append((holds, length, CauseKind.ACCEPTANCE.value, gate, node))
    return found


def wider_keys(select: Selector) -> list[tuple[str, str, str, str]]:
    """Return the keys of every selector that takes a selector in, itself included."""
    role, site, tag, service = (tuple(dict.fromkeys(("", part))) for part in select.key())
    return list(product(role, site, tag, service))


def _without_implied(world: World, found: list[tuple[_Found, _Spot]]) -> list[tuple[_Found, _Spot]]:
    """Leave out each pool that must be short because another listed one, wider and needing no more, is."""
    by_selector: dict[tuple[str, str, str, str], list[tuple[int, int, int]]] = {}
    for place, ((holds, _, kind, pool, _), _) in enumerate(found):
        if kind == CauseKind.POOL.value:
            draft = world.graph.pools[pool]
            by_selector.setdefault(draft.select.key(), []).append((draft.need, holds, place))

    def implied(place: int) -> bool:
        (holds, _, kind, pool, _), _ = found[place]
        if kind != CauseKind.POOL.value:
            return False
        draft = world.graph.pools[pool]
        for wider in wider_keys(draft.select):
            for need, held, other in by_selector.get(wider, ()):
                same_pool = wider == draft.select.key() and need == draft.need and held == holds
                if other != place and need <= draft.need and held <= holds and (not same_pool or other < place):
                    return True
        return False

    return [entry for place, entry in enumerate(found) if not implied(place)]


def _chain(world: World, spot: _Spot, parents: dict[_Spot, _Spot | None]) -> tuple[str, ...]:
    chain: list[str] = []
    here: _Spot | None = spot
    while here is not None:
        chain.append(world.graph.ids[here[0]])
        here = parents[here]
    return tuple(reversed(chain))


def _cause(world: World, found: _Found, chain: tuple[str, ...], *, detailed: bool) -> Cause:
    holds, _, kind, place, _ = found
    if kind != CauseKind.POOL.value:
        return Cause(kind=CauseKind(kind), holds=Level(holds), chain=chain, gate=world.graph.gates[place])
    draft = world.graph.pools[place]
    nearest = world.waiting.of(place)[:NEAREST_SHOWN] if detailed else []
    return Cause(
        kind=CauseKind.POOL,
        holds=Level(holds),
        chain=chain,
        select=draft.select,
        have=world.state.counts[place],
        need=draft.need,
        of=draft.of,
        nearest=tuple(nearest),
        waiting=world.waiting.count(place),
    )
