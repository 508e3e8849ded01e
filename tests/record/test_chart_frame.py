"""The frame of every page of a patient: whose record, who may, whose form, noted, live."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from support.chart import allergy, registered, week, written
from support.people import client_signed_in, person_create

pytestmark = pytest.mark.django_db(transaction=True)
TABS = ("", "results/", "vitals/", "documents/", "everything/")


def admitted(act: Any, patient: UUID, ward: str = "surgery") -> None:
    from relight.record.rules.places import Place
    from relight.record.services.stays import patient_admit

    patient_admit(act=act, patient=patient, place=Place(site="arlon", ward=ward, bed="12"))


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

    def test_each_page_bears_the_patients_name_first(self, act_for: Any, clock: Any) -> None:
        """So that two tabs are never taken for one another."""
        patient = registered(act_for("nurse"))
        nurse = client_signed_in(person_create(clock, ["nurse"], language="en"))
        for tab in TABS:
            assert "<title>LAMBERT Marie" in nurse.get(f"/patients/{patient}/{tab}").content.decode()


class TestWhoseRecord:
    """The address, the form and the record are one patient's."""

    def test_a_merged_record_leads_to_the_one_kept(self, act_for: Any, clock: Any) -> None:
        """With its own page and query; what was written into it is still in the chart."""
        from relight.record.services.merges import patients_merge

        act = act_for("clinician", "nurse")
        gone, kept = registered(act, "Lamber", birth="1969-02-01"), registered(act)
        written(act, allergy(gone, "Latex"))
        patients_merge(act=act, kept=kept, gone=gone, reason="same person")
        nurse = client_signed_in(person_create(clock, ["nurse"], language="en"))
        moved = nurse.get(f"/patients/{gone}/results/?page=2")
        assert (moved.status_code, moved["Location"]) == (302, f"/patients/{kept}/results/?page=2")
        assert "Latex" in nurse.get(f"/patients/{kept}/").content.decode()
        post = nurse.post(f"/patients/{gone}/everything/", {"patient": str(gone), "q": "x"})
        assert (post.status_code, "RL-REC-331" in post.content.decode()) == (409, True)

    def test_a_form_of_one_patient_is_refused_for_another(self, act_for: Any, clock: Any) -> None:
        """By its hidden field, by a script's header, and without either."""
        act = act_for("nurse")
        one, other = registered(act, "Alpha"), registered(act, "Beta", birth="1980-01-01")
        nurse = client_signed_in(person_create(clock, ["nurse"], language="en"))
        address = f"/patients/{one}/everything/"
        assert nurse.post(address, {"patient": str(one), "q": "x"}).status_code == 200
        for said in ({"patient": str(other)}, {}):
            answer = nurse.post(address, {**said, "q": "x"})
            assert (answer.status_code, "RL-REC-330" in answer.content.decode()) == (409, True)
        assert nurse.post(address, {"q": "x"}, headers={"X-Relight-Patient": str(other)}).status_code == 409

    def test_nobody_is_not_found(self, clock: Any) -> None:
        """With the error's code, and no word on who else is here."""
        nurse = client_signed_in(person_create(clock, ["nurse"], language="en"))
        answer = nurse.get(f"/patients/{uuid4()}/")
        assert (answer.status_code, "RL-REC-002" in answer.content.decode()) == (404, True)

    def test_an_item_of_another_patient_is_not_shown_through_this_one(self, act_for: Any, clock: Any) -> None:
        """Neither a result, nor a document, nor its bytes."""
        act = act_for("clinician", "nurse")
        one, other = registered(act, "Alpha"), registered(act, "Beta", birth="1980-01-01")
        ids = week(act, other)
        nurse = client_signed_in(person_create(clock, ["nurse"], language="en"))
        for path in (
            f"item/Observation/{ids['potassium']}/",
            f"results/{ids['potassium']}/",
            f"documents/DocumentReference/{ids['document']}/",
            f"documents/DocumentReference/{ids['document']}/0/",
        ):
            assert nurse.get(f"/patients/{one}/{path}").status_code == 404
            assert nurse.get(f"/patients/{other}/{path}").status_code == 200


