"""Vital signs: which observation is which sign, and what was measured together.

Owns the table of signs. Refuses to reckon a score: an early warning score is shown as it was written. Source: LOINC,
FHIR R4 vital signs profile; Royal College of Physicians, NEWS2 (2017); docs/design/chart.md, C40-C46.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from relight.kernel.errors import N_
from relight.record.rules.chart.coding import LOINC, SNOMED, code_of, codings, dicts
from relight.record.rules.chart.flags import Flagged
from relight.record.rules.chart.results import Result, Standing
from relight.record.rules.chart.values import Value
from relight.record.rules.news2 import Risk

NEWS2: Final = "1104051000000101"
"""SNOMED CT, Royal College of Physicians National Early Warning Score 2, total score."""


class Sign(StrEnum):
    """A vital sign of the chart."""

    NEWS = "news"
    RESPIRATION = "respiration"
    SATURATION = "saturation"
    OXYGEN = "oxygen"
    SYSTOLIC = "systolic"
    DIASTOLIC = "diastolic"
    HEART = "heart"
    CONSCIOUSNESS = "consciousness"
    TEMPERATURE = "temperature"
    PAIN = "pain"
    GLUCOSE = "glucose"
    WEIGHT = "weight"
    HEIGHT = "height"
    GLASGOW = "glasgow"
    OTHER = "other"


SIGN_WORDS: Mapping[Sign, str] = {
    Sign.NEWS: N_("NEWS2"),
    Sign.RESPIRATION: N_("Respiration"),
    Sign.SATURATION: N_("Oxygen saturation"),
    Sign.OXYGEN: N_("Oxygen given"),
    Sign.SYSTOLIC: N_("Systolic pressure"),
    Sign.DIASTOLIC: N_("Diastolic pressure"),
    Sign.HEART: N_("Heart rate"),
    Sign.CONSCIOUSNESS: N_("Consciousness"),
    Sign.TEMPERATURE: N_("Temperature"),
    Sign.PAIN: N_("Pain"),
    Sign.GLUCOSE: N_("Glucose"),
    Sign.WEIGHT: N_("Weight"),
    Sign.HEIGHT: N_("Height"),
    Sign.GLASGOW: N_("Glasgow coma score"),
    Sign.OTHER: N_("Other"),
}
LOINCS: Final[Mapping[str, Sign]] = {
    "9279-1": Sign.RESPIRATION,
    "2708-6": Sign.SATURATION, "59408-5": Sign.SATURATION,
    "3151-8": Sign.OXYGEN, "3150-6": Sign.OXYGEN,
    "8480-6": Sign.SYSTOLIC, "8462-4": Sign.DIASTOLIC,
    "8867-4": Sign.HEART,
    "80288-4": Sign.CONSCIOUSNESS, "67775-7": Sign.CONSCIOUSNESS,
    "8310-5": Sign.TEMPERATURE, "8331-1": Sign.TEMPERATURE,
    "72514-3": Sign.PAIN,
    "29463-7": Sign.WEIGHT, "8302-2": Sign.HEIGHT, "9269-2": Sign.GLASGOW,
}  # fmt: skip
PANELS: Final = frozenset({"85354-9", "55284-4", "85353-1"})
"""Panels whose components are signs of their own."""
VITAL_CODES: Final = tuple(sorted({*LOINCS, *PANELS, NEWS2}))
"""Codes by which an observation is a vital sign whatever its category says."""
_GLUCOSE: Final = frozenset({"2339-0", "41653-7", "15074-8", "2345-7", "14743-9"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One sign, measured once. Args: place: a component's place in its observation, -1 for the observation itself."""

    sign: Sign
    name: str
    value: Value
    flagged: Flagged
    standing: Standing
    place: int = -1


def signs_read(result: Result, resource: Mapping[str, Any]) -> tuple[Measured, ...]:
    """Take the signs out of an observation: one, or one a component."""
    parts = [
        Measured(
            sign=_sign(code_of(component.get("code"), LOINC), is_vital=True),
            name=part.name,
            value=part.value,
            flagged=part.flagged,
            standing=result.standing,
            place=place,
        )
        for place, (part, component) in enumerate(zip(result.parts, dicts(resource.get("component")), strict=False))
        if part.value.text
    ]
    if not (result.value.text or result.value.absent) or (parts and result.loinc in PANELS):
        return tuple(parts)
    is_news = any(each.system == SNOMED and each.code == NEWS2 for each in codings(resource.get("code")))
    sign = Sign.NEWS if is_news else _sign(result.loinc, is_vital=True)
    own = Measured(sign=sign, name=result.name, value=result.value, flagged=result.flagged, standing=result.standing)
    if sign is Sign.SATURATION:  # inspired oxygen beside it stays a sign of its own; other parts are details
        parts = [each for each in parts if each.sign is Sign.OXYGEN]
    elif sign is Sign.NEWS:
        parts = []
    return (own, *parts)


def _sign(loinc: str, *, is_vital: bool) -> Sign:
    if is_vital and loinc in _GLUCOSE:
        return Sign.GLUCOSE
    return LOINCS.get(loinc, Sign.OTHER)


class Band(StrEnum):
    """How soon a score asks for help."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


BAND_WORDS: Mapping[Band, str] = {
    Band.LOW: N_("low"),
    Band.MEDIUM: N_("medium"),
    Band.HIGH: N_("high"),
}
_MEDIUM_FROM, _HIGH_FROM, _MOST = 5, 7, 20
_RISKS: Final[Mapping[str, Band]] = {
    Risk.NONE.value: Band.LOW,
    Risk.LOW.value: Band.LOW,
    Risk.LOW_MEDIUM.value: Band.MEDIUM,
    Risk.MEDIUM.value: Band.MEDIUM,
    Risk.HIGH.value: Band.HIGH,
}


def news_band(value: Value, flagged: Flagged) -> Band | None:
    """Return the band of a NEWS2 total: what its writer said, at least what its number says (from 5 medium, from 7
    high). None for what is no total."""
    number = value.number
    if number is None or number != number.to_integral_value() or not 0 <= number <= _MOST:
        return None
    said = _RISKS.get(flagged.said, Band.LOW)
    reckoned = Band.HIGH if number >= _HIGH_FROM else Band.MEDIUM if number >= _MEDIUM_FROM else Band.LOW
    return max(said, reckoned, key=tuple(Band).index)
