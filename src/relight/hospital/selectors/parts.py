"""Lists of what the hospital has: sites, services, units, functions, placement rules, days.

Owns the views other apps and pages read; every list is empty before a description is loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from relight.hospital.models import Acceptance, Node, Standing, ZoneSegment, ZoneSignature
from relight.hospital.rules.compile import Hospital, acceptance_id
from relight.hospital.rules.zones import next_site
from relight.hospital.selectors.expected import expected_of
from relight.hospital.selectors.names import Naming, naming_of
from relight.hospital.selectors.standing import hospital_find, hospital_of, nodes_read, standing_get
from relight.hospital.types import (
    LEVEL_CODES,
    FunctionView,
    Level,
    NodeKind,
    Placement,
    ServiceView,
    SiteView,
    UnitView,
    ZoneSigner,
    ZoneState,
)


def group_name() -> str:
    """Return the group's name in the reader's language, empty before a description is loaded."""
    hospital = hospital_find()
    return hospital.description.group.name(get_language() or "en") if hospital else ""


def site_list() -> list[SiteView]:
    """List the sites in the order of equipping, each with its zone segment. Three queries."""
    hospital = hospital_find()
    return sites_of(hospital) if hospital else []


def sites_of(hospital: Hospital) -> list[SiteView]:
    """List the sites of a hospital already in hand. Two queries."""
    language = get_language() or "en"
    segments = {row.site: row for row in ZoneSegment.objects.all()}
    signers: dict[tuple[str, int], list[ZoneSigner]] = defaultdict(list)
    for row in ZoneSignature.objects.order_by("at"):
        signers[row.site, row.turn].append(ZoneSigner(actor=row.actor, at=row.at))
    views = []
    for site in sorted(hospital.description.sites, key=lambda site: (site.order, site.id)):
        segment = segments.get(site.id)
        views.append(
            SiteView(
                id=site.id,
                name=site.name(language),
                order=site.order,
                subnets=site.subnets,
                zone=ZoneState(segment.state) if segment else ZoneState.PLANNED,
                since=segment.since if segment else None,
                signers=tuple(signers[site.id, segment.turn]) if segment else (),
                note=segment.note if segment else "",
                turn=segment.turn if segment else 1,
            )
        )
    return views


def site_next(sites: list[SiteView]) -> str | None:
    """Return the id of the site to equip next, None when all are open."""
    return next_site([(site.id, site.zone) for site in sites])


def service_list() -> list[ServiceView]:
    """List the services by tier, then in the order of the description."""
    hospital = hospital_find()
    if hospital is None:
        return []
    language = get_language() or "en"
    services = sorted(hospital.description.services, key=lambda service: service.tier)
    return [ServiceView(id=s.id, name=s.name(language), tier=s.tier, sites=s.sites) for s in services]


def role_names() -> dict[str, str]:
    """Name every role of machines the description speaks of, by its id, sorted by name. One query."""
    hospital = hospital_find()
    if hospital is None:
        return {}
    description, naming = hospital.description, naming_of(hospital)
    pools = {pool.select.role for function in description.functions for pool in function.components}
    spoken = pools | {rule.role for rule in description.placements}
    named = [(id, naming.role(id)) for id in spoken if id]
    return dict(sorted(named, key=lambda pair: pair[1].casefold()))


def scope_words() -> tuple[tuple[str, str], ...]:
    """List what a role can be limited to: (`site:arlon`, Arlon), (`service:emergency`, Emergency)."""
    hospital = hospital_find()
    if hospital is None:
        return ()
    naming = naming_of(hospital)
    parts = (("site", naming.sites), ("service", naming.services))
    return tuple((f"{kind}:{id}", name) for kind, names in parts for id, name in names.items())


def unit_list() -> list[UnitView]:
    """List every service unit with its level: by tier, in the description's order, then by order of sites."""
    hospital = hospital_find()
    return units_of(hospital, naming_of(hospital)) if hospital else []


def units_of(hospital: Hospital, naming: Naming, *, rows: Mapping[str, Node] | None = None) -> list[UnitView]:
    """List the units of a hospital already in hand. One query, none with the stored nodes in hand too."""
    rows = nodes_read() if rows is None else rows
    order = {site.id: (site.order, site.id) for site in hospital.description.sites}
    place = {service.id: index for index, service in enumerate(hospital.description.services)}
    views = [
        UnitView(
            id=node.id,
            service=node.base,
            service_name=naming.services[node.base],
            site=node.site,
            site_name=naming.sites[node.site],
            tier=node.tier,
            level=Level(rows[node.id].level),
            state=LEVEL_CODES[NodeKind.UNIT, Level(rows[node.id].level)],
            since=rows[node.id].since,
            expected=expected_of(rows[node.id]),
        )
        for node in hospital.nodes
        if node.kind is NodeKind.UNIT and node.id in rows
    ]
    return sorted(views, key=lambda unit: (unit.tier, place[unit.service], order[unit.site]))


