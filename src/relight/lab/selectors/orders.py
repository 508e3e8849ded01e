"""Orders: the one place that reads them for the rest of the laboratory.

Owns turning the record's requests, and what the gateway knows beside them, into `OrderView`. Refuses rows to callers,
and an order of nobody. Source: docs/design/requests.md, docs/design/lab.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from relight.hospital.api import service_list
from relight.lab import errors
from relight.lab.models import TestState
from relight.lab.rules.orders import Identity, PatientId, Priority, sex_letter, system_said
from relight.record.api import Category, FaceView, RequestedOrder, RequestState, order_rows
from relight.record.api import orders_by_ids as requested_by_ids
from relight.record.api import orders_by_samples as requested_by_samples
from relight.record.api import orders_of_patient as requested_of_patient
from relight.record.api import orders_open as requested_open
from relight.record.plain import age_days

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedTest:
    """One test of an order. Args: state: wanted, sent (to an analyzer), done, cancelled. request: in the record."""

    loinc: str
    name: str
    state: str
    request: UUID

    @property
    def is_open(self) -> bool:
        """Whether it still has to be measured."""
        return self.state in ("wanted", "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """One order with its tests. Args: state: open, done or cancelled. sex: M, F or empty. patient: whose record it is
    in now; asked_for: the record it was asked for, another when that was merged. earlier: what they were called."""

    id: UUID
    patient: UUID
    asked_for: UUID
    specimen: UUID | None
    sample: str
    number: str
    family: str
    given: str
    birth_date: date | None
    sex: str
    patient_ids: tuple[PatientId, ...]
    earlier: tuple[Identity, ...]
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


def orders_seen(orders: Sequence[RequestedOrder]) -> list[OrderView]:
    """Return requests with what the gateway knows of them. One query each 500."""
    known: dict[UUID, dict[str, str]] = {}
    for begin in range(0, len(orders), AT_ONCE):
        rows = TestState.objects.filter(order__in=[one.id for one in orders[begin : begin + AT_ONCE]])
        for order, loinc, state in rows.values_list("order", "loinc", "state"):
            known.setdefault(order, {})[loinc] = state
    return [_view(one, known.get(one.id, {})) for one in orders]


def _view(order: RequestedOrder, known: dict[str, str]) -> OrderView:
    tests = tuple(
        OrderedTest(
            loinc=test.loinc, name=test.name, state=_state(test.state, known.get(test.loinc, "")), request=test.request
        )
        for test in order.tests
    )
    face = order.face
    return OrderView(
        id=order.id,
        patient=face.patient,
        asked_for=order.patient,
        specimen=order.specimen,
        sample=order.sample,
        number=order.number,
        family=face.family or face.name,
        given=face.given,
        birth_date=_day(face.birth),
        sex=sex_letter(face.sex),
        patient_ids=_ids(order),
        earlier=tuple(_earlier(order)),
        site=order.site,
        ward=_ward(order),
        bed=order.bed,
        prescriber=order.prescriber,
        priority=Priority(order.priority),
        taken_at=order.taken_at,
        note=order.note,
        source=order.source,
        state=_of_order(tests),
        cancel_reason=order.cancel_reason,
        made_at=order.made_at,
        tests=tests,
    )


def _state(asked: RequestState, known: str) -> str:
    """Say where a test stands: what the gateway knows is newer than what it has written into the record."""
    if asked in (RequestState.CANCELLED, RequestState.PAUSED):  # nobody is to do it
        return "cancelled"
    if known in ("measured", "wanted"):
        return {"measured": "done"}.get(known, known)
    if asked is RequestState.DONE:
        return "done"
    return known or "wanted"


def _of_order(tests: Sequence[OrderedTest]) -> str:
    states = {test.state for test in tests}
    if states & {"wanted", "sent"}:
        return "open"
    return "done" if "done" in states else "cancelled"


def _day(birth: str) -> date | None:
    try:
        return date.fromisoformat(birth)
    except ValueError:  # a year, or a month: no date to compare
        return None


def _ward(order: RequestedOrder) -> str:
    """Name the ward as people do; its id where nobody said a name."""
    named = order.place.removesuffix(f", {order.bed}") if order.bed else order.place
    return named or order.ward


def _ids(order: RequestedOrder) -> tuple[PatientId, ...]:
    """Return the numbers of a person, those of the record the order was asked for too; record numbers first."""
    faces = [order.face, *([order.earlier] if order.earlier else [])]
    ids = {PatientId(system=system_said(one.system), value=one.value): None for face in faces for one in face.numbers}
    return tuple(sorted(ids, key=lambda one: (one.system != "record", one.system == "national", one.system, one.value)))


def _earlier(order: RequestedOrder) -> Iterator[Identity]:
    """Yield the names an analyzer may have been told of this order: before a merge, before an identification."""
    if order.earlier is not None:
        yield _identity(order.earlier)
    for face in (order.face, order.earlier):
        for name in face.other_names if face else ():
            yield Identity.of(family=name, given="", birth_date=None, sex="")


def _identity(face: FaceView) -> Identity:
    return Identity.of(
        family=face.family or face.name, given=face.given, birth_date=_day(face.birth), sex=sex_letter(face.sex)
    )


# -- by key -----------------------------------------------------------------------------------------


def order_get(order: UUID) -> OrderView:
    """Return one order. Raises: MissingError RL-LAB-201."""
    found = orders_by_ids([order]).get(order)
    if found is None:
        raise errors.NO_ORDER.error()
    return found


def order_of_sample(sample: str) -> OrderView | None:
    """Return the order of a sample number, exactly as written; cancelled ones too."""
    return orders_of_samples([sample]).get(sample)


def orders_of_samples(samples: Iterable[str]) -> dict[str, OrderView]:
    """Return the orders of sample numbers, cancelled ones too, by sample. Seven queries for 500 samples."""
    return {view.sample: view for view in orders_seen(list(requested_by_samples(samples).values()))}


def orders_by_ids(orders: Iterable[UUID]) -> dict[UUID, OrderView]:
    """Return orders by their ids; imaging is none. Six queries for 500."""
    found = [one for one in requested_by_ids(orders).values() if one.category is Category.LABORATORY]
    return {view.id: view for view in orders_seen(found)}


def orders_of_patient(order: OrderView) -> list[OrderView]:
    """Return the orders of an order's patient, newest first; cancelled ones left out, but for the order itself."""
    found = orders_seen(requested_of_patient(patient=order.patient, category=Category.LABORATORY))
    kept = {view.id: view for view in found if not view.is_cancelled} | {order.id: order}
    return sorted(kept.values(), key=lambda one: (one.taken_at or one.made_at, one.id), reverse=True)


