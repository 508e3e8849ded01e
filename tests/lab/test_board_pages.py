"""Pages of the ladder, comparison and quality control: who sees what, what a form does, how many queries."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from relight.lab.types import HoldReason, QcReading, ReportState, Rung

pytestmark = pytest.mark.django_db


@pytest.fixture
def control(link, act_for, gateway, clock):
    """A link at results with one control, measured once in range and once out. Returns: the target's id."""
    from relight.journal.api import writing
    from relight.lab.models import QcTarget
    from relight.lab.services.qc import TargetGiven, qc_points_add, qc_targets_set

    link("chem", rung=Rung.RESULTS)
    given = TargetGiven(code="GLU", level="1", lot="A", mean="5", sd="0.1", unit="mmol/L")
    qc_targets_set(act=act_for("laboratory"), link="chem", targets=[given])
    for value in ("5.1", "5.4"):
        clock.advance(hours=2)
        point = QcReading(code="GLU", value=value, number=value, level="1", lot="A", measured_at=clock.now())
        with writing(gateway()) as log:
            qc_points_add(act=gateway(), log=log, link="chem", points=[point])
    return QcTarget.objects.get().pk


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# -- the board -------------------------------------------------------------------------------------


def test_the_board_publishes_the_share_of_enabled_links_at_results_or_above(link, client_of, act_for):
    """Two of three; the one switched off counts nowhere."""
    from relight.lab.services.links import link_switch

    for id, rung in (("a", Rung.RESULTS), ("b", Rung.AUTOVALIDATION), ("c", Rung.IDENTIFICATION), ("d", Rung.ORDERS)):
        link(id, rung=rung)
    link_switch(act=act_for("laboratory"), link="d", on=False, reason="moved to another site")
    page = client_of("nurse", language="en").get("/lab/")
    assert "67%" in text_of(page)
    assert "2 of 3 links give results" in text_of(page)


def test_each_figure_of_the_board_leads_to_the_links_it_counts(link, client_of):
    link("above", rung=Rung.RESULTS)
    link("below")
    client = client_of("laboratory", language="en")
    assert [row.link.pk for row in client.get("/lab/?show=linked").context["page"].rows] == ["above"]
    assert [row.link.pk for row in client.get("/lab/?show=unlinked").context["page"].rows] == ["below"]


def test_the_board_says_why_a_link_fell_and_what_its_next_rung_lacks(link, client_of, act_for):
    from relight.lab.services.ladder import link_fall

    link("chem", rung=Rung.RESULTS)
    link_fall(act=act_for("system"), link="chem", code="RL-LAB-150")
    page = text_of(client_of("laboratory", language="en").get("/lab/"))
    assert "The link went silent" in page
    assert "Connection test" in page


def test_an_empty_board_says_what_to_do_first(client_of):
    page = client_of("laboratory", language="en").get("/lab/")
    assert "No analyzer is linked yet" in text_of(page)


@pytest.mark.parametrize("many", [2, 12])
def test_the_board_asks_as_many_questions_for_two_links_as_for_twelve(link, client_of, django_assert_num_queries, many):
    for number in range(many):
        link(f"link-{number}", rung=Rung.IDENTIFICATION)
    client = client_of("laboratory")
    with django_assert_num_queries(15):
        client.get("/lab/")


# -- a link's ladder -------------------------------------------------------------------------------


def test_testing_the_connection_from_the_page_lifts_the_link(link, message, client_of):
    from relight.lab.models import Link

    link("chem")
    client = client_of("technician", language="en")
    address = reverse("lab:record", args=["chem", "connection-test"])
    first = client.post(address, follow=True)
    assert "No valid message came" in text_of(first)
    message("chem", peer="127.0.0.1")
    second = client.post(address, follow=True)
    assert "stands on the rung Identification now" in text_of(second)
    assert Link.objects.get().rung == "identification"


def test_a_check_nobody_records_by_hand_is_refused_with_its_sentence(link, client_of):
    link("chem")
    answer = client_of("laboratory").post(reverse("lab:record", args=["chem", "no-such-check"]))
    assert (answer.status_code, b"RL-LAB-181" in answer.content) == (400, True)