def function_list() -> list[FunctionView]:
    """List every function (each site's instance apart) with its level, in the description's order."""
    hospital = hospital_find()
    return functions_of(hospital, naming_of(hospital)) if hospital else []


def functions_of(hospital: Hospital, naming: Naming, *, rows: Mapping[str, Node] | None = None) -> list[FunctionView]:
    """List the functions of a hospital already in hand. Two queries, one with the stored nodes in hand too."""
    rows = nodes_read() if rows is None else rows
    accepted = set(Acceptance.objects.filter(ended_at=None).values_list("function", flat=True))
    functions = {function.id: function for function in hospital.description.functions}
    graph = hospital.graph
    views = []
    for place, node in enumerate(hospital.nodes):
        if node.kind is not NodeKind.FUNCTION or node.id not in rows:
            continue
        row = rows[node.id]
        needs = [(graph.ids[child], vital) for child, vital in graph.needs[place]]
        views.append(
            FunctionView(
                id=node.id,
                base=node.base,
                name=naming.nodes[node.id],
                site=node.site,
                owner=node.owner,
                level=Level(row.level),
                state=LEVEL_CODES[NodeKind.FUNCTION, Level(row.level)],
                since=row.since,
                accepted=node.id in accepted if acceptance_id(node.id) in graph.gate_index else None,
                vital=tuple(need for need, vital in needs if vital),
                useful=tuple(need for need, vital in needs if not vital),
                endpoints=functions[node.base].endpoints,
                expected=expected_of(row),
            )
        )
    return views


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The whole hospital at one moment; all empty before a description is loaded."""

    group: str = ""
    day_zero: datetime | None = None
    sites: tuple[SiteView, ...] = ()
    next_site: str | None = None
    units: tuple[UnitView, ...] = ()
    functions: tuple[FunctionView, ...] = ()
    naming: Naming | None = None


def overview() -> Overview:
    """Return the whole hospital with its states, for pages that show it all. Five queries."""
    standing = standing_get()
    if standing is None:
        return Overview()
    hospital = hospital_of(standing)
    naming, rows, sites = naming_of(hospital), nodes_read(), sites_of(hospital)
    return Overview(
        group=hospital.description.group.name(get_language() or "en"),
        day_zero=standing.day_zero,
        sites=tuple(sites),
        next_site=site_next(sites),
        units=tuple(units_of(hospital, naming, rows=rows)),
        functions=tuple(functions_of(hospital, naming, rows=rows)),
        naming=naming,
    )


def naming_now() -> Naming | None:
    """Return what everything is called in the reader's language, None before a description is loaded. One query."""
    hospital = hospital_find()
    return naming_of(hospital) if hospital else None


def placement_rules() -> tuple[Placement, ...]:
    """Return the rules that place a machine known by its name, in the order they are tried."""
    hospital = hospital_find()
    return hospital.description.placements if hospital else ()


def zone_is_open(site: str) -> bool:
    """Say whether the zone segment of a site is open now."""
    return ZoneSegment.objects.filter(pk=site, state=ZoneState.OPEN.value).exists()


def day_zero() -> datetime | None:
    """Return the moment of the attack: as the description says, else of the first load; None before."""
    return Standing.objects.filter(pk=1).values_list("day_zero", flat=True).first()


def day_of(at: datetime) -> int | None:
    """Return N of D+N for a moment: calendar days since day zero where Relight stands."""
    zero = day_zero()
    if zero is None:
        return None
    return (timezone.localtime(at).date() - timezone.localtime(zero).date()).days


def page_of_subject(id: str) -> str | None:
    """Return the address of the page where an id that is no node stands, None for a node or a stranger.

    A site and a zone stand on the page of segments, an acceptance on its function's, a service or a function
    with several instances among the dependencies.
    """
    hospital = hospital_find()
    if hospital is None or id in hospital.graph.index:
        return None
    kind, _, rest = id.partition(":")
    sites = {site.id for site in hospital.description.sites}
    if id in sites or (kind == "zone" and rest in sites):
        return reverse("hospital:zones")
    if kind == "acceptance" and rest in hospital.graph.index:
        return reverse("hospital:node", args=[rest])
    if any(view.base == id for view in hospital.nodes):
        return reverse("hospital:index")
    return None
