"""The frame of every page of a patient: whose record, who may, whose form, noted, live."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from support.people import client_signed_in, person_create


def registered(act: Any, family: str = "Lambert", **fields: Any) -> UUID:
    from relight.record.rules.identity import Person
    from relight.record.services.identity import patient_register

    return patient_register(
        act=act, person=Person(family=family, given="Marie", birth="1970-02-01", sex="female", **fields)
    ).patient


def written(act: Any, *bodies: dict[str, Any]) -> list[UUID]:
    """Write resources as typed here. Returns: their ids."""
    from relight.journal.api import writing
    from relight.record.services.store import entries_write
    from relight.record.types import EntryDraft

    with writing(act) as log:
        made = entries_write(
            act=act, log=log, drafts=[EntryDraft(type=body["resourceType"], body=body) for body in bodies]
        )
    return [one.resource for one in made]


def allergy(patient: UUID, text: str, **fields: Any) -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "patient": {"reference": f"Patient/{patient}"},
        "code": {"text": text},
        **fields,
    }


@pytest.mark.django_db(transaction=True)
class TestBanner:
    """Who it is, and the three statements about allergies."""

    def test_three_statements_about_allergies(self, act_for: Any, clock: Any) -> None:
        """Nothing written is "not asked"; a statement is "none known"; one allergy outweighs the statement."""
        act = act_for("nurse")
        patient = registered(act)
        nurse = client_signed_in(person_create(clock, ["nurse"], language="en"))
        page = nurse.get(f"/patients/{patient}/")
        assert page.status_code == 200
        assert "Allergies: not asked" in page.content.decode()
        assert "<b>LAMBERT</b> Marie" in page.content.decode()
        none = {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}
        written(act, allergy(patient, "", code=none))
        assert "No known allergies" in nurse.get(f"/patients/{patient}/").content.decode()
        written(act, allergy(patient, "Pénicilline", criticality="high"))
        text = nurse.get(f"/patients/{patient}/").content.decode()
        assert "Pénicilline" in text
        assert "high risk" in text
        assert "No known allergies" not in text
