"""Orders: made by hand, added to, cancelled, as requests of the record.

Owns finding whose they are, the laboratory's journal entry, and telling the analyzers. The requests are the record's
(`relight.record`), which refuses two patients under one number. Source: docs/design/lab.md, "Orders and queries".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.timezone import localtime

from relight.journal.api import Body, EventDraft, Log, writing
from relight.kernel.act import Act
from relight.lab import errors
from relight.lab.models import Result
from relight.lab.rules.orders import NewOrder, Wanted, order_refusal, sex_word
from relight.lab.selectors.orders import OrderView, order_get, orders_by_ids
from relight.lab.services.answers import order_tell, order_untell
from relight.lab.services.charting_due import chart_due
from relight.people.api import Permission, service
from relight.record.api import (
    NewRequests,
    OrderMade,
    Place,
    RequestState,
    patients_said,
    requests_add,
    requests_lay,
    requests_move,
)
from relight.record.plain import NO_TESTS, Said, SaidNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of one order. Args: is_new: false for one that was here. added: tests added to it."""

    id: UUID
    sample: str
    is_new: bool
    added: int = 0
    cancelled: int = 0


@service(Permission.LAB_ORDER)
def order_make(*, act: Act, order: NewOrder) -> Made:
    """Make an order; without a sample number it gets the next reserved one of its site.

    Its patient is found in the record, or registered there with an identity to be checked. Raises: RuleError RL-LAB-202
    for a number that is taken; InputError RL-LAB-203 to 208, 232.
    """
    refusal = order_refusal(order, today=localtime(act.at).date())
    if refusal is not None:
        raise refusal
    with writing(act) as log:
        (made,) = orders_lay(act, log, [order])
        log_order(log, made.order, verb="lab.order", body={"tests": len(made.requests), "site": order.site})
        order_tell(act, made.order)
    return Made(id=made.order, sample=made.sample, is_new=True, added=len(made.requests))


def orders_lay(act: Act, log: Log, orders: Sequence[NewOrder]) -> list[OrderMade]:
    """Write orders and the patients they are for; inside a write of the caller."""
    patients = patients_said(act=act, log=log, said=[said_of(order) for order in orders])
    new = [_requests(order, patient) for order, patient in zip(orders, patients, strict=True)]
    return requests_lay(act=act, log=log, orders=new)


def said_of(order: NewOrder) -> Said:
    """Return whom an order names, as the record compares it."""
    return Said(
        family=" ".join(order.family.split())[:120],
        given=" ".join(order.given.split())[:120],
        birth=order.birth_date.isoformat() if order.birth_date else "",
        sex=sex_word(order.sex),
        numbers=tuple(SaidNumber(system=one.system, value=one.value.strip()) for one in order.patient_ids),
    )


def _requests(order: NewOrder, patient: UUID) -> NewRequests:
    place = Place(site=order.site, ward=order.ward[:80], bed=order.bed[:40]) if order.site or order.ward else None
    return NewRequests(
        patient=patient,
        tests=order.tests,
        sample=order.sample,
        number=order.number[:80],
        place=place,
        prescriber=order.prescriber[:120],
        priority=order.priority,
        taken_at=order.taken_at,
        note=order.note[:400],
        source=order.source[:200],
    )


def log_order(log: Log, order: UUID, *, verb: str, body: Body) -> None:
    """Journal what was done to one order, with the event others wait for."""
    name = "lab.order_made" if verb == "lab.order" else "lab.order_changed"
    event = EventDraft(name=name, subject=f"order:{order}", body={})
    log.entry(verb, subject=f"order:{order}", body=body, events=[event])


@service(Permission.LAB_ORDER)
def order_tests_add(*, act: Act, order: UUID, tests: Sequence[Wanted]) -> int:
    """Add tests to an order. Returns: how many were new to it; a cancelled test is wanted again.

    Raises: RL-LAB-201, RL-LAB-206, RL-LAB-209.
    """
    if not tests:
        raise NO_TESTS.error(where="tests")
    with writing(act) as log:
        view = _open_view(order)
        added = requests_add(act=act, log=log, order=view.id, tests=tests)
        log_order(log, order, verb="lab.order_add", body={"tests": added})
        if added:
            chart_due(act, [order], charted_only=True)
            order_tell(act, order)
    return added


@service(Permission.LAB_ORDER)
def order_cancel(*, act: Act, order: UUID, reason: str) -> None:
    """Cancel an order nothing was measured for; its number stays taken.

    Raises: RL-LAB-201, RL-LAB-209, RL-LAB-210 when results have arrived, RL-LAB-211 without a reason.
    """
    if not reason.strip():
        raise errors.CANCEL_REASON_MISSING.error(where="reason")
    with writing(act) as log:
        view = _open_view(order)
        if view.state == "done" or Result.objects.filter(report__order=order).exists():
            raise errors.ORDER_HAS_RESULTS.error()
        order_untell(act, view)
        gone = [test.request for test in view.open_tests]
        requests_move(act=act, log=log, requests=gone, to=RequestState.CANCELLED, reason=reason)
        log_order(log, order, verb="lab.order_cancel", body={"tests": len(gone)})


def _open_view(order: UUID) -> OrderView:
    view = order_get(order)
    if view.is_cancelled:
        raise errors.ORDER_CLOSED.error()
    return view


def orders_known(orders: Sequence[UUID]) -> dict[str, OrderView]:
    """Return orders that were just made, by sample."""
    return {view.sample: view for view in orders_by_ids(orders).values()}
