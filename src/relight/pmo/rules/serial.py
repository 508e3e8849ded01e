"""Serial schedule generation in plain Python: each job as early as precedence and resources let it.

Owns the schedule that is there at once, whatever is installed and however long the horizon. Refuses searching: the
compiled twin in `engine.kernels` does that. Source: Kolisch 1996; docs/design/planning.md, case 7.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from relight.pmo.rules.project import predecessors
from relight.pmo.types import Project


class Profile:
    """What is free of each resource over time, as steps."""

    __slots__ = ("free", "times")

    def __init__(self, capacities: Sequence[int]) -> None:
        self.times = [0]
        self.free = [list(capacities)]

    def earliest(self, *, after: int, duration: int, demand: Sequence[int]) -> int:
        """Return the first time from `after` on at which `demand` is free for `duration`."""
        at = after
        place = bisect_right(self.times, at) - 1
        while place < len(self.times) and self.times[place] < at + duration:
            if any(need > free for need, free in zip(demand, self.free[place], strict=True)):
                at = self.times[place + 1]  # the last step is always all free, so there is a next one
            place += 1
        return at

    def take(self, *, at: int, duration: int, demand: Sequence[int]) -> None:
        """Use `demand` from `at` for `duration`."""
        first, last = self._step(at), self._step(at + duration)
        for place in range(first, last):
            self.free[place] = [free - need for free, need in zip(self.free[place], demand, strict=True)]

    def _step(self, at: int) -> int:
        place = bisect_left(self.times, at)
        if place == len(self.times) or self.times[place] != at:
            self.times.insert(place, at)
            self.free.insert(place, list(self.free[place - 1]))
        return place


def serial_schedule(project: Project, *, rank: Sequence[int]) -> tuple[int, ...]:
    """Schedule every job, of those that can start the one of least rank first.

    Args: rank: n numbers, ties by job. Returns: n start times; O(n² r).
    """
    before = predecessors(project)
    left = [len(row) for row in before]
    ready = [(rank[job], job) for job in range(project.size) if not left[job]]
    heapify(ready)
    start = [0] * project.size
    profile = Profile(project.capacities)
    while ready:
        _, job = heappop(ready)
        duration = project.durations[job]
        start[job] = max((start[earlier] + project.durations[earlier] for earlier in before[job]), default=0)
        if duration:
            demand = project.demands[job]
            start[job] = profile.earliest(after=start[job], duration=duration, demand=demand)
            profile.take(at=start[job], duration=duration, demand=demand)
        for after in project.successors[job]:
            left[after] -= 1
            if not left[after]:
                heappush(ready, (rank[after], after))
    return tuple(start)


def makespan_of(project: Project, start: Sequence[int]) -> int:
    """Return when the last job ends."""
    return max((at + length for at, length in zip(start, project.durations, strict=True)), default=0)
