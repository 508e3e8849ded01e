"""A bulletin as PDF: two pages A4 that a screen reader can follow, and one page for a fax machine.

Owns the layout. Refuses languages and sentences: every word comes in, as data, never as a command. The
A4 is PDF/UA-1: tagged, titled, in its language. Source: ISO 14289-1; docs/design/liaison.md, cases 50-55.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import typst

PARTS = (
    "group", "title", "heading", "language", "dated", "subtitle", "changes", "parts", "matrix", "going", "lines",
    "words",
)  # fmt: skip
PAGES_MOST = 2
FITS = ((10.0, "all"), (9.5, "all"), (9.5, "others"), (9.0, "others"), (8.6, "first"), (8.2, "first"), (7.8, "none"))
FIRST_LINES = 16


def bulletin_pdf(sheet: Mapping[str, Any]) -> bytes:
    """Set a bulletin as PDF/UA-1, on two pages where any of the fits does it.

    Large first; then lines the table of services names already are left out, then more of them, each time with a
    sentence that says how many. Args: sheet: a bulletin in one language, as its fields name it. Returns: the PDF's
    bytes, the same for the same sheet. Raises: ValueError for a part that is missing.
    """
    _demand(sheet)
    fitted: Mapping[str, Any] = sheet
    for size_pt, which in FITS:
        fitted = _fitted(sheet, size_pt=size_pt, which=which)
        if _pages("bulletin.typ", fitted) <= PAGES_MOST:
            break
    return _set("bulletin.typ", fitted)


def bulletin_fax_pdf(sheet: Mapping[str, Any]) -> bytes:
    """Set a bulletin as one page for a fax machine: no greys, type as large as the page allows. Raises: ValueError."""
    _demand(sheet)
    return _set("bulletin_fax.typ", sheet)


def _fitted(sheet: Mapping[str, Any], *, size_pt: float, which: str) -> dict[str, Any]:
    """Return a sheet at a size of type, with all lines, those not in the table of services, the first or none."""
    lines = list(sheet["lines"])
    kept = lines
    if which != "all":
        shown = {cell["phone"] for row in sheet["matrix"] for cell in row["cells"] if cell["phone"]}
        kept = [line for line in lines if not any(line["number"].startswith(phone) for phone in shown)]
    if which in ("first", "none"):
        kept = kept[:FIRST_LINES] if which == "first" else []
    left = len(lines) - len(kept)
    note = sheet["words"]["lines_more"].format(count=left) if left else ""
    return {**sheet, "lines": kept, "lines_note": note, "fit_pt": size_pt}


def _demand(sheet: Mapping[str, Any]) -> None:
    missing = [part for part in PARTS if part not in sheet]
    if missing:
        raise ValueError(f"the sheet has no {missing}")


def _source(template: str, sheet: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    content = files("relight.paper").joinpath(template).read_bytes()
    return content, {"document": json.dumps(sheet, ensure_ascii=False)}


def _pages(template: str, sheet: Mapping[str, Any]) -> int:
    """Count the pages a sheet takes, without setting it."""
    content, given = _source(template, sheet)
    found = typst.query(content, "<pages>", field="value", one=True, sys_inputs=given, ignore_system_fonts=True)
    return int(json.loads(found))


def _set(template: str, sheet: Mapping[str, Any]) -> bytes:
    source, given = _source(template, sheet)
    content = typst.compile(source, sys_inputs=given, timestamp=0, ignore_system_fonts=True, pdf_standards="ua-1")
    assert isinstance(content, bytes)
    return content
