"""The report of one inspection as a JSON document, and the compact list of hashes beside it.

Owns the schema (version 1). Refuses clocks and files: times come in. Source: docs/design/inspection.md, "Report".
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from relight import __version__
from relight.inspection.codec import reason_in, reason_out
from relight.inspection.engine import Outcome
from relight.inspection.scan import Plan
from relight.inspection.subject import UNSAID, Subject
from relight.inspection.types import Finding, Remark, Unread
from relight.inspection.walker import shown
from relight.kernel.errors import N_, Translate, same

FORMAT = 1
VERDICT_WORDS = {"clean": N_("Clean"), "findings": N_("Findings"), "incomplete": N_("Incomplete")}
KIND_WORDS = {
    "encrypted": N_("Encrypted"),
    "malware": N_("Malware"),
    "ransom-note": N_("Ransom note"),
    "known-bad": N_("Known bad"),
    "renamed": N_("Renamed"),
    "damaged": N_("Damaged"),
}
NOT_READ = N_("Not read")
FINDINGS = N_("Findings")
MAX_PASSED = 1000
MAX_REMARKS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a report says beside its outcome. Args: started, finished: aware times. host: of the inspecting machine."""

    paths: tuple[bytes, ...]
    started: datetime
    finished: datetime
    host: str
    rules: int = 0
    clamav_wanted: bool = False
    subject: Subject = UNSAID


def hashes_of(outcome: Outcome) -> bytes:
    """Return the SHA-256 of every inspected file and of what lies inside archives and disk images.

    Sorted, without repeats, 32 bytes each: 32 MB a million files.
    """
    found = {bytes.fromhex(result.sha256) for result in outcome.results if result.sha256}
    for result in outcome.results:
        found.update(result.inner[at : at + 32] for at in range(0, len(result.inner), 32))
    return b"".join(sorted(found))


def report_document(outcome: Outcome, *, plan: Plan, about: Circumstances) -> dict[str, Any]:
    """Return the unsigned report.

    Its stable keys: `verdict`, `files`, `bytes_in_scope`, `bytes_inspected`, `unread` [{`path`, `why`}], `findings`
    [{`path`, `kind`, `reasons`}]. More keys may be added; none changes its meaning without a new `format`.
    """
    hashes = hashes_of(outcome)
    kinds = Counter(finding.kind.value for finding in outcome.findings)
    return {
        "format": FORMAT,
        "tool": {"name": "relight inspect", "version": __version__},
        "verdict": outcome.verdict.value,
        "files": outcome.files,
        "bytes_in_scope": outcome.bytes_in_scope,
        "bytes_inspected": outcome.bytes_inspected,
        "share_inspected": share(outcome.bytes_inspected, outcome.bytes_in_scope),
        "members": sum(result.members for result in outcome.results),
        "members_bytes": sum(result.members_bytes for result in outcome.results),
        "paths": [shown(path) for path in about.paths],
        "subject": about.subject.document(),
        "host": about.host,
        "started": about.started.isoformat(timespec="seconds"),
        "finished": about.finished.isoformat(timespec="seconds"),
        "counts": dict(sorted(kinds.items())),
        "content_types": dict(Counter(result.content_type or "unread" for result in outcome.results).most_common()),
        "findings": [_finding(finding) for finding in outcome.findings],
        "unread": [_unread(row) for row in outcome.unread],
        "passed_over": [{"path": shown(one.path), "why": one.why.say()} for one in outcome.passed[:MAX_PASSED]],
        "passed_over_total": len(outcome.passed),
        "remarks": [_remark(one) for one in outcome.remarks[:MAX_REMARKS]],
        "remarks_total": len(outcome.remarks),
        "rules": {
            "count": about.rules,
            "digest": plan.rules_digest,
            "timed_out": sum(len(r.rules_timed_out) for r in outcome.results),
        },
        "lists": {
            "known_bad": {"count": len(plan.bad), "digest": plan.bad.digest},
            "known_good": {
                "count": len(plan.good),
                "digest": plan.good.digest,
                "files": sum(1 for result in outcome.results if result.known_good),
            },
        },
        "clamav": _clamav(outcome, plan),
        "hashes": {"count": len(hashes) // 32, "sha256": hashlib.sha256(hashes).hexdigest()},
    }


def share(inspected: int, in_scope: int) -> float:
    """Return the share of bytes inspected, rounded down: 1.0 only when all were."""
    if in_scope == 0 or inspected >= in_scope:
        return 1.0
    return inspected * 1_000_000 // in_scope / 1_000_000


def _clamav(outcome: Outcome, plan: Plan) -> dict[str, Any]:
    if plan.virus_daemon is None:
        return {"used": False}
    answers = Counter(result.virus_daemon for result in outcome.results)
    return {
        "used": True,
        "version": plan.virus_daemon.version,
        "limit_bytes": plan.virus_daemon.limit_bytes,
        "scanned": answers["clean"] + answers["found"],
        "not_scanned": [result.path for result in outcome.results if result.virus_daemon == "skipped"],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    row: dict[str, Any] = {
        "path": finding.path,
        "kind": finding.kind.value,
        "reasons": [reason.say() for reason in finding.reasons],
        "because": [reason_out(reason) for reason in finding.reasons],
        "sha256": finding.sha256,
    }
    if finding.member:
        row["member"] = finding.member
    return row


def _unread(row: Unread) -> dict[str, Any]:
    document: dict[str, Any] = {
        "path": row.path,
        "why": row.why.say(),
        "because": reason_out(row.why),
        "bytes": row.size_bytes,
    }
    if row.member:
        document["member"] = row.member
    return document


def _remark(remark: Remark) -> dict[str, Any]:
    document: dict[str, Any] = {"path": remark.path, "remark": remark.reason.say()}
    if remark.member:
        document["member"] = remark.member
    return document


def summary_lines(document: dict[str, Any], *, translate: Translate = same, most: int = 20) -> Sequence[str]:
    """Return what a terminal shows: the verdict, the share, the first findings."""
    t = translate
    head = t(N_("{verdict}: {files} files, {inspected} of {scope} bytes inspected"))
    numbers = {
        "inspected": document["bytes_inspected"],
        "scope": document["bytes_in_scope"],
        "files": document["files"],
    }
    lines = [head.format(verdict=t(VERDICT_WORDS[document["verdict"]]), **numbers)]
    for row in document["findings"][:most]:
        reasons = "; ".join(reason_in(one).say(t) for one in row["because"])
        lines.append(f"  {t(KIND_WORDS[row['kind']])}: {_place(row)}: {reasons}")
    if len(document["findings"]) > most:
        lines.append(t(N_("  … {count} more findings in the report")).format(count=len(document["findings"]) - most))
    for row in document["unread"][:most]:
        lines.append(f"  {t(NOT_READ)}: {_place(row)}: {reason_in(row['because']).say(t)}")
    if len(document["unread"]) > most:
        lines.append(t(N_("  … {count} more not read, in the report")).format(count=len(document["unread"]) - most))
    return lines


def _place(row: dict[str, Any]) -> str:
    return f"{row['path']} › {row['member']}" if row.get("member") else str(row["path"])
