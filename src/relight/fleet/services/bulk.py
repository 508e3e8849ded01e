"""Many rows at once: one prepared statement for all, on SQLite and PostgreSQL alike.

Owns the SQL of a mass insert. Refuses to know what the rows mean; it is called inside a `writing`.
Why not `bulk_create`: it builds a model and compiles SQL for each row, ten times the cost of storing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Field, ForeignKey, JSONField, Model, UUIDField

CHUNK = 5000
Convert = Callable[[Any], Any]


def rows_put(
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
) -> int:
    """Insert rows, or update those that are there.

    Args: columns: field names, in the order of the values of each row. unique: fields of the unique
    constraint a row may meet. update: fields that then take the new values. Returns: rows put.
    """
    fields = [model._meta.get_field(name) for name in columns]
    statement = _statement(model, fields, unique, update)
    converts = [(at, convert) for at, field in enumerate(fields) if (convert := _convert(field)) is not None]
    put, waiting = 0, []
    with connection.cursor() as cursor:
        for row in rows:
            values = list(row)
            for at, convert in converts:
                if values[at] is not None:
                    values[at] = convert(values[at])
            waiting.append(values)
            if len(waiting) == CHUNK:
                cursor.executemany(statement, waiting)
                put, waiting = put + CHUNK, []
        if waiting:
            cursor.executemany(statement, waiting)
    return put + len(waiting)


def _statement(model: type[Model], fields: Sequence[Any], unique: Sequence[str], update: Sequence[str]) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"
    if not unique:
        return statement
    met = ", ".join(quote(_column(model, name)) for name in unique)
    sets = ", ".join(f"{quote(_column(model, name))} = excluded.{quote(_column(model, name))}" for name in update)
    return f"{statement} ON CONFLICT ({met}) DO UPDATE SET {sets}"


def _column(model: type[Model], name: str) -> str:
    column = getattr(model._meta.get_field(name), "column", None)
    if column is None:
        raise ValueError(f"{name} has no column")
    return str(column)


def _convert(field: Any) -> Convert | None:
    """How the database wants a field's values, None where it takes them as they are."""
    target: Field[Any, Any] = field.target_field if isinstance(field, ForeignKey) else field
    if isinstance(target, UUIDField):
        native = connection.features.has_native_uuid_field
        return None if native else (lambda value: value.hex)
    if isinstance(target, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(target, JSONField):
        encoder = target.encoder
        return lambda value: connection.ops.adapt_json_value(value, encoder)
    return None
