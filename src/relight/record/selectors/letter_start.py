"""What a discharge letter begins with: the chart in words, for a doctor to read, correct and sign.

Owns the phrases. Says from where each thing came when it is from before the outage; invents nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext

from relight.record.rules.chart.allergies import AllergyState
from relight.record.rules.letters import PARTS
from relight.record.rules.notes import NotePart
from relight.record.rules.problems import partial_shown
from relight.record.selectors.chart import PatientFrame
from relight.record.selectors.chart_parts import Chart, chart_read
from relight.record.selectors.chart_words import flag_words, medicine_words, range_words, value_words
from relight.record.selectors.origin_words import old_words, origin_words
from relight.record.selectors.person_words import place_words

RESULTS_AT_MOST = 40
LINES = {"to": 2, "reason": 2, "course": 8, "follow": 4, "results": 6, "medicines": 6, "problems": 4}


def letter_headings() -> list[tuple[str, str, int]]:
    """Return the sections of a letter in the reader's language, with how high their fields are."""
    return [(gettext(word), "", LINES.get(key, 3)) for key, word in PARTS.items()]


def letter_title(frame: PatientFrame) -> str:
    """Return the title of a new letter."""
    return gettext("Discharge letter of %(day)s") % {"day": _day(frame.at)}


def letter_parts(frame: PatientFrame) -> list[NotePart]:
    """Write the sections of a new letter out of the chart."""
    chart = chart_read(frame)
    made: dict[str, Callable[[], str]] = {
        "problems": lambda: _problems(chart),
        "allergies": lambda: _allergies(chart),
        "results": lambda: _results(chart),
        "medicines": lambda: _medicines(chart),
        "reason": lambda: _reason(frame),
        "downtime": lambda: _downtime(frame),
    }
    return [NotePart(title=gettext(word), text=made[key]() if key in made else "") for key, word in PARTS.items()]


def _day(at: datetime | None) -> str:
    return formats.date_format(timezone.localtime(at), "j N Y") if at else ""


def _reason(frame: PatientFrame) -> str:
    stay = next(iter(frame.whereabouts), None)
    if stay is None or stay.since is None:
        return ""
    return gettext("Admitted on %(day)s (%(place)s).") % {"day": _day(stay.since), "place": place_words([stay])}


def _problems(chart: Chart) -> str:
    lines: list[str] = []
    for line in chart.problems:
        since = f" ({gettext('since %(day)s') % {'day': partial_shown(line.what.onset)}})" if line.what.onset else ""
        lines.append(f"- {line.what.name}{since}")
    return "\n".join(dict.fromkeys(lines))


def _allergies(chart: Chart) -> str:
    banner = chart.allergies
    if banner.state is AllergyState.NOT_ASKED:
        return gettext("Not asked.")
    if banner.state is AllergyState.NONE_KNOWN:
        return gettext("No known allergies.")
    said = [(one.allergy.name, one.allergy.reaction) for one in banner.lines]
    return "\n".join(f"- {name}{f': {reaction}' if reaction else ''}" for name, reaction in dict.fromkeys(said))


def _results(chart: Chart) -> str:
    lines: list[str] = []
    for one in chart.results:
        if not one.flagged.flag or len(lines) == RESULTS_AT_MOST:
            continue
        value = " ".join(filter(None, (value_words(one.value), one.value.unit)))
        known = range_words(one.bounds)
        words = ", ".join(filter(None, (flag_words(one.flagged), known, _day(one.origin.at))))
        lines.append(f"- {one.name}: {value} ({words})")
    return "\n".join(lines)


def _medicines(chart: Chart) -> str:
    lines: list[str] = []
    for line in chart.medicines:
        old = f" [{old_words()}: {origin_words(line.origin)}]" if line.origin.is_old else ""
        lines.append(f"- {' '.join(filter(None, (line.what.name, medicine_words(line.what))))}{old}")
    return "\n".join(lines)


def _downtime(frame: PatientFrame) -> str:
    if frame.day_zero is None:
        return ""
    return gettext(
        "The hospital's systems are down since %(day)s. What is from before comes from copies of that time or earlier,"
        " and may not be complete."
    ) % {"day": _day(frame.day_zero)}
