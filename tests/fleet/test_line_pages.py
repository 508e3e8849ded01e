"""Pages of the recovery line: what they show, what a bulk action says before it acts, what it costs."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from relight.fleet.api import items_attest

pytestmark = pytest.mark.django_db


def _queries(client: Any, address: str) -> int:
    from django.db import connection

    client.get(address)  # what is read once per process (policy, content types) is not counted
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_every_number_of_the_board_leads_to_the_list_it_counts(line: Any, client_of: Any) -> None:
    """Each linked number of the board is the number of rows its list has."""
    line.take(line.add(3), "cleaned")
    line.add(2, site="virton", service="")
    client = client_of("technician")
    page = client.get("/line/").content.decode()
    links = re.findall(r'<a href="(/line/items/\?[^"]+)">(?:<b>)?(\d+)', page)
    assert len(links) >= 4
    for href, number in links:
        listed = client.get(href.replace("&amp;", "&"))
        assert listed.context["table"].total == int(number), href


def test_the_board_of_an_empty_fleet_says_what_to_do_first(client_of: Any) -> None:
    """Without a machine the board leads to the import."""
    page = client_of("recovery-lead", language="en").get("/line/").content.decode()
    assert "No machine is known yet" in page


def test_the_list_filters_by_what_stands_in_the_address(line: Any, client_of: Any) -> None:
    """State, site, class, words: each filter narrows the list, and an unknown word is ignored."""
    cleaned = line.add(2)
    line.take(cleaned, "cleaned")
    line.add(1, klass="server", site="virton", role="domain-controller", service="", serial="5CG1234XYZ")
    client = client_of("technician")
    for query, expected in [
        ("", 3),
        ("state=cleaned", 2),
        ("state=in-line", 2),
        ("site=virton", 1),
        ("klass=server", 1),
        ("service=-", 1),
        ("role=domain-controller", 1),
        ("q=5cg1234", 1),
        ("q=server+virton", 1),
        ("known=missing", 0),
        ("state=nonsense", 3),
    ]:
        assert client.get(f"/line/items/?{query}").context["table"].total == expected, query


def test_a_formula_in_a_name_is_text_in_the_csv(line: Any, client_of: Any, act_for: Any) -> None:
    """A machine named like a formula cannot run in a spreadsheet."""
    from relight.fleet.api import Klass, NewItem, item_add

    item_add(act=act_for("technician"), item=NewItem(klass=Klass.OTHER, name='=HYPERLINK("x")'))
    answer = client_of("technician").get("/line/items/?format=csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[1][0] == '\'=HYPERLINK("x")'


def test_a_bulk_move_says_its_numbers_first_and_then_moves_those_who_may(line: Any, client_of: Any) -> None:
    """38 of 40: the confirm page says who stays and why; confirmed, the others move."""
    ready, late = line.add(3), line.add(2, klass="server", role="file-server", service="")
    line.attest(ready, "retrieved")
    client = client_of("technician", language="en")
    chosen = [str(item) for item in [*ready, *late]]
    page = client.post("/line/batch/move/", {"items": chosen, "to": "retrieved"})
    assert "3 of 5 move to “retrieved”." in page.content.decode()
    assert len(page.context["preview"].refused) == 2
    reasons = page.context["preview"].reasons
    assert sum(len(reason.refusals) for reason in reasons) == 2
    assert all(not reason.sentence.startswith(one.name) for reason in reasons for one in reason.refusals)
    client.post("/line/batch/move/", {"items": " ".join(chosen), "to": "retrieved", "confirm": "1"})
    assert client.get("/line/items/?state=retrieved").context["table"].total == 3
    assert client.get("/line/items/?state=seen").context["table"].total == 2


def test_a_bulk_action_can_take_the_whole_filtered_list(line: Any, client_of: Any) -> None:
    """`all` with a filter in the address takes every item of it, on all pages."""
    items = line.add(60)
    line.attest(items, "retrieved")
    client = client_of("technician")
    page = client.post("/line/batch/move/?site=arlon", {"all": "1", "items": str(items[0])})
    assert len(page.context["preview"].allowed) == 60


def test_a_scanned_serial_opens_its_machine(line: Any, client_of: Any) -> None:
    """Scanner box: one match opens the page, also with the prefix some makers print."""
    (item,) = line.add(1, serial="5CG1234XYZ")
    client = client_of("technician")
    for code in ("5CG1234XYZ", "S5CG1234XYZ", " 5cg1234xyz "):
        assert client.get("/line/scan/", {"code": code})["Location"] == f"/line/items/{item}/"
    assert client.get("/line/scan/", {"code": "NOBODY99"})["Location"].startswith("/line/items/?q=")


def test_forty_scans_make_a_bench_to_act_on(line: Any, client_of: Any) -> None:
    """Codes gather on the bench, each machine once; what names nothing is kept aside, not lost."""
    items = [line.add(1, serial=f"5CG00{n:02}XYZ")[0] for n in range(3)]
    client = client_of("technician")
    codes = "5CG0000XYZ\n5CG0001XYZ\n5CG0001XYZ\nNOBODY\n5CG0002XYZ"
    client.post("/line/bench/", {"codes": codes})
    page = client.get("/line/bench/")
    assert {row.id for row in page.context["rows"]} == {str(item) for item in items}
    assert page.context["unknown"] == ["NOBODY"]
    client.post("/line/bench/", {"remove": str(items[0])})
    assert len(client.get("/line/bench/").context["rows"]) == 2
    client.post("/line/bench/", {"clear": "1"})
    assert client.get("/line/bench/").context["rows"] == []


def test_the_item_page_says_what_is_missing_and_who_can_meet_it(line: Any, client_of: Any) -> None:
    """Missing checks with their roles; once met, the move is offered."""
    (item,) = line.add(1)
    client = client_of("technician", language="en")
    page = client.get(f"/line/items/{item}/")
    assert "To become “retrieved”" in page.content.decode()
    assert [check.met for check in page.context["page"].following.checks] == [(), ()]
    line.attest([item], "retrieved")
    page = client.get(f"/line/items/{item}/")
    assert "Move to “retrieved”" in page.content.decode()
    assert page.context["page"].timeline[0].title.startswith("attested")


def test_attesting_with_a_file_keeps_it_as_evidence_to_download(line: Any, client_of: Any) -> None:
    """The file comes back byte for byte, as a download, and only under its own item."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    item, other = line.add(2)
    line.attest([item], "retrieved")
    line.take([item], "retrieved")
    client = client_of("technician")
    file = SimpleUploadedFile("disk.log", b"dd: done <script>", content_type="text/html")
    answer = client.post(
        "/line/batch/attest/",
        {"items": str(item), "checks": ["inspected"], "evidence": [file], "confirm": "1"},
    )
    assert answer.status_code == 302, answer.content.decode()[:4000]
    page = client.get(f"/line/items/{item}/").context["page"]
    (kept,) = page.following.checks[1].met[0].evidence
    answer = client.get(f"/line/items/{item}/evidence/{kept.digest}/")
    assert answer.content == b"dd: done <script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert "attachment" in answer["Content-Disposition"] and "disk.log" in answer["Content-Disposition"]
    assert client.get(f"/line/items/{other}/evidence/{kept.digest}/").status_code == 404


