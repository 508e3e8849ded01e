"""Turns a description into the graph's nodes, pools and gates.

Owns which instances exist (`network@arlon`, `emergency@arlon`), what they need, and the ids of gates
(`acceptance:dns`, `zone:arlon`). Source: docs/design/hospital.md, "Nodes".
"""

from __future__ import annotations

from dataclasses import dataclass

from relight.hospital.rules.consistency import function_nodes, own_site, resolve_need
from relight.hospital.rules.graph import Graph, NodeDraft, PoolDraft, graph_build
from relight.hospital.types import (
    Description,
    Function,
    NeedKind,
    NodeKind,
    Selector,
    Service,
    Workstations,
)

WORKSTATION = "workstation"  # the role a unit's workstations carry
UNIT_WEIGHTS = {1: 16, 2: 8, 3: 4, 4: 2}  # what one level gained is worth by tier; a function alone: 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """What a node is: a unit has service and site and tier, a function its id and perhaps a site."""

    id: str
    kind: NodeKind
    base: str
    site: str
    tier: int
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital:
    """A description ready to be asked: its graph, and what each node is."""

    description: Description
    graph: Graph
    nodes: tuple[NodeView, ...]

    def node(self, id: str) -> NodeView:
        return self.nodes[self.graph.index[id]]


def acceptance_id(function: str) -> str:
    """Return the id of a function's acceptance: `acceptance:dns`."""
    return f"acceptance:{function}"


def zone_id(site: str) -> str:
    """Return the id of a site's zone segment: `zone:arlon`."""
    return f"zone:{site}"


def hospital_compile(description: Description) -> Hospital:
    """Compile a description that has no fault."""
    functions = {function.id: function for function in description.functions}
    views: list[NodeView] = []
    drafts: list[NodeDraft] = []
    pools: list[PoolDraft] = []
    for function in description.functions:
        for node, site in function_nodes(function):
            views.append(
                NodeView(id=node, kind=NodeKind.FUNCTION, base=function.id, site=site, tier=0, owner=function.owner)
            )
            drafts.append(
                NodeDraft(
                    id=node,
                    kind=NodeKind.FUNCTION,
                    needs=_needs(function, site, functions),
                    gates=(acceptance_id(node),) if function.acceptance else (),
                )
            )
            pools.extend(_pools(function, node, site))
    overrides = {(unit.service, unit.site): unit.workstations for unit in description.units}
    for service in description.services:
        for site in service.sites:
            node = f"{service.id}@{site}"
            views.append(NodeView(id=node, kind=NodeKind.UNIT, base=service.id, site=site, tier=service.tier, owner=""))
            drafts.append(
                NodeDraft(
                    id=node,
                    kind=NodeKind.UNIT,
                    needs=_needs(service, site, functions),
                    gates=(zone_id(site),),
                    weight=UNIT_WEIGHTS.get(service.tier, 2),
                )
            )
            pools.extend(_workstations(node, service, site, overrides.get((service.id, site), service.workstations)))
    return Hospital(description=description, graph=graph_build(drafts, pools), nodes=tuple(views))


def _needs(part: Function | Service, site: str, functions: dict[str, Function]) -> tuple[tuple[str, bool], ...]:
    needs: dict[str, bool] = {}
    for written, vital in [(need, True) for need in part.vital] + [(need, False) for need in part.useful]:
        node = resolve_need(written, site=site, functions=functions)
        if node is not None:
            needs.setdefault(node, vital)
    return tuple(needs.items())


def _pools(function: Function, node: str, site: str) -> list[PoolDraft]:
    pools = [own_site(pool, site) for pool in function.components]
    return [
        PoolDraft(owner=node, select=pool.select, need=pool.need, of=pool.of, vital=pool.kind is NeedKind.VITAL)
        for pool in pools
    ]


def _workstations(node: str, service: Service, site: str, wanted: Workstations | None) -> list[PoolDraft]:
    if wanted is None:
        return []
    select = Selector(role=WORKSTATION, site=site, service=service.id)
    steps = [(wanted.minimum, True), (wanted.needed if wanted.needed > wanted.minimum else 0, False)]
    return [
        PoolDraft(owner=node, select=select, need=need, of=wanted.needed, vital=vital) for need, vital in steps if need
    ]
