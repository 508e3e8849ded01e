"""Desks: who calls about which appointments, made and changed on a page.

Owns writing them. Refuses two of one name; a desk given up keeps its past. Source: docs/design/telling.md, "Desks".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from relight.activity import errors
from relight.activity.models import Desk
from relight.activity.selectors.telling import desk_get
from relight.journal.api import EventDraft, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskGiven:
    """What a desk is. Args: sites, specialties, kinds: none of a list is all of them. phone: where patients call
    back. sender: the lines above its letters. language: for patients whose language nobody knows."""

    name: str
    phone: str
    sites: Sequence[str] = ()
    specialties: Sequence[str] = ()
    kinds: Sequence[str] = ()
    hours: str = ""
    sender: str = ""
    language: str = "fr"


@service(Permission.ACTIVITY_TELL)
def desk_write(*, act: Act, given: DeskGiven, desk: UUID | None = None) -> UUID:
    """Make a desk, or change one. Raises: RL-ACT-112 for an unknown one, 120 when its name is taken."""
    with writing(act) as log:
        row = desk_get(desk) if desk else Desk(id=new_id(act.at))
        if Desk.objects.filter(name=given.name).exclude(pk=row.pk).exists():
            raise errors.DESK_NAME_TAKEN.error(where="name")
        row.name, row.phone, row.hours, row.sender = given.name, given.phone, given.hours, given.sender
        row.sites, row.specialties, row.kinds = list(given.sites), list(given.specialties), list(given.kinds)
        row.language, row.at, row.by, row.closed_at = given.language, act.at, act.actor, None
        row.save()
        body = {"name": row.name, "sites": row.sites, "specialties": row.specialties, "kinds": row.kinds}
        log.entry("activity.desk", subject=f"desk:{row.pk}", body=body, events=[_event(row.pk)])
    return row.pk


@service(Permission.ACTIVITY_TELL)
def desk_close(*, act: Act, desk: UUID) -> None:
    """Give up a desk: what it called about goes to the other desks that take it, or to none. Raises: RL-ACT-112."""
    with writing(act) as log:
        if not Desk.objects.filter(pk=desk, closed_at=None).update(closed_at=act.at):
            raise errors.NO_DESK.error()
        log.entry("activity.desk_close", subject=f"desk:{desk}", body={}, events=[_event(desk)])


def _event(desk: UUID) -> EventDraft:
    return EventDraft(name="activity.told", subject=f"desk:{desk}", body={})
