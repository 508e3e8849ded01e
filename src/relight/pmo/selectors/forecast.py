"""The plan of the restart and its forecast as one document: orders compared, machines by day, dates of every node.

Owns `planned`, `dates_of` and how a decided order is put ahead. Refuses to write anything: `services` does.
Source: docs/design/planning.md, "The restart", "Chances".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from relight.fleet.api import counts
from relight.hospital.api import Expected, Level, day_of
from relight.pmo import errors
from relight.pmo.engine.chances import DAY, Chances, chances_of
from relight.pmo.engine.line_kernels import NEVER
from relight.pmo.engine.restart import OrderBy, Outcome, Restart
from relight.pmo.rules.pace import settings_paced
from relight.pmo.selectors.pace import pace_now
from relight.pmo.selectors.scene import scene_now, settings_now
from relight.pmo.types import JobKind

LEVELS = {"p05": 0.05, "p20": 0.20, "p50": 0.50, "p80": 0.80, "p95": 0.95}
DATES = {"p50": 0.50, "p80": 0.80, "p95": 0.95}
MOST_RUNS, MOST_DAYS, MOST_SECONDS = 20_000, 390, 3600.0
AIMS = ((0, "up"), (1, "normal"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan and its chances, as they are kept. goals: the order. document: `orders`, `bound`, `points`, `units`,
    `functions`, `method`; times in ISO format, None for what may not come within the plan."""

    goals: list[str]
    document: dict[str, Any]
    jobs: int


def planned(  # noqa: PLR0913 - one argument for each setting of a plan
    *,
    at: datetime,
    runs: int,
    days: int,
    seed: int,
    search_s: float,
    keep: Sequence[str] = (),
    first: Sequence[str] = (),
    rounds: int = 0,
) -> Planned:
    """Plan from the state now, beside the orders people use, and run the plan many times.

    Args: keep: the goals of the plan before, in order. search_s: seconds of the search, above 0. first: units that
    people decided to serve first: the dates are then those of their order. rounds: tries of the search instead of
    seconds, so that the same state gives the same plan.
    Raises: RL-PMO-008 for a time, RL-PMO-051 for a number of runs or days that makes no sense; RL-HOS-041,
    RL-PMO-040 to -050.
    """
    for what, value, most in (("--runs", runs, MOST_RUNS), ("--horizon", days, MOST_DAYS)):
        if not 1 <= value <= most:
            raise errors.COUNT_WRONG.error(option=what, value=value, most=most)
    if not 0 < search_s <= MOST_SECONDS:
        raise errors.TIME_LIMIT_WRONG.error(value=search_s, most=int(MOST_SECONDS))
    settings, start = settings_now(), half_hour(at)
    scene = scene_now(at=start)
    pace = pace_now(scene, settings, at=start)
    restart = Restart(scene, settings_paced(settings, pace), start=start)
    ids = goal_numbers(restart)
    best = restart.search(
        time_limit_s=search_s, seed=seed, keep=[ids[goal] for goal in keep if goal in ids], rounds=rounds
    )
    words = {number: word for word, number in ids.items()}
    held = restart.outcome(with_first(restart, first, best.goals)) if first else best
    chances = chances_of(restart, held.goals, runs=runs, seed=seed, days=days)
    document = {
        "start": restart.start.isoformat(),
        "orders": _orders(restart, best, decided=held if first else None),
        "bound": restart.bound(),
        "points": _points(chances, at=at, days=days),
        **_nodes(restart, held, chances),
        "work": _work(restart, held),
        "method": {
            "runs": runs,
            "jobs": len(restart.scene.jobs),
            "settings": restart.settings.version,
            "seed": seed,
            "pace": {team: round(value, 2) for team, value in pace.items()},
        },
    }
    return Planned(goals=[words[goal] for goal in best.goals], document=document, jobs=len(restart.scene.jobs))


def goal_numbers(restart: Restart) -> dict[str, int]:
    """Return the number of every goal by its word: a node's id with `:up` or `:normal`."""
    nodes = enumerate(restart.scene.nodes)
    return {f"{node.id}:{word}": place * 2 + aim for place, node in nodes for aim, word in AIMS}


def with_first(restart: Restart, first: Sequence[str], goals: Sequence[int]) -> list[int]:
    """Return the goals there still are, those of the units in `first` ahead in their order, then `goals` in theirs."""
    numbers, left = goal_numbers(restart), set(restart.goals())
    wanted = [numbers.get(f"{unit}:{word}", -1) for unit in first for _, word in AIMS]
    order = dict.fromkeys([*wanted, *goals, *restart.first()] if left - set(goals) else [*wanted, *goals])
    return [goal for goal in order if goal in left]


