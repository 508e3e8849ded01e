"""The pages of the debt: the whole in one view, the line of patients, one of them, dates given, places a week.

Owns their rows. The page that shows patients says so to the journal before (services.seen).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from relight.activity.errors import DEBT_UNKNOWN
from relight.activity.models import Appointment, DebtItem
from relight.activity.rules.debt import END_WORDS, HOLD_WORDS, RANK_WORDS, DebtEnd, DebtState, Lane, monday
from relight.activity.selectors.debt import (
    DebtCounts,
    LaneCount,
    capacities,
    debt_counts,
    debt_waiting,
    lane_filter,
    lanes_usual,
    lanes_waiting,
    units_known,
)
from relight.activity.selectors.debt_plan import LanePlan, Planned, debt_plan
from relight.activity.selectors.names import Names, kind_word, urgency_word
from relight.activity.types import Kind, UnitLevel
from relight.people.api import names_of

WEEKS_SHOWN = 6


def lane_word(lane: Lane, names: Names) -> str:
    """Name a lane: what, of which specialty, where."""
    return f"{kind_word(lane.kind.value).capitalize()} · {names.specialty(lane.specialty)} · {names.site(lane.site)}"


def lane_query(lane: Lane) -> str:
    """Return a lane as it stands in an address."""
    return f"{lane.kind.value}.{lane.specialty}.{lane.site}"


def lane_read(text: str) -> Lane | None:
    """Read a lane from an address, None for what is none."""
    kind, dot, rest = text.partition(".")
    specialty, dot, site = rest.partition(".")
    if not dot or kind not in set(Kind):
        return None
    return Lane(kind=Kind(kind), specialty=specialty, site=site)


# -- the whole --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRow:
    """A lane as a row. hold: why some of it has no place, in words."""

    query: str
    kind: str
    specialty: str
    site_id: str
    site: str
    waiting: int
    oldest: datetime | None
    opens: date | None
    is_forecast: bool
    places: int | None
    zero: date | None
    hold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLine:
    """Why some have no place: how many, and in words."""

    why: str
    count: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtPage:
    """The debt in one view. Args: zero: the Monday of the week that pays the last of it."""

    counts: DebtCounts
    ranks: tuple[tuple[int, str, int], ...]
    lanes: tuple[LaneRow, ...]
    holds: tuple[HoldLine, ...]
    left: tuple[tuple[date, int], ...]
    zero: date | None
    can_plan: int
    risks: int

    @property
    def of(self) -> int:
        return self.counts.waiting + self.counts.booked + self.counts.ended


def debt_page(*, at: datetime, names: Names) -> DebtPage:
    """Gather the debt in one view."""
    counts, planned = debt_counts(at=at), debt_plan(at=at)
    return DebtPage(
        counts=counts,
        ranks=tuple((rank, gettext(RANK_WORDS[rank]), n) for rank, n in counts.by_rank.items() if n),
        lanes=tuple(_lane_row(one, planned.lanes.get(one.lane), names) for one in lanes_waiting()),
        holds=tuple(
            HoldLine(why=why.value, count=count, text=gettext(HOLD_WORDS[why]))
            for why, count in sorted(planned.held.items(), key=lambda pair: -pair[1])
        ),
        left=planned.plan.left,
        zero=planned.plan.zero,
        can_plan=len(planned.slots),
        risks=len(at_risk(at=at)),
    )


def _lane_row(one: LaneCount, plan: LanePlan | None, names: Names) -> LaneRow:
    held = plan.held if plan else {}
    return LaneRow(
        query=lane_query(one.lane),
        kind=kind_word(one.lane.kind.value),
        specialty=names.specialty(one.lane.specialty),
        site_id=one.lane.site,
        site=names.site(one.lane.site),
        waiting=one.waiting,
        oldest=one.oldest,
        opens=plan.opens if plan else None,
        is_forecast=bool(plan and plan.is_forecast),
        places=plan.every if plan else None,
        zero=plan.zero if plan else None,
        hold="; ".join(gettext(HOLD_WORDS[why]) for why in held),
    )


# -- the line of patients ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRow:
    """One that waits. Args: days: since the old date; negative while it is to come. week: the Monday proposed."""

    id: UUID
    place: int
    patient: str
    birth_date: date | None
    rank: int
    rank_word: str
    urgency: str
    kind: str
    specialty: str
    site: str
    due: datetime | None
    days: int | None
    reason: str
    week: date | None
    is_forecast: bool
    hold: str


def line_query(params: Mapping[str, str]) -> tuple[QuerySet[DebtItem], Lane | None]:
    """Return what waits, narrowed by the address: `lane`, `kind`, `specialty`, `site`, `rank`."""
    rows = debt_waiting()
    lane = lane_read(params.get("lane", ""))
    if lane is not None:
        rows = rows.filter(lane_filter(lane))
    for field in ("kind", "specialty", "site"):
        if params.get(field):
            rows = rows.filter(**{field: params[field]})
    if params.get("rank", "") in map(str, RANK_WORDS):
        rows = rows.filter(rank=int(params["rank"]))
    return rows, lane


def wait_rows(items: Sequence[DebtItem], *, first: int, names: Names, at: datetime, planned: Planned) -> list[WaitRow]:
    """Return rows for a page of items. Args: first: the place of the first one in the line, from 1."""
    owners = Appointment.objects.in_bulk([item.appointment_id for item in items])
    return [
        _wait_row(item, owners[item.appointment_id], first + place, names, at, planned)
        for place, item in enumerate(items)
    ]


def _wait_row(item: DebtItem, owner: Appointment, place: int, names: Names, at: datetime, planned: Planned) -> WaitRow:
    slot = planned.slots.get(str(item.id))
    lane = planned.lanes.get(Lane(kind=Kind(item.kind), specialty=item.specialty, site=item.site))
    held = lane.held if lane and slot is None else {}
    return WaitRow(
        id=item.id,
        place=place,
        patient=patient_name(owner),
        birth_date=owner.birth_date,
        rank=item.rank,
        rank_word=gettext(RANK_WORDS[item.rank]),
        urgency=urgency_word(owner.urgency),
        kind=kind_word(item.kind),
        specialty=names.specialty(item.specialty),
        site=names.site(item.site),
        due=item.due,
        days=(timezone.localtime(at).date() - timezone.localtime(item.due).date()).days if item.due else None,
        reason=owner.reason,
        week=slot.week if slot else None,
        is_forecast=bool(slot and slot.is_forecast),
        hold="; ".join(gettext(HOLD_WORDS[why]) for why in held),
    )


def patient_name(owner: Appointment) -> str:
    """Write a patient's name: family in capitals, then given names."""
    return f"{owner.family.upper()} {owner.given}".strip() or gettext("name not known")


