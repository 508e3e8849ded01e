"""A ward on paper: census sheet, then a chart a patient to read and to go on writing on, A4, in black and white.

Owns the layout: whose page it is and which of how many stands on every page; a table takes its head along to the next
page; what is abnormal is marked by symbol and frame. Refuses Django, languages, medicine and to shorten: every word
comes in, and what a caller left out it says in `left_out`. What a caller's text holds is data to the typesetter,
never its commands. Source: docs/design/paper.md, cases 1-9.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

import segno
import typst

# What the layout says itself; the caller gives each in the reader's language.
WORDS = (
    "page", "of", "printed", "end", "no_number", "census", "bed", "patient", "number", "since", "reason", "allergies",
    "news", "problems", "medicines", "medicine", "today", "tomorrow", "given_how", "add_medicine", "results", "test",
    "value", "unit", "flag", "range", "taken", "source", "vitals", "measure", "grid", "time", "initials", "requests",
    "asked", "what", "state", "notes", "documents", "title", "by", "date", "left_out", "nothing", "write_here",
    "free_beds", "remarks",
)  # fmt: skip
VITAL_COLUMNS = 12
GRID_COLUMNS = 12
DOSE_CELLS = 6


class AllergyState(StrEnum):
    """The three statements about allergies, which are never taken for one another."""

    KNOWN = "known"
    NONE = "none"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """A line of a list. Args: text: what it says. detail: smaller. source: where from, how old. strong: in a frame."""

    text: str
    detail: str = ""
    source: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperMedicine:
    """A prescription as one line. Args: name: bold. dose: form, dose with unit, route, frequency. by: who, since when.

    today, tomorrow: what stands in the cells: hours to give it, what was given already; at most DOSE_CELLS each, the
    rest are empty to write in.
    """

    name: str
    dose: str
    by: str = ""
    note: str = ""
    today: tuple[str, ...] = ()
    tomorrow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperResult:
    """A value. Args: flag: symbol and word, empty for a normal one. grave: in a frame. standing: that it is not final.
    before: the value before it with its time."""

    test: str
    value: str
    unit: str
    flag: str
    range: str
    taken: str
    source: str
    grave: bool = False
    standing: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperVitals:
    """Vital signs. Args: rows: names with units, the last is the early warning score. columns: oldest first, each a
    time and a value a row, empty where not measured."""

    rows: tuple[str, ...]
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRequest:
    """A request that is open. Args: by: who asked."""

    asked: str
    what: str
    state: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperText:
    """A note. Args: head: title, author, time. paragraphs: whole, unless `left_out` of the patient says else."""

    head: str
    paragraphs: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDocument:
    """A document that lies in the record and is not printed here."""

    date: str
    title: str
    by: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPatient:
    """One chart. Args: code: for the QR code, empty for none. family: in capitals. about: birth date, age, sex. ids:
    numbers with their systems. place: ward and bed. stay: since when, why. alert: in a frame, empty for none. as_of:
    how old the sources are. allergy_words: the statement; allergy_head: as it stands on every page, one line. left_out:
    every thing that is not on this paper."""

    code: str
    family: str
    given: str
    about: str
    ids: str
    place: str
    stay: str
    as_of: str
    allergy_state: AllergyState
    allergy_words: str
    allergy_head: str
    vitals: PaperVitals
    alert: str = ""
    allergies: tuple[PaperLine, ...] = ()
    problems: tuple[PaperLine, ...] = ()
    medicines: tuple[PaperMedicine, ...] = ()
    results: tuple[PaperResult, ...] = ()
    requests: tuple[PaperRequest, ...] = ()
    notes: tuple[PaperText, ...] = ()
    documents: tuple[PaperDocument, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CensusLine:
    """A patient of the census sheet. Args: news: the last early warning score with its time."""

    bed: str
    name: str
    about: str
    number: str
    since: str
    reason: str
    allergies: str
    news: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """The first sheet. Args: summary: how many, in words. free_beds: those known and empty. left_out: who has no
    chart here, and why."""

    place: str
    summary: str
    lines: tuple[CensusLine, ...]
    free_beds: str = ""
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WardPaper:
    """One document. Args: census: None for one patient alone. today, tomorrow: the two days of the medicine sheet.
    notice: at the foot of every page. words: for each of WORDS."""

    title: str
    house: str
    language: str
    printed: str
    notice: str
    today: str
    tomorrow: str
    patients: tuple[PaperPatient, ...]
    census: Census | None = None
    words: Mapping[str, str] = field(default_factory=dict)


def ward_chart_pdf(paper: WardPaper) -> bytes:
    """Set a ward, or one patient, as PDF, A4. The pages of each patient are counted by themselves.

    Returns: the PDF's bytes, the same for the same paper. Raises: ValueError for nothing to print or a missing word.
    """
    if not paper.patients and paper.census is None:
        raise ValueError("nothing to print")
    words_check(paper.words, needed=WORDS)
    document = asdict(paper)
    for patient in document["patients"]:
        patient["square"] = square_svg(patient["code"]) if patient["code"] else ""
    sizes = {"vital_columns": VITAL_COLUMNS, "grid_columns": GRID_COLUMNS, "dose_cells": DOSE_CELLS}
    return typeset("ward_chart.typ", {**document, **sizes})


def typeset(template: str, document: Mapping[str, Any]) -> bytes:
    """Set a document with a template of this folder. Only the fonts that come along are used: the same everywhere."""
    source = files("relight.paper").joinpath(template).read_bytes()
    content = typst.compile(
        source, sys_inputs={"document": json.dumps(document)}, timestamp=0, ignore_system_fonts=True, pdf_tags=False
    )
    assert isinstance(content, bytes)
    return content


@lru_cache(maxsize=512)
def square_svg(code: str) -> str:
    """Draw a QR code, error correction M: paper is folded, not scratched."""
    return segno.make(code, error="m", micro=False).svg_inline(border=1, omitsize=True, light="#fff")


def words_check(words: Mapping[str, str], *, needed: Sequence[str]) -> None:
    """Refuse a document a word of which is missing. Raises: ValueError naming them."""
    missing = [word for word in needed if word not in words]
    if missing:
        raise ValueError(f"no word for {missing}")
