"""/fhir: read, write, versions, search. Cases: docs/design/fhir.md."""

import json

import pytest

from support.fhir_program import Program, observation, patient, token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse(act_for):
    return Program(token_for(act_for("administrator"), "nurse"))


def test_what_is_made_can_be_read_with_its_version_and_time(nurse):
    made = nurse.post("/fhir/Patient", patient())
    assert made.status_code == 201, made.content
    body = made.json()
    assert made["Location"].endswith(f"/fhir/Patient/{body['id']}/_history/1")
    assert made["ETag"] == 'W/"1"'
    read = nurse.get(f"/fhir/Patient/{body['id']}")
    assert read.status_code == 200
    assert read.json() == body
    assert read["ETag"] == 'W/"1"'
    assert read["Last-Modified"]
    assert read["Content-Type"].startswith("application/fhir+json")


def test_an_update_that_saw_an_older_version_is_refused_and_nothing_changes(nurse):
    made = nurse.make(patient())
    path = f"/fhir/Patient/{made['id']}"
    first = nurse.put(path, {**made, "gender": "male"}, if_match='W/"1"')
    assert first.status_code == 200, first.content
    assert first.json()["meta"]["versionId"] == "2"
    late = nurse.put(path, {**made, "gender": "other"}, if_match='W/"1"')
    assert late.status_code == 412
    assert late.json()["resourceType"] == "OperationOutcome"
    assert nurse.get(path).json()["gender"] == "male"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 400, "RL-REC-120"),
        ({"if_match": "yesterday"}, 400, "RL-REC-120"),
        ({"if_match": 'W/"7"'}, 412, "RL-REC-001"),
    ],
)
def test_a_change_must_say_which_version_was_seen(nurse, headers, status, code):
    made = nurse.make(patient())
    answer = nurse.put(f"/fhir/Patient/{made['id']}", made, **headers)
    assert (answer.status_code, code_of(answer)) == (status, code)


def code_of(answer):
    return answer.json()["issue"][0]["details"]["coding"][0]["code"]


def test_put_makes_nothing_new_and_says_how_to(nurse):
    nowhere = "01a208d0-254d-7d54-9dfc-5b1a314e390e"
    for name in (nowhere, "my-own-id"):
        answer = nurse.put(f"/fhir/Patient/{name}", patient(id=name), if_match='W/"1"')
        assert (answer.status_code, code_of(answer)) == (405, "RL-REC-119")


def test_nothing_is_deleted_and_the_answer_says_what_to_do_instead(nurse):
    made = nurse.make(patient())
    answer = nurse.send("DELETE", f"/fhir/Patient/{made['id']}")
    assert (answer.status_code, code_of(answer)) == (405, "RL-REC-117")
    assert "entered-in-error" in answer.json()["issue"][0]["diagnostics"]
    assert "DELETE" not in answer["Allow"]
    assert nurse.get(f"/fhir/Patient/{made['id']}").status_code == 200


def test_what_was_entered_in_error_stays_readable_with_its_old_text_in_the_history(nurse):
    person = nurse.make(patient())
    made = nurse.make(observation(f"Patient/{person['id']}"))
    path = f"/fhir/Observation/{made['id']}"
    assert nurse.put(path, {**made, "status": "entered-in-error"}, if_match='W/"1"').status_code == 200
    assert nurse.get(path).json()["status"] == "entered-in-error"
    history = nurse.get(f"{path}/_history").json()
    assert history["type"] == "history"
    assert [one["resource"]["status"] for one in history["entry"]] == ["entered-in-error", "final"]
    assert [one["response"]["etag"] for one in history["entry"]] == ['W/"2"', 'W/"1"']
    assert nurse.get(f"{path}/_history/1").json() == made
    assert nurse.get(f"{path}/_history/9").status_code == 404


def test_a_conditional_create_makes_it_once(nurse):
    condition = {"if_none_exist": "identifier=urn:test:mrn|A-1"}
    first = nurse.post("/fhir/Patient", patient(), **condition)
    again = nurse.post("/fhir/Patient", patient(), **condition)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    nurse.make(patient())
    several = nurse.post("/fhir/Patient", patient(), **condition)
    assert (several.status_code, code_of(several)) == (412, "RL-REC-121")
    empty = nurse.post("/fhir/Patient", patient(), if_none_exist="_count=1")
    assert (empty.status_code, code_of(empty)) == (400, "RL-REC-122")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"status": "finished"}, "Observation.status"),
        ({"code": None}, "Observation.code"),
        ({"valueQuantity": {"value": "4.1"}}, "Observation.valueQuantity.value"),
        ({"valueString": "and this"}, "Observation.value[x]"),
        ({"effectiveDateTime": "22/11/2026"}, "Observation.effectiveDateTime"),
        ({"potassium": 4.1}, "Observation.potassium"),
        ({"performer": {"display": "me"}}, "Observation.performer"),
    ],
)
def test_what_is_no_valid_resource_is_refused_by_the_element_that_is_wrong(nurse, body, where):
    person = nurse.make(patient())
    answer = nurse.post("/fhir/Observation", observation(f"Patient/{person['id']}", **body))
    assert answer.status_code == 422
    assert where in [one["expression"][0] for one in answer.json()["issue"]]
    assert nurse.get("/fhir/Observation").json()["total"] == 0


