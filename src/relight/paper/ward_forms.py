"""Blank forms of a ward as PDF: to go on with when nothing else works, with room for a label or a reserved number.

Owns the layout of parts (fields, lines, boxes, tables, observation grid, early warning score). Refuses languages and
what a form asks: every word and part comes in. Source: docs/design/paper.md, cases 60-65.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from relight.paper.tube_labels import code_svg
from relight.paper.ward_chart import square_svg, typeset, words_check

WORDS = ("page", "of", "printed", "label_here", "reserved", "enter_later", "news_source")
# National Early Warning Score 2, chart 1: points 3 2 1 0 1 2 3. Source: Royal College of Physicians, London 2017.
NEWS_ROWS = (
    ("resp", ("≤ 8", "", "9–11", "12–20", "", "21–24", "≥ 25")),
    ("spo2", ("≤ 91", "92–93", "94–95", "≥ 96", "", "", "")),
    ("oxygen", ("", "O₂", "", "air", "", "", "")),
    ("systolic", ("≤ 90", "91–100", "101–110", "111–219", "", "", "≥ 220")),
    ("pulse", ("≤ 40", "", "41–50", "51–90", "91–110", "111–130", "≥ 131")),
    ("acvpu", ("", "", "", "A", "", "", "C V P U")),
    ("temp", ("≤ 35.0", "", "35.1–36.0", "36.1–38.0", "38.1–39.0", "≥ 39.1", "")),
)


class PartKind(StrEnum):
    """What a part of a form is."""

    FIELDS = "fields"  # boxes to write in, in rows
    LINES = "lines"  # ruled lines
    CHECKS = "checks"  # boxes to tick
    TABLE = "table"
    GRID = "grid"  # signs down, times across
    NEWS = "news"  # the table of points
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A word with its share of the width. Args: strong: shaded."""

    word: str
    share: float = 1.0
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a form. Args: rows: of fields, boxes or signs; columns: of a table, or how many times of a grid or
    boxes a row. height: of a row, mm."""

    kind: PartKind
    title: str = ""
    text: str = ""
    rows: tuple[tuple[Cell, ...], ...] = ()
    columns: tuple[Cell, ...] = ()
    count: int = 0
    height: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSheet:
    """One form to be set. Args: number: reserved, with its spaces; code: the same for the codes; both empty for none.
    has_label: leaves room for a patient's label."""

    title: str
    parts: tuple[Part, ...]
    is_landscape: bool = False
    has_label: bool = True
    number: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPaper:
    """A document of forms. Args: ward: with its site. words: for each of WORDS, and each word of NEWS_ROWS."""

    title: str
    house: str
    ward: str
    language: str
    printed: str
    sheets: tuple[FormSheet, ...]
    words: Mapping[str, str]


def ward_forms_pdf(paper: FormPaper) -> bytes:
    """Set forms as PDF, A4; pages are counted within each form.

    Returns: the PDF's bytes. Raises: ValueError for no form, a missing word, or a code no barcode holds.
    """
    if not paper.sheets:
        raise ValueError("no form to print")
    words_check(paper.words, needed=(*WORDS, *(row[0] for row in NEWS_ROWS)))
    document: dict[str, Any] = asdict(paper)
    for sheet in document["sheets"]:
        sheet["bars"] = code_svg(sheet["code"]) if sheet["code"] else ""
        sheet["square"] = square_svg(sheet["code"]) if sheet["code"] else ""
    document["news"] = [{"word": paper.words[word], "points": points} for word, points in NEWS_ROWS]
    return typeset("ward_forms.typ", document)
