"""A list page: sort, page, column choice and CSV, all kept in the address.

Owns the parameters `sort`, `page`, `col` and `format`; a page's own filters are free to use any
other name. Refuses to filter: that is the page's selector.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict, StreamingHttpResponse
from django.utils.translation import gettext

PAGE_SIZE = 50
OWN_PARAMETERS = frozenset({"sort", "page", "col", "format", "csrfmiddlewaretoken"})
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Args: key: its word in the address. label: English, `N_`-marked. sort: the order_by fields that sort by
    it (ascending); empty when it cannot be sorted. numeric: aligned right. always: cannot be hidden.
    shown: shown until somebody chooses. value: the text of a row for CSV; none leaves it out of the file.
    """

    key: str
    label: str
    sort: tuple[str, ...] = ()
    numeric: bool = False
    always: bool = False
    shown: bool = True
    value: Callable[[Any], object] | None = None

    def words(self) -> str:
        """Return the head of the column in the reader's language."""
        return gettext(self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What the address asks of a list, and (after `over`) the rows that answer it."""

    columns: tuple[Column, ...]
    query: QueryDict
    sort: str
    descending: bool
    chosen: frozenset[str]
    page_number: str = "1"
    page_size: int = PAGE_SIZE
    page: Page[Any] | None = field(default=None)

    @property
    def order_by(self) -> tuple[str, ...]:
        """Return the order_by arguments, with the direction asked for."""
        column = next((c for c in self.columns if c.key == self.sort), None)
        fields = column.sort if column else ()
        return tuple(turned(name) for name in fields) if self.descending else fields

    @property
    def shown(self) -> tuple[Column, ...]:
        """Return the columns to show, in their own order."""
        return tuple(c for c in self.columns if c.key in self.chosen)

    @property
    def wants_csv(self) -> bool:
        """Say whether the address asks for the file instead of the page."""
        return self.query.get("format") == "csv"

    @property
    def rows(self) -> Sequence[Any]:
        """Return the rows of this page; none before `over`."""
        return list(self.page.object_list) if self.page else []

    @property
    def total(self) -> int:
        """Return how many rows there are on all pages."""
        return self.page.paginator.count if self.page else 0

    def over(self, rows: QuerySet[Any] | Sequence[Any]) -> Table:
        """Return this table holding its page of the rows. A page past the end gives the last one."""
        paginator: Paginator[Any] = Paginator(rows, self.page_size)
        return replace(self, page=paginator.get_page(self.page_number))

    def sorted(self, rows: Iterable[Any]) -> list[Any]:
        """Sort values that are no rows of a database by the attributes `order_by` names; nothing comes last."""
        found = list(rows)
        for name in reversed(self.order_by):
            key = name.removeprefix("-")
            found.sort(key=lambda row: sort_key(getattr(row, key)), reverse=name.startswith("-"))
        return found

    def address(self, **changes: object) -> str:
        """Write the query string of this list with some parameters changed; None removes one."""
        query = self.query.copy()
        for key, value in changes.items():
            if value is None:
                query.pop(key, None)
            else:
                query[key] = str(value)
        text = query.urlencode()
        return f"?{text}" if text else "?"

    def sort_address(self, column: Column) -> str:
        """Write the address that sorts by a column: ascending first, turned when it is already."""
        turn = self.sort == column.key and not self.descending
        return self.address(sort=("-" if turn else "") + column.key, page=None)

    def kept(self, *, own: bool = False) -> list[tuple[str, str]]:
        """List the parameters a form must carry on: the filters, or (own) sort and columns."""
        pairs = [(key, value) for key, values in self.query.lists() for value in values]
        keep = {"sort", "col"} if own else set(self.query) - OWN_PARAMETERS | {"sort"}
        return [(key, value) for key, value in pairs if key in keep]


def sort_key(value: object) -> tuple[bool, Any]:
    """Order text without regard to case, and nothing (None) apart from everything else."""
    return (value is None, value.casefold() if isinstance(value, str) else "" if value is None else value)


def turned(name: str) -> str:
    """Turn the direction of one order_by field."""
    return name[1:] if name.startswith("-") else f"-{name}"


def table_read(query: QueryDict, *, columns: Sequence[Column], sort: str, page_size: int = PAGE_SIZE) -> Table:
    """Read what the address asks of a list. Unknown words are ignored: an old bookmark still opens.

    Args: sort: the default, a column key with `-` in front for descending.
    """
    sortable = {c.key for c in columns if c.sort}
    asked = query.get("sort", "")
    if asked.removeprefix("-") not in sortable:
        asked = sort
    picked = set(query.getlist("col")) & {c.key for c in columns}
    chosen = picked | {c.key for c in columns if c.always or (not picked and c.shown)}
    return Table(
        columns=tuple(columns),
        query=query,
        sort=asked.removeprefix("-"),
        descending=asked.startswith("-"),
        chosen=frozenset(chosen),
        page_number=query.get("page", "1"),
        page_size=page_size,
    )


class Echo:
    """A file that hands back what is written, so that csv can stream."""

    def write(self, text: str) -> str:
        return text


def csv_safe(value: object) -> str:
    """Write one cell so that no spreadsheet takes it for a formula (a host name is typed by strangers)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not is_number(text) else text


def is_number(text: str) -> bool:
    """Say whether a text is a plain number, which may begin with a sign."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def csv_response(table: Table, rows: Iterable[Any], *, filename: str) -> StreamingHttpResponse:
    """Stream the shown columns that have a `value` as CSV (UTF-8 with BOM, as spreadsheets want it).

    Args: rows: all rows, not only this page. filename: such as `machines.csv`.
    """
    columns = [c for c in table.shown if c.value is not None]
    writer = csv.writer(Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow([c.words() for c in columns])
        for row in rows:
            yield writer.writerow([csv_safe(c.value(row)) for c in columns if c.value is not None])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
