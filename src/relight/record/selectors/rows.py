"""Rows for many keys, read by hand-made SQL; ids and times as the database gives and takes them.

Owns what every read and write of the record's tables shares. Refuses the ORM's per-row work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

LOOKUP = 500  # keys a statement


def rows_get(sql: str, keys: Iterable[Any], *, before: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """Read rows for many keys. Args: sql: with `{keys}` where the list stands. before: parameters before it."""
    wanted = list(keys)
    with connection.cursor() as cursor:
        for begin in range(0, len(wanted), LOOKUP):
            chunk = wanted[begin : begin + LOOKUP]
            cursor.execute(sql.replace("{keys}", ", ".join(["%s"] * len(chunk))), [*before, *chunk])
            yield from cursor.fetchall()


def id_out(value: UUID | None) -> Any:
    """Return an id as the database takes it."""
    if value is None or _takes_uuid():
        return value
    return value.hex


@cache
def _takes_uuid() -> bool:
    """Asked for every id of an import: the database of a process does not change."""
    return bool(connection.features.has_native_uuid_field)


def id_in(value: Any) -> UUID:
    """Return an id as the database gave it."""
    return value if isinstance(value, UUID) else UUID(hex=value)


def id_or_none(value: Any) -> UUID | None:
    """Return an id as the database gave it, None for none."""
    return None if value is None else id_in(value)


def time_out(value: datetime | None) -> Any:
    """Return a time as the database takes it: SQLite as Django writes it, in UTC without saying so."""
    if value is None or _takes_times():
        return value
    return str(value.astimezone(UTC).replace(tzinfo=None))


@cache
def _takes_times() -> bool:
    return connection.vendor == "postgresql"


def time_in(value: Any) -> datetime:
    """Return a time as the database gave it, in UTC."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def time_or_none(value: Any) -> datetime | None:
    return None if value is None else time_in(value)
