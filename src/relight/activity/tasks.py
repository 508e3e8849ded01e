"""What the worker does for the activity when something happened. Registered in `config/subscriptions.py`."""

from __future__ import annotations

from uuid import UUID

from django.utils.dateparse import parse_datetime

from relight.activity.services.debt import debt_sync
from relight.activity.services.notices import date_given, date_returned, notices_settle
from relight.activity.services.proposals import proposals_renew
from relight.activity.services.uploads import uploads_run
from relight.journal.api import EventView
from relight.kernel.act import Act


def on_hospital_changed(event: EventView, act: Act) -> None:
    """Something of the hospital changed: what would be decided differently is put before people."""
    kind, _, node = event.subject.partition(":")
    proposals_renew(act=act, node=node if kind in ("unit", "function") else "", trigger=event.subject)


def on_decided_tell(event: EventView, act: Act) -> None:
    """Decisions changed: what patients have to hear follows. An event that names no appointment is about all."""
    notices_settle(act=act, appointments=_named(event))


def on_rebooked_tell(event: EventView, act: Act) -> None:
    """An appointment that waited has a new date, or lost it again: its patient has to hear that."""
    appointment = UUID(event.subject.partition(":")[2])
    starts = parse_datetime(str(event.body.get("starts_at", "")))
    if starts is None:
        date_returned(act=act, appointment=appointment)
    else:
        date_given(act=act, appointment=appointment, starts_at=starts, site=str(event.body.get("site", "")))


def uploads_import(act: Act) -> None:
    """Import the lists that were sent in from the page and confirmed."""
    uploads_run(act=act)


def on_decided_owe(event: EventView, act: Act) -> None:
    """Decisions changed: what is cancelled waits for a new date, what is restored waits no more."""
    debt_sync(act=act)


def _named(event: EventView) -> list[UUID] | None:
    """Return the appointments an event names in whatever list of its body; none when it names none."""
    kind, _, rest = event.subject.partition(":")
    if kind == "appointment":
        return [UUID(rest)]
    found = event.body.get("ids")
    lists = found.values() if isinstance(found, dict) else [found]
    ids = [UUID(str(one)) for many in lists if isinstance(many, list) for one in many]
    return ids or None
