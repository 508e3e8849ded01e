"""Paper: what a chart holds and says it leaves out, who may print it, sets in a folder, the schedule."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from relight.kernel.errors import RelightError
from relight.paper.ward_chart import (
    WORDS,
    AllergyState,
    Census,
    PaperMedicine,
    PaperPatient,
    PaperVitals,
    WardPaper,
    ward_chart_pdf,
)
from relight.record.rules.identity import Person
from relight.record.rules.places import Place
from relight.record.rules.printing import (
    LATE,
    PaperState,
    WardKey,
    chart_names,
    every_read,
    next_at,
    paper_state,
    sets_to_remove,
    ward_read,
)
from support.process import home_environment, relight

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"


def text_of(pdf: bytes) -> str:
    """The text of a PDF; pages are parted by form feeds."""
    found = shutil.which("pdftotext")
    if found is None:
        pytest.skip("needs pdftotext (Debian: poppler-utils)")
    done = subprocess.run([found, "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def pages_of(pdf: bytes) -> list[str]:
    return text_of(pdf).split("\f")[:-1]


def flat(text: str) -> str:
    return " ".join(text.split())


def refused(code: str, work: Any) -> None:
    with pytest.raises(RelightError) as refusal:
        work()
    assert refusal.value.code == code


# -- the layout ---------------------------------------------------------------------------------------------------------


def one_patient(**fields: Any) -> PaperPatient:
    return PaperPatient(
        **{
            "code": "80130000016", "family": "MAES", "given": "Jan", "about": "01.02.1950 (76)", "ids": "number 1",
            "place": "Surgery, 12", "stay": "", "as_of": "written here", "allergy_state": AllergyState.KNOWN,
            "allergy_words": "ALLERGIES", "allergy_head": "ALLERGIES: penicillin",
            "vitals": PaperVitals(rows=("Pulse", "NEWS2")), **fields,
        }
    )  # fmt: skip


def paper(*patients: PaperPatient, **fields: Any) -> WardPaper:
    return WardPaper(
        **{
            "title": "T", "house": "House", "language": "en", "printed": "23.11.2026 09:00", "notice": "n",
            "today": "23.11.", "tomorrow": "24.11.", "patients": patients, "words": {w: w for w in WORDS}, **fields,
        }
    )  # fmt: skip


def test_each_page_says_whose_it_is_and_which_of_how_many() -> None:
    """Case 1: the pages of each patient are counted by themselves, in a ward too; allergies stand on every page."""
    long = one_patient(medicines=tuple(PaperMedicine(name=f"Drug{n}", dose="1 mg") for n in range(60)))
    short = one_patient(family="PEETERS", allergy_head="NO KNOWN ALLERGIES")
    pages = pages_of(ward_chart_pdf(paper(long, short, census=Census(place="Surgery", summary="2", lines=()))))
    assert "census" in pages[0] and "page 1 of 1" in flat(pages[0])
    mine = [page for page in pages if "MAES" in page.splitlines()[0] + page[:300]]
    assert len(mine) >= 3
    for n, page in enumerate(mine, start=1):
        assert f"page {n} of {len(mine)}" in flat(page)
        assert "ALLERGIES: penicillin" in page and "23.11.2026 09:00" in page and "01.02.1950" in page
    assert sum("Drug59 " in page for page in pages) == 1
    assert all("MAES" not in page for page in pages if "PEETERS" in page)


def test_text_is_data_to_the_typesetter() -> None:
    """Case 9: a name made of commands is printed as it is written."""
    odd = '#panic("x") *b* $1$ `c` <end-0> @ref \\ //'
    assert "#panic(" in text_of(ward_chart_pdf(paper(one_patient(family=odd))))


def test_a_missing_word_is_refused() -> None:
    with pytest.raises(ValueError, match="page"):
        ward_chart_pdf(paper(one_patient(), words={}))


# -- names and times ------------------------------------------------------------------------------------------------------


def test_files_are_named_by_bed_and_number_and_never_twice() -> None:
    """Case 20: no name of a patient; two in one bed, or no number at all, still get two files."""
    names = chart_names([("12 B", "8013 000 001 6"), ("", ""), ("", ""), ("12/B", "8013 000 001 6")])
    assert names == ["12-B_8013-000-001-6.pdf", "no-bed.pdf", "no-bed_2.pdf", "12-B_8013-000-001-6_2.pdf"]


def test_old_sets_go_only_behind_newer_ones_of_their_kind() -> None:
    """Case 24: a set that lacks a ward never takes the place of a whole one; what is no set is left alone."""
    at = AT.strftime("%Y-%m-%d_%H-%M-")
    sets = {f"{at}{n:02d}Z": n % 2 == 0 for n in range(8)} | {"holiday-pictures": True}
    gone = sets_to_remove(sets, newest=f"{at}07Z", keep=2)
    assert sorted(gone) == [f"{at}0{n}Z" for n in range(4)]
    assert sets_to_remove(sets, newest=f"{at}00Z", keep=1) == []


@pytest.mark.parametrize(("text", "minutes"), [("2h", 120), ("30m", 30), ("90", 90), (" 1H ", 60), ("24h", 1440)])
def test_an_interval_is_read_as_people_write_it(text: str, minutes: int) -> None:
    assert every_read(text) == minutes


@pytest.mark.parametrize("text", ["", "0", "4m", "25h", "-2h", "soon", "2 days", "1.5h"])
def test_an_interval_that_is_none_is_refused(text: str) -> None:
    refused("RL-REC-454", lambda: every_read(text))


def test_a_disk_that_refuses_is_tried_again_sooner() -> None:
    """Case 47: after 1, 2, 5, 10, then every 15 minutes, never later than the interval."""
    waits = [(next_at(at=AT, every_min=120, failures=n) - AT) // timedelta(minutes=1) for n in range(8)]
    assert waits == [120, 1, 2, 5, 10, 15, 15, 15]
    assert next_at(at=AT, every_min=5, failures=9) - AT == timedelta(minutes=5)


def test_a_copy_older_than_two_hours_is_late() -> None:
    """Case 48: whatever the last try did; one never made is late two hours after the schedule was set."""
    fresh: dict[str, Any] = {"is_on": True, "code": "", "set_at": AT, "made_at": AT}
    assert paper_state(**fresh, at=AT + LATE) is PaperState.FRESH
    assert paper_state(**fresh, at=AT + LATE + timedelta(seconds=1)) is PaperState.LATE
    assert paper_state(**{**fresh, "code": "RL-REC-451"}, at=AT) is PaperState.FAILED
    assert paper_state(**{**fresh, "made_at": None}, at=AT + timedelta(hours=3)) is PaperState.LATE
    assert paper_state(**{**fresh, "is_on": False}, at=AT) is PaperState.OFF


def test_a_ward_is_named_either_way() -> None:
    assert ward_read("arlon/surgery") == ward_read(" surgery@arlon ") == WardKey(site="arlon", ward="surgery")
    for text in ("", "arlon", "/", "arlon/", "@arlon"):
        refused("RL-REC-453", lambda text=text: ward_read(text))


# -- a ward with patients ---------------------------------------------------------------------------------------------------


def concept(system: str, code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def admitted(act: Any, family: str, *, bed: str, bodies: Any = ()) -> UUID:
    """Somebody in Arlon's surgery with these resources in their record."""
    from relight.journal.api import writing
    from relight.record.services.identity import patient_register
    from relight.record.services.stays import patient_admit
    from relight.record.services.store import entries_write
    from relight.record.types import EntryDraft

    person = Person(family=family, given="Anne", birth="1950-02-01", sex="female")
    patient = patient_register(act=act, person=person, site="arlon").patient
    patient_admit(act=act, patient=patient, place=Place(site="arlon", ward="surgery", bed=bed, name="Surgery"))
    subject = {"reference": f"Patient/{patient}"}
    drafts = [
        EntryDraft(
            type=body["resourceType"],
            body={**body, ("patient" if body["resourceType"] == "AllergyIntolerance" else "subject"): subject},
        )
        for body in bodies
    ]
    if drafts:
        with writing(act) as log:
            entries_write(act=act, log=log, drafts=drafts, verb="record.write", subject=f"patient:{patient}")
    return patient


