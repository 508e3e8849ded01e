"""The rows of the search index, laid and taken away inside a write of the store.

Registered as a projector: called for each batch of entries, and when the record is rebuilt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.timezone import get_default_timezone

from relight.record.rules.params import ParamKind, params_of
from relight.record.rules.search_values import index_values, key_of, system_key
from relight.record.services.projectors import Projector
from relight.record.services.rows import id_out, rows_delete, rows_insert
from relight.record.types import Projected

_TABLES: Mapping[str, tuple[str, ...]] = {
    "record_tokenindex": ("entry", "key", "code", "system"),
    "record_stringindex": ("entry", "key", "norm", "exact"),
    "record_dateindex": ("entry", "key", "low", "high"),
    "record_quantityindex": ("entry", "key", "value", "code", "system"),
    "record_referenceindex": ("entry", "key", "target"),
}
_PLACE = re.compile(r"\[\d+\]")


@lru_cache(maxsize=256)
def _reference_keys(resource_type: str) -> dict[str, tuple[int, ...]]:
    """Map element paths to the numbers of the parameters they feed."""
    found: dict[str, tuple[int, ...]] = {}
    for param in params_of(resource_type).values():
        if param.kind is ParamKind.REFERENCE:
            for path in param.dotted:
                found[path] = (*found.get(path, ()), key_of(resource_type, param.name))
    return found


def _reference_rows(one: Projected) -> Iterator[tuple[int, int, Any]]:
    """Give (entry, key, target) once each."""
    keys = _reference_keys(one.type)
    seen: set[tuple[int, UUID | None]] = set()
    for path, target in one.references:
        for key in keys.get(_PLACE.sub("", path), ()):
            if (key, target) not in seen:
                seen.add((key, target))
                yield one.seq, key, id_out(target)


def search_rows_lay(rows: Sequence[Projected]) -> None:
    """Lay the rows of resources as they are now. Some seven rows a resource, one statement per 500."""
    laid: tuple[list[Any], ...] = ([], [], [], [], [])
    tokens, strings, dates, quantities, references = laid
    zone = get_default_timezone()
    for one in rows:
        values = index_values(one.body, zone=zone)
        kind, seq = one.type, one.seq
        tokens.extend((seq, key_of(kind, v.param), v.code, system_key(v.system)) for v in values.tokens)
        strings.extend((seq, key_of(kind, v.param), v.norm, v.exact) for v in values.strings)
        dates.extend((seq, key_of(kind, v.param), v.low, v.high) for v in values.dates)
        quantities.extend(
            (seq, key_of(kind, v.param), v.value, v.code, system_key(v.system)) for v in values.quantities
        )
        references.extend(_reference_rows(one))
    for (table, columns), found in zip(_TABLES.items(), laid, strict=True):
        rows_insert(table, columns, found)


def search_rows_take(entries: Sequence[int]) -> None:
    """Take away the rows of versions that are no longer current. Args: entries: their `seq`."""
    for table in _TABLES:
        rows_delete(table, "entry", entries)


def search_rows_clear() -> None:
    """Empty the index before it is made again."""
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"DELETE FROM {table}")


SEARCH = Projector(name="search", lay=search_rows_lay, take=search_rows_take, clear=search_rows_clear)
