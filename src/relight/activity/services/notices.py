"""What patients have to hear follows what is decided: notices opened, taken back, never said twice.

Owns opening and ending notices and putting them with their patient. Refuses to send or to call. Whoever was told
that an appointment is cancelled hears it when it takes place after all. Source: docs/design/telling.md, cases 1-20.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from relight.activity.models import Appointment, CallCard, Notice
from relight.activity.rules.booked import BookingState
from relight.activity.rules.gsm import number_e164
from relight.activity.rules.telling import (
    LIVE,
    Belief,
    NoticeState,
    What,
    Whose,
    is_unreachable,
    same_person,
    what_to_tell,
)
from relight.activity.types import Outcome
from relight.journal.api import Body, EventDraft, Log, new_id, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record.plain import name_plain

BATCH = 500
LEARNT = ["patient", "national_number", "name", "birth_date", "phones", "tries", "next_at", "unreachable"]
LIVE_WORDS = frozenset(one.value for one in LIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What settling did. Args: opened: notices by what they say."""

    opened: dict[str, int] = field(default_factory=dict)
    ended: int = 0
    revived: int = 0

    @property
    def any(self) -> bool:
        """Say whether anything changed."""
        return bool(self.opened or self.ended or self.revived)


@service(Permission.ACTIVITY_DECIDE)
def notices_settle(*, act: Act, appointments: Iterable[UUID] | None = None) -> Settled:
    """Bring notices into line with what is decided.

    Args: appointments: whose decision, booking or telephone changed; none for all. Returns: what changed. Doing it
    twice changes nothing the second time.
    """
    with writing(act) as log:
        total = Settled()
        for ids in batches(_asked(appointments)):
            total = _sum(total, _settle(act, ids))
        told = [EventDraft(name="activity.told", subject="activity:notices", body={})] if total.any else []
        body: Body = {"opened": dict(total.opened), "ended": total.ended, "revived": total.revived}
        log.entry("activity.notices", subject="activity:notices", body=body, events=told)
    return total


def settle_within(*, act: Act, log: Log, appointments: Sequence[UUID]) -> Settled:
    """Do what `notices_settle` does inside a write that is under way, whose entry tells of it."""
    done = Settled()
    for ids in batches(appointments):
        done = _sum(done, _settle(act, ids))
    if done.any:
        log.entry("activity.notices", subject="activity:notices", body={"opened": dict(done.opened)})
    return done


@service(Permission.ACTIVITY_DECIDE)
def date_given(*, act: Act, appointment: UUID, starts_at: datetime, site: str) -> None:
    """Open what says that an appointment has a new date, in the place of all else there was to say about it.

    Nothing happens where the appointment is gone, or this date is what its patient hears already.
    """
    with writing(act) as log:
        row = Appointment.objects.filter(pk=appointment).first()
        last = Notice.objects.filter(appointment=appointment).order_by("-opened_at", "-id").first()
        is_same = last is not None and (last.what, last.starts_at) == (What.NEW_DATE.value, starts_at)
        if row is not None and not is_same:
            _replaced(act, row, what=What.NEW_DATE, to_site=site, starts_at=starts_at)
        _told_event(log, appointment)


@service(Permission.ACTIVITY_DECIDE)
def date_returned(*, act: Act, appointment: UUID) -> None:
    """Open what says that a new date was taken back; where nobody knew of it, the old news is told as before."""
    with writing(act) as log:
        rows = list(Notice.objects.filter(appointment=appointment).order_by("opened_at", "id"))
        last = next((one for one in reversed(rows) if one.what == What.NEW_DATE.value), None)
        if last is not None and _is_known(last):
            _replaced(act, last.appointment, what=What.CANCELLED, to_site="", starts_at=last.starts_at)
        elif last is not None:
            _end_now(act, last)
            settle_within(act=act, log=log, appointments=[appointment])
        _told_event(log, appointment)


def batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Part ids into as many as one query takes."""
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


# -- one batch --------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Batch:
    """Rows of one batch and what is to be written of them."""

    act: Act
    notices: dict[UUID, list[Notice]]
    opened: list[tuple[Appointment, What, str]] = field(default_factory=list)
    ended: list[Notice] = field(default_factory=list)
    revived: list[Notice] = field(default_factory=list)


def _asked(appointments: Iterable[UUID] | None) -> list[UUID]:
    if appointments is not None:
        return list(dict.fromkeys(appointments))
    wanted = Q(outcome__in=[Outcome.CANCEL.value, Outcome.MOVE.value]) | Q(notices__isnull=False)
    return list(Appointment.objects.filter(wanted).values_list("pk", flat=True).distinct())


def _settle(act: Act, ids: Sequence[UUID]) -> Settled:
    rows = list(Appointment.objects.filter(pk__in=ids))
    batch = _Batch(act=act, notices={row.pk: [] for row in rows})
    for notice in Notice.objects.filter(appointment__in=ids).order_by("opened_at", "id"):
        batch.notices[notice.appointment_id].append(notice)
    for row in rows:
        _judge(batch, row)
    Notice.objects.bulk_update(batch.ended, ["state", "ended_at"], batch_size=BATCH)
    cards = _cards(act, [row for row, _, _ in batch.opened])
    Notice.objects.bulk_create([_notice(act, cards[row.pk], row, what, site) for row, what, site in batch.opened])
    Notice.objects.bulk_update(batch.revived, ["state", "ended_at"], batch_size=BATCH)
    _phones_renew(rows, batch)
    opened: dict[str, int] = {}
    for _, what, _ in batch.opened:
        opened[what.value] = opened.get(what.value, 0) + 1
    return Settled(opened=opened, ended=len(batch.ended), revived=len(batch.revived))


def _judge(batch: _Batch, row: Appointment) -> None:
    """Decide what becomes of the notices of one appointment."""
    notices = batch.notices[row.pk]
    live = next((one for one in notices if one.state in LIVE_WORDS), None)
    known = [one for one in notices if _is_known(one)]
    if row.state != BookingState.BOOKED.value:
        still = row.state == BookingState.WITHDRAWN.value and live is not None and live.what == What.CANCELLED.value
        if live is not None and not still:  # a desk that tidies its book has told nobody that they need not come
            _end(batch, live)
        return
    if live is not None and live.starts_at is not None:
        return  # about a new date: given or taken back by whoever gives dates, not by the policy
    if any(one.state == NoticeState.CLOSED.value for one in notices):
        return  # nobody is called about a patient who died
    target = _target(row, [one for one in known if one is not live])
    if live is not None:
        if target is not None and (live.what, live.to_site) == (target.value, _site_of(row, target)):
            return
        _end(batch, live)
        target = _target(row, known)
    is_over = row.starts_at is not None and row.starts_at <= batch.act.at
    if target is not None and not is_over:
        batch.opened.append((row, target, _site_of(row, target)))
    elif target is None and known:
        _revive(batch, row, max(known, key=_known_since))


def _revive(batch: _Batch, row: Appointment, last: Notice) -> None:
    """Let a notice count again that was only written about and taken back, and holds again as it was written."""
    word = {What.CANCELLED.value: Outcome.CANCEL.value, What.MOVED.value: Outcome.MOVE.value}.get(last.what)
    if last.state == NoticeState.VOID.value and last.told_at is None and row.outcome == word:
        last.state, last.ended_at = NoticeState.WRITTEN.value, None
        batch.revived.append(last)


def _end(batch: _Batch, live: Notice) -> None:
    live.state, live.ended_at = NoticeState.VOID.value, batch.act.at
    batch.ended.append(live)


def _is_known(notice: Notice) -> bool:
    return bool(notice.told_at or notice.written_at)


def _known_since(notice: Notice) -> datetime:
    since = notice.told_at or notice.written_at
    assert since is not None
    return since


def _target(row: Appointment, known: Sequence[Notice]) -> What | None:
    last = max(known, key=_known_since, default=None)
    belief = Belief(what=What(last.what), to_site=last.to_site, by_voice=last.told_at is not None) if last else None
    outcome = Outcome(row.outcome) if row.outcome else None
    return what_to_tell(outcome=outcome, to_site=row.to_site, belief=belief)


def _site_of(row: Appointment, what: What) -> str:
    return row.to_site if what is What.MOVED else ""


def _notice(
    act: Act, card: CallCard, row: Appointment, what: What, site: str, starts_at: datetime | None = None
) -> Notice:
    dead = card.deceased_at is not None
    state = NoticeState.CLOSED if dead else NoticeState.OPEN
    return Notice(
        id=new_id(act.at), appointment=row, card=card, what=what.value, to_site=site, starts_at=starts_at,
        state=state.value, opened_at=act.at, ended_at=act.at if dead else None,
    )  # fmt: skip


def _replaced(act: Act, row: Appointment, *, what: What, to_site: str, starts_at: datetime | None) -> None:
    Notice.objects.filter(appointment=row, state__in=LIVE_WORDS).update(state=NoticeState.VOID.value, ended_at=act.at)
    card = _cards(act, [row])[row.pk]
    _notice(act, card, row, what, to_site, starts_at).save(force_insert=True)


def _end_now(act: Act, notice: Notice) -> None:
    notice.state, notice.ended_at = NoticeState.VOID.value, act.at
    notice.save(update_fields=["state", "ended_at"])


def _told_event(log: Log, appointment: UUID) -> None:
    event = EventDraft(name="activity.told", subject="activity:notices", body={})
    log.entry("activity.notices", subject=f"appointment:{appointment}", body={}, events=[event])


def _sum(one: Settled, other: Settled) -> Settled:
    opened = {key: one.opened.get(key, 0) + other.opened.get(key, 0) for key in {*one.opened, *other.opened}}
    return Settled(opened=opened, ended=one.ended + other.ended, revived=one.revived + other.revived)


# -- whose they are ---------------------------------------------------------------------------------


def whose(row: Appointment) -> Whose:
    """Return what names the patient of an appointment."""
    name = f"{name_plain(row.family)}|{name_plain(row.given)}" if row.family and row.given else ""
    phones = frozenset(filter(None, (number_e164(row.mobile), number_e164(row.phone))))
    number = "".join(filter(str.isalnum, row.national_number)).upper()
    return Whose(
        patient=row.patient, national_number=number, name=name, birth_date=row.birth_date, phones=phones
    )  # fmt: skip


def _of_card(card: CallCard) -> Whose:
    return Whose(
        patient=card.patient, national_number=card.national_number, name=card.name, birth_date=card.birth_date,
        phones=frozenset([*card.phones, *card.extra]),
    )  # fmt: skip


def _cards(act: Act, rows: Sequence[Appointment]) -> dict[UUID, CallCard]:
    """Find or make the card of each appointment's patient; a card that has something new is to be called at once."""
    wanted = {row.pk: whose(row) for row in rows}
    known = _Known()
    for old in _cards_known(wanted.values()):
        known.add(old)
    made: dict[UUID, CallCard] = {}
    found: dict[UUID, CallCard] = {}
    for row in rows:
        one = wanted[row.pk]
        card = known.find(one)
        if card is None:
            card = made[row.pk] = CallCard(id=new_id(act.at), opened_at=act.at)
        _learn(card, one)
        known.add(card)
        found[row.pk] = card
    CallCard.objects.bulk_create(made.values(), batch_size=BATCH)
    new = {card.pk for card in made.values()}
    touched = [card for card in {card.pk: card for card in found.values()}.values() if card.pk not in new]
    CallCard.objects.bulk_update(touched, LEARNT, batch_size=BATCH)
    return found


