"""What the tables share."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import Q


def one_of(field: str, words: type[StrEnum]) -> Q:
    """The constraint that a text column holds a word of an Enum."""
    return Q(**{f"{field}__in": sorted(word.value for word in words)})
