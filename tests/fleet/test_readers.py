"""Readers: what a file is by its content, what each format's records become, what is refused and why."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.fleet.readers import reading_of
from relight.fleet.readers.types import BadRow, Format, Outcome, SightingRow, Skipped, Why
from relight.fleet.types import Klass
from relight.kernel.errors import RelightError


def read(content: str | bytes, **mapping: str) -> tuple[Format, list[Outcome]]:
    reading = reading_of(content.encode() if isinstance(content, str) else content, wished=mapping)
    return reading.format, list(reading.outcomes)


def rows(content: str | bytes, **mapping: str) -> list[SightingRow]:
    return [outcome for outcome in read(content, **mapping)[1] if isinstance(outcome, SightingRow)]


def row(content: str | bytes, **mapping: str) -> SightingRow:
    (found,) = rows(content, **mapping)
    return found


def bad(content: str | bytes) -> list[tuple[int, str]]:
    return [(found.line, found.code) for found in read(content)[1] if isinstance(found, BadRow)]


def refusal(content: str | bytes) -> str:
    with pytest.raises(RelightError) as refused:
        read(content)
    return refused.value.code


# -- encodings and packing ------------------------------------------------------------------------

TABLE = "Nom;N° de série;Étage\nPC-é;CZC1234567;Étage 2\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"],
)
def test_a_table_reads_the_same_in_every_encoding_windows_tools_write(encoding: str) -> None:
    found = row(TABLE.encode(encoding))
    assert (found.name, found.serial, found.room) == ("PC-é", "CZC1234567", "Étage 2")


def test_the_format_is_found_inside_a_gz_whatever_it_is_called() -> None:
    assert row(gzip.compress(TABLE.encode())).serial == "CZC1234567"


def test_a_gz_that_ends_early_is_refused_as_damaged() -> None:
    assert refusal(gzip.compress(TABLE.encode() * 50)[:-20]) == "RL-FLT-071"


def test_a_bomb_stops_at_the_limit() -> None:
    from relight.fleet.readers.text import unpacked

    bomb = gzip.compress(bytes(50_000_000))
    with pytest.raises(RelightError) as refused:
        unpacked(bomb, limit_bytes=1_000_000)
    assert refused.value.code == "RL-FLT-072"


# -- refusals by kind -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "RL-FLT-060"),
        (b"\n \n", "RL-FLT-060"),
        (b"%PDF-1.7\n%\x00\xff\xfe", "RL-FLT-061"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "RL-FLT-061"),
        (b"PK\x03\x04\x14\x00[Content_Types].xml\x00xl/workbook", "RL-FLT-062"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "RL-FLT-062"),
        (b"PK\x03\x04\x14\x00inventory.csv", "RL-FLT-078"),
        ("<!DOCTYPE html><html><body><table>", "RL-FLT-063"),
        (
            "Vlan    Mac Address       Type\n----    -----------       ----\n 1    28af.fd99.82c7    STATIC",
            "RL-FLT-064",
        ),
        ("nom,prénom,mail\nDupont,Jean,j@x.be\n", "RL-FLT-065"),
        ("patient;niss;hostname\nX;1;pc\n", "RL-FLT-070"),
        ('{"resourceType": "Patient"}', "RL-FLT-070"),
        ("MSH|^~\\&|A|B\rPID|1\r", "RL-FLT-070"),
        ('{"a": 1}', "RL-FLT-067"),
        ('{"a": 1', "RL-FLT-071"),
        ('{"a": ' + "9" * 10_000 + "}", "RL-FLT-071"),
        ("<catalog><book/></catalog>", "RL-FLT-068"),
        ("Dear all,\nthe network is down.\n", "RL-FLT-069"),
        ("couleur;taille\nrouge;3\nvert;4\n", "RL-FLT-074"),
    ],
)
def test_what_is_no_inventory_is_refused_by_kind(content: str | bytes, code: str) -> None:
    assert refusal(content) == code


def test_xml_that_declares_entities_is_refused_before_it_is_read() -> None:
    bomb = '<!DOCTYPE nmaprun [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><nmaprun><host>&b;</host></nmaprun>'
    assert refusal(bomb) == "RL-FLT-073"


def test_a_scan_cut_off_is_refused_whole_with_its_line() -> None:
    with pytest.raises(RelightError) as refused:
        read('<nmaprun start="1">\n<host><status state="up"/>\n<address addr="10.0.0.1"')
    assert refused.value.code == "RL-FLT-071"
    assert refused.value.params["line"] == 3


# -- nmap -----------------------------------------------------------------------------------------


def scan(*hosts: str) -> str:
    return f'<?xml version="1.0"?><!DOCTYPE nmaprun>\n<nmaprun scanner="nmap" start="1700000000">{"".join(hosts)}</nmaprun>'


UP = (
    '<host endtime="1700000001"><status state="up" reason="arp-response"/>'
    '<address addr="10.1.2.3" addrtype="ipv4"/><address addr="00:1B:21:AA:BB:CC" addrtype="mac" vendor="Intel"/>'
    '<hostnames><hostname name="pc1" type="user"/><hostname name="PC1.ardenne.local" type="PTR"/></hostnames></host>'
)


def test_a_host_that_answered_is_a_machine_by_its_card_and_its_looked_up_name() -> None:
    found = row(scan(UP))
    assert (found.macs, found.ips, found.fqdn) == (("00:1b:21:aa:bb:cc",), ("10.1.2.3",), "pc1.ardenne.local")
    assert found.observed
    assert found.seen_at is not None
    assert found.seen_at.year == 2023


def test_an_address_that_did_not_answer_is_no_machine() -> None:
    down = '<host><status state="down" reason="no-response"/><address addr="10.0.0.2" addrtype="ipv4"/></host>'
    assert read(scan(down))[1] == [Skipped(line=2, why=Why.DOWN)]


def test_with_pn_an_address_counts_only_when_a_port_answered() -> None:
    silent = (
        '<host><status state="up" reason="user-set"/><address addr="10.0.0.2" addrtype="ipv4"/><ports>'
        '<extraports state="filtered" count="1000"><extrareasons reason="no-responses" count="1000"/></extraports>'
        "</ports></host>"
    )
    spoke = silent.replace(
        "<ports>", '<ports><port protocol="tcp" portid="22"><state state="open" reason="syn-ack"/></port>'
    )
    found = read(scan(silent, spoke))[1]
    assert [type(outcome) for outcome in found] == [Skipped, SightingRow]


def test_localhost_means_something_inside_its_scan_only() -> None:
    local = (
        '<host><status state="up" reason="localhost-response"/><address addr="127.0.0.1" addrtype="ipv4"/>'
        '<hostnames><hostname name="localhost" type="PTR"/></hostnames></host>'
    )
    found = row(scan(local))
    assert found.local
    assert (found.hostname, found.ips) == ("", ())


# -- NetBox ---------------------------------------------------------------------------------------


def fixture(**device: object) -> str:
    fields = {
        "name": "sw1",
        "device_type": 3,
        "role": 2,
        "site": 1,
        "serial": "FOC1234A1BC",
        "status": "active",
        **device,
    }
    return json.dumps(
        [
            {"model": "dcim.site", "pk": 1, "fields": {"name": "Arlon", "slug": "arlon"}},
            {"model": "dcim.manufacturer", "pk": 4, "fields": {"name": "Cisco"}},
            {"model": "dcim.devicetype", "pk": 3, "fields": {"model": "C9200-48P", "manufacturer": 4}},
            {"model": "dcim.devicerole", "pk": 2, "fields": {"name": "Access Switch", "slug": "access-switch"}},
            {"model": "dcim.device", "pk": 7, "fields": fields},
            {"model": "dcim.interface", "pk": 11, "fields": {"device": 7, "mac_address": "00:1B:21:00:00:07"}},
            {
                "model": "ipam.ipaddress",
                "pk": 5,
                "fields": {
                    "address": "10.0.0.7/24",
                    "assigned_object_type": ["dcim", "interface"],
                    "assigned_object_id": 11,
                },
            },
        ]
    )


def test_a_device_of_a_fixture_is_put_together_from_its_rows() -> None:
    found = row(fixture())
    assert (found.name, found.manufacturer, found.model) == ("sw1", "Cisco", "C9200-48P")
    assert (found.site, found.role, found.klass) == ("arlon", "access-switch", Klass.NETWORK)
    assert (found.macs, found.ips) == (("00:1b:21:00:00:07",), ("10.0.0.7",))
    assert found.record == "device 7"


def test_a_planned_device_is_expected_not_seen() -> None:
    assert row(fixture(status="planned")).expected
    assert not row(fixture()).expected


def test_an_old_fixture_calls_the_role_device_role() -> None:
    assert row(fixture(role=None, device_role=2)).role == "access-switch"


def test_a_list_of_the_rest_api_gives_devices_and_virtual_machines() -> None:
    api = {
        "count": 2,
        "results": [
            {
                "id": 5,
                "url": "/api/dcim/devices/5/",
                "name": "srv1",
                "device_type": {"model": "R740", "manufacturer": {"name": "Dell"}},
                "role": {"slug": "server", "name": "Server"},
                "serial": "640HP72",
                "site": {"slug": "arlon"},
                "status": {"value": "active"},
                "primary_ip4": {"address": "10.0.0.5/24"},
            },
            {"id": 9, "name": "vm9", "cluster": {"name": "c"}, "vcpus": 2, "status": {"value": "active"}},
        ],
    }
    format, found = read(json.dumps(api))
    assert format is Format.NETBOX
    assert [(r.record, r.name, r.serial) for r in found if isinstance(r, SightingRow)] == [
        ("device 5", "srv1", "640HP72"),
        ("virtual machine 9", "vm9", ""),
    ]


def test_a_netbox_table_gives_model_and_record_their_netbox_columns() -> None:
    format, found = read(
        "ID,Name,Status,Site,Role,Manufacturer,Type,Serial number\n7,sw1,Active,Arlon,Switch,Cisco,C9200,FOC1234A\n"
    )
    assert format is Format.NETBOX_CSV
    (one,) = found
    assert isinstance(one, SightingRow)
    assert (one.record, one.model, one.klass) == ("7", "C9200", Klass.NETWORK)


# -- GLPI -----------------------------------------------------------------------------------------


def glpi(**content: object) -> str:
    return json.dumps(
        {"deviceid": "pc1-2020-01-01", "action": "inventory", "content": {"versionclient": "x", **content}}
    )


def test_a_computer_is_known_by_system_serial_uuid_and_the_cards_that_stay() -> None:
    found = row(
        glpi(
            bios={"ssn": "640HP72", "smanufacturer": "Dell Inc.", "smodel": "XPS 13"},
            hardware={"name": "pc1", "uuid": "4c4c4544-0034-3010-8048-b6c04f503732", "chassis_type": "Laptop"},
            networks=[
                {"description": "enp0s31f6", "mac": "44:85:00:2b:90:bc", "ipaddress": "10.0.0.8", "virtualdev": False},
                {"description": "USB dock", "driver": "r8152", "mac": "00:e0:4c:68:01:db", "virtualdev": False},
                {"description": "virbr0", "mac": "52:54:00:fa:20:0e", "virtualdev": True},
            ],
        )
    )
    assert (found.serial, found.klass) == ("640HP72", Klass.WORKSTATION)
    assert (found.macs, found.weak_macs) == (("44:85:00:2b:90:bc",), ("00:e0:4c:68:01:db",))


def test_the_agent_that_looked_is_not_the_device_it_saw() -> None:
    """`deviceid` of a network inventory names the agent: two devices of one agent would be one machine."""
    device = {"type": "Printer", "name": "PRN-7", "serial": "PHCVN191TG", "model": "LaserJet", "ips": ["10.0.0.9"]}
    document = json.dumps(
        {"deviceid": "agent", "action": "netinventory", "itemtype": "Printer", "content": {"network_device": device}}
    )
    found = row(document)
    assert found.record == ""
    assert (found.serial, found.hostname, found.klass) == ("PHCVN191TG", "prn-7", Klass.PRINTER)


def test_a_device_called_like_its_model_has_no_name_of_its_own() -> None:
    device = {"type": "Printer", "name": "MX5970", "model": "Canon MX 5970", "serial": "SDF9874SD"}
    found = row(json.dumps({"action": "netinventory", "content": {"network_device": device}}))
    assert (found.name, found.hostname) == ("MX5970", "")


def test_an_agents_xml_reads_as_its_json() -> None:
    found = row(
        "<REQUEST><CONTENT><BIOS><SSN>CZC0479792</SSN><SMANUFACTURER>HP</SMANUFACTURER></BIOS><HARDWARE><NAME>pc-arg</NAME>"
        "<UUID>33E737A8-F827-11DF-9297-47C0A301005A</UUID></HARDWARE><OPERATINGSYSTEM><FQDN>pc-arg.cedre.local</FQDN>"
        "</OPERATINGSYSTEM><NETWORKS><DESCRIPTION>eth0</DESCRIPTION><MACADDR>68:B5:99:E6:84:EB</MACADDR></NETWORKS>"
        "</CONTENT><DEVICEID>pc-arg-2017</DEVICEID><QUERY>INVENTORY</QUERY></REQUEST>"
    )
    assert (found.serial, found.fqdn, found.macs) == ("CZC0479792", "pc-arg.cedre.local", ("68:b5:99:e6:84:eb",))


# -- DHCP -----------------------------------------------------------------------------------------


def test_the_last_word_about_an_address_counts_and_a_lease_nobody_holds_is_no_machine() -> None:
    text = (
        'lease 10.0.0.1 {\n  binding state active;\n  hardware ethernet 00:1b:21:00:00:01;\n  client-hostname "old";\n}\n'
        "lease 10.0.0.2 {\n  binding state abandoned;\n}\n"
        "lease 10.0.0.1 {\n  cltt 2 2015/08/18 16:55:37;\n  binding state active;\n"
        '  hardware ethernet 00:1b:21:00:00:02;\n  client-hostname "NEW";\n}\n'
    )
    format, found = read(text)
    assert format is Format.DHCP
    machines = [one for one in found if isinstance(one, SightingRow)]
    assert [(one.macs, one.hostname, one.ips) for one in machines] == [(("00:1b:21:00:00:02",), "new", ("10.0.0.1",))]
    assert machines[0].seen_at is not None
    assert [one.why for one in found if isinstance(one, Skipped)] == [Why.NO_CLIENT]


def test_a_v6_client_is_known_by_the_card_in_its_duid() -> None:
    text = (
        'ia-na "4dv\\352\\000\\001\\000\\001\\035f\\037\\342\\000\\033!\\000\\000\\005" {\n  cltt 2 2015/08/18 16:55:37;\n'
        "  iaaddr 2001:db8::60 {\n    binding state active;\n  }\n}\n"
    )
    found = row(text)
    assert (found.macs, found.ips) == (("00:1b:21:00:00:05",), ("2001:db8::60",))


def test_a_reservation_inside_a_configuration_is_a_machine_named_on_purpose() -> None:
    found = row(
        "subnet 10.0.0.0 netmask 255.0.0.0 {\n  group { host srv7 {\n hardware ethernet 00:1b:21:00:00:07;\n fixed-address 10.0.0.7; } }\n}"
    )
    assert (found.hostname, found.ips, found.observed) == ("srv7", ("10.0.0.7",), False)


def test_a_lease_the_file_breaks_off_in_is_kept_aside_and_the_others_go_in() -> None:
    text = "lease 10.0.0.1 {\n  hardware ethernet 00:1b:21:00:00:01;\n}\nlease 10.0.0.2 {\n  hardware ethernet 00:1b"
    assert len(rows(text)) == 1
    assert bad(text) == [(4, "RL-FLT-083")]


# -- directories ----------------------------------------------------------------------------------

LDIF = """version: 1

