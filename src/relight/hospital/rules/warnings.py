"""Warnings about a description that need what is known of the components: needs nobody can meet yet."""

from __future__ import annotations

from collections.abc import Sequence

from relight.hospital import errors
from relight.hospital.rules.graph import Graph
from relight.hospital.rules.reader import Reader
from relight.hospital.types import Description, Fault, NodeKind
from relight.kernel.toml_lines import Path


def shortage_warnings(
    reader: Reader, description: Description, graph: Graph, known: Sequence[int]
) -> tuple[Fault, ...]:
    """Return one warning for each node and selector that needs more components than are known.

    Args: known: components of each pool, in the graph's order. Empty while none is known at all: on day 0
    every need is short, and that is no news.
    """
    if not any(known):
        return ()
    functions = {function.id: place for place, function in enumerate(description.functions)}
    services = {service.id: place for place, service in enumerate(description.services)}
    worst: dict[tuple[str, str], tuple[int, int]] = {}
    for place, pool in enumerate(graph.pools):
        if known[place] < pool.need:
            key = (pool.owner, pool.select.text())
            worst[key] = max(worst.get(key, (0, 0)), (pool.need, known[place]))
    for (owner, selector), (need, matching) in worst.items():
        base = owner.partition("@")[0]
        unit = graph.kinds[graph.index[owner]] is NodeKind.UNIT
        path: Path = ("service", services[base]) if unit else ("function", functions[base])
        reader.warning(errors.NEED_OVER_MATCHING, path, id=owner, need=need, selector=selector, matching=matching)
    return tuple(sorted(reader.warnings, key=lambda fault: fault.line))
