"""The dependency graph at the size of a country: 100,000 components, a million edges.

Claims: one change at the bottom settles in under 20 ms, why and impact answer in under 100 ms, unlock
with its proven bound in under 2 s (medians). Prints one JSON document with `--json`; exits 1 when a
claim does not hold.

    python bench/graph.py [--components 100000] [--hospitals 100] [--seed 7] [--json]

Edges are memberships (component in pool) and needs (node on node). Each hospital has 100 nodes that need
about twenty others of it and own pools over its machines by tag; some nodes are shared by all. The state is
a recovery half-way: two components of three are operational, one acceptance of fifty is missing.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from relight.hospital.rules.graph import Graph, NodeDraft, PoolDraft, graph_build
from relight.hospital.rules.impact import impact
from relight.hospital.rules.unlock import Unlock, unlock
from relight.hospital.rules.why import why
from relight.hospital.rules.world import World, world_build, world_report
from relight.hospital.types import ComponentReport, NodeKind, Selector

TARGETS_MS = {"change": 20.0, "why": 100.0, "impact": 100.0, "unlock": 2000.0}
NODES_EACH = 100
TAGS_EACH = 100  # tags of one hospital; a component carries eight of them
CARRIED = 8
SHARED = 20  # nodes of the first hospital that others need too


def make_graph(*, hospitals: int, members: float, chance: random.Random) -> Graph:
    """Make every hospital. members: components to expect for each tag; needs are around what is operational."""
    drafts: list[NodeDraft] = []
    pools: list[PoolDraft] = []
    for hospital in range(hospitals):
        first = len(drafts)
        for place in range(NODES_EACH):
            id = f"n{first + place}"
            needs = {first + chance.randrange(place) for _ in range(min(place, 24))} if place else set()
            if hospital and chance.random() < 0.3:
                needs.add(chance.randrange(SHARED))
            drafts.append(
                NodeDraft(
                    id=id,
                    kind=NodeKind.FUNCTION,
                    needs=tuple((f"n{child}", chance.random() < 0.3) for child in sorted(needs)),
                    gates=(f"acceptance:{id}",),
                )
            )
            select = Selector(tag=f"h{hospital}-t{place % TAGS_EACH}")
            need = max(1, round(members * chance.uniform(0.3, 0.75)))
            pools.append(PoolDraft(owner=id, select=select, need=need, of=0, vital=chance.random() < 0.7))
    return graph_build(drafts, pools)


def make_components(*, count: int, hospitals: int, chance: random.Random) -> list[ComponentReport]:
    """Make machines that each carry a few tags of their hospital, two of three operational."""
    return [
        ComponentReport(
            ref=f"fleet:{number}",
            name=f"m{number}",
            tags=tuple(f"h{number % hospitals}-t{tag}" for tag in chance.sample(range(TAGS_EACH), CARRIED)),
            operational=chance.random() < 0.67,
            stages_left=chance.randint(1, 6),
        )
        for number in range(count)
    ]


def measure(work: Callable[[], object]) -> float:
    """Return how long some work takes, in milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def change_times(world: World, *, rounds: int, chance: random.Random) -> list[float]:
    """Turn random components over, one at a time."""
    refs = list(world.waiting.components)
    times = []
    for _ in range(rounds):
        known = world.waiting.components[chance.choice(refs)]
        turned = replace(known, operational=not known.operational)
        times.append(measure(lambda turned=turned: world_report(world, turned)))  # type: ignore[misc]
    return times


def edges_of(world: World) -> int:
    """Count memberships and needs."""
    memberships = sum(len(world.graph.pools_of(component)) for component in world.waiting.components.values())
    return memberships + sum(len(needs) for needs in world.graph.needs)


def ask(world: World, *, chance: random.Random) -> tuple[dict[str, list[float]], list[Unlock]]:
    """Time a change and each question about nodes that are not normal."""
    down = [id for place, id in enumerate(world.graph.ids) if world.state.levels[place] < 2]
    asked = [chance.choice(down) for _ in range(100)]
    sets: list[Unlock] = []
    times = {
        "change": change_times(world, rounds=1000, chance=chance),
        "why": [measure(lambda id=id: why(world, id)) for id in asked],  # type: ignore[misc]
        "impact": [measure(lambda id=id: impact(world, id)) for id in asked],  # type: ignore[misc]
        "unlock": [measure(lambda id=id: sets.append(unlock(world, id))) for id in asked],  # type: ignore[misc]
    }
    return times, sets


def run(*, components: int, hospitals: int, seed: int) -> dict[str, object]:
    """Build the world, ask it, and put the figures together."""
    chance = random.Random(seed)
    graph = make_graph(hospitals=hospitals, members=components * CARRIED / hospitals / TAGS_EACH, chance=chance)
    reports = make_components(count=components, hospitals=hospitals, chance=chance)
    signed = [gate for gate in graph.gates if chance.random() < 0.98]
    start = time.perf_counter()
    world = world_build(graph, reports, open_gates=signed)
    build_ms = (time.perf_counter() - start) * 1000
    times, sets = ask(world, chance=chance)
    medians = {name: statistics.median(found) for name, found in times.items()}
    results = [
        result
        for name, found in times.items()
        for result in (
            {"what": f"{name}, median", "value": round(medians[name], 3), "unit": "ms"},
            {"what": f"{name}, worst", "value": round(max(found), 3), "unit": "ms"},
        )
    ]
    asked = [found for found in sets if found.size]
    results += [
        {"what": "edges", "value": edges_of(world), "unit": ""},
        {"what": "built from nothing", "value": round(build_ms), "unit": "ms"},
        {"what": "unlock sets proven least", "value": sum(found.exact for found in asked), "unit": f"of {len(asked)}"},
        {"what": "unlock set, median size", "value": statistics.median(f.size for f in asked), "unit": ""},
        {
            "what": "unlock over its bound, worst",
            "value": round(max(f.size / f.lower_bound for f in asked), 3),
            "unit": "",
        },
        {"what": "memory, peak", "value": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "unit": "MB"},
    ]
    return {
        "claim": "A change settles in 20 ms, why and impact answer in 100 ms, unlock with its bound in 2 s",
        "components": components,
        "nodes": len(graph.ids),
        "pools": len(graph.pools),
        "results": results,
        "met": {name: medians[name] < limit for name, limit in TARGETS_MS.items()},
    }


def main() -> int:
    """Run with the sizes of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--components", type=int, default=100_000)
    parser.add_argument("--hospitals", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    report = run(components=given.components, hospitals=given.hospitals, seed=given.seed)
    if given.json:
        print(json.dumps(report, indent=2))
    else:
        for result in report["results"]:  # type: ignore[attr-defined]
            print(f"{result['what']}: {result['value']} {result['unit']}")
    return 0 if all(report["met"].values()) else 1  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