def half_hour(at: datetime) -> datetime:
    """Return the local half hour a plan made now starts on."""
    local = timezone.localtime(at)
    return local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)


def _work(restart: Restart, held: Outcome) -> list[dict[str, Any]]:
    """Return what is done when: tasks, zones and acceptances one by one, the rest by site and class."""
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for place, job in enumerate(restart.scene.jobs):
        begin, end = int(held.begin[place]), int(held.end[place])
        is_one = job.kind in (JobKind.TASK, JobKind.ZONE, JobKind.ACCEPTANCE)
        key = (job.kind.value, job.id) if is_one else (job.kind.value, job.site, job.klass)
        row = rows.setdefault(
            key,
            {
                "id": job.id if is_one else "", "kind": job.kind.value, "name": job.name if is_one else "",
                "site": job.site, "klass": job.klass, "count": 0, "begin": NEVER, "end": 0,
            },
        )  # fmt: skip
        row["count"] += 1
        row["begin"], row["end"] = min(row["begin"], begin), max(row["end"], end)
    for row in rows.values():
        row["begin"], row["end"] = (_date(restart.start, row[key]) for key in ("begin", "end"))
    return sorted(rows.values(), key=lambda row: (row["begin"] or "9", row["id"], row["site"], row["klass"]))


def _orders(restart: Restart, best: Outcome, *, decided: Outcome | None) -> list[dict[str, Any]]:
    tiers, sites = restart.goals_by(OrderBy.TIERS), restart.goals_by(OrderBy.SITES)
    orders = {
        OrderBy.COMPUTED: best,
        **({OrderBy.DECIDED: decided} if decided else {}),
        OrderBy.SERVERS: restart.outcome(tiers, servers_first=True),
        OrderBy.SITES: restart.outcome(sites),
        OrderBy.TIERS: restart.outcome(tiers),
    }
    return [
        {"id": by.value, "cost": found.cost, "patient_days": found.patient_days, "days": found.days}
        for by, found in orders.items()
    ]


def _points(chances: Chances, *, at: datetime, days: int) -> list[dict[str, int]]:
    """Return machines operational by the end of each day of 24 hours to come."""
    now, today = counts()["admitted"], day_of(at) or 0
    levels = np.quantile(chances.machines, list(LEVELS.values()), axis=0, method="inverted_cdf")
    return [
        {"day": today + day + 1, **{name: int(now + levels[row, day]) for row, name in enumerate(LEVELS)}}
        for day in range(days)
    ]


def _nodes(restart: Restart, best: Outcome, chances: Chances) -> dict[str, list[dict[str, Any]]]:
    teams, rows = restart.settings.teams, {"units": list[dict[str, Any]](), "functions": list[dict[str, Any]]()}
    for place, node in enumerate(restart.scene.nodes):
        team, share = chances.moves_most(place)
        row: dict[str, Any] = {"id": node.id, "tier": node.tier, "is_normal": not any(node.held)}
        for word, times, plan in (("up", chances.up_at, best.up_at), ("normal", chances.normal_at, best.normal_at)):
            row[word] = {
                "plan": _date(restart.start, int(plan[place])),
                **{
                    name: _date(restart.start, chances.quantile(times[:, place], level))
                    for name, level in DATES.items()
                },
            }
        row["moved_most_by"] = {"team": teams[team].id, "correlation": round(share, 2)} if team >= 0 else None
        rows["units" if node.is_unit else "functions"].append(row)
    rows["units"].sort(key=lambda row: (row["normal"]["p50"] or "9", row["id"]))
    return rows


def dates_of(document: Mapping[str, Any]) -> dict[str, Expected | None]:
    """Return when each node that is not normal is expected to be: median and four times in five; None if it may not."""
    dates: dict[str, Expected | None] = {}
    for row in (*document["units"], *document["functions"]):
        if row["is_normal"]:
            continue
        p50, p80 = row["normal"]["p50"], row["normal"]["p80"]
        dates[row["id"]] = None
        if p50 and p80:
            median, late = (datetime.fromisoformat(text).date() for text in (p50, p80))
            dates[row["id"]] = Expected(level=Level.NORMAL, median=median, p80=late)
    return dates


def _date(start: datetime, minutes: int) -> str | None:
    return None if minutes >= min(NEVER, MOST_DAYS * DAY) else (start + timedelta(minutes=minutes)).isoformat()
