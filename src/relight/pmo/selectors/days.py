"""Forecasts of machines kept day by day: the latest, and how good the earlier ones were.

Owns the scores. Refuses a score of a day that is not over. Source: docs/design/forecast.md, "Kept and scored".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from relight.fleet import api as fleet
from relight.hospital.api import day_of, day_zero
from relight.paper.charts import BurnUp
from relight.pmo.engine.curve import LEVELS, curve_of
from relight.pmo.models import DayForecast
from relight.pmo.rules.counts import Counts
from relight.pmo.selectors.plans import fan_of

DAYS_AHEAD, SEED = 60, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How good the forecasts kept so far were. n: pairs of a day forecast and what happened. inside_90, inside_60:
    shares within the ranges that should hold nine, six times in ten. loss, naive: mean pinball loss in machines, of
    the forecasts and of the pace of the last seven days carried on."""

    n: int
    days: int
    inside_90: float
    inside_60: float
    loss: float
    naive: float


def forecast_latest() -> DayForecast | None:
    """Return the forecast of the latest day, None before the first."""
    return DayForecast.objects.order_by("-day").first()


def forecast_fan(past: Mapping[int, int]) -> BurnUp | None:
    """Return the fan chart of the latest forecast kept, None before the first. Args: past: machines by day."""
    kept = forecast_latest()
    if kept is None:
        return None
    title = gettext("Machines operational by day: until then, and as the counts so far let expect")
    return fan_of(kept.points, at=kept.at, title=title, past=past)


def admitted_by_day(*, until: datetime) -> tuple[int, ...]:
    """Return the machines admitted by the end of each day of the crisis, the day of `until` last, as it stands."""
    return tuple(point.admitted for point in fleet.burn_up(until=until, start=day_zero()))


def forecast_points(*, at: datetime) -> tuple[int, int, int, list[dict[str, int]]] | None:
    """Forecast from the days that are over: day, count, total and quantiles from this day on; None without any.

    The day that runs is left out: its count so far is no count of a day.
    """
    day, total = day_of(at), _total()
    if day is None or day < 1 or not total:
        return None
    counts = [min(count, total) for count in admitted_by_day(until=at)][:day]
    seen = Counts(days=tuple(range(len(counts))), counts=tuple(counts), origin=None, falls=())
    levels = curve_of(seen, total=total, horizon=DAYS_AHEAD, seed=SEED).points()
    points = [{"day": day + ahead, **{name: row[ahead] for name, row in levels.items()}} for ahead in range(DAYS_AHEAD)]
    return day, counts[-1], total, points


def _total() -> int:
    found = fleet.counts()
    return found["seen"] - found["retired"]


def score(*, at: datetime) -> Score | None:
    """Score every kept forecast against the days that are over; None while there is no such pair."""
    today = day_of(at)
    if today is None:
        return None
    happened = admitted_by_day(until=at)[:today]
    pairs = [
        (point, happened[point["day"]], _carried(happened, kept.day, kept.count, point["day"]))
        for kept in DayForecast.objects.filter(day__lt=today)
        for point in kept.points
        if point["day"] < len(happened)
    ]
    if not pairs:
        return None
    n = len(pairs)
    return Score(
        n=n,
        days=len({point["day"] for point, _, _ in pairs}),
        inside_90=sum(point["p05"] <= seen <= point["p95"] for point, seen, _ in pairs) / n,
        inside_60=sum(point["p20"] <= seen <= point["p80"] for point, seen, _ in pairs) / n,
        loss=sum(_pinball({key: point[key] for key in LEVELS}, seen) for point, seen, _ in pairs) / n,
        naive=sum(_pinball(dict.fromkeys(LEVELS, carried), seen) for _, seen, carried in pairs) / n,
    )


def _carried(happened: Sequence[int], day: int, count: int, to: int) -> float:
    """Carry the pace of the seven days before a day on to a later one."""
    last, back = day - 1, max(0, day - 8)  # the forecast of a day knows the day before
    pace = (count - happened[back]) / max(1, last - back)
    return count + pace * (to - last)


def _pinball(quantiles: Mapping[str, Any], seen: int) -> float:
    """Return the mean pinball loss of a forecast's quantiles. Source: Koenker and Bassett 1978."""
    losses = [
        max(level * (seen - quantiles[name]), (level - 1) * (seen - quantiles[name])) for name, level in LEVELS.items()
    ]
    return sum(losses) / len(losses)
