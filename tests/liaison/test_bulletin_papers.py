"""The papers of a bulletin. PDF/UA-1 is checked in part, with pikepdf: docs/design/liaison.md, cases 50-55.

The whole of ISO 14289-1 wants veraPDF, which is not to be had here.
"""

from __future__ import annotations

import io
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import pikepdf
import pytest

from relight.liaison.rules.changes import changes_between
from relight.liaison.types import LANGUAGES, Availability
from relight.paper.bulletin import FITS, PAGES_MOST, _fitted, bulletin_fax_pdf, bulletin_pdf
from support.bulletins import META, facts, full, sheet, with_cell


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def elements(pdf: pikepdf.Pdf) -> list[Any]:
    """Walk the structure tree in reading order. Returns: its elements."""
    found: list[Any] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for one in node:
                walk(one)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                walk(node.K)

    walk(pdf.Root.StructTreeRoot)
    return found


@pytest.fixture(scope="module", params=["usual", "full"])
def paper(request: pytest.FixtureRequest) -> pikepdf.Pdf:
    one = full() if request.param == "full" else sheet(free={"fr": "Bonjour."}, changes=changes_between(
        facts(), with_cell(facts(), "emergency", "arlon", state=Availability.SUSPENDED)))  # fmt: skip
    return opened(bulletin_pdf(asdict(one)))


def test_a_bulletin_takes_two_pages_a4_however_much_there_is_to_say(paper: pikepdf.Pdf) -> None:
    """Case 50."""
    assert len(paper.pages) <= PAGES_MOST
    for page in paper.pages:
        assert [round(float(side)) for side in page.mediabox] == [0, 0, 595, 842]


def test_what_does_not_fit_is_counted_not_dropped_silently() -> None:
    """Case 50."""
    heavy = asdict(full())
    for size_pt, which in FITS:
        fitted = _fitted(heavy, size_pt=size_pt, which=which)
        left = len(heavy["lines"]) - len(fitted["lines"])
        assert (str(left) in fitted["lines_note"]) == bool(left)


def test_it_says_that_it_is_pdf_ua_1_with_a_title_that_is_shown_and_its_language(paper: pikepdf.Pdf) -> None:
    """Case 51."""
    with paper.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Hôpitaux du Sud – Bulletin aux médecins traitants – Bulletin n° 12"
    assert str(paper.Root.Lang).lower().startswith("fr")
    assert bool(paper.Root.ViewerPreferences.DisplayDocTitle)
    assert bool(paper.Root.MarkInfo.Marked)


def test_headings_go_down_one_step_at_a_time_from_one_first(paper: pikepdf.Pdf) -> None:
    """Case 52."""
    levels = [int(str(one.S)[2:]) for one in elements(paper) if str(one.S)[1:2] == "H" and str(one.S)[2:].isdigit()]
    assert levels[0] == 1 and levels.count(1) == 1 and len(levels) >= 7
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_everything_drawn_is_tagged_or_marked_as_an_artifact(paper: pikepdf.Pdf) -> None:
    """Case 53: no text is drawn outside marked content, and each piece of it belongs to the structure tree."""
    for page in paper.pages:
        assert "/StructParents" in page.obj and str(page.obj.get("/Tabs")) == "/S"
        depth, drawn = 0, 0
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BDC", "BMC"):
                depth += 1
                assert str(operands[0]) == "/Artifact" or name == "BDC"
            elif name == "EMC":
                depth -= 1
            elif name in ("Tj", "TJ", "S", "f", "Do"):
                assert depth > 0, name
                drawn += 1
        assert depth == 0 and drawn > 20


def test_tables_have_heads_and_figures_a_description(paper: pikepdf.Pdf) -> None:
    """Case 53."""
    kinds = [str(one.S) for one in elements(paper)]
    assert kinds.count("/Table") >= 2 and "/TH" in kinds and "/LI" in kinds
    assert all("/Alt" in one for one in elements(paper) if str(one.S) in ("/Figure", "/Formula"))


def test_all_fonts_stand_in_the_file(paper: pikepdf.Pdf) -> None:
    """Case 53."""
    fonts = [font for page in paper.pages for font in page.resources.Font.values()]
    assert fonts
    for font in fonts:
        inner = font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else font.FontDescriptor
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.keys())
        assert "/ToUnicode" in font


@pytest.mark.parametrize("heavy", [False, True])
def test_a_fax_is_one_page_in_black(heavy: bool) -> None:
    """Case 54."""
    pdf = opened(bulletin_fax_pdf(asdict(full() if heavy else sheet())))
    assert len(pdf.pages) == 1
    colours = [
        tuple(float(part) for part in operands)
        for operands, operator in pikepdf.parse_content_stream(pdf.pages[0])
        if str(operator) in ("g", "G", "rg", "RG")
    ]
    assert all(set(colour) == {0.0} for colour in colours), colours


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_sheet_gives_the_same_bytes_in_every_language(language: str) -> None:
    """Case 55."""
    one = asdict(sheet(language=language, meta=META))
    assert bulletin_pdf(one) == bulletin_pdf(one)
    assert str(opened(bulletin_pdf(one)).Root.Lang).lower().startswith(language)


def test_a_sheet_with_a_part_missing_is_refused() -> None:
    """Case 55."""
    with pytest.raises(ValueError, match="matrix"):
        bulletin_pdf({key: value for key, value in asdict(sheet()).items() if key != "matrix"})


def test_what_is_typed_is_never_a_command_of_the_typesetter() -> None:
    """Case 55."""
    one = sheet(free={"fr": '#set page(fill: red) $x$ *gras* <b> "'})
    assert bulletin_pdf(asdict(one)).startswith(b"%PDF") and bulletin_fax_pdf(asdict(one)).startswith(b"%PDF")
