"""The receiver of the ASTM link. Cases: docs/design/astm.md."""

from __future__ import annotations

import pytest

from relight.kernel.errors import RuleError
from relight.wire.astm.link import (
    ChecksumCase,
    FrameEnding,
    FrameNumbers,
    FrameReceived,
    FrameRefused,
    FrameRepeated,
    Link,
    LinkLimits,
    LinkQuirks,
    Noise,
    SessionAsked,
    SessionBroken,
    SessionEnded,
    State,
)
from support.astm import (
    ACK,
    ENQ,
    EOT,
    ETB,
    ETX,
    MESSAGE,
    NAK,
    STX,
    Owner,
    bytes_of,
    files,
    frame,
    named,
    needs_data,
    opened,
)

REAL_SESSIONS = [path for path in files() if ENQ + STX in bytes_of(path)]


def code_of(event: object) -> str:
    assert isinstance(event, FrameRefused | SessionBroken)
    return event.problem.code


def test_case_1_an_enquiry_is_answered_by_the_owner_alone() -> None:
    link = Link()
    assert link.receive(ENQ, at=0.0) == (SessionAsked(),)
    assert (link.outgoing(), link.state, link.deadline) == (b"", State.ASKED, None)
    assert link.grant(at=0.0) == ()
    assert (link.outgoing(), link.state, link.deadline) == (ACK, State.RECEIVING, 30.0)


def test_case_2_a_busy_owner_answers_nak_and_the_line_is_free_again() -> None:
    link = Link()
    link.receive(ENQ, at=0.0)
    assert link.refuse_session(at=0.0) == ()
    assert (link.outgoing(), link.state, link.deadline) == (NAK, State.IDLE, None)


def test_case_3_a_good_frame_is_never_acknowledged_before_accept() -> None:
    link = opened()
    raw = frame(b"H|\\^&\r")
    assert link.receive(raw, at=0.0) == (FrameReceived(1, b"H|\\^&\r", True, raw),)
    assert (link.outgoing(), link.state, link.deadline) == (b"", State.ANSWERING, None)
    link.accept(at=7.0)
    assert (link.outgoing(), link.deadline) == (ACK, 37.0)


def test_case_4_a_rejected_frame_is_asked_for_again_and_then_accepted_exactly_once() -> None:
    link = opened()
    raw = frame(b"H|\\^&\r")
    link.receive(raw, at=0.0)
    (refused,) = link.reject(at=0.0)
    assert (code_of(refused), link.outgoing()) == ("RL-WIR-107", NAK)
    assert link.receive(raw, at=1.0) == (FrameReceived(1, b"H|\\^&\r", True, raw),)
    link.accept(at=1.0)
    assert link.receive(EOT, at=2.0) == (SessionEnded(True, b"H|\\^&\r"),)


def test_case_5_the_frame_accepted_last_may_come_again_and_is_stored_once() -> None:
    link = opened()
    link.receive(frame(b"H|\\^&\r"), at=0.0)
    link.accept(at=0.0)
    assert link.receive(frame(b"H|\\^&\r"), at=1.0) == (FrameRepeated(1),)
    link.accept(at=1.0)
    assert link.outgoing() == ACK + ACK
    assert link.receive(EOT, at=2.0) == (SessionEnded(True, b"H|\\^&\r"),)


def test_case_6_the_same_number_with_another_content_is_no_repetition() -> None:
    owner = Owner(opened())
    owner.feed(frame(b"R|1|9.1\r"))
    assert owner.feed(frame(b"R|1|4.1\r")) == NAK
    assert code_of(owner.seen[-1]) == "RL-WIR-103"
    assert owner.stored == [b"R|1|9.1\r"]


def test_case_7_a_frame_whose_number_does_not_come_next_is_refused() -> None:
    owner = Owner(opened())
    owner.feed(frame(b"H|\\^&\r", 1))
    assert owner.feed(frame(b"R|2\r", 3)) == NAK
    assert owner.feed(frame(b"P|1\r", 2)) == ACK


