"""What the clean zone is made of, as plain values.

Owns peers (who a flow is from and to), flows, machines with their zone addresses, segments, packets.
Refuses Django, sockets and clocks. Source: docs/design/zone.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from relight.kernel.errors import N_

PROTOCOLS = ("tcp", "udp")
Ports = tuple[tuple[int, int], ...]


class FlowState(Enum):
    """Where a flow stands. Only an approved one opens anything."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    CLOSED = "closed"


class Origin(Enum):
    """Who asked for a flow: the graph, an app below or beside (the laboratory), a person."""

    GRAPH = "graph"
    APP = "app"
    HAND = "hand"


class TryState(Enum):
    """What became of a ruleset sent to a router."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    ROLLED_BACK = "rolled-back"
    FAILED = "failed"


FLOW_WORDS: Mapping[FlowState, str] = {
    FlowState.PROPOSED: N_("proposed"),
    FlowState.APPROVED: N_("approved"),
    FlowState.REFUSED: N_("refused"),
    FlowState.CLOSED: N_("closed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One side of a flow: machines that fit every field that is not empty, or networks outside the zone.

    Args: item: one machine, by id. networks: addresses that are no machine of the zone, as CIDR; then the
    other fields are empty. A peer with nothing at all selects nothing.
    """

    role: str = ""
    site: str = ""
    service: str = ""
    tag: str = ""
    item: str = ""
    networks: tuple[str, ...] = ()

    def fields(self) -> tuple[tuple[str, str], ...]:
        """Return the fields that are not empty, in the order they are written."""
        pairs = (("role", self.role), ("site", self.site), ("service", self.service), ("tag", self.tag))
        return tuple((name, value) for name, value in (*pairs, ("item", self.item)) if value)

    def text(self) -> str:
        """Return the stable written form: `role=workstation,site=arlon`, or `net=192.0.2.0/28`."""
        if self.networks:
            return "net=" + "+".join(self.networks)
        return ",".join(f"{name}={value}" for name, value in self.fields())

    def document(self) -> dict[str, str]:
        """Return it as it is stored."""
        return {**dict(self.fields()), **({"net": "+".join(self.networks)} if self.networks else {})}

    def covers(self, other: Peer) -> bool:
        """Say whether whatever the other selects is selected here too."""
        if self.networks or other.networks:
            return self.networks == other.networks
        theirs = dict(other.fields())
        return all(theirs.get(name) == value for name, value in self.fields())


def peer_of(document: Mapping[str, str]) -> Peer:
    """Read a peer as it is stored."""
    fields = {name: document.get(name, "") for name in ("role", "site", "service", "tag", "item")}
    return Peer(**fields, networks=tuple(part for part in document.get("net", "").split("+") if part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Who may open a connection to whom. number: what people call it, F12. ports: inclusive pairs.

    expires_at: from then on it opens nothing; None means it has no end.
    """

    number: int
    source: Peer
    destination: Peer
    protocol: str
    ports: Ports
    reason: str = ""
    owner: str = ""
    expires_at: datetime | None = None

    @property
    def id(self) -> str:
        return f"F{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A flow something needs. why: nodes that need it and the function they need, `emergency@arlon>imaging`."""

    source: Peer
    destination: Peer
    protocol: str
    ports: Ports
    owner: str = ""
    why: tuple[str, ...] = ()

    def key(self) -> str:
        """Return what names the same flow again on the next day."""
        return f"{self.source.text()}>{self.destination.text()}/{self.protocol}/{ports_text(self.ports)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine with an address in the zone.

    Args: valid_until: end of its passport, None without one. ipv4, ipv6: zone addresses, empty without one.
    macs: network cards, `aa:bb:cc:dd:ee:ff`. cut: quarantined or its passport revoked.
    """

    item: str
    name: str
    site: str = ""
    role: str = ""
    service: str = ""
    tags: tuple[str, ...] = ()
    os: str = ""
    macs: tuple[str, ...] = ()
    ipv4: str = ""
    ipv6: str = ""
    valid_until: datetime | None = None
    cut: bool = False

    def may_speak(self, at: datetime) -> bool:
        """Say whether its passport holds at a moment; a machine without one opens nothing."""
        return not self.cut and self.valid_until is not None and self.valid_until > at

    def addresses(self) -> tuple[str, ...]:
        return tuple(address for address in (self.ipv4, self.ipv6) if address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A site's part of the zone. interface: the router's, towards it; empty when not said. vlan: 0 when none."""

    site: str
    ipv4: str
    ipv6: str = ""
    vlan: int = 0
    interface: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """The first packet of a connection, as a router sees it."""

    source: str
    destination: str
    protocol: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """All that a ruleset is compiled from. management: networks that may reach the router itself by SSH."""

    machines: tuple[Machine, ...]
    flows: tuple[Flow, ...]
    segments: tuple[Segment, ...]
    at: datetime
    management: tuple[str, ...] = ()


def ports_text(ports: Ports) -> str:
    """Return ports as people write them: `443,8440-8450`."""
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in ports)


def ports_of(text: str) -> Ports | None:
    """Read ports as people write them; None when they are none. Overlaps are joined, order is by number."""
    found: list[tuple[int, int]] = []
    for part in text.replace(";", ",").replace(" ", ",").split(","):
        if not part:
            continue
        low, _, high = part.partition("-")
        high = high or low
        if not all(word.isascii() and word.isdecimal() and len(word) <= 5 for word in (low, high)):
            return None
        first, last = int(low), int(high)
        if not 1 <= first <= last <= 65535:
            return None
        found.append((first, last))
    return ports_joined(found) or None


def ports_joined(ports: list[tuple[int, int]]) -> Ports:
    """Return ports in order, with what overlaps or touches joined."""
    joined: list[tuple[int, int]] = []
    for low, high in sorted(ports):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return tuple(joined)
