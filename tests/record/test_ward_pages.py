"""The wards room: who sees which ward, finding as one types, registering, moving, merging, breaking the glass, audit."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse

from console.small import hospital_load
from relight.kernel.act import Act
from relight.people.api import MATRIX, Permission, Role
from relight.record.rules.identity import Person, Unknown
from relight.record.rules.places import Place

pytestmark = pytest.mark.django_db
NURSE = {"scope": ["site:arlon", "service:emergency"], "language": "en"}


@pytest.fixture
def nurse(act_for: Callable[..., Act]) -> Act:
    """An act of a nurse of the whole house, for what a test needs to be there."""
    return act_for("nurse", at=datetime.now(tz=UTC))


@pytest.fixture
def house(nurse: Act, act_for: Callable[..., Act]) -> dict[str, UUID]:
    """A small hospital: Noël and an unknown in the emergency department of Arlon, Noel (the same?) at dialysis."""
    from relight.record.services.identity import patient_register
    from relight.record.services.stays import patient_admit

    hospital_load(act_for("owner", at=nurse.at))
    noel = Person(family="Noël", given="Jeanne", birth="1951-03-09", sex="female")
    people: dict[str, Any] = {
        "noel": (noel, Place(site="arlon", ward="emergency", bed="12")),
        "unknown": (Unknown(text="X, male, about 40", sex="male", about=40), Place(site="arlon", ward="emergency")),
        "other": (
            Person(family="Maes", given="Piet", birth="1980-01-01"),
            Place(site="arlon", ward="dialysis", bed="1"),
        ),
        "away": (Person(family="Dubois", given="Luc", birth="1962-07-14", sex="male"), None),
    }
    made = {}
    for name, (who, place) in people.items():
        made[name] = patient_register(act=nurse, person=who, site="arlon").patient
        if place is not None:
            patient_admit(act=nurse, patient=made[name], place=place)
    return made


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def number_of(patient: UUID) -> str:
    from relight.record.selectors.faces import face_get

    return face_get(patient).numbers[0].value


# -- who may come in -----------------------------------------------------------------------------------------


def _address(pattern: URLPattern, house: dict[str, UUID]) -> str:
    values: dict[str, Any] = {
        "patient": house["noel"], "other": house["other"], "merge": uuid4(), "site": "arlon", "ward": "emergency",
        "aside": 1,
    }  # fmt: skip
    wanted = pattern.pattern.converters
    return reverse(f"record:{pattern.name}", kwargs={name: values[name] for name in wanted})


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SYSTEM, Role.OWNER)])
def test_every_address_is_refused_to_roles_that_may_not(
    role: Role, house: dict[str, UUID], client_of: Callable[..., Any]
) -> None:
    """By both methods, before anything of a patient is looked at."""
    from relight.record.urls.wards import urlpatterns

    client = client_of(role.value, language="en")
    for pattern in urlpatterns:
        permission = pattern.callback.permission
        for method in (client.get, client.post):
            answer = method(_address(pattern, house))
            page = answer.content.decode() if answer.status_code >= 400 else ""
            if role in MATRIX[permission]:
                assert "RL-PPL-001" not in page, (pattern.name, role)
            else:
                assert answer.status_code in (403, 405), (pattern.name, role)
                assert method is client.post or "RL-PPL-001" in page or answer.status_code == 405, (pattern.name, role)
                assert "Jeanne" not in answer.content.decode()


def test_who_is_not_signed_in_sees_nothing(house: dict[str, UUID], client: Any) -> None:
    """Every address leads to the sign-in page."""
    from relight.record.urls.wards import urlpatterns

    for pattern in urlpatterns:
        answer = client.get(_address(pattern, house))
        assert answer.status_code == 302, pattern.name
        assert answer["Location"].startswith("/sign-in/"), pattern.name


# -- wards -----------------------------------------------------------------------------------------------------


def test_a_nurse_of_one_ward_lands_in_it(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """And sees its patients only; the other wards are counts."""
    client = client_of("nurse", **NURSE)
    answer = client.get("/wards/")
    assert answer["Location"] == "/wards/arlon/emergency/"
    page = text(client.get("/wards/arlon/emergency/"))
    assert "NOËL Jeanne" in page
    assert "MAES" not in page
    every = client.get("/wards/?all").content.decode()
    assert "Dialysis" in every
    assert 'href="/wards/arlon/dialysis/"' not in every
    assert "RL-REC-242" in client.get("/wards/arlon/dialysis/").content.decode()


def test_a_ward_counts_who_is_there(house: dict[str, UUID], act_for: Callable[..., Act]) -> None:
    """In house, arrived today, unknown, and those whose allergies nobody asked for."""
    from relight.record.selectors.ward_pages import wards_page
    from relight.record.services.amend import resource_create

    nurse = act_for("nurse", at=datetime.now(tz=UTC))
    resource_create(
        act=nurse,
        type="AllergyIntolerance",
        body={
            "resourceType": "AllergyIntolerance",
            "patient": {"reference": f"Patient/{house['noel']}"},
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]},
        },
    )
    page = wards_page(act=nurse)
    card = next(card for card in page.own if card.ward == "emergency" and card.site == "arlon")
    assert (card.in_house, card.arrived, card.unknown, card.unasked) == (2, 2, 1, 1)
    assert (page.in_house, page.unasked) == (3, 2)


def test_a_ward_shows_beds_names_and_marks(house: dict[str, UUID], nurse: Act, client_of: Callable[..., Any]) -> None:
    """A left bed is free; the last early warning score and its look stand beside the name."""
    from relight.record.services.amend import resource_create
    from relight.record.services.stays import patient_discharge

    patient_discharge(act=nurse, patient=house["other"])
    for total, minute in ((8, 10), (3, 5)):
        resource_create(act=nurse, type="Observation", body=_score(house["noel"], total, minute))
    client = client_of("nurse", language="en")
    page = text(client.get("/wards/arlon/emergency/"))
    assert "12 NOËL Jeanne" in page
    assert re.search(r"NEWS2 7 or more .*?\b1\b", page)
    assert "not asked" in page
    left = text(client.get("/wards/arlon/dialysis/?view=board"))
    assert "free" in left
    assert "MAES" not in left


def _score(patient: UUID, total: int, minute: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "1104051000000101"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": f"2026-11-22T08:{minute:02}:00Z",
        "valueQuantity": {"value": total},
    }


def test_a_ward_costs_the_same_however_full(house: dict[str, UUID], nurse: Act, client_of: Callable[..., Any]) -> None:
    """No statement a patient."""
    from django.db import connection

    from relight.record.services.identity import patient_register
    from relight.record.services.stays import patient_admit

    client = client_of("nurse", language="en")

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    before = cost("/wards/arlon/emergency/"), cost("/wards/?all")
    for n in range(12):
        made = patient_register(act=nurse, person=Unknown(text=f"X {n}")).patient
        patient_admit(act=nurse, patient=made, place=Place(site="arlon", ward="emergency", bed=str(20 + n)))
    assert (cost("/wards/arlon/emergency/"), cost("/wards/?all")) == before


def test_showing_a_ward_is_noted_for_each_patient(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """Nobody else's; a list is no opening."""
    from relight.record.models import ReadNote

    client = client_of("nurse", **NURSE)
    client.get("/wards/arlon/emergency/")
    notes = ReadNote.objects.filter(actor=client.person.actor)
    assert set(notes.values_list("patient", "what", "ground")) == {
        (house["noel"], "ward", ""), (house["unknown"], "ward", "")
    }  # fmt: skip


