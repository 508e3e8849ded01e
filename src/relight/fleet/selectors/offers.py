"""What a file looks like before anything is written: its format, its columns, its first machines.

Owns the dry look. Refuses to write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext

from relight.fleet.models import ImportRun
from relight.fleet.readers import reading_of
from relight.fleet.readers.types import (
    FIELD_WORDS,
    TABLES,
    BadRow,
    Field,
    Format,
    ImportPreview,
    SightingRow,
)
from relight.fleet.selectors.imports import format_word
from relight.journal.api import evidence_read
from relight.kernel.errors import RelightError

PREVIEW_ROWS = 8
LOOKED_AT = 400


def import_preview(
    *, content: bytes, mapping: Mapping[str, str] | None = None, rows: int = PREVIEW_ROWS
) -> ImportPreview:
    """Say what a file is and show its first machines; writes nothing.

    Args: mapping: column by field, where the guess is wrong; an empty column takes a field out.
    Raises: the refusals RL-FLT-060 to 079.
    """
    reading = reading_of(content, wished=mapping)
    shown: list[SightingRow] = []
    bad: list[BadRow] = []
    for outcome in islice(reading.outcomes, LOOKED_AT):
        if isinstance(outcome, SightingRow) and len(shown) < rows:
            shown.append(outcome)
        elif isinstance(outcome, BadRow) and len(bad) < rows:
            bad.append(outcome)
        if len(shown) >= rows:
            break
    return ImportPreview(
        format=reading.format,
        encoding=reading.encoding,
        delimiter=reading.delimiter,
        headers=reading.headers,
        mapping=reading.mapping,
        rows=tuple(shown),
        bad=tuple(bad),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPage:
    """An uploaded file before it is confirmed. Args: columns: (field, column) as read. bad: (line, why).
    refusal: why the columns as chosen cannot be read; the preview is then that of the guess."""

    preview: ImportPreview
    format: str
    columns: tuple[tuple[str, str], ...]
    bad: tuple[tuple[int, str], ...]
    refusal: str = ""


def offer_page(run: ImportRun, *, mapping: Mapping[str, str] | None = None) -> OfferPage:
    """Look at an offered file again, under the columns chosen."""
    content = evidence_read(run.digest)
    refusal = ""
    try:
        preview = import_preview(content=content, mapping=mapping if Format(run.format) in TABLES else None)
    except RelightError as error:
        refusal = f"{error.message(gettext)} {error.next(gettext)}"
        preview = import_preview(content=content)
    return OfferPage(
        preview=preview,
        format=format_word(preview.format.value),
        columns=tuple((gettext(FIELD_WORDS[Field(field)]), column) for field, column in preview.mapping.items()),
        bad=tuple((row.line, row.message(gettext)) for row in preview.bad),
        refusal=refusal,
    )
