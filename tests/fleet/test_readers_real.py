"""Real inventories, written by others: each imports as machines or is refused by kind, with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from relight.fleet.readers import reading_of
from relight.fleet.readers.types import BadRow, SightingRow
from relight.kernel.errors import RelightError

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
INVENTORY = DATA / "inventory"

pytestmark = pytest.mark.skipif(not INVENTORY.is_dir(), reason=f"real inventories are not here: {INVENTORY}")


def files(folder: str = "", pattern: str = "*") -> list[Path]:
    return sorted(path for path in (INVENTORY / folder).rglob(pattern) if path.is_file())


def outcome(path: Path) -> tuple[str, list[SightingRow], list[BadRow]]:
    """What a file is: its format or the code it is refused with, its machines, its bad rows."""
    try:
        reading = reading_of(path.read_bytes())
        found = list(reading.outcomes)
    except RelightError as refusal:
        return refusal.code, [], []
    machines = [one for one in found if isinstance(one, SightingRow)]
    return reading.format.value, machines, [one for one in found if isinstance(one, BadRow)]


def test_every_file_imports_as_machines_without_a_bad_row_or_is_refused_by_kind() -> None:
    wrong = {}
    for path in files():
        kind, machines, bad = outcome(path)
        if bad or not (machines or kind.startswith("RL-FLT-06")):
            wrong[path.name] = (kind, len(machines), [row.code for row in bad])
    assert wrong == {}


def test_what_switches_print_is_refused_as_that() -> None:
    kinds = Counter(outcome(path)[0] for path in files("networktocode+ntc-templates"))
    assert set(kinds) == {"RL-FLT-064"}


def test_people_and_settings_of_a_directory_are_refused_as_that() -> None:
    found = {path.name: outcome(path)[0] for path in files("rroemhild+docker-test-openldap")}
    people = {name for name, code in found.items() if code == "RL-FLT-065"}
    assert people == {name for name in found if name.startswith("10_people")}
    assert {found[name] for name in found.keys() - people} == {"RL-FLT-066"}


@pytest.mark.parametrize(
    ("name", "hosts"),
    [
        ("1_hosts.xml", 1),
        ("1_host_ping.xml", 1),
        ("1_hosts_nohostname.xml", 1),
        ("2_hosts_version.xml", 2),
        ("full_sudo5.xml", 4),
        ("full_sudo6.xml", 4),
        ("os_scan6.xml", 3),
    ],
)
def test_of_a_scan_only_the_hosts_that_answered_are_machines(name: str, hosts: int) -> None:
    (path,) = files("savon-noir+python-libnmap", name)
    assert len(outcome(path)[1]) == hosts


def test_the_netbox_demo_has_its_devices_and_virtual_machines() -> None:
    (path,) = files("netbox-community+netbox-demo-data")
    kinds = Counter(row.record.rpartition(" ")[0] for row in outcome(path)[1])
    assert kinds == {"device": 72, "virtual machine": 180}


def test_a_member_of_a_virtual_chassis_is_called_as_netbox_calls_it() -> None:
    (path,) = files("netbox-community+netbox-demo-data")
    assert {"r105-torsw:1", "r105-torsw:2"} <= {row.name for row in outcome(path)[1]}


def glpi_files() -> Iterator[Path]:
    yield from files("glpi-project+inventory_format", "*.json")
    yield from files("glpi-project+inventory_format", "*.xml")


def test_each_glpi_inventory_is_one_machine() -> None:
    assert {path.name: len(outcome(path)[1]) for path in glpi_files()} == {path.name: 1 for path in glpi_files()}


def test_the_partial_inventories_of_one_computer_have_its_serial() -> None:
    serials = {
        path.name.partition("_partial")[0].removesuffix(".json"): {row.serial for row in outcome(path)[1]}
        for path in files("glpi-project+inventory_format", "computer_*.json")
    }
    assert serials == {"computer_1": {"640HP72"}, "computer_2": {"2FAGP34"}}


def test_a_dock_of_a_real_laptop_is_no_identity() -> None:
    (path,) = files("glpi-project+inventory_format", "computer_1.json")
    (row,) = outcome(path)[1]
    assert row.macs == ("44:85:00:2b:90:bc",)
    assert "00:e0:4c:68:01:db" in row.weak_macs


@pytest.mark.parametrize(
    ("name", "clients"),
    [
        ("debian7.leases", 5),
        ("dhcpd6-4.2.4.leases", 2),
        ("epoch.leases", 1),
        ("options.leases", 1),
        ("static.leases", 1),
    ],
)
def test_of_a_lease_file_the_clients_are_machines(name: str, clients: int) -> None:
    (path,) = files("MartijnBraam+python-isc-dhcp-leases", name)
    assert len(outcome(path)[1]) == clients


def test_documents_of_every_other_kind_are_refused_and_none_breaks_a_reader() -> None:
    folder = DATA / "filetypes"
    if not folder.is_dir():
        pytest.skip(f"no other documents here: {folder}")
    taken = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size < 2_000_000:
            kind, machines, _ = outcome(path)
            if machines:
                taken[path.name] = (kind, len(machines))
    assert taken == {}


@pytest.mark.parametrize("folder", ["fhir", "hl7v2", "astm"])
def test_clinical_data_never_becomes_a_machine(folder: str) -> None:
    if not (DATA / folder).is_dir():
        pytest.skip(f"no clinical samples here: {DATA / folder}")
    taken = {}
    for path in sorted((DATA / folder).rglob("*")):
        if path.is_file() and path.stat().st_size < 1_000_000:
            kind, machines, _ = outcome(path)
            if machines:
                taken[path.name] = kind
    assert taken == {}
