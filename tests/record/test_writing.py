"""Writing into a chart: notes, vital signs, allergies, problems, documents, letters; on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relight.kernel.errors import RelightError
from relight.record.rules.merging import Mark, Stands, differences, merge, plain
from relight.record.rules.narrative import narrative, narrative_text
from relight.record.rules.notes import NotePart
from relight.record.rules.vitals import MEASURES, VitalSet, value_read

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
WHOLE = {
    "respiration": "22",
    "saturation": "93",
    "systolic": "105",
    "diastolic": "60",
    "pulse": "112",
    "temperature": "38.4",
}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def refused(code: str, work: Any) -> None:
    with pytest.raises(RelightError) as refusal:
        work()
    assert refusal.value.code == code


@pytest.fixture
def nurse(act_for: Any) -> Any:
    return act_for("nurse")


@pytest.fixture
def doctor(act_for: Any) -> Any:
    return act_for("clinician")


@pytest.fixture
def patient(db: Any, nurse: Any) -> UUID:
    from relight.record.rules.identity import Person
    from relight.record.services.identity import patient_register

    person = Person(family="Lambert", given="Odile", birth="1950-03-14", sex="female")
    return patient_register(act=nurse, person=person).patient


def body_of(written: Any) -> dict[str, Any]:
    """Return what is held, judged as FHIR first."""
    from relight.record.rules.canonical import loads
    from relight.record.rules.validate import validate
    from relight.record.selectors.store import resource_get

    body = loads(resource_get(type=written.type, id=written.resource).body)
    assert validate(body) == ()
    return body


class TestTexts:
    """Case 40-43: texts as FHIR keeps them."""

    @given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]) | st.just("\n"), max_size=200))
    def test_what_was_typed_comes_back_letter_for_letter(self, text: str) -> None:
        assert narrative_text(narrative(text)) == text

    def test_markup_from_elsewhere_is_read_as_text_and_never_run(self) -> None:
        div = '<div xmlns="http://www.w3.org/1999/xhtml"><h1>A</h1><script>x()</script><p>b <b>c</b></p><ul><li>d</li></ul></div>'
        assert narrative_text({"div": div}) == "A\nb c\nd"
        assert "<b>" not in narrative("<b>x</b>")["div"]


class TestMerging:
    """Cases 20-23: two changes of one text."""

    @given(st.text(max_size=20), st.text(max_size=20))
    def test_nothing_is_dropped_of_two_changes(self, theirs: str, mine: str) -> None:
        before = "before"
        found = merge(before=before, theirs=theirs, mine=mine)
        assert found.value in (theirs, mine)
        if found.stands is Stands.BOTH:
            assert found.value == mine and theirs not in (before, mine)
        if found.value == theirs != mine:
            assert mine == before

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_the_marks_hold_both_texts(self, before: str, after: str) -> None:
        parts = differences(before, after)
        assert "".join(part.text for part in parts if part.mark is not Mark.GONE) == after
        if before != after:
            gone = [part.text for part in parts if part.mark is not Mark.NEW]
            assert "".join(gone).replace(" ", "") == before.replace(" ", "") or before.isspace()

    def test_line_ends_and_empty_values_are_no_difference(self) -> None:
        assert plain("a \r\nb\n") == plain("a\nb") == "a\nb"
        assert plain(None) == plain("") == plain(False) == ""


class TestNotes:
    """Cases 44-49."""

    def write(self, act: Any, patient: UUID, text: str = "Stable <b>") -> Any:
        from relight.record.services.notes import note_write

        parts = [NotePart(title="Plan", text=text), NotePart(title="Examen", text="")]
        return note_write(act=act, patient=patient, title="Visite", parts=parts, loinc="11506-3", template="ward-round")

    def test_a_note_is_final_with_its_author_and_empty_headings_are_left_out(self, doctor: Any, patient: UUID) -> None:
        from relight.record.rules.authors import actor_in

        body = body_of(self.write(doctor, patient))
        assert (body["status"], [one["title"] for one in body["section"]]) == ("final", ["Plan"])
        assert actor_in(body["author"][0]) == doctor.actor

    def test_an_amendment_keeps_the_old_text_and_names_both_authors(
        self, doctor: Any, nurse: Any, patient: UUID
    ) -> None:
        from relight.record.rules.canonical import loads
        from relight.record.rules.notes import note_read
        from relight.record.selectors.history import version_get
        from relight.record.services.notes import note_amend

        first = self.write(doctor, patient)
        amend = {"act": nurse, "patient": patient, "note": first.resource, "title": "Visite"}
        parts = [NotePart(title="Plan", text="Instable")]
        body = body_of(note_amend(**amend, version=1, parts=parts, reason="relu"))
        assert body["status"] == "amended" and len(body["author"]) == 2
        assert note_read(body).parts[0].text == "Instable"
        old = version_get(type="Composition", id=first.resource, version=1)
        assert note_read(loads(old.body)).parts[0].text == "Stable <b>"
        refused("RL-REC-001", lambda: note_amend(**amend, version=1, parts=parts))
        refused("RL-REC-360", lambda: note_amend(**amend, version=2, parts=[NotePart(title="Plan", text=" ")]))

    def test_what_else_a_note_from_elsewhere_holds_stays(self) -> None:
        from relight.record.rules.notes import note_amended

        entry = [{"reference": "Observation/1"}]
        body = {"resourceType": "Composition", "author": [{"display": "Dr A"}], "confidentiality": "R",
                "section": [{"title": "A", "entry": entry, "text": narrative("x"), "section": [{"title": "B"}]}]}  # fmt: skip
        made = note_amended(body, title="T", parts=[NotePart(title="A", text="y")], author={"display": "Dr B"})
        assert made["confidentiality"] == "R"
        assert made["section"][0]["entry"] == entry and made["section"][0]["section"] == [{"title": "B"}]
        assert narrative_text(made["section"][0]["text"]) == "y"

    def test_a_note_of_another_patient_is_not_amended_here(self, doctor: Any, patient: UUID) -> None:
        from relight.record.rules.identity import Unknown
        from relight.record.services.identity import patient_register
        from relight.record.services.notes import note_amend

        other = patient_register(act=doctor, person=Unknown(text="X")).patient
        note = self.write(doctor, other).resource
        part = [NotePart(title="", text="z")]
        refused(
            "RL-REC-354",
            lambda: note_amend(act=doctor, patient=patient, note=note, version=1, title="t", parts=part),
        )

    def test_every_shipped_template_has_its_headings_in_four_languages(self) -> None:
        from relight.record.rules.notes import LANGUAGES
        from relight.record.selectors.templates import templates_now

        found = templates_now()
        assert {"emergency", "surgery", "paediatrics", "obstetrics", "handover", "intensive-care", "geriatrics"} <= {
            one.id for one in found
        }
        for one in found:
            for words in (one.name, *(part.title for part in one.sections)):
                assert set(words) == set(LANGUAGES) and all(words.values()), one.id

    def test_marked_in_error_it_stays_with_its_reason_and_is_amended_no_more(self, nurse: Any, patient: UUID) -> None:
        from relight.record.selectors.store import resource_get
        from relight.record.services.charting import item_error

        note = self.write(nurse, patient)
        mark = {"act": nurse, "patient": patient, "type": "Composition", "id": note.resource}
        refused("RL-REC-005", lambda: item_error(**mark, version=1, reason=" "))
        refused("RL-REC-001", lambda: item_error(**mark, version=7, reason="wrong patient"))
        item_error(**mark, version=1, reason="wrong patient")
        assert resource_get(type="Composition", id=note.resource).status == "error"
        refused("RL-REC-006", lambda: item_error(**mark, version=2, reason="again"))
        refused(
            "RL-REC-356",
            lambda: item_error(act=nurse, patient=patient, type="Patient", id=patient, version=1, reason="x y"),
        )


class TestVitals:
    """Cases 53-69."""

    def test_a_comma_is_a_point_and_an_impossible_value_is_refused_at_its_field(self) -> None:
        assert value_read(" 37,5 ", MEASURES["temperature"]) == "37.5"
        assert value_read("", MEASURES["pulse"]) == ""
        for text, key, code in (
            ("375", "temperature", "RL-REC-365"),
            ("101", "saturation", "RL-REC-365"),
            ("7x", "pulse", "RL-REC-366"),
            ("80.5", "pulse", "RL-REC-366"),
        ):
            with pytest.raises(RelightError) as refusal:
                value_read(text, MEASURES[key])
            assert (refusal.value.code, refusal.value.where) == (code, key)

    def test_what_is_unlikely_depends_on_the_age(self) -> None:
        from relight.record.rules.vitals import unlikely

        assert unlikely({"pulse": "150"}, age_years=0) == ()
        assert unlikely({"pulse": "150"}, age_years=40) == ("pulse",)
        assert unlikely({"pulse": "150"}, age_years=None) == ("pulse",)

    def test_a_set_is_one_write_of_valid_observations_with_its_score(self, nurse: Any, patient: UUID) -> None:
        from relight.record.rules.news2 import Consciousness, Score
        from relight.record.rules.vitals import set_read
        from relight.record.selectors.faces import records_of
        from relight.record.selectors.vital_sets import set_get
        from relight.record.services.vitals import vitals_write

        given_set = VitalSet(
            at=AT - timedelta(hours=3), values={**WHOLE, "flow": "2", "pain": "4"}, on_oxygen=True,
            consciousness=Consciousness.ALERT, note="assis",
        )  # fmt: skip
        made = vitals_write(act=nurse, patient=patient, given=given_set)
        assert isinstance(made.score, Score) and made.score.total == 2 + 2 + 2 + 1 + 2 + 1
        bodies = [body_of(one) for one in made.written]
        assert {body["effectiveDateTime"] for body in bodies} == {given_set.at.isoformat(timespec="seconds")}
        score = next(body for body in bodies if body.get("derivedFrom"))
        assert score["valueQuantity"]["value"] == 10 and len(score["derivedFrom"]) == len(bodies) - 1
        held = set_get(records=records_of(patient), set_id=made.set_id)
        assert held.given == given_set == set_read(bodies, at=given_set.at)

    def test_a_correction_amends_what_differs_and_makes_the_score_anew(self, nurse: Any, patient: UUID) -> None:
        from relight.record.rules.news2 import Consciousness, Score
        from relight.record.selectors.faces import records_of
        from relight.record.selectors.vital_sets import set_get
        from relight.record.services.vitals import vitals_correct, vitals_write

        given_set = VitalSet(at=AT, values=WHOLE, on_oxygen=False, consciousness=Consciousness.ALERT)
        made = vitals_write(act=nurse, patient=patient, given=given_set)
        seen = set_get(records=records_of(patient), set_id=made.set_id)
        better = VitalSet(at=AT, values={**WHOLE, "pulse": "82"}, on_oxygen=False, consciousness=Consciousness.ALERT)
        correct = {"act": nurse, "patient": patient, "set_id": made.set_id, "reason": "mal lu"}
        done = vitals_correct(**correct, versions=seen.versions, given=better)
        assert isinstance(done.score, Score) and isinstance(made.score, Score)
        assert done.score.total == made.score.total - 2
        assert sorted(body_of(one)["status"] for one in done.written) == ["corrected", "corrected"]
        refused("RL-REC-001", lambda: vitals_correct(**correct, versions=seen.versions, given=better))
        short = VitalSet(at=AT, values={"pulse": "82"})
        now = set_get(records=records_of(patient), set_id=made.set_id)
        vitals_correct(**correct, versions=now.versions, given=short)
        left = set_get(records=records_of(patient), set_id=made.set_id)
        assert set(left.held) == {"pulse"}

    def test_times_and_pressures_that_cannot_be_are_refused(self, nurse: Any, patient: UUID) -> None:
        from relight.record.services.vitals import vitals_write

        for code, wrong in (
            ("RL-REC-368", VitalSet(at=AT)),
            ("RL-REC-369", VitalSet(at=AT + timedelta(minutes=5), values={"pulse": "80"})),
            ("RL-REC-369", VitalSet(at=AT - timedelta(days=40), values={"pulse": "80"})),
            ("RL-REC-370", VitalSet(at=AT, values={"systolic": "80", "diastolic": "120"})),
        ):
            refused(code, lambda wrong=wrong: vitals_write(act=nurse, patient=patient, given=wrong))

    def test_scale_two_is_a_prescribers_decision_with_a_reason(self, nurse: Any, doctor: Any, patient: UUID) -> None:
        from relight.record.rules.news2 import Consciousness, Parameter, Scale
        from relight.record.selectors.faces import records_of
        from relight.record.selectors.vital_sets import oxygen_target
        from relight.record.services.vitals import spo2_scale_set, vitals_write

        choose = {"patient": patient, "scale": Scale.TWO, "reason": "BPCO hypercapnique"}
        refused("RL-PPL-001", lambda: spo2_scale_set(act=nurse, **choose))
        refused("RL-REC-371", lambda: spo2_scale_set(act=doctor, **{**choose, "reason": "oui"}))
        body_of(spo2_scale_set(act=doctor, **choose))
        refused("RL-REC-001", lambda: spo2_scale_set(act=doctor, **choose))
        assert oxygen_target(records=records_of(patient)).scale is Scale.TWO
        low = {**WHOLE, "saturation": "89"}
        made = vitals_write(
            act=nurse, patient=patient,
            given=VitalSet(at=AT, values=low, on_oxygen=False, consciousness=Consciousness.ALERT),
        )  # fmt: skip
        assert made.score.points[Parameter.SATURATION] == 0 and made.score.scale is Scale.TWO

    def test_pregnancy_said_once_holds_for_the_next_sets(self, nurse: Any, db: Any) -> None:
        from relight.record.rules.identity import Person
        from relight.record.rules.news2 import Consciousness, Unfit
        from relight.record.services.identity import patient_register
        from relight.record.services.vitals import vitals_write

        person = Person(family="Maes", given="Lien", birth="1995-01-01", sex="female")
        mother = patient_register(act=nurse, person=person).patient
        whole = {"values": WHOLE, "on_oxygen": False, "consciousness": Consciousness.ALERT}
        vitals_write(act=nurse, patient=mother, given=VitalSet(at=AT, is_pregnant=True, **whole))
        made = vitals_write(act=nurse, patient=mother, given=VitalSet(at=AT, **whole))
        assert made.score.why is Unfit.PREGNANT
        made = vitals_write(act=nurse, patient=mother, given=VitalSet(at=AT, is_pregnant=False, **whole))
        assert made.score.total > 0


class TestAllergies:
    """Cases 70-75."""

    def test_three_different_things_and_what_one_does_to_the_other(self, nurse: Any, patient: UUID) -> None:
        from relight.record.rules.allergies import AllergyGiven, Criticality, Severity
        from relight.record.rules.chart.allergies import AllergyState
        from relight.record.selectors.chart import allergies_read
        from relight.record.selectors.faces import records_of
        from relight.record.services.allergies import allergies_none, allergy_add, allergy_refute

        def state() -> AllergyState:
            return allergies_read(records=records_of(patient), zero=None).state

        assert state() is AllergyState.NOT_ASKED
        body_of(allergies_none(act=nurse, patient=patient, note="la fille"))
        assert state() is AllergyState.NONE_KNOWN
        what = AllergyGiven(
            name="Pénicilline", reaction="choc", severity=Severity.SEVERE, criticality=Criticality.HIGH, atc="J01CE01"
        )
        added = allergy_add(act=nurse, patient=patient, given=what)
        body_of(added)
        assert state() is AllergyState.ALLERGIC
        refused("RL-REC-377", lambda: allergy_add(act=nurse, patient=patient, given=AllergyGiven(name="pénicilline")))
        refused("RL-REC-376", lambda: allergies_none(act=nurse, patient=patient))
        refused("RL-REC-375", lambda: allergy_add(act=nurse, patient=patient, given=AllergyGiven(name=" ")))
        refute = {"act": nurse, "patient": patient, "allergy": added.resource, "version": 1}
        refused("RL-REC-005", lambda: allergy_refute(**refute, reason=""))
        body_of(allergy_refute(**refute, reason="test négatif"))
        assert state() is AllergyState.NOT_ASKED, "that none was known is not said again by itself"

    def test_an_amendment_keeps_codes_while_the_name_stays(self) -> None:
        from relight.record.rules.allergies import AllergyGiven, allergy_amended

        body = {
            "resourceType": "AllergyIntolerance",
            "code": {"text": "Latex", "coding": [{"system": "s", "code": "1"}]},
        }
        assert allergy_amended(body, AllergyGiven(name="Latex"))["code"]["coding"] == [{"system": "s", "code": "1"}]
        assert "coding" not in allergy_amended(body, AllergyGiven(name="Lait"))["code"]


class TestProblems:
    """Cases 76-79."""

    def test_a_problem_is_recorded_amended_and_over(self, nurse: Any, patient: UUID) -> None:
        from relight.record.rules.problems import ProblemGiven, problem_read
        from relight.record.services.problems import problem_add, problem_amend, problem_resolve

        what = ProblemGiven(name="Pneumonie", since="03/2026", system="icd10", code="J18.9")
        made = problem_add(act=nurse, patient=patient, given=what)
        body = body_of(made)
        assert body["onsetDateTime"] == "2026-03"
        assert problem_read(body) == what
        amend = {"act": nurse, "patient": patient, "problem": made.resource}
        body_of(problem_amend(**amend, version=1, given=ProblemGiven(name="Pneumonie droite", since="14/03/2026")))
        over = body_of(problem_resolve(**amend, version=2, until="11/2026"))
        assert over["abatementDateTime"] == "2026-11"
        assert over["clinicalStatus"]["coding"][0]["code"] == "resolved"

    def test_dates_in_part_are_read_and_impossible_ones_refused(self) -> None:
        from relight.record.rules.problems import ProblemGiven, partial_date, problem_body

        assert [partial_date(text, where="x") for text in ("2019", "3/2019", "14/03/2019", "2019-03-14", "")] == [
            "2019", "2019-03", "2019-03-14", "2019-03-14", "",
        ]  # fmt: skip
        for code, given_problem in (
            ("RL-REC-382", ProblemGiven(name="a", since="31/02/2019")),
            ("RL-REC-381", ProblemGiven(name="a", since="2031")),
            ("RL-REC-381", ProblemGiven(name="a", since="2019", until="2018")),
            ("RL-REC-380", ProblemGiven(name=" ")),
        ):
            refused(
                code,
                lambda g=given_problem: problem_body(
                    g, patient="Patient/1", author={}, at=AT, today=date(2026, 11, 23)
                ),
            )


class TestDocuments:
    """Cases 88-92."""

    def test_a_file_is_what_its_bytes_say(self) -> None:
        from relight.record.rules.documents import LIMIT_BYTES, content_type

        assert content_type(PDF) == "application/pdf"
        assert content_type(b"\xff\xd8\xff\xe0JFIF") == "image/jpeg"
        assert content_type("Été\n".encode()) == "text/plain"
        for code, data in (
            ("RL-REC-387", b""),
            ("RL-REC-386", b"MZ\x90\x00\x03"),
            ("RL-REC-386", b"<html><script>x</script>"),
            ("RL-REC-385", b"%PDF-" + b"x" * LIMIT_BYTES),
        ):
            refused(code, lambda data=data: content_type(data))

    def test_a_document_is_a_binary_of_its_patient_and_what_names_it(self, nurse: Any, patient: UUID) -> None:
        from base64 import b64decode

        from relight.record.rules.canonical import loads
        from relight.record.rules.documents import Kind
        from relight.record.selectors.store import resource_get
        from relight.record.services.documents import document_add

        body = body_of(
            document_add(act=nurse, patient=patient, data=PDF, kind=Kind.CONSENT, title="Accord", taken="2026")
        )
        attachment = body["content"][0]["attachment"]
        binary = resource_get(type="Binary", id=UUID(attachment["url"].removeprefix("Binary/")))
        assert binary.patient == patient
        assert b64decode(loads(binary.body)["data"]) == PDF and attachment["size"] == len(PDF)


class TestLetters:
    """Cases 80-87."""

    def test_a_letter_is_signed_over_what_was_shown_and_by_a_password(self, patient: UUID, clock: Any) -> None:
        from relight.record.rules.canonical import loads
        from relight.record.rules.letters import is_signed, letter_digest
        from relight.record.selectors.store import resource_get
        from relight.record.services.letters import letter_sign, letter_write
        from relight.record.services.notes import note_amend
        from support.people import PASSWORD, person_create

        doctor = person_create(clock, ["clinician"]).act()
        parts = [NotePart(title="Évolution", text="favorable")]
        made = letter_write(act=doctor, patient=patient, title="Lettre", parts=parts)
        body = body_of(made)
        assert body["status"] == "preliminary" and not is_signed(body)
        digest = letter_digest(body)
        sign = {"act": doctor, "patient": patient, "letter": made.resource, "digest": digest}
        refused("RL-PPL-002", lambda: letter_sign(**sign, version=1, password="wrong"))
        amend = {"act": doctor, "patient": patient, "note": made.resource, "title": "Lettre"}
        note_amend(**amend, version=1, parts=[NotePart(title="Évolution", text="défavorable")])
        refused("RL-REC-391", lambda: letter_sign(**sign, version=1, password=PASSWORD))
        now = letter_digest(loads(resource_get(type="Composition", id=made.resource).body))
        letter_sign(**{**sign, "digest": now}, version=2, password=PASSWORD)
        signed = loads(resource_get(type="Composition", id=made.resource).body)
        assert is_signed(signed) and signed["status"] == "final"
        refused("RL-REC-390", lambda: letter_sign(**{**sign, "digest": now}, version=3, password=PASSWORD))
        note_amend(**amend, version=3, parts=[NotePart(title="Évolution", text="nuancée")])
        after = loads(resource_get(type="Composition", id=made.resource).body)
        assert after["status"] == "preliminary" and not is_signed(after)

    def test_a_nurse_writes_and_signs_no_letter(self, nurse: Any, patient: UUID) -> None:
        from relight.record.services.letters import letter_write

        part = [NotePart(title="x", text="y")]
        refused("RL-PPL-001", lambda: letter_write(act=nurse, patient=patient, title="t", parts=part))

    def test_a_letter_begins_with_the_chart_and_prints(self, nurse: Any, doctor: Any, patient: UUID) -> None:
        from relight.record.rules.allergies import AllergyGiven
        from relight.record.rules.problems import ProblemGiven
        from relight.record.selectors.chart import frame_get
        from relight.record.selectors.letter_paper import letter_paper
        from relight.record.selectors.letter_start import letter_parts
        from relight.record.selectors.store import resource_get
        from relight.record.services.allergies import allergy_add
        from relight.record.services.letters import letter_write
        from relight.record.services.problems import problem_add

        problem_add(act=nurse, patient=patient, given=ProblemGiven(name="Fracture du col", since="11/2026"))
        allergy_add(act=nurse, patient=patient, given=AllergyGiven(name="Latex", reaction="rash"))
        frame = frame_get(act=doctor, patient=patient)
        parts = letter_parts(frame)
        text = "\n".join(part.text for part in parts)
        assert "Fracture du col" in text and "Latex: rash" in text
        made = letter_write(act=doctor, patient=patient, title="Lettre", parts=parts)
        held = resource_get(type="Composition", id=made.resource)
        paper = letter_paper(frame=frame, held=held)
        assert paper.startswith(b"%PDF-") and paper == letter_paper(frame=frame, held=held)
