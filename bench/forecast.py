"""Are the forecasts from counts honest? Published recoveries, each forecast from what was known on the day, and
simulated ones of other shapes than the method's, beside what people do: the last pace carried on, a straight line.

Prints the share of later counts inside 5-95 % and 20-80 %, and the pinball loss (in % of all machines, mean of the five
levels; the peers give one number, taken for every level). Exit 1 when a target is missed.

    python bench/forecast.py [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != HERE]  # its inspect.py is not Python's
sys.path[:0] = [str(HERE.parent / "src")]

import numpy as np  # noqa: E402

from relight.pmo.engine.curve import LEVELS  # noqa: E402
from relight.pmo.plain import Counts, curve_of  # noqa: E402

CLAIM = "Simulated recoveries of other shapes: 80 to 99 of 100 counts in 5-95 %, less pinball loss than the last pace"
SIMULATED, AHEAD = 40, (1, 5, 10, 20)
# Source: public reports of each recovery. (day, count or both published counts), and the total known on the day.
PUBLISHED: dict[str, tuple[list[tuple[int, tuple[int, ...]]], int, int]] = {
    "six-site group": ([(10, (220,)), (11, (341,)), (20, (690, 828)), (32, (1300,))], 1700, 3000),
    "HSE, % of servers": ([(21, (50,)), (40, (75,)), (90, (95,)), (130, (100,))], 100, 100),
    "UVM, of 600 applications": ([(42, (420,)), (55, (480,))], 600, 600),
    "Synnovis, % of capacity": ([(11, (10,)), (105, (100,))], 100, 100),
}
LATER_KNOWN = 12  # from this day the six-site group spoke of 3,000 machines


def published() -> list[dict[str, Any]]:
    """Forecast each later milestone from every earlier one."""
    found = []
    for name, (rows, first, later) in PUBLISHED.items():
        for place in range(1, len(rows)):
            total = first if rows[place - 1][0] < LATER_KNOWN else later
            seen = Counts(
                days=tuple(day for day, _ in rows[:place]),
                counts=tuple(round(sum(counts) / len(counts)) for _, counts in rows[:place]),
                origin=None,
                falls=(),
            )
            points = curve_of(seen, total=total, horizon=rows[-1][0] - seen.days[-1], seed=1).points()
            for day, counts in rows[place:]:
                row = {level: points[level][day - seen.days[-1] - 1] for level in LEVELS}
                inside = [row["p05"] <= count <= row["p95"] for count in counts]
                found.append(
                    {
                        "case": name,
                        "known_until": seen.days[-1],
                        "total": total,
                        "day": day,
                        **row,
                        "came": counts,
                        "inside": inside,
                    }
                )
    return found


def recovery(chance: np.random.Generator, kind: str, total: int) -> list[int]:
    """Return what worked by the end of each of 60 days, by another structure than the method's."""
    gains = np.zeros(60)
    start, pace = int(chance.integers(2, 8)), total / chance.uniform(25, 70)
    if kind == "logistic":
        middle, width = chance.uniform(12, 35), chance.uniform(3, 8)
        curve = 1 / (1 + np.exp(-(np.arange(61) - middle) / width))
        gains = np.diff(total * (curve - curve[0]))
    else:
        gains[start:] = pace
        if kind == "weekends":
            gains[(np.arange(60) + int(chance.integers(7))) % 7 >= 5] *= 0.3
        if kind == "stopped":
            at = int(chance.integers(start + 5, 35))
            gains[at : at + int(chance.integers(3, 8))] = 0
        if kind == "back-loaded":
            gains *= np.linspace(0.2, 1.8, 60)
    drawn = chance.poisson(gains * chance.gamma(8, 1 / 8, 60))
    return np.minimum(total, np.cumsum(drawn)).astype(int).tolist()


def simulated() -> dict[str, float]:
    """Score the method and its peers on recoveries cut at D+10 to D+25."""
    chance, total = np.random.default_rng(7), 3000
    inside, middle = [], []
    loss: dict[str, list[float]] = {"relight": [], "last pace": [], "straight line": []}
    for kind in ("logistic", "weekends", "stopped", "back-loaded", "steady"):
        for number in range(SIMULATED):
            days = recovery(chance, kind, total)
            until = int(chance.integers(10, 26))
            seen = Counts(days=tuple(range(1, until + 1)), counts=tuple(days[:until]), origin=None, falls=())
            points = curve_of(seen, total=total, horizon=max(AHEAD), seed=number).points()
            slope, floor = np.polyfit(seen.days, seen.counts, 1)
            for ahead in AHEAD:
                came, row = days[until + ahead - 1], {level: points[level][ahead - 1] for level in LEVELS}
                inside.append(row["p05"] <= came <= row["p95"])
                middle.append(row["p20"] <= came <= row["p80"])
                pace = min(total, seen.counts[-1] + ahead * (seen.counts[-1] - seen.counts[-4]) / 3)
                line = min(total, max(seen.counts[-1], floor + slope * (until + ahead)))
                guesses: dict[str, dict[str, float]] = {
                    "relight": {level: float(value) for level, value in row.items()},
                    "last pace": dict.fromkeys(LEVELS, float(pace)),
                    "straight line": dict.fromkeys(LEVELS, float(line)),
                }
                for name, guess in guesses.items():
                    loss[name].append(
                        float(np.mean([pinball(share, guess[level], came) for level, share in LEVELS.items()]))
                    )
    shares = {"inside 5-95 %": float(np.mean(inside)), "inside 20-80 %": float(np.mean(middle))}
    return {
        **shares,
        **{f"pinball loss, {name}": 100 * float(np.mean(values)) / total for name, values in loss.items()},
    }


def pinball(share: float, guess: float, came: float) -> float:
    """Return the pinball loss of one quantile."""
    return share * (came - guess) if came >= guess else (1 - share) * (guess - came)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    rows, scores = published(), simulated()
    tried = [inside for row in rows for inside in row["inside"]]
    results: list[dict[str, Any]] = [
        {"what": "published milestones inside 5-95 %", "value": f"{sum(tried)} of {len(tried)}", "unit": ""}
    ]
    for what, value in scores.items():
        unit = "% of all" if what.startswith("pinball") else "%"
        results.append(
            {"what": f"simulated: {what}", "value": round(value if unit != "%" else 100 * value, 2), "unit": unit}
        )
    good = (
        0.8 <= scores["inside 5-95 %"] <= 0.99 and scores["pinball loss, relight"] < scores["pinball loss, last pace"]
    )
    if as_json:
        print(json.dumps({"claim": CLAIM, "results": results, "published": rows}))
    else:
        for row in rows:
            given = " ".join(f"{level} {row[level]}" for level in LEVELS)
            known = f"{row['case']}, known until D+{row['known_until']} (of {row['total']})"
            verdict = "inside" if all(row["inside"]) else "MISSED"
            print(f"{known}: D+{row['day']} {given}; came {row['came']}: {verdict}")
        for result in results:
            print(f"{result['what']:<60} {result['value']} {result['unit']}")
        print("PASS" if good else "SHORT")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
