"""Writes a lock-out of django-axes into the journal; the name that was tried is kept, the password never."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.dispatch import receiver

from relight.kernel.act import Act, Door
from relight.people.services import sign_in_log
from relight.people.sessions import clock


@receiver(user_locked_out, dispatch_uid="people.locked")
def locked(*_: Any, username: str | None = None, ip_address: str | None = None, **__: Any) -> None:
    """Note the lock-out."""
    act = Act(actor="relight:sign-in", at=clock(), door=Door.WEB, roles=frozenset({"system"}))
    sign_in_log(act=act, verb="people.locked", body={"username": username or "", "from": ip_address or ""})
