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

PARTS = ("group", "title", "heading", "language", "dated", "subtitle", "changes", "parts", "matrix", "going", "words")


def bulletin_pdf(sheet: Mapping[str, Any]) -> bytes:
    """Set a bulletin as PDF/UA-1.

    Args: sheet: a bulletin in one language, as its fields name it. Returns: the PDF's bytes, the same for the same
    sheet. Raises: ValueError for a part that is missing.
    """
    return _set("bulletin.typ", sheet)


def bulletin_fax_pdf(sheet: Mapping[str, Any]) -> bytes:
    """Set a bulletin as one page for a fax machine: no greys, type as large as the page allows. Raises: ValueError."""
    return _set("bulletin_fax.typ", sheet)


def _set(template: str, sheet: Mapping[str, Any]) -> bytes:
    missing = [part for part in PARTS if part not in sheet]
    if missing:
        raise ValueError(f"the sheet has no {missing}")
    content = typst.compile(
        files("relight.paper").joinpath(template).read_bytes(),
        sys_inputs={"document": json.dumps(sheet, ensure_ascii=False)},
        timestamp=0,
        ignore_system_fonts=True,
        pdf_standards="ua-1",
    )
    assert isinstance(content, bytes)
    return content
