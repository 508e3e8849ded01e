"""/fhir: read, write, versions, search. Cases: docs/design/fhir.md."""

import pytest

from support.fhir import Program, observation, patient, token_for

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
