"""`relight lab …`: exit codes and documents of links, messages, replay and reconcile."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from support.lab_words import astm_message

pytestmark = pytest.mark.django_db

LINKS = """\
format = 1
[[lis]]
id = "main"
name = "Laboratory system"
host = "10.20.0.5"
port = 2575
[[link]]
id = "chem"
name = "Chemistry 1"
port = 5001
lis = "main"
[[link]]
id = "gas"
name = "Blood gas"
protocol = "hl7"
port = 5002
"""
ORU = b"MSH|^~\\&|GAS|LAB|||20261123||ORU^R01|7|P|2.5\rPID|1||P1\rOBX|1|NM|PH||7.41|||||F\r"
ADT = b"MSH|^~\\&|ADM|HOSP|||20261123||ADT^A01|8|P|2.5\rPID|1||P1\r"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("links", "--json")`: the command's exit code, stdout and stderr."""
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    from relight.cli.lab import app

    def invoke(*words: object) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, [str(word) for word in words])
        return done.exit_code, done.stdout, done.stderr

    return invoke


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes | str, str], Path]:
    """`file(content, "links.toml")`: a file on disk."""

    def write(content: bytes | str, name: str = "links.toml") -> Path:
        place = tmp_path / name
        data = content.encode() if isinstance(content, str) else content
        place.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return place

    return write


def document(answer: tuple[int, str, str]) -> Any:
    return json.loads(answer[1])


def test_a_file_of_links_is_taken_in_once(run: Run, file: Any) -> None:
    """New, then unchanged; packed or not."""
    answer = run("links", "--load", file(LINKS), "--json")
    assert (answer[0], document(answer)) == (0, {"new": ["lis:main", "chem", "gas"], "changed": [], "unchanged": []})
    again = document(run("links", "--load", file(LINKS, "links.toml.gz"), "--json"))
    assert again == {"new": [], "changed": [], "unchanged": ["lis:main", "chem", "gas"]}
    changed = run("links", "--load", file(LINKS.replace("5002", "5003")))
    assert changed[1] == "0 new, 1 changed, 2 as they were.\n"


def test_links_are_listed_with_their_rung_and_how_they_stand(run: Run, file: Any) -> None:
    """Each link has the keys other programs rely on."""
    assert run("links")[0] == 0
    run("links", "--load", file(LINKS))
    found = document(run("links", "--json"))["links"]
    assert [(one["id"], one["name"], one["rung"], one["state"]) for one in found] == [
        ("chem", "Chemistry 1", "paper", "absent"),
        ("gas", "Blood gas", "paper", "absent"),
    ]
    assert "*:5001" in run("links")[1]


def test_what_is_dumped_loads_back_as_it_was(run: Run, file: Any) -> None:
    """The file of links is the whole of the settings."""
    run("links", "--load", file(LINKS))
    text = run("links", "--dump")[1]
    assert document(run("links", "--load", file(text), "--json"))["unchanged"] == ["lis:main", "chem", "gas"]


def test_a_file_with_faults_exits_2_with_every_fault_its_line_and_what_to_do(run: Run, file: Any) -> None:
    """All at once, in words and as a document; nothing is taken in."""
    wrong = LINKS.replace("port = 5001", "port = 0").replace('"hl7"', '"hl8"')
    code, out, err = run("links", "--load", file(wrong))
    assert (code, out) == (2, "")
    assert "links.toml:10: RL-LAB-007" in err
    assert "links.toml:15: RL-LAB-009" in err
    code, out, _ = run("links", "--load", file(wrong), "--json")
    found = json.loads(out)
    assert (code, found["error"]["code"], [one["code"] for one in found["faults"]]) == (
        2,
        "RL-LAB-003",
        ["RL-LAB-007", "RL-LAB-009"],
    )
    assert all(one["next"] and one["message"] for one in found["faults"])
    assert document(run("links", "--json"))["links"] == []


@pytest.mark.parametrize("content", [b"\xff\xfe", b"#" * 1_000_001, b"[[[[", b""])
def test_what_is_no_file_of_links_is_refused(run: Run, file: Any, content: bytes) -> None:
    """No text, too large, no TOML, empty: a coded fault."""
    code, out, _ = run("links", "--load", file(content), "--json")
    assert (code, json.loads(out)["error"]["code"]) == (2, "RL-LAB-003")


