"""The order of restoration: which service unit is served first, so that patients wait least.

Owns the search over orders of goals (a unit up, a unit normal), the orders people use, and the bound. Refuses to
answer late: the first order costs milliseconds, and every better one is kept as it is found.
Source: docs/design/planning.md, "The restart" (cases 40-59).
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from relight.kernel.errors import N_
from relight.pmo.engine.line_kernels import NEVER, Arrays, choose, finish, next_work, run
from relight.pmo.rules.calendar import Lanes, lanes_of
from relight.pmo.types import JobKind, Scene, Settings

Ints = NDArray[np.int64]
DAYS = 400  # how far a plan looks
CHAINS = 2  # searches side by side: the compiled loops hold no lock


class OrderBy(Enum):
    """An order of restoration that people use, or the computed one."""

    COMPUTED = "computed"
    DECIDED = "decided"
    SERVERS = "servers-first"
    SITES = "site-by-site"
    TIERS = "tier-alone"


ORDER_WORDS = {
    OrderBy.COMPUTED: N_("computed"),
    OrderBy.DECIDED: N_("as decided"),
    OrderBy.SERVERS: N_("servers first"),
    OrderBy.SITES: N_("site by site"),
    OrderBy.TIERS: N_("by tier alone"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an order leads to. Times in minutes from the start, NEVER where it does not come.

    cost: weighted unit-days not normal, a degraded one counted in part. patient_days: the same by patients a day.
    """

    goals: tuple[int, ...]
    begin: Ints
    end: Ints
    up_at: Ints
    normal_at: Ints
    cost: float
    patient_days: float

    @property
    def days(self) -> float:
        """Until the last job that can be done is done."""
        ends = self.end[self.end < NEVER]
        return float(ends.max()) / 1440 if len(ends) else 0.0


