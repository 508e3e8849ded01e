"""What a router really holds, from `nft -j list ruleset`, against what was compiled.

Owns the comparison: chains with their policy, rules in their order, elements of sets, and other tables that also
decide about what passes. Counters, handles and the way nft joins ranges are no difference.
Source: docs/design/zone.md, "Drift" (cases 37-44); libnftables-json(5).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from relight.cleanzone.rules.compile import Ruleset
from relight.cleanzone.rules.nft import forward_rules, input_rules
from relight.kernel.errors import N_

Span = tuple[int, int, int]  # version, first, last
NAME = "relight_zone"


class DriftKind(Enum):
    """What differs on a router."""

    TABLE = "table"
    POLICY = "policy"
    RULE_MISSING = "rule-missing"
    RULE_EXTRA = "rule-extra"
    ADDRESS_MISSING = "address-missing"
    ADDRESS_EXTRA = "address-extra"
    OTHER_TABLE = "other-table"


DRIFT_WORDS: Mapping[DriftKind, str] = {
    DriftKind.TABLE: N_("The zone's table is not there: this router does not guard the zone."),
    DriftKind.POLICY: N_("A chain is not there, or does not drop what no flow allows."),
    DriftKind.RULE_MISSING: N_("A rule that was compiled is not there."),
    DriftKind.RULE_EXTRA: N_("There is a rule nobody compiled, or it stands at another place."),
    DriftKind.ADDRESS_MISSING: N_("An address that belongs to a group is not in it."),
    DriftKind.ADDRESS_EXTRA: N_("There is an address in a group that was not compiled into it."),
    DriftKind.OTHER_TABLE: N_("Another table decides about the same traffic."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One difference. what: the rule, the group and its addresses, the chain."""

    kind: DriftKind
    what: str

    def document(self) -> dict[str, str]:
        return {"kind": self.kind.value, "what": self.what}


def drift_find(ruleset: Ruleset, document: Mapping[str, Any]) -> list[Drift]:
    """List what differs between a compiled ruleset and what a router lists. Raises: ValueError, TypeError, KeyError
    when the document is not what nft writes."""
    listed = document["nftables"]
    if not isinstance(listed, list):
        raise TypeError("nftables")
    mine = [one for one in listed if _table_of(one) == NAME]
    if not any("table" in one for one in mine):
        return [Drift(kind=DriftKind.TABLE, what=NAME), *_others(listed)]
    return [*_chains(mine), *_rules(ruleset, mine), *_sets(ruleset, mine), *_others(listed)]


def _table_of(one: Mapping[str, Any]) -> str:
    body: Any = next(iter(one.values()), None)
    if not isinstance(body, dict) or body.get("family") != "inet":
        return ""
    return str(body.get("name") if "table" in one else body.get("table", ""))


def _chains(mine: Sequence[Mapping[str, Any]]) -> Iterator[Drift]:
    held = {one["chain"]["name"]: one["chain"] for one in mine if "chain" in one}
    for hook in ("forward", "input"):
        chain = held.pop(f"zone_{hook}", None)
        if chain is None or chain.get("hook") != hook or chain.get("policy") != "drop" or chain.get("prio") != 0:
            yield Drift(kind=DriftKind.POLICY, what=f"zone_{hook}")
    for name in held:
        yield Drift(kind=DriftKind.RULE_EXTRA, what=name)


def _rules(ruleset: Ruleset, mine: Sequence[Mapping[str, Any]]) -> Iterator[Drift]:
    for chain, wanted in (("zone_forward", forward_rules(ruleset)), ("zone_input", input_rules(ruleset))):
        want = [(json.dumps(expr, sort_keys=True), text) for text, expr in wanted]
        have = [
            (json.dumps(_plain(one["rule"]["expr"]), sort_keys=True), str(one["rule"].get("comment", "")))
            for one in mine
            if "rule" in one and one["rule"]["chain"] == chain
        ]
        if [expr for expr, _ in want] == [expr for expr, _ in have]:
            continue
        held, asked = {expr for expr, _ in have}, {expr for expr, _ in want}
        missing = [text for expr, text in want if expr not in held]
        extra = [(expr, comment) for expr, comment in have if expr not in asked]
        yield from (Drift(kind=DriftKind.RULE_MISSING, what=text) for text in missing)
        for expr, comment in extra:
            yield Drift(kind=DriftKind.RULE_EXTRA, what=comment or _short(expr))
        if not missing and not extra:
            yield Drift(kind=DriftKind.RULE_EXTRA, what=f"{chain}: order")


