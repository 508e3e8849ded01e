"""Orders: made by hand, imported, added to, cancelled; sample numbers given out.

Owns every write of orders, one transaction and one journal entry each. Refuses two patients under one
number, and patient data in the journal: entries name the order, never the person or the sample.
Source: docs/design/lab.md, "Orders and queries".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.timezone import localtime

from relight.journal.api import Body, EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.lab import errors
from relight.lab.models import Order, OrderTest, Result, SampleSeries
from relight.lab.rules.orders import (
    NewOrder,
    Wanted,
    order_refusal,
    tests_once,
)
from relight.lab.selectors.orders import order_view, series_rules
from relight.lab.services.answers import order_tell, order_untell
from relight.people.api import Permission, service
from relight.record.api import catalogue_now
from relight.record.plain import NO_TESTS, SAMPLE_TAKEN, SERIES_USED_UP, Series, sample_refusal, series_refusal

# Where nobody reserved a range, Relight's own: a site gets the next free one of ninety prefixes.
FIRST_PREFIX, LAST_PREFIX, COUNTER_DIGITS = 9010, 9099, 6


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

    Raises: RuleError RL-LAB-202 for a number that is taken; InputError RL-LAB-203 to 208, 232.
    """
    refusal = order_refusal(order, today=localtime(act.at).date())
    if refusal is not None:
        raise refusal
    with writing(act) as log:
        if order.sample:
            order = replace(order, sample=order.sample.strip())
            refusal = sample_refusal(order.sample, series=series_rules())
            if refusal is not None:
                raise refusal
            if Order.objects.filter(sample=order.sample).exists():
                raise SAMPLE_TAKEN.error(where="sample")
        else:
            order = replace(order, sample=_number_next(act, order.site))
        row = order_insert(act, order)
        log_order(log, row.pk, verb="lab.order", body={"tests": len(order.tests), "site": order.site})
        order_tell(act, row.pk)
    return Made(id=row.pk, sample=row.sample, is_new=True, added=len(order.tests))


def order_insert(act: Act, order: NewOrder) -> Order:
    """Write the rows of an order whose number was checked; inside a write."""
    row = Order.objects.create(
        id=new_id(act.at),
        sample=order.sample,
        number=order.number[:80],
        family=" ".join(order.family.split())[:120],
        given=" ".join(order.given.split())[:120],
        birth_date=order.birth_date,
        sex=order.sex,
        patient_ids=[{"system": i.system, "value": i.value} for i in order.patient_ids],
        site=order.site,
        ward=order.ward[:80],
        bed=order.bed[:40],
        prescriber=order.prescriber[:120],
        priority=order.priority.value,
        taken_at=order.taken_at,
        note=order.note[:400],
        source=order.source[:200],
        made_at=act.at,
        made_by=act.actor,
    )
    tests_insert(act, row.pk, tests_once(order.tests))
    return row


