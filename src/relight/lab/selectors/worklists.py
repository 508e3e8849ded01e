"""What is ordered and not measured yet, by analyzer.

Owns the bench's worklist. Refuses to hide: a test no analyzer of the site does stands on a list of its own.
Source: docs/design/lab.md, "Results while the laboratory system is down".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relight.hospital.api import site_list
from relight.lab.models import Link
from relight.lab.selectors.codes import codes_of_link
from relight.lab.selectors.orders import OrderedTest, OrderView, orders_open
from relight.lab.types import Rung
from relight.record.api import catalogue_now

NOBODY = "-"  # the list of tests that no analyzer here does
LIMIT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """One sample on a list. Args: tests: short names. told: whether the analyzer was told of all of them."""

    order: OrderView
    tests: tuple[str, ...]
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One analyzer's list. Args: id: of the link, or NOBODY. by_hand: tests are chosen at the analyzer."""

    id: str
    name: str
    site: str
    by_hand: bool
    rows: tuple[WorkRow, ...]

    @property
    def caption(self) -> str:
        """Its name and site: two sites have analyzers of the same name."""
        return f"{self.name} · {self.site}" if self.site else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklists:
    """All lists. Args: cut: whether more orders wait than are shown."""

    benches: tuple[Bench, ...]
    cut: bool


def worklists(*, site: str = "", link: str = "", priority: str = "") -> Worklists:
    """Return what waits for each analyzer, immediate first. Three queries, and one or two a link.

    Args: link: only this list; NOBODY for what no analyzer does. priority: only orders of it.
    """
    orders = orders_open(site=site, limit=LIMIT + 1)
    cut = len(orders) > LIMIT
    orders = [order for order in orders[:LIMIT] if not priority or order.priority.value == priority]
    sites = {one.id: one.name for one in site_list()}
    links = Link.objects.filter(enabled=True).order_by("site", "name")
    rows = [row for row in links if not site or row.site in ("", site)]
    codes = {row.pk: codes_of_link(row).by_loinc for row in rows}
    benches = [_bench(row, orders, codes[row.pk], site=sites.get(row.site, row.site)) for row in rows]
    benches.append(_nobody(orders, rows, codes))
    wanted = (bench for bench in benches if bench.rows and link in ("", bench.id))
    return Worklists(benches=tuple(wanted), cut=cut)


def _bench(row: Link, orders: Sequence[OrderView], codes: Mapping[str, str], *, site: str) -> Bench:
    here = [order for order in orders if row.site in ("", order.site)]
    found = [_row(order, [test for test in order.open_tests if test.loinc in codes]) for order in here]
    return Bench(
        id=row.pk,
        name=row.name,
        site=site,
        by_hand=not Rung(row.rung).takes_orders,
        rows=tuple(row for row in found if row.tests),
    )


def _nobody(orders: Sequence[OrderView], rows: Sequence[Link], codes: Mapping[str, Mapping[str, str]]) -> Bench:
    found = []
    for order in orders:
        done = {loinc for row in rows if row.site in ("", order.site) for loinc in codes[row.pk]}
        found.append(_row(order, [test for test in order.open_tests if test.loinc not in done]))
    return Bench(id=NOBODY, name="", site="", by_hand=True, rows=tuple(row for row in found if row.tests))


def _row(order: OrderView, tests: Sequence[OrderedTest]) -> WorkRow:
    known = catalogue_now().tests
    shorts = tuple(known[test.loinc].short if test.loinc in known else test.name for test in tests)
    return WorkRow(order=order, tests=shorts, told=all(test.state == "sent" for test in tests))
