"""Many rows of one table in few statements: what makes an import fast.

Owns the statements and how a value of Python becomes one of the database. Refuses the ORM's per-row work: at some ten
rows a resource it would be most of an import. Values are given by column, ready but for ids and times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

MARKS_LIMIT = 30_000  # SQLite takes 32,766 parameters a statement, PostgreSQL 65,535
LOOKUP = 500


def rows_insert(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, tail: str = "", at_once: int = 0
) -> None:
    """Insert rows. Args: tail: SQL after the values (`ON CONFLICT …`). Cost: one statement a few hundred rows."""
    if not rows:
        return
    size = at_once or min(500, MARKS_LIMIT // len(columns))
    one = f"({', '.join(['%s'] * len(columns))})"
    start = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    end = f" {tail}" if tail else ""
    with connection.cursor() as cursor:
        for begin in range(0, len(rows), size):
            chunk = rows[begin : begin + size]
            values = [value for row in chunk for value in row]
            cursor.execute(start + ", ".join([one] * len(chunk)) + end, values)


def rows_get(sql: str, keys: Iterable[Any], *, before: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """Read rows for many keys. Args: sql: with `{keys}` where the list stands. before: parameters before it."""
    wanted = list(keys)
    with connection.cursor() as cursor:
        for begin in range(0, len(wanted), LOOKUP):
            chunk = wanted[begin : begin + LOOKUP]
            cursor.execute(sql.replace("{keys}", ", ".join(["%s"] * len(chunk))), [*before, *chunk])
            yield from cursor.fetchall()


def rows_delete(table: str, column: str, keys: Sequence[Any]) -> None:
    """Delete the rows of many keys."""
    with connection.cursor() as cursor:
        for begin in range(0, len(keys), LOOKUP):
            chunk = list(keys[begin : begin + LOOKUP])
            cursor.execute(f"DELETE FROM {table} WHERE {column} IN ({', '.join(['%s'] * len(chunk))})", chunk)


def id_out(value: UUID | None) -> Any:
    """Return an id as the database takes it."""
    if value is None or connection.features.has_native_uuid_field:
        return value
    return value.hex


def id_in(value: Any) -> UUID:
    """Return an id as the database gave it."""
    return value if isinstance(value, UUID) else UUID(hex=value)


def id_or_none(value: Any) -> UUID | None:
    return None if value is None else id_in(value)


def time_out(value: datetime | None) -> Any:
    """Return a time as the database takes it."""
    return None if value is None else connection.ops.adapt_datetimefield_value(value)
