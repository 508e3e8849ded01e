"""The pages of appointments: what goes on, one appointment, the doctors' queue, lists sent in. docs/design/appointments.md."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from relight.activity.models import Appointment, AppointmentAside, AppointmentUpload, Override
from relight.activity.selectors.appointment_pages import mark_now
from relight.activity.selectors.uploads import upload_folder
from relight.activity.services.imports import appointments_import
from relight.activity.services.policies import policy_draft, policy_sign
from relight.activity.services.proposals import proposal_take
from relight.activity.tasks import uploads_import
from relight.journal.models import Entry
from relight.kernel.act import Act
from support.people import PASSWORD, person_create

pytestmark = pytest.mark.django_db
ActFor = Callable[..., Act]
HEADER = "id;kind;urgency;site;date;time;reason;family;given;birth date\n"
CATARACT = "A1;operation;elective;arlon;DAY;08:30;Cataracte;Dupont;Marie;1957-03-12"
APPENDIX = "A2;operation;immediate;arlon;DAY;09:30;Appendicite;Martin;Luc;1960-01-01"
UNSAID = "A3;operation;;arlon;DAY;10:30;Biopsie;Petit;Jo;1971-02-02"
FRENCH = (
    "N° RDV;Campus;Date RDV;Heure;Type de RDV;Motif;Degré d'urgence;Nom;Prénom;Date de naissance\n"
    "R1;Arlon;DAY;08:30;Intervention;Cataracte;programmé;DUPONT;Marie;12/03/1957\n"
    "R2;Arlon;pas une date;xx;Intervention;Hernie;programmé;PETIT;Jo;02/02/1971\n"
)


def lines(act: Act, *rows: str) -> bytes:
    day = (act.at + timedelta(days=3)).date().isoformat()
    return (HEADER + "".join(f"{row.replace('DAY', day)}\n" for row in rows)).encode()


@pytest.fixture
def decided(act_for: ActFor, clock: Any) -> dict[str, Appointment]:
    """Three appointments decided under the shipped policy, by their number."""
    lead, desk = person_create(clock, ["medical-lead"]).act(), act_for("desk")
    draft = policy_draft(act=lead)
    proposal_take(act=lead, proposal=policy_sign(act=lead, version=draft.pk, digest=draft.digest, password=PASSWORD))
    appointments_import(act=desk, source="theatre", name="x.csv", raw=lines(desk, CATARACT, APPENDIX, UNSAID))
    return {row.origin_id: row for row in Appointment.objects.all()}


def english(client_of: Any, role: str) -> Any:
    return client_of(role, language="en")


def test_the_front_page_says_what_to_do_first_when_nothing_is_here(client_of: Any) -> None:
    page = english(client_of, "medical-lead").get(reverse("activity:board"))
    assert page.status_code == 200 and reverse("activity:imports") in page.content.decode()


def test_the_front_page_counts_without_a_name(client_of: Any, decided: Any) -> None:
    """Anybody of the staff sees how many go on; patients are for those who may read them."""
    text = english(client_of, "technician").get(reverse("activity:board")).content.decode()
    assert ("Dupont" not in text and "DUPONT" not in text and "Arlon" in text) or "arlon" in text


def test_the_list_narrows_by_outcome_and_its_reading_is_noted(client_of: Any, decided: Any) -> None:
    client = english(client_of, "desk")
    before = Entry.objects.filter(verb="activity.see").count()
    text = client.get(reverse("activity:appointments"), {"outcome": "cancel"}).content.decode()
    assert "DUPONT" in text and "MARTIN" not in text
    assert Entry.objects.filter(verb="activity.see").count() == before + 1


def test_a_patient_is_found_by_words_that_stand_in_no_address(client_of: Any, decided: Any) -> None:
    client = english(client_of, "desk")
    page = client.post(reverse("activity:find"), {"q": "dupont marie"})
    assert "DUPONT" in page.content.decode() and "MARTIN" not in page.content.decode()
    assert client.get(reverse("activity:find")).status_code == 405


def test_one_appointment_says_why_by_which_rule_of_which_policy(client_of: Any, decided: Any) -> None:
    page = english(client_of, "medical-lead").get(reverse("activity:appointment", args=[decided["A1"].pk]))
    text = page.content.decode()
    assert "operation-not-urgent" in text and reverse("activity:policy-version", args=[1]) in text


def test_a_doctors_word_stands_above_the_policy_and_can_be_taken_back(client_of: Any, decided: Any) -> None:
    client, one = english(client_of, "clinician"), decided["A1"]
    given = {"outcome": "keep", "reason": "Sees nothing any more.", "mark": mark_now(one.pk)}
    assert client.post(reverse("activity:override", args=[one.pk]), given).status_code == 302
    one.refresh_from_db()
    assert (one.outcome, one.outcome_by) == ("keep", "doctor")
    ended = {"why": "Operated elsewhere.", "mark": mark_now(one.pk)}
    assert client.post(reverse("activity:override-end", args=[one.pk]), ended).status_code == 302
    one.refresh_from_db()
    assert (one.outcome, one.outcome_by) == ("cancel", "policy")


def test_a_word_on_top_of_something_else_is_refused_and_what_was_typed_stays(client_of: Any, decided: Any) -> None:
    """Two doctors at one appointment: the second sees what the first decided, nothing is written over."""
    client, one = english(client_of, "clinician"), decided["A1"]
    given = {"outcome": "keep", "reason": "Sees nothing any more.", "mark": mark_now(one.pk)}
    client.post(reverse("activity:override", args=[one.pk]), given)
    late = client.post(
        reverse("activity:override", args=[one.pk]), {**given, "outcome": "cancel", "reason": "Can wait."}
    )
    assert late.status_code == 422 and "Can wait." in late.content.decode()
    assert Override.objects.filter(appointment=one, ended_at=None).get().outcome == "keep"


def test_the_queue_gives_one_after_the_other_and_the_last_word_can_be_undone(client_of: Any, decided: Any) -> None:
    client, one = english(client_of, "clinician"), decided["A3"]
    page = client.get(reverse("activity:ask")).content.decode()
    assert "PETIT" in page and "DUPONT" not in page
    given = {"id": str(one.pk), "outcome": "keep", "reason": "Cannot wait.", "mark": mark_now(one.pk), "do": "decide"}
    answer = client.post(reverse("activity:ask"), given)
    assert f"done={one.pk}" in answer["Location"]
    assert "PETIT" in client.get(answer["Location"]).content.decode()
    client.post(reverse("activity:ask"), {"id": str(one.pk), "do": "undo"})
    one.refresh_from_db()
    assert one.outcome == "ask"


def test_one_word_about_several_asks_first_and_needs_a_reason(client_of: Any, decided: Any) -> None:
    client = english(client_of, "clinician")
    items = [str(decided[key].pk) for key in ("A1", "A3")]
    asked = client.post(reverse("activity:override-many"), {"items": items, "outcome": "keep"})
    assert asked.status_code == 200 and not Override.objects.exists()
    bare = {"items": items, "outcome": "keep", "confirm": "1"}
    assert client.post(reverse("activity:override-many"), bare).status_code == 422
    client.post(reverse("activity:override-many"), {**bare, "reason": "Theatre two is free again."})
    assert set(Override.objects.values_list("outcome", flat=True)) == {"keep"} and Override.objects.count() == 2


def test_a_list_sent_in_is_shown_confirmed_imported_by_the_worker_and_taken_away(
    client_of: Any, act_for: ActFor
) -> None:
    """Columns are guessed and shown; nothing is imported before the word; a bad row waits aside with its line."""
    client, desk = english(client_of, "desk"), act_for("desk")
    text = FRENCH.replace("DAY", f"{desk.at + timedelta(days=3):%d/%m/%Y}")
    sent = client.post(
        reverse("activity:import-upload"), {"file": SimpleUploadedFile("bloc.csv", text.encode("cp1252"))}
    )
    upload = AppointmentUpload.objects.get()
    assert sent["Location"] == reverse("activity:import", args=[upload.pk]) and not Appointment.objects.exists()
    page = client.get(sent["Location"]).content.decode()
    assert "DUPONT Marie" in page and "Degré d&#x27;urgence" in page and "Kept aside" in page
    client.post(reverse("activity:import-confirm", args=[upload.pk]), {"source": "Bloc Arlon"})
    assert not Appointment.objects.exists()
    uploads_import(act_for("system", actor="relight:worker"))
    upload.refresh_from_db()
    assert upload.state == "done" and upload.report["added"] == 1 and not upload_folder(upload.pk).exists()
    assert Appointment.objects.get().family.casefold() == "dupont"
    aside = AppointmentAside.objects.get()
    listed = client.get(reverse("activity:asides", args=[aside.source_id])).content.decode()
    assert reverse("activity:aside", args=[aside.pk]) in listed and "PETIT" in listed
    text = client.get(reverse("activity:aside", args=[aside.pk])).content.decode()
    assert "RL-ACT-" in text and "PETIT" in text
    client.post(reverse("activity:aside", args=[aside.pk]), {"note": "Cancelled by phone."})
    aside.refresh_from_db()
    assert aside.settled_at is not None


def test_columns_chosen_by_hand_are_looked_at_again_before_anything(client_of: Any, act_for: ActFor) -> None:
    client, desk = english(client_of, "desk"), act_for("desk")
    text = FRENCH.replace("DAY", f"{desk.at + timedelta(days=3):%d/%m/%Y}").replace("Motif", "Libellé 3")
    client.post(reverse("activity:import-upload"), {"file": SimpleUploadedFile("bloc.csv", text.encode())})
    upload = AppointmentUpload.objects.get()
    at = reverse("activity:import-confirm", args=[upload.pk])
    page = client.post(at, {"source": "Bloc", "again": "1", "column-reason": "Libellé 3"})
    assert page.status_code == 200 and "Cataracte" in page.content.decode()
    assert AppointmentUpload.objects.get().state == "offered"


def test_a_file_that_is_no_list_is_refused_by_code_and_nothing_stays(client_of: Any) -> None:
    client = english(client_of, "desk")
    answer = client.post(
        reverse("activity:import-upload"), {"file": SimpleUploadedFile("page.csv", b"<html><body>no</body></html>")}
    )
    assert answer.status_code == 422 and not AppointmentUpload.objects.exists()


def test_a_file_left_out_is_taken_away(client_of: Any, act_for: ActFor) -> None:
    client, desk = english(client_of, "desk"), act_for("desk")
    client.post(
        reverse("activity:import-upload"), {"file": SimpleUploadedFile("x.csv", lines(desk, CATARACT, APPENDIX))}
    )
    upload = AppointmentUpload.objects.get()
    client.post(reverse("activity:import-drop", args=[upload.pk]))
    upload.refresh_from_db()
    assert upload.state == "dropped" and not upload_folder(upload.pk).exists() and not Appointment.objects.exists()
