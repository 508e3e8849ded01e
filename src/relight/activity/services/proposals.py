"""Deciding anew, shown before it takes effect: a proposal with its difference, and somebody's word on it.

Owns Proposal. What takes effect is what was shown, to the appointment: if anything differs by then, nothing happens
and the proposal is made anew. Source: docs/design/appointments.md, "Proposals".
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from django.db.models import QuerySet

from relight.activity.errors import PROPOSAL_ENDED, PROPOSAL_GONE, PROPOSAL_OUTDATED, TAKE_NEEDS_PERSON
from relight.activity.models import Appointment, DebtItem, PolicyVersion, Proposal
from relight.activity.plain import policy_depends
from relight.activity.rules.booked import DecidedBy, PolicyStanding, ProposalCause, ProposalState
from relight.activity.rules.debt import DebtState
from relight.activity.rules.difference import becomes
from relight.activity.selectors.appointments import (
    appointments_now,
    as_decided,
    decide_now,
    policy_now,
    policy_parsed,
)
from relight.activity.services.decisions import Changes, Deciding, batch_new, parts, rows_decide
from relight.activity.types import Decision, Outcome
from relight.journal.api import Body, EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service

WORDS = ("cancel", "restore", "ask", "move", "keep")
_READ = 2000


@dataclass(slots=True, kw_only=True)
class Shown:
    """A difference as it is shown. Args: changes: ids by word. before, after: appointments by outcome."""

    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    changes: dict[str, list[str]] = field(default_factory=lambda: {word: [] for word in WORDS})
    digest: str = ""

    @property
    def counts(self) -> dict[str, int]:
        return {word: len(ids) for word, ids in self.changes.items()}

    @property
    def any(self) -> bool:
        return any(self.changes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeReport:
    """What took effect. Args: counts: appointments by word of the difference. policy: number of the version."""

    counts: dict[str, int]
    policy: int


@service(Permission.ACTIVITY_DECIDE)
def proposal_make(*, act: Act, cause: ProposalCause, trigger: str = "") -> UUID | None:
    """Decide everything anew in thought, and put the difference before people.

    Args: cause: POLICY for the signed version that waits, STATE for the version in force. trigger: what changed.
    Returns: the proposal that waits now; None when no outcome would change (a signed policy waits all the same), or
    there is no policy to decide under. One that already says just this stays as it is.
    """
    policy = _policy_of(cause)
    if policy is None:
        return None
    shown = _difference(act, text=policy.text, digest=policy.digest)
    waiting = Proposal.objects.filter(cause=cause.value, state=ProposalState.WAITING.value).first()
    if waiting is not None and waiting.digest == shown.digest:
        return waiting.pk
    wanted = shown.any or cause is ProposalCause.POLICY
    if waiting is None and not wanted:
        return None
    with writing(act) as log:
        if waiting is not None:
            _close(act, waiting, ProposalState.OUTDATED)
        if not wanted:
            log.entry("activity.proposal_outdated", subject=f"proposal:{waiting.pk if waiting else ''}", body={})
            return None
        return _make(act, log, cause, trigger or f"policy:{policy.number}", policy, shown).pk


@service(Permission.ACTIVITY_DECIDE)
def proposals_renew(*, act: Act, node: str, trigger: str) -> list[UUID]:
    """Look again at what is proposed because something of the hospital changed.

    Args: node: id of the service unit or function (`laboratory@arlon`), empty when all may have changed. A change no
    rule looks at makes no proposal. Returns: what waits now.
    """
    found = []
    for cause in (ProposalCause.POLICY, ProposalCause.STATE):
        policy = _policy_of(cause)
        if policy is None:
            continue
        if node and node.partition("@")[0] not in policy_depends(policy_parsed(policy.text)):
            continue
        made = proposal_make(act=act, cause=cause, trigger=trigger if cause is ProposalCause.STATE else "")
        found += [made] if made else []
    return found


@service(Permission.ACTIVITY_DECIDE)
def proposal_take(*, act: Act, proposal: UUID) -> TakeReport:
    """Let a proposal take effect, just as it was shown; a signed policy comes into force with it.

    Raises: RL-ACT-060, 061 (does not wait), RL-ACT-063 (no person), RL-ACT-062 when it would do something else by now:
    then it is made anew and nothing took effect.
    """
    if act.actor.startswith("relight:"):
        raise TAKE_NEEDS_PERSON.error()
    row = _waiting(proposal)
    policy = _policy_of(ProposalCause(row.cause))
    if policy is None:
        raise PROPOSAL_ENDED.error(where="proposal")
    report: TakeReport | None = None
    with writing(act) as log:
        row = _waiting(proposal)
        shown = _difference(act, text=policy.text, digest=policy.digest)
        if shown.digest == row.digest:
            report = _take(act, log, row, policy)
        else:
            _close(act, row, ProposalState.OUTDATED)
            _make(act, log, ProposalCause(row.cause), row.trigger, policy, shown)
    if report is None:
        raise PROPOSAL_OUTDATED.error(where="proposal")
    return report


@service(Permission.ACTIVITY_DECIDE)
def proposal_drop(*, act: Act, proposal: UUID) -> None:
    """Say no to a proposal; a signed policy becomes a draft again. Raises: RL-ACT-060, 061."""
    with writing(act) as log:
        row = _waiting(proposal)
        _close(act, row, ProposalState.DROPPED)
        if row.cause == ProposalCause.POLICY.value:
            PolicyVersion.objects.filter(state=PolicyStanding.SIGNED.value).update(
                state=PolicyStanding.DRAFT.value, signature=None, signed_at=None, signed_by=""
            )
        event = EventDraft(name="activity.proposal_ended", subject=f"proposal:{row.pk}", body={"state": "dropped"})
        log.entry("activity.proposal_drop", subject=f"proposal:{row.pk}", body={}, events=[event])


@service(Permission.ACTIVITY_POLICY)
def policy_try(*, act: Act, text: str) -> Shown:
    """Decide everything under another policy in thought; nothing is written. Raises: RL-ACT-001 to 015."""
    return _difference(act, text=text, digest=policy_parsed(text).digest)


# -- inside --------------------------------------------------------------------------------------------------


def _policy_of(cause: ProposalCause) -> PolicyVersion | None:
    if cause is ProposalCause.POLICY:
        return PolicyVersion.objects.filter(state=PolicyStanding.SIGNED.value).first()
    return policy_now()


def _waiting(proposal: UUID) -> Proposal:
    row = Proposal.objects.filter(pk=proposal).first()
    if row is None:
        raise PROPOSAL_GONE.error(where="proposal")
    if row.state != ProposalState.WAITING.value:
        raise PROPOSAL_ENDED.error(where="proposal")
    return row


def _deciding(policy: PolicyVersion) -> Deciding:
    return Deciding(decide=decide_now(policy.text), number=policy.number)


def _rows(act: Act) -> QuerySet[Appointment]:
    """Return what is decided anew: not what has a new date already, whose old date must never come back by rule."""
    rebooked = DebtItem.objects.filter(state=DebtState.BOOKED.value).values("appointment")
    rows = appointments_now(act.at).exclude(pk__in=rebooked)
    return rows.order_by("pk").defer("raw", "search", "address", "email")


def _difference(act: Act, *, text: str, digest: str) -> Shown:
    """Decide in thought. A doctor's word stays, so its appointment does not change.

    Args: text: of a sound policy. digest: of that policy.
    """
    decide = decide_now(text)
    shown = Shown()
    told = hashlib.sha256(digest.encode())
    for row in _rows(act).iterator(chunk_size=_READ):
        new = decide(as_decided(row))
        shown.before[row.outcome] += 1
        if row.outcome_by == DecidedBy.DOCTOR.value:
            shown.after[row.outcome] += 1
            continue
        shown.after[new.outcome.value] += 1
        if (row.outcome, row.to_site) == (new.outcome.value, new.to_site):
            continue
        shown.changes[becomes(_before(row), new)].append(str(row.pk))
        told.update(orjson.dumps([str(row.pk), row.outcome, row.to_site, new.outcome.value, new.to_site]))
    shown.digest = told.hexdigest()
    return shown


def _before(row: Appointment) -> Decision | None:
    if not row.outcome:
        return None
    return Decision(id="", outcome=Outcome(row.outcome), rule="", because={}, policy="", to_site=row.to_site)


def _make(act: Act, log: Log, cause: ProposalCause, trigger: str, policy: PolicyVersion, shown: Shown) -> Proposal:
    row = Proposal.objects.create(
        id=new_id(act.at),
        cause=cause.value,
        trigger=trigger[:120],
        policy=policy.number,
        before=dict(shown.before),
        after=dict(shown.after),
        counts=shown.counts,
        changes=shown.changes,
        digest=shown.digest,
        made_at=act.at,
        made_by=act.actor,
    )
    body: Body = {"cause": cause.value, "policy": policy.number, "counts": dict(shown.counts), "digest": shown.digest}
    event = EventDraft(name="activity.proposed", subject=f"proposal:{row.pk}", body=body)
    log.entry("activity.propose", subject=f"proposal:{row.pk}", body=body, events=[event])
    return row


def _close(act: Act, row: Proposal, state: ProposalState) -> None:
    row.state, row.ended_at, row.ended_by = state.value, act.at, act.actor
    row.save(update_fields=["state", "ended_at", "ended_by"])


def _take(act: Act, log: Log, row: Proposal, policy: PolicyVersion) -> TakeReport:
    batch, changes = batch_new(act), Changes()
    if row.cause == ProposalCause.POLICY.value:
        _enforce(act, policy)
    deciding = _deciding(policy)
    for part in _in_parts(_rows(act)):
        changes.merge(rows_decide(act=act, rows=part, deciding=deciding, batch=batch))
    _close(act, row, ProposalState.TAKEN)
    for other in Proposal.objects.filter(state=ProposalState.WAITING.value):
        _close(act, other, ProposalState.OUTDATED)
    events = changes.events(cause=row.cause, batch=batch)
    body: Body = {"policy": policy.number, "digest": row.digest, "counts": dict(changes.counts)}
    if row.cause == ProposalCause.POLICY.value:
        events.append(EventDraft(name="activity.policy_in_force", subject=f"policy:{policy.number}", body={}))
    log.entry("activity.take", subject=f"proposal:{row.pk}", body=body, events=events)
    return TakeReport(counts=changes.counts, policy=policy.number)


def _in_parts(rows: QuerySet[Appointment]) -> Iterator[list[Appointment]]:
    ids = list(rows.values_list("pk", flat=True))
    for part in parts(ids):
        yield list(rows.filter(pk__in=part))


def _enforce(act: Act, policy: PolicyVersion) -> None:
    PolicyVersion.objects.filter(state=PolicyStanding.IN_FORCE.value).update(
        state=PolicyStanding.PAST.value, in_force_until=act.at
    )
    PolicyVersion.objects.filter(pk=policy.pk).update(state=PolicyStanding.IN_FORCE.value, in_force_from=act.at)
