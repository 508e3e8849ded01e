"""Tables as their tools export them: the directory, vCenter, NetBox, the biomedical register, an order.

Owns columns, separators and encodings of each. A few rows of each are bad, as in life.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

from relight.cli.scenario.types import Klass, Machine

KLASS_FR = {
    Klass.SERVER: "Serveur",
    Klass.WORKSTATION: "Poste de travail",
    Klass.NETWORK: "Commutateur réseau",
    Klass.PRINTER: "Imprimante",
    Klass.ANALYZER: "Automate de laboratoire",
    Klass.MODALITY: "Modalité d'imagerie",
    Klass.OTHER: "Robot de distribution",
}


def _table(rows: Iterable[Sequence[object]], *, separator: str, encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)


def directory_write(machines: Sequence[Machine], *, day_zero: datetime) -> bytes:
    """Write what `Get-ADComputer | Export-Csv` writes: UTF-16, semicolons, Belgian dates.

    Three rows are bad: a deleted object without any name left, a cut line, and a tombstone.
    """
    chance = Random(len(machines))  # noqa: S311 - invented data, no secret
    rows: list[Sequence[object]] = [
        (
            "Name",
            "DNSHostName",
            "OperatingSystem",
            "OperatingSystemVersion",
            "LastLogonDate",
            "IPv4Address",
            "Location",
            "DistinguishedName",
        )
    ]
    for machine in machines:
        seen = day_zero - timedelta(days=chance.randrange(0, 21), minutes=chance.randrange(0, 1440))
        unit = "Serveurs" if machine.klass is Klass.SERVER else "Postes"
        name = machine.hostname.upper()
        rows.append(
            (
                name,
                f"{name}.{machine.domain}",
                machine.os,
                machine.os_version,
                seen.strftime("%d/%m/%Y %H:%M:%S"),
                machine.ip,
                machine.room,
                f"CN={name},OU={machine.site.capitalize()},OU={unit},DC=intra,DC=six-sites,DC=example",
            )
        )
    rows.insert(411, ("", "", "Windows 7 Professional", "6.1 (7601)", "", "", "", ""))
    rows.insert(1203, ("", "", "", "", "12/02/2019 08:11:40", "", "", ""))
    rows.insert(1788, ("", "", "Windows XP Professional", "5.1 (2600)", "03/09/2016 17:20:02", "", "", ""))
    return _table(rows, separator=";", encoding="utf-16")


def virtual_write(machines: Sequence[Machine]) -> bytes:
    """Write RVTools' vInfo sheet as CSV: UTF-8 with BOM, commas."""
    rows: list[Sequence[object]] = [
        (
            "VM",
            "Powerstate",
            "DNS Name",
            "SMBIOS UUID",
            "MAC Address",
            "Primary IP Address",
            "OS according to the VMware Tools",
        )
    ]
    rows += [
        (machine.hostname.upper(), "poweredOff", machine.fqdn, machine.uuid, machine.mac, machine.ip, machine.os)
        for machine in machines
    ]
    return _table(rows, separator=",", encoding="utf-8-sig")


def netbox_write(machines: Sequence[Machine]) -> bytes:
    """Write NetBox's CSV export of devices."""
    rows: list[Sequence[object]] = [
        (
            "ID",
            "Name",
            "Status",
            "Site",
            "Location",
            "Rack",
            "Role",
            "Manufacturer",
            "Type",
            "Serial number",
            "IP Address",
        )
    ]
    for number, machine in enumerate(machines, start=1):
        hall, _, rack = machine.room.partition(", ")
        rows.append(
            (
                number,
                machine.hostname,
                "Active",
                machine.site.capitalize(),
                hall,
                rack,
                machine.role,
                machine.maker,
                machine.model,
                machine.serial,
                f"{machine.ip}/24",
            )
        )
    return _table(rows, separator=",", encoding="utf-8")


def register_write(machines: Sequence[Machine]) -> bytes:
    """Write the biomedical register: an Excel sheet saved as CSV, Windows-1252. Two addresses are mistyped."""
    rows: list[Sequence[object]] = [
        ("N° inventaire", "Type d'équipement", "Modèle", "Nom machine", "N° de série", "Adresse MAC", "Site", "Service")
    ]
    for number, machine in enumerate(machines, start=1):
        mac = machine.mac.upper().replace(":", "-")
        if number in (17, 52):
            mac = mac[:-2] + "G?"
        rows.append(
            (
                f"BM-{2000 + number}",
                KLASS_FR[machine.klass],
                machine.model,
                machine.hostname,
                machine.serial,
                mac,
                machine.site.capitalize(),
                machine.service,
            )
        )
    return _table(rows, separator=";", encoding="cp1252")


def order_write(machines: Sequence[Machine]) -> bytes:
    """Write the supplier's confirmation of the order of D+1; the last line still lacks its serial number."""
    rows: list[Sequence[object]] = [("Ligne", "Modèle", "N° de série", "Site", "Nom machine")]
    rows += [
        (number, machine.model, machine.serial, machine.site.capitalize(), machine.hostname.upper())
        for number, machine in enumerate(machines, start=1)
    ]
    rows.append((len(rows), "Imprimante d'étiquettes ZD421", "à confirmer", "", ""))
    return _table(rows, separator=";", encoding="cp1252")


def delivery_write(machines: Sequence[Machine], *, number: int) -> bytes:
    """Write a delivery note as the technicians scanned it at the door, some boxes twice."""
    rows: list[Sequence[object]] = [("N° de série", "Adresse MAC", "Modèle", "Nom machine", "Site", "Colis")]
    for place, machine in enumerate(machines, start=1):
        row = (
            machine.serial,
            machine.mac,
            machine.model,
            machine.hostname.upper(),
            machine.site.capitalize(),
            f"L{number}-{place:03}",
        )
        rows += [row, row] if place % 19 == 0 else [row]
    return _table(rows, separator=";", encoding="utf-8-sig")


def books_write(machines: Sequence[Machine], *, year: int) -> bytes:
    """Write the accounts' register of what was bought: Windows-1252. It knows no network, and forgets nothing."""
    chance = Random(len(machines))  # noqa: S311 - invented data, no secret
    rows: list[Sequence[object]] = [("Compte", "Type", "Modèle", "N° de série", "Site", "Année")]
    for number, machine in enumerate(machines, start=1):
        account = f"2411{number:05}"
        bought = year - chance.randrange(1, 9)
        rows.append(
            (account, KLASS_FR[machine.klass], machine.model, machine.serial, machine.site.capitalize(), bought)
        )
    return _table(rows, separator=";", encoding="cp1252")
