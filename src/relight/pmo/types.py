"""What is planned and what comes out, as plain values.

Owns the words of planning. Refuses behaviour. Source: docs/design/planning.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Jobs that share renewable resources. Checked by `rules.project.project_make`, which is how one is made.

    Args: names: n words, shown in errors. durations: n whole units of time. demands: n rows of r amounts used while a
    job runs. capacities: r amounts there are at any time. successors: n rows of jobs (0-based) that wait for it.
    """

    names: tuple[str, ...]
    durations: tuple[int, ...]
    demands: tuple[tuple[int, ...], ...]
    capacities: tuple[int, ...]
    successors: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        return len(self.durations)


class Proof(Enum):
    """What is known about how far a schedule is from the best."""

    OPTIMAL = "optimal"
    BOUNDED = "bounded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When each job starts. Args: start: n times. lower_bound: no schedule at all ends before it."""

    start: tuple[int, ...]
    makespan: int
    lower_bound: int

    @property
    def proof(self) -> Proof:
        return Proof.OPTIMAL if self.makespan <= self.lower_bound else Proof.BOUNDED
