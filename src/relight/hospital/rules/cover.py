"""The least set of items that fills overlapping pools: set multicover, fewest first, then soonest.

Owns the solving. An item counts in every pool of its group at once; a pool needs some number of
items. Exact by branch and bound when small, else the greedy set with a proven lower bound; either way
it says which. Source: docs/design/hospital.md, "Unlock"; the bound is the dual of the covering
program, raised pool by pool (any feasible dual value is a bound).

Costs are one integer, `BIG` an item plus its stages, so that comparing costs compares sizes first.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

BIG = 1_000_000
SEARCH_SIZE = 160  # above this many items asked for (or groups), the greedy set and its bound must do


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items that count in the same pools. stages: of each item, soonest first."""

    pools: frozenset[int]
    stages: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """How many of each group, soonest first. lower_bound: no set is smaller than that."""

    taken: tuple[int, ...]
    size: int
    lower_bound: int

    @property
    def exact(self) -> bool:
        return self.size == self.lower_bound


def cover(deficits: Mapping[int, int], groups: Sequence[Group], *, budget: int = 4_000) -> Cover:
    """Choose the fewest items that fill every pool; among those the fewest stages.

    Args: deficits: pool -> items it is short of. groups: together enough for each pool. budget: steps of
    the search before the best found so far and its bound are returned.
    Raises: ValueError when the groups can never be enough.
    """
    short = {pool: count for pool, count in deficits.items() if count > 0}
    inside = [(place, frozenset(group.pools & short.keys())) for place, group in enumerate(groups)]
    by_pool: dict[int, list[int]] = {pool: [] for pool in short}
    for place, pools in inside:
        for pool in pools:
            by_pool[pool].append(place)
    for pool, members in by_pool.items():
        if sum(len(groups[place].stages) for place in members) < short[pool]:
            raise ValueError(f"pool {pool} can never be filled")
    needed = _without_dominated(short, by_pool, dict(inside))
    merged, origins = _merged(groups, frozenset(needed))
    taken = [0] * len(groups)
    bound = 0
    for part in _parts(needed, merged):
        places = [place for place, group in enumerate(merged) if not group.pools.isdisjoint(part)]
        if len(part) == len(places) == 1:  # one pool, and its items differ only by how soon they come
            (pool,) = part
            bound += short[pool]
            for origin in origins[places[0]][: short[pool]]:
                taken[origin] += 1
            continue
        problem = _Problem({pool: short[pool] for pool in part}, [merged[place] for place in places])
        counts, part_bound = problem.solve(budget)
        bound += part_bound
        for place, count in zip(places, counts, strict=True):
            for origin in origins[place][:count]:
                taken[origin] += 1
    return Cover(taken=tuple(taken), size=sum(taken), lower_bound=bound)


def _merged(groups: Sequence[Group], needed: frozenset[int]) -> tuple[list[Group], list[list[int]]]:
    """Join groups that count in the same needed pools; return them with the origin of each item."""
    items: dict[frozenset[int], list[tuple[int, int]]] = {}
    for place, group in enumerate(groups):
        pools = group.pools & needed
        if pools:
            items.setdefault(pools, []).extend((stage, place) for stage in group.stages)
    for found in items.values():
        found.sort()
    merged = [Group(pools=pools, stages=tuple(stage for stage, _ in found)) for pools, found in items.items()]
    return merged, [[place for _, place in found] for found in items.values()]


def _without_dominated(
    short: Mapping[int, int], by_pool: Mapping[int, list[int]], inside: Mapping[int, frozenset[int]]
) -> list[int]:
    """Leave out each pool that is filled whenever another one is: all items of that one count in it too."""
    dropped: set[int] = set()
    for pool in sorted(short):
        if pool in dropped:
            continue
        wider = frozenset.intersection(*(inside[place] for place in by_pool[pool]))
        dropped.update(other for other in wider if other != pool and short[other] <= short[pool])
    return [pool for pool in sorted(short) if pool not in dropped]


def _parts(needed: Sequence[int], groups: Sequence[Group]) -> list[frozenset[int]]:
    """Split the pools into parts that share no item; each is solved alone."""
    by_pool: dict[int, list[int]] = {pool: [] for pool in needed}
    for place, group in enumerate(groups):
        for pool in group.pools:
            by_pool[pool].append(place)
    left = dict.fromkeys(needed)
    parts: list[frozenset[int]] = []
    while left:
        todo = [next(iter(left))]
        del left[todo[0]]
        part: set[int] = set()
        while todo:
            pool = todo.pop()
            part.add(pool)
            for other in (other for place in by_pool[pool] for other in groups[place].pools):
                if other in left:
                    del left[other]
                    todo.append(other)
        parts.append(frozenset(part))
    return parts


