"""Calls to patients: one caller a patient, every attempt kept, what was said noted as said.

Owns the lease, attempts, numbers. Refuses a second caller, and to forget what a patient was told though the decision
changed while they spoke: that makes another call. Source: docs/design/telling.md, cases 20-49.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from relight.activity import errors
from relight.activity.models import CallAttempt, CallCard, Desk, Notice
from relight.activity.rules.gsm import number_e164
from relight.activity.rules.telling import (
    LEASE,
    LIVE,
    NEEDS_NAME,
    NEEDS_NOTE,
    TELLING,
    Attempt,
    NoticeState,
    call_back_refusal,
    is_unreachable,
    may_take,
    next_attempt,
)
from relight.activity.selectors.telling import card_next, card_phones, notice_time
from relight.activity.services.notices import settle_within
from relight.journal.api import EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import N_, Word
from relight.people.api import Permission, names_of, service

NOTE_CHARS, NAME_CHARS = 400, 120
LIVE_WORDS = [one.value for one in LIVE]
WHY_NOT = {
    "missing": N_("no time is given"),
    "past": N_("that time is over"),
    "too-late": N_("the appointment is over by then"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What noting a call did. Args: told: how many appointments the patient now knows about. left: what they still
    have to hear, in the same call. number_left: another number of theirs waits to be dialled at once."""

    told: int
    left: int
    number_left: bool


@service(Permission.ACTIVITY_TELL)
def call_next(*, act: Act, desk: Desk | None) -> UUID:
    """Take the patient of a desk who is to be called next. Args: desk: none for what no desk has.

    Returns: the card, held for this caller. Raises: RuleError RL-ACT-114 when there is nobody.
    """
    with writing(act) as log:
        card = card_next(desk, actor=act.actor, at=act.at)
        if card is None:
            raise errors.NOTHING_DUE.error()
        _take(act, log, card.pk)
    return card.pk


@service(Permission.ACTIVITY_TELL)
def card_take(*, act: Act, card: UUID) -> None:
    """Take a patient to call, or keep them longer; the one held before is let go.

    Raises: RL-ACT-111 for an unknown card, RL-ACT-113 while somebody else holds it.
    """
    with writing(act) as log:
        _take(act, log, card)


@service(Permission.ACTIVITY_TELL)
def card_release(*, act: Act, card: UUID) -> None:
    """Let a patient go without a call; nothing happens where somebody else holds them."""
    with writing(act) as log:
        CallCard.objects.filter(pk=card, held_by=act.actor).update(held_by="", held_until=None)
        log.entry("activity.call_release", subject=f"card:{card}", body={}, events=[_event(card)])


@service(Permission.ACTIVITY_TELL)
def call_note(
    *, act: Act, card: UUID, outcome: Attempt, shown: Sequence[UUID], number: str = "", spoke_with: str = "",
    note: str = "", back_at: datetime | None = None,
) -> Noted:  # fmt: skip
    """Note what a call came to.

    Args: shown: the notices that stood on the caller's page: what was told, where it was. number: what was dialled,
    E.164. Raises: RL-ACT-111, 113; 115 and 116 for a missing name or note, 117 for the time to call back, 119 when
    nothing was shown, 126 for a wrong number that is not named.
    """
    with writing(act) as log:
        row = _free(act, card)  # a lease that ran out is still theirs as long as nobody else took it
        notices = list(Notice.objects.filter(card=row).select_related("appointment"))
        open_now = [one for one in notices if one.state in LIVE_WORDS]
        asked = [one for one in notices if one.pk in set(shown)]
        if not asked and outcome is not Attempt.DECEASED:
            raise errors.CARD_DONE.error()
        _given_check(act, outcome, asked, number=number, spoke_with=spoke_with, note=note, back_at=back_at)
        told = _said(act, row, asked) if outcome in TELLING else []
        _row_after(act, row, outcome, open_now, number=number, back_at=back_at)
        _attempt(act, row, outcome, told, number=number, spoke_with=spoke_with, note=note, back_at=back_at)
        settle_within(act=act, log=log, appointments=[one.appointment_id for one in told])
        row.refresh_from_db()
        left = Notice.objects.filter(card=row, state__in=LIVE_WORDS).count() if outcome in TELLING else 0
        number_left = outcome is Attempt.WRONG_NUMBER and not row.unreachable
        if not left and not number_left:
            row.held_by, row.held_until = "", None
            row.save(update_fields=["held_by", "held_until"])
        body = {"outcome": outcome.value, "told": [str(one.pk) for one in told]}
        log.entry("activity.call", subject=f"card:{card}", body=body, events=[_event(card)])
    return Noted(told=len(told), left=left, number_left=number_left)


