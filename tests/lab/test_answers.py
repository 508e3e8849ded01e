"""Host queries: what an analyzer is told, on which rung, and that it is durable before it leaves."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.journal.api import entry_list
from relight.kernel.errors import MissingError
from relight.lab.models import Exchange, Message
from relight.lab.rules.dialects import dialect_of
from relight.lab.rules.orders_astm import Work, text_fitted
from relight.lab.selectors.codes import codes_of_link
from relight.lab.selectors.codes import tests_alike as alike
from relight.lab.selectors.exchanges import exchanges_waiting
from relight.lab.selectors.orders import order_get
from relight.lab.services.answers import Answer, exchange_outcome, orders_push, query_answer
from relight.lab.services.orders import order_cancel, order_tests_add
from relight.lab.types import MessageKind, MessageState, Protocol, Rung
from relight.wire import hl7, law
from relight.wire.astm import records
from support.astm import bytes_of, files, needs_data
from support.lab_orders import CREATININE, HAEMOGLOBIN, POTASSIUM, SODIUM, new_order, order_typed

HEAD = b"H|\\^&|||cobas-e411^1|||||host|TSREQ^REAL|P|1\r"
END = b"L|1|N\r"
CODES = {SODIUM: "NA", POTASSIUM: "K", CREATININE: "CREA"}


def astm_query(*lines: bytes, head: bytes = HEAD) -> bytes:
    """One query with these Q records."""
    return head + b"".join(line + b"\r" for line in lines) + END


def law_query(sample: str, *, name: str = "WOS^Work Order Step^IHELAW") -> bytes:
    """One LAB-27 query."""
    return "\r".join(
        [
            "MSH|^~\\&|AN|LAB|RELIGHT|H|20261123140500||QBP^Q11^QBP_Q11|77|P|2.5.1||||||UNICODE UTF-8|||LAB-27^IHE",
            f"QPD|{name}|T1|{sample}",
            "RCP|I||R",
            "",
        ]
    ).encode()


@pytest.fixture
def analyzer(link: Any, act_for: Any) -> Any:
    """`analyzer("chem", rung=…)`: a link whose codes people mapped: NA, K and CREA."""
    from relight.journal.api import new_id, writing
    from relight.lab.models import TestMap

    def make(id: str = "chem", *, rung: Rung = Rung.ORDERS, **settings: Any) -> str:
        link(id, rung=rung, **settings)
        act = act_for("laboratory")
        with writing(act) as log:
            for loinc, code in CODES.items():
                TestMap.objects.create(
                    id=new_id(act.at), link_id=id, code=code, loinc=loinc, name=code, by=act.actor, at=act.at
                )
            log.entry("lab.map", subject=f"link:{id}", body={})
        return id

    return make


@pytest.fixture
def ask(gateway: Any) -> Any:
    """`ask("chem", content)`: answer one query."""

    def answer(link: str, content: bytes, *, protocol: Protocol = Protocol.ASTM, message: Any = None) -> Answer:
        return query_answer(act=gateway(), link=link, content=content, protocol=protocol, message_id=message)

    return answer


def told(answer: Answer) -> records.Message:
    """Read the one ASTM message of an answer."""
    (content,) = answer.messages
    return records.read(content, encoding="iso8859-1")


def ordered(message: records.Message) -> dict[str, list[str]]:
    """The codes each sample of an answer is ordered for."""
    found: dict[str, list[str]] = {}
    for patient in message.patients():
        for order in patient.orders:
            assert order.record is not None
            codes = [order.record.component(5, 4, n) for n in range(len(order.record.repeats(5)))]
            found[order.record.field(3)] = [code for code in codes if code]
    return found


@pytest.mark.django_db
class TestRungs:
    """What a link is told depends on how far it is trusted."""

    def test_on_paper_nothing_is_known(self, analyzer: Any, ask: Any, act_for: Any) -> None:
        """The analyzer is told so, in the protocol's own way."""
        order = order_typed(act_for("nurse"))
        analyzer(rung=Rung.PAPER)
        answer = told(ask("chem", astm_query(f"Q|1|^{order.sample}||ALL".encode())))
        assert [record.type for record in answer.records] == ["H", "L"]
        assert answer.records[-1].field(3) == "I"

    @pytest.mark.parametrize("rung", [Rung.IDENTIFICATION, Rung.RESULTS])
    def test_below_orders_it_learns_who_the_sample_is_and_no_test(
        self, analyzer: Any, ask: Any, act_for: Any, rung: Rung
    ) -> None:
        """Names are filled in; the tests are still chosen by hand."""
        order = order_typed(act_for("nurse"))
        analyzer(rung=rung)
        answer = told(ask("chem", astm_query(f"Q|1|^{order.sample}||ALL".encode())))
        assert ordered(answer) == {order.sample: []}
        patient = answer.patients()[0].record
        assert patient is not None
        assert (patient.component(6, 1), patient.component(6, 2)) == ("Noël", "Jeanne")
        assert (patient.field(8), patient.field(9), patient.field(3)) == ("19510309", "F", "A-104233")
        assert order_get(order.id).tests[0].state == "wanted"

    @pytest.mark.parametrize("rung", [Rung.ORDERS, Rung.AUTOVALIDATION])
    def test_from_orders_on_it_learns_its_tests_in_its_own_codes(
        self, analyzer: Any, ask: Any, act_for: Any, rung: Rung
    ) -> None:
        """What it does not do is left out, and what it was told is marked as sent."""
        order = order_typed(act_for("nurse"), SODIUM, CREATININE, HAEMOGLOBIN)
        analyzer(rung=rung)
        answer = told(ask("chem", astm_query(f"Q|1|^{order.sample}||ALL".encode())))
        assert ordered(answer) == {order.sample: ["NA", "CREA"]}
        states = {test.loinc: test.state for test in order_get(order.id).tests}
        assert states == {SODIUM: "sent", CREATININE: "sent", HAEMOGLOBIN: "wanted"}

    def test_asked_again_it_is_told_the_same(self, analyzer: Any, ask: Any, act_for: Any) -> None:
        """An answer lost on the way costs nothing; what is measured is not ordered again."""
        from tests.lab.test_orders import _done

        order = order_typed(act_for("nurse"), SODIUM, CREATININE)
        analyzer()
        query = astm_query(f"Q|1|^{order.sample}||ALL".encode())
        first, again = told(ask("chem", query)), told(ask("chem", query))
        assert ordered(first) == ordered(again) == {order.sample: ["NA", "CREA"]}
        _done(act_for("system", actor="relight:lab"), order, SODIUM)
        assert ordered(told(ask("chem", query))) == {order.sample: ["CREA"]}

    def test_a_cancelled_order_is_not_known(self, analyzer: Any, ask: Any, act_for: Any) -> None:
        """Nothing is measured of it."""
        order = order_typed(act_for("nurse"))
        order_cancel(act=act_for("nurse"), order=order.id, reason="wrong patient")
        analyzer()
        assert ordered(told(ask("chem", astm_query(f"Q|1|^{order.sample}".encode())))) == {}


