"""What became of an order's tests, as far as the gateway alone knows: told to an analyzer, measured, not usable.

Owns those steps, each inside a write of its caller; the record says them too once the results are in it
(`services.charting`). Source: docs/design/lab.md, "Orders and queries".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from relight.lab.models import Result, TestState
from relight.lab.selectors.codes import tests_all_alike
from relight.lab.selectors.orders import orders_by_ids


def order_tests_done(*, done: Mapping[UUID, Iterable[str]]) -> None:
    """Note that results of these tests have arrived, by order and LOINC in any unit; inside a write of the caller.

    An order nothing is wanted of any more is done.
    """
    views = orders_by_ids(done)
    rows = []
    for order, loincs in done.items():
        alike = tests_all_alike(loincs)
        open_tests = views[order].open_tests if order in views else ()
        rows += [(order, test.loinc, "measured") for test in open_tests if test.loinc in alike]
    _put(rows)


def order_tests_again(*, order: UUID, loincs: Iterable[str], without: UUID) -> None:
    """Want tests again whose results are not usable, unless others of them count; inside a write of the caller.

    Args: without: the report whose results are put aside.
    """
    others = Result.objects.filter(report__order=order, report__closed_by="").exclude(report=without)
    kept = tests_all_alike(others.exclude(loinc="").values_list("loinc", flat=True))
    again = tests_all_alike(loincs) - kept
    view = orders_by_ids([order]).get(order)
    tests = view.tests if view is not None else ()
    _put([(order, test.loinc, "wanted") for test in tests if test.state == "done" and test.loinc in again])


def order_tests_sent(*, sent: Mapping[UUID, Iterable[str]]) -> None:
    """Note that an analyzer was told to run these tests; inside a write of the caller."""
    _put([(order, loinc, "sent") for order, loincs in sent.items() for loinc in loincs])


def order_tests_unsent(*, order: UUID, loincs: Iterable[str]) -> None:
    """Want again what an analyzer that was told of it refused; inside a write of the caller."""
    TestState.objects.filter(order=order, state="sent", loinc__in=list(loincs)).delete()


def _put(rows: Iterable[tuple[UUID, str, str]]) -> None:
    TestState.objects.bulk_create(
        [TestState(order=order, loinc=loinc, state=state) for order, loinc, state in rows],
        update_conflicts=True,
        unique_fields=["order", "loinc"],
        update_fields=["state"],
        batch_size=500,
    )
