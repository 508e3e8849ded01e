"""A genetic algorithm over activity lists, run in slices so that a clock can stop it.

Owns the population. Refuses clocks: the caller asks for slices. Source: docs/design/planning.md, "Search".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relight.pmo.engine.compiled import Warming
from relight.pmo.engine.kernels import Instance, Ints, Room, evolve, seed_population
from relight.pmo.rules.project import predecessors, project_make, tails
from relight.pmo.types import Project

MOST_CELLS = 8_000_000  # time x resources: 64 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A schedule. Args: start: n times."""

    makespan: int
    start: tuple[int, ...]


def fits(project: Project) -> bool:
    """Return whether the timeline is short enough for the compiled loops."""
    return (sum(project.durations) + 3) * max(1, len(project.capacities)) <= MOST_CELLS


def instance_make(project: Project) -> Instance:
    """Lay a project out as arrays."""
    n, r = project.size, max(1, len(project.capacities))
    used, at, need = np.zeros(n, np.int64), np.zeros((n, r), np.int64), np.zeros((n, r), np.int64)
    for job, row in enumerate(project.demands):
        for place, amount in enumerate(row):
            if amount:
                at[job, used[job]], need[job, used[job]] = place, amount
                used[job] += 1
    before_from, before = _rows(predecessors(project))
    after_from, after = _rows(project.successors)
    return Instance(
        durations=np.array(project.durations, np.int64),
        used=used,
        at=at,
        need=need,
        capacities=np.array(project.capacities or (0,), np.int64),
        before_from=before_from,
        before=before,
        after_from=after_from,
        after=after,
    )


def _rows(rows: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    from_ = np.zeros(len(rows) + 1, np.int64)
    from_[1:] = np.cumsum([len(row) for row in rows])
    return from_, np.array([job for row in rows for job in row], np.int64)


def room_make(jobs: int, longest: int, resources: int) -> Room:
    """Return empty arrays for the loops to write in."""
    return Room(
        start=np.zeros(jobs, np.int64),
        mirror=np.zeros(jobs, np.int64),
        order=np.zeros(jobs, np.int64),
        other=np.zeros(jobs, np.int64),
        mark=np.zeros(jobs, np.int64),
        child=np.zeros(jobs, np.int64),
        free=np.zeros((longest, resources), np.int64),
        counts=np.zeros(longest, np.int64),
    )


class Population:
    """Activity lists that breed. One thread at a time."""

    def __init__(self, project: Project, *, seed: int, bound: int) -> None:
        n, longest = project.size, sum(project.durations) + 3
        self._instance = instance_make(project)
        self._room = room_make(n, longest, self._instance.capacities.shape[0])
        self._rank = -np.array(tails(project), np.int64)
        self._state = np.array([(seed * 2654435761 + 88172645) % 2**32 or 1, seed % 2**32], np.int64)
        self._bound = bound
        self._lists = np.zeros((0, n), np.int64)
        self._ends = np.zeros(0, np.int64)
        self._best = np.zeros(n, np.int64)

    @property
    def size(self) -> int:
        return int(self._ends.shape[0])

    def grow(self, count: int) -> Found:
        """Add `count` lists drawn by chance and rank; return the best of them."""
        size = self.size
        lists = np.zeros((size + count, self._lists.shape[1]), np.int64)
        ends = np.zeros(size + count, np.int64)
        lists[:size], ends[:size] = self._lists, self._ends
        self._lists, self._ends = lists, ends
        end = seed_population(
            self._instance, self._room, self._state, self._rank, size, size + count, lists, ends, self._best
        )
        return self._found(int(end))

    def breed(self, rounds: int) -> Found:
        """Breed `rounds` children; return the best of them."""
        end = evolve(self._instance, self._room, self._state, rounds, self._lists, self._ends, self._bound, self._best)
        return self._found(int(end))

    @property
    def is_uniform(self) -> bool:
        """Whether all lists end at the same time: breeding more of them finds little."""
        return bool(self._ends.min() == self._ends.max())

    def renew(self) -> Found:
        """Start again with as many new lists."""
        size = self.size
        self._lists, self._ends = self._lists[:0], self._ends[:0]
        return self.grow(size)

    def _found(self, end: int) -> Found:
        return Found(makespan=end, start=tuple(self._best.tolist()))


def _compile() -> None:
    """Run every loop once on three jobs."""
    toy = project_make(durations=(0, 1, 0), demands=((0,), (1,), (0,)), capacities=(1,), successors=((1,), (2,), ()))
    population = Population(toy, seed=1, bound=0)
    population.grow(2)
    population.breed(1)


LOOPS = Warming(_compile)
