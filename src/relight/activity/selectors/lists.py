"""Appointments as a list: its filter, which counts and drill-downs share, its columns, its rows.

Owns the filter as it stands in the address: never a patient. Refuses writes. Source: docs/design/appointments.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from relight.activity.models import Appointment, AppointmentSource, DecisionRow
from relight.activity.rules.booked import BookingState, DecidedBy
from relight.activity.selectors.names import OUTCOME_STATES, Names, kind_word, outcome_word, urgency_word
from relight.activity.types import Kind, Outcome, Urgency
from relight.kernel.errors import N_
from relight.ui.api import Column

BATCH_LIMIT = 2000
WEEK_DAYS = 7
NOBODY = "-"
PERIODS: Mapping[str, str] = {
    "today": N_("today"),
    "week": N_("these seven days"),
    "ahead": N_("from today on"),
    "past": N_("before today"),
}
_WORDS: Mapping[str, frozenset[str]] = {
    "kind": frozenset(Kind),
    "urgency": frozenset(Urgency),
    "outcome": frozenset(Outcome) | {NOBODY},
    "by": frozenset({DecidedBy.POLICY.value, DecidedBy.DOCTOR.value}),
    "state": frozenset(BookingState) | {"any"},
    "when": frozenset(PERIODS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentFilter:
    """The filter of the list, as it stands in the address. Empty fields do not filter.

    Args: when: a word of `PERIODS`; day: one day, `2026-11-24`. site, specialty: an id, or `-` for none. outcome: `-`
    for not decided. state: empty for booked ones, `any` for all. rule: of the decision in force. source: its id.
    """

    when: str = ""
    day: str = ""
    site: str = ""
    kind: str = ""
    specialty: str = ""
    urgency: str = ""
    outcome: str = ""
    by: str = ""
    rule: str = ""
    source: str = ""
    state: str = ""

    def params(self) -> dict[str, str]:
        """The filter as address parameters, only those that are set."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}


def appointment_filter(params: Mapping[str, str]) -> AppointmentFilter:
    """Read a filter from address parameters; words nobody knows are left out, not refused."""
    values = {f.name: params.get(f.name, "").strip()[:120] for f in fields(AppointmentFilter)}
    for name, known in _WORDS.items():
        if values[name] not in known:
            values[name] = ""
    values["day"] = values["day"] if _day(values["day"]) else ""
    values["source"] = values["source"] if _uuid(values["source"]) else ""
    return AppointmentFilter(**values)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def midnight(day: date) -> datetime:
    """Return the first moment of a day here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def period_condition(when: str, *, at: datetime) -> Q:
    """Return the condition of a period. Days are the hospital's own; an appointment without a time is ahead."""
    today = timezone.localtime(at).date()
    if when == "today":
        return Q(starts_at__gte=midnight(today), starts_at__lt=midnight(today + timedelta(days=1)))
    if when == "week":
        return Q(starts_at__gte=midnight(today), starts_at__lt=midnight(today + timedelta(days=WEEK_DAYS)))
    if when == "ahead":
        return Q(starts_at__gte=midnight(today)) | Q(starts_at=None)
    return Q(starts_at__lt=midnight(today)) if when == "past" else Q()


def _condition(filter: AppointmentFilter, *, at: datetime) -> Q:
    condition = period_condition(filter.when, at=at)
    day = _day(filter.day)
    if day:
        condition &= Q(starts_at__gte=midnight(day), starts_at__lt=midnight(day + timedelta(days=1)))
    if filter.state != "any":
        condition &= Q(state=filter.state or BookingState.BOOKED.value)
    for name in ("kind", "urgency"):
        if getattr(filter, name):
            condition &= Q(**{name: getattr(filter, name)})
    for name in ("site", "specialty", "outcome"):
        value = getattr(filter, name)
        if value:
            condition &= Q(**{name: "" if value == NOBODY else value})
    if filter.by:
        condition &= Q(outcome_by=filter.by)
    if filter.source:
        condition &= Q(source=filter.source)
    if filter.rule:
        held = DecisionRow.objects.filter(current=True, rule=filter.rule).values("appointment")
        condition &= Q(pk__in=held)
    return condition


def appointment_query(filter: AppointmentFilter, *, at: datetime, order: Sequence[str] = ()) -> QuerySet[Appointment]:
    """Return the appointments a filter leaves: what the list, its file and its bulk acts take."""
    found = Appointment.objects.filter(_condition(filter, at=at)).defer("raw", "search")
    return found.order_by(*(order or ("starts_at", "id")))


def list_href(**params: str) -> str:
    """Write the address of the list under a filter."""
    return f"{reverse('activity:appointments')}?{urlencode({k: v for k, v in params.items() if v})}"


