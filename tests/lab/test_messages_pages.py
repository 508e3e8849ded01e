"""Pages of links, messages, queues and the count: what they show, to whom, and that reading patients' data is noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from relight.lab.rules.viewing import message_view, raw_lines, visible
from relight.lab.types import HoldReason, MessageKind, Protocol, ReportState, Rung
from support.lab_words import astm_message, rung_set

# -- both views of a message -----------------------------------------------------------------------


def test_what_came_is_shown_to_the_last_byte() -> None:
    """Control characters by name, bytes that are no text as hexadecimal, line ends where they stand."""
    assert visible(b"A\x02\x7f\xff\rB\n") == "A‹STX›‹DEL›\\xff‹CR›B‹LF›"
    lines, cut = raw_lines(b"one\rtwo\r\nthree\n\nfour")
    assert [line.text for line in lines] == ["one‹CR›", "two‹CR›‹LF›", "three‹LF›", "‹LF›", "four"]
    assert [line.at for line in lines] == [0, 4, 9, 15, 16]
    assert cut == 0


def test_the_line_of_a_problem_is_marked() -> None:
    """Somebody who looks for the fault need not count bytes."""
    content = astm_message().replace(b"O|1", b"X|1")
    view = message_view(content, protocol=Protocol.ASTM, problem="RL-WIR-153", problem_at=0)
    assert view.lines[0].faulty
    assert not view.lines[1].faulty
    assert "RL-WIR-153" in {problem.code for problem in view.problems}


def test_fields_are_named() -> None:
    """Decoded means: the place, what it is called, what it holds."""
    view = message_view(astm_message(value="5.4"), protocol=Protocol.ASTM)
    result = next(record for record in view.records if record.kind == "R")
    named = {field.place: (field.name, field.values) for field in result.fields}
    assert named["R-4"] == ("Value", ("5.4",))
    hl7 = message_view(b"MSH|^~\\&|A||||||ORU^R01|1|P|2.5\rOBX|1|NM|GLU||5.4~5.5|mmol/L\r", protocol=Protocol.HL7)
    result = next(record for record in hl7.records if record.kind == "OBX")
    assert {field.place: field.values for field in result.fields}["OBX-5"] == ("5.4", "5.5")


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe", b"MSH", b"H|", b"\r\r\r", b"\xff" * 5000, b"H|\\^&\r" * 3000]
)
@pytest.mark.parametrize("protocol", Protocol)
def test_what_no_codec_reads_is_shown_as_it_came(content: bytes, protocol: Protocol) -> None:
    """The viewer never fails, whatever it is shown."""
    view = message_view(content, protocol=protocol)
    assert bool(view.lines) == bool(content)
    assert view.records or view.problems


# -- pages -----------------------------------------------------------------------------------------


@pytest.fixture
def bench(
    link: Callable[..., str], lis: Callable[..., str], message: Callable[..., UUID], report: Callable[..., UUID]
) -> dict[str, UUID]:
    """A laboratory at work: two links, a system, messages of each fate."""
    lis("main")
    link("chem", rung=Rung.RESULTS, lis="main")
    link("gas")
    return {
        "unread": message("chem"),
        "invalid": message("chem", b"rubbish", kind=MessageKind.INVALID, problem="RL-WIR-150"),
        "held": report("gas", state=ReportState.HELD, hold=HoldReason.RUNG),
        "unknown": report("chem", state=ReportState.HELD, hold=HoldReason.UNKNOWN_TEST, code="XYZ"),
        "nobody": report("chem", state=ReportState.HELD, hold=HoldReason.NO_SAMPLE),
        "refused": report("chem", state=ReportState.REFUSED, refused_code="RL-LAB-001", refused_text="unknown"),
        "sent": report("chem", state=ReportState.DELIVERED),
    }


def looked(subject: str = "") -> int:
    from relight.journal.models import Entry

    found = Entry.objects.filter(verb="lab.see")
    return (found.filter(subject=subject) if subject else found).count()


PLAIN_PAGES = (
    "/lab/flow/chem/",
    "/lab/flow/gas/",
    "/lab/links/new/",
    "/lab/links/chem/edit/",
    "/lab/lis/",
    "/lab/lis/new/",
    "/lab/lis/main/",
    "/lab/lis/main/edit/",
    "/lab/messages/",
    "/lab/messages/?kind=results-all&state=held&ack=pending&link=gas&since=2026-11-01T00:00&until=rubbish",
    "/lab/reconcile/",
    "/lab/reconcile/?span=day",
)


@pytest.mark.parametrize("address", PLAIN_PAGES)
def test_pages_without_patient_data_leave_no_entry(
    client_of: Callable[..., Any], bench: dict[str, UUID], address: str
) -> None:
    """Metadata is nobody's result: it is shown without a note in the journal."""
    answer = client_of("laboratory").get(address)
    assert answer.status_code == 200
    assert looked() == 0


