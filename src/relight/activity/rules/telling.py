"""Telling patients: what somebody has to hear, what an attempt came to, when to try again, whose call it is.

Owns the table from what a patient believes and what is decided to what they must be told; attempts; calling hours;
leases; when two bookings are one person's. Refuses clocks and guesses: what contradicts itself is two people.
Source: docs/design/telling.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from datetime import time as daytime
from enum import StrEnum
from uuid import UUID

from relight.activity.types import Outcome
from relight.kernel.errors import N_

LEASE = timedelta(minutes=20)  # a call that takes longer keeps its patient until somebody else opens them
TRIES_MOST = 6
ON_THE_WAY = timedelta(hours=3)  # by then a patient from the far end of the province may have left
SHORTEST_WAIT = timedelta(minutes=10)
CALLING_FROM, CALLING_UNTIL = daytime(8), daytime(20)
LETTER_DAYS = 3  # working days between posting and reading, holidays of the post counted out


class What(StrEnum):
    """What a patient has to hear about one appointment."""

    CANCELLED = "cancelled"
    MOVED = "moved"
    RESTORED = "restored"
    NEW_DATE = "new-date"


class NoticeState(StrEnum):
    """Where telling stands. WRITTEN: a letter can arrive in time, or a text message did. VOID: the decision changed
    before anybody said it. CLOSED: the patient died."""

    OPEN = "open"
    WRITTEN = "written"
    TOLD = "told"
    VOID = "void"
    CLOSED = "closed"


class Way(StrEnum):
    """How a patient was told."""

    CALL = "call"
    LETTER = "letter"
    SMS = "sms"


class Attempt(StrEnum):
    """What a call came to."""

    REACHED = "reached"
    REPRESENTATIVE = "representative"
    OBJECTS = "objects"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    SOMEBODY = "somebody"
    CALL_BACK = "call-back"
    WRONG_NUMBER = "wrong-number"
    DECEASED = "deceased"


class Nearness(StrEnum):
    """How near an appointment is. PASSED: it was not told in time."""

    PASSED = "passed"
    ON_THE_WAY = "on-the-way"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"


WHAT_WORDS: Mapping[What, str] = {
    What.CANCELLED: N_("cancelled"),
    What.MOVED: N_("takes place elsewhere"),
    What.RESTORED: N_("takes place after all"),
    What.NEW_DATE: N_("new date"),
}
STATE_WORDS: Mapping[NoticeState, str] = {
    NoticeState.OPEN: N_("to be told"),
    NoticeState.WRITTEN: N_("written to"),
    NoticeState.TOLD: N_("told"),
    NoticeState.VOID: N_("no longer to be told"),
    NoticeState.CLOSED: N_("closed"),
}
ATTEMPT_WORDS: Mapping[Attempt, str] = {
    Attempt.REACHED: N_("Reached: told, and said it back"),
    Attempt.REPRESENTATIVE: N_("Parent, guardian or carer told"),
    Attempt.OBJECTS: N_("Told, does not accept it"),
    Attempt.VOICEMAIL: N_("Voicemail: asked to call back"),
    Attempt.NO_ANSWER: N_("No answer"),
    Attempt.BUSY: N_("Line busy"),
    Attempt.SOMEBODY: N_("Somebody else answered: asked to pass on our number"),
    Attempt.CALL_BACK: N_("Wants to be called back at"),
    Attempt.WRONG_NUMBER: N_("Wrong number"),
    Attempt.DECEASED: N_("Patient has died"),
}
NEARNESS_WORDS: Mapping[Nearness, str] = {
    Nearness.PASSED: N_("over, not told in time"),
    Nearness.ON_THE_WAY: N_("on the way"),
    Nearness.TODAY: N_("today"),
    Nearness.TOMORROW: N_("tomorrow"),
    Nearness.LATER: N_("later"),
}

TELLING = frozenset({Attempt.REACHED, Attempt.REPRESENTATIVE, Attempt.OBJECTS})
NEEDS_NAME = frozenset({Attempt.REPRESENTATIVE})
NEEDS_NOTE = frozenset({Attempt.OBJECTS})
LIVE = frozenset({NoticeState.OPEN, NoticeState.WRITTEN})
_WAITS: Mapping[Attempt, tuple[timedelta, ...]] = {
    Attempt.NO_ANSWER: (timedelta(hours=1), timedelta(hours=3), timedelta(hours=18)),
    Attempt.VOICEMAIL: (timedelta(hours=3), timedelta(hours=18)),
    Attempt.SOMEBODY: (timedelta(hours=2), timedelta(hours=18)),
    Attempt.BUSY: (SHORTEST_WAIT,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What a patient was last told about one appointment; None where they were never told anything.

    Args: to_site: where it was said to take place, for MOVED. by_voice: somebody spoke with them.
    """

    what: What
    to_site: str = ""
    by_voice: bool = True


