"""What a compiled ruleset does is what the flows mean. Cases 1 to 36 and 45 to 56 of docs/design/zone.md."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.cleanzone.rules.addresses import (
    address_at,
    dnsmasq_text,
    kea_document,
    network_fault,
    outside_fits,
    overlaps,
    radius_text,
)
from relight.cleanzone.rules.compile import Verdicts, group_name, ruleset_compile
from relight.cleanzone.rules.hosts import host_nft, host_powershell
from relight.cleanzone.rules.judge import flow_for
from relight.cleanzone.rules.nft import nft_text, shut_change
from relight.cleanzone.rules.observe import SeenKind, lines_read, seen_judge
from relight.cleanzone.rules.proposal import Part, is_needed, proposals
from relight.cleanzone.types import Flow, Machine, Packet, Peer, Segment, Zone, ports_of

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = AT + timedelta(days=30)
SCENARIO = Path(__file__).resolve().parents[2] / "scenarios" / "six-sites" / "hospital.toml"
SEGMENTS = (
    Segment(site="arlon", ipv4="10.211.0.0/24", ipv6="fd5a:11::/64", vlan=110),
    Segment(site="virton", ipv4="10.216.0.0/24", ipv6="fd5a:16::/64"),
)


def machine(name: str, **fields: Any) -> Machine:
    return Machine(**{"item": f"item-{name}", "name": name, "valid_until": LATER, **fields})


def flow(number: int, source: Peer, destination: Peer, ports: str = "443", **fields: Any) -> Flow:
    pairs = ports_of(ports)
    assert pairs
    return Flow(
        **{"number": number, "source": source, "destination": destination, "protocol": "tcp", "ports": pairs, **fields}
    )


def zone(machines: list[Machine], flows: list[Flow], **fields: Any) -> Zone:
    return Zone(**{"machines": tuple(machines), "flows": tuple(flows), "segments": SEGMENTS, "at": AT, **fields})


# -- compiled against meant ---------------------------------------------------------------------------

ROLES, SITES, SERVICES, TAGS = ("", "workstation", "record-server"), ("", "arlon", "virton"), ("", "emergency"), ("x",)
PEERS = st.one_of(
    st.builds(
        Peer, role=st.sampled_from(ROLES), site=st.sampled_from(SITES), service=st.sampled_from(SERVICES),
        tag=st.sampled_from(("", "x")), item=st.sampled_from(("", "item-2")),
    ),
    st.builds(Peer, networks=st.sampled_from([("192.0.2.0/24",), ("10.0.0.0/8",), ("fd5a::/16", "192.0.2.7/32")])),
)  # fmt: skip


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    machines = []
    for number in range(draw(st.integers(0, 6))):
        machines.append(
            Machine(
                item=f"item-{number}",
                name=f"m{number}",
                role=draw(st.sampled_from(ROLES)),
                site=draw(st.sampled_from(SITES)),
                service=draw(st.sampled_from(SERVICES)),
                tags=draw(st.sampled_from(((), TAGS))),
                ipv4=draw(st.sampled_from(("", f"10.211.0.{10 + number}"))),
                ipv6=draw(st.sampled_from(("", f"fd5a:16::{10 + number}"))),
                valid_until=draw(st.sampled_from((LATER, LATER, AT, AT - timedelta(1), None))),
                cut=draw(st.sampled_from((False, False, True))),
            )
        )
    flows = [
        Flow(
            number=number,
            source=draw(PEERS),
            destination=draw(PEERS),
            protocol=draw(st.sampled_from(("tcp", "udp"))),
            ports=draw(st.sampled_from((((443, 443),), ((80, 90), (443, 443)), ((1, 65535),)))),
            expires_at=draw(st.sampled_from((None, LATER, AT))),
        )
        for number in range(1, draw(st.integers(0, 6)) + 1)
    ]
    return zone(machines, flows)


ADDRESSES = st.sampled_from(
    [f"10.211.0.{n}" for n in range(10, 17)] + [f"fd5a:16::{n}" for n in range(10, 17)]
    + ["192.0.2.7", "192.0.2.8", "203.0.113.1", "10.9.0.1", "fd5a:77::1"]
)  # fmt: skip


@given(
    zones(),
    st.lists(
        st.tuples(ADDRESSES, ADDRESSES, st.sampled_from(("tcp", "udp")), st.sampled_from((80, 91, 443, 9999))),
        max_size=20,
    ),
)
def test_cases_1_to_12_a_packet_passes_exactly_where_the_reference_says(
    drawn: Zone, packets: list[tuple[str, str, str, int]]
) -> None:
    verdicts = Verdicts(ruleset_compile(drawn))
    for source, destination, protocol, port in packets:
        packet = Packet(source=source, destination=destination, protocol=protocol, port=port)
        meant, done = flow_for(drawn, packet), verdicts.rule_for(packet)
        assert (meant and meant.number) == (done and done.flow.number), packet


def demo_parts() -> tuple[list[Part], Any]:
    """The demonstration's hospital as parts, straight from its description."""
    from relight.hospital.rules.compile import hospital_compile
    from relight.hospital.rules.description import description_read

    description = description_read(SCENARIO.read_bytes(), filename="hospital.toml").description
    assert description is not None
    hospital = hospital_compile(description)
    graph, endpoints = hospital.graph, {one.id: one.endpoints for one in description.functions}
    parts = []
    for place, node in enumerate(hospital.nodes):
        selects = dict.fromkeys(graph.pools[pool].select for pool in graph.node_pools[place])
        is_unit = node.tier > 0
        parts.append(
            Part(
                id=node.id, base=node.base, site=node.site, is_unit=is_unit, owner=node.owner,
                needs=tuple(graph.ids[child] for child, _ in graph.needs[place]),
                peers=tuple(Peer(role=s.role, site=s.site, service=s.service, tag=s.tag) for s in selects),
                answers=() if is_unit else tuple((e.protocol, e.ports) for e in endpoints[node.base]),
            )
        )  # fmt: skip
    return parts, description


