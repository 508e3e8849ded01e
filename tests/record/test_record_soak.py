"""The record at 100,000 patients: three million resources, twenty people at work. Part of `make soak`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench" / "record.py"
LONGEST_S = 4 * 3600


@pytest.mark.soak
@pytest.mark.timeout(LONGEST_S + 60)
@pytest.mark.parametrize(
    ("patients", "words"), [(100_000, ["--each", "30", "--postgres"]), (100_000, ["--each", "10"])]
)
def test_twenty_people_find_and_read_charts_among_100_000_patients(patients: int, words: list[str]) -> None:
    """Three million resources on PostgreSQL; one million on SQLite, which is what a data folder there is for."""
    done = subprocess.run(
        [sys.executable, str(BENCH), "--json", "--patients", str(patients), *words],
        stdout=subprocess.PIPE,
        timeout=LONGEST_S,
        text=True,
        check=False,
    )
    short = [one["what"] for one in json.loads(done.stdout)["results"] if one["what"].startswith("SHORT")]
    assert done.returncode == 0 and not short, short
