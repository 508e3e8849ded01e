"""Noting that the record of an order's patient is to be brought in line with its results.

Owns that note, written in the transaction of the change itself. Source: docs/design/lab.md, "Into the record".
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from relight.journal.api import writing
from relight.kernel.act import Act
from relight.lab.models import ChartDue, Charted
from relight.people.api import Permission, service


def chart_due(act: Act, orders: Iterable[UUID | None], *, charted_only: bool = False) -> None:
    """Note orders whose results, or their standing, changed; inside a write of the caller.

    Args: charted_only: only those something of is in the record already.
    """
    wanted = {order for order in orders if order is not None}
    if charted_only and wanted:
        wanted = set(Charted.objects.filter(order__in=wanted).values_list("order", flat=True))
    rows = [ChartDue(order=order, since=act.at) for order in sorted(wanted)]
    ChartDue.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


@service(Permission.LAB_RECEIVE)
def chart_again(*, act: Act, order: UUID) -> None:
    """Look again at what the record holds of an order, when something of it is there."""
    if not Charted.objects.filter(order=order).exists():
        return
    with writing(act) as log:
        chart_due(act, [order])
        log.entry("lab.chart_due", subject=f"order:{order}", body={})
