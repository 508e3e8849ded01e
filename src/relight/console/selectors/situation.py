"""The whole situation as one reader may see it: asked of every app once, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext

from relight.console.rules.matrix import tally, tiers
from relight.console.selectors.changes import latest
from relight.console.selectors.places import address
from relight.console.selectors.wards import function_lines, site_columns, unit_facts, unlocks
from relight.console.types import Count, DayCount, Situation
from relight.fleet import api as fleet
from relight.hospital import api as hospital
from relight.kernel.act import Act
from relight.lab import api as lab
from relight.people.api import Permission
from relight.ui.moment import day_number

UNLOCKS_SHOWN = 4
CHANGES_SHOWN = 6
# The order of the page, and the look of each count.
COUNT_STATES: Mapping[str, str] = {
    "admitted": "admitted",
    "in_line": "in_line",
    "seen": "seen",
    "expected": "expected",
    "retired": "retired",
}


def situation(*, act: Act, functions_shown: int = 12) -> Situation:
    """Read the situation at the act's time. About a dozen queries, however large the fleet."""
    now = hospital.overview()
    machines = fleet.counts_by_site()
    sites = {site.id: site.name for site in now.sites}
    units = unit_facts(now.units, act=act)
    functions, functions_more = function_lines(now.functions, sites=sites, limit=functions_shown, act=act)
    linked = lab.linked_share()
    names = {unit.id: unit.name for unit in now.units} | {one.id: one.name for one in now.functions}
    return Situation(
        at=act.at,
        day=day_number(act.at, day_zero=now.day_zero),
        group=now.group,
        counts=machine_counts(machines, act=act),
        days=day_counts(act=act, day_zero=now.day_zero),
        sites=site_columns(now.sites, upcoming=now.next_site, machines=machines, day_zero=now.day_zero, act=act),
        tiers=tiers(units, sites=[site.id for site in now.sites]),
        tally=tally(units),
        functions=functions,
        functions_more=functions_more,
        functions_up=sum(one.state == "up" for one in now.functions),
        unlocks=unlocks(limit=UNLOCKS_SHOWN, names=names, act=act),
        changes=latest(act=act, names=names, naming=now.naming, limit=CHANGES_SHOWN),
        linked=linked.linked,
        links=linked.links,
    )


def machine_counts(machines: Mapping[str, Mapping[str, int]], *, act: Act) -> tuple[Count, ...]:
    """Make the counts of the page, the operational machines first. Args: machines: counts by site."""
    may_follow = bool(address("fleet:items", act=act, permission=Permission.FLEET_READ))
    return tuple(
        Count(
            key=key,
            label=gettext("Machines operational") if key == "admitted" else gettext(fleet.COUNTS[key].label),
            definition=gettext(fleet.COUNTS[key].definition),
            value=sum(counts[key] for counts in machines.values()),
            href=fleet.count_href(key) if may_follow else "",
            state=state,
        )
        for key, state in COUNT_STATES.items()
    )


def day_counts(*, act: Act, day_zero: datetime | None = None) -> tuple[DayCount, ...]:
    """Return the machines at the end of each day of the crisis, day 0 first, today last.

    Args: day_zero: when the caller has it in hand.
    """
    return tuple(
        DayCount(day=point.day, admitted=point.admitted, in_line=point.in_line, expected=point.expected)
        for point in fleet.burn_up(until=act.at, start=day_zero)
    )
