"""Results as people read them: reports, the results of a patient, what was corrected.

Owns the queries and the views. Refuses guessing whose results belong together: two orders are of one patient when the
record says so. Source:
docs/design/lab.md, "Results while the laboratory system is down".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localtime
from django.utils.translation import get_language

from relight.lab import errors
from relight.lab.models import Report, Result
from relight.lab.rules.results import Judged, Measured, judge
from relight.lab.selectors.orders import (
    OrderView,
    order_column,
    order_get,
    order_of_sample,
    order_query,
    orders_by_ids,
    orders_of_patient,
)
from relight.lab.types import ReportState, Validation
from relight.record.api import catalogue_now
from relight.record.plain import Catalogue, age_days

# What a ward reads: all that goes on, and what the laboratory system refused but nobody put aside.
IN_FORCE = Q(state__in=[ReportState.WAITING.value, ReportState.DELIVERED.value]) | Q(
    state=ReportState.REFUSED.value, closed_by=""
)
CHAIN = 20  # corrections of one value that are followed at most


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """One result as it is shown. Args: earlier: what it replaced, newest first."""

    id: UUID
    report: UUID
    message: UUID
    link: str
    loinc: str
    name: str
    judged: Judged
    measured_at: datetime | None
    received_at: datetime
    validation: Validation
    validated_by: str
    validated_at: datetime | None
    critical: bool
    notes: str
    instrument: str
    called: bool | None
    earlier: tuple[ResultView, ...] = ()

    @property
    def is_preliminary(self) -> bool:
        return not self.validation.is_final

    @property
    def is_corrected(self) -> bool:
        return bool(self.earlier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whose results they are, as the order says it; `None` in their place when no order names anybody. Args: patient:
    whose record they are in."""

    patient: UUID
    family: str
    given: str
    birth_date: date | None
    sex: str
    ids: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToValidate:
    """A preliminary report. Args: digest: of what is shown of it. tests: the names of its values."""

    report: UUID
    digest: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleView:
    """The results of one sample. Args: held: how many of its reports wait for a decision."""

    sample: str
    order: OrderView | None
    results: tuple[ResultView, ...]
    held: int = 0
    open_tests: tuple[str, ...] = ()
    reports: tuple[ToValidate, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientPage:
    """The results of one patient, newest sample first. Args: said: of the patient, where there is no order."""

    person: Person | None
    said: Mapping[str, str]
    samples: tuple[SampleView, ...]
    ward: str = ""
    bed: str = ""

    @property
    def preliminary(self) -> int:
        return sum(result.is_preliminary for sample in self.samples for result in sample.results)


# -- the list ---------------------------------------------------------------------------------------


def report_query(
    *, ward: str = "", site: str = "", link: str = "", standing: str = "", critical: bool = False, text: str = ""
) -> QuerySet[Report]:
    """Return the reports a list shows, with counts of their results in force.

    Args: standing: `preliminary` or `validated`. text: a sample number, or part of a name.
    """
    query = Report.objects.filter(IN_FORCE)
    if ward:
        query = query.filter(order__in=order_query(ward=ward).values("pk"))
    if site:
        query = query.filter(link__site=site)
    if link:
        query = query.filter(link=link)
    if standing == "preliminary":
        query = query.filter(validation=Validation.PRELIMINARY.value)
    elif standing == "validated":
        query = query.exclude(validation=Validation.PRELIMINARY.value)
    if critical:
        grave = Result.objects.filter(report=OuterRef("pk"), critical=True, superseded_by=None)
        query = query.filter(Exists(grave))
    if text:
        query = query.filter(Q(sample__istartswith=text) | Q(order__in=order_query(text=text).values("pk")))
    counted = Result.objects.filter(report=OuterRef("pk"), superseded_by=None).order_by()
    return query.select_related("link").annotate(
        values=_count(counted),
        grave=_count(counted.filter(critical=True)),
        family=order_column("family"),
        given=order_column("given"),
        site=order_column("site"),
        ward=order_column("ward"),
    )


def _count(rows: QuerySet[Result]) -> Subquery:
    """Count for the rows of one page only: joined and grouped, the whole table would be counted for it."""
    return Subquery(rows.annotate(count=Func(F("pk"), function="COUNT")).values("count"), output_field=IntegerField())


def reports_digests(reports: Sequence[UUID]) -> dict[UUID, str]:
    """Return the digest of each report's results in force: what a signature under them would say.

    Reports without any are left out. One query.
    """
    found: dict[UUID, list[str]] = {}
    rows = Result.objects.filter(report__in=list(reports), superseded_by=None).order_by("report", "line")
    for report, pk, value, number, unit in rows.values_list("report_id", "id", "value", "number", "unit"):
        found.setdefault(report, []).append(f"{pk}\x1f{value}\x1f{number}\x1f{unit}")
    return {report: hashlib.sha256("\x1e".join(lines).encode()).hexdigest()[:32] for report, lines in found.items()}


def report_of_sample(sample: str) -> UUID | None:
    """Return the page that holds a sample's results: its order's id, else its newest report's."""
    order = order_of_sample(sample)
    if order is not None:
        return order.id
    return Report.objects.filter(sample=sample).order_by("-made_at").values_list("pk", flat=True).first()


def result_now(result: Result) -> Result:
    """Return what a result was corrected to, the newest; itself when it was not."""
    for _ in range(CHAIN):
        if result.superseded_by_id is None:
            return result
        result = Result.objects.get(pk=result.superseded_by_id)
    return result


# -- one patient ------------------------------------------------------------------------------------


def patient_page(key: UUID) -> PatientPage:
    """Return the results of the patient an order or a report is about.

    Args: key: id of an order, or of a report without one. Raises: MissingError RL-LAB-223.
    """
    order = orders_by_ids([key]).get(key)
    if order is not None:
        return _page_of(order)
    report = Report.objects.filter(pk=key).first()
    if report is None:
        raise errors.NO_REPORT.error()
    if report.order:
        return _page_of(order_get(report.order))
    views = results_of(Report.objects.filter(IN_FORCE, sample=report.sample, order=None))
    return PatientPage(person=None, said=dict(report.patient), samples=_samples([], {}, views))


def _page_of(order: OrderView) -> PatientPage:
    orders = orders_of_patient(order)
    reports = Report.objects.filter(order__in=[one.id for one in orders])
    held = dict(
        reports.filter(state=ReportState.HELD.value).values_list("order").annotate(count=Count("pk")).order_by()
    )
    views = results_of(reports.filter(IN_FORCE), orders={one.id: one for one in orders})
    return PatientPage(
        person=person_of(order), said={}, samples=_samples(orders, held, views), ward=order.ward, bed=order.bed
    )


def person_of(order: OrderView) -> Person:
    """Return who an order is for."""
    ids = tuple((one.system, one.value) for one in order.patient_ids)
    return Person(
        patient=order.patient,
        family=order.family,
        given=order.given,
        birth_date=order.birth_date,
        sex=order.sex,
        ids=ids,
    )


def results_of(
    reports: QuerySet[Report], *, orders: Mapping[UUID, OrderView] | None = None
) -> dict[tuple[UUID | None, str], list[ResultView]]:
    """Return the results in force of these reports by order and sample, in the catalogue's order.

    Args: orders: looked up already. Three queries and one a level of corrections.
    """
    rows = list(
        Result.objects.filter(report__in=reports, superseded_by=None)
        .select_related("report", "report__message", "call")
        .order_by("measured_at", "report", "line")
    )
    known = dict(orders or {})
    missing = {row.report.order for row in rows if row.report.order} - set(known)
    known |= orders_by_ids([pk for pk in missing if pk is not None])
    shaper = _Shaper(catalogue=catalogue_now(), language=(get_language() or "en")[:2], orders=known)
    earlier = _earlier([row.pk for row in rows])
    found: dict[tuple[UUID | None, str], list[ResultView]] = {}
    for row in sorted(rows, key=lambda row: shaper.catalogue.place(row.loinc)):
        found.setdefault((row.report.order, row.sample), []).append(shaper.view(row, earlier))
    return found


def _earlier(results: Sequence[UUID]) -> dict[UUID, list[Result]]:
    """Find what results replaced, level by level."""
    found: dict[UUID, list[Result]] = {}
    level = list(results)
    for _ in range(CHAIN):
        query = Result.objects.filter(superseded_by__in=level).select_related("report", "report__message")
        rows = list(query) if level else []
        for row in rows:
            if row.superseded_by_id is not None:
                found.setdefault(row.superseded_by_id, []).append(row)
        level = [row.pk for row in rows]
        if not level:
            break
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shaper:
    """Turns rows into views."""

    catalogue: Catalogue
    language: str
    orders: Mapping[UUID, OrderView]

    def view(self, row: Result, earlier: Mapping[UUID, list[Result]], *, depth: int = 0) -> ResultView:
        report = row.report
        order = self.orders.get(report.order) if report.order else None
        call = getattr(row, "call", None) if depth == 0 else None
        older = earlier.get(row.pk, ()) if depth < CHAIN else ()
        return ResultView(
            id=row.pk,
            report=report.pk,
            message=report.message.id,
            link=report.link_id,
            loinc=row.loinc,
            name=self.catalogue.name(row.loinc, language=self.language, otherwise=row.name or row.code),
            judged=self._judged(row, order),
            measured_at=row.measured_at,
            received_at=report.message.received_at,
            validation=Validation(report.validation),
            validated_by=report.validated_by,
            validated_at=report.validated_at,
            critical=row.critical,
            notes=row.notes,
            instrument=row.instrument,
            called=None if call is None else call.closed_at is not None,
            earlier=tuple(self.view(one, earlier, depth=depth + 1) for one in older),
        )

    def _judged(self, row: Result, order: OrderView | None) -> Judged:
        at = (order.taken_at if order else None) or row.measured_at or row.report.made_at
        age = age_days(birth=order.birth_date, at=localtime(at).date()) if order else None
        measured = Measured(
            loinc=row.loinc,
            value=row.value,
            number=row.number,
            unit=row.unit,
            unit_sent=row.unit_sent,
            range=row.range,
            flags=tuple(str(flag) for flag in row.flags),
            critical=row.critical,
        )
        return judge(measured, catalogue=self.catalogue, sex=order.sex if order else "", age_days=age)


def _samples(
    orders: Sequence[OrderView], held: Mapping[UUID, int], views: Mapping[tuple[UUID | None, str], list[ResultView]]
) -> tuple[SampleView, ...]:
    digests = reports_digests(sorted({v.report for found in views.values() for v in found}))
    catalogue, language = catalogue_now(), (get_language() or "en")[:2]
    samples = []
    for order in orders:
        results = [v for (pk, _), found in views.items() if pk == order.id for v in found]
        waiting = tuple(catalogue.name(t.loinc, language=language, otherwise=t.name) for t in order.open_tests)
        samples.append(
            SampleView(
                sample=order.sample,
                order=order,
                results=tuple(results),
                held=held.get(order.id, 0),
                open_tests=waiting,
                reports=_to_validate(results, digests),
            )
        )
    for (pk, sample), found in views.items():
        if pk is None:
            reports = _to_validate(found, digests)
            samples.append(SampleView(sample=sample, order=None, results=tuple(found), reports=reports))
    return tuple(samples)


def _to_validate(results: Iterable[ResultView], digests: Mapping[UUID, str]) -> tuple[ToValidate, ...]:
    """Return the preliminary reports among these."""
    tests: dict[UUID, list[str]] = {}
    for result in results:
        if result.is_preliminary:
            tests.setdefault(result.report, []).append(f"{result.name} {result.judged.value}")
    return tuple(
        ToValidate(report=report, digest=digests.get(report, ""), tests=tuple(names)) for report, names in tests.items()
    )
