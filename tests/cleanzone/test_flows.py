"""Segments, flows and their two signatures, expiry. Cases 29 to 36 and 65 to 78 of docs/design/zone.md."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from relight.kernel.errors import RelightError

ActFor = Callable[..., Any]


def refused(code: str) -> Any:
    return pytest.raises(RelightError, match=code)


def lines(act: Any) -> list[Any]:
    from relight.cleanzone.api import flow_lines

    return flow_lines(at=act.at)


def test_flows_are_proposed_from_the_graph_once(small: Any, act_for: ActFor) -> None:
    from relight.cleanzone.api import flows_propose

    act = act_for("technician")
    assert flows_propose(act=act) == 3
    assert flows_propose(act=act) == 0
    told = {(one.row.source_peer.text(), one.row.destination_peer.text(), one.row.ports_words) for one in lines(act)}
    assert told == {
        ("role=record-server", "role=dns-server", "UDP 53"),
        ("role=workstation,service=emergency", "role=dns-server", "UDP 53"),
        ("role=workstation,service=emergency", "role=record-server", "TCP 443,8443"),
    }
    assert all(line.needed for line in lines(act))


def test_a_flow_opens_with_the_second_person_s_signature_and_nobody_signs_twice(
    small: Any, act_for: ActFor, staff_of: Callable[..., Any]
) -> None:
    from relight.cleanzone.api import flows_propose, flows_sign, ruleset_at, statement_digest

    flows_propose(act=act_for("technician"))
    rows = [line.row for line in lines(act_for())]
    numbers, shown = [row.number for row in rows], statement_digest(rows)
    lead, officer = staff_of("recovery-lead"), staff_of("security-officer")
    with refused("RL-ZON-014"):
        flows_sign(act=lead.act(), numbers=numbers[:1], shown=shown, password=lead.password)
    assert flows_sign(act=lead.act(), numbers=numbers, shown=shown, password=lead.password) == 0
    assert ruleset_at(act_for().at)[1].rules == ()
    with refused("RL-ZON-013"):
        flows_sign(act=lead.act(), numbers=numbers, shown=shown, password=lead.password)
    with refused("RL-PPL-002"):
        flows_sign(act=officer.act(), numbers=numbers, shown=shown, password="wrong")
    assert flows_sign(act=officer.act(), numbers=numbers, shown=shown, password=officer.password) == 3
    assert len(ruleset_at(act_for().at)[1].rules) == 3
    with refused("RL-ZON-012"):
        flows_sign(act=officer.act(), numbers=numbers, shown=shown, password=officer.password)


def test_a_flow_by_hand_that_nothing_needs_is_shown_as_such_and_a_refused_one_is_not_proposed_again(
    small: Any, act_for: ActFor, staff_of: Callable[..., Any]
) -> None:
    from relight.cleanzone.api import FlowGiven, Peer, flow_add, flow_refuse, flows_propose

    act = act_for("technician")
    given = {
        "source": Peer(role="printer"),
        "destination": Peer(role="record-server"),
        "protocol": "tcp",
        "ports": "9100",
        "reason": "labels",
    }
    number = flow_add(act=act, given=FlowGiven(**given))
    assert [line.needed for line in lines(act)] == [False]
    with refused("RL-ZON-011"):
        flow_add(act=act, given=FlowGiven(**given))
    flows_propose(act=act)
    first = next(line.row.number for line in lines(act) if line.row.number != number)
    with refused("RL-ZON-006"):
        flow_refuse(act=staff_of("security-officer").act(), number=first, note=" ")
    flow_refuse(act=staff_of("security-officer").act(), number=first, note="not yet")
    assert flows_propose(act=act) == 0


@pytest.mark.parametrize(("field", "value"), [
    ("ports", "0"), ("ports", "https"), ("protocol", "icmp"), ("reason", " "), ("days", 0), ("days", 4000),
    ("source", {}), ("source", {"networks": ("0.0.0.0/0",)}), ("source", {"role": "a", "networks": ("192.0.2.0/24",)}),
    ("destination", {"networks": ("elsewhere",)}),
])  # fmt: skip
def test_a_wrong_field_of_a_flow_is_named(small: Any, act_for: ActFor, field: str, value: Any) -> None:
    from relight.cleanzone.api import FlowGiven, Peer, flow_add

    given: dict[str, Any] = {
        "source": Peer(role="a"),
        "destination": Peer(role="b"),
        "protocol": "tcp",
        "ports": "1",
        "reason": "r",
    }
    given[field] = Peer(**value) if isinstance(value, dict) else value
    with refused("RL-ZON-006") as refusal:
        flow_add(act=act_for("technician"), given=FlowGiven(**given))
    assert refusal.value.where == field


def test_a_flow_warns_before_its_end_and_is_closed_at_it(signed: Any, act_for: ActFor, clock: Any) -> None:
    from relight.cleanzone.api import ruleset_at
    from relight.cleanzone.services.flows import flows_expire

    assert not any(line.ends_soon for line in lines(act_for()))
    soon = act_for("system", at=act_for().at + timedelta(days=85))
    assert all(line.ends_soon for line in lines(soon))
    assert flows_expire(act=soon) == 0
    after = act_for("system", at=act_for().at + timedelta(days=90))
    assert ruleset_at(after.at)[1].rules == ()  # whatever was noted: an ended flow opens nothing
    assert flows_expire(act=after) == 3
    assert {line.row.state for line in lines(after)} == {"closed"}


def test_machines_get_an_address_once_and_without_a_passport_none(small: Any, act_for: ActFor) -> None:
    from relight.cleanzone.api import addresses_allot, ruleset_at

    act = act_for("technician")
    assert addresses_allot(act=act) == 3
    assert addresses_allot(act=act) == 0
    machines = {machine.name: machine for machine in ruleset_at(act.at)[0].machines}
    assert sorted(machines) == ["srv1", "ws1", "zdns1"]
    assert (machines["ws1"].ipv4, machines["ws1"].ipv6) == ("10.211.0.11", "fd5a:11::b")
    assert {machines[name].ipv4 for name in ("zdns1", "srv1")} == {"10.216.0.11", "10.216.0.12"}


@pytest.mark.parametrize(("fields", "code"), [
    ({"site": "nowhere"}, "RL-ZON-001"), ({"ipv4": "10.211.0.1/24"}, "RL-ZON-002"), ({"ipv6": "10.1.0.0/24"}, "RL-ZON-002"),
    ({"ipv4": "10.216.0.0/25"}, "RL-ZON-003"), ({"ipv4": "10.11.4.0/24"}, "RL-ZON-003"), ({"ipv4": "10.211.0.0/20", "ipv6": "fd5a:11::/120"}, "RL-ZON-002"), ({"vlan": 5000}, "RL-ZON-006"),
    ({"interface": 'za"; drop'}, "RL-ZON-006"),
])  # fmt: skip
def test_a_segment_that_cannot_be_is_refused(small: Any, act_for: ActFor, fields: dict[str, Any], code: str) -> None:
    from relight.cleanzone.api import SegmentGiven, segment_set

    with refused(code):
        segment_set(
            act=act_for("recovery-lead"), given=SegmentGiven(**{"site": "arlon", "ipv4": "10.211.0.0/24", **fields})
        )


def test_a_segment_keeps_room_for_the_machines_it_has(small: Any, act_for: ActFor) -> None:
    from relight.cleanzone.api import SegmentGiven, addresses_allot, segment_set

    act = act_for("recovery-lead")
    segment_set(act=act, given=SegmentGiven(site="virton", ipv4="10.216.0.0/28"))
    addresses_allot(act=act)
    segment_set(act=act, given=SegmentGiven(site="virton", ipv4="10.217.0.0/24"))
    with refused("RL-ZON-002"):
        segment_set(act=act, given=SegmentGiven(site="virton", ipv4="10.217.0.0/30"))


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "management = ['0.0.0.0/0']",
        "[[router]]\nname='A b'",
        "[[router]]\nname='a'\nrun='ssh'",
        "[[router]]\nname='a'\n[[router]]\nname='a'",
        "other = 1",
    ],
)
def test_a_router_file_with_a_fault_says_which(text: str) -> None:
    from relight.cleanzone.rules.setup import setup_of

    with refused("RL-ZON-020"):
        setup_of(text)
