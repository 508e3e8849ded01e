"""Orders: the one place that reads them for the rest of the program.

Owns turning rows into `OrderView`, and the queries. Once the record exists its ServiceRequests are read
here instead, and nobody else notices. Refuses rows to callers. Source: docs/design/lab.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from relight.lab import errors
from relight.lab.models import Order, OrderTest, SampleSeries
from relight.lab.rules.orders import Identity, PatientId, Priority
from relight.record.api import catalogue_now
from relight.record.plain import Series, age_days

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedTest:
    """One test of an order. Args: state: wanted, sent (to an analyzer), done, cancelled."""

    loinc: str
    name: str
    state: str

    @property
    def is_open(self) -> bool:
        """Whether it still has to be measured."""
        return self.state in ("wanted", "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """One order with its tests. Args: state: open, done or cancelled. sex: M, F or empty."""

    id: UUID
    sample: str
    number: str
    family: str
    given: str
    birth_date: date | None
    sex: str
    patient_ids: tuple[PatientId, ...]
    site: str
    ward: str
    bed: str
    prescriber: str
    priority: Priority
    taken_at: datetime | None
    note: str
    source: str
    state: str
    cancel_reason: str
    made_at: datetime
    made_by: str
    tests: tuple[OrderedTest, ...]

    @property
    def is_cancelled(self) -> bool:
        return self.state == "cancelled"

    @property
    def identity(self) -> Identity:
        """Who it is for, as it is compared."""
        return Identity.of(family=self.family, given=self.given, birth_date=self.birth_date, sex=self.sex)

    @property
    def open_tests(self) -> tuple[OrderedTest, ...]:
        """The tests still to be measured."""
        return tuple(test for test in self.tests if test.is_open)

    def age_days(self, *, at: date) -> int | None:
        """Return the patient's age in days; None when the birth date is not known."""
        return age_days(birth=self.birth_date, at=at)


def order_view(row: Order) -> OrderView:
    """Return a row, its tests fetched with it, as the view; tests in the catalogue's order."""
    place = catalogue_now().place
    tests = sorted(row.tests.all(), key=lambda test: (place(test.loinc), test.loinc))
    return OrderView(
        id=row.pk,
        sample=row.sample,
        number=row.number,
        family=row.family,
        given=row.given,
        birth_date=row.birth_date,
        sex=row.sex,
        patient_ids=tuple(PatientId(system=i["system"], value=i["value"]) for i in row.patient_ids),
        site=row.site,
        ward=row.ward,
        bed=row.bed,
        prescriber=row.prescriber,
        priority=Priority(row.priority),
        taken_at=row.taken_at,
        note=row.note,
        source=row.source,
        state=row.state,
        cancel_reason=row.cancel_reason,
        made_at=row.made_at,
        made_by=row.made_by,
        tests=tuple(OrderedTest(loinc=t.loinc, name=t.name, state=t.state) for t in tests),
    )


def _views(query: QuerySet[Order]) -> list[OrderView]:
    return [order_view(row) for row in query.prefetch_related("tests")]


def order_get(order: UUID) -> OrderView:
    """Return one order. Raises: MissingError RL-LAB-201."""
    found = _views(Order.objects.filter(pk=order))
    if not found:
        raise errors.NO_ORDER.error()
    return found[0]


def order_of_sample(sample: str) -> OrderView | None:
    """Return the order of a sample number, exactly as written; cancelled ones too."""
    return orders_of_samples([sample]).get(sample)


def orders_of_samples(samples: Iterable[str]) -> dict[str, OrderView]:
    """Return the orders of sample numbers, cancelled ones too, by sample. Two queries for 500 samples."""
    wanted = sorted({sample for sample in samples if sample})
    found: dict[str, OrderView] = {}
    for start in range(0, len(wanted), AT_ONCE):
        for view in _views(Order.objects.filter(sample__in=wanted[start : start + AT_ONCE])):
            found[view.sample] = view
    return found


def orders_by_ids(orders: Iterable[UUID]) -> dict[UUID, OrderView]:
    """Return orders by their ids. Two queries."""
    return {view.id: view for view in _views(Order.objects.filter(pk__in=list(orders)))}


def orders_open(
    *, site: str = "", ward: str = "", loincs: Sequence[str] | None = None, limit: int = AT_ONCE
) -> list[OrderView]:
    """List orders that still wait for a result: immediate first, then urgent, then by time. Two queries.

    Args: loincs: only orders with one of these tests still to be measured. limit: at most so many.
    """
    query = order_query(site=site, ward=ward, state="open")
    if loincs is not None:
        waiting = OrderTest.objects.filter(loinc__in=list(loincs), state__in=["wanted", "sent"])
        query = query.filter(pk__in=waiting.values("order"))
    return _views(soonest_first(query)[:limit])


def soonest_first(query: QuerySet[Order]) -> QuerySet[Order]:
    """Sort orders: immediate, urgent, routine, each by time."""
    soon = Case(
        When(priority="stat", then=Value(0)),
        When(priority="urgent", then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return query.annotate(soon=soon).order_by("soon", "made_at", "pk")


def order_query(
    *, site: str = "", ward: str = "", state: str = "", priority: str = "", text: str = ""
) -> QuerySet[Order]:
    """Return the orders a list shows. Args: text: part of a name, or the start of a sample or order number."""
    query = Order.objects.all()
    if site:
        query = query.filter(site=site)
    if ward:
        query = query.filter(ward=ward)
    if state:
        query = query.filter(state=state)
    if priority:
        query = query.filter(priority=priority)
    if text:
        number = Q(sample__istartswith=text) | Q(number__istartswith=text)
        query = query.filter(number | Q(family__icontains=text) | Q(given__icontains=text))
    return query


def wards_known() -> list[str]:
    """List the wards orders name, for choices."""
    return list(Order.objects.exclude(ward="").values_list("ward", flat=True).distinct().order_by("ward"))


def series_list() -> tuple[SampleSeries, ...]:
    """List every reserved range of sample numbers, those in use first."""
    return tuple(SampleSeries.objects.order_by("-open", "site", "at"))


def series_rules() -> tuple[Series, ...]:
    """Return the reserved ranges as the rules want them. One query."""
    return tuple(Series(prefix=row.prefix, digits=row.digits, last=row.last) for row in series_list())
