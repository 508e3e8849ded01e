"""Westgard's multirule: which control rules a new point breaks.

Owns the judgement of one point beside those before it, in standard deviations. Refuses tables and
clocks. Source: Westgard, Barry, Hunt, Groth, Clin Chem 1981;27:493-501; docs/design/lab.md, "Quality
control", cases Q1-Q14. Rules look within one control material and across the materials of a test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

RUN = timedelta(hours=1)  # points of different materials this near to each other are one run


class Rule(StrEnum):
    """The rules by their usual names. 1-2s warns; the others reject."""

    R_1_2S = "1-2s"
    R_1_3S = "1-3s"
    R_2_2S = "2-2s"
    R_R_4S = "R-4s"
    R_4_1S = "4-1s"
    R_10_X = "10-x"

    @property
    def rejects(self) -> bool:
        return self is not Rule.R_1_2S


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One control measurement. Args: z: its distance from the mean in standard deviations. cleared: somebody noted
    what was done about it: rules start to count anew after it."""

    level: str
    at: datetime
    z: Decimal
    cleared: bool = False


def z_of(number: Decimal, *, mean: Decimal, sd: Decimal) -> Decimal:
    """Write a value as its distance from the mean in standard deviations. Args: sd: above zero."""
    return (number - mean) / sd


def judge(point: Point, before: Sequence[Point]) -> tuple[Rule, ...]:
    """Say which rules a new point breaks.

    Args: before: earlier points of the same test, any level, in any order. Ten of each level are enough.
    Returns: the rules in the order of `Rule`; a limit is broken beyond it, not on it. A point beyond
    3s also warns at 2s. O(n log n).
    """
    earlier = sorted((one for one in before if (one.at, one.level) != (point.at, point.level)), key=_order)
    start = max((place + 1 for place, one in enumerate(earlier) if one.cleared), default=0)
    across = [*(one for one in earlier[start:] if _order(one) <= _order(point)), point]
    within = [one for one in across if one.level == point.level]
    run = _of_run(across, point)
    broken = {
        Rule.R_1_2S: abs(point.z) > 2,
        Rule.R_1_3S: abs(point.z) > 3,
        Rule.R_2_2S: _beyond(within, 2, 2) or _together(run, point),
        Rule.R_R_4S: _apart(run, point),
        Rule.R_4_1S: _beyond(within, 4, 1) or _beyond(across, 4, 1),
        Rule.R_10_X: _beyond(within, 10, 0) or _beyond(across, 10, 0),
    }
    return tuple(rule for rule in Rule if broken[rule])


def rejects(rules: Sequence[str]) -> bool:
    """Say whether a point with these broken rules is out: a warning alone is not."""
    return any(Rule(word).rejects for word in rules)


def _order(point: Point) -> tuple[datetime, str]:
    return (point.at, point.level)


def _beyond(points: Sequence[Point], count: int, limit: int) -> bool:
    """Say whether the last so many points lie beyond a limit, all on the same side."""
    last = points[-count:]
    if len(last) < count:
        return False
    return all(one.z > limit for one in last) or all(one.z < -limit for one in last)


def _of_run(points: Sequence[Point], point: Point) -> list[Point]:
    """Keep the others of a point's run: the last point of each other level near to it in time."""
    last: dict[str, Point] = {}
    for one in points:
        if one.level != point.level and point.at - one.at <= RUN:
            last[one.level] = one
    return list(last.values())


def _together(run: Sequence[Point], point: Point) -> bool:
    """Say whether another material of the run lies beyond 2s on the same side."""
    if point.z > 2:
        return any(one.z > 2 for one in run)
    return point.z < -2 and any(one.z < -2 for one in run)


def _apart(run: Sequence[Point], point: Point) -> bool:
    """Say whether another material of the run lies beyond 2s on the other side."""
    if point.z > 2:
        return any(one.z < -2 for one in run)
    return point.z < -2 and any(one.z > 2 for one in run)
