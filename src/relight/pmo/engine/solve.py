"""A project solved within a time limit: a schedule at once, then compiled search and CP-SAT side by side.

Owns the race: one thread breeds, one proves, both know the best so far. Refuses to be late and to come without an
answer. Source: docs/design/planning.md, cases 7 to 12.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from relight.pmo.engine.compiled import why_plain
from relight.pmo.engine.exact import SOLVER, Exact
from relight.pmo.engine.genetic import LOOPS, Found, Population, fits
from relight.pmo.errors import TIME_LIMIT_WRONG
from relight.pmo.rules.project import lower_bound, tails
from relight.pmo.rules.serial import makespan_of, serial_schedule
from relight.pmo.types import Project, Schedule

LONGEST_S = 86_400.0
LOADING_S = 3.0  # libraries load before the clock runs; compiling, the first time on a machine, goes on beside it
SLICE_S = 0.03
FIRST_LISTS = 60
MOST_LISTS = 3_000
SMALL_JOBS = 40  # CP-SAT proves these within seconds, so it goes on trying
EXACT_SHARE = 0.35  # of the time, for larger ones
GENERATIONS = 40  # lists are as many as lets each breed this often in the time there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What came out. Args: plain_because: why the loops ran uncompiled, empty when they did not."""

    schedule: Schedule
    seconds: float
    plain_because: str


class Incumbent:
    """The best schedule so far and the best bound, shared by all who search."""

    def __init__(self, found: Found, *, bound: int, deadline: float) -> None:
        self.best = found
        self.bound = bound
        self.done = threading.Event()
        self._deadline = deadline
        self._lock = threading.Lock()

    def left_s(self) -> float:
        """Return the seconds left; 0 when the search is over."""
        return 0.0 if self.done.is_set() else max(0.0, self._deadline - time.monotonic())

    def offer(self, found: Found) -> None:
        """Take a schedule if it is better."""
        with self._lock:
            if found.makespan < self.best.makespan:
                self.best = found
            self._close()

    def raise_bound(self, bound: int) -> None:
        """Take a bound if it is higher."""
        with self._lock:
            self.bound = max(self.bound, bound)
            self._close()

    def taken(self) -> tuple[Found, int]:
        """Return schedule and bound as they belong together."""
        with self._lock:
            return self.best, min(self.bound, self.best.makespan)

    def _close(self) -> None:
        if self.best.makespan <= self.bound:
            self.done.set()


def time_limit_check(time_limit_s: float) -> None:
    """Raises: RL-PMO-008."""
    if not math.isfinite(time_limit_s) or not 0 < time_limit_s <= LONGEST_S:
        raise TIME_LIMIT_WRONG.error(where="--time-limit", value=f"{time_limit_s:g}", most=f"{LONGEST_S:g}")


def solve(project: Project, *, time_limit_s: float, seed: int = 1, workers: int = 1) -> Solved:
    """Find a schedule within the time limit, the best that can be found, with a bound.

    Args: seed: of chance. workers: of CP-SAT, beside the thread that breeds.
    Returns: always a schedule that keeps every rule. Raises: RL-PMO-008 (time limit).
    """
    time_limit_check(time_limit_s)
    loaded_by = time.monotonic() + LOADING_S
    SOLVER.ready(wait_s=LOADING_S)
    LOOPS.ready(wait_s=min(LOADING_S / 2, loaded_by - time.monotonic()))
    began = time.monotonic()
    start = serial_schedule(project, rank=[-tail for tail in tails(project)])
    incumbent = Incumbent(
        Found(makespan=makespan_of(project, start), start=start),
        bound=lower_bound(project),
        deadline=began + time_limit_s,
    )
    if incumbent.best.makespan > incumbent.bound:
        _race(project, incumbent, seed=seed, workers=workers)
    found, bound = incumbent.taken()
    schedule = Schedule(start=found.start, makespan=found.makespan, lower_bound=bound)
    return Solved(schedule=schedule, seconds=time.monotonic() - began, plain_because=why_plain())


def _race(project: Project, incumbent: Incumbent, *, seed: int, workers: int) -> None:
    """Let both search until one is done or the time is over; whoever is late ends by itself, unheard."""
    exact = Exact(project, seed=seed, workers=workers)
    searchers = [threading.Thread(target=_prove, args=(project, exact, incumbent, seed), name="exact")]
    if fits(project):
        searchers.append(threading.Thread(target=_breed, args=(project, incumbent, seed), name="breeding"))
    for searcher in searchers:
        searcher.start()
    incumbent.done.wait(incumbent.left_s())
    incumbent.done.set()
    exact.stop()


class Pace:
    """How many lists fill one slice of time, measured slice by slice: another thread may have held this one up."""

    def __init__(self) -> None:
        self.count = FIRST_LISTS
        self.per_second = 0.0

    def run(self, work: Callable[[int], Found]) -> Found:
        """Do one slice of work and learn from it."""
        began = time.monotonic()
        found = work(self.count)
        took_s = max(1e-6, time.monotonic() - began)
        self.per_second = max(self.per_second, self.count / took_s)
        self.count = max(1, min(2 * self.count, int(self.per_second * SLICE_S)))
        return found


def _breed(project: Project, incumbent: Incumbent, seed: int) -> None:
    """Breed until the time is over: as many lists as it allows, new ones when they have all become alike."""
    if not LOOPS.ready(wait_s=incumbent.left_s()):
        return
    population = Population(project, seed=seed, bound=incumbent.bound)
    pace = Pace()
    while incumbent.left_s():
        incumbent.offer(pace.run(population.grow))
        if population.size > min(MOST_LISTS, pace.per_second * incumbent.left_s() / GENERATIONS):
            break
    while incumbent.left_s():
        incumbent.offer(pace.run(population.breed))
        if population.is_uniform:
            incumbent.offer(population.renew())


def _prove(project: Project, exact: Exact, incumbent: Incumbent, seed: int) -> None:
    """Ask CP-SAT for something better until it says there is nothing; a large project breeds here too after a while.

    A round knows what breeding found until it began. Beyond some forty jobs a proof comes early or not at all, and
    a second population finds more than CP-SAT does (docs/design/planning.md, "Search of projects").
    """
    if not SOLVER.ready(wait_s=incumbent.left_s()):
        return
    small = project.size <= SMALL_JOBS or not fits(project)
    while left := incumbent.left_s():
        found, bound = incumbent.taken()
        share = 0.4 if small else EXACT_SHARE
        limit = left if small and left < 0.3 else share * left
        incumbent.raise_bound(
            exact.improve(
                below=found.makespan, bound=bound, hint=found.start, time_limit_s=limit, report=incumbent.offer
            )
        )
        if not small:
            break
    if incumbent.left_s():
        _breed(project, incumbent, seed + 1)
