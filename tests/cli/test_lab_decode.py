"""`relight lab decode`: any capture, on any machine; what is refused says where and why."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from relight.cli.main import app
from relight.lab.decode import REFUSING, decode
from support.lab_reading import astm_bytes, oru

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = sorted(path for name in ("astm", "hl7v2") for path in (DATA / name).rglob("*") if path.is_file())
SYSMEX = (
    b"H|\\^&|||XN-550^00-19^1||||||||E1394-97\r"
    b"P|1\rO|1||^^    4711^B\r"
    b"R|1|^^^^WBC^1|16.74|10*3/uL||H||F||||20261123093509\r"
    b"L|1|N\r"
)


def framed(text: bytes, *, damage: int = 0) -> bytes:
    """One transmission with a frame for each record; `damage` breaks the checksum of that frame."""
    out = b"\x05"
    for number, record in enumerate(text.split(b"\r")[:-1], 1):
        body = b"%d" % (number % 8) + record + b"\r\x03"
        check = (sum(body) + (number == damage)) % 256
        out += b"\x02" + body + b"%02X\r\n" % check
    return out + b"\x04"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """`run(content, "--json")`: the command on a file with this content, in this process."""

    def call(content: bytes, *options: str, name: str = "capture.txt") -> Result:
        file = tmp_path / name
        file.write_bytes(content)
        return CliRunner().invoke(app, ["lab", "decode", str(file), *options])

    return call


def test_a_framed_capture_is_one_json_document(run: Any) -> None:
    """The header finds the driver; code, value, unit and flag are as sent, what they mean stands beside."""
    outcome = run(framed(SYSMEX), "--json")
    assert outcome.exit_code == 0
    assert json.loads(outcome.stdout) == {
        "protocol": "astm",
        "messages": [
            {
                "type": "results",
                "control_id": "",
                "kind": "results",
                "sender": "XN-550 00-19 1",
                "driver": "sysmex-xn",
                "results": [
                    {
                        "sample": "4711",
                        "code": "WBC",
                        "value": "16.74",
                        "unit": "10*3/uL",
                        "flag": "H",
                        "status": "F",
                        "range": "",
                        "qc": False,
                        "loinc": "6690-2",
                        "number": "16.74",
                        "ucum": "10*9/L",
                        "measured_at": "2026-11-23T09:35:09",
                        "hold": "",
                    }
                ],
            }
        ],
        "problems": [],
    }


def test_hl7_is_told_from_astm_by_its_content(run: Any) -> None:
    """In MLLP or not; the patient stands in no document."""
    content = oru("PID|1||SECRET||SECRET^X", "OBR|1||S1|P", "OBX|1|NM|2345-7^Glucose^LN||98|mg/dL|70-100|N|||F")
    for given_bytes in (content, b"\x0b" + content + b"\x1c\r"):
        outcome = run(given_bytes, "--json")
        document = json.loads(outcome.stdout)
        assert (outcome.exit_code, document["protocol"]) == (0, "hl7")
        [message] = document["messages"]
        assert (message["type"], message["control_id"]) == ("ORU^R01", "77")
        [line] = message["results"]
        assert [line[key] for key in ("sample", "code", "value", "unit", "flag")] == [
            "S1",
            "2345-7",
            "98",
            "mg/dL",
            "N",
        ]
        assert "SECRET" not in outcome.stdout


def test_a_table_for_people(run: Any) -> None:
    """A line for each message, its results in columns under it."""
    outcome = run(SYSMEX)
    assert outcome.exit_code == 0
    assert outcome.stdout.splitlines() == [
        "results  XN-550 00-19 1  (sysmex-xn)",
        "  Sample  Test  Value  Unit     Flag  LOINC",
        "  4711    WBC   16.74  10*3/uL  H     6690-2",
    ]


def test_a_damaged_frame_is_refused_and_the_rest_is_read(run: Any) -> None:
    """Exit 1: a part is missing, with its place."""
    outcome = run(framed(SYSMEX, damage=4), "--json")
    document = json.loads(outcome.stdout)
    assert outcome.exit_code == 1
    assert all(message["results"] == [] for message in document["messages"])
    assert "RL-WIR-102" in [problem["code"] for problem in document["problems"]]
    assert all(problem["at"] > 0 and problem["message"] for problem in document["problems"])
    assert "16.74" not in outcome.stdout


@pytest.mark.parametrize("content", [b"", b"Date,Sample,Result\r\n1,2,3\r\n", b"\x00" * 64, b"P|1\rO|1|S1\r"])
def test_a_file_that_is_no_capture_is_refused_whole(run: Any, content: bytes) -> None:
    """Exit 2, with the error, its place and what to do; as a document too."""
    outcome = run(content, "--json")
    document = json.loads(outcome.stdout)
    assert (outcome.exit_code, document["messages"]) == (2, [])
    assert document["error"]["where"].startswith("byte ")
    assert document["error"]["next"]
    assert document["problems"]
    spoken = run(content)
    assert (spoken.exit_code, spoken.stdout) == (2, "")
    assert document["error"]["code"] in spoken.stderr


def test_a_packed_file_is_unpacked(run: Any) -> None:
    """Whatever it is called."""
    assert run(gzip.compress(SYSMEX), name="capture.gz").stdout == run(SYSMEX).stdout


def test_a_driver_can_be_chosen(run: Any) -> None:
    """Whatever the header says; one that is not there is refused with those that are."""
    content = astm_bytes("P|1", "O|1||^^77|", "R|1|^^^^WBC^1|5|10*3/uL||||F")
    chosen = json.loads(run(content, "--json", "--driver", "sysmex-xp").stdout)["messages"][0]
    assert (chosen["driver"], chosen["results"][0]["sample"]) == ("sysmex-xp", "77")
    assert json.loads(run(content, "--json").stdout)["messages"][0]["driver"] == "generic"
    refused = run(content, "--json", "--driver", "nothing")
    assert (refused.exit_code, json.loads(refused.stdout)["error"]["code"]) == (2, "RL-LAB-100")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """As every command does."""
    outcome = CliRunner().invoke(app, ["lab", "decode", str(tmp_path / "none"), "--json"])
    assert (outcome.exit_code, json.loads(outcome.stdout)["error"]["code"]) == (2, "RL-CLI-001")


def test_decoding_needs_no_django() -> None:
    """It runs on a machine that has nothing but the program."""
    code = "import sys, relight.lab.decode; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_drivers_are_listed_and_a_sites_own_among_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that takes the place of a shipped one is counted once."""
    (tmp_path / "drivers").mkdir()
    own = 'format = 1\nid = "sysmex-xp"\nname = "Ours"\n[tests]\nWBC = "leukocytes"\n'
    (tmp_path / "drivers" / "xp.toml").write_text(own)
    monkeypatch.setenv("RELIGHT_HOME", str(tmp_path))
    outcome = CliRunner().invoke(app, ["lab", "drivers", "--json"])
    document = json.loads(outcome.stdout)
    assert (outcome.exit_code, document["faults"]) == (0, [])
    [ours] = [driver for driver in document["drivers"] if driver["id"] == "sysmex-xp"]
    assert (ours["name"], ours["own"], ours["tests"]) == ("Ours", True, 1)
    assert {driver["id"] for driver in document["drivers"]} > {"generic", "sysmex-xn"}
    assert "sysmex-xp" in CliRunner().invoke(app, ["lab", "drivers"]).stdout