# a computer
dn: CN=ARL-PC01,OU=PC,DC=ardenne,DC=local
objectClass: top
objectClass: computer
cn: ARL-PC01
dNSHostName: arl-pc01.ardenne.l
 ocal
sAMAccountName: ARL-PC01$
operatingSystem: Windows 10 Enterprise
lastLogonTimestamp: 133456789012345678
description:: U2FsbGUgw6k=

dn: CN=Jean,DC=ardenne,DC=local
objectClass: person
objectClass: user
cn: Jean
"""


def test_a_computer_of_an_ldif_is_unfolded_decoded_and_dated() -> None:
    found = row(LDIF)
    assert (found.fqdn, found.hostname) == ("arl-pc01.ardenne.local", "arl-pc01")
    assert (found.klass, found.os) == (Klass.WORKSTATION, "Windows 10 Enterprise")
    assert found.seen_at is not None
    assert found.seen_at.year == 2023
    assert found.raw["description"] == "Salle é"


def test_people_beside_computers_are_passed_over_and_people_alone_are_refused() -> None:
    assert [one.why for one in read(LDIF)[1] if isinstance(one, Skipped)] == [Why.NOT_A_MACHINE]
    assert refusal("dn: cn=Jean,dc=x\nobjectClass: inetOrgPerson\ncn: Jean\n") == "RL-FLT-065"
    assert refusal("dn: cn=config\nchangetype: modify\nadd: olcSecurity\nolcSecurity: tls=1\n") == "RL-FLT-066"


def test_a_value_that_points_elsewhere_is_never_fetched() -> None:
    text = LDIF + "\ndn: CN=ARL-PC02,DC=x\nobjectClass: computer\ndescription:< file:///etc/passwd\n"
    assert bad(text) == [(22, "RL-FLT-084")]


def test_broken_base64_puts_one_record_aside() -> None:
    text = LDIF + "\ndn: CN=ARL-PC02,DC=x\nobjectClass: computer\ncn:: %%%\n"
    assert [code for _, code in bad(text)] == ["RL-FLT-083"]
    assert len(rows(text)) == 1


def test_the_guid_of_a_computer_is_its_record_so_that_it_survives_a_move() -> None:
    guid = base64.b64encode(bytes(range(16))).decode()
    text = f"dn: CN=PC2,DC=x,DC=y\nobjectClass: computer\ncn: PC2\nobjectGUID:: {guid}\n"
    assert row(text).record == "03020100-0504-0706-0809-0a0b0c0d0e0f"


def test_a_powershell_export_is_a_directory_table_with_its_type_line_and_quotes() -> None:
    text = (
        "#TYPE Selected.Microsoft.ActiveDirectory.Management.ADComputer\r\n"
        '"Name","DNSHostName","OperatingSystem","LastLogonDate","Enabled","DistinguishedName"\r\n'
        '"SRV-AD1","srv-ad1.ardenne.local","Windows Server 2019 Standard","12/11/2026 03:20:00","True",'
        '"CN=SRV-AD1,OU=Domain Controllers,DC=ardenne,DC=local"\r\n'
    )
    format, found = read(text.encode("utf-16"))
    assert format is Format.DIRECTORY_CSV
    (one,) = found
    assert isinstance(one, SightingRow)
    assert (one.fqdn, one.klass) == ("srv-ad1.ardenne.local", Klass.SERVER)
    assert one.seen_at is not None
    assert (one.seen_at.month, one.seen_at.day) == (11, 12)
    assert one.record.startswith("CN=SRV-AD1")


def test_a_csvde_export_without_names_of_the_domain_takes_them_from_the_dn() -> None:
    text = 'DN,objectClass,sAMAccountName,operatingSystem\n"CN=PC7,DC=ard,DC=local",top;computer,PC7$,Windows 11 Pro\n'
    assert row(text).fqdn == "pc7.ard.local"


# -- tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "Nom de la machine;N° de série;Adresse MAC;Modèle",
        "Computer name,Serial Number,MAC address,Model",
        "Computernaam\tSerienummer\tMAC-adres\tModel",
        "Rechnername|Seriennummer|MAC-Adresse|Modell",
    ],
)
def test_columns_are_known_in_four_languages_and_all_delimiters(head: str) -> None:
    delimiter = next(d for d in ";,\t|" if d in head)
    line = delimiter.join(["ARL-PC1", "CZC1234567", "00-1B-21-00-00-01", "EliteDesk"])
    found = row(f"{head}\n{line}\n")
    assert (found.hostname, found.serial, found.macs, found.model) == (
        "arl-pc1",
        "CZC1234567",
        ("00:1b:21:00:00:01",),
        "EliteDesk",
    )


def test_column_names_are_found_below_a_title() -> None:
    text = "Inventaire du parc;;\n;;\nHostname;Serial;Salle\nPC1;CZC1234567;12\n"
    reading = reading_of(text.encode())
    assert reading.mapping["serial"] == "Serial"
    (one,) = reading.outcomes
    assert isinstance(one, SightingRow)
    assert one.line == 4


def test_the_person_importing_overrules_the_guess() -> None:
    text = "Nom;Code;Serial\nPC1;CZC1234567;inutile\n"
    assert row(text, serial="Code").serial == "CZC1234567"
    assert row(text, serial="").serial == ""


def test_a_wrong_overrule_says_what_there_is() -> None:
    with pytest.raises(RelightError) as refused:
        read("Nom;Serial\nPC1;CZC1234567\n", serial="Numéro")
    assert refused.value.code == "RL-FLT-075"
    with pytest.raises(RelightError) as refused:
        read("Nom;Serial\nPC1;CZC1234567\n", colour="Nom")
    assert refused.value.code == "RL-FLT-076"


def test_bad_rows_are_told_by_line_and_reason_and_good_ones_read() -> None:
    text = (
        "Hostname;Serial;MAC\n"
        "PC1;CZC1234561;00:1b:21:00:00:01\n"
        "PC2;CZC1234562;00:1b:21:00:00\n"
        ";;\n"
        "PC3;CZC1234563\n"
        ";N/A;-\n"
        '"PC4;CZC1234564;00:1b:21:00:00:04\n'
        "PC5;CZC1234565;00:1b:21:00:00:05\n"
    )
    assert [one.hostname for one in rows(text)] == ["pc1", "pc5"]
    assert bad(text) == [(3, "RL-FLT-082"), (5, "RL-FLT-081"), (6, "RL-FLT-080"), (7, "RL-FLT-085")]


def test_a_cell_may_hold_a_line_break_when_quoted() -> None:
    text = 'Hostname,Serial,Comment\nPC1,CZC1234561,"two\nlines"\nPC2,CZC1234562,x\n'
    assert [(one.line, one.hostname) for one in rows(text)] == [(2, "pc1"), (4, "pc2")]


def test_a_list_of_one_column_is_a_table_too() -> None:
    assert [one.hostname for one in rows("hostname\narl-pc1\narl-pc2\n")] == ["arl-pc1", "arl-pc2"]


def test_several_addresses_in_one_cell_are_several() -> None:
    found = row('Hostname,MAC\nPC1,"00:1b:21:00:00:01; 00:1b:21:00:00:02"\n')
    assert found.macs == ("00:1b:21:00:00:01", "00:1b:21:00:00:02")


# -- whatever comes -------------------------------------------------------------------------------

SAMPLES = (
    TABLE.encode(),
    TABLE.encode("utf-16"),
    scan(UP).encode(),
    fixture().encode(),
    glpi(bios={"ssn": "640HP72"}, networks=[{"mac": "44:85:00:2b:90:bc"}]).encode(),
    LDIF.encode(),
    b'lease 10.0.0.1 {\n hardware ethernet 00:1b:21:00:00:01;\n uid "\\001\\000";\n}\n',
    gzip.compress(TABLE.encode()),
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 4000), st.integers(0, 60), st.binary(max_size=12))
def test_a_file_with_anything_in_it_is_read_or_refused_with_a_code(
    sample: bytes, at: int, cut: int, put: bytes
) -> None:
    """Bytes taken out and put in anywhere: never another error than a coded one."""
    at %= len(sample) + 1
    mutated = sample[:at] + put + sample[at + cut :]
    try:
        for found in reading_of(mutated).outcomes:
            assert not isinstance(found, BadRow) or found.message()
    except RelightError as refused:
        assert refused.code.startswith("RL-FLT-0")
