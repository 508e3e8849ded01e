"""Drafts and forms: what is typed outlives a refused form, the end of a session, another tab, a conflict."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from relight.kernel.act import Act, Door
from relight.kernel.errors import RelightError

pytestmark = pytest.mark.django_db
TEXT = "Dyspnée depuis 2 h, <b>saturation</b> en baisse"


@pytest.fixture
def patient(db: Any) -> UUID:
    from relight.record.rules.identity import Person
    from relight.record.services.identity import patient_register

    act = Act(actor="os:test", at=datetime.now(tz=UTC), door=Door.WEB, roles=frozenset({"nurse"}))
    return patient_register(act=act, person=Person(family="Lambert", given="Odile", birth="1950-03-14")).patient


def address(patient: UUID, rest: str) -> str:
    return f"/patients/{patient}/{rest}"


def form_of(answer: Any) -> dict[str, str]:
    """Return the fields of the page's form as a browser would send them untouched."""
    html = answer.content.decode()
    form = html[html.index("data-chart-draft") :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            found[name[1]] = value[1] if value else ""
    for name, inside in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = _plain(inside)
    for name, inside in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        first = re.search(r'value="([^"]*)"', inside)
        found[name] = chosen[1] if chosen else first[1] if first else ""
    return found


def _plain(text: str) -> str:
    import html

    return html.unescape(text)


def kept(actor: str) -> list[dict[str, list[str]]]:
    from relight.record.models import Draft

    return [
        json.loads(text) for text in Draft.objects.filter(owner=actor, closed_at=None).values_list("content", flat=True)
    ]


def notes_of(patient: UUID) -> list[str]:
    from relight.record.rules.canonical import loads
    from relight.record.rules.notes import note_read
    from relight.record.selectors.store import resources_of

    held = resources_of(patient=patient, types=["Composition"])
    return ["\n".join(part.text for part in note_read(loads(one.body)).parts) for one in held]


class TestSaving:
    """Cases 1-6."""

    def test_what_is_typed_is_kept_offered_again_and_gone_once_written(
        self, client_of: Callable[..., Any], patient: UUID
    ) -> None:
        client = client_of("nurse")
        place = address(patient, "notes/new/free/")
        form = form_of(client.get(place))
        saved = client.post(address(patient, "draft/"), {**form, "part_0": TEXT, "draft_tab": "t1"})
        assert saved.json()["count"] == 1
        assert kept(client.person.actor)[0]["part_0"] == [TEXT]
        again = client.get(place)
        assert form_of(again)["part_0"] == TEXT
        assert b"your draft" in again.content or "brouillon" in again.content.decode()
        assert TEXT[:20].encode() in client.get("/wards/drafts/").content
        done = client.post(place, {**form_of(again), "draft_tab": "t2"})
        assert done.status_code == 302
        assert notes_of(patient) == [TEXT]
        assert kept(client.person.actor) == []
        late = client.post(address(patient, "draft/"), {**form, "part_0": "late", "draft_tab": "t1"})
        assert late.json()["late"] is True and kept(client.person.actor) == []

    def test_a_note_and_the_end_of_its_draft_are_one_transaction(
        self, client_of: Callable[..., Any], patient: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """When the note cannot be written its draft stays."""
        from relight.record import errors
        from relight.record.services import notes

        def broken(**_: Any) -> Any:
            raise errors.NOTE_EMPTY.error(where="title")

        client = client_of("nurse")
        place = address(patient, "notes/new/free/")
        form = {**form_of(client.get(place)), "part_0": TEXT}
        client.post(address(patient, "draft/"), form)
        monkeypatch.setattr(notes, "entries_write", broken)
        assert client.post(place, form).status_code == 400
        assert notes_of(patient) == [] and kept(client.person.actor)[0]["part_0"] == [TEXT]

    def test_a_refused_form_is_kept_as_well(self, client_of: Callable[..., Any], patient: UUID) -> None:
        client = client_of("nurse")
        place = address(patient, "vitals/new/")
        form = {**form_of(client.get(place)), "pulse": "72", "temperature": "375"}
        answer = client.post(place, form)
        assert answer.status_code == 400 and "375" in answer.content.decode()
        assert kept(client.person.actor)[0]["pulse"] == ["72"]

    def test_two_tabs_never_overwrite_each_other(self, client_of: Callable[..., Any], patient: UUID) -> None:
        client = client_of("nurse")
        place, draft = address(patient, "notes/new/free/"), address(patient, "draft/")
        form = form_of(client.get(place))
        client.post(draft, {**form, "part_0": "first", "draft_tab": "t1"})
        second = form_of(client.get(place))  # resumed in a second tab
        client.post(draft, {**form, "part_0": "first, longer", "draft_tab": "t1"})
        forked = client.post(draft, {**second, "part_0": "second", "draft_tab": "t2"}).json()
        assert forked["draft"]
        assert sorted(one["part_0"][0] for one in kept(client.person.actor)) == ["first, longer", "second"]

    def test_a_draft_is_its_owners_alone(self, client_of: Callable[..., Any], patient: UUID) -> None:
        """Somebody else sees that she is writing, never what; and cannot throw it away."""
        from relight.record.models import Draft

        nurse, doctor = client_of("nurse"), client_of("clinician")
        form = form_of(nurse.get(address(patient, "notes/new/free/")))
        nurse.post(address(patient, "draft/"), {**form, "part_0": TEXT})
        seen = doctor.get(address(patient, "notes/"))
        assert nurse.person.username.title() in seen.content.decode()
        assert TEXT[:10] not in seen.content.decode()
        assert len(doctor.get(address(patient, "draft/")).json()["writers"]) == 1
        assert form_of(doctor.get(address(patient, "notes/new/free/")))["part_0"] == ""
        ticket = Draft.objects.get().pk
        doctor.post(f"/wards/drafts/{ticket}/drop/")
        assert Draft.objects.get().closed_at is None
        nurse.post(f"/wards/drafts/{ticket}/drop/")
        assert Draft.objects.get().closed_at is not None and Draft.objects.get().content == "{}"

    def test_a_saving_is_journalled_without_a_word_of_it(self, client_of: Callable[..., Any], patient: UUID) -> None:
        from relight.journal.models import Entry

        client = client_of("nurse")
        form = form_of(client.get(address(patient, "notes/new/free/")))
        client.post(address(patient, "draft/"), {**form, "part_0": "Zyprexal"})
        told = list(Entry.objects.filter(verb__startswith="record.draft").values_list("verb", "body"))
        assert [verb for verb, _ in told] == ["record.draft_open"]
        assert "Zyprexal" not in str(told)

    def test_an_altered_ticket_keeps_and_writes_nothing(self, client_of: Callable[..., Any], patient: UUID) -> None:
        client = client_of("nurse")
        form = form_of(client.get(address(patient, "notes/new/free/")))
        wrong = {**form, "draft": form["draft"][:-2] + "xx", "part_0": TEXT}
        assert client.post(address(patient, "draft/"), wrong).status_code == 400
        assert client.post(address(patient, "notes/new/free/"), wrong).status_code == 400
        assert notes_of(patient) == [] and kept(client.person.actor) == []


class TestSessions:
    """Cases 7-9."""

    def end(self, client: Any) -> None:
        session = client.session
        session["seen_at"] = 1
        session.save()

    def test_a_form_sent_after_the_session_ended_is_kept_and_offered_after_sign_in(
        self, client_of: Callable[..., Any], patient: UUID
    ) -> None:
        client = client_of("nurse")
        place = address(patient, "notes/new/free/")
        form = {**form_of(client.get(place)), "part_0": TEXT}
        self.end(client)
        answer = client.post(place, form)
        assert answer.status_code == 302 and answer["Location"].startswith("/sign-in")
        assert place.replace("/", "%2F") in answer["Location"]
        assert notes_of(patient) == []
        assert kept(client.person.actor)[0]["part_0"] == [TEXT]
        from support.people import client_signed_in

        back = client_signed_in(client.person)
        assert form_of(back.get(place))["part_0"] == TEXT
        assert back.post(place, form_of(back.get(place))).status_code == 302
        assert notes_of(patient) == [TEXT]

    def test_typing_goes_on_being_kept_after_the_session_ended(
        self, client_of: Callable[..., Any], patient: UUID
    ) -> None:
        client = client_of("nurse")
        form = {**form_of(client.get(address(patient, "notes/new/free/"))), "part_0": TEXT}
        self.end(client)
        answer = client.post(address(patient, "draft/"), form, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["kept"]) == (401, True)
        assert kept(client.person.actor)[0]["part_0"] == [TEXT]

    def test_without_a_ticket_nobody_unsigned_keeps_anything(self, client: Any, patient: UUID) -> None:
        from relight.record.models import Draft

        answer = client.post(
            address(patient, "draft/"), {"draft": "x", "part_0": "y"}, headers={"Accept": "application/json"}
        )
        assert (answer.status_code, answer.json()["kept"]) == (401, False)
        assert not Draft.objects.exists()

    def test_a_form_one_person_opened_never_writes_as_another(
        self, client_of: Callable[..., Any], patient: UUID
    ) -> None:
        """Case 9: another signed in at the same workstation meanwhile."""
        nurse, doctor = client_of("nurse"), client_of("clinician")
        place = address(patient, "notes/new/free/")
        form = {**form_of(nurse.get(place)), "part_0": TEXT}
        answer = doctor.post(place, form)
        assert answer.status_code == 409 and b"RL-REC-351" in answer.content
        assert notes_of(patient) == []
        assert kept(nurse.person.actor)[0]["part_0"] == [TEXT] and kept(doctor.person.actor) == []


class TestConflict:
    """Cases 24-26."""

    def test_both_texts_are_shown_and_mine_is_kept_until_i_choose(
        self, client_of: Callable[..., Any], patient: UUID
    ) -> None:
        nurse, doctor = client_of("nurse"), client_of("clinician")
        new = address(patient, "notes/new/ward-round/")
        nurse.post(new, {**form_of(nurse.get(new)), "part_0": "calme", "part_1": "apyrétique"})
        from relight.record.models import Resource

        note = Resource.objects.get(type="Composition").pk
        place = address(patient, f"notes/{note}/edit/")
        mine = {**form_of(nurse.get(place)), "part_0": "calme la nuit"}
        theirs = {**form_of(doctor.get(place)), "part_0": "agité", "part_1": "38,5"}
        assert doctor.post(place, theirs).status_code == 302
        answer = nurse.post(place, mine)
        page = answer.content.decode()
        assert answer.status_code == 409
        for text in ("calme", "la nuit", "agité", "38,5", "apyrétique"):
            assert text in page
        assert kept(nurse.person.actor)[0]["part_0"] == ["calme la nuit"]
        chosen = form_of(answer)
        assert chosen["part_0"] == "calme la nuit", "both changed it: mine stands in the field"
        assert chosen["part_1"] == "38,5", "only they changed it: theirs stands"
        assert chosen["version"] == "2"
        assert nurse.post(place, chosen).status_code == 302
        assert notes_of(patient) == ["calme la nuit\n38,5"]
        assert kept(nurse.person.actor) == []

    def test_a_set_of_signs_meets_a_conflict_like_a_note(self, client_of: Callable[..., Any], patient: UUID) -> None:
        from relight.record.models import Identifier

        nurse, doctor = client_of("nurse"), client_of("clinician")
        new = address(patient, "vitals/new/")
        assert nurse.post(new, {**form_of(nurse.get(new)), "pulse": "80", "respiration": "16"}).status_code == 302
        set_id = Identifier.objects.filter(system="urn:relight:set").values_list("value", flat=True)[0]
        place = address(patient, f"vitals/{set_id}/edit/")
        mine = {**form_of(nurse.get(place)), "pulse": "85", "reason": "a"}
        theirs = {**form_of(doctor.get(place)), "respiration": "18", "reason": "b"}
        assert doctor.post(place, theirs).status_code == 302
        answer = nurse.post(place, mine)
        assert answer.status_code == 409
        chosen = form_of(answer)
        assert (chosen["pulse"], chosen["respiration"]) == ("85", "18")
        assert nurse.post(place, chosen).status_code == 302

    def test_an_unlikely_value_is_asked_about_once_and_anew_when_it_changes(
        self, client_of: Callable[..., Any], patient: UUID
    ) -> None:
        client = client_of("nurse")
        place = address(patient, "vitals/new/")
        asked = client.post(place, {**form_of(client.get(place)), "pulse": "170"})
        assert asked.status_code == 400
        form = form_of(asked)
        other = client.post(place, {**form, "pulse": "180", "checked": "on"})
        assert other.status_code == 400, "another value was confirmed"
        assert client.post(place, {**form_of(other), "checked": "on"}).status_code == 302


class TestPages:
    """Every page answers, and says what belongs to it."""

    def test_each_page_opens_for_who_may(self, client_of: Callable[..., Any], patient: UUID) -> None:
        client = client_of("clinician")
        for rest in (
            "notes/", "notes/new/", "notes/new/emergency/", "vitals/new/", "vitals/oxygen/", "allergies/",
            "allergies/new/", "problems/", "problems/new/", "documents/new/", "letters/new/",
        ):  # fmt: skip
            answer = client.get(address(patient, rest))
            assert answer.status_code == 200, rest
            assert "LAMBERT Odile" in answer.content.decode(), rest

    def test_a_letter_goes_from_the_chart_to_a_signed_paper(self, client_of: Callable[..., Any], patient: UUID) -> None:
        from support.people import PASSWORD

        client = client_of("clinician")
        place = address(patient, "letters/new/")
        form = form_of(client.get(place))
        laid = client.post(place, {**form, "part_4": "Évolution favorable"})
        view = laid["Location"]
        page = client.get(view).content.decode()
        marks = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("version", "digest")}
        signed = client.post(view, {**marks, "patient": str(patient), "password": PASSWORD})
        assert signed.status_code == 302
        assert "signée" in client.get(view).content.decode() or "signed" in client.get(view).content.decode()
        paper = client.get(f"{view[:-1]}.pdf")
        assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF-")

    def test_a_document_goes_in_by_its_content_only(self, client_of: Callable[..., Any], patient: UUID) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        client = client_of("nurse")
        place = address(patient, "documents/new/")
        form = {**form_of(client.get(place)), "title": "Accord", "kind": "consent"}
        evil = SimpleUploadedFile("accord.pdf", b"MZ\x90\x00", content_type="application/pdf")
        assert b"RL-REC" not in client.post(place, {**form, "file": evil}).content
        good = SimpleUploadedFile("scan.exe", b"%PDF-1.4\n%%EOF\n", content_type="application/x-msdownload")
        assert client.post(place, {**form, "file": good}).status_code == 302

    def test_an_item_is_marked_in_error_from_its_page(self, client_of: Callable[..., Any], patient: UUID) -> None:
        from relight.record.models import Resource

        client = client_of("nurse")
        new = address(patient, "problems/new/")
        assert client.post(new, {**form_of(client.get(new)), "name": "Asthme"}).status_code == 302
        problem = Resource.objects.get(type="Condition").pk
        place = address(patient, f"error/Condition/{problem}/")
        form = {"patient": str(patient), "version": "1", "reason": "autre patient"}
        assert client.post(place, {**form, "version": "3"}).status_code == 200, "somebody changed it: said in the form"
        assert client.post(place, form).status_code == 302
        assert Resource.objects.get(pk=problem).status == "error"

    def test_a_form_of_one_patient_writes_to_no_other(self, client_of: Callable[..., Any], patient: UUID) -> None:
        from relight.record.rules.identity import Unknown
        from relight.record.services.identity import patient_register

        act = Act(actor="os:test", at=datetime.now(tz=UTC), door=Door.WEB, roles=frozenset({"nurse"}))
        other = patient_register(act=act, person=Unknown(text="X")).patient
        client = client_of("nurse")
        form = {**form_of(client.get(address(patient, "notes/new/free/"))), "part_0": TEXT}
        answer = client.post(address(other, "notes/new/free/"), form)
        assert b"RL-REC-330" in answer.content and notes_of(other) == []


def test_a_draft_too_long_is_refused_and_what_was_kept_stays() -> None:
    from relight.record.rules.drafts import content_of

    with pytest.raises(RelightError) as refusal:
        content_of([("part_0", ["x" * 500_000])])
    assert refusal.value.code == "RL-REC-352"
    assert json.loads(content_of([("part_0", ["x"]), ("password", ["p"]), ("csrfmiddlewaretoken", ["c"])])) == {
        "part_0": ["x"]
    }
