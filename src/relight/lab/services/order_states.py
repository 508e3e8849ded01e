"""What became of an order's tests: told to an analyzer, measured.

Owns those two steps, each inside a write of its caller. Source: docs/design/lab.md, "Orders and queries".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from relight.lab.models import Order, OrderTest, Result
from relight.lab.selectors.codes import tests_all_alike


def order_tests_done(*, done: Mapping[UUID, Iterable[str]]) -> None:
    """Note that results of these tests have arrived, by order and LOINC in any unit; inside a write of the caller.

    An order nothing is wanted of any more is done.
    """
    for order, loincs in done.items():
        alike = sorted(tests_all_alike(loincs))
        OrderTest.objects.filter(order=order, loinc__in=alike, state__in=["wanted", "sent"]).update(state="done")
    left = OrderTest.objects.filter(order__in=list(done), state__in=["wanted", "sent"]).values("order")
    Order.objects.filter(pk__in=list(done), state="open").exclude(pk__in=left).update(state="done")


def order_tests_again(*, order: UUID, loincs: Iterable[str], without: UUID) -> None:
    """Want tests again whose results are not usable, unless others of them count; inside a write of the caller.

    Args: without: the report whose results are put aside.
    """
    others = Result.objects.filter(report__order=order, report__closed_by="").exclude(report=without)
    kept = tests_all_alike(others.exclude(loinc="").values_list("loinc", flat=True))
    again = sorted(tests_all_alike(loincs) - kept)
    if OrderTest.objects.filter(order=order, loinc__in=again, state="done").update(state="wanted"):
        Order.objects.filter(pk=order, state="done").update(state="open")


def order_tests_sent(*, sent: Mapping[UUID, Iterable[str]]) -> None:
    """Note that an analyzer was told to run these tests; inside a write of the caller."""
    for order, loincs in sent.items():
        OrderTest.objects.filter(order=order, loinc__in=list(loincs), state="wanted").update(state="sent")
