"""Pages that read a chart: what each shows in its first screen, in few statements, with nothing of a file run."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from support.chart import PDF, PNG, document, medicine, observation, registered, week, written
from support.people import client_signed_in, person_create

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader(clock: Any) -> Any:
    return client_signed_in(person_create(clock, ["clinician"], language="en"))


@pytest.fixture
def act(act_for: Any) -> Any:
    return act_for("clinician", "nurse")


def text_of(client: Any, patient: Any, path: str = "") -> str:
    answer = client.get(f"/patients/{patient}/{path}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestOverview:
    """Everything that matters now."""

    def test_it_answers_in_one_screen(self, act: Any, reader: Any) -> None:
        """Score, medicines with dose and frequency, grave results first, problems, requests, notes, documents."""
        patient = registered(act)
        week(act, patient)
        text = text_of(reader, patient)
        assert "NEWS2 6, medium" in text
        assert "<b>Paracétamol</b></a> 1 g, oral, 3 x / day" in text
        assert text.index("Potassium") < text.index("CRP") < text.index("Hémoglobine")
        assert "HH" in text and "critically high" in text
        for word in ("Pneumonie lobaire", "Radiographie du thorax", "Tour du matin", "Lettre de sortie 2025"):
            assert word in text

    def test_its_statements_do_not_grow(self, act: Any, reader: Any, django_assert_max_num_queries: Any) -> None:
        """As many with a hundred results as with one, the noting of the reading included."""
        patient = registered(act)
        week(act, patient)
        reader.get(f"/patients/{patient}/")
        with django_assert_max_num_queries(18):
            reader.get(f"/patients/{patient}/")
        at = act.at
        written(act, *[observation(patient, f"Test {n}", f"{n}-1", at, value=n) for n in range(100)])
        for path, most in (("", 18), ("results/", 18), ("vitals/", 17), ("documents/", 18), ("everything/", 18)):
            with django_assert_max_num_queries(most):
                reader.get(f"/patients/{patient}/{path}")

    def test_many_vital_signs_hide_no_result(self, act: Any, reader: Any) -> None:
        """The one potassium of last week stands, whatever was measured since."""
        patient = registered(act)
        old = act.at - timedelta(days=9)
        written(act, observation(patient, "Potassium", "2823-3", old, value=6.9, unit="mmol/L", flag="HH"))
        pulses = [
            observation(
                patient, "Pulse", "8867-4", act.at - timedelta(minutes=n), value=80, unit="/min", category="vital-signs"
            )
            for n in range(300)
        ]
        written(act, *pulses)
        assert "6.9" in text_of(reader, patient)

    def test_stopped_medicines_are_not_current_and_old_ones_are(self, act: Any, reader: Any) -> None:
        """One ordered years ago and still active stands, behind two hundred that ended."""
        patient = registered(act)
        ended = [medicine(patient, f"Ended {n}", act.at, status="completed") for n in range(200)]
        written(act, *ended, medicine(patient, "Lévothyroxine", act.at - timedelta(days=2000)))
        text = text_of(reader, patient)
        assert "Lévothyroxine" in text
        assert "Ended" not in text

    def test_what_is_from_before_the_outage_says_so(self, act: Any, act_for: Any, reader: Any, tmp_path: Any) -> None:
        """And where from: a backup with its date."""
        from console.small import hospital_load
        from relight.kernel.act import Act, Door
        from relight.record.rules.canonical import dumps
        from relight.record.selectors.finding import patients_find
        from relight.record.services.import_run import record_import
        from relight.record.types import SourceKind

        hospital_load(Act(actor="os:test", at=act.at, door=Door.CLI, roles=frozenset({"owner"})))
        day = act.at - timedelta(days=40)
        who = {"resourceType": "Patient", "id": "1", "name": [{"family": "Sauvegarde"}], "birthDate": "1950-01-01"}
        drug = {**medicine("1", "Bisoprolol", day - timedelta(days=30)), "id": "2"}
        entries = [{"resource": who}, {"resource": drug}]
        (tmp_path / "epd.json").write_bytes(dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}))
        record_import(act=act_for("owner"), paths=[tmp_path], source="EPD", kind=SourceKind.BACKUP, as_of=day)
        (found,) = patients_find(act=act, text="Sauvegarde")
        text = text_of(reader, found.patient)
        assert "Bisoprolol" in text
        assert "last backup of 14 Oct" in text
        assert "before the outage" in text


class TestResults:
    """A table of tests by times, and a trend one click away."""

    def test_units_are_never_mixed_in_a_line(self, act: Any, reader: Any) -> None:
        """The same test in two units is two lines; in the trend an exact factor joins them, and says so."""
        patient = registered(act)
        yesterday = act.at - timedelta(days=1)
        first, _ = written(
            act,
            observation(patient, "Protein", "2885-2", act.at, value=7.10, unit="g/dL"),
            observation(patient, "Protein", "2885-2", yesterday, value=68, unit="g/L"),
        )
        table = text_of(reader, patient, "results/")
        assert table.count('scope="row" class="test"') == 2
        trend = text_of(reader, patient, f"results/{first}/")
        assert "= 6.8 g/dL" in trend
        assert trend.count('class="trend-chart"') == 1

    def test_units_without_an_exact_factor_have_charts_of_their_own(self, act: Any, reader: Any) -> None:
        """mg/dL and mmol/L are two drawings."""
        patient = registered(act)
        first, _ = written(
            act,
            observation(patient, "Glucose", "2345-7", act.at, value=99, unit="mg/dL"),
            observation(patient, "Glucose", "2345-7", act.at - timedelta(days=1), value=5.5, unit="mmol/L"),
        )
        trend = text_of(reader, patient, f"results/{first}/")
        assert trend.count('class="trend-chart"') == 2
        assert "cannot be converted" in trend

    def test_flags_are_told_by_sign_and_word(self, act: Any, reader: Any) -> None:
        """Not by colour alone; one reckoned of the range says so; comparators and texts stand as they came."""
        patient = registered(act)
        written(
            act,
            observation(patient, "CRP", "1988-5", act.at, value=12, unit="mg/L", high=5),
            observation(
                patient, "Troponin", "6598-7", act.at, valueQuantity={"value": 3, "comparator": "<", "unit": "ng/L"}
            ),
            observation(patient, "Culture", "600-7", act.at, valueString="Staphylococcus aureus", flag="A"),
        )
        text = text_of(reader, patient, "results/")
        assert "high, by its range" in text
        assert "&lt; 3" in text
        assert "Staphylococcus aureus" in text

    def test_a_corrected_result_leads_to_what_it_replaced(self, act: Any, reader: Any) -> None:
        """The old value stands among the versions, with who and why."""
        from relight.record.services.amend import resource_amend

        patient = registered(act)
        body = observation(patient, "Sodium", "2951-2", act.at, value=152, unit="mmol/L")
        (key,) = written(act, body)
        body["valueQuantity"]["value"] = 142
        resource_amend(
            act=act,
            type="Observation",
            id=key,
            body={**body, "status": "corrected"},
            expected_version=1,
            reason="dilution",
        )
        table = text_of(reader, patient, "results/")
        assert "corrected" in table
        assert f"/item/Observation/{key}/#versions" in table
        item = text_of(reader, patient, f"item/Observation/{key}/")
        assert "<del>152 mmol/L" in item and "<ins>142 mmol/L" in item
        assert "dilution" in item
        assert "152 mmol/L" in text_of(reader, patient, f"item/Observation/{key}/?version=1")

    def test_older_times_are_pages_away(self, act: Any, reader: Any) -> None:
        """Eight times at once, the newest first."""
        patient = registered(act)
        written(
            act, *[observation(patient, "K", "2823-3", act.at - timedelta(days=n), value=n + 100) for n in range(11)]
        )
        first = text_of(reader, patient, "results/")  # whole numbers: an id of the page may hold any digits
        assert re.search(r"\b107\b", first) and not re.search(r"\b108\b", first)
        assert re.search(r"\b110\b", text_of(reader, patient, "results/?page=2"))
        assert text_of(reader, patient, "results/?page=junk").count("<td") == text_of(
            reader, patient, "results/"
        ).count("<td")


class TestDocuments:
    """Files are shown as what they are, and nothing in them runs."""

    @pytest.mark.parametrize(
        ("content", "declared", "served", "sandboxed"),
        [
            (PDF, "application/pdf", "application/pdf", False),
            (PNG, "image/png", "image/png", True),
            (b"<html><script>alert(1)</script></html>", "text/html", "text/plain; charset=utf-8", True),
            (b"<html><script>alert(1)</script></html>", "application/pdf", "text/plain; charset=utf-8", True),
            (b"<?xml version='1.0'?><ClinicalDocument/>", "text/xml", "text/plain; charset=utf-8", True),
            (b"MZ\x00\x90", "image/png", "application/octet-stream", True),
        ],
    )
    def test_bytes_go_out_as_what_they_are(
        self, act: Any, reader: Any, content: bytes, declared: str, served: str, sandboxed: bool
    ) -> None:
        """Never as a page, never guessed by the browser; unknown kinds are saved, not shown."""
        patient = registered(act)
        (key,) = written(act, document(patient, "File", act.at, content, declared))
        answer = reader.get(f"/patients/{patient}/documents/DocumentReference/{key}/0/")
        assert answer.content == content
        assert answer["Content-Type"] == served
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["Content-Security-Policy"].endswith("sandbox") is sandboxed
        assert answer["Content-Disposition"].startswith("attachment" if "octet" in served else "inline")
        page = text_of(reader, patient, f"documents/DocumentReference/{key}/")
        assert "<script>alert" not in page

    def test_a_binary_beside_the_document_is_found(self, act: Any, reader: Any) -> None:
        """By its reference; bytes that differ from the checksum the document gives are told."""
        from base64 import b64encode

        patient = registered(act)
        data = b64encode(b"Bonjour").decode()
        (binary,) = written(act, {"resourceType": "Binary", "contentType": "text/plain", "data": data})
        body = document(patient, "File", act.at, b"", "text/plain")
        attachment = {"url": f"Binary/{binary}", "contentType": "text/plain", "hash": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}
        body["content"] = [{"attachment": attachment}]
        (made,) = written(act, body)
        assert reader.get(f"/patients/{patient}/documents/DocumentReference/{made}/0/").content == b"Bonjour"
        page = text_of(reader, patient, f"documents/DocumentReference/{made}/")
        assert "Bonjour" in page
        assert "differ from the checksum" in page

    def test_a_file_elsewhere_is_an_address_and_never_fetched(self, act: Any, reader: Any) -> None:
        """The page says so."""
        patient = registered(act)
        body = document(patient, "Scan", act.at, b"", "application/pdf")
        body["content"] = [{"attachment": {"url": "https://pacs.example/1.pdf", "contentType": "application/pdf"}}]
        (key,) = written(act, body)
        text = text_of(reader, patient, f"documents/DocumentReference/{key}/")
        assert "not in this record" in text and "https://pacs.example/1.pdf" in text
        assert reader.get(f"/patients/{patient}/documents/DocumentReference/{key}/0/").status_code == 404


class TestEverything:
    """Any type is kept and shown plainly."""

    def test_any_type_is_listed_found_and_shown(self, act: Any, reader: Any) -> None:
        """Words are found without accents; what is looked for stands in no address."""
        patient = registered(act)
        flag = {
            "resourceType": "Flag", "status": "active", "code": {"text": "Risque de chute élevé"},
            "subject": {"reference": f"Patient/{patient}"},
        }  # fmt: skip
        (key,) = written(act, flag)
        assert "?type=Flag" in text_of(reader, patient, "everything/")
        found = reader.post(f"/patients/{patient}/everything/", {"patient": str(patient), "q": "eleve chute"})
        assert f"/item/Flag/{key}/" in found.content.decode()
        none = reader.post(f"/patients/{patient}/everything/", {"patient": str(patient), "q": "zebra"})
        assert "Nothing found" in none.content.decode()
        assert "Risque de chute élevé" in text_of(reader, patient, f"item/Flag/{key}/")

    def test_any_two_versions_are_compared(self, act: Any, reader: Any) -> None:
        """Not only neighbours: what came and went between is no difference."""
        from relight.record.services.amend import resource_amend

        patient = registered(act)
        body = observation(patient, "Sodium", "2951-2", act.at, value=152, unit="mmol/L")
        (key,) = written(act, body)
        for version, value in ((1, 132), (2, 142)):
            changed = {**body, "valueQuantity": {**body["valueQuantity"], "value": value}}
            resource_amend(act=act, type="Observation", id=key, body=changed, expected_version=version, reason="typo")
        text = text_of(reader, patient, f"item/Observation/{key}/?against=1&version=3")
        compared = text.partition('id="compared"')[2].partition("</ul>")[0]
        assert "<del>152 mmol/L" in compared and "<ins>142 mmol/L" in compared and "132" not in compared

    def test_entered_in_error_is_struck_with_its_reason(self, act: Any, reader: Any) -> None:
        """It leaves the overview and stays one click away."""
        from relight.record.services.amend import resource_error

        patient = registered(act)
        (key,) = written(act, medicine(patient, "Digoxine", act.at))
        resource_error(act=act, type="MedicationRequest", id=key, expected_version=1, reason="other patient")
        assert "Digoxine" not in text_of(reader, patient)
        item = text_of(reader, patient, f"item/MedicationRequest/{key}/")
        assert "<s>Digoxine</s>" in item
        assert "other patient" in item