# -- lists ------------------------------------------------------------------------------------------


def orders_open(
    *, site: str = "", ward: str = "", loincs: Sequence[str] | None = None, limit: int = AT_ONCE
) -> list[OrderView]:
    """List orders that still wait for a result: immediate first, then urgent, then by time. Seven queries each 500.

    Args: loincs: only orders with one of these tests still to be measured. limit: at most so many.
    """
    wanted, found, skip = set(loincs or ()), list[OrderView](), 0
    while len(found) < limit:
        asked = requested_open(site=site, ward=ward, loincs=loincs, limit=AT_ONCE, skip=skip)
        views = orders_seen(asked)
        # what was measured, but is not in the record yet, waits no more
        found += [v for v in views if any(loincs is None or test.loinc in wanted for test in v.open_tests)]
        skip += AT_ONCE
        if len(asked) < AT_ONCE:
            break
    return found[:limit]


def soonest_first(query: QuerySet[Any]) -> QuerySet[Any]:
    """Sort orders: immediate, urgent, routine, each by time."""
    return query.order_by("soon", "made_at", "pk")


def order_query(
    *, site: str = "", ward: str = "", state: str = "", priority: str = "", text: str = ""
) -> QuerySet[Any]:
    """Return the orders a list shows. Args: text: part of a name, or the start of a sample or order number."""
    query = order_rows().filter(category=Category.LABORATORY.value)
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


def order_column(name: str, *, of: str = "order") -> Subquery:
    """Return a column of the order a row names, to filter, sort or group by. Args: of: the row's own column."""
    return Subquery(order_rows().filter(pk=OuterRef(of)).values(name)[:1])


def wards_known() -> list[str]:
    """List the wards orders name, for choices."""
    rows = order_rows().filter(category=Category.LABORATORY.value).exclude(ward="").order_by("ward")
    return list(rows.values_list("ward", flat=True).distinct())


def ward_names() -> dict[str, str]:
    """Return the names of the wards that are services of the hospital, by id; others are named as they were typed."""
    return {service.id: service.name for service in service_list()}