def test_case_8_numbers_run_from_1_to_7_then_0() -> None:
    owner = Owner(opened())
    for n in range(1, 20):
        assert owner.feed(frame(b"C|%d\r" % n, n % 8)) == ACK
    assert len(owner.stored) == 19


@pytest.mark.parametrize("slices", ["whole", "byte by byte", "with trailing bytes"])
@pytest.mark.parametrize("path", REAL_SESSIONS, ids=named)
@needs_data
def test_case_9_real_transmissions_are_received_however_the_bytes_are_sliced(path: object, slices: str) -> None:
    data = bytes_of(path)  # type: ignore[arg-type]
    owner = Owner(Link())
    for part in [bytes((b,)) for b in data] if slices == "byte by byte" else [data + (slices != "whole") * b"\x00late"]:
        owner.feed(part)
    (ended,) = owner.of(SessionEnded)
    assert isinstance(ended, SessionEnded)
    assert ended.complete
    assert ended.text == b"".join(owner.stored)
    assert len(owner.stored) == data.count(STX)
    assert ended.text.startswith(b"H") and ended.text.rstrip().splitlines()[-1].startswith(b"L|1")
    assert bool(owner.of(Noise)) is (slices == "with trailing bytes")


def test_case_10_bytes_behind_a_frame_wait_for_its_answer() -> None:
    link = opened()
    both = frame(b"H|\\^&\r", 1) + frame(b"P|1\r", 2)
    assert len(link.receive(both, at=0.0)) == 1
    (second,) = link.accept(at=0.0)
    assert isinstance(second, FrameReceived)
    assert second.number == 2


def test_case_11_records_split_over_frames_and_several_in_one_are_joined_as_they_were() -> None:
    owner = Owner(opened())
    for n, start in enumerate(range(0, len(MESSAGE), 17), 1):
        owner.feed(frame(MESSAGE[start : start + 17], n, ends=start + 17 >= len(MESSAGE)))
    owner.feed(EOT)
    assert owner.seen[-1] == SessionEnded(True, MESSAGE)


def test_case_12_a_transmission_that_stops_inside_a_message_is_not_complete() -> None:
    owner = Owner(opened())
    owner.feed(frame(b"H|\\^&", 1, ends=False))
    owner.feed(EOT)
    assert owner.seen[-1] == SessionEnded(False, b"H|\\^&")


def test_case_13_a_transmission_given_up_after_a_refused_frame_is_not_complete() -> None:
    owner = Owner(opened())
    owner.feed(frame(b"H|\\^&\r", 1))
    owner.feed(frame(b"P|1\r", 2).replace(b"P", b"Q"))
    owner.feed(EOT)
    assert owner.seen[-1] == SessionEnded(False, b"H|\\^&\r")


LETTERED = b"R|1|q\r"  # in frame 1 its checksum is 2D

BAD = {
    "a wrong checksum": (b"\x021R|1\r\x0300\r\n", "RL-WIR-102"),
    "a number that is no number": (b"\x028R|1\r\x03%02X\r\n" % (sum(b"8R|1\r\x03") & 0xFF), "RL-WIR-104"),
    "a lower-case checksum": (frame(LETTERED, checksum=ChecksumCase.LOWER), "RL-WIR-102"),
    "a control character": (frame(b"R|1|\x11\r"), "RL-WIR-106"),
}


@pytest.mark.parametrize("what", BAD)
def test_case_14_a_bad_frame_is_refused_at_once_with_its_reason(what: str) -> None:
    raw, code = BAD[what]
    owner = Owner(opened())
    assert owner.feed(raw) == NAK
    assert [code_of(event) for event in owner.of(FrameRefused)] == [code]
    assert [event.raw for event in owner.seen if isinstance(event, FrameRefused)] == [raw]


GARBAGE = {
    "no start": b"1H|\\^&\r\x03E5\r\n",
    "a line feed inside": b"\x021H|\n^&\r\x03E5\r\n",
    "no end": frame(b"H|\\^&\r")[:-1] + b"x",
    "an enquiry instead of the line feed": frame(b"H|\\^&\r")[:-1] + ENQ,
    "an end instead of the line feed": frame(b"H|\\^&\r")[:-1] + EOT,
    "a second start inside": b"\x021H|\x021R|1\r\x03E5\n",
    "an enquiry instead of the start": ENQ + frame(b"H|\\^&\r")[1:],
    "a start and an enquiry": STX + ENQ,
    "a frame cut off by an end": frame(b"H|\\^&\r")[:4] + EOT,
    "a good frame behind noise": b"?" + frame(b"H|\\^&\r"),
}


