"""Appointments and what is decided about them: one, those of now, counts; the state and the policy to decide under.

Owns reading the rows as values of the policy. Refuses writes and journalling: a page that shows a patient calls
`services.seen`. Source: docs/design/appointments.md, "Deciding".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import translation
from django.utils.timezone import get_current_timezone

from relight.activity.errors import NO_SUCH_APPOINTMENT
from relight.activity.models import Appointment, DecisionRow, PolicyVersion
from relight.activity.plain import LANGUAGES, Policy, decider, policy_read, policy_shipped, state_down
from relight.activity.rules import reading
from relight.activity.rules.booked import BookingState, PolicyStanding
from relight.activity.rules.state import LEVELS
from relight.activity.types import Appointment as Decided
from relight.activity.types import Decision, Kind, Outcome, SpineState, Urgency
from relight.hospital.api import function_list, naming_now, site_list, unit_list


def appointment_get(id: UUID) -> Appointment:
    """Return an appointment. Raises: MissingError RL-ACT-055."""
    row = Appointment.objects.filter(pk=id).first()
    if row is None:
        raise NO_SUCH_APPOINTMENT.error(where="appointment")
    return row


def current_decisions(appointments: Iterable[UUID]) -> dict[UUID, DecisionRow]:
    """Return the policy's current decision of each appointment that has one. One query each 500."""
    ids = list(dict.fromkeys(appointments))
    found: dict[UUID, DecisionRow] = {}
    for start in range(0, len(ids), 500):
        rows = DecisionRow.objects.filter(appointment__in=ids[start : start + 500], current=True)
        found.update((row.appointment_id, row) for row in rows)
    return found


def appointments_now(at: datetime) -> QuerySet[Appointment]:
    """Return the booked appointments that a deciding anew may touch: those not begun yet, and those without a day."""
    return Appointment.objects.filter(state=BookingState.BOOKED.value).filter(Q(starts_at__gte=at) | Q(starts_at=None))


def as_decided(row: Appointment) -> Decided:
    """Return a row as the policy sees it."""
    return Decided(
        id=str(row.pk),
        kind=Kind(row.kind),
        urgency=Urgency(row.urgency),
        specialty=row.specialty,
        site=row.site,
        service=row.service,
        starts=row.starts_at,
        reason=row.reason,
        categories=tuple(row.categories),
        follow_up=row.follow_up,
    )


# -- what decisions are taken under ----------------------------------------------------------------------------


def state_now() -> tuple[SpineState, tuple[str, ...]]:
    """Return the state of the spine and the sites a patient may be moved to, in the order of the description.

    Without a description everything is down. Some five queries.
    """
    units = unit_list()
    if not units:
        return state_down(), ()
    return (
        SpineState(
            units={(unit.service, unit.site): LEVELS[unit.state] for unit in units},
            functions={function.id: LEVELS[function.state] for function in function_list()},
        ),
        tuple(site.id for site in site_list()),
    )


@lru_cache(maxsize=16)
def policy_parsed(text: str) -> Policy:
    """Return the policy of a stored text; the same text is read once."""
    return policy_read(text.encode())


def decide_now(text: str) -> Callable[[Decided], Decision]:
    """Return the deciding under a policy's text in the state of now. Raises: RL-ACT-001 to 015."""
    state, sites = state_now()
    return decider(policy_parsed(text), state, sites=sites)


def policy_now() -> PolicyVersion | None:
    """Return the version in force, None before one was signed and taken. One query."""
    return PolicyVersion.objects.filter(state=PolicyStanding.IN_FORCE.value).first()


def options_now(given: Mapping[str, str], mapping: Mapping[str, str]) -> reading.ReadOptions:
    """Return how a file is read here: sites and services as the hospital calls them, in every language it has.

    Args: given: `assume_urgency`, `assume_kind`, `assume_site`, each left out or empty when nothing is assumed.
    """
    kind = given.get("assume_kind", "")
    sites, services = _names_in_all_languages()
    return reading.ReadOptions(
        zone=get_current_timezone(),
        sites=sites,
        services=services,
        mapping=dict(mapping),
        assume_urgency=Urgency(given.get("assume_urgency") or Urgency.UNKNOWN.value),
        assume_kind=Kind(kind) if kind else None,
        assume_site=given.get("assume_site", ""),
    )


def _names_in_all_languages() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return what sites and services are called in any language of the description, by id."""
    found: tuple[dict[str, dict[str, None]], dict[str, dict[str, None]]] = ({}, {})
    for language in LANGUAGES:
        with translation.override(language):
            naming = naming_now()
        for held, names in zip(found, (naming.sites, naming.services) if naming else ({}, {}), strict=True):
            for id, name in names.items():
                held.setdefault(id, {})[name] = None
    return tuple({id: tuple(names) for id, names in held.items()} for held in found)  # type: ignore[return-value]


# -- for other apps --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityCounts:
    """Booked appointments from a moment on, by what becomes of them. undecided: no policy was in force."""

    booked: int
    keep: int
    cancel: int
    move: int
    ask: int
    undecided: int


def counts(at: datetime, *, site: str = "", specialty: str = "") -> ActivityCounts:
    """Count the appointments not begun yet. One query."""
    rows = appointments_now(at)
    rows = rows.filter(site=site) if site else rows
    rows = rows.filter(specialty=specialty) if specialty else rows
    by = dict(rows.order_by().values_list("outcome").annotate(n=Count("id")))
    return ActivityCounts(
        booked=sum(by.values()),
        keep=by.get(Outcome.KEEP.value, 0),
        cancel=by.get(Outcome.CANCEL.value, 0),
        move=by.get(Outcome.MOVE.value, 0),
        ask=by.get(Outcome.ASK.value, 0),
        undecided=by.get("", 0),
    )


def outcome_of(
    *,
    kind: Kind,
    urgency: Urgency = Urgency.UNKNOWN,
    specialty: str = "",
    site: str = "",
    reason: str = "",
    follow_up: bool | None = None,
) -> Decision:
    """Say what the policy in force (else the shipped one) decides of such an appointment in the state of now."""
    return _decider_now()(
        Decided(id="", kind=kind, urgency=urgency, specialty=specialty, site=site, reason=reason, follow_up=follow_up)
    )


def suspended_list(*, site: str, specialty: str = "") -> list[tuple[Kind, Decision]]:
    """List what planned activity is cancelled, moved or asked about at a site, with the decision and its words."""
    decide = _decider_now()
    found: list[tuple[Kind, Decision]] = []
    for kind in Kind:
        decision = decide(Decided(id="", kind=kind, urgency=Urgency.ELECTIVE, specialty=specialty, site=site))
        if kind is not Kind.OTHER and decision.outcome is not Outcome.KEEP:
            found.append((kind, decision))
    return found


def _decider_now() -> Callable[[Decided], Decision]:
    row = policy_now()
    state, sites = state_now()
    return decider(policy_parsed(row.text) if row else policy_shipped(), state, sites=sites)
