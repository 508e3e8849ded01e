"""The invented disks: the same from the same seed, and what the real engine says of each kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from relight.cli.scenario.disks import ENDING, NOTE_NAME, Disk, data_make, disk_make
from relight.cli.scenario.inspector import Inspector, files_write
from relight.cli.scenario.types import Klass
from relight.inspection.subject import Subject

KEY = Ed25519PrivateKey.generate()
AT = datetime(2026, 11, 14, 10, tzinfo=UTC)
DEVICES = (Klass.SERVER, Klass.WORKSTATION, Klass.NETWORK, Klass.ANALYZER, Klass.MODALITY, Klass.PRINTER)


def report(folder: Path, files: dict[str, bytes], **arguments: Any) -> dict[str, Any]:
    inspector = Inspector(folder=folder, key=KEY)
    wanted = {"subject": Subject(), "since": AT - timedelta(hours=2), "at": AT, **arguments}
    document: dict[str, Any] = orjson.loads(inspector.disk_report(files, **wanted).content)
    return document


@pytest.mark.parametrize("klass", DEVICES)
@pytest.mark.parametrize("disk", [Disk.WRECK, Disk.FRESH])
def test_a_sound_disk_is_found_clean_to_the_last_byte(tmp_path: Path, klass: Klass, disk: Disk) -> None:
    for n in range(5):
        said = report(tmp_path, disk_make(f"arl-x{n}", klass, disk, seed="1"))
        assert (said["verdict"], said["findings"], said["unread"]) == ("clean", [], [])
        assert said["bytes_inspected"] == said["bytes_in_scope"] > 0


@pytest.mark.parametrize("klass", [Klass.SERVER, Klass.WORKSTATION])
def test_an_encrypted_disk_shows_its_encrypted_files_and_its_notes(tmp_path: Path, klass: Klass) -> None:
    for n in range(5):
        files = disk_make(f"arl-x{n}", klass, Disk.ENCRYPTED, seed="1")
        found = {row["path"] for row in report(tmp_path, files)["findings"]}
        assert {str(tmp_path / "disque" / name) for name in files if name.endswith((ENDING, NOTE_NAME))} <= found


def test_the_attackers_tool_is_known_by_its_hash_and_nothing_else_is_found(tmp_path: Path) -> None:
    said = report(tmp_path, disk_make("arl-con-pc017", Klass.WORKSTATION, Disk.TOOL, seed="1"))
    assert said["counts"] == {"known-bad": 1}


def test_the_same_seed_makes_the_same_disk_and_every_machine_has_its_own() -> None:
    def made(name: str, seed: str = "1") -> dict[str, bytes]:
        return disk_make(name, Klass.SERVER, Disk.WRECK, seed=seed)

    assert made("arl-dns1") == made("arl-dns1")
    assert set(made("arl-dns1").values()).isdisjoint(made("arl-dns2").values())
    assert made("arl-dns1") != made("arl-dns1", seed="2")


def test_a_later_night_keeps_the_files_of_the_nights_before() -> None:
    """So that a backup stores once what did not change; the journal grows at its end."""
    two, three = data_make("x", nights=2, seed="1"), data_make("x", nights=3, seed="1")
    changed = {name for name in two if two[name] != three[name]}
    assert changed == {"base/journal.log"}
    assert three["base/journal.log"].startswith(two["base/journal.log"])


def test_one_disk_leaves_nothing_for_the_next_one_in_the_same_place(tmp_path: Path) -> None:
    report(tmp_path, disk_make("arl-x1", Klass.SERVER, Disk.ENCRYPTED, seed="1"))
    assert report(tmp_path, {"a/b.txt": b"one line\n"})["files"] == 1
    files_write(tmp_path / "disque", {"c.txt": b"x"})
    assert [file.name for file in (tmp_path / "disque").rglob("*") if file.is_file()] == ["c.txt"]


def test_a_report_names_its_machine_and_lies_between_the_stage_and_the_act(tmp_path: Path) -> None:
    subject = Subject(serial="5CG2140XYZ", uuid="21709310-d584-4321-84ab-cdab2dbc1c77")
    for since in (AT - timedelta(hours=2), AT - timedelta(seconds=3)):
        said = report(tmp_path, {"a.txt": b"one line\n"}, subject=subject, since=since)
        started, finished = (datetime.fromisoformat(said[key]) for key in ("started", "finished"))
        assert since.replace(microsecond=0) <= started <= finished <= AT
        assert said["subject"] == {"serial": subject.serial, "uuid": subject.uuid}
