"""Damage on the way: no changed byte is ever accepted, and what is sent arrives once, in order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.kernel.errors import RelightError
from relight.wire.astm.link import (
    ChecksumCase,
    FrameEnding,
    FrameNumbers,
    FrameReceived,
    FrameRefused,
    FrameRepeated,
    Link,
    LinkQuirks,
    Role,
    SendFailed,
    Sent,
    SessionBroken,
    SessionEnded,
)
from relight.wire.astm.records import messages
from support.astm import ACK, ENQ, Owner, frame, line_bytes, needs_data, opened, real_frames

CONTROLS = bytes((0x00, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x0D, 0x15, 0x17))


def changes(raw: bytes, place: int) -> list[int]:
    """The values a byte is changed to: all where the frame is built of single bytes, else each bit and all controls."""
    if place < 2 or place >= len(raw) - 5:
        return [value for value in range(256) if value != raw[place]]
    return [value for value in {*CONTROLS, *(raw[place] ^ (1 << bit) for bit in range(8))} if value != raw[place]]


def assert_not_accepted(raw: bytes, *, number: int) -> None:
    """Change each byte; the link must not take the frame, nor write ACK, however long one waits."""

    def ready() -> Owner:
        owner = Owner(opened())
        for n in range(1, (number - 1) % 8 + 1):
            owner.feed(frame(b"C|%d\r" % n, n))
        owner.seen.clear()
        return owner

    owner = ready()
    for place in range(len(raw)):
        for value in changes(raw, place):
            changed = raw[:place] + bytes((value,)) + raw[place + 1 :]
            wrote = owner.feed(changed) + owner.tick(at=3.0)
            taken = owner.of(FrameReceived, FrameRepeated)
            assert not taken and ACK not in wrote, f"byte {place} as {value:#04x} passed: {changed!r}"
            if owner.of(SessionEnded, SessionBroken):
                owner = ready()
            owner.seen.clear()
    assert owner.feed(raw) == ACK


@needs_data
@pytest.mark.parametrize("share", range(8))
def test_case_48_no_changed_byte_of_a_real_frame_is_ever_accepted(share: int) -> None:
    frames = real_frames()[share::8]
    assert len(frames) > 10
    for raw in frames[:9]:
        assert_not_accepted(raw, number=raw[1] - 0x30)


@given(text=st.binary(max_size=20).map(lambda b: bytes(x for x in b if x >= 0x20 or x == 13)), number=st.integers(0, 7))
@settings(max_examples=15)
def test_case_48_no_changed_byte_of_any_frame_is_ever_accepted(text: bytes, number: int) -> None:
    assert_not_accepted(frame(text, number, ends=bool(number % 2)), number=number)


def test_case_49_a_byte_changed_to_an_end_does_not_make_a_shorter_frame() -> None:
    """The text is chosen so that the checksum of its first part stands in it."""
    head = b"1R|1|4.1"
    inner = b"%02X" % ((sum(head) + 3) & 0xFF)
    raw = frame(head[1:] + b"?" + inner + b"\r|mmol/L\r")
    changed = raw.replace(b"?", b"\x03")
    owner = Owner(opened())
    wrote = owner.feed(changed) + owner.tick(at=3.0)
    assert (owner.of(FrameReceived), ACK in wrote) == ([], False)


# --- two links over a bad line ---


class Line:
    """Carries bytes between two links and does to each write what the plan says."""

    def __init__(self, plan: list[tuple[str, int, int]]) -> None:
        self.plan = plan

    def carry(self, data: bytes, *, answers: bool) -> bytes:
        if not data or not self.plan:
            return data
        what, place, value = self.plan.pop(0)
        place %= len(data)
        if what == "drop":
            return data[:place] + data[place + 1 :]
        if what == "lose":
            return b""
        if what == "repeat":
            return data + data
        if what == "change" and answers:  # nothing protects an answer from becoming another one
            return data[:place] + b"?" + data[place + 1 :]
        if what == "change":
            return data[:place] + bytes((value,)) + data[place + 1 :]
        return data


class Sender:
    """Sends what is left until all of it was acknowledged, as store-and-forward does."""

    def __init__(self, link: Link, texts: list[bytes]) -> None:
        self.link, self.left = link, texts

    def follow(self, events: tuple[object, ...]) -> None:
        for event in events:
            if isinstance(event, SendFailed):
                self.left = self.left[event.index :]
            elif isinstance(event, Sent):
                self.left = []

    def push(self, at: float) -> None:
        if self.left and self.link.is_idle:
            self.link.send(self.left, at=at)


class Inbox(Owner):
    """Stores whole messages, each once, whatever way the transmission ended."""

    def messages(self) -> list[bytes]:
        found: dict[bytes, None] = {}
        for event in self.seen:
            if isinstance(event, SessionEnded | SessionBroken):
                found.update(dict.fromkeys(m for m in messages(event.text) if m.endswith(b"L|1|N\r")))
        return list(found)


def deadline_after(at: float, *links: Link) -> float:
    return min((link.deadline for link in links if link.deadline is not None), default=at + 1.0)


def run(sender: Sender, inbox: Inbox, line: Line) -> None:
    at = 0.0
    for _ in range(3000):
        sender.push(at)
        forth = line.carry(sender.link.outgoing(), answers=False)
        back = line.carry(inbox.feed(forth, at=at) if forth else inbox.link.outgoing(), answers=True)
        if back:
            sender.follow(sender.link.receive(back, at=at))
        if forth or back:
            continue
        if not sender.left and sender.link.is_idle and inbox.link.is_idle:
            return
        at = max(at, deadline_after(at, sender.link, inbox.link))
        sender.follow(sender.link.tick(at=at))
        answer = line.carry(inbox.tick(at=at), answers=True)
        if answer:
            sender.follow(sender.link.receive(answer, at=at))
    raise AssertionError("the two ends never came to rest")


faults = st.tuples(
    st.sampled_from(["none", "none", "drop", "lose", "repeat", "change"]), st.integers(0, 500), st.integers(0, 255)
)


@given(plan=st.lists(faults, max_size=40), count=st.integers(1, 4))
@settings(max_examples=300)
def test_case_50_over_a_bad_line_every_message_arrives_whole_once_and_in_order(
    plan: list[tuple[str, int, int]], count: int
) -> None:
    texts = [b"H|\\^&|%d\rP|1\rR|1|^^^GLU|%d.4\rL|1|N\r" % (n, n) for n in range(count)]
    inbox = Inbox(Link())
    run(Sender(Link(role=Role.INSTRUMENT), list(texts)), inbox, Line(list(plan)))
    assert inbox.messages() == texts


@given(data=line_bytes, cuts=st.lists(st.integers(0, 60), max_size=10), quirk=st.sampled_from(range(5)))
def test_case_51_whatever_the_line_brings_only_coded_problems_come_out(
    data: bytes, cuts: list[int], quirk: int
) -> None:
    quirks = [
        LinkQuirks(),
        LinkQuirks(without_enquiry=True, line_feeds=True),
        LinkQuirks(ending=FrameEnding.CR, numbers=FrameNumbers.FREE),
        LinkQuirks(checksum=ChecksumCase.LOWER, control_characters=True),
        LinkQuirks(numbers=FrameNumbers.RESTART, without_enquiry=True),
    ][quirk]
    owner = Owner(Link(quirks=quirks))
    at, place = 0.0, 0
    for cut in [*cuts, len(data)]:
        if quirk == 3 and owner.link.is_idle:
            owner.link.send([b"L|1\r"], at=at)
        owner.feed(data[place : place + cut], at=at)
        place += cut
        at += 4.0
        owner.tick(at=at)
    for event in owner.seen:
        if isinstance(event, FrameRefused | SessionBroken | SendFailed):
            assert event.problem.code.startswith("RL-WIR-1")
            assert event.problem.message() and event.problem.next()
            assert isinstance(event.problem.error(), RelightError)


@given(data=line_bytes)
def test_case_52_slicing_changes_nothing_that_is_stored(data: bytes) -> None:
    """Answers may differ: one that is late by the bytes behind it is not written."""
    whole, single = Owner(Link()), Owner(Link())
    whole.feed(ENQ + data)
    for byte in ENQ + data:
        single.feed(bytes((byte,)))
    assert whole.stored == single.stored
    assert whole.link.state is single.link.state
