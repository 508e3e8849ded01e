"""Flows in words for people: the names of roles, services and sites instead of their ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from relight.cleanzone.models import FlowRow
from relight.cleanzone.selectors.flows import FlowLine
from relight.cleanzone.types import FLOW_WORDS, FlowState, Peer
from relight.hospital.api import naming_now, service_list, site_list


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowWords:
    """A line of the list. state: the key of its look; hits: packets, None before a router was read."""

    line: FlowLine
    source: str
    destination: str
    end: str
    number: int
    reason: str
    owner: str
    hits: int | None

    @property
    def name(self) -> str:
        return f"F{self.number}"

    @property
    def word(self) -> str:
        return gettext(FLOW_WORDS[FlowState(self.line.row.state)])

    @property
    def look(self) -> str:
        looks = {"proposed": "waiting", "approved": "accepted", "refused": "refused", "closed": "closed"}
        return looks[self.line.row.state]


class PeerWords:
    """Says peers in words; reads the names once for a whole list."""

    def __init__(self) -> None:
        self._names: Mapping[str, Mapping[str, str]] = {
            "service": {one.id: one.name for one in service_list()},
            "site": {one.id: one.name for one in site_list()},
        }
        naming = naming_now()
        self._nodes: Mapping[str, str] = naming.nodes if naming else {}
        self._role = naming.role if naming else str

    def why(self, row: FlowRow) -> str:
        """Say who needs a flow: the reliances it came from by name, else what the person wrote."""
        if not row.why:
            return row.reason
        pairs = [str(one).partition(">") for one in row.why]
        words = [f"{self._nodes.get(user, user)} → {self._nodes.get(need, need)}" for user, _, need in pairs[:3]]
        return ", ".join([*words, f"+{len(pairs) - 3}"] if len(pairs) > 3 else words)

    def owner(self, id: str) -> str:
        return self._names["service"].get(id) or self._role(id)

    def of(self, peer: Peer) -> str:
        if peer.networks:
            return ", ".join(peer.networks)
        words = [
            self._role(value) if name == "role" else self._names.get(name, {}).get(value, value)
            for name, value in peer.fields()
            if name != "item"
        ]
        return " · ".join([*words, peer.item] if peer.item else words)


def flow_words(lines: list[FlowLine]) -> list[FlowWords]:
    """Say flows in words, in the order given."""
    peers = PeerWords()
    return [
        FlowWords(
            line=line,
            source=peers.of(line.row.source_peer),
            destination=peers.of(line.row.destination_peer),
            end=line.row.expires_at.date().isoformat() if line.row.expires_at else "",
            number=line.row.number,
            reason=peers.why(line.row),
            owner=peers.owner(line.row.owner),
            hits=line.row.hits if line.row.hits_at else None,
        )
        for line in lines
    ]
