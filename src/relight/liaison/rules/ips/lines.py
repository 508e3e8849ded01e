"""One datum as one line a doctor reads: what, how much, what to mind, from where and how old.

Owns the wording of lines. Refuses to reckon, round or translate what a clinician wrote: digits and words stay as they
were. Source: NHS Common User Interface, medication line; docs/design/liaison-requests.md, cases 70-74.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from relight.liaison.rules.ips.choice import Datum, Known, Part, Section, concept_of, says_none
from relight.liaison.rules.ips.words import Words, date_words
from relight.record.plain import (
    SIGN_LOINCS,
    Catalogue,
    Dosage,
    Flag,
    Result,
    Standing,
    allergy_read,
    catalogue_shipped,
    coding,
    medicine_read,
    named,
    problem_read,
    result_read,
)

_FLAGS: Final = {
    Flag.VERY_HIGH: "critical-high", Flag.VERY_LOW: "critical-low", Flag.VERY_ABNORMAL: "critical",
    Flag.HIGH: "high", Flag.LOW: "low", Flag.ABNORMAL: "abnormal",
}  # fmt: skip
_GRAVE: Final = frozenset({Flag.VERY_HIGH, Flag.VERY_LOW, Flag.VERY_ABNORMAL})
_PRESSURES: Final = frozenset({"85354-9", "55284-4"})
_UNSURE: Final = frozenset({"unconfirmed", "provisional", "differential"})
_UNITS: Final = frozenset({"h", "d", "wk", "mo"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line. Args: main: what, to be set bold. detail: the rest. mark: what to mind, empty for nothing. source: from
    where. day: when it took place or was last said, empty where the source says it. is_old: from before the outage.
    id: of its datum."""

    id: str
    main: str
    detail: str
    mark: str
    is_grave: bool
    source: str
    day: str
    is_old: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A section in words. Args: notice: said instead of lines, or beside them; empty for none."""

    part: Part
    title: str
    lines: tuple[Line, ...]
    notice: str
    is_unknown: bool


def pages_of(sections: Iterable[Section], *, words: Words) -> tuple[Page, ...]:
    """Write the sections in words."""
    return tuple(_page(section, words) for section in sections)


def _page(section: Section, words: Words) -> Page:
    notices = []
    if section.known is Known.NO_INFORMATION:
        notices.append(words(f"unknown-{section.part}"))
    if section.rest_unasked:
        notices.append(words("rest-unasked"))
    if section.left_out:
        notices.append(words("more", count=section.left_out))
    return Page(
        part=section.part,
        title=words(section.part.value),
        lines=tuple(_line(section, one, words) for one in section.data),
        notice=" ".join(notices),
        is_unknown=section.known is Known.NO_INFORMATION,
    )


def _line(section: Section, one: Datum, words: Words) -> Line:
    main, detail, mark, grave = _said(section, one, words)
    source, day = source_words(one, words=words), _day(section.part, one, words) or words("undated")
    return Line(
        id=one.id,
        main=main or words("unnamed"),
        detail=detail,
        mark=mark,
        is_grave=grave,
        source=source,
        day="" if day in source else day,  # a copy's own day is said with the source
        is_old=one.is_old,
    )


def _said(section: Section, one: Datum, words: Words) -> tuple[str, str, str, bool]:
    if section.known is Known.NONE_KNOWN or (section.part in _NONES and says_none(one)):
        return _none(section.part, one, words), "", "", False
    match section.part:
        case Part.ALLERGIES:
            return _allergy(one, words)
        case Part.MEDICINES:
            return _medicine(one, words)
        case Part.RESULTS | Part.VITALS:
            return _result(result_read(one.body), words)
        case Part.PROBLEMS | Part.PAST:
            return _problem(one, words)
        case _:
            return coding.words(concept_of(one)), "", "", False


_NONES: Final = frozenset({Part.ALLERGIES, Part.MEDICINES, Part.PROBLEMS})


def _none(part: Part, one: Datum, words: Words) -> str:
    scope = allergy_read(one.body).scope if part is Part.ALLERGIES else ""
    return words(f"none-allergies-{scope}" if scope in ("medication", "food", "environment") else f"none-{part}")


def _allergy(one: Datum, words: Words) -> tuple[str, str, str, bool]:
    allergy = allergy_read(one.body)
    grave = allergy.criticality == "high" or allergy.severity == "severe"
    marks = [words("severe-risk")] if allergy.criticality == "high" else []
    if allergy.severity:
        marks.append(words(allergy.severity))
    if allergy.certainty in _UNSURE:
        marks.append(words("unconfirmed"))
    return allergy.name, _joined([allergy.reaction, allergy.note]), _joined(marks), grave


def _medicine(one: Datum, words: Words) -> tuple[str, str, str, bool]:
    medicine = medicine_read(one.body, medication=one.medication)
    doses = [_dosage(each, words) for each in medicine.dosages]
    marks = [words("on-hold")] if medicine.status == "on-hold" else []
    if medicine.status in ("unknown", "intended"):
        marks.append(words("taken-unknown"))
    has_dose = any(each.text or each.dose or each.rate for each in medicine.dosages)
    said = " · ".join(filter(None, doses))
    detail = _joined([medicine.form, said, "" if has_dose else words("no-dose"), medicine.reason])
    return medicine.name, detail, _joined(marks), False


def _dosage(dosage: Dosage, words: Words) -> str:
    """Write a dosage in its writer's own words where there are any, else from its parts."""
    if dosage.text:
        return dosage.text
    timing = dosage.timing
    often = ""
    if timing.count and timing.unit:
        unit = words(f"every-{timing.unit}") if timing.unit in _UNITS else timing.unit
        every = unit if timing.period in ("", "1") else f"{timing.period} {unit}"
        often = f"{timing.count} ×/{every}"
    rhythm = _joined([often, " ".join(timing.hours), " ".join(timing.when), "" if often else timing.code])
    needed = words("as-needed") if dosage.as_needed else ""
    if dosage.as_needed_for:
        needed = f"{needed}: {dosage.as_needed_for}"
    most = f"max. {dosage.most}" if dosage.most else ""
    return _joined([f"{dosage.dose} {dosage.unit}".strip(), dosage.rate, dosage.route, rhythm, needed, most])


