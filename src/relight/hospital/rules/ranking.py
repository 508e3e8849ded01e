"""Which unlock would bring most next: every node's least sets, weighed by what they bring.

Owns the scoring: levels gained, weighted by the tier of each unit, for each step of work.
Source: docs/design/hospital.md, "What next" (cases 50-54).
"""

from __future__ import annotations

from dataclasses import dataclass

from relight.hospital.rules.graph import propagate
from relight.hospital.rules.impact import LevelChange, level_changes
from relight.hospital.rules.unlock import Unlock, unlock, unlock_change
from relight.hospital.rules.world import World
from relight.hospital.types import STAGES_UNSEEN, Level

CANDIDATES = 600  # nodes looked at, the weightiest first
SEARCH_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NextUnlock:
    """One thing to do next: the set, what it brings, and its worth a step of work."""

    unlock: Unlock
    changes: tuple[LevelChange, ...]
    gain: int
    cost: int

    @property
    def score(self) -> float:
        return round(self.gain / self.cost, 4)

    def document(self) -> dict[str, object]:
        changes = [change.document() for change in self.changes]
        return {**self.unlock.document(), "changes": changes, "gain": self.gain, "cost": self.cost, "score": self.score}


def next_unlocks(world: World, *, limit: int) -> tuple[NextUnlock, ...]:
    """Rank what to unlock next.

    Returns: at most `limit`, best first; equal sets are named once, by the weightiest node they bring to a
    level; ties by cost, then id. Deterministic.
    """
    graph, state = world.graph, world.state
    nodes = [node for node in range(len(graph.ids)) if state.levels[node] < Level.NORMAL]
    nodes.sort(key=lambda node: (-graph.weights[node], graph.ids[node]))
    best: dict[object, NextUnlock] = {}
    for node in nodes[:CANDIDATES]:
        for target in (Level.DEGRADED, Level.NORMAL):
            if state.levels[node] < target:
                found = unlock(world, graph.ids[node], target=target, budget=SEARCH_STEPS)
                key = (found.components, found.unseen, found.acceptances, found.zones)
                if key not in best:
                    best[key] = _weighed(world, found)
                elif found.id == best[key].unlock.id:  # the same set brings it all the way
                    best[key] = NextUnlock(
                        unlock=found, changes=best[key].changes, gain=best[key].gain, cost=best[key].cost
                    )
    ranked = sorted(
        best.values(), key=lambda item: (-item.gain / item.cost, item.cost, item.unlock.id, item.unlock.target)
    )
    return tuple(ranked[:limit])


def _weighed(world: World, found: Unlock) -> NextUnlock:
    delta = propagate(world.graph, world.state, unlock_change(world, found))
    gain = sum((after - before) * world.graph.weights[node] for node, (before, after) in delta.levels.items())
    cost = sum(max(1, c.stages_left) for c in found.components) + STAGES_UNSEEN * sum(u.count for u in found.unseen)
    cost += len(found.acceptances) + len(found.zones)
    return NextUnlock(unlock=found, changes=level_changes(world, delta), gain=gain, cost=max(1, cost))
