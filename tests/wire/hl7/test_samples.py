"""Every real message is read or refused with a place and a reason, however its bytes come."""

import itertools
from datetime import UTC, datetime

import pytest

from relight.wire.hl7 import AckCode, ack, read, read_ack, split
from relight.wire.law import results
from relight.wire.mllp import Block, Junk, Reader, frame
from support.hl7 import DATA, NO_DATA, samples, slices

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=NO_DATA)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
FILES = samples()
NO_HL7 = {".json", ".xml"}


def messages_of(path):
    return [piece.content for piece in split(path.read_bytes()) if piece.problem is None]


def test_there_are_messages_to_read():
    assert len(FILES) > 300
    assert sum(len(messages_of(path)) for path in FILES) > 330


def test_every_file_gives_messages_or_a_refusal_with_place_and_reason():
    for path in FILES:
        pieces = split(path.read_bytes())
        assert pieces
        for piece in pieces:
            if piece.problem is not None:
                assert piece.problem.code.startswith("RL-WIR-2")
                assert piece.problem.message() and piece.problem.next()
                assert 0 <= piece.at <= path.stat().st_size


def test_what_is_json_or_xml_is_refused_whole():
    files = [path for path in FILES if path.suffix in NO_HL7]
    assert files
    for path in files:
        assert [(piece.problem and piece.problem.code, piece.at) for piece in split(path.read_bytes())] == [
            ("RL-WIR-200", 0)
        ]


def test_every_message_is_given_back_byte_for_byte_and_all_its_segments_are_there():
    for path in FILES:
        data = path.read_bytes()
        for piece in split(data):
            if piece.problem is None:
                assert data[piece.at : piece.at + len(piece.content)] == piece.content
                message = read(piece.content)
                assert message.render() == piece.content
                assert len(message.tree()) == len(message.segments) == len(message.lines())
                assert all(0 <= problem.at <= len(piece.content) for problem in message.problems)


@pytest.mark.parametrize("size", [None, 1, 1460])
def test_fed_whole_byte_by_byte_or_in_packets_with_bytes_after_them_frames_hold_the_same_messages(size):
    for path in FILES:
        contents = [content for content in messages_of(path) if b"\x0b" not in content]
        data = b"".join(map(frame, contents)) + b"trailing"
        reader, events = Reader(), []
        for piece in [data] if size is None else slices(data, itertools.repeat(size)):
            events += reader.receive(piece)
        assert [event.content for event in events if isinstance(event, Block)] == contents
        assert b"".join(event.content for event in events if isinstance(event, Junk)) == b"trailing"
        assert reader.end() == []


def test_bytes_after_a_message_never_change_what_stands_before_them():
    for path in FILES:
        for content in messages_of(path)[:2]:
            whole, longer = read(content), read(content.rstrip(b"\r\n") + b"\rZZZ|trailing")
            if longer.segments[-1].name == "ZZZ":
                kept = longer.tree()[:-1]
                assert kept == whole.tree()[: len(kept)]


def test_every_message_can_be_acknowledged():
    for path in FILES:
        for content in messages_of(path):
            message = read(content)
            answer = ack(message, AckCode.AA, control_id="R1", at=NOW)
            assert read_ack(answer).control_id == message.control_id


def test_every_observation_of_a_result_is_in_exactly_one_place():
    for path in FILES:
        for content in messages_of(path):
            message = read(content)
            found = [line.number for group in results(message) for line in (*group.results, *group.about)]
            assert sorted(found) == list(range(1, len(message.all("OBX")) + 1))
