"""Medicines in the record: prescribed, changed, stopped, signed, given; on pages and under the writers' lock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from relight.record.rules.medication.doses import Dose
from relight.record.rules.medication.giving import Giving
from relight.record.rules.medication.orders import Override
from relight.record.rules.medication.timing import Kind, Schedule
from support.medicines import AT, GRAM, allergy_new, order, patient_new, prescribe, refused

pytestmark = pytest.mark.django_db


class TestPrescribing:
    """Checks are made when it is written, and what is overridden stays."""

    def test_a_prescription_is_valid_fhir_and_comes_back_as_it_was(self, act_for: Any) -> None:
        from relight.record.rules.canonical import loads
        from relight.record.rules.validate import validate
        from relight.record.selectors.medicines import medicines_read
        from relight.record.selectors.store import resource_get

        doctor = act_for("clinician")
        patient = patient_new(doctor)
        made = prescribe(doctor, patient, order(dose=Dose(amount=Decimal("0.5"), unit="g")))
        body = loads(resource_get(type="MedicationRequest", id=made).body)
        assert validate(body) == ()
        assert body["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 0.5
        assert "0.5\u00a0g" in body["dosageInstruction"][0]["text"]
        (view,) = medicines_read(records=[patient], at=doctor.at).regular
        assert (view.line.dose, view.line.atc, view.is_here) == (Dose(amount=Decimal("0.5"), unit="g"), "N02BE01", True)

    def test_an_allergy_asks_for_a_reason_that_stays_with_it(self, act_for: Any) -> None:
        from relight.record.selectors.medicines import medicine_get

        doctor = act_for("clinician")
        patient = patient_new(doctor)
        allergy_new(doctor, patient, "Pénicilline")
        amoxicillin = order("amoxicillin", "J01CA04")
        refused("RL-REC-410", lambda: prescribe(doctor, patient, amoxicillin))
        key = "group:Pénicilline"
        override = Override(cautions=(key,), reason=" ")
        refused("RL-REC-410", lambda: prescribe(doctor, patient, order("amoxicillin", "J01CA04", override=override)))
        override = Override(cautions=(key,), reason="tolerated in 2024")
        made = prescribe(doctor, patient, order("amoxicillin", "J01CA04", override=override))
        view = medicine_get(patient=patient, id=made, at=doctor.at)
        assert view.line.override == override
        assert view.overridden == ("Allergy to a medicine of the same group (Pénicilline)",)

    def test_an_allergy_written_while_the_form_was_open_counts(self, act_for: Any) -> None:
        """What was overridden was another warning."""
        doctor = act_for("clinician")
        patient = patient_new(doctor)
        prescribe(doctor, patient)
        override = Override(cautions=("same:paracetamol",), reason="on purpose")
        allergy_new(doctor, patient, "paracetamol")
        refused("RL-REC-410", lambda: prescribe(doctor, patient, order(override=override)))

    def test_a_change_ends_the_old_and_leads_to_it(self, act_for: Any, clock: Any) -> None:
        from relight.record.selectors.medicines import medicines_read
        from relight.record.services.medication import Replaced

        doctor = act_for("clinician")
        patient = patient_new(doctor)
        old = prescribe(doctor, patient)
        clock.advance(hours=1)
        later = act_for("clinician")
        half = order(dose=Dose(amount=Decimal(500), unit="mg"), schedule=Schedule(start=later.at, hours=8))
        new = prescribe(later, patient, half, replaces=Replaced(id=old, version=1, reason="less pain"))
        page = medicines_read(records=[patient], at=later.at + timedelta(minutes=1))
        assert [(one.id, one.line.prior) for one in page.regular] == [(new, str(old))]
        assert [(one.id, one.line.status_reason) for one in page.over] == [(old, "less pain")]
        stale = Replaced(id=new, version=7, reason="x")
        refused("RL-REC-001", lambda: prescribe(later, patient, order(), replaces=stale))
        refused("RL-REC-412", lambda: prescribe(later, patient, replaces=Replaced(id=old, version=2, reason="x")))

    def test_an_order_by_telephone_waits_for_its_signature(self, act_for: Any, staff_of: Any) -> None:
        """It counts at once; it names a prescriber; who signs sees what they sign."""
        from relight.record.selectors.medicines import medicine_get, medicines_read
        from relight.record.selectors.store import resource_get
        from relight.record.services.medication import (
            medicine_confirm,
            medicine_order_take,
            medicine_stop,
            order_digest,
        )

        nurse, doctor = act_for("nurse"), staff_of("clinician")
        patient = patient_new(nurse)
        refused("RL-PPL-001", lambda: prescribe(nurse, patient))
        take = {"act": nurse, "patient": patient, "one": order()}
        refused("RL-REC-411", lambda: medicine_order_take(**take, prescriber="staff:nobody"))
        made = medicine_order_take(**take, prescriber=doctor.actor).resource
        (view,) = medicines_read(records=[patient], at=nurse.at).to_confirm
        assert view.line.requester == doctor.username.title()
        digest = order_digest(resource_get(type="MedicationRequest", id=made))
        sign = {"act": doctor.act(), "patient": patient, "id": made, "password": doctor.password}
        refused("RL-REC-414", lambda: medicine_confirm(**sign, digest="0" * 64))
        medicine_confirm(**sign, digest=digest)
        refused("RL-REC-413", lambda: medicine_confirm(**sign, digest=digest))
        assert not medicine_get(patient=patient, id=made, at=nurse.at).to_confirm
        refused("RL-PPL-001", lambda: medicine_stop(act=nurse, patient=patient, id=made, version=2, reason="x"))


class TestGiving:
    """A dose is recorded once, of the right patient."""

    def record(self, act: Any, patient: UUID, request: UUID, **fields: Any) -> UUID:
        from relight.record.services.administration import dose_record

        said = {"is_given": True, "at": act.at, "due": None, "dose": GRAM, **fields}
        band = {name: said.pop(name) for name in ("band", "band_skipped") if name in said}
        band = band or {"band_skipped": "no scanner"}
        return dose_record(act=act, patient=patient, request=request, one=Giving(**said), **band).resource

    def test_the_same_dose_twice_is_asked_about_and_may_be_said_to_be_so(self, act_for: Any) -> None:
        nurse, doctor = act_for("nurse"), act_for("clinician")
        patient = patient_new(doctor)
        made = prescribe(doctor, patient)
        self.record(nurse, patient, made)
        refused("RL-REC-420", lambda: self.record(nurse, patient, made))
        self.record(nurse, patient, made, again=True)

    def test_another_patients_wristband_is_refused(self, act_for: Any) -> None:
        from relight.record.selectors.faces import face_get

        nurse, doctor = act_for("nurse"), act_for("clinician")
        patient, other = patient_new(doctor), patient_new(doctor, family="Peeters")
        made = prescribe(doctor, patient)
        mine, theirs = (face_get(one).numbers[0].value for one in (patient, other))
        refused("RL-REC-422", lambda: self.record(nurse, patient, made, band=theirs))
        refused("RL-REC-423", lambda: self.record(nurse, patient, made, band=""))
        self.record(nurse, patient, made, band=mine)

    def test_what_was_stopped_is_not_given_after(self, act_for: Any, clock: Any) -> None:
        """But what was given before may still be written down."""
        from relight.record.services.medication import medicine_stop

        doctor = act_for("clinician")
        patient = patient_new(doctor)
        made = prescribe(doctor, patient)
        clock.advance(hours=2)
        medicine_stop(act=act_for("clinician"), patient=patient, id=made, version=1, reason="no pain")
        clock.advance(hours=1)
        nurse = act_for("nurse")
        refused("RL-REC-412", lambda: self.record(nurse, patient, made))
        self.record(nurse, patient, made, at=nurse.at - timedelta(hours=2))

    def test_the_most_in_a_day_is_kept(self, act_for: Any, clock: Any) -> None:
        doctor = act_for("clinician")
        patient = patient_new(doctor)
        needed = order(
            kind=Kind.AS_NEEDED, reason="pain", most=Dose(amount=Decimal(2), unit="g"), schedule=Schedule(start=AT)
        )
        made = prescribe(doctor, patient, needed)
        for _ in range(2):
            self.record(act_for("nurse"), patient, made)
            clock.advance(hours=2)
        refused("RL-REC-425", lambda: self.record(act_for("nurse"), patient, made))

    def test_a_dose_entered_in_error_is_due_again(self, act_for: Any) -> None:
        from relight.record.rules.medication.giving import Mark
        from relight.record.selectors.medicines import sheet_read, ward_doses
        from relight.record.services.charting import item_error

        nurse, doctor = act_for("nurse"), act_for("clinician")
        patient = patient_new(doctor)
        made = prescribe(doctor, patient)
        (due,) = (one.due for one in ward_doses(site="arlon", ward="surgery", at=AT).doses)
        assert due == AT + timedelta(hours=3)  # noon in Brussels
        given = self.record(nurse, patient, made, due=due, at=AT)
        assert ward_doses(site="arlon", ward="surgery", at=AT).doses == ()
        day = datetime(2026, 11, 22, 23, tzinfo=UTC)
        marks = [c.mark for c in sheet_read(records=[patient], day=day, at=AT).rows[0].cells if c]
        assert marks == [Mark.GIVEN, Mark.LATER, Mark.LATER]
        item_error(act=nurse, patient=patient, type="MedicationAdministration", id=given, version=1, reason="not he")
        marks = [c.mark for c in sheet_read(records=[patient], day=day, at=AT).rows[0].cells if c]
        assert marks == [Mark.LATER] * 3


class TestOwnFile:
    """A hospital's own file of medicines."""

    def test_with_a_fault_in_it_nothing_is_prescribed_and_what_is_goes_on(
        self, act_for: Any, client_of: Any, relight_home: Any
    ) -> None:
        from relight.record.selectors.medicines import medicines_read, ward_doses

        doctor = act_for("clinician")
        patient = patient_new(doctor)
        made, other = prescribe(doctor, patient), order("ibuprofen", "M01AE01")
        (relight_home / "drugs.toml").write_text("format = 2")
        try:
            refused("RL-REC-400", lambda: prescribe(doctor, patient, other))
            assert [one.id for one in medicines_read(records=[patient], at=AT).regular] == [made]
            assert len(ward_doses(site="arlon", ward="surgery", at=AT).doses) == 1
            assert b"RL-REC-400" in client_of("nurse").get(f"/patients/{patient}/medicines/").content
            TestGiving().record(act_for("nurse"), patient, made)
        finally:
            (relight_home / "drugs.toml").unlink()


