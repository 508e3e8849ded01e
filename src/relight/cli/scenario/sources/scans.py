"""What machines told of themselves: GLPI agents, DHCP leases, nmap scans."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from xml.sax.saxutils import quoteattr

from relight.cli.scenario.types import Klass, Machine, SitePlan

PORTS = {
    Klass.SERVER: (22, 135, 443, 445, 3389),
    Klass.WORKSTATION: (135, 445),
    Klass.NETWORK: (22, 161, 443),
    Klass.PRINTER: (80, 515, 9100),
    Klass.ANALYZER: (4000,),
    Klass.MODALITY: (104, 135),
    Klass.OTHER: (80,),
}
VENDORS = {
    "d4:be:d9": "Dell",
    "18:66:da": "Dell",
    "3c:d9:2b": "Hewlett Packard",
    "54:ee:75": "Wistron",
    "00:50:56": "VMware",
}


def glpi_write(machines: Sequence[Machine], *, day_zero: datetime) -> bytes:
    """Write the agents' last inventories as one JSON list; every 97th PC was reinstalled and is in it twice.

    One inventory was cut off when the attack stopped the server.
    """
    chance = Random(len(machines))  # noqa: S311 - invented data, no secret
    entries: list[dict[str, Any]] = []
    for number, machine in enumerate(machines):
        seen = day_zero - timedelta(hours=chance.randrange(1, 200))
        asks = machine.klass in (Klass.NETWORK, Klass.PRINTER)
        entries.append(_snmp(machine) if asks else _agent(machine, seen))
        if machine.klass is Klass.WORKSTATION and number % 97 == 0:
            entries.append(_agent(machine, seen - timedelta(days=400)))
    entries.insert(1500, {"deviceid": "", "action": "inventory"})
    return json.dumps(entries, ensure_ascii=False, indent=1).encode()


def _agent(machine: Machine, seen: datetime) -> dict[str, Any]:
    return {
        "action": "inventory",
        "deviceid": f"{machine.hostname}-{seen:%Y-%m-%d-%H-%M-%S}",
        "itemtype": "Computer",
        "tag": machine.site.upper(),
        "content": {
            "accesslog": {"logdate": f"{seen:%Y-%m-%d %H:%M:%S}"},
            "bios": {"smanufacturer": machine.maker, "smodel": machine.model, "ssn": machine.serial},
            "hardware": {
                "name": machine.hostname.upper(),
                "uuid": machine.uuid,
                "chassis_type": _chassis(machine),
                "vmsystem": "Physical" if machine.metal else "VMware",
            },
            "operatingsystem": {
                "full_name": machine.os,
                "version": machine.os_version,
                "fqdn": machine.fqdn,
                "dns_domain": machine.domain,
            },
            "networks": [
                {
                    "description": "vmxnet3" if not machine.metal else "Ethernet I219-LM",
                    "mac": machine.mac,
                    "ipaddress": machine.ip,
                    "type": "ethernet",
                    "virtualdev": False,
                }
            ],
            "versionclient": "GLPI-Agent_v1.7",
        },
    }


def _chassis(machine: Machine) -> str:
    if machine.klass is Klass.SERVER:
        return "Rack Mount Chassis" if machine.metal else "Other"
    return "Notebook" if "EliteBook" in machine.model else "Desktop"


def _snmp(machine: Machine) -> dict[str, Any]:
    kind = "Printer" if machine.klass is Klass.PRINTER else "Networking"
    return {
        "action": "netinventory",
        "deviceid": f"glpi-snmp-{machine.site}",
        "itemtype": "Printer" if kind == "Printer" else "NetworkEquipment",
        "content": {
            "network_device": {
                "type": kind,
                "name": machine.hostname,
                "serial": machine.serial,
                "mac": machine.mac,
                "ips": [machine.ip],
                "manufacturer": machine.maker,
                "model": machine.model,
                "location": machine.room,
            },
            "versionclient": "GLPI-Agent_v1.7",
        },
    }


def leases_write(machines: Sequence[Machine], *, day_zero: datetime) -> bytes:
    """Write ISC dhcpd's lease file: a log, in which a machine comes again each time it renews."""
    chance = Random(len(machines))  # noqa: S311 - invented data, no secret
    lines = [
        "# The format of this file is documented in the dhcpd.leases(5) manual page.",
        "authoring-byte-order little-endian;",
        "",
    ]
    for machine in machines:
        for again in range(1 + (chance.random() < 0.25)):
            start = day_zero - timedelta(hours=chance.randrange(1, 90) + 8 * again)
            lines += [
                f"lease {machine.ip} {{",
                f"  starts {_lease_time(start)};",
                f"  ends {_lease_time(start + timedelta(days=8))};",
                "  binding state active;",
                "  next binding state free;",
                f"  hardware ethernet {machine.mac};",
                f'  client-hostname "{machine.hostname.upper()}";',
                "}",
            ]
    free = f"  starts {_lease_time(day_zero - timedelta(days=30))};"
    lines += [
        "lease 10.11.250.7 {",
        free,
        f"  ends {_lease_time(day_zero - timedelta(days=29))};",
        "  binding state free;",
        "}",
    ]
    return ("\n".join(lines) + "\n").encode()


def _lease_time(at: datetime) -> str:
    return f"{at.isoweekday() % 7} {at:%Y/%m/%d %H:%M:%S}"


def nmap_write(machines: Sequence[Machine], *, site: SitePlan, at: datetime) -> bytes:
    """Write what `nmap -oX` writes of a site; fifty addresses did not answer and are no machines."""
    start = int(at.timestamp())
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<!DOCTYPE nmaprun>",
        f'<nmaprun scanner="nmap" args="nmap -sS -O -oX nmap-{site.id}.xml 10.{site.octet}.0.0/16" start="{start}"'
        ' version="7.93" xmloutputversion="1.05">',
    ]
    for machine in machines:
        lines += _host(machine, start)
    for host in range(50):
        lines.append(
            f'<host><status state="down" reason="no-response" reason_ttl="0"/>'
            f'<address addr="10.{site.octet}.200.{host + 1}" addrtype="ipv4"/></host>'
        )
    finished = f'<runstats><finished time="{start + 840}" elapsed="840" exit="success"/>'
    lines += [
        finished,
        f'<hosts up="{len(machines)}" down="50" total="{len(machines) + 50}"/></runstats>',
        "</nmaprun>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _host(machine: Machine, start: int) -> list[str]:
    vendor = VENDORS.get(machine.mac[:8], "")
    ports = "".join(
        f'<port protocol="tcp" portid="{port}"><state state="open" reason="syn-ack" reason_ttl="64"/></port>'
        for port in PORTS.get(machine.klass, ())
    )
    system = f'<os><osmatch name={quoteattr(machine.os)} accuracy="97"/></os>' if machine.os else ""
    return [
        f'<host starttime="{start}" endtime="{start + 60}"><status state="up" reason="arp-response" reason_ttl="0"/>',
        f'<address addr="{machine.ip}" addrtype="ipv4"/>',
        f'<address addr="{machine.mac.upper()}" addrtype="mac" vendor={quoteattr(vendor)}/>',
        f'<hostnames><hostname name="{machine.fqdn}" type="PTR"/></hostnames>',
        f"<ports>{ports}</ports>{system}",
        "</host>",
    ]
