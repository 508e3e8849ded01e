"""Which message an acknowledgement belongs to. Cases: docs/design/hl7.md."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import RuleError
from relight.wire.hl7 import (
    Accepted,
    AckCode,
    AckMatcher,
    Awaits,
    Held,
    Refused,
    Repeated,
    TimedOut,
    Unknown,
    ack,
    head,
    read_ack,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def answer(control_id, code=AckCode.AA, text=""):
    asked = head(f"MSH|^~\\&|||||||ORU^R01|{control_id}|P|2.5.1".encode())
    return read_ack(ack(asked, code, control_id="R1", at=NOW, text=text))


TEMPLATE = answer("x")


def answer_of(control_id, code=AckCode.AA):
    """The same, without writing and reading it: for long runs."""
    return replace(TEMPLATE, control_id=control_id, code=code)


def waiting_for(*control_ids, **options):
    matcher = AckMatcher(timeout_s=10)
    for place, control_id in enumerate(control_ids):
        matcher.sent(control_id, float(place), **options)
    return matcher


def test_case_73_an_acknowledgement_settles_the_message_it_names():
    matcher = waiting_for("A", "B")
    assert matcher.received(answer("B"), 3.0) == Accepted(control_id="B", after_s=2.0)
    assert matcher.waiting == ("A",)


def test_case_74_an_acknowledgement_of_another_message_is_credited_to_none():
    matcher = waiting_for("A")
    assert matcher.received(answer("Z"), 1.0) == Unknown(control_id="Z")
    assert matcher.waiting == ("A",)


@pytest.mark.parametrize("control_id", ["", " A", "A ", "a", "A\\E\\"])
def test_case_75_an_id_that_is_not_the_very_same_matches_nothing_even_when_one_alone_waits(control_id):
    matcher = waiting_for("A")
    assert isinstance(matcher.received(answer(control_id), 1.0), Unknown)
    assert matcher.waiting == ("A",)


def test_case_76_a_refusal_carries_its_reason():
    refused = waiting_for("A").received(answer("A", AckCode.AR, "no such test"), 1.0)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.text, refused.late) == (AckCode.AR, "no such test", False)


def test_case_77_what_waits_too_long_times_out_once():
    matcher = waiting_for("A", "B")
    assert matcher.next_timeout_s() == 10.0
    assert matcher.timeouts(9.9) == ()
    assert matcher.timeouts(10.0) == (TimedOut(control_id="A", sent_at_s=0.0),)
    assert matcher.timeouts(10.5) == ()
    assert matcher.waiting == ("B",)


def test_case_78_a_late_acknowledgement_is_never_credited_to_the_next_message():
    matcher = waiting_for("A")
    matcher.timeouts(10.0)
    matcher.sent("B", 10.0)
    assert matcher.received(answer("A"), 11.0) == Accepted(control_id="A", after_s=11.0, late=True)
    assert matcher.waiting == ("B",)


def test_case_79_a_message_sent_again_after_its_time_out_is_settled_by_either_answer_and_once():
    matcher = waiting_for("A")
    matcher.timeouts(10.0)
    matcher.sent("A", 12.0, again=True)
    assert isinstance(matcher.received(answer("A"), 13.0), Accepted)
    assert matcher.received(answer("A"), 14.0) == Repeated(control_id="A")


def test_case_80_a_second_message_with_the_id_of_a_first_is_refused():
    matcher = waiting_for("A")
    with pytest.raises(RuleError) as refused:
        matcher.sent("A", 1.0)
    assert refused.value.code == "RL-WIR-217"
    with pytest.raises(RuleError):
        matcher.sent("", 1.0)


def test_case_81_kept_is_not_yet_accepted_when_the_application_is_to_answer():
    matcher = waiting_for("A")
    assert matcher.received(answer("A", AckCode.CA), 2.0) == Held(control_id="A", after_s=2.0)
    assert matcher.waiting == ("A",)
    assert matcher.timeouts(11.0) == ()  # the wait began anew
    assert isinstance(matcher.received(answer("A", AckCode.AE), 11.5), Refused)


def test_case_81_kept_twice_does_not_wait_for_ever():
    matcher = waiting_for("A")
    matcher.received(answer("A", AckCode.CA), 2.0)
    assert matcher.received(answer("A", AckCode.CA), 9.0) == Repeated(control_id="A")
    assert [over.control_id for over in matcher.timeouts(12.0)] == ["A"]


def test_case_82_kept_is_enough_where_that_was_asked_for():
    matcher = waiting_for("A", awaits=Awaits.ACCEPT)
    assert isinstance(matcher.received(answer("A", AckCode.CA), 1.0), Accepted)
    assert matcher.waiting == ()


@pytest.mark.parametrize("code", [AckCode.CE, AckCode.CR])
def test_case_83_not_kept_is_refused_whatever_was_asked_for(code):
    for awaits in Awaits:
        assert isinstance(waiting_for("A", awaits=awaits).received(answer("A", code), 1.0), Refused)


def test_case_84_memory_is_bounded_and_what_waits_is_never_forgotten():
    matcher = waiting_for("first")
    for number in range(25_000):
        matcher.sent(str(number), 1.0)
        matcher.received(answer_of(str(number)), 1.0)
    assert len(matcher._known) <= 11_002
    assert isinstance(matcher.received(answer_of("first"), 2.0), Accepted)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["send", "again", "ack", "refuse", "keep", "wait"]), st.sampled_from("ABC"), st.integers(0, 6)
    ),
    max_size=40,
)


@given(STEPS)
def test_case_78_in_any_order_of_events_an_answer_changes_only_its_own_message(steps):
    matcher, now, sent = AckMatcher(timeout_s=10), 0.0, set()
    codes = {"ack": AckCode.AA, "refuse": AckCode.AE, "keep": AckCode.CA}
    for step, control_id, wait_s in steps:
        now += wait_s
        before = set(matcher.waiting)
        if step == "send" and control_id in sent:
            with pytest.raises(RuleError):
                matcher.sent(control_id, now)
        elif step in ("send", "again"):
            matcher.sent(control_id, now, again=step == "again")
            sent.add(control_id)
        elif step == "wait":
            over = matcher.timeouts(now)
            assert {one.control_id for one in over} == before - set(matcher.waiting)
        else:
            outcome = matcher.received(answer_of(control_id, codes[step]), now)
            assert outcome.control_id == control_id
            assert isinstance(outcome, Unknown) == (control_id not in sent)
            assert (before ^ set(matcher.waiting)) <= {control_id}
