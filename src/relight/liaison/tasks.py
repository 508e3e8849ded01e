"""What the worker does for liaison. Registered in `config/subscriptions.py`."""

from __future__ import annotations

from relight.kernel.act import Act
from relight.liaison.services.requests import requests_escalate


def requests_overdue(act: Act) -> None:
    """Bring requests that wait too long one step higher."""
    requests_escalate(act=act)
