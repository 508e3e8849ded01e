"""`relight hospital …`: exit codes, documents, what is asked before something is taken out."""

from __future__ import annotations

import gzip
import json

import pytest
from typer.testing import CliRunner

from hospital.small import SMALL, machine

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    """`run("why", "dns")`: the command's exit code, stdout and stderr."""
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    from relight.cli.hospital import app

    def invoke(*words):
        done = CliRunner().invoke(app, [str(word) for word in words])
        return done.exit_code, done.stdout, done.stderr

    return invoke


@pytest.fixture
def file(tmp_path):
    """`file(text)`: a description on disk."""

    def write(text, name="hospital.toml"):
        place = tmp_path / name
        place.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return place

    return write


def test_loading_prints_the_difference_then_does_it_and_the_same_again_is_no_change(run, file):
    code, out, _ = run("load", file(SMALL, "hospital.toml.gz"))
    assert (code, "function dns" in out, "Loaded." in out) == (0, True, True)
    code, out, _ = run("load", file(SMALL), "--json")
    assert (code, json.loads(out)["loaded"], json.loads(out)["added"]) == (0, False, [])


def test_a_dry_run_loads_nothing(run, file):
    code, out, _ = run("load", file(SMALL), "--dry-run", "--json")
    assert code == 0
    assert {"kind": "unit", "id": "emergency@virton"} in json.loads(out)["added"]
    assert json.loads(run("list", "--json")[1])["services"] == []


def test_a_file_with_faults_exits_2_with_every_fault_its_line_and_what_to_do(run, file):
    wrong = SMALL.replace("order = 2", "order = 0").replace('vital = ["dns"]', 'vital = ["dsn"]')
    code, out, err = run("load", file(wrong))
    assert (code, out) == (2, "")
    assert "hospital.toml:13: RL-HOS-017" in err
    assert "RL-HOS-012" in err
    code, out, _ = run("load", file(wrong), "--json")
    document = json.loads(out)
    assert (code, document["error"]["code"]) == (2, "RL-HOS-001")
    assert [fault["code"] for fault in document["faults"]] == ["RL-HOS-017", "RL-HOS-012"]
    assert all(fault["line"] and fault["message"] and fault["next"] for fault in document["faults"])


def test_a_file_that_is_not_there_exits_2(run, tmp_path):
    assert run("load", tmp_path / "nothing.toml")[0] == 2


def test_taking_parts_out_exits_1_until_it_is_confirmed(run, file):
    run("load", file(SMALL))
    without = file(SMALL.replace('sites = ["arlon", "virton"]', 'sites = ["arlon"]'), "less.toml")
    code, out, _ = run("load", without, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (1, "RL-HOS-042")
    assert "emergency@virton" in json.loads(out)["error"]["message"]
    code, out, _ = run("load", without, "--yes", "--json")
    assert (code, json.loads(out)["removed"]) == (0, [{"kind": "unit", "id": "emergency@virton"}])


@pytest.mark.parametrize("command", ["why", "unlock", "impact"])
def test_a_question_is_answered_in_words_and_as_a_document(run, file, act_for, command):
    from relight.hospital.api import components_report

    run("load", file(SMALL))
    components_report(act=act_for("technician"), reports=[machine(1, "dns-server", operational=False)])
    code, out, _ = run(command, "dns")
    assert (code, "DNS names" in out) == (0, True)
    code, out, _ = run(command, "dns", "--json")
    document = json.loads(out)
    assert (code, document["id"], bool(document["words"])) == (0, "dns", True)


@pytest.mark.parametrize("command", ["why", "unlock", "impact"])
def test_an_unknown_id_exits_2_and_names_what_is_close(run, file, command):
    run("load", file(SMALL))
    code, out, _ = run(command, "emergensy@arlon", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (2, "RL-HOS-040")
    assert "emergency@arlon" in json.loads(out)["error"]["next"]


def test_a_question_before_any_hospital_is_described_says_what_to_do(run):
    code, _, err = run("why", "dns")
    assert (code, "RL-HOS-041" in err, "hospital load" in err) == (2, True, True)


def test_unlock_takes_a_target_and_refuses_another_word(run, file):
    run("load", file(SMALL))
    assert json.loads(run("unlock", "emergency@arlon", "--to", "degraded", "--json")[1])["target"] == "degraded"
    assert run("unlock", "emergency@arlon", "--to", "perfect")[0] == 2


def test_next_and_list_are_documents_too(run, file):
    run("load", file(SMALL))
    found = json.loads(run("list", "--json")[1])
    assert [site["id"] for site in found["sites"]] == ["arlon", "virton"]
    assert {unit["level"] for unit in found["services"]} == {"down"}
    (following,) = json.loads(run("next", "--limit", "1", "--json")[1])["next"]
    assert (following["id"], following["gains"][0]["to"]) == ("emergency@arlon", "normal")
