"""Tubes and the people they were taken of: invented, and plainly so; and what is measured in them.

Owns invention. Refuses clocks: the generator of chance and the day are arguments. Source: docs/design/scenario.md,
"The laboratory". The family name of somebody invented here always begins with "Demo".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from relight.cli.scenario.assays import Assay

FAMILIES = (
    "Aulne", "Bouleau", "Cerisier", "Charme", "Cormier", "Cytise", "Erable", "Figuier", "Frene", "Genevrier",
    "Hetre", "Houx", "Laurier", "Marronnier", "Meleze", "Merisier", "Noisetier", "Olivier", "Orme", "Osier",
    "Peuplier", "Platane", "Poirier", "Pommier", "Prunier", "Robinier", "Sapin", "Saule", "Sorbier", "Sureau",
    "Tilleul", "Tremble", "Troene", "Viorne",
)  # fmt: skip
WOMEN = ("Agathe", "Bertille", "Colette", "Denise", "Eloise", "Fanny", "Gisele", "Hortense", "Irma", "Josiane", "Zoé")
MEN = ("Achille", "Basile", "Cyprien", "Désiré", "Edmond", "Firmin", "Gaston", "Hector", "Isidore", "Jules", "Octave")
ABNORMAL, SPREAD = 0.12, 0.25  # how many values lie outside their range, and how far at most
AGES = (19, 95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One invented patient. Args: record: the number of the record."""

    family: str
    given: str
    birth: date
    sex: str
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bedded:
    """Somebody who lies in a ward of the scenario. Args: ward: the service's id."""

    person: Person
    ward: str
    bed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tube:
    """One tube on the bench. Args: sample: on its barcode. tests: wanted, by LOINC."""

    sample: str
    person: Person
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value as the analyzer sends it. Args: flag: L, H, LL, HH or empty, by the analyzer's own limits."""

    assay: Assay
    value: str
    flag: str = ""


def person_make(chance: Random, *, number: int, today: date) -> Person:
    """Invent a patient. Args: number: gives the record its number, so that no two share one."""
    sex = chance.choice("FM")
    years = chance.randint(*AGES)
    return Person(
        family=f"Demo-{chance.choice(FAMILIES)}",
        given=chance.choice(WOMEN if sex == "F" else MEN),
        birth=today - timedelta(days=years * 365 + chance.randint(1, 360)),
        sex=sex,
        record=f"9{number:07d}",
    )


def readings_make(assays: Iterable[Assay], *, chance: Random, critical: str = "") -> tuple[Reading, ...]:
    """Measure a tube. Args: critical: LOINC of the one test beyond its limit for calling; no other is."""
    return tuple(_reading(assay, _value(assay, chance, is_critical=assay.loinc == critical)) for assay in assays)


def corrected(readings: Iterable[Reading], *, chance: Random) -> tuple[Reading, ...]:
    """Measure the first value of a tube again, a little elsewhere; the others stay."""
    first, *rest = readings
    assay = first.assay
    value = Decimal(first.value) / assay.factor + (assay.high - assay.low) * Decimal("0.15")
    return (_reading(assay, _kept_plain(assay, value)), *rest)


def control_value(assay: Assay, *, level: int, z: float) -> str:
    """Write what a control of a level measures, so many standard deviations from its mean."""
    mean, sd = control_target(assay, level=level)
    return f"{mean + sd * Decimal(str(z)):.{assay.decimals + 1}f}"


def control_target(assay: Assay, *, level: int) -> tuple[Decimal, Decimal]:
    """Return mean and standard deviation of a control in the unit sent: level 1 is normal, level 2 high."""
    middle = (assay.low + assay.high) / 2 if level == 1 else assay.high * Decimal("1.4")
    step = Decimal(1).scaleb(-(assay.decimals + 1))
    mean = (middle * assay.factor).quantize(step)
    return mean, max((mean * Decimal("0.03")).quantize(step), step * 5)


def by_code(assays: Mapping[str, Assay]) -> dict[str, Assay]:
    """Turn a repertoire round: the analyzer's code to what it is."""
    return {assay.code: assay for assay in assays.values()}


def _value(assay: Assay, chance: Random, *, is_critical: bool) -> Decimal:
    if is_critical:
        return _critical(assay)
    width = assay.high - assay.low
    at = Decimal(str(round(chance.betavariate(3, 3), 3)))
    value = assay.low + width * at
    if chance.random() < ABNORMAL:
        beyond = width * Decimal(str(round(chance.uniform(0.05, SPREAD), 3)))
        value = assay.high + beyond if chance.random() < 0.6 else max(assay.low - beyond, assay.low / 2)
    return _kept_plain(assay, value)


def _kept_plain(assay: Assay, value: Decimal) -> Decimal:
    """Keep a value off the limits for calling: those are told, never met by chance."""
    edge = (assay.high - assay.low) / 10
    if assay.critical_high is not None and value >= assay.critical_high - edge:
        value = assay.high
    if assay.critical_low is not None and value <= assay.critical_low + edge:
        value = assay.low
    return value


def _critical(assay: Assay) -> Decimal:
    if assay.critical_high is not None:
        return assay.critical_high * Decimal("1.05")
    if assay.critical_low is not None:
        return assay.critical_low * Decimal("0.95")
    return assay.high * 2


def _reading(assay: Assay, value: Decimal) -> Reading:
    sent = assay.sent(value)
    seen = Decimal(sent) / assay.factor
    flag = "L" if seen < assay.low else "H" if seen > assay.high else ""
    if assay.critical_high is not None and seen >= assay.critical_high:
        flag = "HH"
    if assay.critical_low is not None and seen <= assay.critical_low:
        flag = "LL"
    return Reading(assay=assay, value=sent, flag=flag)
