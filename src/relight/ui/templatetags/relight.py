"""`{% load relight %}`: the components of every page. See `/styleguide/` (DEBUG) for all of them at work.

States      {% state "up" %}  {% state unit.level %}  {% state m.stage label=_("word") %}  {% symbol "down" %}
            any Enum or word of ui.rules.STATES; colour + symbol + word. `size="large"` for page heads.
Times       {{ at|dday }} -> 14 nov. 05:10 · J+1   {{ at|dday_text }} the same without markup
            {{ at|ago }} -> 3 min ago   {{ span|duration }} -> 3 days 4 hours   {% day_chip 10 %} -> a chip   {% day_word 10 %} -> D+10
Numbers     {{ 12345|number }} -> 12 345   {{ 0.34|share }} -> 34 %   {{ 220|share_of:1500 }} -> 15 %
Icons       {% icon "machine" %}   (ui.icons.ICONS; decoration: write the word beside it)
Figures     {% figure value=220 label=_("Machines operational") of=3000 href=url definition=_("…") state="up" %}
            {% stats %}{% stat value=12 label=_("Waiting") href=url definition=_("…") state="degraded" %}{% endstats %}
            {% tip _("definition of the word") %}   {% progress value=40 max=100 label=_("Rows read") %}
            {% stacked shares label=_("Machines by state") %}   shares: list of ui.api.Share
Panels      {% panel _("Title") href=url link=_("All of them") id="x" live=True %}…{% endpanel %}
            {% notice "info|ok|warn|bad" _("Title") %}…{% endnotice %}   {% error_box error %} (an error document)
            {% empty_page _("No machine yet") text=_("Import …") href=url action=_("Import a list") icon="imports" %}
            {% disclosure _("More") open=False %}…{% enddisclosure %}
Navigation  {% crumb _("Line") url %} in block breadcrumb   {% button_link _("Import") url kind="primary" icon="plus" %}
            {% tabs _("Views of the line") %}{% tab _("Board") url current=True count=12 %}{% endtabs %}
Facts       {% facts %}{% fact _("Serial") %}{{ m.serial }}{% endfact %}{% endfacts %}  (an empty fact shows a dash)
Tables      with table = table_read(…).over(rows) of ui.api:
            {% filters table %}…fields…{% endfilters %}   {% table_tools table %} column choice, CSV, print
            {% table table caption=_("Machines") bulk=True %}{% for m in table.rows %}<tr data-href="{{ url }}">
              {% bulk_box m.id m.name %}{% cell table "name" head=True %}<a href="{{ url }}">…</a>{% endcell %}…</tr>
            {% endfor %}{% endtable %}{% pager table %}
            bulk: put it in <form method="post" data-bulk> with {% bulk_bar %}<button …>…</button>{% endbulk_bar %}
            a plain table: <div class="table-scroll"><table class="table">…
Forms       {% error_summary form %}{% field form.name %}{% field form.kind hint=_("…") %}{% fields form %}
            {% buttons %}<button class="button primary">…</button>{% endbuttons %}   data-draft="key" on <form> saves drafts
            a scanner field: widget attrs {"data-scan": "", "autocomplete": "off"}
Lists       {% timeline %}{% moment at title by=name href=url state="up" %}…{% endmoment %}{% endtimeline %}
            {% board _("The line") %}{% board_column _("Seen") count=12 state="seen" href=url %}
              {% card _("PC-12") url state="seen" note="Arlon" %}{% endcard %}{% endboard_column %}{% endboard %}
            {% matrix matrix %}  a ui.api.Matrix of states
Confirm     render "ui/confirm.html" with heading, consequences (list of sentences), action, cancel (address), form, danger
Live        an element with an id and data-live is fetched again when something changed (panel live=True id="…")

Owns markup only. Refuses queries and rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template.context import Context
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from relight.ui.icons import icon_svg, symbol_svg
from relight.ui.moment import date_words, moment, span_words
from relight.ui.moment import day_word as day_phrase
from relight.ui.rules import spread, state_look
from relight.ui.tables import Table
from relight.ui.types import Matrix, Share

register = template.Library()

NOTHING = mark_safe("")
BAR_WIDTH = 1000


# States ---------------------------------------------------------------------------------------------


@register.simple_tag
def state(value: object, label: object = "", size: str = "") -> SafeString:
    """Show a state by colour, symbol and word."""
    tone, word = state_look(value)
    return format_html(
        '<span class="state tone-{}{}">{}<span class="state-word">{}</span></span>',
        tone.value,
        " state-large" if size == "large" else "",
        symbol_svg(tone),
        label or gettext(word),
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


# Times and numbers ----------------------------------------------------------------------------------


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


# Figures --------------------------------------------------------------------------------------------


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


# Panels ---------------------------------------------------------------------------------------------


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


# Navigation -----------------------------------------------------------------------------------------


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


# Facts ----------------------------------------------------------------------------------------------


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


# Tables ---------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/table_head.html")
def table_head(table: Table, bulk: bool = False) -> dict[str, object]:
    """Write the head of a table, with its sort links."""
    heads = [
        {
            "column": column,
            "href": table.sort_address(column) if column.sort else "",
            "sorted": ("descending" if table.descending else "ascending") if column.key == table.sort else "",
        }
        for column in table.shown
    ]
    return {"heads": heads, "bulk": bulk}


@register.simple_block_tag
def table(content: SafeString, table: Table, caption: object, bulk: bool = False, id: str = "") -> SafeString:
    """Frame the rows of a list: sticky head, sort links, keyboard up, down and enter."""
    head = template.loader.render_to_string("ui/parts/table_head.html", table_head(table, bulk))
    return format_html(
        '<div class="table-scroll" tabindex="0" role="region" aria-label="{0}"{1}>'
        '<table class="table" data-keys><caption class="unseen">{0}</caption>{2}<tbody>{3}</tbody></table></div>',
        caption,
        format_html(' id="{}"', id) if id else "",
        head,
        content,
    )


@register.simple_block_tag
def cell(content: SafeString, table: Table, key: str, head: bool = False) -> SafeString:
    """Show one cell when its column is shown; on a phone its head stands before it."""
    if key not in table.chosen:
        return NOTHING
    column = next((c for c in table.columns if c.key == key), None)
    tag = "th" if head else "td"
    return format_html(
        '<{0}{1} data-label="{2}"{3}>{4}</{0}>',
        tag,
        mark_safe(' scope="row"') if head else "",
        column.words() if column else "",
        mark_safe(' class="numeric"') if column and column.numeric else "",
        content,
    )


@register.simple_tag
def bulk_box(value: object, label: object, name: str = "items", checked: bool = False) -> SafeString:
    """Make the box that takes a row into a bulk action."""
    return format_html(
        '<td class="bulk-cell"><label class="bulk-box"><input type="checkbox" name="{}" value="{}" data-bulk-box{}>'
        '<span class="unseen">{}</span></label></td>',
        name,
        value,
        mark_safe(" checked") if checked else "",
        gettext("Choose %(name)s") % {"name": label},
    )


@register.simple_block_tag
def bulk_bar(content: SafeString) -> SafeString:
    """Show what can be done with the chosen rows, and how many they are."""
    return format_html(
        '<div class="bulk-bar" data-bulk-bar><p class="bulk-count"><b data-bulk-count>0</b> {}</p>'
        '<div class="bulk-actions">{}</div></div>',
        gettext("chosen"),
        content,
    )


@register.simple_block_tag
def filters(content: SafeString, table: Table, label: object = "") -> SafeString:
    """Wrap the filters of a list: they stand in the address; sort and columns are carried on."""
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', table.kept(own=True))
    return format_html(
        '<form class="filters" method="get" role="search" aria-label="{}">{}{}<div class="filter-buttons">'
        '<button class="button">{}<span>{}</span></button><a class="button quiet" href="?">{}</a></div></form>',
        label or gettext("Filter this list"),
        hidden,
        content,
        icon_svg("filter"),
        gettext("Apply"),
        gettext("Clear"),
    )


@register.inclusion_tag("ui/parts/table_tools.html")
def table_tools(table: Table, csv: bool = True) -> dict[str, object]:
    """Show how many rows there are, the choice of columns, the CSV file."""
    return {
        "table": table,
        "kept": table.kept(),
        "csv_href": table.address(format="csv", page=None) if csv else "",
        "choices": [(column, column.key in table.chosen) for column in table.columns],
    }


@register.inclusion_tag("ui/parts/pager.html")
def pager(table: Table) -> dict[str, object]:
    """Lead to the other pages of a list."""
    page = table.page
    if page is None:
        return {"page": None}
    window = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    pages = [(n, table.address(page=n) if isinstance(n, int) else "") for n in window]
    return {
        "page": page,
        "pages": pages,
        "previous": table.address(page=page.number - 1) if page.has_previous() else "",
        "next": table.address(page=page.number + 1) if page.has_next() else "",
    }


# Forms ----------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, object]:
    """List every error of a form on top, each leading to its field."""
    lines = [
        (f"#{field.auto_id}" if field else "", message)
        for name, messages in form.errors.items()
        for message in messages
        for field in [form[name] if name in form.fields else None]
    ]
    return {"lines": lines}


@register.inclusion_tag("ui/parts/field.html")
def field(field: BoundField, hint: object = "", label: object = "") -> dict[str, object]:
    """Show one field: label, help, error, widget."""
    single_box = isinstance(field.field.widget, CheckboxInput)
    return {"field": field, "hint": hint or field.help_text, "label": label or field.label, "single_box": single_box}


@register.inclusion_tag("ui/parts/fields.html")
def fields(form: BaseForm) -> dict[str, object]:
    """Show all fields of a form in their own order."""
    return {"form": form}


@register.simple_block_tag
def buttons(content: SafeString) -> SafeString:
    """Wrap the buttons that end a form."""
    return format_html('<div class="buttons">{}</div>', content)


# Lists ----------------------------------------------------------------------------------------------


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
    heading = format_html('<a href="{}">{}</a>', href, title) if href else conditional_escape(title)
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
    name = format_html('<a href="{}">{}</a>', href, title) if href else conditional_escape(title)
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
