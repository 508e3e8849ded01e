"""Pages of orders, worklists, results, sheets and calls: what they show, what they refuse, what they cost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from relight.journal.api import entry_list
from relight.lab.models import SheetResult
from relight.lab.rules.orders import PatientId
from relight.lab.selectors.orders import order_get, order_of_sample, order_query
from relight.lab.types import Rung, Validation
from support.lab_orders import HAEMOGLOBIN, POTASSIUM, SODIUM, order_typed
from support.lab_results import result_made

pytestmark = pytest.mark.django_db


@pytest.fixture
def result(act_for: Any) -> Any:
    """`result(value="4.1")`: an order of Jeanne Noël and one result of it; see support.lab_results."""
    return lambda **given: result_made(act_for, **given)


TYPED = {
    "family": "Noël",
    "given": "Jeanne",
    "birth_date": "1951-03-09",
    "sex": "F",
    "record": "A-104233",
    "site": "",
    "ward": "Urgences",
    "priority": "stat",
    "words": "Na K, CRP",
    "panels": ["count"],
}


def _queries(client: Any, address: str) -> int:
    from django.db import connection

    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


class TestOrdering:
    """An order on a page."""

    def test_an_order_typed_by_a_nurse_gets_a_number_and_opens_its_page(self, client_of: Any) -> None:
        """With the tests typed and the panel ticked."""
        client = client_of("nurse", language="en")
        answer = client.post("/lab/orders/new/", TYPED, follow=True)
        order = order_query().get()
        assert answer.redirect_chain == [(f"/lab/orders/{order.pk}/", 302)]
        page = answer.content.decode()
        assert "<b>NOËL</b> Jeanne" in page
        assert order.sample in page
        assert {t.loinc for t in order_get(order.pk).tests} >= {SODIUM, POTASSIUM, "1988-5", HAEMOGLOBIN}
        assert order_get(order.pk).patient_ids == (PatientId(system="record", value="A-104233"),)

    def test_a_taken_number_is_refused_at_its_field(self, client_of: Any, act_for: Any) -> None:
        """With what to do, and what was typed still there."""
        order = order_typed(act_for("nurse"))
        answer = client_of("nurse", language="en").post("/lab/orders/new/", {**TYPED, "sample": order.sample})
        page = answer.content.decode()
        assert "This sample number belongs to another order already." in page
        assert 'value="Noël"' in page
        assert order_query().count() == 1

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"words": "", "panels": []}, "No test was chosen."),
            ({"words": "Na Philosophy"}, "“Philosophy” is no test of the catalogue."),
            ({"birth_date": "2999-01-01"}, "The birth date lies ahead."),
            ({"sample": "a b"}, "characters a barcode"),
        ],
    )
    def test_what_is_wrong_is_said(self, client_of: Any, changed: dict[str, Any], said: str) -> None:
        """And nothing is ordered."""
        answer = client_of("nurse", language="en").post("/lab/orders/new/", {**TYPED, **changed})
        assert said in answer.content.decode().replace("&amp;", "&")
        assert not order_query().exists()

    def test_tests_are_added_and_the_order_is_cancelled_with_a_reason(self, client_of: Any, act_for: Any) -> None:
        """Each on its page."""
        order = order_typed(act_for("nurse"), SODIUM)
        client = client_of("nurse", language="en")
        client.post(f"/lab/orders/{order.id}/add/", {"words": "Hb"})
        assert [t.loinc for t in order_get(order.id).tests] == [SODIUM, HAEMOGLOBIN]
        page = client.get(f"/lab/orders/{order.id}/cancel/").content.decode()
        assert "2 tests will not be measured." in page
        client.post(f"/lab/orders/{order.id}/cancel/", {"reason": "Tube broken"})
        assert order_get(order.id).is_cancelled
        assert "Tube broken" in client.get(f"/lab/orders/{order.id}/").content.decode()

    def test_a_file_is_taken_in_and_bad_rows_are_told(self, client_of: Any) -> None:
        """With line and code."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        table = "sample;family;tests\n26-001;Noël;Na\n26-002;Maes;Philosophy\n".encode()
        client = client_of("nurse", language="en")
        page = client.post("/lab/orders/import/", {"file": SimpleUploadedFile("o.csv", table)}).content.decode()
        assert "1 order is new." in page
        assert "RL-LAB-207" in page
        assert order_of_sample("26-001") is not None
        broken = SimpleUploadedFile("o.csv", b"hello")
        assert "holds no orders" in client.post("/lab/orders/import/", {"file": broken}).content.decode()

    def test_numbers_given_out_ahead_come_as_a_pdf(self, client_of: Any) -> None:
        """And reserving a range is for those who set up links."""
        answer = client_of("nurse").post("/lab/orders/numbers/", {"site": "", "count": 3, "paper": "roll"})
        assert answer.content.startswith(b"%PDF")
        client = client_of("laboratory", language="en")
        given = {"site": "", "begins": "77", "digits": 6}
        assert "Reserved." in client.post("/lab/orders/numbers/reserve/", given, follow=True).content.decode()
        again = client.post("/lab/orders/numbers/reserve/", {**given, "begins": "7"}).content.decode()
        assert "cannot be reserved" in again
        assert client_of("nurse").post("/lab/orders/numbers/reserve/", given).status_code == 403


