"""What flows the dependencies ask for, and which approved ones nothing asks for any more.

Owns how a reliance becomes a flow: from the machines that carry who relies, to the machines that carry the function,
on the ports it answers on. A function without ports (a network, a feed) is looked through: who relies on it relies on
what it relies on. Source: docs/design/zone.md, "Proposing" (cases 21-28).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from relight.cleanzone.types import Flow, Peer, Ports, Proposal, ports_joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A function or a service unit. peers: what carries it. answers: (protocol, ports) it takes connections on."""

    id: str
    base: str
    site: str
    is_unit: bool
    owner: str
    needs: tuple[str, ...]
    peers: tuple[Peer, ...]
    answers: tuple[tuple[str, Ports], ...]


def proposals(parts: Sequence[Part]) -> list[Proposal]:
    """List the flows the parts ask for, once each, by key.

    A service that relies on one function for the whole group at each of its sites gets one flow, not one a site.
    """
    by_id = {part.id: part for part in parts}
    sites_of = _sites_by_service(parts)
    reached: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for part in parts:
        for need in _answering(part, by_id):
            reached[part.id, need][f"{part.id}>{need}"] = None
    merged: dict[tuple[str, Peer, Peer, str], tuple[list[tuple[int, int]], dict[str, None]]] = {}
    for (user, need), why in reached.items():
        function = by_id[need]
        for source in _sources(by_id[user], need, reached, sites_of):
            for destination in function.peers:
                for protocol, ports in function.answers:
                    key = (function.owner, source, destination, protocol)
                    known, reasons = merged.setdefault(key, ([], {}))
                    known.extend(ports)
                    reasons.update(why)
    found = [
        Proposal(
            source=source,
            destination=destination,
            protocol=protocol,
            ports=ports_joined(ports),
            owner=owner,
            why=tuple(reasons),
        )
        for (owner, source, destination, protocol), (ports, reasons) in merged.items()
        if source != destination or len(source.fields()) > 0
    ]
    return sorted(found, key=lambda one: one.key())


def _sites_by_service(parts: Sequence[Part]) -> Mapping[str, frozenset[str]]:
    sites: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        if part.is_unit:
            sites[part.base].add(part.site)
    return {service: frozenset(found) for service, found in sites.items()}


def _answering(part: Part, by_id: Mapping[str, Part]) -> Iterable[str]:
    """Yield the functions a part reaches that take connections, looking through those that do not."""
    seen: set[str] = set()
    waiting = list(part.needs)
    while waiting:
        need = waiting.pop()
        if need in seen or need not in by_id:
            continue
        seen.add(need)
        if by_id[need].answers:
            yield need
        else:
            waiting.extend(by_id[need].needs)


def _sources(
    user: Part,
    need: str,
    reached: Mapping[tuple[str, str], object],
    sites_of: Mapping[str, frozenset[str]],
) -> tuple[Peer, ...]:
    if not user.is_unit:
        return user.peers
    everywhere = all((f"{user.base}@{site}", need) in reached for site in sites_of[user.base])
    if everywhere and len(sites_of[user.base]) > 1:
        return tuple(Peer(role=peer.role, service=peer.service, tag=peer.tag) for peer in user.peers)
    return user.peers


def is_needed(flow: Flow, asked: Iterable[Proposal]) -> bool:
    """Say whether something still asks for what a flow opens, or for part of it."""
    return any(
        proposal.protocol == flow.protocol
        and (flow.source.covers(proposal.source) or proposal.source.covers(flow.source))
        and (flow.destination.covers(proposal.destination) or proposal.destination.covers(flow.destination))
        and any(low <= last and first <= high for low, high in flow.ports for first, last in proposal.ports)
        for proposal in asked
    )
