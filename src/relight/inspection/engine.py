"""Runs an inspection: walks, hands batches to an executor, survives its losses, sums up.

Owns the order of work and the verdict. The executor is anything with the interface of
`concurrent.futures.Executor`: this process, local processes, a Dask cluster. Source: docs/design/inspection.md, "Work".
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import Any

from relight.inspection.errors import CLUSTER_AWAY, EXTRA_ABSENT, NOTHING_THERE
from relight.inspection.progress import Progress
from relight.inspection.rules.across import renames, spread_notes
from relight.inspection.scan import Plan, PlanName, batch_inspect, plan_install
from relight.inspection.types import FileResult, Finding, Kind, Remark, Unread, Verdict, because
from relight.inspection.walker import Found, Passed, shown, walk
from relight.kernel.errors import N_

BATCH_BYTES = 32 * 1024 * 1024
BATCH_FILES = 64
ATTEMPTS = 3
SMALL_BYTES = 16 * 1024 * 1024
SMALL_FILES = 300

Report = Callable[[int, int, int, int], None]  # bytes done, bytes in all, files done, files in all
MakeExecutor = Callable[[Plan], Executor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that one inspection gave."""

    verdict: Verdict
    files: int
    bytes_in_scope: int
    bytes_inspected: int
    results: tuple[FileResult, ...]
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    passed: tuple[Passed, ...]
    remarks: tuple[Remark, ...]


class Inline(Executor):
    """An executor that works in this process, one task at a time."""

    def __init__(self, _plan: Plan) -> None:
        super().__init__()

    def submit(self, fn: Callable[..., object], /, *args: object, **kwargs: object) -> Future[object]:  # type: ignore[override]
        future: Future[object] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as fault:
            future.set_exception(fault)
        return future


class _Pool(ProcessPoolExecutor):
    """Local processes; each is given the plan once, when it starts."""

    def __init__(self, plan: Plan, jobs: int) -> None:
        super().__init__(jobs, mp_context=get_context("spawn"), initializer=plan_install, initargs=(plan,))
        self.shared = PlanName(digest=plan.digest)


class _Cluster(Executor):
    """A Dask cluster's executor; it closes its connection with itself. Dask does the work of a lost worker again."""

    def __init__(self, client: Any, plan: Plan) -> None:
        self._client = client
        self.shared = client.scatter(plan, broadcast=True, hash=False)
        self._executor = client.get_executor(pure=False)

    def submit(self, fn: Callable[..., object], /, *args: object, **kwargs: object) -> Future[object]:  # type: ignore[override]
        future: Future[object] = self._executor.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._executor.shutdown(wait=wait)
        self._client.close(timeout=5)


def executor_maker(*, jobs: int, cluster: str = "") -> MakeExecutor:
    """Return what makes the executor, again after a loss.

    Args: jobs: local processes, 1 for this one. cluster: address of a Dask scheduler.
    Raises: InputError RL-INS-010 without the extra `cluster`.
    """
    if cluster:
        return _cluster_maker(cluster)
    if jobs == 1:
        return Inline
    return lambda plan: _Pool(plan, jobs)


def _cluster_maker(address: str) -> MakeExecutor:
    try:
        from distributed import Client  # noqa: PLC0415 - optional extra
    except ImportError as refusal:
        raise EXTRA_ABSENT.error(where="--cluster", extra="cluster", purpose="--cluster") from refusal

    def make(plan: Plan) -> Executor:
        try:
            client: Any = Client(address, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TimeoutError) as refusal:
            raise CLUSTER_AWAY.error(where=address, reason=str(refusal) or type(refusal).__name__) from refusal
        return _Cluster(client, plan)

    return make


@dataclass(slots=True)
class _Batch:
    found: list[Found]
    attempts: int = 0

    @property
    def size_bytes(self) -> int:
        return sum(one.size_bytes for one in self.found)


@dataclass(slots=True)
class _Sum:
    results: list[FileResult] = field(default_factory=list)
    bytes_done: int = 0


def inspect(
    paths: Sequence[bytes],
    *,
    plan: Plan,
    make_executor: MakeExecutor = Inline,
    width: int = 1,
    small_here: bool = False,
    progress: Progress | None = None,
    report: Report = lambda *_: None,
    leave_out: Sequence[bytes] = (),
) -> Outcome:
    """Inspect everything under some paths.

    Args: width: how many batches are under way at once, at least the executor's workers. small_here: a scope too
    small to be worth starting processes is done in this one. progress: kept as it
    goes. report: called after each batch. leave_out: the run's own files, should they lie inside the scope.
    Raises: InputError RL-INS-001 when a path names nothing.
    """
    for path in paths:
        _demand(path)
    own = frozenset(os.path.abspath(path) for path in leave_out)  # noqa: PTH100
    found, passed = _walked(paths, own)
    total_bytes = sum(one.size_bytes for one in found)
    summed = _Sum()
    waiting: list[Found] = []
    for one in found:
        known = progress.known(one) if progress else None
        if known is None:
            waiting.append(one)
        else:
            summed.results.append(known)
            summed.bytes_done += one.size_bytes
    report(summed.bytes_done, total_bytes, len(summed.results), len(found))
    if small_here and sum(one.size_bytes for one in waiting) < SMALL_BYTES and len(waiting) < SMALL_FILES:
        make_executor, width = Inline, 1
    for batch, results in _run(waiting, plan, make_executor, max(width, 1)):
        by_path = {one.path: one for one in batch.found}
        for result in results:
            summed.results.append(result)
            if progress is not None:
                progress.keep(by_path[result.path_bytes], result)
        summed.bytes_done += batch.size_bytes
        report(summed.bytes_done, total_bytes, len(summed.results), len(found))
    return _outcome(summed.results, passed, total_bytes)


