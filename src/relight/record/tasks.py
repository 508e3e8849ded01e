"""What the worker does for the record. Registered in `config/subscriptions.py`."""

from __future__ import annotations

from relight.kernel.act import Act
from relight.record.services import print_schedule
from relight.record.services.uploads import uploads_run


def print_when_due(act: Act) -> None:
    """Print the wards to their folder when the schedule says so."""
    print_schedule.print_when_due(act=act)


def uploads_import(act: Act) -> None:
    """Import the files that were sent in from the page."""
    uploads_run(act=act)