@pytest.mark.parametrize("stride", [pytest.param(1, marks=pytest.mark.soak), 41])
def test_every_pair_of_demo_machines_is_treated_as_the_reference_says(stride: int) -> None:
    """Every pair in `make soak`, one destination in 41 otherwise. One machine of each role, site and service the demonstration's flows name, each against each, on every port
    some flow opens and one beside it."""
    parts, description = demo_parts()
    asked = proposals(parts)
    assert len(asked) > 100
    peers = sorted({peer.text(): peer for one in asked for peer in (one.source, one.destination)}.items())
    sites = [site.id for site in description.sites]
    machines = [
        machine(f"d{n}", role=peer.role, service=peer.service, site=peer.site or sites[n % len(sites)],
                tags=(peer.tag,) if peer.tag else (), ipv4=f"10.211.{n // 200}.{n % 200 + 11}", cut=n % 17 == 5)
        for n, (_, peer) in enumerate(peers)
    ]  # fmt: skip
    flows = [
        Flow(number=n, source=one.source, destination=one.destination, protocol=one.protocol, ports=one.ports)
        for n, one in enumerate(asked, start=1)
    ]
    whole = zone(machines, flows, segments=(Segment(site="all", ipv4="10.211.0.0/16"),))
    verdicts = Verdicts(ruleset_compile(whole))
    by_port: dict[tuple[str, int], Zone] = {}
    for protocol, port in sorted(
        {(f.protocol, low) for f in flows for low, _ in f.ports} | {("tcp", 3389), ("udp", 445)}
    ):
        mine = tuple(f for f in flows if f.protocol == protocol and any(a <= port <= b for a, b in f.ports))
        by_port[protocol, port] = Zone(machines=whole.machines, flows=mine, segments=whole.segments, at=AT)
    passed = 0
    for (protocol, port), part in by_port.items():
        reaching = {one.number for one in part.flows}
        for source in machines:
            for destination in machines[len(reaching) % stride :: stride]:
                packet = Packet(source=source.ipv4, destination=destination.ipv4, protocol=protocol, port=port)
                done = verdicts.rule_for(packet)
                meant = _reference(part, source, destination, packet)
                assert (done and done.flow.number) == meant, (source.name, destination.name, protocol, port)
                passed += done is not None
    assert passed