def _plain(expr: Sequence[Mapping[str, Any]]) -> list[object]:
    """Return a rule's parts without what changes by itself: anonymous counters count."""
    return [{"counter": None} if isinstance(one.get("counter"), dict) else one for one in expr if "comment" not in one]


def _short(expr: str) -> str:
    return expr if len(expr) <= 160 else expr[:157] + "…"


def _sets(ruleset: Ruleset, mine: Sequence[Mapping[str, Any]]) -> Iterator[Drift]:
    held = {one["set"]["name"]: one["set"].get("elem", []) for one in mine if "set" in one}
    wanted: dict[str, tuple[str, ...]] = {"shut4": ruleset.shut4, "shut6": ruleset.shut6}
    wanted["zone4"] = tuple(one.ipv4 for one in ruleset.segments if one.ipv4)
    wanted["zone6"] = tuple(one.ipv6 for one in ruleset.segments if one.ipv6)
    for group in ruleset.groups:
        wanted[f"{group.name}_4"], wanted[f"{group.name}_6"] = group.ipv4, group.ipv6
    for name, addresses in wanted.items():
        want, have = spans(addresses), spans_listed(held.pop(name, []))
        for kind, found in (
            (DriftKind.ADDRESS_MISSING, spans_without(want, have)),
            (DriftKind.ADDRESS_EXTRA, spans_without(have, want)),
        ):
            if found:
                yield Drift(kind=kind, what=f"{name}: {spans_text(found)}")
    for name in held:
        yield Drift(kind=DriftKind.RULE_EXTRA, what=f"set {name}")


def _others(listed: Iterable[Mapping[str, Any]]) -> Iterator[Drift]:
    for one in listed:
        chain = one.get("chain")
        if chain and chain.get("table") != NAME and chain.get("hook") in ("forward", "prerouting", "ingress"):
            what = f"{chain['family']} {chain['table']} {chain['name']} ({chain['hook']})"
            yield Drift(kind=DriftKind.OTHER_TABLE, what=what)


# -- addresses as spans: nft joins and splits ranges as it likes ------------------------------------


def spans(addresses: Iterable[str]) -> list[Span]:
    """Return addresses and networks as spans of numbers, in order, joined where they touch."""
    found: list[Span] = []
    for text in addresses:
        net = ip_network(text)
        found.append((net.version, int(net.network_address), int(net.broadcast_address)))
    return _joined(found)


def spans_listed(elements: Iterable[Any]) -> list[Span]:
    """Read the elements of a set as nft lists them: addresses, prefixes, ranges, with or without a wrapper."""
    found: list[Span] = []
    for element in elements:
        one = element["elem"]["val"] if isinstance(element, dict) and "elem" in element else element
        if isinstance(one, str):
            ip = ip_address(one)
            found.append((ip.version, int(ip), int(ip)))
        elif "prefix" in one:
            net = ip_network(f"{one['prefix']['addr']}/{one['prefix']['len']}")
            found.append((net.version, int(net.network_address), int(net.broadcast_address)))
        else:
            first, last = (ip_address(end) for end in one["range"])
            found.append((first.version, int(first), int(last)))
    return _joined(found)


def _joined(found: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for version, first, last in sorted(found):
        if joined and joined[-1][0] == version and first <= joined[-1][2] + 1:
            joined[-1] = (version, joined[-1][1], max(joined[-1][2], last))
        else:
            joined.append((version, first, last))
    return joined


def spans_without(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Return what is in the first and not in the others. Both in order and joined."""
    left: list[Span] = []
    for version, first, last in some:
        at = first
        for other, low, high in others:
            if other != version or high < at or low > last:
                continue
            if low > at:
                left.append((version, at, low - 1))
            at = max(at, high + 1)
        if at <= last:
            left.append((version, at, last))
    return left


def spans_text(found: Sequence[Span], *, most: int = 6) -> str:
    """Return spans for people, the first few and how many more."""

    def one(span: Span) -> str:
        version, first, last = span
        kind = IPv4Address if version == 4 else IPv6Address
        return str(kind(first)) if first == last else f"{kind(first)}-{kind(last)}"

    words = [one(span) for span in found[:most]]
    return ", ".join([*words, f"+{len(found) - most}"] if len(found) > most else words)
