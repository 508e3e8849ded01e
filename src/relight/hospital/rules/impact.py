"""What the return of something would bring back, or what its loss would take down.

Owns the question about nodes, components, acceptances and zones alike: a thing that works now is asked
what falls without it, one that does not, what returns with it.
Source: docs/design/hospital.md, "Impact" (cases 40-46).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relight.hospital.rules.graph import DOWN, NORMAL, Change, Delta, propagate
from relight.hospital.rules.world import World
from relight.hospital.types import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """A node whose level would move."""

    id: str
    before: Level
    after: Level

    def document(self) -> dict[str, str]:
        return {"id": self.id, "from": self.before.name.lower(), "to": self.after.name.lower()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What would follow. returns: asked about a return, else about a loss.

    Args: changes: nodes whose level moves, needs first. helps: nodes that stay at their level but come
    nearer to normal, for they would lack less.
    """

    id: str
    returns: bool
    changes: tuple[LevelChange, ...]
    helps: tuple[str, ...]

    def document(self) -> dict[str, object]:
        return {
            "id": self.id,
            "asks": "return" if self.returns else "loss",
            "changes": [change.document() for change in self.changes],
            "helps": list(self.helps),
        }


def impact(world: World, id: str) -> Impact:
    """Say what follows from the return (or loss) of a node, a component, an acceptance or a zone.

    Args: id: of one the world knows. Returns: see `Impact`; for a node, its return means normal.
    Raises: KeyError for an unknown id.
    """
    graph, state = world.graph, world.state
    if id in graph.index:
        node = graph.index[id]
        returns = state.levels[node] != NORMAL
        change = Change(forced={node: NORMAL if returns else DOWN})
        return _answer(world, id, returns, propagate(graph, state, change), {node} if returns else ())
    if id in graph.gate_index:
        gate = graph.gate_index[id]
        returns = not state.open[gate]
        delta = propagate(graph, state, Change(gates=[(gate, returns)]))
        return _answer(world, id, returns, delta, graph.gate_owners[gate] if returns else ())
    component = world.waiting.components[id]
    returns = not component.operational
    pools = graph.pools_of(component)
    delta = propagate(graph, state, Change(pools=[(pool, 1 if returns else -1, id) for pool in pools]))
    nearer = [graph.pool_owner[pool] for pool in pools if returns and world.deficit(pool)]
    return _answer(world, id, returns, delta, nearer)


def _answer(world: World, id: str, returns: bool, delta: Delta, nearer: Iterable[int]) -> Impact:
    return Impact(
        id=id,
        returns=returns,
        changes=level_changes(world, delta),
        helps=tuple(world.graph.ids[node] for node in _above(world, nearer) if node not in delta.levels),
    )


def level_changes(world: World, delta: Delta) -> tuple[LevelChange, ...]:
    """Return the moved levels of a delta, needs first."""
    graph = world.graph
    return tuple(
        LevelChange(id=graph.ids[node], before=Level(before), after=Level(after))
        for node, (before, after) in sorted(delta.levels.items(), key=lambda item: graph.rank[item[0]])
    )


def _above(world: World, nodes: Iterable[int]) -> list[int]:
    """Return these nodes and all that rely on them, needs first."""
    seen = set(nodes)
    todo = list(seen)
    while todo:
        for parent, _ in world.graph.dependents[todo.pop()]:
            if parent not in seen:
                seen.add(parent)
                todo.append(parent)
    return sorted(seen, key=world.graph.rank.__getitem__)
