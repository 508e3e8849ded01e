"""`relight demo` as a person meets it: in a data folder of its own, from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.process import alive, home_environment, relight, running, wait_for

from .conftest import FOLDER

# on PostgreSQL the same scenario is replayed by test_replay
pytestmark = [pytest.mark.process, pytest.mark.sqlite_only, pytest.mark.timeout(600)]


def test_it_loads_once_keeps_it_the_second_time_and_starts_with_its_sign_ins(tmp_path: Path) -> None:
    first = relight(tmp_path, "demo", "--no-serve", "--patients", "few", "--json", timeout_s=400)
    assert first.returncode == 0, first.stderr
    document = json.loads(first.stdout)
    assert (document["loaded"], document["fresh"]) == (True, True)
    assert {member["username"] for member in document["staff"]} > {"lead", "security", "owner"}

    second = relight(tmp_path, "demo", "--no-serve", timeout_s=60)
    assert second.returncode == 0
    assert "already in this data folder" in second.stdout
    assert "Claire Lambert" in second.stdout and document["password"] in second.stdout

    status = json.loads(relight(tmp_path, "status", "--json").stdout)
    assert status["day"] == 10
    assert (status["machines"]["seen"], status["machines"]["admitted"]) == (3000, 220)
    assert relight(tmp_path, "journal", "verify").returncode == 0
    report = json.loads(relight(tmp_path, "sitrep", "--json").stdout)["report"]
    assert (report["number"], report["facts"]["figures"]["admitted"]) == (2, 220)
    assert report["facts"]["forecast"]["units"] and report["facts"]["decisions"]["asked"]
    verified = relight(tmp_path, "passport", "verify", passport_of(tmp_path), "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr

    before = received(tmp_path)
    with running(tmp_path, words=("demo", "--no-browser")) as group:
        shown = "\n".join(group.out)
        assert group.url in shown and "Claire Lambert" in shown and document["password"] in shown
        analyzers_send(tmp_path, before=before)
        jobs = [group.pid(job) for job in SIMULATORS]
        assert all(alive(process) for process in jobs)
        assert group.stop() < 14
        assert group.process.returncode == 0
        assert not any(alive(process) for process in jobs)


SIMULATORS = ("demo-lis", "demo-analyzers-arlon", "demo-analyzers-libramont", "demo-analyzers-marche")


def received(home: Path) -> dict[str, int]:
    """Count what the laboratory received, and see that the count balances."""
    answer = relight(home, "lab", "reconcile", "--json")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    document = json.loads(answer.stdout)
    return {name: document[name] for name in ("received", "delivered", "qc")}


def analyzers_send(home: Path, *, before: dict[str, int]) -> None:
    """Within seconds controls come in, results come in and are delivered, and the count balances all the while."""

    def flows() -> bool:
        now = received(home)
        return all(now[name] > before[name] for name in before)

    wait_for(flows, seconds=30)


def passport_of(home: Path) -> str:
    """One passport of the demonstration, as its label bears it."""
    asked = (
        "import django; django.setup(); from relight.fleet.models import Passport;"
        "print(Passport.objects.filter(revoked_at=None).order_by('id')[7].token)"
    )
    environment = home_environment(home) | {"DJANGO_SETTINGS_MODULE": "relight.config.settings"}
    answer = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    return answer.stdout.strip()


def test_a_folder_with_a_hospital_of_its_own_is_left_alone(tmp_path: Path) -> None:
    loaded = relight(tmp_path, "hospital", "load", str(FOLDER / "hospital.toml"), "--json")
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    refused = relight(tmp_path, "demo", "--no-serve", "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["error"]["code"] == "RL-CLI-041"
    assert json.loads(relight(tmp_path, "status", "--json").stdout)["machines"]["seen"] == 0
