"""What reading a batch of messages needs to know: links, drivers, mappings, controls, orders, catalogue.

Owns looking it up once for the batch. Refuses writing. Source: docs/design/lab.md, “Reading”.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from relight.lab.models import Climb, Link, TestMap
from relight.lab.rules.driver import Driver, TestMapping
from relight.lab.rules.matching import LinkRules, OrderKnown
from relight.lab.selectors.codes import tests_all_alike
from relight.lab.selectors.drivers import drivers_now
from relight.lab.selectors.orders import OrderView, orders_of_samples
from relight.lab.selectors.qc import standings
from relight.lab.types import OrdersKept, Rung
from relight.record.api import catalogue_now
from relight.record.plain import Catalogue


@dataclass(slots=True, kw_only=True)
class Desk:
    """The links of a batch with all that decides about their results.

    Args: links: rows by id. drivers: by link. maps: what people mapped, by link.
    """

    links: Mapping[str, Link]
    drivers: Mapping[str, Driver]
    maps: Mapping[str, tuple[TestMapping, ...]]
    catalogue: Catalogue
    qc_out: dict[str, frozenset[str]]
    orders: dict[str, OrderKnown] = field(default_factory=dict)

    def rules_of(self, link: str, *, at: datetime | None = None) -> LinkRules:
        """Return what a link asks of results, its controls as they stand now.

        Args: at: when they arrived. What came while the link was not trusted with results was written down
        by hand then: it does not go by itself because the link climbed meanwhile.
        """
        if link not in self.qc_out:
            self.qc_out.update(_qc_out([link]))
        row = self.links[link]
        rung = Rung(row.rung)
        if at is not None and rung.gives_results and at < row.rung_since and not rung_at(link, at).gives_results:
            rung = Rung.PAPER
        return LinkRules(rung=rung, orders=OrdersKept(row.orders), qc_out=self.qc_out[link])

    def qc_forget(self, link: str) -> None:
        """Look at a link's controls anew next time: one was measured."""
        self.qc_out.pop(link, None)

    def orders_load(self, samples: Iterable[str]) -> None:
        """Look the orders of these samples up. Seven queries for 500 samples."""
        found = orders_of_samples(samples)
        self.orders.update({sample: order_known(view) for sample, view in found.items()})


def rung_at(link: str, at: datetime) -> Rung:
    """Return the rung a link stood on at a time. One query."""
    before = Climb.objects.filter(link=link, at__lte=at).order_by("-at", "-id").first()
    return Rung(before.to_rung) if before else Rung.PAPER


def desk_for(links: Iterable[str]) -> Desk:
    """Look up what these links need. Six queries, however many messages there are."""
    rows = Link.objects.in_bulk(sorted(set(links)))
    drivers = drivers_now()
    maps: dict[str, list[TestMapping]] = {link: [] for link in rows}
    for row in TestMap.objects.filter(link__in=list(rows)):
        maps[row.link_id].append(mapping_of(row))
    return Desk(
        links=rows,
        drivers={link: drivers.get_or_blind(row.driver) for link, row in rows.items()},
        maps={link: tuple(found) for link, found in maps.items()},
        catalogue=catalogue_now(),
        qc_out=_qc_out(rows),
    )


def mapping_of(row: TestMap) -> TestMapping:
    """Return a row as the rules want it."""
    return TestMapping(
        code=row.code, unit_sent=row.unit_sent, loinc=row.loinc, name=row.name, unit=row.unit, factor=row.factor
    )


def order_known(view: OrderView) -> OrderKnown:
    """Return an order as the rules compare it: its tests in whatever unit they may come."""
    return OrderKnown(
        id=view.id,
        sample=view.sample,
        family=view.family,
        given=view.given,
        birth_date=view.birth_date,
        sex=view.sex,
        ids=frozenset(one.value for one in view.patient_ids),
        tests=tests_all_alike(test.loinc for test in view.tests if test.state != "cancelled"),
        is_cancelled=view.is_cancelled,
        earlier=view.earlier,
    )


def _qc_out(links: Iterable[str]) -> dict[str, frozenset[str]]:
    return {
        link: frozenset(row.target.code for row in rows if row.broken) for link, rows in standings(list(links)).items()
    }