def potassium(at: datetime, value: str, flag: str = "") -> dict[str, Any]:
    body: dict[str, Any] = {
        "resourceType": "Observation", "status": "final", "code": concept(LOINC, "2823-3", "Potassium"),
        "category": [concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Lab")],
        "effectiveDateTime": at.isoformat(), "valueQuantity": {"value": float(value), "unit": "mmol/L"},
        "referenceRange": [{"low": {"value": 3.5}, "high": {"value": 5.1}}],
    }  # fmt: skip
    if flag:
        body["interpretation"] = [{"coding": [{"code": flag}]}]
    return body


def pulse(at: datetime, value: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation", "status": "final", "code": concept(LOINC, "8867-4", "Heart rate"),
        "category": [concept("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs", "Vital")],
        "effectiveDateTime": at.isoformat(), "valueQuantity": {"value": value, "unit": "/min"},
    }  # fmt: skip


def note(at: datetime, text: str) -> dict[str, Any]:
    return {
        "resourceType": "Composition", "status": "final", "type": concept(LOINC, "34109-9", "Note"), "title": "Round",
        "date": at.isoformat(), "author": [{"display": "Dr Lambert"}],
        "section": [{"text": {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>'}}],
    }  # fmt: skip


FULL: list[dict[str, Any]] = [
    {
        "resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"}, "criticality": "high",
        "reaction": [{"manifestation": [{"text": "hives"}]}],
    },
    {"resourceType": "Condition", "code": {"text": "Atrial fibrillation"}, "onsetDateTime": "2014-05-01"},
    {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Apixaban 5 mg"}, "authoredOn": (AT - timedelta(days=2)).isoformat(),
        "requester": {"display": "Dr Lambert"},
        "dosageInstruction": [{"text": "5 mg by mouth", "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg", "code": "mg"}}], "timing": {"repeat": {"timeOfDay": ["08:00:00", "20:00:00"]}}}],
    },
    {
        "resourceType": "MedicationRequest", "status": "stopped", "intent": "order",
        "medicationCodeableConcept": {"text": "Heparin"},
    },
    potassium(AT - timedelta(hours=2), "6.9", "HH"), potassium(AT - timedelta(hours=9), "5.0"),
    potassium(AT - timedelta(hours=30), "4.4"),
    pulse(AT - timedelta(hours=1), 93), pulse(AT - timedelta(hours=60), 71),
    note(AT - timedelta(hours=3), "Walked to the window."),
    {"resourceType": "Procedure", "status": "completed", "code": {"text": "Cast"}},
    {"resourceType": "DocumentReference", "status": "current", "description": "Cardiology letter",
     "content": [{"attachment": {"contentType": "application/pdf"}}]},
]  # fmt: skip


