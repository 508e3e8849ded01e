"""What every part of a paper chart asks: the resources of a person's records, and where each came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from relight.record.rules.chart.origin import Origin, origin_of
from relight.record.selectors.origin_words import old_words, origin_words
from relight.record.selectors.store import resources_of
from relight.record.types import Held


def held_origin(held: Held, *, zero: datetime | None, lasting: bool) -> Origin:
    """Return where a resource came from and how old it is."""
    return origin_of(
        kind=held.source_kind, name=held.source_name, as_of=held.as_of, at=held.clinical_at,
        written_at=held.updated_at, day_zero=zero, lasting=lasting,
    )  # fmt: skip


def held_of(records: Iterable[UUID], *types: str, limit: int = 0) -> Iterator[Held]:
    """Yield the resources of a person's records, newest first within each."""
    for record in records:
        yield from resources_of(patient=record, types=types, limit=limit)


def source_words(origin: Origin) -> str:
    """Say where a datum came from, and that it is from before the outage."""
    return f"{origin_words(origin)}, {old_words()}" if origin.is_old else origin_words(origin)
