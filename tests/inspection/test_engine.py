"""The same answer by whatever executor, whoever dies midway, and after a stop."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from relight.inspection.engine import Inline, Outcome, executor_maker, inspect
from relight.inspection.progress import Progress
from relight.inspection.scan import Plan
from relight.inspection.types import FileResult, Verdict

from .makers import KB, ciphertext, text


@pytest.fixture
def scope(tmp_path: Path) -> Path:
    folder = tmp_path / "scope"
    folder.mkdir()
    for number in range(180):
        content = ciphertext(9 * KB, number) if number % 30 == 0 else text(3000 + number)
        (folder / f"{number:03}.txt").write_bytes(content)
    return folder


def seen(outcome: Outcome) -> tuple[object, ...]:
    return outcome.verdict, outcome.files, outcome.bytes_inspected, outcome.findings, outcome.unread


def run(scope: Path, **options: Any) -> Outcome:
    return inspect([os.fsencode(scope)], plan=Plan(), **options)


def test_processes_give_the_same_result_as_this_one(scope: Path) -> None:
    assert seen(run(scope, make_executor=executor_maker(jobs=2), width=4)) == seen(run(scope))


class Losing(Inline):
    """Loses the worker at the first tasks it is given, as a pool does whose process was killed."""

    lost = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[object]:  # type: ignore[override]
        if Losing.lost < 3:
            Losing.lost += 1
            future: Future[object] = Future()
            future.set_exception(RuntimeError("a worker was lost"))
            return future
        return super().submit(fn, *args, **kwargs)


def test_a_batch_lost_with_its_worker_is_done_again(scope: Path) -> None:
    Losing.lost = 0
    assert seen(run(scope, make_executor=Losing)) == seen(run(scope))


class Deadly(Inline):
    """Loses its worker at one file, always."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[object]:  # type: ignore[override]
        if any(path.endswith(b"077.txt") for path in args[1]):
            future: Future[object] = Future()
            future.set_exception(RuntimeError("a worker was lost"))
            return future
        return super().submit(fn, *args, **kwargs)


def test_a_file_that_kills_every_worker_is_named_and_the_rest_is_inspected(scope: Path) -> None:
    outcome = run(scope, make_executor=Deadly)
    assert outcome.files == 180
    assert [row.path.rpartition("/")[2] for row in outcome.unread] == ["077.txt"]
    assert outcome.bytes_inspected < outcome.bytes_in_scope


class Killer:
    """Kills one worker as soon as some of the work is done and some is not."""

    def __init__(self, pid: Callable[[], int | None]) -> None:
        self.pid = pid
        self.killed = 0

    def __call__(self, _done: int, _total: int, files_done: int, files: int) -> None:
        if 0 < files_done < files and not self.killed:
            victim = self.pid()
            if victim is not None:
                os.kill(victim, signal.SIGKILL)
                self.killed = victim


def test_a_process_killed_midway_changes_nothing(scope: Path) -> None:
    killer = Killer(lambda: multiprocessing.active_children()[0].pid)
    outcome = run(scope, make_executor=executor_maker(jobs=2), width=2, report=killer)
    assert killer.killed
    assert seen(outcome) == seen(run(scope))


def test_a_cluster_whose_worker_is_killed_midway_gives_the_same_result(scope: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="install relight[cluster] to test on a Dask cluster")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as cluster:
        killer = Killer(lambda: next(iter(cluster.workers.values())).pid)
        make = executor_maker(jobs=1, cluster=cluster.scheduler_address)
        outcome = run(scope, make_executor=make, width=2, report=killer)
    assert killer.killed
    assert seen(outcome) == seen(run(scope))


def test_a_cluster_that_does_not_answer_is_a_coded_error(scope: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed", reason="install relight[cluster] to test on a Dask cluster")
    from relight.kernel.errors import PeerError

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError("Timed out trying to connect")

    monkeypatch.setattr(distributed, "Client", refuse)
    with pytest.raises(PeerError, match="RL-INS-009"):
        run(scope, make_executor=executor_maker(jobs=1, cluster="tcp://127.0.0.1:9"))


class Stopping(Inline):
    """Stops the run after a few batches, as a power cut does."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.done = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[object]:  # type: ignore[override]
        self.done += 1
        if self.done > 2:
            raise KeyboardInterrupt
        return super().submit(fn, *args, **kwargs)


def counted(results: list[FileResult]) -> Any:
    class Counting(Inline):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[object]:  # type: ignore[override]
            future = super().submit(fn, *args, **kwargs)
            results.extend(future.result())  # type: ignore[arg-type]
            return future

    return Counting


def stopped(scope: Path, part: Path) -> None:
    with Progress(part, plan_digest=Plan().digest, resume=False) as progress, pytest.raises(KeyboardInterrupt):
        run(scope, make_executor=Stopping, progress=progress)


def test_a_run_goes_on_after_a_crash_and_gives_the_same_report(scope: Path, tmp_path: Path) -> None:
    part = tmp_path / "part"
    stopped(scope, part)
    with part.open("ab") as file:
        file.write(b'{"identity": [1, 2')  # the line a crash cut off
    again: list[FileResult] = []
    with Progress(part, plan_digest=Plan().digest, resume=True) as progress:
        outcome = run(scope, make_executor=counted(again), progress=progress)
    assert seen(outcome) == seen(run(scope))
    assert 0 < len(again) < 180


def test_a_file_that_changed_since_the_crash_is_inspected_again(scope: Path, tmp_path: Path) -> None:
    part = tmp_path / "part"
    stopped(scope, part)
    (scope / "001.txt").write_bytes(ciphertext(8 * KB, 99))
    with Progress(part, plan_digest=Plan().digest, resume=True) as progress:
        outcome = run(scope, progress=progress)
    assert any(finding.path.endswith("001.txt") for finding in outcome.findings)


def test_a_run_with_other_rules_or_lists_starts_afresh(scope: Path, tmp_path: Path) -> None:
    part = tmp_path / "part"
    stopped(scope, part)
    again: list[FileResult] = []
    with Progress(part, plan_digest=Plan(rule_timeout_s=5).digest, resume=True) as progress:
        run(scope, make_executor=counted(again), progress=progress)
    assert len(again) == 180


def test_nothing_in_scope_is_clean_and_says_that_it_was_nothing(tmp_path: Path) -> None:
    outcome = run(tmp_path)
    assert (outcome.verdict, outcome.files) == (Verdict.CLEAN, 0)
