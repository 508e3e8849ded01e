"""NEWS2, the National Early Warning Score: points, total, what is to be done.

Owns the published tables and nothing else. Refuses children under 16, pregnancy, an unknown age and sets that are not
whole: then there is no score, and why is said. Refuses clocks and storage. Source: Royal College of Physicians,
National Early Warning Score (NEWS) 2, London 2017, charts 1-4; docs/design/writing.md, cases 60-67.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from relight.kernel.errors import N_

ADULT_YEARS: Final = 16
RED: Final = 3


class Consciousness(StrEnum):
    """ACVPU. New confusion counts as much as not being awake."""

    ALERT = "A"
    CONFUSION = "C"
    VOICE = "V"
    PAIN = "P"
    UNRESPONSIVE = "U"


class Scale(StrEnum):
    """Which oxygen saturation is aimed at: 96 % and more, or 88-92 % in hypercapnic respiratory failure."""

    ONE = "1"
    TWO = "2"


class Parameter(StrEnum):
    """What the score is made of."""

    RESPIRATION = "respiration"
    SATURATION = "saturation"
    OXYGEN = "oxygen"
    SYSTOLIC = "systolic"
    PULSE = "pulse"
    CONSCIOUSNESS = "consciousness"
    TEMPERATURE = "temperature"


PARAMETER_WORDS: Final[Mapping[Parameter, str]] = {
    Parameter.RESPIRATION: N_("respiratory rate"),
    Parameter.SATURATION: N_("oxygen saturation"),
    Parameter.OXYGEN: N_("air or oxygen"),
    Parameter.SYSTOLIC: N_("systolic pressure"),
    Parameter.PULSE: N_("heart rate"),
    Parameter.CONSCIOUSNESS: N_("consciousness"),
    Parameter.TEMPERATURE: N_("temperature"),
}


class Risk(StrEnum):
    """The clinical risk a total means; each has an answer."""

    NONE = "none"
    LOW = "low"
    LOW_MEDIUM = "low-medium"  # a total of 1-4 with 3 in one parameter
    MEDIUM = "medium"
    HIGH = "high"


RISK_WORDS: Final[Mapping[Risk, str]] = {
    Risk.NONE: N_("low risk"),
    Risk.LOW: N_("low risk"),
    Risk.LOW_MEDIUM: N_("low to medium risk: 3 points in one parameter"),
    Risk.MEDIUM: N_("medium risk"),
    Risk.HIGH: N_("high risk"),
}
EVERY_WORDS: Final[Mapping[Risk, str]] = {
    Risk.NONE: N_("Measure again within 12 hours."),
    Risk.LOW: N_("Measure again within 4 to 6 hours."),
    Risk.LOW_MEDIUM: N_("Measure again every hour."),
    Risk.MEDIUM: N_("Measure again every hour."),
    Risk.HIGH: N_("Monitor continuously."),
}
RESPONSE_WORDS: Final[Mapping[Risk, str]] = {
    Risk.NONE: N_("Go on as usual."),
    Risk.LOW: N_("A registered nurse assesses the patient and decides on closer monitoring or a call."),
    Risk.LOW_MEDIUM: N_("Tell the patient's doctors: they assess, and decide whether care is stepped up."),
    Risk.MEDIUM: N_(
        "Call the doctors at once: urgent assessment by somebody competent in acute illness; think of sepsis."
    ),
    Risk.HIGH: N_("Emergency call: senior doctor and critical care team now; consider a higher level of care."),
}


class Unfit(StrEnum):
    """Why there is no score for somebody."""

    CHILD = "child"
    PREGNANT = "pregnant"
    AGE_UNKNOWN = "age-unknown"
    INCOMPLETE = "incomplete"


UNFIT_WORDS: Final[Mapping[Unfit, str]] = {
    Unfit.CHILD: N_("No NEWS2: the patient is under 16. Use the paediatric score of the ward."),
    Unfit.PREGNANT: N_("No NEWS2: the patient is pregnant. Use the obstetric score of the ward."),
    Unfit.AGE_UNKNOWN: N_("No NEWS2: the age is not known. Note about how old the patient is in the identity."),
    Unfit.INCOMPLETE: N_("No NEWS2: the set is not complete."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """A set of signs; None where not measured. Args: on_oxygen: None where it was not said."""

    respiration: Decimal | None = None
    saturation: Decimal | None = None
    on_oxygen: bool | None = None
    systolic: Decimal | None = None
    pulse: Decimal | None = None
    consciousness: Consciousness | None = None
    temperature: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A total. Args: points: by parameter. red: the parameters with 3 points."""

    total: int
    points: Mapping[Parameter, int]
    risk: Risk
    scale: Scale
    red: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoScore:
    """That there is none, and why. Args: missing: what was not measured."""

    why: Unfit
    missing: tuple[Parameter, ...] = field(default=())


