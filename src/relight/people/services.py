"""Writes of people: accounts, passwords, signatures, the first administrator."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from relight.journal.api import Log, new_id, writing
from relight.kernel.act import Act
from relight.people.errors import (
    LAST_ADMINISTRATOR,
    LINK_USED,
    LOCKED,
    PASSWORD_FIRST,
    PASSWORD_SAME,
    PASSWORD_WEAK,
    ROLE_UNKNOWN,
    SCOPE_UNKNOWN,
    SIGN_NEEDS_PERSON,
    STAFF_MISSING,
    USERNAME_TAKEN,
    WRONG_PASSWORD,
)
from relight.people.guards import service
from relight.people.models import FirstLink, Staff
from relight.people.models import Signature as SignatureRow
from relight.people.patience import may_try, tried
from relight.people.selectors import administrator_exists, staff_view
from relight.people.types import STAFF_ROLES, Permission, Role, Signature, StaffView

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """Make a first password that can be read from paper: no l, 1, o, 0; 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def roles_check(roles: Iterable[str]) -> list[str]:
    """Return roles as they are kept. Raises: RL-PPL-006."""
    wanted = sorted(set(roles))
    for role in wanted:
        if role not in STAFF_ROLES:
            raise ROLE_UNKNOWN.error(where="roles", role=role, roles=", ".join(STAFF_ROLES))
    return wanted


def scope_check(scope: Iterable[str]) -> list[str]:
    """Return a scope as it is kept. Raises: RL-PPL-014."""
    words = sorted(set(scope))
    for word in words:
        kind, _, name = word.partition(":")
        if kind not in ("site", "service") or not name:
            raise SCOPE_UNKNOWN.error(where="scope", word=word)
    return words


def _password_check(password: str, staff: Staff) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as refusal:
        raise PASSWORD_WEAK.error(where="password", reason=" ".join(refusal.messages)) from refusal


def _password_demand(row: Staff, password: str, *, where: str, at: datetime) -> None:
    """Ask a signed-in person's password; an open session is no place to guess it."""
    if not may_try(row.actor, at=at):
        raise LOCKED.error(where=where)
    right = row.check_password(password)
    tried(row.actor, right=right, at=at)
    if not right:
        raise WRONG_PASSWORD.error(where=where)


def _get(staff: UUID) -> Staff:
    row = Staff.objects.select_for_update().filter(pk=staff).first()
    if row is None:
        raise STAFF_MISSING.error(name=str(staff))
    return row


def _create(  # noqa: PLR0913 - the fields of an account
    *,
    log: Log,
    username: str,
    name: str,
    roles: Iterable[str],
    password: str,
    scope: Iterable[str] = (),
    language: str = "fr",
    must_change: bool = True,
    demo: bool = False,
) -> Staff:
    username = username.strip().lower()
    if Staff.objects.filter(username=username).exists():
        raise USERNAME_TAKEN.error(where="username", username=username)
    row = Staff(
        id=new_id(log.act.at),
        username=username,
        name=name.strip(),
        roles=roles_check(roles),
        scope=scope_check(scope),
        language=language,
        must_change_password=must_change,
        demo=demo,
    )
    row.set_password(password)
    row.save(force_insert=True)
    log.entry(
        "people.create",
        subject=row.actor,
        body={"username": row.username, "name": row.name, "roles": row.roles, "scope": row.scope, "demo": demo},
    )
    return row


@service(Permission.PEOPLE_MANAGE)
def staff_create(
    *,
    act: Act,
    username: str,
    name: str,
    roles: Iterable[str],
    scope: Iterable[str] = (),
    language: str = "fr",
) -> tuple[StaffView, str]:
    """Make an account. Returns: the staff member, and the one-time password to hand over, shown once.

    Raises: InputError RL-PPL-005 (taken), RL-PPL-006 (role), RL-PPL-014 (scope).
    """
    password = one_time_password()
    with writing(act) as log:
        row = _create(
            log=log, username=username, name=name, roles=roles, scope=scope, language=language, password=password
        )
    return staff_view(row), password


@service(Permission.PEOPLE_MANAGE)
def demo_staff_create(  # noqa: PLR0913 - the fields of an account
    *, act: Act, username: str, name: str, roles: Iterable[str], password: str, scope: Iterable[str] = ()
) -> StaffView:
    """Make an account of the demo: its password is printed for all to see and needs no change."""
    with writing(act) as log:
        row = _create(
            log=log, username=username, name=name, roles=roles, scope=scope, password=password, must_change=False,
            demo=True,
        )  # fmt: skip
        return staff_view(row)


@service(Permission.PEOPLE_MANAGE)
def staff_change(  # noqa: PLR0913 - the fields of an account
    *,
    act: Act,
    staff: UUID,
    name: str,
    roles: Iterable[str],
    scope: Iterable[str],
    language: str,
    active: bool,
) -> StaffView:
    """Change an account. Raises: RuleError RL-PPL-009 when nobody could manage accounts any more."""
    with writing(act) as log:
        row = _get(staff)
        was_administrator = row.is_active and Role.ADMINISTRATOR in row.roles
        before = {"name": row.name, "roles": row.roles, "scope": row.scope, "active": row.is_active}
        row.name, row.roles, row.scope = name.strip(), roles_check(roles), scope_check(scope)
        row.language, row.is_active = language, active
        row.save()
        if was_administrator and not administrator_exists():
            raise LAST_ADMINISTRATOR.error(name=row.name)
        after = {"name": row.name, "roles": row.roles, "scope": row.scope, "active": row.is_active}
        log.entry("people.change", subject=row.actor, body={"from": before, "to": after})
    return staff_view(row)


