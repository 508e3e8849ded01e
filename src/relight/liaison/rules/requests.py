"""Requests between practitioners and specialists: what one is, what may be done with it when, how long it may wait.

Owns the words, the table of steps, the time-outs with their escalation, and the verdict on giving anything out. Refuses
clocks and storage. Source: docs/design/liaison-requests.md, cases 1-9 and 20-39.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from relight.kernel.errors import N_
from relight.kernel.verdict import YES, Verdict, no
from relight.liaison import errors

SOURCE: Final = "docs/design/liaison-requests.md, cases 20-39"
LEVELS: Final = 3  # first on duty, second on duty, medical director; higher it never goes
LAST_TRIES: Final = 3  # of calling back, before a request may be closed as not reached without more


class Direction(StrEnum):
    """Who wants something of whom."""

    IN = "in"  # a practitioner of us
    OUT = "out"  # a specialist of a practitioner


class Topic(StrEnum):
    """What is wanted."""

    SUMMARY = "summary"
    RESULTS = "results"
    ADVICE = "advice"
    REFERRAL = "referral"
    MEDICINES = "medicines"
    OTHER = "other"


class Urgency(StrEnum):
    """How soon the caller needs it."""

    NOW = "now"
    TODAY = "today"
    ROUTINE = "routine"


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ROUTED = "routed"
    ANSWERED = "answered"
    CLOSED = "closed"


class Verified(StrEnum):
    """How it was made sure who calls."""

    NOT = "not"
    CALLBACK = "callback"
    MAILBOX = "mailbox"
    VOICE = "voice"


class Link(StrEnum):
    """How the practitioner treats the patient."""

    NONE = ""
    GENERAL = "general"
    TREATING = "treating"
    ON_CALL = "on-call"
    EMERGENCY = "emergency"


class Consent(StrEnum):
    """On what the patient's data is given out."""

    NONE = ""
    ASKED = "asked"
    REGISTERED = "registered"
    VITAL = "vital"
    REFUSED = "refused"


class Call(StrEnum):
    """What became of calling back."""

    REACHED = "reached"
    NO_ANSWER = "no-answer"
    ENGAGED = "engaged"
    WORD_LEFT = "word-left"


class Way(StrEnum):
    """By which way a summary left."""

    READ_OUT = "read-out"
    HANDED = "handed"
    FAX = "fax"
    MAILBOX = "mailbox"


class Ending(StrEnum):
    """How a request ended."""

    DONE = "done"
    UNREACHED = "unreached"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """One thing done to a request, in its history."""

    LOGGED = "logged"
    VERIFIED = "verified"
    IDENTIFIED = "identified"
    UNTIED = "untied"
    RELATED = "related"
    ROUTED = "routed"
    ESCALATED = "escalated"
    ANSWERED = "answered"
    DISCLOSED = "disclosed"
    CALLED = "called"
    RECEIVED = "received"
    CLOSED = "closed"


DIRECTION_WORDS: Mapping[Direction, str] = {
    Direction.IN: N_("a practitioner asks us"),
    Direction.OUT: N_("we ask a practitioner"),
}
TOPIC_WORDS: Mapping[Topic, str] = {
    Topic.SUMMARY: N_("patient summary"),
    Topic.RESULTS: N_("results"),
    Topic.ADVICE: N_("a specialist's advice"),
    Topic.REFERRAL: N_("referring a patient"),
    Topic.MEDICINES: N_("medicines"),
    Topic.OTHER: N_("something else"),
}
URGENCY_WORDS: Mapping[Urgency, str] = {
    Urgency.NOW: N_("now: the patient is there"),
    Urgency.TODAY: N_("today"),
    Urgency.ROUTINE: N_("in the next days"),
}
STATE_WORDS: Mapping[State, str] = {
    State.OPEN: N_("to be routed"),
    State.ROUTED: N_("with the specialist"),
    State.ANSWERED: N_("to be called back"),
    State.CLOSED: N_("request closed"),
}
VERIFIED_WORDS: Mapping[Verified, str] = {
    Verified.NOT: N_("not verified"),
    Verified.CALLBACK: N_("called back on the directory's number"),
    Verified.MAILBOX: N_("wrote from the directory's secure mailbox"),
    Verified.VOICE: N_("a colleague knows them by voice"),
}
LINK_WORDS: Mapping[Link, str] = {
    Link.GENERAL: N_("the patient's general practitioner"),
    Link.TREATING: N_("treating specialist"),
    Link.ON_CALL: N_("practitioner on call, the patient is with them"),
    Link.EMERGENCY: N_("emergency elsewhere"),
}
CONSENT_WORDS: Mapping[Consent, str] = {
    Consent.ASKED: N_("the patient was asked and agrees"),
    Consent.REGISTERED: N_("informed consent was registered before"),
    Consent.VITAL: N_("vital interest: the patient cannot answer"),
    Consent.REFUSED: N_("the patient refuses"),
}
CALL_WORDS: Mapping[Call, str] = {
    Call.REACHED: N_("reached, told"),
    Call.NO_ANSWER: N_("no answer"),
    Call.ENGAGED: N_("engaged"),
    Call.WORD_LEFT: N_("asked to call again, nothing about the patient"),
}
WAY_WORDS: Mapping[Way, str] = {
    Way.READ_OUT: N_("read out on the telephone"),
    Way.HANDED: N_("printed, handed over"),
    Way.FAX: N_("fax to the directory's number"),
    Way.MAILBOX: N_("file, for the secure mailbox"),
}
ENDING_WORDS: Mapping[Ending, str] = {
    Ending.DONE: N_("answered and told"),
    Ending.UNREACHED: N_("caller not reached"),
    Ending.ELSEWHERE: N_("sent elsewhere"),
    Ending.REFUSED: N_("nothing may be given out"),
    Ending.WITHDRAWN: N_("no longer needed"),
}
STEP_WORDS: Mapping[Step, str] = {
    Step.LOGGED: N_("logged"),
    Step.VERIFIED: N_("caller verified"),
    Step.IDENTIFIED: N_("patient checked and tied"),
    Step.UNTIED: N_("patient untied"),
    Step.RELATED: N_("link and consent noted"),
    Step.ROUTED: N_("routed"),
    Step.ESCALATED: N_("overdue, a step higher"),
    Step.ANSWERED: N_("answered by the specialist"),
    Step.DISCLOSED: N_("summary given out"),
    Step.CALLED: N_("called back"),
    Step.RECEIVED: N_("document received"),
    Step.CLOSED: N_("request closed"),
}

