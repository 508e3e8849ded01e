"""What every test may ask for: a database, people with roles, a clock, a browser.

`RELIGHT_TEST_DATABASE=postgres` runs the same tests on a real PostgreSQL. Rows of an app may change
only inside a journalled write (marker `direct_rows` for a test that lays them itself), and no test
reaches beyond this machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from relight.kernel.act import Act
from support import browser as chromium_browser
from support import environment, network
from support.loop import no_loop
from support.people import HandClock, Person, act_make, client_signed_in, person_create

HOME = environment.prepare()

# A busy machine is no fault of the code: no deadline a single example. In CI the same examples each time.
hypothesis.settings.register_profile(
    "relight",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("relight")


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings
    from django.test import TransactionTestCase

    settings.RELIGHT_HOME = HOME  # a worker of xdist may have read its parent's
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose
    emptied = TransactionTestCase._fixture_teardown

    def empty_with_journal(self: TransactionTestCase) -> None:
        """Take the append-only triggers away while the tables are emptied between tests."""
        from django.db import connection

        from relight.journal import guards
        from relight.record import guards as record_guards

        guards.remove(connection)
        record_guards.remove(connection)
        try:
            emptied(self)
        finally:
            guards.install(connection)
            record_guards.install(connection)

    TransactionTestCase._fixture_teardown = empty_with_journal  # type: ignore[method-assign]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives a browser; skip what does not hold on this database, and the long runs unless asked for. Begin
    with what loads the demonstration."""
    asked = "soak" in (config.getoption("markexpr") or "")
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if item.get_closest_marker("soak") and not asked:
            item.add_marker(pytest.mark.skip(reason="a long run: make soak"))
        for marker, needed in (("postgres_only", "postgres"), ("sqlite_only", "sqlite")):
            if item.get_closest_marker(marker) and needed != environment.DATABASE:
                item.add_marker(pytest.mark.skip(reason=f"holds on {needed} only"))
    # What is begun last is shared among the processes, and each would load the demonstration again.
    items.sort(key=lambda item: "scenario" not in item.path.parts)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Give each process of the run a database of its own; on SQLite a file, so that threads share it."""
    from django.conf import settings
    from django.db import connections

    from support import writes

    name = environment.test_database_name(HOME)
    for database in settings.DATABASES.values():
        database.setdefault("TEST", {})["NAME"] = name
    for connection in connections.all():
        connection.settings_dict["TEST"]["NAME"] = name
    writes.install()


@pytest.fixture(autouse=True)
def stay_here() -> Iterator[None]:
    """No outgoing network."""
    with network.only_here():
        yield


@pytest.fixture(autouse=True)
def journalled_writes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Watch the rows of the apps: they change inside a journalled write or the test fails."""
    from support.writes import WATCH

    WATCH.seen.clear()
    WATCH.on = request.node.get_closest_marker("direct_rows") is None
    yield
    WATCH.on = False
    assert not WATCH.seen, f"rows changed outside a journalled write: {sorted(set(WATCH.seen))}"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test starts in English, whatever the last one chose."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def own_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that runs a loop of its own may do so after a browser's test: Playwright leaves its loop set as running."""
    if "chromium" in request.fixturenames:
        yield
        return
    with no_loop():
        yield


@pytest.fixture
def relight_home() -> Path:
    """The data folder of this run."""
    return HOME


@pytest.fixture
def clock() -> HandClock:
    """A clock moved by hand."""
    return HandClock()


@pytest.fixture
def act_for(clock: HandClock) -> Callable[..., Act]:
    """`act_for("technician")`: an act of somebody with these roles; fields of Act as keywords."""

    def make(*roles: str, **fields: Any) -> Act:
        return act_make(clock, roles, **fields)

    return make


@pytest.fixture
def staff_of(clock: HandClock, request: pytest.FixtureRequest) -> Callable[..., Person]:
    """`staff_of("security-officer")`: a new staff member, with `.act()`, `.password` and `.username`."""
    _database(request)

    def make(*roles: str, **fields: Any) -> Person:
        return person_create(clock, roles, **fields)

    return make


@pytest.fixture
def client_of(staff_of: Callable[..., Person]) -> Callable[..., Any]:
    """`client_of("nurse")`: a test client signed in as a new staff member, who is `.person`."""

    def make(*roles: str, **fields: Any) -> Any:
        return client_signed_in(staff_of(*roles, **fields))

    return make


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, one for the run."""
    from playwright.sync_api import sync_playwright

    if chromium_browser.program() is None:
        pytest.skip("the browser tests need Chromium: install the package 'chromium'")
    with sync_playwright() as playwright:
        running = chromium_browser.launch(playwright)
        yield running
        running.close()


@pytest.fixture
def browser(chromium: Any, live_server: Any) -> Iterator[chromium_browser.Visitor]:
    """`browser.page(sign_in=client_of("nurse"))`: pages of the program, each in a context of its own.

    The test fails when a page asks for an outside address or its script breaks.
    """
    with chromium_browser.visiting(chromium, live_server.url) as visitor:
        yield visitor


def _database(request: pytest.FixtureRequest) -> None:
    """Ask for the database unless the test already has a transactional one."""
    if not {"transactional_db", "live_server", "db"} & set(request.fixturenames):
        request.getfixturevalue("db")
