"""From a stored message to reports, results, control points and calls: once each, in order, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relight.kernel.errors import RelightError
from relight.lab.types import HoldReason, MessageKind, MessageState, OrdersKept, Protocol, ReportState, Rung
from support.lab_orders import new_order
from support.lab_reading import astm_bytes, oru

pytestmark = pytest.mark.django_db

SODIUM = "2951-2"
Link, Feed, Gateway = Callable[..., str], Callable[..., UUID], Callable[[], Any]


def read(act: Any, **asked: Any) -> Any:
    from relight.lab.services.reading import messages_read

    return messages_read(act=act, **asked)


def sample(*results: str, id: str = "S1", patient: str = "P|1") -> bytes:
    return astm_bytes(patient, f"O|1|{id}", *results)


def sodium(value: str = "140", status: str = "F", flags: str = "", at: str = "20261123085900") -> str:
    return f"R|1|{SODIUM}|{value}|mmol/L||{flags}||{status}||||{at}"


@pytest.fixture
def fed(link: Link, message: Feed, gateway: Gateway) -> Callable[..., Any]:
    """`fed(content, …)`: one message on a link whose orders the laboratory system keeps, read. Returns: its row."""

    def feed(content: bytes, *, on: str = "chem", protocol: Protocol = Protocol.ASTM) -> Any:
        from relight.lab.models import Link as LinkRow
        from relight.lab.models import Message

        if not LinkRow.objects.filter(pk=on).exists():
            link(on, rung=Rung.RESULTS, orders=OrdersKept.LIS, protocol=protocol)
        id = message(on, content, protocol=protocol)
        read(gateway())
        return Message.objects.get(id=id)

    return feed


def results(**wanted: Any) -> list[Any]:
    from relight.lab.models import Result

    return list(Result.objects.filter(**wanted).order_by("report__message", "report__part", "line"))


def reports(**wanted: Any) -> list[Any]:
    from relight.lab.models import Report

    return list(Report.objects.filter(**wanted).order_by("message", "part"))


# -- what becomes of a message ---------------------------------------------------------------------


def test_results_become_one_report_of_their_sample(fed: Callable[..., Any], lis: Callable[..., str]) -> None:
    """Value and unit as sent, number in UCUM, time in the zone of this installation, patient as said."""
    row = fed(sample(sodium(), id="S1", patient="P|1|A1|||DOE^JANE||19700101|F"))
    assert (row.kind, row.state) == (MessageKind.RESULTS.value, MessageState.WAITING.value)
    [report] = reports()
    assert (report.sample, report.state, report.validation) == ("S1", "waiting", "preliminary")
    assert report.patient == {
        "ids": ["A1"], "family": "DOE", "given": "JANE", "birth_date": "1970-01-01", "sex": "F",
    }  # fmt: skip
    [result] = results()
    assert (result.loinc, result.name, result.value, result.number, result.unit) == (
        SODIUM, "Sodium", "140", "140", "mmol/L",
    )  # fmt: skip
    assert result.measured_at == datetime(2026, 11, 23, 7, 59, tzinfo=UTC)


def test_what_is_unknown_is_a_report_of_its_own(fed: Callable[..., Any]) -> None:
    """The rest goes on; the message is as bad as its worst report."""
    row = fed(sample(sodium(), "R|2|^^^ZZZ|1|U/L||||F"))
    assert row.state == MessageState.HELD.value
    assert [(report.part, report.state, report.hold, report.hold_detail) for report in reports()] == [
        (1, "waiting", "", ""),
        (2, "held", HoldReason.UNKNOWN_TEST.value, "ZZZ [U/L]"),
    ]


@pytest.mark.parametrize(
    ("content", "protocol", "kind", "state", "problem"),
    [
        (astm_bytes("Q|1|^S1||ALL"), Protocol.ASTM, "query", "done", ""),
        (astm_bytes("M|1|status"), Protocol.ASTM, "other", "done", ""),
        (b"no message at all", Protocol.ASTM, "invalid", "refused", "RL-WIR-150"),
        (b"no message at all", Protocol.HL7, "invalid", "refused", "RL-WIR-201"),
        (oru("PID|1", head="ACK"), Protocol.HL7, "other", "done", ""),
        (astm_bytes("P|1", "O|1|S1||||||||" + "|Q", sodium()), Protocol.ASTM, "qc", "done", ""),
    ],
)
def test_every_kind_of_message_comes_to_its_end(
    fed: Callable[..., Any], content: bytes, protocol: Protocol, kind: str, state: str, problem: str
) -> None:
    """None is left unread, none makes a report that nobody waits for."""
    row = fed(content, protocol=protocol)
    assert (row.kind, row.state, row.problem) == (kind, state, problem)
    assert reports() == []


def test_controls_become_points_and_patients_reports(fed: Callable[..., Any]) -> None:
    """One message may hold both."""
    from relight.lab.models import QcPoint

    fed(astm_bytes("P|1", "O|1|QC1||||||||" + "|Q", sodium("141"), "P|2", "O|1|S1", sodium("139")))
    assert [(point.code, point.number, point.unit) for point in QcPoint.objects.all()] == [(SODIUM, "141", "mmol/L")]
    assert [result.value for result in results()] == ["139"]


def test_a_control_out_of_its_limits_gates_what_comes_behind_it(
    link: Link, message: Feed, gateway: Gateway, act_for: Any
) -> None:
    """In the same batch too: the patient's result behind it waits, the one before it went on."""
    from relight.lab.services.qc import TargetGiven, qc_targets_set

    settings = {"driver": "siemens-clinitek", "protocol": Protocol.HL7, "orders": OrdersKept.LIS}
    link("urine", rung=Rung.RESULTS, **settings)  # type: ignore[arg-type]
    target = TargetGiven(code="SG", level="HIGH", lot="4711", mean="1.010", sd="0.002")
    qc_targets_set(act=act_for("laboratory"), link="urine", targets=[target])
    gravity = "OBX|1|ST|SG||{}||||||F||||||||20261123085900"
    lot, level = "NTE|1|L|QCLot:4711", "NTE|2|L|QCLevel:HIGH"
    control = ["OBR|1||Q1|X" + "|" * 11 + "ORH^^^^^^Q", lot, level, gravity.format("1.030")]
    for content in (
        oru("OBR|1||S1|X", gravity.format("1.015"), sender="Clinitek Status"),
        oru(*control, sender="Clinitek Status"),
        oru("OBR|1||S2|X", gravity.format("1.015"), sender="Clinitek Status"),
    ):
        message("urine", content, protocol=Protocol.HL7)
    report = read(gateway())
    assert (report.qc, report.waiting, report.held) == (1, 1, 1)
    assert [(one.sample, one.hold, one.hold_detail) for one in reports()] == [("S1", "", ""), ("S2", "qc-out", "SG")]