class TestSearching:
    """Patients stand in no address."""

    def test_a_scanned_sample_opens_its_order_and_its_results(self, client_of: Any, result: Any) -> None:
        """By an id of ours."""
        order = result(value="4.1").order
        client = client_of("laboratory")
        assert client.post("/lab/orders/find/", {"q": order.sample})["Location"] == f"/lab/orders/{order.id}/"
        assert client.post("/lab/results/find/", {"q": order.sample})["Location"] == f"/lab/results/{order.id}/"

    def test_a_name_lists_those_who_bear_it_without_an_address(self, client_of: Any, result: Any) -> None:
        """The list is the answer of the post itself."""
        result(value="4.1")
        client = client_of("laboratory", language="en")
        for address in ("/lab/orders/find/", "/lab/results/find/"):
            page = client.post(address, {"q": "jeanne"})
            assert page.status_code == 200
            assert "NOËL" in page.content.decode()
            assert "NOËL" not in client.post(address, {"q": "nobody"}).content.decode()

    def test_no_link_of_any_page_names_a_patient(self, client_of: Any, result: Any) -> None:
        """Neither name, nor number, nor sample."""
        made = result(value="7.1", critical=True)
        client = client_of("laboratory")
        for address in (
            "/lab/orders/",
            f"/lab/orders/{made.order.id}/",
            "/lab/worklists/",
            "/lab/results/",
            f"/lab/results/{made.order.id}/",
            "/lab/sheets/",
            "/lab/calls/",
        ):
            hrefs = " ".join(re.findall(r'(?:href|action)="([^"]*)"', client.get(address).content.decode()))
            for secret in (made.order.sample, "Jeanne", "A-104233", "No%C3%ABl"):
                assert secret not in hrefs, (address, secret)

    def test_looking_at_a_patient_is_journalled(self, client_of: Any, result: Any) -> None:
        """Before the page is answered, without naming the patient."""
        made = result(value="4.1")
        client_of("nurse").get(f"/lab/results/{made.order.id}/")
        entry = entry_list(verb="lab.see")[0]
        assert entry.subject == f"order:{made.order.id}"
        assert dict(entry.body)["what"] == "patient-results"


