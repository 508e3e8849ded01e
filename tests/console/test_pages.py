"""Claims about the console's pages: what they say, to whom, where they lead, what they cost."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings

from console.small import hospital_load, machine_add, machines_lay
from relight.journal.api import EventDraft, evidence_store, version, writing
from relight.kernel.act import Act, Door

NOW = datetime.now(tz=UTC)


@pytest.fixture
def owner() -> Act:
    """The owner of the data folder, now: pages take the real clock."""
    return Act(actor="os:test", at=NOW, door=Door.CLI, roles=frozenset({"owner"}))


@pytest.fixture
def hospital(db: None, owner: Act) -> Act:
    hospital_load(owner)
    return owner


def text_of(page: Any) -> str:
    """The words of a page, without markup."""
    content = page.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style|head).*?</\1>", " ", content)).split())


def number_in(page: Any, key: str) -> int:
    found = next(count for count in page.context["now"].counts if count.key == key)
    return int(found.value)


# -- an empty house --------------------------------------------------------------------------------


def test_an_empty_hospital_says_what_to_do_first_and_leads_there(client_of: Callable[..., Any]) -> None:
    page = client_of("recovery-lead", language="en").get("/")
    assert page.status_code == 200
    assert "Describe the hospital" in text_of(page)
    assert 'href="/dependencies/load/"' in page.content.decode()
    assert '<svg class="chart' not in page.content.decode()


def test_who_cannot_load_a_description_is_told_who_can(client_of: Callable[..., Any]) -> None:
    page = client_of("nurse", language="en").get("/")
    assert 'href="/dependencies/load/"' not in page.content.decode()
    assert "the recovery lead does" in text_of(page)


@pytest.mark.parametrize(
    "address",
    ["/", "/?wall", "/?all", "/burn-up/", "/search/", "/search/?q=nothing", "/journal/", "/journal/lag/", "/live/"],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_opens_in_an_empty_house(client_of: Callable[..., Any], address: str, language: str) -> None:
    assert client_of("recovery-lead", language=language).get(address).status_code == 200


# -- the situation ---------------------------------------------------------------------------------


def test_the_first_screen_says_the_day_and_how_many_machines_are_operational(
    hospital: Act, client_of: Callable[..., Any]
) -> None:
    machine_add(hospital, "PC-1", site="arlon", serial="ABC12345")
    page = client_of("recovery-lead").get("/")
    assert "J+10" in text_of(page)
    assert (number_in(page, "seen"), number_in(page, "admitted")) == (1, 0)


def test_each_count_leads_to_a_list_with_as_many_rows(hospital: Act, client_of: Callable[..., Any]) -> None:
    for number in range(3):
        machine_add(hospital, f"PC-{number}", site="arlon")
    client = client_of("recovery-lead")
    for count in client.get("/").context["now"].counts:
        listed = client.get(count.href)
        assert listed.status_code == 200
        assert listed.context["table"].total == count.value, count.key


def test_services_stand_by_priority_and_sites_by_turn_with_who_is_next(
    hospital: Act, client_of: Callable[..., Any]
) -> None:
    now = client_of("recovery-lead").get("/").context["now"]
    assert [(tier.tier, [row.name for row in tier.rows]) for tier in now.tiers] == [
        (1, ["Urgences"]),
        (2, ["Dialyse"]),
        (4, ["Cantine"]),
    ]
    assert [(site.name, site.zone, site.next) for site in now.sites] == [
        ("Arlon", "planned", True),
        ("Virton", "planned", False),
    ]


def test_a_cell_leads_to_why_its_unit_is_so(hospital: Act, client_of: Callable[..., Any]) -> None:
    client = client_of("nurse")
    cell = client.get("/").context["now"].tiers[0].rows[0].cells[0]
    assert (cell.id, cell.state) == ("emergency@arlon", "paper")
    assert client.get(cell.href).status_code == 200


def test_less_urgent_priorities_are_folded_and_one_link_away(hospital: Act, client_of: Callable[..., Any]) -> None:
    client = client_of("recovery-lead")
    assert "Cantine" not in text_of(client.get("/"))
    assert 'href="?all"' in client.get("/").content.decode()
    assert "Cantine" in text_of(client.get("/?all"))
    assert "Cantine" in text_of(client.get("/?wall"))


def test_functions_that_do_not_work_say_why_in_a_few_words(hospital: Act, client_of: Callable[..., Any]) -> None:
    lines = {line.id: line for line in client_of("recovery-lead", language="en").get("/").context["now"].functions}
    assert lines["directory"].why == "0 of 1 domain-controller"
    assert lines["patient-record"].why.startswith("0 of 1 record-server")
    assert [one.name for one in lines["network"].instances] == ["Arlon", "Virton"]
    assert lines["network"].why == "0 of 1 switch"


def test_what_brings_most_back_next_says_what_it_takes_and_what_it_brings(
    hospital: Act, client_of: Callable[..., Any]
) -> None:
    first = client_of("recovery-lead").get("/").context["now"].unlocks[0]
    assert first.what and first.gains


def test_a_change_is_told_with_who_did_it_and_leads_to_its_entry(hospital: Act, client_of: Callable[..., Any]) -> None:
    machine_add(hospital, "PC-1", site="arlon")
    client = client_of("recovery-lead", language="en")
    change = client.get("/").context["now"].changes[0]
    assert (change.who, change.did) == ("test", "added an item")
    assert client.get(change.href).status_code == 200


def test_nothing_leads_a_reader_where_they_may_not_go(hospital: Act, client_of: Callable[..., Any]) -> None:
    machine_add(hospital, "PC-1", site="arlon", role="switch")
    client = client_of("nurse")
    page = client.get("/")
    assert number_in(page, "seen") == 1
    addresses = set(re.findall(r'<a[^>]+href="(/[^"#]*)', page.content.decode()))
    assert not [address for address in addresses if address.startswith(("/line/", "/journal/"))]
    refused = [address for address in addresses if client.get(address, follow=True).status_code >= 400]
    assert not refused


def test_a_wall_shows_no_more_functions_than_fit_under_the_chart(hospital: Act, client_of: Callable[..., Any]) -> None:
    assert len(client_of("recovery-lead").get("/?wall").context["now"].functions) <= 6


# -- the burn-up -----------------------------------------------------------------------------------


@pytest.mark.direct_rows
def test_the_burn_up_ends_with_the_counts_of_today(hospital: Act, client_of: Callable[..., Any]) -> None:
    machines_lay(70, at=NOW, admitted=20)
    client = client_of("recovery-lead")
    now = client.get("/").context["now"]
    counts = {count.key: count.value for count in now.counts}
    assert (now.days[-1].day, now.days[-1].admitted, now.days[-1].in_line) == (
        10,
        counts["admitted"],
        counts["in_line"],
    )
    assert now.days[-1].expected == counts["expected"]


@pytest.mark.direct_rows
def test_the_same_figures_stand_as_a_table_and_as_csv(hospital: Act, client_of: Callable[..., Any]) -> None:
    machines_lay(30, at=NOW, admitted=10)
    client = client_of("recovery-lead")
    rows = list(csv.DictReader(io.StringIO(client.get("/burn-up/?format=csv").content.decode("utf-8-sig"))))
    days = client.get("/burn-up/").context["rows"]
    assert [(row["day"], row["admitted"]) for row in reversed(rows)] == [(str(d.day), str(d.admitted)) for _, d in days]
    assert rows[-1]["admitted"] == "10"


# -- the pulse -------------------------------------------------------------------------------------


def pulse(client: Any, tag: str = "") -> Any:
    return client.get("/live/", headers={"X-Relight-Live": "1", "Accept": "application/json", "If-None-Match": tag})


def test_nothing_changed_is_answered_with_304_and_no_body(hospital: Act, client_of: Callable[..., Any]) -> None:
    client = client_of("nurse")
    tag = pulse(client)["ETag"]
    again = pulse(client, tag)
    assert (again.status_code, again.content) == (304, b"")


def test_a_write_moves_the_pulse(hospital: Act, client_of: Callable[..., Any]) -> None:
    client = client_of("nurse")
    before = pulse(client)
    machine_add(hospital, "PC-1")
    after = pulse(client, before["ETag"])
    assert after.status_code == 200 and after.json()["version"] != before.json()["version"]


def test_two_readers_and_two_languages_share_no_tag(hospital: Act, client_of: Callable[..., Any]) -> None:
    tags = {pulse(client_of(role, language=lang))["ETag"] for role in ("nurse", "auditor") for lang in ("fr", "en")}
    assert len(tags) == 4


def test_the_pulse_names_the_version_the_page_was_made_of(hospital: Act, client_of: Callable[..., Any]) -> None:
    client = client_of("nurse")
    page = client.get("/", headers={"Accept": "text/html"})
    assert f'name="relight-live" content="{pulse(client).json()["version"]}"' in page.content.decode()


def test_the_pulse_costs_three_reads_and_no_write(
    hospital: Act, client_of: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    client = client_of("nurse")
    pulse(client)
    with django_assert_max_num_queries(3) as seen:  # session, person, version
        pulse(client)
    assert not [query for query in seen.captured_queries if not query["sql"].startswith("SELECT")]


# -- what it costs ---------------------------------------------------------------------------------


@pytest.mark.direct_rows
@pytest.mark.django_db(transaction=True)
def test_the_situation_of_three_thousand_machines_takes_eighteen_reads_and_a_tenth_of_a_second(
    owner: Act, client_of: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    hospital_load(owner)
    machines_lay(3000, at=NOW, admitted=220)
    client = client_of("recovery-lead")
    client.get("/")  # the world is read once for each revision of the hospital
    with django_assert_max_num_queries(24):  # 18, and session, person, live version, forecast, answers
        client.get("/", headers={"Accept": "text/html"})
    spans = []
    for _ in range(7):
        start = time.process_time()  # of this process: what else runs on the machine does not count
        client.get("/")
        spans.append(time.process_time() - start)
    assert sorted(spans)[3] < 0.1


# -- the journal -----------------------------------------------------------------------------------


def test_the_journal_narrows_by_person_verb_subject_words_and_day(hospital: Act, client_of: Callable[..., Any]) -> None:
    item = machine_add(hospital, "PC-ALPHA", site="arlon")
    machine_add(hospital, "PC-BETA", site="virton")
    client = client_of("auditor")

    def found(query: str) -> list[str]:
        return [row.verb for row in client.get(f"/journal/?{query}").context["page"].rows]

    assert found("text=PC-ALPHA") == ["fleet.add"]
    assert found("verb=hospital.load") == ["hospital.load"]
    assert found(f"subject=item:{item}") == ["fleet.add"]
    assert set(found("actor=os:test")) >= {"fleet.add", "hospital.load"}
    assert "fleet.add" in found("day=J%2B10")
    assert found("day=J%2B3") == []
    assert "fleet.add" in found(f"day={NOW.astimezone():%Y-%m-%d}")


def test_a_day_that_is_none_is_told_at_the_field_and_narrows_nothing(
    hospital: Act, client_of: Callable[..., Any]
) -> None:
    page = client_of("auditor", language="en").get("/journal/?day=someday")
    assert page.status_code == 200
    assert "“someday” is not a day." in text_of(page)
    assert page.context["page"].rows


def test_the_journal_pages_by_number_so_that_new_entries_shift_nothing(
    hospital: Act, client_of: Callable[..., Any]
) -> None:
    for number in range(60):
        machine_add(hospital, f"PC-{number}")
    client = client_of("auditor")
    first = client.get("/journal/").context["page"]
    address = client.get("/journal/").context["older_href"]
    machine_add(hospital, "PC-NEW")
    second = client.get(f"/journal/{address}").context["page"]
    assert len(first.rows) == 50
    assert second.rows[0].seq == first.rows[-1].seq - 1
    assert not {row.seq for row in first.rows} & {row.seq for row in second.rows}


def test_the_list_of_entries_takes_as_many_reads_for_fifty_as_for_five(
    hospital: Act, client_of: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        machine_add(hospital, f"PC-{number}")
    client = client_of("auditor")
    client.get("/journal/")
    with django_assert_max_num_queries(18):
        client.get("/journal/")


def test_an_entry_shows_its_body_its_events_and_its_place_in_the_chain(
    hospital: Act, client_of: Callable[..., Any]
) -> None:
    machine_add(hospital, "PC-ALPHA", site="arlon", serial="SER-98765")
    client = client_of("auditor", language="en")
    machine_add(hospital, "PC-BETA")
    row = client.get("/journal/?text=PC-ALPHA").context["page"].rows[0]
    page = client.get(f"/journal/{row.seq}/")
    words = text_of(page)
    assert "PC-ALPHA" in words and "item added" in words
    assert row.entry.hash in words and row.entry.previous in words
    assert client.get("/journal/999999/").status_code == 404
    for neighbour in (row.seq - 1, row.seq + 1):
        assert f'href="/journal/{neighbour}/"' in page.content.decode()


def test_the_csv_holds_what_the_list_is_narrowed_to_and_starts_no_formula(
    hospital: Act, client_of: Callable[..., Any]
) -> None:
    for number in range(3):
        machine_add(hospital, f"PC-{number}")
    with writing(hospital) as log:
        log.entry("fleet.add", subject="=cmd", body={})
    answer = client_of("auditor").get("/journal/?verb=fleet.add&format=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert {row["verb"] for row in rows} == {"fleet.add"}
    assert len(rows) == 4
    assert rows[0]["subject"] == "'=cmd"


def test_checking_the_chain_is_itself_an_entry_and_the_list_shows_who_and_when(
    hospital: Act, client_of: Callable[..., Any]
) -> None:
    client = client_of("auditor", language="en")
    assert client.get("/journal/").context["chain"] is None
    assert client.post("/journal/verify/").status_code == 302
    page = client.get("/journal/")
    assert page.context["chain"].intact
    assert client.person.username.title() in text_of(page)
    assert client.get("/journal/verify/").status_code == 405


def test_a_broken_chain_is_named_by_its_first_broken_entry(hospital: Act, client_of: Callable[..., Any]) -> None:
    from django.db import connection

    from relight.journal import guards
    from relight.journal.models import Entry

    machine_add(hospital, "PC-1")
    seq = Entry.objects.order_by("-seq").values_list("seq", flat=True)[0]
    guards.remove(connection)
    Entry.objects.filter(seq=seq).update(subject="item:other")
    guards.install(connection)
    client = client_of("auditor", language="en")
    client.post("/journal/verify/")
    page = client.get("/journal/")
    assert page.context["chain"].broken == seq
    assert "chain broken" in text_of(page)


@pytest.fixture
def kept(hospital: Act) -> str:
    with writing(hospital) as log:
        file = evidence_store(log=log, content=b"disk wiped\n", name="wipe.log", media_type="text/html")
        log.entry("line.attest", subject="item:x", body={"evidence": file.digest})
    return file.digest


def test_an_evidence_file_is_checked_as_it_is_read_and_only_ever_saved(
    kept: str, client_of: Callable[..., Any]
) -> None:
    client = client_of("auditor", language="en")
    page = client.get(f"/journal/evidence/{kept}/")
    assert "This is what was stored" in text_of(page)
    assert "attested checks" in text_of(page)
    file = client.get(f"/journal/evidence/{kept}/file/")
    assert b"".join(file.streaming_content) == b"disk wiped\n"
    assert file["Content-Disposition"] == 'attachment; filename="wipe.log"'
    assert file["Content-Type"] == "application/octet-stream"


def test_an_entry_names_the_files_and_items_it_is_about_and_leads_to_them(
    kept: str, hospital: Act, client_of: Callable[..., Any]
) -> None:
    item = machine_add(hospital, "PC-ALPHA")
    other = "ab" * 32  # a digest of no stored file: a policy, say
    with writing(hospital) as log:
        written = log.entry(
            "line.attest", subject="item:x", body={"items": [str(item)], "evidence": [kept], "policy": other}
        )
    client = client_of("auditor", "technician")
    content = client.get(f"/journal/{written.seq}/").content.decode()
    assert f'<a href="/line/items/{item}/">PC-ALPHA</a>' in content
    assert f'<a href="/journal/evidence/{kept}/">wipe.log</a>' in content
    assert f"/journal/evidence/{other}/" not in content and other in content


def test_an_altered_evidence_file_is_told_and_never_handed_out(kept: str, client_of: Callable[..., Any]) -> None:
    from relight.journal.api import evidence_path

    place = evidence_path(kept)
    place.chmod(0o600)
    place.write_bytes(b"disk not wiped\n")
    try:
        client = client_of("auditor", language="en")
        page = client.get(f"/journal/evidence/{kept}/")
        assert page.status_code == 200
        assert "RL-JNL-002" in text_of(page)
        assert client.get(f"/journal/evidence/{kept}/file/").status_code == 409
    finally:
        place.unlink()


def test_a_file_nobody_stored_is_not_found(hospital: Act, client_of: Callable[..., Any]) -> None:
    assert client_of("auditor").get(f"/journal/evidence/{'0' * 64}/").status_code == 404


def test_what_lags_is_told_on_the_situation_page_once_it_waits_too_long(
    hospital: Act, client_of: Callable[..., Any]
) -> None:
    with writing(Act(actor="os:test", at=NOW - timedelta(minutes=5), door=Door.CLI)) as log:
        log.entry("fleet.add", subject="item:x", body={}, events=[EventDraft(name="test.waiting", subject="item:x")])
    with override_settings(RELIGHT_SUBSCRIPTIONS="console.test_pages.SUBSCRIPTIONS"):
        client = client_of("recovery-lead", language="en")
        assert "Not everything here is up to date" in text_of(client.get("/"))
        assert "waits-for-test" in text_of(client.get("/journal/lag/"))
    with override_settings(RELIGHT_SUBSCRIPTIONS="console.test_pages.NOBODY"):
        assert "Not everything here is up to date" not in text_of(client.get("/"))


NOBODY: tuple[Any, ...] = ()


def _subscriptions() -> Any:
    from relight.journal.api import Subscription

    return (Subscription(name="waits-for-test", events=frozenset({"test.waiting"}), handler="nowhere.at_all"),)


SUBSCRIPTIONS = _subscriptions()


# -- search ----------------------------------------------------------------------------------------


def test_a_scanned_serial_opens_its_machine_at_once(hospital: Act, client_of: Callable[..., Any]) -> None:
    item: UUID = machine_add(hospital, "PC-1", serial="CZC1234XYZ", hostname="pc-1.small.example")
    client = client_of("technician")
    for code in ("CZC1234XYZ", "czc1234xyz", "pc-1"):
        answer = client.get("/search/", {"q": code})
        assert (answer.status_code, answer.headers.get("Location")) == (302, f"/line/items/{item}/"), code


def test_two_things_of_one_name_are_shown_and_none_is_opened(hospital: Act, client_of: Callable[..., Any]) -> None:
    machine_add(hospital, "PC-TWIN", site="arlon")
    machine_add(hospital, "PC-TWIN", site="virton")
    page = client_of("technician").get("/search/", {"q": "PC-TWIN"})
    assert page.status_code == 200
    assert page.context["total"] == 2


def test_as_one_types_results_come_in_place_and_nothing_is_opened(hospital: Act, client_of: Callable[..., Any]) -> None:
    machine_add(hospital, "PC-1", serial="CZC1234XYZ")
    page = client_of("technician").get("/search/", {"q": "CZC1234XYZ"}, headers={"HX-Request": "true"})
    assert page.status_code == 200


def test_wards_functions_sites_and_staff_are_found_by_name(hospital: Act, client_of: Callable[..., Any]) -> None:
    client = client_of("recovery-lead")

    def titles(text: str) -> set[str]:
        return {hit.title for group in client.get("/search/", {"q": text}).context["groups"] for hit in group.hits}

    assert titles("urg") == {"Urgences · Arlon", "Urgences · Virton"}
    assert "Réseau · Arlon" in titles("reseau")
    assert "Virton" in titles("virt")
    assert client.person.username.title() in titles("recovery")


def test_a_reader_finds_nothing_they_may_not_open(hospital: Act, client_of: Callable[..., Any]) -> None:
    machine_add(hospital, "PC-1", serial="CZC1234XYZ")
    client = client_of("nurse")
    page = client.get("/search/", {"q": "CZC1234XYZ"})
    assert (page.status_code, page.context["total"]) == (200, 0)
    assert client.get("/search/", {"q": "nurse"}).context["total"] == 0


def test_a_scanned_tube_leads_to_its_results_for_those_who_may_see_them(
    client_of: Callable[..., Any], act_for: Callable[..., Any]
) -> None:
    """The whole number of a sample, and nothing less; a link by its name for everybody."""
    from relight.lab.api import LinkSettings, NewOrder, Wanted, order_make
    from relight.lab.services.links import link_save

    act = act_for("laboratory")
    order_make(act=act, order=NewOrder(sample="1000000009", family="Dupont", tests=(Wanted(loinc="2345-7"),)))
    link_save(act=act, settings=LinkSettings(id="chem", name="Chemistry", port=5001))

    def hits(role: str, text: str) -> list[str]:
        groups = client_of(role).get("/search/", {"q": text}, headers={"HX-Request": "true"}).context["groups"]
        return [hit.href for group in groups for hit in group.hits]

    assert [href.startswith("/lab/results/") for href in hits("nurse", "1000000009")] == [True]
    assert hits("nurse", "100000000") == []
    assert hits("pmo", "1000000009") == []
    assert hits("pmo", "chemis") == ["/lab/flow/chem/"]


def test_words_typed_into_the_search_box_stay_words(hospital: Act, client_of: Callable[..., Any]) -> None:
    page = client_of("nurse").get("/search/", {"q": '"><script>alert(1)</script>'})
    assert "<script>alert(1)" not in page.content.decode()


# -- permissions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/journal/", "/journal/1/", "/journal/lag/", f"/journal/evidence/{'0' * 64}/"])
def test_the_journal_is_closed_to_who_may_not_read_it(
    hospital: Act, client_of: Callable[..., Any], address: str
) -> None:
    assert client_of("nurse").get(address).status_code == 403


def test_the_version_of_live_pages_is_the_journals(hospital: Act) -> None:
    from relight.console.views.live import live_version

    assert live_version().partition(".")[0] == str(version())
