"""Search by FHIR: parameters, modifiers, prefixes, chains, pages. Cases: docs/design/fhir.md, 20-44."""

import pytest

from support.fhir_program import Program, observation, patient, token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse(act_for):
    return Program(token_for(act_for("administrator"), "nurse"))


@pytest.fixture
def ward(nurse):
    """Two patients; potassiums of 3.1, 4.1, 6.2 of the first, a sodium of the second."""
    one = nurse.make(patient())
    other = nurse.make(
        patient(
            name=[{"family": "Lemaître", "given": ["Jean"]}],
            gender="male",
            birthDate="1990-11",
            identifier=[{"system": "urn:test:mrn", "value": "B-2"}],
            telecom=[{"system": "phone", "value": "061 22 33 44"}],
        )
    )
    of_one = f"Patient/{one['id']}"
    for day, value in ((20, 3.1), (21, 4.1), (22, 6.2)):
        quantity = {"value": value, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
        nurse.make(observation(of_one, effectiveDateTime=f"2026-11-{day}T08:00:00+01:00", valueQuantity=quantity))
    sodium = {"coding": [{"system": "http://loinc.org", "code": "2951-2"}]}
    nurse.make(
        observation(
            f"Patient/{other['id']}", code=sodium, status="preliminary", effectiveDateTime="2026-11-22T23:30:00Z"
        )
    )
    return one["id"], other["id"]


PATIENTS = [
    ("family=noel", 1),
    ("family=Noël", 1),
    ("family:exact=Noel", 0),
    ("family:exact=Noël", 1),
    ("family:contains=tr", 1),
    ("given=marie", 1),
    ("name=h%C3%A9l", 1),
    ("name=jean,helene", 2),
    ("gender=male", 1),
    ("gender:not=male", 1),
    ("birthdate=1958", 1),
    ("birthdate=1958-03-07", 1),
    ("birthdate=1990-11", 1),
    ("birthdate=1990-11-02", 0),
    ("birthdate=lt1970", 1),
    ("birthdate=ge1958-03-07&birthdate=le1958-03-07", 1),
    ("birthdate=ne1958-03-07", 1),
    ("identifier=urn:test:mrn|A-1", 1),
    ("identifier=a-1", 1),
    ("identifier=|A-1", 0),
    ("identifier=urn:test:mrn|", 2),
    ("identifier=urn:other|A-1", 0),
    ("phone=061 22 33 44", 1),
    ("email=061 22 33 44", 0),
    ("telecom:missing=true", 1),
    ("telecom:missing=false", 1),
    ("_has:Observation:patient:status=preliminary", 1),
    ("_id=01a208d0-254d-7d54-9dfc-5b1a314e390e", 0),
    ("_lastUpdated=gt2020", 2),
    ("_lastUpdated=lt2020", 0),
    ("active=true", 0),
]


@pytest.mark.parametrize(("asked", "count"), PATIENTS)
def test_patients_are_found_as_fhir_says(nurse, ward, asked, count):
    assert len(nurse.found(f"/fhir/Patient?{asked}")) == count


OBSERVATIONS = [
    ("patient={one}", 3),
    ("patient=Patient/{one}", 3),
    ("subject:Patient={one}", 3),
    ("patient={one},{other}", 4),
    ("patient=12", 0),
    ("patient.identifier=urn:test:mrn|B-2", 1),
    ("subject:Patient.name=lemaitre", 1),
    ("code=http://loinc.org|2823-3", 3),
    ("code=2823-3&status=final", 3),
    ("code=2823-3&status=preliminary", 0),
    ("status:not=final", 1),
    ("value-quantity=gt6", 1),
    ("value-quantity=4.1", 2),
    ("value-quantity=4.10", 2),
    ("value-quantity=4", 2),
    ("value-quantity=le3.1||mmol/L", 1),
    ("value-quantity=gt1||g/L", 0),
    ("value-quantity=gt1|http://unitsofmeasure.org|mmol/L", 4),
    ("date=2026-11-22", 1),
    ("date=2026-11-23", 1),
    ("date=ge2026-11-21&date=lt2026-11-22", 1),
    ("date=2026-11", 4),
    ("specimen:missing=true", 4),
]


@pytest.mark.parametrize(("asked", "count"), OBSERVATIONS)
def test_results_are_found_as_fhir_says(nurse, ward, asked, count):
    """A day is the house's day: 23:30 in UTC is half past midnight of the next in Brussels."""
    one, other = ward
    assert len(nurse.found(f"/fhir/Observation?{asked.format(one=one, other=other)}")) == count


def test_pages_show_every_result_once_in_order_whatever_is_written_meanwhile(nurse, ward):
    one, _ = ward
    path, seen = f"/fhir/Observation?patient={one}&_sort=-date&_count=2", []
    while path:
        answer = nurse.get(path).json()
        assert answer["total"] >= 3
        seen += [entry["resource"]["effectiveDateTime"][:10] for entry in answer["entry"]]
        path = next((link["url"] for link in answer["link"] if link["relation"] == "next"), None)
        if path:
            assert "patient" not in path
            assert one not in path
            nurse.make(observation(f"Patient/{one}", effectiveDateTime="2026-11-23T09:00:00+01:00"))
            path = path.removeprefix("http://testserver")
    assert seen == ["2026-11-22", "2026-11-21", "2026-11-20"]


def test_the_link_to_the_next_page_is_worth_nothing_to_somebody_else(nurse, ward, act_for):
    link = nurse.get("/fhir/Observation?_count=1").json()["link"][1]["url"].removeprefix("http://testserver")
    assert nurse.get(link).status_code == 200
    other = Program(token_for(act_for("administrator"), "nurse"))
    assert other.get(link).status_code == 410
    assert nurse.get(link.replace("Observation", "Patient")).status_code == 410


def test_results_are_ordered_by_what_is_asked_and_those_without_it_come_last(nurse, ward):
    one, _ = ward
    bare = observation(f"Patient/{one}")
    del bare["effectiveDateTime"]
    nurse.make(bare)
    for asked, days in (("date", ["20", "21", "22", None]), ("-date", ["22", "21", "20", None])):
        found = nurse.found(f"/fhir/Observation?patient={one}&_sort={asked}")
        assert [one.get("effectiveDateTime", "")[8:10] or None for one in found] == days
    found = nurse.found(f"/fhir/Observation?patient={one}&_sort=-value-quantity&_count=1")
    assert found[0]["valueQuantity"]["value"] == 6.2


def test_include_sends_the_patient_along_and_revinclude_their_results(nurse, ward):
    one, _ = ward
    answer = nurse.get(f"/fhir/Observation?patient={one}&_include=Observation:patient").json()
    modes = [(entry["resource"]["resourceType"], entry["search"]["mode"]) for entry in answer["entry"]]
    assert modes == [("Observation", "match")] * 3 + [("Patient", "include")]
    assert answer["total"] == 3
    answer = nurse.get(f"/fhir/Patient?_id={one}&_revinclude=Observation:subject").json()
    assert [entry["search"]["mode"] for entry in answer["entry"]] == ["match", "include", "include", "include"]


def test_a_summary_and_chosen_elements_are_marked_as_cut(nurse, ward):
    one, _ = ward
    (found,) = nurse.found(f"/fhir/Patient?_id={one}&_elements=birthDate")
    assert set(found) == {"resourceType", "id", "meta", "birthDate"}
    assert found["meta"]["tag"][0]["code"] == "SUBSETTED"
    (result, *_) = nurse.found("/fhir/Observation?_elements=issued")
    assert {"status", "code"} <= set(result), "what R4 requires stays"
    assert nurse.get("/fhir/Observation?_summary=count").json() == {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": 4,
        "link": [{"relation": "self", "url": "http://testserver/fhir/Observation?_summary=count"}],
    }


def test_an_unknown_parameter_is_refused_unless_leniency_is_asked_and_then_said(nurse, ward):
    refused = nurse.get("/fhir/Patient?shoe-size=43&gender=male")
    assert refused.status_code == 400
    assert refused.json()["issue"][0]["expression"] == ["shoe-size"]
    answer = nurse.get("/fhir/Patient?shoe-size=43&gender=male", prefer="handling=lenient").json()
    assert [entry["search"]["mode"] for entry in answer["entry"]] == ["match", "outcome"]
    assert answer["entry"][1]["resource"]["issue"][0]["severity"] == "warning"


def test_a_search_by_post_finds_what_get_finds_and_shows_nothing_in_the_address(nurse, ward):
    answer = nurse.send("POST", "/fhir/Patient/_search", b"family=noel", kind="application/x-www-form-urlencoded")
    assert answer.json()["total"] == 1


def test_everything_is_the_whole_record_of_one_patient_and_of_nobody_else(nurse, ward):
    one, other = ward
    answer = nurse.get(f"/fhir/Patient/{one}/$everything").json()
    kinds = [entry["resource"]["resourceType"] for entry in answer["entry"]]
    assert kinds == ["Patient", "Observation", "Observation", "Observation"]
    assert other not in str(answer)
    path, seen = f"/fhir/Patient/{one}/$everything?_count=2", []
    while path:
        page = nurse.get(path.removeprefix("http://testserver")).json()
        seen += [entry["resource"]["id"] for entry in page["entry"]]
        path = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
    assert len(seen) == len(set(seen)) == 4
    only = nurse.get(f"/fhir/Patient/{one}/$everything?_type=Patient").json()
    assert only["total"] == 1


def test_what_is_no_longer_current_is_found_no_longer(nurse, ward):
    one, _ = ward
    (found,) = nurse.found("/fhir/Patient?family=noel")
    changed = {**found, "name": [{"family": "Lambert"}]}
    assert nurse.put(f"/fhir/Patient/{one}", changed, if_match='W/"1"').status_code == 200
    assert nurse.found("/fhir/Patient?family=noel") == []
    assert len(nurse.found("/fhir/Patient?family=lambert")) == 1


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/fhir/Patient/{one}", 2),
        ("/fhir/Observation?patient={one}&code=2823-3&_sort=-date", 2),
        ("/fhir/Observation?_count=1", 3),
        ("/fhir/Observation?patient={one}&_include=Observation:patient", 3),
    ],
)
def test_the_queries_of_a_reading_are_counted(nurse, ward, path, queries, django_assert_num_queries, monkeypatch):
    """The token, the resource or the page, the count where the page is full, what is included; the note apart."""
    from relight.record.views.fhir import read, search

    for module in (read, search):
        monkeypatch.setattr(module, "read_note", lambda **_: None)
    with django_assert_num_queries(queries):
        assert nurse.get(path.format(one=ward[0])).status_code == 200


# -- the ward relation --------------------------------------------------------------------------------


def test_who_is_limited_to_a_ward_finds_only_the_records_of_that_ward(nurse, ward, act_for):
    """The other's result is neither found, nor counted, nor opened by its id."""
    one, _ = ward
    limited = Program(token_for(act_for("administrator"), "nurse", scope=["service:emergency"]))
    assert limited.get("/fhir/Observation").json()["total"] == 0
    assert limited.get("/fhir/Patient?family=noel").json()["total"] == 0
    refused = limited.get(f"/fhir/Patient/{one}")
    assert refused.status_code == 403
    assert refused.json()["issue"][0]["details"]["coding"][0]["code"] == "RL-REC-240"
    assert limited.get(f"/fhir/Patient/{one}/$everything").status_code == 403
    assert limited.get(f"/fhir/Patient/{one}/_history").status_code == 403
    assert limited.post("/fhir/Observation", observation(f"Patient/{one}")).status_code == 403
    assert nurse.get("/fhir/Observation").json()["total"] == 4
    own = limited.make(patient())
    assert limited.get(f"/fhir/Patient/{own['id']}").status_code == 200, "who registers somebody goes on with them"
