"""Who is still to be told: desks and their lists, how many were reached, one patient as a caller sees them.

Owns the queries and the views. Refuses to change anything, and counts no patient twice: figures are of notices (one
appointment of one patient), lists of patients. Source: docs/design/telling.md, "Counts".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache, reduce
from importlib.resources import files
from operator import or_
from uuid import UUID

from django.db.models import Case, Count, DateTimeField, F, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from relight.activity import errors
from relight.activity.models import Appointment, CallCard, Desk, Notice
from relight.activity.rules.gsm import number_e164
from relight.activity.rules.telling import LIVE, ON_THE_WAY, NoticeState
from relight.activity.rules.told_words import Words, words_read
from relight.kernel.errors import N_

TOLD_SHOWN = timedelta(days=7)


class CardList(StrEnum):
    """Which patients of a desk a list shows."""

    NOW = "now"
    LATER = "later"
    UNREACHABLE = "unreachable"
    WRITTEN = "written"
    PASSED = "passed"
    TOLD = "told"


LIST_WORDS: dict[CardList, str] = {
    CardList.NOW: N_("To call now"),
    CardList.LATER: N_("Later"),
    CardList.UNREACHABLE: N_("Unreachable"),
    CardList.WRITTEN: N_("Written to"),
    CardList.PASSED: N_("Not told in time"),
    CardList.TOLD: N_("Told"),
}
WHEN = Coalesce("notices__starts_at", "notices__appointment__starts_at", output_field=DateTimeField())
NOTICE_WHEN = Coalesce("starts_at", "appointment__starts_at", output_field=DateTimeField())


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingCounts:
    """Notices by where they stand. `to_reach` = reached + written + waiting + unreachable + passed.

    Args: reached: somebody spoke with the patient or who stands for them. written: a letter can arrive in time or a
    text was delivered, and nobody spoke yet. waiting: to be called. unreachable: no number left, or tried often
    enough. passed: the appointment is over and nobody told them. near: of waiting and unreachable, those within
    three hours. objecting: told, and do not accept it.
    """

    reached: int = 0
    written: int = 0
    waiting: int = 0
    unreachable: int = 0
    passed: int = 0
    near: int = 0
    objecting: int = 0

    @property
    def to_reach(self) -> int:
        """Return how many there are in all."""
        return self.reached + self.written + self.waiting + self.unreachable + self.passed

    @property
    def left(self) -> int:
        """Return how many can still be told by voice."""
        return self.waiting + self.unreachable + self.written

    def __add__(self, other: TellingCounts) -> TellingCounts:
        return TellingCounts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """A desk with its counts."""

    desk: Desk
    counts: TellingCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Everything that is to be told. Args: alone: what no desk calls about."""

    counts: TellingCounts
    desks: tuple[DeskView, ...]
    alone: TellingCounts = field(default_factory=TellingCounts)


@lru_cache(maxsize=1)
def words_now() -> Words:
    """Return the sentences for patients, as shipped."""
    return words_read(files("relight.activity").joinpath("telling.toml").read_bytes())


# -- desks ------------------------------------------------------------------------------------------


def desk_get(desk: UUID) -> Desk:
    """Return a desk, closed ones too. Raises: MissingError RL-ACT-112."""
    row = Desk.objects.filter(pk=desk).first()
    if row is None:
        raise errors.NO_DESK.error()
    return row


def desk_list() -> list[Desk]:
    """List the desks at work, by name."""
    return list(Desk.objects.filter(closed_at=None))


def desk_condition(desk: Desk | None) -> Q:
    """Return the condition that a notice is one a desk calls about; of no desk: that no desk does."""
    if desk is None:
        taken = [desk_condition(one) for one in desk_list()]
        if not taken:
            return Q()
        return ~reduce(or_, taken) if all(taken) else Q(pk__in=[])
    condition = Q()
    for name, wanted in (("site", desk.sites), ("specialty", desk.specialties), ("kind", desk.kinds)):
        if wanted:
            condition &= Q(**{f"appointment__{name}__in": wanted})
    return condition


