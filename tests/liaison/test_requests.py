"""Requests, duty, what is given out and what comes in: each claim of docs/design/liaison-requests.md by its number."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from relight.kernel.errors import RelightError
from relight.liaison.rules.from_them import Typed
from relight.liaison.rules.identity_check import Said
from relight.liaison.rules.requests import Call, Consent, Ending, Link, Urgency, Verified, Way
from support.chart import allergy, medicine, registered, week, written
from support.ips import faults
from support.liaison import cleared, logged, practitioner, version

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(act_for: Any) -> Any:
    return act_for("liaison")


@pytest.fixture
def marie(act_for: Any) -> UUID:
    """Somebody with a week of data, who has a number of this house."""
    patient = registered(act_for("nurse"))
    week(act_for("nurse"), patient)
    return patient


@pytest.fixture
def request_of(desk: Any, marie: UUID) -> UUID:
    """A request of a listed practitioner, cleared so that a summary may leave."""
    request = logged(desk, caller=practitioner(desk))
    cleared(desk, request, marie)
    return request


def row_of(request: UUID) -> Any:
    from relight.liaison.models import Request

    return Request.objects.get(pk=request)


def refused(code: str) -> Any:
    return pytest.raises(RelightError, match=code)


def entries(verb: str) -> list[Any]:
    from relight.journal.api import entry_list

    return [one for one in entry_list() if one.verb == verb]


# -- logging, steps, time --------------------------------------------------------------------------------


def test_a_call_gets_a_number_and_a_time_by_which_it_stands_out(desk: Any) -> None:
    first, second = logged(desk, caller=practitioner(desk)), logged(desk, caller=None, caller_name="Dr X",
                                                                    caller_phone="0470 11 22 33")  # fmt: skip
    assert (row_of(first).number, row_of(second).number) == (1, 2)
    assert row_of(first).due_at == desk.at + timedelta(minutes=5)
    assert (row_of(first).caller_name, row_of(first).caller_phone) == ("LAMBERT Claire", "+3263231111")


def test_nobody_calls_without_a_name_and_a_line_to_call_back(desk: Any) -> None:
    with refused("RL-LIA-107"):
        logged(desk, caller=None, caller_name="Dr X")


def test_what_is_asked_never_stands_in_the_journal(desk: Any, marie: UUID) -> None:
    request = logged(desk, caller=practitioner(desk), ask="Marie saigne-t-elle encore ?")
    (entry,) = entries("liaison.request")
    assert "saigne" not in json.dumps(entry.body) and entry.subject == f"request:{request}"
    assert entry.body["ask"] == sha256(b"Marie saigne-t-elle encore ?").hexdigest()


def test_two_desks_never_go_on_from_the_same_point(desk: Any) -> None:
    from relight.liaison.services.requests import request_route

    request = logged(desk, caller=practitioner(desk))
    seen = version(request)
    request_route(act=desk, request=request, version=seen, name="Dr A", phone="0470")
    with refused("RL-LIA-082"):
        request_route(act=desk, request=request, version=seen, name="Dr B", phone="0471")
    assert row_of(request).routed_name == "Dr A"


def test_one_request_from_call_to_close(desk: Any, request_of: UUID) -> None:
    from relight.liaison.services.requests import request_answer, request_called, request_close, request_route

    def now() -> dict[str, Any]:
        return {"act": desk, "request": request_of, "version": version(request_of)}

    request_route(**now(), name="Dr Noël", phone="0470 55 66 77")
    assert row_of(request_of).due_at == desk.at + timedelta(minutes=15)
    with refused("RL-LIA-092"):
        request_close(**now(), ending=Ending.DONE)
    request_answer(**now(), text="Poursuivre l'apixaban.", by="")
    assert (row_of(request_of).answered_by, row_of(request_of).state) == ("Dr Noël", "answered")
    request_called(**now(), call=Call.ENGAGED)
    request_called(**now(), call=Call.REACHED)
    request_close(**now(), ending=Ending.DONE)
    assert (row_of(request_of).state, row_of(request_of).due_at, row_of(request_of).tries) == ("closed", None, 2)
    with refused("RL-LIA-081"):
        request_answer(**now(), text="encore", by="x")
    told = [step.step for step in row_of(request_of).steps.all()]
    assert told == ["logged", "verified", "identified", "related", "routed", "answered", "called", "called", "closed"]


def test_overdue_requests_climb_once_each_time_out_and_stop_at_the_top(desk: Any, act_for: Any, clock: Any) -> None:
    from relight.liaison.services.requests import requests_escalate
    from relight.liaison.tasks import requests_overdue

    request = logged(desk, caller=practitioner(desk), urgency=Urgency.NOW)
    assert requests_escalate(act=act_for("system")) == 0
    levels = []
    for _ in range(5):
        clock.advance(minutes=6)
        requests_overdue(act_for("system"))
        levels.append(row_of(request).level)
    assert levels == [1, 2, 3, 3, 3] and row_of(request).due_at is None
    from relight.journal.api import event_list

    assert [event.body["level"] for event in event_list() if event.name == "liaison.request_overdue"] in (
        [1, 2, 3], [3, 2, 1],
    )  # fmt: skip


# -- identity --------------------------------------------------------------------------------------------


def test_one_identifier_shows_nobody(desk: Any, marie: UUID) -> None:
    from relight.liaison.services.identity import patients_offer

    with refused("RL-LIA-083"):
        patients_offer(act=desk, said=Said(family="Lambert", given="Marie"))


def test_two_identifiers_that_fit_offer_the_patient_and_note_who_was_shown(desk: Any, marie: UUID) -> None:
    from relight.liaison.services.identity import patients_offer
    from relight.record.models import ReadNote

    offer = patients_offer(act=desk, said=Said(family="lambert", given="Anne", birth="1970-02-01"))
    assert not offer.fitting and offer.partly == 1
    offer = patients_offer(act=desk, said=Said(family="LAMBERT", given="marie", birth="1970-02-01"))
    assert [one.patient for one in offer.fitting] == [marie]
    assert list(ReadNote.objects.filter(what="liaison.search").values_list("patient", "ground")) == [(marie, "request")]


def test_a_contradiction_ties_nobody_and_stands_in_the_journal(desk: Any, marie: UUID) -> None:
    from relight.liaison.services.requests import patient_tie

    request = logged(desk, caller=practitioner(desk))
    said = Said(family="Lambert", given="Marie", birth="1971-02-01", number="80130000016")
    with refused("RL-LIA-084"):
        patient_tie(act=desk, request=request, version=1, patient=marie, said=said)
    assert row_of(request).patient is None
    (entry,) = entries("liaison.identify_refused")
    assert entry.body["differs"] == ["birth"] and entry.body["patient"] == str(marie)


def test_untying_takes_link_and_consent_along(desk: Any, request_of: UUID) -> None:
    from relight.liaison.services.requests import patient_untie

    patient_untie(act=desk, request=request_of, version=version(request_of), reason="homonyme")
    row = row_of(request_of)
    assert (row.patient, row.link, row.consent, row.identified) == (None, "", "", [])


# -- given out -------------------------------------------------------------------------------------------


def release(desk: Any, request: UUID, **fields: Any) -> UUID:
    from relight.liaison.services.disclosures import summary_prepare, summary_release

    shown = summary_prepare(act=desk, request=request, language="fr").shown
    told = {"shown": shown, "way": Way.HANDED, "why": "consultation de ce jour", "language": "fr", **fields}
    return summary_release(act=desk, request=request, version=version(request), **told)


def test_nothing_leaves_before_caller_patient_link_and_consent(desk: Any, marie: UUID) -> None:
    from relight.liaison.services.disclosures import summary_prepare
    from relight.liaison.services.requests import caller_verify, patient_tie, relation_note

    request = logged(desk, caller=practitioner(desk))

    def now() -> dict[str, Any]:
        return {"act": desk, "request": request, "version": version(request)}

    def ask() -> None:
        summary_prepare(act=desk, request=request, language="fr")

    with refused("RL-LIA-085"):
        ask()
    caller_verify(**now(), how=Verified.CALLBACK)
    with refused("RL-LIA-086"):
        ask()
    patient_tie(**now(), patient=marie, said=Said(family="Lambert", given="Marie", birth="1970-02-01"))
    with refused("RL-LIA-087"):
        ask()
    relation_note(**now(), link=Link.GENERAL, consent=Consent.REFUSED)
    with refused("RL-LIA-088"):
        ask()
    relation_note(**now(), link=Link.GENERAL, consent=Consent.ASKED)
    ask()


def test_the_directorys_ways_do_not_verify_who_is_not_in_it(desk: Any) -> None:
    from relight.liaison.services.requests import caller_verify

    request = logged(desk, caller=None, caller_name="Dr X", caller_phone="0470 11 22 33")
    with refused("RL-LIA-108"):
        caller_verify(act=desk, request=request, version=1, how=Verified.CALLBACK)
    caller_verify(act=desk, request=request, version=1, how=Verified.VOICE)


def test_the_journal_holds_who_to_whom_why_and_which_digest(desk: Any, request_of: UUID, marie: UUID) -> None:
    from relight.liaison.models import Disclosure

    given = Disclosure.objects.get(pk=release(desk, request_of))
    (entry,) = entries("liaison.disclose")
    assert (entry.actor, entry.subject) == (desk.actor, f"patient:{marie}")
    assert (entry.body["to"], entry.body["to_number"]) == ("LAMBERT Claire", "10000023999")
    assert entry.body["link"], entry.body["consent"] == ("general", "asked")
    assert entry.body["digest"] == sha256(bytes(given.document)).hexdigest() == given.digest
    assert entry.body["paper"] == sha256(bytes(given.paper)).hexdigest()
    assert faults(bytes(given.document)) == []
    assert bytes(given.paper).startswith(b"%PDF")
    assert "consultation" not in json.dumps(entry.body)


def test_the_chart_lists_to_whom_a_summary_was_given(desk: Any, request_of: UUID, marie: UUID) -> None:
    from relight.record.selectors.readers import readers_page

    release(desk, request_of)
    page = readers_page(patient=marie, until=desk.at)
    assert "summary given to LAMBERT Claire" in {word for line in page.opened for word in line.what}


def test_a_record_that_changed_since_it_was_shown_is_shown_again(
    desk: Any, request_of: UUID, marie: UUID, act_for: Any
) -> None:
    from relight.liaison.services.disclosures import summary_prepare

    shown = summary_prepare(act=desk, request=request_of, language="fr").shown
    written(act_for("nurse"), allergy(marie, "Latex"))
    with refused("RL-LIA-090"):
        release(desk, request_of, shown=shown)
    assert row_of(request_of).disclosures.count() == 0


def test_a_release_says_what_it_is_needed_for(desk: Any, request_of: UUID) -> None:
    with refused("RL-LIA-089"):
        release(desk, request_of, why=" ")


# -- what comes in ---------------------------------------------------------------------------------------


def receive(desk: Any, request: UUID, **fields: Any) -> UUID:
    from relight.liaison.services.received import Incoming, summary_receive

    told = {"written_on": (desk.at - timedelta(days=20)).date(), "title": "SUMEHR", **fields}
    return summary_receive(act=desk, request=request, version=version(request), incoming=Incoming(**told))


def held(patient: UUID, type: str) -> list[tuple[Any, dict[str, Any]]]:
    from relight.record.api import loads, resources_of

    return [(one, loads(one.body)) for one in resources_of(patient=patient, types=[type])]


def bundle(**person: Any) -> bytes:
    who = {"resourceType": "Patient", "id": "p", "name": [{"family": "Lambert", "given": ["Marie"]}],
           "birthDate": "1970-02-01", **person}  # fmt: skip
    subject = {"reference": "Patient/p"}
    resources: list[dict[str, Any]] = [
        {"resourceType": "Composition", "id": "c", "status": "final", "title": "x", "subject": subject},
        who,
        {"resourceType": "Practitioner", "id": "gp", "name": [{"family": "Lambert", "given": ["Claire"]}]},
        {"resourceType": "AllergyIntolerance", "id": "a", "patient": subject, "code": {"text": "Amoxicilline"},
         "clinicalStatus": {"coding": [{"code": "active"}]}, "asserter": {"reference": "Practitioner/gp"}},
        {"resourceType": "Medication", "id": "m", "code": {"text": "Bisoprolol 5 mg"}},
        {"resourceType": "MedicationStatement", "id": "s", "status": "active", "subject": subject,
         "medicationReference": {"reference": "Medication/m"}, "dosage": [{"text": "1 le matin"}]},
        {"resourceType": "Condition", "id": "e", "subject": subject, "code": {"text": "Erreur"},
         "verificationStatus": {"coding": [{"code": "entered-in-error"}]}},
        {"resourceType": "Condition", "id": "n", "subject": subject, "code": {"coding": [
            {"system": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "code": "no-problem-info"}]}},
    ]  # fmt: skip
    return json.dumps({"resourceType": "Bundle", "type": "document", "entry": [
        {"fullUrl": f"https://gp.example/{one['resourceType']}/{one['id']}", "resource": one} for one in resources
    ]}).encode()  # fmt: skip


def test_a_fhir_document_enters_bound_sourced_and_dated(desk: Any, request_of: UUID, marie: UUID) -> None:
    from relight.liaison.models import Received
    from relight.record.models import PatientFace

    kept = Received.objects.get(pk=receive(desk, request_of, data=bundle(), filename="sumehr.json"))
    assert (kept.kind, kept.entries, kept.left_out) == ("fhir", 5, 4)  # with the file itself and its DocumentReference
    found = [(one, body) for one, body in held(marie, "AllergyIntolerance") if one.source_kind == "practitioner"]
    ((one, body),) = found
    assert body["code"]["text"] == "Amoxicilline"
    assert body["asserter"] == {"display": "LAMBERT Claire"}
    assert one.source_name.startswith("LAMBERT Claire 1-00000-23-999, 03.11.2026")
    assert one.as_of is not None and one.as_of.date() == kept.written_on
    ((_, statement),) = held(marie, "MedicationStatement")
    assert statement["medicationReference"]["reference"].startswith("Medication/")
    assert PatientFace.objects.count() == 1


def test_what_came_in_stands_in_the_next_summary_with_its_source(desk: Any, request_of: UUID) -> None:
    from relight.liaison.services.disclosures import summary_prepare

    receive(desk, request_of, data=bundle())
    pages = {page.part.value: page for page in summary_prepare(act=desk, request=request_of, language="fr").pages}
    (line,) = [line for line in pages["medicines"].lines if line.main == "Bisoprolol 5 mg"]
    assert line.detail == "1 le matin"
    assert line.source.startswith("LAMBERT Claire 1-00000-23-999, 03.11.2026") and line.day == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bundle(birthDate="1971-02-01"), "RL-LIA-101"),
        (bundle(name=[{"family": "Dupont", "given": ["Marie"]}]), "RL-LIA-101"),
        (bundle(birthDate=""), "RL-LIA-083"),
        (b'{"resourceType": "Bundle", "entry": []}', "RL-LIA-102"),
        (b'{"resourceType": "Patient"}', "RL-LIA-102"),
        (b'{"resourceType": "Bundle", "entry": [', "RL-LIA-102"),
        (b"<?xml version='1.0'?><kmehrmessage/>", "RL-LIA-106"),
        (json.dumps({"resourceType": "Bundle", "entry": [
            {"resource": {"resourceType": "Patient"}}, {"resource": {"resourceType": "Patient"}}]}).encode(),
         "RL-LIA-103"),
    ],
)  # fmt: skip
def test_what_is_not_surely_this_patients_stays_out_whole(
    desk: Any, request_of: UUID, marie: UUID, data: bytes, code: str
) -> None:
    from relight.record.models import Entry

    before = Entry.objects.count()
    with refused(code):
        receive(desk, request_of, data=data)
    assert Entry.objects.count() == before


def test_the_same_file_again_is_refused_and_adds_nothing(desk: Any, request_of: UUID, marie: UUID) -> None:
    receive(desk, request_of, data=bundle())
    count = len(held(marie, "AllergyIntolerance"))
    with refused("RL-LIA-100"):
        receive(desk, request_of, data=bundle())
    assert len(held(marie, "AllergyIntolerance")) == count


def test_lines_typed_from_paper_are_words_not_confirmed(desk: Any, request_of: UUID, marie: UUID) -> None:
    receive(desk, request_of, typed=Typed(allergies=("Iode",), medicines=("Metformine 850 mg 2x/j",)))
    (body,) = [body for _, body in held(marie, "AllergyIntolerance") if body["code"]["text"] == "Iode"]
    assert body["verificationStatus"]["coding"][0]["code"] == "unconfirmed"
    ((one, statement),) = held(marie, "MedicationStatement")
    assert statement["medicationCodeableConcept"] == {"text": "Metformine 850 mg 2x/j"}
    assert one.source_kind == "practitioner"


def test_a_pdf_becomes_a_document_of_the_chart(desk: Any, request_of: UUID, marie: UUID) -> None:
    from support.chart import PDF

    receive(desk, request_of, data=PDF, filename="resume.pdf")
    (body,) = [body for one, body in held(marie, "DocumentReference") if one.source_kind == "practitioner"]
    assert body["content"][0]["attachment"]["contentType"] == "application/pdf"
    assert body["author"][0]["display"] == "LAMBERT Claire"


def test_the_day_of_a_paper_lies_not_in_the_future(desk: Any, request_of: UUID) -> None:
    with refused("RL-LIA-105"):
        receive(desk, request_of, written_on=(desk.at + timedelta(days=2)).date(), typed=Typed(problems=("x",)))
    with refused("RL-LIA-104"):
        receive(desk, request_of)


def test_a_statement_of_none_known_and_a_medicine_of_another_source_stay_side_by_side(
    desk: Any, request_of: UUID, marie: UUID, act_for: Any
) -> None:
    """Nothing is merged: the doctor sees both, each with its source."""
    from relight.liaison.services.disclosures import summary_prepare

    written(act_for("nurse"), medicine(marie, "Bisoprolol 5 mg", act_for("nurse").at))
    receive(desk, request_of, data=bundle())
    pages = {page.part.value: page for page in summary_prepare(act=desk, request=request_of, language="nl").pages}
    assert [line.source[:7] for line in pages["medicines"].lines if line.main == "Bisoprolol 5 mg"].count(
        "LAMBERT"
    ) == 1
    assert len([line for line in pages["medicines"].lines if line.main == "Bisoprolol 5 mg"]) == 2


# -- duty ------------------------------------------------------------------------------------------------

ROSTER = """Spécialité;Site;Nom;Téléphone;Date;De;À;Rang
Cardiologie;;Dr Noël;0470/55.66.77;23/11/2026;08:00;18:00;1
Cardio;;Dr Petit;0471 11 22 33;23/11/2026;18h;8h;1
Cardiologie;;Dr Autre;0472 11 22 33;23/11/2026;09:00;12:00;1
Alchimie;;Dr X;0470 11;23/11/2026;08:00;18:00;1
Cardiologie;;Dr Y;appeler;23/11/2026;08:00;18:00;2
Cardiologie;;Dr Z;0470 11 22 34;31/02/2026;08:00;18:00;2
"""


def test_a_roster_comes_in_twice_without_doubling_and_tells_its_bad_lines(act_for: Any) -> None:
    from relight.liaison.models import DutyTurn
    from relight.liaison.services.duty import duty_import

    act = act_for("liaison")
    first = duty_import(act=act, raw=ROSTER.encode("cp1252"), filename="garde.csv")
    assert (first.new, first.known) == (2, 0)
    assert [(line.line, line.error.code) for line in first.aside] == [
        (4, "RL-LIA-098"), (5, "RL-LIA-097"), (6, "RL-LIA-097"), (7, "RL-LIA-097"),
    ]  # fmt: skip
    again = duty_import(act=act, raw=ROSTER.replace("0470/55.66.77", "0479 00 00 00").encode(), filename="garde.csv")
    assert (again.new, again.known, DutyTurn.objects.count()) == (0, 2, 2)
    assert DutyTurn.objects.get(name="Dr Noël").phone == "0479 00 00 00"


def test_a_request_is_offered_who_is_on_duty_then(act_for: Any, clock: Any) -> None:
    from relight.liaison.selectors.duty import duty_now
    from relight.liaison.services.duty import duty_import

    duty_import(act=act_for("liaison"), raw=ROSTER.encode(), filename="garde.csv")
    ask = {"specialty": "cardiology", "site": "arlon"}
    assert [turn.name for turn in duty_now(**ask, at=clock.now())] == ["Dr Noël"]
    assert [turn.name for turn in duty_now(**ask, at=clock.advance(hours=20))] == ["Dr Petit"]
    assert duty_now(**ask, at=clock.advance(days=2)) == ()


# -- pages -----------------------------------------------------------------------------------------------


@pytest.fixture
def client(client_of: Any) -> Any:
    return client_of("liaison")


def test_every_page_of_a_request_opens_and_names_no_patient_in_the_list(
    client: Any, desk: Any, request_of: UUID
) -> None:
    given = release(desk, request_of)
    pages = ["requests/", "requests/new/", f"requests/{request_of}/", f"requests/{request_of}/summary/",
             f"requests/{request_of}/receive/", f"disclosures/{given}/", "disclosures/", "duty/", "duty/new/",
             "duty/import/"]  # fmt: skip
    for page in pages:
        answer = client.get(f"/liaison/{page}")
        assert answer.status_code == 200, page
        assert ("LAMBERT</b> Marie" in answer.content.decode()) == (str(request_of) in page or str(given) in page)
    paper = client.get(f"/liaison/disclosures/{given}/summary.pdf")
    assert paper["Content-Disposition"].endswith(f'"{given}.pdf"') and paper.content.startswith(b"%PDF")
    assert faults(client.get(f"/liaison/disclosures/{given}/summary.json").content) == []


def test_a_step_from_an_old_page_is_refused_on_the_page(client: Any, desk: Any, request_of: UUID) -> None:
    answer = client.post(f"/liaison/requests/{request_of}/step/route/", {"version": 1, "name": "Dr A", "phone": "0470"})
    assert answer.status_code == 400
    assert row_of(request_of).state == "open"


def test_looking_at_a_request_about_somebody_is_noted(client: Any, request_of: UUID, marie: UUID) -> None:
    from relight.record.models import ReadNote

    client.get(f"/liaison/requests/{request_of}/")
    assert ReadNote.objects.filter(patient=marie, what="liaison.request", ground="request").count() == 1


def test_a_desk_of_appointments_may_not_see_requests(client_of: Any, request_of: UUID) -> None:
    assert client_of("desk").get(f"/liaison/requests/{request_of}/").status_code == 403
    assert client_of("nurse").get("/liaison/disclosures/").status_code == 403


def test_the_list_costs_the_same_for_one_request_and_for_twenty(
    client: Any, desk: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(20):
        logged(desk, caller=None, caller_name=f"Dr {n}", caller_phone="0470 11 22 33")
    with django_assert_max_num_queries(24):
        assert client.get("/liaison/requests/").status_code == 200
