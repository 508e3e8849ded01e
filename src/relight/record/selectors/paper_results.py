"""Results and vital signs on paper: the newest value of each test with the one before it, the signs of two days.

Owns which values are printed and counting those that are not. Source: docs/design/paper.md, cases 3-5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from relight.paper.ward_chart import PaperResult, PaperVitals
from relight.record.rules.canonical import loads
from relight.record.rules.chart.flags import FLAG_SIGNS, FLAG_WORDS, GRAVE, Flag, Flagged
from relight.record.rules.chart.results import Result, Standing, result_read
from relight.record.rules.chart.vitals import LOINCS, PANELS, SIGN_WORDS, Measured, Sign, signs_read
from relight.record.selectors.paper_reading import held_of, held_origin, source_words
from relight.record.selectors.paper_words import day_words, time_words
from relight.record.types import Held

READ, TESTS, COLUMNS, VALUE_CHARS = 600, 70, 36, 160
VITAL_SPAN: Final = timedelta(hours=48)
ROWS: Final = (
    (Sign.RESPIRATION, "/min"), (Sign.SATURATION, "%"), (Sign.OXYGEN, "L/min"), (Sign.SYSTOLIC, "mmHg"),
    (Sign.DIASTOLIC, "mmHg"), (Sign.HEART, "/min"), (Sign.CONSCIOUSNESS, "ACVPU"), (Sign.TEMPERATURE, "°C"),
    (Sign.PAIN, "0–10"), (Sign.GLUCOSE, "mg/dL"), (Sign.NEWS, ""),
)  # fmt: skip
_SILENT: Final = frozenset({Standing.CANCELLED, Standing.ERROR, Standing.REGISTERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """An observation with its time."""

    held: Held
    body: Any
    result: Result

    @property
    def at(self) -> datetime:
        return self.held.clinical_at or self.held.updated_at


def _observations(records: Sequence[UUID]) -> tuple[list[_Taken], bool]:
    """Read the newest observations. Returns: newest first; whether there are more."""
    found = [
        _Taken(held=held, body=body, result=result_read(body))
        for held in held_of(records, "Observation", limit=READ)
        for body in (loads(held.body),)
    ]
    found.sort(key=lambda one: one.at, reverse=True)
    return found, len(found) >= READ


def _is_vital(one: _Taken) -> bool:
    result = one.result
    if "laboratory" in result.categories:
        return False
    named = result.loinc in LOINCS or result.loinc in PANELS
    return (
        named
        or "vital-signs" in result.categories
        or any(each.sign is Sign.NEWS for each in signs_read(result, one.body))
    )


# -- results ----------------------------------------------------------------------------------------------------------


def results_paper(
    *, records: Sequence[UUID], at: datetime, zero: datetime | None
) -> tuple[tuple[PaperResult, ...], list[str]]:
    """Print the newest value of each test, newest first, the value before it beside. Returns: lines; what is left."""
    taken, more = _observations(records)
    tests: dict[str, list[_Taken]] = {}
    for one in taken:
        if not _is_vital(one) and one.result.standing not in _SILENT and not one.result.is_group:
            tests.setdefault(one.result.key, []).append(one)
    shown = list(tests.values())[:TESTS]
    lines = [line for values in shown for line in _lines(values, zero=zero)]
    left = []
    older = sum(max(0, len(values) - 2) for values in shown)
    if older:
        left.append(ngettext("%(count)d older result of the same tests",
                             "%(count)d older results of the same tests", older) % {"count": older})  # fmt: skip
    if len(tests) > TESTS:
        rest = len(tests) - TESTS
        left.append(gettext("results of {count} more tests, all older").format(count=rest))
    if more:
        left.append(gettext("measurements before {day}").format(day=day_words(taken[-1].at)))
    return tuple(lines), left


def _lines(values: Sequence[_Taken], *, zero: datetime | None) -> list[PaperResult]:
    newest = values[0]
    result = newest.result
    before = _before(values[1]) if len(values) > 1 else ""
    whole = PaperResult(
        test=result.name or gettext("test without a name"),
        value=_value_words(result),
        unit=result.value.unit,
        flag=flag_words(result.flagged),
        range=result.bounds.text,
        taken=time_words(newest.held.clinical_at) or "–",
        source=source_words(held_origin(newest.held, zero=zero, lasting=False)),
        grave=result.flagged.flag in GRAVE,
        standing=_standing_words(result.standing),
        before=before,
    )
    lines = [whole] if whole.value or not result.parts else []
    for part in result.parts:
        lines.append(
            replace(
                whole, test=f"{result.name}: {part.name}", value=part.value.text[:VALUE_CHARS], unit=part.value.unit,
                flag=flag_words(part.flagged), range=part.bounds.text, grave=part.flagged.flag in GRAVE, before="",
            )
        )  # fmt: skip
    return lines


def _value_words(result: Result) -> str:
    text = result.value.text or (
        gettext("no value: {why}").format(why=result.value.absent) if result.value.absent else ""
    )
    if len(text) > VALUE_CHARS:
        return text[:VALUE_CHARS] + " " + gettext("[goes on in the record]")
    return text


def _before(one: _Taken) -> str:
    value = f"{one.result.value.text} {FLAG_SIGNS.get(one.result.flagged.flag, '')}".strip()[:40]
    return (
        gettext("before: {value} ({time})").format(value=value, time=time_words(one.held.clinical_at)) if value else ""
    )


def flag_words(flagged: Flagged) -> str:
    """Write a flag as symbol and word; the laboratory's own words where they say more."""
    if flagged.flag is Flag.NONE:
        return flagged.said
    return f"{FLAG_SIGNS[flagged.flag]} {flagged.said or gettext(FLAG_WORDS[flagged.flag])}"