def _reference(part: Zone, source: Machine, destination: Machine, packet: Packet) -> int | None:
    """Ask the reference about two machines in hand: it need not look for them among all."""
    found = flow_for(replace(part, machines=(source, destination)), packet)
    return found.number if found else None


def test_cases_13_to_20_the_same_zone_gives_the_same_ruleset_in_any_order() -> None:
    machines = [
        machine("a", role="workstation", ipv4="10.211.0.11"),
        machine("b", role="record-server", ipv4="10.216.0.11"),
    ]
    flows = [
        flow(1, Peer(role="workstation"), Peer(role="record-server")),
        flow(2, Peer(role="record-server"), Peer(role="workstation"), "80-90"),
    ]
    assert nft_text(ruleset_compile(zone(machines, flows))) == nft_text(
        ruleset_compile(zone(machines[::-1], flows[::-1]))
    )


def test_nothing_of_an_expired_revoked_or_quarantined_machine_is_in_any_group() -> None:
    bad = [
        machine("expired", role="workstation", ipv4="10.211.0.21", valid_until=AT),
        machine("revoked", role="workstation", ipv4="10.211.0.22", valid_until=None),
        machine("cut", role="workstation", ipv4="10.211.0.23", ipv6="fd5a:11::17", cut=True),
    ]
    ruleset = ruleset_compile(
        zone(
            [*bad, machine("ok", role="workstation", ipv4="10.211.0.24")],
            [flow(1, Peer(role="workstation"), Peer(role="workstation"))],
        )
    )
    assert [group.ipv4 for group in ruleset.groups] == [("10.211.0.24",)]
    assert ruleset.shut4 == ("10.211.0.21", "10.211.0.22", "10.211.0.23")
    assert ruleset.shut6 == ("fd5a:11::17",)


def test_each_rule_carries_its_flow_and_reason_and_the_shut_set_stands_first() -> None:
    text = nft_text(
        ruleset_compile(
            zone([], [flow(7, Peer(role="workstation"), Peer(role="record-server"), reason='the "record"')])
        )
    )
    rules = text[text.index("policy drop;") :]
    assert "comment \"F7 the 'record'\"" in rules
    assert 'counter name "flow_7"' in rules
    assert (
        rules.index("@shut4 drop")
        < rules.index("ct direction reply")
        < rules.index("flow_7")
        < rules.index('"dropped" drop')
    )
    assert "10 hosts" not in shut_change(shut=["10.0.0.1", "fd00::1"])
    assert shut_change(shut=["10.0.0.1", "fd00::1"]).count("add element") == 2


def test_two_peers_never_share_a_name() -> None:
    assert group_name(Peer(role="a-b")) != group_name(Peer(role="a_b"))


# -- proposals ----------------------------------------------------------------------------------------


def part(id: str, **fields: Any) -> Part:
    base, _, site = id.partition("@")
    return Part(
        **{
            "id": id,
            "base": base,
            "site": site,
            "is_unit": False,
            "owner": "it",
            "needs": (),
            "peers": (),
            "answers": (),
            **fields,
        }
    )


