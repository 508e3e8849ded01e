"""The dependency graph: how levels follow from components, acceptances, zones and needs.

Owns `Graph` (what relies on what, compiled and unchanging), `State` (what works now) and
`propagate`, which says what a change makes of the state by touching only the pools of what changed
and what stands above them. Refuses ids of owners' tables, Django, clocks.
Source: docs/design/hospital.md, "Levels" (cases 1-12).

Everything inside is by index: nodes, pools, gates and edges are numbers, so that 100,000 components
and a million edges stay cheap. A node keeps two counters, how many of its needs hold it at `down`
and how many at `degraded`; a change moves counters, and only a node whose level moved tells those
above it, in topological order, so that each is settled once.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from relight.hospital.types import ComponentReport, Level, NodeKind, Selector

DOWN, DEGRADED, NORMAL = int(Level.DOWN), int(Level.DEGRADED), int(Level.NORMAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDraft:
    """A node before compiling. needs: (node id, vital). gates: ids of what must be signed or open."""

    id: str
    kind: NodeKind
    needs: tuple[tuple[str, bool], ...] = ()
    gates: tuple[str, ...] = ()
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolDraft:
    """`need` components of a selector, for one node. of: how many there should be, 0 when not said."""

    owner: str
    select: Selector
    need: int
    of: int
    vital: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What relies on what. Edges are (node, vital) in both directions; `rank` orders needs first."""

    ids: tuple[str, ...]
    kinds: tuple[NodeKind, ...]
    weights: tuple[int, ...]
    index: Mapping[str, int]
    needs: tuple[tuple[tuple[int, bool], ...], ...]
    dependents: tuple[tuple[tuple[int, bool], ...], ...]
    rank: tuple[int, ...]
    pools: tuple[PoolDraft, ...]
    pool_owner: tuple[int, ...]
    node_pools: tuple[tuple[int, ...], ...]
    pools_by_selector: Mapping[tuple[str, str, str, str], tuple[int, ...]]
    gates: tuple[str, ...]
    gate_index: Mapping[str, int]
    gate_owners: tuple[tuple[int, ...], ...]
    node_gates: tuple[tuple[int, ...], ...]

    def pools_of(self, component: ComponentReport) -> tuple[int, ...]:
        """Return the pools a component counts in, ascending. O(tags), whatever the number of pools."""
        if not component.available:
            return ()
        found: list[int] = []
        roles = ("", component.role) if component.role else ("",)
        sites = ("", component.site) if component.site else ("",)
        services = ("", component.service) if component.service else ("",)
        for tag in ("", *dict.fromkeys(component.tags)):
            for role in roles:
                for site in sites:
                    for service in services:
                        found.extend(self.pools_by_selector.get((role, site, tag, service), ()))
        return tuple(sorted(set(found)))


def graph_build(nodes: Sequence[NodeDraft], pools: Sequence[PoolDraft]) -> Graph:
    """Compile a graph.

    Args: nodes: n drafts with m needs, every need an id among them, no circle. pools: of these nodes.
    Returns: the graph; O((n + m) log n). Raises: ValueError on a circle or an unknown id, which
    `consistency` refuses before.
    """
    index = {node.id: place for place, node in enumerate(nodes)}
    needs = tuple(tuple((_known(index, need), vital) for need, vital in node.needs) for node in nodes)
    dependents: list[list[tuple[int, bool]]] = [[] for _ in nodes]
    for place, edges in enumerate(needs):
        for child, vital in edges:
            dependents[child].append((place, vital))
    gates = tuple(dict.fromkeys(gate for node in nodes for gate in node.gates))
    gate_index = {gate: place for place, gate in enumerate(gates)}
    gate_owners: list[list[int]] = [[] for _ in gates]
    node_pools: list[list[int]] = [[] for _ in nodes]
    by_selector: dict[tuple[str, str, str, str], list[int]] = {}
    for place, node in enumerate(nodes):
        for gate in node.gates:
            gate_owners[gate_index[gate]].append(place)
    for place, pool in enumerate(pools):
        node_pools[_known(index, pool.owner)].append(place)
        by_selector.setdefault(pool.select.key(), []).append(place)
    return Graph(
        ids=tuple(node.id for node in nodes),
        kinds=tuple(node.kind for node in nodes),
        weights=tuple(node.weight for node in nodes),
        index=index,
        needs=needs,
        dependents=tuple(tuple(edges) for edges in dependents),
        rank=_rank(needs, dependents),
        pools=tuple(pools),
        pool_owner=tuple(index[pool.owner] for pool in pools),
        node_pools=tuple(tuple(places) for places in node_pools),
        pools_by_selector={key: tuple(places) for key, places in by_selector.items()},
        gates=gates,
        gate_index=gate_index,
        gate_owners=tuple(tuple(owners) for owners in gate_owners),
        node_gates=tuple(tuple(gate_index[gate] for gate in node.gates) for node in nodes),
    )


