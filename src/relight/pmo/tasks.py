"""What the worker does for the restart office. Registered in `config/subscriptions.py`."""

from __future__ import annotations

from relight.kernel.act import Act
from relight.pmo.services.days import forecast_keep


def forecast_when_due(act: Act) -> None:
    """Keep the forecast of the day, the first time the worker looks on that day."""
    forecast_keep(act=act)