@pytest.mark.django_db
class TestAstm:
    """How analyzers ask."""

    @pytest.mark.parametrize(
        "line",
        [
            "Q|1|^{0}||ALL||||||||A",
            "Q|1|{0}||ALL",
            "Q|1|PAT^{0}^7",
            "Q|1|^^{0}^587^0^2^^S1^SC||ALL||||||||A",
            "Q|1|^{0}|^{0}|||||||||X",
        ],
    )
    def test_every_way_to_name_one_sample_is_understood(self, analyzer: Any, ask: Any, act_for: Any, line: str) -> None:
        """Alone, behind the patient, with rack and position."""
        order = order_typed(act_for("nurse"))
        analyzer()
        answer = told(ask("chem", astm_query(line.format(order.sample).encode())))
        assert ordered(answer) == {order.sample: ["NA", "K"]}

    def test_rack_and_position_come_back_as_they_were_sent(self, analyzer: Any, ask: Any, act_for: Any) -> None:
        """cobas finds its tube again by them."""
        order = order_typed(act_for("nurse"))
        analyzer()
        content = astm_query(f"Q|1|^^{order.sample}^587^0^2^^S1^SC||ALL||||||||A".encode())
        record = told(ask("chem", content)).patients()[0].orders[0].record
        assert record is not None
        assert record.components(4) == ("587", "0", "2", "", "S1", "SC")

    def test_several_samples_in_one_query_each_get_their_own(self, analyzer: Any, ask: Any, act_for: Any) -> None:
        """Repeats, in the analyzer's own delimiters, and several Q records; unknown ones are left out."""
        first, second = order_typed(act_for("nurse"), SODIUM), order_typed(act_for("nurse"), POTASSIUM)
        analyzer()
        head = b"H|`^&||||||||||P|E 1394-97|20181207121804\r"
        lines = [f"Q|1|^{first.sample}`{second.sample}|||S".encode(), b"Q|2|^UNKNOWN|||S"]
        (content,) = ask("chem", astm_query(*lines, head=head)).messages
        assert content.startswith(b"H|`^&|||Relight")
        assert ordered(records.read(content)) == {first.sample: ["NA"], second.sample: ["K"]}

    def test_all_gives_what_waits_at_the_links_site_immediate_first(
        self, analyzer: Any, ask: Any, act_for: Any
    ) -> None:
        """Of another site, or for another analyzer: nothing."""
        from relight.lab.rules.orders import Priority

        routine = order_typed(act_for("nurse"), SODIUM)
        stat = order_typed(act_for("nurse"), SODIUM, priority=Priority.STAT)
        order_typed(act_for("nurse"), SODIUM, site="virton")
        order_typed(act_for("nurse"), HAEMOGLOBIN)
        analyzer()
        assert list(ordered(told(ask("chem", astm_query(b"Q|1|ALL||ALL"))))) == [stat.sample, routine.sample]

    def test_demographics_only_gets_no_tests(self, analyzer: Any, ask: Any, act_for: Any) -> None:
        """Q-13 is D."""
        order = order_typed(act_for("nurse"))
        analyzer()
        content = astm_query(f"Q|1|^{order.sample}||ALL||||||||D".encode())
        assert ordered(told(ask("chem", content))) == {order.sample: []}

    @pytest.mark.parametrize("line", [b"Q|1|", b"Q|1|^^^587^0", b"Q|1|^100|^200|ALL", b"Q|1|^\\^"])
    def test_a_query_nobody_can_read_is_answered_as_wrong(
        self, analyzer: Any, ask: Any, message: Any, line: bytes
    ) -> None:
        """No sample, or a range of samples: L-3 is Q, and the message keeps the code."""
        analyzer()
        content = astm_query(line)
        stored = message("chem", content, kind=MessageKind.QUERY)
        answer = ask("chem", content, message=stored)
        assert told(answer).records[-1].field(3) == "Q"
        assert answer.problem == "RL-LAB-220"
        row = Message.objects.get(id=stored)
        assert (row.state, row.problem) == (MessageState.DONE.value, "RL-LAB-220")

    def test_a_letter_the_analyzer_cannot_write_loses_its_accent_only(self) -> None:
        """And control characters never reach the line."""
        assert text_fitted("Żółć\x05 Noël", "iso8859-1") == "Zó?c Noël"
        assert text_fitted("Żofia", "ascii") == "Zofia"


