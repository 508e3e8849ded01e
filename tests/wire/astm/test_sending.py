"""The sender of the ASTM link, and both ends at once. Cases: docs/design/astm.md."""

from __future__ import annotations

import pytest

from relight.kernel.errors import InputError, RuleError
from relight.wire.astm.link import (
    Contention,
    FrameEnding,
    Interrupted,
    Link,
    LinkLimits,
    LinkQuirks,
    MessageSent,
    Noise,
    Packing,
    Role,
    SendFailed,
    Sent,
    SessionAsked,
    State,
)
from support.astm import ACK, ENQ, EOT, ETB, ETX, MESSAGE, NAK, STX, frame

RECORDS = [part + b"\r" for part in MESSAGE.split(b"\r") if part]


def asking(*messages: bytes, **settings: object) -> Link:
    """A link that has just asked for the line."""
    link = Link(**settings)  # type: ignore[arg-type]
    assert link.send(messages or (MESSAGE,), at=0.0) == ()
    assert link.outgoing() == ENQ
    return link


def sending(*messages: bytes, **settings: object) -> tuple[Link, bytes]:
    """A link whose first frame is out, and that frame."""
    link = asking(*messages, **settings)
    assert link.receive(ACK, at=0.0) == ()
    return link, link.outgoing()


def test_case_31_records_go_out_one_a_frame_numbered_through_the_transmission() -> None:
    link, out = sending(MESSAGE, MESSAGE)
    frames, events = [], []
    while out not in (EOT, b""):
        frames.append(out)
        events += link.receive(ACK, at=1.0)
        out = link.outgoing()
    assert frames == [frame(text, n % 8) for n, text in enumerate(RECORDS * 2, 1)]
    assert events == [MessageSent(0), MessageSent(1), Sent(2)]
    assert (out, link.is_idle, link.deadline) == (EOT, True, None)


def test_case_32_a_long_record_is_cut_into_intermediate_frames() -> None:
    link, out = sending(b"C|1|" + b"x" * 500 + b"\r")
    frames = []
    while out not in (EOT, b""):
        frames.append(out)
        link.receive(ACK, at=1.0)
        out = link.outgoing()
    assert [len(one) - 7 for one in frames] == [240, 240, 25]
    assert [one[-5:-4] for one in frames] == [ETB, ETB, ETX]


def test_case_33_messages_can_be_packed_into_full_frames() -> None:
    _, out = sending(MESSAGE, quirks=LinkQuirks(packing=Packing.MESSAGE), limits=LinkLimits(send_chars=63_993))
    assert out == frame(MESSAGE)
    _, out = sending(MESSAGE, quirks=LinkQuirks(ending=FrameEnding.CR))
    assert out.endswith(b"\r") and not out.endswith(b"\n")


def test_case_34_a_text_that_would_move_the_borders_is_refused_before_anything_is_sent() -> None:
    link = Link()
    with pytest.raises(InputError) as refusal:
        link.send([b"C|1|a\x03b\r"], at=0.0)
    assert (refusal.value.code, refusal.value.params["at"], link.is_idle, link.outgoing()) == (
        "RL-WIR-114",
        5,
        True,
        b"",
    )


def test_case_35_one_batch_at_a_time() -> None:
    link = asking()
    with pytest.raises(RuleError, match="RL-WIR-101"):
        link.send([MESSAGE], at=0.0)
    assert Link().send([], at=0.0) == (Sent(0),)


def test_case_36_nak_brings_the_same_frame_again_and_after_six_tries_the_end() -> None:
    link, first = sending()
    for _ in range(5):
        assert link.receive(NAK, at=1.0) == ()
        assert link.outgoing() == first
    (failed,) = link.receive(NAK, at=1.0)
    assert isinstance(failed, SendFailed)
    assert (failed.problem.code, failed.index, link.outgoing(), link.state) == ("RL-WIR-113", 0, EOT, State.IDLE)


def test_case_37_an_answer_that_is_none_counts_as_nak_once_the_line_is_silent() -> None:
    link, first = sending()
    assert link.receive(b"?", at=1.0) == (Noise(b"?", 1.0),)
    assert link.outgoing() == b""
    link.tick(at=4.0)
    assert link.outgoing() == first
    link.receive(b"?", at=5.0)
    link.receive(ACK, at=5.1)
    assert link.outgoing() == frame(RECORDS[1], 2)


def test_case_38_bytes_that_came_before_a_frame_went_out_are_no_answer_to_it() -> None:
    link, _ = sending()
    assert link.receive(ACK + ACK + ACK, at=1.0) == (Noise(ACK + ACK, 1.0),)
    assert link.outgoing() == frame(RECORDS[1], 2)


