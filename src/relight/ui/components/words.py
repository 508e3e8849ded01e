"""States, times, numbers and icons: one word or figure at a time. Owns markup only."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from relight.ui.icons import icon_svg, symbol_svg
from relight.ui.moment import date_words, moment, span_words
from relight.ui.moment import day_word as day_phrase
from relight.ui.rules import state_look

register = template.Library()

NOTHING = mark_safe("")


@register.simple_tag
def state(value: object, label: object = "", size: str = "") -> SafeString:
    """Show a state by colour, symbol and word."""
    tone, word = state_look(value)
    return format_html(
        '<span class="state tone-{}{}">{}<span class="state-word">{}</span></span>',
        tone.value,
        " state-large" if size == "large" else "",
        symbol_svg(tone),
        gettext(word) if label in ("", None) else label,  # 0 is a label: a score of it is good news
    )


@register.simple_tag
def symbol(value: object) -> SafeString:
    """Show the symbol of a state with its word for screen readers only."""
    tone, word = state_look(value)
    return format_html(
        '<span class="state-symbol tone-{}" title="{}">{}<span class="unseen">{}</span></span>',
        tone.value,
        gettext(word),
        symbol_svg(tone),
        gettext(word),
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon beside a word."""
    return icon_svg(name)


@register.filter
def dday_text(at: datetime | None) -> str:
    """Write a time with its day of the crisis, as plain text; empty for no time."""
    if at is None or at == "":
        return ""
    here = moment()
    return date_words(at, now=here.now if here else None, day_zero=here.day_zero() if here else None)


@register.filter
def dday(at: datetime | None) -> SafeString:
    """Write a time with its day of the crisis, machine-readable and in full on hover."""
    if at is None or at == "":
        return NOTHING
    full = formats.date_format(timezone.localtime(at), "j F Y H:i:s")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), full, dday_text(at))


@register.filter
def ago(at: datetime | None) -> str:
    """Write how long ago something was: `3 min ago`."""
    if at is None or at == "":
        return ""
    here = moment()
    span = (here.now if here else timezone.now()) - at
    if span < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%(span)s ago") % {"span": span_words(span)}


@register.filter
def duration(span: timedelta | None) -> str:
    """Write a span of time in words."""
    return span_words(span) if isinstance(span, timedelta) else ""


@register.filter
def number(value: object) -> str:
    """Write a number with the separators of the reader's language; text is left alone."""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return formats.number_format(value, use_l10n=True, force_grouping=True)
    return "" if value is None else str(value)


@register.filter
def share(value: float | None) -> str:
    """Write a share between 0 and 1 as a whole percentage; never 0 % or 100 % when it is not."""
    if value is None:
        return ""
    percent = round(value * 100)
    if percent == 0 and value > 0:
        percent = 1
    if percent == 100 and value < 1:
        percent = 99
    # Translators: a percentage, with the space the language puts before the sign.
    return gettext("%(percent)d%%") % {"percent": percent}


@register.filter
def share_of(value: int, total: int) -> str:
    """Write what part of a total a count is, as a percentage; empty when the total is nothing."""
    return share(value / total) if total else ""


@register.simple_tag
def day_word(day: int) -> str:
    """Write the day of the crisis: D+10, in French J+10."""
    return day_phrase(day)


@register.simple_tag
def day_chip(day: int | None) -> SafeString:
    """Show the day of the crisis as a chip; nothing before day zero is known."""
    if day is None:
        return NOTHING
    return format_html('<span class="day-chip">{}</span>', day_phrase(day))
