"""OR-Tools CP-SAT on a project: what is better than the schedule at hand, or the proof that nothing is.

Owns the model. Refuses more than the workers it is given. Source: OR-Tools, `cp_model`; docs/design/planning.md.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from relight.pmo.engine.compiled import Warming
from relight.pmo.engine.genetic import Found
from relight.pmo.types import Project


def _load() -> None:
    from ortools.sat.python import cp_model  # noqa: F401, PLC0415 - a third of a second, and it may be missing


SOLVER = Warming(_load)


class Exact:
    """One project before CP-SAT. `improve` is called by one thread, `stop` by any."""

    def __init__(self, project: Project, *, seed: int, workers: int = 1) -> None:
        self._project = project
        self._seed = seed
        self._workers = workers
        self._lock = threading.Lock()
        self._stopped = False
        self._solver: Any = None

    def stop(self) -> None:
        """End a search under way, and start no other."""
        with self._lock:
            self._stopped = True
            if self._solver is not None:
                self._solver.stop_search()

    def improve(
        self, *, below: int, bound: int, hint: Sequence[int], time_limit_s: float, report: Callable[[Found], None]
    ) -> int:
        """Look for schedules that end before `below`, for `time_limit_s` at most.

        Args: bound: none ends before it. hint: a schedule to start from. report: is given each one found.
        Returns: a time before which none ends; `below` itself when it proved that there is none better.
        """
        from ortools.sat.python import cp_model  # noqa: PLC0415

        if below <= bound:
            return bound
        model, starts, end = _model(cp_model, self._project, below=below, bound=bound, hint=hint)

        class Reporter(cp_model.CpSolverSolutionCallback):
            def on_solution_callback(self) -> None:
                report(Found(makespan=self.value(end), start=tuple(self.value(start) for start in starts)))

        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.01, time_limit_s)
        solver.parameters.num_workers = self._workers
        solver.parameters.random_seed = self._seed
        with self._lock:
            if self._stopped:
                return bound
            self._solver = solver
        status = solver.solve(model, Reporter())
        with self._lock:
            self._solver = None
        if status == cp_model.INFEASIBLE:
            return below
        if status == cp_model.OPTIMAL:
            return int(solver.value(end))
        if status == cp_model.MODEL_INVALID:
            return bound
        return max(bound, min(below, int(solver.best_objective_bound)))


def _model(
    cp_model: Any, project: Project, *, below: int, bound: int, hint: Sequence[int]
) -> tuple[Any, list[Any], Any]:
    """Write the model down: intervals, one cumulative a resource, the end between the bound and below - 1."""
    model = cp_model.CpModel()
    last = max(below - 1, 0)
    starts = [model.new_int_var(0, max(0, last - length), "") for length in project.durations]
    intervals = [
        model.new_fixed_size_interval_var(start, length, "")
        for start, length in zip(starts, project.durations, strict=True)
    ]
    end = model.new_int_var(bound, last, "")
    for job, (start, length) in enumerate(zip(starts, project.durations, strict=True)):
        model.add_hint(start, min(hint[job], max(0, last - length)))
        if not project.successors[job]:
            model.add(start + length <= end)
        for after in project.successors[job]:
            model.add(start + length <= starts[after])
    for place, capacity in enumerate(project.capacities):
        users = [job for job, row in enumerate(project.demands) if row[place] and project.durations[job]]
        if users:
            model.add_cumulative(
                [intervals[job] for job in users], [project.demands[job][place] for job in users], capacity
            )
    model.minimize(end)
    return model, starts, end