def _problem(one: Datum, words: Words) -> tuple[str, str, str, bool]:
    problem = problem_read(one.body)
    since = words("since", day=date_words(problem.onset)) if problem.onset else ""
    ended = words("ended", day=date_words(problem.abated)) if problem.abated else ""
    mark = words("unconfirmed") if problem.certainty in _UNSURE else ""
    return problem.name, _joined([problem.severity, problem.site, since, ended, problem.note]), mark, False


def _result(result: Result, words: Words) -> tuple[str, str, str, bool]:
    values = [f"{result.value.text} {result.value.unit}".strip()] if result.value.text else []
    if not values:  # a score's own parts are no news beside it
        values = [
            f"{_test_name(part.key.partition('|')[2], part.name, words)} {part.value.text} {part.value.unit}".strip()
            for part in result.parts
            if part.value.text
        ]
    flags = [result.flagged.flag, *(part.flagged.flag for part in result.parts)]
    marks = [words(_FLAGS[flag]) for flag in dict.fromkeys(flags) if flag in _FLAGS]
    if result.standing is Standing.PRELIMINARY:
        marks.append(words("preliminary"))
    span = f"{words('range')} {result.bounds.text}" if result.bounds.text else ""
    return (
        _test_name(result.loinc, result.name, words),
        _joined([*values, span]),
        _joined(marks),
        any(flag in _GRAVE for flag in flags),
    )


def _test_name(loinc: str, name: str, words: Words) -> str:
    """Name a test in the reader's language where its code is known, else as its source does."""
    if loinc in _PRESSURES:
        return words("sign-pressure")
    if loinc in SIGN_LOINCS:
        return words(f"sign-{SIGN_LOINCS[loinc]}")
    known = _catalogue().tests.get(loinc)
    return named(known.names, language=words.language) if known is not None else name


@lru_cache(maxsize=1)
def _catalogue() -> Catalogue:
    return catalogue_shipped()


def _day(part: Part, one: Datum, words: Words) -> str:
    """Say when: of what was measured or done, that moment; of what lasts, when it was last said to hold."""
    if part in (Part.RESULTS, Part.VITALS) and one.at is not None:
        return words.moment(one.at)
    if part in (Part.PROCEDURES, Part.IMMUNIZATIONS, Part.PAST):
        return words.day(one.at)
    return words.day(one.known_at)


def source_words(one: Datum, *, words: Words) -> str:
    """Say where a datum comes from, with the day its copy is of."""
    if one.kind in ("typed", "lab", "practitioner"):
        return words(f"source-{one.kind}", name=one.name)
    undated = "" if one.as_of else "-undated"
    return words(f"source-{one.kind}{undated}", day=words.day(one.as_of), name=one.name)


def sources_of(sections: Iterable[Section], *, words: Words) -> tuple[str, ...]:
    """List the sources of a summary in words, each once, in the order met."""
    return tuple(dict.fromkeys(source_words(one, words=words) for section in sections for one in section.data))


def _joined(parts: Sequence[str]) -> str:
    return ", ".join(filter(None, parts))
