"""The change that brings a running table down to what may still be open; it never opens anything.

Owns three kinds of closing: an address into the shut set, a rule of a flow that ended, an address out of a group.
What is missing from the running table stays missing: opening is a person's act. Source: docs/design/zone.md,
"Closings" (cases 79-84).
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from relight.cleanzone.rules.compile import Ruleset
from relight.cleanzone.rules.drift import NAME, spans, spans_listed, spans_without
from relight.cleanzone.rules.nft import PREFIX_OF_FLOW, TABLE, shut_change


def closing_change(ruleset: Ruleset, listing: Mapping[str, Any]) -> str:
    """Return the change as nft takes it, empty when nothing is open that may not be. Raises: KeyError, TypeError,
    ValueError when the listing is not what nft writes."""
    mine = [body for one in listing["nftables"] for body in one.values() if isinstance(body, dict)]
    mine = [body for body in mine if body.get("family") == "inet" and body.get("table") == NAME]
    sets = {body["name"]: body for body in mine if "type" in body and "hook" not in body}
    if "shut4" not in sets:
        return ""
    lines = [_shut(ruleset, sets)]
    wanted = {f"{PREFIX_OF_FLOW}{rule.flow.number}" for rule in ruleset.rules}
    for body in mine:
        counters = [str(part["counter"]) for part in body.get("expr", []) if "counter" in part]
        if any(name.startswith(PREFIX_OF_FLOW) and name not in wanted for name in counters):
            lines.append(f"delete rule {TABLE} {body['chain']} handle {int(body['handle'])}\n")
    held = {
        f"{group.name}_{version}": getattr(group, f"ipv{version}") for group in ruleset.groups for version in (4, 6)
    }
    for name, addresses in held.items():
        if name in sets and "interval" not in sets[name].get("flags", []):
            extra = spans_without(spans_listed(sets[name].get("elem", [])), spans(addresses))
            gone = [_address(v, n) for v, first, last in extra for n in range(first, last + 1)]
            if gone:
                lines.append(f"delete element {TABLE} {name} {{ {', '.join(gone)} }}\n")
    return "".join(lines)


def _shut(ruleset: Ruleset, sets: Mapping[str, Any]) -> str:
    missing: list[str] = []
    for version, addresses in ((4, ruleset.shut4), (6, ruleset.shut6)):
        held = spans_listed(sets[f"shut{version}"].get("elem", []))
        for kind, first, last in spans_without(spans(addresses), held):
            missing += [_address(kind, number) for number in range(first, last + 1)]
    return shut_change(shut=missing)


def _address(version: int, number: int) -> str:
    return str(IPv4Address(number) if version == 4 else IPv6Address(number))
