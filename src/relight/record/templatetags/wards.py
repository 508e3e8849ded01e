"""`{% load wards %}`: words of the wards room.

    {{ names|of:key }}   what a mapping says for a key, else nothing   {{ face|face_name }}   a name, in capitals first
    {{ side|side_lines }}   the facts of one record   {{ kind|source_kind }}   what a source is
Owns markup only; the words come from `selectors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext

from relight.record.selectors.faces import FaceView
from relight.record.selectors.identity_pages import CompareLine, Side, compare_lines
from relight.record.selectors.sources import KIND_WORDS

register = template.Library()


@register.filter
def of(held: Mapping[Any, Any], key: Any) -> Any:
    """Return what a mapping says for a key; nothing where it says nothing."""
    return held.get(key, "") if isinstance(held, Mapping) else ""


@register.filter
def face_name(face: FaceView | str) -> str:
    """Write a name as lists do."""
    return face.name if isinstance(face, FaceView) else face


@register.filter
def side_lines(side: Side) -> list[CompareLine]:
    """List the facts of one record."""
    return compare_lines(side.said)


@register.filter
def source_kind(kind: str) -> str:
    """Say what a source is."""
    return gettext(KIND_WORDS[kind]) if kind in KIND_WORDS else kind