def _known(index: Mapping[str, int], id: str) -> int:
    if id not in index:
        raise ValueError(f"the graph has no node {id}")
    return index[id]


def _rank(
    needs: Sequence[Sequence[tuple[int, bool]]], dependents: Sequence[Sequence[tuple[int, bool]]]
) -> tuple[int, ...]:
    """Number the nodes so that each comes after all it needs; ties by place."""
    waiting = [len(edges) for edges in needs]
    ready = [place for place, count in enumerate(waiting) if not count]
    rank = [0] * len(waiting)
    placed = 0
    while ready:
        place = heapq.heappop(ready)
        rank[place] = placed
        placed += 1
        for parent, _ in dependents[place]:
            waiting[parent] -= 1
            if not waiting[parent]:
                heapq.heappush(ready, parent)
    if placed != len(waiting):
        raise ValueError("the graph has a circle")
    return tuple(rank)


# -- state ----------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class State:
    """What works now. counts: operational components of each pool. levels: of each node.

    held_down, held_degraded: how many of a node's needs hold it there. `commit` changes it in place.
    """

    counts: list[int]
    open: bytearray
    levels: bytearray
    held_down: list[int]
    held_degraded: list[int]


def edge_level(level: int, vital: bool) -> int:
    """Return what a need at a level allows the node that needs it."""
    return level if vital or level else DEGRADED


def pool_level(met: bool, vital: bool) -> int:
    """Return what a pool allows its owner."""
    if met:
        return NORMAL
    return DOWN if vital else DEGRADED


def evaluate(graph: Graph, *, counts: Sequence[int], open_gates: Iterable[int]) -> State:
    """Compute every level from nothing. O(n + m).

    Args: counts: operational components of each pool. open_gates: gates that are signed or open.
    """
    size = len(graph.ids)
    state = State(
        counts=list(counts),
        open=bytearray(len(graph.gates)),
        levels=bytearray(size),
        held_down=[0] * size,
        held_degraded=[0] * size,
    )
    for gate in open_gates:
        state.open[gate] = 1
    for node in sorted(range(size), key=graph.rank.__getitem__):
        held = [edge_level(state.levels[child], vital) for child, vital in graph.needs[node]]
        for pool in graph.node_pools[node]:
            draft = graph.pools[pool]
            held.append(pool_level(state.counts[pool] >= draft.need, draft.vital))
        held.extend(NORMAL if state.open[gate] else DOWN for gate in graph.node_gates[node])
        state.held_down[node] = held.count(DOWN)
        state.held_degraded[node] = held.count(DEGRADED)
        state.levels[node] = min(held, default=NORMAL)
    return state


def count_pools(graph: Graph, components: Iterable[ComponentReport]) -> tuple[list[int], list[int]]:
    """Return, for each pool, how many components are operational and how many there are at all."""
    operational = [0] * len(graph.pools)
    known = [0] * len(graph.pools)
    for component in components:
        for pool in graph.pools_of(component):
            known[pool] += 1
            operational[pool] += component.operational
    return operational, known


# -- change ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed at the bottom.

    Args: pools: (pool, +1 or -1, ref of the component) in order. gates: (gate, open). forced: levels
    taken as given for some nodes, whatever they need (to ask what if).
    """

    pools: Sequence[tuple[int, int, str]] = ()
    gates: Sequence[tuple[int, bool]] = ()
    forced: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Why a node's level moved. via: the node, pool or gate next below; root: what changed at the bottom."""

    via: str
    root: str


@dataclass(slots=True, kw_only=True)
class Delta:
    """What a change makes of a state, without changing it. levels: node -> (from, to)."""

    levels: dict[int, tuple[int, int]] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    gates: dict[int, bool] = field(default_factory=dict)
    held_down: dict[int, int] = field(default_factory=dict)
    held_degraded: dict[int, int] = field(default_factory=dict)
    triggers: dict[int, Trigger] = field(default_factory=dict)


