"""Writes a lock-out of django-axes into the journal; the name that was tried is kept, the password never."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.signals import user_locked_out
from django.conf import settings
from django.dispatch import receiver

from relight.journal.api import entry_list
from relight.kernel.act import Act, Door
from relight.people.models import Staff
from relight.people.services import sign_in_log
from relight.people.sessions import clock


@receiver(user_locked_out, dispatch_uid="people.locked")
def locked(*_: Any, username: str | None = None, ip_address: str | None = None, **__: Any) -> None:
    """Note the lock-out once; the tries that follow while it lasts would only fill the journal."""
    at = clock()
    # Whoever types a password into the wrong field must not find it in the journal: only names that exist are kept.
    name = username if Staff.objects.filter(username=username).exists() else ""
    began = at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    if any(entry.body.get("username") == name for entry in entry_list(verb="people.locked", since=began)):
        return
    act = Act(actor="relight:sign-in", at=at, door=Door.WEB, roles=frozenset({"system"}))
    sign_in_log(act=act, verb="people.locked", body={"username": name or "", "from": ip_address or ""})