@pytest.mark.parametrize("what", GARBAGE)
@pytest.mark.parametrize("whole", [True, False])
def test_case_15_garbage_gets_one_nak_when_the_line_is_silent_and_never_an_ack(what: str, whole: bool) -> None:
    owner = Owner(opened())
    data = GARBAGE[what]
    wrote = owner.feed(data) if whole else b"".join(owner.feed(data[i : i + 1]) for i in range(len(data)))
    assert wrote == b""
    assert owner.tick(at=2.9) == b""
    assert owner.tick(at=3.0) == NAK
    assert [code_of(event) for event in owner.seen] == ["RL-WIR-104"]
    assert owner.feed(frame(b"H|\\^&\r"), at=4.0) == ACK


def test_case_16_a_frame_whose_last_bytes_were_lost_is_refused_after_a_silence() -> None:
    owner = Owner(opened())
    owner.feed(frame(b"H|\\^&\r")[:-1], at=5.0)
    assert owner.link.deadline == 8.0
    assert owner.tick(at=8.0) == NAK


def test_case_17_a_sender_that_begins_anew_is_let_in_and_what_it_was_acknowledged_is_kept() -> None:
    owner = Owner(opened())
    owner.feed(frame(MESSAGE, 1), at=1.0)
    assert owner.feed(ENQ, at=2.0) == b""
    assert owner.tick(at=5.0) == ACK
    broken, asked = owner.seen[-2:]
    assert isinstance(broken, SessionBroken)
    assert (broken.problem.code, broken.text, asked) == ("RL-WIR-110", MESSAGE, SessionAsked())


def test_case_18_a_sender_silent_for_30_s_has_gone_and_what_it_was_acknowledged_is_kept() -> None:
    owner = Owner(opened())
    owner.feed(frame(MESSAGE, 1), at=10.0)
    owner.feed(b"\x022P|", at=11.0)
    assert owner.tick(at=40.9) == b""
    assert owner.tick(at=41.0) == b""
    broken = owner.seen[-1]
    assert isinstance(broken, SessionBroken)
    assert (broken.problem.code, broken.text, owner.link.state) == ("RL-WIR-109", MESSAGE, State.IDLE)


def test_case_19_a_late_answer_is_not_written_to_a_sender_that_gave_up() -> None:
    """It would be taken for the answer to the next enquiry, and the next answer for that of a frame."""
    link = opened()
    link.receive(frame(b"H|\\^&\r"), at=0.0)
    link.receive(EOT + ENQ, at=15.0)
    events = link.accept(at=16.0)
    assert events == (SessionEnded(True, b"H|\\^&\r"), SessionAsked())
    assert link.outgoing() == b""
    link.grant(at=16.0)
    assert link.outgoing() == ACK


def test_case_20_copies_sent_before_an_answer_share_it() -> None:
    link = opened()
    raw = frame(b"H|\\^&\r")
    link.receive(raw + raw, at=0.0)
    assert link.accept(at=0.0) == ()
    assert (link.outgoing(), link.state) == (ACK, State.RECEIVING)
    link = Link()
    link.receive(ENQ + ENQ, at=0.0)
    assert link.grant(at=0.0) == ()
    assert (link.outgoing(), link.state) == (ACK, State.RECEIVING)


def test_case_21_a_frame_beyond_the_limit_is_refused_and_not_kept() -> None:
    owner = Owner(opened(limits=LinkLimits(frame_bytes=100)))
    for _ in range(50):
        owner.feed(STX + b"1" + b"x" * 99)
    assert owner.tick(at=3.0) == NAK
    (refused,) = owner.of(FrameRefused)
    assert isinstance(refused, FrameRefused)
    assert (refused.problem.code, len(refused.raw)) == ("RL-WIR-105", 100)