def test_a_ward_that_is_none_is_a_coded_404(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """With what to do."""
    answer = client_of("nurse", language="en").get("/wards/arlon/atlantis/")
    assert answer.status_code == 404
    assert "RL-REC-300" in answer.content.decode()


# -- finding -----------------------------------------------------------------------------------------------------


def test_nothing_of_a_patient_stands_in_an_address(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """The box is posted, in the room and in the top bar; a GET finds no patient."""
    client = client_of("nurse", language="en")
    page = client.get("/patients/?q=noel").content.decode()
    assert "Jeanne" not in page
    assert 'name="q" maxlength="120"' in page or 'hx-post="/patients/"' in page
    for form in re.findall(r"<form[^>]*role=\"search\"[^>]*>", page):
        assert 'method="post"' in form
    assert "Jeanne" not in client.get("/search/?q=noel").content.decode()
    found = client.post("/search/", {"q": "noel"})
    assert "NOËL Jeanne" in text(found)


def test_a_patient_is_found_as_one_types_with_the_reason(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """Half a name, another's birth order, a bed."""
    client = client_of("nurse", language="en")
    for typed, why in (("noe", "name begins so"), ("9.3.1951", "born that day"), ("bed 12", "in this bed")):
        page = text(client.post("/patients/", {"q": typed}, headers={"HX-Request": "true"}))
        assert "NOËL Jeanne" in page, typed
        assert why in page
        assert "<html" not in page


def test_a_scanned_wristband_opens_the_record(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """With Enter only; while typing it stays a list. A misread one finds nobody."""
    client = client_of("nurse", language="en")
    number = number_of(house["noel"])
    answer = client.post("/patients/", {"q": number})
    assert answer["Location"] == f"/patients/{house['noel']}/"
    assert client.post("/patients/", {"q": number}, headers={"HX-Request": "true"}).status_code == 200
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    page = text(client.post("/patients/", {"q": wrong}))
    assert "RL-REC-206" in page
    assert "Jeanne" not in page


def test_the_top_bar_opens_a_scanned_wristband_too(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """One box finds all."""
    answer = client_of("nurse", language="en").post("/search/", {"q": number_of(house["noel"])})
    assert answer["Location"] == f"/patients/{house['noel']}/"


def test_who_one_may_not_open_is_shown_and_leads_to_the_glass(
    house: dict[str, UUID], client_of: Callable[..., Any]
) -> None:
    """So that they can be recognised."""
    client = client_of("nurse", **NURSE)
    page = client.post("/patients/", {"q": "maes"}).content.decode()
    assert "MAES" in page
    assert f'href="/patients/{house["other"]}/glass/"' in page
    assert f'href="/patients/{house["other"]}/"' not in page
    assert client.get(f"/patients/{house['other']}/").status_code == 403


# -- registering ---------------------------------------------------------------------------------------------------

NEW = {"family": "Peeters", "given": "An", "birth": "1.2.1970", "sex": "female", "ward": "arlon/emergency", "bed": "3"}


def test_somebody_known_is_registered_and_admitted_at_once(
    house: dict[str, UUID], client_of: Callable[..., Any]
) -> None:
    """The birth date is read as it is written here; the wristband comes next."""
    from relight.record.selectors.wards import ward_census

    client = client_of("nurse", **NURSE)
    answer = client.post("/patients/register/", NEW)
    assert answer.status_code == 302
    assert answer["Location"].endswith("/wristband/")
    lying = {one.face.name: one for one in ward_census(site="arlon", ward="emergency")}
    assert lying["PEETERS An"].stay.bed == "3"
    assert lying["PEETERS An"].face.birth == "1970-02-01"


def test_a_taken_bed_leaves_the_patient_registered_and_says_so(
    house: dict[str, UUID], client_of: Callable[..., Any]
) -> None:
    """Nothing typed is lost."""
    client = client_of("nurse", **NURSE)
    answer = client.post("/patients/register/", {**NEW, "bed": "12"}, follow=True)
    assert answer.redirect_chain[-1][0].endswith("/admit/")
    page = text(answer)
    assert "Registered, but not admitted" in page
    assert "PEETERS" in page


def test_a_probable_duplicate_is_shown_beside_before_anything_is_saved(
    house: dict[str, UUID], client_of: Callable[..., Any]
) -> None:
    """And registered only once it was looked at."""
    from relight.record.models import PatientFace

    client = client_of("nurse", language="en")
    typed = {**NEW, "family": "Noel", "given": "Jeanne", "birth": "9/3/1951", "bed": ""}
    before = PatientFace.objects.count()
    answer = client.post("/patients/register/", typed)
    page = text(answer)
    assert "Probably here already" in page
    assert "same name" in page
    assert "same birth date" in page
    assert PatientFace.objects.count() == before
    again = client.post("/patients/register/", {**typed, "looked_at": str(house["noel"])})
    assert again.status_code == 302
    assert PatientFace.objects.count() == before + 1


def test_a_card_of_somebody_else_is_refused_until_compared(
    house: dict[str, UUID], client_of: Callable[..., Any]
) -> None:
    """A national number that says another birth date."""
    from relight.record.models import PatientFace

    client = client_of("nurse", language="en")
    typed = {**NEW, "national": "85.07.30-033.28", "bed": ""}
    before = PatientFace.objects.count()
    page = text(client.post("/patients/register/", typed))
    assert "I compared number, birth date and sex" in page
    assert PatientFace.objects.count() == before
    assert client.post("/patients/register/", {**typed, "checked": "on"}).status_code == 302


@pytest.mark.parametrize("typed", ["31.02.1970", "12/25/1970", "yesterday"])
def test_a_birth_date_that_is_none_is_refused_at_its_field(
    typed: str, house: dict[str, UUID], client_of: Callable[..., Any]
) -> None:
    """Month before day is never assumed."""
    page = text(client_of("nurse", language="en").post("/patients/register/", {**NEW, "birth": typed}))
    assert "No birth date can be read from this" in page


def test_somebody_unknown_is_written_as_the_label_says_it(
    house: dict[str, UUID], client_of: Callable[..., Any]
) -> None:
    """Without a name; the sex, a guessed age, the ward and the time."""
    from relight.record.selectors.wards import ward_census

    client = client_of("nurse", **NURSE)
    seen = {"sex": "male", "about": "50", "seen": "red coat", "ward": "arlon/emergency", "bed": "7"}
    client.post("/patients/register/?unknown", seen)
    face = next(one.face for one in ward_census(site="arlon", ward="emergency") if one.stay.bed == "7")
    assert re.fullmatch(r"X, male, about 50, red coat, Emergency \d\d:\d\d", face.name)
    assert face.is_unknown
    assert face.about == 50


def test_an_unknown_is_identified_later(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """Under the same record and number; the old name stays in it."""
    from relight.record.selectors.faces import face_get

    client = client_of("nurse", **NURSE)
    number = number_of(house["unknown"])
    address = f"/patients/{house['unknown']}/identity/"
    version = re.search(r'name="seen" value="(\d+)"', client.get(address).content.decode())
    said = {"patient": str(house["unknown"]), "seen": version[1], "family": "Lambert", "given": "Paul", "sex": "male"}
    assert client.post(address, said).status_code == 302
    face = face_get(house["unknown"])
    assert face.name == "LAMBERT Paul"
    assert "X, male, about 40" in face.other_names
    assert face.numbers[0].value == number


# -- moving ----------------------------------------------------------------------------------------------------------


def test_a_patient_is_moved_and_discharged_from_pages(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """A taken bed is said at the bed."""
    from relight.record.selectors.wards import whereabouts

    client = client_of("nurse", language="en")
    unknown = house["unknown"]
    address = f"/patients/{unknown}/transfer/"
    page = text(client.post(address, {"patient": unknown, "ward": "arlon/emergency", "bed": "12"}))
    assert "Somebody lies in this bed already." in page
    assert client.post(address, {"patient": unknown, "ward": "arlon/dialysis", "bed": "2"}).status_code == 302
    assert [(s.ward, s.bed) for s in whereabouts(patient=unknown)] == [("dialysis", "2")]
    answer = client.post(f"/patients/{unknown}/discharge/", {"patient": unknown, "to": "home"})
    assert answer["Location"] == "/wards/arlon/dialysis/"
    assert whereabouts(patient=unknown) == ()


def test_a_form_of_one_patient_never_moves_another(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """The identity it carries is compared with the address."""
    from relight.record.selectors.wards import whereabouts

    client = client_of("nurse", language="en")
    answer = client.post(f"/patients/{house['noel']}/discharge/", {"patient": house["unknown"]})
    assert answer.status_code in (400, 403, 409, 422)
    assert "RL-REC-330" in answer.content.decode()
    assert whereabouts(patient=house["noel"])


def test_the_beds_of_a_ward_are_told_without_names(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """For the form that chooses one."""
    answer = client_of("nurse", language="en").get("/wards/beds/?ward=arlon/emergency")
    assert "Taken: 12" in text(answer)
    assert "Jeanne" not in answer.content.decode()


def test_wristbands_and_labels_come_as_pdf(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """From the chart and for chosen patients of a ward; of no other ward."""
    client = client_of("nurse", **NURSE)
    noel = house["noel"]
    one = client.post(f"/patients/{noel}/wristband/", {"patient": noel, "what": "band", "paper": "roll"})
    assert one.content.startswith(b"%PDF")
    many = client.post(
        "/wards/arlon/emergency/paper/", {"do": "labels-a4", "items": [str(noel), str(house["unknown"])]}
    )
    assert many.content.startswith(b"%PDF")
    other = client.post("/wards/arlon/emergency/paper/", {"do": "bands-roll", "items": [str(house["other"])]})
    assert "RL-REC-250" in other.content.decode()


# -- two records -----------------------------------------------------------------------------------------------------


@pytest.fixture
def twice(house: dict[str, UUID], nurse: Act) -> UUID:
    """A second record of Jeanne Noël."""
    from relight.record.services.identity import patient_register

    person = Person(family="Noel", given="Jeanne", birth="1951-03-09", sex="female")
    return patient_register(act=nurse, person=person, looked_at=[house["noel"]]).patient


def test_probable_duplicates_of_the_house_are_listed(
    house: dict[str, UUID], twice: UUID, client_of: Callable[..., Any]
) -> None:
    """Once a pair, with the reasons; only of the reader's wards."""
    page = client_of("nurse", language="en").get("/wards/duplicates/").content.decode()
    assert page.count("same birth date") == 1
    assert f"/patients/{house['noel']}/merge/{twice}/" in page
    elsewhere = client_of("nurse", scope=["site:virton"], language="en").get("/wards/duplicates/")
    assert "same birth date" not in elsewhere.content.decode()


def test_two_records_are_compared_merged_and_parted(
    house: dict[str, UUID], twice: UUID, client_of: Callable[..., Any]
) -> None:
    """Both numbers lead to the one that stays; undone, they stand apart again."""
    from relight.record.models import Merge
    from relight.record.selectors.faces import face_get

    client = client_of("nurse", language="en")
    noel = house["noel"]
    address = f"/patients/{noel}/merge/{twice}/"
    page = client.get(address).content.decode()
    seen = dict(re.findall(r'name="(seen|other_seen)" value="(\d+)"', page))
    said = {"patient": noel, "keep": str(noel), "reason": "same card", **seen}
    stale = client.post(address, {**said, "other_seen": "99"})
    assert "Somebody has changed this since you opened it" in text(stale)
    assert client.post(address, said).status_code == 302
    assert face_get(twice).merged_into == noel
    assert client.get(f"/patients/{twice}/readers/")["Location"] == f"/patients/{noel}/readers/"
    merge = Merge.objects.get()
    client.post(f"/patients/{noel}/merge/{merge.pk}/undo/", {"patient": noel, "reason": "two sisters"})
    assert face_get(twice).merged_into is None
    assert "Parted again" in text(client.get(f"/patients/{noel}/identity/"))


def test_the_other_record_is_looked_for_from_the_identity_page(
    house: dict[str, UUID], twice: UUID, client_of: Callable[..., Any]
) -> None:
    """Everybody but the one whose page it is."""
    client = client_of("nurse", language="en")
    page = client.post(f"/patients/{house['noel']}/merge/", {"patient": house["noel"], "q": "noel"}).content.decode()
    assert f"/patients/{house['noel']}/merge/{twice}/" in page
    assert f"/patients/{house['noel']}/merge/{house['noel']}/" not in page


# -- who opened what ---------------------------------------------------------------------------------------------------


def test_the_glass_is_broken_with_a_reason_that_stays(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """Refused, then open; in the file and before the auditor, who sees no name."""
    client = client_of("nurse", **NURSE)
    other = house["other"]
    address = f"/patients/{other}/glass/"
    assert client.get(f"/patients/{other}/readers/").status_code == 403
    assert "5 to 400 characters" in text(client.post(address, {"patient": other, "reason": "x"}))
    assert client.post(address, {"patient": other, "reason": "called to dialysis"})["Location"] == f"/patients/{other}/"
    assert client.get(f"/patients/{other}/identity/").status_code == 200
    file = text(client.get(f"/patients/{other}/readers/"))
    assert "called to dialysis" in file
    assert "glass broken, with a reason" in file
    auditor = text(client_of("auditor", language="en").get("/wards/audit/"))
    assert "called to dialysis" in auditor
    assert "glass broken, with a reason" in auditor
    assert number_of(other) in auditor
    assert "MAES" not in auditor


def test_a_chart_says_who_opened_it_on_what_ground(
    house: dict[str, UUID], twice: UUID, nurse: Act, client_of: Callable[..., Any]
) -> None:
    """Readings of a merged record too; whoever only saw the name in a list stands apart."""
    from relight.record.services.merges import patients_merge

    first, second = client_of("nurse", **NURSE), client_of("clinician", language="en")
    second.get(f"/patients/{twice}/identity/")
    first.get("/wards/arlon/emergency/")
    first.get(f"/patients/{house['noel']}/identity/")
    patients_merge(act=nurse, kept=house["noel"], gone=twice, reason="same card")
    page = text(first.get(f"/patients/{house['noel']}/readers/"))
    assert "patient of the ward" in page
    assert "list of the ward" in page.partition("Seen in a list only")[2]
    assert second.person.username.title() in page
    assert "in a record merged into this one" in page


def test_the_auditor_filters_by_person_record_and_time(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """A record number is posted, never in an address; the file holds what the page does."""
    reader, auditor = client_of("nurse", language="en"), client_of("auditor", language="en")
    reader.get(f"/patients/{house['noel']}/identity/")
    reader.get(f"/patients/{house['other']}/identity/")
    number = number_of(house["noel"])
    answer = auditor.post("/wards/audit/", {"number": number})
    assert answer["Location"] == f"/wards/audit/?patient={house['noel']}"
    page = text(auditor.get(answer["Location"]))
    assert number in page
    assert number_of(house["other"]) not in page
    assert "No record has this number." in text(auditor.post("/wards/audit/", {"number": "404"}))
    file = b"".join(auditor.get(f"/wards/audit/?format=csv&who={reader.person.actor}").streaming_content).decode()
    assert number in file
    assert "NOËL" not in file
    assert "No reading is so" in text(auditor.get("/wards/audit/?until=2020-01-01"))


def test_looking_at_the_readings_is_in_the_journal(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """Whose were looked at, not what they were."""
    from relight.journal.api import entry_list

    client_of("auditor", language="en").get(f"/wards/audit/?patient={house['noel']}")
    entry = entry_list(verb="record.audit")[0]
    assert entry.subject == f"patient:{house['noel']}"


# -- numbers and sources -------------------------------------------------------------------------------------------


def test_numbers_are_reserved_and_given_out_ahead(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """A range that could hold a national number is refused at its field."""
    client = client_of("nurse", language="en")
    page = text(client.post("/wards/numbers/", {"do": "reserve", "site": "virton", "begins": "8501"}))
    assert "RL-REC-203" in page or "range" in page.lower()
    assert client.post("/wards/numbers/", {"do": "reserve", "site": "virton", "begins": "8515"}).status_code == 302
    page = text(client.post("/wards/numbers/", {"do": "take", "site": "virton", "count": "3"}))
    assert len(set(re.findall(r"\b8515\d{7}\b", page))) == 3


@pytest.mark.direct_rows
def test_a_file_sent_in_is_imported_by_the_worker(
    client_of: Callable[..., Any], act_for: Callable[..., Act], relight_home: Any
) -> None:
    """With its source and age; the page says how far, what stayed aside, and the file is taken away."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from relight.record.services.uploads import FOLDER, uploads_run

    client = client_of("recovery-lead", language="en")
    lines = (
        b'{"resourceType":"Patient","id":"1","name":[{"family":"Sent"}]}\n{"resourceType":"Patient","id":2}\n{"broken\n'
    )
    file = SimpleUploadedFile("backup.ndjson", lines)
    said = {"file": file, "source": "HIS", "kind": "backup", "as_of": "2026-11-12"}
    assert client.post("/wards/sources/file/", said).status_code == 302
    assert "being imported" in text(client.get("/wards/sources/"))
    assert uploads_run(act=act_for("system")) == 1
    page = text(client.get("/wards/sources/"))
    assert "HIS last backup" in page
    assert "imported" in page
    assert not list((relight_home / FOLDER).glob("*"))
    aside = client.get("/wards/sources/aside/")
    assert "backup.ndjson" in text(aside)
    link = re.search(r'href="(/wards/sources/aside/\d+/)"', aside.content.decode())
    assert client.get(link[1]).content
    assert uploads_run(act=act_for("system")) == 0


def test_a_file_that_is_no_fhir_is_refused_with_its_reason(
    client_of: Callable[..., Any], act_for: Callable[..., Act]
) -> None:
    """And the page says why."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from relight.record.services.uploads import uploads_run

    client = client_of("recovery-lead", language="en")
    client.post("/wards/sources/file/", {"file": SimpleUploadedFile("a.txt", b"hello"), "kind": "import"})
    uploads_run(act=act_for("system"))
    page = text(client.get("/wards/sources/"))
    assert "refused" in page
    assert "it is no FHIR and no HL7 message" in page


def test_what_leads_nowhere_is_listed(nurse: Act, client_of: Callable[..., Any]) -> None:
    """With what it refers to."""
    from relight.record.services.amend import resource_create

    resource_create(
        act=nurse, type="Observation",
        body={
            "resourceType": "Observation", "status": "final", "code": {"text": "x"},
            "subject": {"reference": f"Patient/{uuid4()}"},
        },
    )  # fmt: skip
    assert "Patient/" in text(client_of("recovery-lead", language="en").get("/wards/sources/unresolved/"))


def test_the_permission_of_each_address_is_what_the_matrix_says() -> None:
    """Reading, identity, breaking the glass, audit, import: five doors."""
    from relight.record.urls.wards import urlpatterns

    held = {pattern.name: pattern.callback.permission for pattern in urlpatterns}
    assert held["audit"] is Permission.RECORD_AUDIT
    assert held["glass"] is Permission.RECORD_BREAK_GLASS
    assert held["aside-file"] is Permission.RECORD_EXPORT
    assert {held[name] for name in ("wards", "ward", "patients", "readers")} == {Permission.RECORD_READ}
    assert {held[name] for name in ("register", "admit", "transfer", "discharge", "identify", "merge")} == {
        Permission.RECORD_IDENTITY
    }


def test_the_national_number_is_stored_under_its_system(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """Whatever separators it was typed with."""
    from relight.record.models import PatientNumber

    client_of("nurse", **NURSE).post(
        "/patients/register/", {**NEW, "birth": "30.7.1985", "sex": "", "national": "85.07.30-033.28", "bed": ""}
    )
    assert PatientNumber.objects.filter(plain="85073003328").exists()


def test_comparing_with_a_record_of_another_ward_asks_for_a_reason_first(
    house: dict[str, UUID], client_of: Callable[..., Any]
) -> None:
    """Then goes on with the comparison."""
    client = client_of("nurse", **NURSE)
    noel, other = house["noel"], house["other"]
    answer = client.get(f"/patients/{noel}/merge/{other}/")
    assert answer["Location"] == f"/patients/{other}/glass/?merge={noel}"
    answer = client.post(answer["Location"], {"patient": other, "reason": "same person, two records"})
    assert answer["Location"] == f"/patients/{noel}/merge/{other}/"
    assert client.get(answer["Location"]).status_code == 200


def test_the_room_of_a_patient_is_marked_in_the_rail(house: dict[str, UUID], client_of: Callable[..., Any]) -> None:
    """A chart stands in the wards' room."""
    page = client_of("nurse", language="en").get("/patients/").content.decode()
    assert re.search(r'href="/wards/" aria-current="page"', page)


def test_the_workstations_ward_is_offered_first(
    house: dict[str, UUID], client_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the page of wards by name, and as the ward of whoever is registered; never one outside the reader's."""
    from relight.fleet import middleware
    from relight.fleet.api import WorkstationView

    station = WorkstationView(
        id=uuid4(), item=uuid4(), name="PC-URG-1", site="arlon", service="dialysis", turned_at=datetime.now(tz=UTC)
    )
    monkeypatch.setattr(middleware, "workstation_by_token", lambda token: station)
    client = client_of("nurse", language="en")
    client.cookies[middleware.COOKIE] = "token"
    page = client.get("/wards/", secure=True)
    assert "This workstation: PC-URG-1" in text(page)
    form = client.get("/patients/register/", secure=True).content.decode()
    assert '<option value="arlon/dialysis" selected>' in form
    elsewhere = client_of("nurse", **NURSE)
    elsewhere.cookies[middleware.COOKIE] = "token"
    form = elsewhere.get("/patients/register/", secure=True).content.decode()
    assert '<option value="arlon/emergency" selected>' in form


@pytest.mark.direct_rows
def test_an_import_broken_off_goes_on_and_doubles_nothing(
    client_of: Callable[..., Any], act_for: Callable[..., Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after the resources are in, before the request is closed."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from relight.record.models import PatientFace
    from relight.record.services import uploads

    client = client_of("recovery-lead", language="en")
    lines = b'{"resourceType":"Patient","id":"1","name":[{"family":"Sent"}]}\n'
    client.post("/wards/sources/file/", {"file": SimpleUploadedFile("b.ndjson", lines), "kind": "backup"})
    imported = uploads.record_import

    def dies(**given: Any) -> None:
        imported(**given)
        raise SystemExit

    monkeypatch.setattr(uploads, "record_import", dies)
    with pytest.raises(SystemExit):
        uploads.uploads_run(act=act_for("system"))
    assert "being imported" in text(client.get("/wards/sources/"))
    monkeypatch.setattr(uploads, "record_import", imported)
    assert uploads.uploads_run(act=act_for("system")) == 1
    assert PatientFace.objects.count() == 1
    assert "being imported" not in text(client.get("/wards/sources/"))


@pytest.mark.direct_rows
def test_an_import_that_stops_on_something_unforeseen_lets_the_next_ones_go_on(
    client_of: Callable[..., Any], act_for: Callable[..., Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After five tries it is refused with a code, and its file is kept."""
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile

    from relight.record.services import uploads

    client = client_of("recovery-lead", language="en")
    lines = b'{"resourceType":"Patient","id":"1","name":[{"family":"Sent"}]}\n'
    client.post("/wards/sources/file/", {"file": SimpleUploadedFile("bad.ndjson", lines), "kind": "backup"})

    def stumbles(**given: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(uploads, "record_import", stumbles)
    for _ in range(uploads.TRIES - 1):
        with pytest.raises(ZeroDivisionError):
            uploads.uploads_run(act=act_for("system"))
    assert uploads.uploads_run(act=act_for("system")) == 1
    assert uploads.uploads_run(act=act_for("system")) == 0
    page = text(client.get("/wards/sources/"))
    assert "RL-REC-305" in page or "did not foresee" in page
    (kept,) = (Path(settings.RELIGHT_HOME) / uploads.FOLDER).glob("*/bad.ndjson")
    assert kept.read_bytes() == lines
    kept.unlink()
