"""The shipped scenario, read once; and the whole demonstration, loaded once for all tests of a run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from relight.cli.scenario.machines import machines_make
from relight.cli.scenario.moments import Moments
from relight.cli.scenario.reader import scenario_read
from relight.cli.scenario.sources import sources_make
from relight.cli.scenario.types import Machine, Scenario, SourceFile

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "six-sites"
NOW = datetime(2026, 11, 23, 14, 20, tzinfo=UTC)


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return scenario_read(FOLDER)


@pytest.fixture(scope="session")
def machines(scenario: Scenario) -> tuple[Machine, ...]:
    return machines_make(scenario.fleet)


@pytest.fixture(scope="session")
def moments() -> Moments:
    return Moments(day_zero=NOW - timedelta(days=10), end=NOW, zone=ZoneInfo("Europe/Brussels"))


@pytest.fixture(scope="session")
def sources(scenario: Scenario, machines: tuple[Machine, ...], moments: Moments) -> tuple[SourceFile, ...]:
    return sources_make(scenario.fleet, machines, moments=moments)
