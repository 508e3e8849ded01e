"""Writes the inventories of a cover, each with the hour at which the recovery imports it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from relight.cli.scenario.moments import Moments
from relight.cli.scenario.sources.cover import cover_make
from relight.cli.scenario.sources.scans import glpi_write, leases_write, nmap_write
from relight.cli.scenario.sources.tables import (
    books_write,
    delivery_write,
    directory_write,
    netbox_write,
    order_write,
    register_write,
    virtual_write,
)
from relight.cli.scenario.types import FleetPlan, Machine, SourceFile


def sources_make(plan: FleetPlan, machines: Sequence[Machine], *, moments: Moments) -> tuple[SourceFile, ...]:
    """Write every inventory, in the order of import.

    Args: moments: when each hour of the crisis was. Returns: files whose distinct machines seen are
    exactly `plan.total`.
    """
    arrived = [lot for lot in plan.deliveries if lot.day]
    cover = cover_make(machines, plan=plan)
    day_zero = moments.day_zero
    files = [
        SourceFile(
            filename="glpi-inventaires.json",
            source="glpi",
            content=glpi_write(cover.glpi, day_zero=day_zero),
            at=moments.at(0, "11:30"),
        ),
        SourceFile(
            filename="rvtools-vinfo.csv",
            source="vcenter",
            content=virtual_write(cover.virtual),
            at=moments.at(0, "12:40"),
            mapping={"name": "VM", "os": "OS according to the VMware Tools", "ip": "Primary IP Address"},
        ),
        SourceFile(
            filename="netbox-devices.csv",
            source="netbox",
            content=netbox_write(cover.netbox),
            at=moments.at(0, "13:15"),
        ),
        SourceFile(
            filename="ad-ordinateurs.csv",
            source="annuaire",
            content=directory_write(cover.directory, day_zero=day_zero),
            at=moments.at(0, "19:05"),
        ),
        SourceFile(
            filename="dhcpd.leases",
            source="dhcp",
            content=leases_write([*cover.leases, *cover.doubles], day_zero=day_zero),
            at=moments.at(0, "20:20"),
        ),
        SourceFile(
            filename="registre-biomedical.csv",
            source="biomedical",
            content=register_write(cover.register),
            at=moments.at(1, "09:30"),
            expected=True,
        ),
    ]
    files.append(
        SourceFile(
            filename="immobilisations.csv",
            source="comptabilite",
            content=books_write(cover.books, year=day_zero.year),
            at=moments.at(2, "10:10"),
            expected=True,
        )
    )
    for number, site in enumerate(plan.sites):
        seen = [machine for machine in cover.scanned if machine.site == site.id]
        at = moments.at(1, "14:00") + timedelta(minutes=35 * number)
        files.append(
            SourceFile(
                filename=f"nmap-{site.id}.xml",
                source=f"nmap-{site.id}",
                content=nmap_write(seen, site=site, at=at - timedelta(minutes=20)),
                at=at,
            )
        )
    files.append(
        SourceFile(
            filename="commande-postes.csv",
            source="commande",
            content=order_write(cover.ordered),
            at=moments.at(1, "17:45"),
            expected=True,
        )
    )
    for number, (lot, came) in enumerate(zip(arrived, cover.deliveries, strict=True), start=1):
        files.append(
            SourceFile(
                filename=f"livraison-{number}.csv",
                source=f"livraison-{number}",
                content=delivery_write(came, number=number),
                at=moments.at(lot.day, lot.hour),
            )
        )
    return tuple(sorted(files, key=lambda file: file.at))
