"""Requests as pages show them: the desk's list, one request with its history, what was given out.

Owns the words and the order: what is overdue stands first. The list names no patient. Refuses to journal:
`services.seen` does. Source: docs/design/liaison-requests.md, cases 1-39.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext

from relight.kernel.verdict import Verdict
from relight.liaison import errors
from relight.liaison.models import Disclosure, Received, Request, RequestStep
from relight.liaison.rules.duty import Turn
from relight.liaison.rules.identity_check import IDENTIFIER_WORDS, Identifier
from relight.liaison.rules.numbers import phone_shown, registration_shown
from relight.liaison.rules.requests import (
    CALL_WORDS,
    CONSENT_WORDS,
    DIRECTION_WORDS,
    ENDING_WORDS,
    LEVELS,
    LINK_WORDS,
    STATE_WORDS,
    STEP_WORDS,
    TOPIC_WORDS,
    URGENCY_WORDS,
    VERIFIED_WORDS,
    WAY_WORDS,
    Call,
    Consent,
    Direction,
    Ending,
    Link,
    Standing,
    State,
    Step,
    Topic,
    Urgency,
    Verified,
    Way,
    may_disclose,
    number_words,
)
from relight.liaison.selectors.directory import DeskRow, desks_answering
from relight.liaison.selectors.duty import duty_now
from relight.liaison.selectors.names import site_names, specialty_names
from relight.people.api import names_of
from relight.record.api import FaceView, born_words, face_get, numbers_words

OPEN = "open"
FILTERS = (OPEN, "late", State.CLOSED.value)
LOOKS = {State.OPEN: "waiting", State.ROUTED: "degraded", State.ANSWERED: "degraded", State.CLOSED: "closed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A request as the list shows it. Args: late: what to do about it, empty while in time."""

    row: Request
    number: str
    topic: str
    urgency: str
    where: str
    state: str
    look: str
    late: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A step as the history shows it."""

    at: datetime
    title: str
    by: str
    text: str
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """A summary that left, as pages show it."""

    row: Disclosure
    way: str
    by: str
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientWords:
    """Who a request is about. Args: fitted: by which identifiers."""

    id: UUID
    face: FaceView
    born: str
    numbers: str
    fitted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """One request. Args: disclose: whether a summary may leave, and what is missing. duty: whom to call, in order."""

    line: RequestRow
    standing: Standing
    direction: str
    caller_number: str
    phone: str
    verified: str
    link: str
    consent: str
    ending: str
    by: str
    patient: PatientWords | None
    steps: tuple[StepRow, ...]
    given: tuple[GivenRow, ...]
    received: tuple[Received, ...]
    duty: tuple[Turn, ...]
    desks: tuple[DeskRow, ...]
    disclose: Verdict

    @property
    def why_not(self) -> str:
        """Say what keeps a summary from leaving, empty when nothing does."""
        if self.disclose:
            return ""
        error = self.disclose.error()
        return f"{error.message(gettext)} {error.next(gettext)}"


def standing_of(row: Request) -> Standing:
    """Return a request as the rules see it."""
    return Standing(
        state=State(row.state), verified=Verified(row.verified), has_patient=row.patient is not None,
        link=Link(row.link), consent=Consent(row.consent), reached=row.reached_at is not None, tries=row.tries,
    )  # fmt: skip


def request_get(id: UUID) -> Request:
    """Return a request. Raises: MissingError RL-LIA-080."""
    row = Request.objects.filter(pk=id).first()
    if row is None:
        raise errors.REQUEST_MISSING.error(where="request")
    return row


def request_query(*, show: str = OPEN, specialty: str = "", site: str = "") -> QuerySet[Request]:
    """List requests. Args: show: one of FILTERS; else all. Overdue ones first, then what is due first."""
    rows = Request.objects.order_by("-level", F("due_at").asc(nulls_last=True), "-number")
    if show in (OPEN, "late"):
        rows = rows.exclude(state=State.CLOSED.value)
    if show == "late":
        rows = rows.filter(level__gt=0)
    if show == State.CLOSED.value:
        rows = rows.filter(state=State.CLOSED.value).order_by("-number")
    if specialty:
        rows = rows.filter(specialty=specialty)
    return rows.filter(site=site) if site else rows


def request_counts() -> dict[str, int]:
    """Count the open requests and the overdue ones. Two queries."""
    rows = Request.objects.exclude(state=State.CLOSED.value)
    return {"open": rows.count(), "late": rows.filter(level__gt=0).count()}


def request_rows(rows: Sequence[Request]) -> list[RequestRow]:
    """Make requests ready to be listed. Four queries."""
    sites, specialties = site_names(), specialty_names()
    return [_row(row, sites=sites, specialties=specialties) for row in rows]


def _row(row: Request, *, sites: dict[str, str], specialties: dict[str, str]) -> RequestRow:
    state = State(row.state)
    named = (specialties.get(row.specialty, row.specialty), sites.get(row.site, row.site))
    return RequestRow(
        row=row,
        number=number_words(row.number),
        topic=gettext(TOPIC_WORDS[Topic(row.topic)]),
        urgency=gettext(URGENCY_WORDS[Urgency(row.urgency)]),
        where=", ".join(filter(None, named)),
        state=gettext(STATE_WORDS[state]),
        look="late" if row.level and state is not State.CLOSED else LOOKS[state],
        late=late_words(row.level) if state is not State.CLOSED else "",
    )


def late_words(level: int) -> str:
    """Say whom an overdue request goes to now."""
    if level <= 0:
        return ""
    if level >= LEVELS:
        return gettext("overdue: call the medical director")
    return gettext("overdue: call the second on duty") if level > 1 else gettext("overdue: call who is on duty again")


def request_page(row: Request, *, at: datetime) -> RequestPage:
    """Read one request with all that belongs to it. Some fifteen queries."""
    steps = list(row.steps.all())
    given = list(row.disclosures.defer("document", "paper"))
    names = names_of({row.by, *(step.actor for step in steps), *(one.by for one in given)})
    standing = standing_of(row)
    (line,) = request_rows([row])
    duty = duty_now(specialty=row.specialty, site=row.site, at=at)
    desks = () if duty else tuple(desks_answering(site=row.site, specialty=row.specialty, at=at)[:4])
    return RequestPage(
        line=line,
        standing=standing,
        direction=gettext(DIRECTION_WORDS[Direction(row.direction)]),
        caller_number=registration_shown(row.caller_number),
        phone=phone_shown(row.caller_phone),
        verified=gettext(VERIFIED_WORDS[standing.verified]),
        link=gettext(LINK_WORDS[standing.link]) if standing.link is not Link.NONE else "",
        consent=gettext(CONSENT_WORDS[standing.consent]) if standing.consent is not Consent.NONE else "",
        ending=gettext(ENDING_WORDS[Ending(row.ending)]) if row.ending else "",
        by=names.get(row.by, row.by),
        patient=patient_words(row),
        steps=tuple(_step(step, names) for step in reversed(steps)),
        given=given_rows(given, names=names),
        received=tuple(row.received.all()),
        duty=duty,
        desks=desks,
        disclose=may_disclose(standing),
    )


def patient_words(row: Request) -> PatientWords | None:
    """Say who a request is tied to; None for nobody. Raises: RL-REC-002."""
    if row.patient is None:
        return None
    face = face_get(row.patient)
    return PatientWords(
        id=row.patient,
        face=face,
        born=born_words(face),
        numbers=" · ".join(f"{one.name} {one.value}" for one in numbers_words(face)),
        fitted=", ".join(gettext(IDENTIFIER_WORDS[Identifier(word)]) for word in row.identified),
    )


def given_rows(rows: Sequence[Disclosure], *, names: dict[str, str]) -> tuple[GivenRow, ...]:
    """Make what was given out ready to be shown."""
    return tuple(
        GivenRow(
            row=row,
            way=gettext(WAY_WORDS[Way(row.way)]),
            by=names.get(row.by, row.by),
            to=" ".join(filter(None, (row.to_name, registration_shown(row.to_number)))),
        )
        for row in rows
    )


def _step(step: RequestStep, names: dict[str, str]) -> StepRow:
    word = Step(step.step)
    return StepRow(
        at=step.at,
        title=" · ".join(filter(None, (gettext(STEP_WORDS[word]), _what(word, step.what)))),
        by=names.get(step.actor, step.actor) if not step.actor.startswith("relight:") else gettext("Relight itself"),
        text=step.text,
        look={Step.ESCALATED: "late", Step.CLOSED: "done", Step.DISCLOSED: "up"}.get(word, "waiting"),
    )


def _what(step: Step, what: str) -> str:
    """Say the word of a step."""
    match step:
        case Step.VERIFIED:
            return gettext(VERIFIED_WORDS[Verified(what)])
        case Step.IDENTIFIED:
            return ", ".join(gettext(IDENTIFIER_WORDS[Identifier(word)]) for word in what.split(",") if word)
        case Step.RELATED:
            link, _, consent = what.partition("/")
            return ", ".join((gettext(LINK_WORDS[Link(link)]), gettext(CONSENT_WORDS[Consent(consent)])))
        case Step.CALLED:
            return gettext(CALL_WORDS[Call(what)])
        case Step.DISCLOSED:
            return gettext(WAY_WORDS[Way(what)])
        case Step.ESCALATED:
            return late_words(int(what))
        case Step.CLOSED:
            return gettext(ENDING_WORDS[Ending(what)])
        case _:
            return ""
