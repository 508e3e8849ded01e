"""A doctor's word about one appointment: it stands above the policy, through every deciding anew, until it is ended.

Owns Override. Refuses a word without its reason. Source: docs/design/appointments.md, "A doctor's word".
"""

from __future__ import annotations

from uuid import UUID

from relight.activity.errors import (
    MOVE_WHERE,
    NOT_BOOKED,
    OVERRIDE_NONE,
    OVERRIDE_UNREASONED,
)
from relight.activity.models import Appointment, DecisionRow, Override
from relight.activity.rules.booked import BookingState, DecidedBy
from relight.activity.selectors.appointments import appointment_get
from relight.activity.services.decisions import Changes, batch_new, deciding_now, outcome_put, rows_decide
from relight.activity.types import Outcome
from relight.journal.api import Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service

REPLACED = "replaced"


@service(Permission.ACTIVITY_OVERRIDE)
def override_set(*, act: Act, appointment: UUID, outcome: Outcome, reason: str, to_site: str = "") -> UUID:
    """Give a doctor's word; one that stands already is ended by it.

    Returns: its id. Raises: RL-ACT-055 (no such), RL-ACT-064 (no reason), RL-ACT-066 (a move without another site),
    RL-ACT-067 (withdrawn or over).
    """
    if not reason.strip():
        raise OVERRIDE_UNREASONED.error(where="reason")
    with writing(act) as log:
        row = appointment_get(appointment)
        if row.state != BookingState.BOOKED.value:
            raise NOT_BOOKED.error(where="appointment")
        if outcome is Outcome.MOVE and to_site in ("", row.site):
            raise MOVE_WHERE.error(where="to_site")
        place = to_site if outcome is Outcome.MOVE else ""
        _end(act, row, why=REPLACED)
        word = Override.objects.create(
            id=new_id(act.at),
            appointment=row,
            outcome=outcome.value,
            to_site=place,
            reason=reason.strip(),
            actor=act.actor,
            at=act.at,
        )
        changes = Changes()
        outcome_put(act, row, outcome=outcome, to_site=place, by=DecidedBy.DOCTOR, changes=changes)
        _keep(act, log, row, changes, verb="activity.override", outcome=outcome.value)
    return word.pk


@service(Permission.ACTIVITY_OVERRIDE)
def override_end(*, act: Act, appointment: UUID, why: str) -> None:
    """End a doctor's word: the policy decides again, under the state of now. Raises: RL-ACT-055, RL-ACT-064, 065."""
    if not why.strip():
        raise OVERRIDE_UNREASONED.error(where="why")
    with writing(act) as log:
        row = appointment_get(appointment)
        if not _end(act, row, why=why.strip()):
            raise OVERRIDE_NONE.error(where="appointment")
        changes = Changes()
        deciding = deciding_now()
        held = DecisionRow.objects.filter(appointment=row, current=True).first()
        if held is not None:
            outcome_put(
                act, row, outcome=Outcome(held.outcome), to_site=held.to_site, by=DecidedBy.POLICY, changes=changes
            )
        else:
            row.outcome = row.outcome_by = row.to_site = ""
            row.outcome_since = act.at
            changes.add("changed", row.pk)
        _save(row)
        if deciding is not None and row.state == BookingState.BOOKED.value:
            again = rows_decide(act=act, rows=[row], deciding=deciding, batch=batch_new(act))
            changes = again if again.ids else changes
        _keep(act, log, row, changes, verb="activity.override_end", outcome=row.outcome)


def _end(act: Act, row: Appointment, *, why: str) -> bool:
    """End the word that stands, if one does."""
    return bool(
        Override.objects.filter(appointment=row, ended_at=None).update(
            ended_at=act.at, ended_by=act.actor, ended_why=why
        )
    )


def _save(row: Appointment) -> None:
    row.save(update_fields=["outcome", "outcome_by", "outcome_since", "to_site"])


def _keep(act: Act, log: Log, row: Appointment, changes: Changes, *, verb: str, outcome: str) -> None:
    _save(row)
    events = changes.events(cause="doctor", batch=batch_new(act))
    log.entry(verb, subject=f"appointment:{row.pk}", body={"outcome": outcome}, events=events)
