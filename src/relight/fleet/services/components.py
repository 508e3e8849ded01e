"""Tells the hospital's graph what the fleet knows of its components, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from relight.fleet.models import LineItem
from relight.fleet.rules.line import stages_left
from relight.fleet.rules.policy import Policy
from relight.fleet.selectors.policy import policy_current
from relight.fleet.types import Klass, Stage
from relight.hospital.api import ComponentReport, components_report
from relight.kernel.act import Act


def component_of(row: LineItem, policy: Policy) -> ComponentReport:
    """Say of an item what the graph needs to know. A retired item counts nowhere any more."""
    stage = Stage.SEEN if row.quarantined or row.retired else Stage(row.stage)
    return ComponentReport(
        ref=row.ref,
        name=row.name,
        site=row.site,
        role=row.role,
        tags=tuple(str(tag) for tag in row.tags),
        service=row.service,
        operational=row.operational,
        stages_left=stages_left(policy, Klass(row.klass), stage),
        evidence=f"item:{row.pk}",
        available=not row.retired,
    )


def components_tell(*, act: Act, rows: Sequence[LineItem]) -> None:
    """Report items to the graph. Called inside the caller's `writing`, after the rows changed."""
    policy = policy_current()
    components_report(act=act, reports=[component_of(row, policy) for row in rows])
