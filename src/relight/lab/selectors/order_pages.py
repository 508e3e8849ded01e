"""Pages of orders: rows of the list, one order with what became of it, ranges of numbers.

Owns the views of these pages. Source: docs/design/lab.md, "Orders and queries".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext

from relight.hospital.api import site_list
from relight.kernel.errors import N_
from relight.lab.models import Exchange, Link
from relight.lab.rules.orders import PRIORITY_NAMES, Priority
from relight.lab.selectors.orders import OrderView, order_get, orders_by_ids
from relight.lab.selectors.results import Person, person_of
from relight.people.api import names_of
from relight.record.api import catalogue_now, order_maker, series_list
from relight.record.plain import NO_TUBE, Series
from relight.ui.api import Column

COLUMNS = (
    Column(key="sample", label=N_("Sample"), sort=("sample",), always=True),
    Column(key="patient", label=N_("Patient"), sort=("family", "given"), always=True),
    Column(key="ward", label=N_("Ward"), sort=("site", "ward")),
    Column(key="tests", label=N_("Tests")),
    Column(key="priority", label=N_("Priority"), sort=("priority",)),
    Column(key="state", label=N_("State"), sort=("state",)),
    Column(key="made", label=N_("Ordered"), sort=("made_at",)),
)
TEST_STATES = {
    "wanted": N_("wanted"),
    "sent": N_("sent to the analyzer"),
    "done": N_("measured"),
    "cancelled": N_("cancelled"),
}
ORDER_STATES = {"open": N_("open"), "done": N_("done"), "cancelled": N_("cancelled")}
ORDER_LOOKS = {"open": "waiting", "done": "done", "cancelled": "disabled"}
TEST_LOOKS = {"wanted": "waiting", "sent": "running", "done": "done", "cancelled": "disabled"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One row of the list. Args: look, word: of its state. urgent: word of a priority that is not routine."""

    order: OrderView
    site: str
    tests: str
    done: int
    urgent: str
    look: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TubeRow:
    """One tube of an order with its tests: name, look and word of each."""

    tube: str
    colour: str
    tests: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow:
    """One message to an analyzer about an order."""

    at: datetime
    link: str
    kind: str
    state: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """One order as its page shows it."""

    order: OrderView
    person: Person
    site: str
    priority: str
    urgent: bool
    look: str
    word: str
    by: str
    tubes: tuple[TubeRow, ...]
    sent: tuple[SentRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """One range of sample numbers."""

    site: str
    prefix: str
    next: str
    given: int
    left: int
    open: bool


def order_rows(rows: Sequence[Any]) -> list[OrderRow]:
    """Return the rows of a list page. Seven queries, however many rows."""
    sites = {site.id: site.name for site in site_list()}
    views = orders_by_ids(row.pk for row in rows)
    return [_row(views[row.pk], sites) for row in rows if row.pk in views]


def _row(order: OrderView, sites: dict[str, str]) -> OrderRow:
    known = catalogue_now().tests
    wanted = [test for test in order.tests if test.state != "cancelled"]
    shorts = [known[test.loinc].short if test.loinc in known else test.name for test in wanted]
    routine = order.priority is Priority.ROUTINE
    return OrderRow(
        order=order,
        site=sites.get(order.site, order.site),
        tests=", ".join(shorts[:6]) + (f" +{len(shorts) - 6}" if len(shorts) > 6 else ""),
        done=sum(test.state == "done" for test in wanted),
        urgent="" if routine else gettext(PRIORITY_NAMES[order.priority]),
        look=ORDER_LOOKS[order.state],
        word=gettext(ORDER_STATES[order.state]),
    )


def order_page(order: UUID) -> OrderPage:
    """Return one order for its page. Raises: MissingError RL-LAB-201."""
    view = order_get(order)
    maker = order_maker(order)
    sites = {site.id: site.name for site in site_list()}
    links = dict(Link.objects.values_list("pk", "name"))
    exchanges = Exchange.objects.filter(order=order).defer("content").order_by("made_at")
    return OrderPage(
        order=view,
        person=person_of(view),
        site=sites.get(view.site, view.site),
        priority=gettext(PRIORITY_NAMES[view.priority]),
        urgent=view.priority is not Priority.ROUTINE,
        look=ORDER_LOOKS[view.state],
        word=gettext(ORDER_STATES[view.state]),
        by=names_of([maker])[maker],
        tubes=_tubes(view),
        sent=tuple(
            SentRow(at=row.made_at, link=links[row.link_id], kind=row.kind, state=row.state, code=row.code)
            for row in exchanges
        ),
    )


def _tubes(order: OrderView) -> tuple[TubeRow, ...]:
    catalogue, language = catalogue_now(), (get_language() or "en")[:2]
    tests = {test.loinc: test for test in order.tests}
    rows = []
    for specimen, loincs in catalogue.tubes(tests):
        shown = tuple(
            (
                catalogue.name(loinc, language=language, otherwise=tests[loinc].name),
                TEST_LOOKS[tests[loinc].state],
                gettext(TEST_STATES[tests[loinc].state]),
            )
            for loinc in loincs
        )
        name = specimen.names.get(language) or specimen.names["en"] if specimen else NO_TUBE
        rows.append(TubeRow(tube=name, colour=specimen.colour if specimen else "", tests=shown))
    return tuple(rows)


def series_page() -> list[SeriesRow]:
    """Return the reserved ranges as their page shows them."""
    sites = {site.id: site.name for site in site_list()}
    rows = []
    for row in series_list():
        series = Series(prefix=row.prefix, digits=row.digits, last=row.last)
        left = 10**row.digits - 1 - row.last
        rows.append(
            SeriesRow(
                site=sites.get(row.site, row.site),
                prefix=row.prefix,
                next=series.number(row.last + 1) if row.open and left else "",
                given=row.last,
                left=left,
                open=row.open,
            )
        )
    return rows