def test_looking_at_a_message_is_noted_before_it_is_shown(
    client_of: Callable[..., Any], bench: dict[str, UUID]
) -> None:
    """One entry a page, with who and which message, and nothing of what stands in it."""
    from relight.lab.models import Report

    client = client_of("laboratory")
    message = Report.objects.get(pk=bench["held"]).message
    for path in ("", "raw/"):
        answer = client.get(f"/lab/messages/{message.id}/{path}")
        assert answer.status_code == 200
    assert looked(f"message:{message.id}") == 2
    assert answer.content == bytes(message.content)
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_message_shows_both_views_and_what_became_of_it(
    client_of: Callable[..., Any], bench: dict[str, UUID]
) -> None:
    """Raw and decoded side by side, with the way to decide about what waits."""
    from relight.lab.models import Report

    message = Report.objects.get(pk=bench["held"]).message
    page = client_of("laboratory", language="en").get(f"/lab/messages/{message.id}/").content.decode()
    assert "R|1|^^^GLU|5.4|mmol/L" in page
    assert "Reference range" not in page
    assert "Value" in page
    assert f"/lab/decide/{bench['held']}/" in page


def test_the_queues_note_that_samples_were_shown(client_of: Callable[..., Any], bench: dict[str, UUID]) -> None:
    """A sample number is a patient's: a list of them is noted once, an empty one not at all."""
    client = client_of("laboratory")
    assert client.get("/lab/held/").status_code == 200
    assert (looked("lab:held"), looked("lab:refused")) == (1, 0)
    assert client.get("/lab/refused/?closed=1").status_code == 200
    assert looked("lab:refused") == 0


@pytest.mark.parametrize("role", ["nurse", "clinician", "technician", "pmo"])
def test_who_may_not_see_messages_sees_none(client_of: Callable[..., Any], bench: dict[str, UUID], role: str) -> None:
    """A ward reads results, not the bytes of analyzers; nothing is noted for a page that was refused."""
    client = client_of(role)
    for address in (
        "/lab/messages/",
        f"/lab/messages/{bench['unread']}/",
        "/lab/held/",
        f"/lab/decide/{bench['held']}/",
    ):
        assert client.get(address).status_code == 403
    assert looked() == 0


@pytest.mark.parametrize(
    "address", ["/lab/messages/{}/", "/lab/messages/{}/raw/", "/lab/decide/{}/", "/lab/flow/none/", "/lab/lis/none/"]
)
def test_what_is_not_here_is_said(client_of: Callable[..., Any], db: None, address: str) -> None:
    """An old address ends on a page that says so."""
    assert client_of("laboratory").get(address.format(uuid4())).status_code == 404


def test_the_csv_of_messages_holds_metadata_only(client_of: Callable[..., Any], bench: dict[str, UUID]) -> None:
    """A file leaves the house: no sample, no name, no content goes with it."""
    from relight.lab.models import Report

    answer = client_of("laboratory").get("/lab/messages/?format=csv")
    text = b"".join(answer.streaming_content).decode()
    assert text.count("\n") == 8
    assert not any(sample in text for sample in Report.objects.values_list("sample", flat=True))
    assert "DOE" not in text


