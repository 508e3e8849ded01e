"""Import: nothing lost, nothing doubled, an id never taken for an identity."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from relight.kernel.errors import RelightError
from relight.record.models import Alias, Aside, Entry, ImportFile, ImportRun, Reference, Resource, Source
from relight.record.rules.canonical import loads
from relight.record.selectors.history import history
from relight.record.selectors.store import resource_get, resources_of
from relight.record.services import import_run
from relight.record.services.import_run import record_import
from relight.record.types import SourceKind
from support.fhir import contents, data, resources_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(act_for, tmp_path):
    """Import texts or paths: `take("a.ndjson", lines)`; each name is a file of one folder."""

    def run(*given, **options):
        paths = []
        for one in given:
            if isinstance(one, tuple):
                name, content = one
                (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
                paths.append(tmp_path / name)
            else:
                paths.append(one)
        return record_import(act=act_for("owner"), paths=paths, **{"source": "backup", **options})

    return run


def lines(*resources) -> str:
    return "\n".join(json.dumps(one) for one in resources) + "\n"


def patient(id="1", family="Peeters", birth="1950-03-01", updated="", number="") -> dict:
    body = {"resourceType": "Patient", "id": id, "name": [{"family": family}], "birthDate": birth}
    if updated:
        body["meta"] = {"lastUpdated": updated}
    if number:
        body["identifier"] = [{"system": "https://example.org/nn", "value": number}]
    return body


def observation(id="9", of="Patient/1", value=4.1, **more) -> dict:
    return {"resourceType": "Observation", "id": id, "subject": {"reference": of}, "valueInteger": value, **more}


def only(type: str) -> Resource:
    return Resource.objects.get(type=type)


# -- counts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder",
    ["fhir/google+fhir", "fhir/hl7-be+lab", "fhir/hl7au+au-fhir-test-data", "fhir/microsoft+fhir-server"],
)
def test_what_comes_in_is_kept_and_the_second_time_known(take, folder):
    place = data(folder)
    first = take(place)
    assert (first.resources_in, first.kept + first.known, first.aside) == (first.kept + first.known,) * 2 + ((),)
    assert first.resources_in == sum(1 for _ in resources_in(place))
    again = take(place)
    assert (again.kept, again.known) == (0, first.resources_in)


def test_a_sample_of_the_synthea_patients_is_whole(take):
    place = data("fhir/smart-on-fhir+generated-sample-data/R4/SYNTHEA")
    files = sorted(place.glob("*.json.gz"), key=lambda file: file.stat().st_size)[:8]
    files += [file for file in place.glob("*nformation*.json.gz") if file not in files]
    report = take(*files)
    wanted = contents(resource for file in files for resource in resources_in(file))
    held = contents(loads(bytes(row.body)) for row in Entry.objects.all())
    assert (report.aside, report.unresolved) == ((), 0)
    assert set(held) == set(wanted)
    assert not Resource.objects.filter(type="Observation", patient=None).exists()


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_the_240_synthea_patients_are_whole(take):
    place = data("fhir/smart-on-fhir+generated-sample-data")
    report = take(place)
    assert report.resources_in == sum(1 for _ in resources_in(place)) == report.kept + report.known
    assert (report.aside, report.unresolved) == ((), 0)
    held = contents(loads(bytes(body)) for body in Entry.objects.values_list("body", flat=True).iterator())
    assert set(held) == set(contents(resources_in(place)))


# -- ids are not identities ----------------------------------------------------------------------------


def test_one_id_in_two_documents_of_the_laboratory_means_two_things(take):
    take(data("fhir/hl7-be+lab"))
    meant = Counter(Alias.objects.exclude(document="").values_list("type", "origin_id"))
    assert any(count > 1 for count in meant.values())
    assert not Reference.objects.filter(target=None).exists()
    for row in Reference.objects.filter(target_type="Patient", path="subject"):
        whose = set(Entry.objects.filter(resource=row.target).values_list("document", flat=True))
        here = set(Entry.objects.filter(resource=row.resource).values_list("document", flat=True))
        assert here <= whose  # each result stands with the patient of its own document


def test_another_patient_under_the_same_id_is_another_patient(take):
    take(("a.ndjson", lines(patient(), observation())))
    report = take(("b.ndjson", lines(patient(family="Janssens", birth="1999-01-01"), observation("10"))))
    assert (report.kept, Resource.objects.filter(type="Patient").count()) == (2, 2)
    owners = {loads(bytes(row.body))["id"]: row.patient for row in Resource.objects.filter(type="Observation")}
    assert len(set(owners.values())) == 2  # the second file's result is its own patient's


def test_the_same_words_about_two_patients_of_one_id_are_two_results(take):
    take(("a.ndjson", lines(patient(), observation())))
    report = take(("b.ndjson", lines(patient(family="Janssens", birth="1999-01-01"), observation())))
    assert (report.kept, report.known) == (2, 0)
    assert Resource.objects.filter(type="Observation").values("patient").distinct().count() == 2


def test_two_patients_under_one_id_in_one_file_leave_references_to_it_open(take):
    other = patient(family="Janssens", birth="1999-01-01")
    report = take(("a.ndjson", lines(patient(), observation(), other)))
    assert (report.kept, report.unresolved) == (3, 1)
    assert Reference.objects.get().state == "ambiguous"
    assert only("Observation").patient is None


def test_a_newer_version_of_the_same_patient_amends_and_an_older_one_goes_into_the_history(take):
    take(("a.ndjson", lines(patient(updated="2026-11-01T10:00:00Z", number="N1"))))
    take(("b.ndjson", lines(patient(family="Peters", updated="2026-11-02T10:00:00Z", number="N1"))))
    take(("c.ndjson", lines(patient(family="Pieters", updated="2026-10-01T10:00:00Z", number="N1"))))
    row = only("Patient")
    assert loads(bytes(row.body))["name"] == [{"family": "Peters"}]
    assert [one.act.value for one in history(type="Patient", id=row.pk)] == ["create", "amend", "past"]
    assert (row.version, row.versions) == (2, 3)


def test_a_newer_version_with_another_national_number_is_somebody_else(take):
    take(("a.ndjson", lines(patient(updated="2026-11-01T10:00:00Z", number="N1"))))
    take(("b.ndjson", lines(patient(updated="2026-11-02T10:00:00Z", number="N2"))))
    assert Resource.objects.filter(type="Patient").count() == 2


def test_the_same_id_of_another_source_is_another_thing(take):
    take(("a.ndjson", lines(patient())))
    take(("b.ndjson", lines(observation())), source="other")
    assert only("Observation").patient is None


# -- references ----------------------------------------------------------------------------------------


def test_a_target_that_comes_later_is_found_then(take):
    report = take(("a.ndjson", lines(observation())))
    assert report.unresolved == 1
    report = take(("b.ndjson", lines(patient())))
    assert report.unresolved == 0
    held = resource_get(type="Observation", id=only("Observation").pk)
    assert held.patient == only("Patient").pk
    assert loads(held.body)["subject"]["reference"] == f"Patient/{held.patient}"
    assert held.version == 1


def test_references_of_every_form_are_resolved(take):
    entries = [
        {"fullUrl": "http://old.example/fhir/Patient/1", "resource": patient(number="N1")},
        *(
            {"fullUrl": f"urn:uuid:{n}", "resource": {**observation(str(n)), "subject": subject}}
            for n, subject in enumerate(
                [
                    {"reference": "Patient/1"},
                    {"reference": "Patient/1/_history/3"},
                    {"reference": "http://old.example/fhir/Patient/1"},
                    {"reference": "Patient?identifier=https://example.org/nn|N1"},
                    {"type": "Patient", "identifier": {"system": "https://example.org/nn", "value": "N1"}},
                ]
            )
        ),
        {"fullUrl": "urn:uuid:x", "resource": {**observation("x"), "derivedFrom": [{"reference": "urn:uuid:1"}]}},
        {
            "resource": {
                **observation("y", of="#p"),
                "contained": [{"resourceType": "Patient", "id": "p"}],
                "focus": [{"reference": "#nowhere"}],
            }
        },
    ]
    report = take(("a.json", json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries}, indent=1)))
    assert report.unresolved == 1  # the contained resource that is not there
    assert Resource.objects.filter(type="Observation", patient=only("Patient").pk).count() == 6


def test_an_identifier_two_carry_is_ambiguous(take):
    logical = {**observation(), "subject": {"identifier": {"system": "https://example.org/nn", "value": "N1"}}}
    take(("a.ndjson", lines(patient("1", number="N1"), patient("2", family="X", number="N1"), logical)))
    assert Reference.objects.get().state == "ambiguous"


# -- what is broken --------------------------------------------------------------------------------------


def test_broken_lines_stay_aside_with_line_and_reason_and_as_they_came(take):
    text = lines(patient()) + '{"resourceType": "Observation", "id": \n' + lines({"a": 1}, {**patient(), "id": 7})
    report = take(("a.ndjson", text))
    assert (report.resources_in, report.kept, len(report.aside)) == (4, 1, 3)
    assert [(one.line, one.code) for one in report.aside] == [(2, "RL-REC-020"), (3, "RL-REC-021"), (4, "RL-REC-023")]
    assert bytes(Aside.objects.order_by("id").first().raw) == b'{"resourceType": "Observation", "id": \n'


def test_of_a_bundle_that_breaks_off_what_came_before_is_kept(take):
    entries = [{"resource": patient(str(n), number=f"N{n}")} for n in range(3)]
    text = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, indent=1)
    report = take(("a.json", text[: text.index("N2")]))
    assert (report.kept, [one.code for one in report.aside]) == (2, ["RL-REC-027"])
    assert text.splitlines()[report.aside[0].line - 1].strip() == "{"


def test_a_broken_gzip_gives_what_it_holds(take):
    text = lines(*(patient(str(n), number=f"{n * 7919}") for n in range(500)))
    report = take(("a.ndjson.gz", gzip.compress(text.encode())[:-400]))
    assert report.aside[-1].code == "RL-REC-034"
    assert report.kept > 100


def test_a_character_no_database_takes_stays_aside(take):
    report = take(("a.ndjson", lines(patient(family="a\x00b"), patient("2"))))
    assert (report.kept, [one.code for one in report.aside]) == (1, ["RL-REC-025"])


def test_what_is_no_fhir_is_skipped_with_why(take, tmp_path):
    report = take(
        ("a.pdf", b"%PDF-1.7 x"), ("b.json", "{}"), ("c.csv", "a;b"), ("d.ndjson", ""), ("e.ndjson", lines(patient()))
    )
    assert {Path(one.path).name for one in report.files_skipped} == {"a.pdf", "b.json", "c.csv", "d.ndjson"}
    assert all(one.why for one in report.files_skipped)


def test_any_type_is_kept(take):
    report = take(("a.ndjson", lines({"resourceType": "SomethingNew", "id": "1", "x": [1, {"y": None}]})))
    assert (report.kept, only("SomethingNew").version) == (1, 1)


def test_decimals_stay_digit_for_digit(take):
    take(("a.ndjson", '{"resourceType":"Observation","id":"1","valueQuantity":{"value":7.40,"x":1.0E-2}}\n'))
    assert b'"value":7.40,"x":1.0E-2' in bytes(only("Observation").body)


def test_a_path_that_is_not_there_is_refused(take, tmp_path):
    with pytest.raises(RelightError) as refusal:
        take(tmp_path / "nowhere")
    assert refusal.value.code == "RL-REC-030"
    assert not ImportRun.objects.exists()


# -- going on ----------------------------------------------------------------------------------------------


def test_an_import_that_was_killed_goes_on_and_doubles_nothing(take, monkeypatch, tmp_path):
    monkeypatch.setattr(import_run, "PIECES_AT_ONCE", 10)
    text = lines(*(patient(str(n), number=f"N{n}") for n in range(45)), {"a": 1})
    write, writes = import_run._Importing._write, []

    def killed(self, batch):
        writes.append(batch)
        if len(writes) == 3:
            raise KeyboardInterrupt
        write(self, batch)

    monkeypatch.setattr(import_run._Importing, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        take(("a.ndjson", text))
    assert (Resource.objects.count(), ImportFile.objects.get().at) == (20, 20)
    monkeypatch.setattr(import_run._Importing, "_write", write)
    report = take(tmp_path / "a.ndjson")
    assert (report.resumed, report.resources_in, report.kept, report.known) == (True, 46, 45, 0)
    assert Resource.objects.count() == 45


def test_one_resource_the_database_refuses_does_not_hold_up_the_others(take, monkeypatch):
    lay = import_run.entries_lay

    def refusing(*, drafts, **rest):
        if any(draft.origin_id == "3" for draft in drafts):
            raise ValueError
        return lay(drafts=drafts, **rest)

    monkeypatch.setattr(import_run, "entries_lay", refusing)
    report = take(("a.ndjson", lines(*(patient(str(n), number=f"N{n}") for n in range(6)))))
    assert (report.kept, report.known, [one.code for one in report.aside]) == (5, 0, ["RL-REC-026"])


def test_the_source_says_what_it_was_and_how_old(take, clock):
    take(("a.ndjson", lines(patient())), source="Epic", kind=SourceKind.BACKUP, as_of=clock.now())
    held = resource_get(type="Patient", id=only("Patient").pk)
    assert (held.source_kind, held.source_name, held.as_of) == (SourceKind.BACKUP, "Epic", clock.now())
    with pytest.raises(RelightError) as refusal:
        take(("b.ndjson", lines(patient())), source="Epic", kind=SourceKind.REGIONAL)
    assert refusal.value.code == "RL-REC-033"
    assert Source.objects.count() == 1


# -- HL7 ------------------------------------------------------------------------------------------------------

ADT = (
    "MSH|^~\\&|ADT|ARLON|X|Y|20261120101500||ADT^A01|1|P|2.5\r"
    "PID|1||4711^^^ARLON^MR||Peeters^Anna||19500301|F\rPV1|1|I|INT^101^2||||||||||||||||V1^^^ARLON\r"
)
ORU = (
    "MSH|^~\\&|LAB|ARLON|X|Y|20261120111500||ORU^R01|2|P|2.5\r"
    "PID|1||4711^^^ARLON^MR||Peeters^Anna\rOBR|1|O1|F1|24320-4^Panel^LN|||20261120103000||||||||||||||||||F\r"
    "OBX|1|NM|2823-3^Potassium^LN||4.10|mmol/L^^UCUM|3.5-5.1|N|||F\r"
)


def test_messages_become_a_patient_with_results_and_stay_whole(take):
    report = take(("a.hl7", ADT), ("b.hl7", ORU))
    assert (report.aside, report.unresolved) == ((), 0)
    who = only("Patient")
    assert loads(bytes(who.body))["birthDate"] == "1950-03-01"  # the laboratory's fewer words did not replace it
    (potassium,) = resources_of(patient=who.pk, types=["Observation"])
    assert b'"value":4.10,"unit":"mmol/L"' in potassium.body
    assert loads(potassium.body)["effectiveDateTime"] == "2026-11-20T10:30:00+01:00"
    assert Resource.objects.filter(type="Binary").count() == 2


def test_a_message_with_the_number_of_one_and_the_name_and_birth_of_another_is_not_his(take):
    take(("a.hl7", ADT), ("b.hl7", ORU.replace("Peeters^Anna", "Dubois^Luc||19880808|M")))
    assert Resource.objects.filter(type="Patient").count() == 2
    assert only("Observation").patient != Resource.objects.get(type="Encounter").patient


def test_the_public_messages_go_in_and_the_second_time_are_known(take):
    place = data("hl7v2/rethinkhealth+hl7v2")
    first = take(place)
    again = take(place)
    assert first.kept > 20
    assert (again.kept, again.known, len(again.aside)) == (0, first.kept + first.known, len(first.aside))
