"""MLLP frames on a stream in any slices. Cases: docs/design/hl7.md."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import InputError
from relight.wire.mllp import Block, Junk, Overlong, Reader, Unfinished, frame
from support.hl7 import slices

CONTENT = st.binary(max_size=60).filter(lambda data: b"\x0b" not in data and b"\x1c\r" not in data + b"\r")


def fed(data, *, size=None, limit_bytes=1 << 20):
    """Feed whole, or in slices of one size. Returns: events, and those at the end of the connection."""
    reader = Reader(limit_bytes=limit_bytes)
    events = []
    for piece in [data] if size is None else slices(data, itertools.repeat(size)):
        events += reader.receive(piece)
    return events, reader.end()


@pytest.mark.parametrize("size", [None, 1, 2, 7])
def test_case_1_frames_come_out_whole_whatever_the_slices(size):
    data = frame(b"MSH|1") + frame(b"MSH|2\x1cx") + frame(b"")
    assert fed(data, size=size) == ([Block(b"MSH|1", 0), Block(b"MSH|2\x1cx", 8), Block(b"", 18)], [])


@given(st.lists(CONTENT, max_size=6), st.lists(st.integers(1, 40), min_size=1))
def test_case_1_any_contents_in_any_slices_come_back(contents, sizes):
    reader = Reader()
    data = b"".join(map(frame, contents))
    events = [event for piece in slices(data, itertools.cycle(sizes)) for event in reader.receive(piece)]
    assert [event.content for event in events] == contents
    assert reader.end() == []


@pytest.mark.parametrize("size", [None, 1, 3])
def test_case_2_line_ends_between_frames_are_nobodys_fault(size):
    events, _ = fed(b"\r\n" + frame(b"a") + b"\r\n\r\n" + frame(b"b") + b"\n", size=size)
    assert [event.content for event in events] == [b"a", b"b"]


@pytest.mark.parametrize("size", [None, 1, 3])
def test_case_3_bytes_outside_frames_are_told_with_their_place_and_never_delivered(size):
    events, _ = fed(b"GET / HTTP" + frame(b"a") + b"xy", size=size)
    outside = [event for event in events if isinstance(event, Junk)]
    assert b"".join(event.content for event in outside) == b"GET / HTTPxy"
    assert outside[0].at == 0
    assert outside[0].problem.code == "RL-WIR-221"
    assert [event for event in events if isinstance(event, Block)] == [Block(b"a", 10)]


@pytest.mark.parametrize("size", [None, 1, 3])
def test_case_4_an_unfinished_frame_is_reported_when_the_connection_ends_and_never_delivered(size):
    events, ended = fed(frame(b"a") + b"\x0bMSH|half\x1c", size=size)
    assert events == [Block(b"a", 0)]
    assert ended == [Unfinished(b"MSH|half\x1c", 4)]
    assert ended[0].problem.code == "RL-WIR-213"


@pytest.mark.parametrize("size", [None, 1, 3])
def test_case_5_a_frame_over_the_limit_is_told_once_skipped_to_its_end_and_the_next_one_read(size):
    data = frame(b"x" * 50) + frame(b"ok")
    events, ended = fed(data, size=size, limit_bytes=20)
    assert events == [Overlong(20, 0), Block(b"ok", 53)]
    assert ended == []
    assert events[0].problem.params == {"limit_bytes": 20}


@pytest.mark.parametrize("size", [None, 1, 3])
def test_case_5_a_frame_of_exactly_the_limit_is_read(size):
    assert fed(frame(b"x" * 20), size=size, limit_bytes=20) == ([Block(b"x" * 20, 0)], [])


def test_case_6_an_endless_frame_holds_no_more_memory_than_the_limit():
    reader = Reader(limit_bytes=1000)
    events = reader.receive(b"\x0b")
    for _ in range(100):
        events += reader.receive(b"x" * 500)
        assert reader.held_bytes <= 1501
    assert events == [Overlong(1000, 0)]
    assert reader.receive(b"\x1c\r" + frame(b"next")) == [Block(b"next", 50_003)]


@pytest.mark.parametrize("size", [None, 1, 3])
def test_case_7_a_message_that_begins_inside_a_frame_ends_that_frame_unfinished(size):
    events, _ = fed(b"\x0bMSH|lost" + frame(b"MSH|whole"), size=size)
    assert events == [Unfinished(b"MSH|lost", 0), Block(b"MSH|whole", 9)]


def test_case_8_a_vertical_tab_in_a_text_is_content():
    assert fed(frame(b"MSH|a\x0bb")) == ([Block(b"MSH|a\x0bb", 0)], [])


@given(st.binary(max_size=200), st.lists(st.integers(1, 30), min_size=1))
def test_case_9_no_bytes_upset_it_and_slices_never_change_what_is_delivered(data, sizes):
    whole, _ = fed(data, limit_bytes=64)
    reader = Reader(limit_bytes=64)
    sliced = [event for piece in slices(data, itertools.cycle(sizes)) for event in reader.receive(piece)]
    assert [e for e in sliced if not isinstance(e, Junk)] == [e for e in whole if not isinstance(e, Junk)]
    assert reader.held_bytes <= 64 + 30 + 2


def test_many_frames_in_one_read_all_come():
    events = Reader().receive(frame(b"MSH|1") * 1000 + b"\x0bMSH|half")
    assert len(events) == 1000
    assert events[999].at == 999 * 8


def test_a_reader_serves_one_connection_and_is_empty_after_its_end():
    reader = Reader()
    reader.receive(b"\x0bhalf")
    reader.end()
    assert reader.receive(frame(b"a")) == [Block(b"a", 5)]


def test_a_message_that_would_end_its_frame_early_is_refused():
    with pytest.raises(InputError) as refused:
        frame(b"MSH|a\x1c\rPID")
    assert (refused.value.code, refused.value.where) == ("RL-WIR-225", "byte 5")
