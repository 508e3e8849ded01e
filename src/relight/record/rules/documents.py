"""Documents put into a chart: what a file is by its bytes, and the two resources it becomes.

Owns the limits, the kinds and the bodies. A file's name and what a browser says of it count for nothing. Refuses
storage and clocks. Source: FHIR R4 DocumentReference, Binary; docs/design/writing.md, cases 88-92.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import sha1
from typing import Any, Final

from relight.kernel.errors import N_
from relight.record import errors
from relight.record.types import Body

LIMIT_BYTES: Final = 15 * 1024 * 1024
TITLE_CHARS: Final = 120
LOINC: Final = "http://loinc.org"
_MAGIC: Final = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
_PDF_WITHIN: Final = 1024  # a PDF may begin a little later, its own standard says


class Kind(StrEnum):
    """What a document is."""

    LETTER = "letter"
    REPORT = "report"
    IMAGING = "imaging"
    LABORATORY = "laboratory"
    CONSENT = "consent"
    PHOTO = "photo"
    PAPER = "paper"
    OTHER = "other"


KIND_CODES: Final[Mapping[Kind, str]] = {
    Kind.LETTER: "68608-9",
    Kind.REPORT: "11526-1",
    Kind.IMAGING: "18748-4",
    Kind.LABORATORY: "11502-2",
    Kind.CONSENT: "59284-0",
    Kind.PHOTO: "72170-4",
    Kind.PAPER: "51855-5",
    Kind.OTHER: "55107-7",
}
KIND_WORDS: Final[Mapping[Kind, str]] = {
    Kind.LETTER: N_("Letter"),
    Kind.REPORT: N_("Report"),
    Kind.IMAGING: N_("Imaging"),
    Kind.LABORATORY: N_("Laboratory"),
    Kind.CONSENT: N_("Consent"),
    Kind.PHOTO: N_("Photograph"),
    Kind.PAPER: N_("Paper chart or sheet"),
    Kind.OTHER: N_("Other"),
}


def content_type(data: bytes) -> str:
    """Say what a file is by its bytes. Raises: FILE_EMPTY (RL-REC-387), FILE_TOO_LARGE (385), FILE_TYPE (386)."""
    if not data:
        raise errors.FILE_EMPTY.error(where="file")
    if len(data) > LIMIT_BYTES:
        raise errors.FILE_TOO_LARGE.error(where="file", limit=LIMIT_BYTES // 1024**2)
    for begin, media in _MAGIC:
        if data.startswith(begin):
            return media
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "application/pdf"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise errors.FILE_TYPE.error(where="file") from None
    if any(one < " " and one not in "\n\r\t\f" for one in text) or text.lstrip()[:1] == "<":
        raise errors.FILE_TYPE.error(where="file")
    return "text/plain"


def binary_body(data: bytes, *, media: str, patient: str) -> dict[str, Any]:
    """Return the Binary of a file; who it is about guards it."""
    return {
        "resourceType": "Binary",
        "contentType": media,
        "securityContext": {"reference": patient},
        "data": b64encode(data).decode(),
    }


def document_body(
    data: bytes,
    *,
    media: str,
    binary: str,
    kind: Kind,
    title: str,
    taken: str,
    patient: str,
    author: Body,
    at: datetime,
) -> dict[str, Any]:
    """Return the DocumentReference of a file. Args: binary: its reference. taken: the day it is of, in FHIR's form."""
    attachment = {
        "contentType": f"{media};charset=utf-8" if media == "text/plain" else media,
        "url": binary,
        "size": len(data),
        "hash": b64encode(sha1(data, usedforsecurity=False).digest()).decode(),
        "title": title,
        **({"creation": taken} if taken else {}),
    }
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [{"system": LOINC, "code": KIND_CODES[kind]}], "text": KIND_WORDS[kind]},
        "subject": {"reference": patient},
        "date": at.isoformat(timespec="milliseconds"),
        "author": [dict(author)],
        "description": title,
        "content": [{"attachment": attachment}],
    }
