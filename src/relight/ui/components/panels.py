"""Panels, notices, navigation and facts. Owns markup only."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from relight.ui.components.figures import tip
from relight.ui.components.words import number
from relight.ui.icons import icon_svg

register = template.Library()

NOTHING = mark_safe("")


@register.simple_block_tag
def panel(
    content: SafeString,
    title: object = "",
    href: str = "",
    link: object = "",
    id: str = "",
    live: bool = False,
    kind: str = "",
    level: int = 2,
) -> SafeString:
    """Frame one question of a page. Args: live: fetched again when something changes (needs an id)."""
    head = NOTHING
    if title:
        more = format_html('<a class="panel-link" href="{}">{}</a>', href, link or gettext("See all")) if href else ""
        head = format_html('<header class="panel-head"><h{0}>{1}</h{0}>{2}</header>', level, title, more)
    return format_html(
        '<section class="panel{}"{}{}>{}<div class="panel-body">{}</div></section>',
        f" panel-{kind}" if kind else "",
        format_html(' id="{}"', id) if id else "",
        mark_safe(" data-live") if live else "",
        head,
        content,
    )


NOTICE_ICONS = {"info": "info", "ok": "check", "warn": "warning", "bad": "error"}


@register.simple_block_tag
def notice(content: SafeString, kind: str = "info", title: object = "") -> SafeString:
    """Say something about this page. Args: kind: info, ok, warn or bad."""
    head = format_html('<p class="notice-title">{}</p>', title) if title else NOTHING
    return format_html(
        '<div class="notice notice-{}">{}<div>{}{}</div></div>',
        kind,
        icon_svg(NOTICE_ICONS.get(kind, "info")),
        head,
        content,
    )


@register.inclusion_tag("ui/parts/error_box.html")
def error_box(error: dict[str, Any]) -> dict[str, Any]:
    """Show an error document: what happened, where, what to do now, its code."""
    return {"error": error.get("error", error)}


@register.inclusion_tag("ui/parts/empty.html")
def empty_page(
    title: object, text: object = "", href: str = "", action: object = "", icon: str = "dot"
) -> dict[str, object]:
    """Say why nothing is here yet and what to do first."""
    return {"title": title, "text": text, "href": href, "action": action, "icon": icon}


@register.simple_block_tag
def disclosure(content: SafeString, title: object, open: bool = False, id: str = "") -> SafeString:
    """Fold what is needed seldom."""
    return format_html(
        '<details class="disclosure"{}{}><summary>{}<span>{}</span></summary><div class="disclosure-body">{}</div>'
        "</details>",
        format_html(' id="{}"', id) if id else "",
        mark_safe(" open") if open else "",
        icon_svg("right"),
        title,
        content,
    )


@register.simple_tag
def crumb(label: object, href: str = "") -> SafeString:
    """Put one step in the breadcrumb."""
    if href:
        return format_html('<li><a href="{}">{}</a></li>', href, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.simple_tag
def button_link(label: object, href: str, kind: str = "", icon: str = "") -> SafeString:
    """Make a link that looks like a button. Args: kind: "", primary, quiet or danger."""
    return format_html(
        '<a class="button {}" href="{}">{}<span>{}</span></a>', kind, href, icon_svg(icon) if icon else "", label
    )


@register.simple_block_tag
def tabs(content: SafeString, label: object = "") -> SafeString:
    """Wrap the views of one thing; each `tab` is a link of its own."""
    return format_html('<nav class="tabs" aria-label="{}"><ul>{}</ul></nav>', label, content)


@register.simple_tag
def tab(label: object, href: str, current: bool = False, count: object = None) -> SafeString:
    """Make one tab."""
    return format_html(
        '<li><a href="{}"{}>{}{}</a></li>',
        href,
        mark_safe(' aria-current="page"') if current else "",
        label,
        format_html(' <span class="count">{}</span>', number(count)) if count is not None else "",
    )


@register.simple_block_tag
def facts(content: SafeString) -> SafeString:
    """Wrap a definition list."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: SafeString, label: object, definition: object = "") -> SafeString:
    """Show one fact; a dash with a word for screen readers where nothing is known."""
    if not content.strip():
        content = format_html(
            '<span class="nothing"><span aria-hidden="true">–</span><span class="unseen">{}</span></span>',
            gettext("not known"),
        )
    return format_html(
        '<div class="fact"><dt>{}{}</dt><dd>{}</dd></div>', label, tip(definition) if definition else "", content
    )
