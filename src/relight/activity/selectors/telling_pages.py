"""What the pages of telling show: the rows of a desk's lists, one patient to call, the batches.

Owns the views. Refuses writes, and the reason of an appointment: who calls need not know it. Source:
docs/design/telling.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from relight.activity import errors
from relight.activity.models import CallAttempt, CallCard, Desk, Mailing, Notice
from relight.activity.rules.gsm import number_shown
from relight.activity.rules.mailing import MAILING_WORDS, MailingState, Receipt
from relight.activity.rules.telling import (
    ATTEMPT_WORDS,
    LIVE,
    NEARNESS_WORDS,
    STATE_WORDS,
    WHAT_WORDS,
    Attempt,
    Nearness,
    NoticeState,
    Way,
    What,
    may_take,
    nearness,
)
from relight.activity.rules.told_words import Script
from relight.activity.selectors.mail_words import call_script, patient_language, places_now
from relight.activity.selectors.names import Names, kind_word
from relight.activity.selectors.telling import card_phones, desk_list, desk_takes, notice_time, notices_of
from relight.kernel.errors import N_
from relight.people.api import names_of
from relight.record.api import age_words

LIVE_WORDS = frozenset(one.value for one in LIVE)
NEARNESS_STATES = {
    Nearness.PASSED: "down",
    Nearness.ON_THE_WAY: "down",
    Nearness.TODAY: "degraded",
    Nearness.TOMORROW: "degraded",
    Nearness.LATER: "planned",
}
MAILING_STATES = {MailingState.MADE: "waiting", MailingState.SENT: "up", MailingState.DROPPED: "retired"}
WAY_WORDS = {Way.LETTER: N_("letters"), Way.SMS: N_("text messages")}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """One thing to tell. Args: starts: the appointment's time, or the new date's."""

    id: UUID
    what: str
    kind: str
    site: str
    place: str
    starts: datetime | None
    near: str
    near_state: str
    state: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """One patient in a list of a desk. Args: held: who calls them now, empty for nobody."""

    id: UUID
    name: str
    born: str
    notices: tuple[NoticeView, ...]
    near: str
    near_state: str
    pressing: bool
    phones: tuple[str, ...]
    tries: int
    next_at: datetime | None
    held: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """One call that was made, in words."""

    at: datetime
    by: str
    title: str
    text: str
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPage:
    """One patient as a caller sees them. Args: held: by whom else; until: how long this caller has them."""

    card: CallCard
    name: str
    given: str
    born: str
    age: str
    numbers: tuple[tuple[str, str], ...]
    language: str
    script: Script | None
    open: tuple[NoticeView, ...]
    past: tuple[NoticeView, ...]
    attempts: tuple[AttemptView, ...]
    near: str
    near_state: str
    pressing: bool
    held: str
    mine: bool
    until: datetime | None
    desk: Desk | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingLine:
    """One batch in a list."""

    id: UUID
    way: str
    is_letter: bool
    desk: str
    people: int
    aside: int
    at: datetime
    by: str
    state: str
    state_look: str
    state_word: str
    returned: int
    delivered: int


def card_rows(cards: Sequence[CallCard], names: Names, *, at: datetime) -> list[CardRow]:
    """Make patients ready for a list. Three queries, however many they are."""
    notices = notices_of([card.pk for card in cards])
    people = names_of({card.held_by for card in cards if card.held_by})
    return [_row(card, notices[card.pk], names, people, at=at) for card in cards]


def _row(card: CallCard, notices: Sequence[Notice], names: Names, people: dict[str, str], *, at: datetime) -> CardRow:
    live = [one for one in notices if one.state in LIVE_WORDS] or list(notices)
    first = live[0].appointment if live else None
    near = _nearest(live, at=at)
    held = not may_take(holder=card.held_by, until=card.held_until, actor="", at=at)
    return CardRow(
        id=card.pk,
        name=f"{first.family.upper()} {first.given}".strip() if first else "",
        born=first.birth_date.strftime("%d.%m.%Y") if first and first.birth_date else "",
        notices=tuple(_notice(one, names, at=at) for one in live),
        near=gettext(NEARNESS_WORDS[near]),
        near_state=NEARNESS_STATES[near],
        pressing=near is Nearness.ON_THE_WAY,
        phones=tuple(number_shown(one) for one in card_phones(card, appointments=[n.appointment for n in notices])),
        tries=card.tries,
        next_at=card.next_at,
        held=people.get(card.held_by, "") if held else "",
    )


def _nearest(notices: Sequence[Notice], *, at: datetime) -> Nearness:
    zone = timezone.get_current_timezone()
    order = list(Nearness)
    found = [nearness(notice_time(one), at=at, zone=zone) for one in notices]
    ahead = [one for one in found if one is not Nearness.PASSED]
    return min(ahead or found, key=order.index, default=Nearness.LATER)


def _notice(one: Notice, names: Names, *, at: datetime) -> NoticeView:
    row, what = one.appointment, What(one.what)
    near = nearness(notice_time(one), at=at, zone=timezone.get_current_timezone())
    return NoticeView(
        id=one.pk,
        what=gettext(WHAT_WORDS[what]),
        kind=kind_word(row.kind),
        site=names.site(one.to_site or row.site),
        place="" if what in (What.NEW_DATE, What.MOVED) else row.place,
        starts=notice_time(one),
        near=gettext(NEARNESS_WORDS[near]),
        near_state=NEARNESS_STATES[near],
        state=gettext(STATE_WORDS[NoticeState(one.state)]),
        is_open=one.state in LIVE_WORDS,
    )


def call_page(card: UUID, names: Names, *, at: datetime, actor: str) -> CallPage:
    """Read one patient to call. Raises: MissingError RL-ACT-111."""
    row = CallCard.objects.filter(pk=card).first()
    if row is None:
        raise errors.NO_CARD.error()
    notices = notices_of([card])[card]
    live = [one for one in notices if one.state in LIVE_WORDS]
    first = (live or notices)[0].appointment
    desk = _desk_of(live or notices)
    language = patient_language(live or notices, desk=desk)
    near = _nearest(live, at=at)
    others = not may_take(holder=row.held_by, until=row.held_until, actor=actor, at=at)
    mine = row.held_by == actor and row.held_until is not None and row.held_until > at
    numbers = card_phones(row, appointments=[one.appointment for one in notices])
    return CallPage(
        card=row,
        name=first.family.upper(),
        given=first.given,
        born=first.birth_date.strftime("%d.%m.%Y") if first.birth_date else "",
        age=age_words(first.birth_date.isoformat(), at=timezone.localtime(at).date()) if first.birth_date else "",
        numbers=tuple((one, number_shown(one)) for one in numbers),
        language=language,
        script=call_script(live, places=places_now(), desk=desk, language=language) if live else None,
        open=tuple(_notice(one, names, at=at) for one in live),
        past=tuple(_notice(one, names, at=at) for one in notices if one.state not in LIVE_WORDS),
        attempts=_attempts(card),
        near=gettext(NEARNESS_WORDS[near]),
        near_state=NEARNESS_STATES[near],
        pressing=near is Nearness.ON_THE_WAY,
        held=names_of([row.held_by]).get(row.held_by, gettext("a colleague")) if others else "",
        mine=mine,
        until=row.held_until if mine or others else None,
        desk=desk,
    )


def _desk_of(notices: Sequence[Notice]) -> Desk | None:
    """Return the first desk that calls about one of these; None where no desk does."""
    for one in notices:
        row = one.appointment
        for desk in desk_list():
            if desk_takes(desk, site=row.site, specialty=row.specialty, kind=row.kind):
                return desk
    return None


def _attempts(card: UUID) -> tuple[AttemptView, ...]:
    rows = list(CallAttempt.objects.filter(card=card))
    people = names_of({row.by for row in rows})
    return tuple(
        AttemptView(
            at=row.at,
            by=people.get(row.by, row.by),
            title=gettext(ATTEMPT_WORDS[Attempt(row.outcome)]),
            text=" · ".join(filter(None, (number_shown(row.number) if row.number else "", row.spoke_with, row.note))),
            told=bool(row.notices),
        )
        for row in rows
    )


def mailing_lines(rows: Sequence[Mailing]) -> list[MailingLine]:
    """Make batches ready for a list. Two queries."""
    people = names_of({row.by for row in rows})
    found = []
    for row in rows:
        receipts = list(row.items.exclude(receipt="").values_list("receipt", flat=True))
        state = MailingState(row.state)
        found.append(
            MailingLine(
                id=row.pk,
                way=gettext(WAY_WORDS[Way(row.way)]),
                is_letter=row.way == Way.LETTER.value,
                desk=row.desk.name,
                people=row.people,
                aside=row.aside,
                at=row.at,
                by=people.get(row.by, row.by),
                state=row.state,
                state_look=MAILING_STATES[state],
                state_word=gettext(MAILING_WORDS[state]),
                returned=len(receipts) - receipts.count(Receipt.DELIVERED.value),
                delivered=receipts.count(Receipt.DELIVERED.value),
            )
        )
    return found
