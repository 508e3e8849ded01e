"""Plans made and kept, and their dates written where everybody reads them.

Owns Plan. Refuses to publish what is no longer the latest: dates of an old plan would come back.
Source: docs/design/planning.md, "Plans kept" (cases 70-75).
"""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from django.db.models import Max

from relight.hospital.api import expected_write
from relight.journal.api import new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.pmo import errors
from relight.pmo.models import Plan
from relight.pmo.selectors.decisions import decision_in_force
from relight.pmo.selectors.forecast import dates_of, planned
from relight.pmo.selectors.plans import plan_latest


@service(Permission.HOSPITAL_EXPECT)
def plan_make(
    *, act: Act, search_s: float = 5.0, runs: int = 1000, days: int = 60, seed: int = 1, rounds: int = 0
) -> UUID:
    """Plan from the state now, forecast it, keep both. Takes the seconds of the search and some two more.

    The search starts from the order of the latest plan, so that a changed day moves as little as pays. A signed
    decision's units come first; the computed order stands beside it. rounds: tries instead of seconds.
    Raises: what `forecast_make` raises; nothing is kept then.
    """
    latest, decided = plan_latest(), decision_in_force()
    made = planned(
        at=act.at,
        runs=runs,
        days=days,
        seed=seed,
        search_s=search_s,
        keep=tuple(latest.goals) if latest else (),
        first=tuple(decided.first) if decided else (),
        rounds=rounds,
    )
    digest = hashlib.sha256(json.dumps(made.document, sort_keys=True).encode()).hexdigest()
    plan = new_id(act.at)
    with writing(act) as log:
        number = (Plan.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        Plan.objects.create(
            id=plan, number=number, at=act.at, by=act.actor, goals=made.goals, document=made.document, digest=digest
        )
        log.entry("pmo.plan", subject=f"plan:{plan}", body={"number": number, "digest": digest, "jobs": made.jobs})
    return plan


@service(Permission.HOSPITAL_EXPECT)
def plan_publish(*, act: Act, plan: UUID) -> int:
    """Write a plan's dates onto functions and service units; return how many changed.

    Raises: MissingError RL-PMO-052 when there is no such plan; RuleError RL-PMO-053 when a later one was made.
    """
    with writing(act) as log:
        row = Plan.objects.select_for_update().filter(pk=plan).first()
        if row is None:
            raise errors.PLAN_UNKNOWN.error()
        latest = Plan.objects.order_by("-number").values_list("number", flat=True)[0]
        if row.number != latest:
            raise errors.PLAN_OLD.error(number=row.number, latest=latest)
        changed = expected_write(act=act, dates=dates_of(row.document))
        row.published_at, row.published_by = act.at, act.actor
        row.save(update_fields=["published_at", "published_by"])
        log.entry("pmo.publish", subject=f"plan:{plan}", body={"number": row.number, "changed": changed})
    return changed
