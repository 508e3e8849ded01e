"""Appointments for the tests of the debt, as a source and a policy would leave them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from relight.journal.api import new_id, writing
from relight.kernel.act import Act


def cancelled(act: Act, *, days: float = 2, outcome: str = "cancel", **fields: Any) -> UUID:
    """Store one appointment so many days from now, cancelled by the policy unless `outcome` says otherwise."""
    from relight.activity.models import Appointment, AppointmentSource

    with writing(act) as log:
        source, _ = AppointmentSource.objects.get_or_create(
            name="book", defaults={"id": new_id(act.at), "at": act.at, "by": act.actor}
        )
        row = Appointment(
            **{
                "id": new_id(act.at),
                "source": source,
                "origin_id": str(Appointment.objects.count()),
                "kind": "consultation",
                "urgency": "elective",
                "specialty": "cardiology",
                "site": "arlon",
                "starts_at": act.at + timedelta(days=days),
                "reason": "Avis",
                "family": "Lambert",
                "given": "Zoé",
                "outcome": outcome,
                "outcome_by": "policy",
                "outcome_since": act.at,
                "digest": "0" * 64,
                "added_at": act.at,
                "changed_at": act.at,
                **fields,
            }
        )
        row.save(force_insert=True)
        log.entry("test.booked", subject=f"appointment:{row.pk}", body={})
    return row.pk


def outcome_becomes(act: Act, appointment: UUID, outcome: str, *, since: datetime | None = None) -> None:
    """Let the decision in force about an appointment become another one."""
    from relight.activity.models import Appointment

    with writing(act) as log:
        Appointment.objects.filter(pk=appointment).update(
            outcome=outcome, outcome_by="policy", outcome_since=since or act.at
        )
        log.entry("test.decided", subject=f"appointment:{appointment}", body={})
