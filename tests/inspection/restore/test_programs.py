"""Real restic and borg repositories, made here: what is said of them, and that nothing is written into them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from relight.cli.main import app
from relight.inspection.restore.adapters import chain

from ..makers import KB, ciphertext, docx, png, text

PASSWORD = "correct horse"
PACKAGES = {"restic": "restic", "borg": "borgbackup"}
NOTE = (
    "All your files have been encrypted. Pay two bitcoin. Contact us with Tor browser at abcdefgh.onion. "
    "Do not rename files. Your personal id: 4711."
)
runner = CliRunner()


def need(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: apt-get install {PACKAGES[program]}")


class Backup:
    """A folder being backed up by one program, point after point."""

    def __init__(self, program: str, base: Path) -> None:
        need(program)
        self.program = program
        self.place = base / "repository"
        self.source = base / "data"
        self.source.mkdir()
        self.count = 0
        self.env = {
            **os.environ,
            "RESTIC_PASSWORD": PASSWORD,
            "RESTIC_CACHE_DIR": str(base / "cache"),
            "BORG_PASSPHRASE": PASSWORD,
            "BORG_BASE_DIR": str(base / "borg"),
        }
        self._base = base
        if program == "restic":
            self._run("restic", "init", "-r", str(self.place))
        else:
            self._run("borg", "init", "-e", "repokey", str(self.place))

    def _run(self, *words: str) -> str:
        ran = subprocess.run(words, cwd=self._base, env=self.env, check=True, capture_output=True)
        return ran.stdout.decode()

    def write(self, path: str, content: bytes) -> None:
        place = self.source / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    def point(self) -> str:
        """Make a restore point; return its id."""
        self.count += 1
        if self.program == "borg":
            self._run("borg", "create", f"{self.place}::point-{self.count}", "data")
            return f"point-{self.count}"
        self._run("restic", "backup", "-r", str(self.place), "data")
        return str(json.loads(self._run("restic", "snapshots", "-r", str(self.place), "--json"))[-1]["id"])

    def digest(self) -> str:
        """Return what the repository's files are, all together, with their names and times."""
        told = hashlib.sha256()
        for place in sorted(self.place.rglob("*")):
            told.update(f"{place}{place.lstat().st_mtime_ns}".encode())
            if place.is_file():
                told.update(place.read_bytes())
        return told.hexdigest()


