"""Turns machines and flows into groups and rules: what every output is written from.

Owns which addresses are in which group. Deterministic: the same zone gives the same ruleset, whatever the order it
was read in. Nothing of a machine whose passport does not hold gets into a group. Source: docs/design/zone.md,
"Compiling" (cases 13-20).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from relight.cleanzone.types import Flow, Machine, Packet, Peer, Ports, Segment, Zone

NAME_MOST = 24  # nft takes longer set names, people do not


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Addresses a peer stands for now. name: of its sets, `g_workstation_arlon_` and a digest; outside: networks."""

    name: str
    peer: Peer
    ipv4: tuple[str, ...]
    ipv6: tuple[str, ...]

    @property
    def outside(self) -> bool:
        return bool(self.peer.networks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One flow as a router applies it. source, destination: names of groups."""

    flow: Flow
    source: str
    destination: str

    @property
    def protocol(self) -> str:
        return self.flow.protocol

    @property
    def ports(self) -> Ports:
        return self.flow.ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset:
    """What a router shall hold. shut: addresses in the zone that may not speak: revoked, expired, quarantined."""

    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]
    shut4: tuple[str, ...]
    shut6: tuple[str, ...]
    segments: tuple[Segment, ...]
    management: tuple[str, ...]
    left_out: tuple[Flow, ...]


def ruleset_compile(zone: Zone) -> Ruleset:
    """Compile a zone. Flows whose end has come are left out and named; empty groups stay, for what comes later."""
    flows = sorted(zone.flows, key=lambda flow: flow.number)
    live = [flow for flow in flows if flow.expires_at is None or flow.expires_at > zone.at]
    index = _Index(machine for machine in zone.machines if machine.may_speak(zone.at))
    peers = {peer.text(): peer for flow in live for peer in (flow.source, flow.destination)}
    groups = {text: _group(peer, index) for text, peer in sorted(peers.items())}
    shut = [machine for machine in zone.machines if not machine.may_speak(zone.at)]
    return Ruleset(
        groups=tuple(groups.values()),
        rules=tuple(
            Rule(flow=flow, source=groups[flow.source.text()].name, destination=groups[flow.destination.text()].name)
            for flow in live
        ),
        shut4=addresses_sorted(machine.ipv4 for machine in shut),
        shut6=addresses_sorted(machine.ipv6 for machine in shut),
        segments=tuple(sorted(zone.segments, key=lambda one: one.site)),
        management=tuple(sorted(zone.management)),
        left_out=tuple(flow for flow in flows if flow not in live) if len(live) < len(flows) else (),
    )


class _Index:
    """Machines that may speak, by each word a peer may ask for: a group is an intersection, not a walk over all."""

    def __init__(self, machines: Iterable[Machine]) -> None:
        self._machines = list(machines)
        self._by: dict[tuple[str, str], set[int]] = defaultdict(set)
        for position, machine in enumerate(self._machines):
            words = (("role", machine.role), ("site", machine.site), ("service", machine.service))
            for name, value in (*words, ("item", machine.item), *(("tag", tag) for tag in machine.tags)):
                if value:
                    self._by[name, value].add(position)

    def of(self, peer: Peer) -> list[Machine]:
        fields = peer.fields()
        if not fields:
            return []
        found = sorted((self._by.get(field, set()) for field in fields), key=len)
        return [self._machines[position] for position in set.intersection(*found)]


def _group(peer: Peer, index: _Index) -> Group:
    if peer.networks:
        nets = [ip_network(network) for network in peer.networks]
        return Group(
            name=group_name(peer),
            peer=peer,
            ipv4=tuple(str(net) for net in sorted(net for net in nets if isinstance(net, IPv4Network))),
            ipv6=tuple(str(net) for net in sorted(net for net in nets if isinstance(net, IPv6Network))),
        )
    machines = index.of(peer)
    return Group(
        name=group_name(peer),
        peer=peer,
        ipv4=addresses_sorted(machine.ipv4 for machine in machines),
        ipv6=addresses_sorted(machine.ipv6 for machine in machines),
    )


def group_name(peer: Peer) -> str:
    """Return the name of a peer's group: its words, and 64 bits of a digest: sharing a set would open."""
    text = peer.text()
    words = "outside" if peer.networks else "_".join(value for _, value in peer.fields())
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in words.lower())[:NAME_MOST].strip("_")
    return f"g_{plain}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


@lru_cache(maxsize=300_000)
def _order(address: str) -> tuple[int, int]:
    ip = ip_address(address)
    return ip.version, int(ip)


def addresses_sorted(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return addresses once each, by number."""
    return tuple(sorted({address for address in addresses if address}, key=_order))


# -- what a compiled ruleset does ------------------------------------------------------------------


class Verdicts:
    """Runs packets over a compiled ruleset as a router would: shut first, then the rules in order."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._shut = {ip_address(address) for address in (*ruleset.shut4, *ruleset.shut6)}
        self._members: Mapping[str, frozenset[IPv4Address | IPv6Address]] = {
            group.name: frozenset(ip_address(a) for a in (*group.ipv4, *group.ipv6))
            for group in ruleset.groups
            if not group.outside
        }
        self._nets: Mapping[str, Sequence[IPv4Network | IPv6Network]] = {
            group.name: [ip_network(net) for net in (*group.ipv4, *group.ipv6)]
            for group in ruleset.groups
            if group.outside
        }
        self._zone = [ip_network(net) for one in ruleset.segments for net in (one.ipv4, one.ipv6) if net]

    def rule_for(self, packet: Packet) -> Rule | None:
        """Return the rule that lets a new connection through, None when it is dropped."""
        source, destination = ip_address(packet.source), ip_address(packet.destination)
        if source in self._shut or destination in self._shut or source.version != destination.version:
            return None
        for rule in self._ruleset.rules:
            if (
                rule.protocol == packet.protocol
                and any(low <= packet.port <= high for low, high in rule.ports)
                and self._holds(rule.source, source)
                and self._holds(rule.destination, destination)
            ):
                return rule
        return None

    def _holds(self, name: str, address: IPv4Address | IPv6Address) -> bool:
        if name in self._members:
            return address in self._members[name]
        if any(address.version == net.version and address in net for net in self._zone):
            return False  # an outside network never stands for an address of the zone
        return any(address.version == net.version and address in net for net in self._nets[name])
