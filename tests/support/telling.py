"""Appointments with an outcome, desks and calls for the tests of telling patients.

Owns making them in a journalled write, as the import and the decisions would leave them.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

_number = itertools.count(1)
PERSON = {
    "family": "Lambert",
    "given": "Jeanne",
    "birth_date": date(1950, 3, 4),
    "mobile": "+32470123456",
    "address": "Rue Haute 12, 6700 Arlon",
    "language": "fr",
}


def booked(act_for: Any, *, outcome: str = "cancel", days: float = 3, **fields: Any) -> Any:
    """Make an appointment so many days from now with what was decided about it, and tell telling."""
    from relight.activity.models import Appointment, AppointmentSource
    from relight.journal.api import new_id, writing

    act = act_for("system")
    with writing(act) as log:
        source = AppointmentSource.objects.first() or AppointmentSource.objects.create(
            id=new_id(act.at), name="book", at=act.at, by=act.actor
        )
        row = Appointment.objects.create(
            **{
                "id": new_id(act.at), "source": source, "origin_id": f"A{next(_number)}", "kind": "consultation",
                "specialty": "cardiology", "site": "arlon", "starts_at": act.at + timedelta(days=days),
                "practitioner": "Dr Noël", "outcome": outcome, "outcome_by": "policy" if outcome else "",
                "digest": "0" * 64, "added_at": act.at, "changed_at": act.at, **PERSON, **fields,
            }
        )  # fmt: skip
        log.entry("activity.import", subject="activity:test", body={})
    settled(act_for, row)
    return row


def decided(act_for: Any, row: Any, outcome: str, **fields: Any) -> None:
    """Change what is decided about an appointment, and tell telling."""
    from relight.activity.models import Appointment
    from relight.journal.api import writing

    with writing(act_for("system")) as log:
        Appointment.objects.filter(pk=row.pk).update(outcome=outcome, outcome_by="policy", **fields)
        log.entry("activity.decide", subject="activity:test", body={})
    settled(act_for, row)


def settled(act_for: Any, *rows: Any) -> Any:
    """Bring notices into line, of these appointments or of all."""
    from relight.activity.services.notices import notices_settle

    return notices_settle(act=act_for("system"), appointments=[row.pk for row in rows] or None)


def desk_made(act_for: Any, name: str = "Cardiology Arlon", **fields: Any) -> Any:
    """Make a desk; by default it calls about everything."""
    from relight.activity.selectors.telling import desk_get
    from relight.activity.services.desks import DeskGiven, desk_write

    given = DeskGiven(name=name, phone="063 23 11 11", **fields)
    return desk_get(desk_write(act=act_for("desk"), given=given))


def notices(row: Any) -> list[tuple[str, str]]:
    """List the notices of an appointment as (what, state), oldest first."""
    return [(one.what, one.state) for one in row.notices.order_by("opened_at", "id")]


def live(row: Any) -> list[Any]:
    """List the ids of what is to be told about the patient of an appointment."""
    from relight.activity.models import Notice

    card = row.notices.first().card_id
    return list(Notice.objects.filter(card=card, state__in=["open", "written"]).values_list("pk", flat=True))


def called(act_for: Any, row: Any, outcome: str = "reached", **fields: Any) -> Any:
    """Call the patient of an appointment as a clerk of the desk does: take, then note."""
    from relight.activity.rules.telling import Attempt
    from relight.activity.services.calls import call_note, card_take

    card, shown = row.notices.first().card_id, fields.pop("shown", None) or live(row)
    act = fields.pop("act", None) or act_for("desk")
    card_take(act=act, card=card)
    return call_note(act=act, card=card, outcome=Attempt(outcome), shown=shown, **fields)


def card_of(row: Any) -> Any:
    """Return the card of an appointment's patient, as it is now."""
    from relight.activity.models import CallCard

    return CallCard.objects.get(pk=row.notices.first().card_id)
