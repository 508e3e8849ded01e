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
    level; a set that shares more than half of its things with a better one (or of the better one's) is left
    out, so that each is another thing to do. Ties by cost, then id. Deterministic.
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
    return _distinct(sorted(best.values(), key=_order), limit=limit)


def _order(item: NextUnlock) -> tuple[float, int, str, Level]:
    return (-item.gain / item.cost, item.cost, item.unlock.id, item.unlock.target)


def _distinct(ranked: list[NextUnlock], *, limit: int) -> tuple[NextUnlock, ...]:
    """Keep the best, leaving out each set that is for more than half the same as a better one."""
    kept: list[tuple[NextUnlock, frozenset[str]]] = []
    for item in ranked:
        if len(kept) == limit:
            break
        things = _things(item.unlock)
        if not any(2 * len(things & other) > min(len(things), len(other)) for _, other in kept):
            kept.append((item, things))
    return tuple(item for item, _ in kept)


def _things(found: Unlock) -> frozenset[str]:
    """Return what is to be done, each thing by a name of its own."""
    unseen = (f"{u.select.text()}#{number}" for u in found.unseen for number in range(u.count))
    signed = (f"acceptance:{id}" for id in found.acceptances)
    return frozenset((*(c.ref for c in found.components), *unseen, *signed, *(f"zone:{id}" for id in found.zones)))


def _weighed(world: World, found: Unlock) -> NextUnlock:
    delta = propagate(world.graph, world.state, unlock_change(world, found))
    gain = sum((after - before) * world.graph.weights[node] for node, (before, after) in delta.levels.items())
    cost = sum(max(1, c.stages_left) for c in found.components) + STAGES_UNSEEN * sum(u.count for u in found.unseen)
    cost += len(found.acceptances) + len(found.zones)
    return NextUnlock(unlock=found, changes=level_changes(world, delta), gain=gain, cost=max(1, cost))