# -- the order -------------------------------------------------------------------------------------


@pytest.fixture
def ordered(act_for: Any) -> Callable[..., Any]:
    """`ordered(SODIUM)`: an order for Jeanne Noël. Returns: its view."""
    from relight.lab.selectors.orders import order_get
    from relight.lab.services.orders import order_make

    def make(*tests: str, **fields: Any) -> Any:
        act = act_for("laboratory")
        given = {"sample": "T100", **fields}
        return order_get(order_make(act=act, order=new_order(*tests, **given)).id)

    return make


NOEL = "P|1|A-104233|||Noël^Jeanne||19510309|F"


def test_a_result_that_agrees_is_given_to_its_order(
    link: Link, message: Feed, gateway: Gateway, ordered: Callable[..., Any]
) -> None:
    """And the test is done; an order nothing is wanted of any more is done with it."""
    from relight.lab.selectors.orders import order_get

    link("chem", rung=Rung.RESULTS)
    order = ordered(SODIUM)
    message("chem", sample(sodium(), id=order.sample, patient=NOEL))
    read(gateway())
    [report] = reports()
    assert (report.order, report.state) == (order.id, "waiting")
    done = order_get(order.id)
    assert (done.state, [test.state for test in done.tests]) == ("done", ["done"])


@pytest.mark.parametrize(
    ("patient", "id", "hold", "detail"),
    [
        (NOEL.replace("19510309", "19510903"), "T100", "patient-differs", "birth date"),
        (NOEL.replace("Noël", "Dupont"), "T100", "patient-differs", "family name"),
        (NOEL, "T101", "sample-unknown", ""),
        (NOEL, "", "no-sample", ""),
    ],
)
def test_a_result_that_does_not_agree_is_held_and_nobodys(
    link: Link,
    message: Feed,
    gateway: Gateway,
    ordered: Callable[..., Any],
    patient: str,
    id: str,
    hold: str,
    detail: str,
) -> None:
    """The order knows nothing of it, and its test is still wanted."""
    from relight.lab.selectors.orders import order_get

    link("chem", rung=Rung.RESULTS)
    order = ordered(SODIUM)
    message("chem", sample(sodium(), id=id, patient=patient))
    read(gateway())
    [report] = reports()
    assert (report.state, report.hold, report.hold_detail, report.order) == ("held", hold, detail, None)
    assert [test.state for test in order_get(order.id).tests] == ["wanted"]