@pytest.mark.django_db
class TestChart:
    """What stands on a chart made of the record."""

    def test_a_chart_holds_what_care_goes_on_with(self, act_for: Any) -> None:
        """Cases 2-7: allergies, problems, medicines with their hours, the last results with flag and the one before,
        vital signs of two days, notes, documents; and by name what is not on it."""
        from relight.record.services.printing import chart_print

        act = act_for("nurse", "clinician")
        patient = admitted(act, "Maes", bed="12", bodies=FULL)
        said = flat(text_of(chart_print(act=act, patient=patient)))
        for words in (
            "MAES Anne", "01.02.1950", "Surgery, 12", "ALLERGIES: Penicillin", "hives, high risk",
            "Atrial fibrillation since 01.05.2014", "Apixaban 5 mg", "Dr Lambert", "6.9", "critically high",
            "before: 5.0", "93", "Walked to the window.", "Cardiology letter", "NOT ON THIS PAPER",
            "1 older result of the same tests", "1 medicine that was stopped", "1 older set of vital signs",
            "procedures 1", "end of the chart MAES Anne",
        ):  # fmt: skip
            assert words in said, words
        assert "Heparin" not in said and "4.4" not in said and " 71 " not in said

    def test_a_medicine_taken_up_here_is_printed_once(self, act_for: Any, tmp_path: Path) -> None:
        """Case 2: what an import brought is printed without hours, with who to ask; once a prescription here goes on
        from it, only that one, with its hours."""
        import orjson

        from relight.journal.api import writing
        from relight.record.models import PatientFace, Resource
        from relight.record.services.import_run import record_import
        from relight.record.services.printing import chart_print
        from relight.record.services.store import entries_write
        from relight.record.types import EntryDraft, SourceKind

        hours = {"repeat": {"timeOfDay": ["06:15:00", "18:15:00"]}}
        dosage = {"doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg", "code": "mg"}}], "timing": hours}
        body = {
            "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
            "dosageInstruction": [dosage], "medicationCodeableConcept": {"text": "Apixaban"},
            "subject": {"reference": "Patient/p"},
        }  # fmt: skip
        who = {"resourceType": "Patient", "id": "p", "name": [{"family": "Maes"}]}
        (tmp_path / "old.ndjson").write_bytes(orjson.dumps(who) + b"\n" + orjson.dumps(body))
        lead, act = act_for("recovery-lead"), act_for("nurse", "clinician")
        record_import(act=lead, paths=[tmp_path / "old.ndjson"], source="old", kind=SourceKind.BACKUP, as_of=AT)
        patient = PatientFace.objects.get(family="Maes").patient
        said = flat(text_of(chart_print(act=act, patient=patient)))
        assert said.count("Apixaban") == 1 and "FROM BEFORE, not taken up here" in said
        hours_before = said.count("18:15")
        old = Resource.objects.get(type="MedicationRequest").id
        going = {
            **{key: value for key, value in body.items() if key != "id"},
            "subject": {"reference": f"Patient/{patient}"},
            "priorPrescription": {"reference": f"MedicationRequest/{old}"},
        }
        with writing(act) as log:
            drafts = [EntryDraft(type="MedicationRequest", body=going)]
            entries_write(act=act, log=log, drafts=drafts, verb="record.write", subject=f"patient:{patient}")
        said = flat(text_of(chart_print(act=act, patient=patient)))
        assert said.count("Apixaban") == 1 and "FROM BEFORE" not in said
        assert said.count("18:15") == hours_before + 2  # a cell of today and one of tomorrow

    def test_three_statements_about_allergies(self, act_for: Any) -> None:
        """Case 3: nobody asked, none known, and an allergy are three different things."""
        from relight.record.services.printing import chart_print

        act = act_for("nurse")
        unasked = admitted(act, "Unasked", bed="1")
        none = {"resourceType": "AllergyIntolerance", "code": concept(SNOMED, "716186003", "No known allergy")}
        known_none = admitted(act, "Wagner", bed="2", bodies=[none])
        assert "ALLERGIES NOT ASKED" in text_of(chart_print(act=act, patient=unasked))
        assert "NO KNOWN ALLERGIES" in text_of(chart_print(act=act, patient=known_none))

    def test_a_value_in_another_unit_says_so(self, act_for: Any) -> None:
        """Case 5: a sign in another unit than its row never stands there bare."""
        from relight.record.services.printing import chart_print

        body = pulse(AT - timedelta(hours=1), 5)
        body["code"] = concept(LOINC, "15074-8", "Glucose")
        body["valueQuantity"] = {"value": 5.4, "unit": "mmol/L"}
        act = act_for("nurse")
        said = flat(text_of(chart_print(act=act, patient=admitted(act, "Martin", bed="1", bodies=[body]))))
        assert "5.4" in said and "mmol/L" in said

    def test_a_note_too_long_is_named_and_not_cut(self, act_for: Any) -> None:
        """Case 6."""
        from relight.record.services.printing import chart_print

        act = act_for("nurse")
        bodies = [note(AT - timedelta(hours=1), "word " * 4000), note(AT - timedelta(hours=2), "Short one.")]
        said = flat(text_of(chart_print(act=act, patient=admitted(act, "Dubois", bed="1", bodies=bodies))))
        assert "a long note: Round" in said and "Short one." in said and "word word" not in said

    def test_only_who_may_open_the_record_prints_it(self, act_for: Any) -> None:
        """Cases 10, 11: relation to the ward, as on the screen; each printing is in the journal as a reading."""
        from relight.record.models import ReadNote
        from relight.record.services.printing import chart_print, ward_print

        patient = admitted(act_for("nurse"), "Maes", bed="12")
        other = act_for("nurse", scope=frozenset({"site:arlon", "service:geriatrics"}), actor="staff:other")
        refused("RL-REC-240", lambda: chart_print(act=other, patient=patient))
        refused("RL-REC-242", lambda: ward_print(act=other, site="arlon", ward="surgery"))
        refused("RL-PPL-001", lambda: chart_print(act=act_for("technician"), patient=patient))
        assert not ReadNote.objects.filter(what__startswith="print").exists()
        chart_print(act=act_for("nurse"), patient=patient)
        assert ReadNote.objects.get(what="print.chart").patient == patient


