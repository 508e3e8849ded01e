"""The debt: what was cancelled comes in, a new date or a reason takes it out; how many places a week there are.

Owns the events `activity.debt_changed`, `activity.rebooked` and `activity.rebooking_returned`. Refuses to tell
patients: telling follows the events. Source: docs/design/debt.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from relight.activity.errors import (
    DEBT_NOT_BOOKED,
    DEBT_NOTE,
    DEBT_NOTHING,
    DEBT_OVER,
    DEBT_PAST,
    DEBT_SITE,
    DEBT_SLOTS,
    DEBT_STALE,
    DEBT_UNKNOWN,
)
from relight.activity.models import Appointment, Capacity, DebtItem, DecisionRow
from relight.activity.rules.booked import BookingState
from relight.activity.rules.debt import DebtEnd, DebtState, Lane, monday, rank_of
from relight.activity.selectors.debt import IN_ORDER, lane_filter, units_known
from relight.activity.types import Kind, Outcome, Urgency
from relight.hospital.api import site_list
from relight.journal.api import Body, EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service

BATCH = 500
SLOTS_MOST = 2_000
OPEN = [DebtState.WAITING.value, DebtState.BOOKED.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtReport:
    """What bringing the debt in line did. new: waits begun. ended: waits whose appointment is no longer cancelled."""

    new: int
    ended: int


# -- what comes in ----------------------------------------------------------------------------------


@service(Permission.ACTIVITY_DECIDE)
def debt_sync(*, act: Act) -> DebtReport:
    """Bring the debt in line with the appointments: each cancellation waits once, what is restored waits no more.

    What a source withdrew after it was cancelled goes on waiting (a desk tidies its book; the patient still waits), and
    a wait that a person ended does not come back before another cancellation. The same again writes nothing.
    """
    fresh, over = _uncounted(), _restored(act.at)
    if not fresh and not over:
        return DebtReport(new=0, ended=0)
    with writing(act) as log:
        DebtItem.objects.bulk_create(_items(act, _uncounted()), batch_size=BATCH)
        ended = DebtItem.objects.filter(pk__in=over, state=DebtState.WAITING.value).update(
            state=DebtState.ENDED.value, ended_at=act.at, ended_by=act.actor, ended_why=DebtEnd.RESTORED.value
        )
        body: Body = {"new": len(fresh), "ended": ended}
        event = EventDraft(name="activity.debt_changed", subject="activity:debt", body=body)
        log.entry("activity.debt", subject="activity:debt", body=body, events=[event])
    return DebtReport(new=len(fresh), ended=ended)


def _uncounted() -> list[Appointment]:
    """Return what is cancelled and whose cancellation has no wait yet, open or ended."""
    counted = DebtItem.objects.filter(since__gte=F("appointment__outcome_since")).values("appointment")
    open_ = DebtItem.objects.filter(state__in=OPEN).values("appointment")
    rows = Appointment.objects.filter(outcome=Outcome.CANCEL.value).exclude(state=BookingState.DONE.value)
    fields = ("id", "kind", "specialty", "site", "service", "urgency", "follow_up", "starts_at", "outcome_since")
    return list(rows.exclude(pk__in=counted).exclude(pk__in=open_).only(*fields))


def _restored(at: datetime) -> list[UUID]:
    """Return the waits whose appointment, still to come, is no longer cancelled."""
    ahead = Q(appointment__starts_at=None) | Q(appointment__starts_at__gt=at)
    waiting = DebtItem.objects.filter(ahead, state=DebtState.WAITING.value)
    return list(waiting.exclude(appointment__outcome=Outcome.CANCEL.value).values_list("pk", flat=True))


def _items(act: Act, rows: Iterable[Appointment]) -> list[DebtItem]:
    under_way = _care_under_way([row.id for row in rows])
    units = units_known()
    return [
        DebtItem(
            id=new_id(act.at),
            appointment_id=row.id,
            kind=row.kind,
            specialty=row.specialty,
            site=row.site,
            unit=units.unit(kind=Kind(row.kind), service=row.service, site=row.site),
            rank=rank_of(Urgency(row.urgency), care_under_way=row.follow_up is True or row.id in under_way),
            due=row.starts_at,
            since=row.outcome_since or act.at,
        )
        for row in rows
    ]


def _care_under_way(ids: Collection[UUID]) -> set[UUID]:
    """Return the appointments whose decision found a category of care that goes on."""
    found: set[UUID] = set()
    wanted = list(ids)
    for start in range(0, len(wanted), BATCH):
        rows = DecisionRow.objects.filter(appointment__in=wanted[start : start + BATCH], current=True)
        found.update(pk for pk, categories in rows.values_list("appointment", "categories") if categories)
    return found


# -- what goes out ----------------------------------------------------------------------------------


@service(Permission.ACTIVITY_REBOOK)
def debt_book(*, act: Act, item: UUID, starts_at: datetime, site: str = "", place: str = "") -> None:
    """Give what waits a new date: the wait is over, and the patient is to be told.

    Args: site: where, empty for where it was. Raises: RL-ACT-160 (no such wait), 161 (over), 162 (past), 163 (site).
    """
    _check_slot(act, starts_at=starts_at, site=site)
    with writing(act) as log:
        row = _item(item, DebtState.WAITING)
        event = _book(act, row, starts_at=starts_at, site=site, place=place)
        DebtItem.objects.bulk_update([row], BOOKED)
        log.entry("activity.rebook", subject=event.subject, body=event.body, events=[event])


@service(Permission.ACTIVITY_REBOOK)
def debt_session_book(
    *,
    act: Act,
    lane: Lane,
    starts_at: datetime,
    minutes: int,
    items: Sequence[UUID],
    place: str = "",
) -> int:
    """Give a session to those who are next in a lane, one after the other.

    Args: minutes: for each. items: who was shown as next, in order; anybody else by now refuses the whole session.
    Returns: how many were booked. Raises: RL-ACT-162 (past), 163 (site), 164 (nobody waits), 168 (others are next).
    """
    _check_slot(act, starts_at=starts_at, site=lane.site)
    if not items:
        raise DEBT_NOTHING.error(where="count")
    with writing(act) as log:
        rows = list(
            DebtItem.objects.select_for_update()
            .filter(lane_filter(lane), state="waiting")
            .order_by(*IN_ORDER)[: len(items)]
        )
        if [row.id for row in rows] != list(items):
            raise DEBT_STALE.error(where="count")
        events = [
            _book(
                act, row, starts_at=starts_at + timedelta(minutes=minutes * place_in_line), site=lane.site, place=place
            )
            for place_in_line, row in enumerate(rows)
        ]
        DebtItem.objects.bulk_update(rows, BOOKED)
        body: Body = {"items": [event.body["item"] for event in events], "starts_at": starts_at.isoformat()}
        log.entry("activity.rebook_session", subject="activity:debt", body=body, events=events)
    return len(rows)


BOOKED = ["state", "ended_at", "ended_by", "slot_at", "slot_site", "slot_place"]


def _book(act: Act, row: DebtItem, *, starts_at: datetime, site: str, place: str) -> EventDraft:
    row.state, row.ended_at, row.ended_by = DebtState.BOOKED.value, act.at, act.actor
    row.slot_at, row.slot_site, row.slot_place = starts_at, site or row.site, place.strip()
    body: Body = {
        "item": str(row.id),
        "appointment": str(row.appointment_id),
        "starts_at": starts_at.isoformat(),
        "site": row.slot_site,
        "place": row.slot_place,
    }
    return EventDraft(name="activity.rebooked", subject=f"appointment:{row.appointment_id}", body=body)


@service(Permission.ACTIVITY_REBOOK)
def debt_return(*, act: Act, item: UUID, note: str) -> None:
    """Take a new date back: the patient waits again, in the old place of the line.

    Raises: RL-ACT-160, 166 (no reason), 167 (it has no new date).
    """
    note = _note(note)
    with writing(act) as log:
        row = _item(item, DebtState.BOOKED)
        row.state, row.note = DebtState.RETURNED.value, note
        row.save(update_fields=["state", "note"])
        again = DebtItem(
            id=new_id(act.at),
            appointment_id=row.appointment_id,
            kind=row.kind,
            specialty=row.specialty,
            site=row.site,
            unit=row.unit,
            rank=row.rank,
            due=row.due,
            since=act.at,
        )
        again.save(force_insert=True)
        body: Body = {"item": str(row.id), "again": str(again.id), "appointment": str(row.appointment_id), "note": note}
        event = EventDraft(name="activity.rebooking_returned", subject=f"appointment:{row.appointment_id}", body=body)
        log.entry("activity.rebook_return", subject=event.subject, body=body, events=[event])


@service(Permission.ACTIVITY_REBOOK)
def debt_end(*, act: Act, item: UUID, why: DebtEnd, note: str) -> None:
    """End a wait without a new date, with the reason.

    Raises: RL-ACT-160, 161 (over), 166 (no reason).
    """
    note = _note(note)
    with writing(act) as log:
        row = _item(item, DebtState.WAITING)
        row.state, row.ended_at, row.ended_by = DebtState.ENDED.value, act.at, act.actor
        row.ended_why, row.note = why.value, note
        row.save(update_fields=["state", "ended_at", "ended_by", "ended_why", "note"])
        _ended(log, row, why)


def _ended(log: Log, row: DebtItem, why: DebtEnd) -> None:
    body: Body = {"item": str(row.id), "why": why.value, "note": row.note}
    event = EventDraft(name="activity.debt_changed", subject="activity:debt", body={"new": 0, "ended": 1})
    log.entry("activity.debt_end", subject=f"appointment:{row.appointment_id}", body=body, events=[event])


def _note(note: str) -> str:
    if not note.strip():
        raise DEBT_NOTE.error(where="note")
    return note.strip()


def _item(item: UUID, state: DebtState) -> DebtItem:
    row = DebtItem.objects.select_for_update().filter(pk=item).first()
    if row is None:
        raise DEBT_UNKNOWN.error(where="item")
    if row.state != state.value:
        raise (DEBT_OVER if state is DebtState.WAITING else DEBT_NOT_BOOKED).error(where="item")
    return row


def _check_slot(act: Act, *, starts_at: datetime, site: str) -> None:
    if starts_at <= act.at:
        raise DEBT_PAST.error(where="starts_at")
    known = [one.id for one in site_list()]
    if site and site not in known:
        raise DEBT_SITE.error(where="site", site=site, known=", ".join(known) or "—")


# -- places a week ----------------------------------------------------------------------------------


@service(Permission.ACTIVITY_REBOOK)
def capacity_set(*, act: Act, places: Mapping[tuple[Lane, date | None], int | None]) -> int:
    """Set how many new dates a week lanes have.

    Args: places: by lane and the Monday of a week, None for every week without a number of its own; None takes a number
    away. Returns: how many numbers changed; the same again writes nothing. Raises: RL-ACT-165 (no such number).
    """
    for slots in places.values():
        if slots is not None and not 0 <= slots <= SLOTS_MOST:
            raise DEBT_SLOTS.error(where="slots", slots=slots, most=SLOTS_MOST)
    wanted = {(lane, monday(week) if week else None): slots for (lane, week), slots in places.items()}
    stored = {(_lane(row), row.week): row for row in Capacity.objects.all()}
    moved = {key: slots for key, slots in wanted.items() if _slots(stored.get(key)) != slots}
    if not moved:
        return 0
    with writing(act) as log:
        Capacity.objects.filter(pk__in=[stored[key].pk for key in moved if key in stored]).delete()
        Capacity.objects.bulk_create(_capacity(act, key, slots) for key, slots in moved.items() if slots is not None)
        rows = [
            [lane.kind.value, lane.specialty, lane.site, week.isoformat() if week else None, slots]
            for (lane, week), slots in moved.items()
        ]
        event = EventDraft(name="activity.capacity_changed", subject="activity:debt", body={"changed": len(rows)})
        log.entry("activity.capacity", subject="activity:debt", body={"places": rows}, events=[event])
    return len(moved)


def _lane(row: Capacity) -> Lane:
    return Lane(kind=Kind(row.kind), specialty=row.specialty, site=row.site)


def _slots(row: Capacity | None) -> int | None:
    return row.slots if row else None


def _capacity(act: Act, key: tuple[Lane, date | None], slots: int) -> Capacity:
    lane, week = key
    return Capacity(
        id=new_id(act.at),
        kind=lane.kind.value,
        specialty=lane.specialty,
        site=lane.site,
        week=week,
        slots=slots,
        at=act.at,
        by=act.actor,
    )
