"""Labels as PDF: a QR code, a name to read from a metre away, three lines. For a roll or for A4 sheets.

Owns the sheet's layout. Refuses Django, tokens' meaning, languages: every word comes in. What a
caller's text holds is data to the typesetter, never its commands.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files

import segno
import typst


class Sheet(Enum):
    """What the printer holds: a roll of 62 x 40 mm labels, or A4 sheets of 3 x 7 labels (63.5 x 38.1 mm)."""

    ROLL = "roll"
    A4 = "a4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label. Args: code: what the QR code holds, at most 1,200 characters. title: largest line.
    lines: at most four short lines under it."""

    code: str
    title: str
    lines: tuple[str, ...]


def labels_pdf(labels: Sequence[Label], *, sheet: Sheet, title: str, language: str) -> bytes:
    """Set labels as a PDF.

    Args: title, language: of the document, for readers of it. Returns: the PDF's bytes, the same for
    the same labels. Raises: ValueError for no label.
    """
    if not labels:
        raise ValueError("no label to print")
    document = {
        "sheet": sheet.value,
        "title": title,
        "language": language,
        "labels": [
            {"code": _code_svg(label.code), "title": label.title, "lines": list(label.lines[:4])} for label in labels
        ],
    }
    source = files("relight.paper").joinpath("labels.typ").read_bytes()
    content = typst.compile(source, sys_inputs={"document": json.dumps(document)}, timestamp=0)
    assert isinstance(content, bytes)
    return content


def _code_svg(code: str) -> str:
    """Draw a QR code, error correction M: a scratch across it leaves it readable."""
    return segno.make(code, error="m", micro=False).svg_inline(border=2, dark="#000", light="#fff", omitsize=True)
