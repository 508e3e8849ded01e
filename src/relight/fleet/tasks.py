"""What the worker does for the fleet when something happened. Registered in `config/subscriptions.py`."""

from __future__ import annotations

from uuid import UUID

from relight.fleet.services.imports import import_requested_run
from relight.fleet.services.placing import items_place
from relight.journal.api import EventView
from relight.kernel.act import Act


def on_import_requested(event: EventView, act: Act) -> None:
    """Import the file somebody confirmed. A file refused meanwhile is marked so; the run is not tried again."""
    import_requested_run(act=act, run=UUID(str(event.body["run"])))


def on_hospital_loaded(event: EventView, act: Act) -> None:
    """Place the machines the new description knows a place for."""
    items_place(act=act)
