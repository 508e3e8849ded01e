"""A letter as a PDF of one page, as an old system's archive holds thousands: small, plain, made of text.

Owns these few bytes. Refuses fonts of its own and pictures. Source: ISO 32000-1, 7.5 (file structure), Annex D
(WinAnsiEncoding).
"""

from __future__ import annotations

from collections.abc import Sequence

WIDE, HIGH, MARGIN, STEP = 595, 842, 64, 16  # A4 in points
_TITLE, _TEXT = 14, 10.5


def letter_pdf(title: str, lines: Sequence[str]) -> bytes:
    """Make a PDF. Args: lines: below the title, none wrapped; some 48 of 90 characters fit."""
    drawn = [f"BT /F1 {_TITLE} Tf {MARGIN} {HIGH - MARGIN} Td {STEP} TL {_shown(title)} Tj /F1 {_TEXT} Tf T* T*"]
    drawn += [f"{_shown(line)} Tj T*" for line in lines]
    stream = "\n".join([*drawn, "ET"]).encode("cp1252", "replace")
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDE} {HIGH}] /Contents 5 0 R"
        " /Resources << /Font << /F1 4 0 R >> >> >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, table)
    return bytes(made)


def _shown(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"({escaped})"
