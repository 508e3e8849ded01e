"""Versions of the policy: drafted, signed by a person, in force once their difference was taken.

Owns PolicyVersion up to its signature; `services.proposals` puts it in force. Refuses a text the rules refuse.
Source: docs/design/appointments.md, "Versions".
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Max

from relight.activity.errors import POLICY_CHANGED, POLICY_GONE, POLICY_NO_DRAFT
from relight.activity.models import PolicyVersion, Proposal
from relight.activity.plain import policy_read, policy_shipped_text
from relight.activity.rules.booked import PolicyStanding, ProposalCause, ProposalState
from relight.activity.services.proposals import proposal_make
from relight.journal.api import Body, EventDraft, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service, signature_make

MEANING = "activity.policy"


@service(Permission.ACTIVITY_POLICY)
def policy_draft(*, act: Act, text: str | bytes = b"", version: UUID | None = None, shown: str = "") -> PolicyVersion:
    """Keep a draft. Args: text: of the policy; empty: the shipped one. version: the draft it replaces, else a new one.
    shown: digest of the draft that was open; somebody else's later words are never written over.

    Returns: the version; a new draft of the very text of another draft is that one. Raises: RL-ACT-001 to 015 when
    the policy is not sound, RL-ACT-057, 058, 059.
    """
    raw = (text.encode() if isinstance(text, str) else text) or policy_shipped_text()
    policy = policy_read(raw)
    with writing(act) as log:
        row = _draft(version) if version is not None else _same(policy.digest)
        if row is not None and shown and row.digest != shown:
            raise POLICY_CHANGED.error(where="text")
        if row is None:
            last = PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0
            row = PolicyVersion(id=new_id(act.at), number=last + 1)
        row.policy, row.text, row.digest = policy.name, raw.decode(), policy.digest
        row.made_at, row.made_by = act.at, act.actor
        row.save()
        body: Body = {"number": row.number, "policy": policy.name, "digest": policy.digest}
        log.entry("activity.policy_draft", subject=f"policy:{row.number}", body=body)
    return row


@service(Permission.ACTIVITY_POLICY)
def policy_drop(*, act: Act, version: UUID) -> None:
    """Throw a draft away; its text stays in the journal. Raises: RL-ACT-057, 058."""
    with writing(act) as log:
        row = _draft(version)
        body: Body = {"number": row.number, "policy": row.policy, "digest": row.digest, "text": row.text}
        log.entry("activity.policy_drop", subject=f"policy:{row.number}", body=body)
        row.delete()


@service(Permission.ACTIVITY_POLICY)
def policy_sign(*, act: Act, version: UUID, digest: str, password: str) -> UUID:
    """Sign a draft; it comes into force when the proposal this makes is taken.

    Args: digest: of the text that was shown. Returns: the proposal. Raises: RL-ACT-057, 058, RL-ACT-059 when the text
    is another by now, and those of `signature_make`.
    """
    with writing(act) as log:
        row = _draft(version)
        if row.digest != digest:
            raise POLICY_CHANGED.error(where="digest")
        signature = signature_make(act=act, log=log, password=password, digest=digest, meaning=MEANING)
        _set_aside_signed(act)
        row.state, row.signed_at, row.signed_by = PolicyStanding.SIGNED.value, act.at, act.actor
        row.signature = signature.id
        row.save(update_fields=["state", "signed_at", "signed_by", "signature"])
        event = EventDraft(name="activity.policy_signed", subject=f"policy:{row.number}", body={"digest": digest})
        log.entry("activity.policy_sign", subject=f"policy:{row.number}", body={"digest": digest}, events=[event])
        made = proposal_make(act=act, cause=ProposalCause.POLICY, trigger=f"policy:{row.number}")
    assert made is not None  # a signed policy always waits
    return made


def _draft(version: UUID) -> PolicyVersion:
    row = PolicyVersion.objects.filter(pk=version).first()
    if row is None:
        raise POLICY_GONE.error(where="version")
    if row.state != PolicyStanding.DRAFT.value:
        raise POLICY_NO_DRAFT.error(where="version", number=row.number)
    return row


def _same(digest: str) -> PolicyVersion | None:
    return PolicyVersion.objects.filter(state=PolicyStanding.DRAFT.value, digest=digest).first()


def _set_aside_signed(act: Act) -> None:
    """A version signed before and never taken becomes a draft again."""
    PolicyVersion.objects.filter(state=PolicyStanding.SIGNED.value).update(
        state=PolicyStanding.DRAFT.value, signature=None, signed_at=None, signed_by=""
    )
    Proposal.objects.filter(cause=ProposalCause.POLICY.value, state=ProposalState.WAITING.value).update(
        state=ProposalState.OUTDATED.value, ended_at=act.at, ended_by=act.actor
    )