def _banded(value: Decimal, bands: tuple[tuple[str, int], ...], above: int) -> int:
    """Return the points of the first band whose upper bound is not passed."""
    return next((points for upper, points in bands if value <= Decimal(upper)), above)


def respiration_points(per_min: Decimal) -> int:
    """Breaths a minute: 12-20 is 0."""
    return _banded(per_min, (("8", 3), ("11", 1), ("20", 0), ("24", 2)), 3)


def saturation_points(percent: Decimal, *, scale: Scale, on_oxygen: bool) -> int:
    """Per cent. On scale 2 too much counts as well, with oxygen only."""
    if scale is Scale.ONE:
        return _banded(percent, (("91", 3), ("93", 2), ("95", 1)), 0)
    if on_oxygen and percent > 92:  # noqa: PLR2004 - the table's own bound
        return _banded(percent, (("94", 1), ("96", 2)), 3)
    return _banded(percent, (("83", 3), ("85", 2), ("87", 1)), 0)


def oxygen_points(on_oxygen: bool) -> int:
    """Any oxygen at all is 2."""
    return 2 if on_oxygen else 0


def systolic_points(mmhg: Decimal) -> int:
    """Millimetres of mercury: 111-219 is 0."""
    return _banded(mmhg, (("90", 3), ("100", 2), ("110", 1), ("219", 0)), 3)


def pulse_points(per_min: Decimal) -> int:
    """Beats a minute: 51-90 is 0."""
    return _banded(per_min, (("40", 3), ("50", 1), ("90", 0), ("110", 1), ("130", 2)), 3)


def consciousness_points(level: Consciousness) -> int:
    """Everything but alert is 3."""
    return 0 if level is Consciousness.ALERT else RED


def temperature_points(celsius: Decimal) -> int:
    """Degrees Celsius to one decimal: 36.1-38.0 is 0."""
    return _banded(celsius, (("35.0", 3), ("36.0", 1), ("38.0", 0), ("39.0", 1)), 2)


def risk_of(total: int, *, has_red: bool) -> Risk:
    """Say what a total means."""
    if total >= 7:  # noqa: PLR2004 - chart 2
        return Risk.HIGH
    if total >= 5:  # noqa: PLR2004
        return Risk.MEDIUM
    if has_red:
        return Risk.LOW_MEDIUM
    return Risk.LOW if total else Risk.NONE


def missing_of(signs: Signs) -> tuple[Parameter, ...]:
    """Name what a whole set still lacks, in the chart's order."""
    held = {
        Parameter.RESPIRATION: signs.respiration,
        Parameter.SATURATION: signs.saturation,
        Parameter.OXYGEN: signs.on_oxygen,
        Parameter.SYSTOLIC: signs.systolic,
        Parameter.PULSE: signs.pulse,
        Parameter.CONSCIOUSNESS: signs.consciousness,
        Parameter.TEMPERATURE: signs.temperature,
    }
    return tuple(parameter for parameter, value in held.items() if value is None)


def news2(signs: Signs, *, scale: Scale, age_years: int | None, is_pregnant: bool) -> Score | NoScore:
    """Score a set of signs. Args: age_years: whole years, guessed ones count; None where nobody knows."""
    if age_years is not None and age_years < ADULT_YEARS:
        return NoScore(why=Unfit.CHILD)
    if is_pregnant:
        return NoScore(why=Unfit.PREGNANT)
    if age_years is None:
        return NoScore(why=Unfit.AGE_UNKNOWN)
    missing = missing_of(signs)
    if missing:
        return NoScore(why=Unfit.INCOMPLETE, missing=missing)
    points = _points(signs, scale)
    red = tuple(parameter for parameter, count in points.items() if count == RED)
    total = sum(points.values())
    return Score(total=total, points=points, risk=risk_of(total, has_red=bool(red)), scale=scale, red=red)


def _points(signs: Signs, scale: Scale) -> dict[Parameter, int]:
    """Return the points of a whole set."""
    assert signs.respiration is not None and signs.saturation is not None and signs.on_oxygen is not None
    assert signs.systolic is not None and signs.pulse is not None
    assert signs.consciousness is not None and signs.temperature is not None
    return {
        Parameter.RESPIRATION: respiration_points(signs.respiration),
        Parameter.SATURATION: saturation_points(signs.saturation, scale=scale, on_oxygen=signs.on_oxygen),
        Parameter.OXYGEN: oxygen_points(signs.on_oxygen),
        Parameter.SYSTOLIC: systolic_points(signs.systolic),
        Parameter.PULSE: pulse_points(signs.pulse),
        Parameter.CONSCIOUSNESS: consciousness_points(signs.consciousness),
        Parameter.TEMPERATURE: temperature_points(signs.temperature),
    }
