"""Orders of restoration people decide: what one delays, the decisions made, the one in force.

Owns `consequence`. Refuses to search: the rest of the order is the computed one. Source: docs/design/decisions.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from relight.pmo import errors
from relight.pmo.engine.restart import Outcome, Restart
from relight.pmo.models import Decision
from relight.pmo.rules.pace import settings_paced
from relight.pmo.rules.sitrep import digest_of
from relight.pmo.selectors.forecast import goal_numbers, half_hour, with_first
from relight.pmo.selectors.pace import pace_now
from relight.pmo.selectors.plans import plan_latest
from relight.pmo.selectors.scene import scene_now, settings_now
from relight.pmo.types import DecisionState

DAY_MIN = 1440
FELT_DAYS = 0.1  # a shift below it is noise of half-hour slots


def decision_in_force() -> Decision | None:
    """Return the signed decision that counts, None for the computed order."""
    rows = Decision.objects.filter(state=DecisionState.SIGNED.value, ended_at=None)
    return rows.order_by("-number").first()


def decision_list() -> list[Decision]:
    """List decisions with their signatures, newest first. Two queries."""
    return list(Decision.objects.prefetch_related("signatures"))


def decision_get(number: int) -> Decision:
    """Return a decision. Raises: MissingError RL-PMO-090."""
    row = Decision.objects.filter(number=number).prefetch_related("signatures").first()
    if row is None:
        raise errors.DECISION_UNKNOWN.error(where="number", number=number)
    return row


def decision_digest(row: Decision) -> str:
    """Return the digest of what is signed."""
    return digest_of(
        {"number": row.number, "title": row.title, "reason": row.reason, "first": row.first, "effect": row.effect}
    )


def consequence(first: Sequence[str], *, at: datetime) -> dict[str, Any]:
    """Say what putting units first changes, against the computed order of the latest plan and the order in force.

    Returns: `patient_days` more than computed (less is negative), `units`: those that come later or sooner with `days`
    and `patient_days`, most hurt first; `previous`: the same total against the order in force, None without one;
    `plan`: its number. Raises: RL-PMO-096 without a plan, 091 when no unit given has anything left to do.
    """
    plan = plan_latest()
    if plan is None:
        raise errors.PLAN_NONE.error(where="first")
    settings, start = settings_now(), half_hour(at)
    scene = scene_now(at=start)
    restart = Restart(scene, settings_paced(settings, pace_now(scene, settings, at=start)), start=start)
    numbers = goal_numbers(restart)
    computed_goals = with_first(restart, (), [numbers[goal] for goal in plan.goals if goal in numbers])
    decided_goals = with_first(restart, first, computed_goals)
    if not any(
        f"{unit}:{aim}" in numbers and numbers[f"{unit}:{aim}"] in set(restart.goals())
        for unit in first
        for aim in ("up", "normal")
    ):
        raise errors.DECISION_EMPTY.error(where="first")
    computed, decided = restart.outcome(computed_goals), restart.outcome(decided_goals)
    previous, in_force = None, decision_in_force()
    if in_force is not None:
        before = restart.outcome(with_first(restart, in_force.first, computed_goals))
        previous = {
            "number": in_force.number,
            "patient_days": round(decided.patient_days - before.patient_days),
            "units": _shifts(restart, before, decided),
        }
    return {
        "plan": plan.number,
        "patient_days": round(decided.patient_days - computed.patient_days),
        "units": _shifts(restart, computed, decided),
        "previous": previous,
    }


def _shifts(restart: Restart, before: Outcome, after: Outcome) -> list[dict[str, Any]]:
    """List the units whose days change, with the days until normal and the patient-days, most hurt first."""
    part, last = restart.settings.degraded, restart.days * DAY_MIN
    rows = []
    for place in restart.units:
        node = restart.scene.nodes[place]
        up, normal = (
            (min(int(new[place]), last) - min(int(old[place]), last)) / DAY_MIN
            for old, new in ((before.up_at, after.up_at), (before.normal_at, after.normal_at))
        )
        lost = node.patients * ((1 - part) * up + part * normal)
        if max(abs(up), abs(normal)) >= FELT_DAYS:
            rows.append(
                {"id": node.id, "up": round(up, 1) + 0.0, "days": round(normal, 1) + 0.0, "patient_days": round(lost)}
            )
    return sorted(rows, key=lambda row: (-row["patient_days"], -row["days"], row["id"]))


def effect_rows(effect: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return an effect's rows with names, for a page."""
    return [{**row, "name": names.get(row["id"], row["id"])} for row in effect["units"]]
