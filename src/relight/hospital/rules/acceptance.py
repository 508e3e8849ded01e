"""When a function may be accepted, and when its acceptance lapses.

Owns both decisions and the text that is signed. Source: docs/design/hospital.md, "Acceptance"
(cases 60-67).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from relight.hospital import errors
from relight.hospital.rules.compile import acceptance_id
from relight.hospital.rules.graph import DOWN, Graph, State
from relight.kernel.verdict import YES, Verdict, no


def missing_below(graph: Graph, state: State, id: str) -> tuple[str, ...]:
    """Return what holds a function down besides its acceptance: needed functions, then own selectors."""
    node = graph.index[id]
    needs = [graph.ids[child] for child, vital in graph.needs[node] if vital and state.levels[child] == DOWN]
    pools = [
        graph.pools[pool].select.text()
        for pool in graph.node_pools[node]
        if graph.pools[pool].vital and state.counts[pool] < graph.pools[pool].need
    ]
    return (*needs, *pools)


def may_accept(graph: Graph, state: State, id: str) -> Verdict:
    """Say whether a person may sign now that a function works end to end."""
    gate = graph.gate_index.get(acceptance_id(id))
    if gate is None:
        return no(errors.NOT_ASKED, source="docs/design/hospital.md case 60", id=id)
    if state.open[gate]:
        return no(errors.ACCEPTED_ALREADY, source="docs/design/hospital.md case 61", id=id)
    missing = missing_below(graph, state, id)
    if missing:
        return no(errors.NOT_ACCEPTABLE, source="docs/design/hospital.md case 62", id=id, missing=missing)
    return YES


def lapsing(graph: Graph, state: State, counts: Mapping[int, int]) -> tuple[int, ...]:
    """Return the acceptances that end because an own vital pool falls below its need.

    Args: counts: pools whose count changes, with the new one. Returns: gates, ascending.
    """
    gates: set[int] = set()
    for pool, count in counts.items():
        draft = graph.pools[pool]
        if draft.vital and count < draft.need <= state.counts[pool]:
            gates.update(
                gate
                for gate in graph.node_gates[graph.pool_owner[pool]]
                if state.open[gate] and graph.gates[gate].startswith("acceptance:")
            )
    return tuple(sorted(gates))


def statement_digest(statement: Mapping[str, object]) -> str:
    """Return the SHA-256 of what is signed: canonical JSON, hexadecimal."""
    text = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def acceptance_statement(*, function: str, description: str, note: str) -> dict[str, str]:
    """Return what accepting says. Args: description: digest of the description in force."""
    return {"says": "works end to end", "function": function, "description": description, "note": note}


def zone_statement(*, site: str, turn: int, since: str) -> dict[str, str | int]:
    """Return what opening a segment says. Args: since: when its building began, ISO 8601."""
    return {"says": "may open", "zone": site, "turn": turn, "building_since": since}
