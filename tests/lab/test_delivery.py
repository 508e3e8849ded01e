"""Delivery to the laboratory system: in order, the same bytes at every attempt, refused ones aside."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from relight.journal.api import writing
from relight.lab.errors import LIS_AWAY, LIS_REFUSED, LIS_SILENT
from relight.lab.models import Lis, Message, Report, Result
from relight.lab.rules.outgoing import PatientOut, ReportOut, ResultOut, control_id_of, report_message
from relight.lab.services.delivery import Outcome, Parcel, delivery_next, delivery_outcomes, lis_failing
from relight.lab.services.inbox import inbox_store
from relight.lab.shell.lis import Away, line_to
from relight.lab.types import Incoming, Protocol, Rung, Validation
from relight.people.api import Role
from relight.wire import hl7
from relight.wire.astm import records as astm
from support.gateway import LisStandIn
from support.lab import link_made, lis_made, scenario_act
from support.process import port_free

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ID = UUID("01a208d0-254d-7d54-9dfc-5b1a314e390e")


def result_out(**more):
    fields = {
        "code": "K", "loinc": "2823-3", "name": "Potassium", "value": "4,1", "number": "4.1", "unit": "mmol/L",
        "range": "3.5-5.1", "flags": (), "corrects": False, "measured_at": AT, "instrument": "c311-1",
    }  # fmt: skip
    return ResultOut(**fields | more)


def report_out(*results, **more):
    fields = {
        "id": ID, "control_id": control_id_of(ID), "link": "chem", "sample": "S1", "order": "ORD7",
        "patient": PatientOut(ids=(("77", "HOSP"),), family="DUPONT^X", given="Élise", sex="F"),
        "validation": Validation.PRELIMINARY,
    }  # fmt: skip
    return ReportOut(**fields | more, results=results or (result_out(),))


# --- what is said ---


def test_a_report_leaves_as_an_oru_that_says_exactly_what_is_known():
    message = hl7.read(report_message(report_out(), protocol=Protocol.HL7, at=AT))
    assert (message.type, message.trigger, message.control_id) == ("ORU", "R01", control_id_of(ID))
    assert message.get("PID-3.1") == "77"
    assert message.get("PID-5.1") == "DUPONT^X"
    assert message.get("PID-5.2") == "Élise"
    assert message.get("OBR-3") == "S1"
    assert [message.get(f"OBX-{n}") for n in (2, 5, 7, 11)] == ["NM", "4.1", "3.5-5.1", "P"]
    assert message.get("OBX-3.1") == "2823-3"
    assert message.get("OBX-3.4") == "K"
    assert message.get("OBX-6.1") == "mmol/L"
    assert message.get("SPM-2") == "S1"
    assert not message.problems


@pytest.mark.parametrize(
    ("validation", "corrects", "status"),
    [(Validation.PRELIMINARY, False, "P"), (Validation.VALIDATED, False, "F"), (Validation.AUTO, False, "F"),
     (Validation.PRELIMINARY, True, "C")],
)  # fmt: skip
def test_a_result_nobody_validated_says_preliminary(validation, corrects, status):
    out = report_out(result_out(corrects=corrects), validation=validation)
    assert hl7.read(report_message(out, protocol=Protocol.HL7, at=AT)).get("OBX-11") == status
    told = astm.read(report_message(out, protocol=Protocol.ASTM, at=AT))
    assert next(record for record in told.records if record.type == "R").field(9) == status


def test_a_text_result_stays_a_text():
    message = hl7.read(report_message(report_out(result_out(number="", value="<0.5")), protocol=Protocol.HL7, at=AT))
    assert (message.get("OBX-2"), message.get("OBX-5")) == ("ST", "<0.5")


def test_a_mended_report_has_another_control_id_and_an_unchanged_one_the_same():
    assert control_id_of(ID) == control_id_of(ID) != control_id_of(ID, revision=1)
    assert len(control_id_of(ID)) == 20


# --- what goes next ---


@pytest.fixture
def waiting(db, act_for):
    """Lay reports that wait for a laboratory system."""
    act = act_for(Role.SYSTEM)
    settings = lis_made()
    link_made("chem", lis="glims")
    link_made("haem", lis="glims")

    def lay(count, *, link="chem", **more):
        items = [
            Incoming(link=link, protocol=Protocol.HL7, content=b"MSH|", control_id=f"{n}", type="ORU^R01", at=AT,
                     idem=f"{link}{n}".encode().ljust(32))
            for n in range(count)
        ]  # fmt: skip
        stored = inbox_store(act=act, items=items)
        with writing(scenario_act()) as log:
            for place, one in enumerate(stored):
                report = Report.objects.create(
                    pk=UUID(int=one.seq), message_id=one.seq, part=1, link_id=link, lis_id="glims",
                    sample=f"S{place}", state="waiting", made_at=AT, **more,
                )  # fmt: skip
                Result.objects.create(
                    pk=UUID(int=one.seq), report=report, line=1, code="K", loinc="2823-3", value="4.1",
                    number="4.1", unit="mmol/L",
                )  # fmt: skip
            Message.objects.filter(seq__in=[one.seq for one in stored]).update(state="waiting")
            log.entry("lab.read", subject="lab:inbox", body={})
        return [UUID(int=one.seq) for one in stored]

    lay.act, lay.lis = act, settings
    return lay


def test_reports_go_in_the_order_their_messages_came(waiting):
    first, second = waiting(3), waiting(2, link="haem")
    parcels = delivery_next(act=waiting.act, lis=waiting.lis, limit=10)
    assert [parcel.report for parcel in parcels] == first + second


def test_every_attempt_sends_the_same_bytes_under_the_same_id(waiting):
    (report,) = waiting(1)
    (before,) = delivery_next(act=waiting.act, lis=waiting.lis, limit=1)
    with writing(scenario_act()) as log:
        Report.objects.filter(pk=report).update(validation="validated")
        log.entry("lab.validate", subject=f"report:{report}", body={})
    (after,) = delivery_next(act=waiting.act, lis=waiting.lis, limit=1)
    assert after == before
    assert Report.objects.get(pk=report).attempts == 2


def test_what_is_delivered_is_not_sent_again_and_what_is_refused_stands_aside(waiting):
    one, two, three = waiting(3)
    delivery_next(act=waiting.act, lis=waiting.lis, limit=3)
    outcomes = [Outcome(report=one), Outcome(report=two, code=LIS_REFUSED.code, text="AE unknown sample")]
    delivery_outcomes(act=waiting.act, lis="glims", outcomes=outcomes)
    assert [parcel.report for parcel in delivery_next(act=waiting.act, lis=waiting.lis, limit=3)] == [three]
    assert list(Message.objects.order_by("seq").values_list("state", flat=True)) == ["delivered", "refused", "waiting"]
    refused = Report.objects.get(pk=two)
    assert (refused.refused_code, refused.refused_text) == ("RL-LAB-063", "AE unknown sample")


def test_an_outcome_told_twice_changes_nothing(waiting):
    (one,) = waiting(1)
    delivery_outcomes(act=waiting.act, lis="glims", outcomes=[Outcome(report=one)])
    delivery_outcomes(act=waiting.act, lis="glims", outcomes=[Outcome(report=one, code=LIS_REFUSED.code)])
    assert Report.objects.get(pk=one).state == "delivered"


def test_nothing_leaves_a_link_that_is_not_trusted_with_results(waiting):
    waiting(1)
    link_made("chem", lis="glims", rung=Rung.IDENTIFICATION)
    assert delivery_next(act=waiting.act, lis=waiting.lis, limit=5) == []


def test_what_waits_is_held_when_its_link_falls_and_what_was_tried_goes_on(waiting, act_for):
    from relight.lab.services.ladder import link_fall

    tried, fresh = waiting(2)
    delivery_next(act=waiting.act, lis=waiting.lis, limit=1)
    link_fall(act=waiting.act, link="chem", code="RL-LAB-153", to=Rung.IDENTIFICATION)
    assert Report.objects.get(pk=fresh).state == "held"
    assert [parcel.report for parcel in delivery_next(act=waiting.act, lis=waiting.lis, limit=5)] == [tried]


def test_a_laboratory_system_that_stays_away_is_noted_once(waiting, django_assert_num_queries):
    lis_failing(act=waiting.act, lis="glims", code=LIS_AWAY.code)
    since = Lis.objects.get(pk="glims").failing_since
    with django_assert_num_queries(1):
        lis_failing(act=waiting.act, lis="glims", code=LIS_AWAY.code)
    assert Lis.objects.get(pk="glims").failing_since == since is not None


# --- the line ---


@pytest.fixture
def peer():
    lis = LisStandIn(port_free()).start()
    yield lis
    lis.stop()


def parcel(control_id="C1"):
    content = b"MSH|^~\\&|RELIGHT||LIS||20261123||ORU^R01|%s|P|2.5.1\r" % control_id.encode()
    return Parcel(report=ID, control_id=control_id, content=content)


def over_a_line(peer, *parcels, timeout_s=5, protocol=Protocol.HL7):
    from relight.lab.types import LisSettings

    async def run():
        settings = LisSettings(
            id="l", name="l", protocol=protocol, host="127.0.0.1", port=peer.port, reply_timeout_s=timeout_s
        )
        line = line_to(settings)
        await line.connect()
        try:
            return [await line.send(one) for one in parcels]
        finally:
            await line.close()

    return asyncio.run(run())


def test_an_accepted_report_is_delivered(peer):
    assert over_a_line(peer, parcel()) == [Outcome(report=ID)]


def test_a_refused_report_carries_the_words_of_the_laboratory_system(peer):
    peer.code = "AE"
    (outcome,) = over_a_line(peer, parcel())
    assert (outcome.code, outcome.text[:2]) == ("RL-LAB-063", "AE")


def test_an_acknowledgement_that_comes_twice_is_never_credited_to_the_next_report(peer):
    peer.copies = 2

    def outcome_of_second(code):
        taken = peer._take

        def take(connection, content):
            peer.code = "AA" if len(peer.received) == 0 else code
            taken(connection, content)

        peer._take = take
        return over_a_line(peer, parcel("C1"), parcel("C2"))[1]

    assert outcome_of_second("AR").code == "RL-LAB-063"


def test_an_answer_under_another_number_is_no_answer(peer):
    peer._take = lambda connection, _: connection.sendall(
        b"\x0bMSH|^~\\&|LIS||RELIGHT||20261123||ACK|1|P|2.5\rMSA|AA|SOMEBODY-ELSE\r\x1c\r"
    )
    with pytest.raises(Away) as away:
        over_a_line(peer, parcel(), timeout_s=1)
    assert away.value.spec is LIS_SILENT


def test_nobody_there_is_said_so(peer):
    peer.stop()
    with pytest.raises(Away) as away:
        over_a_line(peer, parcel())
    assert away.value.spec is LIS_AWAY
