"""`{% load medication %}`: doses and their states on pages.

    {{ dose|dose }}  0,5 mg    {{ at|clock }}  14:00    {{ at|stamp }}  as an address holds it
    {% mark_state cell %}  the state of a due dose with its word    {% dose_state mark %}
Owns markup only; the words come from `selectors.medicine_words`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.safestring import SafeString

from relight.record.rules.medication.doses import Dose
from relight.record.rules.medication.giving import Cell, Mark
from relight.record.selectors.medicine_words import MARK_LOOK, dose_shown, mark_words
from relight.ui.components.words import state

register = template.Library()


@register.filter
def dose(value: Dose | None) -> str:
    """Write a dose; empty for none."""
    return dose_shown(value)


@register.filter
def clock(at: datetime) -> str:
    """Write the time of the day."""
    return formats.date_format(timezone.localtime(at), "H:i")


@register.filter
def stamp(at: datetime) -> str:
    """Write a moment as an address holds it, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@register.simple_tag
def mark_state(cell: Cell) -> SafeString | Any:
    """Write what a due dose is, with the time it was given."""
    return state(MARK_LOOK[cell.mark], label=mark_words(cell.mark, cell.all))


@register.simple_tag
def dose_state(mark: Mark) -> SafeString | Any:
    """Write what a due dose is."""
    return state(MARK_LOOK[mark], label=mark_words(mark))