# -- corrections, repeats, calls -------------------------------------------------------------------


def test_a_correction_supersedes_and_the_old_value_stays(fed: Callable[..., Any]) -> None:
    """Of the same link, sample and code; nothing else is touched."""
    fed(sample(sodium("140"), "R|2|2823-3|4.1|mmol/L||||F"))
    fed(sample(sodium("114", status="C")))
    old, potassium, new = results()
    assert (old.value, old.superseded_by_id) == ("140", new.pk)
    assert potassium.superseded_by_id is None
    assert new.superseded_by_id is None


def test_a_correction_in_the_same_batch_supersedes_too(link: Link, message: Feed, gateway: Gateway) -> None:
    """Original, correction, correction of the correction: each replaces the one before."""
    link("chem", rung=Rung.RESULTS, orders=OrdersKept.LIS)
    for value, status in (("140", "F"), ("141", "C"), ("142", "C")):
        message("chem", sample(sodium(value, status)))
    read(gateway())
    first, second, third = results()
    assert (first.superseded_by_id, second.superseded_by_id, third.superseded_by_id) == (second.pk, third.pk, None)


def test_a_second_measurement_replaces_nothing(fed: Callable[..., Any]) -> None:
    """Both stay; the later one is the current one by its time."""
    fed(sample(sodium("140")))
    fed(sample(sodium("141", at="20261123093000")))
    assert [result.superseded_by_id for result in results()] == [None, None]


def test_a_final_result_replaces_the_preliminary_one(fed: Callable[..., Any]) -> None:
    """What the analyzer itself had called preliminary."""
    fed(sample(sodium("140", "P")))
    fed(sample(sodium("140", "F")))
    old, new = results()
    assert old.superseded_by_id == new.pk


def test_a_correction_that_is_held_for_its_patient_replaces_nothing(
    link: Link, message: Feed, gateway: Gateway, ordered: Callable[..., Any]
) -> None:
    """Nobody knows yet whose value it corrects."""
    link("chem", rung=Rung.RESULTS)
    order = ordered(SODIUM)
    message("chem", sample(sodium("140"), id=order.sample, patient=NOEL))
    message("chem", sample(sodium("114", "C"), id=order.sample, patient=NOEL.replace("|F", "|M")))
    read(gateway())
    assert [result.superseded_by_id for result in results()] == [None, None]


def test_a_critical_value_opens_a_call_even_when_it_is_held(link: Link, message: Feed, gateway: Gateway) -> None:
    """Somebody must be told, whoever it belongs to."""
    from relight.lab.models import Call

    link("chem")  # on paper: everything is held
    message("chem", sample(sodium("112"), "R|2|^^^ZZZ|1|U/L||HH||F"))
    report = read(gateway())
    assert report.critical == 2
    assert sorted(call.result.value for call in Call.objects.all()) == ["1", "112"]


# -- once, in order, one entry ---------------------------------------------------------------------


def test_reading_again_reads_nothing(fed: Callable[..., Any], gateway: Gateway) -> None:
    """What was read is read; nothing is written when nothing waits."""
    from relight.journal.models import Entry

    fed(sample(sodium()))
    before = Entry.objects.count()
    assert read(gateway()).read == 0
    assert (Entry.objects.count(), len(results())) == (before, 1)


