"""A situation report as PDF: one or two pages A4, tagged, in its language.

Owns the layout. Refuses languages and sentences: every word comes in, as data, never as a command.
Source: ISO 14289-1 (PDF/UA-1); docs/design/sitrep.md, case 14.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import typst

FITS_PT = (9.5, 9.0, 8.5, 8.0, 7.6, 7.2)
PAGES_MOST = 2
PARTS = ("group", "title", "heading", "audience", "language", "dated", "subtitle", "figures", "sections", "words")


def sitrep_pdf(sheet: Mapping[str, Any]) -> bytes:
    """Set a report as large as two pages allow. Returns: the PDF's bytes, the same for the same sheet.

    Raises: ValueError for a part that is missing.
    """
    missing = [part for part in PARTS if part not in sheet]
    if missing:
        raise ValueError(f"the sheet has no {missing}")
    source = files("relight.paper").joinpath("sitrep.typ").read_bytes()
    given: dict[str, str] = {}
    for size_pt in FITS_PT:
        given = {"document": json.dumps({**sheet, "fit_pt": size_pt}, ensure_ascii=False)}
        found = typst.query(source, "<pages>", field="value", one=True, sys_inputs=given, ignore_system_fonts=True)
        if int(json.loads(found)) <= PAGES_MOST:
            break
    content = typst.compile(source, sys_inputs=given, timestamp=0, ignore_system_fonts=True, pdf_standards="ua-1")
    assert isinstance(content, bytes)
    return content