def test_cases_21_to_28_a_reliance_becomes_a_flow_and_a_function_without_ports_is_looked_through() -> None:
    ws = [Peer(role="workstation", site=s, service="er") for s in ("arlon", "virton")]
    parts = [
        part("er@arlon", is_unit=True, needs=("net@arlon", "record"), peers=(ws[0],)),
        part("er@virton", is_unit=True, needs=("net@virton", "record"), peers=(ws[1],)),
        part("net@arlon", needs=("dns",), peers=(Peer(role="switch", site="arlon"),)),
        part("net@virton", peers=(Peer(role="switch", site="virton"),)),
        part("dns", peers=(Peer(role="dns-server"),), answers=(("udp", ((53, 53),)),)),
        part("record", needs=("dns",), peers=(Peer(role="record-server"),), answers=(("tcp", ((443, 443),)),)),
    ]
    found = {one.key(): one for one in proposals(parts)}
    assert sorted(found) == [
        "role=record-server>role=dns-server/udp/53",
        "role=switch,site=arlon>role=dns-server/udp/53",
        "role=workstation,service=er>role=record-server/tcp/443",  # one for both sites
        "role=workstation,site=arlon,service=er>role=dns-server/udp/53",  # through the network of one site only
    ]
    assert found["role=workstation,service=er>role=record-server/tcp/443"].why == (
        "er@arlon>record",
        "er@virton>record",
    )
    asked = list(found.values())
    assert is_needed(
        flow(1, Peer(role="workstation", site="arlon", service="er"), Peer(role="record-server"), "440-450"), asked
    )
    assert not is_needed(flow(1, Peer(role="workstation"), Peer(role="record-server"), "22"), asked)
    assert not is_needed(flow(1, Peer(role="printer"), Peer(role="record-server")), asked)


# -- files --------------------------------------------------------------------------------------------


def test_cases_29_to_36_addresses_as_kea_dnsmasq_and_freeradius_take_them() -> None:
    ok = machine("ARL-PC1.intra", ipv4="10.211.0.11", macs=("02:00:00:00:00:01", "02:00:00:00:00:02"))
    gone = machine("gone", ipv4="10.211.0.12", macs=("02:00:00:00:00:09",), valid_until=AT)
    kea = json.loads(kea_document([gone, ok], SEGMENTS, at=AT))["Dhcp4"]
    assert [r["hw-address"] for r in kea["subnet4"][0]["reservations"]] == ["02:00:00:00:00:01", "02:00:00:00:00:02"]
    assert all(subnet["pools"] == [] for subnet in kea["subnet4"])
    assert "dhcp-host=02:00:00:00:00:01,02:00:00:00:00:02,10.211.0.11,arl-pc1" in dnsmasq_text([ok], SEGMENTS, at=AT)
    radius = radius_text([ok, gone], SEGMENTS, at=AT)
    assert '020000000001\tCleartext-Password := "020000000001"' in radius
    assert 'Tunnel-Private-Group-Id := "110"' in radius
    assert "020000000009" not in radius
    assert radius.rstrip().endswith("DEFAULT\tAuth-Type := Reject")


def test_a_segment_keeps_its_first_ten_addresses_and_ends_before_the_last() -> None:
    assert address_at("10.211.0.0/28", 1) == "10.211.0.11"
    assert address_at("10.211.0.0/28", 4) == "10.211.0.14"
    with pytest.raises(IndexError):
        address_at("10.211.0.0/28", 5)
    assert network_fault("10.211.0.1/24", version=4)
    assert network_fault("fd5a::/64", version=4)
    assert not network_fault("fd5a::/64", version=6)
    assert overlaps("10.211.0.0/24", ["10.0.0.0/16", "10.211.0.128/25"]) == "10.211.0.128/25"
    assert not outside_fits("0.0.0.0/0")
    assert not outside_fits("192.0.2.1/24")


def test_a_machine_s_own_rules_name_its_flows_both_ways_and_windows_says_it_is_untested() -> None:
    ws = machine("ws", role="workstation", ipv4="10.211.0.11", os="Windows 11")
    srv = machine("srv", role="record-server", ipv4="10.216.0.11", ipv6="fd5a:16::b")
    ruleset = ruleset_compile(
        zone(
            [ws, srv],
            [
                flow(
                    3,
                    Peer(role="workstation"),
                    Peer(role="record-server"),
                    "443,8443-8450",
                    reason="the record's pages",
                )
            ],
        )
    )
    text = host_nft(ruleset, srv)
    assert text.index("10.211.0.11") < text.index("chain host_output")
    script = host_powershell(ruleset, ws)
    assert "UNTESTED" in script
    assert (
        "New-NetFirewallRule -Group 'Relight' -DisplayName 'Relight F3 outbound' -Description 'F3 the record''s pages'"
        " -Direction Outbound -Action Allow -Protocol TCP -RemotePort '443','8443-8450'"
        " -RemoteAddress @('10.216.0.11','fd5a:16::b') | Out-Null"
    ) in script
    assert "-DefaultInboundAction Block -DefaultOutboundAction Block" in script


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("443", ((443, 443),)),
        ("80-90, 85-100;101", ((80, 101),)),
        ("0", None),
        ("65536", None),
        ("9-8", None),
        ("", None),
        ("٤", None),
    ],
)
def test_ports_as_people_write_them(text: str, expected: object) -> None:
    assert ports_of(text) == expected