class _Known:
    """Cards by what may show that two are one patient's: of many hundreds only a few are ever compared."""

    def __init__(self) -> None:
        self._places: dict[UUID, int] = {}  # card -> its place: the oldest wins
        self._by_mark: dict[str, dict[UUID, CallCard]] = {}

    def add(self, card: CallCard) -> None:
        """Take a card in, or what was learnt about it since."""
        self._places.setdefault(card.pk, len(self._places))
        for mark in _marks(card.patient, card.name):
            self._by_mark.setdefault(mark, {})[card.pk] = card

    def find(self, one: Whose) -> CallCard | None:
        """Return the oldest card that is surely this patient's."""
        near = {pk: card for mark in _marks(one.patient, one.name) for pk, card in self._by_mark.get(mark, {}).items()}
        same = (pk for pk, card in near.items() if same_person(_of_card(card), one))
        first = min(same, key=self._places.__getitem__, default=None)
        return near[first] if first is not None else None


def _marks(patient: UUID | None, name: str) -> list[str]:
    return [str(mark) for mark in (patient, name) if mark]


def _cards_known(ones: Iterable[Whose]) -> list[CallCard]:
    values = list(ones)
    patients = {one.patient for one in values if one.patient}
    numbers = {one.national_number for one in values if one.national_number}
    names = {one.name for one in values if one.name}
    condition = Q(patient__in=patients) | Q(national_number__in=numbers) | Q(name__in=names)
    return list(CallCard.objects.select_for_update().filter(condition).order_by("opened_at", "pk"))


def _learn(card: CallCard, one: Whose) -> None:
    """Add to a card what a booking says; something new to tell starts its tries again."""
    card.patient = card.patient or one.patient
    card.national_number = card.national_number or one.national_number
    card.name = card.name or one.name
    card.birth_date = card.birth_date or one.birth_date
    card.phones = sorted({*card.phones, *one.phones})
    card.tries = 0
    if not card.asked_back:
        card.next_at = None
    left = [number for number in (*card.phones, *card.extra) if number not in card.wrong]
    card.unreachable = is_unreachable(tries=0, numbers_left=len(left))


def _phones_renew(rows: Sequence[Appointment], batch: _Batch) -> None:
    """Let numbers that came with a later file reach the cards of what is still to be told."""
    live = {
        row.pk: notice.card_id for row in rows for notice in batch.notices[row.pk] if notice.state in LIVE_WORDS
    }  # fmt: skip
    cards = CallCard.objects.in_bulk(set(live.values())) if live else {}
    changed = []
    for row in rows:
        card = cards.get(live.get(row.pk))
        new = sorted({*card.phones, *whose(row).phones}) if card else []
        if card is not None and new != card.phones:
            card.phones = new
            left = [number for number in (*new, *card.extra) if number not in card.wrong]
            card.unreachable = is_unreachable(tries=card.tries, numbers_left=len(left))
            changed.append(card)
    CallCard.objects.bulk_update(changed, ["phones", "unreachable"], batch_size=BATCH)
