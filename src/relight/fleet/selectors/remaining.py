"""What every item still has before it on the line, and what was done of late: for whoever plans.

Owns `stages_remaining` and `moves_since`. Refuses to plan.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min, Q

from relight.fleet.models import LineItem, StageMove, component_ref
from relight.fleet.selectors.policy import policy_current
from relight.fleet.types import Klass, Stage


def stages_remaining() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return class and stages left, in order, by component reference, of all that is neither admitted nor retired.

    What is in quarantine begins anew; what stands in the books only is left out: nobody can fetch it. One query.
    """
    policy = policy_current()
    kept: dict[tuple[str, str], tuple[str, ...]] = {}
    found = {}
    known = Q(seen_first__isnull=False) | ~Q(stage=Stage.SEEN.value)
    rows = LineItem.objects.filter(known, retired=False).exclude(stage=Stage.ADMITTED.value, quarantined=False)
    for id, klass, stage, quarantined in rows.values_list("id", "klass", "stage", "quarantined"):
        key = (klass, Stage.SEEN.value if quarantined else stage)
        if key not in kept:
            after = Stage(key[1]).order
            kept[key] = tuple(step.value for step in policy.line(Klass(klass)).names() if step.order > after)
        found[component_ref(id)] = (klass, kept[key])
    return found


def moves_since(at: datetime) -> dict[tuple[str, str], tuple[int, datetime]]:
    """Count the items that reached each stage since a moment, by class, with the first such move. One query."""
    stages = [stage.value for stage in Stage]
    rows = StageMove.objects.filter(at__gte=at, to_state__in=stages).values("item__klass", "to_state").order_by()
    found = rows.annotate(count=Count("item", distinct=True), first=Min("at"))
    return {(row["item__klass"], row["to_state"]): (row["count"], row["first"]) for row in found}