@pytest.mark.parametrize("started", [False, True])
def test_case_39_no_answer_for_15_s_ends_the_attempt_and_the_next_waits(started: bool) -> None:
    link = sending()[0] if started else asking()
    assert link.tick(at=14.9) == ()
    (failed,) = link.tick(at=15.0)
    assert isinstance(failed, SendFailed)
    assert (failed.problem.code, failed.index, link.outgoing()) == ("RL-WIR-111", 0, EOT)
    link.send([MESSAGE], at=16.0)
    assert (link.outgoing(), link.state, link.deadline) == (b"", State.RESTING, 25.0)
    assert link.receive(ACK, at=17.0) == (Noise(ACK, 17.0),)
    link.tick(at=25.0)
    assert link.outgoing() == ENQ


def test_case_40_a_busy_receiver_is_asked_again_after_10_s_and_not_for_ever() -> None:
    link = asking()
    for n in range(1, 6):
        assert link.receive(NAK, at=n * 100.0) == ()
        assert link.deadline == n * 100.0 + 10.0
        link.tick(at=n * 100.0 + 10.0)
        assert link.outgoing() == ENQ
    (failed,) = link.receive(NAK, at=600.0)
    assert isinstance(failed, SendFailed)
    assert (failed.problem.code, link.outgoing()) == ("RL-WIR-112", b"")


def test_case_41_failure_names_the_first_message_that_was_not_acknowledged() -> None:
    link, _ = sending(b"L|1\r", b"L|2\r", b"L|3\r")
    assert link.receive(ACK, at=1.0) == (MessageSent(0),)
    (failed,) = link.tick(at=16.0)
    assert isinstance(failed, SendFailed)
    assert failed.index == 1
    link, _ = sending(b"L|1\r", b"L|2\r", b"L|3\r")
    link.receive(ACK, at=1.0)
    (gone,) = link.disconnected()
    assert isinstance(gone, SendFailed)
    assert (gone.problem.code, gone.index) == ("RL-WIR-119", 1)


def test_case_42_a_receiver_that_wants_the_line_gets_it_between_two_messages() -> None:
    link, _ = sending(b"P|1\rL|1\r", b"P|2\rL|1\r")
    assert link.receive(EOT, at=1.0) == (Interrupted(),)
    assert link.outgoing() == frame(b"L|1\r", 2)
    assert link.receive(ACK, at=2.0) == (MessageSent(0),)
    assert (link.outgoing(), link.state, link.deadline) == (EOT, State.RESTING, 17.0)
    assert link.receive(ENQ, at=3.0) == (SessionAsked(),)
    link.grant(at=3.0)
    link.receive(EOT, at=4.0)
    assert link.outgoing() == ACK + ENQ
    link.receive(ACK, at=4.0)
    assert link.outgoing() == frame(b"P|2\r", 1)


def test_case_43_when_both_ask_the_host_yields_and_the_instrument_asks_again_after_1_s() -> None:
    host, instrument = asking(), asking(role=Role.INSTRUMENT)
    assert host.receive(ENQ, at=0.0) == instrument.receive(ENQ, at=0.0) == (Contention(),)
    assert (host.outgoing(), instrument.outgoing()) == (b"", b"")
    assert (host.deadline, instrument.deadline) == (20.0, 1.0)
    instrument.tick(at=1.0)
    assert host.receive(instrument.outgoing(), at=1.0) == (SessionAsked(),)


def test_case_44_a_host_that_yielded_in_vain_asks_again_after_20_s() -> None:
    host = asking()
    host.receive(ENQ, at=0.0)
    host.tick(at=20.0)
    assert host.outgoing() == ENQ


def test_case_45_what_is_to_be_sent_waits_for_the_end_of_what_is_received() -> None:
    link = Link()
    link.receive(ENQ, at=0.0)
    link.grant(at=0.0)
    link.send([MESSAGE], at=0.0)
    assert link.outgoing() == ACK
    assert not link.is_idle
    link.receive(EOT, at=1.0)
    assert link.outgoing() == ENQ


def test_case_46_outgoing_is_given_once() -> None:
    link = Link()
    link.send([MESSAGE], at=0.0)
    assert (link.outgoing(), link.outgoing()) == (ENQ, b"")


def test_case_47_an_empty_message_is_an_empty_frame() -> None:
    link, out = sending(b"")
    assert out == STX + b"1" + ETX + b"34\r\n"
    assert link.receive(ACK, at=0.0) == (MessageSent(0), Sent(1))


def test_case_54_a_peer_that_asks_in_the_middle_has_left_and_its_end_acknowledges_nothing() -> None:
    link, first = sending(MESSAGE, MESSAGE)
    link.receive(ENQ, at=1.0)
    assert link.receive(EOT, at=2.0) == (Noise(EOT, 2.0),)
    failed, asked = link.tick(at=4.0)
    assert isinstance(failed, SendFailed)
    assert (failed.problem.code, failed.index, asked, link.outgoing()) == ("RL-WIR-121", 0, SessionAsked(), b"")
    link, first = sending()
    link.receive(b"?", at=1.0)
    link.tick(at=4.0)
    assert link.outgoing() == first
    assert link.receive(EOT, at=5.0) == (Noise(EOT, 5.0),)
