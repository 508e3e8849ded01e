"""The laboratory gateway beside its peers and its limit, in one run on this machine.

Receiving: messages a second and time to the acknowledgement, at 1, 8 and 64 connections, each message durable
(SQLite, synchronous FULL) before it is acknowledged; beside python-hl7's own server, which stores nothing,
beside a bare uvloop loop that only splits and group-commits raw bytes, and beside what the disk can sync.
ASTM: whole transmissions a second, stored, at 32 connections, beside python-astm's own server, which stores
nothing. Decoding: every message split to its components, beside python-hl7, hl7apy and python-astm.
Medians of several rounds; in a round all take turns, so trust the ratios. Exit 1 when a target is missed.

    python bench/lab.py [--seconds 1.5] [--rounds 3] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != HERE]  # its inspect.py is not Python's
sys.path[:0] = [str(HERE / "parts"), str(HERE.parent / "src")]

from lab_decode import decode_rates  # noqa: E402 - found once the path is set
from lab_runs import Rates, disk_syncs, python_astm_here, receive_rates  # noqa: E402

CONNECTIONS = (1, 8, 64)
ASTM_CONNECTIONS = 32
TIMES_PYTHON_HL7 = 10
SHARE_OF_LIMIT, SHARE_AIMED_AT = 0.25, 0.5
TIMES_DECODED = 20
ASTM_LIMIT_STORED, ASTM_LIMIT_BARE = 2_810, 6_889  # transmissions/s of a bare loop, measured once: stored, not stored
CLAIM = (
    "64 connections: 10 x python-hl7's server and a quarter of the bare loop; decoding 20 x python-hl7; "
    "ASTM stored: python-astm unstored or half the bare loop that stores, whichever is less"
)

Row = dict[str, Any]


def row(what: str, value: float, unit: str) -> Row:
    return {"what": what, "value": round(value, 2 if value < 100 else None), "unit": unit}


def received(rates: dict[str, list[Rates]], label: str) -> Iterator[Row]:
    """Yield the rows of what was received: rate, and waits of the gateway."""
    for name, runs in rates.items():
        yield row(f"{label}: {name}", median(run.per_s for run in runs), "/s")
        yield row(f"{label}: {name}, answered within, median", median(run.p50_ms for run in runs), "ms")
        yield row(f"{label}: {name}, 99 of 100 within", median(run.p99_ms for run in runs), "ms")


def ratio(rates: dict[str, list[Rates]], of: str, to: str) -> float:
    """Return the median of the ratios of each round."""
    return median(a.per_s / b.per_s for a, b in zip(rates[of], rates[to], strict=True))


def times(decoded: dict[str, list[float]], of: str, to: str) -> float:
    """Return the median of the ratios of each round."""
    return median(a / b for a, b in zip(decoded[of], decoded[to], strict=True))


def verdict(what: str, value: float, target: float, unit: str) -> Row:
    word = "PASS" if value >= target else "SHORT"
    return {"what": f"{word}: {what}, target {target:g}", "value": round(value, 2), "unit": unit}


def measure(*, seconds: float, rounds: int) -> list[Row]:
    """Measure everything. Returns: the rows, verdicts last."""
    rows = [row("disk: fdatasync of 4 kB", disk_syncs(), "/s")]
    hl7: dict[int, dict[str, list[Rates]]] = {}
    for connections in CONNECTIONS:
        names = ("relight", "python-hl7", "bare loop")
        hl7[connections] = receive_rates("mllp", names, connections=connections, seconds=seconds, rounds=rounds)
        rows += received(hl7[connections], f"HL7, {connections} connections")
    astm = receive_rates(
        "astm",
        ("relight", "python-astm", "bare loop") if python_astm_here() else ("relight", "bare loop"),
        connections=ASTM_CONNECTIONS,
        seconds=seconds,
        rounds=rounds,
    )
    rows += received(astm, f"ASTM, {ASTM_CONNECTIONS} connections")
    decoded = decode_rates(rounds=rounds)
    rows += [row(f"decoded: {name}", median(rates), "messages/s") for name, rates in decoded.items()]
    if python_astm_here():
        rows.append(row("ASTM decoded, over python-astm", times(decoded, "ASTM, relight", "ASTM, python-astm"), "x"))
    rows.append(row("ASTM stored, over the bare loop", ratio(astm, "relight", "bare loop"), "x"))
    return rows + list(_verdicts(hl7[64], astm, decoded))


def _verdicts(
    hl7: dict[str, list[Rates]], astm: dict[str, list[Rates]], decoded: dict[str, list[float]]
) -> Iterator[Row]:
    yield verdict("64 connections, over python-hl7", ratio(hl7, "relight", "python-hl7"), TIMES_PYTHON_HL7, "x")
    share = ratio(hl7, "relight", "bare loop")
    yield verdict(f"64 connections, over the bare loop (aim {SHARE_AIMED_AT:g})", share, SHARE_OF_LIMIT, "x")
    peer = [run.per_s for run in astm.get("python-astm", ())]
    wanted = min([*([median(peer)] if peer else []), ASTM_LIMIT_STORED / 2])
    stored = median(run.per_s for run in astm["relight"])
    yield row("ASTM stored, over half the bare loop that stores nothing", stored / (ASTM_LIMIT_BARE / 2), "x")
    yield verdict("ASTM stored", stored, round(wanted), "/s")
    yield verdict(
        "decoding HL7, over python-hl7", times(decoded, "HL7, relight", "HL7, python-hl7"), TIMES_DECODED, "x"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.5, help="how long each server is measured a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="one document instead of lines")
    options = parser.parse_args()
    rows = measure(seconds=options.seconds, rounds=options.rounds)
    if options.json:
        print(json.dumps({"claim": CLAIM, "results": rows}))
    else:
        for one in rows:
            print(f"{one['what']:<72} {one['value']:>12,} {one['unit']}")
    return 1 if any(one["what"].startswith("SHORT") for one in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
