"""Requests as they are held: by sample, by order, of a patient, open ones; reserved sample numbers.

Owns turning rows into `RequestedOrder`. Follows merges: an order is the person's whose record its patient's was merged
into. Refuses guessing: a sample number that two persons' orders bear is nobody's. Source: docs/design/requests.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from relight.record import errors
from relight.record.models import Entry, OrderRow, PatientFace, RequestRow, SampleRow, SampleSeries
from relight.record.rules.requests import Category, Priority, RequestState
from relight.record.rules.samples import Series
from relight.record.selectors.catalogue import catalogue_now
from relight.record.selectors.faces import FaceView, faces_get, merged_to, records_of

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedTest:
    """One request. Args: request: the ServiceRequest. version: its current one, to amend it by."""

    request: UUID
    version: int
    loinc: str
    system: str
    name: str
    state: RequestState
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedOrder:
    """The requests of one order. Args: patient: the record it was asked for. face: of the record that leads to, which
    is another when it was merged. earlier: the face it was asked for, when that is another."""

    id: UUID
    patient: UUID
    face: FaceView
    earlier: FaceView | None
    category: Category
    specimen: UUID | None
    sample: str
    taken_at: datetime | None
    number: str
    site: str
    ward: str
    bed: str
    place: str
    prescriber: str
    priority: Priority
    state: RequestState
    note: str
    source: str
    cancel_reason: str
    encounter: UUID | None
    made_at: datetime
    tests: tuple[RequestedTest, ...]

    @property
    def open_tests(self) -> tuple[RequestedTest, ...]:
        """What nobody did yet."""
        return tuple(test for test in self.tests if test.state is RequestState.OPEN)


def order_rows() -> QuerySet[OrderRow]:
    """Return orders for lists, to filter and sort: with `sample`, `taken_at`, `family`, `given` beside the columns."""
    sample = SampleRow.objects.filter(specimen=OuterRef("specimen"))
    face = PatientFace.objects.filter(patient=OuterRef("patient"))
    kept = PatientFace.objects.filter(patient=OuterRef("leads"))
    leads = OrderRow.objects.annotate(leads=Coalesce(Subquery(face.values("merged_into")), F("patient")))
    return leads.annotate(
        sample=Subquery(sample.values("sample")[:1]),
        taken_at=Subquery(sample.values("taken_at")[:1]),
        family=Subquery(kept.values("family")[:1]),
        given=Subquery(kept.values("given")[:1]),
    )


def orders_by_ids(orders: Iterable[UUID]) -> dict[UUID, RequestedOrder]:
    """Return orders by their ids; those of nobody, or of several, are left out. Five statements each 500."""
    found: dict[UUID, RequestedOrder] = {}
    wanted = list(dict.fromkeys(orders))
    for begin in range(0, len(wanted), AT_ONCE):
        chunk = wanted[begin : begin + AT_ONCE]
        found.update((order.id, order) for order in orders_shaped(OrderRow.objects.filter(pk__in=chunk)))
    return found


def order_find(order: UUID) -> RequestedOrder:
    """Return one order. Raises: MissingError RL-REC-470."""
    found = orders_by_ids([order]).get(order)
    if found is None:
        raise errors.NO_REQUEST.error(where="order")
    return found


def orders_by_samples(samples: Iterable[str]) -> dict[str, RequestedOrder]:
    """Return the laboratory orders of sample numbers, exactly as written, cancelled ones too. Six statements each 500.

    Of several orders under one number the one that is not cancelled counts; where that leaves more than one, none.
    """
    found: dict[str, list[RequestedOrder]] = {}
    wanted = sorted({sample for sample in samples if sample})
    for begin in range(0, len(wanted), AT_ONCE):
        held = SampleRow.objects.filter(sample__in=wanted[begin : begin + AT_ONCE]).values_list("specimen", flat=True)
        rows = OrderRow.objects.filter(specimen__in=list(held), category=Category.LABORATORY.value)
        for order in orders_shaped(rows):
            found.setdefault(order.sample, []).append(order)
    return {sample: one for sample, orders in found.items() if (one := _only(orders)) is not None}


def _only(orders: Sequence[RequestedOrder]) -> RequestedOrder | None:
    live = [order for order in orders if order.state is not RequestState.CANCELLED] or list(orders)
    return live[0] if len(live) == 1 else None


def orders_open(
    *,
    category: Category = Category.LABORATORY,
    site: str = "",
    ward: str = "",
    loincs: Sequence[str] | None = None,
    limit: int = AT_ONCE,
    skip: int = 0,
) -> list[RequestedOrder]:
    """List orders with something still to be done: immediate first, then urgent, then by time.

    Args: loincs: only those with one of these tests open. skip: how many come before.
    """
    query = OrderRow.objects.filter(category=category.value, state=RequestState.OPEN.value)
    if site:
        query = query.filter(site=site)
    if ward:
        query = query.filter(ward=ward)
    if loincs is not None:
        waiting = RequestRow.objects.filter(loinc__in=list(loincs), state=RequestState.OPEN.value)
        query = query.filter(pk__in=waiting.values("order"))
    return orders_shaped(query.order_by("soon", "made_at", "pk")[skip : skip + limit])


def orders_of_patient(*, patient: UUID, category: Category | None = None, limit: int = 200) -> list[RequestedOrder]:
    """List the orders in a person's records, the newest first. Args: category: only these."""
    query = OrderRow.objects.filter(patient__in=records_of(patient))
    if category is not None:
        query = query.filter(category=category.value)
    return orders_shaped(query.order_by("-made_at", "-pk")[:limit])


