"""How somebody of a scenario is at a moment: breaths, saturation, oxygen, temperature, pulse, pressure.

Owns the course of a case: who came ill gets better, and a few get worse in the last hours. Refuses clocks and FHIR.
Source: docs/design/scenario.md, "The patients".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from relight.cli.scenario.patients import GROWN, Patient

WELL = (17.0, 96.6, 0.0, 36.8, 80.0, 126.0)
COPD_WELL = (18.0, 91.0, 0.0, 36.7, 82.0, 132.0)
WORSE_BY = (6.0, -4.0, 2.0, 0.8, 24.0, -22.0)
WORSE_H = 9.0  # since how many hours somebody goes downhill
SOUND = 0.6  # how far towards being well a stay brings one
SWAY = (2.6, 1.6, 0.0, 0.5, 10.0, 13.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One round at one bed. Args: respiration: a minute. saturation: %. oxygen: l/min, 0 for air. temperature: °C.
    pulse: a minute. systolic, diastolic: mm[Hg]. consciousness: A, C, V, P or U. pain: 0 to 10 where asked."""

    respiration: int
    saturation: int
    oxygen: float
    temperature: float
    pulse: int
    systolic: int
    diastolic: int
    consciousness: str = "A"
    pain: int | None = None


def measured(one: Patient, *, at: datetime, end: datetime) -> Measured:
    """Measure a patient at a moment of the stay. The same moment gives the same values."""
    chance = one.chance(f"vitals:{int((end - at).total_seconds())}")
    well = _well(one, at)
    gone = min(1.0, max(0.0, (at - one.came).total_seconds() / (60 * 3600))) * SOUND
    values = [base + (healthy - base) * gone for base, healthy in zip(one.case.base, well, strict=True)]
    ill = _ill(one, at, end)
    if ill:
        values = [value + ill * more for value, more in zip(values, WORSE_BY, strict=True)]
    values = [value + chance.gauss(0, sway / 2) for value, sway in zip(values, SWAY, strict=True)]
    return _rounded(one, values, ill=ill, at=at, chance=chance)


def _rounded(one: Patient, values: list[float], *, ill: float, at: datetime, chance: Random) -> Measured:
    respiration, saturation, oxygen, temperature, pulse, systolic = values
    systolic = round(systolic)
    sore = one.ward.service in ("surgery-ward", "emergency", "maternity", "rehabilitation")
    return Measured(
        respiration=max(8, round(respiration)),
        saturation=min(100, round(saturation)),
        oxygen=0.0 if oxygen < 0.6 else float(round(oxygen)),  # noqa: PLR2004 - less is not given
        temperature=round(temperature, 1),
        pulse=round(pulse),
        systolic=systolic,
        diastolic=round(systolic * chance.uniform(0.54, 0.62)),
        consciousness="V" if ill > 0.9 and one.years(at) > MIND_YEARS else _mind(one, chance),  # noqa: PLR2004
        pain=chance.choices(range(7), weights=(4, 3, 4, 4, 2, 1, 1))[0] if sore and one.years(at) >= GROWN else None,
    )


MIND_YEARS = 40


def _mind(one: Patient, chance: Random) -> str:
    return "C" if one.case.id == "delirium" and chance.random() < 0.35 else "A"  # noqa: PLR2004 - a third of the time


def _well(one: Patient, at: datetime) -> tuple[float, ...]:
    if one.years(at) < GROWN:
        respiration, _, _, _, pulse, systolic = one.case.base
        return (respiration * 0.86, 98.0, 0.0, 36.8, pulse * 0.9, systolic)
    return COPD_WELL if one.case.copd else WELL


def _ill(one: Patient, at: datetime, end: datetime) -> float:
    """Say how far somebody has gone downhill, 0 to 1."""
    if not one.is_worse or one.left is not None or one.years(at) < GROWN:
        return 0.0
    before_h = (end - at).total_seconds() / 3600
    return max(0.0, 1 - before_h / WORSE_H)
