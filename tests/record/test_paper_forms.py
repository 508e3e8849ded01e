"""Blank forms: whole in four languages, one page each; their numbers come back into the record once."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from record.test_bands import codes_of
from record.test_paper import flat, pages_of, refused, text_of
from relight.paper.ward_forms import NEWS_ROWS, FormPaper, FormSheet, ward_forms_pdf
from relight.record.rules import news2
from relight.record.rules.identity import Person, Unknown
from relight.record.rules.paper_forms import forms_read

SHIPPED = files("relight.record").joinpath("paper-forms.toml").read_text(encoding="utf-8")
FORMS = forms_read(SHIPPED)
WANTED = {"admission", "observation", "medicines", "fluids", "notes", "laboratory", "imaging", "handover", "discharge"}


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
def test_every_form_is_one_page_in_every_language(language: str) -> None:
    """Case 60: with ward, title, page and room for a label."""
    assert {form.id for form in FORMS.forms} == WANTED
    sheets = tuple(
        FormSheet(
            title=FORMS.word(f"form_{form.id}", language=language), parts=FORMS.parts(form, language=language),
            is_landscape=form.is_landscape, has_label=form.has_label,
        )
        for form in FORMS.forms
    )  # fmt: skip
    paper = FormPaper(
        title="F", house="House", ward="Surgery, Arlon", language=language, printed="23.11.2026", sheets=sheets,
        words=FORMS.said(language=language),
    )  # fmt: skip
    pages = pages_of(ward_forms_pdf(paper))
    assert len(pages) == len(sheets)
    for page, sheet in zip(pages, sheets, strict=True):
        assert sheet.title in page and "Surgery, Arlon" in page
        assert f"1 {FORMS.word('of', language=language)} 1" in flat(page)
        assert (FORMS.word("label_here", language=language)[:20] in flat(page)) is sheet.has_label


def test_a_word_missing_in_one_language_is_refused() -> None:
    """Case 61: also a part with a word nobody gave, and what is no description at all."""
    refused("RL-REC-457", lambda: forms_read(SHIPPED.replace('"Wegen"', "").replace(', "Aufnahme"]', "]", 1)))
    refused("RL-REC-457", lambda: forms_read(SHIPPED.replace('"came_from:3"', '"came_from_where:3"')))
    refused("RL-REC-457", lambda: forms_read("no toml ="))


def test_the_printed_scores_are_those_that_are_reckoned() -> None:
    """Case 62: each limit on the observation chart gives the points of its column, by the rules of the screen."""
    from decimal import Decimal

    points = {
        "resp": news2.respiration_points, "systolic": news2.systolic_points, "pulse": news2.pulse_points,
        "temp": news2.temperature_points,
        "spo2": lambda value: news2.saturation_points(value, scale=news2.Scale.ONE, on_oxygen=False),
    }  # fmt: skip
    seen = 0
    for word, cells in NEWS_ROWS:
        for cell, worth in zip(cells, (3, 2, 1, 0, 1, 2, 3), strict=True):
            for number in re.findall(r"\d+(?:\.\d)?", cell) if word in points else ():
                assert points[word](Decimal(number)) == worth, (word, cell)
                seen += 1
    assert seen == 40


@pytest.mark.django_db
class TestNumbers:
    """Reserved numbers on admission forms."""

    def printed(self, act: Any, **fields: Any) -> bytes:
        from relight.record.services.paper_forms import ward_forms_print

        counts = {"admission": 3, "notes": 2}
        return ward_forms_print(
            **{"act": act, "site": "arlon", "ward": "surgery", "counts": counts, "language": "fr", **fields}
        )

    def test_each_admission_form_has_a_number_of_its_own(self, act_for: Any, tmp_path: Path) -> None:
        """Case 63: in digits, as barcode and as QR code, all the same; other forms have none."""
        from relight.record.selectors.printing import numbers_waiting

        content = self.printed(act_for("nurse"))
        waiting = {one.number for one in numbers_waiting()}
        assert len(waiting) == 3
        pages = pages_of(content)
        assert len(pages) == 5
        read = codes_of(content, tmp_path)
        for page, codes in zip(pages[:3], read[:3], strict=True):
            numbers = {value for _, value in codes}
            assert {kind for kind, _ in codes} == {"CODE-128", "QR-Code"} and len(numbers) == 1
            number = numbers.pop()
            assert number in waiting and f"{number[:4]} {number[4:7]} {number[7:10]} {number[10:]}" in page
        assert read[3:] == [[], []]
        assert "8013" not in text_of(self.printed(act_for("nurse"), with_numbers=False))

    def test_a_form_is_entered_once_under_its_number(self, act_for: Any) -> None:
        """Cases 64-66: whoever has the number is its patient; a second entry, a number read wrongly, one never printed
        and one thrown away are refused; who is registered without a form never gets one of these."""
        from relight.record.selectors.printing import numbers_waiting
        from relight.record.services.identity import patient_register
        from relight.record.services.paper_forms import paper_number_void

        act = act_for("nurse")
        self.printed(act)
        first, second, third = (one.number for one in numbers_waiting())
        made = patient_register(act=act, person=Unknown(text="X, male"), site="arlon", paper=f"{first[:4]} {first[4:]}")
        assert made.number == first
        other = Person(family="Wagner")
        refused("RL-REC-459", lambda: patient_register(act=act, person=other, site="arlon", paper=first))
        wrong = second[:-2] + str((int(second[-2]) + 1) % 10) + second[-1]
        for number in (wrong, "80130999995", "x", second + "1"):
            refused("RL-REC-458", lambda number=number: patient_register(act=act, person=other, paper=number))
        paper_number_void(act=act, number=third)
        refused("RL-REC-458", lambda: patient_register(act=act, person=other, paper=third))
        assert [one.number for one in numbers_waiting()] == [second]
        assert patient_register(act=act, person=other, site="arlon").number not in {first, second, third}

    def test_only_forms_of_ones_own_ward_and_as_many_as_wanted(self, act_for: Any) -> None:
        """Case 67."""
        nurse = act_for("nurse", scope=frozenset({"site:arlon", "service:geriatrics"}))
        refused("RL-REC-242", lambda: self.printed(nurse))
        refused("RL-REC-456", lambda: self.printed(act_for("nurse"), counts={"admission": 201}))
        refused("RL-REC-456", lambda: self.printed(act_for("nurse"), counts={"poem": 1}))
        refused("RL-REC-464", lambda: self.printed(act_for("nurse"), counts={}))
        refused("RL-PPL-001", lambda: self.printed(act_for("technician")))

    def test_from_the_page_to_paper_and_back(self, act_for: Any, client_of: Any) -> None:
        """Cases 68, 69: forms are chosen on a page; the page of paper leads from a waiting number to registering."""
        from django.urls import reverse

        from record.test_paper import admitted

        admitted(act_for("nurse"), "Maes", bed="1")
        nurse = client_of("nurse")
        said = {"ward": "arlon/surgery", "language": "nl", "numbers": "on", "count_admission": "1"}
        answer = nurse.post(reverse("record:forms"), said)
        assert answer["Content-Type"] == "application/pdf" and "Opname" in text_of(answer.content)
        none = nurse.post(reverse("record:forms"), {**said, "count_admission": "0"})
        assert none.status_code == 200 and "error-summary" in none.content.decode()
        page = nurse.get(reverse("record:paper")).content.decode()
        number = re.search(r"\?paper=(\d{11})&amp;ward=arlon/surgery", page)
        assert number is not None
        form = nurse.get(reverse("record:register") + f"?unknown&paper={number[1]}&ward=arlon/surgery")
        assert f'value="{number[1]}"' in form.content.decode()
        entry = {"sex": "male", "paper": number[1], "ward": "arlon/surgery", "bed": "9", "kind": "EMER"}
        assert nurse.post(reverse("record:register") + "?unknown", entry).status_code == 302
        assert number[1] not in nurse.get(reverse("record:paper")).content.decode()