def what_to_tell(*, outcome: Outcome | None, to_site: str, belief: Belief | None) -> What | None:
    """Say what a patient has to hear now, None for nothing.

    Args: outcome: what counts now, None while nothing is decided. belief: what they were last told. Source:
    docs/design/telling.md, cases 1-14.
    """
    if belief is not None and belief.what is What.NEW_DATE:
        return None  # the new date is what counts; the decision about the old one is past
    if outcome is Outcome.CANCEL:
        return None if belief is not None and belief.what is What.CANCELLED else What.CANCELLED
    if outcome is Outcome.MOVE:
        is_known = belief is not None and belief.what is What.MOVED and belief.to_site == to_site
        return None if is_known else What.MOVED
    if outcome is Outcome.KEEP and belief is not None and belief.what in (What.CANCELLED, What.MOVED):
        return What.RESTORED
    return None  # kept as booked, or a doctor is asked: nothing is said before it is decided


def nearness(starts: datetime | None, *, at: datetime, zone: tzinfo) -> Nearness:
    """Say how near an appointment is; without a time it is far."""
    if starts is None:
        return Nearness.LATER
    if starts <= at:
        return Nearness.PASSED
    if starts - at <= ON_THE_WAY:
        return Nearness.ON_THE_WAY
    days = (starts.astimezone(zone).date() - at.astimezone(zone).date()).days
    return {0: Nearness.TODAY, 1: Nearness.TOMORROW}.get(days, Nearness.LATER)


# -- the next attempt -------------------------------------------------------------------------------


def next_attempt(
    attempt: Attempt, *, tries: int, at: datetime, starts: datetime | None, zone: tzinfo, asked: datetime | None = None
) -> datetime:
    """Say when to try again after an attempt that told nobody.

    Args: tries: attempts so far, this one counted. starts: the nearest of the patient's appointments. asked: the
    time the patient asked for, taken as it is. Returns: a time within calling hours, sooner the nearer the
    appointment: never more than a quarter of what remains, never less than ten minutes.
    Source: docs/design/telling.md, cases 30-38.
    """
    if attempt is Attempt.CALL_BACK and asked is not None:
        return asked
    waits = _WAITS.get(attempt)
    if waits is None:
        return at  # another number of theirs: at once
    wait = waits[min(tries, len(waits)) - 1]
    if starts is not None and starts > at:
        wait = max(SHORTEST_WAIT, min(wait, (starts - at) / 4))
    return in_calling_hours(at + wait, starts=starts, zone=zone)


def in_calling_hours(due: datetime, *, starts: datetime | None, zone: tzinfo) -> datetime:
    """Move a time into calling hours (8 to 20 h), unless the appointment would be over or near by then."""
    local = due.astimezone(zone)
    if CALLING_FROM <= local.time() < CALLING_UNTIL:
        return due
    day = local.date() if local.time() < CALLING_FROM else local.date() + timedelta(days=1)
    opened = datetime.combine(day, CALLING_FROM, tzinfo=zone)
    return due if starts is not None and opened > starts - ON_THE_WAY else opened


def call_back_refusal(asked: datetime | None, *, at: datetime, starts: datetime | None) -> str:
    """Say why a time asked for cannot be kept: `missing`, `past`, `too-late` (after the appointment), or nothing."""
    if asked is None:
        return "missing"
    if asked <= at:
        return "past"
    return "too-late" if starts is not None and starts > at and asked >= starts else ""


def is_unreachable(*, tries: int, numbers_left: int) -> bool:
    """Say whether calling has come to its end: no number that may be theirs, or tried often enough."""
    return numbers_left == 0 or tries >= TRIES_MOST


# -- letters ----------------------------------------------------------------------------------------


def arrives(posted: date, *, holidays: Sequence[date]) -> date:
    """Return the day by which a letter has surely been read: three working days on."""
    day, left = posted, LETTER_DAYS
    while left:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            left -= 1
    return day


# -- who holds a patient ----------------------------------------------------------------------------


def may_take(*, holder: str, until: datetime | None, actor: str, at: datetime) -> bool:
    """Say whether somebody may call a patient now: nobody holds them, they do, or the holder's time is over."""
    return not holder or holder == actor or until is None or until <= at


# -- who is one person ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """What names a patient in a booking. Args: patient: of the record. name: folded family and given name, empty
    when one of them is missing."""

    patient: UUID | None = None
    national_number: str = ""
    name: str = ""
    birth_date: date | None = None
    phones: frozenset[str] = frozenset()


def same_person(one: Whose, other: Whose) -> bool:
    """Say whether two bookings are surely one patient's, so that they are told in one call.

    The same patient of the record, or the same national number, or the same full name with the same birth date (or,
    where a birth date is missing, the same telephone): as long as nothing contradicts it. Doubt makes two calls.
    """
    if one.patient and other.patient and one.patient != other.patient:
        return False
    if one.national_number and other.national_number and one.national_number != other.national_number:
        return False
    if one.birth_date and other.birth_date and one.birth_date != other.birth_date:
        return False
    if one.patient and one.patient == other.patient:
        return True
    if not one.name or one.name != other.name:
        return False
    if one.national_number and one.national_number == other.national_number:
        return True
    if one.birth_date and other.birth_date:
        return True
    return bool(one.phones & other.phones)
