"""`relight fleet import`: in an empty data folder, with stable keys and exit codes."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = "Nom;N° de série;Adresse MAC\nPC-1;CZC1234501;00:1b:21:00:00:01\nPC-2;CZC1234502;zz\n"


@pytest.fixture
def relight(tmp_path: Path) -> Any:
    """Run the command in a data folder of its own."""
    env = {**os.environ, "RELIGHT_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8"}
    env.pop("RELIGHT_DATABASE_URL", None)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "relight", "fleet", "import", *words],
            env=env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def test_an_import_into_an_empty_folder_prints_one_document_with_the_stable_keys(relight: Any, tmp_path: Path) -> None:
    (tmp_path / "parc.csv.gz").write_bytes(gzip.compress(TABLE.encode("utf-16")))
    done = relight("parc.csv.gz", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["format"], document["machines_new"], document["machines_known"]) == ("csv", 1, 0)
    (bad,) = document["rows_bad"]
    assert (bad["line"], bad["code"]) == (3, "RL-FLT-082")
    again = json.loads(relight("parc.csv.gz", "--json").stdout)
    assert (again["machines_new"], again["machines_known"]) == (0, 1)


def test_a_file_refused_whole_exits_2_with_a_coded_error_and_the_others_go_in(relight: Any, tmp_path: Path) -> None:
    (tmp_path / "page.csv").write_text("<!doctype html><html></html>")
    (tmp_path / "parc.csv").write_text(TABLE)
    alone = relight("page.csv", "--json")
    assert alone.returncode == 2
    error = json.loads(alone.stdout)["error"]
    assert error["code"] == "RL-FLT-063"
    assert error["next"]
    both = relight("page.csv", "parc.csv", "--json")
    assert both.returncode == 2
    assert [document.get("machines_new") for document in json.loads(both.stdout)["imports"]] == [None, 1]


def test_columns_are_named_and_shown_on_the_terminal(relight: Any, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("Truc,Numéro\nPC-1,CZC1234501\n")
    assert relight("odd.csv").returncode == 2
    done = relight("odd.csv", "--map", "serial=Numéro", "--map", "name=Truc", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "serial number ← Numéro" in done.stdout
    assert "nothing was written" in done.stdout
    assert relight("odd.csv", "--map", "Numéro").returncode == 2
