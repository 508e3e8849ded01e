"""Claims about `relight status` and `relight journal`: stable keys, exit codes, an empty home."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.small import hospital_load, machine_add
from relight.cli.main import app
from relight.kernel.act import Act


@pytest.fixture
def run(db: None) -> Any:
    def invoke(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return invoke


@pytest.fixture
def hospital(db: None, act_for: Any) -> Act:
    act: Act = act_for("owner")
    hospital_load(act)
    machine_add(act, "PC-1", site="arlon")
    return act


def document(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_status_in_an_empty_home_has_every_key_and_nothing_in_it(run: Any) -> None:
    result = run("status", "--json")
    found = document(result)
    assert result.exit_code == 0
    assert found["day"] is None
    assert found["machines"] == {"seen": 0, "expected": 0, "in_line": 0, "admitted": 0, "retired": 0}
    assert [found[key] for key in ("sites", "services", "functions", "links")] == [[], [], [], []]


def test_status_tells_sites_services_and_functions_by_their_stable_keys(run: Any, hospital: Act) -> None:
    found = document(run("status", "--json"))
    assert found["machines"]["seen"] == 1
    site = found["sites"][0]
    assert (set(site), site["id"], site["zone"]) == ({"id", "zone", "since"}, "arlon", "planned")
    service = found["services"][0]
    assert {key: service[key] for key in ("id", "site", "tier", "level")} == {
        "id": "emergency",
        "site": "arlon",
        "tier": 1,
        "level": "down",
    }
    assert {"id": "directory", "state": "down"} in found["functions"]


def test_status_for_a_terminal_names_who_is_next_and_what_does_not_work(run: Any, hospital: Act) -> None:
    result = run("status")
    assert result.exit_code == 0
    assert "Arlon" in result.stdout and "(next)" in result.stdout
    assert "Emergency" in result.stdout


def test_verify_says_intact_and_exits_0(run: Any, hospital: Act) -> None:
    result = run("journal", "verify", "--json")
    assert (result.exit_code, document(result)["intact"]) == (0, True)
    assert "intact" in run("journal", "verify").stdout


def test_verify_names_the_first_broken_entry_and_exits_1(run: Any, hospital: Act) -> None:
    from django.db import connection

    from relight.journal import guards
    from relight.journal.models import Entry

    guards.remove(connection)
    Entry.objects.filter(seq=2).update(actor="os:somebody-else")
    guards.install(connection)
    result = run("journal", "verify", "--json")
    assert (result.exit_code, document(result)["broken"]) == (1, 2)
    assert "broken at entry 2" in run("journal", "verify").stdout


def test_verify_writes_nothing_so_that_a_copy_can_be_checked(run: Any, hospital: Act) -> None:
    before = document(run("journal", "verify", "--json"))["entries"]
    run("journal", "verify")
    assert document(run("journal", "verify", "--json"))["entries"] == before


def test_lag_lists_every_subscriber(run: Any, hospital: Act) -> None:
    from relight.config.subscriptions import SUBSCRIPTIONS

    result = run("journal", "lag", "--json")
    assert result.exit_code == 0
    assert [one["subscriber"] for one in document(result)["subscribers"]] == sorted(s.name for s in SUBSCRIPTIONS)


def test_events_set_aside_make_lag_exit_1(run: Any, hospital: Act) -> None:
    from relight.config.subscriptions import SUBSCRIPTIONS
    from relight.journal.models import AsideEvent

    AsideEvent.objects.create(subscriber=SUBSCRIPTIONS[0].name, event_seq=1, at=hospital.at, error="RL-X")
    assert run("journal", "lag").exit_code == 1


def test_list_narrows_and_shows_entries_whole(run: Any, hospital: Act) -> None:
    entries = document(run("journal", "list", "--verb", "fleet.add", "--json"))["entries"]
    assert [entry["verb"] for entry in entries] == ["fleet.add"]
    assert entries[0]["body"]["name"] == "PC-1" and len(entries[0]["hash"]) == 64
    assert "added an item" in run("journal", "list").stdout
    assert document(run("journal", "list", "--before", "1", "--json"))["entries"] == []


@pytest.mark.parametrize("words", [("status",), ("journal", "verify"), ("journal", "list"), ("journal", "lag")])
def test_a_wrong_password_is_refused_as_a_document(run: Any, words: tuple[str, ...], monkeypatch: Any) -> None:
    monkeypatch.setenv("RELIGHT_PASSWORD", "wrong")
    result = run(*words, "--as", "nobody", "--json")
    assert result.exit_code == 1
    assert document(result)["error"]["code"] == "RL-CLI-002"
