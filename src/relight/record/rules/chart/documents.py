"""Documents of a chart and where their bytes lie: in the resource, in a Binary, or nowhere here.

Owns finding them in DocumentReference, DiagnosticReport, Composition, Media and Binary, and saying what their bytes
are by looking at them. Refuses to believe a declared type: no page is made of what a file says it is. Source: FHIR R4
Attachment; WHATWG MIME Sniffing; docs/design/chart.md, C50-C58.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from relight.record.rules.chart.coding import all_words, dicts, one, reference, said, text, words

URL_CHARS: Final = 2000
_LOOK: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a document.

    Args: place: which of the document's files, from 0. declared: the type it says it is. binary: the Binary that
    holds it. address: where it lies outside, never fetched. is_inline: it is in the resource itself. size_bytes: as
    said, None where not. sha1: as said, in base64.
    """

    place: int
    title: str
    declared: str
    binary: UUID | None
    address: str
    is_inline: bool
    size_bytes: int | None
    sha1: str

    @property
    def is_here(self) -> bool:
        """Say whether its bytes are in this record."""
        return self.is_inline or self.binary is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document of the list. Args: kind: of paper (discharge letter). files: in the order of the resource."""

    title: str
    kind: str
    status: str
    author: str
    files: tuple[File, ...]
    description: str


def document_read(resource: Mapping[str, Any]) -> Document:
    """Read what is a document in a resource. Never fails; O(size)."""
    kind = words(resource.get("type")) or words(resource.get("code"))
    files = tuple(_file(place, each) for place, each in enumerate(attachments(resource)))
    title = (
        text(resource.get("title"))
        or text(resource.get("description"))
        or next((each.title for each in files if each.title), "")
        or kind
        or all_words(resource.get("category"))
    )
    people = resource.get("author") or resource.get("performer") or resource.get("operator")
    return Document(
        title=title,
        kind=kind,
        status=text(resource.get("docStatus")) or text(resource.get("status")),
        author=", ".join(dict.fromkeys(filter(None, (said(each) for each in dicts(people))))),
        files=files,
        description=text(resource.get("description"), most=1000),
    )


def attachments(resource: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the attachments of a resource, in its order; a Binary is one itself."""
    kind = resource.get("resourceType")
    if kind == "Binary":
        return [{"contentType": resource.get("contentType"), "data": resource.get("data", "")}]
    if kind == "DocumentReference":
        return [one(each.get("attachment")) for each in dicts(resource.get("content"))]
    if kind == "DiagnosticReport":
        return [
            *dicts(resource.get("presentedForm")),
            *(dict(one(m.get("link"))) for m in dicts(resource.get("media"))),
        ]
    if kind in ("Media", "Consent", "Contract"):
        found = resource.get("content") or resource.get("sourceAttachment")
        return [*dicts(found)]
    return []


def _file(place: int, attachment: Mapping[str, Any]) -> File:
    address = text(attachment.get("url"), most=URL_CHARS)
    kind, key = reference({"reference": address})
    size = attachment.get("size")
    return File(
        place=place,
        title=text(attachment.get("title")),
        declared=text(attachment.get("contentType")).partition(";")[0].strip().lower(),
        binary=key if kind == "Binary" else None,
        address="" if kind == "Binary" else address,
        is_inline=isinstance(attachment.get("data"), str),
        size_bytes=size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None,
        sha1=text(attachment.get("hash")),
    )


def inline_bytes(attachment: Mapping[str, Any]) -> bytes | None:
    """Return the bytes in an attachment or a Binary; None where there are none or they are no base64."""
    data = attachment.get("data")
    if not isinstance(data, str):
        return None
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (ValueError, binascii.Error):
        return None


class Sort(StrEnum):
    """How a file's bytes are shown."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    TEXT = "text"
    MARKUP = "markup"  # XML, HTML, RTF, JSON: shown as its own text, never run
    OTHER = "other"


MEDIA_TYPES: Mapping[Sort, str] = {
    Sort.PDF: "application/pdf",
    Sort.PNG: "image/png",
    Sort.JPEG: "image/jpeg",
    Sort.GIF: "image/gif",
    Sort.WEBP: "image/webp",
    Sort.TEXT: "text/plain; charset=utf-8",
    Sort.MARKUP: "text/plain; charset=utf-8",
    Sort.OTHER: "application/octet-stream",
}
SUFFIXES: Mapping[Sort, str] = {
    Sort.PDF: "pdf", Sort.PNG: "png", Sort.JPEG: "jpg", Sort.GIF: "gif", Sort.WEBP: "webp", Sort.TEXT: "txt",
    Sort.MARKUP: "txt", Sort.OTHER: "bin",
}  # fmt: skip
IMAGES: Final = frozenset({Sort.PNG, Sort.JPEG, Sort.GIF, Sort.WEBP})


def sort_of(content: bytes) -> Sort:
    """Say what bytes are by their beginning, whatever they are said to be."""
    head = content[:_LOOK]
    if head.startswith(b"%PDF-"):
        return Sort.PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Sort.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return Sort.JPEG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return Sort.GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Sort.WEBP
    if not content or text_of(content) is None:
        return Sort.OTHER
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return Sort.MARKUP if start in (b"<", b"{") else Sort.TEXT


def text_of(content: bytes) -> str | None:
    """Return bytes as text: UTF-8, UTF-16 with its mark, else Windows-1252 when no control characters are in it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            return None
    try:
        found = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = content.decode("cp1252", "replace")
        if "\N{REPLACEMENT CHARACTER}" in found:
            return None
    return None if any(sign < " " and sign not in "\t\r\n\f\x1b" for sign in found) else found