def test_case_22_a_transmission_beyond_the_limit_is_broken_off() -> None:
    owner = Owner(opened(limits=LinkLimits(session_bytes=100)))
    assert owner.feed(frame(b"x" * 60, 1)) == ACK
    assert owner.feed(frame(b"y" * 60, 2)) == NAK
    broken = owner.seen[-1]
    assert isinstance(broken, SessionBroken)
    assert (broken.problem.code, broken.text, owner.link.state) == ("RL-WIR-108", b"x" * 60, State.IDLE)


def test_case_23_endless_garbage_breaks_the_transmission_off() -> None:
    owner = Owner(opened(limits=LinkLimits(session_bytes=100)))
    for second in range(20):
        owner.feed(b"?" * 10, at=float(second))
    assert [code_of(event) for event in owner.of(SessionBroken)] == ["RL-WIR-108"]


def test_case_24_bytes_that_flood_in_while_an_answer_is_awaited_are_not_kept_without_end() -> None:
    link = opened(limits=LinkLimits(frame_bytes=100))
    link.receive(frame(b"H|\\^&\r"), at=0.0)
    for _ in range(1000):
        link.receive(b"z" * 100, at=0.0)
    link.accept(at=0.0)
    assert link.outgoing() == ACK
    (refused,) = link.tick(at=3.0)
    assert isinstance(refused, FrameRefused)
    assert len(refused.raw) <= 100
    assert refused.problem.params == {"size": 200}


def test_case_25_noise_on_a_free_line_is_reported_and_not_answered() -> None:
    owner = Owner(Link())
    assert owner.feed(b"\x06\x06hello" + frame(b"P|1\r") + EOT + b"\r\n", at=1.0) == b""
    assert b"".join(event.raw for event in owner.of(Noise)) == b"\x06\x06hello" + frame(b"P|1\r") + EOT + b"\r\n"  # type: ignore[attr-defined]
    assert owner.feed(ENQ) == ACK


def test_case_26_an_act_at_the_wrong_time_is_a_coded_error() -> None:
    for act in ("grant", "refuse_session", "accept", "reject"):
        with pytest.raises(RuleError) as refusal:
            getattr(Link(), act)(at=0.0)
        assert refusal.value.code == "RL-WIR-101"


def test_case_27_a_lost_connection_hands_back_what_was_acknowledged() -> None:
    owner = Owner(opened())
    owner.feed(frame(MESSAGE))
    (broken,) = owner.link.disconnected()
    assert isinstance(broken, SessionBroken)
    assert (broken.problem.code, broken.text, owner.link.is_idle) == ("RL-WIR-119", MESSAGE, True)


QUIRKS = {
    "no enquiry": (LinkQuirks(without_enquiry=True), frame(b"H|\\^&\r") + frame(b"L|1\r", 2)),
    "a carriage return alone": (
        LinkQuirks(ending=FrameEnding.CR, without_enquiry=True),
        frame(b"H|\\^&\r", ending=FrameEnding.CR) + frame(b"L|1\r", 2),
    ),
    "numbers begin anew": (
        LinkQuirks(numbers=FrameNumbers.RESTART, without_enquiry=True),
        frame(b"H|\\^&\r") + frame(b"L|1\r", 2) + frame(b"H|\\^&|2\r") + frame(b"L|1\r", 2),
    ),
    "numbers mean nothing": (
        LinkQuirks(numbers=FrameNumbers.FREE, without_enquiry=True),
        frame(b"H|\\^&\r", 5) + frame(b"L|1\r", 5),
    ),
    "lower-case checksums": (
        LinkQuirks(checksum=ChecksumCase.LOWER, without_enquiry=True),
        frame(LETTERED, checksum=ChecksumCase.LOWER),
    ),
    "line feeds inside": (LinkQuirks(line_feeds=True, without_enquiry=True), frame(b"H|\\^&\r\nL|1\r\n")),
    "control characters": (LinkQuirks(control_characters=True, without_enquiry=True), frame(b"C|1|\x11\x06\r")),
}


