"""The least that brings a node back: components, acceptances and zone openings.

Owns what a node at a level requires, and the choice among components where pools leave one. Needs are
all of them necessary, so only pools leave a choice; `cover` makes it.
Source: docs/design/hospital.md, "Unlock" (cases 30-38).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relight.hospital.rules.cover import Cover, Group, cover
from relight.hospital.rules.graph import DEGRADED, DOWN, NORMAL, Change
from relight.hospital.rules.world import World, soonest
from relight.hospital.types import STAGES_UNSEEN, ComponentReport, Level, Selector

SEARCH_STEPS = 4_000
STAGES_LIMIT = 99  # so that stages never outweigh an item; the line has seven


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Machines a pool is short of and nobody has reported: `count` more with this selector."""

    select: Selector
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """The least set that brings a node to a level.

    Args: components: soonest first. unseen: machines to be found. acceptances, zones: node and site ids,
    acceptances in the order they can be signed. lower_bound: no set is smaller; `exact` when it is
    reached. reached: the node has the level already, and the set is empty.
    """

    id: str
    level: Level
    target: Level
    components: tuple[ComponentReport, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    acceptances: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    lower_bound: int = 0

    @property
    def size(self) -> int:
        return len(self.components) + sum(u.count for u in self.unseen) + len(self.acceptances) + len(self.zones)

    @property
    def exact(self) -> bool:
        return self.size == self.lower_bound

    @property
    def reached(self) -> bool:
        return self.level >= self.target

    @property
    def stages_left(self) -> int:
        """Return the steps of the line before the whole set, summed over its machines."""
        return sum(c.stages_left for c in self.components) + STAGES_UNSEEN * sum(u.count for u in self.unseen)

    def document(self) -> dict[str, object]:
        return {
            "id": self.id,
            "level": self.level.name.lower(),
            "target": self.target.name.lower(),
            "size": self.size,
            "exact": self.exact,
            "lower_bound": self.lower_bound,
            "stages_left": self.stages_left,
            "components": [{"ref": c.ref, "name": c.name, "stages_left": c.stages_left} for c in self.components],
            "unseen": [{"select": u.select.text(), "count": u.count} for u in self.unseen],
            "acceptances": list(self.acceptances),
            "zones": list(self.zones),
        }


def unlock(world: World, id: str, *, target: Level = Level.NORMAL, budget: int = SEARCH_STEPS) -> Unlock:
    """Find the least set that brings a node to a level, ties by fewest stages left.

    Args: target: degraded or normal. budget: steps of the search; then the bound says how far it may be.
    """
    node = world.graph.index[id]
    level = Level(world.state.levels[node])
    if level >= target:
        return Unlock(id=id, level=level, target=target)
    pools, gates = requirements(world, node, target)
    groups, members, unseen = _groups(world, pools)
    found = cover({pool: world.deficit(pool) for pool in pools}, groups, budget=budget)
    components, missing = _taken(found, members, unseen)
    names = [world.graph.gates[gate].partition(":") for gate in gates]
    return Unlock(
        id=id,
        level=level,
        target=target,
        components=components,
        unseen=missing,
        acceptances=tuple(id for kind, _, id in names if kind == "acceptance"),
        zones=tuple(sorted(id for kind, _, id in names if kind == "zone")),
        lower_bound=found.lower_bound + len(gates),
    )


def requirements(world: World, node: int, target: int) -> tuple[list[int], list[int]]:
    """Return the pools to fill and the gates to open for a node to reach a level, needs first."""
    graph, state = world.graph, world.state
    wanted: dict[int, int] = {node: target}
    todo = [node]
    while todo:
        here = todo.pop()
        level = wanted[here]
        for child, vital in graph.needs[here]:
            asked = level if vital else (NORMAL if level == NORMAL else DOWN)
            if state.levels[child] < asked and wanted.get(child, DOWN) < asked:
                wanted[child] = asked
                todo.append(child)
    order = sorted(wanted, key=graph.rank.__getitem__)
    pools = [
        pool
        for here in order
        for pool in graph.node_pools[here]
        if world.deficit(pool) and (graph.pools[pool].vital or wanted[here] > DEGRADED)
    ]
    gates = [gate for here in order for gate in graph.node_gates[here] if not state.open[gate]]
    return pools, list(dict.fromkeys(gates))


def _groups(world: World, pools: list[int]) -> tuple[list[Group], list[list[ComponentReport]], list[Selector | None]]:
    """Group what could fill the pools by the pools it counts in, machines not yet seen included."""
    asked = frozenset(pools)
    by_pools: dict[frozenset[int], list[ComponentReport]] = {}
    for group in dict.fromkeys(group for pool in pools for group in world.waiting.groups(pool)):
        counted = asked.intersection(group)
        enough = max(world.deficit(pool) for pool in counted)
        by_pools.setdefault(counted, []).extend(world.waiting.members(group)[:enough])
    members = [sorted(found, key=soonest) for found in by_pools.values()]
    groups = [
        Group(pools=counted, stages=tuple(min(c.stages_left, STAGES_LIMIT) for c in found))
        for counted, found in zip(by_pools, members, strict=True)
    ]
    unseen: list[Selector | None] = [None] * len(groups)
    for select, count in shortages(world, pools).items():
        groups.append(Group(pools=serves(world, asked, select), stages=(STAGES_UNSEEN,) * count))
        members.append([])
        unseen.append(select)
    return groups, members, unseen


def shortages(world: World, pools: Iterable[int]) -> dict[Selector, int]:
    """Return how many machines nobody has reported the pools are short of, by selector."""
    found: dict[Selector, int] = {}
    for pool in pools:
        lacking = world.deficit(pool) - world.waiting.count(pool)
        if lacking > 0:
            select = world.graph.pools[pool].select
            found[select] = max(found.get(select, 0), lacking)
    return found


def serves(world: World, pools: Iterable[int], select: Selector) -> frozenset[int]:
    """Return the pools in which a machine known only by a selector would surely count."""
    return frozenset(pool for pool in pools if world.graph.pools[pool].select.takes_in(select))


def _taken(
    found: Cover, members: list[list[ComponentReport]], unseen: list[Selector | None]
) -> tuple[tuple[ComponentReport, ...], tuple[Unseen, ...]]:
    components: list[ComponentReport] = []
    missing: list[Unseen] = []
    for count, group, select in zip(found.taken, members, unseen, strict=True):
        if select is None:
            components.extend(group[:count])
        elif count:
            missing.append(Unseen(select=select, count=count))
    components.sort(key=soonest)
    return tuple(components), tuple(sorted(missing, key=lambda u: u.select.key()))


def unlock_change(world: World, found: Unlock) -> Change:
    """Return the change that an unlock set is, to be simulated or checked."""
    graph = world.graph
    steps = [(pool, 1, c.ref) for c in found.components for pool in graph.pools_of(c)]
    for missing in found.unseen:
        pools = serves(world, range(len(graph.pools)), missing.select)
        steps.extend((pool, missing.count, missing.select.text()) for pool in sorted(pools))
    gates = [f"acceptance:{id}" for id in found.acceptances] + [f"zone:{id}" for id in found.zones]
    return Change(pools=steps, gates=[(graph.gate_index[gate], True) for gate in gates])
