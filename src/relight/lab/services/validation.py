"""Validation: a person stands for the results of a report.

Owns that one step. Refuses what somebody did not see: the digest of what was shown must still hold. What waits
for a decision, or was put aside, is nothing to stand for. Source: docs/design/lab.md, "Results while the
laboratory system is down".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from relight.journal.api import Body, EventDraft, writing
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.lab import errors
from relight.lab.models import Report
from relight.lab.selectors.results import reports_digests
from relight.lab.services.charting_due import chart_due
from relight.lab.types import ReportState, Validation
from relight.people.api import Permission, service


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One report that was not validated, and why."""

    report: UUID
    refusal: RelightError


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationReport:
    """What validating several reports did."""

    done: tuple[UUID, ...] = ()
    refused: tuple[Refused, ...] = ()


@service(Permission.LAB_VALIDATE)
def report_validate(*, act: Act, report: UUID, shown: str) -> None:
    """Stand for the results of one report.

    Args: shown: the digest of what was on the page (`selectors.results`). Raises: RL-LAB-223 for an
    unknown report, RL-LAB-224 when there is nothing to validate, RL-LAB-225 when it changed since.
    """
    answer = reports_validate(act=act, shown={report: shown})
    for one in answer.refused:
        raise one.refusal


@service(Permission.LAB_VALIDATE)
def reports_validate(*, act: Act, shown: Mapping[UUID, str]) -> ValidationReport:
    """Stand for the results of several reports, each by the digest of what was shown; the others go on.

    Returns: which were validated and why others were not.
    """
    with writing(act) as log:
        rows = {row.pk: row for row in Report.objects.filter(pk__in=list(shown)).select_for_update()}
        now = reports_digests(list(rows))
        refused = []
        done: list[UUID] = []
        for report, digest in shown.items():
            refusal = _refusal(rows.get(report), digest, now.get(report, ""))
            if refusal is None:
                done.append(report)
            else:
                refused.append(Refused(report=report, refusal=refusal))
        _stand(act, done)
        events = [EventDraft(name="lab.validated", subject=f"report:{report}", body={}) for report in done]
        body: Body = {"reports": [str(report) for report in done], "refused": len(refused)}
        log.entry("lab.validate", subject="lab:results", body=body, events=events)
    return ValidationReport(done=tuple(done), refused=tuple(refused))


def _refusal(row: Report | None, shown: str, now: str) -> RelightError | None:
    if row is None:
        return errors.NO_REPORT.error()
    if _is_aside(row) or Validation(row.validation).is_final or not now:
        return errors.NOTHING_TO_VALIDATE.error()
    return errors.RESULTS_CHANGED.error() if shown != now else None


def _is_aside(row: Report) -> bool:
    """Say whether a report waits for a decision, or a person put it aside."""
    return row.state == ReportState.HELD.value or bool(row.closed_by)


def _stand(act: Act, reports: Sequence[UUID]) -> None:
    rows = Report.objects.filter(pk__in=reports)
    chart_due(act, rows.values_list("order", flat=True))
    rows.update(validation=Validation.VALIDATED.value, validated_by=act.actor, validated_at=act.at)
