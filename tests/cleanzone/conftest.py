"""A small zone: two sites, a ward that needs the record, two machines with passports and one without."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

DESCRIPTION = """\
format = 1
[group]
id = "small"
names = { en = "Small group" }
d0 = 2026-11-13T04:30:00+01:00
[[site]]
id = "arlon"
names = { en = "Arlon" }
order = 1
subnets = ["10.11.0.0/16"]
[[site]]
id = "virton"
names = { en = "Virton" }
order = 2
[[service]]
id = "emergency"
names = { en = "Emergency" }
tier = 1
sites = ["arlon", "virton"]
vital = ["network", "record"]
workstations = { needed = 2, minimum = 1 }
[[function]]
id = "dns"
names = { en = "Names" }
owner = "it"
components = [{ select = { role = "dns-server" }, need = 1, of = 1 }]
endpoints = [{ protocol = "udp", ports = ["53"] }]
[[function]]
id = "network"
names = { en = "Network" }
sites = ["arlon", "virton"]
owner = "it"
vital = ["dns"]
[[function]]
id = "record"
names = { en = "Record" }
owner = "medical"
vital = ["dns"]
components = [{ select = { role = "record-server" }, need = 1, of = 2 }]
endpoints = [{ protocol = "tcp", ports = ["443", "8443"] }]
"""


@dataclass
class Made:
    """Items by name."""

    items: dict[str, UUID]


def passport_lay(item: UUID, *, at: datetime, days: int = 90) -> None:
    """Give an item a passport without going through the line: the line has tests of its own."""
    from uuid import uuid4

    from relight.fleet.models import LineItem, Passport

    Passport.objects.create(
        id=uuid4(), item_id=item, issued_at=at, expires_at=at + timedelta(days=days), kid="test", token="test"
    )
    LineItem.objects.filter(pk=item).update(stage="admitted", admitted_at=at)


@pytest.fixture
def small(db: None, act_for: Callable[..., Any]) -> Made:
    """The hospital described, four machines: ws1 and srv1 with a passport, ws2 without, dns1 with."""
    from relight.cleanzone.api import SegmentGiven, segment_set
    from relight.fleet.api import Klass, NewItem, item_add
    from relight.fleet.models import Identifier
    from relight.hospital import api
    from relight.journal.api import writing

    check = api.description_read(DESCRIPTION.encode(), filename="hospital.toml")
    assert check.description is not None, check.faults
    lead = act_for("recovery-lead")
    api.description_load(act=lead, description=check.description)
    tech = act_for("technician")
    items: dict[str, UUID] = {}
    for name, klass, role, service, site in (
        ("ws1", Klass.WORKSTATION, "workstation", "emergency", "arlon"),
        ("ws2", Klass.WORKSTATION, "workstation", "emergency", "arlon"),
        ("srv1", Klass.SERVER, "record-server", "", "virton"),
        ("zdns1", Klass.SERVER, "dns-server", "", "virton"),
    ):
        new = NewItem(klass=klass, name=name, serial=f"S-{name}", site=site, service=service, role=role)
        items[name] = item_add(act=tech, item=new)
    with writing(tech) as log:
        for number, name in enumerate(("ws1", "srv1", "zdns1")):
            passport_lay(items[name], at=tech.at)
            Identifier.objects.create(item_id=items[name], kind="mac", value=f"02:00:00:00:00:0{number}")
        log.entry("fleet.edit", subject="fleet:test", body={})
    for site, net, six in (("arlon", "10.211.0.0/24", "fd5a:11::/64"), ("virton", "10.216.0.0/24", "fd5a:16::/64")):
        segment_set(act=lead, given=SegmentGiven(site=site, ipv4=net, ipv6=six, vlan=100 + len(net)))
    return Made(items=items)


@pytest.fixture
def signed(small: Made, staff_of: Callable[..., Any], act_for: Callable[..., Any]) -> Made:
    """The same, its flows proposed and approved by two people."""
    from relight.cleanzone.api import addresses_allot, flow_lines, flows_propose, flows_sign, statement_digest

    addresses_allot(act=act_for("technician"))
    flows_propose(act=act_for("technician"))
    lines = flow_lines(at=act_for().at)
    numbers, shown = [line.row.number for line in lines], statement_digest(line.row for line in lines)
    for role in ("recovery-lead", "security-officer"):
        person = staff_of(role)
        flows_sign(act=person.act(), numbers=numbers, shown=shown, password=person.password)
    return small


# -- real network namespaces --------------------------------------------------------------------------

NEEDS = "needs root with `ip` and `nft` (Debian packages iproute2 and nftables): run the tests as root on Linux"


REACHED = """
import socket, sys, time
until = time.monotonic() + 60
while True:
    try: socket.create_connection((sys.argv[1], 9), timeout=0.5)
    except ConnectionRefusedError: break
    except OSError:
        if time.monotonic() > until: raise
"""


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _net_lay(names: dict[str, str]) -> None:
    """Make the namespaces, join them, and wait until each host reaches the others."""
    for name in names.values():
        _ip("netns", "add", name)
    for part, four, six in (
        ("outside", "192.0.2", "fd5a:99::"),
        ("a", "10.211.0", "fd5a:11::"),
        ("b", "10.216.0", "fd5a:16::"),
    ):
        host = 2 if part == "outside" else 11
        link = f"z{part}"
        _ip("link", "add", link, "netns", names["router"], "type", "veth", "peer", "name", "e0", "netns", names[part])
        for space, end_link, end in ((names["router"], link, 1), (names[part], "e0", host)):
            _ip("-n", space, "addr", "add", f"{four}.{end}/24", "dev", end_link)
            _ip("-n", space, "-6", "addr", "add", f"{six}{end:x}/64", "dev", end_link, "nodad")
            _ip("-n", space, "link", "set", end_link, "up")
            _ip("-n", space, "link", "set", "lo", "up")
        _ip("-n", names[part], "route", "add", "default", "via", f"{four}.1")
        _ip("-n", names[part], "-6", "route", "add", "default", "via", f"{six}1")
    inside = ["ip", "netns", "exec"]
    forward = (
        "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding; nft list ruleset"
    )
    subprocess.run([*inside, names["router"], "sh", "-ec", forward], check=True, capture_output=True)
    for part in ("a", "outside"):  # fresh links find their neighbours after a moment
        for address in ("10.216.0.11", "fd5a:16::b"):
            command = [*inside, names[part], sys.executable, "-c", REACHED, address]
            subprocess.run(command, check=True, capture_output=True)


@dataclass
class Net:
    """Three namespaces joined by a fourth, the router: names by part, and the router's folder."""

    names: dict[str, str]
    folder: Path

    def inside(self, part: str, *command: str) -> list[str]:
        return ["ip", "netns", "exec", self.names[part], *command]


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    """Outside 192.0.2.2, host a 10.211.0.11 and fd5a:11::b, host b 10.216.0.11 and fd5a:16::b, a router between."""
    if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("nft"):
        pytest.skip(NEEDS)
    tag = f"rl{os.getpid()}"
    names = {part: f"{tag}{part}" for part in ("router", "outside", "a", "b")}
    try:
        try:
            _net_lay(names)
        except subprocess.CalledProcessError as refusal:
            said = (refusal.stderr or b"").decode(errors="replace").strip()
            pytest.skip(f"this machine lays no test network ({said}): {NEEDS}")
        yield Net(names=names, folder=tmp_path / "relight-zone")
    finally:
        for name in names.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