def test_only_the_capacities_of_the_reader_s_roles_are_offered(link, client_of):
    link("chem", rung=Rung.IDENTIFICATION)
    address = reverse("lab:ladder", args=["chem"])
    offered = {
        role: [one["offer"].capacity.value for one in client_of(role).get(address).context["signs"]]
        for role in ("laboratory", "security-officer", "recovery-lead")
    }
    assert offered == {"laboratory": ["laboratory"], "security-officer": ["security"], "recovery-lead": []}


def test_a_wrong_password_keeps_the_page_and_says_so_at_the_field(ready_link, client_of, gateway):
    """The form comes back with its error and nothing is signed; the right one is the first of two."""
    from relight.journal.api import writing
    from relight.lab.models import RungSignature
    from relight.lab.services.qc import qc_points_add
    from relight.lab.types import QcReading

    today = datetime.now(tz=UTC)  # pages go by the real clock, and a control counts for a day
    point = QcReading(code="GLU", value="5.05", number="5.05", level="1", lot="A", measured_at=today)
    with writing(gateway()) as log:
        qc_points_add(act=gateway(), log=log, link="chem", points=[point])

    client = client_of("laboratory", language="en")
    page = client.get(reverse("lab:ladder", args=["chem"]))
    given = {"laboratory-digest": page.context["page"].digest, "laboratory-password": "wrong"}
    answer = client.post(reverse("lab:sign-laboratory", args=["chem"]), given)
    assert (answer.status_code, RungSignature.objects.count()) == (422, 0)
    assert "error-summary" in answer.content.decode()
    given["laboratory-password"] = client.person.password
    answer = client.post(reverse("lab:sign-laboratory", args=["chem"]), given, follow=True)
    assert "The second signature, of another person" in text_of(answer)


def test_a_link_is_taken_down_from_its_page_with_a_reason(link, client_of):
    from relight.lab.models import Climb, Link

    link("chem", rung=Rung.ORDERS)
    client = client_of("security-officer", language="en")
    address = reverse("lab:lower", args=["chem"])
    assert client.post(address, {"to": "results", "reason": ""}).status_code == 422
    assert client.post(address, {"to": "autovalidation", "reason": "up"}).status_code == 422
    assert client.post(address, {"to": "results", "reason": "odd answers"}).status_code == 302
    assert (Link.objects.get().rung, Climb.objects.get().reason) == ("results", "odd answers")


def test_a_link_that_climbed_says_how_many_reports_of_before_still_wait(link, report, client_of):
    link("chem", rung=Rung.RESULTS)
    report("chem", state=ReportState.HELD, hold=HoldReason.RUNG)
    page = client_of("laboratory", language="en").get(reverse("lab:ladder", args=["chem"]))
    assert "1 report from the parallel run still waits" in text_of(page)


def test_an_unknown_link_is_a_coded_404(client_of):
    answer = client_of("laboratory").get(reverse("lab:ladder", args=["nowhere"]))
    assert (answer.status_code, b"RL-LAB-001" in answer.content) == (404, True)


def test_the_pages_of_one_link_ask_a_fixed_number_of_questions(ready_link, client_of, django_assert_num_queries):
    client = client_of("laboratory")
    for name, arguments, count in (("lab:ladder", ["chem"], 20), ("lab:link-qc", ["chem"], 14), ("lab:qc", [], 10)):
        with django_assert_num_queries(count):
            client.get(reverse(name, args=arguments))


# -- comparison sheets -----------------------------------------------------------------------------


def test_a_sheet_is_typed_compared_and_closed_from_its_page(link, report, client_of):
    """Scanner first: the sample's field has the focus and keeps the last sample."""
    from relight.lab.models import Comparison

    link("chem", rung=Rung.IDENTIFICATION)
    report("chem", sample="S1", state=ReportState.HELD, hold=HoldReason.RUNG)
    client = client_of("laboratory", language="en")
    client.post(reverse("lab:compare-open", args=["chem"]))
    sheet = Comparison.objects.get()
    address = reverse("lab:sheet", args=["chem", sheet.pk])
    answer = client.post(address, {"sample": "S1", "test": "glucose", "by_hand": "5,4", "unit": ""}, follow=True)
    assert "within tolerance" in text_of(answer)
    assert answer.context["form"].initial["sample"] == "S1"
    twice = client.post(address, {"sample": "S1", "test": "GLU", "by_hand": "5.4", "unit": ""})
    assert twice.status_code == 422
    done = client.post(reverse("lab:sheet-close", args=["chem", sheet.pk]), follow=True)
    assert "every value agrees" in text_of(done)
    assert "Put on the sheet" not in text_of(done)


