"""People for tests: an act with any role, a staff member with a password, a signed-in client.

Owns making them through the services of `people`, as the program would.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from relight.kernel.act import Act, Door

PASSWORD = "correct-horse-battery-7"
_number = itertools.count(1)


class HandClock:
    """A clock tests move by hand. It starts on the tenth day of the demonstration's crisis."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    __call__ = now

    def advance(self, **span: float) -> datetime:
        """Move on by the arguments of `timedelta`: `clock.advance(minutes=5)`."""
        self._now += timedelta(**span)
        return self._now


@dataclass(frozen=True, kw_only=True)
class Person:
    """A staff member who exists in the database, and what they sign in with."""

    actor: str
    username: str
    roles: frozenset[str]
    scope: frozenset[str]
    clock: HandClock
    password: str = PASSWORD

    def act(self, *, at: datetime | None = None, door: Door = Door.WEB) -> Act:
        return Act(actor=self.actor, at=at or self.clock.now(), door=door, roles=self.roles, scope=self.scope)


def act_make(clock: HandClock, roles: Iterable[str], **fields: Any) -> Act:
    """Make an act of nobody in particular: `owner` is `os:test`, `system` the worker, others `test:<role>`."""
    words = frozenset(str(getattr(role, "value", role)) for role in roles)
    name = "-".join(sorted(words)) or "nobody"
    actor = {"owner": "os:test", "system": "relight:worker"}.get(name, f"test:{name}")
    return Act(**{"actor": actor, "at": clock.now(), "door": Door.WEB, "roles": words, **fields})


def person_create(clock: HandClock, roles: Iterable[str], *, scope: Iterable[str] = (), language: str = "fr") -> Person:
    """Make an account with these roles. Its name is new each time, so that two are two people."""
    from relight.people.models import Staff
    from relight.people.services import demo_staff_create, staff_change

    words = [str(getattr(role, "value", role)) for role in roles]
    username = f"{'-'.join(words)}-{next(_number)}"
    owner = act_make(clock, ["owner"])
    view = demo_staff_create(act=owner, username=username, name=username.title(), roles=words, password=PASSWORD)
    scope = list(scope)
    if scope or Staff.objects.get(pk=view.id).language != language:
        staff_change(act=owner, staff=view.id, name=view.name, roles=words, scope=scope, language=language, active=True)
    return Person(actor=view.actor, username=username, roles=frozenset(words), scope=frozenset(scope), clock=clock)


def client_signed_in(person: Person) -> Any:
    """Return a Django test client in which this person is signed in at a workstation of their own."""
    from django.test import Client

    from relight.people.models import Staff

    client = Client()
    client.force_login(Staff.objects.get(username=person.username))
    session = client.session
    session["seen_at"] = int(datetime.now(tz=UTC).timestamp())
    session["shared"] = False
    session.save()
    client.person = person  # type: ignore[attr-defined]
    return client
