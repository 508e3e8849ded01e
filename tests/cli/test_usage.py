"""A wrong use of the command line exits 2 with a coded error, never a stack trace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def relight(*words: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {
        "RELIGHT_HOME": str(home),
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        "PATH": os.environ["PATH"],
        "LANG": "C",
        **environment,
    }
    command = [sys.executable, "-m", "relight", *words]
    return subprocess.run(command, capture_output=True, text=True, env=settings, timeout=60, check=False)


@pytest.mark.parametrize(
    "words",
    [
        ("nosuch",),
        ("fleet", "nosuch"),
        ("hospital", "why"),
        ("fleet", "list", "--nope"),
        ("fleet", "list", "--limit", "9999999"),
        ("passport", "label", "x"),
    ],
)
def test_a_wrong_use_exits_2_and_says_what_and_what_next(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = relight(*words, home=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.startswith("RL-CLI-004: ")
    assert "--help" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_with_json_a_wrong_use_is_one_document(tmp_path: Path) -> None:
    ran = relight("fleet", "nosuch", "--json", home=tmp_path)
    assert ran.returncode == 2
    assert json.loads(ran.stdout)["error"]["code"] == "RL-CLI-004"


def test_an_empty_home_answers_status_with_zeros_and_makes_its_own_database(tmp_path: Path) -> None:
    ran = relight("status", "--json", home=tmp_path / "new")
    document = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert document["machines"] == {"seen": 0, "expected": 0, "in_line": 0, "admitted": 0, "retired": 0}
    assert (document["day"], document["sites"], document["services"], document["functions"]) == (None, [], [], [])


def test_a_database_that_is_away_is_a_coded_error_without_its_password(tmp_path: Path) -> None:
    settings = {
        "RELIGHT_HOME": str(tmp_path),
        "RELIGHT_DATABASE_URL": "postgresql://relight:geheim@127.0.0.1:9/none",
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        "PATH": os.environ["PATH"],
        "LANG": "C",
    }
    command = [sys.executable, "-m", "relight", "status", "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, env=settings, timeout=60, check=False)
    assert ran.returncode == 2
    assert json.loads(ran.stdout)["error"]["code"] == "RL-CLI-006"
    assert "geheim" not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    "words", [("version",), ("passport", "keys"), ("passport", "revocations"), ("journal", "verify")]
)
def test_with_json_every_answer_is_one_document(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = relight(*words, "--json", home=tmp_path)
    assert isinstance(json.loads(ran.stdout), dict)


def test_a_data_folder_that_is_a_file_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = relight("status", "--json", home=tmp_path / "file")
    assert ran.returncode == 2
    assert json.loads(ran.stdout)["error"]["code"] == "RL-CLI-009"


def test_a_database_file_that_is_none_says_what_to_put_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "relight.sqlite3").write_bytes(bytes(range(256)) * 20)
    ran = relight("status", "--json", home=tmp_path)
    assert ran.returncode == 2
    assert json.loads(ran.stdout)["error"]["code"] == "RL-CLI-011"


def test_an_address_that_names_no_database_is_bad_input_and_not_repeated(tmp_path: Path) -> None:
    ran = relight("status", "--json", home=tmp_path, RELIGHT_DATABASE_URL="oops://relight:geheim@host/name")
    assert ran.returncode == 2
    assert json.loads(ran.stdout)["error"]["code"] == "RL-CLI-010"
    assert "geheim" not in ran.stdout + ran.stderr