Ask = Callable[..., tuple[dict[str, Any], int]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ask:
    monkeypatch.setenv("RESTIC_PASSWORD", PASSWORD)
    monkeypatch.setenv("BORG_PASSPHRASE", PASSWORD)
    room = tmp_path / "room"
    room.mkdir()

    def run(place: Path, *words: str) -> tuple[dict[str, Any], int]:
        result = runner.invoke(app, ["restore-points", str(place), "--json", "--temporary", str(room), *words])
        assert not list(room.iterdir()), "nothing is left behind"
        return json.loads(result.stdout), result.exit_code

    return run


@pytest.fixture(params=["restic", "borg"])
def backup(request: pytest.FixtureRequest, tmp_path: Path) -> Backup:
    made = Backup(request.param, tmp_path)
    for number in range(6):
        made.write(f"records/letter {number}.txt", text(9 * KB + number))
        made.write(f"images/scan-{number}.png", png(9 * KB + number))
    made.write("records/réport [final]*.docx", docx(9 * KB))
    made.write("images/empty.txt", b"")
    return made


def test_the_last_intact_point_the_beginning_and_both_sides_are_named_and_nothing_is_written(
    backup: Backup, ask: Ask
) -> None:
    ids = []
    for day in range(5):
        backup.write("records/diary.txt", text(4 * KB + day))
        if day == 3:
            for place in sorted((backup.source / "records").iterdir()):
                place.write_bytes(ciphertext(place.stat().st_size, 5))
                place.rename(place.with_name(place.name + ".qz7"))
            backup.write("records/HOW_TO_DECRYPT.txt", NOTE.encode())
        ids.append(backup.point())
    before = backup.digest()
    document, code = ask(backup.place)
    assert backup.digest() == before
    assert code == 1
    assert (document["last_intact"], document["first_damaged"]) == (ids[2], ids[3])
    assert [(row["id"], row["verdict"]) for row in document["points"]] == list(
        zip(ids, ["intact"] * 3 + ["damaged"] * 2, strict=True)
    )
    assert document["assumption"]["held"] is True
    by_name = {row["path"].rpartition("/")[2]: row for row in document["damaged"]}
    assert "ransom-note" in by_name["HOW_TO_DECRYPT.txt"]["kinds"]
    row = by_name["réport [final]*.docx.qz7"]
    assert row["was"].endswith("records/réport [final]*.docx")
    assert (row["last_intact"], row["first_damaged"]) == (ids[2], ids[3])
    assert row["before"]["sha256"] == hashlib.sha256(docx(9 * KB)).hexdigest()
    assert row["before"]["verdict"] == "intact" and row["after"]["verdict"] == "damaged" and row["reasons"]
    scopes = {row["prefix"].rpartition("/")[2]: row for row in document["prefixes"]}
    assert scopes["images"]["last_intact"] == ids[4] and scopes["images"]["first_damaged"] is None
    assert scopes["records"]["last_intact"] == ids[2]
    contents = sum(len(png(9 * KB + n)) + 9 * KB + n for n in range(6)) + len(docx(9 * KB)) + 5 * (4 * KB + 4)
    assert (
        document["bytes_read"] <= contents + sum(row["after"]["size_bytes"] for row in document["damaged"]) + 5 * 5 * KB
    )


def test_an_intact_repository_exits_0(backup: Backup, ask: Ask) -> None:
    backup.point()
    backup.write("records/more.txt", text(5 * KB))
    newest = backup.point()
    document, code = ask(backup.place)
    assert (code, document["last_intact"], document["first_damaged"], document["damaged"]) == (0, newest, None, [])


def test_a_file_encrypted_every_other_block_is_found(backup: Backup, ask: Ask) -> None:
    whole = text(256 * KB)
    backup.write("records/long.txt", whole)
    first = backup.point()
    noise = ciphertext(len(whole), 3)
    cut = 16 * KB
    parts = [(noise if at // cut % 2 == 0 else whole)[at : at + cut] for at in range(0, len(whole), cut)]
    backup.write("records/long.txt", b"".join(parts))
    second = backup.point()
    document, _ = ask(backup.place)
    assert (document["last_intact"], document["first_damaged"]) == (first, second)
    assert [row["kinds"] for row in document["damaged"]] == [["encrypted"]]


def test_damage_that_was_undone_breaks_the_assumption_and_the_walk_is_right(
    backup: Backup, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "RETURN_BYTES", 0)
    ids = [backup.point()]
    kept = {place: place.read_bytes() for place in (backup.source / "records").iterdir()}
    times = {place: (place.stat().st_atime_ns, place.stat().st_mtime_ns) for place in kept}
    for place in kept:
        place.write_bytes(ciphertext(8 * KB, 6))
    ids.append(backup.point())
    for place, content in kept.items():
        place.write_bytes(content)
        os.utime(place, ns=times[place])
    ids += [backup.point(), backup.point()]
    document, code = ask(backup.place)
    assert [row["verdict"] for row in document["points"]] == ["intact", "damaged", "intact", "intact"]
    assert (document["last_intact"], document["first_damaged"], code) == (ids[3], ids[1], 1)
    assert document["assumption"]["held"] is False and document["assumption"]["how"] == "walk"
    sizes = [place.stat().st_size for place in backup.source.rglob("*") if place.is_file()]
    assert document["bytes_read"] == sum(sizes) + len(kept) * 8 * KB, "what was put back is not read again"


def test_files_deleted_en_masse_are_damage(backup: Backup, ask: Ask) -> None:
    ids = [backup.point(), backup.point()]
    for place in sorted((backup.source / "records").iterdir())[1:]:
        place.unlink()
    ids.append(backup.point())
    document, _ = ask(backup.place)
    assert (document["last_intact"], document["first_damaged"]) == (ids[1], ids[2])
    assert {tuple(row["kinds"]) for row in document["damaged"]} == {("missing",)}
    assert all(row["before"]["sha256"] and row["after"]["verdict"] == "missing" for row in document["damaged"])


def test_the_latest_intact_version_of_one_file_is_one_command(backup: Backup, ask: Ask, tmp_path: Path) -> None:
    versions = [text(6 * KB), text(7 * KB), ciphertext(7 * KB, 4)]
    ids = []
    for content in versions:
        backup.write("records/letter 1.txt", content)
        ids.append(backup.point())
    before = backup.digest()
    target = tmp_path / "back.txt"
    document, code = ask(backup.place, "--file", "records/letter 1.txt", "--output", str(target))
    assert backup.digest() == before
    assert target.read_bytes() == versions[1]
    assert (document["last_intact"], document["first_damaged"], code) == (ids[1], ids[2], 1)
    assert document["sha256"] == hashlib.sha256(versions[1]).hexdigest()
    assert [row["verdict"] for row in document["versions"]] == ["damaged", "intact", "incomplete"]
    assert document["bytes_read"] == len(versions[1]) + len(versions[2])
    assert document["restore"][0] == backup.program and any(ids[1] in word for word in document["restore"])


def test_an_existing_file_is_never_overwritten(backup: Backup, ask: Ask, tmp_path: Path) -> None:
    backup.point()
    target = tmp_path / "mine.txt"
    target.write_text("mine")
    document, code = ask(backup.place, "--file", "records/letter 1.txt", "--output", str(target))
    assert (document["error"]["code"], code, target.read_text()) == ("RL-RST-010", 2, "mine")


def test_data_lost_from_the_repository_is_named_and_never_called_intact(backup: Backup, ask: Ask) -> None:
    before = backup.point()
    packs = {place for place in (backup.place / "data").rglob("*") if place.is_file()}
    backup.write("records/big.bin", b"".join(text(64 * KB + n) for n in range(20)))
    torn = backup.point()
    fresh = [place for place in (backup.place / "data").rglob("*") if place.is_file() and place not in packs]
    pack = max(fresh, key=lambda place: place.stat().st_size)
    pack.chmod(0o600)
    middle = pack.stat().st_size // 2
    raw = bytearray(pack.read_bytes())
    raw[middle : middle + 64] = bytes(byte ^ 0x55 for byte in raw[middle : middle + 64])
    pack.write_bytes(bytes(raw))
    document, code = ask(backup.place)
    assert code == 1
    assert (document["last_intact"], document["first_damaged"]) == (before, None)
    assert [row["verdict"] for row in document["points"]] == ["intact", "incomplete"]
    assert [(row["path"].rpartition("/")[2], row["point"]) for row in document["unread"]] == [("big.bin", torn)]


def test_a_wrong_password_is_a_coded_error_and_never_shown(
    backup: Backup, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.point()
    for name in ("RESTIC_PASSWORD", "BORG_PASSPHRASE"):
        monkeypatch.setenv(name, "not it at all")
    document, code = ask(backup.place)
    assert (document["error"]["code"], code) == ("RL-RST-003", 2)
    assert "not it at all" not in json.dumps(document)


def test_the_password_may_come_from_a_file_and_never_stands_in_a_command_line(
    backup: Backup, ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newest = backup.point()
    for name in ("RESTIC_PASSWORD", "BORG_PASSPHRASE"):
        monkeypatch.delenv(name)
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD + "\n")
    started: list[list[str]] = []
    real = subprocess.Popen

    def spy(words: list[str], **options: Any) -> Any:
        started.append(words)
        return real(words, **options)

    monkeypatch.setattr(subprocess, "Popen", spy)
    document, code = ask(backup.place, "--password-file", str(secret))
    assert (document["last_intact"], code) == (newest, 0)
    assert started and all(PASSWORD not in word for words in started for word in words)


def test_a_file_that_is_named_but_not_there_is_a_coded_error(backup: Backup, ask: Ask) -> None:
    backup.point()
    assert ask(backup.place, "--file", "records/nothing.txt")[0]["error"]["code"] == "RL-RST-008"
    assert ask(backup.place, "--prefix", "nowhere")[0]["error"]["code"] == "RL-RST-008"


@pytest.mark.parametrize(("kind", "package"), [("restic", "restic"), ("borg", "borgbackup")])
def test_an_absent_program_is_a_coded_error_that_names_its_package(
    kind: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = runner.invoke(app, ["restore-points", str(tmp_path), "--kind", kind, "--json"])
    error = json.loads(result.stdout)["error"]
    assert (error["code"], result.exit_code) == ("RL-RST-001", 2)
    assert package in error["next"]


def test_points_of_two_machines_are_no_one_timeline(tmp_path: Path, ask: Ask) -> None:
    made = Backup("restic", tmp_path)
    made.write("a/letter.txt", text(5 * KB))
    for host in ("one", "two"):
        made._run("restic", "backup", "-r", str(made.place), "--host", host, "data")
    document, code = ask(made.place)
    assert (document["error"]["code"], code) == ("RL-RST-006", 2)
    series = document["error"]["message"].partition("one:")[2].partition(" ")[0]
    document, code = ask(made.place, "--series", f"one:{series}")
    assert (len(document["points"]), code) == (1, 0)


def test_a_restore_point_restic_silently_leaves_out_is_named(tmp_path: Path, ask: Ask) -> None:
    made = Backup("restic", tmp_path)
    made.write("a/letter.txt", text(5 * KB))
    torn, whole = made.point(), made.point()
    place = made.place / "snapshots" / torn
    place.chmod(0o600)
    place.write_bytes(place.read_bytes()[:40] + b"xxxx" + place.read_bytes()[44:])
    document, code = ask(made.place)
    assert [row["id"] for row in document["points"]] == [whole]
    assert ([row["point"] for row in document["unread"]], code) == ([torn], 1)
    assert document["repository_faults"]