WAITS: Mapping[tuple[State, Urgency], timedelta] = {
    (State.OPEN, Urgency.NOW): timedelta(minutes=5),
    (State.OPEN, Urgency.TODAY): timedelta(minutes=30),
    (State.OPEN, Urgency.ROUTINE): timedelta(hours=4),
    (State.ROUTED, Urgency.NOW): timedelta(minutes=15),
    (State.ROUTED, Urgency.TODAY): timedelta(hours=2),
    (State.ROUTED, Urgency.ROUTINE): timedelta(hours=24),
    (State.ANSWERED, Urgency.NOW): timedelta(minutes=10),
    (State.ANSWERED, Urgency.TODAY): timedelta(hours=1),
    (State.ANSWERED, Urgency.ROUTINE): timedelta(hours=24),
}
"""How long a request may stay as it is before it stands out."""

STEPS_IN: Mapping[Step, frozenset[State]] = {
    Step.VERIFIED: frozenset({State.OPEN, State.ROUTED, State.ANSWERED}),
    Step.IDENTIFIED: frozenset({State.OPEN, State.ROUTED, State.ANSWERED}),
    Step.UNTIED: frozenset({State.OPEN, State.ROUTED, State.ANSWERED}),
    Step.RELATED: frozenset({State.OPEN, State.ROUTED, State.ANSWERED}),
    Step.ROUTED: frozenset({State.OPEN, State.ROUTED}),
    Step.ANSWERED: frozenset({State.OPEN, State.ROUTED, State.ANSWERED}),
    Step.DISCLOSED: frozenset({State.OPEN, State.ROUTED, State.ANSWERED}),
    Step.RECEIVED: frozenset({State.OPEN, State.ROUTED, State.ANSWERED}),
    Step.CALLED: frozenset({State.ANSWERED}),
    Step.CLOSED: frozenset({State.OPEN, State.ROUTED, State.ANSWERED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A request as the rules see it. Args: reached: the caller was called back and told. tries: of calling back."""

    state: State
    verified: Verified = Verified.NOT
    has_patient: bool = False
    link: Link = Link.NONE
    consent: Consent = Consent.NONE
    reached: bool = False
    tries: int = 0


def may_step(standing: Standing, step: Step) -> Verdict:
    """Say whether a step may be taken now. Refusals: RL-LIA-081 when closed, 092 when there is no answer, 082."""
    if standing.state in STEPS_IN[step]:
        return YES
    if standing.state is State.CLOSED:
        return no(errors.REQUEST_CLOSED, source=SOURCE)
    return no(errors.NOT_ANSWERED if step is Step.CALLED else errors.REQUEST_MOVED, source=SOURCE)


def may_disclose(standing: Standing) -> Verdict:
    """Say whether anything about the patient may leave. The refusal that helps most comes first.

    Refusals: RL-LIA-081, 088 (the patient refuses), 085 (caller), 086 (patient), 087 (link or consent).
    """
    step = may_step(standing, Step.DISCLOSED)
    if not step:
        return step
    if standing.consent is Consent.REFUSED:
        return no(errors.CONSENT_REFUSED, source=SOURCE)
    if standing.verified is Verified.NOT:
        return no(errors.CALLER_UNVERIFIED, source=SOURCE)
    if not standing.has_patient:
        return no(errors.PATIENT_UNCHECKED, source=SOURCE)
    if standing.link is Link.NONE or standing.consent is Consent.NONE:
        return no(errors.NO_LINK, source=SOURCE)
    return YES


def may_close(standing: Standing, *, ending: Ending, reason: str) -> Verdict:
    """Say whether a request may be closed so. `answered` takes that the caller was reached; all else takes a reason,
    but `not reached` after LAST_TRIES tries. Refusals: RL-LIA-081, 092, 093."""
    step = may_step(standing, Step.CLOSED)
    if not step:
        return step
    if ending is Ending.DONE:
        return YES if standing.reached else no(errors.NOT_ANSWERED, source=SOURCE)
    if ending is Ending.UNREACHED and standing.tries >= LAST_TRIES:
        return YES
    return YES if reason.strip() else no(errors.CLOSE_WHY, source=SOURCE)


def due_at(state: State, urgency: Urgency, *, since: datetime) -> datetime | None:
    """Return when a request in a state since a moment stands out; None for a closed one."""
    wait = WAITS.get((state, urgency))
    return None if wait is None else since + wait


def escalated(*, level: int, state: State, urgency: Urgency, at: datetime) -> tuple[int, datetime | None]:
    """Return the next level of an overdue request and until when it waits there: half as long as before, once more at
    the top. Args: level: 0 before the first time-out. Returns: (level, due); the due time is None at the top."""
    higher = min(level + 1, LEVELS)
    wait = WAITS.get((state, urgency))
    return higher, None if wait is None or higher == LEVELS else at + wait / 2


def number_words(number: int) -> str:
    """Write a request's number as it is said on the telephone: 7 -> R-0007."""
    return f"R-{number:04}"
