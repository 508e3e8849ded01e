"""Makes the machines of a fleet plan: same plan, same seed, same machines.

Owns host names, serial numbers, addresses, rooms, operating systems of an invented hospital.
Refuses clocks and files. Source: docs/design/scenario.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from relight.cli.scenario.types import FleetPlan, Klass, Machine, SitePlan

ALNUM = "0123456789BCDFGHJKLMNPQRSTVWXYZ"
PC_MODELS = (
    ("Dell Inc.", "OptiPlex 3080", "d4:be:d9", 34),
    ("Dell Inc.", "OptiPlex 7010", "18:66:da", 22),
    ("HP", "ProDesk 400 G6", "3c:d9:2b", 22),
    ("Lenovo", "ThinkCentre M70q", "54:ee:75", 14),
    ("HP", "EliteBook 840 G8", "70:5a:0f", 8),
)
"""Maker, model, beginning of its hardware address, share in 100."""

PC_SYSTEMS = (
    ("Windows 10 Pro", "10.0 (19045)", 62),
    ("Windows 10 Pro", "10.0 (19044)", 17),
    ("Windows 11 Pro", "10.0 (22631)", 12),
    ("Windows 7 Professional", "6.1 (7601)", 9),
)
VERSIONS = {
    "Windows Server 2019 Standard": "10.0 (17763)",
    "Windows Server 2016 Standard": "10.0 (14393)",
    "Windows Server 2012 R2 Standard": "6.3 (9600)",
    "Windows Server 2008 R2 Standard": "6.1 (7601)",
    "Windows Server 2003": "5.2 (3790)",
    "VMware ESXi 7.0": "7.0.3",
    "Oracle Linux 8": "8.8",
    "Debian 12": "12.5",
    "Debian 11": "11.9",
    "Debian 10": "10.13",
    "Storage OS 9": "9.14.1",
}
DEVICE_OUI = {
    Klass.NETWORK: "94:b4:0f",
    Klass.ANALYZER: "00:1e:c0",
    Klass.MODALITY: "08:00:06",
    Klass.PRINTER: "00:17:c8",
    Klass.OTHER: "00:0b:ab",
}
THIRD_BYTE = {
    Klass.SERVER: 10,
    Klass.NETWORK: 1,
    Klass.ANALYZER: 60,
    Klass.MODALITY: 62,
    Klass.PRINTER: 64,
    Klass.OTHER: 66,
    Klass.NEW_WORKSTATION: 100,
    Klass.WORKSTATION: 32,
}
"""Each class lives in its own range of a site's network; PCs take as many ranges of 200 as they need."""


@dataclass(slots=True)
class _Mint:
    """Gives out serial numbers, UUIDs and addresses, none twice."""

    chance: Random
    given: set[str] = field(default_factory=set)
    hosts: dict[tuple[str, Klass], int] = field(default_factory=dict)

    def serial(self, maker: str) -> str:
        length, prefix = {"Dell Inc.": (7, ""), "HP": (7, "CZC"), "Lenovo": (6, "PF")}.get(maker, (8, "SN"))
        return self._once(lambda: prefix + "".join(self.chance.choices(ALNUM, k=length)))

    def mac(self, oui: str) -> str:
        return self._once(lambda: oui + "".join(f":{self.chance.randrange(256):02x}" for _ in range(3)))

    def uuid(self) -> str:
        return self._once(lambda: str(UUID(int=self.chance.getrandbits(128), version=4)))

    def ip(self, site: SitePlan, klass: Klass) -> str:
        at = self.hosts[(site.id, klass)] = self.hosts.get((site.id, klass), 0) + 1
        third, host = divmod(at - 1, 200)
        return f"10.{site.octet}.{THIRD_BYTE[klass] + third}.{host + 20}"

    def _once(self, make: object) -> str:
        while (value := make()) in self.given:  # type: ignore[operator]
            pass
        self.given.add(value)
        return str(value)


def machines_make(plan: FleetPlan) -> tuple[Machine, ...]:
    """Make every machine of a plan: servers, PCs, new PCs (awaited ones too), devices, in that order.

    Returns: `plan.total - plan.doubles` machines that are seen in the end, and those awaited. O(n).
    """
    mint = _Mint(Random(plan.seed))  # noqa: S311 - invented data, no secret
    sites = {site.id: site for site in plan.sites}
    return (
        *_servers(plan, sites, mint),
        *_workstations(plan, sites, mint),
        *_new_workstations(plan, sites, mint),
        *_devices(plan, sites, mint),
    )