@pytest.mark.django_db
class TestLaw:
    """IHE LAW: the answer first, the work as orders of its own."""

    def test_a_known_sample_is_found_and_its_work_follows(self, analyzer: Any, ask: Any, act_for: Any) -> None:
        """RSP^K11 at once, OML^O33 as an exchange the analyzer acknowledges."""
        order = order_typed(act_for("nurse"), SODIUM, HAEMOGLOBIN)
        analyzer(protocol=Protocol.HL7)
        answer = ask("chem", law_query(order.sample), protocol=Protocol.HL7)
        response = law.response_read(answer.messages[0])
        assert (response.asked, response.tag, response.status) == ("77", "T1", law.QueryStatus.FOUND)
        (waiting,) = exchanges_waiting(links=["chem"])
        (work,) = law.orders_read(hl7.read(waiting.content))
        assert work.sample.value == order.sample
        assert [(one.control, one.test.code) for one in work.orders] == [(law.OrderControl.NEW, "NA")]
        assert work.patient is not None
        assert (work.patient.family, work.patient.birth) == ("Noël", "19510309")
        assert hl7.read(waiting.content).control_id == waiting.control_id
        assert Exchange.objects.get(pk=waiting.id).order == order.id

    def test_below_orders_the_work_says_there_is_nothing_to_do(self, analyzer: Any, ask: Any, act_for: Any) -> None:
        """But whose sample it is."""
        order = order_typed(act_for("nurse"))
        analyzer(protocol=Protocol.HL7, rung=Rung.IDENTIFICATION)
        answer = ask("chem", law_query(order.sample), protocol=Protocol.HL7)
        (work,) = law.orders_read(hl7.read(answer.messages[1]))
        assert [one.control for one in work.orders] == [law.OrderControl.NONE]
        assert work.patient is not None and work.patient.family == "Noël"
        assert exchanges_waiting(links=["chem"]) == []

    def test_an_unknown_sample_is_not_found(self, analyzer: Any, ask: Any) -> None:
        """QAK-2 is NF, and nothing follows."""
        analyzer(protocol=Protocol.HL7)
        answer = ask("chem", law_query("NOBODY"), protocol=Protocol.HL7)
        assert law.response_read(answer.messages[0]).status is law.QueryStatus.NOT_FOUND
        assert len(answer.messages) == 1

    def test_all_gives_the_work_of_each_sample_that_waits(self, analyzer: Any, ask: Any, act_for: Any) -> None:
        """One order message a sample, because one is of one patient."""
        samples = [order_typed(act_for("nurse"), SODIUM).sample for _ in range(3)]
        analyzer(protocol=Protocol.HL7)
        ask("chem", law_query("", name="WOS_ALL^Work Order Step All^IHELAW"), protocol=Protocol.HL7)
        works = [law.orders_read(hl7.read(one.content))[0] for one in exchanges_waiting(links=["chem"])]
        assert sorted(work.sample.value for work in works) == samples

    @pytest.mark.parametrize("cut", ["|T1|", "QPD"])
    def test_a_query_nobody_can_read_is_refused_in_its_own_protocol(self, analyzer: Any, ask: Any, cut: str) -> None:
        """With an AE and a code."""
        analyzer(protocol=Protocol.HL7)
        content = law_query("").replace(cut.encode(), b"XXX" if cut == "QPD" else cut.encode())
        answer = ask("chem", content, protocol=Protocol.HL7)
        assert answer.problem
        assert hl7.read_ack(answer.messages[0]).code in (hl7.AckCode.AE, hl7.AckCode.AA)
        assert hl7.read_ack(answer.messages[0]).control_id == "77"


