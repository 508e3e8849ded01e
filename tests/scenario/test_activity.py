"""The appointments of the scenario: a week of six sites, invented, in the shapes hospitals export."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from relight.activity.plain import policy_read, policy_shipped_text
from relight.activity.rules.booked import Aside
from relight.activity.rules.reading import reading_open
from relight.cli.scenario.activity_plan import ActivityPlan
from relight.cli.scenario.activity_story import policy_early
from relight.cli.scenario.appointment_files import exports_make
from relight.cli.scenario.appointments import Visit, visits_make
from relight.cli.scenario.types import Scenario

FIRST = date(2026, 11, 21)


@pytest.fixture(scope="module")
def plan(scenario: Scenario) -> ActivityPlan:
    assert scenario.activity is not None
    return scenario.activity


@pytest.fixture(scope="module")
def visits(scenario: Scenario, plan: ActivityPlan) -> tuple[Visit, ...]:
    assert scenario.patients is not None
    return visits_make(plan, scenario.patients.names, first=FIRST, known=())


def test_6349_consultations_are_booked_in_the_week_of_six_sites(visits: tuple[Visit, ...]) -> None:
    consultations = [one for one in visits if one.list == "consultations"]
    assert len(consultations) == 6349
    assert {one.site for one in consultations} == {"arlon", "libramont", "marche", "bastogne", "bertrix", "virton"}


def test_the_same_seed_books_the_same_people_and_a_share_is_fewer(
    scenario: Scenario, plan: ActivityPlan, visits: tuple[Visit, ...]
) -> None:
    assert scenario.patients is not None
    assert visits_make(plan, scenario.patients.names, first=FIRST, known=()) == visits
    few = visits_make(plan, scenario.patients.names, first=FIRST, known=(), share=25)
    assert 0.24 < len(few) / len(visits) < 0.27


def test_they_lie_on_working_days_of_the_week_in_hours_people_work(visits: tuple[Visit, ...]) -> None:
    assert all(one.starts.weekday() < 5 and 8 <= one.starts.hour < 18 for one in visits)
    assert all(0 <= (one.starts.date() - FIRST).days < 7 for one in visits)


def test_numbers_are_unique_and_telephones_stand_in_ranges_nobody_holds(visits: tuple[Visit, ...]) -> None:
    assert max(Counter(one.number for one in visits).values()) == 1
    for one in visits:
        assert not one.visitor.mobile or one.visitor.mobile.startswith("0499 00 ")
        assert not one.visitor.phone or one.visitor.phone[3:].startswith(" 00 ")


def test_every_export_is_read_whole_by_the_reader_any_hospital_uses(
    plan: ActivityPlan, visits: tuple[Visit, ...]
) -> None:
    """Rows in the file = appointments read; none is put aside."""
    files = list(exports_make(plan, visits))
    assert sum(file.rows for file in files) == len(visits)
    assert {file.filename.rsplit(".", 1)[1] for file in files} == {"csv", "xlsx"}
    for file in files:
        rows = list(reading_open(file.filename, file.content).rows)
        assert len(rows) == file.rows and not any(isinstance(row, Aside) for row in rows), file.filename


def test_the_first_days_policies_are_proved_before_they_are_signed(plan: ActivityPlan) -> None:
    for version, early in enumerate(plan.early, start=1):
        text = policy_early(policy_shipped_text().decode(), version=version, dated=FIRST, sets=early.sets)
        assert policy_read(text).version == version
