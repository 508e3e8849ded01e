"""Patients, allergies and prescriptions for tests, written through the services as the program would."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from relight.kernel.errors import RelightError
from relight.record.rules.identity import Person
from relight.record.rules.medication.doses import Dose
from relight.record.rules.medication.orders import Prescription
from relight.record.rules.medication.timing import Kind, Schedule
from relight.record.rules.places import Place

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)  # 09:00 in Brussels
GRAM = Dose(amount=Decimal(1), unit="g")


def refused(code: str, work: Any) -> None:
    """Claim that something is refused with a code."""
    with pytest.raises(RelightError) as refusal:
        work()
    assert refusal.value.code == code


def patient_new(act: Any, *, family: str = "Noël") -> UUID:
    """Register a woman of 76 and admit her to the surgery ward of Arlon."""
    from relight.record.services.identity import patient_register
    from relight.record.services.stays import patient_admit

    made = patient_register(act=act, person=Person(family=family, given="Anne", birth="1950-02-01", sex="female"))
    patient_admit(act=act, patient=made.patient, place=Place(site="arlon", ward="surgery"))
    return made.patient


def allergy_new(act: Any, patient: UUID, text: str) -> None:
    """Record an allergy in words."""
    from relight.record.services.amend import resource_create

    body = {
        "resourceType": "AllergyIntolerance",
        "patient": {"reference": f"Patient/{patient}"},
        "code": {"text": text},
    }
    resource_create(act=act, type="AllergyIntolerance", body=body)


def order(name: str = "paracetamol", atc: str = "N02BE01", **fields: Any) -> Prescription:
    """Return a prescription: a gram four times a day unless said otherwise."""
    from relight.record.selectors.formulary import formulary_now

    times = formulary_now().frequencies["4d"].times
    given = {"kind": Kind.REGULAR, "dose": GRAM, "schedule": Schedule(start=AT, times=times), "route": "po", **fields}
    return Prescription(name=name, atc=atc, **given)


def prescribe(act: Any, patient: UUID, one: Prescription | None = None, **fields: Any) -> UUID:
    """Prescribe; return its id."""
    from relight.record.services.medication import medicine_prescribe

    return medicine_prescribe(act=act, patient=patient, one=one or order(), **fields).resource
