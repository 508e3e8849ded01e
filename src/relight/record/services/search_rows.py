"""The rows of the search index, laid and taken away inside a write of the store.

Called by services/store.py for each batch of entries, and when the record is rebuilt. Raw multi-row
SQL: an import lays some seven rows a resource.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from relight.record.rules.search_values import IndexValues, key_of, system_key

_TABLES = {
    "record_tokenindex": ("entry", "key", "code", "system"),
    "record_stringindex": ("entry", "key", "norm", "exact"),
    "record_dateindex": ("entry", "key", "low", "high"),
    "record_quantityindex": ("entry", "key", "value", "code", "system"),
}
_AT_ONCE = 500  # rows a statement: within SQLite's 32,766 and PostgreSQL's 65,535 parameters


def search_rows_lay(*, found: Iterable[tuple[int, str, IndexValues]]) -> None:
    """Lay the rows of current versions. Args: found: (entry number, resource type, values) each."""
    tokens: list[Any] = []
    strings: list[Any] = []
    dates: list[Any] = []
    quantities: list[Any] = []
    for entry, kind, values in found:
        for token in values.tokens:
            tokens += (entry, key_of(kind, token.param), token.code, system_key(token.system))
        for word in values.strings:
            strings += (entry, key_of(kind, word.param), word.norm, word.exact)
        for span in values.dates:
            dates += (entry, key_of(kind, span.param), span.low, span.high)
        for quantity in values.quantities:
            key = key_of(kind, quantity.param)
            quantities += (entry, key, quantity.value, quantity.code, system_key(quantity.system))
    with connection.cursor() as cursor:
        for (table, columns), rows in zip(_TABLES.items(), (tokens, strings, dates, quantities), strict=True):
            _insert(cursor, table, columns, rows)


def _insert(cursor: CursorWrapper, table: str, columns: Sequence[str], flat: list[Any]) -> None:
    """Insert rows laid end to end in one list."""
    width = len(columns)
    row = f"({', '.join(['%s'] * width)})"
    start = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    for at in range(0, len(flat), _AT_ONCE * width):
        part = flat[at : at + _AT_ONCE * width]
        cursor.execute(start + ", ".join([row] * (len(part) // width)), part)


def search_rows_take(*, entries: Sequence[int]) -> None:
    """Take away the rows of versions that are no longer current."""
    with connection.cursor() as cursor:
        for at in range(0, len(entries), _AT_ONCE):
            part = list(entries[at : at + _AT_ONCE])
            marks = ", ".join(["%s"] * len(part))
            for table in _TABLES:
                cursor.execute(f"DELETE FROM {table} WHERE entry IN ({marks})", part)


def search_rows_clear() -> None:
    """Empty the index before it is made again."""
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"DELETE FROM {table}")
