"""Lists: the table with its sort links, filters, bulk bar and pages. Owns markup only."""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from relight.ui.icons import icon_svg
from relight.ui.tables import Table

register = template.Library()

NOTHING = mark_safe("")


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
    head = render_to_string("ui/parts/table_head.html", table_head(table, bulk))
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