def desk_takes(desk: Desk, *, site: str, specialty: str, kind: str) -> bool:
    """Say whether a desk calls about such an appointment."""
    pairs = ((desk.sites, site), (desk.specialties, specialty), (desk.kinds, kind))
    return all(not wanted or value in wanted for wanted, value in pairs)


# -- counts -----------------------------------------------------------------------------------------


def telling_now(*, at: datetime) -> Telling:
    """Count what is to be told, in all and by desk. Two queries, whatever the number of desks."""
    desks = desk_list()
    per_desk = [TellingCounts() for _ in desks]
    total, alone = TellingCounts(), TellingCounts()
    for (site, specialty, kind), counts in _counted(at=at):
        total += counts
        mine = [n for n, desk in enumerate(desks) if desk_takes(desk, site=site, specialty=specialty, kind=kind)]
        for n in mine:
            per_desk[n] += counts
        if not mine:
            alone += counts
    views = tuple(DeskView(desk=desk, counts=counts) for desk, counts in zip(desks, per_desk, strict=True))
    return Telling(counts=total, desks=views, alone=alone)


def telling_counts(*, at: datetime, site: str = "", specialty: str = "") -> TellingCounts:
    """Count what is to be told, of one site or specialty where given. One query."""
    condition = Q(**({"appointment__site": site} if site else {}))
    condition &= Q(**({"appointment__specialty": specialty} if specialty else {}))
    return sum((counts for _, counts in _counted(at=at, condition=condition)), TellingCounts())


def desk_counts(desk: Desk | None, *, at: datetime) -> TellingCounts:
    """Count what one desk has to tell; of no desk: what no desk has."""
    return sum((counts for _, counts in _counted(at=at, condition=desk_condition(desk))), TellingCounts())


def _counted(*, at: datetime, condition: Q | None = None) -> list[tuple[tuple[str, str, str], TellingCounts]]:
    is_open, is_written = Q(state=NoticeState.OPEN.value), Q(state=NoticeState.WRITTEN.value)
    ahead, over = Q(when__gt=at) | Q(when=None), Q(when__lte=at)
    reachable, not_reachable = Q(card__unreachable=False), Q(card__unreachable=True)
    told = Q(state=NoticeState.TOLD.value)
    named = {
        "reached": told,
        "written": is_written & ahead,
        "waiting": is_open & ahead & reachable,
        "unreachable": is_open & ahead & not_reachable,
        "passed": (is_open | is_written) & over,
        "near": is_open & ahead & Q(when__lte=at + ON_THE_WAY),
        "objecting": told & Q(card__objects_since__isnull=False),
    }
    states = [*(one.value for one in LIVE), NoticeState.TOLD.value]
    found = (
        Notice.objects.filter(condition or Q(), state__in=states)
        .annotate(when=NOTICE_WHEN)
        .order_by()
        .values_list("appointment__site", "appointment__specialty", "appointment__kind")
        .annotate(**{name: Count("id", filter=test) for name, test in named.items()})
    )
    return [((row[0], row[1], row[2]), TellingCounts(**dict(zip(named, row[3:], strict=True)))) for row in found]


# -- lists ------------------------------------------------------------------------------------------


