"""Reads of people: staff, their names, whether an administrator exists."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from relight.people.errors import STAFF_MISSING
from relight.people.models import ApiToken, Staff
from relight.people.types import Role, StaffView


def staff_view(row: Staff) -> StaffView:
    """Turn a row into a value."""
    return StaffView(
        id=row.id,
        actor=row.actor,
        username=row.username,
        name=row.name,
        roles=tuple(Role(role) for role in row.roles),
        scope=tuple(row.scope),
        language=row.language,
        active=row.is_active,
        must_change_password=row.must_change_password,
        last_seen_at=row.last_login,
    )


def staff_list(*, text: str = "", role: str = "") -> list[StaffView]:
    """List staff by name. Args: text: in name or user name. role: only those who hold it."""
    rows = Staff.objects.order_by("name")
    if text:
        rows = rows.filter(name__icontains=text) | rows.filter(username__icontains=text)
    found = [staff_view(row) for row in rows]
    return [view for view in found if not role or role in view.roles]


def staff_get(staff_id: UUID) -> StaffView:
    """Return one staff member. Raises: MissingError RL-PPL-004."""
    row = Staff.objects.filter(pk=staff_id).first()
    if row is None:
        raise STAFF_MISSING.error(name=str(staff_id))
    return staff_view(row)


def administrator_exists() -> bool:
    """Say whether somebody can manage accounts."""
    return any(
        Role.ADMINISTRATOR in roles for roles in Staff.objects.filter(is_active=True).values_list("roles", flat=True)
    )


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Name actors for people: staff by name, `os:` and `relight:` by what they are; one query a kind."""
    wanted = set(actors)
    ids = []
    tokens = []
    for actor in wanted:
        kind, _, rest = actor.partition(":")
        if kind == "staff":
            ids.append(UUID(rest))
        elif kind == "token":
            tokens.append(UUID(rest))
    names = {f"staff:{pk}": name for pk, name in Staff.objects.filter(pk__in=ids).values_list("pk", "name")}
    if tokens:
        named = ApiToken.objects.filter(pk__in=tokens).values_list("pk", "name")
        names.update((f"token:{pk}", name) for pk, name in named)
    return {actor: names.get(actor, actor.partition(":")[2]) for actor in wanted}
