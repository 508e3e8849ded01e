"""A public client (fhirpy) works with /fhir as with any server."""

import pytest

from support.fhir_program import patient, token_for

fhirpy = pytest.importorskip("fhirpy", reason="fhirpy is not installed: pip install fhirpy")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(live_server, act_for):
    token = token_for(act_for("administrator"), "nurse")
    return fhirpy.SyncFHIRClient(f"{live_server.url}/fhir", authorization=f"Bearer {token}")


def test_it_makes_finds_reads_and_pages(client):
    person = client.resource("Patient", **{name: part for name, part in patient().items() if name != "resourceType"})
    person.save()
    assert person.id
    for value in (3.1, 4.1, 5.1):
        result = client.resource(
            "Observation",
            status="final",
            code={"coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
            subject=person.to_reference(),
            valueQuantity={"value": value},
        )
        result.save()
    found = client.resources("Observation").search(patient=person.id).limit(2)
    assert len(found.fetch()) == 2
    assert {one["valueQuantity"]["value"] for one in found.fetch_all()} == {3.1, 4.1, 5.1}
    assert found.count() == 3
    (again,) = client.resources("Patient").search(family="noel").fetch()
    assert again.id == person.id
    assert client.reference("Patient", person.id).to_resource()["birthDate"] == "1958-03-07"
    with_patient = (
        client.resources("Observation").search(patient=person.id).include("Observation", "subject").fetch_raw()
    )
    assert {entry["resource"]["resourceType"] for entry in with_patient["entry"]} == {"Observation", "Patient"}


def test_it_is_told_why_in_an_outcome_it_understands(client):
    with pytest.raises(fhirpy.base.exceptions.OperationOutcome) as refusal:
        client.resource("Observation", status="final").save()
    assert refusal.value.resource["issue"][0]["expression"] == ["Observation.code"]
    with pytest.raises(fhirpy.base.exceptions.ResourceNotFound):
        client.reference("Patient", "01a208d0-254d-7d54-9dfc-5b1a314e390e").to_resource()