class TestReading:
    """Results on a page."""

    def test_a_value_stands_with_unit_flag_range_time_and_source(self, client_of: Any, result: Any) -> None:
        """Abnormal by word and symbol, preliminary until somebody stands for it."""
        made = result(value="6.4", critical=True)
        page = client_of("laboratory", language="en").get(f"/lab/results/{made.order.id}/").content.decode()
        for said in ("Potassium", "6.4", "mmol/L", "CRITICAL, high", "‼↑", "3.5 - 5.1", "preliminary", "call open"):
            assert said in page, said
        assert f"/lab/messages/{made.message}/" in page

    def test_a_correction_shows_the_new_value_and_the_old_one_a_click_away(
        self, client_of: Any, result: Any, act_for: Any
    ) -> None:
        """Struck through, with its time."""
        first = result(value="3.1")
        result_made(act_for, value="4.1", order=first.order, corrects=first.result)
        page = client_of("nurse", language="en").get(f"/lab/results/{first.order.id}/").content.decode()
        assert re.search(r"<summary>corrected</summary>.*<del>3.1 mmol/L</del>", page, re.S)
        assert len(re.findall(r"<th scope=\"row\"[^>]*>Potassium", page)) == 1

    def test_held_results_are_not_shown_but_said_to_wait(self, client_of: Any, result: Any) -> None:
        """A nurse never reads a value nobody trusts."""
        made = result(value="9.9", held=True)
        page = client_of("nurse", language="en").get(f"/lab/results/{made.order.id}/").content.decode()
        assert "9.9" not in page
        assert "1 report of this sample waits for a decision" in page

    def test_what_the_laboratory_system_refused_is_shown_all_the_same(self, client_of: Any, result: Any) -> None:
        """The ward needs it; the list says so."""
        made = result(value="4.1", refused=True)
        client = client_of("nurse", language="en")
        assert "4.1" in client.get(f"/lab/results/{made.order.id}/").content.decode()
        assert "the laboratory system refused it" in client.get("/lab/results/").content.decode()

    def test_only_the_laboratory_validates_and_only_what_it_saw(self, client_of: Any, result: Any) -> None:
        """A nurse has no button and no way."""
        from relight.lab.models import Report

        made = result(value="4.1")
        address = f"/lab/results/{made.order.id}/validate/"
        nurse = client_of("nurse")
        assert 'name="reports"' not in nurse.get(f"/lab/results/{made.order.id}/").content.decode()
        assert nurse.post(address, {"reports": f"{made.report}:x"}).status_code == 403
        lab = client_of("laboratory", language="en")
        page = lab.get(f"/lab/results/{made.order.id}/").content.decode()
        (ticket,) = re.findall(r'name="reports" value="([^"]+)"', page)
        assert "changed since" in lab.post(address, {"reports": f"{made.report}:x"}, follow=True).content.decode()
        assert Report.objects.get(pk=made.report).validation == Validation.PRELIMINARY.value
        assert "1 report validated." in lab.post(address, {"reports": ticket}, follow=True).content.decode()
        assert Report.objects.get(pk=made.report).validation == Validation.VALIDATED.value

    def test_an_unknown_patient_page_is_not_found(self, client_of: Any) -> None:
        """With a code."""
        from uuid import uuid4

        answer = client_of("nurse", language="en").get(f"/lab/results/{uuid4()}/")
        assert answer.status_code == 404
        assert "RL-LAB-223" in answer.content.decode()


class TestSheets:
    """Printing."""

    def test_a_ward_is_printed_once_until_something_new_arrives(self, client_of: Any, result: Any) -> None:
        """And what is printed but not confirmed stands on top."""
        result(value="4.1")
        client = client_of("nurse", language="en")
        assert "Urgences" in client.get("/lab/sheets/").content.decode()
        answer = client.post("/lab/sheets/new/", {"site": "arlon", "ward": "Urgences"})
        pdf = client.get(answer["Location"])
        assert pdf.content.startswith(b"%PDF")
        assert pdf["Cache-Control"] == "no-store"
        page = client.get("/lab/sheets/").content.decode()
        assert "did it come out of the printer?" in page
        assert "Everything is printed." in page
        sheet = SheetResult.objects.get().sheet_id
        client.post(f"/lab/sheets/{sheet}/done/", {})
        assert "did it come out of the printer?" not in client.get("/lab/sheets/").content.decode()

    def test_nothing_to_print_is_said(self, client_of: Any) -> None:
        """With a code, no empty sheet."""
        answer = client_of("nurse", language="en").post("/lab/sheets/new/", {"site": "arlon", "ward": "Urgences"})
        assert answer.status_code == 409
        assert "RL-LAB-230" in answer.content.decode()


