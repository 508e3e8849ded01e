"""Figures: the large number, the row of counts, bars, definitions. Owns markup only."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from relight.ui.components.words import number, share_of
from relight.ui.icons import symbol_svg
from relight.ui.rules import spread, state_look
from relight.ui.types import Share

register = template.Library()

BAR_WIDTH = 1000


@register.simple_tag
def tip(text: object, label: object = "") -> SafeString:
    """Put a definition one hover, tap or focus away, without script."""
    name = format_html("{}: {}", label, text) if label else text
    return format_html(
        '<span class="tip"><button type="button" class="tip-mark" aria-label="{}">?</button>'
        '<span class="tip-text" aria-hidden="true">{}</span></span>',
        name,
        text,
    )


@register.inclusion_tag("ui/parts/figure.html")
def figure(
    value: object,
    label: object,
    of: object = None,
    href: str = "",
    definition: object = "",
    state: object = "",
    note: object = "",
) -> dict[str, object]:
    """Show the one large number of a page, its definition and its link to what it was counted from."""
    tone = state_look(state)[0].value if state else ""
    return {
        "value": value,
        "label": label,
        "of": of,
        "href": href,
        "definition": definition,
        "tone": tone,
        "note": note,
    }


@register.inclusion_tag("ui/parts/stat.html")
def stat(
    value: object, label: object, href: str = "", definition: object = "", state: object = "", note: object = ""
) -> dict[str, object]:
    """Show one count in a row of counts."""
    return {"value": value, "label": label, "href": href, "definition": definition, "state": state, "note": note}


@register.simple_block_tag
def stats(content: SafeString) -> SafeString:
    """Wrap a row of `stat`."""
    return format_html('<div class="stats">{}</div>', content)


@register.simple_tag
def progress(value: int, max: int = 100, label: object = "") -> SafeString:
    """Show how far long work has come; without a value it says only that work goes on."""
    if value is None:
        return format_html('<div class="progress"><progress aria-label="{0}"></progress><span>{0}</span></div>', label)
    return format_html(
        '<div class="progress"><progress value="{}" max="{}" aria-label="{}"></progress>'
        '<span class="progress-words">{} <b>{}</b></span></div>',
        value,
        max or 1,
        label,
        label,
        share_of(value, max),
    )


@register.simple_tag
def stacked(shares: Iterable[Share], label: object = "") -> SafeString:
    """Show counts by state as one bar with a legend that names and links each part."""
    parts = list(shares)
    widths = spread(tuple(part.value for part in parts), width=BAR_WIDTH)
    starts = [sum(widths[:i]) for i in range(len(widths))]
    looks = [state_look(part.state)[0] for part in parts]
    bars = format_html_join(
        "",
        '<rect class="fill-{}" x="{}" y="0" width="{}" height="12"></rect>',
        ((look.value, start, width) for look, start, width in zip(looks, starts, widths, strict=True)),
    )
    legend = format_html_join(
        "",
        '<li class="tone-{}">{}<span>{}</span> <b>{}</b></li>',
        (
            (
                look.value,
                symbol_svg(look),
                format_html('<a href="{}">{}</a>', part.href, part.label) if part.href else part.label,
                number(part.value),
            )
            for look, part in zip(looks, parts, strict=True)
        ),
    )
    return format_html(
        '<div class="stacked"><svg class="stacked-bar" viewBox="0 0 {} 12" preserveAspectRatio="none" '
        'role="img" aria-label="{}">{}</svg><ul class="legend">{}</ul></div>',
        BAR_WIDTH,
        label,
        bars,
        legend,
    )
