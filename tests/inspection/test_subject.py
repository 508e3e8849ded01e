"""A report says which machine it is about, signed with the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from relight.inspection.command import mount
from relight.inspection.signing import key_id, report_verify
from relight.inspection.subject import this_machine
from relight.kernel.errors import InputError


@pytest.fixture
def inspect(tmp_path: Path):
    import typer

    app = typer.Typer()
    mount(app)
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "notes.txt").write_text("bench 4")

    def run(*words: str):
        return CliRunner().invoke(app, [*words, "--key", str(tmp_path / "key")])

    return run


def test_the_serial_given_stands_in_the_signed_report(inspect, tmp_path: Path) -> None:
    ran = inspect(str(tmp_path / "disk"), "--serial", " 5CG2140XYZ ", "--no-clamav", "--json")
    document = json.loads(ran.stdout)
    assert document["subject"] == {"serial": "5CG2140XYZ", "uuid": ""}
    report_verify(document)
    document["subject"]["serial"] = "CZC0000001"
    with pytest.raises(Exception, match="RL-INS-012"):
        report_verify(document)


def test_the_firmware_names_the_machine_a_rescue_system_runs_on(tmp_path: Path) -> None:
    (tmp_path / "product_serial").write_text("5CG2140XYZ\n")
    (tmp_path / "product_uuid").write_text("4c4c4544-0042-3510\n")
    assert this_machine(tmp_path).document() == {"serial": "5CG2140XYZ", "uuid": "4c4c4544-0042-3510"}


def test_firmware_that_says_nothing_is_a_coded_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refusal:
        this_machine(tmp_path / "nothing")
    assert refusal.value.code == "RL-INS-020"


def test_the_public_key_is_shown_to_be_read_out_and_enrolled(inspect) -> None:
    shown = json.loads(inspect("--show-key", "--json").stdout)
    assert key_id(bytes.fromhex(shown["public"])) == shown["key_id"]
    assert inspect("--show-key").stdout.strip() == shown["public"]
