"""What a person decides about results that wait or were refused.

Owns the decisions of `rules.queues` on rows, each with its reason in the journal and no patient data there.
Refuses to change a value: only where results go and what their tests are called. Source: docs/design/lab.md, "Queues".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from django.db.models import QuerySet

from relight.journal.api import Body, EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.lab import errors
from relight.lab.models import Message, Report, Result, TestMap
from relight.lab.rules.mapping import Meaning
from relight.lab.rules.outgoing import control_id_of
from relight.lab.rules.queues import CloseReason, Decision, Place, gate_now, may_decide
from relight.lab.selectors.orders import OrderView, order_of_sample
from relight.lab.selectors.qc import qc_out_codes
from relight.lab.services.charting_due import chart_due
from relight.lab.services.links import link_get, reason_read
from relight.lab.services.order_states import order_tests_again, order_tests_done
from relight.lab.services.reading import message_reread
from relight.lab.services.replacing import UNSURE, as_told, results_counted, results_dropped, results_moved
from relight.lab.services.settle import messages_settle
from relight.lab.types import HoldReason, ReportState, Rung
from relight.people.api import Permission, service, signature_make

TEXT_LENGTH = 400
MEANING = "lab.place"


@service(Permission.LAB_RESOLVE)
def test_map(*, act: Act, link: str, code: str, unit_sent: str, meaning: Meaning) -> int:
    """Say what an analyzer's code means on a link; every message held for it is read anew.

    Returns: how many messages were. Raises: RL-LAB-001, RL-LAB-007, RL-LAB-026, RL-LAB-027.
    """
    checked = meaning.checked()
    with writing(act) as log:
        row = link_get(link)
        values = {"loinc": checked.loinc, "name": checked.name, "unit": checked.unit, "factor": checked.factor}
        TestMap.objects.update_or_create(
            link=row,
            code=code,
            unit_sent=unit_sent,
            defaults={**values, "by": act.actor, "at": act.at},
            create_defaults={**values, "by": act.actor, "at": act.at, "id": new_id(act.at)},
        )
        waiting = Message.objects.filter(
            reports__link=row,
            reports__state=ReportState.HELD.value,
            reports__hold__in=[HoldReason.UNKNOWN_TEST.value, HoldReason.UNKNOWN_UNIT.value],
            reports__results__code=code,
        )
        messages = list(waiting.order_by("seq").values_list("id", flat=True).distinct())
        body: Body = {"code": code, "unit_sent": unit_sent, **values, "count": len(messages)}
        log.entry("lab.map", subject=f"link:{link}", body=body, events=[_decided(f"link:{link}", Decision.MAP)])
        for message in messages:
            message_reread(act=act, message=message)
    return len(messages)


@service(Permission.LAB_RESOLVE)
def report_place(*, act: Act, report: UUID, order: UUID, sample_again: str, password: str) -> ReportState:
    """Say that results belong to an order: a person compared the two patients, and signs.

    Args: sample_again: the order's sample number, typed or scanned once more. Returns: where the results are
    then: on their way, or held by the link's rung or its quality control.
    Raises: RL-LAB-223, RL-LAB-019, RL-LAB-022, RL-LAB-023; RL-PPL-002, RL-PPL-003 (signature).
    """
    with writing(act) as log:
        row = _row(report)
        _demand(Decision.PLACE, [row])
        chosen = _order_proved(sample_again, order=order)
        digest = place_digest(row, chosen)
        signed = signature_make(act=act, log=log, password=password, digest=digest, meaning=MEANING)
        _place(act, row, chosen)
        body: Body = {"order": str(order), "signature": str(signed.id), "digest": digest, "to": row.state}
        _log(log, Decision.PLACE, row, body)
    return ReportState(row.state)


def place_digest(row: Report, order: OrderView) -> str:
    """Return the digest of what is shown when results are given to an order: both patients, and the results."""
    shown = {
        "report": str(row.pk),
        "order": str(order.id),
        "said": row.patient,
        "patient": [order.family, order.given, str(order.birth_date), order.sex],
        "results": _outgoing(row),
    }
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


@service(Permission.LAB_RESOLVE)
def reports_release(*, act: Act, reports: Sequence[UUID], reason: str) -> int:
    """Let held results go to the laboratory system; all of them or none. Returns: how many.

    Raises: RL-LAB-223, RL-LAB-019, RL-LAB-020 (rung), RL-LAB-021 (quality control), RL-LAB-024, RL-LAB-179.
    """
    said = reason_read(reason)
    with writing(act) as log:
        rows = _rows(reports)
        _demand(Decision.RELEASE, rows)
        for row in rows:
            was, row.hold, row.state = row.hold, "", ReportState.WAITING.value
            row.save(update_fields=["hold", "state"])
            _tests_done(row)
            chart_due(act, [row.order])
            _log(log, Decision.RELEASE, row, {"hold": was, "reason": said})
        messages_settle(row.message_id for row in rows)
    return len(rows)


@service(Permission.LAB_RESOLVE)
def reports_close(*, act: Act, reports: Sequence[UUID], why: CloseReason, reason: str = "") -> int:
    """Put results aside for good: they do not go to the laboratory system. All of them or none.

    Args: reason: in words; needed where `why` says nothing by itself. Returns: how many.
    Raises: RL-LAB-223, RL-LAB-019, RL-LAB-024, RL-LAB-179.
    """
    said = reason_read(reason) if why is CloseReason.OTHER or reason.strip() else ""
    with writing(act) as log:
        rows = _rows(reports)
        _demand(Decision.CLOSE, rows)
        for row in rows:
            # a correction nobody wants hides nothing
            restored = results_dropped(row) if why is not CloseReason.TRANSCRIBED else 0
            body: Body = {"why": why.value, "reason": said, "hold": row.hold, "code": row.refused_code}
            body = {**body, "restored": restored}
            row.state, row.closed_by = ReportState.REFUSED.value, act.actor
            row.refused_text = (f"{why.value}: {said}" if said else why.value)[:TEXT_LENGTH]
            row.save(update_fields=["state", "closed_by", "refused_text"])
            if why is CloseReason.TRANSCRIBED and row.order:  # nobody need measure them again
                order_tests_done(done={row.order: [one.loinc for one in row.results.all() if one.loinc]})
            if why is CloseReason.UNUSABLE and row.order:
                loincs = [one.loinc for one in row.results.all() if one.loinc]
                order_tests_again(order=row.order, loincs=loincs, without=row.pk)
            chart_due(act, [row.order])
            _log(log, Decision.CLOSE, row, body)
        messages_settle(row.message_id for row in rows)
    return len(rows)


@service(Permission.LAB_RESOLVE)
def report_reopen(*, act: Act, report: UUID, reason: str) -> ReportState:
    """Take closing back: results stand again where they stood. Raises: RL-LAB-223, RL-LAB-019, RL-LAB-179."""
    said = reason_read(reason)
    with writing(act) as log:
        row = _row(report)
        _demand(Decision.REOPEN, [row])
        row.state = ReportState.HELD.value if row.hold else ReportState.REFUSED.value
        row.closed_by, row.refused_text = "", ""
        row.save(update_fields=["state", "closed_by", "refused_text"])
        if row.hold not in UNSURE:
            results_counted(row)
        if row.order and not row.hold:  # they had arrived
            order_tests_done(done={row.order: [one.loinc for one in row.results.all() if one.loinc]})
        chart_due(act, [row.order])
        messages_settle([row.message_id])
        _log(log, Decision.REOPEN, row, {"reason": said, "to": row.state})
    return ReportState(row.state)


@service(Permission.LAB_RESOLVE)
def reports_reread(*, act: Act, reports: Sequence[UUID]) -> int:
    """Read the messages of held results anew: an order, a mapping or a driver may have come. Returns: how many.

    Raises: RL-LAB-223, RL-LAB-019, RL-LAB-024.
    """
    with writing(act) as log:
        rows = _rows(reports)
        _demand(Decision.REREAD, rows)
        for message in sorted({row.message.id for row in rows}):
            subject = f"message:{message}"
            log.entry("lab.reread", subject=subject, body={}, events=[_decided(subject, Decision.REREAD)])
            message_reread(act=act, message=message)
    return len({row.message_id for row in rows})


@service(Permission.LAB_RESOLVE)
def report_mend(  # noqa: PLR0913 - the fields of one form
    *,
    act: Act,
    report: UUID,
    reason: str,
    tests: Mapping[UUID, Meaning] | None = None,
    sample: str = "",
    sample_again: str = "",
    password: str = "",
) -> bool:
    """Change what the laboratory system refused, and send it: what tests are called, whose sample it is.

    A value is never changed. Another sample number makes them another patient's results: it is typed twice and
    signed, and must be that of an order known here. Args: tests: result to what it means; its unit and factor
    count for nothing. Returns: whether anything changed; then it goes under a new control id.
    Raises: RL-LAB-223, RL-LAB-019, RL-LAB-022, RL-LAB-023, RL-LAB-027, RL-LAB-028, RL-LAB-179; RL-PPL-002.
    """
    said = reason_read(reason)
    with writing(act) as log:
        row = _row(report)
        _demand(Decision.MEND, [row])
        before = _digest(row)
        signed = ""
        if sample.strip() and sample.strip() != row.sample:
            chosen = _order_proved(sample_again, sample=sample.strip())
            digest = place_digest(row, chosen)
            signed = str(signature_make(act=act, log=log, password=password, digest=digest, meaning=MEANING).id)
            _place(act, row, chosen)
        _rename(row, tests or {})
        changed = before != _digest(row)
        if changed:
            row.control_id, row.attempts, row.sent = _next_control_id(row), 0, None
        chart_due(act, [row.order])
        _send_again(row)
        body: Body = {"reason": said, "before": before, "after": _digest(row), "signature": signed}
        _log(log, Decision.MEND, row, body)
    return changed


@service(Permission.LAB_RESOLVE)
def reports_replay(*, act: Act, reports: Sequence[UUID], reason: str) -> int:
    """Send refused results again: the same bytes under the same control id. All of them or none.

    What was corrected meanwhile, and the correction sent, goes as it stands now under a new control id.
    Returns: how many. Raises: RL-LAB-223, RL-LAB-019, RL-LAB-024, RL-LAB-179.
    """
    said = reason_read(reason)
    with writing(act) as log:
        rows = _rows(reports)
        _demand(Decision.REPLAY, rows)
        for row in rows:
            body: Body = {"reason": said, "code": row.refused_code, "digest": _digest(row)}
            if any(as_told(result) is not result for result in row.results.all()):
                row.control_id, row.attempts, row.sent = _next_control_id(row), 0, None
            _send_again(row)
            _log(log, Decision.REPLAY, row, body)
    return len(rows)


# -- parts ----------------------------------------------------------------------------------------


def place_of(row: Report, *, qc_out: frozenset[str]) -> Place:
    """Say where a report stands. Args: row: with its link and results. qc_out: codes out on its link now."""
    return Place(
        state=ReportState(row.state),
        hold=HoldReason(row.hold) if row.hold else None,
        closed=bool(row.closed_by),
        link=row.link.name,
        rung=Rung(row.link.rung),
        qc_out=any(result.code in qc_out for result in row.results.all()),
    )


def _found(reports: Iterable[UUID]) -> QuerySet[Report]:
    return Report.objects.select_related("link", "message").prefetch_related("results").filter(pk__in=list(reports))


def _row(report: UUID) -> Report:
    row = _found([report]).first()
    if row is None:
        raise errors.NO_REPORT.error()
    return row


def _rows(reports: Sequence[UUID]) -> list[Report]:
    """Return reports of one link and one reason, in the order they came; deciding about more is refused."""
    if not reports:
        raise errors.NONE_CHOSEN.error()
    rows = list(_found(reports).order_by("message_id", "part"))
    if len(rows) != len(set(reports)):
        raise errors.NO_REPORT.error()
    if len({(row.link_id, row.state, row.hold, bool(row.closed_by)) for row in rows}) > 1:
        raise errors.SEVERAL_LINKS.error()
    return rows


def _demand(decision: Decision, rows: Sequence[Report]) -> None:
    out = qc_out_codes(rows[0].link_id)
    for row in rows:
        may_decide(decision, place_of(row, qc_out=out)).demand(where=f"report:{row.pk}")


def _order_proved(sample_again: str, *, order: UUID | None = None, sample: str = "") -> OrderView:
    """Return the order a sample number typed again names; it must be the one that was chosen."""
    typed = sample_again.strip()
    chosen = order_of_sample(typed)
    if sample and typed != sample:
        raise errors.SAMPLE_MISTYPED.error(where="sample_again")
    if chosen is None or chosen.is_cancelled:
        raise (errors.SAMPLE_MISTYPED if order else errors.NO_SUCH_ORDER).error(where="sample_again")
    if order is not None and chosen.id != order:
        raise errors.SAMPLE_MISTYPED.error(where="sample_again")
    return chosen


def _place(act: Act, row: Report, order: OrderView) -> None:
    """Give results to an order; what of the link itself keeps them here then is their new reason."""
    gate = gate_now(place_of(row, qc_out=qc_out_codes(row.link_id)))
    chart_due(act, [row.order, order.id])  # the record of the patient it was given to before, too
    row.order, row.sample = order.id, order.sample
    row.state = (ReportState.HELD if gate else ReportState.WAITING).value
    row.hold, row.hold_detail = gate.value if gate else "", ""
    row.save(update_fields=["order", "sample", "state", "hold", "hold_detail"])
    row.results.update(sample=order.sample)
    results_moved(_row(row.pk))
    _tests_done(row)
    messages_settle([row.message_id])


def _tests_done(row: Report) -> None:
    """Note on the order that these tests have arrived, once the results go on."""
    if row.order and row.state == ReportState.WAITING.value:
        order_tests_done(done={row.order: [result.loinc for result in row.results.all() if result.loinc]})


def _rename(row: Report, tests: Mapping[UUID, Meaning]) -> None:
    results = {result.pk: result for result in row.results.all()}
    for id, meaning in tests.items():
        if id not in results:
            raise errors.NOT_THIS_RESULT.error(where="tests")
        checked = meaning.checked()
        results[id].loinc, results[id].name = checked.loinc, checked.name
    Result.objects.bulk_update(results.values(), ["loinc", "name"])


def _send_again(row: Report) -> None:
    row.state, row.refused_code, row.refused_text = ReportState.WAITING.value, "", ""
    row.save(update_fields=["state", "refused_code", "refused_text", "control_id", "attempts", "sent"])
    messages_settle([row.message_id])


def _next_control_id(row: Report) -> str:
    """Return the control id after the present one: other bytes under the same id would be taken for a repeat."""
    revision = 0
    while row.control_id and control_id_of(row.pk, revision=revision) != row.control_id:
        revision += 1
    return control_id_of(row.pk, revision=revision + 1)


def _outgoing(row: Report) -> list[object]:
    results = sorted(Result.objects.filter(report=row), key=lambda result: result.line)
    return [[one.line, one.code, one.loinc, one.name, one.value, one.unit] for one in results]


def _digest(row: Report) -> str:
    """Return the digest of what goes out, salted with the report's id: it tells nothing of what it is of."""
    shown = [str(row.pk), row.sample, _outgoing(row)]
    return sha256(json.dumps(shown).encode()).hexdigest()


def _decided(subject: str, decision: Decision) -> EventDraft:
    return EventDraft(name="lab.decided", subject=subject, body={"decision": decision.value})


def _log(log: Log, decision: Decision, row: Report, body: Body) -> None:
    subject = f"report:{row.pk}"
    log.entry(f"lab.{decision.value}", subject=subject, body=body, events=[_decided(subject, decision)])
