"""Export: what came in goes out, with the ids its sources gave, and comes in again as the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from django.db import connection

from relight.journal.api import writing
from relight.kernel.errors import RelightError
from relight.record.models import Entry, Node, Resource
from relight.record.rules.canonical import dumps, loads
from relight.record.selectors.verify import chains_verify
from relight.record.services.amend import resource_amend, resource_error
from relight.record.services.export import record_export
from relight.record.services.import_run import record_import
from relight.record.services.projectors import PROJECTORS
from relight.record.services.rebuild import TABLES, record_rebuild
from relight.record.services.store import entries_write
from relight.record.types import EntryDraft
from support.fhir import contents, data, exported, resources_in

pytestmark = pytest.mark.django_db
SETS = ["fhir/google+fhir", "fhir/hl7-be+lab", "fhir/hl7au+au-fhir-test-data", "fhir/microsoft+fhir-server"]


def relight(home: Path, *words: str) -> dict:
    """Run a command in a data folder of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "relight", *words, "--json"],
        capture_output=True,
        check=False,
        env={"RELIGHT_HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": "src", "LC_ALL": "C.UTF-8"},
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.mark.parametrize("folder", SETS)
def test_an_export_says_what_came_in(act_for, tmp_path, folder):
    place = data(folder)
    act = act_for("owner")
    taken = record_import(act=act, paths=[place])
    report = record_export(act=act, path=tmp_path / "out")
    out = exported(tmp_path / "out")
    assert report.resources == sum(out.values()) == taken.kept
    assert set(contents(loads(one) for one in out.elements())) == set(contents(resources_in(place)))


@pytest.mark.sqlite_only
def test_an_export_imported_elsewhere_and_exported_again_is_the_same(tmp_path):
    sets = [data(folder) for folder in SETS]
    sets += sorted(data("fhir/smart-on-fhir+generated-sample-data").rglob("L*.json.gz"))[:2]
    relight(tmp_path / "a", "record", "import", *map(str, sets))
    relight(tmp_path / "a", "record", "export", str(tmp_path / "first"))
    report = relight(tmp_path / "b", "record", "import", str(tmp_path / "first"))
    assert (report["known"], report["aside"]) == (0, [])
    relight(tmp_path / "b", "record", "export", str(tmp_path / "second"))
    assert exported(tmp_path / "second") == exported(tmp_path / "first")
    assert relight(tmp_path / "b", "record", "verify")["intact"]


def test_ids_and_references_of_the_source_come_back_as_they_were(act_for, tmp_path):
    act = act_for("owner")
    given = [
        {"resourceType": "Patient", "id": "p-1", "birthDate": "1950"},
        {"resourceType": "Observation", "id": "o-1", "subject": {"reference": "Patient/p-1"}},
    ]
    (tmp_path / "a.ndjson").write_text("\n".join(map(json.dumps, given)))
    record_import(act=act, paths=[tmp_path / "a.ndjson"])
    record_export(act=act, path=tmp_path / "out.ndjson")
    assert [json.loads(line) for line in (tmp_path / "out.ndjson").read_bytes().splitlines()] == given[::-1]
    record_export(act=act, path=tmp_path / "own", own_ids=True)
    (observation,) = (json.loads(line) for line in (tmp_path / "own" / "Observation.ndjson").read_bytes().splitlines())
    assert observation["subject"]["reference"] == f"Patient/{Resource.objects.get(type='Patient').pk}"


def test_an_id_that_means_two_things_goes_out_as_neither_but_is_told(act_for, tmp_path):
    act = act_for("owner")
    for source, family in (("a", "Peeters"), ("b", "Janssens")):
        (tmp_path / source).write_text(json.dumps({"resourceType": "Patient", "id": "1", "name": [{"family": family}]}))
        record_import(act=act, paths=[tmp_path / source], source=source)
    record_export(act=act, path=tmp_path / "out")
    ids = {json.loads(line)["id"] for line in (tmp_path / "out" / "Patient.ndjson").read_bytes().splitlines()}
    assert ids == {str(key) for key in Resource.objects.values_list("pk", flat=True)}
    told = [json.loads(line) for line in (tmp_path / "out" / "origins.jsonl").read_bytes().splitlines()]
    assert sorted((one["source"], one["origin"]) for one in told) == [("a", "1"), ("b", "1")]


