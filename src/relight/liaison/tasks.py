"""What the worker does for liaison. Registered in `config/subscriptions.py`."""

from __future__ import annotations

from uuid import UUID

from relight.journal.api import EventView
from relight.kernel.act import Act
from relight.liaison.selectors.delivery import bulletin_latest
from relight.liaison.services.delivery import delivery_write
from relight.liaison.services.requests import requests_escalate


def requests_overdue(act: Act) -> None:
    """Bring requests that wait too long one step higher."""
    requests_escalate(act=act)


def on_published(event: EventView, act: Act) -> None:
    """A bulletin was published: its lists are drawn up, unless a later one holds by now."""
    bulletin = UUID(str(event.body.get("bulletin") or event.subject.partition(":")[2]))
    latest = bulletin_latest()
    if latest is not None and latest.pk == bulletin:
        delivery_write(act=act, bulletin=bulletin)
