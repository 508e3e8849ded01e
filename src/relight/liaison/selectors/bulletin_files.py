"""A bulletin as a file in one language: PDF, fax, web page, mail, text message.

Owns which bytes, media type and name each shape has. The web page is whole in itself: no script, no address outside.
Source: docs/design/liaison.md, cases 46-59.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files

from django.template.loader import render_to_string

from relight.liaison.models import Bulletin
from relight.liaison.rules.facts import facts_read
from relight.liaison.rules.messages import mail_text, sms_text
from relight.liaison.rules.sheet import Sheet
from relight.liaison.selectors.bulletins import meta_of, sheet_of
from relight.liaison.types import Shape
from relight.paper.bulletin import bulletin_fax_pdf, bulletin_pdf

MEDIA = {
    Shape.PDF: "application/pdf",
    Shape.FAX: "application/pdf",
    Shape.HTML: "text/html; charset=utf-8",
    Shape.TEXT: "text/plain; charset=utf-8",
    Shape.SMS: "text/plain; charset=utf-8",
}
SUFFIX = {
    Shape.PDF: ".pdf", Shape.FAX: "-fax.pdf", Shape.HTML: ".html", Shape.TEXT: ".txt", Shape.SMS: "-sms.txt"
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinFile:
    """A bulletin ready to leave. Args: media: with its charset. name: of the file, without a person's."""

    content: bytes
    media: str
    name: str


def bulletin_file(row: Bulletin, *, shape: Shape, language: str, public_only: bool = False) -> BulletinFile:
    """Write a bulletin in one language and shape. Args: public_only: leave out lines that stay off the open net."""
    sheet = sheet_of(row, language=language, public_only=public_only)
    name = f"bulletin-{row.number or 'draft'}-{sheet.language}{SUFFIX[shape]}"
    return BulletinFile(content=_content(row, sheet, shape), media=MEDIA[shape], name=name)


def _content(row: Bulletin, sheet: Sheet, shape: Shape) -> bytes:
    match shape:
        case Shape.PDF:
            return bulletin_pdf(asdict(sheet))
        case Shape.FAX:
            return bulletin_fax_pdf(asdict(sheet))
        case Shape.HTML:
            return render_to_string("liaison/site/alone.html", {"sheet": sheet, "style": site_style()}).encode()
        case Shape.TEXT:
            return mail_text(sheet).encode()
        case Shape.SMS:
            return sms_of(row, language=sheet.language).encode()


def sms_of(row: Bulletin, *, language: str) -> str:
    """Write a bulletin as one text message of at most 160 characters."""
    return sms_text(facts_read(row.facts), meta=meta_of(row), language=language)


@lru_cache(maxsize=1)
def site_style() -> str:
    """Return the style of pages that leave the house: it stands inside each of them."""
    return (files("relight.liaison") / "static" / "liaison" / "bulletin.css").read_text()
