"""What the worker does for the clean zone. Registered in `config/subscriptions.py`."""

from __future__ import annotations

from uuid import UUID

from relight.cleanzone.services.flows import flows_expire
from relight.cleanzone.services.routers import closings_owe, closings_tell, tries_end
from relight.cleanzone.services.segments import addresses_allot
from relight.journal.api import EventView
from relight.kernel.act import Act


def on_passport_revoked(event: EventView, act: Act) -> None:
    """A machine's passport was revoked: every router owes it a cut. Only written down, for this is a transaction."""
    closings_owe(act=act, items=[UUID(event.subject.removeprefix("item:"))])


def on_flows_changed(_event: EventView, act: Act) -> None:
    """A flow may have ended: routers are to close it. What was approved waits for a person to send it."""
    closings_owe(act=act)


def closings_when_owed(act: Act) -> None:
    """Tell routers what they are owed."""
    closings_tell(act=act, only_owed=True)


def zone_look(act: Act) -> None:
    """End what has come to its date, on paper and on routers; note tries nobody confirmed."""
    tries_end(act=act)
    flows_expire(act=act)
    closings_tell(act=act)


def addresses_when_due(act: Act) -> None:
    """Give an address to machines that were admitted."""
    addresses_allot(act=act)
