"""Segments of the zone and the addresses of its machines.

Owns SegmentPlan and ZoneAddress. An address is given once and stays while the machine stays at its site.
Source: docs/design/zone.md, "Addresses" (cases 29-36).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from relight.cleanzone import errors
from relight.cleanzone.models import SegmentPlan, ZoneAddress
from relight.cleanzone.rules.addresses import addresses_room, network_fault, overlaps
from relight.fleet.api import passport_holders
from relight.hospital.api import site_list
from relight.journal.api import Body, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentGiven:
    """A segment as somebody gives it. ipv6, interface: empty for none. vlan: 0 for none."""

    site: str
    ipv4: str
    ipv6: str = ""
    vlan: int = 0
    interface: str = ""


@service(Permission.ZONE_PROPOSE)
def segment_set(*, act: Act, given: SegmentGiven) -> None:
    """Set the networks of a site's segment. Raises: RL-ZON-001, 002, 003, 004, 006."""
    sites = {site.id: site for site in site_list()}
    if given.site not in sites:
        raise errors.SITE_UNKNOWN.error(where="site", site=given.site, known=", ".join(sites) or "-")
    for where, value, version in (("ipv4", given.ipv4, 4), ("ipv6", given.ipv6, 6)):
        if (value or version == 4) and network_fault(value, version=version) != "":
            raise errors.NETWORK_WRONG.error(where=where, value=value)
    if not 0 <= given.vlan <= 4094:
        raise errors.FIELD_WRONG.error(where="vlan", value=given.vlan, expected=errors.VLAN_EXPECTED)
    if given.ipv6 and addresses_room(given.ipv6) < addresses_room(given.ipv4):  # a machine has the same place in both
        raise errors.NETWORK_WRONG.error(where="ipv6", value=given.ipv6)
    if len(given.interface) > 15 or not all(c.isalnum() or c in ".-_" for c in given.interface):
        raise errors.FIELD_WRONG.error(where="interface", value=given.interface, expected=errors.INTERFACE_EXPECTED)
    with writing(act) as log:
        rows = list(SegmentPlan.objects.select_for_update().exclude(site=given.site))
        taken = [net for row in rows for net in (row.ipv4, row.ipv6) if net]
        taken += [net for site in sites.values() for net in site.subnets]  # the infected network stays apart
        for where, value in (("ipv4", given.ipv4), ("ipv6", given.ipv6)):
            other = overlaps(value, taken) if value else ""
            if other:
                raise errors.NETWORK_TAKEN.error(where=where, value=value, other=other)
        last = ZoneAddress.objects.filter(site=given.site).order_by("-number").first()
        if last is not None and addresses_room(given.ipv4) < last.number:
            raise errors.NETWORK_IN_USE.error(where="ipv4", count=ZoneAddress.objects.filter(site=given.site).count())
        values: dict[str, str | int] = {
            "ipv4": given.ipv4,
            "ipv6": given.ipv6,
            "vlan": given.vlan,
            "interface": given.interface,
        }
        SegmentPlan.objects.update_or_create(site=given.site, defaults={**values, "at": act.at, "by": act.actor})
        log.entry("zone.segment_set", subject=f"zone:{given.site}", body=dict(values, site=given.site))


@service(Permission.ZONE_DEPLOY)
def addresses_allot(*, act: Act) -> int:
    """Give an address to each machine with a passport that has none, or that moved to another site.

    Returns: how many got one. A machine at a site without a segment waits. Raises: RL-ZON-005.
    """
    rooms = {row.site: addresses_room(row.ipv4) for row in SegmentPlan.objects.all()}
    if not rooms:
        return 0
    placed = dict(ZoneAddress.objects.values_list("item", "site"))
    waiting: dict[str, list[UUID]] = defaultdict(list)
    for holder in passport_holders():
        if holder.site in rooms and not holder.held and placed.get(holder.item) != holder.site:
            waiting[holder.site].append(holder.item)
    if not waiting:
        return 0
    with writing(act) as log:
        made: list[ZoneAddress] = []
        moved = [item for items in waiting.values() for item in items if item in placed]
        for site, items in sorted(waiting.items()):
            used = set(ZoneAddress.objects.select_for_update().filter(site=site).values_list("number", flat=True))
            free = (number for number in range(1, rooms[site] + 1) if number not in used)
            numbers = [number for number, _ in zip(free, items, strict=False)]
            if len(numbers) < len(items):
                raise errors.SEGMENT_FULL.error(where=f"zone:{site}", site=site, count=len(items) - len(numbers))
            made += [
                ZoneAddress(item=item, site=site, number=number, at=act.at)
                for item, number in zip(items, numbers, strict=True)
            ]
        ZoneAddress.objects.filter(pk__in=moved).delete()
        ZoneAddress.objects.bulk_create(made, batch_size=1000)
        body: Body = {"count": len(made), "machines": [f"{row.item} {row.site} {row.number}" for row in made]}
        log.entry("zone.addresses_allot", subject="zone:addresses", body=body)
    return len(made)
