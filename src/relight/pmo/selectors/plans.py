"""Plans as they are shown: the latest, in words and with its chart.

Owns `plan_latest` and `plan_page`. Refuses to plan. Source: docs/design/planning.md, "Plans kept".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext

from relight.fleet import api as fleet_api
from relight.hospital.api import Naming, day_of, day_zero, naming_now
from relight.paper.charts import BurnUp, Form, Series
from relight.pmo.engine.restart import ORDER_WORDS, OrderBy
from relight.pmo.models import Plan
from relight.pmo.selectors.scene import settings_now
from relight.ui.api import day_word

FIRST_GOALS = 12
CHART_DAYS = 30  # ahead


def plan_latest() -> Plan | None:
    """Return the latest plan, None before the first."""
    return Plan.objects.order_by("-number").first()


def units_in_order() -> list[str]:
    """List the units that are not back, in the computed order of the latest plan: each where its last goal stands."""
    plan = plan_latest()
    if plan is None:
        return []
    waiting = {row["id"] for row in plan.document["units"] if not row["is_normal"]}
    goals = [goal.rpartition(":") for goal in plan.goals]
    units = dict.fromkeys(unit for unit, _, aim in goals if aim == "normal")
    return [unit for unit in units if unit in waiting]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order and what it costs. more: patient-days more than the computed one; share: of its own, in percent."""

    name: str
    computed: bool
    patient_days: int
    more: int
    share: int
    cost: float
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A service unit's dates: works again, normal; moved most by which team."""

    id: str
    name: str
    tier: int
    works: bool
    up: datetime | None
    p50: datetime | None
    p80: datetime | None
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """What the page shows of a plan."""

    plan: Plan
    orders: tuple[OrderRow, ...]
    units: tuple[UnitRow, ...]
    back: int
    goals: tuple[tuple[str, str, bool], ...]
    machines: dict[str, int]
    last_day: int


def plan_page(plan: Plan) -> PlanPage:
    """Put a plan into the reader's words. Units that are normal already are counted, not listed."""
    document, naming = plan.document, naming_now()
    team_names = {team.id: team.name(get_language() or "en") for team in settings_now().teams}
    computed = document["orders"][0]["patient_days"]
    orders = tuple(
        OrderRow(
            name=gettext(ORDER_WORDS[OrderBy(row["id"])]),
            computed=row["id"] == OrderBy.COMPUTED.value,
            patient_days=round(row["patient_days"]),
            more=round(row["patient_days"] - computed),
            share=round(100 * (row["patient_days"] - computed) / max(1.0, row["patient_days"])),
            cost=round(row["cost"], 1),
            days=round(row["days"]),
        )
        for row in document["orders"]
    )
    units = [_unit(row, naming, team_names, at=plan.at) for row in document["units"] if not row["is_normal"]]
    goals = [goal.rpartition(":") for goal in plan.goals[:FIRST_GOALS]]
    last = document["points"][-1]
    return PlanPage(
        plan=plan,
        orders=orders,
        units=tuple(sorted(units, key=lambda row: (row.p50 is None, row.p50 or plan.at, row.tier, row.name))),
        back=sum(row["is_normal"] for row in document["units"]),
        goals=tuple((id, _name(naming, id), aim == "up") for id, _, aim in goals),
        machines={key: int(value) for key, value in last.items()},
        last_day=int(last["day"]),
    )


def _name(naming: Naming | None, id: str) -> str:
    return naming.node(id) if naming else id


def _unit(row: dict[str, Any], naming: Naming | None, teams: dict[str, str], *, at: datetime) -> UnitRow:
    moved = row["moved_most_by"]
    dates = {key: parse_datetime(value) if value else None for key, value in row["normal"].items()}
    up = parse_datetime(row["up"]["p50"]) if row["up"]["p50"] else None
    return UnitRow(
        id=row["id"],
        name=_name(naming, row["id"]),
        tier=row["tier"],
        works=up is not None and up <= at,
        up=up,
        p50=dates["p50"],
        p80=dates["p80"],
        team=teams.get(moved["team"], moved["team"]) if moved else "",
    )


def fan(plan: Plan) -> BurnUp | None:
    """Return the chart of a plan: what came back until it was made, then nine runs in ten and the middle one."""
    return fan_of(
        plan.document["points"],
        at=plan.at,
        title=gettext("Machines operational by day: until now, and as the plan expects"),
    )


def fan_of(
    points_ahead: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
    title: str,
    days: int = CHART_DAYS,
    past: Mapping[int, int] | None = None,
) -> BurnUp | None:
    """Return a fan chart: machines until a moment, then the range nine times in ten and the middle; None before day 0.

    Args: past: machines admitted by day, when the caller has them in hand.
    """
    here = day_of(at)
    if here is None:
        return None
    today = min(here, min((point["day"] for point in points_ahead), default=here + 1) - 1)
    if past is None:
        past = {point.day: point.admitted for point in fleet_api.burn_up(until=at, start=day_zero())}
    points = [point for point in points_ahead if today < point["day"] <= today + days]
    shown = [*range(today + 1), *(point["day"] for point in points)]
    seen = [past.get(day, 0) for day in range(today + 1)]
    low = [*seen, *(point["p05"] for point in points)]
    width = [0] * (today + 1) + [point["p95"] - point["p05"] for point in points]
    middle = [*seen, *(point["p50"] for point in points)]
    prefix = day_word(0).removesuffix("0")
    told = gettext("%(prefix)s%(day)s: %(p50)s machines, %(p05)s to %(p95)s nine times in ten") % {
        "prefix": prefix,
        **(points[-1] if points else {"day": today, "p50": seen[-1], "p05": seen[-1], "p95": seen[-1]}),
    }
    return BurnUp(
        title=title,
        description=told,
        days=tuple(shown),
        day_prefix=prefix,
        series=(
            Series(key="admitted", label=gettext("at least"), form=Form.AREA, values=tuple(low)),
            Series(key="in-line", label=gettext("of spread"), form=Form.BAND, values=tuple(width)),
            Series(key="expected", label=gettext("middle"), form=Form.LINE, values=tuple(middle)),
        ),
    )
