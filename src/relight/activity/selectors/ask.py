"""The doctors' queue: what the policy does not decide, the most urgent first, then the soonest.

Owns the order and who comes next. Refuses writes. Source: docs/design/appointments.md, "Ask a doctor".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from relight.activity.models import Appointment
from relight.activity.rules.booked import BookingState
from relight.activity.selectors.lists import period_condition
from relight.activity.selectors.names import Names, kind_word
from relight.activity.types import Outcome, Urgency
from relight.kernel.errors import N_

RANK = {
    Urgency.IMMEDIATE.value: 0,
    Urgency.URGENT.value: 1,
    Urgency.EXPEDITED.value: 2,
    Urgency.UNKNOWN.value: 3,  # nobody said: it may be urgent, so it comes before what is planned
    Urgency.ELECTIVE.value: 4,
}
REASONS: dict[str, tuple[str, ...]] = {
    Outcome.KEEP.value: (
        N_("The patient's state does not allow waiting."),
        N_("A treatment under way must not be interrupted."),
        N_("It can be done safely with what works now."),
    ),
    Outcome.CANCEL.value: (
        N_("It can wait without harm."),
        N_("It cannot be done safely with what works now."),
        N_("Done elsewhere, or no longer needed."),
    ),
    Outcome.MOVE.value: (N_("The other site can take the patient in time."),),
}
"""What doctors say most often, offered as a start; it may be changed before it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFilter:
    """What of the queue a doctor works on; empty fields do not filter."""

    site: str = ""
    specialty: str = ""
    kind: str = ""

    def params(self) -> dict[str, str]:
        """The filter as address parameters, only those that are set."""
        given = {"site": self.site, "specialty": self.specialty, "kind": self.kind}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQueue:
    """The queue as ids in order. Args: current: the one to decide now, None when nothing waits. place: from 1."""

    ids: tuple[UUID, ...]
    current: UUID | None
    place: int

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self.ids)


def ask_queue(filter: AskFilter, *, at: datetime, after: UUID | None = None) -> AskQueue:
    """Return what waits for a doctor from today on, and which comes now.

    Args: after: the one dealt with last, decided or skipped: the next in order follows it, the first after the last.
    """
    found = Appointment.objects.filter(
        period_condition("ahead", at=at),
        outcome=Outcome.ASK.value,
        state=BookingState.BOOKED.value,
        **filter.params(),
    )
    keys = sorted(_key(*row) for row in found.values_list("urgency", "starts_at", "pk"))
    ids = tuple(UUID(key[-1]) for key in keys)
    if not ids:
        return AskQueue(ids=(), current=None, place=0)
    place = 0
    if after is not None:
        passed = Appointment.objects.filter(pk=after).values_list("urgency", "starts_at", "pk").first()
        if passed is not None:
            last = _key(*passed)
            place = next((n for n, key in enumerate(keys) if key > last), 0)
    return AskQueue(ids=ids, current=ids[place], place=place + 1)


def _key(urgency: str, starts_at: datetime | None, id: UUID) -> tuple[int, bool, str, str]:
    when = timezone.localtime(starts_at).isoformat() if starts_at else ""
    return (RANK[urgency], starts_at is None, when, str(id))


def ask_counts(name: str, *, at: datetime, names: Names) -> list[tuple[str, str, int]]:
    """Count the queue by `site`, `specialty` or `kind`: word for the address, name, how many; the largest first."""
    found = (
        Appointment.objects.filter(
            period_condition("ahead", at=at), outcome=Outcome.ASK.value, state=BookingState.BOOKED.value
        )
        .order_by()
        .values_list(name)
        .annotate(n=Count("id"))
    )
    words = {"site": names.site, "specialty": names.specialty, "kind": lambda id: kind_word(id)}[name]
    return sorted(((value, words(value), count) for value, count in found if value), key=lambda row: (-row[2], row[1]))
