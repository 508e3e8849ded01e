"""Projects: what makes one sound, in which order its jobs can go, what bounds it from below.

Owns soundness (cycles, demands no capacity meets, negative numbers). Refuses searching. Source:
docs/design/planning.md, cases 1 to 6; Kolisch & Sprecher 1996 for the model.
"""

from __future__ import annotations

from collections.abc import Sequence

from relight.pmo.errors import CYCLE_FOUND, DEMAND_TOO_HIGH, NEGATIVE_NUMBER, PROJECT_TOO_LARGE, SUCCESSOR_UNKNOWN
from relight.pmo.types import Project

MOST_JOBS = 20_000
MOST_TIME = 2**40
SHOWN_CYCLE = 12


def project_make(
    *,
    durations: Sequence[int],
    demands: Sequence[Sequence[int]],
    capacities: Sequence[int],
    successors: Sequence[Sequence[int]],
    names: Sequence[str] = (),
    where: str = "",
) -> Project:
    """Make a project that can be planned.

    Args: as of `Project`; names default to 1, 2, ...; where: the file, for errors.
    Raises: RL-PMO-003 (unknown successor), -004 (cycle, with one), -005 (demand above capacity), -006 (negative),
    -009 (too large). Source: docs/design/planning.md, cases 2 to 6.
    """
    project = Project(
        names=tuple(names) or tuple(str(job + 1) for job in range(len(durations))),
        durations=tuple(durations),
        demands=tuple(tuple(row) for row in demands),
        capacities=tuple(capacities),
        successors=tuple(tuple(dict.fromkeys(row)) for row in successors),
    )
    _check_numbers(project, where)
    for job, row in enumerate(project.successors):
        for after in row:
            if not 0 <= after < project.size:
                raise SUCCESSOR_UNKNOWN.error(
                    where=where, job=project.names[job], successor=after + 1, count=project.size
                )
    job_order(project, where=where)
    return project


def _check_numbers(project: Project, where: str) -> None:
    if project.size > MOST_JOBS or sum(project.durations) > MOST_TIME:
        raise PROJECT_TOO_LARGE.error(where=where, jobs=project.size, time=sum(project.durations))
    for place, capacity in enumerate(project.capacities):
        if capacity < 0:
            raise NEGATIVE_NUMBER.error(where=where, what=f"R{place + 1}", value=capacity)
    for job, (duration, row) in enumerate(zip(project.durations, project.demands, strict=True)):
        for value in (duration, *row):
            if value < 0:
                raise NEGATIVE_NUMBER.error(where=where, what=project.names[job], value=value)
        for place, (demand, capacity) in enumerate(zip(row, project.capacities, strict=True)):
            if demand > capacity and duration:
                raise DEMAND_TOO_HIGH.error(
                    where=where, job=project.names[job], demand=demand, resource=f"R{place + 1}", capacity=capacity
                )


def job_order(project: Project, *, where: str = "") -> tuple[int, ...]:
    """Order the jobs so that each comes after all it waits for. Raises: RL-PMO-004, carrying one cycle."""
    waiting = [0] * project.size
    for row in project.successors:
        for after in row:
            waiting[after] += 1
    order = [job for job in range(project.size) if not waiting[job]]
    for job in order:  # grows while it is walked
        for after in project.successors[job]:
            waiting[after] -= 1
            if not waiting[after]:
                order.append(after)
    if len(order) < project.size:
        cycle = [project.names[job] for job in _cycle_in(project, {job for job, left in enumerate(waiting) if left})]
        shown = cycle if len(cycle) <= SHOWN_CYCLE else [*cycle[:SHOWN_CYCLE], "…"]
        raise CYCLE_FOUND.error(where=where, cycle=" → ".join([*shown, cycle[0]]))
    return tuple(order)


def _cycle_in(project: Project, stuck: set[int]) -> list[int]:
    """Walk backwards among the jobs that never start, until one is met again."""
    before: dict[int, int] = {}
    for job in sorted(stuck):
        for after in project.successors[job]:
            if after in stuck:
                before[after] = job
    job, seen = min(stuck), dict[int, int]()
    while job not in seen:
        seen[job] = len(seen)
        job = before[job]
    return [step for step, place in seen.items() if place >= seen[job]][::-1]


def predecessors(project: Project) -> tuple[tuple[int, ...], ...]:
    """Turn the precedences round: for each job, what it waits for."""
    before: list[list[int]] = [[] for _ in range(project.size)]
    for job, row in enumerate(project.successors):
        for after in row:
            before[after].append(job)
    return tuple(tuple(row) for row in before)


def tails(project: Project) -> tuple[int, ...]:
    """Return, for each job, the longest chain of work after its end."""
    tail = [0] * project.size
    for job in reversed(job_order(project)):
        tail[job] = max((tail[after] + project.durations[after] for after in project.successors[job]), default=0)
    return tuple(tail)


def lower_bound(project: Project) -> int:
    """Return a time before which no schedule ends: the longest chain, or the fullest resource."""
    chain = max((tail + length for tail, length in zip(tails(project), project.durations, strict=True)), default=0)
    full = 0
    for place, capacity in enumerate(project.capacities):
        work = sum(length * row[place] for length, row in zip(project.durations, project.demands, strict=True))
        if work:
            full = max(full, -(-work // capacity))
    return max(chain, full)


def faults_of(project: Project, start: Sequence[int]) -> tuple[str, ...]:
    """Say what is wrong with a schedule: nothing, when it keeps every precedence and capacity."""
    found = [
        f"{project.names[job]} starts before {project.names[earlier]} ends"
        for earlier, row in enumerate(project.successors)
        for job in row
        if start[job] < start[earlier] + project.durations[earlier]
    ]
    found += [f"{project.names[job]} starts before 0" for job, at in enumerate(start) if at < 0]
    for at in sorted(set(start)):
        running = [job for job in range(project.size) if start[job] <= at < start[job] + project.durations[job]]
        for place, capacity in enumerate(project.capacities):
            used = sum(project.demands[job][place] for job in running)
            if used > capacity:
                found.append(f"{used} of {capacity} of R{place + 1} at {at}")
    return tuple(found)