def _rows(rows: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    from_ = np.zeros(len(rows) + 1, np.int64)
    from_[1:] = np.cumsum([len(row) for row in rows])
    return from_, np.array([value for row in rows for value in row], np.int64)


def _turned(rows: Sequence[Sequence[int]], count: int) -> list[list[int]]:
    turned: list[list[int]] = [[] for _ in range(count)]
    for place, row in enumerate(rows):
        for value in row:
            turned[value].append(place)
    return turned


def _last_first(later: Sequence[Sequence[int]]) -> list[int]:
    """Return the jobs others wait for, each after all that wait for it. No circle: `rules.tasks` refused it."""
    earlier = _turned(later, len(later))
    left = {job: sum(bool(later[after]) for after in row) for job, row in enumerate(later) if row}
    found = [job for job, count in left.items() if not count]
    for job in found:
        for before in earlier[job]:
            left[before] -= 1
            if not left[before]:
                found.append(before)
    return found


class Restart:
    """A scene under settings, ready to be run in any order of its goals."""

    def __init__(self, scene: Scene, settings: Settings, *, start: datetime, days: int = DAYS) -> None:
        self.scene, self.settings, self.start, self.days = scene, settings, start, days
        self.stage_of: list[str] = []
        self.minutes, self.arrays = self._lay_out(lanes_of(settings, start=start, days=days))
        order = [
            (scene.site_order.get(job.site, 99), job.klass, job.name, place) for place, job in enumerate(scene.jobs)
        ]
        self._later = _turned([job.after for job in scene.jobs], len(scene.jobs))
        self._waited = _last_first(self._later)
        self._rest = np.array([row[3] for row in sorted(order)], np.int64)
        self.units = [place for place, node in enumerate(scene.nodes) if node.is_unit]
        self.weight = np.array([node.weight for node in scene.nodes], float)
        self.patients = np.array([node.patients for node in scene.nodes], float)

    def _lay_out(self, lanes: Lanes) -> tuple[Ints, Arrays]:
        scene, settings = self.scene, self.settings
        team_of = {team.id: place for place, team in enumerate(settings.teams)}
        teams: list[int] = []
        minutes: list[int] = []
        ops: list[list[int]] = []
        for job in scene.jobs:
            stages = {"done": job.own} if job.own else settings.work(job.klass).stages
            left = [stage for stage in job.stages if stage in stages]
            ops.append(list(range(len(teams), len(teams) + len(left))))
            teams += [team_of[stages[stage][0]] for stage in left]
            minutes += [round(stages[stage][1]) for stage in left]
            self.stage_of += left
        length = [sum(minutes[op] for op in row) for row in ops]
        jobs, nodes = scene.jobs, scene.nodes
        ready = sorted(range(len(jobs)), key=lambda job: (-len(jobs[job].pools), length[job], jobs[job].name))
        quick = {job: place for place, job in enumerate(ready)}
        members = [sorted(row, key=quick.__getitem__) for row in _turned([job.pools for job in jobs], len(scene.pools))]
        parents: list[list[tuple[int, bool]]] = [[] for _ in nodes]
        for place, node in enumerate(nodes):
            for need, vital in node.needs:
                parents[need].append((place, vital))
        accepts = np.full(len(nodes), -1, np.int64)
        for place, job in enumerate(jobs):
            for owner in job.owners if job.kind is JobKind.ACCEPTANCE else ():
                accepts[owner] = place
        works = lanes.works
        done = np.zeros((len(works), works.shape[1] + 1), np.int64)
        done[:, 1:] = np.cumsum(works.astype(np.int64) * 30, axis=1)
        following = np.full(done.shape, works.shape[1], np.int64)
        for slot in range(works.shape[1] - 1, -1, -1):
            following[:, slot] = np.where(works[:, slot], slot, following[:, slot + 1])
        op_from, _ = _rows(ops)
        after_from, after = _rows(_turned([job.after for job in jobs], len(jobs)))
        pools_from, pools = _rows([job.pools for job in jobs])
        owners_from, owners = _rows([job.owners for job in jobs])
        needs_from, needs = _rows([[need for need, _ in node.needs] for node in nodes])
        up_from, up = _rows([[parent for parent, _ in row] for row in parents])
        node_pools_from, node_pools = _rows(_turned([[pool.owner] for pool in scene.pools], len(nodes)))
        gates_from, gates = _rows(_turned([job.owners for job in jobs], len(nodes)))
        members_from, member = _rows(members)
        return np.array(minutes, np.int64), Arrays(
            op_from=op_from,
            op_team=np.array(teams, np.int64),
            hold=np.array([job.hold for job in jobs], np.int64),
            not_before=np.array([job.not_before for job in jobs], np.int64),
            after_from=after_from,
            after=after,
            waits=np.array([len(job.after) for job in jobs], np.int64),
            pools_from=pools_from,
            pools=pools,
            owners_from=owners_from,
            owners=owners,
            accepts=accepts,
            held_down=np.array([node.held[0] for node in nodes], np.int64),
            held_degraded=np.array([node.held[1] for node in nodes], np.int64),
            needs_from=needs_from,
            needs=needs,
            needs_vital=np.array([vital for node in nodes for _, vital in node.needs], np.int64),
            up_from=up_from,
            up=up,
            up_vital=np.array([vital for row in parents for _, vital in row], np.int64),
            node_pools_from=node_pools_from,
            node_pools=node_pools,
            gates_from=gates_from,
            gates=gates,
            pool_owner=np.array([pool.owner for pool in scene.pools], np.int64),
            pool_need=np.array([pool.need for pool in scene.pools], np.int64),
            pool_have=np.array([pool.have for pool in scene.pools], np.int64),
            pool_vital=np.array([pool.vital for pool in scene.pools], np.int64),
            members_from=members_from,
            members=member,
            lane_team=lanes.team,
            lane_pattern=lanes.pattern,
            done_min=done,
            next_slot=following,
        )

    # -- orders -----------------------------------------------------------------------------------

    def goals(self) -> list[int]:
        """Return what there is to reach: units that are down to be up, units that are not normal to be normal."""
        found = []
        for unit in self.units:
            down, degraded = self.scene.nodes[unit].held
            found += [unit * 2] if down else []
            found += [unit * 2 + 1] if down or degraded else []
        return found

    def goals_by(self, order: OrderBy) -> list[int]:
        """Return the goals in an order people use; `servers-first` orders them by tier, servers apart."""
        nodes, sites = self.scene.nodes, self.scene.site_order

        def key(goal: int) -> tuple[float, ...]:
            node = nodes[goal >> 1]
            site = sites.get(node.site, 99)
            return (site, node.tier, goal) if order is OrderBy.SITES else (node.tier, site, goal)

        return sorted(self.goals(), key=key)

    def ranks(self, goals: Sequence[int], *, servers_first: bool = False) -> Ints:
        """Return the rank of every job: what the goals need in their order, then the rest site by site."""
        jobs = self.scene.jobs
        rank = np.zeros(len(jobs), np.int64)
        ranked = int(choose(self.arrays, np.array(goals, np.int64), rank, len(goals)))
        rest = self._rest[rank[self._rest] == NEVER]
        rank[rest] = np.arange(ranked, ranked + len(rest))
        self._tasks_ahead(rank)
        if servers_first:
            first = np.array([job.klass in ("server", "dataset", "network") for job in jobs])
            rank[~first] += len(jobs)
        return rank

    def _tasks_ahead(self, rank: Ints) -> None:
        """Give a task the rank of the first job that waits for it, later tasks before the ones they wait for."""
        for job in self._waited:
            rank[job] = min(rank[job], min(rank[later] for later in self._later[job]))

    def outcome(self, goals: Sequence[int], *, servers_first: bool = False) -> Outcome:
        """Run the whole line in an order."""
        return self._outcome(tuple(goals), self.ranks(goals, servers_first=servers_first), self.minutes)

    def _outcome(self, goals: tuple[int, ...], rank: Ints, minutes: Ints, *, whole: bool = True) -> Outcome:
        jobs, nodes = len(self.scene.jobs), len(self.scene.nodes)
        end, begin = np.zeros(jobs, np.int64), np.zeros(jobs, np.int64)
        up_at, normal_at = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
        run(self.arrays, minutes, rank, whole, end, begin, up_at, normal_at)
        cost, patient_days = self._costs(up_at, normal_at)
        return Outcome(
            goals=goals, begin=begin, end=end, up_at=up_at, normal_at=normal_at, cost=cost, patient_days=patient_days
        )

    def _costs(self, up_at: Ints, normal_at: Ints) -> tuple[float, float]:
        """Weigh the days: what never comes costs all the days of the plan."""
        part, last = self.settings.degraded, self.days * 1440
        days = ((1 - part) * np.minimum(up_at, last) + part * np.minimum(normal_at, last)) / 1440
        return float((days * self.weight).sum()), float((days * self.patients).sum())

    # -- the search -------------------------------------------------------------------------------

    def first(self) -> list[int]:
        """Return goals by weight per minute of work still lacking, counted anew after each: k of n, shared needs."""
        left, order = self.goals(), list[int]()
        work = np.array([self.minutes[a:b].sum() for a, b in pairwise(self.arrays.op_from)], float)
        rank, done = np.zeros(len(work), np.int64), 0.0
        while left:
            best, chosen, best_work = -1.0, left[0], 0.0
            for goal in left:
                goals = np.array([*order, goal], np.int64)
                choose(self.arrays, goals, rank, len(goals))
                total = float(work[rank < NEVER].sum())
                part = self.settings.degraded if goal & 1 else 1 - self.settings.degraded
                value = part * self.weight[goal >> 1] / max(1.0, total - done)
                if value > best:
                    best, chosen, best_work = value, goal, total
            order.append(chosen)
            left.remove(chosen)
            done = best_work
        return order

    def search(
        self,
        *,
        time_limit_s: float,
        seed: int = 1,
        keep: Sequence[int] = (),
        clock: Callable[[], float] = time.monotonic,
        rounds: int = 0,
    ) -> Outcome:
        """Look for the order under which patients wait least.

        Args: keep: the order in force: the search starts there and moves as little as pays, so that a changed day
        does not turn every team's work over. rounds: tries a chain, whatever the time takes; 0 for the time alone.
        Returns: the best found within the time.
        """
        until = clock() + time_limit_s
        known = set(self.goals())
        kept = [goal for goal in keep if goal in known]
        starts = (
            [kept + [goal for goal in self.first() if goal not in kept]]
            if kept
            else [self.first(), self.goals_by(OrderBy.TIERS), self.goals_by(OrderBy.SITES)]
        )
        best = min((self.outcome(goals) for goals in starts), key=lambda found: found.cost)
        place = {goal: at for at, goal in enumerate(starts[0])} if kept else {}
        toll = 0.0005 * best.cost if kept else 0.0  # what one moved goal must save

        def value_of(goals: Sequence[int]) -> float:
            moved = sum(place[goal] != at for at, goal in enumerate(goals)) if kept else 0
            return self._outcome((), self.ranks(goals), self.minutes, whole=False).cost + toll * moved

        def chain(number: int) -> tuple[float, list[int]]:
            chance = random.Random(seed + number)  # noqa: S311 - seeded, so that a plan can be repeated
            found = now = list(best.goals)
            least = score = value_of(now)
            heat, began, done = 0.001 * best.cost, clock(), 0
            while len(now) > 1 and (done < rounds if rounds else clock() < until):
                tried = _neighbour(now, chance)
                value = value_of(tried)
                spent = done / rounds if rounds else (clock() - began) / max(0.001, until - began)
                cool, done = heat * max(0.0, 1 - spent) ** 2, done + 1
                if value <= score or chance.random() < math.exp(-(value - score) / max(1e-9, cool)):
                    now, score = tried, value
                if value < least:
                    found, least = tried, value
            return least, found

        with ThreadPoolExecutor(CHAINS) as pool:
            return self.outcome(min(pool.map(chain, range(CHAINS)))[1])

    # -- the bound --------------------------------------------------------------------------------

    def bound(self) -> float:
        """Return a cost that no order goes below: every unit served as if it were the only one, work never waiting."""
        ends = self._ends_alone()
        up: dict[int, int] = {}
        normal: dict[int, int] = {}
        for node in range(len(self.scene.nodes)):
            self._alone(node, 0, ends, up, normal)
            self._alone(node, 1, ends, up, normal)
        count = range(len(self.scene.nodes))
        return self._costs(np.array([up[node] for node in count]), np.array([normal[node] for node in count]))[0]

    def _ends_alone(self) -> list[int]:
        """Return when each job ends if it never waits for anybody."""
        a, ends = self.arrays, []
        by_team: dict[int, set[int]] = {}
        for team, pattern in zip(a.lane_team.tolist(), a.lane_pattern.tolist(), strict=True):
            by_team.setdefault(team, set()).add(pattern)
        for job in range(len(self.scene.jobs)):
            at = int(a.not_before[job])
            for op in range(a.op_from[job], a.op_from[job + 1]):
                begins = [(next_work(a.next_slot, p, at), p) for p in by_team.get(int(a.op_team[op]), ())]
                at = min((finish(a.done_min, p, t, self.minutes[op]) for t, p in begins if t < NEVER), default=NEVER)
                if at >= NEVER:
                    break
            ends.append(int(at))
        return ends

    def _alone(self, node: int, aim: int, ends: list[int], up: dict[int, int], normal: dict[int, int]) -> int:
        """When one node could rise at the earliest; gates count by themselves, which only lowers the bound."""
        store = normal if aim else up
        if node in store:
            return store[node]
        held, a = self.scene.nodes[node].held, self.arrays
        store[node] = 0
        if not held[0] and (not aim or not held[1]):
            return 0
        at = max((ends[a.gates[k]] for k in range(a.gates_from[node], a.gates_from[node + 1])), default=0)
        for k in range(a.node_pools_from[node], a.node_pools_from[node + 1]):
            pool = self.scene.pools[a.node_pools[k]]
            lacks = pool.need - pool.have
            if lacks > 0 and (aim or pool.vital):
                members = sorted(
                    ends[m] for m in a.members[a.members_from[a.node_pools[k]] : a.members_from[a.node_pools[k] + 1]]
                )
                at = max(at, members[lacks - 1] if lacks <= len(members) else NEVER)
        for need, vital in self.scene.nodes[node].needs:
            if vital or aim:
                at = max(at, self._alone(need, aim if vital else 1, ends, up, normal))
        store[node] = int(at)
        return store[node]


def _neighbour(goals: list[int], chance: random.Random) -> list[int]:
    """Return the goals with one moved, two swapped, or a few neighbours carried elsewhere together."""
    tried, size = list(goals), len(goals)
    if size < 2:
        return tried
    kind = chance.random()
    if kind < 0.5:
        goal = tried.pop(chance.randrange(size))
        tried.insert(chance.randrange(size), goal)
    elif kind < 0.75:
        a, b = chance.randrange(size), chance.randrange(size)
        tried[a], tried[b] = tried[b], tried[a]
    else:
        at, length = chance.randrange(size), chance.randint(2, 6)
        block = tried[at : at + length]
        del tried[at : at + length]
        to = chance.randrange(len(tried) + 1)
        tried[to:to] = block
    return tried
