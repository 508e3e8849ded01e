"""What everything is called in the reader's language: nodes, sites, gates, components, selectors.

Owns `Naming`, made once a request from the hospital in force. Refuses queries of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language, gettext

from relight.hospital.rules.compile import WORKSTATION, Hospital
from relight.hospital.types import ComponentReport, Selector


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Names by id. components: what components are called, by reference, as far as known."""

    nodes: Mapping[str, str]
    sites: Mapping[str, str]
    services: Mapping[str, str]
    components: Mapping[str, ComponentReport]
    roles: Mapping[str, str] = field(default_factory=dict)

    def node(self, id: str) -> str:
        """Name a function, a unit, an acceptance, a zone or a component; an unknown id names itself."""
        if id in self.nodes:
            return self.nodes[id]
        kind, _, rest = id.partition(":")
        if kind == "acceptance":
            return gettext("acceptance of %(name)s") % {"name": self.nodes.get(rest, rest)}
        if kind == "zone":
            return gettext("zone segment of %(name)s") % {"name": self.sites.get(rest, rest)}
        if kind == "description":
            return gettext("a new description")
        known = self.components.get(id)
        return known.name if known else id

    def role(self, id: str) -> str:
        """Name a role of machines: as the description calls it, else its id."""
        return self.roles.get(id) or (gettext("workstation") if id == WORKSTATION else id)

    def owner(self, id: str) -> str:
        """Name who looks after a function: a service, or a role the description names; else the id."""
        return self.roles.get(id) or self.services.get(id, id)

    def selector(self, select: Selector) -> str:
        """Say what a selector selects: `workstation · Arlon · Emergency`."""
        parts = (
            self.role(select.role),
            self.services.get(select.service, select.service),
            self.sites.get(select.site, select.site),
            gettext("marked “%(tag)s”") % {"tag": select.tag} if select.tag else "",
        )
        return " · ".join(part for part in parts if part)

    def selector_text(self, text: str) -> str:
        """Say what the written form of a selector selects (`role=switch,site=arlon`)."""
        fields = dict(part.partition("=")[::2] for part in text.split(",") if "=" in part)
        known = {key: value for key, value in fields.items() if key in Selector.__dataclass_fields__}
        return self.selector(Selector(**known)) if known else self.node(text)


def naming_of(hospital: Hospital, components: Mapping[str, ComponentReport] | None = None) -> Naming:
    """Make the names of a hospital in the language of this thread."""
    language = get_language() or "en"
    description = hospital.description
    sites = {site.id: site.name(language) for site in description.sites}
    services = {service.id: service.name(language) for service in description.services}
    functions = {function.id: function.name(language) for function in description.functions}
    roles = {role.id: role.name(language) for role in description.roles}
    nodes = {}
    for view in hospital.nodes:
        name = functions.get(view.base) or services.get(view.base, view.base)
        nodes[view.id] = f"{name} · {sites.get(view.site, view.site)}" if view.site else name
    return Naming(nodes=nodes, sites=sites, services=services, components=components or {}, roles=roles)