class TestImports:
    """What was before the outage is shown, and prescribed only by being read."""

    def test_a_medicine_of_an_import_is_due_only_once_it_is_continued(self, act_for: Any, tmp_path: Any) -> None:
        import json

        from relight.record.selectors.medicines import medicines_read, ward_doses
        from relight.record.services.import_run import record_import
        from relight.record.types import SourceKind

        doctor = act_for("clinician")
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [
            {"fullUrl": "urn:uuid:6c1b2b32-0d1c-4a0e-8f53-3a5d8f4f0a01", "resource": {
                "resourceType": "Patient", "name": [{"family": "Peeters"}], "birthDate": "1950-01-01"}},
            {"resource": {"resourceType": "MedicationRequest", "status": "active", "intent": "order",
                "authoredOn": "2026-01-01",
                "medicationCodeableConcept": {"text": "Simvistatin 10 MG"},
                "subject": {"reference": "urn:uuid:6c1b2b32-0d1c-4a0e-8f53-3a5d8f4f0a01"},
                "dosageInstruction": [{"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                    "doseAndRate": [{"doseQuantity": {"value": 1}}]}]}},
        ]}  # fmt: skip
        (tmp_path / "one.json").write_text(json.dumps(bundle))
        record_import(act=act_for("owner"), paths=[tmp_path / "one.json"], kind=SourceKind.BACKUP, source="backup")
        from relight.record.models import Resource

        patient = Resource.objects.get(type="Patient").id
        page = medicines_read(records=[patient], at=doctor.at)
        (old,) = page.before
        assert page.current == ()
        assert (old.words.text, old.line.is_understood) == ("1", False)
        refused("RL-REC-415", lambda: TestGiving().record(doctor, patient, old.id))
        new = prescribe(doctor, patient, order("simvastatin", "C10AA01", dose=Dose(amount=Decimal(10), unit="mg"),
                                               prior=("MedicationRequest", old.id)))  # fmt: skip
        page = medicines_read(records=[patient], at=doctor.at)
        assert (page.before, [one.id for one in page.regular]) == ((), [new])
        assert ward_doses(site="arlon", ward="surgery", at=AT).people == ()
