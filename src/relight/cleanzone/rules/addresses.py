"""Addresses of the zone as its servers take them: Kea, dnsmasq, FreeRADIUS. And how an address is given.

Owns the order of addresses in a segment: the first ten are kept for routers and servers set by hand. Only machines
that may speak are written: a revoked one gets no address and no port. Source: docs/design/zone.md, "Addresses"
(cases 29-36); Kea's reservations, dnsmasq(8), FreeRADIUS' files module.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from ipaddress import IPv4Network, ip_address, ip_network

from relight.cleanzone.types import Machine, Segment

KEPT = 10


def addresses_room(network: str) -> int:
    """Return how many machines a segment's IPv4 network has room for."""
    return max(0, ip_network(network).num_addresses - KEPT - 2)


def address_at(network: str, number: int) -> str:
    """Return the address of the n-th machine of a network, from 1; empty without a network. Raises: IndexError."""
    if not network:
        return ""
    net = ip_network(network)
    position = KEPT + number
    if position >= net.num_addresses - 1:
        raise IndexError(number)
    return str(net[position])


def network_fault(text: str, *, version: int) -> str:
    """Say why a text is no network of a segment; empty when it is one."""
    try:
        net = ip_network(text)
    except ValueError:
        return text
    smallest = 29 if version == 4 else 120
    wrong = net.version != version or net.prefixlen > smallest or net.is_multicast or net.is_loopback
    return text if wrong else ""


def outside_fits(text: str) -> bool:
    """Say whether a text is a network a flow may name outside the zone: written whole, no wider than a /8."""
    try:
        net = ip_network(text)
    except ValueError:
        return False
    return "/" in text and net.prefixlen >= 8 and not net.is_multicast and not net.is_loopback


def overlaps(network: str, others: Iterable[str]) -> str:
    """Return the first of the others that shares addresses with a network, empty when none does."""
    net = ip_network(network)
    same = (other for other in others if ip_network(other).version == net.version)
    return next((other for other in same if net.overlaps(ip_network(other))), "")


def _reserved(machines: Sequence[Machine], segment: Segment, at: datetime) -> list[Machine]:
    net = ip_network(segment.ipv4)
    found = [m for m in machines if m.may_speak(at) and m.macs and m.ipv4 and ip_address(m.ipv4) in net]
    return sorted(found, key=lambda m: ip_address(m.ipv4).packed)


def kea_document(machines: Sequence[Machine], segments: Sequence[Segment], *, at: datetime) -> str:
    """Return Kea's `Dhcp4` as JSON: reservations only, no pool, so that an unknown card gets nothing.

    A machine with several cards has one reservation each for the same address (`ip-reservations-unique` is off).
    """
    subnets = []
    for number, one in enumerate(sorted(segments, key=lambda one: one.site), start=1):
        net = ip_network(one.ipv4)
        reservations = [
            {"hw-address": mac, "ip-address": machine.ipv4, "hostname": host_name(machine.name)}
            for machine in _reserved(machines, one, at)
            for mac in sorted(machine.macs)
        ]
        subnets.append(
            {
                "id": number,
                "subnet": one.ipv4,
                "user-context": {"site": one.site},
                "option-data": [{"name": "routers", "data": str(net[1])}],
                "pools": [],
                "reservations": reservations,
            }
        )
    body = {
        "ip-reservations-unique": False,
        "host-reservation-identifiers": ["hw-address"],
        "reservations-global": False,
        "reservations-in-subnet": True,
        "reservations-out-of-pool": True,
        "subnet4": subnets,
    }
    return json.dumps({"Dhcp4": body}, indent=2, ensure_ascii=True) + "\n"


def dnsmasq_text(machines: Sequence[Machine], segments: Sequence[Segment], *, at: datetime) -> str:
    """Return the same for dnsmasq: static ranges, one `dhcp-host` a machine."""
    lines = ["# Clean zone: an unknown card gets no address."]
    for one in sorted(segments, key=lambda one: one.site):
        net = ip_network(one.ipv4)
        assert isinstance(net, IPv4Network)
        lines.append(f"dhcp-range=set:{one.site},{net.network_address},static,{net.netmask}")
        lines.append(f"dhcp-option=tag:{one.site},option:router,{net[1]}")
        for machine in _reserved(machines, one, at):
            cards = ",".join(sorted(machine.macs))
            lines.append(f"dhcp-host={cards},{machine.ipv4},{host_name(machine.name)}")
    return "\n".join(lines) + "\n"


def radius_text(machines: Sequence[Machine], segments: Sequence[Segment], *, at: datetime) -> str:
    """Return FreeRADIUS' `authorize` file: MAC authentication, each card into its segment's VLAN, else refused."""
    lines = ["# Clean zone: cards of machines with a passport. What is not here is refused."]
    for one in sorted(segments, key=lambda one: one.site):
        for machine in _reserved(machines, one, at):
            for mac in sorted(machine.macs):
                plain = mac.replace(":", "")
                lines.append(f'{plain}\tCleartext-Password := "{plain}"')
                reply = [f'Reply-Message := "{host_name(machine.name)}"']
                if one.vlan:
                    reply.insert(0, "Tunnel-Type := VLAN")
                    reply.insert(1, "Tunnel-Medium-Type := IEEE-802")
                    reply.insert(2, f'Tunnel-Private-Group-Id := "{one.vlan}"')
                lines += [f"\t{word}{',' if place < len(reply) - 1 else ''}" for place, word in enumerate(reply)]
    lines.append("DEFAULT\tAuth-Type := Reject")
    return "\n".join(lines) + "\n"


def host_name(name: str) -> str:
    """Return a name as a host may carry it: letters, digits, hyphens, 63 at most."""
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower().split(".")[0]).strip("-")
    return plain[:63].strip("-") or "unnamed"


def unplaced(machines: Iterable[Machine], *, at: datetime) -> list[Machine]:
    """List machines that may speak and have no address or no card: they cannot be let in by their switch."""
    found = [m for m in machines if m.may_speak(at) and (not m.ipv4 or not m.macs)]
    return sorted(found, key=lambda m: (m.site, m.name))
