"""The story as deeds: who does what, to which machines, when."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.cli.scenario.moments import Moments, moments_of
from relight.cli.scenario.story import Deed, Verb, deeds_make
from relight.cli.scenario.types import Klass, Machine, PickPlan, Scenario

LONG = ("retrieved", "inspected", "cleaned", "reconfigured", "verified", "admitted")
SHORT = {Klass.NEW_WORKSTATION: ("reconfigured", "verified", "admitted")}


def told(scenario: Scenario, machines: tuple[Machine, ...]) -> tuple[Deed, ...]:
    return deeds_make(
        scenario.story, machines, stages_of=lambda klass: SHORT.get(klass, LONG), security="security", owner="owner"
    )


def test_the_curve_rises_slowly_to_220(scenario: Scenario, machines: tuple[Machine, ...]) -> None:
    """Machines admitted by the end of each day; one of D+9 is taken out again on D+10."""
    data = {plan.name for plan in scenario.story.data}
    per_day: Counter[int] = Counter()
    for deed in told(scenario, machines):
        if deed.verb is Verb.SIGN_OWNER:
            per_day[int(deed.hours // 24)] += len(set(deed.machines) - data)
    totals = [sum(count for day, count in per_day.items() if day <= until) for until in range(11)]
    assert totals == [0, 0, 0, 8, 20, 38, 62, 92, 128, 173, 221]
    assert scenario.story.admitted == 220


def test_no_machine_is_in_two_waves(scenario: Scenario, machines: tuple[Machine, ...]) -> None:
    reached = Counter(
        (deed.to, name) for deed in told(scenario, machines) if deed.verb is Verb.ADVANCE for name in deed.machines
    )
    assert set(reached.values()) == {1}


def test_a_new_pc_starts_where_its_class_starts(scenario: Scenario, machines: tuple[Machine, ...]) -> None:
    new = {machine.hostname for machine in machines if machine.klass is Klass.NEW_WORKSTATION}
    stages = {deed.to for deed in told(scenario, machines) if deed.verb is Verb.ADVANCE and new & set(deed.machines)}
    assert stages == {"reconfigured", "verified"}


def test_a_new_pc_is_worked_on_after_its_delivery(scenario: Scenario, machines: tuple[Machine, ...]) -> None:
    came = {
        machine.hostname: scenario.fleet.deliveries[machine.delivery - 1]
        for machine in machines
        if machine.delivery > 0
    }
    for deed in told(scenario, machines):
        for name in deed.machines:
            if name in came:
                lot = came[name]
                assert deed.hours > lot.day * 24 + int(lot.hour[:2]) + int(lot.hour[3:]) / 60, name


def test_a_machine_held_by_an_incident_goes_nowhere_meanwhile(
    scenario: Scenario, machines: tuple[Machine, ...]
) -> None:
    """Quarantined on D+6 and never released: no wave takes it. Released on D+8: a later one does."""
    moved = {name for deed in told(scenario, machines) if deed.verb is Verb.ADVANCE for name in deed.machines}
    assert "lib-con-pc003" not in moved
    assert "lib-con-pc004" in moved


def test_a_pick_that_finds_too_few_machines_is_refused(scenario: Scenario, machines: tuple[Machine, ...]) -> None:
    greedy = replace(scenario.story.waves[0], picks=(PickPlan(role="core-switch", count=5),))
    with pytest.raises(ValueError, match="only 4 machines"):
        told(replace(scenario, story=replace(scenario.story, waves=(greedy,))), machines)


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)),
    st.lists(st.floats(min_value=0, max_value=11 * 24 - 0.01), min_size=2, max_size=20),
)
def test_moments_keep_the_order_of_hours_and_stay_between_d0_and_the_end(at: datetime, hours: list[float]) -> None:
    end = at.replace(tzinfo=UTC)
    moments = Moments(day_zero=end - timedelta(days=10), end=end, zone=ZoneInfo("Europe/Brussels"))
    times = [moments.at_hours(hour) for hour in sorted(hours)]
    assert all(one <= other for one, other in pairwise(times))
    assert moments.day_zero <= times[0] and times[-1] <= end + timedelta(minutes=2)


@pytest.mark.parametrize("end", [datetime(2026, 3, 31, 22, 30, tzinfo=UTC), datetime(2026, 10, 27, 22, 30, tzinfo=UTC)])
def test_the_end_is_the_tenth_day_also_when_the_clocks_changed(end: datetime) -> None:
    """Half past midnight in spring, half past eleven in autumn: 240 hours before is another day."""
    zone = ZoneInfo("Europe/Brussels")
    start = moments_of(end, days=10, zone=zone).day_zero
    assert (end.astimezone(zone).date() - start.astimezone(zone).date()).days == 10
