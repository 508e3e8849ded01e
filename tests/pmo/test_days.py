"""Forecasts kept day by day and scored, and the observed pace. docs/design/forecast.md 30-35, planning.md 80-86."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest

from relight.pmo.rules.pace import Seen, pace_of, settings_paced
from relight.pmo.rules.settings import settings_read


@pytest.fixture
def shipped() -> Any:
    return settings_read(files("relight.pmo").joinpath("planning.toml").read_bytes(), filename="planning.toml")


def seen(settings: Any, *, times: float, n: int, waiting: int = 50, lanes: int = 5) -> Seen:
    """What a team did that took `times` as long as set."""
    minutes = settings.work("workstation").stages["retrieved"][1]
    return Seen(moves={("workstation", "retrieved"): n}, open_min=minutes * n * times, waiting=waiting, lanes=lanes)


def test_case_80_many_moves_outweigh_the_settings_few_do_not(shipped: Any) -> None:
    many, few = (pace_of(shipped, {"retrieval": seen(shipped, times=4.0, n=n)})["retrieval"] for n in (2500, 3))
    assert 3.8 < many < 4.0
    assert 1.0 < few < 1.25


def test_case_81_a_team_with_nothing_waiting_tells_nothing(shipped: Any) -> None:
    assert pace_of(shipped, {"retrieval": seen(shipped, times=9.0, n=100, waiting=4)}) == {}
    assert pace_of(shipped, {"retrieval": Seen(moves={}, open_min=100.0, waiting=50, lanes=5)}) == {}


def test_case_82_only_the_teams_own_minutes_change(shipped: Any) -> None:
    before, after = shipped, settings_paced(shipped, {"retrieval": 2.0})
    for old, new in zip(before.works, after.works, strict=True):
        for stage, (team, minutes) in old.stages.items():
            assert new.stages[stage] == (team, minutes * (2.0 if team == "retrieval" else 1.0))


def test_case_83_a_wild_observation_is_held_in_bounds(shipped: Any) -> None:
    pace = pace_of(shipped, {"retrieval": seen(shipped, times=1e6, n=100_000)})
    assert pace["retrieval"] <= 12.0


# -- kept and scored -----------------------------------------------------------------------------------


@pytest.fixture
def recovery(monkeypatch: pytest.MonkeyPatch, hospital: None) -> dict[str, Any]:
    """A recovery told day by day: ten machines a day of three hundred."""
    from relight.pmo.selectors import days

    told: dict[str, Any] = {"counts": []}
    monkeypatch.setattr(days, "admitted_by_day", lambda *, until: tuple(told["counts"]))
    monkeypatch.setattr(days, "_total", lambda: 300)
    return told


def day_of(act: Any) -> int:
    from relight.hospital.api import day_of as day

    found = day(act.at)
    assert found is not None
    return found


def test_case_30_one_forecast_a_day_is_kept_and_never_changed(
    recovery: dict[str, Any], act_for: Callable[..., Any], clock: Any
) -> None:
    from relight.pmo.models import DayForecast
    from relight.pmo.services.days import forecast_keep

    act = act_for("system")
    recovery["counts"] = [10 * day for day in range(day_of(act) + 1)]
    assert forecast_keep(act=act)
    kept = DayForecast.objects.get()
    recovery["counts"] = [0] * (day_of(act) + 1)
    assert not forecast_keep(act=act_for("system"))
    assert DayForecast.objects.get().digest == kept.digest
    point = kept.points[6]
    assert point["day"] == day_of(act) + 6, "the first is of the day itself"
    assert kept.count == 10 * (day_of(act) - 1), "the day that runs is no count yet"
    assert point["p05"] <= point["p20"] <= point["p50"] <= point["p80"] <= point["p95"] <= 300


def test_case_31_forecasts_are_scored_against_days_that_are_over(
    recovery: dict[str, Any], act_for: Callable[..., Any], clock: Any
) -> None:
    from relight.pmo.selectors.days import score
    from relight.pmo.services.days import forecast_keep

    act = act_for("system")
    today = day_of(act)
    recovery["counts"] = [10 * day for day in range(today + 1)]
    forecast_keep(act=act)
    assert score(at=act.at) is None, "no day it speaks of is over"
    recovery["counts"] = [10 * day for day in range(today + 5)]
    found = score(at=act.at + timedelta(days=4))
    assert found is not None
    assert found.n == 4, "the day that runs is not over"
    assert found.inside_90 == 1.0
    assert found.loss >= 0
    recovery["counts"] = [*recovery["counts"][:today], 300, 300, 300, 300, 300]
    jumped = score(at=act.at + timedelta(days=4))
    assert jumped is not None
    assert jumped.inside_90 == 0.0
    assert jumped.loss > found.loss


def test_case_32_the_pages_show_the_fan_and_say_how_good_it_was(
    recovery: dict[str, Any], act_for: Callable[..., Any], client_of: Callable[..., Any], clock: Any
) -> None:
    from relight.pmo.services.days import forecast_keep

    act = act_for("system")
    lead = client_of("recovery-lead", language="en")
    assert "Forecast of machines" not in lead.get("/").text
    recovery["counts"] = [10 * day for day in range(day_of(act) + 1)]
    forecast_keep(act=act)
    assert "Forecast of machines" in lead.get("/").text
    assert "Forecast from the counts so far, and how good it has been" in lead.get("/plan/").text


def test_case_33_without_a_crisis_nothing_is_kept(db: None, act_for: Callable[..., Any]) -> None:
    from relight.pmo.models import DayForecast
    from relight.pmo.services.days import forecast_keep

    assert not forecast_keep(act=act_for("system"))
    assert not DayForecast.objects.exists()
