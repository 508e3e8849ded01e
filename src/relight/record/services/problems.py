"""Problems: recorded, amended, resolved. Owns these writes of Condition. Source: docs/design/writing.md, 76-79."""

from __future__ import annotations

from uuid import UUID

from django.utils.timezone import localtime

from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record.rules.canonical import loads
from relight.record.rules.drafts import Ticket
from relight.record.rules.problems import ProblemGiven, problem_amended, problem_body, problem_resolved
from relight.record.services.charting import amended, author_of, charting, item_current
from relight.record.services.drafts import draft_close
from relight.record.services.store import entries_write
from relight.record.types import EntryDraft, Written

TYPE = "Condition"


@service(Permission.RECORD_WRITE)
def problem_add(*, act: Act, patient: UUID, given: ProblemGiven, ticket: Ticket | None = None) -> Written:
    """Record a problem. Raises: RL-REC-380, 381, 382 for what was typed."""
    with charting(act=act, patient=patient) as log:
        today = localtime(act.at).date()
        body = problem_body(given, patient=f"Patient/{patient}", author=author_of(act), at=act.at, today=today)
        draft_close(log=log, ticket=ticket)
        (written,) = entries_write(
            act=act, log=log, drafts=[EntryDraft(type=TYPE, body=body)], verb="record.problem",
            subject=f"patient:{patient}",
        )  # fmt: skip
    return written


@service(Permission.RECORD_WRITE)
def problem_amend(
    *,
    act: Act,
    patient: UUID,
    problem: UUID,
    version: int,
    given: ProblemGiven,
    reason: str = "",
    ticket: Ticket | None = None,
) -> Written:
    """Amend a problem, also one that came from elsewhere. Raises: RL-REC-001, 354, 355, 380-382."""
    with charting(act=act, patient=patient) as log:
        held = item_current(patient=patient, type=TYPE, id=problem)
        body = problem_amended(loads(held.body), given, today=localtime(act.at).date())
        draft_close(log=log, ticket=ticket)
        (written,) = entries_write(
            act=act, log=log, drafts=[amended(held, body, version=version, reason=reason)], verb="record.problem",
            subject=f"patient:{patient}",
        )  # fmt: skip
    return written


@service(Permission.RECORD_WRITE)
def problem_resolve(*, act: Act, patient: UUID, problem: UUID, version: int, until: str = "") -> Written:
    """Say that a problem is over. Args: until: a date as typed, in part or not; empty for today. Raises: RL-REC-001."""
    with charting(act=act, patient=patient) as log:
        held = item_current(patient=patient, type=TYPE, id=problem)
        body = problem_resolved(loads(held.body), until=until, today=localtime(act.at).date())
        (written,) = entries_write(
            act=act, log=log, drafts=[amended(held, body, version=version)], verb="record.problem",
            subject=f"patient:{patient}",
        )  # fmt: skip
    return written
