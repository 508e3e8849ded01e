"""Who relies on whom, with the components that carry each node and the ports functions answer on.

For apps that build on the graph's shape, such as the zone's flows. Refuses levels and writes.
"""

from __future__ import annotations

from dataclasses import dataclass

from relight.hospital.rules.compile import WORKSTATION
from relight.hospital.selectors.standing import hospital_find
from relight.hospital.types import Endpoint, NodeKind, Selector


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliance:
    """One node. needs: ids of functions. carried_by: selectors of its components, workstations for a unit."""

    id: str
    base: str
    site: str
    is_unit: bool
    owner: str
    needs: tuple[str, ...]
    carried_by: tuple[Selector, ...]
    endpoints: tuple[Endpoint, ...]


def reliance_list() -> list[Reliance]:
    """List every node of the description in force, in its order; empty before one is loaded."""
    hospital = hospital_find()
    if hospital is None:
        return []
    graph = hospital.graph
    endpoints = {function.id: function.endpoints for function in hospital.description.functions}
    found: list[Reliance] = []
    for place, node in enumerate(hospital.nodes):
        is_unit = node.kind is NodeKind.UNIT
        own = dict.fromkeys(graph.pools[pool].select for pool in graph.node_pools[place])
        found.append(
            Reliance(
                id=node.id,
                base=node.base,
                site=node.site,
                is_unit=is_unit,
                owner=node.owner,
                needs=tuple(graph.ids[child] for child, _ in graph.needs[place]),
                carried_by=tuple(select for select in own if not is_unit or select.role == WORKSTATION),
                endpoints=() if is_unit else endpoints[node.base],
            )
        )
    return found
