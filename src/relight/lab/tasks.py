"""What the worker does for the laboratory when something happened. Registered in `config/subscriptions.py`."""

from __future__ import annotations

from uuid import UUID

from relight.journal.api import EventView
from relight.kernel.act import Act
from relight.lab.services.charting_due import chart_again


def on_request_cancelled(event: EventView, act: Act) -> None:
    """A ward cancelled what was still to be done of an order: its report may be whole now."""
    chart_again(act=act, order=UUID(event.subject.partition(":")[2]))
