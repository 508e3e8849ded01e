"""Small random hospitals, and the slow obvious answers the fast ones are held against."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from hypothesis import strategies as st

from relight.hospital.rules.graph import Graph, NodeDraft, PoolDraft, graph_build
from relight.hospital.rules.unlock import Unlock
from relight.hospital.rules.world import World, world_build
from relight.hospital.types import STAGES_UNSEEN, ComponentReport, Level, NodeKind, Selector

ROLES = ("server", "switch", "")
SITES = ("arlon", "virton", "")
TAGS = ("blue", "")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A small hospital: its graph, what is reported, which gates are open."""

    graph: Graph
    components: tuple[ComponentReport, ...]
    open_gates: frozenset[str]

    def world(self) -> World:
        return world_build(self.graph, self.components, open_gates=self.open_gates)


selectors = st.builds(
    Selector, role=st.sampled_from(ROLES), site=st.sampled_from(SITES), tag=st.sampled_from(TAGS)
).filter(lambda select: any(select.key()))


@st.composite
def components(draw: st.DrawFn, count: int) -> tuple[ComponentReport, ...]:
    return tuple(
        ComponentReport(
            ref=f"fleet:{place}",
            name=f"m{place}",
            role=draw(st.sampled_from(ROLES)),
            site=draw(st.sampled_from(SITES)),
            tags=draw(st.sampled_from([(), ("blue",), ("blue", "old")])),
            operational=draw(st.booleans()),
            stages_left=draw(st.integers(0, 6)),
            available=draw(st.integers(0, 9)) > 0,
        )
        for place in range(count)
    )


@st.composite
def cases(draw: st.DrawFn, *, nodes: int = 5, machines: int = 7, pools: int = 5) -> Case:
    size = draw(st.integers(1, nodes))
    drafts = []
    for place in range(size):
        below = draw(st.sets(st.integers(0, place - 1), max_size=3)) if place else set()
        gates = [f"acceptance:n{place}"] if draw(st.booleans()) else []
        gates += ["zone:arlon"] if draw(st.integers(0, 3)) == 0 else []
        drafts.append(
            NodeDraft(
                id=f"n{place}",
                kind=NodeKind.FUNCTION,
                needs=tuple((f"n{child}", draw(st.booleans())) for child in sorted(below)),
                gates=tuple(gates),
            )
        )
    pool_drafts = [
        PoolDraft(
            owner=f"n{draw(st.integers(0, size - 1))}",
            select=draw(selectors),
            need=draw(st.integers(1, 3)),
            of=3,
            vital=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, pools)))
    ]
    graph = graph_build(drafts, pool_drafts)
    gates = frozenset(gate for gate in graph.gates if draw(st.booleans()))
    found = draw(components(draw(st.integers(0, machines))))
    return Case(graph=graph, components=found, open_gates=gates)


# -- the slow, obvious answers --------------------------------------------------------------------


def selects(select: Selector, component: ComponentReport) -> bool:
    """Say what a selector means, field by field."""
    return (
        component.available
        and select.role in ("", component.role)
        and select.site in ("", component.site)
        and select.service in ("", component.service)
        and (not select.tag or select.tag in component.tags)
    )


def levels_slowly(
    graph: Graph,
    reports: tuple[ComponentReport, ...],
    open_gates: frozenset[str],
    *,
    broken_only: tuple[str, int] | None = None,
) -> dict[str, int]:
    """Work every level out by the definition. broken_only: (pool|gate, number): only that leaf is missing."""
    levels: dict[str, int] = {}

    def pool_met(place: int) -> bool:
        if broken_only is not None:
            return broken_only != ("pool", place)
        pool = graph.pools[place]
        return sum(c.operational and selects(pool.select, c) for c in reports) >= pool.need

    def gate_open(place: int) -> bool:
        if broken_only is not None:
            return broken_only != ("gate", place)
        return graph.gates[place] in open_gates

    def level(node: int) -> int:
        id = graph.ids[node]
        if id not in levels:
            held = [2]
            for child, vital in graph.needs[node]:
                held.append(level(child) if vital else max(1, level(child)))
            for place, pool in enumerate(graph.pools):
                if pool.owner == id and not pool_met(place):
                    held.append(0 if pool.vital else 1)
            held.extend(0 for place in graph.node_gates[node] if not gate_open(place))
            levels[id] = min(held)
        return levels[id]

    for node in range(len(graph.ids)):
        level(node)
    return levels


def least_slowly(world: World, case: Case, id: str, target: Level, universe: list[ComponentReport]) -> tuple[int, int]:
    """Try every set of machines by size; return (size, stages) of the least one, gates counted apart.

    universe: machines that may be added, those not yet seen included. All gates are opened: each one needed
    is needed in every set, and the caller counts them.
    """
    everything = frozenset(case.graph.gates)
    down = [component for component in universe if not component.operational]
    for size in range(len(down) + 1):
        fitting = []
        for chosen in combinations(down, size):
            refs = {component.ref for component in chosen}
            after = tuple(_returned(component) if component.ref in refs else component for component in universe)
            if levels_slowly(case.graph, after, everything)[id] >= target:
                fitting.append(sum(component.stages_left for component in chosen))
        if fitting:
            return size, min(fitting)
    raise AssertionError("even every machine together does not bring it back")


def _returned(component: ComponentReport) -> ComponentReport:
    fields = {name: getattr(component, name) for name in ComponentReport.__dataclass_fields__}
    return ComponentReport(**{**fields, "operational": True})


def applied(case: Case, found: Unlock) -> Case:
    """Do what an unlock set says: machines come back, new ones are found, gates open."""
    refs = {component.ref for component in found.components}
    reports = [_returned(c) if c.ref in refs else c for c in case.components]
    reports.extend(_returned(c) for missing in found.unseen for c in unseen(missing.select, missing.count))
    gates = {f"acceptance:{id}" for id in found.acceptances} | {f"zone:{id}" for id in found.zones}
    return Case(graph=case.graph, components=tuple(reports), open_gates=case.open_gates | gates)


def unseen(select: Selector, count: int) -> list[ComponentReport]:
    """Make machines nobody has seen, exactly as a selector says."""
    return [
        ComponentReport(
            ref=f"unseen:{select.text()}:{place}",
            name="?",
            role=select.role,
            site=select.site,
            service=select.service,
            tags=(select.tag,) if select.tag else (),
            stages_left=STAGES_UNSEEN,
        )
        for place in range(count)
    ]
