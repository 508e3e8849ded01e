"""The International Patient Summary: valid by the R4B models and the IPS profiles, honest about what is not known."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from relight.liaison.rules.ips.choice import Datum, Known, Part, sections_of
from relight.liaison.rules.ips.lines import pages_of
from relight.liaison.rules.ips.words import words_of
from support.chart import allergy, medicine, registered, week, written
from support.fhir import data
from support.ips import faults

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
LANGUAGES = ("fr", "nl", "de", "en")
ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"


def datum(type: str, n: int = 1, **body: Any) -> Datum:
    at = body.pop("_at", AT)
    return Datum(
        id=str(UUID(int=n)), type=type, body={"resourceType": type, **body}, kind="backup", name="dpi", as_of=AT, at=at,
        written_at=AT, known_at=at, is_old=False,
    )  # fmt: skip


def chosen(*held: Datum) -> dict[Part, Any]:
    now = frozenset(one.id for one in held)
    return {section.part: section for section in sections_of(held, medicines_now=now, at=AT)}


def said(section: Any, language: str = "en") -> Any:
    (page,) = pages_of([section], words=words_of(language, zone=UTC))
    return page


# -- what is known, what is not ---------------------------------------------------------------------------


def test_silence_is_no_information_and_never_none() -> None:
    sections = chosen()
    assert set(sections) == {Part.ALLERGIES, Part.MEDICINES, Part.PROBLEMS}
    assert {section.known for section in sections.values()} == {Known.NO_INFORMATION}
    assert said(sections[Part.ALLERGIES], "fr").notice == "Allergies : aucune information. Demander au patient."


def test_no_known_allergy_is_said_with_who_said_so() -> None:
    none = datum("AllergyIntolerance", code={"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]})
    section = chosen(none)[Part.ALLERGIES]
    assert (section.known, section.rest_unasked) == (Known.NONE_KNOWN, False)
    assert [line.main for line in said(section).lines] == ["No known allergies"]


def test_no_known_food_allergy_leaves_the_others_unasked() -> None:
    none = datum("AllergyIntolerance", code={"coding": [{"system": "http://snomed.info/sct", "code": "429625007"}]})
    page = said(chosen(none)[Part.ALLERGIES])
    assert ([line.main for line in page.lines], page.notice) == (
        ["No known food allergies"], "Other allergies: no information.",
    )  # fmt: skip


def test_an_allergy_outweighs_a_statement_that_there_is_none() -> None:
    none = datum("AllergyIntolerance", 1, code={"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]})
    section = chosen(none, datum("AllergyIntolerance", 2, code={"text": "Latex"}))[Part.ALLERGIES]
    assert [one.body["code"] for one in section.data] == [{"text": "Latex"}]


def test_a_code_of_no_information_is_no_datum() -> None:
    nothing = datum("AllergyIntolerance", code={"coding": [{"system": ABSENT, "code": "no-allergy-info"}]})
    assert chosen(nothing)[Part.ALLERGIES].known is Known.NO_INFORMATION


def test_the_last_of_each_test_counts_and_what_is_left_out_is_told() -> None:
    def potassium(n: int, value: float, year: int) -> Datum:
        lab = [{"coding": [{"code": "laboratory"}]}]
        return datum(
            "Observation", n, status="final", category=lab, code={"text": "K"}, valueQuantity={"value": value},
            _at=datetime(year, 11, 20, tzinfo=UTC),
        )  # fmt: skip

    section = chosen(potassium(1, 4.1, 2024), potassium(2, 6.2, 2026), potassium(3, 3.9, 2025))[Part.RESULTS]
    assert [one.body["valueQuantity"]["value"] for one in section.data] == [6.2]
    old = chosen(potassium(1, 4.1, 2019))[Part.RESULTS]
    assert [one.id for one in old.data] == [str(UUID(int=1))]


def test_entered_in_error_and_refuted_stay_out() -> None:
    wrong = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
    sections = chosen(
        datum("AllergyIntolerance", 1, code={"text": "Iode"}, **wrong),
        datum("Condition", 2, code={"text": "X"}, **wrong),
    )
    assert {section.known for section in sections.values()} == {Known.NO_INFORMATION}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language: str) -> None:
    words = words_of(language, zone=UTC)
    assert set(words.texts) == set(words_of("fr", zone=UTC).texts)
    assert all(text.strip() for text in words.texts.values())
    holes = {key: set(re.findall(r"{\w+}", text)) for key, text in words.texts.items()}
    assert holes == {key: set(re.findall(r"{\w+}", text)) for key, text in words_of("en", zone=UTC).texts.items()}


# -- whole documents --------------------------------------------------------------------------------------


def drawn(patient: UUID, at: datetime = AT, language: str = "fr") -> Any:
    from relight.journal.api import new_id
    from relight.liaison.selectors.summary import summary_read

    return summary_read(patient=patient, id=new_id(at), language=language, at=at)


@pytest.mark.django_db
def test_a_patient_nobody_knows_anything_of_still_gets_a_valid_summary(act_for: Any) -> None:
    patient = registered(act_for("nurse"), birth="", sex="")
    content = drawn(patient).content
    assert faults(content) == []
    composition = json.loads(content)["entry"][0]["resource"]
    reasons = [section["emptyReason"]["coding"][0]["code"] for section in composition["section"]]
    assert reasons == ["unavailable"] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_week_of_data_is_a_valid_summary_in_every_language(act_for: Any, language: str) -> None:
    patient = registered(act_for("nurse"))
    week(act_for("nurse"), patient)
    assert faults(drawn(patient, language=language).content) == []


@pytest.mark.django_db
def test_what_a_clinician_wrote_is_data_in_the_narrative_and_on_paper(act_for: Any) -> None:
    from relight.liaison.selectors.summary_paper import Release, summary_paper

    act = act_for("nurse")
    patient = registered(act)
    written(act, allergy(patient, '<b>#panic() & "noix"</b>'), medicine(patient, "*x* $y$ #import", act.at))
    summary = drawn(patient)
    assert faults(summary.content) == []
    assert "&lt;b&gt;#panic()" in json.loads(summary.content)["entry"][0]["resource"]["section"][0]["text"]["div"]
    paper = summary_paper(summary, release=Release(to="Dr #x", why="*y*", by="z", request="R-0001"))
    assert paper == summary_paper(summary, release=Release(to="Dr #x", why="*y*", by="z", request="R-0001"))


@pytest.mark.django_db
def test_nothing_goes_out_but_what_a_summary_shows(act_for: Any) -> None:
    act = act_for("nurse")
    patient = registered(act)
    written(act, medicine(patient, "Paracétamol", act.at, note=[{"text": "note interne"}],
                          requester={"display": "Dr Interne"}))  # fmt: skip
    content = drawn(patient).content.decode()
    assert "note interne" not in content and "Dr Interne" not in content


@pytest.mark.django_db
def test_two_summaries_of_one_state_show_the_same(act_for: Any, clock: Any) -> None:
    patient = registered(act_for("nurse"))
    week(act_for("nurse"), patient)
    first = drawn(patient, clock.now())
    second = drawn(patient, clock.advance(minutes=3))
    assert first.shown == second.shown and first.digest != second.digest


@pytest.mark.django_db
def test_the_synthea_patients_all_give_valid_summaries(act_for: Any) -> None:
    from relight.record.models import PatientFace
    from relight.record.services.import_run import record_import

    place = data("fhir/smart-on-fhir+generated-sample-data/R4/SYNTHEA")
    files = sorted(place.glob("*.json.gz"), key=lambda file: file.stat().st_size)[::8]
    record_import(act=act_for("system"), paths=files, source="regional")
    patients = list(PatientFace.objects.values_list("patient", flat=True))
    assert len(patients) >= 25
    wrong = {patient: found for patient in patients if (found := faults(drawn(patient).content))}
    assert wrong == {}


@pytest.mark.django_db
def test_the_patients_of_the_belgian_and_australian_sets_give_valid_summaries(act_for: Any) -> None:
    """What others' test data holds is odd in other ways: contained medication, partial dates, missing codes."""
    from relight.record.models import PatientFace
    from relight.record.services.import_run import record_import

    places = [data("fhir/hl7au+au-fhir-test-data"), data("fhir/hl7-be+vaccination"), data("fhir/hl7-be+allergy")]
    record_import(act=act_for("system"), paths=places, source="others")
    patients = list(PatientFace.objects.values_list("patient", flat=True))[:80]
    assert len(patients) > 10
    wrong = {patient: found for patient in patients if (found := faults(drawn(patient).content))}
    assert wrong == {}


@pytest.mark.django_db
def test_the_paper_of_a_full_record_fits_two_pages_and_is_tagged(act_for: Any) -> None:
    """Sixty results and forty vaccines: what does not fit is counted, and the file says it is PDF/UA-1."""
    import io

    import pikepdf

    from relight.liaison.selectors.summary_paper import Release, summary_paper
    from support.chart import observation

    act = act_for("nurse")
    patient = registered(act)
    week(act, patient)
    written(act, *(observation(patient, f"Test {n}", f"{n}-0", act.at, value=n, unit="mg/L") for n in range(60)))
    vaccine = {"resourceType": "Immunization", "status": "completed", "patient": {"reference": f"Patient/{patient}"}}
    written(
        act, *({**vaccine, "vaccineCode": {"text": f"Vaccin {n}"}, "occurrenceDateTime": "2020"} for n in range(40))
    )
    content = summary_paper(drawn(patient, act.at), release=Release(to="Dr X", why="y", by="z", request="R-0001"))
    with pikepdf.open(io.BytesIO(content)) as paper:
        assert len(paper.pages) <= 2
        assert bool(paper.Root.MarkInfo.Marked) and str(paper.Root.Lang) == "fr"
        with paper.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
