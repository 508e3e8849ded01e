"""The forecast of the restart as one document: machines by day, functions and units by date, what moves them most.

Owns `forecast_make` and `expected_dates`. Refuses to write them: `services` does.
Source: docs/design/planning.md, "Chances".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from relight.fleet.api import counts
from relight.hospital.api import Expected, Level, day_of
from relight.pmo import errors
from relight.pmo.engine.chances import DAY, Chances, chances_of
from relight.pmo.engine.line_kernels import NEVER
from relight.pmo.engine.restart import Restart
from relight.pmo.selectors.restart import half_hour
from relight.pmo.selectors.scene import scene_now, settings_now

LEVELS = {"p05": 0.05, "p20": 0.20, "p50": 0.50, "p80": 0.80, "p95": 0.95}
DATES = {"p50": 0.50, "p80": 0.80, "p95": 0.95}
MOST_RUNS, MOST_DAYS = 20_000, 390


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Chances of one plan, and the plan they are of."""

    restart: Restart
    chances: Chances
    at: datetime
    days: int


def forecast_make(*, at: datetime, runs: int, days: int, seed: int, search_s: float) -> Forecast:
    """Plan from the state now and run the plan many times.

    Raises: RL-PMO-051 for a number of runs or days that makes no sense; what `scene_now` raises.
    """
    for what, value, most in (("--runs", runs, MOST_RUNS), ("--horizon", days, MOST_DAYS)):
        if not 1 <= value <= most:
            raise errors.COUNT_WRONG.error(option=what, value=value, most=most)
    restart = Restart(scene_now(), settings_now(), start=half_hour(at))
    plan = restart.search(time_limit_s=search_s, seed=seed)
    return Forecast(
        restart=restart, chances=chances_of(restart, plan.goals, runs=runs, seed=seed, days=days), at=at, days=days
    )


def forecast_document(found: Forecast) -> dict[str, Any]:
    """Write a forecast down: `points` a day, `units` and `functions` with dates, `method`."""
    chances, restart = found.chances, found.restart
    now, today = counts()["admitted"], day_of(found.at) or 0
    levels = np.quantile(chances.machines, list(LEVELS.values()), axis=0, method="inverted_cdf")
    points = [
        {"day": today + day + 1, **{name: int(now + levels[row, day]) for row, name in enumerate(LEVELS)}}
        for day in range(found.days)
    ]
    teams = restart.settings.teams
    rows: dict[str, list[dict[str, Any]]] = {"units": [], "functions": []}
    for place, node in enumerate(restart.scene.nodes):
        team, share = chances.moves_most(place)
        row: dict[str, Any] = {"id": node.id}
        for word, times in (("up", chances.up_at[:, place]), ("normal", chances.normal_at[:, place])):
            row[word] = {name: _date(restart.start, chances.quantile(times, level)) for name, level in DATES.items()}
        row["moved_most_by"] = {"team": teams[team].id, "correlation": round(share, 2)} if team >= 0 else None
        rows["units" if node.is_unit else "functions"].append(row)
    return {
        "points": points,
        **rows,
        "method": {
            "runs": len(chances.machines),
            "jobs": len(restart.scene.jobs),
            "settings": restart.settings.version,
        },
    }


def expected_dates(found: Forecast) -> Mapping[str, Expected | None]:
    """Return when each node that is not normal is expected to be: median and four times in five; None if it may not."""
    dates: dict[str, Expected | None] = {}
    for place, node in enumerate(found.restart.scene.nodes):
        if not any(node.held):
            continue
        times = found.chances.normal_at[:, place]
        median, p80 = (_date(found.restart.start, found.chances.quantile(times, share)) for share in (0.5, 0.8))
        dates[node.id] = None
        if median and p80:
            days = [datetime.fromisoformat(text).date() for text in (median, p80)]
            dates[node.id] = Expected(level=Level.NORMAL, median=days[0], p80=days[1])
    return dates


def _date(start: datetime, minutes: int) -> str | None:
    return None if minutes >= min(NEVER, MOST_DAYS * DAY) else (start + timedelta(minutes=minutes)).isoformat()
