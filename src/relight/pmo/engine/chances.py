"""Chances of a plan: the same restart run many times with work that takes longer, people missing, the line stopped.

Owns the draws. Refuses to know what happened: that is in the settings and the scene. Equal seeds give equal chances,
whatever the number of threads. Source: docs/design/planning.md, "Chances" (cases 60-66).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relight.pmo.engine.line_kernels import NEVER, run
from relight.pmo.engine.restart import Ints, Restart
from relight.pmo.types import JobKind

Floats = NDArray[np.float64]
TEAM_DOUBT = 1.35  # how far the settings themselves may be out for a whole team: two in three lie within
DAY = 1440
THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """What many runs gave.

    Args: up_at, normal_at: runs x nodes, minutes, NEVER where it did not come. machines: runs x days, those done by
    the end of each day of 24 hours. slow: runs x teams, how much longer the team's work took, as a logarithm.
    """

    up_at: Ints
    normal_at: Ints
    machines: Ints
    slow: Floats

    def quantile(self, times: Ints, share: float) -> int:
        """Return the minute by which this share of runs had it, NEVER when fewer did."""
        return int(np.quantile(times, share, method="inverted_cdf"))

    def moves_most(self, node: int) -> tuple[int, float]:
        """Return the team whose pace moves a node's date most, and its rank correlation; (-1, 0) for none."""
        times = self.normal_at[:, node]
        if len(times) < 3 or times.min() == times.max():
            return -1, 0.0
        order = _ranks(times)
        found = [float(np.corrcoef(order, _ranks(self.slow[:, team]))[0, 1]) for team in range(self.slow.shape[1])]
        best = int(np.argmax(np.abs(found)))
        return best, found[best]


def _ranks(values: Ints | Floats) -> Floats:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float)


def chances_of(restart: Restart, goals: Sequence[int], *, runs: int, seed: int, days: int) -> Chances:
    """Run a plan `runs` times. days: how many days of machine counts to keep, at most those of the plan."""
    rank = restart.ranks(goals)
    machine = np.array(
        [job.kind is JobKind.ITEM and job.klass not in ("dataset", "application") for job in restart.scene.jobs]
    )
    drawn = _Draws(restart)
    nodes = len(restart.scene.nodes)
    up_at, normal_at = np.zeros((runs, nodes), np.int64), np.zeros((runs, nodes), np.int64)
    machines, slow = np.zeros((runs, days), np.int64), np.zeros((runs, len(restart.settings.teams)))

    def one(place: int) -> None:
        chance = np.random.default_rng([seed, place])
        slow[place], minutes = drawn.minutes(chance)
        end, begin = np.zeros(len(rank), np.int64), np.zeros(len(rank), np.int64)
        run(restart.arrays, minutes, rank, True, end, begin, up_at[place], normal_at[place])
        for times in (end, up_at[place], normal_at[place]):
            drawn.stop(np.random.default_rng([seed, place, 1]), times)
        done = end[machine & (end < days * DAY)] // DAY
        machines[place] = np.cumsum(np.bincount(done, minlength=days)[:days])

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, range(runs), chunksize=max(1, runs // 20)))
    return Chances(up_at=up_at, normal_at=normal_at, machines=machines, slow=slow)


class _Draws:
    """What may happen in one run."""

    def __init__(self, restart: Restart) -> None:
        settings, arrays = restart.settings, restart.arrays
        self._settings, self._base, self._team = settings, restart.minutes.astype(float), arrays.op_team
        self._spread = np.zeros(len(self._base))
        self._again = np.zeros(len(self._base))  # what a failed check adds to it: cleaning and setting up anew
        for place, job in enumerate(restart.scene.jobs):
            work = settings.work(job.klass)
            ops = range(arrays.op_from[place], arrays.op_from[place + 1])
            self._spread[list(ops)] = math.log(work.spread)
            for op in ops:
                if restart.stage_of[op] == "verified":
                    again = [work.stages[stage][1] for stage in ("cleaned", "reconfigured") if stage in work.stages]
                    self._again[op] = sum(again)

    def minutes(self, chance: np.random.Generator) -> tuple[Floats, Ints]:
        """Return how slow each team is in this run, and what each stage takes."""
        settings = self._settings
        slow = chance.normal(0.0, math.log(TEAM_DOUBT), len(settings.teams))
        if settings.absence:
            slow -= np.log1p(-np.minimum(0.6, chance.gamma(4.0, settings.absence / 4.0, len(settings.teams))))
        minutes = self._base + self._again * (chance.random(len(self._base)) < settings.rework)
        minutes = minutes * np.exp(slow[self._team] + chance.normal(0.0, 1.0, len(minutes)) * self._spread)
        return slow, np.maximum(1, np.rint(minutes)).astype(np.int64)

    def stop(self, chance: np.random.Generator, times: Ints) -> None:
        """Let the whole line stand still after each re-infection: what came later comes that much later."""
        settings, at = self._settings, 0.0
        while settings.reinfection_days and settings.stop_hours:
            at += chance.exponential(settings.reinfection_days) * DAY
            late = (times > at) & (times < NEVER)
            if not late.any():
                return
            lost = settings.stop_hours * 60 * chance.lognormal(0.0, 0.5)
            times[late] += int(lost)
            at += lost
