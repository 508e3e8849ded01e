"""The inbox stores each message once, before anybody is told, in the order it came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.journal.api import chain_verify, entry_list
from relight.kernel.errors import RuleError
from relight.lab.models import Message
from relight.lab.rules.inbox import idem_of, kind_of_type
from relight.lab.services.inbox import acks_doubt, acks_record, inbox_store
from relight.lab.types import AckOutcome, Incoming, MessageKind, Protocol
from relight.people.api import Role
from support.lab import link_made

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ORU = b"MSH|^~\\&|A|LAB|R|LAB|%s||ORU^R01|%s|P|2.5\rPID|1||77\rOBX|1|NM|K||%s|mmol/L\r"

pytestmark = pytest.mark.django_db


def oru(*, control_id="1", value="4.1", sent="20261123080000", at=AT, link="chem", **more):
    content = ORU % (sent.encode(), control_id.encode(), value.encode())
    return Incoming(
        link=link,
        protocol=Protocol.HL7,
        content=content,
        control_id=control_id,
        type="ORU^R01",
        at=at,
        idem=idem_of(protocol=Protocol.HL7, control_id=control_id, content=content),
        **more,
    )


@pytest.fixture
def gateway(act_for):
    link_made("chem")
    link_made("haem")
    return act_for(Role.SYSTEM)


def test_a_message_is_stored_once_however_often_it_is_sent(gateway):
    first = inbox_store(act=gateway, items=[oru()])
    again = inbox_store(act=gateway, items=[oru(sent="20261123080500"), oru()])
    assert [one.is_new for one in first + again] == [True, False, False]
    assert {one.seq for one in first + again} == {first[0].seq}
    message = Message.objects.get()
    assert message.repeats == 2
    assert bytes(message.content) == oru().content


def test_the_same_message_twice_in_one_batch_is_one_message(gateway):
    one, two, three = inbox_store(act=gateway, items=[oru(), oru(control_id="2"), oru()])
    assert (one.is_new, two.is_new, three.is_new) == (True, True, False)
    assert one.seq == three.seq
    assert Message.objects.get(seq=one.seq).repeats == 1


def test_the_same_id_with_another_value_is_another_message(gateway):
    inbox_store(act=gateway, items=[oru(value="4.1")])
    stored = inbox_store(act=gateway, items=[oru(value="9.1")])
    assert stored[0].is_new
    assert Message.objects.count() == 2


def test_two_links_never_share_a_message(gateway):
    inbox_store(act=gateway, items=[oru(link="chem"), oru(link="haem")])
    assert Message.objects.count() == 2


def test_a_batch_keeps_the_order_it_came_in(gateway):
    stored = inbox_store(act=gateway, items=[oru(control_id=str(n)) for n in range(300)])
    assert [one.seq for one in stored] == sorted(one.seq for one in stored)
    assert list(Message.objects.order_by("seq").values_list("control_id", flat=True)) == [str(n) for n in range(300)]


def test_an_analyzer_that_numbers_nothing_may_send_the_same_bytes_as_news_after_its_time(gateway):
    def at(minutes):
        when = AT + timedelta(minutes=minutes)
        return inbox_store(act=gateway, items=[oru(at=when, repeat_s=600)])[0].is_new

    assert [at(0), at(5), at(14), at(30), at(35), at(60)] == [True, False, False, True, False, True]
    assert Message.objects.count() == 3


def test_what_the_sender_was_told_is_noted_beside_what_became_of_the_message(gateway):
    (first,) = inbox_store(act=gateway, items=[oru(peer="10.0.0.1")])
    assert Message.objects.get(seq=first.seq).ack_outcome == "accepted"
    items = [oru(control_id="2", peer="10.0.0.1"), oru(control_id="3")]
    second, third = inbox_store(act=gateway, items=items, acks={AckOutcome.UNSENT: [first.seq]})
    acks_record(act=gateway, acks={AckOutcome.NONE: [second.seq]})
    assert [row.ack_outcome for row in Message.objects.order_by("seq")] == ["unsent", "none", "none"]
    assert Message.objects.get(seq=third.seq).peer == ""


def test_after_a_crash_what_was_told_in_the_last_seconds_is_not_known(gateway):
    def stored(control_id, seconds):
        at = AT + timedelta(seconds=seconds)
        return inbox_store(act=gateway, items=[oru(control_id=control_id, at=at, peer="10.0.0.1")])

    stored("1", 0), stored("2", 60), stored("3", 63)
    inbox_store(act=gateway, items=[oru(control_id="4", at=AT + timedelta(seconds=99))])
    assert acks_doubt(act=gateway) == 2
    assert [row.ack_outcome for row in Message.objects.order_by("seq")] == ["accepted", "pending", "pending", "none"]


def test_a_batch_is_one_journal_entry_that_names_links_and_counts_and_nothing_else(gateway):
    inbox_store(act=gateway, items=[oru(), oru(control_id="2"), oru(link="haem")])
    (entry,) = [entry for entry in entry_list(limit=10) if entry.verb == "lab.receive"]
    assert entry.body == {"count": 3, "new": 3, "links": {"chem": 2, "haem": 1}, "acknowledged": {}}
    assert chain_verify().intact


def test_an_invalid_message_is_kept_and_refused(gateway):
    bad = replace(oru(), kind=MessageKind.INVALID, problem="RL-WIR-200", problem_at=7)
    inbox_store(act=gateway, items=[bad])
    message = Message.objects.get()
    assert (message.state, message.problem, message.problem_at) == ("refused", "RL-WIR-200", 7)


def test_a_nurse_stores_nothing(act_for):
    with pytest.raises(RuleError, match="RL-PPL-001"):
        inbox_store(act=act_for(Role.NURSE), items=[])


def test_storing_a_batch_costs_the_same_statements_whatever_its_size(gateway, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        inbox_store(act=gateway, items=[oru(control_id=str(n), peer="10.0.0.1") for n in range(128)])


@given(value=st.binary(min_size=1, max_size=20), place=st.integers(min_value=0))
def test_any_other_content_is_another_identity(value, place):
    content = oru().content
    at = content.index(b"OBX") + place % 20
    other = content[:at] + value + content[at + len(value) :]
    same = idem_of(protocol=Protocol.HL7, control_id="1", content=content)
    assert (idem_of(protocol=Protocol.HL7, control_id="1", content=other) == same) == (other == content)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ORU^R01", "unread"), ("OUL^R22^OUL_R22", "unread"), ("QBP^Q11", "query"), ("ORL^O34", "order-reply"),
     ("ACK", "other"), ("ADT^A01", "invalid"), ("", "invalid")],
)  # fmt: skip
def test_only_laboratory_messages_cross(name, kind):
    assert kind_of_type(name) == kind
