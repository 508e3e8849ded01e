"""LAB-27 and LAB-28: queries and work orders. Cases: docs/design/hl7.md."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import InputError, PeerError
from relight.wire.hl7 import AckCode, AckPlan, Delimiters, Want, ack_wanted, head, read
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
    Role,
    SampleId,
    WorkOrder,
    answers_build,
    answers_read,
    negative,
    orders_build,
    orders_read,
    query_build,
    query_read,
    response_build,
    response_read,
)
from support.hl7 import DATA, NO_DATA, TEXT

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
ENVELOPE = Envelope(control_id="M1", at=NOW, sender_app="RELIGHT", receiver_app="cobas pro")
PATIENT = Patient(
    ids=(PatientId(value="4711", authority="HOSP", kind="PI"),),
    family="Martin",
    given="Luc",
    birth="19610615",
    sex="M",
    visit="V7",
    ward="CHIR",
)
WORK = WorkOrder(
    sample=SampleId(value="022", authority="BARCODE"),
    patient=PATIENT,
    sample_type=Coded(code="SER", text="Serum", system="HL70487"),
    collected_at="20261123080000",
    rack="50120",
    position="2",
    orders=(
        Order(control=OrderControl.NEW, placer="P1", test=Coded(code="20490", text="CRP", system="99ROC"), priority="S", ordered_at="20261123090000"),
        Order(control=OrderControl.CANCEL, placer="P2", test=Coded(code="20340", system="99ROC"), dilution="5", specimen_action="A"),
    ),
)  # fmt: skip


def query_of(qpd):
    return query_read(
        read(f"MSH|^~\\&|BA400||Host||20230509||QBP^Q11^QBP_Q11|q1|P|2.5.1|||ER|AL\rQPD|{qpd}\rRCP|I||R\r".encode())
    )


def test_case_110_a_query_names_its_sample():
    query = query_of("WOS^Work Order Step^IHE_LABTF|070496a9|32899042")
    assert (query.kind, query.tag, query.sample) == (QueryKind.SAMPLE, "070496a9", "32899042")
    assert query_of("WOS|t|022^BARCODE").authority == "BARCODE"


@pytest.mark.parametrize(
    ("qpd", "kind"),
    [
        ("WOS_ALL^^IHELAW|t", QueryKind.ALL),
        ("WOS_BY_RACK^^IHELAW|t||R1|4", QueryKind.RACK),
        ("WOS^Work Order Step^IHELAW|t||R1|4", QueryKind.RACK),
        ("WOS_BY_TRAY|t||||T1|3", QueryKind.TRAY),
        ("WOS|t||||T1|3", QueryKind.TRAY),
        ("WOS_BY_ISOLATE|t|||||||I7", QueryKind.ISOLATE),
    ],
)
def test_case_111_a_query_may_ask_by_place_or_for_all(qpd, kind):
    assert query_of(qpd).kind is kind


def test_case_112_a_query_that_names_nothing_is_refused():
    for qpd in ("WOS|t|", 'WOS|t|""', "WOS_BY_RACK|t"):
        with pytest.raises(InputError) as refused:
            query_of(qpd)
        assert refused.value.code == "RL-WIR-240"


def test_case_113_what_is_no_query_is_refused():
    with pytest.raises(InputError) as refused:
        query_read(read(b"MSH|^~\\&|||||||ORU^R01|1|P|2.5.1\r"))
    assert refused.value.code == "RL-WIR-241"


QUERIES = st.builds(
    Query,
    kind=st.just(QueryKind.SAMPLE),
    tag=TEXT,
    sample=TEXT.filter(lambda text: text not in ("", '""')),
    rack=TEXT.filter(lambda text: text != '""'),
)


@given(QUERIES)
def test_case_114_a_query_that_is_written_is_read_the_same(query):
    found = query_read(read(query_build(query, envelope=ENVELOPE)))
    assert (found.kind, found.sample, found.rack) == (query.kind, query.sample, query.rack)
    assert found.tag == ("" if query.tag == '""' else query.tag)
    assert found.name == Coded(code="WOS", text="Work Order Step", system="IHELAW")


@pytest.mark.parametrize("status", list(QueryStatus))
def test_case_115_the_response_echoes_the_query_and_says_what_is_known(status):
    asked = head(b"MSH|^~\\&|BA400||Host||20230509||QBP^Q11^QBP_Q11|q1|P|2.5.1")
    query = query_of("WOS^Work Order Step^IHE_LABTF|t7|022^BARCODE")
    envelope = Envelope.answering(asked, control_id="M2", at=NOW)
    raw = response_build(query, asked=asked.control_id, status=status, envelope=envelope)
    found = response_read(raw)
    assert (found.code, found.asked, found.tag, found.status, found.query) == (AckCode.AA, "q1", "t7", status, query)
    assert read(raw).get("MSH-9") == "RSP^K11^RSP_K11"
    assert (read(raw).get("MSH-3"), read(raw).get("MSH-5")) == ("Host", "BA400")


@pytest.mark.parametrize("control_id", ["a\\T\\b", " 7 ", "x\\"])
def test_case_116_msa_2_is_the_control_id_as_it_came(control_id):
    asked = head(f"MSH|^~\\&|||||||QBP^Q11|{control_id}|P|2.5.1".encode())
    envelope = Envelope.answering(asked, control_id="M2", at=NOW)
    raw = response_build(query_of("WOS|t|1"), asked=asked.control_id, status=QueryStatus.NOT_FOUND, envelope=envelope)
    assert response_read(raw).asked == control_id


def test_case_116_an_answer_is_written_in_the_delimiters_of_the_asker():
    asked = head(b"MSH^~|\\&^A^B^C^D^2012^^QBP~Q11^77^T^2.5.1\r")
    envelope = Envelope.answering(asked, control_id="M2", at=NOW)
    assert envelope.delimiters == Delimiters(field="^", component="~", repeat="|")
    raw = response_build(query_of("WOS|t|1"), asked="77", status=QueryStatus.FOUND, envelope=envelope)
    assert raw.startswith(b"MSH^~|\\&^C^D^A^B^")
    assert response_read(raw).asked == "77"


def test_case_120_a_work_order_that_is_written_is_read_the_same():
    assert orders_read(read(orders_build([WORK], envelope=ENVELOPE))) == (WORK,)


def test_case_120_two_samples_stay_two():
    other = WorkOrder(sample=SampleId(value="023"), patient=PATIENT, orders=WORK.orders[:1])
    assert orders_read(read(orders_build([WORK, other], envelope=ENVELOPE))) == (WORK, other)


def test_case_121_law_asks_for_the_answer_of_the_application():
    found = head(orders_build([WORK], envelope=ENVELOPE))
    assert (found.type, found.trigger, found.structure) == ("OML", "O33", "OML_O33")
    assert ack_wanted(found) == AckPlan(enhanced=True, accept=Want.NEVER, application=Want.ALWAYS)
    assert found.text(21) == "LAB-28^IHE"


def test_case_122_no_work_is_said_by_one_order_that_says_so():
    raw = orders_build([negative(SampleId(value="022"), rack="S54", position="14")], envelope=ENVELOPE)
    lines = raw.decode().split("\r")
    assert lines[1:5] == ["SPM|1||||||||||U^^HL70369", "SAC|||022|||||||S54|14", "ORC|DC", ""]
    (found,) = orders_read(read(raw))
    assert (found.sample.value, [order.control for order in found.orders]) == ("022", [OrderControl.NONE])


def test_case_123_two_patients_never_stand_in_one_order_message():
    other = WorkOrder(sample=SampleId(value="023"), patient=Patient(family="Other"), orders=WORK.orders)
    with pytest.raises(InputError) as refused:
        orders_build([WORK, other], envelope=ENVELOPE)
    assert refused.value.code == "RL-WIR-241"
    with pytest.raises(InputError):
        orders_build([], envelope=ENVELOPE)


def test_case_124_a_control_has_no_patient():
    control = WorkOrder(sample=SampleId(value="QC1"), role=Role.CONTROL, orders=WORK.orders[:1])
    raw = orders_build([control], envelope=ENVELOPE)
    assert read(raw).first("PID") is None
    assert orders_read(read(raw)) == (control,)


def test_case_125_an_order_outside_any_sample_is_refused():
    for line in (b"ORC|NW|1", b"OBR|1|1||X"):
        with pytest.raises(InputError) as refused:
            orders_read(read(b"MSH|^~\\&|||||||OML^O33|1|P|2.5.1\r" + line))
        assert refused.value.code == "RL-WIR-242"
    with pytest.raises(InputError):
        orders_read(read(b"MSH|^~\\&|||||||ORU^R01|1|P|2.5.1\r"))


ANSWERED = AnsweredSample(
    sample=SampleId(value="022", authority="BARCODE"),
    orders=(
        AnsweredOrder(answer=OrderAnswer.ACCEPTED, placer="P1", status="SC"),
        AnsweredOrder(answer=OrderAnswer.UNABLE, placer="P2", status="CA"),
    ),
)


def test_case_126_the_answer_says_for_each_order_whether_it_is_taken():
    raw = answers_build([ANSWERED], asked="M1", envelope=ENVELOPE)
    found = answers_read(raw)
    assert (found.code, found.asked, found.samples) == (AckCode.AA, "M1", (ANSWERED,))
    assert read(raw).get("MSH-9") == "ORL^O34^ORL_O42"
    assert not ack_wanted(head(raw)).enhanced


def test_case_127_an_analyzer_that_knows_no_such_sample_refuses_whole():
    found = answers_read(answers_build([], asked="M1", envelope=ENVELOPE, code=AckCode.AR, text="unknown"))
    assert (found.code, found.asked, found.text, found.samples) == (AckCode.AR, "M1", "unknown", ())


def test_case_128_what_is_no_answer_to_orders_is_refused():
    for kind in ("ORU^R01", "RSP^K11"):
        with pytest.raises(InputError):
            answers_read(f"MSH|^~\\&|||||||{kind}|1|P|2.5.1\rMSA|AA|1".encode())
    with pytest.raises(PeerError):
        answers_read(b"MSH|^~\\&|||||||ORL^O34|1|P|2.5.1\r")
    with pytest.raises(InputError):
        response_read(b"MSH|^~\\&|||||||RSP^K11|1|P|2.5.1\rMSA|AA|1\rQAK|1|??")


@pytest.mark.skipif(not DATA.is_dir(), reason=NO_DATA)
def test_real_orders_are_read():
    found = {path.name: orders_read(read(path.read_bytes())) for path in (DATA / "crs4+hl7apy").glob("OML*")}
    assert len(found) == 4
    two = found["OML_O33_OML_O33_7.hl7"]
    assert [(work.sample.value, [order.test.code for order in work.orders]) for work in two] == [
        ("100187400201", ["TPO"]),
        ("100187400101", ["CA", "HDL", "LDL"]),
    ]
