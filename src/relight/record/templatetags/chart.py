"""`{% load chart %}`: the words of a patient's pages.

    {{ face|born }} {{ face|age }} {{ face|sex }} {{ face|numbers }} (NumberWords)   {{ patient.whereabouts|place }}
    {{ line.origin|origin }}   where a datum came from, how old it is, and whether that is from before the outage
    {% patient_field %}        the hidden field every form of a patient carries
    {% chart_tab "results" as here %}   whether this is the tab of the page
    {{ line.value|value }} {% chart_flag line.flagged %} {{ line.standing|standing }} {{ medicine|dosage }}
    {{ sign|sign_word }} {{ cell.band|band_state }} {{ cell.band|band_words }} {{ column.cells|get:sign }}
Owns markup only; the words come from `selectors`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from relight.record.rules.chart.flags import FLAG_SIGNS, GRAVE, Flagged
from relight.record.rules.chart.medicines import Medicine
from relight.record.rules.chart.origin import Origin
from relight.record.rules.chart.results import Standing
from relight.record.rules.chart.values import Value
from relight.record.rules.chart.vitals import BAND_WORDS, SIGN_WORDS, Band, Measured, Sign
from relight.record.selectors.chart_words import (
    ACT_WORDS,
    clock_words,
    day_words,
    flag_words,
    measured_words,
    medicine_words,
    standing_words,
    type_words,
    value_words,
    when_words,
)
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
from relight.record.types import EntryAct
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


@register.filter
def value(value: Value) -> str:
    """Write a value without its unit."""
    return value_words(value)


@register.filter
def measured(value: Measured) -> str:
    """Write the value of a vital sign."""
    return measured_words(value)


@register.simple_tag
def chart_flag(flagged: Flagged) -> SafeString:
    """Show a flag as sign, letters and word; nothing for a normal value."""
    word = flag_words(flagged)
    if not flagged.flag:
        return format_html('<span class="flag-said">{}</span>', word) if word else mark_safe("")
    return format_html(
        '<span class="flag{}"><span aria-hidden="true">{} {}</span> <span class="flag-word">{}</span></span>',
        " flag-grave" if flagged.flag in GRAVE else "",
        FLAG_SIGNS[flagged.flag],
        flagged.flag.value,
        word,
    )


@register.filter
def standing(value: Standing) -> str:
    """Say how final a result is."""
    return standing_words(value)


@register.filter
def dosage(medicine: Medicine) -> str:
    """Write form, dose, route and frequency of a medicine."""
    return medicine_words(medicine)


@register.filter
def when(text: str) -> str:
    """Write a FHIR date as precisely as it was said."""
    return when_words(text)


@register.filter
def column_day(at: datetime | None) -> str:
    """Write the day of a column."""
    return day_words(at)


@register.filter
def column_clock(at: datetime | None) -> str:
    """Write the clock of a column."""
    return clock_words(at)


@register.filter
def sign_word(sign: Sign) -> str:
    """Name a vital sign."""
    return gettext(SIGN_WORDS[sign])


@register.filter
def band_state(band: Band | None) -> str:
    """Return the word of ui's states a score's band is shown as."""
    return {Band.HIGH: "down", Band.MEDIUM: "degraded", Band.LOW: "up"}.get(band, "unknown") if band else "unknown"


@register.filter
def band_words(band: Band | None) -> str:
    """Say how grave a score is."""
    return gettext(BAND_WORDS[band]) if band else ""


@register.filter
def get(held: Mapping[Any, Any], key: Any) -> Any:
    """Look a key up: `column.cells|get:sign`."""
    return held.get(key)


@register.filter
def origin_mark(value: Origin) -> SafeString:
    """Say only that a datum is from before the outage; nothing for a newer one."""
    return format_html('<b class="old">{}</b>', old_words()) if value.is_old else mark_safe("")


@register.filter
def left_out(held: Sequence[Any], most: int) -> int:
    """Count what of a list is not shown."""
    return max(0, len(held) - most)


@register.filter
def type_word(type: str) -> str:
    """Name a FHIR type; one nobody has a word for keeps its own."""
    return type_words(type)


@register.filter
def act_word(act: EntryAct) -> str:
    """Say what an entry did."""
    return gettext(ACT_WORDS[act])
