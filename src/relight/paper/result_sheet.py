"""Laboratory results of a ward as PDF: a banner for each patient, a table a sample, every page named and counted.

Owns the sheet's layout. Refuses Django, languages and medicine: every word, flag and range comes in. What a
caller's text holds is data to the typesetter, never its commands. Abnormal is said by symbol and word, so that
a copy in black and white loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.resources import files

import typst

# What the layout says itself; the caller gives each in the reader's language.
WORDS = ("test", "value", "unit", "flag", "range", "measured", "standing", "page", "printed", "end")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One value. Args: flag: symbol and word, empty for a normal value. grave: set in a frame. standing: who
    stands for it, or that nobody does yet. earlier: what it was before, in words, newest first."""

    test: str
    value: str
    unit: str
    flag: str
    range: str
    measured: str
    standing: str
    preliminary: bool = False
    grave: bool = False
    note: str = ""
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSample:
    """The values of one sample. Args: title: its number and when it was taken. open: what is still to come."""

    title: str
    lines: tuple[SheetLine, ...]
    open: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPatient:
    """One patient. Args: family: as it stands on the banner, in capitals. about: birth date, age, sex. ids: with
    their systems. place: ward and bed."""

    family: str
    given: str
    about: str
    ids: str
    place: str
    samples: tuple[SheetSample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSheet:
    """One document. Args: words: for each of WORDS. notice: on top, such as that this is a downtime print."""

    title: str
    house: str
    language: str
    printed: str
    notice: str
    patients: tuple[SheetPatient, ...]
    words: Mapping[str, str] = field(default_factory=dict)


def result_sheet_pdf(sheet: ResultSheet) -> bytes:
    """Set a sheet as PDF, A4.

    Returns: the PDF's bytes, the same for the same sheet. Raises: ValueError for no patient or a missing word.
    """
    if not sheet.patients:
        raise ValueError("no patient to print")
    missing = [word for word in WORDS if word not in sheet.words]
    if missing:
        raise ValueError(f"no word for {missing}")
    return _set(asdict(sheet))


def _set(document: Mapping[str, object]) -> bytes:
    source = files("relight.paper").joinpath("result_sheet.typ").read_bytes()
    content = typst.compile(source, sys_inputs={"document": json.dumps(document)}, timestamp=0)
    assert isinstance(content, bytes)
    return content
