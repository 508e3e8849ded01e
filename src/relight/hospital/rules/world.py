"""What is asked about: a graph, its state, and the components that are not back yet.

Owns `World` and `Waiting` (which components a pool still waits for). Refuses to read them from
anywhere: they are arguments of every question.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from relight.hospital.rules.graph import Change, Graph, State, commit, count_pools, evaluate, propagate
from relight.hospital.types import ComponentReport


class Waiting:
    """The components that are not operational and may still come back, by the pools they count in.

    Components that count in the same pools form a group; a choice among them is only a choice of the
    soonest. What a group holds is put in order when it is first asked for; callers must not change it.
    """

    def __init__(self, graph: Graph, components: Iterable[ComponentReport]) -> None:
        self.graph = graph
        self.components: dict[str, ComponentReport] = {}
        self._groups: dict[tuple[int, ...], set[str]] = {}
        self._sorted: dict[tuple[int, ...], list[ComponentReport]] = {}
        self._by_pool: list[dict[tuple[int, ...], None]] = [{} for _ in graph.pools]
        self._counts = [0] * len(graph.pools)
        for component in components:
            self.replace(component)

    def replace(self, component: ComponentReport) -> None:
        """Take a report of a component in, new or known."""
        known = self.components.get(component.ref)
        if known is not None and not known.operational:
            self._move(known, -1)
        self.components[component.ref] = component
        if not component.operational:
            self._move(component, 1)

    def _move(self, component: ComponentReport, step: int) -> None:
        pools = self.graph.pools_of(component)
        members = self._groups.setdefault(pools, set())
        if step > 0:
            members.add(component.ref)
        else:
            members.discard(component.ref)
        self._sorted.pop(pools, None)
        for pool in pools:
            self._counts[pool] += step
            if members:
                self._by_pool[pool][pools] = None
            else:
                self._by_pool[pool].pop(pools, None)

    def count(self, pool: int) -> int:
        """Return how many components a pool waits for."""
        return self._counts[pool]

    def groups(self, pool: int) -> Iterable[tuple[int, ...]]:
        """Return the groups a pool waits for, each as the pools it counts in."""
        return self._by_pool[pool]

    def members(self, group: tuple[int, ...]) -> list[ComponentReport]:
        """Return the components of a group, soonest first; ties by name, then reference."""
        found = self._sorted.get(group)
        if found is None:
            refs = self._groups.get(group, ())
            found = self._sorted[group] = sorted((self.components[ref] for ref in refs), key=soonest)
        return found

    def of(self, pool: int) -> list[ComponentReport]:
        """Return what a pool waits for, soonest first."""
        return sorted((c for group in self.groups(pool) for c in self.members(group)), key=soonest)


def soonest(component: ComponentReport) -> tuple[int, str, str]:
    """Order components by how soon they can be back."""
    return (component.stages_left, component.name, component.ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything a question reads."""

    graph: Graph
    state: State
    waiting: Waiting

    def deficit(self, pool: int) -> int:
        """Return how many components a pool is short of, 0 when its need is met."""
        return max(0, self.graph.pools[pool].need - self.state.counts[pool])


def world_build(graph: Graph, components: Iterable[ComponentReport], *, open_gates: Iterable[str] = ()) -> World:
    """Build a world from nothing. open_gates: ids of acceptances and zones; unknown ones count nowhere."""
    reports = list(components)
    counts, _ = count_pools(graph, reports)
    gates = [graph.gate_index[gate] for gate in open_gates if gate in graph.gate_index]
    return World(graph=graph, state=evaluate(graph, counts=counts, open_gates=gates), waiting=Waiting(graph, reports))


def component_change(
    graph: Graph, before: ComponentReport | None, after: ComponentReport
) -> list[tuple[int, int, str]]:
    """Return the steps of pool counts that one new report means."""
    steps: list[tuple[int, int, str]] = []
    if before is not None and before.operational:
        steps.extend((pool, -1, after.ref) for pool in graph.pools_of(before))
    if after.operational:
        steps.extend((pool, 1, after.ref) for pool in graph.pools_of(after))
    return steps


def world_report(world: World, report: ComponentReport) -> dict[int, tuple[int, int]]:
    """Take one report in, in place; return the levels that moved."""
    before = world.waiting.components.get(report.ref)
    steps = component_change(world.graph, before, report)
    delta = propagate(world.graph, world.state, Change(pools=steps))
    commit(world.state, delta)
    world.waiting.replace(report)
    return delta.levels
