"""Wristbands as PDF: the name to read from a metre away, who it is, a QR code at both ends, a barcode between.

A band is bent round a wrist: a scanner reads the code that lies on top. For a 254 x 25 mm roll or A4 sheets of strips
to slip into a plastic band. Owns the layout. Refuses Django, languages and what a number means: every word comes in.
What a caller's text holds is data to the typesetter, never its commands.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import segno
import typst

from relight.paper.labels import Sheet
from relight.paper.tube_labels import code_svg


@dataclass(frozen=True, slots=True, kw_only=True)
class Wristband:
    """One band.

    Args: code: what both codes hold, printable ASCII, at most 40 characters. name: largest line. born: birth date with
    sex. number: as people read it. place: ward and bed. alert: a few words in a frame, empty for none.
    """

    code: str
    name: str
    born: str
    number: str
    place: str
    alert: str = ""


def wristbands_pdf(bands: Sequence[Wristband], *, sheet: Sheet, title: str, language: str) -> bytes:
    """Set wristbands as a PDF: one a page on the roll, ten strips of 190 x 25 mm on A4.

    Args: title, language: of the document, for readers of it. Returns: the PDF's bytes, the same for the same bands.
    Raises: ValueError for no band, or a code no barcode holds.
    """
    if not bands:
        raise ValueError("no wristband to print")
    document = {
        "sheet": sheet.value,
        "title": title,
        "language": language,
        "bands": [
            {
                "code": band.code,
                "bars": code_svg(band.code),
                "square": segno.make(band.code, error="q", micro=False).svg_inline(
                    border=3, omitsize=True, light="#fff"
                ),
                "name": band.name,
                "born": band.born,
                "number": band.number,
                "place": band.place,
                "alert": band.alert,
            }
            for band in bands
        ],
    }
    source = files("relight.paper").joinpath("wristbands.typ").read_bytes()
    content = typst.compile(source, sys_inputs={"document": json.dumps(document)}, timestamp=0)
    assert isinstance(content, bytes)
    return content


def _square_svg(code: str) -> str:
    """Draw a QR code, error correction Q: a band is scratched and wet."""
    return segno.make(code, error="q", micro=False).svg_inline(border=3, dark="#000", light="#fff", omitsize=True)
