"""The hospital's parts as the console shows them: sites, units, functions, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext

from relight.console.rules.matrix import WORST_FIRST
from relight.console.selectors.places import address, subject_address
from relight.console.types import FunctionLine, Gain, Instance, SiteColumn, UnitFact, Unlock
from relight.fleet import api as fleet
from relight.hospital import api as hospital
from relight.hospital.api import Cause, CauseKind, FunctionView, Naming, SiteView, UnitView, ZoneState
from relight.kernel.act import Act
from relight.people.api import Permission
from relight.ui.moment import day_number, day_word

GAINS_SHOWN = 4
PARTS_SHOWN = 3
UNIT_STATES: Mapping[str, str] = {"down": "paper", "degraded": "degraded", "normal": "normal"}


def node_address(id: str, *, act: Act) -> str:
    """Return the page of a unit, function, acceptance or zone, or nothing."""
    return address("hospital:node", id, act=act, permission=Permission.HOSPITAL_READ)


def site_columns(
    sites: Sequence[SiteView],
    *,
    upcoming: str | None,
    machines: Mapping[str, Mapping[str, int]],
    day_zero: datetime | None,
    act: Act,
) -> tuple[SiteColumn, ...]:
    """Make the columns of the matrix. Args: machines: counts by site and definition."""
    return tuple(
        SiteColumn(
            id=site.id,
            name=site.name,
            zone=site.zone.value,
            zone_since="" if site.zone is ZoneState.PLANNED else _since(site.since, day_zero=day_zero),
            next=site.id == upcoming,
            admitted=machines.get(site.id, {}).get("admitted", 0),
            href=address("hospital:zones", act=act, permission=Permission.HOSPITAL_READ, anchor=f"site-{site.id}"),
            machines_href=fleet.items_href(kind="machine", state="admitted", site=site.id)
            if address("fleet:items", act=act, permission=Permission.FLEET_READ)
            else "",
        )
        for site in sites
    )


def _since(at: datetime | None, *, day_zero: datetime | None) -> str:
    day = day_number(at, day_zero=day_zero) if at else None
    return day_word(day) if day is not None else ""


def unit_facts(units: Sequence[UnitView], *, act: Act) -> tuple[UnitFact, ...]:
    """Say of each unit what the matrix needs to know, in the hospital's own order."""
    return tuple(
        UnitFact(
            id=unit.id,
            service=unit.service,
            service_name=unit.service_name,
            site=unit.site,
            site_name=unit.site_name,
            tier=unit.tier,
            state=UNIT_STATES[unit.state],
            href=node_address(unit.id, act=act),
        )
        for unit in units
    )


def function_lines(
    functions: Sequence[FunctionView], *, sites: Mapping[str, str], limit: int, act: Act
) -> tuple[tuple[FunctionLine, ...], int]:
    """Make one line a function and state, worst first; instances of several sites share it.

    Returns: the lines of what is not up, at most `limit`, each with its cause; and how many
    more lines there would be.
    """
    groups: dict[tuple[str, str], list[FunctionView]] = {}
    for function in sorted(functions, key=lambda one: WORST_FIRST[one.state]):
        if function.state != "up":
            groups.setdefault((function.base, function.state), []).append(function)
    shown = list(groups.values())[:limit]
    answers = hospital.why_list([group[0].id for group in shown])
    lines = tuple(
        FunctionLine(
            id=group[0].base,
            name=group[0].name.partition(" · ")[0] if group[0].site else group[0].name,
            state=group[0].state,
            why=why_short(group[0].id, answers[group[0].id], everywhere=len(group) > 1),
            href=node_address(group[0].id, act=act) if len(group) == 1 else "",
            instances=tuple(
                Instance(name=sites.get(one.site, one.site), href=node_address(one.id, act=act))
                for one in group
                if one.site
            ),
        )
        for group in shown
    )
    return lines, len(groups) - len(shown)


def why_short(id: str, answer: hospital.Answer, *, everywhere: bool = False) -> str:
    """Say in a few words what holds a function: its first cause, and how many others.

    Args: everywhere: said of instances at several sites, so no site is named.
    """
    causes: Sequence[Cause] = getattr(answer.about, "causes", ())
    if not causes:
        return ""
    words = cause_words(causes[0], naming=answer.naming, everywhere=everywhere)
    last = causes[0].chain[-1]
    if last != id:
        words = gettext("%(name)s: %(why)s") % {"name": answer.naming.node(last), "why": words}
    more = len(causes) - 1
    return gettext("%(why)s, and %(more)d more") % {"why": words, "more": more} if more else words


def cause_words(cause: Cause, *, naming: Naming, everywhere: bool = False) -> str:
    """Say one root cause: machines short, an acceptance to sign, a zone segment not open."""
    if cause.kind is CauseKind.ACCEPTANCE:
        return gettext("works, to be accepted")
    if cause.kind is CauseKind.ZONE:
        return gettext("%(zone)s not open") % {"zone": naming.node(cause.gate)}
    return gettext("%(have)d of %(need)d %(what)s") % {
        "have": cause.have,
        "need": cause.need,
        "what": naming.selector(replace(cause.select, site="") if everywhere else cause.select),
    }


def unlocks(*, limit: int, names: Mapping[str, str], act: Act) -> tuple[Unlock, ...]:
    """List what would bring most back next, in the hospital's words. Args: names: of functions by id."""
    return tuple(_unlock(answer, names=names, act=act) for answer in hospital.next_unlocks(limit))


def _unlock(answer: hospital.NextAnswer, *, names: Mapping[str, str], act: Act) -> Unlock:
    found = answer.item.unlock
    parts = [Instance(name=one.name, href=subject_address(one.ref, act=act)) for one in found.components]
    parts += [Instance(name=names.get(id, id), href=node_address(id, act=act)) for id in found.acceptances]
    told = parts if len(parts) > 2 else []  # smaller sets are spelled out by the hospital's own words
    return Unlock(
        what=answer.what,
        parts=tuple(told[:PARTS_SHOWN]),
        parts_more=max(0, len(told) - PARTS_SHOWN),
        gains=tuple(
            Gain(name=name, state=UNIT_STATES.get(state, state) if "@" in id else state, href=node_address(id, act=act))
            for id, name, state in answer.gains[:GAINS_SHOWN]
        ),
        more=max(0, len(answer.gains) - GAINS_SHOWN),
        href=node_address(answer.id, act=act),
    )
