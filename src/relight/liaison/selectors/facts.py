"""The facts of a bulletin as they are now: services, systems, activity, lines, from their owners' doors.

Owns gathering them; what they mean to a practitioner is decided by `rules.facts`. Refuses to guess: without a policy in
force nothing is said of planned activity, and a date that has passed is not announced any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.utils import timezone

from relight.activity.api import PolicyInForce, PostureSaid, SiteState, policy_in_force, posture_list
from relight.activity.plain import Kind, Outcome, Urgency
from relight.hospital.api import Expected, FunctionView, Level, UnitView, day_of, function_list, site_list, unit_list
from relight.liaison.models import Desk
from relight.liaison.rules.facts import (
    Cell,
    Facts,
    Going,
    Line,
    Named,
    Names,
    Nature,
    Standing,
    System,
    availability,
)
from relight.liaison.rules.sheet import EMERGENCY
from relight.liaison.rules.words import care_systems, natures
from relight.liaison.selectors.names import all_names
from relight.liaison.types import Availability, DeskKind

PLANNED, URGENT = Urgency.ELECTIVE, Urgency.URGENT
KINDS = tuple(kind for kind in Kind if kind is not Kind.OTHER)


def facts_now(at: datetime) -> Facts:
    """Gather the facts of a bulletin drawn at a moment. Some thirty queries, however large the hospital."""
    names, policy = all_names(), policy_in_force()
    sites = tuple(site.id for site in site_list())
    units = [unit for unit in unit_list() if not _nature(unit.service).is_hidden]
    services = tuple(dict.fromkeys(unit.service for unit in units))
    local = timezone.localtime(at)
    return Facts(
        at=local.isoformat(timespec="seconds"),
        group=names["group"][""],
        day=day_of(at),
        sites=tuple(Named(id=id, names=names["sites"].get(id, {})) for id in sites),
        services=tuple(Named(id=id, names=names["services"].get(id, {})) for id in services),
        cells=tuple(_cells(units, policy=policy, today=local.date())),
        systems=tuple(_systems(names["nodes"], names["sites"], today=local.date())),
        policy=policy.name if policy else "",
        policy_title=policy.title if policy else {},
        going=tuple(_going(policy, units=units, sites=sites)) if policy else (),
        kept=tuple(_kept(policy, sites=sites)) if policy else (),
        lines=tuple(_lines(sites)),
    )


def _nature(service: str) -> Nature:
    return natures().get(service, Nature())


# -- services ------------------------------------------------------------------------------------------


def _cells(units: list[UnitView], *, policy: PolicyInForce | None, today: date) -> Iterator[Cell]:
    postures = {view.site: view.saying.said for view in posture_list() if view.saying}
    for unit in units:
        nature = _nature(unit.service)
        standing = Standing(
            level=unit.state,
            planned=_asked(policy, nature, unit, PLANNED),
            urgent=_asked(policy, nature, unit, URGENT),
            posture=_posture(postures.get(unit.site), unit.service),
            is_emergency=unit.service == EMERGENCY,
        )
        state, notes = availability(standing, nature=nature)
        expected = "" if state is Availability.OPEN else _expected(unit.expected, level=unit.level, today=today)
        yield Cell(service=unit.service, site=unit.site, state=state, notes=notes, expected=expected)


def _asked(policy: PolicyInForce | None, nature: Nature, unit: UnitView, urgency: Urgency) -> str:
    if policy is None or not nature.kind:
        return ""
    kind = Kind(nature.kind)
    return policy.outcome(kind=kind, urgency=urgency, site=unit.site, specialty=unit.service).value


def _posture(said: PostureSaid | None, service: str) -> str:
    """Return the posture as it bears on a service: ambulances that go elsewhere touch the emergency department."""
    if said is None:
        return ""
    if said.diverted and service == EMERGENCY and said.state is not SiteState.CLOSED:
        return "diverted"
    return said.state.value


def _expected(found: Expected | None, *, level: Level, today: date) -> str:
    """Return the day it is back by four times in five; nothing for a step already taken, nor for a day gone by."""
    if found is None or found.level <= level or found.p80 < today:
        return ""
    return found.p80.isoformat()


# -- systems -------------------------------------------------------------------------------------------


def _systems(nodes: Mapping[str, Names], sites: Mapping[str, Names], *, today: date) -> Iterator[System]:
    """Say each function once: all its instances alike, or in part."""
    by_base: dict[str, list[FunctionView]] = {}
    for function in function_list():
        by_base.setdefault(function.base, []).append(function)
    for base, instances in by_base.items():
        states = {one.state for one in instances}
        first = instances[0]
        place = sites.get(first.site, {})
        names = {
            language: name.removesuffix(f" · {place[language]}") if language in place else name
            for language, name in nodes.get(first.id, {}).items()
        }
        expected = _expected(first.expected, level=first.level, today=today) if len(instances) == 1 else ""
        state = states.pop() if len(states) == 1 else "degraded"
        yield System(id=base, names=names, state=state, is_care=base in care_systems(), expected=expected)


# -- activity ------------------------------------------------------------------------------------------


def _going(policy: PolicyInForce, *, units: list[UnitView], sites: tuple[str, ...]) -> Iterator[Going]:
    """Say what happens with each kind of activity at the sites that have it; a kind no service is for, everywhere."""
    for kind in KINDS:
        own = {unit.site for unit in units if _nature(unit.service).kind == kind.value}
        where = [site for site in sites if site in own] or list(sites)
        yield Going(
            kind=kind.value,
            planned={site: policy.outcome(kind=kind, urgency=PLANNED, site=site).value for site in where},
            urgent={site: policy.outcome(kind=kind, urgency=URGENT, site=site).value for site in where},
        )


def _kept(policy: PolicyInForce, *, sites: tuple[str, ...]) -> Iterator[Named]:
    """Name the categories whose planned consultations take place at every site, where planned ones do not."""

    def keeps(category: str) -> bool:
        found = {
            policy.outcome(kind=Kind.CONSULTATION, urgency=PLANNED, site=site, category=category) for site in sites
        }
        return found == {Outcome.KEEP}

    if not sites or keeps(""):
        return
    for id, names in policy.categories.items():
        if keeps(id):
            yield Named(id=id, names=names)


# -- lines ---------------------------------------------------------------------------------------------


def _lines(sites: tuple[str, ...]) -> Iterator[Line]:
    """List the lines in use: by what they are for, those of all sites first, then in the order of the sites."""
    order = {site: place for place, site in enumerate(sites)}
    kinds = [kind.value for kind in DeskKind]
    rows = sorted(
        Desk.objects.filter(active=True),
        key=lambda row: (kinds.index(row.kind), order.get(row.site, -1), row.specialty, row.name, str(row.pk)),
    )
    for row in rows:
        yield Line(
            id=str(row.pk),
            kind=row.kind,
            name=row.name,
            site=row.site,
            specialty=row.specialty,
            phone=row.phone,
            fax=row.fax,
            email=row.email,
            secure=row.secure_mailbox,
            hours=row.hours,
            send=row.send,
            how=row.how,
            public=row.public,
        )
