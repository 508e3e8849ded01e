"""Many rows of one table in few statements: what makes an import fast.

Owns the statements and how a value of Python becomes one of the database. Refuses the ORM's per-row work: at some ten
rows a resource it would be most of an import. Values are given by column, ready but for ids and times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from relight.record.selectors.rows import LOOKUP, id_in, id_or_none, id_out, rows_get, time_in, time_or_none, time_out

__all__ = [
    "id_in",
    "id_or_none",
    "id_out",
    "rows_delete",
    "rows_get",
    "rows_insert",
    "time_in",
    "time_or_none",
    "time_out",
]

MARKS_LIMIT = 30_000  # SQLite takes 32,766 parameters a statement, PostgreSQL 65,535


def rows_insert(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, tail: str = "", at_once: int = 0
) -> None:
    """Insert rows. Args: tail: SQL after the values (`ON CONFLICT …`). Cost: one statement for
    each few hundred rows, on SQLite one in all."""
    if not rows:
        return
    one = f"({', '.join(['%s'] * len(columns))})"
    start = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    end = f" {tail}" if tail else ""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":  # one statement prepared once; there is no way to a server to save
            cursor.executemany(start + one + end, rows)
            return
        size = at_once or min(500, MARKS_LIMIT // len(columns))
        for begin in range(0, len(rows), size):
            chunk = rows[begin : begin + size]
            values = [value for row in chunk for value in row]
            cursor.execute(start + ", ".join([one] * len(chunk)) + end, values)


def rows_delete(table: str, column: str, keys: Sequence[Any]) -> None:
    """Delete the rows of many keys."""
    with connection.cursor() as cursor:
        for begin in range(0, len(keys), LOOKUP):
            chunk = list(keys[begin : begin + LOOKUP])
            cursor.execute(f"DELETE FROM {table} WHERE {column} IN ({', '.join(['%s'] * len(chunk))})", chunk)
