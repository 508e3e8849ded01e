"""The door of the restart office for every app above it."""

from relight.pmo.selectors.forecast import expected_dates, forecast_document, forecast_make
from relight.pmo.selectors.restart import restart_document

__all__ = ["expected_dates", "forecast_document", "forecast_make", "restart_document"]