def card_query(desk: Desk | None, *, which: CardList, at: datetime) -> QuerySet[CallCard]:
    """Return the patients of one list of a desk, the most pressing first; of no desk: those no desk has.

    Each has `first`: the nearest of the appointments it is about. To be called first: who may be on the way, then who
    asked to be called back at this time, then by the appointment.
    """
    mine = Notice.objects.filter(desk_condition(desk))
    told_ago = at - TOLD_SHOWN
    wanted = {
        CardList.WRITTEN: Q(state=NoticeState.WRITTEN.value),
        CardList.TOLD: Q(state=NoticeState.TOLD.value, told_at__gte=told_ago),
        CardList.PASSED: Q(state__in=[one.value for one in LIVE]),
    }.get(which, Q(state=NoticeState.OPEN.value))
    mine = mine.filter(wanted).annotate(when=NOTICE_WHEN)
    if which is CardList.PASSED:
        mine = mine.filter(when__lte=at)
    elif which is not CardList.TOLD:
        mine = mine.filter(Q(when__gt=at) | Q(when=None))
    cards = CallCard.objects.filter(notices__in=mine).annotate(first=Min(WHEN))
    due = Q(next_at=None) | Q(next_at__lte=at)
    near = Q(first__lte=at + ON_THE_WAY)
    if which is CardList.NOW:
        cards = cards.filter(Q(unreachable=False) & (due | near))
    elif which is CardList.LATER:
        far = Q(first__gt=at + ON_THE_WAY) | Q(first=None)
        cards = cards.filter(far, unreachable=False, next_at__gt=at)
    elif which is CardList.UNREACHABLE:
        cards = cards.filter(unreachable=True)
    elif which is CardList.TOLD:
        return cards.order_by("-first", "pk")
    pressing = Case(
        When(near, then=Value(0)), When(Q(asked_back=True, next_at__lte=at), then=Value(1)), default=Value(2)
    )
    order = F("next_at").asc(nulls_first=True) if which is CardList.LATER else pressing
    return cards.order_by(order, F("first").asc(nulls_last=True), "pk")


def card_next(desk: Desk | None, *, actor: str, at: datetime) -> CallCard | None:
    """Return the patient to call next that nobody else holds, None when there is none."""
    free = Q(held_by="") | Q(held_by=actor) | Q(held_until__lte=at) | Q(held_until=None)
    due = Q(next_at=None) | Q(next_at__lte=at)
    return card_query(desk, which=CardList.NOW, at=at).filter(free, due, deceased_at=None).first()


def card_phones(card: CallCard, *, appointments: Iterable[Appointment]) -> list[str]:
    """List the numbers of a patient that may be theirs: mobile first, those given on the telephone before all."""
    found: dict[str, None] = dict.fromkeys(card.extra)
    rows = list(appointments)
    for row in rows:
        found[number_e164(row.mobile) or ""] = None
    for row in rows:
        found[number_e164(row.phone) or ""] = None
    return [one for one in found if one and one not in card.wrong]


def notices_of(cards: Sequence[UUID]) -> dict[UUID, list[Notice]]:
    """Return the notices of patients with their appointments, by patient; the nearest appointment first."""
    found: dict[UUID, list[Notice]] = {one: [] for one in cards}
    rows = Notice.objects.filter(card__in=cards).select_related("appointment").annotate(when=NOTICE_WHEN)
    for row in rows.order_by(F("when").asc(nulls_last=True), "opened_at"):
        found[row.card_id].append(row)
    return found


def notice_time(notice: Notice) -> datetime | None:
    """Return when what a notice is about takes, or took, place."""
    return notice.starts_at or notice.appointment.starts_at


def cards_found(*, name: str, birth_date: date | None, phone: str) -> QuerySet[CallCard]:
    """Find patients who call back: by folded words of the name, the birth date, a telephone number in E.164.

    Returns: those who have all that was given; nothing when nothing was given.
    """
    query = CallCard.objects.all()
    if not (name or birth_date or phone):
        return query.none()
    for word in name.split():
        query = query.filter(name__contains=word)
    if birth_date:
        query = query.filter(birth_date=birth_date)
    if phone:
        tail = phone[-8:]
        query = query.filter(
            Q(notices__appointment__phone__endswith=tail)
            | Q(notices__appointment__mobile__endswith=tail)
            | Q(extra__icontains=tail)
        )
    return query.annotate(first=Min(WHEN)).distinct().order_by("name", "pk")