@pytest.mark.parametrize("what", QUIRKS)
def test_case_28_a_quirk_lets_in_what_the_standard_does_not_and_only_that(what: str) -> None:
    quirks, data = QUIRKS[what]
    owner = Owner(Link(quirks=quirks))
    wrote = owner.feed(data)
    assert wrote == ACK * data.count(STX)
    assert len(owner.stored) == data.count(STX)
    assert owner.feed(EOT) == b""
    assert isinstance(owner.seen[-1], SessionEnded)
    strict = Owner(opened())
    strict.feed(data)
    strict.tick(at=3.0)
    assert what == "no enquiry" or strict.of(FrameRefused)


@pytest.mark.parametrize("byte", [STX, ETX, EOT, ENQ, ETB])
def test_case_29_no_quirk_lets_a_border_into_a_text(byte: bytes) -> None:
    body = b"1C|1|" + byte + b"x\r" + ETX
    raw = STX + body + b"%02X\r\n" % (sum(body) & 0xFF)
    closed = b"1C|1|x\r" + byte
    ended_by_it = STX + closed + b"%02X\r\n" % (sum(closed) & 0xFF)
    for data in (raw, ended_by_it) if byte not in (ETX, ETB) else (raw,):
        owner = Owner(opened(quirks=LinkQuirks(control_characters=True, line_feeds=True)))
        owner.feed(data)
        owner.tick(at=3.0)
        assert owner.of(FrameReceived) == []
        assert owner.of(FrameRefused)


def test_case_30_line_ends_between_frames_mean_nothing() -> None:
    owner = Owner(opened())
    assert owner.feed(b"\r\n" + frame(b"H|\\^&\r") + b"\r\n\n" + frame(b"P|1\r", 2)) == ACK + ACK
    assert owner.of(FrameRefused, Noise) == []


def test_case_55_a_sender_that_never_gets_a_frame_right_is_broken_off_in_the_end() -> None:
    owner = Owner(opened())
    bad = frame(MESSAGE, 1).replace(b"5.4", b"9.4")
    wrote = b"".join(owner.feed(bad) for _ in range(20))
    assert (wrote, owner.link.state) == (NAK * 13, State.IDLE)
    assert [code_of(event) for event in owner.of(SessionBroken)] == ["RL-WIR-120"]


def test_case_56_answers_are_never_answered() -> None:
    """Two ends that both take themselves for the receiver would never stop."""
    owner = Owner(opened())
    for second in range(0, 28, 4):
        assert owner.feed(NAK, at=float(second)) == b""
        assert owner.tick(at=second + 3.0) == b""
    assert owner.of(FrameRefused) == []
    owner.tick(at=100.0)
    assert [code_of(event) for event in owner.of(SessionBroken)] == ["RL-WIR-109"]


def test_case_57_a_frame_without_line_feed_ends_where_nothing_of_it_follows() -> None:
    head = b"1R|1|4.1"
    inner = b"%02X" % ((sum(head) + 3) & 0xFF)
    changed = STX + head + ETX + inner + b"\r|mmol/L\r"
    owner = Owner(opened(quirks=LinkQuirks(ending=FrameEnding.CR)))
    assert (owner.feed(changed), owner.of(FrameReceived)) == (b"", [])
    assert owner.tick(at=3.0) == NAK


def test_case_58_numbers_begin_anew_only_with_a_header() -> None:
    owner = Owner(opened(quirks=LinkQuirks(numbers=FrameNumbers.RESTART)))
    owner.feed(frame(b"H|\\^&\r", 1) + frame(b"P|1\r", 2))
    assert owner.feed(frame(b"R|1\r", 1)) == NAK
    assert owner.feed(frame(b"H|\\^&|2\r", 1)) == ACK


def test_case_59_a_flood_before_a_refusal_does_not_spoil_the_next_transmission() -> None:
    link = Link(limits=LinkLimits(frame_bytes=100))
    link.receive(ENQ, at=0.0)
    link.receive(b"z" * 1000, at=0.0)
    link.refuse_session(at=0.0)
    link.outgoing()
    owner = Owner(link)
    assert owner.feed(ENQ, at=20.0) == ACK
    assert owner.feed(frame(b"H|\\^&\r"), at=20.0) == ACK