def test_two_people_admit_on_the_pages(line: Any, client_of: Any) -> None:
    """Each signs what the page shows; the second signature admits; a wrong password signs nothing."""
    items = line.add(2)
    line.take(items, "verified")
    chosen = " ".join(str(item) for item in items)
    security = client_of("security-officer")
    page = security.post("/line/batch/sign-security/", {"items": chosen})
    digest = page.context["sheet"].digest
    sent = {"items": chosen, "digest": digest, "confirm": "1"}
    wrong = security.post("/line/batch/sign-security/", {**sent, "password": "no"})
    assert "password" in wrong.context["form"].errors
    assert (
        security.post("/line/batch/sign-security/", {**sent, "password": security.person.password}).status_code == 302
    )
    owner = client_of("service-owner", scope=["service:emergency"])
    page = owner.get(f"/line/batch/sign-owner/?items={items[0]}")
    sent = {"items": str(items[0]), "digest": page.context["sheet"].digest, "confirm": "1"}
    owner.post("/line/batch/sign-owner/", {**sent, "password": owner.person.password})
    states = {row.state for row in owner.get("/line/items/?state=admitted").context["rows"]}
    assert states == {"admitted"}
    assert owner.get("/line/items/?state=verified").context["table"].total == 1


def test_the_sheet_counts_a_check_and_a_file_once_however_often_they_were_given(line: Any, client_of: Any) -> None:
    """Who signs reads how many checks are met, not how many times somebody said so."""
    (item,) = line.add(1)
    line.take([item], "verified")
    security = client_of("security-officer")

    def shown() -> tuple[list[str], int]:
        (row,) = security.post("/line/batch/sign-security/", {"items": str(item)}).context["lines"]
        return row["checks"], row["files"]

    before = shown()
    items_attest(act=line.tech, items=[item], checks=["works", "patched"], note="once more", files=[])
    assert shown() == before
    assert len(set(before[0])) == len(before[0]) > 0


