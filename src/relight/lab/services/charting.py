"""Results into the record of the patient: what is in force is written, corrected, taken back; once each.

Owns bringing the record in line with an order's results, in one transaction with the note that it was due and with what
was written before: killed at any moment, nothing is lost and nothing doubled. Refuses what waits for a decision. What
somebody marked in the chart as entered in error stays so. Source: docs/design/lab.md, "Into the record".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from relight.journal.api import Body, EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.lab.models import ChartDue, Charted, TestState
from relight.lab.rules.charting import ChartLine, observation_body, report_body
from relight.lab.rules.queues import CLOSE_NAMES, CloseReason
from relight.lab.selectors.charting import OrderChart, charts_of, in_force
from relight.lab.selectors.orders import OrderView
from relight.people.api import Permission, service
from relight.record.api import (
    HERE,
    EntryAct,
    EntryDraft,
    Held,
    RequestState,
    ResourceStatus,
    SourceKind,
    dumps,
    entries_write,
    in_error,
    loads,
    requests_moved,
    resources_get,
    source_open,
)

SOURCE = "Laboratory gateway"
AT_ONCE = 6  # orders a transaction: what arrives meanwhile waits for it
FIRST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(hours=1)
LIVE, ERROR, ASIDE = "live", "error", "aside"


@dataclass(slots=True)
class _Writing:
    """What one transaction will write."""

    act: Act
    source: UUID
    held: Mapping[UUID, Held]
    drafts: list[EntryDraft] = field(default_factory=list)
    rows: list[Charted] = field(default_factory=list)
    shown: dict[str, int] = field(default_factory=lambda: {"written": 0, "corrected": 0, "taken_back": 0})


@service(Permission.LAB_RECEIVE)
def orders_chart(*, act: Act, limit: int = AT_ONCE) -> int:
    """Bring the record in line with the results of the orders that are due, the oldest first; one transaction.

    An order that cannot be written rests and blocks nobody. Returns: how many orders were done.
    """
    ready = Q(not_before=None) | Q(not_before__lte=act.at)
    due = list(ChartDue.objects.filter(ready).order_by("since", "order").values_list("order", flat=True)[:limit])
    if not due:
        return 0
    try:
        return _chart(act, due)
    except Exception:  # noqa: BLE001 - one order nobody foresaw must not stop the others: each by itself
        return sum(_chart_alone(act, order) for order in due)


def _chart_alone(act: Act, order: UUID) -> int:
    try:
        return _chart(act, [order])
    except Exception as fault:  # noqa: BLE001 - see orders_chart
        with writing(act) as log:
            row = ChartDue.objects.filter(pk=order).first()
            if row is not None:
                row.attempts += 1
                row.not_before = act.at + min(LONGEST_REST, FIRST_REST * 2 ** min(row.attempts, 10))
                row.save(update_fields=["attempts", "not_before"])
            body: Body = {"kind": type(fault).__name__, "attempts": row.attempts if row else 0}
            log.entry("lab.chart_failed", subject=f"order:{order}", body=body)
        return 0


def _chart(act: Act, orders: Sequence[UUID]) -> int:
    with writing(act) as log:
        still = set(ChartDue.objects.filter(pk__in=list(orders)).values_list("order", flat=True))
        charts = charts_of([order for order in orders if order in still])
        held = resources_get(ids=[row.resource for chart in charts for row in chart.charted])
        source = source_open(act=act, name=SOURCE, kind=SourceKind.LAB)
        out = _Writing(act=act, source=source.pk, held=held)
        for chart in charts:
            _order(out, chart)
        _requests(out, charts)
        entries_write(act=act, log=log, drafts=out.drafts)
        Charted.objects.bulk_create(
            out.rows,
            update_conflicts=True,
            unique_fields=["resource"],
            update_fields=["result", "state", "digest", "patient"],
            batch_size=500,
        )
        ChartDue.objects.filter(pk__in=list(still)).delete()
        _log(log, out, charts)
    return len(still)


def _log(log: Log, out: _Writing, charts: Sequence[OrderChart]) -> None:
    """Say what was written: counts, never what it says or of whom."""
    events = []
    if any(out.shown.values()):
        events.append(EventDraft(name="lab.charted", subject="lab:results", body=dict(out.shown)))
    log.entry("lab.chart", subject="lab:results", body={"orders": len(charts), **out.shown}, events=events)


def _order(out: _Writing, chart: OrderChart) -> None:
    """Compare what one order's record should hold with what it was given."""
    view = chart.view
    patient = view.asked_for if view is not None else None
    kept: list[tuple[UUID, ChartLine]] = []
    used: set[UUID] = set()
    if view is not None:
        for result, line in chart.lines.items():
            before = _before(out, chart, result, patient=view.asked_for, used=used)
            if before is not None and before.state == ASIDE and before.result_id == result:
                used.add(before.resource)  # somebody marked this very value in the chart
                continue
            body = observation_body(line, patient=view.asked_for, specimen=view.specimen)
            reuse = before if before is not None and before.state != ASIDE else None
            key = _put(out, body, view, before=reuse, result=result)
            used.add(key)
            kept.append((key, line))
    for row in chart.charted:
        if row.type == "Observation" and row.resource not in used and row.state == LIVE:
            _take_back(out, row, reason=_reason(chart, row, patient))
    _report(out, chart, kept)