# -- one of them ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitPage:
    """One wait with its patient. past: earlier waits of the same appointment, newest first."""

    item: DebtItem
    owner: Appointment
    patient: str
    lane: str
    rank_word: str
    urgency: str
    week: date | None
    is_forecast: bool
    hold: str
    by: str
    ended_word: str
    risk: str
    slot_site: str
    past: tuple[tuple[DebtItem, str], ...]


def wait_page(item: UUID, *, at: datetime, names: Names) -> WaitPage:
    """Gather one wait. Raises: RL-ACT-160."""
    row = DebtItem.objects.select_related("appointment").filter(pk=item).first()
    if row is None:
        raise DEBT_UNKNOWN.error(where="item")
    lane = Lane(kind=Kind(row.kind), specialty=row.specialty, site=row.site)
    planned = debt_plan(at=at) if row.state == DebtState.WAITING.value else None
    slot = planned.slots.get(str(row.id)) if planned else None
    held = planned.lanes[lane].held if planned and slot is None else {}
    others = list(DebtItem.objects.filter(appointment=row.appointment_id).exclude(pk=row.pk).order_by("-since"))
    people = names_of({one.ended_by for one in (row, *others) if one.ended_by})
    return WaitPage(
        item=row,
        owner=row.appointment,
        patient=patient_name(row.appointment),
        lane=lane_word(lane, names),
        rank_word=gettext(RANK_WORDS[row.rank]),
        urgency=urgency_word(row.appointment.urgency),
        week=slot.week if slot else None,
        is_forecast=bool(slot and slot.is_forecast),
        hold="; ".join(gettext(HOLD_WORDS[why]) for why in held),
        by=people.get(row.ended_by, ""),
        ended_word=gettext(END_WORDS[DebtEnd(row.ended_why)]) if row.ended_why else "",
        risk=at_risk(at=at, rows=[row]).get(row.id, ""),
        slot_site=names.site(row.slot_site) if row.slot_site else "",
        past=tuple((one, people.get(one.ended_by, "")) for one in others),
    )


