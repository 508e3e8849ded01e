"""Words of the chart in the reader's language: flags, standings, doses, dates that are not whole.

Owns the phrases. Digits of values and doses are never rewritten: a French comma would make two numbers of one on
paper that is read by two people. Source: INTERFACE "Clinical safety"; docs/design/chart.md, C30-C35, C60-C66.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.utils import formats, timezone
from django.utils.translation import gettext, ngettext

from relight.kernel.errors import N_
from relight.record.rules.chart.flags import FLAG_WORDS, Flagged
from relight.record.rules.chart.medicines import Dosage, Medicine, Timing
from relight.record.rules.chart.results import Standing
from relight.record.rules.chart.values import Bounds, Value, ValueKind
from relight.record.rules.chart.vitals import Measured, Sign
from relight.record.rules.facts import time_read
from relight.record.rules.vitals import LEVELS
from relight.record.types import EntryAct

STANDING_WORDS: Final[Mapping[Standing, str]] = {
    Standing.FINAL: N_("final"),
    Standing.PRELIMINARY: N_("preliminary"),
    Standing.CORRECTED: N_("corrected"),
    Standing.CANCELLED: N_("cancelled"),
    Standing.REGISTERED: N_("awaited"),
    Standing.UNKNOWN: N_("standing not said"),
    Standing.ERROR: N_("entered in error"),
}
UNIT_OF_TIME: Final[Mapping[str, tuple[str, str]]] = {
    "s": (N_("second"), N_("%(count)s seconds")),
    "min": (N_("minute"), N_("%(count)s minutes")),
    "h": (N_("hour"), N_("%(count)s hours")),
    "d": (N_("day"), N_("%(count)s days")),
    "wk": (N_("week"), N_("%(count)s weeks")),
    "mo": (N_("month"), N_("%(count)s months")),
    "a": (N_("year"), N_("%(count)s years")),
}
WHEN_WORDS: Final[Mapping[str, str]] = {
    "MORN": N_("in the morning"),
    "NOON": N_("at noon"),
    "AFT": N_("in the afternoon"),
    "EVE": N_("in the evening"),
    "NIGHT": N_("at night"),
    "HS": N_("at bedtime"),
    "WAKE": N_("on waking"),
    "AC": N_("before meals"),
    "PC": N_("after meals"),
    "C": N_("with meals"),
    "CM": N_("at breakfast"),
    "CD": N_("at lunch"),
    "CV": N_("at dinner"),
}
CODE_WORDS: Final[Mapping[str, str]] = {
    "QD": N_("once a day"),
    "BID": N_("2 times a day"),
    "TID": N_("3 times a day"),
    "QID": N_("4 times a day"),
    "AM": N_("in the morning"),
    "PM": N_("in the afternoon"),
    "BED": N_("at bedtime"),
    "QOD": N_("every second day"),
}


ACT_WORDS: Final[Mapping[EntryAct, str]] = {
    EntryAct.CREATE: N_("written"),
    EntryAct.AMEND: N_("amended"),
    EntryAct.ERROR: N_("marked as entered in error"),
    EntryAct.MERGE: N_("merged"),
    EntryAct.UNMERGE: N_("merge undone"),
    EntryAct.PAST: N_("older version that came later"),
    EntryAct.SEEN: N_("seen again"),
}
TYPE_WORDS: Final[Mapping[str, str]] = {
    "AllergyIntolerance": N_("Allergy"),
    "Appointment": N_("Appointment"),
    "Binary": N_("File"),
    "CarePlan": N_("Care plan"),
    "CareTeam": N_("Care team"),
    "Claim": N_("Invoice"),
    "Composition": N_("Note or letter"),
    "Condition": N_("Problem"),
    "Consent": N_("Consent"),
    "Coverage": N_("Insurance"),
    "Device": N_("Device"),
    "DiagnosticReport": N_("Report"),
    "DocumentReference": N_("Document"),
    "Encounter": N_("Stay or visit"),
    "ExplanationOfBenefit": N_("Statement of costs"),
    "FamilyMemberHistory": N_("Family history"),
    "Flag": N_("Warning"),
    "Goal": N_("Goal"),
    "ImagingStudy": N_("Imaging study"),
    "Immunization": N_("Vaccination"),
    "Location": N_("Place"),
    "Media": N_("Picture"),
    "Medication": N_("Medicine"),
    "MedicationAdministration": N_("Administration"),
    "MedicationDispense": N_("Dispensing"),
    "MedicationRequest": N_("Prescription"),
    "MedicationStatement": N_("Medicine as told"),
    "Observation": N_("Observation"),
    "Organization": N_("Organisation"),
    "Patient": N_("Identity"),
    "Practitioner": N_("Professional"),
    "PractitionerRole": N_("Professional's function"),
    "Procedure": N_("Procedure"),
    "Provenance": N_("Provenance"),
    "QuestionnaireResponse": N_("Questionnaire"),
    "RelatedPerson": N_("Relative"),
    "RiskAssessment": N_("Risk assessment"),
    "ServiceRequest": N_("Request"),
    "Specimen": N_("Sample"),
}


def type_words(type: str) -> str:
    """Name a FHIR type in the reader's language; one without a word here keeps its own."""
    return gettext(TYPE_WORDS[type]) if type in TYPE_WORDS else type


