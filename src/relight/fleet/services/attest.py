"""Attestations: a person's word that checks are met, for one item or a whole bench, with files.

Source: docs/design/line.md, cases 25-29.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from relight.fleet import errors
from relight.fleet.models import Attestation, LineItem
from relight.fleet.rules import line as rules
from relight.fleet.rules.policy import Policy
from relight.fleet.rules.words import Words
from relight.fleet.selectors.items import item_states, items_get
from relight.fleet.selectors.policy import policy_current, words_now
from relight.fleet.services.batch import batch_judge
from relight.fleet.types import BatchReport, How, ItemState, Klass, Upload
from relight.journal.api import EventDraft, EvidenceFile, Log, evidence_store, new_id, writing
from relight.kernel.act import Act
from relight.kernel.verdict import YES, Verdict
from relight.people.api import Permission, service

FILE_LIMIT_MB = 50
CHUNK = 500


@service(Permission.LINE_ATTEST)
def items_attest(
    *,
    act: Act,
    items: Sequence[UUID],
    checks: Sequence[str],
    note: str = "",
    files: Sequence[Upload] = (),
    partial: bool = False,
) -> BatchReport:
    """Attest checks of items, with a note and files that are kept as evidence.

    All or nothing, unless `partial`. Each attestation changes the item's version: signatures given
    before it no longer hold.
    Raises: RL-FLT-020 … 025 for one item, RL-FLT-019 for a batch, RL-FLT-051 for a file over 50 MB.
    """
    wanted = tuple(dict.fromkeys(checks))
    if not wanted:
        raise errors.NO_CHECKS.error()
    for file in files:
        if file.size_bytes > FILE_LIMIT_MB << 20:
            raise errors.FILE_TOO_LARGE.error(where=file.name, name=file.name, limit=FILE_LIMIT_MB)
    policy, words = policy_current(), words_now()
    batch = new_id(act.at)
    with writing(act) as log:
        rows = items_get(items, lock=True)
        states = item_states(rows)

        def judge(row: LineItem) -> Verdict:
            return _may_attest_all(
                policy, states[row.pk], checks=wanted, act=act, note=note, has_files=bool(files), words=words
            )

        judged = batch_judge(rows, judge=judge, partial=partial)
        kept = [
            evidence_store(log=log, content=file.content, name=file.name, media_type=file.media_type) for file in files
        ]
        attestations_write(
            act=act,
            log=log,
            rows=judged.allowed,
            checks=wanted,
            note=note.strip(),
            kept=kept,
            policy=policy,
            batch=batch,
        )
    return BatchReport(batch=batch, done=tuple(row.pk for row in judged.allowed), refused=judged.refused)


def _may_attest_all(
    policy: Policy,
    item: ItemState,
    *,
    checks: Sequence[str],
    act: Act,
    note: str,
    has_files: bool,
    words: Words,
) -> Verdict:
    """The first refusal among the checks, or yes."""
    for check in checks:
        verdict = rules.may_attest(
            policy, item, check=check, roles=act.roles, note=note, has_files=has_files, words=words
        )
        if not verdict:
            return verdict
    return YES


def attestations_write(
    *,
    act: Act,
    log: Log,
    rows: Sequence[LineItem],
    checks: Sequence[str],
    note: str,
    kept: Sequence[EvidenceFile],
    policy: Policy,
    batch: UUID,
) -> None:
    """Write attestations of items that the rules let through, with one journal entry. Inside `writing`."""
    given = [Given(row=row, checks=tuple(checks), note=note, kept=tuple(kept)) for row in rows]
    attestations_put(act=act, given=given, policy=policy, batch=batch, how=How.ATTESTATION)
    attestations_log(log=log, given=given, policy=policy, batch=batch, how=How.ATTESTATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Checks of one item that are met. Args: kept: the files that show it."""

    row: LineItem
    checks: tuple[str, ...]
    note: str
    kept: tuple[EvidenceFile, ...]


def attestations_put(*, act: Act, given: Sequence[Given], policy: Policy, batch: UUID, how: How) -> None:
    """Write the rows of attestations and raise their items' versions. Inside `writing`; the caller logs."""
    Attestation.objects.bulk_create(
        [
            Attestation(
                item=one.row,
                check_id=check,
                stage=_asked_at(policy, one.row, check),
                how=how.value,
                by=act.actor,
                at=act.at,
                note=one.note,
                evidence=[_file(file) for file in one.kept],
                batch=batch,
                policy=policy.digest,
            )
            for one in given
            for check in one.checks
        ],
        batch_size=CHUNK,
    )
    for start in range(0, len(given), CHUNK):
        ids = [one.row.pk for one in given[start : start + CHUNK]]
        LineItem.objects.filter(pk__in=ids).update(version=F("version") + 1)


def _file(file: EvidenceFile) -> dict[str, object]:
    return {"digest": file.digest, "name": file.name, "media_type": file.media_type, "size_bytes": file.size_bytes}


def attestations_log(*, log: Log, given: Sequence[Given], policy: Policy, batch: UUID, how: How) -> None:
    """Journal attestations of the same checks, note and files as one entry."""
    first = given[0]
    subject = f"item:{first.row.pk}" if len(given) == 1 else f"batch:{batch}"
    checks = list(first.checks)
    log.entry(
        "line.attest",
        subject=subject,
        body={
            "batch": str(batch),
            "items": [str(one.row.pk) for one in given],
            "checks": checks,
            "how": how.value,
            "note": first.note,
            "evidence": [file.digest for file in first.kept],
            "policy": policy.digest,
        },
        events=[EventDraft(name="line.attested", subject=subject, body={"count": len(given), "checks": checks})],
    )


def _asked_at(policy: Policy, row: LineItem, check: str) -> str:
    stage = policy.line(Klass(row.klass)).stage_of(check)
    if stage is None:
        raise ValueError("a check the rule let through is asked at a stage")
    return stage.value
