"""What waits for a person, as ids: appointments a doctor is asked about, what one patient has still to hear.

Owns two short reads for callers outside the pages. Refuses patient data: ids and the number to dial only.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from relight.activity.models import CallCard, Notice
from relight.activity.rules.telling import LIVE
from relight.activity.selectors.appointments import appointments_now
from relight.activity.types import Outcome


def ask_list(*, at: datetime, limit: int) -> list[UUID]:
    """Return the appointments still to come that a doctor is asked about, the nearest first."""
    rows = appointments_now(at).filter(outcome=Outcome.ASK.value).order_by("starts_at", "id")
    return list(rows.values_list("pk", flat=True)[:limit])


def notices_open(card: UUID) -> tuple[list[UUID], str]:
    """Return what a patient has still to hear, and the number to dial; empty where they have none left."""
    row = CallCard.objects.get(pk=card)
    notices = Notice.objects.filter(card=card, state__in=[one.value for one in LIVE])
    number = next((one for one in row.phones if one not in row.wrong), "")
    return list(notices.values_list("pk", flat=True)), number
