"""Orders of restoration proposed, signed by two named people, withdrawn.

Owns Decision and DecisionSignature. Refuses a signature over anything else than what was shown. The second signature
puts a decision in force and ends the one before. Source: docs/design/decisions.md (cases 1-14).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max

from relight.journal.api import Body, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, names_of, service, signature_make
from relight.pmo import errors
from relight.pmo.models import Decision, DecisionSignature
from relight.pmo.selectors.decisions import consequence, decision_digest
from relight.pmo.types import DecisionState

MEANING = "pmo.sign-order"
SIGNATURES = 2


@service(Permission.PLAN_EDIT)
def decision_propose(*, act: Act, title: str, reason: str, first: Sequence[str]) -> int:
    """Propose an order: these units first, the rest as computed. What it delays is computed and kept with it.

    Returns: its number. Raises: RL-PMO-091, 092, 096 and those of the scene.
    """
    title, reason = " ".join(title.split())[:200], " ".join(reason.split())[:1000]
    if not title or not reason:
        raise errors.DECISION_UNTITLED.error(where="reason" if title else "title")
    wanted = list(dict.fromkeys(unit for unit in first if unit))
    if not wanted:
        raise errors.DECISION_EMPTY.error(where="first")
    effect = consequence(wanted, at=act.at)
    with writing(act) as log:
        number = (Decision.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        row = Decision(
            id=new_id(act.at), number=number, title=title, reason=reason, first=wanted, effect=effect,
            proposed_at=act.at, proposed_by=act.actor,
        )  # fmt: skip
        row.digest = decision_digest(row)
        row.save()
        body: Body = {"number": number, "digest": row.digest, "patient_days": effect["patient_days"]}
        log.entry("pmo.order_propose", subject=f"decision:{row.pk}", body=body)
    return number


@service(Permission.PLAN_DECIDE)
def decision_sign(*, act: Act, number: int, shown: str, password: str) -> bool:
    """Sign a proposed order. Args: shown: the digest on the page. Returns: whether it is in force now.

    Raises: RL-PMO-090, 093 (not open), 094 (signed already), 095 (another than was shown), those of `signature_make`.
    """
    with writing(act) as log:
        row = Decision.objects.select_for_update().filter(number=number).first()
        if row is None:
            raise errors.DECISION_UNKNOWN.error(where="number", number=number)
        if row.state != DecisionState.PROPOSED.value or row.ended_at:
            raise errors.DECISION_CLOSED.error(where="password", number=number)
        if row.digest != shown or decision_digest(row) != shown:
            raise errors.DECISION_CHANGED.error(where="shown")
        if row.signatures.filter(actor=act.actor).exists():
            raise errors.DECISION_SIGNED_BY_YOU.error(where="password")
        signature = signature_make(act=act, log=log, password=password, digest=shown, meaning=MEANING)
        name = names_of({act.actor}).get(act.actor, act.actor)
        DecisionSignature.objects.create(
            id=new_id(act.at), decision=row, actor=act.actor, name=name, at=act.at, signature=str(signature.id)
        )
        is_signed = row.signatures.count() >= SIGNATURES
        if is_signed:
            held = Decision.objects.filter(state=DecisionState.SIGNED.value, ended_at=None)
            held.update(ended_at=act.at, ended_by=act.actor)
            row.state = DecisionState.SIGNED.value
            row.save(update_fields=["state"])
        body: Body = {"number": number, "digest": shown, "in_force": is_signed, "signature": str(signature.id)}
        log.entry("pmo.order_sign", subject=f"decision:{row.pk}", body=body)
    return is_signed


@service(Permission.PLAN_DECIDE)
def decision_withdraw(*, act: Act, number: int) -> None:
    """End a decision: a proposed one is dropped, with the one in force the computed order counts again.

    Raises: RL-PMO-090, 093.
    """
    with writing(act) as log:
        row = Decision.objects.select_for_update().filter(number=number).first()
        if row is None:
            raise errors.DECISION_UNKNOWN.error(where="number", number=number)
        if row.ended_at:
            raise errors.DECISION_CLOSED.error(where="number", number=number)
        if row.state == DecisionState.PROPOSED.value:
            row.state = DecisionState.WITHDRAWN.value
        row.ended_at, row.ended_by = act.at, act.actor
        row.save(update_fields=["state", "ended_at", "ended_by"])
        log.entry("pmo.order_withdraw", subject=f"decision:{row.pk}", body={"number": number, "state": row.state})
