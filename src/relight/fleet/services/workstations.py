"""Workstations enrolled by a one-time code, their tokens turned, their enrolment revoked.

A code says once, to whoever types it on the workstation, which machine that browser is. Only digests are kept.
Enrolment asks for no sign-in: holding the code is what counts, and the technician who made it is named.
Source: docs/decisions/0012-pages-over-tls.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from relight.fleet import errors
from relight.fleet.models import LineItem, Workstation, WorkstationCode
from relight.fleet.rules.workstations import CODE_LENGTH, CODE_LETTERS, CODE_LIVES, code_read, may_enrol, turn_due
from relight.fleet.selectors.items import items_get
from relight.fleet.selectors.workstations import token_digest
from relight.journal.api import EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service

ACTOR = "relight:enrolment"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMade:
    """A code, shown once. Args: code: eight letters and digits."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What an enrolment gives. Args: token: for the browser's cookie; it is kept nowhere else."""

    workstation: UUID
    item: UUID
    name: str
    token: str


@service(Permission.FLEET_ENROL)
def workstation_code_make(*, act: Act, item: UUID) -> CodeMade:
    """Make a code for one workstation, valid 24 hours; an earlier one that waits is over.

    Raises: RL-FLT-001, RL-FLT-150 (no workstation), RL-FLT-151 (not admitted).
    """
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    with writing(act) as log:
        row = items_get([item], lock=True)[0]
        may_enrol(name=row.name, role=row.role, state=row.state).demand(where=row.name)
        _codes_end([row.pk], at=act.at)
        made = WorkstationCode.objects.create(
            id=new_id(act.at),
            item=row,
            digest=token_digest(code),
            made_at=act.at,
            made_by=act.actor,
            expires_at=act.at + CODE_LIVES,
        )
        log.entry("line.workstation_code", subject=f"item:{row.pk}", body={"code": str(made.pk)})
    return CodeMade(code=code, expires_at=made.expires_at)


def workstation_enrol(*, act: Act, code: str) -> Enrolled:
    """Enrol the workstation a code was made for; an enrolment it had before is revoked.

    Args: act: of the browser; nobody needs to be signed in. code: as typed.
    Raises: RL-FLT-152 (wrong), 153 (over), 154 (used), 150 and 151 when the machine left the zone meanwhile.
    """
    digest, token = token_digest(code_read(code)), secrets.token_urlsafe(32)
    act = replace(act, actor=ACTOR, roles=frozenset({"system"}))
    with writing(act) as log:
        made = WorkstationCode.objects.select_for_update().filter(digest=digest).first()
        if made is None:
            raise errors.CODE_WRONG.error(where="code")
        if made.used_at is not None:
            raise errors.CODE_USED.error(where="code")
        if act.at >= made.expires_at:
            raise errors.CODE_EXPIRED.error(where="code")
        row = items_get([made.item_id], lock=True)[0]
        may_enrol(name=row.name, role=row.role, state=row.state).demand(where=row.name)
        made.used_at = act.at
        made.save(update_fields=["used_at"])
        workstations_revoke(act=act, log=log, rows=[row], reason="enrolled anew")
        enrolled = Workstation.objects.create(
            id=new_id(act.at),
            item=row,
            enrolled_at=act.at,
            enrolled_by=made.made_by,
            digest=token_digest(token),
            turned_at=act.at,
            seen_at=act.at,
        )
        log.entry(
            "line.workstation_enrol",
            subject=f"item:{row.pk}",
            body={"workstation": str(enrolled.pk), "code": str(made.pk), "actor": made.made_by},
            events=[_event("line.workstation_enrolled", row.pk, enrolled.pk)],
        )
    return Enrolled(workstation=enrolled.pk, item=row.pk, name=row.name, token=token)