def test_reading_a_sheet_leaves_its_entry_without_the_sample(link, report, client_of, act_for):
    from relight.journal.api import entry_list
    from relight.lab.services.compare import line_add, sheet_open

    link("chem", rung=Rung.IDENTIFICATION)
    report("chem", sample="SECRET-77")
    act = act_for("laboratory")
    sheet = sheet_open(act=act, link="chem")
    line = line_add(act=act, link="chem", sheet=sheet, sample="SECRET-77", test="GLU", by_hand="5.4")
    client = client_of("laboratory")
    client.get(reverse("lab:sheet", args=["chem", sheet]))
    client.post(reverse("lab:sheet-remove", args=["chem", sheet, line]))
    entries = list(entry_list())
    assert [entry.subject for entry in entries if entry.verb == "lab.see"] == [f"sheet:{sheet}"]
    assert "SECRET-77" not in "".join(f"{entry.subject}{entry.body}{entry.events}" for entry in entries)


def test_who_may_not_see_results_sees_no_sheet(link, client_of):
    link("chem")
    assert client_of("recovery-lead").get(reverse("lab:compare", args=["chem"])).status_code == 403


# -- quality control -------------------------------------------------------------------------------


def test_the_overview_puts_what_is_out_on_top(control, client_of, act_for):
    from relight.lab.services.qc import TargetGiven, qc_targets_set

    given = TargetGiven(code="ALB", level="1", lot="A", mean="40", sd="1")
    qc_targets_set(act=act_for("laboratory"), link="chem", targets=[given])
    page = client_of("nurse", language="en").get("/lab/qc/")
    assert [row.standing.target.code for row in page.context["rows"]] == ["GLU", "ALB"]
    assert "out: 1-2s, 1-3s" in text_of(page)


def test_a_control_s_page_draws_it_and_takes_the_note(control, client_of):
    from relight.lab.models import QcPoint

    client = client_of("laboratory", language="en")
    address = reverse("lab:series", args=["chem", control])
    page = client.get(address)
    assert page.content.count(b'role="img"') == 2
    broken = QcPoint.objects.latest("measured_at")
    note = reverse("lab:qc-note", args=["chem", control, broken.pk])
    assert client.post(note, {"note": " "}).status_code == 422
    answer = client.post(note, {"note": "new reagent bottle"}, follow=True)
    assert "opens again with the next control in range" in text_of(answer)
    assert b"new reagent bottle" in client.get(address).content


def test_targets_are_set_by_form_and_by_file(link, client_of):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from relight.lab.models import QcTarget

    link("chem")
    client = client_of("laboratory", language="en")
    typed = {"code": "NA", "level": "1", "lot": "X", "mean": "140,5", "sd": "1.5", "unit": "mmol/L"}
    assert client.post(reverse("lab:target-set", args=["chem"]), typed).status_code == 302
    wrong = client.post(reverse("lab:target-set", args=["chem"]), {**typed, "sd": "-1"})
    assert (wrong.status_code, "above zero" in text_of(wrong)) == (422, True)
    file = SimpleUploadedFile("qc.csv", b"test,level,lot,mean,sd\nK,1,X,4.1,0.1\nK,2,X,6.2,0.1\n")
    assert client.post(reverse("lab:targets-file", args=["chem"]), {"file": file}).status_code == 302
    assert QcTarget.objects.count() == 3


@pytest.mark.parametrize("role", ["nurse", "technician"])
def test_who_sets_no_targets_is_offered_no_form(control, client_of, role):
    page = client_of(role, language="en").get(reverse("lab:link-qc", args=["chem"]))
    assert page.status_code == 200
    assert "Set a target" not in text_of(page)
