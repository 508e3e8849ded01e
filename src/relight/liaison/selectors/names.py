"""What sites, services and specialties are called, in the reader's language and in all four.

Owns joining the hospital's description with the shipped list of specialties: a service and a specialty of one id are
one thing. Refuses storage of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import translation
from django.utils.translation import get_language

from relight.hospital.api import group_name, naming_now, service_list, site_list
from relight.liaison.rules.directory import names_index
from relight.liaison.rules.facts import Names
from relight.liaison.rules.specialties import specialties
from relight.liaison.types import LANGUAGES


def language_now() -> str:
    """Return the two letters of the reader's language."""
    return (get_language() or "fr")[:2]


def site_names() -> dict[str, str]:
    """Name the sites by id, in their order. Three queries."""
    return {site.id: site.name for site in site_list()}


def specialty_names() -> dict[str, str]:
    """Name services and specialties by id, by name. One query."""
    language = language_now()
    named = {one.id: capital(one.names.get(language) or one.names["en"]) for one in specialties()}
    named |= {one.id: one.name for one in service_list()}
    return dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))


def capital(name: str) -> str:
    """Write the first letter large."""
    return name[:1].upper() + name[1:]


def specialty_index() -> dict[str, str]:
    """Map every word a service or specialty goes by, in every language, to its id."""
    own = [(one.id, (*one.names.values(), *sorted(one.words))) for one in specialties()]
    services = [(id, tuple(names.values())) for id, names in all_names()["services"].items()]
    return names_index([*services, *own])


def site_index() -> dict[str, str]:
    """Map every name of a site, in every language, to its id."""
    return names_index([(id, tuple(names.values())) for id, names in all_names()["sites"].items()])


def all_names() -> Mapping[str, Mapping[str, Names]]:
    """Name sites, services, functions and the group in four languages: `sites`, `services`, `nodes`, `group`.

    Eight queries. Everything is empty before a description is loaded.
    """
    found: dict[str, dict[str, dict[str, str]]] = {"sites": {}, "services": {}, "nodes": {}, "group": {"": {}}}
    for language in LANGUAGES:
        with translation.override(language):
            naming = naming_now()
            if naming is None:
                continue
            found["group"][""][language] = group_name()
            for kind, names in (("sites", naming.sites), ("services", naming.services), ("nodes", naming.nodes)):
                for id, name in names.items():
                    found[kind].setdefault(id, {})[language] = name
    return found
