"""The whole problem list of a record, what is over too. Reads are noted by the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from relight.record.rules.canonical import loads
from relight.record.rules.chart.origin import Origin, origin_of
from relight.record.rules.chart.problems import Problem, problem_read
from relight.record.selectors.store import resources_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """A problem as the list shows it."""

    id: UUID
    version: int
    problem: Problem
    origin: Origin


def problems_list(*, records: Sequence[UUID], zero: datetime | None) -> list[ProblemLine]:
    """List problems, active ones first, the latest begun first; those entered in error left out."""
    lines = [
        ProblemLine(
            id=one.id, version=one.version, problem=problem_read(loads(one.body)),
            origin=origin_of(
                kind=one.source_kind, name=one.source_name, as_of=one.as_of, at=one.clinical_at,
                written_at=one.updated_at, day_zero=zero, lasting=True,
            ),
        )
        for record in records
        for one in resources_of(patient=record, types=["Condition"])
    ]  # fmt: skip
    lines.sort(key=lambda one: one.problem.onset, reverse=True)
    lines.sort(key=lambda one: not one.problem.is_active)
    return lines
