"""Lenient reading that loses nothing. Cases: docs/design/hl7.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import InputError
from relight.wire.hl7 import read
from support.hl7 import ORU


def codes(message):
    return [problem.code for problem in message.problems]


def test_case_15_values_are_found_by_their_places():
    message = read(ORU)
    assert message.get("PID-3") == "123456^^^HOSP^MR"
    assert message.get("PID-3[2].1") == "79010112345"
    assert message.get("PID-5.1") == "Désiré"
    assert message.get("OBX[2]-8[2]") == "A"
    assert message.get("OBX[2]-5.2") == "200"
    assert message.get("MSH-1") == "|"
    assert message.get("MSH-2") == "^~\\&"
    assert message.get("MSH-9.2") == "R01"
    assert message.problems == ()


@pytest.mark.parametrize("path", ["PID-99", "PID-3.9", "PID-3[9]", "PID[2]-3", "ZZZ-1", "PID-3.1.4", "PID-5[2].1.1"])
def test_case_15_a_value_that_is_not_there_is_the_default(path):
    assert read(ORU).get(path, default="none") == "none"


@pytest.mark.parametrize(
    "path", ["", "PID", "PID-0", "PID[0]-3", "pid-3", "PID-3.", "PID-3.1.1.1", "PID-٣", "PID-99999999"]
)
def test_case_15_a_path_that_is_none_is_refused(path):
    with pytest.raises(InputError) as refused:
        read(ORU).get(path)
    assert refused.value.code == "RL-WIR-223"


def test_fields_components_and_subcomponents_of_a_segment():
    spm = read(b"MSH|^~\\&|||||||OUL^R22|1|P|2.5.1\rSPM|1|022&BARCODE^7&L~x||S\\T\\P").first("SPM")
    assert spm is not None
    assert spm.field(2) == "022&BARCODE^7&L"
    assert spm.repeats(2) == ["022&BARCODE^7&L", "x"]
    assert spm.components(2) == ["022&BARCODE", "7&L"]
    assert spm.components(2, 1) == ["x"]
    assert spm.subcomponents(2, 2) == ["7", "L"]
    assert spm.first(2) == "022"
    assert (spm.first(1), spm.first(1, 2), spm.first(1, 1, 1), spm.first(99)) == ("1", "", "", "")
    assert (spm.field(4), spm.field(3), spm.field(99), spm.components(3), spm.subcomponents(2, 9)) == (
        "S&P",
        "",
        "",
        [],
        [],
    )
    assert spm.raw == b"SPM|1|022&BARCODE^7&L~x||S\\T\\P"


def test_the_tree_holds_every_value():
    tree = read(ORU).tree()
    assert [segment[0][0][0] for segment in tree] == ["MSH", "PID", "PV1", "ORC", "OBR", "OBX", "NTE", "OBX"]
    assert tree[0][1:3] == [[["|"]], [["^~\\&"]]]
    assert tree[0][9] == [["ORU", "R01", "ORU_R01"]]
    assert tree[1][3] == [["123456", "", "", "HOSP", "MR"], ["79010112345", "", "", "BE", "NN"]]
    assert tree[1][4] == []
    assert tree[6][3] == [["h&molyse"]]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_case_16_line_feeds_and_both_together_are_read_and_told(end):
    message = read(ORU.replace(b"\r", end))
    assert message.tree() == read(ORU).tree()
    assert codes(message) == ["RL-WIR-207"]
    assert message.problems[0].at == message.raw.index(b"\n")


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_case_17_a_line_broken_inside_a_value_is_joined_and_told(end):
    raw = ORU.replace(b"\r", end).replace(b"moly", b"mo" + end + b"lyse, repeat")
    message = read(raw)
    assert message.get("NTE-3") == "h&mo" + end.decode() + "lyse, repeatse"
    assert "RL-WIR-208" in codes(message)
    assert len(message.segments) == len(read(ORU).segments)


def test_case_18_a_segment_with_an_odd_name_stays_and_is_told_with_its_place():
    message = read(b"MSH|^~\\&|||||||ADT^A01|1|P|2.5\rPIDX|1||a\rPV|1|I\r")
    assert [segment.name for segment in message.segments] == ["MSH", "PIDX", "PV"]
    assert [(problem.code, problem.at) for problem in message.problems] == [("RL-WIR-206", 31), ("RL-WIR-206", 41)]


def test_case_19_empty_lines_are_no_segments():
    assert [s.name for s in read(b"MSH|^~\\&|||||||ACK|1|P|2.5\r\r\rMSA|AA|1\r\r").segments] == ["MSH", "MSA"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"MSH|^~\\&\r", "RL-WIR-220"),
        (b"MSH|^~\\&|||||||ACK||P|2.5\r", "RL-WIR-211"),
        (b"MSH|^~\\&|||||||ACK|1|P|1.0\r", "RL-WIR-224"),
        (b"MSH||||||||ACK|1|P|2.5\r", "RL-WIR-202"),
        (b"\xef\xbb\xbfMSH|^~\\&|||||||ACK|1|P|2.5\r", "RL-WIR-212"),
        (b"MSH|^~\\&#|||||||ACK|1|P|2.7\rPID|1|cut#|x\r", "RL-WIR-210"),
    ],
)
def test_what_is_odd_is_told_and_read_all_the_same(raw, code):
    message = read(raw)
    assert code in codes(message)
    assert message.render() == raw
    assert all(0 <= problem.at <= len(raw) and problem.message() for problem in message.problems)


@pytest.mark.parametrize(
    "version", ["2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.2", "2.9"]
)
def test_versions_2_1_to_2_9_are_read_without_a_problem(version):
    message = read(f"MSH|^~\\&|||||||ORU^R01|1|P|{version}\rPID|1\r".encode())
    assert (message.version, message.problems) == (version, ())


def test_no_value_of_a_patient_stands_in_what_goes_to_logs():
    message = read(ORU)
    shown = repr(message) + repr(message.segments) + repr(message.first("PID"))
    assert "Dés" not in shown
    assert "123456" not in shown


@given(st.binary(max_size=120))
def test_whatever_follows_msh_is_read_and_given_back_byte_for_byte(rest):
    raw = b"MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5.1||||||8859/1" + rest
    message = read(raw)
    message.tree()
    assert message.render() == raw
    assert all(isinstance(problem.message(), str) for problem in message.problems)
    assert (
        "".join(segment.text for segment in message.segments).replace("\r", "").replace("\n", "").strip()
        == message.text.replace("\r", "").replace("\n", "").strip()
        or not rest.strip()
    )
