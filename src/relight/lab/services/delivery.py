"""Delivery to the laboratory systems: what goes next, what became of it.

Owns the two writes around a sending: before it, the bytes and the attempt are durable; after it, the
outcome. A report keeps its control id and its bytes at every attempt, so that a laboratory system
that saw it already recognises it. Source: docs/design/gateway.md, "Delivery".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q

from relight.journal.api import Body, EventDraft, writing
from relight.kernel.act import Act
from relight.lab.models import Lis, Report, Result
from relight.lab.rules.outgoing import PatientOut, ReportOut, ResultOut, control_id_of, report_message
from relight.lab.selectors.orders import OrderView, orders_by_ids
from relight.lab.services.replacing import as_told
from relight.lab.services.settle import messages_settle
from relight.lab.types import LisSettings, ReportState, Rung, Validation
from relight.people.api import Permission, service

TRUSTED = [rung.value for rung in Rung if rung.gives_results]
TRUSTED_OR_TRIED = Q(link__rung__in=TRUSTED) | Q(attempts__gt=0)  # what may have arrived is never left unsaid
TEXT_LENGTH = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One report ready to be sent. Args: content: a whole message, not framed."""

    report: UUID
    control_id: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one parcel. Args: code: empty when it was delivered. text: the laboratory system's words."""

    report: UUID
    code: str = ""
    text: str = ""


@service(Permission.LAB_RECEIVE)
def delivery_next(*, act: Act, lis: LisSettings, limit: int) -> list[Parcel]:
    """Take what is to be sent next, in the order it came; bytes and attempt are durable when this returns.

    Args: limit: how many; one while the laboratory system is failing. Returns: nothing when nothing
    waits, and then nothing was written.
    """
    waiting = Report.objects.filter(TRUSTED_OR_TRIED, lis_id=lis.id, state=ReportState.WAITING.value)
    if not waiting.exists():
        return []
    with writing(act) as log:  # asked inside: a link may fall, and hold what waits, up to here
        rows = list(waiting.order_by("message_id", "part")[:limit])
        _write_bytes([row for row in rows if not row.attempts], lis=lis, act=act)
        Report.objects.filter(pk__in=[row.pk for row in rows]).update(attempts=F("attempts") + 1, tried_at=act.at)
        log.entry("lab.try", subject=f"lis:{lis.id}", body={"count": len(rows)})
    return [Parcel(report=row.pk, control_id=row.control_id, content=bytes(row.sent or b"")) for row in rows]


@service(Permission.LAB_RECEIVE)
def delivery_outcomes(*, act: Act, lis: str, outcomes: Sequence[Outcome]) -> None:
    """Write what became of parcels: delivered, or refused and put aside with the reason."""
    delivered = [outcome.report for outcome in outcomes if not outcome.code]
    refused = [outcome for outcome in outcomes if outcome.code]
    waiting = Report.objects.filter(state=ReportState.WAITING.value)
    with writing(act) as log:
        places = list(
            Report.objects.filter(pk__in=[one.report for one in outcomes]).values_list("message_id", flat=True)
        )
        waiting.filter(pk__in=delivered).update(state=ReportState.DELIVERED.value, delivered_at=act.at)
        for one in refused:
            waiting.filter(pk=one.report).update(
                state=ReportState.REFUSED.value, refused_code=one.code, refused_text=one.text[:TEXT_LENGTH]
            )
        messages_settle(places)
        Lis.objects.filter(pk=lis).update(last_ok_at=act.at, failing_since=None, last_code="", connected=True)
        body: Body = {"delivered": len(delivered), "refused": len(refused)}
        log.entry("lab.deliver", subject=f"lis:{lis}", body=body, events=_events(lis, len(delivered), refused))


def _events(lis: str, delivered: int, refused: Sequence[Outcome]) -> list[EventDraft]:
    events = [EventDraft(name="lab.delivered", subject=f"lis:{lis}", body={"count": delivered})] if delivered else []
    return events + [
        EventDraft(name="lab.refused", subject=f"report:{one.report}", body={"code": one.code}) for one in refused
    ]


@service(Permission.LAB_RECEIVE)
def lis_failing(*, act: Act, lis: str, code: str) -> None:
    """Note that a laboratory system does not answer; the first time is an event, the same again is nothing."""
    row = Lis.objects.get(pk=lis)
    if row.failing_since is not None and row.last_code == code:
        return
    with writing(act) as log:
        Lis.objects.filter(pk=lis).update(connected=False, last_code=code, failing_since=row.failing_since or act.at)
        event = EventDraft(name="lab.lis_lost", subject=f"lis:{lis}", body={"code": code})
        log.entry("lab.lis_fail", subject=f"lis:{lis}", body={"code": code}, events=[event])


@service(Permission.LAB_RECEIVE)
def lis_answers(*, act: Act, lis: str) -> None:
    """Note that a laboratory system takes connections again."""
    with writing(act) as log:
        Lis.objects.filter(pk=lis).update(connected=True, failing_since=None, last_code="")
        event = EventDraft(name="lab.lis_found", subject=f"lis:{lis}", body={})
        log.entry("lab.lis_answer", subject=f"lis:{lis}", body={}, events=[event])


def _write_bytes(rows: Sequence[Report], *, lis: LisSettings, act: Act) -> None:
    """Render what was never sent, and fix it."""
    results: dict[UUID, list[Result]] = {}
    for result in Result.objects.filter(report__in=rows).order_by("report", "line"):
        results.setdefault(result.report_id, []).append(as_told(result))
    going = [result.pk for group in results.values() for result in group]
    corrects = set(Result.objects.filter(superseded_by__in=going).values_list("superseded_by_id", flat=True))
    orders = orders_by_ids(row.order for row in rows if row.order is not None)
    for row in rows:
        row.control_id = row.control_id or control_id_of(row.pk)
        order = orders.get(row.order) if row.order is not None else None
        out = _out(row, order, results.get(row.pk, []), corrects)
        row.sent = report_message(out, protocol=lis.protocol, at=act.at)
    Report.objects.bulk_update(rows, ["control_id", "sent"])


def _out(row: Report, order: OrderView | None, results: Sequence[Result], corrects: set[UUID]) -> ReportOut:
    return ReportOut(
        id=row.pk,
        control_id=row.control_id,
        link=row.link_id,
        sample=row.sample,
        order=order.number if order else "",
        patient=_patient(row, order),
        validation=Validation(row.validation),
        results=tuple(_result(result, result.pk in corrects) for result in results),
    )


def _patient(row: Report, order: OrderView | None) -> PatientOut:
    """Name the patient as the order does; without one, as the analyzer did."""
    if order is not None:
        return PatientOut(
            ids=tuple((one.value, one.system) for one in order.patient_ids),
            family=order.family,
            given=order.given,
            birth_date=order.birth_date,
            sex=order.sex,
        )
    told = row.patient
    birth = told.get("birth_date") or ""
    return PatientOut(
        ids=tuple((value, "") for value in told.get("ids", ())),
        family=told.get("family", ""),
        given=told.get("given", ""),
        birth_date=date.fromisoformat(birth) if birth else None,
        sex=told.get("sex", ""),
    )


def _result(row: Result, corrects: bool) -> ResultOut:
    return ResultOut(
        code=row.code,
        loinc=row.loinc,
        name=row.name,
        value=row.value,
        number=row.number,
        unit=row.unit,
        range=row.range,
        flags=tuple(row.flags),
        corrects=corrects,
        measured_at=row.measured_at,
        instrument=row.instrument,
    )