@service(Permission.ACTIVITY_TELL)
def number_add(*, act: Act, card: UUID, number: str) -> None:
    """Add a number somebody gave for a patient, to be dialled first. Raises: RL-ACT-111, 113, 118 for no number."""
    with writing(act) as log:
        row = _free(act, card)
        found = number_e164(number)
        if not found:
            raise errors.NUMBER_UNFIT.error(where="number")
        row.wrong = [one for one in row.wrong if one != found]
        row.extra = [found, *(one for one in row.extra if one != found)]
        row.unreachable, row.tries, row.next_at = False, 0, None
        row.save(update_fields=["wrong", "extra", "unreachable", "tries", "next_at"])
        log.entry("activity.number", subject=f"card:{card}", body={}, events=[_event(card)])


@service(Permission.ACTIVITY_TELL)
def card_alive(*, act: Act, card: UUID) -> None:
    """Take back that a patient died: what they have to hear is to be told again. Raises: RL-ACT-111, 113, 124."""
    with writing(act) as log:
        row = _free(act, card)
        if row.deceased_at is None:
            raise errors.NOT_DECEASED.error()
        row.deceased_at, row.next_at = None, None
        row.save(update_fields=["deceased_at", "next_at"])
        closed = Notice.objects.filter(card=row, state=NoticeState.CLOSED.value)
        appointments = list(closed.values_list("appointment", flat=True))
        closed.update(state=NoticeState.VOID.value)
        settle_within(act=act, log=log, appointments=appointments)
        log.entry("activity.call_alive", subject=f"card:{card}", body={}, events=[_event(card)])


@service(Permission.ACTIVITY_TELL)
def objection_settle(*, act: Act, card: UUID) -> None:
    """Note that a doctor or the desk spoke with a patient who objected. Raises: RL-ACT-111."""
    with writing(act) as log:
        if not CallCard.objects.filter(pk=card).update(objects_since=None):
            raise errors.NO_CARD.error()
        log.entry("activity.objection_settle", subject=f"card:{card}", body={}, events=[_event(card)])


# -- the lease --------------------------------------------------------------------------------------


def _row(card: UUID) -> CallCard:
    row = CallCard.objects.select_for_update().filter(pk=card).first()
    if row is None:
        raise errors.NO_CARD.error()
    return row


def _free(act: Act, card: UUID) -> CallCard:
    """Return a card nobody else holds. Raises: RL-ACT-111, 113."""
    row = _row(card)
    if not may_take(holder=row.held_by, until=row.held_until, actor=act.actor, at=act.at):
        assert row.held_until is not None
        who = names_of([row.held_by]).get(row.held_by) or Word(N_("A colleague"))
        until = timezone.localtime(row.held_until).strftime("%H:%M")
        raise errors.CARD_HELD.error(who=who, until=until)
    return row


def _take(act: Act, log: Log, card: UUID) -> None:
    row = _free(act, card)
    CallCard.objects.filter(held_by=act.actor).exclude(pk=card).update(held_by="", held_until=None)
    row.held_by, row.held_until = act.actor, act.at + LEASE
    row.save(update_fields=["held_by", "held_until"])
    log.entry("activity.call_take", subject=f"card:{card}", body={}, events=[_event(card)])