def test_the_list_of_messages_costs_the_same_however_long(
    client_of: Callable[..., Any],
    link: Callable[..., str],
    message: Callable[..., UUID],
    django_assert_max_num_queries: Any,
) -> None:
    """Fifty messages on a page, no query each."""
    link("chem")
    client = client_of("laboratory")
    client.get("/lab/messages/")
    message("chem")
    with django_assert_max_num_queries(16) as few:
        client.get("/lab/messages/")
    for _ in range(10):
        message("chem")
    with django_assert_max_num_queries(16) as many:
        client.get("/lab/messages/")
    assert len(many) == len(few)


def test_a_queue_costs_the_same_however_long(
    client_of: Callable[..., Any],
    link: Callable[..., str],
    report: Callable[..., UUID],
    django_assert_max_num_queries: Any,
) -> None:
    """No query a report."""
    link("chem")
    client = client_of("laboratory")
    report("chem", state=ReportState.HELD, hold=HoldReason.RUNG)
    client.get("/lab/held/")
    with django_assert_max_num_queries(30) as few:
        client.get("/lab/held/")
    for _ in range(6):
        report("chem", state=ReportState.HELD, hold=HoldReason.RUNG)
    with django_assert_max_num_queries(30) as many:
        client.get("/lab/held/")
    assert len(many) == len(few)


def test_the_flow_counts_by_minute(link: Callable[..., str], message: Callable[..., UUID], clock: Any) -> None:
    """The last hour, minute by minute; what is older is left out."""
    from relight.lab.selectors.flow import flow_page

    link("chem")
    message("chem")
    clock.advance(hours=2)
    message("chem")
    message("chem")
    clock.advance(minutes=5)
    page = flow_page("chem", at=clock.now())
    assert (page.in_hour, page.most, page.received) == (2, 2, 3)
    assert [bar.count for bar in page.bars][-6] == 2
    assert len(page.bars) == 60


def test_a_new_link_is_set_up_from_its_page(client_of: Callable[..., Any], lis: Callable[..., str]) -> None:
    """All settings of the file stand in the form; what means nothing for the transport is left out."""
    from relight.lab.models import Link

    lis("main")
    given = {
        "id": "gas-1",
        "name": "Blood gas 1",
        "site": "",
        "driver": "generic",
        "protocol": "astm",
        "transport": "serial",
        "host": "10.0.0.1",
        "port": "5001",
        "device": "/dev/ttyUSB0",
        "serial_baud": "19200",
        "serial_bits": "8",
        "serial_parity": "E",
        "serial_stop_bits": "1",
        "lis": "main",
        "orders": "lis",
        "limits_silence_s": "900",
        "role": "analyzer-link",
        "tags": "gas emergency",
        "enabled": "on",
    }
    answer = client_of("laboratory").post("/lab/links/new/", given)
    assert (answer.status_code, answer["Location"]) == (302, "/lab/flow/gas-1/")
    row = Link.objects.get(pk="gas-1")
    assert (row.host, row.port, row.device, row.serial["parity"]) == ("", 0, "/dev/ttyUSB0", "E")
    assert (row.limits["silence_s"], row.tags, row.orders) == (900, ["gas", "emergency"], "lis")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "Gas 1"}, "id"),
        ({"port": ""}, "port"),
        ({"port": "99999"}, "port"),
        ({"peers": "10.0.0.0/8\n10.0.0.1/8"}, "peers"),
        ({"host": "not an address"}, "host"),
        ({"tls_certificate": "/etc/c.pem"}, "tls_certificate"),
        ({"limits_message_bytes": "1"}, "limits_message_bytes"),
    ],
)
def test_a_refused_setting_is_shown_at_its_field(
    client_of: Callable[..., Any], db: None, changes: dict[str, str], field: str
) -> None:
    """What was typed stays, and the sentence stands where it belongs."""
    from relight.lab.models import Link

    given = {
        "id": "gas-1",
        "name": "Gas",
        "driver": "generic",
        "protocol": "astm",
        "transport": "tcp-server",
        "port": "5001",
        "orders": "here",
        "role": "analyzer-link",
        "limits_message_bytes": "4194304",
    }
    answer = client_of("laboratory").post("/lab/links/new/", {**given, **changes})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Link.objects.exists()