def _before(out: _Writing, chart: OrderChart, result: UUID, *, patient: UUID, used: set[UUID]) -> Charted | None:
    """Find what the record holds of a value's lineage, for the same patient: this value, else what it replaced, else
    what replaced it and was taken back."""
    rows = [
        row
        for row in chart.charted
        if row.type == "Observation" and row.patient == patient and row.resource not in used and row.result_id
    ]
    for row in rows:
        if row.state == LIVE and (held := out.held.get(row.resource)) and held.status is ResourceStatus.ERROR:
            row.state = ASIDE
            out.rows.append(row)
    own = [row for row in rows if row.result_id == result]
    lineage = chart.older[result]
    older = [row for row in rows if row.result_id in lineage and row.state != ASIDE]
    if own or older:
        return min((*own, *older), key=lambda row: (row.result_id != result, row.state != LIVE))
    return _taken_back(chart, result, [row for row in rows if row.state == LIVE])


def _taken_back(chart: OrderChart, result: UUID, rows: Sequence[Charted]) -> Charted | None:
    """Find a correction that no longer counts: the value it stood for stands again, under the same Observation."""
    mine = chart.results[result]
    for row in rows:
        other = chart.results.get(row.result_id) if row.result_id else None
        same = other is not None and (other.report.link_id, other.code) == (mine.report.link_id, mine.code)
        if other is not None and same and not in_force(other.report):
            return row
    return None


def _put(out: _Writing, body: dict[str, Any], view: OrderView, *, before: Charted | None, result: UUID | None) -> UUID:
    """Write a resource, amend it, or leave it where it says the same already. Returns: its id."""
    digest = sha256(dumps(body)).digest()
    if before is not None and before.state == LIVE and bytes(before.digest) == digest:
        return before.resource
    kind = str(body["resourceType"])
    key = before.resource if before is not None else new_id(out.act.at)
    act = EntryAct.AMEND if before is not None else EntryAct.CREATE
    reason = ""
    if before is not None and result is not None:
        reason = gettext("corrected by the laboratory") if before.result_id != result else ""
        out.shown["corrected"] += before.result_id != result
    elif result is not None:
        out.shown["written"] += 1
    out.drafts.append(
        EntryDraft(type=kind, body=body, resource=key, act=act, reason=reason, source=out.source, document=HERE)
    )
    out.rows.append(
        Charted(
            resource=key,
            type=kind,
            order=view.id,
            patient=view.asked_for,
            result_id=result,
            state=LIVE,
            digest=digest,
        )
    )
    return key


def _take_back(out: _Writing, row: Charted, *, reason: str) -> None:
    """Mark a resource as entered in error, with the reason; its text stays, one version back."""
    held = out.held.get(row.resource)
    if held is not None and held.status is not ResourceStatus.ERROR:
        body = in_error(held.type, loads(held.body))
        out.drafts.append(
            EntryDraft(
                type=held.type,
                body=body,
                resource=row.resource,
                act=EntryAct.ERROR,
                reason=reason[:400],
                source=out.source,
                document=HERE,
            )
        )
        out.shown["taken_back"] += row.type == "Observation"
    row.state = ERROR
    out.rows.append(row)


def _reason(chart: OrderChart, row: Charted, patient: UUID | None) -> str:
    """Say why a value is taken back."""
    result = chart.results.get(row.result_id) if row.result_id else None
    if result is None:
        return gettext("The laboratory gave this result to another sample.")
    if patient is not None and row.patient != patient:
        return gettext("The order is another patient's.")
    if result.report.closed_by:
        why, _, text = result.report.refused_text.partition(": ")
        known = {one.value for one in CloseReason}
        said = gettext(CLOSE_NAMES[CloseReason(why)]) if why in known else why
        return gettext("Put aside by the laboratory: {why}").format(why=f"{said}: {text}" if text else said)
    return gettext("The laboratory holds this result back again.")


def _report(out: _Writing, chart: OrderChart, kept: Sequence[tuple[UUID, ChartLine]]) -> None:
    """Write the report of the order over the values that count; without any it is taken back."""
    view = chart.view
    rows = [row for row in chart.charted if row.type == "DiagnosticReport"]
    mine = next((row for row in rows if view is not None and row.patient == view.asked_for), None)
    if mine is not None and mine.state == LIVE and _is_error(out, mine):
        mine.state = ASIDE
        out.rows.append(mine)
    if view is not None and kept and (mine is None or mine.state != ASIDE):
        body = report_body(
            kept,
            order=view.id,
            patient=view.asked_for,
            specimen=view.specimen,
            sample=view.sample,
            is_whole=not view.open_tests,
        )
        _put(out, body, view, before=mine, result=None)
    for row in rows:
        if row.state == LIVE and (row is not mine or not kept):
            _take_back(out, row, reason=gettext("No result of this order counts any more."))


def _is_error(out: _Writing, row: Charted) -> bool:
    held = out.held.get(row.resource)
    return held is not None and held.status is ResourceStatus.ERROR


def _requests(out: _Writing, charts: Sequence[OrderChart]) -> None:
    """Say in the record which requests are done, and which are to be done again; then the gateway need not know it."""
    orders = [chart.id for chart in charts]
    states = TestState.objects.filter(order__in=orders, state__in=["measured", "wanted"])
    known = list(states.values_list("order", "loinc", "state"))
    if not known:
        return
    views = [chart.view for chart in charts if chart.view is not None]
    for word, to in (("measured", RequestState.DONE), ("wanted", RequestState.OPEN)):
        named = {(order, loinc) for order, loinc, state in known if state == word}
        requests = [
            test.request
            for view in views
            for test in view.tests
            if (view.id, test.loinc) in named and test.state != "cancelled"
        ]
        out.drafts += requests_moved(requests=requests, to=to)
    states.delete()