def tests_insert(act: Act, order: UUID, tests: Iterable[Wanted]) -> None:
    """Write tests of an order, named by the catalogue in English; inside a write."""
    catalogue = catalogue_now()
    OrderTest.objects.bulk_create(
        OrderTest(
            id=new_id(act.at),
            order_id=order,
            loinc=test.loinc,
            name=catalogue.name(test.loinc, language="en", otherwise=test.name)[:120],
        )
        for test in tests
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
        row = _open_row(order)
        added = tests_join(act, row, tests)
        log_order(log, order, verb="lab.order_add", body={"tests": added})
        if added:
            order_tell(act, order)
    return added


def tests_join(act: Act, row: Order, tests: Sequence[Wanted]) -> int:
    """Add what an order does not want yet; it is open again then. Inside a write. Returns: how many."""
    known = {test.loinc: test for test in OrderTest.objects.filter(order=row)}
    fresh = [test for test in tests_once(tests) if test.loinc not in known]
    again = [known[t.loinc].pk for t in tests_once(tests) if t.loinc in known and known[t.loinc].state == "cancelled"]
    tests_insert(act, row.pk, fresh)
    OrderTest.objects.filter(pk__in=again).update(state="wanted")
    if fresh or again:
        Order.objects.filter(pk=row.pk).update(state="open")
    return len(fresh) + len(again)


@service(Permission.LAB_ORDER)
def order_cancel(*, act: Act, order: UUID, reason: str) -> None:
    """Cancel an order nothing was measured for; its number stays taken.

    Raises: RL-LAB-201, RL-LAB-209, RL-LAB-210 when results have arrived, RL-LAB-211 without a reason.
    """
    if not reason.strip():
        raise errors.CANCEL_REASON_MISSING.error(where="reason")
    with writing(act) as log:
        row = _open_row(order)
        if row.state == "done" or Result.objects.filter(report__order=row).exists():
            raise errors.ORDER_HAS_RESULTS.error()
        order_untell(act, order, before=order_view(row))
        Order.objects.filter(pk=order).update(
            state="cancelled", cancel_reason=reason.strip()[:200], cancelled_at=act.at, cancelled_by=act.actor
        )
        count = OrderTest.objects.filter(order=row).update(state="cancelled")
        log_order(log, order, verb="lab.order_cancel", body={"tests": count})


def _open_row(order: UUID) -> Order:
    row = Order.objects.filter(pk=order).first()
    if row is None:
        raise errors.NO_ORDER.error()
    if row.state == "cancelled":
        raise errors.ORDER_CLOSED.error()
    return row


# -- sample numbers ---------------------------------------------------------------------------------


@service(Permission.LAB_LINKS)
def series_reserve(*, act: Act, site: str, prefix: str, digits: int) -> Series:
    """Reserve a range of sample numbers for a site; the range it had is closed and stays taken.

    Raises: InputError RL-LAB-212, RuleError RL-LAB-213.
    """
    wanted = Series(prefix=prefix.strip(), digits=digits)
    with writing(act) as log:
        refusal = series_refusal(wanted, others=series_rules())
        if refusal is not None:
            raise refusal
        _series_open(act, site=site, series=wanted)
        log.entry("lab.series", subject=f"site:{site or '-'}", body={"prefix": wanted.prefix, "digits": digits})
    return wanted


@service(Permission.LAB_ORDER)
def sample_numbers_take(*, act: Act, site: str, count: int) -> list[str]:
    """Give out sample numbers ahead, for labels stuck on at the bedside. Returns: `count` numbers, at most 500."""
    with writing(act) as log:
        numbers = [_number_next(act, site) for _ in range(min(max(count, 1), 500))]
        log.entry("lab.numbers", subject=f"site:{site or '-'}", body={"count": len(numbers)})
    return numbers


def _number_next(act: Act, site: str) -> str:
    """Give out the next number of a site that no order has; inside a write, whose lock keeps it unique."""
    row = SampleSeries.objects.filter(site=site, open=True).first() or _series_own(act, site)
    series = Series(prefix=row.prefix, digits=row.digits, last=row.last)
    counter = row.last + 1
    number = series.number(counter)
    SampleSeries.objects.filter(pk=row.pk).update(last=counter)
    return number if not Order.objects.filter(sample=number).exists() else _number_next(act, site)


def _series_own(act: Act, site: str) -> SampleSeries:
    taken = series_rules()
    for prefix in range(FIRST_PREFIX, LAST_PREFIX + 1):
        series = Series(prefix=str(prefix), digits=COUNTER_DIGITS)
        if series_refusal(series, others=taken) is None:
            return _series_open(act, site=site, series=series)
    raise SERIES_USED_UP.error(where=site)


def _series_open(act: Act, *, site: str, series: Series) -> SampleSeries:
    SampleSeries.objects.filter(site=site, open=True).update(open=False)
    return SampleSeries.objects.create(
        id=new_id(act.at), site=site, prefix=series.prefix, digits=series.digits, by=act.actor, at=act.at
    )
