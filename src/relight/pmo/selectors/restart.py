"""The plan of the restart as one document: the computed order beside those people use.

Owns `restart_document`. Refuses to store. Source: docs/design/planning.md, "The restart".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from relight.pmo import errors
from relight.pmo.engine.line_kernels import NEVER
from relight.pmo.engine.restart import ORDER_WORDS, OrderBy, Restart
from relight.pmo.selectors.scene import scene_now, settings_now

MOST_SECONDS = 3600.0


def restart_document(*, at: datetime, time_limit_s: float, seed: int) -> dict[str, Any]:
    """Plan from the state now.

    Args: at: when the plan starts; floored to its half hour. time_limit_s: of the search, above 0.
    Returns: `orders` (computed first), `bound`, `units` with ISO times or None, `goals` in order.
    Raises: RL-PMO-008 for a time limit that makes no sense, RL-HOS-041, RL-PMO-040 to -050.
    """
    if not 0 < time_limit_s <= MOST_SECONDS:
        raise errors.TIME_LIMIT_WRONG.error(value=time_limit_s, most=int(MOST_SECONDS))
    start = half_hour(at)
    restart = Restart(scene_now(), settings_now(), start=start)
    orders = {
        OrderBy.COMPUTED: restart.search(time_limit_s=time_limit_s, seed=seed),
        OrderBy.SERVERS: restart.outcome(restart.goals_by(OrderBy.TIERS), servers_first=True),
        OrderBy.SITES: restart.outcome(restart.goals_by(OrderBy.SITES)),
        OrderBy.TIERS: restart.outcome(restart.goals_by(OrderBy.TIERS)),
    }
    best, nodes = orders[OrderBy.COMPUTED], restart.scene.nodes
    return {
        "start": start.isoformat(),
        "orders": [
            {
                "id": by.value,
                "name": ORDER_WORDS[by],
                "cost": out.cost,
                "patient_days": out.patient_days,
                "days": out.days,
            }
            for by, out in orders.items()
        ],
        "bound": restart.bound(),
        "goals": [f"{nodes[goal >> 1].id}:{'normal' if goal & 1 else 'up'}" for goal in best.goals],
        "units": [
            {"id": nodes[unit].id, "up": _when(start, best.up_at[unit]), "normal": _when(start, best.normal_at[unit])}
            for unit in sorted(restart.units, key=lambda unit: (best.normal_at[unit], nodes[unit].id))
        ],
        "jobs": len(restart.scene.jobs),
    }


def half_hour(at: datetime) -> datetime:
    """Return the local half hour a plan made now starts on."""
    local = timezone.localtime(at)
    return local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)


def _when(start: datetime, minutes: int) -> str | None:
    return None if minutes >= NEVER else (start + timedelta(minutes=int(minutes))).isoformat()
