"""Files and captures cut into messages. Cases: docs/design/hl7.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.wire.hl7 import is_hl7, read, split
from relight.wire.mllp import frame
from support.hl7 import ORU

ONE = b"MSH|^~\\&|A|||||20260101||ADT^A01|1|P|2.5\rPID|1\r"
TWO = ONE.replace(b"|1|P", b"|2|P")


def contents(data):
    return [piece.content for piece in split(data) if piece.problem is None]


def refused(data):
    return [(piece.problem.code, piece.at) for piece in split(data) if piece.problem is not None]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_case_50_messages_one_after_the_other_are_cut_apart_with_their_places(end):
    one, two = ONE.replace(b"\r", end), TWO.replace(b"\r", end)
    data = one + end + end + two
    assert contents(data) == [one, two]
    assert [piece.at for piece in split(data)] == [0, len(one) + 2 * len(end)]
    assert refused(data) == []


def test_case_51_frames_in_a_file_are_opened():
    data = frame(ONE) + b"\r\n" + frame(TWO)
    assert contents(data) == [ONE, TWO]
    assert all(data[piece.at :].startswith(piece.content) for piece in split(data))


def test_case_51_a_frame_that_was_cut_off_is_refused_with_its_place():
    data = frame(ONE) + b"\x0b" + TWO
    assert contents(data) == [ONE]
    assert refused(data) == [("RL-WIR-213", len(ONE) + 3)]


def test_case_52_a_batch_gives_its_messages():
    data = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + ONE + TWO + b"BTS|2\rFTS|1\r"
    assert contents(data) == [ONE, TWO]
    assert refused(data) == []


def test_case_52_a_batch_in_one_frame_gives_its_messages():
    assert contents(frame(b"BHS|^~\\&|A\r" + ONE + TWO + b"BTS|2\r")) == [ONE, TWO]


def test_case_53_a_batch_that_says_another_count_is_told():
    data = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + ONE + b"BTS|2\rFTS|3\r"
    assert contents(data) == [ONE]
    assert refused(data) == [("RL-WIR-214", data.index(b"BTS")), ("RL-WIR-214", data.index(b"FTS"))]


def test_case_54_remarks_around_messages_are_passed_over():
    data = b"# a title\n// more\n/*\n * block\n */\n\n" + ONE + b"\r\n\n// *** next\n" + TWO + b"\r\r# end\r"
    assert contents(data) == [ONE, TWO]
    assert refused(data) == []


def test_case_54_a_line_that_only_looks_like_a_remark_right_after_text_stays_in_the_message():
    data = ONE + b"# 3 of the value\r"
    assert contents(data) == [data]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n ",
        b'{"resourceType": "Bundle"}',
        b"<Bundle/>",
        b"PID|1||2\rPV1|1\r",
        b"\x00\xff" * 40,
        b"MSHX|1",
        b"\xff\xfeM\x00S\x00H\x00||\x00^\x00",  # wide, and no separator
        b"H|\\^&|||LIS\rL|1|N\r",
    ],
)
def test_case_55_what_is_no_hl7_is_refused_with_a_place_and_never_an_exception(data):
    assert contents(data) == []
    assert len(refused(data)) == 1
    assert not is_hl7(data)


def test_case_56_text_before_the_first_message_is_refused_and_the_message_read():
    data = b"Dear colleague,\n" + ONE
    assert refused(data) == [("RL-WIR-200", 0)]
    assert contents(data) == [ONE]


def test_case_57_a_byte_order_mark_and_blanks_are_nobodys_fault():
    assert contents(b"\xef\xbb\xbf" + ONE) == [ONE]
    assert refused(b"\xef\xbb\xbf\r\n  " + ONE) == []
    assert contents(b"\r\n  " + ONE) == [ONE]


def test_a_file_in_wide_characters_is_one_message():
    data = ORU.decode().encode("utf-16")
    assert is_hl7(data)
    assert contents(data) == [data]


@given(st.binary(max_size=200))
def test_no_file_upsets_it_and_every_message_it_finds_can_be_read(data):
    for piece in split(data):
        assert piece.at <= len(data)
        if piece.problem is None:
            read(piece.content).tree()
        else:
            assert piece.problem.code.startswith("RL-WIR-2")


@given(
    st.lists(
        st.sampled_from([ONE, TWO, b"\r\n", b"# x\n", b"junk\n", b"\x0b", b"\x1c\r", b"BHS|^~\\&\r", b"BTS|1\r"]),
        max_size=12,
    )
)
def test_any_mixture_of_parts_is_cut_without_an_exception(parts):
    data = b"".join(parts)
    for piece in split(data):
        assert data[piece.at : piece.at + len(piece.content)] == piece.content or piece.problem is not None
        if piece.problem is None:
            read(piece.content).tree()
