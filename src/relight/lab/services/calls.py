"""Calls about critical values: every attempt kept, closed only when the value was read back.

Owns attempts and closing; the calls themselves are opened where results are read. Refuses to close a call
without a name and the value as the other person said it. Source: docs/design/lab.md, "Results while the
laboratory system is down".
"""

from __future__ import annotations

from uuid import UUID

from relight.journal.api import EventDraft, writing
from relight.kernel.act import Act
from relight.lab import errors
from relight.lab.models import Call
from relight.lab.rules.calls import Attempt
from relight.lab.rules.results import was_read_back
from relight.lab.selectors.results import result_now
from relight.lab.types import ReportState
from relight.people.api import Permission, service


@service(Permission.LAB_VALIDATE)
def call_attempt(*, act: Act, call: UUID, outcome: Attempt, note: str = "") -> None:
    """Note an attempt that did not reach anybody who could take the value.

    Raises: RL-LAB-226 for an unknown call, RL-LAB-227 for a closed one.
    """
    with writing(act) as log:
        row = _open(call)
        _attempted(act, row, outcome=outcome.value, note=note)
        row.save(update_fields=["attempts"])
        log.entry("lab.call", subject=f"call:{call}", body={"outcome": outcome.value})


@service(Permission.LAB_VALIDATE)
def call_close(*, act: Act, call: UUID, reached: str, read_back: str) -> None:
    """Close a call: who took the value, and the value as they read it back.

    Raises: RL-LAB-226, RL-LAB-227; RL-LAB-228 without a name; RL-LAB-229 when what was read back does not
    hold the value as it stands now.
    """
    with writing(act) as log:
        row = _open(call)
        if not reached.strip():
            raise errors.CALL_NOBODY.error(where="reached")
        result = result_now(row.result)
        if not was_read_back(read_back, value=result.number or result.value):
            raise errors.CALL_NOT_READ_BACK.error(where="read_back")
        row.reached, row.read_back_text, row.read_back = reached.strip()[:120], read_back.strip()[:200], True
        row.closed_at, row.closed_by = act.at, act.actor
        _attempted(act, row, outcome=Attempt.REACHED.value, note="")
        row.save()
        event = EventDraft(name="lab.called", subject=f"call:{call}", body={})
        log.entry("lab.call_close", subject=f"call:{call}", body={"attempts": len(row.attempts)}, events=[event])


@service(Permission.LAB_VALIDATE)
def call_withdraw(*, act: Act, call: UUID, reason: str) -> None:
    """Close a call nobody has to make, because the result was put aside by a person.

    Raises: RL-LAB-226, RL-LAB-227; RL-LAB-233 while the result counts; RL-LAB-234 without a reason.
    """
    with writing(act) as log:
        row = _open(call)
        report = row.result.report
        if report.state != ReportState.REFUSED.value or not report.closed_by:
            raise errors.CALL_NOT_WITHDRAWN.error()
        if not reason.strip():
            raise errors.WITHDRAW_REASON_MISSING.error(where="reason")
        row.withdrawn, row.closed_at, row.closed_by = reason.strip()[:200], act.at, act.actor
        row.save(update_fields=["withdrawn", "closed_at", "closed_by"])
        log.entry("lab.call_withdraw", subject=f"call:{call}", body={"attempts": len(row.attempts)})


def _open(call: UUID) -> Call:
    row = Call.objects.select_for_update().filter(pk=call).first()
    if row is None:
        raise errors.NO_CALL.error()
    if row.closed_at is not None:
        raise errors.CALL_CLOSED.error()
    return row


def _attempted(act: Act, row: Call, *, outcome: str, note: str) -> None:
    attempt = {"at": act.at.isoformat(), "by": act.actor, "outcome": outcome, "note": note.strip()[:200]}
    row.attempts = [*row.attempts, attempt]
