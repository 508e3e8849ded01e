"""Files inside disk images, made by the real tools."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from relight.inspection.codec import result_in, result_out
from relight.inspection.engine import Outcome, inspect
from relight.inspection.hashes import HashSet
from relight.inspection.report import hashes_of
from relight.inspection.scan import Plan
from relight.inspection.types import Verdict

from .makers import KB, ciphertext, text


def need(*tools: str) -> None:
    for tool in tools:
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not here: apt-get install e2fsprogs dosfstools mtools ntfs-3g qemu-utils")


def parser(name: str) -> None:
    pytest.importorskip(name, reason=f"install relight[images] with {name} to read this file system")


def run(place: Path) -> Outcome:
    return inspect([os.fsencode(place)], plan=Plan())


def tool(*arguments: object) -> None:
    subprocess.run([str(argument) for argument in arguments], check=True, capture_output=True, timeout=120)


def tree(folder: Path) -> Path:
    (folder / "ward").mkdir(parents=True)
    (folder / "letter.txt").write_bytes(text(20 * KB))
    (folder / "ward" / "bad.docx").write_bytes(ciphertext(30 * KB))
    return folder


@pytest.fixture
def ext4(tmp_path: Path) -> Path:
    need("mkfs.ext4")
    parser("dissect.target")
    parser("dissect.extfs")
    place = tmp_path / "disk.img"
    with place.open("wb") as file:
        file.truncate(16 * 1024 * KB)
    tool("mkfs.ext4", "-q", "-d", tree(tmp_path / "tree"), place)
    return place


def members(outcome: Outcome) -> list[str]:
    return [finding.member for finding in outcome.findings]


def test_an_encrypted_file_in_a_raw_ext4_image_is_found(ext4: Path) -> None:
    outcome = run(ext4)
    assert members(outcome) == ["volume-1/ward/bad.docx"]
    assert outcome.results[0].members == 2


@pytest.mark.parametrize("kind", ["qcow2", "vmdk", "vhdx"])
def test_an_encrypted_file_in_a_virtual_disk_is_found(ext4: Path, tmp_path: Path, kind: str) -> None:
    need("qemu-img")
    place = tmp_path / "virtual" / f"disk.{kind}"
    place.parent.mkdir()
    tool("qemu-img", "convert", "-O", kind, ext4, place)
    assert members(run(place)) == ["volume-1/ward/bad.docx"]


def test_an_encrypted_file_in_an_ntfs_image_is_found(tmp_path: Path) -> None:
    need("mkfs.ntfs", "ntfscp")
    parser("dissect.target")
    parser("dissect.ntfs")
    place = tmp_path / "disk.raw"
    with place.open("wb") as file:
        file.truncate(16 * 1024 * KB)
    tool("mkfs.ntfs", "-q", "-F", "-s", "512", place)
    (tmp_path / "bad.docx").write_bytes(ciphertext(30 * KB))
    tool("ntfscp", "-f", place, tmp_path / "bad.docx", "bad.docx")
    assert members(run(place)) == ["volume-1/bad.docx"]


def test_what_hides_in_an_alternate_data_stream_is_found(tmp_path: Path) -> None:
    """NTFS keeps several contents under one name; the second one is in scope like the first."""
    need("mkfs.ntfs", "ntfscp")
    parser("dissect.target")
    parser("dissect.ntfs")
    place = tmp_path / "disk.raw"
    with place.open("wb") as file:
        file.truncate(16 * 1024 * KB)
    tool("mkfs.ntfs", "-q", "-F", "-s", "512", place)
    (tmp_path / "letter.txt").write_bytes(text(4 * KB))
    (tmp_path / "tool").write_bytes(b"this is the attackers' tool")
    tool("ntfscp", "-f", place, tmp_path / "letter.txt", "letter.txt")
    tool("ntfscp", "-f", "-N", "hidden", place, tmp_path / "tool", "letter.txt")
    bad = HashSet(packed=hashlib.sha256(b"this is the attackers' tool").digest())
    outcome = inspect([os.fsencode(place)], plan=Plan(bad=bad))
    assert members(outcome) == ["volume-1/letter.txt:hidden"]


def test_an_encrypted_file_in_a_fat_image_is_found(tmp_path: Path) -> None:
    need("mkfs.fat", "mcopy")
    parser("dissect.target")
    parser("dissect.fat")
    place = tmp_path / "stick.img"
    with place.open("wb") as file:
        file.truncate(16 * 1024 * KB)
    tool("mkfs.fat", place)
    (tmp_path / "bad.docx").write_bytes(ciphertext(30 * KB))
    tool("mcopy", "-i", place, tmp_path / "bad.docx", "::BAD.DOCX")
    assert [member.lower() for member in members(run(place))] == ["volume-1/bad.docx"]


def test_a_partition_that_cannot_be_read_makes_the_verdict_incomplete(tmp_path: Path) -> None:
    parser("dissect.target")
    place = tmp_path / "disk.img"
    table = bytearray(512)
    table[446:462] = b"\x00\x00\x00\x00\x83\x00\x00\x00" + (2048).to_bytes(4, "little") + (4096).to_bytes(4, "little")
    table[510:] = b"\x55\xaa"
    place.write_bytes(bytes(table) + bytes(2047 * 512) + text(4096 * 512))
    outcome = run(place)
    assert outcome.verdict is Verdict.INCOMPLETE
    assert outcome.unread[0].member == "volume-1"


def test_without_dissect_an_image_is_never_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dissect.target", None)
    place = tmp_path / "disk.qcow2"
    place.write_bytes(b"QFI\xfb\x00\x00\x00\x03" + bytes(64 * KB))
    outcome = run(place)
    assert outcome.verdict is Verdict.INCOMPLETE
    assert "RL-INS-010" in outcome.unread[0].why.say()


def test_a_broken_image_is_named_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.qcow2").write_bytes(b"QFI\xfb\x00\x00\x00\x03" + text(90 * KB))
    (tmp_path / "b.vhdx").write_bytes(b"vhdxfile" + bytes(90 * KB))
    (tmp_path / "c.txt").write_bytes(text(100))
    outcome = run(tmp_path)
    assert (outcome.files, outcome.verdict) == (3, Verdict.INCOMPLETE)


def test_the_list_of_hashes_names_what_lies_inside_an_image_too(ext4: Path) -> None:
    """A hunt for a file learned later finds it in the disk that was inspected as one image."""
    outcome = run(ext4)
    hashes = hashes_of(outcome)
    inside = hashlib.sha256(text(20 * KB)).digest()
    rows = [hashes[at : at + 32] for at in range(0, len(hashes), 32)]
    assert inside in rows
    assert bytes.fromhex(outcome.results[0].sha256) in rows
    assert rows == sorted(set(rows))
    assert result_in(result_out(outcome.results[0])) == outcome.results[0]
