"""The store: entries are for ever, the current state is made from them, nobody overwrites what they have not seen."""

from __future__ import annotations

from uuid import UUID

import orjson
import pytest
from django.db import DatabaseError, connection, transaction

from relight.journal.api import writing
from relight.kernel.errors import RelightError
from relight.record.models import Entry, Node, Reference, Resource
from relight.record.selectors.store import resource_get, resources_of
from relight.record.services.store import entries_write
from relight.record.types import EntryAct, EntryDraft, ReferenceState, ResourceStatus

pytestmark = pytest.mark.django_db

PATIENT = {"resourceType": "Patient", "name": [{"family": "Peeters"}], "birthDate": "1950-03-01"}


def write(act, *drafts):
    with writing(act) as log:
        return entries_write(act=act, log=log, drafts=drafts)


def potassium(patient: UUID, value: float = 4.1) -> dict:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "K"},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": "2026-11-20T06:00:00+01:00",
        "valueQuantity": {"value": value, "unit": "mmol/L"},
    }


def test_what_is_written_is_held_with_its_own_id_version_and_patient(act_for):
    act = act_for("nurse")
    (patient,) = write(act, EntryDraft(type="Patient", body=PATIENT))
    (observation,) = write(act, EntryDraft(type="Observation", body=potassium(patient.resource)))
    held = resource_get(type="Observation", id=observation.resource)
    body = orjson.loads(held.body)
    assert (body["id"], body["meta"]["versionId"]) == (str(observation.resource), "1")
    assert held.patient == patient.resource
    assert body["valueQuantity"] == {"value": 4.1, "unit": "mmol/L"}
    assert [one.id for one in resources_of(patient=patient.resource, types=["Observation"])] == [observation.resource]


def test_the_callers_body_is_left_as_it_was(act_for):
    body = dict(PATIENT)
    write(act_for("nurse"), EntryDraft(type="Patient", body=body))
    assert body == PATIENT


def test_an_amendment_keeps_the_old_text_and_counts_the_version(act_for):
    act = act_for("nurse")
    (patient,) = write(act, EntryDraft(type="Patient", body=PATIENT))
    changed = {**PATIENT, "birthDate": "1950-03-02"}
    (amended,) = write(
        act,
        EntryDraft(type="Patient", body=changed, resource=patient.resource, act=EntryAct.AMEND, expected_version=1),
    )
    assert amended.version == 2
    bodies = [orjson.loads(bytes(row.body))["birthDate"] for row in Entry.objects.order_by("seq")]
    assert bodies == ["1950-03-01", "1950-03-02"]
    assert Entry.objects.get(version=2).previous == patient.entry


def test_who_saw_an_older_version_is_refused_and_nothing_is_written(act_for):
    act = act_for("nurse")
    (patient,) = write(act, EntryDraft(type="Patient", body=PATIENT))
    amend = EntryDraft(type="Patient", body=PATIENT, resource=patient.resource, act=EntryAct.AMEND, expected_version=1)
    write(act, amend)
    with pytest.raises(RelightError) as refusal:
        write(act, EntryDraft(type="Patient", body=PATIENT), amend)
    assert refusal.value.code == "RL-REC-001"
    assert Entry.objects.count() == 2


def test_two_changes_of_one_resource_in_one_write_see_each_other(act_for):
    act = act_for("nurse")
    (patient,) = write(act, EntryDraft(type="Patient", body=PATIENT))
    amend = EntryDraft(type="Patient", body=PATIENT, resource=patient.resource, act=EntryAct.AMEND)
    assert [one.version for one in write(act, amend, amend)] == [2, 3]
    assert Resource.objects.get().version == 3


def test_a_wrong_type_never_takes_over_an_id(act_for):
    act = act_for("nurse")
    (patient,) = write(act, EntryDraft(type="Patient", body=PATIENT))
    with pytest.raises(RelightError) as refusal:
        write(act, EntryDraft(type="Person", body={}, resource=patient.resource, act=EntryAct.AMEND))
    assert refusal.value.code == "RL-REC-007"
    with pytest.raises(RelightError) as refusal:
        write(act, EntryDraft(type="Patient", body={}, resource=patient.resource))
    assert refusal.value.code == "RL-REC-004"


@pytest.mark.direct_rows
def test_the_database_itself_refuses_to_change_or_delete_an_entry(act_for):
    write(act_for("nurse"), EntryDraft(type="Patient", body=PATIENT))
    for sql in ("UPDATE record_entry SET actor = 'x'", "DELETE FROM record_entry"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert Entry.objects.get().actor != "x"


def test_entries_of_one_transaction_find_each_other_by_urn(act_for):
    patient = EntryDraft(type="Patient", body=PATIENT, document="t1", url="urn:uuid:aaaa")
    body = {**potassium(UUID(int=0)), "subject": {"reference": "urn:uuid:aaaa"}}
    observation, _ = write(act_for("nurse"), EntryDraft(type="Observation", body=body, document="t1"), patient)
    assert resource_get(type="Observation", id=observation.resource).patient is not None
    assert Reference.objects.get().state == ReferenceState.RESOLVED.value


def test_clock_and_chain_go_on_from_write_to_write(act_for):
    act = act_for("nurse")
    for _ in range(3):
        write(act, EntryDraft(type="Patient", body=PATIENT))
    stamps = list(Entry.objects.order_by("seq").values_list("clock", flat=True))
    assert stamps == sorted(set(stamps))
    assert bytes(Node.objects.get().head) == bytes(Entry.objects.get(seq=3).chain)


def test_a_draft_may_say_what_its_resource_becomes(act_for):
    act = act_for("nurse")
    (patient,) = write(act, EntryDraft(type="Patient", body=PATIENT))
    write(act, EntryDraft(type="Patient", body=PATIENT, resource=patient.resource, act=EntryAct.MERGE, reason="same"))
    assert Resource.objects.get().status == ResourceStatus.MERGED.value
