"""Building messages. Cases: docs/design/hl7.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import InputError
from relight.wire.hl7 import Delimiters, Verbatim, build, read
from support.hl7 import TEXT, segments

MSH = ["MSH", "", "", "APP", "", "", "", "20261123", "", ("ORU", "R01"), "1", "P", "2.5.1"]
MARKS = [
    Delimiters(),
    Delimiters(field="^", component="~", repeat="|"),
    Delimiters(truncation="#"),
    Delimiters(escape="!"),
]


def expected(field):
    """A field as `tree` gives it, subcomponents still joined."""
    if not field:
        return []
    repeats = field if isinstance(field, list) else [field]
    return [
        [part if isinstance(part, str) else None for part in ((one,) if isinstance(one, str) else one)]
        for one in repeats
    ]


@given(segments(TEXT), st.sampled_from(MARKS))
def test_case_40_what_is_built_is_read_back_the_same(rows, marks):
    raw = build(rows, delimiters=marks)
    message = read(raw)
    assert message.problems == ()
    assert message.render() == raw
    assert [segment.name for segment in message.segments] == [row[0] for row in rows]
    for segment, row, split in zip(message.segments[1:], rows[1:], message.tree()[1:], strict=True):
        for number, field in enumerate(row[1:], start=1):
            found = split[number] if number < len(split) else []
            for repeat, values in enumerate(expected(field)):
                for place, value in enumerate(values):
                    if value is not None:
                        assert found[repeat][place] == value
                    else:
                        one = (field[repeat] if isinstance(field, list) else field)[place]
                        assert tuple(segment.subcomponents(number, place + 1, repeat)) == one


@given(segments(TEXT))
def test_case_41_a_message_that_is_built_fits_a_frame_and_no_value_makes_a_segment(rows):
    raw = build(rows)
    assert b"\x0b" not in raw
    assert b"\x1c" not in raw
    assert raw.count(b"\r") == len(rows)
    assert b"\n" not in raw


@pytest.mark.parametrize("charset", ["UNICODE UTF-8", "8859/1", "8859/15", "~ISO IR87", "BIG-5"])
def test_case_42_msh_18_names_the_set_the_bytes_are_in(charset):
    name = {"~ISO IR87": "駿河", "BIG-5": "功能"}.get(charset, "Désiré")
    message = read(build([MSH, ["PID", "", "", "", "", (name, "x")]], charset=charset))
    assert (message.get("PID-5.1"), message.problems) == (name, ())
    assert message.head.charset == charset


@pytest.mark.parametrize("charset", ["8859/1", ""])
def test_case_43_what_a_set_cannot_hold_is_refused_and_never_replaced(charset):
    with pytest.raises(InputError) as refused:
        build([MSH, ["PID", "", "", "", "", "Жук"]], charset=charset)
    assert refused.value.code == "RL-WIR-218"
    assert "Жук" not in str(refused.value)


@pytest.mark.parametrize(
    "rows", [[], [["PID", "1"]], [MSH, MSH], [MSH, ["pid"]], [MSH, ["PIDX"]], [MSH, []], [MSH, ["P|D"]]]
)
def test_case_44_a_message_begins_with_msh_and_has_segment_names(rows):
    with pytest.raises(InputError) as refused:
        build(rows)
    assert refused.value.code == "RL-WIR-219"


@pytest.mark.parametrize("charset", ["KLINGON", "UNICODE UTF-16"])
def test_case_45_a_set_that_is_unknown_or_too_wide_for_frames_is_refused(charset):
    with pytest.raises(InputError) as refused:
        build([MSH], charset=charset)
    assert refused.value.code == "RL-WIR-203"


def test_a_verbatim_value_stands_as_it_is():
    assert b"MSA|AA|1\\T\\2\r" in build([MSH, ["MSA", "AA", Verbatim("1\\T\\2")]])


def test_fields_stand_at_their_numbers_and_empty_ends_are_left_out():
    raw = build([[*MSH, *[""] * 8, "p21"], ["PID", "1", None, [("1", "", ""), "2"], ("", ""), ""]])
    assert read(raw).get("MSH-21") == "p21"
    assert raw.endswith(b"\rPID|1||1~2\r")