def _demand(path: bytes) -> None:
    try:
        os.stat(path)  # noqa: PTH116 - paths are bytes
    except OSError as refusal:
        raise NOTHING_THERE.error(where=shown(path), reason=refusal.strerror or "?") from refusal


def _walked(paths: Sequence[bytes], own: frozenset[bytes]) -> tuple[list[Found], list[Passed]]:
    found: list[Found] = []
    passed: list[Passed] = []
    for one in walk(paths):
        if any(one.path == path or one.path.startswith(path + b"/") for path in own):
            continue
        if isinstance(one, Found):
            found.append(one)
        else:
            passed.append(one)
    return found, passed


def _batches(found: Sequence[Found]) -> Iterator[_Batch]:
    batch = _Batch([])
    for one in found:
        if batch.found and (batch.size_bytes + one.size_bytes > BATCH_BYTES or len(batch.found) >= BATCH_FILES):
            yield batch
            batch = _Batch([])
        batch.found.append(one)
    if batch.found:
        yield batch


def _run(
    found: Sequence[Found], plan: Plan, make: MakeExecutor, width: int
) -> Iterator[tuple[_Batch, list[FileResult]]]:
    """Run batches; a batch lost with its worker is tried again, then file by file, then named as not inspected."""
    fresh, again = _batches(found), deque[_Batch]()
    executor = make(plan)
    pending: dict[Future[list[FileResult]], _Batch] = {}
    try:
        while True:
            while len(pending) < width:
                batch = again.popleft() if again else next(fresh, None)
                if batch is None:
                    break
                try:
                    shared = getattr(executor, "shared", plan)
                    pending[executor.submit(batch_inspect, shared, [one.path for one in batch.found])] = batch
                except RuntimeError:  # the pool broke since: BrokenExecutor is one
                    again.append(batch)
                    executor = _renewed(executor, make, plan)
            if not pending:
                return
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            broken = False
            for future in done:
                batch = pending.pop(future)
                results = _results(future)
                if results is not None:
                    yield batch, results
                    continue
                broken = True
                lost = _lost(batch)
                if isinstance(lost, list):
                    yield batch, lost
                else:
                    again.extend(lost)
            if broken and not pending and not isinstance(executor, Inline):
                executor = _renewed(executor, make, plan)
    finally:
        for future in pending:
            future.cancel()
        executor.shutdown(wait=not pending)


def _results(future: Future[list[FileResult]]) -> list[FileResult] | None:
    try:
        return future.result()
    except (Exception, CancelledError):
        return None


def _renewed(executor: Executor, make: MakeExecutor, plan: Plan) -> Executor:
    executor.shutdown(wait=False)
    return make(plan)


def _lost(batch: _Batch) -> tuple[_Batch, ...] | list[FileResult]:
    """Decide what becomes of a batch whose worker was lost: smaller batches, or results that say so."""
    if len(batch.found) > 1:
        return tuple(_Batch([one], batch.attempts) for one in batch.found)
    if batch.attempts + 1 < ATTEMPTS:
        return (_Batch(batch.found, batch.attempts + 1),)
    why = because(N_("the process that inspected it was lost {count} times"), count=ATTEMPTS)
    return [
        FileResult(
            path=shown(one.path),
            path_bytes=one.path,
            size_bytes=one.size_bytes,
            read_bytes=0,
            unread=(Unread(path=shown(one.path), why=why, size_bytes=one.size_bytes),),
        )
        for one in batch.found
    ]


def _outcome(results: list[FileResult], passed: list[Passed], total_bytes: int) -> Outcome:
    results = sorted(results, key=lambda result: result.path_bytes)
    findings = [replace(finding, sha256=result.sha256) for result in results for finding in result.findings]
    findings += _across(results)
    unread = [row for result in results for row in result.unread]
    unread += [Unread(path=shown(one.path), why=one.why) for one in passed if one.missed]
    inspected = sum(result.read_bytes for result in results)
    in_scope = sum(result.size_bytes for result in results)
    verdict = Verdict.CLEAN
    if unread or inspected < in_scope:
        verdict = Verdict.INCOMPLETE
    if findings:
        verdict = Verdict.FINDINGS
    return Outcome(
        verdict=verdict,
        files=len(results),
        bytes_in_scope=in_scope,
        bytes_inspected=inspected,
        results=tuple(results),
        findings=tuple(sorted(findings, key=lambda one: (one.path, one.member, one.kind.value))),
        unread=tuple(unread),
        passed=tuple(one for one in passed if not one.missed),
        remarks=tuple(remark for result in results for remark in result.remarks),
    )


def _across(results: list[FileResult]) -> list[Finding]:
    names = {result.path: result.path.rpartition("/")[2] for result in results if not result.known_good}
    digests = {result.path: result.sha256 for result in results}
    has = {(finding.path, finding.kind) for result in results for finding in result.findings}
    found = [one for group in renames(names).values() for one in group]
    found = [replace(one, sha256=digests[one.path]) for one in found if (one.path, Kind.RENAMED) not in has]
    return [*found, *spread_notes(results)]