def orders_shaped(query: QuerySet[OrderRow]) -> list[RequestedOrder]:
    """Return rows as orders, in their order; those of nobody, or of several, are left out. Five statements."""
    rows = [row for row in query if row.patient is not None]
    tests: dict[UUID, list[RequestRow]] = {}
    for request in RequestRow.objects.filter(order__in=[row.pk for row in rows]):
        tests.setdefault(request.order, []).append(request)
    faces = faces_get(row.patient for row in rows if row.patient is not None)
    kept = merged_to(faces.values())
    specimens = [row.specimen for row in rows if row.specimen is not None]
    samples = SampleRow.objects.in_bulk(specimens) if specimens else {}
    place = catalogue_now().place
    shaped = []
    for row in rows:
        face = faces.get(row.patient) if row.patient is not None else None
        if face is None:
            continue
        own = sorted(tests.get(row.pk, ()), key=lambda one: (place(one.loinc), one.loinc, one.name))
        sample = samples.get(row.specimen) if row.specimen is not None else None
        shaped.append(_shape(row, face=face, kept=kept[face.patient], sample=sample, tests=own))
    return shaped


def _shape(
    row: OrderRow, *, face: FaceView, kept: FaceView, sample: SampleRow | None, tests: Sequence[RequestRow]
) -> RequestedOrder:
    return RequestedOrder(
        id=row.pk,
        patient=face.patient,
        face=kept,
        earlier=face if kept.patient != face.patient else None,
        category=Category(row.category),
        specimen=row.specimen,
        sample=sample.sample if sample else "",
        taken_at=sample.taken_at if sample else None,
        number=row.number,
        site=row.site,
        ward=row.ward,
        bed=row.bed,
        place=row.place,
        prescriber=row.prescriber,
        priority=Priority(row.priority),
        state=RequestState(row.state),
        note=row.note,
        source=row.source,
        cancel_reason=row.cancel_reason,
        encounter=row.encounter,
        made_at=row.made_at,
        tests=tuple(_test(one) for one in tests),
    )


def _test(row: RequestRow) -> RequestedTest:
    return RequestedTest(
        request=row.resource,
        version=row.version,
        loinc=row.loinc,
        system=row.system,
        name=row.name,
        state=RequestState(row.state),
        priority=Priority(row.priority),
    )


def order_maker(order: UUID) -> str:
    """Return who asked: the actor of the first entry of the order's first request; empty for none."""
    first = RequestRow.objects.filter(order=order).order_by("made_at", "resource").values_list("resource", flat=True)
    entries = Entry.objects.filter(resource__in=list(first[:1])).order_by("seq")
    return entries.values_list("actor", flat=True).first() or ""


def sample_is_taken(sample: str) -> bool:
    """Say whether a sample number is on a tube already."""
    return SampleRow.objects.filter(sample=sample).exists()


def series_list() -> tuple[SampleSeries, ...]:
    """List every reserved range of sample numbers, those in use first."""
    return tuple(SampleSeries.objects.order_by("-open", "site", "at"))


def series_rules() -> tuple[Series, ...]:
    """Return the reserved ranges as the rules want them. One statement."""
    return tuple(Series(prefix=row.prefix, digits=row.digits, last=row.last) for row in series_list())
