"""Bulletins from the live state to the approval: docs/design/liaison.md, cases 56-79."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction

from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.liaison.models import Bulletin, BulletinText
from relight.liaison.rules.facts import facts_read
from relight.liaison.selectors.bulletins import (
    bulletin_get,
    document_digest,
    document_of,
    draft_get,
    draft_shown,
    drift_of,
    seal_holds,
    sheet_of,
)
from relight.liaison.selectors.facts import facts_now
from relight.liaison.services.bulletins import FREE_MOST, bulletin_approve, bulletin_draw, bulletin_write
from relight.liaison.types import Availability
from support.bulletins import desk_add, hospital_load, works
from support.people import PASSWORD, Person

pytestmark = pytest.mark.django_db
StaffOf = Callable[..., Person]
ActFor = Callable[..., Act]
FREE = dict.fromkeys(("fr", "nl", "de", "en"), "Un message.")


@pytest.fixture
def house(act_for: ActFor) -> Act:
    """Four sites, an emergency department, a laboratory, cardiology; telephony and a name server."""
    owner = act_for("owner")
    hospital_load(owner)
    return owner


@pytest.fixture
def writer(staff_of: StaffOf) -> Act:
    return staff_of("liaison").act()


@pytest.fixture
def lead(staff_of: StaffOf) -> Act:
    return staff_of("medical-lead").act()


def refused(code: str) -> Any:
    return pytest.raises(RelightError, match=code)


def entries(verb: str) -> list[Any]:
    from relight.journal.api import entry_list

    return [one for one in entry_list() if one.verb == verb]


def approved(writer: Act, lead: Act, free: dict[str, str] | None = None) -> int:
    """Draw, write, approve. Returns: the number."""
    bulletin_draw(act=writer)
    bulletin_write(act=writer, number=0, free=FREE if free is None else free)
    return bulletin_approve(act=lead, shown=draft_shown(draft_get()), password=PASSWORD)


def cell(act: Act, service: str, site: str) -> Any:
    return next(one for one in facts_now(act.at).cells if (one.service, one.site) == (service, site))


# -- facts from the live state: 56-59 -------------------------------------------------------------------


def test_an_empty_house_has_facts_of_nothing(act_for: ActFor) -> None:
    """Case 56."""
    found = facts_now(act_for("owner").at)
    assert (found.sites, found.cells, found.systems, found.lines, found.policy) == ((), (), (), (), "")


def test_units_systems_and_lines_are_drawn_from_their_owners(house: Act) -> None:
    """Case 56."""
    desk_add(house, kind="urgent", name="Coordination", phone="+3263231000")
    desk_add(house, kind="specialist", name="Fermée", phone="+3263231001", active=False)
    found = facts_now(house.at)
    assert [one.id for one in found.sites] == ["arlon", "virton", "bastogne", "libramont"]
    assert [one.id for one in found.services] == ["emergency", "laboratory", "cardiology"]  # wards' own are left out
    assert cell(house, "emergency", "arlon").state is Availability.DEGRADED  # down, and emergencies go on on paper
    assert cell(house, "cardiology", "arlon").state is Availability.URGENT  # down, and no policy says that it goes on
    assert {one.id: (one.state, one.is_care) for one in found.systems} == {
        "telephony": ("down", True), "dns": ("down", False), "network": ("down", False)
    }  # fmt: skip
    assert {one.id: one.names["fr"] for one in found.systems}["network"] == "Réseau"
    assert [one.name for one in found.lines] == ["Coordination"]


def test_the_policy_in_force_says_what_goes_on_and_none_says_nothing(house: Act, lead: Act) -> None:
    """Case 57."""
    from relight.activity.api import policy_draft, policy_sign, proposal_take

    assert (facts_now(house.at).going, facts_now(house.at).kept) == ((), ())
    draft = policy_draft(act=lead)
    proposal_take(act=lead, proposal=policy_sign(act=lead, version=draft.pk, digest=draft.digest, password=PASSWORD))
    found = facts_now(house.at)
    going = {one.kind: one for one in found.going}
    assert found.policy
    assert set(going["imaging"].planned.values()) == {"cancel"} and len(going["imaging"].planned) == 4
    assert set(going["sampling"].planned) == {"arlon"}  # where there is a laboratory
    assert {"pregnancy", "dialysis"} <= {one.id for one in found.kept}
    assert cell(house, "laboratory", "arlon").state is Availability.URGENT


def test_how_a_site_stands_goes_into_the_facts(house: Act, lead: Act) -> None:
    """Case 58."""
    from relight.activity.api import PostureSaid, SiteState, posture_set

    posture_set(act=lead, site="virton", said=PostureSaid(state=SiteState.CLOSED))
    said = PostureSaid(state=SiteState.OPEN, diverted=True, diverted_to="Virton")
    posture_set(act=lead, site="arlon", said=said)
    assert cell(house, "emergency", "virton").notes == ("closed",)
    assert "diverted" in cell(house, "emergency", "arlon").notes
    assert "diverted" not in cell(house, "cardiology", "arlon").notes


def test_an_expected_date_is_the_prudent_one_and_a_past_one_is_not_announced(house: Act) -> None:
    """Case 59."""
    from relight.hospital.api import Expected, Level, expected_write

    dates = Expected(level=Level.NORMAL, median=date(2026, 11, 25), p80=date(2026, 11, 27))
    expected_write(act=house, dates={"cardiology@arlon": dates})
    assert cell(house, "cardiology", "arlon").expected == "2026-11-27"
    later = replace(house, at=datetime(2026, 11, 28, 8, tzinfo=UTC))
    assert cell(later, "cardiology", "arlon").expected == ""


# -- the draft: 60-67 -----------------------------------------------------------------------------------


def test_a_function_that_changes_its_state_changes_the_next_drafts_what_changed(
    house: Act, writer: Act, lead: Act
) -> None:
    """Case 60."""
    approved(writer, lead)
    assert bulletin_draw(act=writer).changes == []
    works(house, "pbx")
    row = bulletin_draw(act=writer)
    assert [one.text for one in sheet_of(row, language="fr").changes] == [
        "Téléphonie : fonctionne (avant : hors service)"
    ]
    assert sheet_of(row, language="fr").changes_title == "Ce qui a changé depuis le bulletin 1"
    works(house, "pbx", operational=False)
    assert bulletin_draw(act=writer).changes == []


def test_there_is_one_draft_and_drawing_again_keeps_what_people_wrote(house: Act, writer: Act) -> None:
    """Case 61."""
    first = bulletin_draw(act=writer)
    bulletin_write(act=writer, number=0, free={"fr": "À garder."})
    works(house, "pbx")
    again = bulletin_draw(act=writer)
    assert (again.pk, again.free, Bulletin.objects.count()) == (first.pk, {"fr": "À garder."}, 1)
    assert facts_read(again.facts) == facts_now(writer.at)
    assert [one.body["again"] for one in entries("liaison.bulletin_draw")] in ([False, True], [True, False])


def test_a_draft_whose_facts_moved_says_so_and_what(house: Act, writer: Act) -> None:
    """Case 62."""
    row = bulletin_draw(act=writer)
    assert not drift_of(row, at=writer.at, language="fr").is_moved
    works(house, "pbx")
    drift = drift_of(row, at=writer.at, language="fr")
    assert (drift.is_moved, drift.changes) == (True, ("Mieux : Téléphonie : fonctionne (avant : hors service)",))
    desk_add(house, kind="urgent", name="Coordination", phone="+3263231000")
    row = bulletin_draw(act=writer)
    from relight.journal.api import writing
    from relight.liaison.models import Desk

    with writing(house) as log:
        Desk.objects.update(hours="24/7")
        log.entry("test.desk", subject="liaison:directory", body={})
    assert drift_of(row, at=writer.at, language="fr").changes == ()
    assert drift_of(row, at=writer.at, language="fr").is_moved


def test_two_writers_never_overwrite_each_other(house: Act, writer: Act, staff_of: StaffOf) -> None:
    """Case 63."""
    other = staff_of("liaison").act()
    bulletin_draw(act=writer)
    assert bulletin_write(act=writer, number=0, free={"fr": "Le premier."}) == 1
    with refused("RL-LIA-048"):
        bulletin_write(act=other, number=0, free={"fr": "Le second."})
    assert draft_get().free == {"fr": "Le premier."}
    assert bulletin_write(act=other, number=1, free={"fr": "Les deux."}) == 2
    assert [(one.number, one.free["fr"], one.by) for one in BulletinText.objects.all()] == [
        (2, "Les deux.", other.actor), (1, "Le premier.", writer.actor)
    ]  # fmt: skip


def test_a_message_is_trimmed_and_one_too_long_is_refused_whole(house: Act, writer: Act) -> None:
    """Case 64."""
    bulletin_draw(act=writer)
    with refused("RL-LIA-045"):
        bulletin_write(act=writer, number=0, free={"fr": "x" * (FREE_MOST + 1)})
    assert not BulletinText.objects.exists()
    bulletin_write(act=writer, number=0, free={"fr": " Un. \r\n\r\n\r\n\r\nDeux.  \n", "nl": "  \n"})
    assert draft_get().free == {"fr": "Un.\n\nDeux."}


def test_without_a_draft_there_is_nothing_to_write_in_or_approve(house: Act, writer: Act, lead: Act) -> None:
    """Case 65."""
    with refused("RL-LIA-040"):
        bulletin_write(act=writer, number=0, free=FREE)
    with refused("RL-LIA-040"):
        bulletin_approve(act=lead, shown="", password=PASSWORD)


def test_what_was_written_stands_in_the_journal_by_its_digest_only(house: Act, writer: Act) -> None:
    """Case 66."""
    bulletin_draw(act=writer)
    bulletin_write(act=writer, number=0, free={"fr": "Secret encore."})
    (entry,) = entries("liaison.bulletin_write")
    assert "Secret" not in json.dumps(entry.body)
    assert entry.body["digest"] == document_digest({"fr": "Secret encore."})


# -- the approval: 68-79 --------------------------------------------------------------------------------


def test_whoever_drew_or_wrote_never_approves(house: Act, writer: Act, staff_of: StaffOf) -> None:
    """Case 68."""
    second = staff_of("liaison").act()
    bulletin_draw(act=writer)
    bulletin_write(act=second, number=0, free=FREE)
    for act in (writer, second):
        with refused("RL-LIA-043"):
            bulletin_approve(act=act, shown=draft_shown(draft_get()), password=PASSWORD)
    third = staff_of("recovery-lead").act()
    assert bulletin_approve(act=third, shown=draft_shown(draft_get()), password=PASSWORD) == 1


def test_nobody_approves_what_nobody_saved(house: Act, writer: Act, lead: Act) -> None:
    """Case 69."""
    bulletin_draw(act=writer)
    with refused("RL-LIA-046"):
        bulletin_approve(act=lead, shown=draft_shown(draft_get()), password=PASSWORD)
    bulletin_write(act=writer, number=0, free={})
    assert bulletin_approve(act=lead, shown=draft_shown(draft_get()), password=PASSWORD) == 1


def test_a_wrong_password_approves_nothing(house: Act, writer: Act, lead: Act) -> None:
    """Case 70."""
    bulletin_draw(act=writer)
    bulletin_write(act=writer, number=0, free=FREE)
    with refused("RL-PPL-002"):
        bulletin_approve(act=lead, shown=draft_shown(draft_get()), password="wrong")
    assert draft_get().number is None and entries("liaison.bulletin_approve") == []


def test_an_approval_stands_over_what_was_shown_and_over_nothing_else(house: Act, writer: Act, lead: Act) -> None:
    """Case 71."""
    bulletin_draw(act=writer)
    bulletin_write(act=writer, number=0, free=FREE)
    shown = draft_shown(draft_get())
    bulletin_write(act=writer, number=1, free=FREE | {"fr": "Autre chose."})
    with refused("RL-LIA-044"):
        bulletin_approve(act=lead, shown=shown, password=PASSWORD)


def test_a_message_that_lacks_a_language_goes_out_only_when_that_is_said(house: Act, writer: Act, lead: Act) -> None:
    """Case 72."""
    bulletin_draw(act=writer)
    bulletin_write(act=writer, number=0, free={"fr": "En français."})
    shown = draft_shown(draft_get())
    with refused("RL-LIA-047") as refusal:
        bulletin_approve(act=lead, shown=shown, password=PASSWORD)
    assert refusal.value.message() == "The message is missing in: Nederlands, Deutsch, English."
    assert bulletin_approve(act=lead, shown=shown, password=PASSWORD, partial=True) == 1


def test_a_state_that_moved_is_approved_only_by_who_knows_it(house: Act, writer: Act, lead: Act) -> None:
    """Case 73."""
    row = bulletin_draw(act=writer)
    bulletin_write(act=writer, number=0, free=FREE)
    works(house, "pbx")
    shown, known = draft_shown(draft_get()), drift_of(row, at=lead.at, language="fr").digest
    with refused("RL-LIA-049"):
        bulletin_approve(act=lead, shown=shown, password=PASSWORD)
    works(house, "switch")  # it moved once more since the page was read
    with refused("RL-LIA-049"):
        bulletin_approve(act=lead, shown=shown, password=PASSWORD, as_drawn=known)
    known = drift_of(row, at=lead.at, language="fr").digest
    assert bulletin_approve(act=lead, shown=shown, password=PASSWORD, as_drawn=known) == 1
    assert [one.body["as_drawn"] for one in entries("liaison.bulletin_approve")] == [True]


def test_an_approved_bulletin_is_numbered_signed_sealed_dated_journalled_and_told(
    house: Act, writer: Act, lead: Act
) -> None:
    """Case 74."""
    from relight.journal.api import event_list
    from relight.people.models import Signature

    number = approved(writer, lead)
    row = bulletin_get(number)
    assert (number, row.state, row.approved_at, row.approved_by) == (1, "approved", lead.at, lead.actor)
    assert row.digest == document_digest(document_of(row)) and len(row.seal) == 128 and seal_holds(row)
    (entry,) = entries("liaison.bulletin_approve")
    assert (entry.body["number"], entry.body["digest"]) == (1, row.digest)
    assert Signature.objects.get(pk=row.signature).digest == entry.body["shown"]
    told = [one for one in event_list() if one.name == "liaison.published"]
    assert [one.body["number"] for one in told] == [1]
    assert approved(writer, lead) == 2


def test_a_changed_bulletin_is_found_out_by_its_seal(house: Act, writer: Act, lead: Act) -> None:
    """Case 75."""
    row = bulletin_get(approved(writer, lead))
    for field, value in (("free", {"fr": "Tout va bien."}), ("number", 7), ("approver", "X"), ("seal", "00" * 64)):
        held = getattr(row, field)
        setattr(row, field, value)
        assert not seal_holds(row), field
        setattr(row, field, held)
    assert seal_holds(row)


def test_an_approved_bulletin_stays_the_one_in_force_while_the_next_is_drawn(
    house: Act, writer: Act, lead: Act
) -> None:
    """Case 76."""
    from relight.liaison.api import bulletin_find

    approved(writer, lead)
    before = document_of(bulletin_get(1))
    works(house, "pbx")
    bulletin_draw(act=writer)
    assert document_of(bulletin_get(1)) == before
    assert bulletin_find(at=house.at).number == 1
    assert bulletin_find(at=house.at, draft=True).number is None
    with refused("RL-LIA-041"):
        bulletin_find(at=house.at, number=9)


@pytest.mark.direct_rows
def test_a_number_is_given_once_and_there_is_never_a_second_draft(house: Act, writer: Act, lead: Act) -> None:
    """Case 77."""
    from django.db import IntegrityError

    from relight.journal.api import new_id

    approved(writer, lead)
    bulletin_draw(act=writer)
    for fields in ({}, {"state": "approved", "number": 1}, {"state": "approved"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Bulletin.objects.create(id=new_id(writer.at), drawn_at=writer.at, drawn_by=writer.actor, **fields)


# -- pages: 78-79 ---------------------------------------------------------------------------------------


def test_the_list_says_when_the_live_state_is_another(
    house: Act, writer: Act, lead: Act, client_of: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    """Case 78."""
    client = client_of("nurse", language="en")
    assert b"No bulletin has been approved yet" in client.get("/liaison/bulletins/").content
    approved(writer, lead)
    assert b"The live state is what it says." in client.get("/liaison/bulletins/").content
    works(house, "pbx")
    with django_assert_max_num_queries(45):
        page = client.get("/liaison/bulletins/").content.decode()
    assert "The live state differs from number 1: draw a new one" in page
    assert "Telephony" in page


def test_a_writer_whose_text_was_overtaken_keeps_it_beside_the_others(
    house: Act, client_of: Callable[..., Any]
) -> None:
    """Case 78."""
    one, other = client_of("liaison", language="en"), client_of("liaison", language="en")
    one.post("/liaison/bulletins/draw/")
    told = {"number": 0, "free_nl": "", "free_de": "", "free_en": ""}
    assert one.post("/liaison/bulletins/draft/write/", told | {"free_fr": "Le premier."}).status_code == 302
    answer = other.post("/liaison/bulletins/draft/write/", told | {"free_fr": "Le second."})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Somebody else saved the draft meanwhile" in page
    assert "Le premier." in page and "Le second." in page
    assert 'name="number" value="1"' in page


def test_the_approval_from_its_page(house: Act, client_of: Callable[..., Any]) -> None:
    """Case 79."""
    import re

    writer, lead = client_of("liaison", language="en"), client_of("medical-lead", language="en")
    assert lead.get("/liaison/bulletins/draft/approve/").status_code == 302
    writer.post("/liaison/bulletins/draw/")
    told = {"number": 0, "free_fr": "Bonjour <b>", "free_nl": "", "free_de": "", "free_en": ""}
    writer.post("/liaison/bulletins/draft/write/", told)
    assert b"somebody else approves it" in writer.get("/liaison/bulletins/draft/approve/").content
    page = lead.get("/liaison/bulletins/draft/approve/").content.decode()
    assert "Bonjour &lt;b&gt;" in page
    hidden = dict(re.findall(r'name="(shown|live)" value="(\w+)"', page))
    answer = lead.post("/liaison/bulletins/draft/approve/", hidden | {"password": PASSWORD})
    assert answer.status_code == 422 and b"The message is missing in: Nederlands" in answer.content
    answer = lead.post("/liaison/bulletins/draft/approve/", hidden | {"password": PASSWORD, "partial": "on"})
    assert (answer.status_code, answer["Location"]) == (302, "/liaison/bulletins/1/")
    page = lead.get("/liaison/bulletins/1/").content.decode()
    assert "holds" in page and "Its signature does not hold" not in page


@pytest.mark.parametrize(
    ("shape", "media", "begins"),
    [
        ("pdf", "application/pdf", b"%PDF"), ("fax", "application/pdf", b"%PDF"), ("html", "text/html", b"<!doctype html>"),
        ("text", "text/plain", b"Group"), ("sms", "text/plain", b"Groep"),
    ],
)  # fmt: skip
def test_every_shape_in_the_language_asked_for(
    house: Act, writer: Act, lead: Act, client_of: Callable[..., Any], shape: str, media: str, begins: bytes
) -> None:
    """Case 79."""
    approved(writer, lead)
    client = client_of("nurse")
    language = "nl" if shape == "sms" else "en"
    answer = client.get(f"/liaison/bulletins/1/{shape}/?language={language}")
    assert answer.status_code == 200 and answer["Content-Type"].startswith(media)
    assert answer.content.startswith(begins)
    assert client.get("/liaison/bulletins/1/docx/").status_code == 404
    assert client.get(f"/liaison/bulletins/draft/file/{shape}/").status_code == 404