# -- dates given ------------------------------------------------------------------------------------


def given_query() -> QuerySet[DebtItem]:
    """Return what has a new date, the next one first."""
    return DebtItem.objects.filter(state=DebtState.BOOKED.value).select_related("appointment").order_by("slot_at", "id")


def at_risk(*, at: datetime, rows: Iterable[DebtItem] | None = None) -> dict[UUID, str]:
    """Say which new dates to come may not hold: their service is down and expected later, or by nobody.

    One that is restored on its old date as well is told here too: the patient has two dates.
    """
    units = units_known()
    ahead = given_query().filter(slot_at__gt=at) if rows is None else rows
    found: dict[UUID, str] = {}
    for row in ahead:
        if row.state != DebtState.BOOKED.value or row.slot_at is None or row.slot_at <= at:
            continue
        owner = row.appointment
        if owner.outcome not in ("", "cancel") and owner.starts_at is not None and owner.starts_at > at:
            found[row.id] = gettext("no longer cancelled on its old date: the patient has two dates")
            continue
        unit = units.unit(kind=Kind(row.kind), service=row.unit.partition("@")[0], site=row.slot_site)
        expected = units.expected(unit)
        if units.level(unit) is not UnitLevel.DOWN:
            continue
        if expected is None:
            found[row.id] = gettext("the service is down and nobody says when it is back")
        elif expected.p80 > timezone.localtime(row.slot_at).date():
            found[row.id] = gettext("the service is expected back later than this date")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """A new date. risk: why it may not hold, in words, else empty."""

    item: DebtItem
    patient: str
    birth_date: date | None
    lane: str
    by: str
    risk: str


def given_rows(items: Sequence[DebtItem], *, at: datetime, names: Names) -> list[GivenRow]:
    """Return rows for a page of new dates."""
    people = names_of({item.ended_by for item in items})
    risks = at_risk(at=at, rows=list(items))
    return [
        GivenRow(
            item=item,
            patient=patient_name(item.appointment),
            birth_date=item.appointment.birth_date,
            lane=lane_word(Lane(kind=Kind(item.kind), specialty=item.specialty, site=item.slot_site), names),
            by=people.get(item.ended_by, ""),
            risk=risks.get(item.id, ""),
        )
        for item in items
    ]


# -- places a week ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesRow:
    """A lane of one site with its places. Args: usual: appointments a week as they were booked before, for scale.
    every: each week. weeks: numbers of their own, one a week shown."""

    query: str
    kind: str
    specialty: str
    waiting: int
    usual: int
    every: int | None
    weeks: tuple[tuple[date, int | None], ...]


def weeks_ahead(at: datetime) -> tuple[date, ...]:
    """Return the Mondays of the weeks whose places can be set apart: this one and those after."""
    first = monday(timezone.localtime(at).date())
    return tuple(first + timedelta(days=7 * place) for place in range(WEEKS_SHOWN))


def places_rows(site: str, *, at: datetime, names: Names) -> list[PlacesRow]:
    """List the lanes of a site in which something waits or places are set, the fullest first."""
    waiting = {one.lane: one.waiting for one in lanes_waiting() if one.lane.site == site}
    places = capacities()
    lanes = waiting.keys() | {lane for lane, _ in places if lane.site == site}
    usual = lanes_usual(site)
    return [
        PlacesRow(
            query=lane_query(lane),
            kind=kind_word(lane.kind.value),
            specialty=names.specialty(lane.specialty),
            waiting=waiting.get(lane, 0),
            usual=usual.get(lane, 0),
            every=places.get((lane, None)),
            weeks=tuple((week, places.get((lane, week))) for week in weeks_ahead(at)),
        )
        for lane in sorted(lanes, key=lambda lane: (-waiting.get(lane, 0), lane))
    ]
