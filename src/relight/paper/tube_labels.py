"""Sample labels as PDF: a Code 128 barcode, who it is, where from, which tube. For a 50 x 25 mm roll or A4 sheets.

Owns the labels' layout and the barcode. Refuses Django, languages and what a number means: every word comes in.
What a caller's text holds is data to the typesetter, never its commands. Source: ISO/IEC 15417 (Code 128).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import typst
from barcode.codex import Code128

from relight.paper.labels import Sheet

# Tube colours as ISO 6710 names them; a stripe with the word beside it, so that a black printer loses nothing.
COLOURS = {
    "yellow": "#e8b500",
    "green": "#2e8b57",
    "lavender": "#9b7fc4",
    "blue": "#6fb1dc",
    "grey": "#8c8c8c",
    "white": "#ffffff",
    "beige": "#d9c39a",
}
CODE_LENGTH = 40
QUIET_MODULES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TubeLabel:
    """One label. Args: code: what the barcode holds, printable ASCII, at most 40 characters. name: largest
    line. born: birth date with sex. place: ward. tube: in words. colour: a key of COLOURS, empty for none.
    tests: short names. urgent: a word in a frame; empty for none."""

    code: str
    name: str
    born: str
    place: str
    tube: str
    colour: str
    tests: str
    urgent: str = ""


def tube_labels_pdf(labels: Sequence[TubeLabel], *, sheet: Sheet, title: str, language: str) -> bytes:
    """Set labels as a PDF: one a page on the roll, 4 x 10 (48.5 x 25.4 mm) on A4.

    Args: title, language: of the document, for readers of it. Returns: the PDF's bytes, the same for the
    same labels. Raises: ValueError for no label, or a code no barcode holds.
    """
    if not labels:
        raise ValueError("no label to print")
    document = {
        "sheet": sheet.value,
        "title": title,
        "language": language,
        "labels": [
            {
                "code": label.code,
                "bars": code_svg(label.code),
                "name": label.name,
                "born": label.born,
                "place": label.place,
                "tube": label.tube,
                "colour": COLOURS.get(label.colour, ""),
                "tests": label.tests,
                "urgent": label.urgent,
            }
            for label in labels
        ],
    }
    source = files("relight.paper").joinpath("tube_labels.typ").read_bytes()
    content = typst.compile(source, sys_inputs={"document": json.dumps(document)}, timestamp=0)
    assert isinstance(content, bytes)
    return content


def code_svg(code: str) -> str:
    """Draw a Code 128 barcode with its quiet zones, one unit a module.

    Raises: ValueError for an empty or too long code, or one that is not printable ASCII.
    """
    if not code or len(code) > CODE_LENGTH or not (code.isascii() and code.isprintable()):
        raise ValueError("a barcode holds 1 to 40 printable ASCII characters")
    modules = Code128(code).build()[0]
    width = len(modules) + 2 * QUIET_MODULES
    bars = []
    start = 0
    for end in range(1, len(modules) + 1):
        if end == len(modules) or modules[end] != modules[start]:
            if modules[start] == "1":
                bars.append(f'<rect x="{QUIET_MODULES + start}" y="0" width="{end - start}" height="40"/>')
            start = end
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 40" preserveAspectRatio="none" '
        f'shape-rendering="crispEdges" fill="#000">{"".join(bars)}</svg>'
    )
