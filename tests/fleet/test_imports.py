"""The import: one transaction, nothing doubled, nothing half in, everything placed and kept as evidence."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from relight.fleet.models import (
    AsideRow,
    DoubtfulMatch,
    Identifier,
    ImportRun,
    LineItem,
    MergedItem,
    Sighting,
)
from relight.fleet.readers.types import ImportReport
from relight.fleet.services.imports import import_file
from relight.fleet.services.placing import items_place
from relight.fleet.types import Nature, Stage
from relight.hospital import api as hospital
from relight.journal.api import entry_list, event_list, evidence_read
from relight.kernel.act import Act
from relight.kernel.errors import RelightError, RuleError
from relight.people.api import Role

pytestmark = pytest.mark.django_db

HOSPITAL = b"""
format = 1
[group]
id = "ardenne"
names = { fr = "Ardenne" }
[[site]]
id = "arlon"
names = { fr = "Arlon" }
order = 1
subnets = ["10.11.0.0/16"]
[[site]]
id = "marche"
names = { fr = "Marche-en-Famenne" }
order = 2
subnets = ["10.12.0.0/16"]
[[service]]
id = "emergency"
names = { fr = "Urgences", en = "Emergency" }
tier = 1
sites = ["arlon"]
vital = []
useful = []
workstations = { needed = 2, minimum = 1 }
[[placement]]
hostname = '(?i)^arl-urg-pc\\d+$'
site = "arlon"
role = "workstation"
service = "emergency"
class = "workstation"
tags = ["ward"]
"""


@pytest.fixture
def act(act_for: Callable[..., Act]) -> Act:
    return act_for(Role.TECHNICIAN)


@pytest.fixture
def bring(act: Act) -> Callable[..., ImportReport]:
    def run(content: str | bytes, filename: str = "list.csv", **options: Any) -> ImportReport:
        raw = content.encode() if isinstance(content, str) else content
        return import_file(act=act, content=raw, filename=filename, **options)

    return run


def load_hospital(act_for: Callable[..., Act]) -> None:
    check = hospital.description_read(HOSPITAL, filename="hospital.toml")
    assert check.description is not None, check.faults
    hospital.description_load(act=act_for(Role.RECOVERY_LEAD), description=check.description)


TABLE = (
    "Hostname;Serial;MAC;Site\nARL-URG-PC1;CZC1234501;00:1b:21:00:00:01;\nPC-2;CZC1234502;00:1b:21:00:00:02;Marche\n"
)


def test_a_file_becomes_machines_with_all_that_finds_them(bring: Callable[..., ImportReport]) -> None:
    report = bring(TABLE)
    assert (report.machines_new, report.machines_known, report.rows_bad) == (2, 0, ())
    item = LineItem.objects.get(serial="CZC1234501")
    assert (item.name, item.hostname, item.stage) == ("ARL-URG-PC1", "arl-urg-pc1", Stage.SEEN.value)
    assert "001b21000001" in item.search
    assert item.seen_first is not None
    held = set(Identifier.objects.filter(item=item, provisional=False).values_list("kind", "value"))
    assert held == {("serial", "CZC1234501"), ("mac", "00:1b:21:00:00:01")}
    assert item.sightings.get().data["raw"]["Serial"] == "CZC1234501"


def test_the_same_file_again_doubles_nothing_whatever_it_is_called(bring: Callable[..., ImportReport]) -> None:
    bring(TABLE)
    before = (LineItem.objects.count(), Sighting.objects.count(), Identifier.objects.count())
    again = bring(TABLE, filename="copy of list.csv")
    assert (again.machines_new, again.machines_known, again.same_file) == (0, 2, True)
    assert (LineItem.objects.count(), Sighting.objects.count(), Identifier.objects.count()) == before


def test_unnamed_records_double_nothing_either(bring: Callable[..., ImportReport]) -> None:
    table = "Nom;Modèle;Salle\nImprimante accueil;LaserJet;1\nImprimante accueil;LaserJet;2\n"
    assert bring(table).machines_new == 2
    assert bring(table).machines_new == 0


def test_an_import_is_one_journal_entry_with_its_event_and_its_file(bring: Callable[..., ImportReport]) -> None:
    report = bring(TABLE)
    (entry,) = [entry for entry in entry_list(limit=5) if entry.verb == "fleet.import"]
    assert entry.subject == f"import:{report.run}"
    assert entry.body["machines_new"] == 2
    assert [event.name for event in event_list(after=0, limit=50) if event.entry_seq == entry.seq] == ["fleet.imported"]
    assert evidence_read(ImportRun.objects.get().digest) == TABLE.encode()


def test_whoever_may_not_import_is_refused(act_for: Callable[..., Act]) -> None:
    with pytest.raises(RuleError):
        import_file(act=act_for(Role.NURSE), content=TABLE.encode(), filename="x.csv")
    assert not LineItem.objects.exists()


def test_a_failure_at_the_last_step_leaves_nothing_behind(
    bring: Callable[..., ImportReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    from relight.fleet.services import import_write

    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(import_write.Writer, "_report", fail)
    with pytest.raises(OSError, match="disk"):
        bring(TABLE)
    assert not LineItem.objects.exists()
    assert not ImportRun.objects.exists()
    assert not [entry for entry in entry_list(limit=5) if entry.verb == "fleet.import"]


def test_a_file_damaged_further_on_brings_nothing(bring: Callable[..., ImportReport]) -> None:
    host = '<host><status state="up" reason="x"/><address addr="10.0.0.{}" addrtype="ipv4"/></host>\n'
    with pytest.raises(RelightError) as refused:
        bring("<nmaprun>" + "".join(host.format(n) for n in range(200)) + "<host>")
    assert refused.value.code == "RL-FLT-071"
    assert not LineItem.objects.exists()


def test_a_dry_run_says_the_same_and_writes_nothing(bring: Callable[..., ImportReport]) -> None:
    dry = bring(TABLE, dry_run=True)
    assert (dry.machines_new, dry.dry_run) == (2, True)
    assert not LineItem.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_known_format_without_a_machine_is_refused(bring: Callable[..., ImportReport]) -> None:
    with pytest.raises(RelightError) as refused:
        bring("lease 10.0.0.2 {\n  binding state abandoned;\n}\n")
    assert refused.value.code == "RL-FLT-077"


def test_bad_rows_are_kept_aside_once_however_often_the_file_comes(bring: Callable[..., ImportReport]) -> None:
    table = TABLE + "PC-3;CZC1234503;nonsense;\n"
    report = bring(table)
    assert [row.document()["line"] for row in report.rows_bad] == [4]
    bring(table)
    aside = AsideRow.objects.get()
    assert (aside.line, aside.code, aside.raw) == (4, "RL-FLT-082", "PC-3;CZC1234503;nonsense;")
    assert LineItem.objects.count() == 2


def test_many_sources_are_one_machine_with_all_of_them_kept(bring: Callable[..., ImportReport]) -> None:
    lease = 'lease 10.11.4.1 {\n cltt 1 2026/11/16 08:00:00;\n binding state active;\n hardware ethernet 00:1b:21:00:00:01;\n client-hostname "ARL-URG-PC1";\n}\n'
    directory = 'Name,DNSHostName,OperatingSystem,DistinguishedName\nARL-URG-PC1,arl-urg-pc1.ardenne.local,Windows 10 Enterprise,"CN=ARL-URG-PC1,DC=ardenne,DC=local"\n'
    for content, name in ((lease, "dhcpd.leases"), (directory, "ad.csv"), (TABLE, "parc.csv")):
        bring(content, filename=name)
    item = LineItem.objects.get(hostname="arl-urg-pc1")
    assert item.sightings.count() == 3
    assert (item.serial, item.fqdn, item.os) == ("CZC1234501", "arl-urg-pc1.ardenne.local", "Windows 10 Enterprise")
    assert LineItem.objects.count() == 2


def test_two_items_one_record_proves_to_be_one_become_one_and_the_old_address_leads_there(
    bring: Callable[..., ImportReport],
) -> None:
    bring("Serial;Model\nCZC1234501;EliteDesk\n", filename="a.csv")
    bring("MAC;Hostname\n00:1b:21:00:00:01;arl-urg-pc1\n", filename="b.csv")
    first, second = LineItem.objects.order_by("id")
    report = bring(TABLE, filename="c.csv")
    assert (report.machines_joined, report.machines_known, report.machines_new) == (1, 1, 1)
    item = LineItem.objects.get(serial="CZC1234501")
    assert item.pk == first.pk
    assert MergedItem.objects.get(pk=second.pk).into_id == first.pk
    assert (item.hostname, item.model, item.sightings.count()) == ("arl-urg-pc1", "EliteDesk", 3)
    again = bring(TABLE, filename="c.csv")
    assert (again.machines_joined, again.machines_new) == (0, 0)


def test_a_doubtful_match_makes_its_own_item_and_is_asked_about_once(bring: Callable[..., ImportReport]) -> None:
    bring("Serial;Hostname;Manufacturer\n1234567A;pc1;Dell\n", filename="a.csv")
    report = bring("Serial;Hostname;Manufacturer\n1234567A;pc9;Siemens\n", filename="b.csv")
    assert (report.machines_new, report.doubtful) == (1, 1)
    bring("Serial;Hostname;Manufacturer\n1234567A;pc9;Siemens\n", filename="b.csv")
    doubt = DoubtfulMatch.objects.get()
    assert (doubt.item.hostname, doubt.other.hostname) == ("pc1", "pc9")
    assert "two manufacturers" in doubt.reason


def test_a_person_was_right_an_import_does_not_undo_what_was_set_by_hand(
    bring: Callable[..., ImportReport], act: Act
) -> None:
    from relight.fleet.services.items import items_edit

    bring(TABLE)
    item = LineItem.objects.get(serial="CZC1234501")
    items_edit(act=act, items=[item.pk], changes={"name": "Guichet 1", "room": "12"})
    bring("Hostname;Serial;Salle\nARL-URG-PC1;CZC1234501;99\n", filename="d.csv")
    item.refresh_from_db()
    assert (item.name, item.room) == ("Guichet 1", "12")


def test_a_purchase_list_says_what_should_be_there_and_sees_nothing(bring: Callable[..., ImportReport]) -> None:
    bring(TABLE, nature=Nature.EXPECTED)
    item = LineItem.objects.get(serial="CZC1234501")
    assert item.expected
    assert item.seen_first is None
    bring("Serial;Hostname\nCZC1234501;arl-urg-pc1\n", filename="agent.csv")
    item.refresh_from_db()
    assert item.seen_first is not None


def test_machines_are_placed_by_name_subnet_and_what_the_source_says(
    bring: Callable[..., ImportReport], act_for: Callable[..., Act]
) -> None:
    load_hospital(act_for)
    bring(TABLE + "PC-3;CZC1234503;00:1b:21:00:00:03;\n")
    bring("lease 10.12.0.7 {\n binding state active;\n hardware ethernet 00:1b:21:00:00:03;\n}\n", filename="leases")
    by_name = LineItem.objects.get(serial="CZC1234501")
    assert (by_name.site, by_name.role, by_name.service, by_name.klass) == (
        "arlon",
        "workstation",
        "emergency",
        "workstation",
    )
    assert by_name.tags == ["ward"]
    assert LineItem.objects.get(serial="CZC1234503").site == "marche"
    assert hospital.impact(by_name.ref).document()["id"] == by_name.ref  # an unknown component would be refused


def test_an_inventory_that_came_before_the_hospital_is_placed_when_it_is_loaded(
    bring: Callable[..., ImportReport], act_for: Callable[..., Act]
) -> None:
    bring(TABLE)
    load_hospital(act_for)
    assert items_place(act=act_for(Role.SYSTEM)) == 2  # one by its name, one by its site
    item = LineItem.objects.get(serial="CZC1234501")
    assert (item.site, item.service) == ("arlon", "emergency")
    assert items_place(act=act_for(Role.SYSTEM)) == 0


def test_an_admitted_machine_keeps_what_was_signed(bring: Callable[..., ImportReport], act: Act) -> None:
    from relight.journal.api import writing

    bring(TABLE)
    with writing(act) as log:
        LineItem.objects.filter(serial="CZC1234501").update(
            stage=Stage.ADMITTED.value, site="arlon", role="workstation", admitted_at=act.at
        )
        log.entry("test.lay", subject="item:x", body={})
    version = LineItem.objects.get(serial="CZC1234501").version
    bring("Hostname;Serial;Role;Type\nRENAMED;CZC1234501;server;server\n", filename="later.csv")
    item = LineItem.objects.get(serial="CZC1234501")
    assert (item.name, item.role, item.klass, item.version) == ("ARL-URG-PC1", "workstation", "other", version)


def test_two_netboxes_with_the_same_record_numbers_stay_two_worlds(bring: Callable[..., ImportReport]) -> None:
    def netbox(name: str) -> str:
        return json.dumps(
            [{"model": "dcim.device", "pk": 1, "fields": {"name": name, "serial": "", "status": "active"}}]
        )

    bring(netbox("sw-arlon"), filename="north.json")
    assert bring(netbox("sw-marche"), filename="south.json").machines_new == 1
    assert bring(netbox("sw-marche"), filename="north.json").machines_new == 0
    renamed = bring(netbox("sw-bastogne"), filename="north.json")
    assert (renamed.machines_new, renamed.doubtful) == (1, 1)


def test_localhost_of_two_scans_is_two_machines(bring: Callable[..., ImportReport]) -> None:
    scan = (
        '<nmaprun start="{}"><host><status state="up" reason="localhost-response"/>'
        '<address addr="127.0.0.1" addrtype="ipv4"/></host></nmaprun>'
    )
    assert bring(scan.format(1700000000), filename="a.xml").machines_new == 1
    assert bring(scan.format(1700000000), filename="a.xml").machines_new == 0
    assert bring(scan.format(1700000009), filename="b.xml").machines_new == 1


def test_progress_is_told_phase_by_phase(bring: Callable[..., ImportReport]) -> None:
    table = "Hostname\n" + "".join(f"pc-{n}\n" for n in range(1200))
    told: list[tuple[str, int, int]] = []
    bring(table, progress=lambda phase, done, total: told.append((phase, done, total)))
    assert [phase for phase, _, _ in told] == sorted(
        (phase for phase, _, _ in told), key=["read", "match", "write"].index
    )
    assert ("match", 1200, 1200) in told


def test_the_number_of_queries_does_not_grow_with_the_rows_matched(
    bring: Callable[..., ImportReport], django_assert_max_num_queries: Any
) -> None:
    table = "Hostname;Serial\n" + "".join(f"pc-{n};CZC12{n:05}\n" for n in range(300))
    bring(table)
    with django_assert_max_num_queries(45):
        bring(table)


@pytest.mark.parametrize("rows", [3000])
def test_three_thousand_rows_take_seconds(bring: Callable[..., ImportReport], rows: int) -> None:
    """A claim about orders of magnitude; bench/import.py has the measure."""
    table = "Hostname;Serial;MAC\n" + "".join(
        f"pc-{n};CZC12{n:05};00:1b:21:00:{n >> 8:02x}:{n & 255:02x}\n" for n in range(rows)
    )
    start = time.process_time()
    assert bring(table).machines_new == rows
    assert time.process_time() - start < 10
