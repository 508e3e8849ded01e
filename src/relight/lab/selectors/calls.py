"""Calls about critical values: those that wait, longest first, and those that were made.

Owns the queries and the view. Source: docs/design/lab.md, "Results while the laboratory system is down".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language

from relight.lab import errors
from relight.lab.models import Call
from relight.lab.rules.calls import Attempt, is_late
from relight.lab.rules.results import Judged, Measured, judge
from relight.lab.selectors.orders import OrderView, orders_by_ids
from relight.lab.selectors.results import result_now
from relight.lab.types import ReportState
from relight.record.api import catalogue_now
from relight.record.plain import age_days


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """One attempt."""

    at: datetime | None
    by: str
    outcome: Attempt
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One call. Args: page: where the patient's results stand. was: the value it was opened for, when that was
    corrected since. said: of the patient by the analyzer, where there is no order. held: the report waits for a
    decision, so whose it is is not sure. refused: it was put aside."""

    id: UUID
    page: UUID
    sample: str
    order: OrderView | None
    said: dict[str, str]
    link: str
    test: str
    judged: Judged
    was: str
    measured_at: datetime | None
    opened_at: datetime
    late: bool
    held: bool
    refused: bool
    attempts: tuple[AttemptView, ...]
    reached: str
    read_back: str
    withdrawn: str
    closed_at: datetime | None
    closed_by: str

    @property
    def ids(self) -> tuple[tuple[str, str], ...]:
        """The patient's numbers with their systems."""
        return tuple((one.system, one.value) for one in self.order.patient_ids) if self.order else ()


def call_query(*, closed: bool) -> QuerySet[Call]:
    """Return the calls that wait, longest first, or those that were closed, latest first."""
    query = Call.objects.select_related("result__report")
    if closed:
        return query.exclude(closed_at=None).order_by("-closed_at")
    return query.filter(closed_at=None).order_by("opened_at", "pk")


def call_views(rows: Sequence[Call], *, at: datetime) -> list[CallView]:
    """Return calls as they are shown. Two queries, and one a corrected value."""
    ids = {row.result.report.order for row in rows if row.result.report.order}
    orders = orders_by_ids([pk for pk in ids if pk is not None])
    return [_view(row, orders, at=at) for row in rows]


def call_get(call: UUID, *, at: datetime) -> CallView:
    """Return one call. Raises: MissingError RL-LAB-226."""
    row = Call.objects.select_related("result__report").filter(pk=call).first()
    if row is None:
        raise errors.NO_CALL.error()
    return call_views([row], at=at)[0]


def _view(row: Call, orders: dict[UUID, OrderView], *, at: datetime) -> CallView:
    result = result_now(row.result)
    report = row.result.report
    order = orders.get(report.order) if report.order else None
    catalogue, language = catalogue_now(), (get_language() or "en")[:2]
    day = (result.measured_at or row.opened_at).date()
    measured = Measured(
        loinc=result.loinc,
        value=result.value,
        number=result.number,
        unit=result.unit,
        unit_sent=result.unit_sent,
        range=result.range,
        flags=tuple(str(flag) for flag in result.flags),
        critical=result.critical,
    )
    age = age_days(birth=order.birth_date, at=day) if order else None
    return CallView(
        id=row.pk,
        page=order.id if order else report.pk,
        sample=result.sample,
        order=order,
        said=dict(report.patient),
        link=report.link_id,
        test=catalogue.name(result.loinc, language=language, otherwise=result.name or result.code),
        judged=judge(measured, catalogue=catalogue, sex=order.sex if order else "", age_days=age),
        was="" if result.pk == row.result_id else row.result.number or row.result.value,
        measured_at=result.measured_at,
        opened_at=row.opened_at,
        late=row.closed_at is None and is_late(opened_at=row.opened_at, at=at),
        held=report.state == ReportState.HELD.value,
        refused=report.state == ReportState.REFUSED.value and bool(report.closed_by),
        attempts=tuple(_attempt(one) for one in row.attempts),
        reached=row.reached,
        read_back=row.read_back_text,
        withdrawn=row.withdrawn,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
    )


def _attempt(one: dict[str, str]) -> AttemptView:
    return AttemptView(
        at=parse_datetime(one["at"]), by=one["by"], outcome=Attempt(one["outcome"]), note=one.get("note", "")
    )