def value_words(value: Value) -> str:
    """Write a value without its unit; why there is none where there is none."""
    if value.kind is ValueKind.BOOL:
        return gettext("yes") if value.text == "yes" else gettext("no")
    if value.text:
        return value.text
    return gettext("no value: %(why)s") % {"why": value.absent} if value.absent else gettext("no value")


_LEVELS: Final[Mapping[str, str]] = {f"{level.value}: {text}": text for level, (_, text) in LEVELS.items()}


def measured_words(measured: Measured) -> str:
    """Write a vital sign's value; a level of consciousness with its letter and word: `C: new confusion`."""
    said = measured.value.text
    if measured.sign is Sign.CONSCIOUSNESS and said in _LEVELS:
        return f"{said[0]}: {gettext(_LEVELS[said])}"
    return value_words(measured.value)


def flag_words(flagged: Flagged) -> str:
    """Write a flag in words, the laboratory's own where it said more; one reckoned here says so."""
    word = gettext(FLAG_WORDS[flagged.flag]) if flagged.flag else ""
    shown = flagged.said or word
    if flagged.is_reckoned:
        return gettext("%(word)s, by its range") % {"word": shown}
    return shown


def range_words(bounds: Bounds) -> str:
    """Write a reference range as it came."""
    return bounds.text


def standing_words(standing: Standing) -> str:
    """Say how final a result is."""
    return gettext(STANDING_WORDS[standing])


def medicine_words(medicine: Medicine) -> str:
    """Write form, dose, route, frequency of a medicine in one line, each dosage after the other."""
    said = [dosage_words(each) for each in medicine.dosages]
    return " · ".join(filter(None, (medicine.form, "; ".join(filter(None, said)))))


def dosage_words(dosage: Dosage) -> str:
    """Write a dosage: what its writer wrote, else its parts."""
    if dosage.text:
        return dosage.text
    parts = (
        " ".join(filter(None, (dosage.dose, dosage.unit))),
        dosage.route,
        dosage.rate,
        timing_words(dosage.timing),
        _needed(dosage),
        gettext("at most %(most)s") % {"most": dosage.most} if dosage.most else "",
    )
    return ", ".join(filter(None, parts))


def _needed(dosage: Dosage) -> str:
    if dosage.as_needed_for:
        return gettext("if needed: %(why)s") % {"why": dosage.as_needed_for}
    return gettext("if needed") if dosage.as_needed else ""


def timing_words(timing: Timing) -> str:
    """Write how often: 3 times a day, every 8 hours, in the morning, at 08:00."""
    shown = ""
    if timing.unit in UNIT_OF_TIME:
        one, many = UNIT_OF_TIME[timing.unit]
        each = gettext(one) if timing.period in ("", "1") else gettext(many) % {"count": timing.period}
        count = timing.count or "1"
        if timing.period in ("", "1"):
            shown = gettext("%(count)s x / %(each)s") % {"count": count, "each": each}
        elif count == "1":
            shown = gettext("every %(each)s") % {"each": each}
        else:
            shown = gettext("%(count)s x in %(each)s") % {"count": count, "each": each}
    elif timing.count:
        count = timing.count
        shown = ngettext("%(count)s time", "%(count)s times", 1 if count == "1" else 2) % {"count": count}
    code = gettext(CODE_WORDS[timing.code]) if timing.code in CODE_WORDS else timing.code
    whens = [gettext(WHEN_WORDS[each]) if each in WHEN_WORDS else each for each in timing.when]
    return " ".join(filter(None, (shown or code, ", ".join(whens), ", ".join(timing.hours))))


def when_words(text: str) -> str:
    """Write a FHIR date as precisely as it was said: 2024, 03.2024, 12.03.2024 10:15; other text as it is."""
    at = time_read(text)
    if at is None:
        return text
    if "T" in text:
        local = timezone.localtime(at)
        return formats.date_format(local, "d.m.Y H:i")
    return ".".join(reversed(text.split("-")))


def day_words(at: datetime | None) -> str:
    """Write the day of a time, for a column's head."""
    return formats.date_format(timezone.localtime(at), "d.m.Y") if at else gettext("time not said")


def clock_words(at: datetime | None) -> str:
    """Write the clock of a time; empty at midnight UTC exactly, which is what a day alone is read as."""
    if at is None or (at.hour, at.minute, at.second) == (0, 0, 0):
        return ""
    return timezone.localtime(at).strftime("%H:%M")
