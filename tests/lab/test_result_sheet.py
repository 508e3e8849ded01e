"""Paper: result sheets of wards and sample labels, read back from the PDF by programs not written here."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relight.kernel.errors import MissingError, RuleError
from relight.lab.models import Report, ResultSheet
from relight.lab.selectors.sheets import due_query, wards_due
from relight.lab.services.labels import number_labels, order_labels
from relight.lab.services.orders import order_cancel
from relight.lab.services.sheets import sheet_confirm, sheet_drop, sheet_make, sheet_pdf
from relight.lab.services.validation import report_validate
from relight.paper.labels import Sheet
from relight.paper.tube_labels import TubeLabel, code_svg, tube_labels_pdf
from support.lab_orders import HAEMOGLOBIN, SODIUM, order_typed
from support.lab_results import result_made

WARD: dict[str, Any] = {"site": "arlon", "ward": "Urgences"}


def program(name: str, package: str) -> str:
    """Where a program is; without it the test skips and names the package."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name} (Debian: {package})")
    return found


def text_of(pdf: bytes, *, order: str = "-layout") -> str:
    """What stands on the pages, read by pdftotext: as it lies, or (`-raw`) cell by cell."""
    tool = program("pdftotext", "poppler-utils")
    done = subprocess.run([tool, order, "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def codes_of(pdf: bytes, folder: Path, *, dpi: int = 203) -> list[list[str]]:
    """The barcodes of each page as a 203 dpi label printer prints them, read by zbar."""
    render, scan = program("pdftoppm", "poppler-utils"), program("zbarimg", "zbar-tools")
    (folder / "labels.pdf").write_bytes(pdf)
    subprocess.run([render, "-r", str(dpi), "-png", "labels.pdf", "page"], cwd=folder, check=True, timeout=60)
    found = []
    for page in sorted(folder.glob("page*.png")):
        done = subprocess.run([scan, "-q", "--raw", page.name], cwd=folder, capture_output=True, timeout=60)
        found.append(done.stdout.decode().split())
    return found


@pytest.fixture
def result(act_for: Any) -> Any:
    """`result(value="4.1")`: one result of Jeanne Noël; see support.lab_results."""
    return lambda **given: result_made(act_for, **given)


@pytest.mark.django_db
class TestSheet:
    """What stands on a sheet."""

    def test_a_value_stands_with_all_a_ward_needs(self, result: Any, act_for: Any) -> None:
        """Who, what, in which unit, against which range, when, and that nobody stands for it yet."""
        result(value="6.4", critical=True, bed="12")
        act = act_for("nurse")
        text = text_of(sheet_pdf(act=act, sheet=sheet_make(act=act, **WARD)))
        for said in (
            "NOËL",
            "Jeanne",
            "09.03.1951",
            "female",
            "record A-104233",
            "Urgences · 12",
            "Potassium",
            "6.4",
            "mmol/L",
            "CRITICAL,",
            "high",
            "3.5 - 5.1",
            "PRELIMINARY",
            "page 1 / 1",
            "printed",
            "end of the sheet",
        ):
            assert said in text, said

    def test_a_correction_stands_with_the_value_it_replaced(self, result: Any, act_for: Any) -> None:
        """Once on the line of the new value, not as a value of its own."""
        first = result(value="3.1")
        result(value="4.1", order=first.order, corrects=first.result)
        act = act_for("nurse")
        text = text_of(sheet_pdf(act=act, sheet=sheet_make(act=act, **WARD)))
        assert "CORRECTED, before: 3.1" in " ".join(text.split())
        assert text.count("Potassium") == 1

    def test_who_validated_is_named(self, result: Any, staff_of: Any, act_for: Any) -> None:
        """With the time."""
        from relight.lab.selectors.results import reports_digests
        from relight.people.api import names_of

        made, biologist = result(value="4.1"), staff_of("laboratory")
        report_validate(act=biologist.act(), report=made.report, shown=reports_digests([made.report])[made.report])
        act = act_for("nurse")
        text = " ".join(text_of(sheet_pdf(act=act, sheet=sheet_make(act=act, **WARD)), order="-raw").split())
        assert f"validated by {next(iter(names_of([biologist.act().actor]).values()))}" in text
        assert "PRELIMINARY" not in text.replace("A value marked PRELIMINARY may still change.", "")

    def test_every_page_says_whose_its_rows_are_and_counts_itself(self, result: Any, act_for: Any) -> None:
        """A patient whose table goes on to the next page is named there again."""
        from relight.record.api import catalogue_now

        loincs = [test.loinc for test in catalogue_now().tests.values()][:75]
        order = order_typed(act_for("nurse"), *loincs)
        for loinc in loincs:
            result(value="1", order=order, loinc=loinc, unit=catalogue_now().tests[loinc].unit)
        act = act_for("nurse")
        pages = text_of(sheet_pdf(act=act, sheet=sheet_make(act=act, **WARD))).split("\f")
        shown = [page for page in pages if page.strip()]
        assert len(shown) >= 2
        for number, page in enumerate(shown, 1):
            assert "NOËL Jeanne" in page
            assert f"page {number} / {len(shown)}" in page

    def test_two_patients_never_share_a_banner(self, result: Any, act_for: Any) -> None:
        """Of the same name, but born on another day."""
        result(value="4.1")
        result(value="4.9", birth_date=date(1951, 3, 10))
        act = act_for("nurse")
        sheet = sheet_make(act=act, **WARD)
        assert ResultSheet.objects.get(pk=sheet).patients == 2
        text = text_of(sheet_pdf(act=act, sheet=sheet))
        assert text.index("09.03.1951") < text.index("4.1") < text.index("10.03.1951") < text.index("4.9")

    def test_a_result_no_order_names_a_patient_for_says_so(self, result: Any, act_for: Any) -> None:
        """It is printed apart, with what the analyzer said."""
        from relight.journal.api import writing

        made = result(value="4.1")
        act = act_for("laboratory")
        with writing(act) as log:
            said = {"family": "DOE", "given": "JANE"}
            Report.objects.filter(pk=made.report).update(order=None, patient=said)
            log.entry("lab.read", subject="lab:inbox", body={})
        text = " ".join(text_of(sheet_pdf(act=act, sheet=sheet_make(act=act, site="", ward=""))).split())
        assert "NO ORDER KNOWN" in text
        assert "DOE JANE" in text

    def test_what_a_field_holds_is_never_a_command_to_the_typesetter(self, result: Any, act_for: Any) -> None:
        """A name of brackets, hashes and quotes is a name."""
        result(value="4.1", family='#panic("x")', given="*]$[_\\")
        act = act_for("nurse")
        assert '#PANIC("X")' in text_of(sheet_pdf(act=act, sheet=sheet_make(act=act, **WARD)))


@pytest.mark.django_db
class TestForgettingNothing:
    """What is still to be printed."""

    def test_what_was_printed_is_due_no_more_and_comes_again_as_it_was(
        self, result: Any, act_for: Any, clock: Any
    ) -> None:
        """The same bytes, whatever happened since."""
        made = result(value="4.1")
        act = act_for("nurse")
        sheet = sheet_make(act=act, **WARD)
        before = sheet_pdf(act=act, sheet=sheet)
        assert not due_query().exists()
        with pytest.raises(RuleError, match="RL-LAB-230"):
            sheet_make(act=act, **WARD)
        result(value="6.1", order=made.order, corrects=made.result)
        assert sheet_pdf(act=act, sheet=sheet) == before

    def test_a_correction_and_a_validation_are_due_again(self, result: Any, act_for: Any) -> None:
        """The ward holds a paper that is no longer true."""
        from relight.lab.selectors.results import reports_digests

        made = result(value="4.1")
        act = act_for("nurse")
        sheet_make(act=act, **WARD)
        corrected = result(value="6.1", order=made.order, corrects=made.result)
        assert list(due_query().values_list("pk", flat=True)) == [corrected.result]
        sheet_make(act=act, **WARD)
        shown = reports_digests([corrected.report])[corrected.report]
        report_validate(act=act_for("laboratory"), report=corrected.report, shown=shown)
        assert list(due_query().values_list("pk", flat=True)) == [corrected.result]

    def test_a_sheet_that_never_came_out_is_due_again(self, result: Any, act_for: Any) -> None:
        """One that was confirmed is not."""
        result(value="4.1")
        act = act_for("nurse")
        sheet = sheet_make(act=act, **WARD)
        sheet_drop(act=act, sheet=sheet)
        assert due_query().exists()
        again = sheet_make(act=act, **WARD)
        sheet_confirm(act=act, sheet=again)
        assert not due_query().exists()
        for closed in (sheet, again):
            with pytest.raises(MissingError, match="RL-LAB-231"):
                sheet_drop(act=act, sheet=closed)

    def test_wards_are_listed_with_their_counts_critical_first(self, result: Any) -> None:
        """Held results are not among them; refused by the laboratory system they are."""
        result(value="4.1", ward="Chirurgie")
        result(value="4.1", ward="Chirurgie", refused=True)
        result(value="9.1", ward="Chirurgie", held=True)
        result(value="6.4", critical=True)
        assert [(w.ward, w.due, w.critical) for w in wards_due()] == [("Urgences", 1, 1), ("Chirurgie", 2, 0)]

    def test_since_a_time_prints_what_was_printed_before(self, result: Any, act_for: Any, clock: Any) -> None:
        """For a sheet that was lost on the ward."""
        result(value="4.1")
        act = act_for("nurse")
        sheet_make(act=act, **WARD)
        start = clock.now()
        clock.advance(hours=1)
        act = act_for("nurse")
        assert ResultSheet.objects.get(pk=sheet_make(act=act, **WARD, since=start)).values == 1
        with pytest.raises(RuleError, match="RL-LAB-230"):
            sheet_make(act=act, **WARD, since=clock.now())

    def test_an_unknown_sheet_has_a_code(self, act_for: Any) -> None:
        """No stack trace."""
        with pytest.raises(MissingError, match="RL-LAB-231"):
            sheet_pdf(act=act_for("nurse"), sheet=uuid4())


@pytest.mark.django_db
class TestLabels:
    """Barcodes on tubes."""

    @pytest.mark.parametrize("sheet", list(Sheet))
    def test_a_scanner_reads_every_label_back(self, act_for: Any, sheet: Sheet, tmp_path: Path) -> None:
        """One a tube, at the resolution of a label printer."""
        order = order_typed(act_for("nurse"), SODIUM, HAEMOGLOBIN)
        pdf, count = order_labels(act=act_for("nurse"), orders=[order.id], sheet=sheet)
        assert count == 2
        pages = codes_of(pdf, tmp_path)
        if sheet is Sheet.ROLL:
            assert pages == [[order.sample], [order.sample]]
        else:
            assert [set(page) for page in pages] == [{order.sample}]

    def test_a_label_names_the_patient_the_place_the_tube_and_the_tests(self, act_for: Any) -> None:
        """In words, not only in colour."""
        order = order_typed(act_for("nurse"), SODIUM, HAEMOGLOBIN)
        pdf, _ = order_labels(act=act_for("nurse"), orders=[order.id], sheet=Sheet.ROLL)
        text = text_of(pdf)
        for said in ("NOËL Jeanne", "09.03.1951 F", "Urgences", "Serum (yellow)", "EDTA blood (lavender)", "Na", "Hb"):
            assert said in text, said

    def test_numbers_given_out_ahead_are_read_back_too(self, act_for: Any, tmp_path: Path) -> None:
        """With room for a name."""
        from relight.record.api import sample_numbers_take

        numbers = sample_numbers_take(act=act_for("nurse"), site="arlon", count=3)
        pdf = number_labels(act=act_for("nurse"), numbers=numbers, sheet=Sheet.ROLL)
        assert codes_of(pdf, tmp_path) == [[number] for number in numbers]

    def test_a_cancelled_order_has_no_label(self, act_for: Any) -> None:
        """Nobody takes blood for it."""
        order = order_typed(act_for("nurse"))
        order_cancel(act=act_for("nurse"), order=order.id, reason="twice")
        with pytest.raises(MissingError, match="RL-LAB-201"):
            order_labels(act=act_for("nurse"), orders=[order.id], sheet=Sheet.ROLL)


class TestBarcode:
    """Code 128."""

    @pytest.mark.parametrize("code", ["9010000017", "26-1123.0042_A", "A", "x" * 40, "0123456789" * 2])
    def test_any_sample_number_is_read_back_from_a_printed_label(self, code: str, tmp_path: Path) -> None:
        """Forty characters, printed at 300 dpi, still are one barcode."""
        label = TubeLabel(code=code, name="X", born="", place="", tube="", colour="", tests="")
        pdf = tube_labels_pdf([label], sheet=Sheet.ROLL, title="t", language="en")
        assert codes_of(pdf, tmp_path, dpi=600 if len(code) > 20 else 203) == [[code]]

    @pytest.mark.parametrize("code", ["", "é", "a\nb", "x" * 41])
    def test_what_no_barcode_holds_is_refused(self, code: str) -> None:
        """Before anything is printed."""
        with pytest.raises(ValueError, match="1 to 40 printable"):
            code_svg(code)

    @settings(max_examples=20)
    @given(st.text("0123456789ABCdef-._", min_size=1, max_size=40))
    def test_bars_and_gaps_begin_and_end_with_a_bar(self, code: str) -> None:
        """Quiet zones on both sides, as a scanner needs them."""
        svg = code_svg(code)
        assert svg.count("<rect") >= 10
        assert 'x="10"' in svg
