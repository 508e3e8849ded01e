"""Ids and times between Python and the two databases, for statements written by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection


def id_out(value: UUID) -> Any:
    """Return an id as the database takes it."""
    return value if connection.features.has_native_uuid_field else value.hex


def id_in(value: Any) -> UUID:
    """Return an id as the database gave it."""
    return value if isinstance(value, UUID) else UUID(hex=value)


def id_or_none(value: Any) -> UUID | None:
    """Return an id as the database gave it, None for none."""
    return None if value is None else id_in(value)


def time_out(value: datetime) -> Any:
    """Return a time as the database takes it."""
    return connection.ops.adapt_datetimefield_value(value)


def time_in(value: Any) -> datetime:
    """Return a time as the database gave it, in UTC."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
