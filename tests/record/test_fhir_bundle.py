"""Transactions and batches. Cases: docs/design/fhir.md, 80-99."""

import pytest

from relight.record.models import Entry, Resource
from support.fhir_program import Program, observation, patient, token_for

pytestmark = pytest.mark.django_db
URN = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"


@pytest.fixture
def nurse(act_for):
    return Program(token_for(act_for("administrator"), "nurse"))


def entry(method, url, resource=None, **request):
    made = {"request": {"method": method, "url": url, **request}}
    if resource is not None:
        made["resource"] = resource
    return made


def bundle(*entries, kind="transaction"):
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def code_of(answer):
    return answer.json()["issue"][0]["details"]["coding"][0]["code"]


def test_entries_that_mean_each_other_are_written_in_one_and_answered_in_their_order(nurse):
    answer = nurse.post(
        "/fhir",
        bundle(
            entry("GET", "Observation?code=2823-3"),
            entry("POST", "Observation", observation(URN)),
            {**entry("POST", "Patient", patient()), "fullUrl": URN},
        ),
    )
    assert answer.status_code == 200, answer.content
    found, result, person = answer.json()["entry"]
    assert result["response"]["status"] == "201 Created"
    assert result["resource"]["subject"]["reference"] == f"Patient/{person['resource']['id']}"
    assert found["resource"]["total"] == 1, "reading comes after writing"


def test_one_refusal_takes_the_whole_transaction_back(nurse):
    answer = nurse.post(
        "/fhir",
        bundle(
            {**entry("POST", "Patient", patient()), "fullUrl": URN},
            entry("POST", "Observation", observation(URN, status="x")),
        ),
    )
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[1].resource.Observation.status"]
    late = nurse.post(
        "/fhir", bundle(entry("POST", "Patient", patient()), entry("POST", "Observation", observation(URN)))
    )
    assert (late.status_code, code_of(late)) == (422, "RL-REC-127")
    assert not Resource.objects.exists()
    assert not Entry.objects.exists()


def test_a_transaction_updates_only_the_version_that_was_seen(nurse):
    made = nurse.make(patient())
    url = f"Patient/{made['id']}"
    stale = nurse.post("/fhir", bundle(entry("POST", "Patient", patient()), entry("PUT", url, made, ifMatch='W/"9"')))
    assert (stale.status_code, code_of(stale)) == (412, "RL-REC-001")
    assert Resource.objects.count() == 1
    done = nurse.post("/fhir", bundle(entry("PUT", url, {**made, "gender": "other"}, ifMatch='W/"1"')))
    assert done.json()["entry"][0]["response"]["etag"] == 'W/"2"'


def test_a_condition_that_finds_somebody_ties_the_others_to_them(nurse):
    made = nurse.make(patient())
    answer = nurse.post(
        "/fhir",
        bundle(
            {**entry("POST", "Patient", patient(), ifNoneExist="identifier=urn:test:mrn|A-1"), "fullUrl": URN},
            entry("POST", "Observation", observation(URN)),
        ),
    )
    person, result = answer.json()["entry"]
    assert person["response"]["status"] == "200 OK"
    assert result["resource"]["subject"]["reference"] == f"Patient/{made['id']}"
    assert Resource.objects.filter(type="Patient").count() == 1


@pytest.mark.parametrize(
    "entries",
    [
        [{}],
        [entry("POST", "Patient")],
        [entry("FLY", "Patient")],
        [entry("POST", "Nobody", patient())],
        [entry("POST", "", patient())],
        [
            {**entry("POST", "Patient", patient()), "fullUrl": URN},
            {**entry("POST", "Patient", patient()), "fullUrl": URN},
        ],
        ["text"],
    ],
)
def test_a_bundle_that_cannot_be_worked_off_is_refused_by_its_entry(nurse, entries):
    answer = nurse.post("/fhir", bundle(*entries))
    assert (answer.status_code, code_of(answer)) == (400, "RL-REC-123")
    assert answer.json()["issue"][0]["expression"][0].startswith("Bundle.entry[")
    assert not Resource.objects.exists()


def test_a_delete_in_a_transaction_is_refused_and_nothing_is_written(nurse):
    made = nurse.make(patient())
    answer = nurse.post("/fhir", bundle(entry("POST", "Patient", patient()), entry("DELETE", f"Patient/{made['id']}")))
    assert (answer.status_code, code_of(answer)) == (405, "RL-REC-117")
    assert Resource.objects.count() == 1


def test_each_entry_of_a_batch_stands_on_its_own(nurse):
    made = nurse.make(patient())
    answer = nurse.post(
        "/fhir/",
        bundle(
            entry("POST", "Patient", patient()),
            entry("POST", "Patient", patient(gender="unsure")),
            entry("GET", f"Patient/{made['id']}"),
            entry("DELETE", f"Patient/{made['id']}"),
            "text",
            kind="batch",
        ),
    )
    assert answer.status_code == 200
    statuses = [one["response"]["status"][:3] for one in answer.json()["entry"]]
    assert statuses == ["201", "422", "200", "405", "400"]
    assert Resource.objects.count() == 2


def test_a_reader_who_may_not_write_gets_no_write_through_in_a_bundle(act_for):
    laboratory = Program(token_for(act_for("administrator"), "laboratory"))
    for kind in ("transaction", "batch"):
        answer = laboratory.post("/fhir", bundle(entry("POST", "Patient", patient()), kind=kind))
        assert b"RL-PPL-001" in answer.content
    assert not Resource.objects.exists()
