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
    """The components of each pool that are not operational and may still come back."""

    def __init__(self, graph: Graph, components: Iterable[ComponentReport]) -> None:
        self.graph = graph
        self.components = {component.ref: component for component in components}
        self._by_pool: list[set[str]] = [set() for _ in graph.pools]
        for component in self.components.values():
            self._put(component)

    def _put(self, component: ComponentReport) -> None:
        if not component.operational:
            for pool in self.graph.pools_of(component):
                self._by_pool[pool].add(component.ref)

    def replace(self, component: ComponentReport) -> None:
        """Take a new report of a component in."""
        known = self.components.get(component.ref)
        if known is not None:
            for pool in self.graph.pools_of(known):
                self._by_pool[pool].discard(component.ref)
        self.components[component.ref] = component
        self._put(component)

    def count(self, pool: int) -> int:
        return len(self._by_pool[pool])

    def of(self, pool: int) -> list[ComponentReport]:
        """Return what a pool waits for, soonest first; ties by name, then ref."""
        return sorted((self.components[ref] for ref in self._by_pool[pool]), key=soonest)


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


def component_change(graph: Graph, before: ComponentReport | None, after: ComponentReport) -> list[tuple[int, int, str]]:
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
