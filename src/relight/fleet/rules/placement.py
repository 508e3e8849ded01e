"""Where a machine stands and what it is for, from its name, its address and what its source says.

Owns the order of the clues. Refuses to overrule: it proposes, a field somebody filled stays. Pure: the
description's rules, subnets and names are arguments. Source: docs/design/inventories.md, cases 30 to 36.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from relight.fleet.types import Klass
from relight.kernel.ids import is_slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the description: a pattern for the whole host name, and what it says."""

    hostname: str
    site: str = ""
    role: str = ""
    service: str = ""
    klass: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is proposed for a machine; empty where nothing says anything."""

    site: str = ""
    role: str = ""
    service: str = ""
    klass: Klass | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What a source says. Texts are the source's own: a site's id or its name in any language."""

    hostname: str = ""
    ips: tuple[str, ...] = ()
    site: str = ""
    role: str = ""
    service: str = ""
    klass: Klass | None = None
    tags: tuple[str, ...] = ()


def folded(text: str) -> str:
    """Reduce a name to compare: no accents, no case, no signs."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", "", "".join(c for c in plain if not unicodedata.combining(c)))


class Placer:
    """The description's ways of placing a machine, made ready once for many machines.

    Args: rules: tried in order, the first whose pattern fits wins. subnets: (network, site). sites,
    services: id by name, in every language the description has.
    """

    def __init__(
        self,
        *,
        rules: Sequence[Rule] = (),
        subnets: Sequence[tuple[str, str]] = (),
        sites: Mapping[str, str] | None = None,
        services: Mapping[str, str] | None = None,
    ) -> None:
        self._rules = [(re.compile(rule.hostname), rule) for rule in rules]
        nets = [(ip_network(network, strict=False), site) for network, site in subnets]
        self._subnets: list[tuple[IPv4Network | IPv6Network, str]] = sorted(
            nets, key=lambda pair: pair[0].prefixlen, reverse=True
        )
        self._sites = {folded(name): id for name, id in (sites or {}).items()}
        self._services = {folded(name): id for name, id in (services or {}).items()}

    def place(self, clues: Clues) -> Place:
        """Propose a place: the source's own site and service where they are known, then the rule for the
        name, then the subnet; the rule's role and class before the source's words for them."""
        rule = self._rule(clues.hostname)
        klass = _klass(rule.klass) or clues.klass
        return Place(
            site=self._sites.get(folded(clues.site), "") or rule.site or self._subnet(clues.ips),
            role=rule.role or _slug(clues.role) or ("workstation" if klass is Klass.WORKSTATION else ""),
            service=self._services.get(folded(clues.service), "") or rule.service,
            klass=klass,
            tags=tuple(dict.fromkeys(slug for tag in (*rule.tags, *clues.tags) if (slug := _slug(tag)))),
        )

    def _rule(self, hostname: str) -> Rule:
        if hostname:
            for pattern, rule in self._rules:
                if pattern.fullmatch(hostname):
                    return rule
        return _NO_RULE

    def _subnet(self, ips: Sequence[str]) -> str:
        if not self._subnets:
            return ""
        for text in ips:
            ip = ip_address(text)
            for network, site in self._subnets:
                if ip.version == network.version and ip in network:
                    return site
        return ""


_NO_RULE = Rule(hostname="")


def _klass(word: str) -> Klass | None:
    return Klass(word) if word in Klass._value2member_map_ else None


def _slug(text: str) -> str:
    """A role or tag as the description writes them; words that cannot become one are left to the source."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    slug = re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")
    return slug if is_slug(slug) else ""
