"""Several writers on one resource: no update is lost. Runs on both databases."""

import threading

import pytest
from django.db import connection

from support.fhir_program import Program, patient, token_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_writers_who_saw_the_same_version_one_wins_and_the_others_are_told(act_for):
    """Six writers each add their mark until it is in, reading again after each conflict: all marks stand at the end."""
    token = token_for(act_for("administrator"), "nurse")
    made = Program(token).make(patient())
    path = f"/fhir/Patient/{made['id']}"
    conflicts, faults = [], []

    def write(mark):
        program = Program(token)
        try:
            for _ in range(40):
                held = program.get(path).json()
                marks = [*held.get("identifier", ()), {"system": "urn:mark", "value": mark}]
                answer = program.put(path, {**held, "identifier": marks}, if_match=f'W/"{held["meta"]["versionId"]}"')
                if answer.status_code == 200:
                    return
                assert answer.status_code == 412, answer.content
                conflicts.append(mark)
            faults.append(mark)
        except Exception as fault:
            faults.append(repr(fault))
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(f"w{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    held = Program(token).get(path).json()
    assert {one["value"] for one in held["identifier"] if one["system"] == "urn:mark"} == {f"w{n}" for n in range(6)}
    assert held["meta"]["versionId"] == "7"
    versions = [one["resource"]["meta"]["versionId"] for one in Program(token).get(f"{path}/_history").json()["entry"]]
    assert versions == ["7", "6", "5", "4", "3", "2", "1"]


def test_readers_at_the_same_time_are_each_noted_once_and_the_chain_holds(act_for):
    from relight.journal.api import chain_verify
    from relight.record.models import ReadNote

    token = token_for(act_for("administrator"), "nurse")
    made = Program(token).make(patient())
    wrong = []

    def read():
        program = Program(token)
        for _ in range(10):
            if program.get(f"/fhir/Patient/{made['id']}").status_code != 200:
                wrong.append(1)
        connection.close()

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert ReadNote.objects.filter(patient=made["id"]).count() == 60
    assert chain_verify().intact


def test_a_conditional_create_by_many_at_once_makes_it_once(act_for):
    from relight.record.models import Resource

    token = token_for(act_for("administrator"), "nurse")
    statuses = []

    def make():
        answer = Program(token).post("/fhir/Patient", patient(), if_none_exist="identifier=urn:test:mrn|A-1")
        statuses.append(answer.status_code)
        connection.close()

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 5 + [201]
    assert Resource.objects.count() == 1


def test_a_reading_that_the_disk_refuses_is_not_shown_and_the_next_one_is_noted(act_for, monkeypatch):
    """One failure of the lock or the database ends its own readings and leaves nobody waiting."""
    from contextlib import contextmanager

    from relight.record.models import ReadNote
    from relight.record.services import reads

    program = Program(token_for(act_for("administrator"), "nurse"))
    made = program.make(patient())
    path = f"/fhir/Patient/{made['id']}"

    @contextmanager
    def full():
        raise OSError("no space left")
        yield

    with monkeypatch.context() as broken:
        broken.setattr(reads, "turn", full)
        assert program.get(path).status_code == 503
    assert ReadNote.objects.count() == 0
    assert program.get(path).status_code == 200
    assert ReadNote.objects.count() == 1