def test_a_driver_file_is_checked_before_it_is_used(tmp_path: Path) -> None:
    """Every fault with its line, exit 1."""
    bad, good = tmp_path / "bad.toml", tmp_path / "good.toml"
    bad.write_text('format = 1\nid = "ours"\ncolour = 1\n')
    good.write_text('format = 1\nid = "ours"\nname = "Ours"\n')
    outcome = CliRunner().invoke(app, ["lab", "drivers", str(bad), "--json"])
    document = json.loads(outcome.stdout)
    assert outcome.exit_code == 1
    assert [(fault["code"], fault["where"]) for fault in document["faults"]] == [
        ("RL-LAB-103", "bad.toml:1"),
        ("RL-LAB-102", "bad.toml:3"),
    ]
    assert CliRunner().invoke(app, ["lab", "drivers", str(good)]).exit_code == 0


@pytest.mark.skipif(not FILES, reason="the real captures (../shared/data) are not here")
def test_every_real_capture_is_decoded_or_refused_with_a_place_and_a_reason() -> None:
    """None crashes, and none is taken for empty."""
    whole = 0
    for path in FILES:
        content = path.read_bytes()
        found = decode(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
        found.document()
        whole += found.is_whole
        assert found.messages or found.refusal is not None, path.name
        for problem in found.problems:
            assert 0 <= problem.at <= len(content) * 8, path.name
            assert problem.code.startswith("RL-"), path.name
            assert problem.message(), path.name
        if found.refusal is not None:
            assert found.refusal.where.startswith("byte "), path.name
    assert whole > len(FILES) * 0.9


@pytest.mark.skipif(not FILES, reason="the real captures (../shared/data) are not here")
def test_the_command_gives_one_document_and_the_right_exit_code_for_each_real_capture() -> None:
    """0 all of it, 1 a part was refused, 2 the whole file was."""
    for path in FILES[::9]:
        outcome = CliRunner().invoke(app, ["lab", "decode", str(path), "--json"])
        document = json.loads(outcome.stdout)
        refused = any(problem["code"] in REFUSING for problem in document["problems"])
        assert outcome.exit_code == (2 if not document["messages"] else int(refused)), path.name
        assert {"protocol", "messages", "problems"} <= set(document)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"H|\\^&\r", b"\x05\x021H|\\^&\r\x03", b"MSH|^~\\&|\r", b"\x0bMSH|^~\\&|"]),
)
def test_any_bytes_are_decoded_or_refused(content: bytes, start: bytes) -> None:
    """Nothing but values comes out, whatever comes in."""
    found = decode(start + content)
    json.dumps(found.document())
    assert bool(found.messages) == (found.refusal is None)