def test_a_capture_fed_twice_is_stored_once(run: Run, file: Any) -> None:
    """Same bytes, same link: known already, and the count says so."""
    run("links", "--load", file(LINKS))
    capture = file(astm_message(sample="S1") + astm_message(sample="S2"), "capture.astm")
    assert document(run("replay", capture, "--link", "chem", "--json")) == {
        "messages": 2,
        "new": 2,
        "known": 0,
        "refused": [],
    }
    assert document(run("replay", capture, "--link", "chem", "--json"))["known"] == 2
    found = document(run("reconcile", "--json"))
    assert (found["received"], found["waiting"], found["repeats"], found["balanced"]) == (2, 2, 2, True)


def test_a_capture_that_holds_something_else_too_is_fed_and_says_so(run: Run, file: Any) -> None:
    """What is no laboratory message is kept apart with its place; exit 1, because a part was refused."""
    run("links", "--load", file(LINKS))
    code, out, _ = run("replay", file(ORU + b"\r" + ADT, "mixed.hl7"), "--link", "gas", "--json")
    found = json.loads(out)
    assert (code, found["messages"], found["new"]) == (1, 2, 2)
    assert [one["at"] for one in found["refused"]] == [len(ORU) + 1]
    assert set(found["refused"][0]) == {"at", "code", "message"}
    count = document(run("reconcile", "--json"))
    assert (count["received"], count["refused"], count["waiting"]) == (2, 1, 1)


def test_a_frame_whose_checksum_is_wrong_is_never_fed(run: Run, file: Any) -> None:
    """What the wire would have refused, a replay refuses."""
    run("links", "--load", file(LINKS))
    code, out, _ = run("replay", file(b"\x05\x021H|\\^&\r\x0300\r\n\x04", "bad.astm"), "--link", "chem", "--json")
    assert (code, json.loads(out)["messages"]) == (2, 0)
    assert [one["code"] for one in json.loads(out)["refused"]] == ["RL-WIR-102"]


@pytest.mark.parametrize(
    ("content", "link", "code"),
    [(ORU, "chem", "RL-LAB-029"), (astm_message(), "none", "RL-LAB-001"), (b"nothing of the kind", "chem", None)],
)
def test_what_cannot_be_fed_exits_2(run: Run, file: Any, content: bytes, link: str, code: str | None) -> None:
    """Another protocol, an unknown link, no message at all: a coded error, and nothing stored."""
    run("links", "--load", file(LINKS))
    exit_code, out, _ = run("replay", file(content, "capture"), "--link", link, "--json")
    error = json.loads(out)["error"]
    assert exit_code == 2
    assert error["code"] == code if code else error["code"].startswith("RL-")
    assert document(run("reconcile", "--json"))["received"] == 0


def test_messages_are_listed_without_what_they_say(run: Run, file: Any) -> None:
    """Metadata alone: no sample, no patient, no value."""
    run("links", "--load", file(LINKS))
    run("replay", file(astm_message(sample="S4711") + astm_message(sample="S2"), "capture.astm"), "--link", "chem")
    answer = run("messages", "--json", "--limit", "1", "--link", "chem", "--state", "received")
    found = document(answer)
    assert (answer[0], len(found["messages"]), found["total"]) == (0, 1, 2)
    assert {"id", "link", "kind", "state", "ack_outcome", "repeats", "size_bytes"} <= set(found["messages"][0])
    assert found["messages"][0]["ack_outcome"] == "none"
    for text in (answer[1], run("messages")[1]):
        assert not any(word in text for word in ("S4711", "DOE", "5.4"))
    assert run("messages", "--state", "lost")[0] == 2


def test_a_count_that_does_not_balance_exits_1(run: Run, file: Any, act_for: Any) -> None:
    """The answer is no: a script can stop on it."""
    from relight.journal.api import writing
    from relight.lab.models import Message

    run("links", "--load", file(LINKS))
    run("replay", file(astm_message(), "capture.astm"), "--link", "chem")
    assert run("reconcile", "--since", "2001-01-01T00:00")[0] == 0
    with writing(act_for("owner")) as log:
        Message.objects.update(state="done")
        log.entry("lab.read", subject="lab:inbox", body={})
    code, out, _ = run("reconcile", "--json")
    assert (code, json.loads(out)["balanced"]) == (1, False)
    assert "does not balance" in run("reconcile")[1]
    assert run("reconcile", "--since", "tomorrow")[0] == 2