def test_a_link_is_changed_switched_and_removed_from_its_page(
    client_of: Callable[..., Any], link: Callable[..., str]
) -> None:
    """The same page shows the settings, takes a change, and asks why before the rest."""
    from relight.lab.models import Link

    link("chem", port=5001)
    client = client_of("laboratory")
    form = client.get("/lab/links/chem/edit/").context["form"]
    given = {name: value for name in form.fields if (value := form[name].value()) not in (None, False)}
    answer = client.post("/lab/links/chem/edit/", {**given, "name": "Chemistry"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert (Link.objects.get().name, Link.objects.get().version) == ("Chemistry", 2)
    assert client.post("/lab/links/chem/edit/", {**given, "name": "Late"}).status_code == 422
    assert client.post("/lab/links/chem/off/", {"reason": ""}).status_code == 422
    assert client.post("/lab/links/chem/off/", {"reason": "repair"}).status_code == 302
    assert not Link.objects.get().enabled
    assert client.post("/lab/links/chem/remove/", {"reason": "by mistake"}).status_code == 302
    assert not Link.objects.exists()


def test_a_laboratory_system_is_paused_and_resumed_from_its_page(
    client_of: Callable[..., Any], bench: dict[str, UUID]
) -> None:
    """With why; the page says what waits."""
    from relight.lab.models import Lis

    client = client_of("laboratory")
    assert client.post("/lab/lis/main/pause/", {"reason": "update"}).status_code == 302
    assert not Lis.objects.get().enabled
    assert client.post("/lab/lis/main/resume/", {"reason": ""}).status_code == 422
    assert client.post("/lab/lis/main/resume/", {"reason": "done"}).status_code == 302
    assert Lis.objects.get().enabled
    form = {"name": "Main", "protocol": "hl7", "host": "10.0.0.9", "port": "2575", "reply_timeout_s": "10"}
    assert client.post("/lab/lis/main/edit/", form).status_code == 302
    assert client.post("/lab/lis/new/", {**form, "id": "main"}).status_code == 422
    assert client.post("/lab/lis/new/", {**form, "id": "second"}).status_code == 302
    assert Lis.objects.get(pk="main").host == "10.0.0.9"


# -- deciding on pages -----------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["held", "unknown", "nobody", "refused", "sent"])
def test_each_report_has_a_page_that_offers_what_is_open(
    client_of: Callable[..., Any], bench: dict[str, UUID], which: str
) -> None:
    """One page a report, whatever state it is in; looking at it is noted."""
    answer = client_of("laboratory").get(f"/lab/decide/{bench[which]}/")
    assert answer.status_code == 200
    assert looked(f"report:{bench[which]}") == 1
    offered = {
        "held": {"release", "close"},
        "unknown": {"map", "reread", "close"},
        "nobody": {"place", "reread", "close"},
        "refused": {"mend", "replay", "close"},
        "sent": set(),
    }
    assert set(answer.context["page"].opens) == offered[which]


def test_an_order_is_shown_beside_before_results_are_given_to_it(
    client_of: Callable[..., Any], bench: dict[str, UUID], act_for: Callable[..., Any]
) -> None:
    """First the number, then both patients side by side, then the number again and the signature."""
    from relight.lab.models import Report
    from relight.lab.rules.orders import NewOrder, Wanted
    from relight.lab.services.orders import order_make

    given = NewOrder(sample="1000000009", family="Dupont", given="Marie", tests=(Wanted(loinc="15074-8"),))
    order_make(act=act_for("laboratory"), order=given)
    client = client_of("laboratory")
    address = f"/lab/decide/{bench['nobody']}/"
    assert client.post(address, {"do": "choose", "sample": "404"}).status_code == 422
    shown = client.post(address, {"do": "choose", "sample": "1000000009"})
    assert "DUPONT" in shown.content.decode()
    form = {"do": "place", "sample": "1000000009", "order": str(shown.context["page"].order.id)}
    wrong = client.post(address, {**form, "sample_again": "1000000017", "password": client.person.password})
    assert wrong.status_code == 422
    assert "DUPONT" in wrong.content.decode()
    right = client.post(address, {**form, "sample_again": "1000000009", "password": client.person.password})
    assert (right.status_code, Report.objects.get(pk=bench["nobody"]).sample) == (302, "1000000009")


def test_patients_who_differ_are_marked_in_words(bench: dict[str, UUID], act_for: Callable[..., Any]) -> None:
    """What one side does not say cannot differ; what both say and do not agree on is named."""
    from relight.journal.api import writing
    from relight.lab.models import Report
    from relight.lab.rules.orders import NewOrder, Wanted
    from relight.lab.selectors.queues import decide_page
    from relight.lab.services.orders import order_make

    act = act_for("laboratory")
    given = NewOrder(sample="1000000009", family="Dupont", given="Marie", sex="F", tests=(Wanted(loinc="15074-8"),))
    order_make(act=act, order=given)

    def differing(**said: Any) -> frozenset[str]:
        with writing(act) as log:
            Report.objects.filter(pk=bench["nobody"]).update(patient=said)
            log.entry("lab.read", subject="lab:inbox", body={})
        return decide_page(bench["nobody"], sample="1000000009").differing

    assert differing() == frozenset()
    assert differing(family="DUPONT", given=" marie ", ids=["4711"]) == frozenset()
    assert differing(family="DUPOND", sex="M", birth_date="19700101") == {"family", "sex"}


def test_what_a_test_means_is_said_on_the_page(client_of: Callable[..., Any], bench: dict[str, UUID]) -> None:
    """A test of the list brings its name and unit; a wrong factor is shown at its field."""
    from relight.lab.models import TestMap

    client = client_of("laboratory")
    address = f"/lab/decide/{bench['unknown']}/"
    form = {"do": "map", "code": "XYZ", "unit_sent": "mmol/L", "known": "2345-7", "factor": "18,0156"}
    assert client.post(address, {**form, "factor": "-1"}).status_code == 422
    assert client.post(address, form).status_code == 302
    row = TestMap.objects.get()
    assert (row.code, row.loinc, row.unit, row.factor) == ("XYZ", "2345-7", "mg/dL", "18.0156")


def test_acts_of_one_report_work_from_its_page(
    client_of: Callable[..., Any], bench: dict[str, UUID], act_for: Callable[..., Any]
) -> None:
    """Close, reopen, release; mend and send again: each with its reason, each refused without."""
    from relight.lab.models import Report

    client = client_of("laboratory")

    def post(which: str, **given: str) -> int:
        status: int = client.post(f"/lab/decide/{bench[which]}/", given).status_code
        return status

    def state(which: str) -> str:
        return Report.objects.get(pk=bench[which]).state

    assert post("held", do="release", reason="trusted") == 422
    rung_set(act_for("laboratory"), "gas", Rung.RESULTS)
    assert post("held", do="close", why="other", reason="") == 422
    assert post("held", do="close", why="transcribed") == 302
    assert post("held", do="reopen", reason="not yet") == 302
    assert (post("held", do="release", reason="trusted"), state("held")) == (302, "waiting")
    assert (post("refused", do="replay", reason="known now"), state("refused")) == (302, "waiting")
    assert post("sent", do="close", why="duplicate") == 422
    assert state("sent") == "delivered"


def test_a_refused_report_is_mended_on_its_page(client_of: Callable[..., Any], bench: dict[str, UUID]) -> None:
    """Its test gets another code; its value has no field at all."""
    from relight.lab.models import Report

    client = client_of("laboratory")
    address = f"/lab/decide/{bench['refused']}/"
    row = Report.objects.get(pk=bench["refused"])
    result = row.results.get()
    fields = set(client.get(address).context["mend"].fields)
    assert fields == {"sample", "sample_again", "password", "reason", f"loinc_{result.pk}"}
    given = {"do": "mend", "sample": row.sample, "reason": "their code", f"loinc_{result.pk}": "2345-8"}
    assert client.post(address, given).status_code == 422
    assert client.post(address, {**given, f"loinc_{result.pk}": "2345-7"}).status_code == 302
    assert row.results.get().loinc == "2345-7"


def test_many_reports_are_closed_after_being_asked_once(
    client_of: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID]
) -> None:
    """First how many and why, then all of them."""
    from relight.lab.models import Report

    link("chem")
    ids = [str(report("chem", state=ReportState.HELD, hold=HoldReason.RUNG)) for _ in range(3)]
    client = client_of("laboratory")
    asked = client.post("/lab/decide/", {"do": "close", "items": ids, "queue": "held"})
    assert (asked.status_code, Report.objects.filter(state="held").count()) == (200, 3)
    form = {"do": "close", "items": ids, "queue": "held", "confirmed": "1", "why": "transcribed"}
    assert client.post("/lab/decide/", form)["Location"] == "/lab/held/"
    assert Report.objects.filter(state="refused").exclude(closed_by="").count() == 3
    assert client.post("/lab/decide/", {"do": "close", "items": ["rubbish"]}).status_code == 302


def test_nothing_is_said_of_closed_results_that_nobody_chose(
    client_of: Callable[..., Any], link: Callable[..., str], report: Callable[..., UUID]
) -> None:
    """“Transcribed by hand” left standing, unread, would lose results that nobody transcribed."""
    from relight.lab.forms.queues import CloseForm
    from relight.lab.models import Report

    link("chem")
    one = report("chem", state=ReportState.HELD, hold=HoldReason.RUNG)
    assert CloseForm()["why"].field.choices[0][0] == ""  # type: ignore[attr-defined]
    answer = client_of("laboratory").post(f"/lab/decide/{one}/", {"do": "close", "why": "", "reason": "x"})
    assert answer.status_code == 422
    assert Report.objects.get(pk=one).state == "held"


def test_the_count_leads_to_what_was_counted(client_of: Callable[..., Any], bench: dict[str, UUID]) -> None:
    """Each number of received messages opens the list it was counted from."""
    client = client_of("laboratory")
    count = client.get("/lab/reconcile/").context["count"]
    listed = client.get("/lab/messages/?kind=results-all&link=chem").context["table"].total
    assert next(one for one in count.links if one.link == "chem").messages.received == listed
    assert count.balanced


def test_a_link_that_is_silent_says_so(link: Callable[..., str], gateway: Callable[..., Any], clock: Any) -> None:
    """Connected is not enough: after its time of silence a link shows as silent."""
    from relight.lab.rules.standing import LinkStanding
    from relight.lab.selectors.link_list import link_view
    from relight.lab.services.link_state import Seen, link_states_record
    from relight.lab.types import Limits

    link("chem", limits=Limits(silence_s=600))

    def standing() -> LinkStanding:
        view = link_view("chem", at=clock.now())
        assert view is not None
        return view.standing

    assert standing() is LinkStanding.ABSENT
    link_states_record(act=gateway(), seen=[Seen(link="chem", connected_since=clock.now(), peer="10.0.0.2")])
    assert standing() is LinkStanding.CONNECTED
    clock.advance(minutes=11)
    assert standing() is LinkStanding.SILENT