def test_a_result_for_a_patient_who_is_not_here_is_refused(nurse):
    for nowhere in (
        "Patient/01a208d0-254d-7d54-9dfc-5b1a314e390e",
        "Patient/12",
        "urn:uuid:01a208d0-254d-7d54-9dfc-5b1a314e390e",
    ):
        answer = nurse.post("/fhir/Observation", observation(nowhere))
        assert (answer.status_code, code_of(answer)) == (422, "RL-REC-127"), nowhere
    assert nurse.get("/fhir/Observation").json()["total"] == 0


def test_decimals_come_back_digit_for_digit(nurse):
    person = nurse.make(patient())
    raw = observation(f"Patient/{person['id']}")
    text = json.dumps(raw).replace("4.1", "4.10").encode()
    made = nurse.post("/fhir/Observation", text)
    assert b'"value":4.10' in made.content
    assert b'"value":4.10' in nurse.get(f"/fhir/Observation/{made.json()['id']}").content


@pytest.mark.parametrize(
    ("method", "path", "fields", "status"),
    [
        ("GET", "/fhir/Nothing", {}, 404),
        ("GET", "/fhir/Patient/not-a-uuid", {}, 404),
        ("GET", "/fhir/Patient/1/2/3", {}, 404),
        ("PATCH", "/fhir/Patient", {}, 405),
        ("GET", "/fhir/Patient?_format=xml", {}, 406),
        ("GET", "/fhir/Patient", {"accept": "application/fhir+xml"}, 406),
        ("POST", "/fhir/Patient", {"kind": "application/xml"}, 415),
        ("POST", "/fhir/Patient", {"body": b"{"}, 400),
        ("POST", "/fhir/Patient", {"body": b"[]"}, 400),
        ("POST", "/fhir/Patient", {"body": {"resourceType": "Observation"}}, 400),
        ("POST", "/fhir/Patient/_search", {}, 415),
        ("GET", "/fhir/Patient?_page=none", {}, 410),
        ("GET", "/fhir/Patient?shoe-size=43", {}, 400),
        ("GET", "/fhir/Patient?birthdate=yesterday", {}, 400),
        ("GET", "/fhir/Patient?birthdate:exact=1958", {}, 400),
        ("POST", "/fhir", {"body": {"resourceType": "Bundle", "type": "document"}}, 400),
    ],
)
def test_every_refusal_is_an_operation_outcome_with_a_code(nurse, method, path, fields, status):
    answer = nurse.send(method, path, fields.pop("body", None), **fields)
    assert answer.status_code == status, answer.content
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert code_of(answer).startswith("RL-")
    assert outcome["issue"][0]["diagnostics"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(nurse):
    answer = nurse.post("/fhir/Patient", b" " * (20 * 1024 * 1024 + 1))
    assert (answer.status_code, code_of(answer)) == (413, "RL-REC-116")


def test_head_has_the_headers_of_get_and_no_body(nurse):
    made = nurse.make(patient())
    path = f"/fhir/Patient/{made['id']}"
    get, head = nurse.get(path), nurse.send("HEAD", path)
    assert head.status_code == 200
    assert head.content == b""
    assert (head["ETag"], head["Content-Length"]) == (get["ETag"], str(len(get.content)))


def test_who_holds_the_version_gets_304_and_is_noted_all_the_same(nurse):
    from relight.record.models import ReadNote

    made = nurse.make(patient())
    path = f"/fhir/Patient/{made['id']}"
    assert nurse.get(path, if_none_match='W/"1"').status_code == 304
    assert ReadNote.objects.filter(patient=made["id"], what="fhir.read Patient").count() == 1


def test_the_capability_statement_is_public_and_lists_what_is_searched(client):
    answer = client.get("/fhir/metadata")
    assert answer.status_code == 200
    statement = answer.json()
    assert statement["fhirVersion"] == "4.0.1"
    (found,) = [one for one in statement["rest"][0]["resource"] if one["type"] == "Observation"]
    assert {"name": "code", "type": "token"} in found["searchParam"]
    assert found["updateCreate"] is False


# -- who may ------------------------------------------------------------------------------------------


def test_without_a_token_the_answer_is_401_and_an_outcome(client):
    for path in ("/fhir/Patient", "/fhir/Patient/1", "/fhir/what/ever/else/is/asked"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["resourceType"] == "OperationOutcome"


def test_a_token_that_ended_was_revoked_or_whose_person_left_opens_nothing(act_for, clock, staff_of):
    from datetime import UTC, datetime, timedelta

    from relight.people.models import Staff
    from relight.people.services import password_reset, staff_change
    from relight.people.tokens import token_issue, token_revoke

    administrator = act_for("administrator", at=datetime.now(tz=UTC))
    view, text = token_issue(act=administrator, name="ward", roles=["nurse"])
    assert Program(text).get("/fhir/Patient").status_code == 200
    token_revoke(act=administrator, token=view.id)
    assert Program(text).get("/fhir/Patient").status_code == 401
    _, old = token_issue(
        act=act_for("administrator", at=datetime.now(tz=UTC) - timedelta(days=2)), name="x", roles=["nurse"], days=1
    )
    assert Program(old).get("/fhir/Patient").status_code == 401
    person = staff_of("nurse")
    _, own = token_issue(act=administrator, name="own", username=person.username)
    assert Program(own).get("/fhir/Patient").status_code == 200
    row = Staff.objects.get(username=person.username)
    keep = {"act": administrator, "staff": row.id, "name": row.name, "scope": [], "language": "fr"}
    staff_change(**keep, roles=["pmo"], active=True)
    assert Program(own).get("/fhir/Patient").status_code == 403
    staff_change(**keep, roles=["nurse"], active=False)
    assert Program(own).get("/fhir/Patient").status_code == 401
    assert Program("rlt_made-up").get("/fhir/Patient").status_code == 401
    staff_change(**keep, roles=["nurse"], active=True)
    assert Program(own).get("/fhir/Patient").status_code == 200
    password_reset(act=administrator, staff=row.id)
    assert Program(own).get("/fhir/Patient").status_code == 401, (
        "an account is of no use before its password is changed"
    )


def test_a_token_may_never_do_more_than_its_person(act_for, staff_of):
    person = staff_of("laboratory")
    text = token_for(act_for("administrator"), "nurse", "laboratory", username=person.username)
    program = Program(text)
    assert program.get("/fhir/Patient").status_code == 200
    refused = program.post("/fhir/Patient", patient())
    assert (refused.status_code, code_of(refused)) == (403, "RL-PPL-001")


def test_a_browser_session_may_read_and_never_write(client_of):
    browser = client_of("nurse")
    assert browser.get("/fhir/Patient", headers={"Accept": "application/fhir+json"}).status_code == 200
    answer = browser.post("/fhir/Patient", patient(), content_type="application/fhir+json")
    assert (answer.status_code, code_of(answer)) == (403, "RL-REC-124")


def test_the_text_of_a_token_is_kept_nowhere(act_for):
    from relight.journal.models import Entry
    from relight.people.models import ApiToken

    text = token_for(act_for("administrator"), "nurse")
    rows = [str(row) for table in (ApiToken, Entry) for row in table.objects.values()]
    assert rows
    assert not any(text in row or text.removeprefix("rlt_") in row for row in rows)


# -- the journal --------------------------------------------------------------------------------------


def test_every_reading_is_in_the_journal_and_found_by_patient(nurse):
    from relight.journal.api import entry_list
    from relight.record.models import ReadNote

    made = nurse.make(patient())
    nurse.make(observation(f"Patient/{made['id']}"))
    ways = {
        f"/fhir/Patient/{made['id']}": "fhir.read Patient",
        f"/fhir/Patient/{made['id']}/_history": "fhir.history Patient",
        f"/fhir/Patient/{made['id']}/_history/1": "fhir.vread Patient",
        "/fhir/Observation": "fhir.search Observation",
        f"/fhir/Patient/{made['id']}/$everything": "fhir.everything",
    }
    for path, what in ways.items():
        before = len(entry_list(verb="record.read", limit=1000))
        assert nurse.get(path).status_code == 200
        assert ReadNote.objects.filter(patient=made["id"], what=what).count() == 1, path
        entries = entry_list(verb="record.read", limit=1000)
        assert len(entries) == before + 1
        (told,) = entries[0].body["reads"]
        assert (told["what"], told["patients"]) == (what, [made["id"]])


def test_when_the_reading_cannot_be_noted_nothing_is_shown(nurse, monkeypatch):
    from relight.record.errors import BUSY
    from relight.record.views.fhir import read

    made = nurse.make(patient())

    def away(**_):
        raise BUSY.error(where="journal")

    monkeypatch.setattr(read, "read_note", away)
    answer = nurse.get(f"/fhir/Patient/{made['id']}")
    assert answer.status_code == 503
    assert b"Helene" not in answer.content
    assert "Noël".encode() not in answer.content
