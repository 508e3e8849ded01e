"""Result sheets: which wards have results that were not printed, and what a sheet would hold.

Owns the question what is due. A result is due until a sheet that was not dropped holds it with the standing it
has now: a value validated or corrected since is due again. Source: docs/design/lab.md, "Results while the
laboratory system is down".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from relight.lab import errors
from relight.lab.models import Report, Result, ResultSheet, SheetResult
from relight.lab.selectors.orders import OrderView, order_column, order_query, orders_by_ids
from relight.lab.selectors.results import IN_FORCE, ResultView, results_of
from relight.lab.types import ReportState

# IN_FORCE said of a result's report: by its join, which the ward needs anyway.
REPORTS_IN_FORCE = Q(report__state__in=[ReportState.WAITING.value, ReportState.DELIVERED.value]) | Q(
    report__state=ReportState.REFUSED.value, report__closed_by=""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WardDue:
    """One ward with results to print. Args: ward: empty for results no order names a ward for."""

    site: str
    ward: str
    due: int
    critical: int
    latest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSampleView:
    """What a sheet says of one sample. Args: order: None where no order names the patient; `said` then holds
    what the analyzer said."""

    sample: str
    order: OrderView | None
    said: dict[str, str]
    results: tuple[ResultView, ...]


def due_query() -> QuerySet[Result]:
    """Return the results in force that are on no sheet as they stand now."""
    printed = SheetResult.objects.filter(
        result=OuterRef("pk"), validation=OuterRef("report__validation"), sheet__dropped_at=None
    )
    return Result.objects.filter(~Exists(printed), REPORTS_IN_FORCE, superseded_by=None)


def wards_due(*, site: str = "") -> list[WardDue]:
    """List wards with results to print, those with critical values first. One query."""
    query = due_query()
    if site:
        here = order_query(site=site).values("pk")
        query = query.filter(Q(report__order__in=here) | Q(report__order=None, report__link__site=site))
    rows = (
        query.annotate(site=order_column("site", of="report__order"), ward=order_column("ward", of="report__order"))
        .values("site", "ward")
        .annotate(due=Count("pk"), grave=Count("pk", filter=Q(critical=True)), latest=Max("report__made_at"))
        .order_by("-grave", "site", "ward")
    )
    found: dict[tuple[str, str], WardDue] = {}
    for row in rows:
        key = (row["site"] or "", row["ward"] or "")
        before = found.get(key)
        due, grave, latest = row["due"], row["grave"], row["latest"]
        if before is not None:  # no order at all, and an order without a ward, are one line
            due, grave, latest = due + before.due, grave + before.critical, max(latest, before.latest)
        found[key] = WardDue(site=key[0], ward=key[1], due=due, critical=grave, latest=latest)
    return list(found.values())


def sheet_samples(*, site: str, ward: str, since: datetime | None) -> list[SheetSampleView]:
    """Return what a sheet of a ward holds: every sample with a result to print, whole.

    Args: site, ward: as the orders name them; both empty for results without a ward. since: instead of what is
    due, what was received since then.
    """
    results = due_query() if since is None else Result.objects.filter(REPORTS_IN_FORCE, superseded_by=None)
    if since is not None:
        results = results.filter(report__made_at__gte=since)
    results = _of_ward(results, site=site, ward=ward)
    keys = set(results.values_list("report__order", "sample"))
    orders = [order for order, _ in keys if order is not None]
    loose = [sample for order, sample in keys if order is None]
    reports = Report.objects.filter(IN_FORCE).filter(Q(order__in=orders) | Q(order=None, sample__in=loose))
    known = orders_by_ids(orders)
    views = results_of(reports, orders=known)
    said = dict(Report.objects.filter(order=None, sample__in=loose).values_list("sample", "patient"))
    samples = [
        SheetSampleView(
            sample=sample,
            order=known.get(order) if order else None,
            said={} if order else dict(said.get(sample, {})),
            results=tuple(found),
        )
        for (order, sample), found in views.items()
    ]
    return sorted(samples, key=_place)


def _of_ward(query: QuerySet[Result], *, site: str, ward: str) -> QuerySet[Result]:
    if site or ward:
        return query.filter(report__order__in=order_query().filter(site=site, ward=ward).values("pk"))
    nowhere = order_query().filter(site="", ward="").values("pk")
    return query.filter(Q(report__order=None) | Q(report__order__in=nowhere))


def _place(sample: SheetSampleView) -> tuple[str, str, str, str]:
    """Sort by patient, then by sample."""
    order = sample.order
    if order is None:
        return ("\uffff", sample.said.get("family", ""), "", sample.sample)
    return (order.family.casefold(), order.given.casefold(), str(order.birth_date), order.sample)


def sheet_list(*, limit: int = 50) -> Sequence[ResultSheet]:
    """List the sheets made last, without their content."""
    return list(ResultSheet.objects.defer("content").order_by("-at")[:limit])


def sheets_open() -> Sequence[ResultSheet]:
    """List sheets nobody has confirmed or dropped, oldest first, without their content."""
    return list(ResultSheet.objects.defer("content").filter(confirmed_at=None, dropped_at=None).order_by("at"))


def sheet_content(sheet: UUID) -> bytes:
    """Return a sheet as it was made. Raises: MissingError RL-LAB-231."""
    content = ResultSheet.objects.filter(pk=sheet).values_list("content", flat=True).first()
    if content is None:
        raise errors.NO_RESULT_SHEET.error()
    return bytes(content)