class TestCalls:
    """Critical values on a page."""

    def test_a_call_is_closed_by_what_was_read_back_and_by_nothing_less(self, client_of: Any, result: Any) -> None:
        """A wrong value is refused at its field."""
        from relight.lab.models import Call

        made = result(value="6.4", critical=True)
        client = client_of("laboratory", language="en")
        call = Call.objects.get(result=made.result)
        page = client.get("/lab/calls/").content.decode()
        assert "Potassium" in page and "NOËL" in page
        client.post(f"/lab/calls/{call.pk}/tried/", {"outcome": "no-answer", "note": "engaged"})
        assert "engaged" in client.get(f"/lab/calls/{call.pk}/").content.decode()
        wrong = client.post(f"/lab/calls/{call.pk}/made/", {"reached": "Dr Maes", "read_back": "Noël K 4.6"})
        assert "is not the value of this result" in wrong.content.decode()
        done = client.post(
            f"/lab/calls/{call.pk}/made/", {"reached": "Dr Maes", "read_back": "Noël, potassium 6,4"}, follow=True
        )
        assert "the call is closed" in done.content.decode()
        assert "Dr Maes" in client.get("/lab/calls/").content.decode()

    def test_a_nurse_sees_calls_and_closes_none(self, client_of: Any, result: Any) -> None:
        """Calling is the laboratory's."""
        from relight.lab.models import Call

        made = result(value="6.4", critical=True)
        call = Call.objects.get(result=made.result)
        client = client_of("nurse")
        assert 'name="read_back"' not in client.get(f"/lab/calls/{call.pk}/").content.decode()
        assert client.post(f"/lab/calls/{call.pk}/made/", {}).status_code == 403


class TestWorklists:
    """The bench."""

    def test_each_analyzer_has_its_list_and_what_none_does_has_its_own(
        self, client_of: Any, act_for: Any, link: Any
    ) -> None:
        """With a word for an analyzer that is told nothing."""
        from relight.journal.api import new_id, writing
        from relight.lab.models import TestMap

        link("chem", rung=Rung.RESULTS)
        act = act_for("laboratory")
        with writing(act) as log:
            TestMap.objects.create(
                id=new_id(act.at), link_id="chem", code="NA", loinc=SODIUM, name="Na", by=act.actor, at=act.at
            )
            log.entry("lab.map", subject="link:chem", body={})
        order_typed(act_for("nurse"), SODIUM, HAEMOGLOBIN)
        client = client_of("laboratory", language="en")
        page = client.get("/lab/worklists/").content.decode()
        assert "Chem" in page and "No analyzer here does these" in page
        assert "choose them on its screen" in page
        assert "No analyzer here does these" not in client.get("/lab/worklists/?link=chem").content.decode()
        assert "Nothing waits here" in client.get("/lab/worklists/?priority=stat").content.decode()


class TestCost:
    """Lists cost the same however long they are."""

    @pytest.mark.parametrize("address", ["/lab/orders/", "/lab/results/", "/lab/calls/", "/lab/sheets/"])
    def test_more_rows_cost_no_more_queries(self, client_of: Any, result: Any, address: str) -> None:
        """One patient or twelve."""
        client = client_of("laboratory")
        result(value="6.4", critical=True)
        few = _queries(client, address)
        for number in range(11):
            result(value="6.5", critical=True, family=f"Patient {number}")
        assert _queries(client, address) == few

    def test_the_page_of_a_patient_costs_the_same_for_many_samples(self, client_of: Any, result: Any) -> None:
        """One sample or nine."""
        client = client_of("laboratory")
        first = result(value="4.1")
        few = _queries(client, f"/lab/results/{first.order.id}/")
        for _ in range(8):
            result(value="4.2")
        assert _queries(client, f"/lab/results/{first.order.id}/") == few
        assert len(client.get(f"/lab/results/{first.order.id}/").context["page"].samples) == 9
