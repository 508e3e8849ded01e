"""One appointment: whose it is, what was decided and why, what the decision saw, all that came before.

Owns the reading for its page and for the doctors' queue. Refuses writes. Source: docs/design/appointments.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from relight.activity.errors import APPOINTMENT_UNKNOWN
from relight.activity.models import Appointment, DecisionRow, Override
from relight.activity.rules.booked import BOOKING_WORDS, BookingState, DecidedBy
from relight.activity.selectors.names import OUTCOME_STATES, Names, kind_word, outcome_word, urgency_word
from relight.activity.selectors.policy_pages import category_words
from relight.people.api import names_of
from relight.record.api import age_words


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientFace:
    """Who the patient is, as the source says it. Args: chart: address of the record's patient, when matched."""

    family: str
    given: str
    born: str
    age: str
    national_number: str
    record_number: str
    language: str
    phones: tuple[str, ...]
    email: str
    address: str
    chart: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saw:
    """One thing of the hospital a decision looked at, and how it stood then."""

    name: str
    state: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One step of an appointment's history, in words."""

    at: datetime
    title: str
    by: str
    text: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentPage:
    """One appointment ready for its page.

    Args: decision: the policy's, in force or beneath a doctor's word. override: a doctor's word that holds.
    mark: what the reader saw decided; a word given on top of something else is refused.
    """

    row: Appointment
    face: PatientFace
    kind: str
    urgency: str
    specialty: str
    site: str
    service: str
    state_word: str
    is_booked: bool
    outcome: str
    outcome_state: str
    to_site: str
    decision: DecisionRow | None
    decided: str
    because: str
    saw: tuple[Saw, ...]
    categories: tuple[str, ...]
    override: Override | None
    override_by: str
    history: tuple[Past, ...]

    @property
    def by_doctor(self) -> bool:
        return self.row.outcome_by == DecidedBy.DOCTOR.value

    @property
    def mark(self) -> str:
        return mark_of(self.decision, self.override)


def mark_of(decision: DecisionRow | None, override: Override | None) -> str:
    """Name what is decided now: ids of the decision and of the doctor's word, as a form carries them."""
    return f"{decision.pk if decision else '-'}/{override.pk if override else '-'}"


def mark_now(appointment: UUID) -> str:
    """Name what is decided about an appointment at this moment. Two queries."""
    decision = DecisionRow.objects.filter(appointment=appointment, current=True).first()
    return mark_of(decision, Override.objects.filter(appointment=appointment, ended_at=None).first())


def appointment_page(appointment: UUID, *, names: Names, at: datetime) -> AppointmentPage:
    """Read one appointment with its decisions and overrides. Raises: MissingError RL-ACT-080."""
    row = Appointment.objects.select_related("source").filter(pk=appointment).first()
    if row is None:
        raise APPOINTMENT_UNKNOWN.error()
    decisions = list(DecisionRow.objects.filter(appointment=row))
    overrides = list(Override.objects.filter(appointment=row))
    people = names_of({one for o in overrides for one in (o.actor, o.ended_by) if one})
    decision = next((one for one in decisions if one.current), None)
    override = next((one for one in overrides if one.ended_at is None), None)
    return AppointmentPage(
        row=row,
        face=face_of(row, on=at.date()),
        kind=kind_word(row.kind),
        urgency=urgency_word(row.urgency),
        specialty=names.specialty(row.specialty) if row.specialty else "",
        site=names.site(row.site) if row.site else "",
        service=names.service(row.service),
        state_word=gettext(BOOKING_WORDS[BookingState(row.state)]),
        is_booked=row.state == BookingState.BOOKED.value,
        outcome=outcome_word(row.outcome),
        outcome_state=OUTCOME_STATES.get(row.outcome, "unknown"),
        to_site=names.site(row.to_site) if row.to_site else "",
        decision=decision,
        decided=outcome_word(decision.outcome) if decision else "",
        because=names.text(decision.because) if decision else "",
        saw=saw_words(decision, names),
        categories=category_words(_categories(row, decision), names),
        override=override,
        override_by=people.get(override.actor, override.actor) if override else "",
        history=_history(row, decisions, overrides, names, people),
    )


def _categories(row: Appointment, decision: DecisionRow | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*row.categories, *(decision.categories if decision else ())]))


def face_of(row: Appointment, *, on: date) -> PatientFace:
    """Say who the patient is."""
    birth = row.birth_date
    return PatientFace(
        family=row.family,
        given=row.given,
        born=birth.strftime("%d.%m.%Y") if birth else gettext("birth date not known"),
        age=age_words(birth.isoformat(), at=on) if birth else "",
        national_number=row.national_number,
        record_number=row.record_number,
        language=row.language,
        phones=tuple(dict.fromkeys(one for one in (row.mobile, row.phone) if one)),
        email=row.email,
        address=row.address,
        chart=reverse("record:chart", args=[row.patient]) if row.patient else "",
    )


def saw_words(decision: DecisionRow | None, names: Names) -> tuple[Saw, ...]:
    """Say what of the hospital a decision looked at, each with the page it is explained on."""
    if decision is None:
        return ()
    return tuple(
        Saw(name=names.node(str(node)), state=str(state), href=reverse("hospital:node", args=[str(node)]))
        for node, state in decision.saw
    )


def _history(
    row: Appointment,
    decisions: Sequence[DecisionRow],
    overrides: Sequence[Override],
    names: Names,
    people: Mapping[str, str],
) -> tuple[Past, ...]:
    """Tell all that was decided, the latest first."""
    found = [
        Past(
            at=row.added_at,
            title=gettext("imported"),
            by=row.source.name,
            text="",
            state="seen",
        )
    ]
    for one in decisions:
        title = gettext("policy %(number)d: %(outcome)s") % {
            "number": one.policy,
            "outcome": _outcome(one.outcome, one.to_site, names),
        }
        state = OUTCOME_STATES[one.outcome]
        found.append(Past(at=one.at, title=title, by=one.rule, text=names.text(one.because), state=state))
    for word in overrides:
        by = people.get(word.actor, word.actor)
        title = gettext("a doctor's word: %(outcome)s") % {"outcome": _outcome(word.outcome, word.to_site, names)}
        state = OUTCOME_STATES[word.outcome]
        found.append(Past(at=word.at, title=title, by=by, text=word.reason, state=state))
        if word.ended_at:
            title = gettext("the doctor's word was taken back")
            ended = people.get(word.ended_by, word.ended_by)
            found.append(Past(at=word.ended_at, title=title, by=ended, text=word.ended_why, state="unknown"))
    return tuple(sorted(found, key=lambda past: past.at, reverse=True))


def _outcome(outcome: str, to_site: str, names: Names) -> str:
    word = outcome_word(outcome)
    return f"{word} → {names.site(to_site)}" if to_site else word