@service(Permission.PEOPLE_MANAGE)
def password_reset(*, act: Act, staff: UUID) -> str:
    """Give a new one-time password, which opens a locked name too. Returns: it, shown once."""
    from axes.utils import reset  # noqa: PLC0415 - axes reads its models when imported

    password = one_time_password()
    with writing(act) as log:
        row = _get(staff)
        row.set_password(password)
        row.must_change_password = True
        row.save()
        log.entry("people.password_reset", subject=row.actor, body={})
        reset(username=row.username)
    return password


@service(Permission.SELF)
def password_change(*, act: Act, staff: UUID, old: str, new: str) -> None:
    """Change one's own password.

    Raises: RL-PPL-002 (old one wrong), RL-PPL-015 (new one is the old one), RL-PPL-007 (new one weak).
    """
    with writing(act) as log:
        row = _get(staff)
        if row.actor != act.actor:
            raise SIGN_NEEDS_PERSON.error()
        _password_demand(row, old, where="old", at=act.at)
        if new == old:
            raise PASSWORD_SAME.error(where="password")
        _password_check(new, row)
        row.set_password(new)
        row.must_change_password = False
        row.save()
        log.entry("people.password_change", subject=row.actor, body={})


@service(Permission.SELF)
def language_change(*, act: Act, staff: UUID, language: str) -> None:
    """Change one's own language. Args: language: fr, nl, de or en."""
    with writing(act) as log:
        row = _get(staff)
        if row.actor != act.actor:
            raise SIGN_NEEDS_PERSON.error()
        row.language = language
        row.save(update_fields=["language"])
        log.entry("people.language", subject=row.actor, body={"language": language})


def first_link_make(*, act: Act) -> str | None:
    """Make the one-time token for the first administrator; None when one exists. The last one counts."""
    if administrator_exists():
        return None
    token = secrets.token_urlsafe(24)
    with writing(act) as log:
        FirstLink.objects.all().delete()
        FirstLink.objects.create(digest=_digest(token), at=act.at)
        log.entry("people.first_link", subject="people:first", body={})
    return token


def first_link_valid(token: str) -> bool:
    """Say whether a first-start token is good."""
    return not administrator_exists() and FirstLink.objects.filter(digest=_digest(token)).exists()


def first_administrator_create(
    *, act: Act, token: str, username: str, name: str, password: str, language: str
) -> StaffView:
    """Make the first administrator with a one-time token, once.

    The person who holds the terminal on day 0 runs the recovery as well, so they are recovery lead
    too. Raises: RL-PPL-008 (token), RL-PPL-005, RL-PPL-007.
    """
    with writing(act) as log:
        if not FirstLink.objects.select_for_update().filter(digest=_digest(token)).exists() or administrator_exists():
            raise LINK_USED.error()
        _password_check(password, Staff(username=username, name=name))
        row = _create(
            log=log,
            username=username,
            name=name,
            roles=[Role.ADMINISTRATOR, Role.RECOVERY_LEAD],
            password=password,
            language=language,
            must_change=False,
        )
        FirstLink.objects.all().delete()
    return staff_view(row)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def signature_make(*, act: Act, log: Log, password: str, digest: str, meaning: str) -> Signature:
    """Sign: the person proves who they are again, over the digest of what was shown.

    Args: log: the writing block this belongs to. digest: SHA-256 in hexadecimal. meaning: what the
    signature says, a stable word such as `line.sign-security`.
    Raises: RL-PPL-003 (not a person), RL-PPL-002 (password), RL-PPL-011 (five wrong ones), RL-PPL-013
    (one-time password).
    """
    kind, _, rest = act.actor.partition(":")
    row = Staff.objects.filter(pk=UUID(rest), is_active=True).first() if kind == "staff" else None
    if row is None:
        raise SIGN_NEEDS_PERSON.error()
    if row.must_change_password:
        raise PASSWORD_FIRST.error()
    _password_demand(row, password, where="password", at=act.at)
    signature = Signature(id=new_id(act.at), actor=act.actor, at=act.at, digest=digest, meaning=meaning)
    SignatureRow.objects.create(id=signature.id, actor=signature.actor, at=signature.at, digest=digest, meaning=meaning)
    log.entry(
        "people.sign",
        subject=row.actor,
        body={"signature": str(signature.id), "digest": digest, "meaning": meaning},
    )
    return signature


def sign_in_log(*, act: Act, verb: str, body: dict[str, str]) -> None:
    """Note a sign-in, a sign-out or a lock-out. Args: verb: people.sign_in and its like."""
    with writing(act) as log:
        log.entry(verb, subject=act.actor, body=body)
