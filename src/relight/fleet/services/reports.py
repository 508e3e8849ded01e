"""Reports of the inspection engine: kept as they came, met checks where they count, alarm where they find.

A report of a key nobody enrolled is kept and never counts. Findings of an enrolled key on an admitted
item put it into quarantine at once. Source: docs/design/evidence.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext

from relight.fleet import errors
from relight.fleet.models import Attestation, Indicator, LineItem, Report
from relight.fleet.rules.reports import Found, ReportFacts, checks_met, in_time, is_about
from relight.fleet.selectors.items import item_states, items_get
from relight.fleet.selectors.policy import policy_current
from relight.fleet.selectors.reports import hashes_check, hashes_hit, key_standing, report_facts
from relight.fleet.services.attest import attestations_write
from relight.fleet.services.line import quarantine_apply
from relight.fleet.types import How, Proves, State
from relight.journal.api import (
    EventDraft,
    EvidenceFile,
    Log,
    evidence_find,
    evidence_read,
    evidence_store,
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


@service(Permission.LINE_ATTEST)
def report_add(*, act: Act, item: UUID, content: bytes, hashes: bytes | None = None) -> ReportOutcome:
    """Keep a report about an item; let it meet the checks it is enough for.

    Args: content: report.json unchanged. hashes: hashes.sha256 beside it, for later hunts.
    Raises: RL-FLT-134, RL-INS-011, RL-INS-012 (no report, or altered), RL-FLT-130 (another machine),
    RL-FLT-131, RL-FLT-132 (time), RL-FLT-133 (added before), RL-FLT-135 (list of another report).
    """
    facts = report_facts(content)
    if hashes is not None:
        hashes_check(hashes, facts)
    with writing(act) as log:
        row = items_get([item], lock=True)[0]
        _demand(row, facts, act=act)
        kept = evidence_store(log=log, content=content, name="report.json", media_type="application/json")
        if hashes is not None:
            evidence_store(log=log, content=hashes, name="hashes.sha256", media_type="application/octet-stream")
        report = _write(row, facts, act=act, with_hashes=hashes is not None)
        return _count(report, row, facts=facts, kept=kept, act=act, log=log)


def _demand(row: LineItem, facts: ReportFacts, *, act: Act) -> None:
    used = Report.objects.filter(digest=facts.digest).select_related("item").first()
    if used is not None:
        raise errors.REPORT_USED.error(where=row.name, name=used.item.name)
    is_about(facts, name=row.name, serial=row.serial, uuid=row.uuid).demand(where=row.name)
    in_time(facts, name=row.name, stage_since=row.stage_since, at=act.at).demand(where=row.name)


def _write(row: LineItem, facts: ReportFacts, *, act: Act, with_hashes: bool) -> Report:
    return Report.objects.create(
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


def _count(
    report: Report, row: LineItem, *, facts: ReportFacts, kept: EvidenceFile, act: Act, log: Log
) -> ReportOutcome:
    """Let a report take effect as far as its key allows; journal what came of it."""
    standing = key_standing(facts.kid)
    indicators = _indicators(report)
    bad = facts.verdict is Found.FINDINGS or bool(indicators)
    checks: tuple[str, ...] = ()
    quarantined = False
    if standing == "enrolled":
        if bad:
            _void(row)
        checks = () if indicators else _attest(report, row, facts=facts, kept=kept, act=act, log=log)
        if bad and row.state is State.ADMITTED:
            quarantine_apply(act=act, log=log, rows=[row], reason=_reason(facts, indicators))
            quarantined = True
    log.entry(
        "line.report",
        subject=f"item:{row.pk}",
        body={
            "report": facts.digest,
            "hashes": report.hashes,
            "key": {"kid": facts.kid, "standing": standing},
            "verdict": facts.verdict.value,
            "findings": facts.findings,
            "unread": facts.unread,
            "checks": list(checks),
            "indicators": list(indicators),
        },
        events=[
            EventDraft(
                name="line.reported",
                subject=f"item:{row.pk}",
                body={"verdict": facts.verdict.value, "counted": bool(checks), "name": row.name},
            )
        ],
    )
    return ReportOutcome(
        report=report.pk,
        verdict=facts.verdict,
        key=standing,
        kid=facts.kid,
        checks=checks,
        indicators=indicators,
        quarantined=quarantined,
    )


def _attest(
    report: Report, row: LineItem, *, facts: ReportFacts, kept: EvidenceFile, act: Act, log: Log
) -> tuple[str, ...]:
    policy = policy_current()
    checks = tuple(checks_met(policy, item_states([row])[row.pk], facts))
    if not checks:
        return ()
    attestations_write(
        act=act,
        log=log,
        rows=[row],
        checks=checks,
        note=gettext("report of the inspection engine, key {kid}").format(kid=facts.kid),
        kept=[kept],
        policy=policy,
        batch=new_id(act.at),
        how=How.REPORT,
    )
    Report.objects.filter(pk=report.pk).update(counted=True)
    return checks


def _void(row: LineItem) -> None:
    """Void what said the item is clean: whoever said it, a finding says otherwise."""
    policy = policy_current()
    clean = [check.id for check in policy.checks.values() if How.REPORT in check.how and check.report is Proves.CLEAN]
    held = Attestation.objects.filter(item=row, check_id__in=clean, void=False)
    if held.update(void=True):
        LineItem.objects.filter(pk=row.pk).update(version=F("version") + 1)


def _indicators(report: Report) -> tuple[str, ...]:
    """Return the known-bad hashes a report's list holds."""
    if not report.hashes:
        return ()
    wanted = [bytes.fromhex(text) for text in Indicator.objects.values_list("sha256", flat=True)]
    return tuple(sorted(hash.hex() for hash in hashes_hit(report.hashes, wanted)))


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
        kept = evidence_find(report.digest)
        counted += bool(_count(report, row, facts=facts, kept=kept, act=act, log=log).checks)
    return counted
