"""What the record of an order's patient should hold: the values in force, and what it holds now.

Owns the queries for one batch of orders. Refuses what waits for a decision or was put aside: the ward never reads it.
Source: docs/design/lab.md, "Into the record".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext

from relight.lab.models import Charted, Report, Result
from relight.lab.rules.charting import ChartLine
from relight.lab.rules.results import Measured, judge
from relight.lab.selectors.codes import tests_alike
from relight.lab.selectors.orders import OrderView, orders_by_ids
from relight.lab.types import ReportState, Validation
from relight.people.api import names_of
from relight.record.api import catalogue_now
from relight.record.plain import Catalogue, age_days


@dataclass(slots=True, kw_only=True)
class OrderChart:
    """One order for the record. Args: lines: the value each lineage shows now, by its result. older: what each of them
    replaced, all of it. charted: what the record was given before. results: every result of the order, by id."""

    id: UUID
    view: OrderView | None
    lines: dict[UUID, ChartLine] = field(default_factory=dict)
    older: dict[UUID, frozenset[UUID]] = field(default_factory=dict)
    charted: list[Charted] = field(default_factory=list)
    results: dict[UUID, Result] = field(default_factory=dict)


def charts_of(orders: Sequence[UUID]) -> list[OrderChart]:
    """Return what the record should hold of these orders, and what it was given. Some ten queries for 500."""
    views = orders_by_ids(orders)
    charts = {order: OrderChart(id=order, view=views.get(order)) for order in orders}
    rows = Result.objects.filter(report__order__in=list(orders)).select_related("report__message", "report__link")
    for result in rows.order_by("report__message", "report__part", "line"):
        key = result.report.order
        if key is not None:
            charts[key].results[result.pk] = result
    for row in Charted.objects.filter(order__in=list(orders)).order_by("resource"):
        charts[row.order].charted.append(row)
    names = names_of(
        {result.report.validated_by for chart in charts.values() for result in chart.results.values()} - {""}
    )
    shaper = _Shaper(catalogue=catalogue_now(), names=names)
    for chart in charts.values():
        if chart.view is not None:
            _fill(chart, chart.view, shaper)
    return list(charts.values())


def in_force(report: Report) -> bool:
    """Say whether a report is read by a ward: it goes on, or was refused elsewhere and nobody here put it aside."""
    if report.state == ReportState.REFUSED.value:
        return not report.closed_by
    return report.state in (ReportState.WAITING.value, ReportState.DELIVERED.value)


def _fill(chart: OrderChart, view: OrderView, shaper: _Shaper) -> None:
    """Find the value each lineage shows: the newest that is in force, and whether a correction of it waits."""
    replaced: dict[UUID, list[UUID]] = {}
    for result in chart.results.values():
        if result.superseded_by_id is not None:
            replaced.setdefault(result.superseded_by_id, []).append(result.pk)
    heads = [one for one in chart.results.values() if one.superseded_by_id not in chart.results]
    for head in heads:
        lineage = list(_lineage(head.pk, replaced))
        shown = next((key for key in lineage if in_force(chart.results[key].report)), None)
        if shown is None:
            continue
        result = chart.results[shown]
        older = frozenset(lineage[lineage.index(shown) + 1 :])
        told = any(in_force(chart.results[key].report) for key in older)
        chart.lines[shown] = shaper.line(result, view, corrects=told, doubted=shown != head.pk)
        chart.older[shown] = frozenset(lineage)


def _lineage(head: UUID, replaced: Mapping[UUID, Sequence[UUID]]) -> Iterable[UUID]:
    """Yield a result and all it replaced, the newest first."""
    level, seen = [head], {head}
    while level:
        yield from level
        level = [older for key in level for older in replaced.get(key, ()) if older not in seen]
        seen.update(level)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shaper:
    """Turns a row into a value for the record."""

    catalogue: Catalogue
    names: Mapping[str, str]

    def line(self, row: Result, view: OrderView, *, corrects: bool, doubted: bool) -> ChartLine:
        report = row.report
        at = view.taken_at or row.measured_at or report.message.received_at
        sex, age = view.sex, age_days(birth=view.birth_date, at=localtime(at).date())
        judged = judge(_measured(row), catalogue=self.catalogue, sex=sex, age_days=age)
        validation = Validation(report.validation)
        by_person = validation is Validation.VALIDATED
        notes = [" ".join(row.notes.split())] if row.notes.strip() else []
        if doubted:
            notes.append(gettext("A correction of this value waits in the laboratory: ask before you rely on it."))
        return ChartLine(
            result=row.pk,
            message=report.message.id,
            request=_request(row.loinc, view),
            loinc=row.loinc,
            code=row.code,
            name=self.catalogue.name(row.loinc, language="en", otherwise=row.name or row.code),
            value=row.value,
            number=row.number,
            unit=row.unit,
            flag=judged.flag,
            range=judged.range,
            at=at,
            issued=report.validated_at or report.made_at,
            final=validation.is_final and not doubted,
            corrects=corrects,
            performer=report.link.name,
            validator=self.names.get(report.validated_by, "") if by_person else "",
            device=row.instrument,
            notes=tuple(notes),
        )


def _measured(row: Result) -> Measured:
    return Measured(
        loinc=row.loinc,
        value=row.value,
        number=row.number,
        unit=row.unit,
        unit_sent=row.unit_sent,
        range=row.range,
        flags=tuple(str(flag) for flag in row.flags),
        critical=row.critical,
    )


def _request(loinc: str, view: OrderView) -> UUID | None:
    """Return the request a result answers, in whatever unit it was asked for."""
    if not loinc:
        return None
    alike = tests_alike(loinc)
    named = [test for test in view.tests if test.loinc in alike and test.state != "cancelled"]
    exact = [test for test in named if test.loinc == loinc]
    return (exact or named)[0].request if named else None