@pytest.mark.django_db
class TestExchanges:
    """What was sent is known, and so is what became of it."""

    def test_the_answer_is_written_and_journalled_before_it_is_returned(
        self, analyzer: Any, ask: Any, message: Any, act_for: Any
    ) -> None:
        """Byte for byte, beside the query, which is done; the journal names no patient."""
        order = order_typed(act_for("nurse"))
        analyzer()
        content = astm_query(f"Q|1|^{order.sample}||ALL".encode())
        stored = message("chem", content, kind=MessageKind.QUERY)
        answer = ask("chem", content, message=stored)
        row = Exchange.objects.get(pk=answer.exchange)
        assert bytes(row.content) == answer.messages[0]
        assert (row.kind, row.state, row.message.id) == ("answer", "waiting", stored)  # type: ignore[union-attr]
        assert Message.objects.get(id=stored).state == MessageState.DONE.value
        entry = entry_list(verb="lab.answer")[0]
        assert entry.subject == "link:chem"
        assert dict(entry.body) == {"asked": 1, "all": False, "known": 1, "tests": 2, "code": ""}

    @pytest.mark.parametrize(("accepted", "state"), [(True, "accepted"), (False, "refused")])
    def test_its_outcome_closes_it(self, analyzer: Any, ask: Any, gateway: Any, accepted: bool, state: str) -> None:
        """With the code of why not."""
        analyzer()
        answer = ask("chem", astm_query(b"Q|1|^X"))
        exchange_outcome(act=gateway(), exchange=answer.exchange, accepted=accepted, code="RL-WIR-113")
        row = Exchange.objects.get(pk=answer.exchange)
        assert (row.state, row.code) == (state, "" if accepted else "RL-WIR-113")

    def test_an_unknown_exchange_or_link_has_a_code(self, gateway: Any, ask: Any) -> None:
        """No stack trace in the gateway."""
        with pytest.raises(MissingError, match="RL-LAB-222"):
            exchange_outcome(act=gateway(), exchange=uuid4(), accepted=True, code="")
        with pytest.raises(MissingError, match="RL-LAB-001"):
            ask("nowhere", astm_query(b"Q|1|^X"))


