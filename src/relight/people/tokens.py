"""Bearer tokens: how a program signs in. Issued by an administrator, shown once, expiring, revocable.

Owns what a token may do at the moment it is used: a staff member's never more than that person may then,
and nothing once the account is closed. Only digests are kept. Source: docs/design/fhir.md, cases 1-9.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from relight.journal.api import new_id, writing
from relight.kernel.act import Act, Door
from relight.people.errors import STAFF_MISSING, TOKEN_DAYS, TOKEN_MISSING, TOKEN_NAME
from relight.people.guards import service
from relight.people.models import ApiToken, Staff
from relight.people.services import roles_check, scope_check
from relight.people.types import Permission

PREFIX = "rlt_"
DAYS_MOST = 90
NAME_MOST = 120
_LIVE = (
    "SELECT t.id, t.roles, t.scope, t.expires_at, s.id, s.roles, s.scope, s.is_active, s.must_change_password"
    " FROM people_apitoken t LEFT JOIN people_staff s ON s.id = t.staff_id"
    " WHERE t.digest = %s AND t.revoked_at IS NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """A token as lists show it: everything but its text, which nobody has any more."""

    id: UUID
    name: str
    username: str
    roles: tuple[str, ...]
    scope: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@service(Permission.PEOPLE_MANAGE)
def token_issue(
    *,
    act: Act,
    name: str,
    username: str = "",
    roles: Iterable[str] = (),
    scope: Iterable[str] = (),
    days: int = 30,
) -> tuple[TokenView, str]:
    """Issue a token. Args: username: whose it is, empty for a workstation or a system of its own, which then needs
    roles. roles, scope: what it is limited to; empty for all its person holds. days: 1 to 90.

    Returns: it, and its text, shown once. Raises: RL-PPL-004, RL-PPL-006, RL-PPL-014, RL-PPL-017, RL-PPL-018.
    """
    if not 1 <= days <= DAYS_MOST:
        raise TOKEN_DAYS.error(where="days", most=DAYS_MOST)
    name, words, limits = name.strip(), roles_check(roles), scope_check(scope)
    if not 0 < len(name) <= NAME_MOST or not (username or words):
        raise TOKEN_NAME.error(where="name")
    text = PREFIX + secrets.token_urlsafe(32)
    with writing(act) as log:
        staff = Staff.objects.filter(username=username.strip().lower(), is_active=True).first() if username else None
        if username and staff is None:
            raise STAFF_MISSING.error(where="username", name=username)
        row = ApiToken.objects.create(
            id=new_id(act.at),
            digest=_digest(text),
            name=name,
            staff=staff,
            roles=words,
            scope=limits,
            issued_by=act.actor,
            issued_at=act.at,
            expires_at=act.at + timedelta(days=days),
        )
        body: dict[str, Any] = {"name": name, "staff": staff.actor if staff else None, "roles": words, "scope": limits}
        log.entry("people.token_issue", subject=f"token:{row.id}", body={**body, "days": days})
    return _view(row), text


@service(Permission.PEOPLE_MANAGE)
def token_revoke(*, act: Act, token: UUID) -> None:
    """Revoke a token, from the next request on. Raises: MissingError RL-PPL-016."""
    with writing(act) as log:
        row = ApiToken.objects.select_for_update().filter(pk=token).first()
        if row is None:
            raise TOKEN_MISSING.error(where="token", token=str(token))
        if row.revoked_at is None:
            row.revoked_at = act.at
            row.save(update_fields=["revoked_at"])
        log.entry("people.token_revoke", subject=f"token:{row.id}", body={"name": row.name})


def token_list() -> list[TokenView]:
    """List every token, the newest first."""
    return [_view(row) for row in ApiToken.objects.select_related("staff").order_by("-issued_at", "-id")]


def _view(row: ApiToken) -> TokenView:
    return TokenView(
        id=row.id,
        name=row.name,
        username=row.staff.username if row.staff else "",
        roles=tuple(row.roles),
        scope=tuple(row.scope),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def token_act(text: str, *, at: datetime) -> Act | None:
    """Make the act of a bearer token; None when it is not valid, expired, revoked, or its person may nothing.

    Cost: one query by digest, so that a revocation holds from the next request on.
    """
    if not text.startswith(PREFIX):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_LIVE, (_digest(text),))
        row = cursor.fetchone()
    if row is None or _time(row[3]) <= at:
        return None
    roles, scope = frozenset(_words(row[1])), frozenset(_words(row[2]))
    if row[4] is None:
        return Act(actor=f"token:{_uuid(row[0])}", at=at, door=Door.WEB, roles=roles, scope=scope)
    if not row[7] or row[8]:  # the account is closed, or its one-time password was never changed
        return None
    own, limit = frozenset(_words(row[5])), frozenset(_words(row[6]))
    scope = scope & limit if scope and limit else scope | limit
    if limit and not scope:
        return None  # an empty scope would be everything
    return Act(actor=f"staff:{_uuid(row[4])}", at=at, door=Door.WEB, roles=roles & own if roles else own, scope=scope)


def _words(value: Any) -> list[str]:
    return json.loads(value) if isinstance(value, str) else list(value)


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(hex=value)


def _time(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
