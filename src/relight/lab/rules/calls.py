"""Calls about critical values: what an attempt came to, and how long one may wait.

Owns the words and the limit. Refuses clocks. Source: docs/design/lab.md, "Results while the laboratory system
is down"; The Royal College of Pathologists, G158.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from relight.kernel.errors import N_

LATE_AFTER = timedelta(minutes=30)  # within the hour that published guidance allows, with time to walk over


class Attempt(StrEnum):
    """What an attempt came to."""

    REACHED = "reached"
    NO_ANSWER = "no-answer"
    CALL_BACK = "call-back"


ATTEMPT_NAMES: dict[Attempt, str] = {
    Attempt.REACHED: N_("Reached, read back"),
    Attempt.NO_ANSWER: N_("No answer"),
    Attempt.CALL_BACK: N_("To be called back"),
}


def is_late(*, opened_at: datetime, at: datetime) -> bool:
    """Say whether a call has waited too long."""
    return at - opened_at >= LATE_AFTER