def appointments_found(text: str, *, limit: int = 60) -> list[Appointment]:
    """Find appointments by words of the patient's name, a number or a birth date; all words must be there.

    Those that are booked come first, then by time. Nothing is found for fewer than two characters.
    """
    words = [word for word in text.casefold().split() if word]
    if len("".join(words)) < 2:
        return []
    condition = Q()
    for word in words:
        condition &= Q(search__contains=word)
    return list(Appointment.objects.filter(condition).order_by("state", "starts_at", "id").defer("raw")[:limit])


def appointments_chosen(ids: Sequence[UUID]) -> QuerySet[Appointment]:
    """Return the appointments with these ids, by time; at most `BATCH_LIMIT` are shown."""
    return Appointment.objects.filter(pk__in=ids[:BATCH_LIMIT]).order_by("starts_at", "id").defer("raw", "search")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRow:
    """One row of the list, its words chosen and its address made."""

    id: str
    href: str
    starts: datetime | None
    patient: str
    family: str
    given: str
    born: str
    kind: str
    urgency: str
    specialty: str
    site: str
    service: str
    practitioner: str
    place: str
    reason: str
    outcome: str
    outcome_state: str
    by_doctor: bool
    to_site: str
    rule: str
    why: str
    state: str
    booked: bool
    source: str


def appointment_rows(found: Sequence[Appointment], names: Names) -> list[AppointmentRow]:
    """Make appointments ready for a list. Two queries, however many they are."""
    decisions = {
        row.appointment_id: row
        for row in DecisionRow.objects.filter(appointment__in=[one.pk for one in found], current=True)
    }
    sources = dict(AppointmentSource.objects.values_list("pk", "name"))
    return [_row(one, decisions.get(one.pk), names, sources) for one in found]


def _row(one: Appointment, decision: DecisionRow | None, names: Names, sources: Mapping[UUID, str]) -> AppointmentRow:
    return AppointmentRow(
        id=str(one.pk),
        href=reverse("activity:appointment", args=[one.pk]),
        starts=one.starts_at,
        patient=f"{one.family.upper()} {one.given}".strip(),
        family=one.family,
        given=one.given,
        born=one.birth_date.isoformat() if one.birth_date else "",
        kind=kind_word(one.kind),
        urgency=urgency_word(one.urgency),
        specialty=names.specialty(one.specialty) if one.specialty else "",
        site=names.site(one.site) if one.site else "",
        service=names.service(one.service),
        practitioner=one.practitioner,
        place=one.place,
        reason=one.reason,
        outcome=outcome_word(one.outcome),
        outcome_state=OUTCOME_STATES.get(one.outcome, "unknown"),
        by_doctor=one.outcome_by == DecidedBy.DOCTOR.value,
        to_site=names.site(one.to_site) if one.to_site else "",
        rule=decision.rule if decision else "",
        why=names.text(decision.because) if decision else "",
        state=one.state,
        booked=one.state == BookingState.BOOKED.value,
        source=sources.get(one.source_id, ""),
    )


def time_words(at: datetime | None) -> str:
    """Write a time for a file."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


COLUMNS: tuple[Column, ...] = (
    Column(key="starts", label=N_("When"), sort=("starts_at", "id"), always=True, value=lambda r: time_words(r.starts)),
    Column(key="patient", label=N_("Patient"), sort=("family", "given", "starts_at", "id"), value=lambda r: r.patient),
    Column(key="born", label=N_("Born"), sort=("birth_date", "id"), value=lambda r: r.born),
    Column(key="kind", label=N_("Kind"), sort=("kind", "starts_at", "id"), value=lambda r: r.kind),
    Column(key="urgency", label=N_("Urgency"), sort=("urgency", "starts_at", "id"), value=lambda r: r.urgency),
    Column(key="specialty", label=N_("Specialty"), sort=("specialty", "starts_at", "id"), value=lambda r: r.specialty),
    Column(key="site", label=N_("Site"), sort=("site", "starts_at", "id"), value=lambda r: r.site),
    Column(key="reason", label=N_("Reason"), value=lambda r: r.reason),
    Column(
        key="outcome",
        label=N_("Decision"),
        sort=("outcome", "starts_at", "id"),
        value=lambda r: f"{r.outcome} {r.to_site}".strip(),
    ),
    Column(key="why", label=N_("Why"), value=lambda r: r.why),
    Column(key="rule", label=N_("Rule"), shown=False, value=lambda r: r.rule),
    Column(key="practitioner", label=N_("Practitioner"), sort=("practitioner", "id"), shown=False,
           value=lambda r: r.practitioner),
    Column(key="place", label=N_("Place"), sort=("place", "id"), shown=False, value=lambda r: r.place),
    Column(key="source", label=N_("Source"), shown=False, value=lambda r: r.source),
)  # fmt: skip
