"""Documents of a patient and their bytes: from the resource itself or the Binary it names, never from outside.

Owns finding them and saying what they are. Refuses to fetch: what lies elsewhere is shown as an address. Source:
docs/design/chart.md, C50-C58.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from typing import Any, Final
from uuid import UUID

from relight.record import errors
from relight.record.rules.chart.documents import (
    IMAGES,
    MEDIA_TYPES,
    Document,
    File,
    Sort,
    attachments,
    document_read,
    inline_bytes,
    sort_of,
    text_of,
)
from relight.record.rules.chart.origin import Origin
from relight.record.rules.chart.results import report_read
from relight.record.rules.notes import NotePart, note_read
from relight.record.selectors.chart_parts import Line
from relight.record.selectors.chart_rows import ChartRow, rows_by_id, rows_where
from relight.record.types import ResourceStatus, SourceKind

LISTED: Final = 100
TEXT_SHOWN: Final = 200_000
TYPES: Final = ("DocumentReference", "DiagnosticReport", "Composition", "Media", "Consent", "Binary")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentList:
    """The documents of a patient, newest first. Args: is_cut: only the latest LISTED were read."""

    lines: tuple[Line[Document], ...]
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """A file as its page shows it. Args: sort: what its bytes are. differs: not what it says it is. is_tampered: not
    what its checksum says. text: to be shown as text; is_cut: only its beginning."""

    file: File
    sort: Sort
    words: str
    size: int
    text: str
    is_cut: bool
    is_missing: bool
    differs: bool
    is_tampered: bool

    @property
    def is_image(self) -> bool:
        """Say whether it is shown as an image."""
        return self.sort in IMAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """One document. Args: sections: of a note or report that is text itself."""

    id: UUID
    type: str
    document: Document
    origin: Origin
    files: tuple[ShownFile, ...]
    sections: tuple[NotePart, ...]
    is_error: bool


def document_list(*, records: Sequence[UUID], zero: datetime | None) -> DocumentList:
    """List DocumentReferences, media, and reports that hold a file. One statement."""
    rows = rows_where(
        where="r.status = 'current' AND r.type IN ('DocumentReference', 'Media', 'DiagnosticReport', 'Composition')",
        values=(),
        records=records,
        zero=zero,
        most=LISTED * 3,
    )
    kept = [row for row in rows if _is_document(row)]
    lines = tuple(
        Line(id=row.id, type=row.type, version=row.version, what=document_read(row.body), origin=row.origin)
        for row in kept[:LISTED]
    )
    return DocumentList(lines=lines, is_cut=len(kept) > LISTED or len(rows) == LISTED * 3)


def _is_document(row: ChartRow) -> bool:
    """Say whether a row is one: a report with a file, a note from elsewhere or a letter; ward notes have their page."""
    if row.type == "DiagnosticReport":
        return report_read(row.body).has_file
    if row.type == "Composition":
        return row.origin.kind is not SourceKind.TYPED or note_read(row.body).is_letter
    return True


def document_row(*, records: Sequence[UUID], type: str, id: UUID, zero: datetime | None) -> ChartRow:
    """Return a document of a record, entered in error too. Raises: NO_RESOURCE (RL-REC-002) for what is not in it."""
    row = rows_by_id(ids=[id], zero=zero).get(id) if type in TYPES else None
    if row is None or row.type != type or row.patient not in records:
        raise errors.NO_RESOURCE.error(where=type, type=type)
    return row


def document_page(*, records: Sequence[UUID], type: str, id: UUID, zero: datetime | None) -> DocumentPage:
    """Read one document with what its files are. Two statements. Raises: NO_RESOURCE (RL-REC-002)."""
    row = document_row(records=records, type=type, id=id, zero=zero)
    document = document_read(row.body)
    held = _binaries(document.files, records=records)
    parts = attachments(row.body)
    note = note_read(row.body)
    concluded = report_read(row.body).conclusion if type == "DiagnosticReport" else ""
    sections = note.parts if type == "Composition" else (NotePart(title="", text=concluded),) if concluded else ()
    return DocumentPage(
        id=id,
        type=type,
        document=document,
        origin=row.origin,
        files=tuple(_shown(file, _bytes(file, parts[file.place], held)) for file in document.files),
        sections=tuple(sections),
        is_error=row.status is ResourceStatus.ERROR,
    )


def document_bytes(
    *, records: Sequence[UUID], type: str, id: UUID, place: int, zero: datetime | None
) -> tuple[Document, Sort, bytes]:
    """Return one file of a document and what it is. Raises: NO_RESOURCE (RL-REC-002), NO_BYTES (RL-REC-332)."""
    row = document_row(records=records, type=type, id=id, zero=zero)
    document = document_read(row.body)
    if not 0 <= place < len(document.files):
        raise errors.NO_BYTES.error(where="file")
    file = document.files[place]
    content = _bytes(file, attachments(row.body)[place], _binaries([file], records=records))
    if content is None:
        raise errors.NO_BYTES.error(where="file")
    return document, sort_of(content), content


def _binaries(files: Sequence[File], *, records: Sequence[UUID]) -> Mapping[UUID, ChartRow]:
    """Read the Binaries that hold files; another patient's is never given."""
    found = rows_by_id(ids=[file.binary for file in files if file.binary is not None], zero=None)
    return {
        key: row for key, row in found.items() if row.type == "Binary" and (not row.patient or row.patient in records)
    }


def _bytes(file: File, attachment: Mapping[str, Any], held: Mapping[UUID, ChartRow]) -> bytes | None:
    if file.is_inline:
        return inline_bytes(attachment)
    row = held.get(file.binary) if file.binary else None
    return inline_bytes(row.body) if row is not None else None


def _shown(file: File, content: bytes | None) -> ShownFile:
    if content is None:
        return ShownFile(
            file=file, sort=Sort.OTHER, words=file.declared, size=0, text="", is_cut=False, is_missing=True,
            differs=False, is_tampered=False,
        )  # fmt: skip
    sort = sort_of(content)
    text = text_of(content) or "" if sort in (Sort.TEXT, Sort.MARKUP) else ""
    kind = MEDIA_TYPES[sort].partition(";")[0]
    return ShownFile(
        file=file,
        sort=sort,
        words=file.declared if sort in (Sort.OTHER, Sort.MARKUP) and file.declared else kind,
        size=len(content),
        text=text[:TEXT_SHOWN],
        is_cut=len(text) > TEXT_SHOWN,
        is_missing=False,
        differs=sort in (Sort.PDF, *IMAGES) and file.declared not in ("", kind, "image/jpg"),
        is_tampered=bool(file.sha1) and not _is_whole(file.sha1, content),
    )


def _is_whole(said: str, content: bytes) -> bool:
    digest = sha1(content, usedforsecurity=False)
    return (
        said in (b64encode(digest.digest()).decode(), digest.hexdigest())
        or b64encode(digest.hexdigest().encode()).decode() == said
    )
