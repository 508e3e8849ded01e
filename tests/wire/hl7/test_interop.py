"""Programs not written here read what is built here, and agree on every value: python-hl7 and hl7apy."""

from datetime import UTC, datetime

import pytest

from relight.wire.hl7 import AckCode, AckError, Condition, ack, head, read, read_ack, split
from relight.wire.law import (
    AnsweredOrder,
    AnsweredSample,
    Coded,
    Envelope,
    Order,
    OrderAnswer,
    OrderControl,
    Patient,
    PatientId,
    Query,
    QueryKind,
    QueryStatus,
    SampleId,
    WorkOrder,
    answers_build,
    negative,
    orders_build,
    query_build,
    response_build,
)
from support.hl7 import DATA, NO_DATA, ORU, samples

hl7 = pytest.importorskip("hl7", reason="python-hl7 is not installed")
parser = pytest.importorskip("hl7apy.parser", reason="hl7apy is not installed")

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ENVELOPE = Envelope(control_id="M1", at=NOW, sender_app="RELIGHT", receiver_app="A|B^1")
SAMPLE = SampleId(value="022", authority="BARCODE")
QUERY = Query(kind=QueryKind.SAMPLE, tag="t1", sample="022")
WORK = WorkOrder(
    sample=SAMPLE,
    patient=Patient(ids=(PatientId(value="4711", authority="HOSP", kind="PI"),), family="D'é|x&y", given="Luc"),
    orders=(Order(control=OrderControl.NEW, placer="P1", test=Coded(code="20490", text="CRP"), priority="R"),),
)
ANSWER = AnsweredSample(sample=SAMPLE, orders=(AnsweredOrder(answer=OrderAnswer.ACCEPTED, placer="P1", status="SC"),))
BUILT = {
    "ACK": ack(head(ORU), AckCode.AE, control_id="R1", at=NOW, text="no", error=AckError(condition=Condition.INTERNAL)),
    "QBP": query_build(QUERY, envelope=ENVELOPE),
    "RSP": response_build(QUERY, asked="q1", status=QueryStatus.FOUND, envelope=ENVELOPE),
    "OML": orders_build([WORK], envelope=ENVELOPE),
    "OML, none": orders_build([negative(SAMPLE)], envelope=ENVELOPE),
    "ORL": answers_build([ANSWER], asked="q1", envelope=ENVELOPE),
}


@pytest.mark.parametrize("name", BUILT)
def test_python_hl7_reads_every_value_of_what_is_built_here(name):
    message = hl7.parse(BUILT[name].decode())
    own = read(BUILT[name])
    assert [str(segment[0]) for segment in message] == [segment.name for segment in own.segments]
    for segment, theirs in zip(own.segments, message, strict=True):
        for number, text in enumerate(segment.fields):
            assert str(theirs[number]) == text


@pytest.mark.parametrize("name", BUILT)
def test_hl7apy_reads_what_is_built_here(name):
    message = parser.parse_message(BUILT[name].decode(), find_groups=False)
    assert message.msh.msh_10.value == head(BUILT[name]).control_id
    assert [child.name for child in message.children] == [segment.name for segment in read(BUILT[name]).segments]


def test_python_hl7_unescapes_what_is_escaped_here():
    message = hl7.parse(BUILT["OML"].decode())
    assert message.unescape(str(message["PID"][0][5][0][0])) == "D'é|x&y"
    assert read(BUILT["OML"]).get("PID-5.1") == "D'é|x&y"


def test_an_acknowledgement_of_python_hl7_is_read():
    answer = hl7.parse(ORU.decode()).create_ack("AA", message_id="R1")
    found = read_ack(str(answer).encode())
    assert (found.code, found.control_id) == (AckCode.AA, "MSG00001")


@pytest.mark.skipif(not DATA.is_dir(), reason=NO_DATA)
def test_on_real_messages_python_hl7_and_we_split_every_field_alike():
    compared = 0
    for path in samples():
        for piece in split(path.read_bytes()):
            if piece.problem is not None or path.suffix == ".txt":
                continue
            own = read(piece.content)
            if {problem.code for problem in own.problems} - {"RL-WIR-207"} or own.delimiters.field != "|":
                continue
            theirs = hl7.parse(own.text.replace("\r\n", "\r").replace("\n", "\r"))
            for segment, other in zip(own.segments, [s for s in theirs if str(s)], strict=True):
                assert [str(field).strip() for field in other] == [text.strip() for text in segment.fields], path
                compared += len(segment.fields)
    assert compared > 20_000
