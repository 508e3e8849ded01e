"""The zone as it is now: machines with their passports and addresses, approved flows, segments.

Owns what a ruleset is compiled from, and what the dependencies ask for. Refuses writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from relight.cleanzone.models import FlowRow, SegmentPlan, ZoneAddress
from relight.cleanzone.rules.addresses import address_at
from relight.cleanzone.rules.compile import Ruleset, ruleset_compile
from relight.cleanzone.rules.proposal import Part, proposals
from relight.cleanzone.selectors.routers import setup_read
from relight.cleanzone.types import Flow, FlowState, Machine, Peer, Proposal, Segment, Zone
from relight.fleet.api import PassportHolder, passport_holders
from relight.hospital.api import reliance_list


def zone_at(at: datetime) -> Zone:
    """Return all that a ruleset is compiled from. Raises: InputError RL-ZON-020 (zone.toml)."""
    return Zone(
        machines=tuple(machines_now()),
        flows=tuple(flow_of(row) for row in FlowRow.objects.filter(state=FlowState.APPROVED.value)),
        segments=tuple(segments_now()),
        at=at,
        management=setup_read().management,
    )


def ruleset_at(at: datetime) -> tuple[Zone, Ruleset]:
    """Compile the zone as it is at a moment."""
    zone = zone_at(at)
    return zone, ruleset_compile(zone)


def segments_now() -> list[Segment]:
    return [
        Segment(site=row.site, ipv4=row.ipv4, ipv6=row.ipv6, vlan=row.vlan, interface=row.interface)
        for row in SegmentPlan.objects.all()
    ]


def machines_now(items: Sequence[UUID] | None = None) -> list[Machine]:
    """List the machines that have or had a passport, with their zone addresses; the given ones only, where given."""
    segments = {row.site: row for row in SegmentPlan.objects.all()}
    addresses = ZoneAddress.objects.all() if items is None else ZoneAddress.objects.filter(pk__in=items)
    placed = {row.item: row for row in addresses}
    return [_machine(holder, placed.get(holder.item), segments) for holder in passport_holders(items)]


def _machine(holder: PassportHolder, place: ZoneAddress | None, segments: dict[str, SegmentPlan]) -> Machine:
    segment = segments.get(place.site) if place else None
    return Machine(
        item=str(holder.item),
        name=holder.name,
        site=holder.site,
        role=holder.role,
        service=holder.service,
        tags=holder.tags,
        os=holder.os,
        macs=holder.macs,
        ipv4=address_at(segment.ipv4, place.number) if segment and place else "",
        ipv6=address_at(segment.ipv6, place.number) if segment and place else "",
        valid_until=holder.valid_until,
        cut=holder.held,
    )


def flow_of(row: FlowRow) -> Flow:
    return Flow(
        number=row.number,
        source=row.source_peer,
        destination=row.destination_peer,
        protocol=row.protocol,
        ports=row.port_pairs,
        reason=row.reason,
        owner=row.owner,
        expires_at=row.expires_at,
    )


def asked_now() -> list[Proposal]:
    """List the flows the dependencies ask for, once each."""
    parts = [
        Part(
            id=one.id,
            base=one.base,
            site=one.site,
            is_unit=one.is_unit,
            owner=one.owner,
            needs=one.needs,
            peers=tuple(
                Peer(role=select.role, site=select.site, service=select.service, tag=select.tag)
                for select in one.carried_by
            ),
            answers=tuple((endpoint.protocol, endpoint.ports) for endpoint in one.endpoints),
        )
        for one in reliance_list()
    ]
    return proposals(parts)
