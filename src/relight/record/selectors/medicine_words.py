"""A medicine as one line, in the reader's language: name, dose with unit, route, how often.

Owns the phrases. Never a zero behind a decimal, units in full. Source: NHS Common User Interface, "Medication line".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext

from relight.record.rules.medication.checks import SORT_WORDS, Caution, Sort
from relight.record.rules.medication.doses import Dose, dose_words
from relight.record.rules.medication.formulary import Formulary, named
from relight.record.rules.medication.giving import Given, Mark
from relight.record.rules.medication.orders import Line, State
from relight.record.rules.medication.timing import Kind, Schedule
from relight.record.rules.medication.words import ROUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWords:
    """A line in words. Args: name: to be set bold. dose, route, often: empty where not said. text: as its writer put
    it, where dose or rhythm were not understood."""

    name: str
    dose: str
    route: str
    often: str
    text: str

    @property
    def whole(self) -> str:
        """Return it as one text, without the name."""
        return ", ".join(filter(None, (self.dose, self.route, self.often, self.text)))


def language_now() -> str:
    """Return the reader's language: two letters."""
    return (get_language() or "en")[:2]


def dose_shown(dose: Dose | None) -> str:
    """Write a dose for the reader; empty for none."""
    return dose_words(dose, language=language_now(), translate=gettext) if dose is not None else ""


def line_words(line: Line, *, formulary: Formulary) -> LineWords:
    """Write a prescription as one line."""
    amounts = " · ".join(filter(None, (dose_shown(line.dose), dose_shown(line.rate))))
    route = gettext(ROUTES[line.route]) if line.route else line.route_text
    text = "" if line.is_understood else line.text
    return LineWords(name=line.name, dose=amounts, route=route, often=often_words(line, formulary=formulary), text=text)


def often_words(line: Line, *, formulary: Formulary) -> str:
    """Say how often: the name of the frequency with its times; as needed with its reason and most; once; continuous."""
    schedule = line.schedule
    if line.kind is Kind.ONCE:
        return gettext("once, %(time)s") % {"time": moment_words(schedule.events[0])}
    rhythm = rhythm_words(schedule, formulary=formulary)
    if line.kind is Kind.AS_NEEDED:
        reason = gettext("as needed: %(reason)s") % {"reason": line.reason} if line.reason else gettext("as needed")
        most = gettext("at most %(dose)s in 24 hours") % {"dose": dose_shown(line.most)} if line.most else ""
        return ", ".join(filter(None, (reason, rhythm, most)))
    if line.kind is Kind.INFUSION:
        return ", ".join(filter(None, (gettext("infusion"), rhythm)))
    return rhythm


def rhythm_words(schedule: Schedule, *, formulary: Formulary) -> str:
    """Say a rhythm by the name its frequency has, else by its times or hours; empty for none."""
    for one in formulary.frequencies.values():
        if one.times == schedule.times and one.hours == schedule.hours and (one.times or one.hours):
            return " ".join(filter(None, (named(one.names, language_now()), times_words(schedule.times))))
    if schedule.times:
        count = len(schedule.times)
        return (
            ngettext("%(count)d time a day", "%(count)d times a day", count) % {"count": count}
            + " "
            + times_words(schedule.times)
        )
    if schedule.hours:
        return ngettext("every hour", "every %(count)d hours", schedule.hours) % {"count": schedule.hours}
    return ""


def times_words(times: tuple[time, ...]) -> str:
    """List times of the day in brackets."""
    return f"({', '.join(clock.strftime('%H:%M') for clock in times)})" if times else ""


def moment_words(at: datetime) -> str:
    """Write a moment: day and time of this house's clocks."""
    return formats.date_format(timezone.localtime(at), "j N H:i")


def state_words(state: State) -> str:
    """Say what a prescription is now."""
    return {
        State.ACTIVE: gettext("going on"),
        State.PLANNED: gettext("not begun yet"),
        State.HELD: gettext("held"),
        State.ENDED: gettext("ended"),
        State.STOPPED: gettext("stopped"),
    }[state]


MARK_LOOK = {
    Mark.GIVEN: "up",
    Mark.LATE: "up",
    Mark.NOT_GIVEN: "quarantined",
    Mark.DUE: "degraded",
    Mark.OVERDUE: "down",
    Mark.LATER: "unknown",
}


def mark_words(mark: Mark, answers: tuple[Given, ...] = ()) -> str:
    """Say what a due dose is now, with the time it was given."""
    if answers and mark in (Mark.GIVEN, Mark.LATE):
        first = min((one for one in answers if one.is_given), key=lambda one: one.at)
        at = formats.date_format(timezone.localtime(first.at), "H:i")
        said = gettext("given %(time)s") if mark is Mark.GIVEN else gettext("given late, %(time)s")
        return said % {"time": at}
    return {
        Mark.GIVEN: gettext("given"),
        Mark.LATE: gettext("given late"),
        Mark.NOT_GIVEN: gettext("not given"),
        Mark.DUE: gettext("due"),
        Mark.OVERDUE: gettext("overdue"),
        Mark.LATER: gettext("later"),
    }[mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class CautionWords:
    """A warning in words. Args: key: what makes it this one. is_grave: an allergy, or the same substance."""

    key: str
    said: str
    of: str
    because: str
    is_grave: bool


def caution_words(one: Caution) -> CautionWords:
    """Write a warning."""
    grave = one.sort in (Sort.ALLERGY, Sort.GROUP, Sort.SAME, Sort.WEEKLY)
    return CautionWords(key=one.key, said=gettext(SORT_WORDS[one.sort]), of=one.of, because=one.because, is_grave=grave)


def caution_said(key: str) -> str:
    """Write a warning that was overridden, from what was kept of it."""
    sort, _, of = key.partition(":")
    said = gettext(SORT_WORDS[Sort(sort)]) if sort in set(Sort) else sort
    return f"{said} ({of})" if of else said
