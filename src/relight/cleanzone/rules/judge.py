"""What the zone means, said as plainly as possible: the reference every compiled ruleset is held against.

Owns the meaning of a flow. It looks at machines and flows only, one packet at a time, knows nothing of groups,
sets or rules, and shares no code with `compile`: property tests compare the two. Source: docs/design/zone.md,
cases 1-12.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from relight.cleanzone.types import Flow, Machine, Packet, Peer, Zone


def flow_for(zone: Zone, packet: Packet) -> Flow | None:
    """Return the first flow that lets a new connection through, or None: then it is dropped."""
    source, destination = _machine(zone, packet.source), _machine(zone, packet.destination)
    for machine in (source, destination):
        if machine is not None and not machine.may_speak(zone.at):
            return None
    for flow in zone.flows:
        if flow.expires_at is not None and flow.expires_at <= zone.at:
            continue
        if flow.protocol != packet.protocol:
            continue
        if not any(low <= packet.port <= high for low, high in flow.ports):
            continue
        if ip_address(packet.source).version != ip_address(packet.destination).version:
            continue
        ends = ((flow.source, source, packet.source), (flow.destination, destination, packet.destination))
        if all(_fits(peer, machine, address, zone) for peer, machine, address in ends):
            return flow
    return None


def _machine(zone: Zone, address: str) -> Machine | None:
    return next((machine for machine in zone.machines if address in machine.addresses()), None)


def _fits(peer: Peer, machine: Machine | None, address: str, zone: Zone) -> bool:
    if peer.networks:  # an outside network never stands for an address of the zone
        inside = any(_in(address, net) for one in zone.segments for net in (one.ipv4, one.ipv6) if net)
        return not inside and any(_in(address, network) for network in peer.networks)
    if machine is None or not peer.fields():
        return False
    return (
        peer.role in ("", machine.role)
        and peer.site in ("", machine.site)
        and peer.service in ("", machine.service)
        and (not peer.tag or peer.tag in machine.tags)
        and peer.item in ("", machine.item)
    )


def _in(address: str, network: str) -> bool:
    return ip_address(address) in ip_network(network)
