"""Compiled loops of the restart: who takes which job when, and what comes back by it.

Owns nothing between calls. One run dispatches jobs to lanes as people do: whoever is free takes the most urgent job
that is ready; work stops at the end of a shift and goes on in the next. Levels rise by the same counters as in the
hospital's graph. Source: docs/design/planning.md, "One run" (cases 40-46).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from relight.pmo.engine.compiled import compiled

Ints = NDArray[np.int64]
NEVER = 1 << 40
CODE = 1 << 21  # events are time * CODE + what; queues rank * CODE + job


class Arrays(NamedTuple):
    """A scene as arrays. `*_from` index rows of the array after them."""

    op_from: Ints  # jobs + 1
    op_team: Ints
    hold: Ints  # jobs; -1 for none
    not_before: Ints
    after_from: Ints  # jobs + 1: jobs that wait for it
    after: Ints
    waits: Ints  # jobs: how many it waits for
    pools_from: Ints  # jobs + 1
    pools: Ints
    owners_from: Ints  # jobs + 1: nodes a gate holds
    owners: Ints
    accepts: Ints  # nodes: the job of its acceptance, -1 for none
    held_down: Ints  # nodes
    held_degraded: Ints
    needs_from: Ints  # nodes + 1
    needs: Ints
    needs_vital: Ints
    up_from: Ints  # nodes + 1: nodes that need it
    up: Ints
    up_vital: Ints
    node_pools_from: Ints  # nodes + 1
    node_pools: Ints
    gates_from: Ints  # nodes + 1: jobs that are its gates
    gates: Ints
    pool_owner: Ints
    pool_need: Ints
    pool_have: Ints
    pool_vital: Ints
    members_from: Ints  # pools + 1: jobs that count in it, the quickest first
    members: Ints
    lane_team: Ints
    lane_pattern: Ints
    done_min: Ints  # patterns x (slots + 1): minutes worked before a slot
    next_slot: Ints  # patterns x (slots + 1): the first slot worked from here


@compiled
def push(heap: Any, size: Any, key: Any) -> Any:
    """Add a key to a binary heap; return its new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if heap[parent] <= key:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = key
    return size + 1


