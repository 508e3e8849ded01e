"""What every item still has before it on the line: for whoever plans.

Owns `stages_remaining`. Refuses to plan.
"""

from __future__ import annotations

from django.db.models import Q

from relight.fleet.models import LineItem, component_ref
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
