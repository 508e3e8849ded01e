"""Sample labels of orders, and of numbers given out ahead, as a PDF to print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import get_language, gettext

from relight.kernel.act import Act
from relight.lab import errors
from relight.lab.rules.orders import Priority
from relight.lab.selectors.orders import OrderView, orders_by_ids
from relight.lab.selectors.people_words import born_words
from relight.lab.services.seen import seen
from relight.paper.labels import Sheet
from relight.paper.tube_labels import TubeLabel, tube_labels_pdf
from relight.people.api import Permission, service
from relight.record.api import catalogue_now
from relight.record.plain import COLOUR_NAMES, Specimen, named

TESTS_SHOWN = 9


@service(Permission.LAB_ORDER)
def order_labels(*, act: Act, orders: Sequence[UUID], sheet: Sheet) -> tuple[bytes, int]:
    """Print the labels of orders, one a tube; that somebody read them is journalled.

    Returns: the PDF and how many labels it has. Raises: MissingError RL-LAB-201 when there is none.
    """
    known = orders_by_ids(orders)
    labels = [label for pk in orders if pk in known for label in _labels(known[pk])]
    if not labels:
        raise errors.NO_ORDER.error()
    subject = f"order:{orders[0]}" if len(known) == 1 else "lab:orders"
    seen(act=act, subject=subject, what="labels", count=len(known))
    return _pdf(labels, sheet=sheet), len(labels)


@service(Permission.LAB_ORDER)
def number_labels(*, act: Act, numbers: Sequence[str], sheet: Sheet) -> bytes:
    """Print labels for numbers given out ahead: the name is written on by hand. Raises: RL-LAB-201 for none."""
    if not numbers:
        raise errors.NO_ORDER.error()
    blank = "…" * 14
    labels = [
        TubeLabel(code=number, name=blank, born=blank, place=blank, tube="", colour="", tests="") for number in numbers
    ]
    return _pdf(labels, sheet=sheet)


def _pdf(labels: Sequence[TubeLabel], *, sheet: Sheet) -> bytes:
    return tube_labels_pdf(labels, sheet=sheet, title=gettext("Sample labels"), language=(get_language() or "en")[:2])


def _labels(order: OrderView) -> Iterable[TubeLabel]:
    """One label a tube; an order whose tests are all cancelled has none."""
    wanted = [test.loinc for test in order.tests if test.state != "cancelled"]
    names = {test.loinc: test.name for test in order.tests}
    catalogue = catalogue_now()
    for specimen, loincs in catalogue.tubes(wanted):
        shorts = [catalogue.tests[one].short if one in catalogue.tests else names[one] for one in loincs]
        more = f" +{len(shorts) - TESTS_SHOWN}" if len(shorts) > TESTS_SHOWN else ""
        yield TubeLabel(
            code=order.sample,
            name=f"{order.family.upper()} {order.given}".strip(),
            born=f"{born_words(order.birth_date)} {order.sex}".strip(),
            place=" ".join(filter(None, (order.ward, order.bed))),
            tube=tube_words(specimen),
            colour=specimen.colour if specimen else "",
            tests=" ".join(shorts[:TESTS_SHOWN]) + more,
            urgent={Priority.STAT: "STAT", Priority.URGENT: gettext("URGENT")}.get(order.priority, ""),
        )


def tube_words(specimen: Specimen | None) -> str:
    """Name a tube: what it holds and the colour of its cap."""
    if specimen is None:
        return gettext("tube: ask the laboratory")
    name = named(specimen.names, language=(get_language() or "en")[:2])
    return f"{name} ({gettext(COLOUR_NAMES[specimen.colour])})"
