"""Passports: issued by the second signature of an admission, revoked when the machine leaves the zone.

Both are called by the line's own services inside their transaction: a passport never stands without
its admission, and a machine that is no longer admitted never keeps a passport that checks as valid.
Source: docs/design/passport.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from relight.fleet.models import LineItem
from relight.fleet.models import Passport as PassportRow
from relight.fleet.rules.admission import Held
from relight.fleet.rules.policy import Policy
from relight.fleet.selectors.admission import SheetLine
from relight.fleet.types import Capacity
from relight.journal.api import EventDraft, Log, Signer, new_id, relight_signer
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.wire.passport import (
    REVOCATIONS,
    TYPE,
    Passport,
    RevocationList,
    passport_claims,
    revocation_claims,
    signing_input,
    token_join,
)

VALID_DAYS = 90


def passports_issue(
    *, act: Act, log: Log, lines: Sequence[SheetLine], capacity: Capacity, policy: Policy
) -> dict[UUID, UUID]:
    """Issue a passport to each item that was just admitted. Inside `writing`.

    Args: lines: as the second signatory was shown them. capacity: in which they signed.
    Returns: passport id by item id. Raises: RL-JNL-005, RL-JNL-006 when Relight's key cannot be used.
    """
    signer = relight_signer(act=act)
    passports = [_passport(line, act=act, capacity=capacity, policy=policy) for line in lines]
    rows = [_row(passport, signer=signer) for passport in passports]
    PassportRow.objects.bulk_create(rows, batch_size=500)
    log.entry(
        "line.passport_issue",
        subject=f"item:{lines[0].item.pk}" if len(lines) == 1 else f"key:{signer.kid}",
        body={
            "kid": signer.kid,
            "passports": [
                {"id": str(row.id), "item": str(row.item_id), "token": hashlib.sha256(row.token.encode()).hexdigest()}
                for row in rows
            ],
        },
    )
    return {row.item_id: row.id for row in rows}


def _passport(line: SheetLine, *, act: Act, capacity: Capacity, policy: Policy) -> Passport:
    held = {
        signed.capacity: signed.actor for signed in [*line.held, Held(capacity=capacity, actor=act.actor, at=act.at)]
    }
    issued = act.at.replace(microsecond=0)
    item = line.item
    return Passport(
        id=new_id(act.at),
        item=item.pk,
        name=item.name,
        serial=item.serial,
        site=item.site,
        service=item.service,
        policy=policy.version,
        evidence=bytes.fromhex(line.digest),
        security=held[Capacity.SECURITY],
        owner=held[Capacity.OWNER],
        issued_at=issued,
        expires_at=issued + timedelta(days=VALID_DAYS),
    )


def _row(passport: Passport, *, signer: Signer) -> PassportRow:
    covered = signing_input(kid=signer.kid, type=TYPE, claims=passport_claims(passport))
    return PassportRow(
        id=passport.id,
        item_id=passport.item,
        issued_at=passport.issued_at,
        expires_at=passport.expires_at,
        kid=signer.kid,
        token=token_join(covered, signer.sign(covered)),
    )


def passports_revoke(*, act: Act, log: Log, rows: Sequence[LineItem], reason: str) -> None:
    """Revoke the passports of items that leave the clean zone. Inside `writing`; for good."""
    held = list(PassportRow.objects.filter(item_id__in=[row.pk for row in rows], revoked_at__isnull=True))
    if not held:
        return
    PassportRow.objects.filter(pk__in=[row.pk for row in held]).update(
        revoked_at=act.at, revoked_by=act.actor, reason=reason
    )
    log.entry(
        "line.passport_revoke",
        subject=f"item:{held[0].item_id}" if len(held) == 1 else "passports:revoked",
        body={"passports": [{"id": str(row.id), "item": str(row.item_id)} for row in held], "reason": reason},
        events=[
            EventDraft(name="line.passport_revoked", subject=f"item:{row.item_id}", body={"passport": str(row.id)})
            for row in held
        ],
    )


@service(Permission.FLEET_READ)
def revocation_list(*, act: Act) -> str:
    """Return the signed list of all revoked passports, to carry where no network reaches."""
    revoked = frozenset(PassportRow.objects.filter(revoked_at__isnull=False).values_list("pk", flat=True))
    signer = relight_signer(act=act)
    listed = RevocationList(issued_at=act.at.replace(microsecond=0), revoked=revoked)
    covered = signing_input(kid=signer.kid, type=REVOCATIONS, claims=revocation_claims(listed))
    return token_join(covered, signer.sign(covered))