def test_one_patients_export_holds_his_record_and_nobody_elses(act_for, tmp_path):
    act = act_for("owner")
    files = sorted(data("fhir/smart-on-fhir+generated-sample-data/R4/SYNTHEA").glob("L*.json.gz"))[:2]
    record_import(act=act, paths=files)
    patient = Resource.objects.filter(type="Patient").order_by("pk").first()
    report = record_export(act=act, path=tmp_path / "one.json", patient=patient.pk)
    bundle = orjson.loads((tmp_path / "one.json").read_bytes())
    assert len(bundle["entry"]) == report.resources
    assert next(e for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient")["resource"]["id"] == str(
        patient.pk
    )
    assert report.types["Patient"] == 1
    assert report.types["Observation"] == Resource.objects.filter(patient=patient.pk, type="Observation").count()


def test_bundles_a_patient_and_the_rest_hold_everything_once(act_for, tmp_path):
    act = act_for("owner")
    record_import(act=act, paths=[data("fhir/hl7au+au-fhir-test-data")])
    report = record_export(act=act, path=tmp_path / "out", bundles=True)
    assert report.resources == Resource.objects.exclude(type="Bundle").count()
    assert len(list((tmp_path / "out" / "patients").iterdir())) == Resource.objects.filter(type="Patient").count()


def test_an_export_never_mixes_with_what_is_there(act_for, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "x").write_text("")
    with pytest.raises(RelightError) as refusal:
        record_export(act=act_for("owner"), path=tmp_path / "old")
    assert refusal.value.code == "RL-REC-040"


# -- the projection ------------------------------------------------------------------------------------


def table_rows() -> dict[str, list]:
    """Return every row of the projection and of what others lay beside it, keys the database makes apart."""
    tables = [*TABLES, *(name for name in connection.introspection.table_names() if name.endswith(("index", "face")))]
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(t for t in set(tables) if t.startswith("record_")):
            cursor.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            keep = [n for n, name in enumerate(names) if name != "id" or table == "record_resource"]
            rows = [
                tuple(bytes(row[n]) if isinstance(row[n], memoryview) else row[n] for n in keep)
                for row in cursor.fetchall()
            ]
            found[table] = sorted(rows, key=repr)
    return found


def test_the_current_state_made_again_is_the_same_byte_for_byte(act_for, tmp_path):
    act = act_for("owner", "nurse")
    late = {"resourceType": "Observation", "id": "o", "subject": {"reference": "Patient/late"}}
    (tmp_path / "a.json").write_text(json.dumps(late))
    record_import(act=act, paths=[tmp_path / "a.json"], source="x")
    (tmp_path / "b.json").write_text(json.dumps({"resourceType": "Patient", "id": "late"}))
    record_import(act=act, paths=[tmp_path / "b.json"], source="x")
    record_import(act=act, paths=[data("fhir/hl7-be+lab")])
    row = Resource.objects.filter(type="Observation").first()
    resource_amend(
        act=act, type="Observation", id=row.pk, body={**loads(bytes(row.body)), "status": "amended"}, expected_version=1
    )
    row = Resource.objects.filter(type="Condition").first() or Resource.objects.filter(type="Specimen").first()
    resource_error(act=act, type=row.type, id=row.pk, expected_version=1, reason="wrong patient")
    before = table_rows()
    assert record_rebuild(act=act) == Entry.objects.count()
    after = table_rows()
    assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
    assert after == before
    assert PROJECTORS


@pytest.mark.direct_rows
def test_an_altered_or_missing_entry_shows(act_for):
    from relight.record import guards

    act = act_for("nurse")
    for n in range(3):
        with writing(act) as log:
            entries_write(act=act, log=log, drafts=[EntryDraft(type="Flag", body={"resourceType": "Flag", "n": n})])
    assert [report.intact for report in chains_verify()] == [True]
    guards.remove(connection)
    try:
        body = bytes(Entry.objects.get(seq=2).body)
        Entry.objects.filter(seq=2).update(body=dumps({"resourceType": "Flag", "n": 7}))
        assert chains_verify()[0].broken == 2
        Entry.objects.filter(seq=2).update(body=body, reason="because")
        assert chains_verify()[0].broken == 2
        Entry.objects.filter(seq=2).update(reason="")
        assert chains_verify()[0].intact
        Entry.objects.filter(seq=3).delete()
        assert chains_verify()[0].broken == 3
        assert Node.objects.get().number == 3
    finally:
        guards.install(connection)
