"""Reports of the inspection engine: kept as they came, met checks where they count, alarm where they find.

A report of a key nobody enrolled is kept and never counts. Findings of an enrolled key on an admitted
item put it into quarantine at once. Source: docs/design/evidence.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext

from relight.fleet import errors
from relight.fleet.models import Attestation, Indicator, LineItem, Report
from relight.fleet.rules.reports import Found, ReportFacts, checks_met, in_time, is_about, note_key
from relight.fleet.selectors.items import item_states, items_get
from relight.fleet.selectors.policy import policy_current
from relight.fleet.selectors.reports import hashes_check, hashes_hit, key_standing, report_facts
from relight.fleet.services.attest import CHUNK, Given, attestations_log, attestations_put
from relight.fleet.services.line import quarantine_apply
from relight.fleet.types import How, Proves, State
from relight.journal.api import (
    EventDraft,
    EvidenceFile,
    Incoming,
    Log,
    evidence_find,
    evidence_read,
    evidence_store_all,
    new_id,
    writing,
)
from relight.kernel.act import Act
from relight.people.api import Permission, service


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOutcome:
    """What adding a report came to.

    Args: key: `enrolled`, `withdrawn` or `unknown`. checks: ids of the checks it met. indicators:
    known-bad SHA-256 its list holds. quarantined: the item was taken out of the zone for it.
    """

    report: UUID
    verdict: Found
    key: str
    kid: str
    checks: tuple[str, ...]
    indicators: tuple[str, ...] = ()
    quarantined: bool = False

    def document(self) -> dict[str, object]:
        return {
            "report": str(self.report),
            "verdict": self.verdict.value,
            "key": self.key,
            "kid": self.kid,
            "checks": list(self.checks),
            "indicators": list(self.indicators),
            "quarantined": self.quarantined,
        }


@dataclass(slots=True)
class _Case:
    """One report on its way: whose it is, what it says, what came of it."""

    row: LineItem
    facts: ReportFacts
    report: Report
    kept: EvidenceFile
    standing: str = ""
    indicators: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    quarantined: bool = False

    @property
    def bad(self) -> bool:
        return self.facts.verdict is Found.FINDINGS or bool(self.indicators)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """A report to add. Args: content: report.json unchanged. hashes: hashes.sha256 beside it, for later hunts."""

    item: UUID
    content: bytes
    hashes: bytes | None = None


@service(Permission.LINE_ATTEST)
def report_add(*, act: Act, item: UUID, content: bytes, hashes: bytes | None = None) -> ReportOutcome:
    """Keep a report about an item; let it meet the checks it is enough for.

    Args: content: report.json unchanged. hashes: hashes.sha256 beside it, for later hunts.
    Raises: RL-FLT-134, RL-INS-011, RL-INS-012 (no report, or altered), RL-FLT-130 (another machine),
    RL-FLT-131, RL-FLT-132 (time), RL-FLT-133 (added before), RL-FLT-135 (list of another report).
    """
    return reports_add(act=act, reports=[NewReport(item=item, content=content, hashes=hashes)])[0]


@service(Permission.LINE_ATTEST)
def reports_add(*, act: Act, reports: Sequence[NewReport]) -> list[ReportOutcome]:
    """Keep the reports of a whole bench, all or none, as `report_add` does one. Returns: what came of each, in order.

    Raises: as `report_add`, for the first that is refused; RL-FLT-002 for none, RL-FLT-004 for too many.
    """
    read = [(new, report_facts(new.content)) for new in reports]
    for new, facts in read:
        if new.hashes is not None:
            hashes_check(new.hashes, facts)
    outcomes: dict[str, ReportOutcome] = {}
    with writing(act) as log:
        rows = {row.pk: row for row in items_get([new.item for new in reports], lock=True)}
        _demand([(rows[new.item], facts) for new, facts in read], act=act)
        waiting = read
        while waiting:  # two reports about one item take effect one after the other
            turn = list({new.item: (new, facts) for new, facts in reversed(waiting)}.values())[::-1]
            taken = {facts.digest for _, facts in turn}
            waiting = [(new, facts) for new, facts in waiting if facts.digest not in taken]
            cases = _keep(turn, rows, act=act, log=log)
            _count(cases, act=act, log=log)
            outcomes.update((case.facts.digest, _outcome(case)) for case in cases)
    return [outcomes[facts.digest] for _, facts in read]


def _demand(pairs: Sequence[tuple[LineItem, ReportFacts]], *, act: Act) -> None:
    digests = [facts.digest for _, facts in pairs]
    used = dict(Report.objects.filter(digest__in=digests).values_list("digest", "item__name"))
    for row, facts in pairs:
        if facts.digest in used:
            raise errors.REPORT_USED.error(where=row.name, name=used[facts.digest])
        used[facts.digest] = row.name
        is_about(facts, name=row.name, serial=row.serial, uuid=row.uuid).demand(where=row.name)
        in_time(facts, name=row.name, stage_since=row.stage_since, at=act.at).demand(where=row.name)


def _keep(
    turn: Sequence[tuple[NewReport, ReportFacts]], rows: Mapping[UUID, LineItem], *, act: Act, log: Log
) -> list[_Case]:
    """Store the files and the rows of reports."""
    files = [Incoming(content=new.content, name="report.json", media_type="application/json") for new, _ in turn]
    lists = [
        Incoming(content=new.hashes, name="hashes.sha256", media_type="application/octet-stream")
        for new, _ in turn
        if new.hashes is not None
    ]
    kept = evidence_store_all(log=log, files=[*files, *lists])
    cases = [
        _Case(
            row=rows[new.item],
            facts=facts,
            report=_report(rows[new.item], facts, act=act, with_hashes=new.hashes is not None),
            kept=file,
        )
        for (new, facts), file in zip(turn, kept, strict=False)
    ]
    Report.objects.bulk_create([case.report for case in cases], batch_size=CHUNK)
    return cases


def _report(row: LineItem, facts: ReportFacts, *, act: Act, with_hashes: bool) -> Report:
    return Report(
        id=new_id(act.at),
        item=row,
        digest=facts.digest,
        hashes=facts.hashes if with_hashes else "",
        kid=facts.kid,
        verdict=facts.verdict.value,
        files=facts.files,
        bytes_in_scope=facts.bytes_in_scope,
        bytes_inspected=facts.bytes_inspected,
        findings=facts.findings,
        unread=facts.unread,
        started=facts.started,
        finished=facts.finished,
        at=act.at,
        actor=act.actor,
    )


def _count(cases: Sequence[_Case], *, act: Act, log: Log) -> None:
    """Let reports, each about another item, take effect as far as their keys allow; journal what came of them."""
    standings = {kid: key_standing(kid) for kid in {case.facts.kid for case in cases}}
    known_bad = [bytes.fromhex(text) for text in Indicator.objects.values_list("sha256", flat=True)]
    for case in cases:
        case.standing = standings[case.facts.kid]
        case.indicators = _indicators(case.report, known_bad)
    counting = [case for case in cases if case.standing == "enrolled"]
    _void([case.row for case in counting if case.bad])
    _attest([case for case in counting if not case.indicators], act=act, log=log)
    for case in counting:
        if case.bad and case.row.state is State.ADMITTED:
            reason = _reason(case.facts, case.indicators)
            quarantine_apply(act=act, log=log, rows=[case.row], reason=reason)
            case.quarantined = True
    for case in cases:
        _log(case, log=log)


def _log(case: _Case, *, log: Log) -> None:
    log.entry(
        "line.report",
        subject=f"item:{case.row.pk}",
        body={
            "report": case.facts.digest,
            "hashes": case.report.hashes,
            "key": {"kid": case.facts.kid, "standing": case.standing},
            "verdict": case.facts.verdict.value,
            "findings": case.facts.findings,
            "unread": case.facts.unread,
            "checks": list(case.checks),
            "indicators": list(case.indicators),
        },
        events=[
            EventDraft(
                name="line.reported",
                subject=f"item:{case.row.pk}",
                body={
                    "verdict": case.facts.verdict.value,
                    "counted": bool(case.checks),
                    "name": case.row.name,
                },
            )
        ],
    )


def _outcome(case: _Case) -> ReportOutcome:
    return ReportOutcome(
        report=case.report.pk,
        verdict=case.facts.verdict,
        key=case.standing,
        kid=case.facts.kid,
        checks=case.checks,
        indicators=case.indicators,
        quarantined=case.quarantined,
    )


def _attest(cases: Sequence[_Case], *, act: Act, log: Log) -> None:
    """Attest the checks each report meets, with the report as its evidence."""
    policy, states = policy_current(), item_states([case.row for case in cases])
    for case in cases:
        case.checks = tuple(checks_met(policy, states[case.row.pk], case.facts))
    met = [case for case in cases if case.checks]
    if not met:
        return
    batch = new_id(act.at)
    given = [
        Given(
            row=case.row,
            checks=case.checks,
            note=note_key(case.facts),
            kept=(case.kept,),
        )
        for case in met
    ]
    attestations_put(act=act, given=given, policy=policy, batch=batch, how=How.REPORT)
    for one in given:
        attestations_log(log=log, given=[one], policy=policy, batch=batch, how=How.REPORT)
    for start in range(0, len(met), CHUNK):
        Report.objects.filter(pk__in=[case.report.pk for case in met[start : start + CHUNK]]).update(counted=True)


def _void(rows: Sequence[LineItem]) -> None:
    """Void what said items are clean: whoever said it, a finding says otherwise."""
    policy = policy_current()
    clean = [check.id for check in policy.checks.values() if How.REPORT in check.how and check.report is Proves.CLEAN]
    for start in range(0, len(rows), CHUNK):
        ids = [row.pk for row in rows[start : start + CHUNK]]
        held = Attestation.objects.filter(item_id__in=ids, check_id__in=clean, void=False)
        changed = set(held.values_list("item_id", flat=True))
        held.update(void=True)
        LineItem.objects.filter(pk__in=changed).update(version=F("version") + 1)


def _indicators(report: Report, known_bad: Sequence[bytes]) -> tuple[str, ...]:
    """Return the known-bad hashes a report's list holds."""
    if not report.hashes or not known_bad:
        return ()
    return tuple(sorted(hash.hex() for hash in hashes_hit(report.hashes, known_bad)))


def _reason(facts: ReportFacts, indicators: Sequence[str]) -> str:
    if indicators:
        return gettext("inspection: a file known to be bad ({hash}…)").format(hash=indicators[0][:12])
    return gettext("inspection: {count} findings (report {digest}…)").format(
        count=facts.findings, digest=facts.digest[:12]
    )


def reports_recount(*, act: Act, log: Log, kid: str) -> int:
    """Let the reports of a key that was just enrolled take effect. Returns: how many met checks."""
    counted = 0
    for report in Report.objects.filter(kid=kid, counted=False).select_related("item").order_by("at"):
        row = items_get([report.item_id], lock=True)[0]
        facts = report_facts(evidence_read(report.digest))
        if not in_time(facts, name=row.name, stage_since=row.stage_since, at=act.at):
            continue
        case = _Case(row=row, facts=facts, report=report, kept=evidence_find(report.digest))
        _count([case], act=act, log=log)
        counted += bool(case.checks)
    return counted