def _event(card: UUID) -> EventDraft:
    return EventDraft(name="activity.told", subject=f"card:{card}", body={})


# -- an attempt -------------------------------------------------------------------------------------


def _given_check(
    act: Act, outcome: Attempt, notices: Sequence[Notice], *, number: str, spoke_with: str, note: str,
    back_at: datetime | None,
) -> None:  # fmt: skip
    """Refuse an attempt that says too little to be of use. Raises: RL-ACT-115, 116, 117, 126."""
    if outcome in NEEDS_NAME and not spoke_with.strip():
        raise errors.NAME_MISSING.error(where="spoke_with")
    if outcome in NEEDS_NOTE and not note.strip():
        raise errors.NOTE_MISSING.error(where="note")
    if outcome is Attempt.WRONG_NUMBER and not number:
        raise errors.NUMBER_NOT_GIVEN.error(where="number")
    if outcome is Attempt.CALL_BACK:
        refusal = call_back_refusal(back_at, at=act.at, starts=_nearest(act, notices))
        if refusal:
            raise errors.CALL_BACK_UNFIT.error(where="back_at", why=Word(WHY_NOT[refusal]))


def _nearest(act: Act, notices: Sequence[Notice]) -> datetime | None:
    """Return the next of the times the notices are about."""
    ahead = [at for at in map(notice_time, notices) if at is not None and at > act.at]
    return min(ahead, default=None)


def _said(act: Act, row: CallCard, notices: Sequence[Notice]) -> list[Notice]:
    """Note what was said: also what was taken back while they spoke, for the patient believes it now."""
    told = [one for one in notices if one.told_at is None]
    for one in told:
        one.state, one.told_at, one.told_by, one.ended_at = NoticeState.TOLD.value, act.at, act.actor, None
        one.save(update_fields=["state", "told_at", "told_by", "ended_at"])
    return told


def _row_after(
    act: Act, row: CallCard, outcome: Attempt, notices: Sequence[Notice], *, number: str, back_at: datetime | None
) -> None:
    """Move the card on: when to try again, which number is wrong, who died, who objects."""
    if outcome in TELLING:
        row.tries, row.next_at, row.asked_back = 0, None, False
        row.unreachable = False
        row.objects_since = act.at if outcome is Attempt.OBJECTS else row.objects_since
    elif outcome is Attempt.DECEASED:
        row.deceased_at, row.next_at = act.at, None
        ids = [one.pk for one in notices]
        Notice.objects.filter(pk__in=ids).update(state=NoticeState.CLOSED.value, ended_at=act.at)
    else:
        row.tries += 1
        row.asked_back = outcome is Attempt.CALL_BACK
        if outcome is Attempt.WRONG_NUMBER:
            row.wrong = sorted({*row.wrong, number})
            row.tries -= 1
        zone = timezone.get_default_timezone()
        row.next_at = next_attempt(
            outcome, tries=max(1, row.tries), at=act.at, starts=_nearest(act, notices), zone=zone, asked=back_at
        )
        left = card_phones(row, appointments=[one.appointment for one in notices])
        row.unreachable = not row.asked_back and is_unreachable(tries=row.tries, numbers_left=len(left))
    row.save()


def _attempt(
    act: Act, row: CallCard, outcome: Attempt, told: Sequence[Notice], *, number: str, spoke_with: str, note: str,
    back_at: datetime | None,
) -> None:  # fmt: skip
    CallAttempt.objects.create(
        id=new_id(act.at),
        card=row,
        outcome=outcome.value,
        number=number[:40],
        spoke_with=spoke_with.strip()[:NAME_CHARS],
        note=note.strip()[:NOTE_CHARS],
        back_at=back_at if outcome is Attempt.CALL_BACK else None,
        notices=[str(one.pk) for one in told],
        at=act.at,
        by=act.actor,
    )
