"""A recovery carried on from its counts alone: shapes that fit what was seen, and what may still happen to each.

Owns the draws. Refuses to look at anything but days, counts and the total. Source: docs/design/forecast.md, "Method".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relight.pmo.rules.counts import Counts

Floats = NDArray[np.float64]
DRAWN, PATHS = 40_000, 4_000
SCALE_DAYS, SCALE_SPREAD = 45.0, 0.7  # of a Weibull curve: 63 % are back by the scale
SHAPE, SHAPE_SPREAD = 1.5, 0.4  # above 1: slow first days, then faster, then a tail
DAY_NOISE, DRIFT = 0.45, 0.20  # of a day's pace against the shape; of the pace itself from day to day
SEEN_NOISE = 0.10  # a published count against what was counted: 690 and 828 on one day
MOST_TOLD = 4.0  # what many counts tell about the shape, in counts
RECENT_DAYS, TRUST_DAYS, PACE_NOISE = 7, 2.0, 0.6  # the pace of the last days against the shape's
STOP_DAYS, STOP_LENGTH = 60.0, 2.0  # on average between stops of the line, and their length
LEVELS = {"p05": 0.05, "p20": 0.20, "p50": 0.50, "p80": 0.80, "p95": 0.95}


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """paths: p x days ahead, machines by the end of each. totals: p, how many there are in each."""

    paths: Floats
    totals: Floats

    def points(self) -> dict[str, list[int]]:
        """Return the quantiles, one list a level, one number a day."""
        return {
            name: [round(value) for value in np.quantile(self.paths, level, axis=0).tolist()]
            for name, level in LEVELS.items()
        }

    def day_reached(self, share: float, level: float) -> int | None:
        """Return in how many days a share of all is back with a probability; None beyond the horizon."""
        reached = (self.paths >= share * self.totals[:, None]).mean(axis=0)
        days = np.nonzero(reached >= level)[0]
        return int(days[0]) + 1 if len(days) else None


def curve_of(counts: Counts, *, total: int | None, horizon: int, seed: int) -> Curve:
    """Carry a recovery on for `horizon` days. Equal seeds give equal curves."""
    chance = np.random.default_rng(seed)
    last = counts.counts[-1]
    known = np.full(DRAWN, float(total or 0))
    if total is None:
        known = last + max(10, last) * chance.lognormal(0.5, 1.0, DRAWN)
    scale = SCALE_DAYS * chance.lognormal(0.0, SCALE_SPREAD, DRAWN)
    shape = SHAPE * chance.lognormal(0.0, SHAPE_SPREAD, DRAWN)
    begin = min(0, counts.days[0]) - (chance.uniform(0, 14, DRAWN) if counts.origin else np.zeros(DRAWN))
    weight = _weights(counts, known, scale, shape, begin)
    taken = chance.choice(DRAWN, PATHS, p=weight)
    scale, shape, known = scale[taken], shape[taken], known[taken]
    since = counts.days[-1] - begin[taken]
    paths = np.zeros((PATHS, horizon))
    now, stopped = np.full(PATHS, float(last)), np.zeros(PATHS)
    pace = _pace(counts, known, scale, shape, since, chance)
    for day in range(horizon):
        hazard = _hazard(since + day, since + day + 1, scale, shape)
        pace += chance.normal(0.0, DRIFT, PATHS)
        noise = np.exp(pace + chance.normal(0.0, DAY_NOISE, PATHS) - DAY_NOISE**2 / 2)
        begins = chance.random(PATHS) < 1 / STOP_DAYS
        stopped = np.maximum(stopped - 1, np.where(begins, chance.exponential(STOP_LENGTH, PATHS), 0.0))
        now = now + np.where(stopped > 0, 0.0, (known - now) * -np.expm1(-hazard * noise))
        paths[:, day] = now
    return Curve(paths=np.maximum(paths, last), totals=known)


def _hazard(begin: Floats, end: Floats, scale: Floats, shape: Floats) -> Floats:
    """Return how much of what remains comes back between two days, as a rate."""
    return np.asarray((end / scale) ** shape - (np.maximum(0.0, begin) / scale) ** shape)


def _pace(
    counts: Counts, total: Floats, scale: Floats, shape: Floats, since: Floats, chance: np.random.Generator
) -> Floats:
    """Return how much faster than each shape the last days were, as a logarithm; more days are trusted more."""
    if len(counts.days) < 2:
        return chance.normal(0.0, PACE_NOISE, PATHS)
    near = [place for place, day in enumerate(counts.days[:-1]) if counts.days[-1] - day <= RECENT_DAYS]
    place = near[0] if near else len(counts.days) - 2
    days, gained = counts.days[-1] - counts.days[place], max(0, counts.counts[-1] - counts.counts[place])
    meant = np.maximum(0.0, total - counts.counts[place]) * -np.expm1(-_hazard(since - days, since, scale, shape))
    trust = days / (days + TRUST_DAYS)
    return np.asarray(
        trust * np.log((gained + 1.0) / (meant + 1.0)) + chance.normal(0.0, PACE_NOISE / np.sqrt(1 + days), PATHS)
    )


def _weights(counts: Counts, total: Floats, scale: Floats, shape: Floats, begin: Floats) -> Floats:
    """Return how well each drawn shape fits: the first count by itself, then each gain between two counts."""
    log = np.zeros(DRAWN)
    before, done = np.zeros(DRAWN), 0
    for day, count in zip(counts.days, counts.counts, strict=True):
        curve = total * -np.expm1(-((np.maximum(0.0, day - begin) / scale) ** shape))
        gain, seen = np.maximum(0.5, curve - before), max(0, count - done)
        spread = np.sqrt(gain + (0.5 * gain) ** 2 / max(1.0, _gap(counts, day)) + (SEEN_NOISE * max(1, count)) ** 2)
        log += -0.5 * ((seen - gain) / spread) ** 2 - np.log(spread)
        before, done = curve, count
    log *= min(1.0, MOST_TOLD / len(counts.days))  # counts of one recovery hang together
    weight = np.exp(log - log.max())
    return weight / weight.sum()


def _gap(counts: Counts, day: int) -> int:
    place = counts.days.index(day)
    return day - counts.days[place - 1] if place else max(1, day)
