"""Acknowledgements: wanted, written, read. Cases: docs/design/hl7.md."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import PeerError
from relight.wire.hl7 import AckCode, AckError, Condition, Want, ack, ack_wanted, head, read, read_ack, stamp
from relight.wire.mllp import Reader, frame
from support.hl7 import ORU

NOW = datetime(2026, 11, 23, 10, 15, 1, 999, tzinfo=timezone(timedelta(hours=1)))


def asked(accept="", application="", kind="ORU^R01"):
    return head(f"MSH|^~\\&|||||||{kind}|1|P|2.5.1|||{accept}|{application}".encode())


def test_case_60_an_acknowledgement_swaps_the_ends_and_names_the_message():
    answer = ack(head(ORU), AckCode.AA, control_id="R1", at=NOW)
    assert answer == (
        b"MSH|^~\\&|LIS|HOSP|COBAS|LAB|20261123101501+0100||ACK^R01^ACK|R1|P|2.5.1||||||UNICODE UTF-8\r"
        b"MSA|AA|MSG00001\r"
    )


def test_case_60_it_is_read_back():
    answer = read_ack(ack(read(ORU), AckCode.CE, control_id="R1", at=NOW, text="é | full"))
    assert (answer.code, answer.control_id, answer.text, answer.type) == (AckCode.CE, "MSG00001", "é | full", "ACK")
    assert answer.errors == ()


@given(st.binary(max_size=20).filter(lambda raw: not set(raw) & set(b"|\r\n\x0b")))
def test_case_61_msa_2_is_msh_10_byte_for_byte_whatever_it_holds(control_id):
    found = head(b"MSH|^~\\&|||||||ORU^R01|" + control_id + b"|P|2.5.1")
    answer = ack(found, AckCode.AA, control_id="R1", at=NOW)
    assert answer.split(b"\r")[1].split(b"|")[2] == control_id
    assert [event.content for event in Reader().receive(frame(answer))] == [answer]
    assert head(answer.replace(b"|R1|", b"|" + control_id + b"|")).control_id == found.control_id


def test_case_62_the_delimiters_of_the_sender_are_used():
    answer = ack(head(b"MSH^~|\\&^A^B^C^D^2012^^ADT~A24^77^T^2.4\r"), AckCode.AA, control_id="R1", at=NOW)
    assert answer.startswith(b"MSH^~|\\&^C^D^A^B^20261123101501+0100^^ACK~A24~ACK^R1^T^2.4\rMSA^AA^77\r")


def test_case_63_the_answer_is_in_the_character_set_of_the_sender():
    found = head(b"MSH|^~\\&|A|||||||1|P|2.5.1||||||8859/1")
    assert "é".encode("iso8859-1") in ack(found, AckCode.AE, control_id="R1", at=NOW, text="é")
    assert b"?" in ack(found, AckCode.AE, control_id="R1", at=NOW, text="Ж")
    wide = ORU.decode().encode("utf-16")
    assert read_ack(ack(head(wide), AckCode.AA, control_id="R1", at=NOW)).control_id == "MSG00001"


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("2.1", b"|ACK|"),
        ("2.2", b"|ACK^R01|"),
        ("2.3", b"|ACK^R01|"),
        ("2.3.1", b"|ACK^R01^ACK|"),
        ("2.8", b"|ACK^R01^ACK|"),
    ],
)
def test_case_64_msh_9_is_what_the_version_of_the_sender_knows(version, kind):
    assert kind in ack(head(f"MSH|^~\\&|||||||ORU^R01|1|P|{version}".encode()), AckCode.AA, control_id="1", at=NOW)


@pytest.mark.parametrize("version", ["2.3", "2.4", "2.5", "2.5.1", "2.8"])
def test_case_65_a_refusal_says_where_and_why(version):
    found = head(f"MSH|^~\\&|||||||ORU^R01|1|P|{version}".encode())
    error = AckError(condition=Condition.VALUE_UNKNOWN, location="OBX-3", code="RL-LAB-012", text="a|b unknown")
    answer = read_ack(ack(found, AckCode.AE, control_id="R1", at=NOW, error=error))
    assert len(answer.errors) == 1
    fault = answer.errors[0]
    assert (fault.code, fault.severity, fault.text) == ("103", "E", "a|b unknown")
    assert fault.location.startswith("OBX")


def test_case_66_law_names_its_transaction_in_the_answer():
    found = head(b"MSH|^~\\&|cobas||host||2018||OUL^R22^OUL_R22|97|P|2.5.1|||NE|AL||UNICODE UTF-8|||LAB-29^IHE")
    answer = read(ack(found, AckCode.AA, control_id="R1", at=NOW))
    assert answer.get("MSH-21") == "LAB-29^IHE"
    assert answer.get("MSH-9") == "ACK^R22^ACK"
    other = head(b"MSH|^~\\&|||||||ORU^R01|1|P|2.5.1|||||||||Z22^CDC")
    assert read(ack(other, AckCode.AA, control_id="R1", at=NOW)).get("MSH-21") == ""


def test_case_67_without_msh_15_and_16_the_application_answers_once():
    plan = ack_wanted(asked())
    assert not plan.enhanced
    assert (plan.accept, plan.application) == (Want.NEVER, Want.ALWAYS)


@pytest.mark.parametrize(
    ("accept", "application", "wanted"),
    [
        ("AL", "NE", (Want.ALWAYS, Want.NEVER)),
        ("NE", "AL", (Want.NEVER, Want.ALWAYS)),
        ("ER", "SU", (Want.ERRORS, Want.SUCCESSES)),
        ("AL", "", (Want.ALWAYS, Want.NEVER)),
        ("", "AL", (Want.NEVER, Want.ALWAYS)),
    ],
)
def test_case_68_enhanced_mode_says_which_answer_it_wants(accept, application, wanted):
    plan = ack_wanted(asked(accept, application))
    assert plan.enhanced
    assert (plan.accept, plan.application) == wanted


def test_case_68_a_want_holds_for_its_outcomes():
    assert [
        (w.holds(accepted=True), w.holds(accepted=False))
        for w in (Want.ALWAYS, Want.NEVER, Want.ERRORS, Want.SUCCESSES)
    ] == [
        (True, True),
        (False, False),
        (False, True),
        (True, False),
    ]


def test_case_69_a_word_that_is_no_want_is_not_said():
    assert not ack_wanted(asked("", "2")).enhanced  # some analyzers number their samples and controls there


@pytest.mark.parametrize("kind", ["ACK^R01", "ORL^O34", "RSP^K11", "ORR^O02", "MCF"])
def test_case_70_an_answer_is_not_answered(kind):
    plan = ack_wanted(asked(kind=kind))
    assert (plan.accept, plan.application) == (Want.NEVER, Want.NEVER)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"MSH|^~\\&|||||||ACK|1|P|2.5\r", "RL-WIR-215"),
        (b"MSH|^~\\&|||||||ACK|1|P|2.5\rMSA|OK|1\r", "RL-WIR-216"),
        (b"MSH|^~\\&|||||||ACK|1|P|2.5\rMSA\r", "RL-WIR-216"),
    ],
)
def test_case_71_what_acknowledges_nothing_is_refused(raw, code):
    with pytest.raises(PeerError) as refused:
        read_ack(raw)
    assert refused.value.code == code


def test_case_72_times_are_written_with_their_zone():
    assert stamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "20260102030405+0000"
    assert (
        stamp(datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(-timedelta(hours=3, minutes=30)))) == "20260102030405-0330"
    )
    assert stamp(datetime(2026, 1, 2, 3, 4, 5)) == "20260102030405"


@given(st.binary(max_size=80))
def test_any_head_can_be_answered_and_the_answer_read(rest):
    found = head(b"MSH|^~\\&" + rest)
    answer = ack(found, AckCode.AR, control_id="R1", at=NOW, text="no", error=AckError(location="MSH-9"))
    assert read_ack(answer).code is AckCode.AR
