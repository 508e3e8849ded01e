"""`{% load chart %}`: the words of a patient's pages.

    {{ face|born }} {{ face|age }} {{ face|sex }} {{ face|numbers }} (NumberWords)   {{ patient.whereabouts|place }}
    {{ line.origin|origin }}   where a datum came from, how old it is, and whether that is from before the outage
    {% patient_field %}        the hidden field every form of a patient carries
    {% chart_tab "results" as here %}   whether this is the tab of the page
Owns markup only; the words come from `selectors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from relight.record.rules.chart.origin import Origin
from relight.record.selectors.faces import FaceView
from relight.record.selectors.origin_words import old_words, origin_words
from relight.record.selectors.person_words import (
    NumberWords,
    age_words,
    born_words,
    numbers_words,
    place_words,
    sex_words,
)
from relight.record.selectors.wards import StayView
from relight.ui.api import moment

register = template.Library()

register.filter("born", born_words)


@register.filter
def age(face: FaceView) -> str:
    """Write an age on the day of the request."""
    here = moment()
    return age_words(face.birth, at=timezone.localtime(here.now).date()) if here is not None else ""


@register.filter
def sex(face: FaceView) -> str:
    """Write a sex in a word."""
    return sex_words(face.sex)


@register.filter
def numbers(face: FaceView) -> tuple[NumberWords, ...]:
    """Name a patient's numbers."""
    return numbers_words(face)


@register.filter
def place(stays: Sequence[StayView]) -> str:
    """Write where somebody is."""
    return place_words(stays)


@register.filter
def origin(value: Origin | None) -> SafeString:
    """Say where a datum came from; from before the outage by a word of its own, not by colour."""
    if value is None:
        return mark_safe("")
    old = format_html(' <b class="old">{}</b>', old_words()) if value.is_old else ""
    return format_html('<span class="origin">{}{}</span>', origin_words(value), old)


@register.simple_tag(takes_context=True)
def patient_field(context: dict[str, Any]) -> SafeString:
    """Write the hidden field by which a form says whose it is; `patient_page` refuses another's."""
    return format_html('<input type="hidden" name="patient" value="{}">', context["request"].patient.id)


@register.simple_tag(takes_context=True)
def chart_tab(context: dict[str, Any], tab: str) -> bool:
    """Say whether the page shown stands under a tab."""
    return bool(getattr(context["request"], "patient_tab", "") == tab)


@register.filter
def banner_word(scope: str) -> str:
    """Say of what kind nothing is known."""
    return {
        "all": gettext("No known allergies"),
        "medication": gettext("No known allergy to medicines"),
        "food": gettext("No known allergy to food"),
        "environment": gettext("No known allergy to the environment"),
    }.get(scope, "")