@pytest.mark.django_db
class TestDownloads:
    """Orders sent without being asked for, to links tagged `download`."""

    @pytest.mark.parametrize("protocol", list(Protocol))
    def test_a_new_order_is_sent_at_once_to_links_that_want_it(
        self, analyzer: Any, act_for: Any, protocol: Protocol
    ) -> None:
        """In the write that makes it; links that ask for themselves get none."""
        analyzer("chem", protocol=protocol, tags=("download",))
        analyzer("quiet", protocol=protocol)
        analyzer("low", protocol=protocol, tags=("download",), rung=Rung.RESULTS)
        order = order_typed(act_for("nurse"), SODIUM, HAEMOGLOBIN)
        (waiting,) = exchanges_waiting(links=["chem", "quiet", "low"])
        assert waiting.link == "chem"
        assert order.sample.encode() in waiting.content
        assert b"NA" in waiting.content
        assert {t.loinc: t.state for t in order_get(order.id).tests} == {SODIUM: "sent", HAEMOGLOBIN: "wanted"}

    def test_what_was_ordered_before_is_sent_when_the_link_climbs_and_once_only(
        self, analyzer: Any, act_for: Any, gateway: Any
    ) -> None:
        """An added test is sent again with the rest."""
        order = order_typed(act_for("nurse"), SODIUM)
        analyzer(protocol=Protocol.HL7, tags=("download",))
        assert orders_push(act=gateway(), link="chem") == 1
        assert orders_push(act=gateway(), link="chem") == 0
        order_tests_add(act=act_for("nurse"), order=order.id, tests=new_order(CREATININE).tests)
        assert len(exchanges_waiting(links=["chem"])) == 2

    def test_an_order_the_analyzer_refuses_is_wanted_again(self, analyzer: Any, act_for: Any, gateway: Any) -> None:
        """It stays on the worklist."""
        analyzer(protocol=Protocol.HL7, tags=("download",))
        order = order_typed(act_for("nurse"), SODIUM)
        (waiting,) = exchanges_waiting(links=["chem"])
        exchange_outcome(act=gateway(), exchange=waiting.id, accepted=False, code="RL-LAB-221")
        assert order_get(order.id).tests[0].state == "wanted"

    def test_an_order_one_analyzer_refuses_stays_with_the_one_that_took_it(
        self, analyzer: Any, act_for: Any, gateway: Any
    ) -> None:
        """Its tests are not wanted a second time."""
        analyzer("chem", protocol=Protocol.HL7, tags=("download",))
        analyzer("spare", protocol=Protocol.HL7, tags=("download",))
        order = order_typed(act_for("nurse"), SODIUM)
        one, other = exchanges_waiting(links=["chem", "spare"])
        exchange_outcome(act=gateway(), exchange=one.id, accepted=True, code="")
        exchange_outcome(act=gateway(), exchange=other.id, accepted=False, code="RL-LAB-221")
        assert order_get(order.id).tests[0].state == "sent"

    def test_a_refused_order_is_offered_again_after_a_rest_and_not_every_few_seconds(
        self, analyzer: Any, act_for: Any, gateway: Any
    ) -> None:
        """An analyzer that refuses must not fill the journal."""
        analyzer(protocol=Protocol.HL7, tags=("download",))
        order_typed(act_for("nurse"), SODIUM)
        (waiting,) = exchanges_waiting(links=["chem"])
        act = gateway()
        exchange_outcome(act=act, exchange=waiting.id, accepted=False, code="RL-LAB-221")
        assert orders_push(act=act, link="chem") == 0
        assert orders_push(act=replace(act, at=act.at + timedelta(minutes=6)), link="chem") == 1

    @pytest.mark.parametrize("accepted", [True, False])
    def test_cancelling_reaches_the_analyzer_that_was_told(
        self, analyzer: Any, act_for: Any, gateway: Any, accepted: bool
    ) -> None:
        """What still waits is simply not sent."""
        analyzer(protocol=Protocol.HL7, tags=("download",))
        order = order_typed(act_for("nurse"), SODIUM)
        (waiting,) = exchanges_waiting(links=["chem"])
        if accepted:
            exchange_outcome(act=gateway(), exchange=waiting.id, accepted=True, code="")
        order_cancel(act=act_for("nurse"), order=order.id, reason="wrong tube")
        left = exchanges_waiting(links=["chem"])
        assert len(left) == (1 if accepted else 0)
        for one in left:
            (work,) = law.orders_read(hl7.read(one.content))
            assert work.orders[0].control is law.OrderControl.CANCEL


