"""Folders of dated copies, plain and hard-linked, through the command."""

from __future__ import annotations

import json
import os
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from relight.cli.main import app

from ..makers import KB, ciphertext, png, text, zipped

runner = CliRunner()
NAMES = ("2026-11-10T0430", "2026-11-11T0430", "2026-11-12T0430", "2026-11-13T0430")


def ask(place: Path, *words: str) -> tuple[dict[str, Any], int]:
    result = runner.invoke(app, ["restore-points", str(place), "--json", *words])
    return json.loads(result.stdout), result.exit_code


def linked(before: Path, after: Path) -> None:
    shutil.copytree(before, after, copy_function=os.link)


def replace(place: Path, content: bytes) -> None:
    place.unlink()
    place.write_bytes(content)


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Four points; on the last day the letters of one ward are encrypted under their own names."""
    root = tmp_path / "copies"
    first = root / NAMES[0]
    for ward in ("icu", "lab"):
        (first / ward).mkdir(parents=True)
        for number in range(5):
            (first / ward / f"letter-{number}.txt").write_bytes(text(6 * KB + number * 11 + len(ward)))
        (first / ward / f"{ward}.png").write_bytes(png())
    for before, after in pairwise(NAMES):
        linked(root / before, root / after)
        replace(root / after / "lab" / "letter-0.txt", text(7 * KB + int(after[8:10])))
    for number in range(1, 5):
        place = root / NAMES[3] / "icu" / f"letter-{number}.txt"
        replace(place, ciphertext(place.stat().st_size, number))
    (root / "latest").symlink_to(NAMES[3])
    (root / "notes").mkdir()
    return root


def test_linked_copies_are_read_once_and_the_attack_is_dated(copies: Path) -> None:
    document, code = ask(copies)
    assert (document["last_intact"], document["first_damaged"], code) == (NAMES[2], NAMES[3], 1)
    assert [row["id"] for row in document["points"]] == list(NAMES)
    inodes = {place.stat().st_ino: place.stat().st_size for place in copies.rglob("*") if place.is_file()}
    assert document["bytes_read"] == sum(inodes.values())
    assert {row["prefix"]: row["last_intact"] for row in document["prefixes"]} == {"icu": NAMES[2], "lab": NAMES[3]}


def test_a_prefix_that_was_asked_for_is_answered_alone_beside_the_whole(copies: Path) -> None:
    document, _ = ask(copies, "--prefix", "lab/")
    assert [(row["prefix"], row["first_damaged"]) for row in document["prefixes"]] == [("lab", None)]


def test_the_latest_intact_version_comes_out_as_it_was(copies: Path, tmp_path: Path) -> None:
    target = tmp_path / "letter.txt"
    document, code = ask(copies, "--file", "icu/letter-2.txt", "--output", str(target))
    assert (document["last_intact"], code) == (NAMES[2], 1)
    assert target.read_bytes() == (copies / NAMES[2] / "icu" / "letter-2.txt").read_bytes()
    assert document["restore"][0] == "cp"


def test_nothing_is_written_inside_the_repository(copies: Path) -> None:
    document, code = ask(copies, "--file", "icu/letter-2.txt", "--output", str(copies / "out.txt"))
    assert (document["error"]["code"], code) == ("RL-RST-010", 2)


def test_a_file_without_any_intact_version_is_not_written(copies: Path, tmp_path: Path) -> None:
    for name in NAMES:
        replace(copies / name / "icu" / "letter-2.txt", ciphertext(9 * KB, 8))
    document, code = ask(copies, "--file", "icu/letter-2.txt", "--output", str(tmp_path / "x"))
    assert (document["error"]["code"], code) == ("RL-RST-014", 1)
    assert not (tmp_path / "x").exists()


def test_an_end_of_a_path_is_enough_unless_several_files_end_so(copies: Path) -> None:
    assert ask(copies, "--file", "icu.png")[0]["file"] == "icu/icu.png"
    assert ask(copies, "--file", "letter-1.txt")[0]["error"]["code"] == "RL-RST-009"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything: run the tests as a user")
def test_a_file_that_cannot_be_read_makes_its_points_incomplete(copies: Path) -> None:
    (copies / NAMES[0] / "icu" / "icu.png").chmod(0)
    document, _ = ask(copies)
    assert document["last_intact"] is None and document["last_undamaged"] == NAMES[2]
    assert {row["path"] for row in document["unread"]} == {"icu/icu.png"}


def test_names_that_are_no_text_are_shown_and_judged(copies: Path) -> None:
    (copies / NAMES[3] / "lab" / os.fsdecode(b"caf\xe9.txt")).write_bytes(ciphertext(9 * KB, 2))
    document, _ = ask(copies)
    assert "lab/caf\\xe9.txt" in {row["path"] for row in document["damaged"]}


def test_an_archive_nobody_can_open_is_named_and_hides_the_point_only_from_those_who_search_inside(
    copies: Path, tmp_path: Path
) -> None:
    nested = text(5 * KB)
    for depth in range(8):
        nested = zipped({f"{depth}.zip" if depth else "letter.txt": nested})
    for name in NAMES:
        (copies / name / "lab" / "nested.zip").write_bytes(nested)
    document, _ = ask(copies)
    assert document["last_intact"] == NAMES[2]
    assert [row["path"] for row in document["unopened"]] == ["lab/nested.zip"]
    bad = tmp_path / "bad.txt"
    bad.write_text("ab" * 32)
    document, _ = ask(copies, "--known-bad", str(bad))
    assert document["last_intact"] is None and {row["path"] for row in document["unread"]} == {"lab/nested.zip"}


def test_a_vouched_for_file_is_no_damage(copies: Path, tmp_path: Path) -> None:
    found, _ = ask(copies)
    good = tmp_path / "good.txt"
    good.write_text("\n".join(row["after"]["sha256"] for row in found["damaged"]))
    document, code = ask(copies, "--known-good", str(good))
    assert (document["last_intact"], code) == (NAMES[3], 0)


def test_a_folder_without_dates_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "stuff").mkdir()
    document, code = ask(tmp_path)
    assert (document["error"]["code"], code) == ("RL-RST-002", 2)


@pytest.mark.parametrize("words", [("--output", "x"), ("--missing", "101"), ("--file", "a", "--prefix", "b")])
def test_choices_that_do_not_go_together_are_refused(words: tuple[str, ...], copies: Path) -> None:
    document, code = ask(copies, *words)
    assert (document["error"]["code"], code) == ("RL-RST-012", 2)


def test_a_terminal_shows_the_answer_first(copies: Path) -> None:
    result = runner.invoke(app, ["restore-points", str(copies)])
    assert result.stdout.splitlines()[0].startswith(f"Last intact restore point: {NAMES[2]}")
    assert "To restore: cp --archive" in result.stdout