def test_a_batch_is_one_entry_without_patient_data(link: Link, message: Feed, gateway: Gateway) -> None:
    """Counts by link, and an event for the held and for each critical value."""
    from relight.journal.models import Entry, Event

    link("chem", rung=Rung.RESULTS, orders=OrdersKept.LIS)
    link("gas")
    message("chem", sample(sodium("112"), id="SECRET1", patient="P|1|SECRET2|||SECRET3^X"))
    message("gas", sample(sodium(), id="SECRET1"))
    message("gas", b"rubbish")
    report = read(gateway())
    assert (report.read, report.waiting, report.held, report.refused, report.results) == (3, 1, 1, 1, 2)
    entry = Entry.objects.filter(verb="lab.read").get()
    events = list(Event.objects.filter(entry_seq=entry.seq).values_list("name", "subject"))
    assert [name for name, _ in events] == ["lab.held", "lab.critical"]
    assert events[0][1] == "link:gas"
    assert "SECRET" not in entry.body + entry.events


def test_the_oldest_are_read_first_and_no_more_than_asked(link: Link, message: Feed, gateway: Gateway) -> None:
    """The rest waits for the next time."""
    link("chem", rung=Rung.RESULTS, orders=OrdersKept.LIS)
    for number in range(5):
        message("chem", sample(sodium(), id=f"S{number}"))
    assert [read(gateway(), limit=3).read, read(gateway(), limit=3).read] == [3, 2]
    assert [report.sample for report in reports()] == ["S0", "S1", "S2", "S3", "S4"]


