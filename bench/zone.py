"""100,000 machines and 5,000 flows compile in under 10 s; a quarantine is one small change, whatever their number.

Invented machines and flows in the shapes of a hospital: six sites, 60 services, 80 roles. With nft and root, the
ruleset is checked by nft itself and a quarantine is applied to it in a network namespace.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from relight.cleanzone.rules.compile import ruleset_compile
from relight.cleanzone.rules.nft import nft_text, shut_change
from relight.cleanzone.types import Flow, Machine, Peer, Segment, Zone

CLAIM = "100,000 machines and 5,000 flows compile in under 10 s; a quarantine is an incremental change"
AT = datetime(2026, 11, 24, tzinfo=UTC)
SITES, SERVICES, ROLES = 6, 60, 80


def zone_make(machines: int, flows: int) -> Zone:
    """Make a zone: nine machines in ten are workstations of a service at a site, the rest servers of a role."""
    chance = random.Random(20261124)
    made = []
    for number in range(machines):
        site = number % SITES
        place = number // SITES + 11
        is_server = number % 10 == 0
        made.append(
            Machine(
                item=f"i{number}",
                name=f"m{number}",
                site=f"site{site}",
                role=f"role{number // 10 % ROLES}" if is_server else "workstation",
                service="" if is_server else f"service{chance.randrange(SERVICES)}",
                ipv4=f"10.{200 + site}.{place // 256}.{place % 256}",
                ipv6=f"fd5a:{site:x}::{place:x}",
                valid_until=AT + timedelta(days=90),
                cut=number % 1000 == 7,
            )
        )
    found = []
    for number in range(1, flows + 1):
        unit = Peer(
            role="workstation", service=f"service{chance.randrange(SERVICES)}", site=f"site{chance.randrange(SITES)}"
        )
        server = Peer(role=f"role{chance.randrange(ROLES)}")
        source = (
            unit if number % 2 else Peer(role=f"role{chance.randrange(ROLES)}", site=f"site{chance.randrange(SITES)}")
        )
        port = chance.randrange(20, 60000)
        found.append(
            Flow(
                number=number,
                source=source,
                destination=server,
                protocol="tcp",
                ports=((port, port),),
                reason=f"need {number}",
            )
        )
    segments = tuple(
        Segment(site=f"site{n}", ipv4=f"10.{200 + n}.0.0/16", ipv6=f"fd5a:{n:x}::/64") for n in range(SITES)
    )
    return Zone(machines=tuple(made), flows=tuple(found), segments=segments, at=AT)


def median_s(work: object, runs: int) -> float:
    """Return the median of some runs, in seconds."""
    assert callable(work)
    times = []
    for _ in range(runs):
        before = time.perf_counter()
        work()
        times.append(time.perf_counter() - before)
    return statistics.median(times)


def on_a_router(text: str) -> list[dict[str, object]]:
    """Load the ruleset in a network namespace and shut a machine in it: what nft itself takes for both."""
    if os.geteuid() != 0 or not shutil.which("nft") or not shutil.which("ip"):
        return []
    name = f"rlbench{os.getpid()}"
    run = ["ip", "netns", "exec", name]
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        load = median_s(lambda: subprocess.run([*run, "nft", "-f", "-"], input=text, text=True, check=True), 3)
        change = shut_change(shut=["10.200.0.11", "fd5a:0::b"])
        shut = median_s(lambda: subprocess.run([*run, "nft", "-f", "-"], input=change, text=True, check=True), 5)
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False)
    return [
        {"what": "nft takes the whole ruleset (peer: nft itself)", "value": round(load, 2), "unit": "s"},
        {"what": "nft takes a quarantine on top of it", "value": round(shut * 1000, 1), "unit": "ms"},
        {"what": "quarantine against the whole ruleset", "value": round(load / shut, 1), "unit": "x faster"},
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--machines", type=int, default=100_000)
    parser.add_argument("--flows", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    zone = zone_make(given.machines, given.flows)
    compiled = median_s(lambda: nft_text(ruleset_compile(zone)), 3)
    text = nft_text(ruleset_compile(zone))
    results: list[dict[str, object]] = [
        {
            "what": f"{given.machines:,} machines, {given.flows:,} flows: compile and write",
            "value": round(compiled, 2),
            "unit": "s",
        },
        {"what": "target", "value": 10, "unit": "s"},
        {"what": "ruleset", "value": round(len(text) / 1e6, 1), "unit": "MB"},
        {
            "what": "a quarantine's change",
            "value": len(shut_change(shut=["10.200.0.11", "fd5a:0::b"])),
            "unit": "bytes",
        },
        *on_a_router(text),
        {
            "what": "peak memory",
            "value": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "unit": "MB",
        },
    ]
    if given.json:
        print(json.dumps({"claim": CLAIM, "results": results}))
        return
    for one in results:
        print(f"{one['what']}: {one['value']} {one['unit']}")


if __name__ == "__main__":
    main()
