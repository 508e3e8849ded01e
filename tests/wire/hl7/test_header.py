"""MSH alone, fast. Cases: docs/design/hl7.md."""

import pytest

from relight.kernel.errors import InputError
from relight.wire.hl7 import head
from support.hl7 import ORU


def test_case_10_the_head_names_what_a_gateway_needs():
    found = head(ORU)
    assert (found.type, found.trigger, found.structure) == ("ORU", "R01", "ORU_R01")
    assert (found.control_id, found.processing_id, found.version) == ("MSG00001", "P", "2.5.1")
    assert (found.sender_app, found.sender_facility) == (b"COBAS", b"LAB")
    assert (found.receiver_app, found.receiver_facility) == (b"LIS", b"HOSP")
    assert (found.accept_ack, found.app_ack, found.charset) == ("", "", "UNICODE UTF-8")


def test_case_10_the_rest_of_the_message_is_never_looked_at():
    assert head(ORU[: ORU.index(b"\r") + 1] + b"\xff\x00" * 50) == head(ORU)


def test_case_11_delimiters_are_those_of_the_message():
    found = head(b"MSH^~|\\&^A^B^C^D^2012^^ADT~A24^77^T^2.4\r")
    assert (found.type, found.trigger, found.control_id) == ("ADT", "A24", "77")
    marks = found.delimiters
    assert (marks.field, marks.component, marks.repeat, marks.escape, marks.subcomponent) == ("^", "~", "|", "\\", "&")
    assert marks.sound


@pytest.mark.parametrize("encoding", ["", "^~", "^~\\\\&", "^^^^", "^~\\&##", "ab~\\"])
def test_case_12_missing_or_doubled_delimiters_are_completed_and_said_to_be_unsound(encoding):
    marks = head(f"MSH|{encoding}|A".encode()).delimiters
    assert not marks.sound
    named = [mark for mark in (marks.component, marks.repeat, marks.escape, marks.subcomponent) if mark]
    assert len(set(named)) == len(named)
    assert "|" not in named


@pytest.mark.parametrize(
    "raw", [b"", b"M", b"MSH", b"MSH ", b"MSHA|", b"PID|1", b"\x0bMSH|^~\\&|", b"{}", b"MSH\r", b"MSH\xe9", b"  PID|"]
)
def test_case_13_what_has_no_msh_is_refused_with_its_place(raw):
    with pytest.raises(InputError) as refused:
        head(raw)
    assert refused.value.code == "RL-WIR-201"
    assert refused.value.where.startswith("byte ")


def test_case_14_a_byte_order_mark_and_blanks_before_msh_are_passed_over():
    assert head(b"\xef\xbb\xbf\r\n " + ORU).control_id == "MSG00001"
    assert head(b"\xef\xbb\xbf\r\n " + ORU).at == 6


def test_a_control_id_is_never_trimmed_and_no_two_become_one():
    ids = [b" 1", b"1", b"1 ", b"\xe9", b"\xc3\xa9x", b"\xff"]
    assert len({head(b"MSH|^~\\&|||||||ACK|" + raw + b"|P").control_id for raw in ids}) == len(ids)


def test_line_feeds_end_msh_too():
    assert head(ORU.replace(b"\r", b"\n")).charset == "UNICODE UTF-8"
    assert head(ORU.replace(b"\r", b"\r\n")).charset == "UNICODE UTF-8"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_message_in_wide_characters_is_known_by_its_first_bytes(codec):
    assert head(ORU.decode().encode(codec)).control_id == "MSG00001"