def test_a_message_that_breaks_the_reading_is_put_aside_and_blocks_nobody(
    link: Link, message: Feed, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person sees it among the held ones; the others are read as if it were not there."""
    from relight.lab.models import Message
    from relight.lab.services import reading

    real = reading.interpret

    def fragile(content: bytes, **more: Any) -> Any:
        if b"BOOM" in content:
            raise ZeroDivisionError
        return real(content, **more)

    monkeypatch.setattr(reading, "interpret", fragile)
    link("chem", rung=Rung.RESULTS, orders=OrdersKept.LIS)
    message("chem", sample(sodium(), id="S1"))
    broken = message("chem", sample(sodium(), id="BOOM"))
    message("chem", astm_bytes("P|1", "O|1|QC1||||||||" + "|Q", sodium()))
    message("chem", sample(sodium(), id="S2"))
    report = read(gateway())
    assert (report.read, report.failed, report.waiting, report.held, report.qc) == (4, 1, 2, 1, 1)
    row = Message.objects.get(id=broken)
    assert (row.state, row.problem) == ("held", "RL-LAB-111")
    assert [(one.sample, one.hold) for one in reports()] == [("S1", ""), ("", "unreadable"), ("S2", "")]


def test_rows_that_cannot_be_written_put_only_their_message_aside(
    link: Link, message: Feed, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written of it is taken back with it."""
    from relight.lab.services import reading_rows

    real = reading_rows.rows_insert

    def fragile(rows: Any) -> None:
        real(rows)
        if any(getattr(row, "sample", "") == "BOOM" for row in rows):
            raise ValueError

    monkeypatch.setattr(reading_rows, "rows_insert", fragile)
    link("chem", rung=Rung.RESULTS, orders=OrdersKept.LIS)
    for id in ("S1", "BOOM", "S2"):
        message("chem", sample(sodium(), id=id))
    assert read(gateway()).failed == 1
    assert [(one.sample, one.hold) for one in reports()] == [("S1", ""), ("", "unreadable"), ("S2", "")]
    assert [result.sample for result in results()] == ["S1", "S2"]


def test_a_link_whose_driver_is_gone_reads_on_and_knows_no_test(fed: Callable[..., Any], gateway: Gateway) -> None:
    """Every result waits; nothing is lost."""
    from relight.journal.api import writing
    from relight.lab.models import Link as LinkRow

    fed(sample(sodium()))
    with writing(gateway()) as log:
        LinkRow.objects.update(driver="gone")
        log.entry("lab.link_change", subject="link:chem", body={})
    fed(sample(sodium(), id="S2"))
    assert [report.hold for report in reports()] == ["", "unknown-test"]


def test_the_count_balances_after_reading(fed: Callable[..., Any], gateway: Gateway) -> None:
    """Received is what was delivered, held, refused and waits, per link and in all."""
    from relight.lab.selectors.reconcile import reconcile

    fed(sample(sodium()))
    fed(sample("R|1|^^^ZZZ|1|x||||F", sodium()))
    fed(b"rubbish")
    fed(astm_bytes("Q|1|^S1||ALL"))
    fed(astm_bytes("P|1", "O|1|QC1||||||||" + "|Q", sodium()))
    document = reconcile().document()
    assert document["balanced"] is True
    assert [document[key] for key in ("received", "waiting", "held", "refused", "qc", "queries")] == [3, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("count", [10, 100])
def test_few_queries_however_many_messages(link: Link, message: Feed, gateway: Gateway, count: int) -> None:
    """A batch costs the same reads for ten messages as for a hundred, and a write for each 128 rows."""
    link("chem", rung=Rung.RESULTS, orders=OrdersKept.LIS)
    for number in range(count):
        message("chem", sample(sodium(), id=f"S{number}"))
    with CaptureQueriesContext(connection) as queries:
        read(gateway())
    assert len(queries) <= 24, [one["sql"][:90] for one in queries]


# -- again -----------------------------------------------------------------------------------------


def mapped(act: Any, *, unit: str = "U/L") -> None:
    """A person says that ZZZ in U/L is ALT."""
    from relight.journal.api import new_id, writing
    from relight.lab.models import TestMap

    with writing(act) as log:
        TestMap.objects.create(
            id=new_id(act.at), link_id="chem", code="ZZZ", unit_sent=unit, loinc="1742-6", name="ALT", unit="U/L",
            factor="1", by=act.actor, at=act.at,
        )  # fmt: skip
        log.entry("lab.map", subject="link:chem", body={})


def again(act: Any, row: Any) -> int:
    from relight.lab.services.reading import message_reread

    return message_reread(act=act, message=row.id)


def test_a_held_result_goes_on_once_its_test_is_known(fed: Callable[..., Any], act_for: Any) -> None:
    """It keeps its row; what was not held is not touched."""
    row = fed(sample(sodium(), "R|2|^^^ZZZ|41|U/L||||F", "R|3|^^^YYY|1|U/L||||F"))
    before = {result.pk: result.value for result in results()}
    untouched = reports()[0]
    mapped(act_for("laboratory"))
    assert again(act_for("laboratory"), row) == 1
    after = results()
    assert {result.pk: result.value for result in after} == before
    assert [(report.part, report.state, report.hold) for report in reports()] == [
        (1, "waiting", ""),
        (2, "waiting", ""),
        (3, "held", "unknown-test"),
    ]
    assert reports()[0].made_at == untouched.made_at
    [alt] = [result for result in after if result.code == "ZZZ"]
    assert (alt.loinc, alt.number, alt.report.part) == ("1742-6", "41", 2)
    row.refresh_from_db()
    assert row.state == "held"


def test_a_result_nobody_decides_on_any_more_stays_held_alone(
    fed: Callable[..., Any], act_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A driver that now calls a line no result takes nothing out of a person's hands."""
    from relight.lab.services import reading

    row = fed(sample("R|1|^^^ZZZ|41|U/L||||F", "R|2|^^^YYY|1|U/L||||F"))
    real = reading.interpret

    def without_yyy(content: bytes, **more: Any) -> Any:
        return real(content.replace(b"R|2|", b"X|2|"), **more)

    monkeypatch.setattr(reading, "interpret", without_yyy)
    mapped(act_for("laboratory"))
    assert again(act_for("laboratory"), row) == 1
    assert [(one.part, one.state, [r.code for r in one.results.all()]) for one in reports()] == [
        (1, "held", ["YYY"]),
        (2, "waiting", ["ZZZ"]),
    ]


def test_reading_anew_changes_nothing_where_nothing_changed(fed: Callable[..., Any], act_for: Any) -> None:
    """As often as one likes; calls are not doubled."""
    from relight.lab.models import Call

    row = fed(sample(sodium("112"), "R|2|^^^ZZZ|1|U/L||HH||F"))
    for _ in range(2):
        assert again(act_for("laboratory"), row) == 0
    assert (len(reports()), len(results()), Call.objects.count()) == (2, 2, 2)


def test_nothing_delivered_closed_or_waiting_is_touched(
    fed: Callable[..., Any], act_for: Any, gateway: Gateway
) -> None:
    """Only what is held and open is decided on again."""
    from relight.journal.api import writing
    from relight.lab.models import Report

    row = fed(sample("R|1|^^^ZZZ|41|U/L||||F", "O|2|S2", "R|1|^^^ZZZ|42|U/L||||F"))
    with writing(gateway()) as log:
        Report.objects.filter(part=1).update(state=ReportState.REFUSED.value, closed_by="staff:1")
        Report.objects.filter(part=2).update(closed_by="staff:1")
        log.entry("lab.close", subject="lab:inbox", body={})
    mapped(act_for("laboratory"))
    assert again(act_for("laboratory"), row) == 0
    assert [report.state for report in reports()] == ["refused", "held"]
    assert [result.loinc for result in results()] == ["", ""]


def test_what_came_before_the_link_climbed_does_not_go_by_itself(
    link: Link, message: Feed, gateway: Gateway, act_for: Any, clock: Any
) -> None:
    """It was transcribed by hand then: read late, or read anew, it waits for a person to release or close it."""
    from relight.lab.models import Message
    from support.lab_words import rung_set

    link("chem", orders=OrdersKept.LIS)
    early = message("chem", sample(sodium(), "R|2|^^^ZZZ|41|U/L||||F", id="S1"))
    read(gateway())
    late = message("chem", sample(sodium(), id="S2"))
    clock.advance(minutes=5)
    rung_set(act_for("laboratory"), "chem", Rung.RESULTS)
    read(gateway())
    mapped(act_for("laboratory"))
    assert again(act_for("laboratory"), Message.objects.get(id=early)) == 0
    assert [(one.sample, one.hold) for one in reports()] == [("S1", "rung"), ("S1", "rung"), ("S2", "rung")]
    assert [result.loinc for result in results()] == [SODIUM, "1742-6", SODIUM]
    message("chem", sample(sodium(), id="S3"))
    read(gateway())
    assert [one.hold for one in reports(sample="S3")] == [""]
    assert late != early


def test_what_waits_for_a_rung_is_not_freed_by_reading_anew(
    link: Link, message: Feed, gateway: Gateway, act_for: Any
) -> None:
    """A person releases it, or closes it as transcribed."""
    from relight.journal.api import writing
    from relight.lab.models import Link as LinkRow
    from relight.lab.models import Message

    link("chem", orders=OrdersKept.LIS)
    id = message("chem", sample(sodium()))
    read(gateway())
    with writing(gateway()) as log:
        LinkRow.objects.update(rung=Rung.RESULTS.value)
        log.entry("lab.climb", subject="link:chem", body={})
    assert again(act_for("laboratory"), Message.objects.get(id=id)) == 0
    assert [report.hold for report in reports()] == ["rung"]


def test_an_order_that_came_later_frees_what_waited_for_it(
    link: Link, message: Feed, gateway: Gateway, ordered: Callable[..., Any], act_for: Any
) -> None:
    """The sample is known now, and its patient agrees."""
    from relight.lab.models import Message

    link("chem", rung=Rung.RESULTS)
    id = message("chem", sample(sodium(), id="T100", patient=NOEL))
    read(gateway())
    assert [report.hold for report in reports()] == ["sample-unknown"]
    order = ordered(SODIUM)
    assert again(act_for("laboratory"), Message.objects.get(id=id)) == 1
    [report] = reports()
    assert (report.state, report.order) == ("waiting", order.id)


def test_a_message_that_broke_the_reading_can_be_read_anew(
    link: Link, message: Feed, gateway: Gateway, act_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the fault is mended its report without results gets them."""
    from relight.lab.models import Message
    from relight.lab.services import reading

    def broken(content: bytes, **more: Any) -> Any:
        raise ZeroDivisionError

    link("chem", rung=Rung.RESULTS, orders=OrdersKept.LIS)
    id = message("chem", sample(sodium()))
    with monkeypatch.context() as patched:
        patched.setattr(reading, "interpret", broken)
        read(gateway())
    row = Message.objects.get(id=id)
    assert again(act_for("laboratory"), row) == 1
    [report] = reports()
    assert (report.sample, report.state, [result.value for result in results()]) == ("S1", "waiting", ["140"])
    row.refresh_from_db()
    assert (row.state, row.problem) == ("waiting", "")


def test_an_unknown_message_is_refused(act_for: Any) -> None:
    """With its code."""
    from relight.lab.services.reading import message_reread

    with pytest.raises(RelightError) as refusal:
        message_reread(act=act_for("laboratory"), message=uuid4())
    assert refusal.value.code == "RL-LAB-017"
