"""Captures: every real file is decoded or refused with a place and a reason. Cases: docs/design/astm.md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import InputError
from relight.wire.astm.capture import Capture, is_astm, read_capture
from relight.wire.astm.records import messages, read
from support.astm import ACK, ENQ, EOT, MESSAGE, NAK, bytes_of, files, frame, line_bytes, named, needs_data

NOT_ASTM = {
    "C111_exportfile.csv": "RL-WIR-151",
    "quaintStudioSampleOutput.csv": "RL-WIR-151",
    "2000i_exported_files.txt": "RL-WIR-151",
    "5600TransMessage.txt": "RL-WIR-151",
    "siemens_control.txt": "RL-WIR-151",  # HL7
    "MessageFormatsMSG-5.txt": "RL-WIR-150",
    "RepeatFields.txt": "RL-WIR-150",
    "mini_vidas.txt": "RL-WIR-104",  # bioMérieux's own protocol
    "spotchem_el.txt": "RL-WIR-115",  # a printer's text between STX and ETX
}
SAID = {  # whatever is not listed reads without any problem
    "2020-11-21-11-10-02-134929": {"RL-WIR-155", "RL-WIR-153"},  # a host that numbers its records like frames
    "2020-11-21-11-10-12-157970": {"RL-WIR-155", "RL-WIR-153"},
    "mini_vidas_mock.txt": {"RL-WIR-152"},
    "spotchem_el_mock.txt": {"RL-WIR-152", "RL-WIR-156"},
    "em200_multiple_tube_query.txt": {"RL-WIR-118"},
    "em_200_query_sample.txt": {"RL-WIR-118"},
    "roche_enquiry.txt": {"RL-WIR-118"},
    "sysmex_550_sample.txt": {"RL-WIR-118", "RL-WIR-116", "RL-WIR-153"},  # two frames 2, the second one typed in
}


def codes(capture: Capture) -> set[str]:
    return {problem.code for problem in capture.problems}


def texts(capture: Capture) -> list[bytes]:
    return [message.raw for message in capture.messages]


@pytest.mark.parametrize("path", files(), ids=named)
@needs_data
def test_case_85_every_real_file_is_decoded_or_refused_with_a_place_and_a_reason(path: Path) -> None:
    data = path.read_bytes()
    capture = read_capture(data)
    if path.name in NOT_ASTM:
        assert (capture.messages, codes(capture)) == ((), {NOT_ASTM[path.name]})
    else:
        assert capture.messages and is_astm(data)
        assert codes(capture) == SAID.get(path.name, set())
    for problem in capture.problems:
        assert 0 <= problem.at <= len(bytes_of(path)) and problem.message() and problem.next()
    for message in capture.messages:
        assert message.render() == message.raw
        assert message.patients() or message.is_query or len(message.records) < 5


@needs_data
def test_case_86_files_that_are_no_astm_are_not_taken_for_it() -> None:
    taken = {path.name for path in files() if path.name in NOT_ASTM and is_astm(path.read_bytes())}
    assert taken <= {"spotchem_el.txt"}  # STX and a digit: a frame, as far as one can tell before reading


def test_case_87_a_dump_of_both_sides_with_several_transmissions_gives_its_messages() -> None:
    first = ENQ + ACK + frame(MESSAGE[:20], 1, ends=False) + ACK + frame(MESSAGE[20:], 2) + ACK + EOT
    capture = read_capture(first + NAK + ENQ + ACK + frame(MESSAGE + MESSAGE) + ACK + EOT)
    assert (texts(capture), capture.problems, capture.framed) == ([MESSAGE] * 3, (), True)


def test_case_88_a_refused_frame_that_was_sent_again_is_joined_once() -> None:
    bad = frame(b"P|1\r", 2).replace(b"P", b"Q")
    again = frame(b"P|1\r", 2)
    data = ENQ + frame(b"H|\\^&\r", 1) + ACK + bad + NAK + again + NAK + again + ACK + frame(b"L|1\r", 3) + EOT
    capture = read_capture(data)
    (problem,) = capture.problems
    assert texts(capture) == [b"H|\\^&\rP|1\rL|1\r"]
    assert (problem.code, data[problem.at : problem.at + 3]) == ("RL-WIR-102", b"\x022Q")


def test_case_89_nothing_is_joined_across_a_frame_that_is_missing() -> None:
    frames = [frame(b"H|\\^&\r", 1), *(frame(b"C|%d\r" % n, (n + 1) % 8) for n in range(1, 10)), frame(b"L|1\r", 3)]
    for gone in range(1, 10):
        data = ENQ + b"".join(frames[:gone] + frames[gone + 1 :]) + EOT + ENQ + frame(MESSAGE) + EOT
        capture = read_capture(data)
        assert texts(capture) == [b"H|\\^&\r" + b"".join(b"C|%d\r" % n for n in range(1, gone)), MESSAGE]
        assert codes(capture) == {"RL-WIR-116", "RL-WIR-153"}
        damaged = ENQ + b"".join([*frames[:gone], frames[gone].replace(b"C", b"S"), *frames[gone + 1 :]]) + EOT
        assert texts(read_capture(damaged)) == texts(capture)[:1]


def test_case_90_reads_listed_as_json_are_one_stream() -> None:
    data = ENQ + frame(MESSAGE) + EOT
    reads = json.dumps([list(data[:9]), list(data[9:40]), list(data[40:])]).encode()
    assert read_capture(reads) == read_capture(data)
    assert is_astm(reads)
    for broken in (b"[[1,2", b"[[300]]", b'["a"]', b"[1]", b"[" * 5000):
        assert codes(read_capture(broken)) == {"RL-WIR-151"}


def test_case_91_line_ends_changed_in_the_whole_file_are_put_back_when_the_checksums_then_fit() -> None:
    data = ENQ + frame(MESSAGE) + EOT
    for changed in (
        data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"),
        data.replace(b"\r\n", b"\r").replace(b"\r", b"\r\n"),
    ):
        capture = read_capture(changed)
        assert (texts(capture), codes(capture)) == ([MESSAGE], {"RL-WIR-118"})
    all_but_one = data.replace(b"\r\n", b"\r").replace(b"\r", b"\r\n", 3)
    assert (texts(read_capture(all_but_one)), codes(read_capture(all_but_one))) == ([], {"RL-WIR-102"})
    one_left = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n", 2)
    assert (texts(read_capture(one_left)), codes(read_capture(one_left))) == ([], {"RL-WIR-102"})


@pytest.mark.parametrize("ending", [b"\r\n", b"\r", b"\n", b""])
def test_case_92_the_end_of_a_saved_frame_may_be_shortened(ending: bytes) -> None:
    data = frame(b"H|\\^&\r", 1)[:-2] + ending + frame(b"L|1|z\r", 2)[:-2].swapcase() + ending
    assert texts(read_capture(data.replace(b"l|1|Z", b"L|1|z"))) == [b"H|\\^&\rL|1|z\r"]


def test_case_93_remarks_and_blank_lines_around_plain_records_are_passed_over() -> None:
    plain = b"\xef\xbb\xbf# saved by hand \xc2\xb5\r\n\r\n" + MESSAGE.replace(b"\r", b"\r\n") + b"\n# end\n"
    capture = read_capture(plain)
    assert [record.type for record in capture.messages[0].records] == list("HPORL")
    assert (capture.problems, capture.framed) == ((), False)


def test_case_94_places_count_from_the_start_of_the_file() -> None:
    data = b"# remark\nH|\\^&\nP|1\nX|1\nL|1\n"
    (problem,) = read_capture(data).problems
    assert (problem.code, data[problem.at :][:1]) == ("RL-WIR-155", b"X")
    data = ENQ + frame(b"H|\\^&\r", 1) + frame(b"X|1\r", 2) + frame(b"L|1\r", 3) + EOT
    (problem,) = read_capture(data).problems
    assert (problem.code, data[problem.at :][:1]) == ("RL-WIR-155", b"X")


def test_case_95_noise_is_reported_once_and_what_does_not_begin_a_message_is_refused() -> None:
    data = b"hello" + ENQ + frame(b"P|1\r", 1) + EOT
    assert [(problem.at, problem.code) for problem in read_capture(data).problems] == [
        (0, "RL-WIR-117"),
        (6, "RL-WIR-116"),
    ]


@pytest.mark.parametrize("byte", [b"\x02", b"\x04", b"\x05"])
def test_case_95_a_border_inside_a_frame_is_refused_even_where_the_checksum_fits(byte: bytes) -> None:
    capture = read_capture(ENQ + frame(b"H|\\^&|" + byte + b"x\r") + EOT)
    assert (texts(capture), codes(capture)) == ([], {"RL-WIR-104"})


def test_case_96_a_frame_cut_off_by_the_next_transmission_costs_that_frame_alone() -> None:
    cut = ENQ + frame(b"H|\\^&\r", 1) + frame(b"P|1\r", 2)[:4]
    capture = read_capture(cut + EOT + ENQ + ACK + frame(MESSAGE) + EOT)
    assert texts(capture) == [b"H|\\^&\r", MESSAGE]
    assert codes(capture) == {"RL-WIR-104", "RL-WIR-153"}


@pytest.mark.parametrize(
    "path", [path for path in files() if 200 < len(bytes_of(path)) < 1000 and b"\x02" in bytes_of(path)], ids=named
)
@needs_data
def test_case_97_no_changed_byte_of_a_real_capture_makes_another_message(path: Path) -> None:
    """Each message read is one of the file, or the beginning of one that then says that its end is missing."""
    data = bytes_of(path)
    whole = {message.raw for message in read_capture(data).messages}
    for place in range(len(data)):
        for value in (0x02, 0x03, 0x04, 0x05, 0x0A, 0x0D, 0x17, data[place] ^ 1, data[place] ^ 0x20):
            capture = read_capture(data[:place] + bytes((value,)) + data[place + 1 :])
            for message in capture.messages:
                cut_short = message.terminator is None and any(raw.startswith(message.raw) for raw in whole)
                assert message.raw in whole or (cut_short and "RL-WIR-153" in codes(capture)), (place, value)


@given(data=st.one_of(line_bytes, st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_case_98_whatever_a_file_holds_only_coded_problems_come_out(data: bytes) -> None:
    is_astm(data)
    capture = read_capture(data)
    for problem in capture.problems:
        assert problem.code.startswith("RL-WIR-1") and problem.message() and 0 <= problem.at <= len(data)
    for message in capture.messages:
        assert message.render() == message.raw
    if not capture.messages:
        assert capture.problems or not data.strip(b"\r\n\x02\x03\x04\x05\x06\x15\x17")


def test_case_99_the_character_set_is_handed_on() -> None:
    assert (
        read_capture("H|\\^&\rP|1||é\rL|1\r".encode("cp850"), encoding="cp850").messages[0].records[1].field(4) == "é"
    )
    with pytest.raises(InputError, match="RL-WIR-159"):
        read_capture(MESSAGE, encoding="utf-16")


@needs_data
@pytest.mark.parametrize("path", [path for path in files() if path.name not in NOT_ASTM], ids=named)
def test_case_100_reading_again_what_was_rendered_gives_the_same(path: Path) -> None:
    for message in read_capture(path.read_bytes()).messages:
        assert read(message.render()) == message
        assert messages(message.raw) == (message.raw,)
