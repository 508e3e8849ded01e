"""Recoveries carried on from counts: what is read, what is refused, what every forecast keeps to. Cases of
docs/design/forecast.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.kernel.errors import RelightError
from relight.pmo.plain import counts_read, curve_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "text",
    [
        "10,220\n11,341\n",
        "day,count\n10,220\n11,341\n",
        "\ufeffjour;nombre\r\nJ+10;220\r\nJ+11;341\r\n",
        "D+11\t341\nD+10\t220\n\n",
        'day,count,remark\n10,220,"first, slow"\n11,341,\n',
    ],
)
def test_case_1_counts_are_read_as_people_save_them(text: str) -> None:
    counts = counts_read(text.encode(), file="c.csv", total=3000)
    assert (counts.days, counts.counts) == ((10, 11), (220, 341))


def test_case_2_dates_are_days_too_and_come_back_as_dates() -> None:
    counts = counts_read(b"2026-11-23,220\n2026-11-25,341\n", file="c.csv", total=None)
    assert counts.days == (0, 2)
    assert counts.label(3) == "2026-11-26"


@pytest.mark.parametrize(
    ("text", "total", "code"),
    [
        ("", None, "RL-PMO-060"),
        ("day,count\n", None, "RL-PMO-060"),
        ("10,220\n11,many\n", None, "RL-PMO-061"),
        ("10,220\n11,-5\n", None, "RL-PMO-061"),
        ("10,220\n11\n", None, "RL-PMO-061"),
        ("10,220\n2026-11-24,341\n", None, "RL-PMO-061"),
        ("10,220\n10,221\n", None, "RL-PMO-062"),
        ("10,220\n11,341\n", 300, "RL-PMO-063"),
        ("10,220\n", 0, "RL-PMO-064"),
    ],
)
def test_cases_3_to_7_what_could_mean_two_things_is_refused_with_its_line(
    text: str, total: int | None, code: str
) -> None:
    with pytest.raises(RelightError) as refusal:
        counts_read(text.encode(), file="c.csv", total=total)
    assert refusal.value.code == code


def test_case_8_a_count_that_falls_is_taken_and_said() -> None:
    counts = counts_read(b"10,220\n11,341\n12,330\n", file="c.csv", total=3000)
    assert counts.falls == (12,)
    assert curve_of(counts, total=3000, horizon=3, seed=1).paths.min() >= 330


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 500)), min_size=1, max_size=12, unique_by=lambda row: row[0]),
    st.one_of(st.none(), st.integers(500, 5000)),
)
def test_case_9_any_counts_give_quantiles_in_order_that_neither_fall_nor_pass_the_total(
    rows: list[tuple[int, int]], total: int | None
) -> None:
    text = "\n".join(f"{day},{count}" for day, count in rows)
    counts = counts_read(text.encode(), file="c.csv", total=total)
    points = curve_of(counts, total=total, horizon=20, seed=2).points()
    table = np.array([points[level] for level in ("p05", "p20", "p50", "p80", "p95")])
    assert (np.diff(table, axis=0) >= 0).all()
    assert (np.diff(table, axis=1) >= 0).all()
    assert table.min() >= counts.counts[-1]
    assert total is None or table.max() <= total


def test_case_10_few_counts_give_wide_dates_and_many_give_narrower_ones() -> None:
    few = counts_read(b"5,100\n", file="c.csv", total=3000)
    many = counts_read("\n".join(f"{day},{day * 40}" for day in range(1, 31)).encode(), file="c.csv", total=3000)
    width = []
    for counts in (few, many):
        points = curve_of(counts, total=3000, horizon=10, seed=1).points()
        gained = points["p50"][-1] - counts.counts[-1]
        width.append((points["p95"][-1] - points["p05"][-1]) / gained)
    assert width[1] < width[0]


def test_case_11_a_published_recovery_is_inside_but_for_the_day_of_the_batch() -> None:
    """Known on D+11 of the six-site group: 1,700 machines announced. D+20 came as 690 or 828, D+32 as 1,300."""
    counts = counts_read(b"10,220\n11,341\n", file="c.csv", total=1700)
    points = curve_of(counts, total=1700, horizon=21, seed=1).points()
    for day, seen in ((20, 690), (20, 828), (32, 1300)):
        assert points["p05"][day - 12] <= seen <= points["p95"][day - 12]


def run(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "RELIGHT_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "LANG": "en"}
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "relight", "plan", "forecast", *words],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        check=False,
    )


def test_case_12_the_command_prints_one_point_a_day_on_the_axis_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("day,count\n10,220\n11,341\n", encoding="utf-8")
    done = run(str(file), "--total", "3000", "--horizon", "21", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [point["day"] for point in document["points"]] == list(range(12, 33))
    assert {"day", "p05", "p20", "p50", "p80", "p95"} <= set(document["points"][0])
    again = run(str(file), "--total", "3000", "--horizon", "21", "--json", home=tmp_path)
    assert again.stdout == done.stdout
    refused = run(str(file), "--total", "100", "--json", home=tmp_path)
    assert refused.returncode == 2
    assert json.loads(refused.stdout)["error"]["code"] == "RL-PMO-063"


def test_case_13_without_a_hospital_the_forecast_of_now_says_what_to_load(tmp_path: Path) -> None:
    refused = run("--json", home=tmp_path)
    assert refused.returncode in (1, 2)
    assert json.loads(refused.stdout)["error"]["code"] == "RL-HOS-041"