@compiled
def pop(heap: Any, size: Any) -> Any:
    """Take the least key off; the heap is one shorter."""
    top = heap[0]
    size -= 1
    key = heap[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = key
    return top


@compiled
def next_work(next_slot: Any, pattern: Any, time: Any) -> Any:
    """Return when a pattern works next, from a minute on."""
    slot = time // 30
    if slot >= next_slot.shape[1] - 1:
        return NEVER
    at = next_slot[pattern, slot]
    if at >= next_slot.shape[1] - 1:
        return NEVER
    return max(time, at * 30)


@compiled
def finish(done_min: Any, pattern: Any, time: Any, minutes: Any) -> Any:
    """Return when work begun at a minute that is worked ends, shifts apart."""
    slot = time // 30
    last = done_min.shape[1] - 1
    target = done_min[pattern, slot] + (time - slot * 30) + minutes
    if target > done_min[pattern, last]:
        return NEVER
    low, high = slot, last
    while low + 1 < high:
        middle = (low + high) >> 1
        if done_min[pattern, middle] >= target:
            high = middle
        else:
            low = middle
    return low * 30 + target - done_min[pattern, low]


@compiled
def run(  # noqa: C901 - one loop: compiled functions cannot share its counters
    a: Any, minutes: Any, rank: Any, whole: Any, end: Any, begin: Any, up_at: Any, normal_at: Any
) -> Any:
    """Work through all jobs that have a rank below NEVER; write when each ends and when each node rises.

    Args: minutes: of each stage. rank: jobs, least first. whole: go on when every node is normal. end, begin: jobs.
    up_at, normal_at: nodes; NEVER where it does not come within the plan's days, 0 where it is already so.
    """
    jobs, nodes, lanes = rank.shape[0], a.held_down.shape[0], a.lane_team.shape[0]
    teams = 0
    for lane in range(lanes):
        teams = max(teams, a.lane_team[lane] + 1)
    for op in range(a.op_team.shape[0]):
        teams = max(teams, a.op_team[op] + 1)
    down, degraded, have = a.held_down.copy(), a.held_degraded.copy(), a.pool_have.copy()
    waits, op = a.waits.copy(), a.op_from[:-1].copy()
    events, size = np.empty(jobs + lanes + 2, np.int64), 0
    queue, queued = np.empty((teams, jobs + 1), np.int64), np.zeros(teams, np.int64)
    idle, idles = np.empty((teams, lanes + 1), np.int64), np.zeros(teams, np.int64)
    stack, parked = np.empty(2 * nodes + a.up.shape[0] + 8, np.int64), np.zeros(jobs, np.int64)
    level, abnormal = np.zeros(nodes, np.int64), 0
    for node in range(nodes):
        level[node] = 0 if down[node] else (1 if degraded[node] else 2)
        up_at[node] = 0 if level[node] else NEVER
        normal_at[node] = 0 if level[node] == 2 else NEVER
        abnormal += level[node] < 2
    for job in range(jobs):
        end[job], begin[job] = NEVER, NEVER
    for node in range(nodes):
        if a.accepts[node] >= 0 and down[node] > 1:
            waits[a.accepts[node]] += 1  # until all else its function vitally needs is there
    for job in range(jobs):
        if rank[job] < NEVER and waits[job] == 0:
            size = push(events, size, a.not_before[job] * CODE + job)
    for lane in range(lanes):
        at = next_work(a.next_slot, a.lane_pattern[lane], 0)
        if at < NEVER:
            size = push(events, size, at * CODE + jobs + lane)
    while size and (whole or abnormal):
        key = pop(events, size)
        size -= 1
        time, what = key // CODE, key % CODE
        if what < jobs:
            job = what
            if op[job] == a.op_from[job + 1]:  # its last stage is over
                end[job] = time
                for k in range(a.after_from[job], a.after_from[job + 1]):
                    later = a.after[k]
                    waits[later] -= 1
                    if waits[later] == 0 and rank[later] < NEVER:
                        size = push(events, size, max(time, a.not_before[later]) * CODE + later)
                if a.owners_from[job] < a.owners_from[job + 1]:  # a gate: who stood before it goes on
                    for other in range(jobs):
                        if parked[other] and a.hold[other] == job:
                            parked[other] = 0
                            size = push(events, size, time * CODE + other)
                top = 0
                for k in range(a.owners_from[job], a.owners_from[job + 1]):
                    down[a.owners[k]] -= 1
                    stack[top] = a.owners[k]
                    top += 1
                for k in range(a.pools_from[job], a.pools_from[job + 1]):
                    pool = a.pools[k]
                    have[pool] += 1
                    if have[pool] == a.pool_need[pool]:
                        owner = a.pool_owner[pool]
                        if a.pool_vital[pool]:
                            down[owner] -= 1
                        else:
                            degraded[owner] -= 1
                        stack[top] = owner
                        top += 1
                while top:
                    top -= 1
                    node = stack[top]
                    accept = a.accepts[node]
                    if accept >= 0 and down[node] == 1 and a.held_down[node] > 1 and waits[accept] > 0:
                        waits[accept] -= 1
                        if waits[accept] == 0 and rank[accept] < NEVER:
                            size = push(events, size, max(time, a.not_before[accept]) * CODE + accept)
                    becomes = 0 if down[node] else (1 if degraded[node] else 2)
                    was = level[node]
                    if becomes <= was:
                        continue
                    level[node] = becomes
                    if was == 0:
                        up_at[node] = time
                    if becomes == 2:
                        normal_at[node] = time
                        abnormal -= 1
                    for k in range(a.up_from[node], a.up_from[node + 1]):
                        parent = a.up[k]
                        before, now = was, becomes
                        if not a.up_vital[k]:
                            before, now = max(1, was), max(1, becomes)
                        if before == now:
                            continue
                        if before == 0:
                            down[parent] -= 1
                        else:
                            degraded[parent] -= 1
                        if now == 1:
                            degraded[parent] += 1
                        stack[top] = parent
                        top += 1
                continue
            hold = a.hold[job]
            if hold >= 0 and end[hold] == NEVER and op[job] == a.op_from[job + 1] - 1:
                parked[job] = 1
                continue
            team = a.op_team[op[job]]
            queued[team] = push(queue[team], queued[team], rank[job] * CODE + job)
            while queued[team] and idles[team]:
                idles[team] -= 1
                lane = idle[team, idles[team]]
                at = next_work(a.next_slot, a.lane_pattern[lane], time)
                if at == time:
                    taken = pop(queue[team], queued[team]) % CODE
                    queued[team] -= 1
                    over = finish(a.done_min, a.lane_pattern[lane], time, minutes[op[taken]])
                    begin[taken] = min(begin[taken], time)
                    op[taken] += 1
                    if over < NEVER:
                        size = push(events, size, over * CODE + taken)
                        again = next_work(a.next_slot, a.lane_pattern[lane], over)
                        if again < NEVER:
                            size = push(events, size, again * CODE + jobs + lane)
                elif at < NEVER:
                    size = push(events, size, at * CODE + jobs + lane)
        else:
            lane = what - jobs
            team = a.lane_team[lane]
            if not queued[team]:
                idle[team, idles[team]] = lane
                idles[team] += 1
                continue
            taken = pop(queue[team], queued[team]) % CODE
            queued[team] -= 1
            over = finish(a.done_min, a.lane_pattern[lane], time, minutes[op[taken]])
            begin[taken] = min(begin[taken], time)
            op[taken] += 1
            if over < NEVER:
                size = push(events, size, over * CODE + taken)
                again = next_work(a.next_slot, a.lane_pattern[lane], over)
                if again < NEVER:
                    size = push(events, size, again * CODE + jobs + lane)


@compiled
def choose(a: Any, goals: Any, rank: Any, only: Any) -> Any:  # noqa: C901 - one walk, compiled
    """Turn goals in order into ranks of jobs: for each, what it still lacks, k of n the quickest first.

    Args: goals: node * 2 + (0 for up, 1 for normal). rank: jobs, written; NEVER for what no goal needs. only: how
    many goals count. Returns: how many jobs have a rank.
    """
    nodes = a.held_down.shape[0]
    wanted, have, place = np.zeros(nodes, np.int64), a.pool_have.copy(), a.members_from[:-1].copy()
    stack = np.empty(nodes + a.needs.shape[0] + 8, np.int64)
    for job in range(rank.shape[0]):
        rank[job] = NEVER
    for node in range(nodes):
        wanted[node] = 0 if a.held_down[node] else (1 if a.held_degraded[node] else 2)
    ranked = 0
    for g in range(only):
        stack[0] = goals[g]
        top = 1
        while top:
            top -= 1
            node, aim = stack[top] >> 1, (stack[top] & 1) + 1
            if wanted[node] >= aim:
                continue
            wanted[node] = aim
            for k in range(a.gates_from[node], a.gates_from[node + 1]):
                if rank[a.gates[k]] == NEVER:
                    rank[a.gates[k]] = ranked
                    ranked += 1
            for k in range(a.node_pools_from[node], a.node_pools_from[node + 1]):
                pool = a.node_pools[k]
                if aim == 1 and not a.pool_vital[pool]:
                    continue
                while have[pool] < a.pool_need[pool] and place[pool] < a.members_from[pool + 1]:
                    job = a.members[place[pool]]
                    place[pool] += 1
                    if rank[job] < NEVER:
                        continue
                    rank[job] = ranked
                    ranked += 1
                    hold = a.hold[job]
                    if hold >= 0 and rank[hold] == NEVER:
                        rank[hold] = ranked
                        ranked += 1
                    for m in range(a.pools_from[job], a.pools_from[job + 1]):
                        have[a.pools[m]] += 1
            for k in range(a.needs_from[node], a.needs_from[node + 1]):
                if a.needs_vital[k] or aim == 2:
                    stack[top] = a.needs[k] * 2 + (aim - 1 if a.needs_vital[k] else 1)
                    top += 1
    return ranked
