"""`relight fleet …`: documents, exit codes, refusals item by item."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

pytestmark = pytest.mark.django_db


def run(*arguments: str, **fields: Any) -> Any:
    from relight.cli.main import app

    return CliRunner().invoke(app, ["fleet", *arguments], **fields)


def document(*arguments: str, **fields: Any) -> Any:
    return json.loads(run(*arguments, "--json", **fields).stdout)


def test_an_item_goes_along_the_line_from_the_command_line(line: Any) -> None:
    """Add, attest, move, list: by serial, with the exit codes of the design."""
    added = document("add", "arl-pc01", "--class", "workstation", "--serial", "5CG1234XYZ", "--site", "arlon")
    refused = run("move", "5CG1234XYZ", "--to", "retrieved", "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["error"]["code"] == "RL-FLT-012"
    attested = run("attest", "5CG1234XYZ", "--check", "unplugged", "--check", "identified")
    assert attested.exit_code == 0
    moved = document("move", "5CG1234XYZ", "--to", "retrieved")
    assert moved["done"] == [added["id"]] and moved["refused"] == []
    listed = document("list", "--state", "retrieved")
    assert listed["total"] == 1 and listed["items"][0]["serial"] == "5CG1234XYZ"
    shown = document("show", "arl-pc01")
    assert shown["next"] == "inspected" and {one["check"] for one in shown["missing"]} == {
        "evidence-preserved",
        "inspected",
    }


def test_a_refused_batch_names_each_item_and_exits_1(line: Any) -> None:
    """All or nothing: what is missing, item by item, in the document."""
    items = line.add(2)
    line.attest(items[:1], "retrieved")
    answer = run("move", *(str(item) for item in items), "--to", "retrieved", "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 1 and found["error"]["code"] == "RL-FLT-019"
    assert [one["item"] for one in found["refused"]] == [str(items[1])]
    partial = run("move", *(str(item) for item in items), "--to", "retrieved", "--partial", "--json")
    assert partial.exit_code == 1 and json.loads(partial.stdout)["done"] == [str(items[0])]


def test_two_people_admit_and_one_revokes(line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """`admit` needs sign-in; `revoke` takes the machine down with a reason."""
    items = [str(item) for item in line.add(2)]
    line.take([*map(_uuid, items)], "verified")
    monkeypatch.setenv("RELIGHT_PASSWORD", line.security.password)
    first = document("admit", *items, "--as", line.security.username)
    assert first["capacity"] == "security" and first["admitted"] == []
    second = run("admit", *items, "--as", line.owner.username, "--password-stdin", "--json", input=f"{PASSWORD}\n")
    assert json.loads(second.stdout)["admitted"] == items and second.exit_code == 0
    assert run("revoke", items[0], "--reason", "beacon").exit_code == 0
    assert document("list", "--state", "quarantined")["total"] == 1


def test_a_wrong_password_signs_nothing(line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-in refused, exit 1, no signature."""
    from relight.fleet.models import AdmissionSignature

    (item,) = line.add(1)
    monkeypatch.setenv("RELIGHT_PASSWORD", "guess")
    assert run("admit", str(item), "--as", line.security.username).exit_code == 1
    assert not AdmissionSignature.objects.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("move", "NOBODY99", "--to", "retrieved"),
        ("list", "--state", "nonsense"),
        ("move", "NOBODY99", "--to", "nowhere"),
        ("add", "x", "--class", "toaster"),
        ("retire", "NOBODY99", "--reason", "gone"),
        ("report", "NOBODY99", "."),
    ],
)
def test_bad_input_exits_2_with_a_coded_error(line: Any, arguments: tuple[str, ...]) -> None:
    """Unknown items and words are never taken for something else."""
    answer = run(*arguments, "--json")
    assert answer.exit_code == 2 and json.loads(answer.stdout)["error"]["code"].startswith("RL-")


def test_a_policy_file_is_checked_without_being_put_in_force(line: Any, tmp_path: Any) -> None:
    """Every fault with its line, exit 2; the policy in force stays."""
    from relight.fleet.selectors.policy import SHIPPED

    bad = tmp_path / "mine.toml"
    bad.write_text(SHIPPED.read_text().replace('checks = ["wiped"]', 'checks = ["wippped"]'))
    answer = run("policy", str(bad), "--json")
    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["error"]["code"] == "RL-FLT-041"
    (fault,) = json.loads(answer.stdout)["faults"]
    assert fault["code"] == "RL-FLT-045" and fault["where"].startswith("mine.toml:")
    assert document("policy")["version"] == "2026-11-1"


PASSWORD = "correct-horse-battery-7"


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


def test_a_label_that_cannot_be_written_says_so(line: Any, tmp_path: Any) -> None:
    """A folder given for a file is bad input, not a fault of Relight."""
    from relight.cli.main import app

    items = line.add(1)
    line.admit(items)
    answer = CliRunner().invoke(app, ["passport", "label", str(items[0]), "-o", str(tmp_path), "--json"])
    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["error"]["code"] == "RL-CLI-008"