class TestCodes:
    """LOINC and an analyzer's own words."""

    def test_one_test_in_other_units_is_the_same_test(self) -> None:
        """Creatinine in mg/dL and in umol/L have two LOINC codes."""
        assert alike(CREATININE) == {"2160-0", "14682-9"}
        assert alike("99999-0") == {"99999-0"}

    @pytest.mark.django_db
    def test_an_analyzer_that_gives_other_units_is_asked_all_the_same(self, link: Any) -> None:
        """By its one code."""
        from relight.lab.drivers import driver_list
        from relight.lab.models import Link

        for driver in driver_list():
            protocol = sorted(driver.protocols)[0]
            link(driver.id, driver=driver.id, protocol=protocol)
            codes = codes_of_link(Link.objects.get(pk=driver.id))
            own = [rule.loinc for (code, _), rule in driver.tests.items() if code != rule.loinc]
            for loinc in own:
                assert alike(loinc) <= set(codes.by_loinc), (driver.id, loinc)

    @pytest.mark.django_db
    def test_an_analyzer_that_speaks_loinc_is_asked_for_what_it_was_heard_to_measure(
        self, link: Any, ask: Any, act_for: Any
    ) -> None:
        """Without a driver for it nobody knows what else it does: a blood gas analyzer is never sent a CRP."""
        from relight.journal.api import writing
        from relight.lab.models import Result
        from support.lab_results import result_made

        link("gas", rung=Rung.ORDERS)
        order = order_typed(act_for("nurse"), SODIUM, CREATININE)
        query = astm_query(f"Q|1|^{order.sample}".encode())
        assert ordered(told(ask("gas", query))) == {order.sample: []}
        made = result_made(act_for, value="140", loinc=SODIUM, link="gas")
        act = act_for("system", actor="relight:lab")
        with writing(act) as log:
            Result.objects.filter(pk=made.result).update(code=SODIUM)
            log.entry("lab.read", subject="lab:inbox", body={})
        assert ordered(told(ask("gas", query))) == {order.sample: [SODIUM]}

    def test_work_without_a_code_orders_nothing_in_either_protocol(self) -> None:
        """ASTM says that no order is on record; LAW sends ORC-1 DC."""
        from datetime import UTC, datetime

        at = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
        work = Work(sample="S1", family="Doe")
        astm = dialect_of(Protocol.ASTM, encoding="ascii").order(work, at=at, control_id="C1")
        assert records.read(astm).records[2].field(26) == "Y"
        oml = dialect_of(Protocol.HL7, encoding="ascii").order(work, at=at, control_id="C1")
        assert [one.control for one in law.orders_read(hl7.read(oml))[0].orders] == [law.OrderControl.NONE]


class TestRealQueries:
    """What analyzers really send."""

    @given(st.binary(max_size=400))
    def test_no_bytes_make_more_than_a_question_with_a_problem(self, noise: bytes) -> None:
        """In either protocol, behind a sound header or without one."""
        for content in (noise, HEAD + noise, HEAD + b"Q|1|" + noise + b"\r" + END):
            question = dialect_of(Protocol.ASTM, encoding="iso8859-1").read(content)
            assert question.problem or question.asked or question.everything
        for content in (law_query("S1")[:60] + noise, law_query("S1") + noise):
            question = dialect_of(Protocol.HL7, encoding="").read(content)
            assert question.problem or question.asked or question.everything

    @needs_data
    def test_every_real_query_names_its_samples(self) -> None:
        """The captures of real analyzers: Roche, Vitros, EM 200; framed or not."""
        found = {}
        for path in files():
            for content in messages_of(bytes_of(path)):
                question = dialect_of(Protocol.ASTM, encoding="iso8859-1").read(content)
                found[path.name] = question.problem or [one.sample for one in question.asked]
        assert found["roche_enquiry.txt"] == ["0000000387"]
        assert found["em200_multiple_tube_query.txt"] == ["0000000406", "00001001"]
        assert found["query.astm"] == ["SMP0456"]
        assert all(isinstance(samples, list) and samples for samples in found.values()), found


def messages_of(capture: bytes) -> list[bytes]:
    """The queries of a capture: its frames taken off, line ends made CR."""
    bare = re.sub(rb"[\x03\x17][0-9A-F]{2}[\r\n]*", b"", re.sub(rb"\x02[0-7]?", b"", capture))
    text = bare.translate(None, b"\x04\x05\x06\x15\x00").replace(b"\r\n", b"\r").replace(b"\n", b"\r")
    found = re.findall(rb"H\|[^\r]*\r(?:[^\r]*\r)*?L\|[^\r]*\r?", text)
    return [content for content in found if re.search(rb"\rQ\|", content)]
