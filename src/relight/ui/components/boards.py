"""Timelines, boards and matrices. Owns markup only."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from relight.ui.components.words import dday, number
from relight.ui.icons import symbol_svg
from relight.ui.rules import state_look
from relight.ui.types import Matrix

register = template.Library()

NOTHING = mark_safe("")


@register.simple_block_tag
def timeline(content: SafeString, label: object = "") -> SafeString:
    """Wrap what happened, newest first."""
    return format_html('<ol class="timeline" aria-label="{}">{}</ol>', label or gettext("What happened"), content)


@register.simple_block_tag(name="moment")
def moment_item(
    content: SafeString, at: datetime | None, title: object, by: object = "", href: str = "", state: object = ""
) -> SafeString:
    """Show one thing that happened: when, what, by whom."""
    tone = state_look(state)[0] if state else None
    mark = symbol_svg(tone) if tone else mark_safe('<span class="timeline-dot"></span>')
    heading = format_html('<a href="{}">{}</a>', href, title) if href else format_html("{}", title)
    body = format_html('<div class="timeline-body">{}</div>', content) if content.strip() else NOTHING
    return format_html(
        '<li><span class="timeline-mark tone-{}">{}</span><div><p class="timeline-head">'
        '<span class="timeline-title">{}</span><span class="timeline-meta">{}{}</span></p>{}</div></li>',
        tone.value if tone else "none",
        mark,
        heading,
        dday(at),
        format_html(" · {}", by) if by else "",
        body,
    )


@register.simple_block_tag
def board(content: SafeString, label: object = "") -> SafeString:
    """Wrap the columns of a board; it scrolls sideways where it must."""
    return format_html('<div class="board" role="group" aria-label="{}" tabindex="0">{}</div>', label, content)


@register.simple_block_tag
def board_column(
    content: SafeString, title: object, count: object = None, state: object = "", href: str = "", note: object = ""
) -> SafeString:
    """Show one stage: its name, how many, the cards standing in it."""
    tone = state_look(state)[0] if state else None
    name = format_html('<a href="{}">{}</a>', href, title) if href else format_html("{}", title)
    return format_html(
        '<section class="board-column"><header><h3><span class="tone-{}">{}</span>{}</h3>{}{}</header>'
        '<div class="board-cards">{}</div></section>',
        tone.value if tone else "none",
        symbol_svg(tone) if tone else "",
        name,
        format_html('<b class="board-count">{}</b>', number(count)) if count is not None else "",
        format_html('<p class="board-note">{}</p>', note) if note else "",
        content,
    )


@register.simple_block_tag
def card(content: SafeString, title: object, href: str = "", state: object = "", note: object = "") -> SafeString:
    """Show one thing on a board."""
    tone = state_look(state)[0] if state else None
    return format_html(
        '<article class="card">{}<div><p class="card-title">{}</p>{}{}</div></article>',
        format_html('<span class="tone-{}">{}</span>', tone.value, symbol_svg(tone)) if tone else "",
        format_html('<a href="{}">{}</a>', href, title) if href else title,
        format_html('<p class="card-note">{}</p>', note) if note else "",
        content,
    )


@register.inclusion_tag("ui/parts/matrix.html")
def matrix(matrix: Matrix) -> dict[str, object]:
    """Show a table of states, each leading to why it is so."""
    return {"matrix": matrix}


@register.simple_tag(takes_context=True)
def here(context: Context) -> str:
    """Return the address of this page with its query, to come back to."""
    request = context.get("request")
    return request.get_full_path() if request else "/"
