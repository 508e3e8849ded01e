"""Compiled loops of project scheduling: serial generation, double justification, crossover, one generation.

Owns nothing between calls: every array is the caller's. Chance is a two-word state in an array, so equal seeds give
equal schedules on every machine. Each function also runs uncompiled. Source: Valls et al. 2005 (double
justification), Hartmann 1998 (activity lists, two-point crossover); docs/design/planning.md, "Search".
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from relight.pmo.engine.compiled import compiled

Ints = NDArray[np.int64]
MASK = 0xFFFFFFFF


class Instance(NamedTuple):
    """A project as arrays of int64. Args: need, at: for job j, the first used[j] of its row are amount and resource."""

    durations: Ints  # n
    used: Ints  # n
    at: Ints  # n x r
    need: Ints  # n x r
    capacities: Ints  # r
    before_from: Ints  # n + 1; predecessors of j: before[before_from[j]:before_from[j + 1]]
    before: Ints
    after_from: Ints  # n + 1
    after: Ints


class Room(NamedTuple):
    """What the loops write in."""

    start: Ints  # n, the schedule last made
    mirror: Ints  # n, the same from its end backwards
    order: Ints  # n
    other: Ints  # n
    mark: Ints  # n
    child: Ints  # n
    free: Ints  # (longest + 1) x r
    counts: Ints  # longest + 3


@compiled
def draw(state: Any, below: Any) -> Any:
    """Return a whole number from 0 to below - 1 (xorshift32 plus a Weyl sequence)."""
    x = state[0]
    x ^= (x << 13) & MASK
    x ^= x >> 17
    x ^= (x << 5) & MASK
    state[0] = x
    state[1] = (state[1] + 362437) & MASK
    return (((x + state[1]) & MASK) * below) >> 32


@compiled
def blocked(instance: Any, free: Any, job: Any, first: Any, last: Any) -> Any:
    """Return the last time in [first, last) at which the job does not fit, or -1."""
    for time in range(last - 1, first - 1, -1):
        for k in range(instance.used[job]):
            if free[time, instance.at[job, k]] < instance.need[job, k]:
                return time
    return -1


@compiled
def serial(instance: Any, from_: Any, jobs: Any, order: Any, free: Any, start: Any) -> Any:
    """Schedule the jobs in this order, each as early as it can; return the makespan.

    Args: from_, jobs: whose ends a job waits for (predecessors, or successors when time runs backwards).
    """
    resources = instance.capacities.shape[0]
    reset = 0
    end = 0
    for k in range(order.shape[0]):
        job = order[k]
        length = instance.durations[job]
        time = 0
        for p in range(from_[job], from_[job + 1]):
            done = start[jobs[p]] + instance.durations[jobs[p]]
            if done > time:
                time = done
        if length > 0:
            bad = blocked(instance, free, job, time, min(time + length, reset))
            while bad >= 0:
                time = bad + 1
                bad = blocked(instance, free, job, time, min(time + length, reset))
            while reset < time + length:
                for r in range(resources):
                    free[reset, r] = instance.capacities[r]
                reset += 1
            for u in range(time, time + length):
                for q in range(instance.used[job]):
                    free[u, instance.at[job, q]] -= instance.need[job, q]
        start[job] = time
        if time + length > end:
            end = time + length
    return end


@compiled
def latest_first(instance: Any, start: Any, end: Any, ties: Any, count: Any, order: Any) -> Any:
    """Sort the jobs by their end, latest first; equal ones in the reverse of `ties`."""
    n = start.shape[0]
    for t in range(end + 2):
        count[t] = 0
    for job in range(n):
        count[end - start[job] - instance.durations[job] + 1] += 1
    for t in range(1, end + 2):
        count[t] += count[t - 1]
    for k in range(n - 1, -1, -1):
        job = ties[k]
        bucket = end - start[job] - instance.durations[job]
        order[count[bucket]] = job
        count[bucket] += 1


@compiled
def earliest_first(start: Any, end: Any, ties: Any, count: Any, order: Any) -> Any:
    """Sort the jobs by their start; equal ones as in `ties`."""
    n = start.shape[0]
    for t in range(end + 2):
        count[t] = 0
    for job in range(n):
        count[start[job] + 1] += 1
    for t in range(1, end + 2):
        count[t] += count[t - 1]
    for k in range(n):
        job = ties[k]
        order[count[start[job]]] = job
        count[start[job]] += 1


@compiled
def justify(instance: Any, room: Any, order: Any) -> Any:
    """Schedule an activity list, push it right, push it left again; return the makespan.

    `order` becomes the list of the schedule found, `room.start` its start times.
    """
    i = instance
    end = serial(i, i.before_from, i.before, order, room.free, room.start)
    latest_first(i, room.start, end, order, room.counts, room.order)
    end = serial(i, i.after_from, i.after, room.order, room.free, room.mirror)
    latest_first(i, room.mirror, end, room.order, room.counts, room.other)
    end = serial(i, i.before_from, i.before, room.other, room.free, room.start)
    earliest_first(room.start, end, room.other, room.counts, order)
    return end


@compiled
def random_list(instance: Any, state: Any, rank: Any, bias: Any, room: Any, order: Any) -> Any:
    """Fill `order` with an activity list: of those that can go, the least rank among 1 + bias drawn."""
    n = order.shape[0]
    left, ready = room.mark, room.other
    waiting = 0
    for job in range(n):
        left[job] = instance.before_from[job + 1] - instance.before_from[job]
        if left[job] == 0:
            ready[waiting] = job
            waiting += 1
    for k in range(n):
        pick = draw(state, waiting)
        for _ in range(bias):
            second = draw(state, waiting)
            if rank[ready[second]] < rank[ready[pick]]:
                pick = second
        job = ready[pick]
        waiting -= 1
        ready[pick] = ready[waiting]
        order[k] = job
        for p in range(instance.after_from[job], instance.after_from[job + 1]):
            after = instance.after[p]
            left[after] -= 1
            if left[after] == 0:
                ready[waiting] = after
                waiting += 1


@compiled
def cross(state: Any, mother: Any, father: Any, mark: Any, child: Any) -> Any:
    """Two-point crossover: head and tail in the mother's order, the middle in the father's."""
    n = mother.shape[0]
    first, second = draw(state, n), draw(state, n)
    if first > second:
        first, second = second, first
    for job in range(n):
        mark[job] = 0
    for k in range(first):
        child[k] = mother[k]
        mark[mother[k]] = 1
    k = first
    p = 0
    while k < second:
        job = father[p]
        p += 1
        if mark[job] == 0:
            mark[job] = 1
            child[k] = job
            k += 1
    p = 0
    while k < n:
        job = mother[p]
        p += 1
        if mark[job] == 0:
            mark[job] = 1
            child[k] = job
            k += 1


@compiled
def mutate(instance: Any, state: Any, per_thousand: Any, child: Any) -> Any:
    """Swap neighbours of the list that do not wait for each other, each with the same chance."""
    for k in range(child.shape[0] - 1):
        if draw(state, 1000) < per_thousand:
            job, following = child[k], child[k + 1]
            free = True
            for p in range(instance.before_from[following], instance.before_from[following + 1]):
                if instance.before[p] == job:
                    free = False
            if free:
                child[k] = following
                child[k + 1] = job


@compiled
def known(population: Any, fitness: Any, child: Any, end: Any) -> Any:
    """Return whether the population holds this very list."""
    for p in range(population.shape[0]):
        if fitness[p] == end:
            same = True
            for k in range(child.shape[0]):
                if population[p, k] != child[k]:
                    same = False
                    break
            if same:
                return True
    return False


@compiled
def parent(state: Any, fitness: Any, worse: Any) -> Any:
    """Return the place of the better of two drawn, or of the worst of four."""
    pick = draw(state, fitness.shape[0])
    for _ in range(3 if worse else 1):
        second = draw(state, fitness.shape[0])
        if (fitness[second] > fitness[pick]) == worse:
            pick = second
    return pick


@compiled
def seed_population(
    instance: Any, room: Any, state: Any, rank: Any, first: Any, last: Any, population: Any, fitness: Any, best: Any
) -> Any:
    """Fill places first to last - 1 with lists drawn ever more by rank; `best` is the best schedule's start times."""
    found = -1
    for p in range(first, last):
        random_list(instance, state, rank, p % 4, room, room.child)
        fitness[p] = justify(instance, room, room.child)
        for k in range(room.child.shape[0]):
            population[p, k] = room.child[k]
        if found < 0 or fitness[p] < found:
            found = fitness[p]
            best[:] = room.start
    return found


@compiled
def evolve(
    instance: Any, room: Any, state: Any, rounds: Any, population: Any, fitness: Any, bound: Any, best: Any
) -> Any:
    """Breed `rounds` children into the population; return the least makespan, its start times in `best`.

    Args: bound: stop at a makespan this low. Returns: -1 when no child was bred.
    """
    found = -1
    for _ in range(rounds):
        mother, father = parent(state, fitness, False), parent(state, fitness, False)
        cross(state, population[mother], population[father], room.mark, room.child)
        mutate(instance, state, 30, room.child)
        end = justify(instance, room, room.child)
        if found < 0 or end < found:
            found = end
            best[:] = room.start
            if found <= bound:
                return found
        worst = parent(state, fitness, True)
        if end <= fitness[worst] and not known(population, fitness, room.child, end):
            fitness[worst] = end
            for k in range(room.child.shape[0]):
                population[worst, k] = room.child[k]
    return found
