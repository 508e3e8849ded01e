"""Damage on the way: no changed byte is ever accepted, and what is sent arrives once, in order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.kernel.errors import RelightError
from relight.wire.astm.link import (
    ChecksumCase,
    Contention,
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
from support.astm import ACK, ENQ, EOT, Owner, frame, line_bytes, needs_data, opened, real_frames

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
    """Every short frame there is, and some of the long ones."""
    frames = sorted(real_frames(), key=len)
    short = [raw for raw in frames if len(raw) < 150]
    assert len(short) > 100
    for raw in [*short, *frames[len(short) :: 10]][share::8]:
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


class End(Owner):
    """One end as a gateway has it: sends what is left until it was acknowledged, keeps whole messages once."""

    def __init__(self, role: Role, left: list[bytes]) -> None:
        super().__init__(Link(role=role))
        self.left = left
        self._followed = 0

    def follow(self, at: float) -> None:
        for event in self.seen[self._followed :]:
            if isinstance(event, SendFailed):
                self.left = self.left[event.index :]
            elif isinstance(event, Sent):
                self.left = []
        self._followed = len(self.seen)
        if self.left and self.link.is_idle:
            self.link.send(self.left, at=at)

    @property
    def is_done(self) -> bool:
        return self.link.is_idle and not self.left

    def messages(self) -> list[bytes]:
        """Whole messages of all transmissions, whatever way they ended."""
        found: dict[bytes, None] = {}
        for event in self.seen:
            if isinstance(event, SessionEnded | SessionBroken):
                found.update(dict.fromkeys(m for m in messages(event.text) if m.endswith(b"L|1|N\r")))
        return list(found)


def run(analyzer: End, host: End, line: Line) -> None:
    """Let both ends talk, moving time only when nothing is on the line, until both have finished."""
    at, spoken = 0.0, {"forth": b"", "back": b""}
    for _ in range(4000):
        analyzer.follow(at)
        host.follow(at)
        forth = spoken["forth"] + analyzer.link.outgoing()
        back = spoken["back"] + host.link.outgoing()
        if forth or back:
            answers = bool(analyzer.link.state.value in ("asking", "sending"))
            spoken["back"] = host.feed(line.carry(forth, answers=not answers), at=at)
            spoken["forth"] = analyzer.feed(line.carry(back, answers=answers), at=at)
        elif analyzer.is_done and host.is_done:
            return
        else:
            times = [end.link.deadline for end in (analyzer, host) if end.link.deadline is not None]
            at = max(at, min(times))
            spoken = {"forth": analyzer.tick(at=at), "back": host.tick(at=at)}
    raise AssertionError("the two ends never came to rest")


faults = st.tuples(
    st.sampled_from(["none", "none", "drop", "lose", "repeat", "change"]), st.integers(0, 500), st.integers(0, 255)
)


plans = st.lists(faults, max_size=40)


def texts_of(count: int, name: bytes) -> list[bytes]:
    return [b"H|\\^&|%b%d\rP|1\rR|1|^^^GLU|%d.4\rL|1|N\r" % (name, n, n) for n in range(count)]


@given(plan=plans, count=st.integers(1, 4))
@settings(max_examples=300)
def test_case_50_over_a_bad_line_every_message_arrives_whole_once_and_in_order(
    plan: list[tuple[str, int, int]], count: int
) -> None:
    analyzer, host = End(Role.INSTRUMENT, texts_of(count, b"a")), End(Role.HOST, [])
    run(analyzer, host, Line(list(plan)))
    assert host.messages() == texts_of(count, b"a")


@given(forth=st.integers(0, 3), back=st.integers(0, 3))
def test_case_53_when_both_ends_have_something_to_send_both_get_it_across(forth: int, back: int) -> None:
    analyzer, host = End(Role.INSTRUMENT, texts_of(forth, b"a")), End(Role.HOST, texts_of(back, b"h"))
    run(analyzer, host, Line([]))
    assert (host.messages(), analyzer.messages()) == (texts_of(forth, b"a"), texts_of(back, b"h"))
    assert any(isinstance(event, Contention) for event in host.seen) is bool(forth and back)


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
def test_case_52_slicing_changes_nothing_while_nobody_speaks_out_of_turn(data: bytes) -> None:
    """An enquiry or an end behind a frame that awaits its answer is out of turn: there an answer would be late."""
    data = ENQ + data.replace(ENQ, b"").replace(EOT, b"")
    whole, single = Owner(Link()), Owner(Link())
    whole.feed(data)
    for byte in data:
        single.feed(bytes((byte,)))
    assert whole.stored == single.stored
    assert whole.link.state is single.link.state