def propagate(graph: Graph, state: State, change: Change) -> Delta:
    """Say what a change makes of the state.

    Returns: a delta holding only what differs; the state is left as it is. Cost grows with the pools
    of what changed and the nodes whose level moves, not with the graph.
    """
    return _Propagation(graph, state).run(change)


class _Propagation:
    """One settling of a change: counters laid over the state's, a queue in topological order."""

    def __init__(self, graph: Graph, state: State) -> None:
        self.graph = graph
        self.state = state
        self.delta = Delta()
        self.queue: list[tuple[int, int]] = []
        self.queued: set[int] = set()
        self.causes: dict[int, list[tuple[int, str, str]]] = {}

    def run(self, change: Change) -> Delta:
        self._pools(change.pools)
        for gate, is_open in change.gates:
            before = self.delta.gates.get(gate, bool(self.state.open[gate]))
            if before != is_open:
                self.delta.gates[gate] = is_open
                was, becomes = (NORMAL if before else DOWN), (NORMAL if is_open else DOWN)
                name = self.graph.gates[gate]
                for owner in self.graph.gate_owners[gate]:
                    self._shift(owner, was, becomes, via=name, root=name)
        for node in change.forced:
            self._enqueue(node)
        while self.queue:
            node = heapq.heappop(self.queue)[1]
            self._settle(node, change.forced.get(node))
        return self.delta

    def _pools(self, changes: Sequence[tuple[int, int, str]]) -> None:
        counts, last = self.delta.counts, {}
        for pool, step, ref in changes:
            counts[pool] = counts.get(pool, self.state.counts[pool]) + step
            last[pool] = ref
        for pool in [pool for pool, count in counts.items() if count == self.state.counts[pool]]:
            del counts[pool]
        for pool, count in counts.items():
            draft = self.graph.pools[pool]
            was = pool_level(self.state.counts[pool] >= draft.need, draft.vital)
            becomes = pool_level(count >= draft.need, draft.vital)
            self._shift(self.graph.pool_owner[pool], was, becomes, via=draft.select.text(), root=last[pool])

    def _shift(self, node: int, was: int, becomes: int, *, via: str, root: str) -> None:
        """Move one need of a node from one level to another, and have the node settled later."""
        if was == becomes:
            return
        for level, step in ((was, -1), (becomes, 1)):
            if level == DOWN:
                self.delta.held_down[node] = self.delta.held_down.get(node, self.state.held_down[node]) + step
            elif level == DEGRADED:
                held = self.delta.held_degraded.get(node, self.state.held_degraded[node])
                self.delta.held_degraded[node] = held + step
        self.causes.setdefault(node, []).append((becomes, via, root))
        self._enqueue(node)

    def _enqueue(self, node: int) -> None:
        if node not in self.queued:
            self.queued.add(node)
            heapq.heappush(self.queue, (self.graph.rank[node], node))

    def _settle(self, node: int, forced: int | None) -> None:
        before = self.state.levels[node]
        after = forced
        if after is None:
            if self.delta.held_down.get(node, self.state.held_down[node]):
                after = DOWN
            else:
                degraded = self.delta.held_degraded.get(node, self.state.held_degraded[node])
                after = DEGRADED if degraded else NORMAL
        if after == before:
            return
        self.delta.levels[node] = (before, after)
        name = self.graph.ids[node]
        trigger = self._trigger(node, fell=after < before) if forced is None else Trigger(via=name, root=name)
        self.delta.triggers[node] = trigger
        for parent, vital in self.graph.dependents[node]:
            self._shift(parent, edge_level(before, vital), edge_level(after, vital), via=name, root=trigger.root)

    def _trigger(self, node: int, *, fell: bool) -> Trigger:
        """Choose the need that explains a move: the lowest for a fall, the last to rise for a rise."""
        causes = self.causes[node]
        _, via, root = min(causes, key=lambda cause: cause[0]) if fell else causes[-1]
        return Trigger(via=via, root=root)


def commit(state: State, delta: Delta) -> None:
    """Make a delta real, in place."""
    for pool, count in delta.counts.items():
        state.counts[pool] = count
    for gate, is_open in delta.gates.items():
        state.open[gate] = is_open
    for node, held in delta.held_down.items():
        state.held_down[node] = held
    for node, held in delta.held_degraded.items():
        state.held_degraded[node] = held
    for node, (_, after) in delta.levels.items():
        state.levels[node] = after