class TestWhoMay:
    """The role, then the relation; each showing is noted."""

    def test_another_ward_gets_the_way_to_break_the_glass(self, act_for: Any, clock: Any) -> None:
        """A page with nothing of the record in it; the pulse is refused too."""
        act = act_for("nurse")
        patient = registered(act)
        admitted(act, patient)
        near = client_signed_in(person_create(clock, ["nurse"], scope=["site:arlon", "service:surgery"], language="en"))
        far = client_signed_in(
            person_create(clock, ["nurse"], scope=["site:arlon", "service:maternity"], language="en")
        )
        assert near.get(f"/patients/{patient}/").status_code == 200
        refused = far.get(f"/patients/{patient}/")
        assert (refused.status_code, "RL-REC-240" in refused.content.decode()) == (403, True)
        assert "Lambert" not in refused.content.decode()
        assert f"/patients/{patient}/glass/" in refused.content.decode()
        assert far.get(f"/patients/{patient}/pulse/").status_code in (403, 409)

    def test_who_may_not_read_records_is_refused(self, act_for: Any, clock: Any) -> None:
        """An administrator manages accounts."""
        patient = registered(act_for("nurse"))
        admin = client_signed_in(person_create(clock, ["administrator"], language="en"))
        for tab in (*TABS, "pulse/"):
            assert admin.get(f"/patients/{patient}/{tab}").status_code == 403

    def test_each_showing_is_noted_and_nothing_else(self, act_for: Any, clock: Any) -> None:
        """Pages are; the pulse, a redirect and a refusal show nothing."""
        from relight.record.models import ReadNote

        patient = registered(act_for("nurse"))
        nurse = client_signed_in(person_create(clock, ["nurse"], language="en"))
        for tab in TABS:
            nurse.get(f"/patients/{patient}/{tab}")
        nurse.get(f"/patients/{patient}/pulse/")
        nurse.get(f"/patients/{patient}/item/Observation/{uuid4()}/")
        words = ["chart.overview", "chart.results", "chart.vitals", "chart.documents", "chart.everything"]
        assert list(ReadNote.objects.order_by("id").values_list("patient", "what")) == [(patient, one) for one in words]


class TestPulse:
    """Pages stay live by a cheap question."""

    def test_it_moves_with_this_record_only(self, act_for: Any, clock: Any) -> None:
        """304 until somebody writes here; then by whom and when; a change of another patient moves nothing."""
        act = act_for("nurse")
        patient, other = registered(act), registered(act, "Beta", birth="1980-01-01")
        nurse = client_signed_in(person_create(clock, ["nurse"], language="en"))
        first = nurse.get(f"/patients/{patient}/pulse/")
        assert first.json()["version"] in nurse.get(f"/patients/{patient}/").content.decode()
        written(act, allergy(other, "Latex"))
        same = nurse.get(f"/patients/{patient}/pulse/", headers={"If-None-Match": first["ETag"]})
        assert same.status_code == 304
        written(act, allergy(patient, "Latex"))
        moved = nurse.get(f"/patients/{patient}/pulse/", headers={"If-None-Match": first["ETag"]})
        assert moved.json()["version"] != first.json()["version"]
        assert datetime.fromisoformat(moved.json()["at"]) == act.at.astimezone(UTC)

    def test_it_is_cheap(self, act_for: Any, clock: Any, django_assert_max_num_queries: Any) -> None:
        """A handful of statements, sign-in included."""
        act = act_for("clinician", "nurse")
        patient = registered(act)
        week(act, patient)
        nurse = client_signed_in(person_create(clock, ["nurse"], language="en"))
        with django_assert_max_num_queries(8):
            nurse.get(f"/patients/{patient}/pulse/")
