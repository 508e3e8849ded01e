"""What sites, services and functions are called in every language, as the description says.

Owns the names of places and things in reports. Refuses words of its own: those are in `rules.words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from relight.hospital.api import Hospital, unit_list, world_get
from relight.kernel.errors import RelightError
from relight.pmo.rules.words import Names, things


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseNames:
    """Names by id, each in the languages the description has. All empty before a description is loaded."""

    group: Names = field(default_factory=dict)
    sites: Mapping[str, Names] = field(default_factory=dict)
    services: Mapping[str, Names] = field(default_factory=dict)
    functions: Mapping[str, Names] = field(default_factory=dict)

    def thing(self, what: str) -> Names:
        """Name what does not work: a thing of every ward, or a function."""
        return things().get(what) or self.functions.get(what) or {"fr": what}

    def place(self, where: str) -> Names:
        """Name a service unit (`Urgences – Arlon`) or a site."""
        kind, _, rest = where.partition(":")
        if kind == "site":
            return self.sites.get(rest, {"fr": rest})
        service, _, site = where.partition("@")
        named, placed = self.services.get(service, {}), self.sites.get(site, {})
        fallback = next(iter(placed.values()), site)
        return {code: f"{word} – {placed.get(code, fallback)}" for code, word in named.items()} or {"fr": where}


def hospital_or_none() -> Hospital | None:
    """Return the hospital, None before a description is loaded."""
    try:
        return world_get()[0]
    except RelightError:
        return None


def house_names(hospital: Hospital | None = None) -> HouseNames:
    """Read the names. Args: hospital: when the caller has it in hand."""
    hospital = hospital or hospital_or_none()
    if hospital is None:
        return HouseNames()
    description = hospital.description
    return HouseNames(
        group=description.group.names,
        sites={site.id: site.names for site in description.sites},
        services={service.id: service.names for service in description.services},
        functions={function.id: function.names for function in description.functions},
    )


def relied_upon(where: str) -> tuple[str, ...]:
    """List the functions a unit relies on itself, as the description writes them; of all units without a place."""
    hospital = hospital_or_none()
    if hospital is None:
        return ()
    wanted = {where} if "@" in where else {unit.id for unit in unit_list() if where in ("", f"site:{unit.site}")}
    needs = hospital.graph.needs
    found = {
        hospital.nodes[child].base
        for place, node in enumerate(hospital.nodes)
        if node.id in wanted
        for child, _ in needs[place]
    }
    return tuple(function.id for function in hospital.description.functions if function.id in found)
