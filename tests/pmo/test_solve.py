"""Projects read and solved: every schedule holds, and what cannot be planned is said by code. Cases of
docs/design/planning.md."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.kernel.errors import RelightError
from relight.pmo.plain import Proof, faults_of, lower_bound, project_make, project_read, solve

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "rcpsp"


def real(name: str) -> bytes:
    found = sorted(DATA.rglob(f"{name}*.sm*"))
    if not found:
        pytest.skip("the public sets (../shared/data/rcpsp) are not here")
    raw = found[0].read_bytes()
    return gzip.decompress(raw) if found[0].suffix == ".gz" else raw


def test_case_1_a_project_that_was_cut_off_is_refused_and_never_planned_in_part() -> None:
    whole = real("j301_1")
    project_read(whole, file="whole.sm")
    for share in (0.2, 0.5, 0.8):
        with pytest.raises(RelightError, match=r"RL-PMO-00[12]"):
            project_read(whole[: int(len(whole) * share)], file="cut.sm")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"successors": [[1], [5]]}, "RL-PMO-003"),
        ({"successors": [[1], [0]]}, "RL-PMO-004"),
        ({"demands": [[3], [1]]}, "RL-PMO-005"),
        ({"durations": [-1, 2]}, "RL-PMO-006"),
        ({"durations": [2**40, 2]}, "RL-PMO-009"),
    ],
)
def test_cases_2_to_6_what_can_never_be_planned_is_refused_by_code(given: dict, code: str) -> None:
    sound = {"durations": [1, 2], "demands": [[1], [1]], "capacities": [2], "successors": [[1], []]}
    with pytest.raises(RelightError) as refusal:
        project_make(**(sound | given))
    assert refusal.value.code == code


@st.composite
def projects(draw: st.DrawFn):
    size = draw(st.integers(1, 9))
    durations = draw(st.lists(st.integers(0, 6), min_size=size, max_size=size))
    demands = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=size, max_size=size))
    successors = [
        draw(st.lists(st.integers(job + 1, size - 1), unique=True, max_size=3)) if job + 1 < size else []
        for job in range(size)
    ]
    return project_make(durations=durations, demands=demands, capacities=(3, 2), successors=successors)


@settings(max_examples=8, deadline=None)
@given(projects())
def test_case_7_every_schedule_keeps_precedence_and_capacity_and_is_not_below_its_bound(project) -> None:
    solved = solve(project, time_limit_s=0.3)
    assert faults_of(project, solved.schedule.start) == ()
    assert solved.schedule.makespan >= (solved.schedule.lower_bound or 0)
    assert solved.schedule.makespan >= lower_bound(project)


def test_case_8_a_small_published_project_ends_at_its_proven_best() -> None:
    solved = solve(project_read(real("j301_1"), file="j301_1.sm"), time_limit_s=5)
    assert (solved.schedule.makespan, solved.schedule.proof) == (43, Proof.OPTIMAL)


def test_case_9_the_command_prints_the_stable_keys(tmp_path: Path) -> None:
    file = tmp_path / "j301_1.sm"
    file.write_bytes(real("j301_1"))
    done = subprocess.run(
        [sys.executable, "-m", "relight", "plan", "solve", str(file), "--time-limit", "2", "--json"],
        env={**os.environ, "RELIGHT_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    document = json.loads(done.stdout)
    assert {"makespan", "lower_bound", "start", "seconds"} <= document.keys()
    assert (done.returncode, document["makespan"], document["start"]["1"]) == (0, 43, 0)