@service(Permission.FLEET_ENROL)
def workstation_revoke(*, act: Act, item: UUID, reason: str) -> None:
    """Revoke the enrolment of a machine, from the next request on.

    Raises: RL-FLT-001, RL-FLT-008 without a reason, RL-FLT-157 when it is not enrolled.
    """
    if not reason.strip():
        raise errors.REASON_MISSING.error(where="reason")
    with writing(act) as log:
        row = items_get([item], lock=True)[0]
        if not workstations_revoke(act=act, log=log, rows=[row], reason=reason.strip()):
            raise errors.WORKSTATION_NONE.error(where=row.name, name=row.name)


def workstations_revoke(*, act: Act, log: Log, rows: Sequence[LineItem], reason: str) -> int:
    """Revoke what is enrolled of some items, and end the codes that wait. Inside `writing`.

    Returns: how many were enrolled.
    """
    items = [row.pk for row in rows]
    _codes_end(items, at=act.at)
    held = list(Workstation.objects.filter(item_id__in=items, revoked_at__isnull=True))
    if not held:
        return 0
    Workstation.objects.filter(pk__in=[row.pk for row in held]).update(
        revoked_at=act.at, revoked_by=act.actor, reason=reason
    )
    log.entry(
        "line.workstation_revoke",
        subject=f"item:{held[0].item_id}" if len(held) == 1 else "workstations:revoked",
        body={"workstations": [str(row.pk) for row in held], "reason": reason},
        events=[_event("line.workstation_revoked", row.item_id, row.pk) for row in held],
    )
    return len(held)


def workstation_turn(*, act: Act, token: str) -> str:
    """Change a token for a new one; the old one stays good until the browser brings the new one.

    Returns: the new token, empty when another request changed it at the same moment or it is revoked.
    """
    digest, fresh = token_digest(token), secrets.token_urlsafe(32)
    act = _machine_act(act)
    with writing(act) as log:
        row = Workstation.objects.select_for_update().filter(revoked_at__isnull=True, digest=digest).first()
        if row is None:  # the answer with the current one was lost: it is replaced, the earlier one stays good
            row = Workstation.objects.select_for_update().filter(revoked_at__isnull=True, previous=digest).first()
        kept = row is not None and turn_due(turned_at=row.turned_at, previous=row.digest != digest, at=act.at)
        if row is not None and kept:
            row.digest, row.previous, row.turned_at = token_digest(fresh), digest, act.at
            row.save(update_fields=["digest", "previous", "turned_at"])
        subject = f"item:{row.item_id}" if row is not None else "workstations:none"
        log.entry("line.workstation_turn", subject=subject, body={"changed": kept})
    return fresh if kept else ""


def workstation_settle(*, act: Act, workstation: UUID) -> None:
    """Forget the token before the current one: the browser has brought the current one."""
    with writing(_machine_act(act)) as log:
        Workstation.objects.filter(pk=workstation).update(previous="")
        row = Workstation.objects.get(pk=workstation)
        log.entry("line.workstation_turn", subject=f"item:{row.item_id}", body={"changed": True})


def workstations_seen(*, act: Act, seen: Sequence[tuple[UUID, datetime]]) -> None:
    """Note when workstations were last in use, many in one write."""
    times = dict(seen)
    with writing(_machine_act(act)) as log:
        rows = list(Workstation.objects.filter(pk__in=times))
        for row in rows:
            row.seen_at = max(row.seen_at, times[row.pk])
        Workstation.objects.bulk_update(rows, ["seen_at"], batch_size=500)
        body = {"workstations": [str(row.item_id) for row in rows]}
        log.entry("line.workstation_seen", subject="workstations:seen", body=body)


def _machine_act(act: Act) -> Act:
    return replace(act, actor="relight:workstations", roles=frozenset({"system"}))


def _codes_end(items: Sequence[UUID], *, at: datetime) -> None:
    """End the codes that wait for some items."""
    WorkstationCode.objects.filter(item_id__in=items, used_at__isnull=True, expires_at__gt=at).update(expires_at=at)


def _event(name: str, item: UUID, workstation: UUID) -> EventDraft:
    return EventDraft(name=name, subject=f"item:{item}", body={"workstation": str(workstation)})