def test_a_refused_form_keeps_what_was_typed_and_says_why(line: Any, client_of: Any) -> None:
    """Without a reason nothing is quarantined, and the page says so at the field."""
    (item,) = line.add(1)
    page = client_of("technician").post("/line/batch/quarantine/", {"items": str(item), "confirm": "1", "reason": ""})
    assert page.status_code == 200 and "reason" in page.context["form"].errors


def test_nobody_chosen_is_said_in_words(client_of: Any) -> None:
    """An empty bulk action is a 400 that says what to do."""
    answer = client_of("technician", language="en").post("/line/batch/move/", {})
    assert answer.status_code == 400 and "No item was chosen." in answer.content.decode()


def test_correcting_one_item_shows_its_values_and_imports_leave_them_alone(line: Any, client_of: Any) -> None:
    """Only what changed is written, and is fixed against imports."""
    from relight.fleet.models import LineItem

    (item,) = line.add(1)
    client = client_of("technician")
    form = client.get(f"/line/batch/edit/?items={item}").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    client.post("/line/batch/edit/", {**sent, "room": "U 12", "items": str(item), "confirm": "1"})
    row = LineItem.objects.get(pk=item)
    assert row.room == "U 12" and "room" in row.fixed and "u 12" in row.search


def test_a_data_set_and_an_application_enter_by_hand(line: Any, client_of: Any) -> None:
    """Added by hand, they stand in the list of their kind and not among machines."""
    client = client_of("technician")
    for klass in ("dataset", "application"):
        answer = client.post("/line/items/add/", {"klass": klass, "name": f"Archive {klass}", "site": "arlon"})
        assert answer.status_code == 302
        assert client.get(f"/line/items/?kind={klass}").context["table"].total == 1
    assert client.get("/line/items/?kind=machine").context["table"].total == 0


def test_pages_ask_a_fixed_number_of_questions(line: Any, client_of: Any) -> None:
    """SQL counts are pinned: they do not grow with the rows."""
    items = line.add(60)
    line.take(items, "cleaned")
    client = client_of("technician")
    assert _queries(client, "/line/") <= 22
    assert _queries(client, "/line/items/") <= 13
    assert _queries(client, f"/line/items/{items[0]}/") <= 22
    assert _queries(client, "/line/bench/") <= 13


@pytest.mark.parametrize("address", ["/line/", "/line/items/", "/line/bench/", "/line/policy/", "/line/items/add/"])
def test_pages_open_in_french_for_a_technician(line: Any, client_of: Any, address: str) -> None:
    """Every page answers in French."""
    answer = client_of("technician", language="fr").get(address)
    assert answer.status_code == 200 and 'lang="fr"' in answer.content.decode()


def test_a_nurse_does_not_enter_the_line(client_of: Any) -> None:
    """The matrix closes the room to those it does not concern."""
    assert client_of("nurse").get("/line/").status_code == 403


def test_a_mixed_bench_leaves_admitted_machines_where_they_are(line: Any, client_of: Any) -> None:
    """Scanned together in a hurry: those in the clean zone are left out and named, unless chosen alone."""
    from relight.fleet.selectors.items import items_get

    inside, waiting = line.add(2)
    line.admit([inside])
    client = client_of("technician", language="en")
    chosen = {"items": f"{inside} {waiting}", "to": "seen", "reason": "wrong bench"}
    shown = client.post("/line/batch/move/", chosen).content.decode()
    assert "1 is in the clean zone and is left out" in shown
    line.take([waiting], "retrieved")
    client.post("/line/batch/move/", {**chosen, "confirm": "1"})
    assert [row.state.value for row in items_get([inside, waiting])] == ["admitted", "seen"]
    client.post("/line/batch/move/", {**chosen, "items": str(inside), "confirm": "1"})
    assert items_get([inside])[0].state.value == "seen"