# -- sets in a folder ---------------------------------------------------------------------------------------------------


@pytest.fixture
def ward(act_for: Any) -> list[UUID]:
    act = act_for("nurse")
    names = (("Maes", "2"), ("Wagner", "10"), ("Collard", ""))
    return [admitted(act, family, bed=bed, bodies=FULL[:3]) for family, bed in names]


def printed(act: Any, folder: Path, **fields: Any) -> Any:
    from relight.record.services.printing import wards_print

    return wards_print(act=act, folder=folder, language="en", **fields)


@pytest.mark.django_db
class TestSets:
    """Wards in a folder."""

    def test_a_set_is_whole_private_and_names_nobody(self, ward: Any, act_for: Any, tmp_path: Path) -> None:
        """Cases 30-33: census first, then each chart, each alone too; 0700 and 0600; an index; no name in a name."""
        folder = tmp_path / "out"
        report = printed(act_for("recovery-lead"), folder)
        assert (report.wards, report.patients, report.is_whole, report.is_private) == (1, 3, True, True)
        files = sorted(str(one.relative_to(folder / report.name)) for one in (folder / report.name).rglob("*.pdf"))
        assert [one.partition("_")[0] for one in files] == [
            "arlon-surgery/10", "arlon-surgery/2", "arlon-surgery/no-bed", "arlon-surgery/ward.pdf",
        ]  # fmt: skip
        pages = pages_of((folder / report.name / "arlon-surgery" / "ward.pdf").read_bytes())
        assert "Ward census" in pages[0] and all(name in pages[0] for name in ("MAES", "WAGNER", "COLLARD"))
        assert flat("".join(pages)).count("end of the chart") == 3
        for one in [folder, *folder.rglob("*")]:
            assert one.stat().st_mode & 0o777 == (0o700 if one.is_dir() else 0o600), one
        everything = " ".join(str(one) for one in folder.rglob("*")) + (folder / "index.html").read_text()
        assert not any(name.lower() in everything.lower() for name in ("Maes", "Wagner", "Collard"))
        assert f'href="{report.name}/arlon-surgery/ward.pdf"' in (folder / "index.html").read_text()

    def test_readings_of_a_ward_are_one_entry_before_a_page(self, ward: Any, act_for: Any, tmp_path: Path) -> None:
        """Case 12."""
        from relight.journal.api import entry_list
        from relight.record.models import ReadNote

        printed(act_for("recovery-lead"), tmp_path / "out")
        reads = [entry for entry in entry_list() if entry.verb == "record.read"]
        assert len(reads) == 1 and len(cast("list[Any]", reads[0].body["reads"])) == 1
        assert {note.patient for note in ReadNote.objects.filter(what="print.ward")} == set(ward)

    def test_old_sets_go_after_a_newer_one_is_there(self, ward: Any, act_for: Any, clock: Any, tmp_path: Path) -> None:
        """Case 34: what is no set stays, and what a killed printing left half written goes."""
        folder = tmp_path / "out"
        (folder / ".relight-part-2026").mkdir(parents=True)
        (folder / "mine.txt").write_text("mine")
        names = []
        for _ in range(4):
            names.append(printed(act_for("recovery-lead"), folder, keep=2).name)
            clock.advance(minutes=1)
        assert sorted(one.name for one in folder.iterdir()) == sorted([*names[2:], "index.html", "mine.txt"])

    def test_a_full_disk_leaves_the_sets_before_and_nothing_half(
        self, ward: Any, act_for: Any, clock: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Case 36: RL-REC-451; the index still leads to a whole set."""
        folder = tmp_path / "out"
        before = printed(act_for("recovery-lead"), folder)
        kept = sorted(str(one) for one in folder.rglob("*"))
        clock.advance(minutes=1)
        wrote, real = 0, os.fsync

        def fsync(handle: int) -> None:
            nonlocal wrote
            wrote += 1
            if wrote > 4:
                raise OSError(errno.ENOSPC, "No space left on device")
            real(handle)

        monkeypatch.setattr("relight.record.services.print_files.os.fsync", fsync)
        refused("RL-REC-451", lambda: printed(act_for("recovery-lead"), folder))
        assert sorted(str(one) for one in folder.rglob("*")) == kept
        assert before.name in (folder / "index.html").read_text()

    def test_where_to_print_is_checked_before_a_record_is_read(self, ward: Any, act_for: Any, tmp_path: Path) -> None:
        """Case 37: no folder, a file in its place, the data folder itself: refused, and nobody's record was read."""
        from django.conf import settings

        from relight.record.models import ReadNote
        from relight.record.services.print_files import folder_read

        act = act_for("recovery-lead")
        refused("RL-REC-450", lambda: printed(act, tmp_path / "not" / "there"))
        refused("RL-REC-450", lambda: printed(act, tmp_path / "pulled-out", make=False))
        (tmp_path / "file").write_text("")
        refused("RL-REC-450", lambda: printed(act, tmp_path / "file"))
        for text in ("", "relative/path", "/", str(settings.RELIGHT_HOME), f"{settings.RELIGHT_HOME}/x"):
            refused("RL-REC-452", lambda text=text: folder_read(text))
        refused("RL-REC-461", lambda: printed(act, tmp_path / "out", keep=1))
        refused("RL-PPL-001", lambda: printed(act_for("nurse"), tmp_path / "out"))
        assert not ReadNote.objects.filter(what__startswith="print").exists()

    def test_one_record_that_cannot_be_set_keeps_nobody_from_paper(
        self, ward: Any, act_for: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Case 38: its ward's first sheet says which bed has no chart; the set is not whole."""
        from relight.record.selectors import ward_paper

        made = ward_paper.paper_patient

        def odd(*, face: Any, **fields: Any) -> Any:
            if face.patient == ward[1]:
                raise KeyError("odd")
            return made(face=face, **fields)

        monkeypatch.setattr(ward_paper, "paper_patient", odd)
        report = printed(act_for("recovery-lead"), tmp_path / "out")
        assert (report.patients, report.left_out, report.is_whole) == (2, 1, False)
        content = (tmp_path / "out" / report.name / "arlon-surgery" / "ward.pdf").read_bytes()
        assert "NO CHART: bed 10" in flat(pages_of(content)[0])

    def test_a_ward_is_printed_in_few_statements(
        self, act_for: Any, tmp_path: Path, django_assert_max_num_queries: Any
    ) -> None:
        """Case 13: some twenty a patient."""
        act = act_for("nurse")
        for n in range(4):
            admitted(act, f"{'abcd'[n] * 4}{n}", bed=str(n + 1), bodies=FULL[:2])
        with django_assert_max_num_queries(4 * 26 + 40):
            printed(act_for("recovery-lead"), tmp_path / "out")


# -- the schedule -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestSchedule:
    """Printing by itself."""

    def test_it_prints_at_once_and_again_when_due(self, ward: Any, act_for: Any, clock: Any, tmp_path: Path) -> None:
        """Case 46: and not between; what is shown is its age."""
        from relight.record.selectors.printing import paper_standing
        from relight.record.services.print_schedule import print_schedule_set, print_schedule_stop, print_when_due

        lead = act_for("recovery-lead")
        print_schedule_set(act=lead, folder=str(tmp_path / "out"), every_min=60)
        assert print_when_due(act=act_for("system")) is not None
        clock.advance(minutes=59)
        assert print_when_due(act=act_for("system")) is None
        standing = paper_standing(at=act_for("system").at)
        assert (standing.state, standing.age) == (PaperState.FRESH, timedelta(minutes=59))
        clock.advance(minutes=1)
        assert print_when_due(act=act_for("system")) is not None
        print_schedule_stop(act=act_for("recovery-lead"))
        clock.advance(hours=5)
        assert print_when_due(act=act_for("system")) is None
        assert len([one for one in (tmp_path / "out").iterdir() if one.is_dir()]) == 2

    def test_a_stick_that_is_pulled_out_is_red_and_tried_again(
        self, ward: Any, act_for: Any, clock: Any, tmp_path: Path
    ) -> None:
        """Case 47: no folder is made in its place; once it is back, a set is there within the retry."""
        from relight.record.selectors.printing import paper_standing
        from relight.record.services.print_schedule import print_schedule_set, print_when_due

        stick = tmp_path / "stick"
        print_schedule_set(act=act_for("recovery-lead"), folder=str(stick), every_min=60)
        assert print_when_due(act=act_for("system")) is not None
        stick.rename(tmp_path / "pulled")
        clock.advance(minutes=60)
        assert print_when_due(act=act_for("system")) is None
        standing = paper_standing(at=act_for("system").at)
        assert (standing.state, standing.code, standing.failures) == (PaperState.FAILED, "RL-REC-450", 1)
        assert not stick.exists()
        (tmp_path / "pulled").rename(stick)
        clock.advance(minutes=1)
        assert print_when_due(act=act_for("system")) is not None
        assert paper_standing(at=act_for("system").at).state is PaperState.FRESH

    def test_pages_show_its_age_and_set_it(self, ward: Any, client_of: Any, act_for: Any, tmp_path: Path) -> None:
        """Cases 49-51: who may sets it on the page; a nurse sees how old the copies are, and no folder."""
        from django.urls import reverse

        lead, nurse = client_of("recovery-lead"), client_of("nurse")
        said = {"folder": str(tmp_path / "out"), "every": "2h", "keep": "3", "language": "fr"}
        assert lead.post(reverse("record:paper-schedule"), {**said, "every": "3 days"}).status_code == 200
        assert nurse.post(reverse("record:paper-schedule"), said).status_code == 403
        assert lead.post(reverse("record:paper-schedule"), said).status_code == 302
        assert str(tmp_path) in lead.get(reverse("record:paper")).content.decode()
        page = nurse.get(reverse("record:paper")).content.decode()
        assert "copies papier à jour" in page and str(tmp_path) not in page
        assert "copies papier à jour" in nurse.get(reverse("record:wards") + "?all").content.decode()
        assert lead.post(reverse("record:paper-do"), {"stop": "1"}).status_code == 302
        assert "pas de copie papier" in nurse.get(reverse("record:paper")).content.decode()

    def test_chart_and_ward_are_one_click_from_their_pages(self, ward: Any, client_of: Any) -> None:
        """Case 14: as PDF, kept by no browser."""
        from django.urls import reverse

        nurse = client_of("nurse")
        for address in (
            reverse("record:print-chart", args=[ward[0]]),
            reverse("record:print-ward", args=["arlon", "surgery"]),
        ):
            answer = nurse.get(address)
            assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")
            assert answer["Cache-Control"] == "no-store"


# -- by command, and killed ---------------------------------------------------------------------------------------------

SEED = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from datetime import datetime, UTC
from relight.kernel.act import Act, Door
from relight.record.services.identity import patient_register
from relight.record.services.stays import patient_admit
from relight.record.rules.identity import Person
from relight.record.rules.places import Place
act = Act(actor="staff:1", at=datetime.now(UTC), door=Door.SCENARIO, roles=frozenset({"nurse"}))
for n in range(8):
    who = Person(family="abcdefgh"[n] * 6, given="Anne", birth=f"19{50 + n}-02-01")
    patient = patient_register(act=act, person=who).patient
    patient_admit(act=act, patient=patient, place=Place(site="arlon", ward="surgery", bed=str(n + 1)))
"""


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Relight of its own with a ward of eight."""
    home = tmp_path_factory.mktemp("paper-home")
    variables = home_environment(home) | {"DJANGO_SETTINGS_MODULE": "relight.config.settings"}
    subprocess.run([sys.executable, "-c", SEED], env=variables, check=True, timeout=120)
    return home


def test_a_printing_that_is_killed_leaves_a_whole_set(seeded: Path, tmp_path: Path) -> None:
    """Case 40: kill -9 of the worker in the middle of a set; the set before is whole and the index leads to it, and the
    next start prints again and clears up."""
    import orjson

    folder = tmp_path / "out"
    first = relight(
        seeded, "record", "print", "--to", str(folder), "--all", "--every", "5m", "--language", "en", "--json"
    )
    assert first.returncode == 0, first.stderr
    told = orjson.loads(first.stdout)
    assert (told["whole"], told["patients"], told["schedule"], told["every_min"]) == (True, 8, "on", 5)
    variables = home_environment(seeded) | {"DJANGO_SETTINGS_MODULE": "relight.config.settings"}
    due = (
        "import django; django.setup()\nfrom datetime import datetime, UTC\n"
        "from relight.kernel.act import Act, Door\nfrom relight.record.services.print_schedule import print_schedule_now\n"
        "print_schedule_now(act=Act(actor='os:x', at=datetime.now(UTC), door=Door.CLI, roles=frozenset({'owner'})))"
    )
    subprocess.run([sys.executable, "-c", due], env=variables, check=True, timeout=60)
    command = [sys.executable, "-m", "relight", "worker"]
    worker = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 40
    while not list(folder.glob(".relight-part-2*/arlon-surgery/*.pdf")) and time.monotonic() < until:
        time.sleep(0.002)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert list(folder.glob(".relight-part-2*")), "the printing was not caught in the middle"
    assert [one.name for one in folder.iterdir() if one.is_dir() and one.name[0] == "2"] == [told["set"]]
    assert f'href="{told["set"]}/arlon-surgery/ward.pdf"' in (folder / "index.html").read_text()
    content = (folder / told["set"] / "arlon-surgery" / "ward.pdf").read_bytes()
    assert flat(text_of(content)).count("end of the chart") == 8
    worker = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while len(list(folder.glob("2*/relight-set.json"))) < 2 and time.monotonic() < until + 40:
            time.sleep(0.05)
    finally:
        worker.kill()
        worker.wait()
    assert len(list(folder.glob("2*/relight-set.json"))) == 2
    assert not list(folder.glob(".relight-part-2*"))


def test_the_command_says_what_is_wrong(seeded: Path, tmp_path: Path) -> None:
    """Case 45: no ward, a folder that cannot be: exit 2 with what to do."""
    for words, code in (
        (("--to", str(tmp_path / "out")), "RL-REC-462"),
        (("--to", "here", "--all"), "RL-REC-452"),
    ):
        done = relight(seeded, "record", "print", *words, "--json")
        assert done.returncode == 2 and code in done.stdout
