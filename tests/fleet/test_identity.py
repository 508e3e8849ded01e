"""Identity: one machine from many sources, and no merge nobody can defend. Cases of docs/design/inventories.md."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.fleet.readers.types import SightingRow
from relight.fleet.readers.values import (
    MacWorth,
    adapter_travels,
    adapter_virtual,
    host_of,
    ip_of,
    mac_of,
    mac_worth,
    maker_of,
    serial_of,
    time_of,
    uuid_of,
)
from relight.fleet.rules import identity
from relight.fleet.rules.identity import Index, Match, facts_of, match
from relight.fleet.types import IdentifierKind


class World:
    """Records fed one after the other into an index; items are small numbers."""

    def __init__(self) -> None:
        self.index: Index[int] = Index()
        self.numbers = count(1)
        self.item_of: list[int] = []
        self.found: Match[int] = Match()
        self.gone: dict[int, int] = {}

    def see(self, *, source: str = "s", **fields: Any) -> int:
        """Feed one record; return the item it is about now."""
        row = SightingRow(line=1, **fields)
        facts = facts_of(row, record=f"{source}/{row.record}" if row.record else "")
        self.found = match(facts, self.index)
        item = self.found.item if self.found.item is not None else next(self.numbers)
        for gone in self.found.joins:
            self.index.join(into=item, gone=gone)
            self.gone[gone] = item
        self.index.add(item, facts)
        self.item_of.append(item)
        return item

    @property
    def reasons(self) -> list[str]:
        return [doubt.reason for doubt in self.found.doubts]

    def partition(self, keys: Sequence[int]) -> set[frozenset[int]]:
        """Which records ended up as one machine. Args: keys: a name for each record, in feeding order."""
        groups: dict[int, set[int]] = {}
        for key, item in zip(keys, self.item_of, strict=True):
            while item in self.gone:
                item = self.gone[item]
            groups.setdefault(item, set()).add(key)
        return {frozenset(group) for group in groups.values()}


@pytest.fixture
def world() -> World:
    return World()


MAC1, MAC2 = "00:1b:21:00:00:01", "00:1b:21:00:00:02"
UUID1, UUID2 = "11111111-2222-3333-4444-555555555551", "11111111-2222-3333-4444-555555555552"


# -- what identifies, in order --------------------------------------------------------------------


def test_case_1_the_same_serial_is_the_same_machine(world: World) -> None:
    assert world.see(serial="CZC1234567", manufacturer="HP") == world.see(
        serial="CZC1234567", manufacturer="Hewlett-Packard", fqdn="pc1.a.local", hostname="pc1"
    )
    assert world.found.how is IdentifierKind.SERIAL


def test_case_2_the_same_serial_from_two_makers_is_doubtful(world: World) -> None:
    first = world.see(serial="12345678A", manufacturer="Dell Inc.")
    assert world.see(serial="12345678A", manufacturer="Siemens") != first
    assert world.reasons == [identity.SERIAL_MAKER]


def test_case_3_the_same_uuid_is_the_same_machine_in_either_byte_order(world: World) -> None:
    one = world.see(uuid=uuid_of("4C4C4544-0034-3010-8048-B6C04F503732"))
    other = world.see(uuid=uuid_of("44454c4c-3400-1030-8048-b6c04f503732"))
    assert one == other


def test_case_4_the_same_uuid_with_another_serial_is_doubtful(world: World) -> None:
    first = world.see(serial="AAA111", uuid=UUID1)
    assert world.see(serial="BBB222", uuid=UUID1) != first
    assert world.reasons == [identity.UUID_SERIAL]


def test_case_5_a_replaced_board_keeps_its_machine(world: World) -> None:
    first = world.see(serial="AAA111", uuid=UUID1)
    assert world.see(serial="AAA111", uuid=UUID2) == first
    assert world.reasons == []


def test_case_6_the_same_card_is_the_same_machine(world: World) -> None:
    assert world.see(macs=(MAC1,)) == world.see(macs=(MAC1, MAC2), serial="AAA111")


def test_case_7_a_card_that_moved_makes_no_machine_one(world: World) -> None:
    first = world.see(serial="AAA111", macs=(MAC1,))
    assert world.see(serial="BBB222", macs=(MAC1,)) != first
    assert world.reasons == [identity.MAC_SERIAL]


def test_case_8_a_card_two_machines_hold_says_nothing_any_more(world: World) -> None:
    world.see(serial="AAA111", macs=(MAC1,))
    world.see(serial="BBB222", macs=(MAC1,))
    third = world.see(macs=(MAC1,))
    assert third == 3
    assert world.reasons == []


def test_case_9_a_shared_kind_of_card_identifies_provisionally_while_one_machine_holds_it(world: World) -> None:
    weak = "52:54:00:aa:bb:cc"
    first = world.see(weak_macs=(weak,))
    assert world.see(weak_macs=(weak,)) == first
    assert world.found.provisional
    named = world.see(weak_macs=(weak,), hostname="vm7", name="vm7")
    assert named == first
    assert world.see(weak_macs=(weak,), hostname="vm8", name="vm8") != first


def test_case_10_the_full_name_is_the_machine_when_nothing_contradicts(world: World) -> None:
    first = world.see(fqdn="pc1.a.local", hostname="pc1")
    assert world.see(fqdn="pc1.a.local", hostname="pc1", serial="AAA111") == first


def test_case_11_a_name_with_another_serial_is_a_machine_replaced(world: World) -> None:
    first = world.see(fqdn="pc1.a.local", hostname="pc1", serial="AAA111")
    assert world.see(fqdn="pc1.a.local", hostname="pc1", serial="BBB222") != first
    assert world.reasons == [identity.NAME_SERIAL]


def test_case_12_a_name_given_by_two_inventories_outweighs_two_cards_of_one_machine(world: World) -> None:
    first = world.see(fqdn="pc1.a.local", hostname="pc1", macs=(MAC1,))
    assert world.see(fqdn="pc1.a.local", hostname="pc1", macs=(MAC2,)) == first


def test_case_13_a_name_seen_from_outside_does_not_outweigh_another_card(world: World) -> None:
    first = world.see(fqdn="pc1.a.local", hostname="pc1", macs=(MAC1,))
    assert world.see(fqdn="pc1.a.local", hostname="pc1", macs=(MAC2,), observed=True) != first
    assert world.reasons == [identity.NAME_MAC]


def test_case_14_a_bare_name_meets_its_full_name_but_not_that_of_another_domain(world: World) -> None:
    first = world.see(fqdn="pc1.a.local", hostname="pc1")
    assert world.see(hostname="pc1") == first
    assert world.see(fqdn="pc1.b.local", hostname="pc1") != first
    world.see(hostname="pc1", source="t")
    assert world.reasons == [identity.NAME_TWICE]


def test_case_15_the_same_record_of_the_same_source_is_the_same_machine_provisionally(world: World) -> None:
    first = world.see(record="device 7", name="PP:MDF")
    assert world.see(record="device 7", name="PP:MDF") == first
    assert world.found.provisional
    assert world.see(record="device 7", name="PP:MDF", source="another NetBox") != first


def test_case_16_a_record_number_given_to_something_else_is_doubtful(world: World) -> None:
    first = world.see(record="device 7", name="sw1", hostname="sw1")
    assert world.see(record="device 7", name="sw9", hostname="sw9") != first
    assert world.reasons == [identity.RECORD_REUSED]


def test_case_17_an_address_identifies_what_has_nothing_else(world: World) -> None:
    first = world.see(serial="AAA111", ips=("10.0.0.1",))
    assert world.see(record="10.0.0.1", ips=("10.0.0.1",), source="scan") == first
    assert world.found.provisional
    assert world.see(serial="BBB222", ips=("10.0.0.1",)) != first


def test_case_18_an_address_lent_to_another_machine_does_not_carry_identity_over(world: World) -> None:
    first = world.see(record="10.0.0.1", ips=("10.0.0.1",), macs=(MAC1,), source="scan")
    assert world.see(record="10.0.0.1", ips=("10.0.0.1",), macs=(MAC2,), source="scan") != first
    assert world.reasons == []


def test_case_19_one_record_joins_what_it_holds_of_two_items(world: World) -> None:
    first = world.see(serial="AAA111")
    second = world.see(macs=(MAC1,))
    assert first != second
    assert world.see(serial="AAA111", macs=(MAC1,)) == first
    assert world.found.joins == (second,)


def test_case_20_two_items_on_the_line_are_never_joined_by_a_file(world: World) -> None:
    first = world.see(serial="AAA111")
    second = world.see(macs=(MAC1,))
    world.index.settled.update({first, second})
    assert world.see(serial="AAA111", macs=(MAC1,)) == first
    assert world.found.joins == ()
    assert world.reasons == [identity.BOTH_SETTLED]


def test_the_item_on_the_line_stays_when_two_turn_out_to_be_one(world: World) -> None:
    world.see(serial="AAA111")
    second = world.see(macs=(MAC1,))
    world.index.settled.add(second)
    assert world.see(serial="AAA111", macs=(MAC1,)) == second


def test_a_serial_that_says_a_and_a_card_that_says_b_attach_to_the_serial_and_doubt_the_card(world: World) -> None:
    first = world.see(serial="AAA111", macs=(MAC1,))
    second = world.see(serial="BBB222", macs=(MAC2,))
    assert world.see(serial="AAA111", macs=(MAC2,)) == first
    assert [(doubt.other, doubt.reason) for doubt in world.found.doubts] == [(second, identity.MAC_SERIAL)]


# -- order and repetition -------------------------------------------------------------------------

MACHINES = [
    {
        "serial": f"CZC100{n}",
        "uuid": f"11111111-2222-3333-4444-00000000000{n}",
        "macs": (f"00:1b:21:00:0{n}:01", f"00:1b:21:00:0{n}:02"),
        "fqdn": f"pc{n}.a.local",
    }
    for n in range(4)
]


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """What one source may know of one of four machines: any part of its identifiers."""
    machine = draw(st.sampled_from(MACHINES))
    known = draw(st.sets(st.sampled_from(["serial", "uuid", "mac1", "mac2", "fqdn"]), min_size=1))
    fields: dict[str, Any] = {key: machine[key] for key in ("serial", "uuid", "fqdn") if key in known}
    fields["macs"] = tuple(mac for key, mac in zip(("mac1", "mac2"), machine["macs"], strict=True) if key in known)
    if "fqdn" in known:
        fields["hostname"] = str(machine["fqdn"]).partition(".")[0]
    return fields


@settings(max_examples=150, deadline=None)
@given(st.lists(records(), min_size=2, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_import_does_not_change_who_is_who(fed: list[dict[str, Any]], chance: Any) -> None:
    """Records that do not contradict give the same machines in any order."""
    keys = list(range(len(fed)))
    plain = World()
    for fields in fed:
        plain.see(**fields)
    chance.shuffle(keys)
    mixed = World()
    for key in keys:
        mixed.see(**fed[key])
    assert mixed.partition(keys) == plain.partition(range(len(fed)))


@settings(max_examples=150, deadline=None)
@given(st.lists(records(), min_size=1, max_size=9))
def test_records_of_two_machines_are_never_one(fed: list[dict[str, Any]]) -> None:
    world = World()
    owner = {value: n for n, machine in enumerate(MACHINES) for value in _values(machine)}
    for fields in fed:
        world.see(**fields)
    for group in world.partition(range(len(fed))):
        assert len({owner[value] for key in group for value in _values(fed[key])}) == 1


def _values(fields: Any) -> list[str]:
    return [v for key in ("serial", "uuid", "fqdn") if (v := fields.get(key))] + list(fields["macs"])


SHARED = st.fixed_dictionaries(
    {
        "serial": st.sampled_from(["", "AAA111", "BBB222"]),
        "uuid": st.sampled_from(["", UUID1, UUID2]),
        "macs": st.sets(st.sampled_from([MAC1, MAC2]), max_size=2).map(lambda macs: tuple(sorted(macs))),
        "hostname": st.sampled_from(["", "pc1", "pc2"]),
        "name": st.just("x"),
        "record": st.sampled_from(["r1", "r2", "r3"]),
        "observed": st.booleans(),
    }
)


@settings(max_examples=150, deadline=None)
@given(st.lists(SHARED, min_size=1, max_size=6))
def test_importing_twice_makes_no_new_machine_however_much_the_records_contradict(fed: list[dict[str, Any]]) -> None:
    world = World()
    for fields in fed:
        world.see(**fields)
    before = len(world.index.facts)
    for fields in fed:
        world.see(**fields)
    assert len(world.index.facts) <= before


@settings(max_examples=150, deadline=None)
@given(st.lists(SHARED, min_size=1, max_size=8))
def test_no_identifier_is_firmly_held_by_two_items(fed: list[dict[str, Any]]) -> None:
    world = World()
    firm: dict[tuple[IdentifierKind, str], int] = {}
    for fields in fed:
        row = SightingRow(line=1, **fields)
        facts = facts_of(row, record=f"s/{row.record}")
        found = match(facts, world.index)
        item = found.item if found.item is not None else next(world.numbers)
        for gone in found.joins:
            world.index.join(into=item, gone=gone)
            firm = {key: item if holder == gone else holder for key, holder in firm.items()}
        fresh, firmer = world.index.add(item, facts)
        for claim in [*fresh, *firmer]:
            if not claim.provisional:
                assert firm.setdefault((claim.kind, claim.value), item) == item


# -- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "filler",
    ["", "0", "None", "To Be Filled By O.E.M.", "Default string", "System Serial Number", "00000000", "XXXXXXXX",
     "123456789", "N/A", "Not Specified", "..........", "0000001", "SERIAL", "unknown"],
)  # fmt: skip
def test_what_makers_leave_in_the_field_is_no_serial(filler: str) -> None:
    assert serial_of(filler) == ""


@pytest.mark.parametrize("real", ["640HP72", "CZC0479792", "PHCVN191TG", "J2696431", "C02NG5A5FY11", "W8 7051"])
def test_a_real_serial_stays(real: str) -> None:
    assert serial_of(real) == real.replace(" ", "")


@pytest.mark.parametrize(
    "filler",
    [
        "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "03000200-0400-0500-0006-000700080009",
        "56F49712-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "FEFEFEFE-FEFE-FEFE-FEFE-FEFEFEFEFEFE",
    ],
)
def test_what_boards_are_made_with_is_no_uuid(filler: str) -> None:
    assert uuid_of(filler) == ""


def test_what_is_no_uuid_at_all_says_so() -> None:
    with pytest.raises(ValueError, match="no UUID"):
        uuid_of("4BDRGGFE-0046-4710-8047-B2C04F503732")


@pytest.mark.parametrize("text", ["00:1B:21:AA:BB:CC", "00-1b-21-aa-bb-cc", "001b.21aa.bbcc", "001B21AABBCC"])
def test_an_address_reads_the_same_however_it_is_written(text: str) -> None:
    assert mac_of(text) == "00:1b:21:aa:bb:cc"


@pytest.mark.parametrize(
    ("mac", "worth"),
    [
        ("00:1b:21:aa:bb:cc", MacWorth.STRONG),
        ("52:54:00:aa:bb:cc", MacWorth.WEAK),
        ("02:42:ac:1c:01:03", MacWorth.WEAK),
        ("00:00:5e:00:01:0a", MacWorth.NEVER),
        ("00:00:0c:07:ac:01", MacWorth.NEVER),
        ("00:ff:3a:68:62:80", MacWorth.NEVER),
        ("01:00:5e:00:00:01", MacWorth.NEVER),
        ("ff:ff:ff:ff:ff:ff", MacWorth.NEVER),
        ("00:00:00:00:00:00", MacWorth.NEVER),
    ],
)
def test_an_address_is_worth_what_its_kind_is_worth(mac: str, worth: MacWorth) -> None:
    assert mac_worth(mac) is worth


def test_docks_travel_and_software_adapters_are_no_cards() -> None:
    assert adapter_travels("Realtek USB GbE Family Controller")
    assert adapter_travels("enp57s0u1u4 r8152")
    assert not adapter_travels("Intel(R) Ethernet Connection I219-LM")
    assert adapter_virtual("TAP-Windows Adapter V9")
    assert adapter_virtual("virbr0")
    assert not adapter_virtual("en0")


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("ARL-PC01$", ("arl-pc01", "")),
        ("Arl-Pc01.Ardenne.Local.", ("arl-pc01", "arl-pc01.ardenne.local")),
        ("localhost", ("", "")),
        ("10.1.2.3", ("", "")),
        ("PC accueil", ("", "")),
        ("iPhone", ("", "")),
        ("PP:MDF", ("", "")),
    ],
)
def test_a_host_name_is_told_from_what_people_call_a_machine(text: str, host: tuple[str, str]) -> None:
    assert host_of(text) == host


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20T08:00:00+01:00", "2026-11-20"),
        ("2026-11-20 08:00:00", "2026-11-20"),
        ("20/11/2026 08:00", "2026-11-20"),
        ("11/20/2026 8:00:00 PM", "2026-11-20"),
        ("20261120080000.0Z", "2026-11-20"),
        ("134080704000000000", "2025-11-20"),
        ("1763500000", "2025-11-18"),
    ],
)
def test_a_moment_reads_as_inventories_write_it(text: str, day: str) -> None:
    found = time_of(text)
    assert found is not None
    assert found.date().isoformat() == day
    assert found.tzinfo is not None


@pytest.mark.parametrize("text", ["", "never", "0", "9223372036854775807", "31/02/2026", "jamais"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert time_of(text) is None


def test_makers_compare_by_what_they_are() -> None:
    assert maker_of("Hewlett-Packard Company") == maker_of("HP Inc.") == maker_of("HPE")
    assert maker_of("Dell Inc.") == maker_of("DELL") != maker_of("HP")


def test_an_address_loses_its_prefix_and_zone() -> None:
    assert ip_of("10.0.0.1/24") == "10.0.0.1"
    assert ip_of("fe80::1%eth0") == "fe80::1"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_the_readers_of_values(text: str) -> None:
    serial_of(text)
    host_of(text)
    time_of(text)
    maker_of(text)
    for read in (uuid_of, mac_of, ip_of):
        try:
            read(text)
        except ValueError:
            continue
