"""`{% load bench %}`: ages, sexes, flags and tubes of the laboratory's pages.

    {{ person.birth_date|born }} {{ person.birth_date|age }} {{ person.sex|sex }} {{ system|system }}
    {{ said.birth_date|said_born }} {{ result|test_name }}
    {{ names|of:actor }}    the name of an id, from a map of them
    {% flag judged.flag %}   symbol, word and colour; nothing for a normal value
    {% tube "lavender" %}    a stripe in the colour of the cap, with its word
Owns markup only; the words come from `selectors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from relight.lab.rules.results import FLAG_MARKS, FLAG_NAMES, Flag
from relight.lab.selectors.people_words import age_words, born_words, sex_words, system_words
from relight.lab.selectors.queues import test_name
from relight.record.plain import COLOUR_NAMES
from relight.ui.api import moment

register = template.Library()

register.filter("born", born_words)
register.filter("sex", sex_words)
register.filter("system", system_words)
register.filter("test_name", test_name)


@register.filter
def age(birth: date | None) -> str:
    """Write the age on the day of the request."""
    now = moment()
    return age_words(birth=birth, at=timezone.localtime(now.now).date()) if now is not None else ""


@register.filter
def said_born(said: str) -> str:
    """Write a birth date as an analyzer said it; what is no date stays as it was said."""
    try:
        return born_words(date.fromisoformat(said))
    except ValueError:
        return said


@register.filter
def of(names: Mapping[str, str], key: str) -> str:
    """Look a name up: `names|of:actor`; empty for what has none."""
    return names.get(key, "")


@register.simple_tag
def flag(value: Flag) -> SafeString:
    """Show a flag as symbol and word."""
    if not value:
        return mark_safe("")
    name = "flag-grave" if value.is_critical else "flag-off"
    return format_html(
        '<span class="flag {}"><span aria-hidden="true">{}</span> {}</span>',
        name,
        FLAG_MARKS[value],
        gettext(FLAG_NAMES[value]),
    )


@register.simple_tag
def tube(colour: str) -> SafeString:
    """Show the colour of a tube's cap, with its word."""
    if colour not in COLOUR_NAMES:
        return mark_safe("")
    return format_html('<span class="tube tube-{}" aria-hidden="true"></span>{}', colour, gettext(COLOUR_NAMES[colour]))
