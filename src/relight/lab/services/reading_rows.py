"""The rows of reports and results: made for a batch, written together, and decided again on demand.

Owns turning drafts into rows, corrections that supersede, calls about critical values, orders' tests that
are done. Runs inside a write of its caller. Source: docs/design/lab.md, “Reading”.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.timezone import get_current_timezone

from relight.journal.api import new_id
from relight.kernel.act import Act
from relight.lab.models import Call, Message, Report, Result
from relight.lab.rules.driver import Standing
from relight.lab.rules.matching import DraftLine, ReportDraft
from relight.lab.selectors.reading import Desk
from relight.lab.services.charting_due import chart_due
from relight.lab.services.order_states import order_tests_done
from relight.lab.services.rows_insert import rows_insert
from relight.lab.types import HoldReason, ReportState, Validation

# results held for one of these are known to be this sample's: what they correct is corrected
SURE = frozenset({None, HoldReason.RUNG, HoldReason.QC_OUT, HoldReason.NOT_ORDERED})
DETAIL_LENGTH, UNIT_LENGTH = 200, 60
EARLIER = ("id", "report__link_id", "sample", "code", "status", "report__message_id")


@dataclass(slots=True, kw_only=True)
class Rows:
    """Rows of one batch, gathered first and written together."""

    act: Act
    desk: Desk
    reports: list[Report] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    done: dict[UUID, set[str]] = field(default_factory=dict)
    replacing: list[tuple[Result, DraftLine, str]] = field(default_factory=list)

    def add(self, message: Message, drafts: Sequence[ReportDraft]) -> None:
        """Take the reports of one message in."""
        for part, draft in enumerate(drafts, 1):
            report = self._report(message, part)
            _decide(report, draft)
            self.reports.append(report)
            for line in draft.lines:
                result = Result(id=new_id(self.act.at), report=report)
                _fill(result, draft, line)
                self.results.append(result)
                self._follow(report, draft, line, result)

    def add_blank(self, message: Message) -> None:
        """Take a message in that could not be read: a report without results, for a person to see."""
        report = self._report(message, 1)
        report.state, report.hold = ReportState.HELD.value, HoldReason.UNREADABLE.value
        self.reports.append(report)

    def write(self) -> None:
        """Write what was gathered. The same few statements however many messages there were."""
        earlier = self._supersede()
        rows_insert(self.reports)
        rows_insert(self.results)
        for old, new in earlier.items():
            Result.objects.filter(pk=old).update(superseded_by=new)
        rows_insert(self.calls)
        if self.done:
            order_tests_done(done=self.done)
        chart_due(self.act, (report.order for report in self.reports))

    def again(self, message: Message, drafts: Sequence[ReportDraft]) -> int:
        """Decide again on the held reports of one message. Returns: how many reports now go on.

        A result keeps its row: a call or a comparison may hang on it. What no report held before is new.
        """
        reports = {row.pk: row for row in message.reports.all()}
        opened = {row.pk for row in reports.values() if _is_open(row)}
        kept = {row.line: row for row in Result.objects.filter(report__in=list(reports))}
        blank = [pk for pk in sorted(opened) if not any(result.report_id == pk for result in kept.values())]
        drafted = {line.reading.at for draft in drafts for line in draft.lines}
        # a report that keeps a result nobody decided on now stays as it is: what goes on goes under another
        used = {result.report_id for place, result in kept.items() if place not in drafted}
        part = max((row.part for row in reports.values()), default=0)
        freed = 0
        for draft in drafts:
            for old, lines in _by_report(draft, kept, blank).items():
                if old is not None and old not in opened:
                    continue
                row = reports.get(old) if old is not None and old not in used else None
                if row is None:
                    part += 1
                    row = self._report(message, part)
                _decide(row, draft)
                row.save(force_insert=row.pk not in reports)
                used.add(row.pk)
                freed += row.state == ReportState.WAITING.value
                self._again(row, draft, lines, kept)
        self._after()
        chart_due(self.act, Report.objects.filter(message=message).values_list("order", flat=True))
        return freed

    def _again(self, row: Report, draft: ReportDraft, lines: Sequence[DraftLine], kept: dict[int, Result]) -> None:
        for line in lines:
            known = kept.get(line.reading.at)
            result = known or Result(id=new_id(self.act.at))
            result.report = row
            _fill(result, draft, line)
            result.save(force_insert=known is None)
            has_call = known is not None and Call.objects.filter(result=known).exists()
            self._follow(row, draft, line, result, call=not has_call)

    def _after(self) -> None:
        for old, new in self._supersede().items():
            Result.objects.filter(pk=old).update(superseded_by=new)
        Call.objects.bulk_create(self.calls)
        if self.done:
            order_tests_done(done=self.done)

    def _report(self, message: Message, part: int) -> Report:
        link = self.desk.links[message.link_id]
        return Report(
            id=new_id(self.act.at),
            message=message,
            part=part,
            link_id=message.link_id,
            lis_id=link.lis_id,
            made_at=self.act.at,
            state=ReportState.HELD.value,
        )

    def _follow(
        self, report: Report, draft: ReportDraft, line: DraftLine, result: Result, *, call: bool = True
    ) -> None:
        """Note what a result brings with it: a call, a value it replaces, a test that is done."""
        if line.critical and call:
            self.calls.append(Call(id=new_id(self.act.at), result=result, opened_at=self.act.at))
        if draft.hold in SURE:
            self.replacing.append((result, line, report.link_id))
        if draft.order is not None and draft.hold is None and result.loinc:
            self.done.setdefault(draft.order, set()).add(result.loinc)

    def _supersede(self) -> dict[UUID, UUID]:
        """Mark what corrections replace: within the batch at once. Returns: older result to the one that replaces it.

        A correction replaces the newest result of its link, sample and code that came before it; a final
        result replaces one the analyzer had called preliminary. A second measurement replaces nothing.
        """
        if not self.replacing:
            return {}
        found: dict[tuple[str, str, str], list[tuple[UUID, str, Result | None]]] = {}
        for pk, link, sample, code, status, _ in self._earlier():
            found.setdefault((link, sample, code), []).append((pk, status, None))
        earlier: dict[UUID, UUID] = {}
        for result, line, link in self.replacing:
            known = found.setdefault((link, result.sample, result.code), [])
            if known and self._replaces(line, known[-1][1], link):
                pk, _, row = known.pop()
                if row is None:
                    earlier[pk] = result.pk
                else:
                    row.superseded_by_id = result.pk
            known.append((result.pk, result.status, result))
        return earlier

    def _earlier(self) -> list[tuple[UUID, str, str, str, str, int]]:
        mine = {result.pk for result, _, _ in self.replacing}
        samples = sorted({result.sample for result, _, _ in self.replacing if result.sample})
        rows: list[tuple[UUID, str, str, str, str, int]] = []
        for start in range(0, len(samples), 500):
            query = Result.objects.filter(sample__in=samples[start : start + 500], superseded_by=None)
            rows += query.order_by("report__message_id", "line").values_list(*EARLIER)
        return [row for row in rows if row[0] not in mine]

    def _replaces(self, line: DraftLine, status: str, link: str) -> bool:
        if line.reading.is_correction:
            return True
        if line.reading.standing is not Standing.FINAL or not status:
            return False
        layouts = self.desk.drivers[link].layouts.values()
        return any(layout.statuses.get(status) is Standing.PRELIMINARY for layout in layouts)


def _decide(report: Report, draft: ReportDraft) -> None:
    report.sample = draft.sample
    report.patient = draft.patient.document()
    report.order = draft.order
    report.state = draft.state.value
    report.hold = draft.hold.value if draft.hold else ""
    report.hold_detail = draft.hold_detail[:DETAIL_LENGTH]
    report.validation = draft.validation.value
    if draft.validation is Validation.AUTO:
        report.validated_by, report.validated_at = f"link:{report.link_id}", report.made_at


def _fill(result: Result, draft: ReportDraft, line: DraftLine) -> None:
    read = line.reading
    result.line, result.sample = read.at, draft.sample
    result.code, result.loinc, result.name = read.code, read.loinc, read.name
    result.value, result.unit_sent = read.value, read.unit_sent[:UNIT_LENGTH]
    result.number, result.unit = read.number, read.unit[:UNIT_LENGTH]
    result.range, result.flags, result.status = read.range, list(read.flags), read.status
    result.critical, result.instrument, result.notes = line.critical, read.instrument, read.notes
    result.measured_at = aware(read.measured_at)


def aware(moment: datetime | None) -> datetime | None:
    """Give an analyzer's clock time the zone of this installation where it names none."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=get_current_timezone())


def _is_open(report: Report) -> bool:
    """Say whether a report may be decided again by reading: what waits for a rung or a control a person releases."""
    gated = report.hold in (HoldReason.RUNG.value, HoldReason.QC_OUT.value)
    return report.state == ReportState.HELD.value and not report.closed_by and not gated


def _by_report(
    draft: ReportDraft, kept: dict[int, Result], blank: Sequence[UUID]
) -> dict[UUID | None, list[DraftLine]]:
    """Part a draft's lines by the report that holds them now; new lines go to one that holds nothing, or to none."""
    otherwise = blank[0] if blank else None
    parted: dict[UUID | None, list[DraftLine]] = {}
    for line in draft.lines:
        known = kept.get(line.reading.at)
        parted.setdefault(known.report_id if known else otherwise, []).append(line)
    return parted