def _standing_words(standing: Standing) -> str:
    if standing is Standing.PRELIMINARY:
        return gettext("PRELIMINARY")
    return gettext("CORRECTED") if standing is Standing.CORRECTED else ""


# -- vital signs ------------------------------------------------------------------------------------------------------


def vitals_paper(*, records: Sequence[UUID], at: datetime) -> tuple[PaperVitals, list[str]]:
    """Print what was measured in the last two days, oldest first; where nothing was, the last set there is."""
    taken, _ = _observations(records)
    sets: dict[str, tuple[datetime, dict[Sign, str]]] = {}
    for one in taken:
        if not _is_vital(one) or one.result.standing in _SILENT:
            continue
        minute = localtime(one.at).strftime("%Y%m%d%H%M")
        _, held = sets.setdefault(minute, (one.at, {}))
        for measured in signs_read(one.result, one.body):
            held.setdefault(measured.sign, _sign_words(measured))
    fresh = [one for one in sets.values() if timedelta() <= at - one[0] <= VITAL_SPAN]
    shown = (fresh or list(sets.values())[:1])[:COLUMNS]
    columns = tuple(
        (_column_head(when), tuple(held.get(sign, "") for sign, _ in ROWS)) for when, held in reversed(shown)
    )
    left = []
    more = len(sets) - len(shown)
    if more:
        left.append(ngettext("%(count)d older set of vital signs", "%(count)d older sets of vital signs", more)
                    % {"count": more})  # fmt: skip
    return PaperVitals(rows=vital_rows(), columns=columns), left


def _sign_words(measured: Measured) -> str:
    """Write a value; its unit beside it when it is another than its row says."""
    value, unit = measured.value, dict(ROWS).get(measured.sign, "")
    same = not value.unit or value.unit.casefold() == unit.casefold()
    return value.text if same else f"{value.text} {value.unit}"


def vital_rows() -> tuple[str, ...]:
    """Name the rows of the observation chart, the early warning score last."""
    return tuple(f"{gettext(SIGN_WORDS[sign])} {unit}".strip() for sign, unit in ROWS)


def _column_head(at: datetime) -> str:
    return localtime(at).strftime("%d.%m. %H:%M")