def _servers(plan: FleetPlan, sites: dict[str, SitePlan], mint: _Mint) -> Iterator[Machine]:
    for kind in plan.servers:
        number = 0
        for site_id, count in kind.at.items():
            for _ in range(count):
                number += 1
                site = sites[site_id]
                uuid = mint.uuid()
                virtual = "VMware-" + " ".join(f"{byte:02x}" for byte in UUID(uuid).bytes)
                yield Machine(
                    hostname=f"{site.code}-{kind.code}{number}",
                    domain=plan.domain,
                    site=site_id,
                    ward="",
                    service="",
                    role=kind.role,
                    klass=Klass.SERVER,
                    serial=mint.serial("HP") if kind.metal else virtual,
                    uuid=uuid,
                    mac=mint.mac("48:df:37" if kind.metal else "00:50:56"),
                    ip=mint.ip(site, Klass.SERVER),
                    maker="HPE" if kind.metal else "VMware, Inc.",
                    model="ProLiant DL380 Gen10" if kind.metal else "VMware Virtual Platform",
                    os=kind.os,
                    os_version=VERSIONS[kind.os],
                    room=_rack(site_id, mint.chance) if kind.metal else "",
                    metal=kind.metal,
                    joined=kind.os.startswith("Windows"),
                )


def _rack(site: str, chance: Random) -> str:
    hall = "Salle machines" if site in ("arlon", "libramont") else "Local technique"
    return f"{hall}, baie {chance.randrange(1, 9):02} U{chance.randrange(2, 40):02}"


def _workstations(plan: FleetPlan, sites: dict[str, SitePlan], mint: _Mint) -> Iterator[Machine]:
    for ward in plan.wards:
        for site_id, count in ward.at.items():
            floor = mint.chance.randrange(0, 5)
            wing = mint.chance.choice("ABCD")
            for number in range(1, count + 1):
                maker, model, oui = _share(PC_MODELS, mint.chance)
                system, version = _share(PC_SYSTEMS, mint.chance)
                yield _pc(
                    plan,
                    sites[site_id],
                    mint,
                    hostname=f"{sites[site_id].code}-{ward.code}-pc{number:03}",
                    ward=ward.code,
                    service=ward.service,
                    klass=Klass.WORKSTATION,
                    made=(maker, model, oui),
                    system=(system, version),
                    room=f"{wing}{floor}.{(number + 1) // 2:03}",
                )


def _new_workstations(plan: FleetPlan, sites: dict[str, SitePlan], mint: _Mint) -> Iterator[Machine]:
    codes = {ward.service: ward.code for ward in plan.wards if ward.service}
    numbers: dict[tuple[str, str], int] = {}
    for delivery, lot in enumerate(plan.deliveries, start=1):
        for service, at in lot.pcs.items():
            for site_id, count in at.items():
                for _ in range(count):
                    number = numbers[(service, site_id)] = numbers.get((service, site_id), 0) + 1
                    code = codes[service]
                    yield _pc(
                        plan,
                        sites[site_id],
                        mint,
                        hostname=f"{sites[site_id].code}-{code}-np{number:02}",
                        ward=code,
                        service=service,
                        klass=Klass.NEW_WORKSTATION,
                        made=("Dell Inc.", "OptiPlex Micro 7020", "a4:bb:6d"),
                        system=("", ""),
                        room="",
                        delivery=delivery if lot.day else -1,
                    )


def _pc(  # noqa: PLR0913 - the fields of one PC
    plan: FleetPlan,
    site: SitePlan,
    mint: _Mint,
    *,
    hostname: str,
    ward: str,
    service: str,
    klass: Klass,
    made: tuple[str, str, str],
    system: tuple[str, str],
    room: str,
    delivery: int = 0,
) -> Machine:
    maker, model, oui = made
    return Machine(
        hostname=hostname,
        domain=plan.domain,
        site=site.id,
        ward=ward,
        service=service,
        role="workstation",
        klass=klass,
        serial=mint.serial(maker),
        uuid=mint.uuid(),
        mac=mint.mac(oui),
        ip=mint.ip(site, klass),
        maker=maker,
        model=model,
        os=system[0],
        os_version=system[1],
        room=room,
        metal=True,
        joined=delivery == 0,
        delivery=delivery,
    )


def _devices(plan: FleetPlan, sites: dict[str, SitePlan], mint: _Mint) -> Iterator[Machine]:
    for kind in plan.devices:
        for site_id, count in kind.at.items():
            for number in range(1, count + 1):
                site = sites[site_id]
                name = kind.name.format(site=site.code, n=number)
                ward = name.split("-")[1] if kind.service else ""
                yield Machine(
                    hostname=name,
                    domain=plan.domain,
                    site=site_id,
                    ward=ward,
                    service=kind.service,
                    role=kind.role,
                    klass=kind.klass,
                    serial=mint.serial(kind.klass.value),
                    uuid="",
                    mac=mint.mac(DEVICE_OUI[kind.klass]),
                    ip=mint.ip(site, kind.klass),
                    maker=kind.model.split()[0],
                    model=kind.model,
                    os="",
                    os_version="",
                    room=_rack(site_id, mint.chance) if kind.klass is Klass.NETWORK else "",
                    metal=True,
                    joined=False,
                )


def _share(table: tuple[tuple[object, ...], ...], chance: Random) -> tuple[str, ...]:
    row = chance.choices(table, weights=[int(str(row[-1])) for row in table])[0]
    return tuple(str(value) for value in row[:-1])