# -- what was seen ------------------------------------------------------------------------------------

KERNEL = "Nov 24 13:00:00 r kernel: [1.2] relight-drop IN=za OUT=zb MAC=02 SRC=10.211.0.11 DST=10.216.0.11 LEN=60 TTL=63 PROTO=TCP SPT=4000 DPT=445 WINDOW=1"
CONNTRACK = "tcp      6 431999 ESTABLISHED src=10.211.0.11 dst=10.216.0.11 sport=4001 dport=443 src=10.216.0.11 dst=10.211.0.11 sport=443 dport=4001 [ASSURED] mark=0 use=1"
EVENT = "[1764000000.1]\t    [NEW] udp      17 30 src=10.211.0.99 dst=10.216.0.11 sport=5 dport=53 [UNREPLIED] src=10.216.0.11 dst=10.211.0.99 sport=53 dport=5"
ZEEK = [
    "#separator \\x09",
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state",
    "1.0\tC1\t10.211.0.11\t4002\t10.216.0.11\t22\ttcp\tSF",
]
ZEEK_JSON = '{"ts":1.0,"id.orig_h":"10.211.0.12","id.orig_p":1,"id.resp_h":"10.216.0.11","id.resp_p":443,"proto":"tcp","conn_state":"S0"}'
EVE = '{"timestamp":"2026-11-24T12:00:00","event_type":"flow","src_ip":"fd5a:11::b","src_port":1,"dest_ip":"fd5a:16::b","dest_port":443,"proto":"TCP","flow":{"pkts_toserver":3,"pkts_toclient":2}}'


def test_cases_45_to_56_connections_of_four_sources_are_held_against_the_flows() -> None:
    ws = machine("ws", role="workstation", ipv4="10.211.0.11", ipv6="fd5a:11::b")
    shut = machine("old", role="workstation", ipv4="10.211.0.12", valid_until=None)
    srv = machine("srv", role="record-server", ipv4="10.216.0.11", ipv6="fd5a:16::b")
    part = zone(
        [ws, shut, srv],
        [
            flow(1, Peer(role="workstation"), Peer(role="record-server")),
            flow(2, Peer(role="record-server"), Peer(role="workstation"), "5900"),
        ],
    )
    lines = [
        KERNEL,
        CONNTRACK,
        CONNTRACK,
        EVENT,
        *ZEEK,
        ZEEK_JSON,
        EVE,
        '{"event_type":"alert"}',
        "nonsense",
        "relight-drop SRC=x DST=y PROTO=TCP DPT=1",
    ]
    read = lines_read(lines)
    assert (sum(read.counts.values()), read.other, read.bad) == (7, 1, 2)
    assert read.bad_at == [11, 12]
    report = seen_judge(part, ruleset_compile(part), read.counts)
    told = [(one.kind, one.source, one.destination, one.packet.port, one.times, one.passed) for one in report.findings]
    assert told == [
        (SeenKind.UNDECLARED, "ws", "srv", 22, 1, True),
        (SeenKind.NO_PASSPORT, "old", "srv", 443, 1, False),
        (SeenKind.UNKNOWN, "10.211.0.99", "srv", 53, 1, False),
        (SeenKind.DROPPED, "ws", "srv", 445, 1, False),
    ]
    assert report.used == {1: 3}  # twice by IPv4, once by IPv6; flow 2 never


@given(st.lists(st.text(max_size=80), max_size=5))
def test_no_line_breaks_the_reader(lines: list[str]) -> None:
    read = lines_read(lines)
    assert read.bad + read.other + sum(read.counts.values()) <= len(lines)
    for seen in read.counts:
        ip_address(seen.packet.source)