class _Problem:
    """One part: pools and groups renumbered from 0."""

    def __init__(self, short: Mapping[int, int], groups: Sequence[Group]) -> None:
        number = {pool: place for place, pool in enumerate(sorted(short))}
        self.short = [short[pool] for pool in sorted(short)]
        self.pools = [tuple(sorted(number[pool] for pool in group.pools if pool in number)) for group in groups]
        self.stages = [group.stages for group in groups]
        self.spent = [(0, *accumulate(BIG + stage for stage in group.stages)) for group in groups]
        self.by_pool: list[list[int]] = [[] for _ in self.short]
        for place, pools in enumerate(self.pools):
            for pool in pools:
                self.by_pool[pool].append(place)
        self.slowest = max(stages[-1] for stages in self.stages)
        self.fastest = sorted(stage for stages in self.stages for stage in stages)

    def solve(self, budget: int) -> tuple[list[int], int]:
        """Return how many of each group, and the proven least size."""
        best = self._greedy()
        bound = self._bound(self.short, [0] * len(self.pools), ())
        if self._cost(best) <= bound or max(sum(self.short), len(self.pools)) > SEARCH_SIZE:
            return best, min(bound // BIG, sum(best))
        search = _Search(self, best, budget)
        search.run()
        return search.best, sum(search.best) if search.finished else min(bound // BIG, sum(search.best))

    def _cost(self, counts: Sequence[int]) -> int:
        return sum(self.spent[place][count] for place, count in enumerate(counts))

    def _greedy(self) -> list[int]:
        """Take the item that counts in most pools still short, then the soonest; drop what proves needless."""
        left, counts = list(self.short), [0] * len(self.pools)
        heap = [(-len(pools), self.stages[place][0], place) for place, pools in enumerate(self.pools)]
        heapq.heapify(heap)
        while any(left):
            known, _, place = heapq.heappop(heap)
            if counts[place] == len(self.stages[place]):
                continue
            now = -sum(1 for pool in self.pools[place] if left[pool])
            if now == known and now:
                for pool in self.pools[place]:
                    left[pool] = max(0, left[pool] - 1)
                counts[place] += 1
            if now and counts[place] < len(self.stages[place]):
                heapq.heappush(heap, (now, self.stages[place][counts[place]], place))
        return self._thinned(counts)

    def _thinned(self, counts: list[int]) -> list[int]:
        have = [sum(counts[place] for place in members) for members in self.by_pool]
        for place in sorted(range(len(counts)), key=lambda place: len(self.pools[place])):
            while counts[place] and all(have[pool] > self.short[pool] for pool in self.pools[place]):
                counts[place] -= 1
                for pool in self.pools[place]:
                    have[pool] -= 1
        return counts

    def _bound(self, left: Sequence[int], counts: Sequence[int], closed: Sequence[bool]) -> int:
        """Return a cost no set that fills `left` can be under. closed: groups that may give nothing more."""
        price: list[int] = []
        for place, count in enumerate(counts):
            ended = (closed and closed[place]) or count == len(self.stages[place])
            price.append(0 if ended else BIG + self.stages[place][count])
        raised = max(self._dual(left, price, shared=True), self._dual(left, price, shared=False))
        size = raised // BIG
        if raised - size * BIG > size * self.slowest:
            size += 1
        return max(raised, size * BIG + sum(self.fastest[:size]))

    def _dual(self, left: Sequence[int], price: Sequence[int], *, shared: bool) -> int:
        """Raise a price for each pool so that no item's pools together cost more than the item."""
        slack = list(price)
        paid = [0] * len(left)
        short = [pool for pool, count in enumerate(left) if count]
        open_groups = [[place for place in self.by_pool[pool] if price[place]] for pool in range(len(left))]
        if shared:
            wide = [sum(1 for pool in pools if left[pool]) for pools in self.pools]
            for pool in short:
                paid[pool] = min((price[place] // wide[place] for place in open_groups[pool]), default=0)
            for pool in short:
                for place in open_groups[pool]:
                    slack[place] -= paid[pool]
        for pool in sorted(short, key=lambda pool: (-left[pool], len(open_groups[pool]), pool)):
            more = min((slack[place] for place in open_groups[pool]), default=0)
            if more:
                paid[pool] += more
                for place in open_groups[pool]:
                    slack[place] -= more
        return sum(left[pool] * paid[pool] for pool in short)


class _Search:
    """Depth-first: take one more of the most useful group of the tightest pool, or none of it any more."""

    def __init__(self, problem: _Problem, best: list[int], budget: int) -> None:
        self.problem = problem
        self.best = best
        self.best_cost = problem._cost(best)
        self.budget = budget
        self.finished = True
        self.left = list(problem.short)
        self.counts = [0] * len(problem.pools)
        self.closed = [False] * len(problem.pools)

    def run(self) -> None:
        self._step(0)

    def _step(self, cost: int) -> None:
        problem = self.problem
        if not any(self.left):
            if cost < self.best_cost:
                self.best, self.best_cost = list(self.counts), cost
            return
        if self.budget <= 0:
            self.finished = False
            return
        self.budget -= 1
        tightest, members = -1, []
        slimmest = None
        for pool, count in enumerate(self.left):
            if count:
                here = [p for p in problem.by_pool[pool] if not self.closed[p] and self._free(p)]
                spare = sum(self._free(place) for place in here) - count
                if spare < 0:
                    return
                if slimmest is None or (spare, len(here)) < slimmest:
                    tightest, members, slimmest = pool, here, (spare, len(here))
        if tightest < 0 or cost + problem._bound(self.left, self.counts, self.closed) >= self.best_cost:
            return
        self._branch(cost, max(members, key=self._use))

    def _free(self, place: int) -> int:
        return len(self.problem.stages[place]) - self.counts[place]

    def _use(self, place: int) -> tuple[int, int, int]:
        useful = sum(1 for pool in self.problem.pools[place] if self.left[pool])
        return (useful, -self.problem.stages[place][self.counts[place]], -place)

    def _branch(self, cost: int, place: int) -> None:
        problem = self.problem
        price = BIG + problem.stages[place][self.counts[place]]
        lowered = [pool for pool in problem.pools[place] if self.left[pool]]
        self.counts[place] += 1
        for pool in lowered:
            self.left[pool] -= 1
        self._step(cost + price)
        for pool in lowered:
            self.left[pool] += 1
        self.counts[place] -= 1
        self.closed[place] = True
        self._step(cost)
        self.closed[place] = False
