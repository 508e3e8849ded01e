"""Makes the patients of a scenario: same plan, same seed, same hour, same people.

Owns invention: names, birth dates, numbers, beds, what they had before. Refuses clocks and the record: moments are
arguments, bodies are made in `patients_past` and `patients_week`. A national number has right check digits, and a
serial number beyond those a day of births needs. Source: docs/design/scenario.md, "The patients".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from relight.cli.scenario.patients_plan import Allergy, Amount, Case, Medicine, PatientsPlan, Problem, Ward

SERIALS = range(940, 998)
KNOWN, WITH_NUMBER, ASKED, ALLERGIC, WORSE = 86, 92, 84, 36, 9  # of a hundred
YEAR_DAYS = 365.25
GROWN, MIDDLE = 16, 45  # years
Weighed = TypeVar("Weighed", Case, Problem, Allergy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One invented patient.

    Args: key: who of the scenario. id: of the Patient in the backup, where `known` there. record: number of the
    record in the old system. national: empty where not known. came, left: in this ward; left None while there.
    entered: when the ward wrote the stay here. asked: whether anybody asked about allergies. is_worse: going downhill
    in these hours. through: came by the emergency department. regional: the network has a summary.
    """

    key: str
    id: UUID
    family: str
    given: str
    sex: str
    birth: date
    record: str
    national: str
    phone: str
    street: str
    postal: str
    town: str
    practitioner: str
    site: str
    ward: Ward
    bed: str
    case: Case
    problems: tuple[Problem, ...]
    takes: tuple[Medicine, ...]
    allergies: tuple[Allergy, ...]
    asked: bool
    known: bool
    regional: bool
    came: datetime
    entered: datetime
    left: datetime | None
    through: bool
    is_worse: bool
    weight_kg: float
    height_cm: int

    @property
    def service(self) -> str:
        return self.ward.service

    def years(self, at: datetime) -> int:
        """Return the age at a moment."""
        return int((at.date() - self.birth).days / YEAR_DAYS)

    def chance(self, what: str) -> Random:
        """Return a generator of chance of this patient's own."""
        return Random(f"{self.key}:{what}")  # noqa: S311 - a story, no secret

    @property
    def drugs(self) -> tuple[str, ...]:
        """What the ward gives: something else where the first choice meets an allergy."""
        bad = tuple(one.atc for one in self.allergies if one.atc)
        return self.case.instead if self.case.instead and "J01C" in "".join(bad) else self.case.drugs


def patients_make(plan: PatientsPlan, amount: Amount, *, end: datetime, sites: Sequence[str]) -> tuple[Patient, ...]:
    """Make everybody who lies in a ward, or left one in these days.

    Args: end: the moment of loading. sites: in the order of the hospital. Returns: by site, ward, bed.
    """
    maker = _Maker(plan=plan, end=end)
    found: list[Patient] = []
    for site in sites:
        for ward in plan.wards:
            count = -(-ward.patients.get(site, 0) * amount.share // 100)
            found += (maker.patient(site, ward, n) for n in range(count))
    return tuple(found)


@dataclass(slots=True)
class _Maker:
    """Makes patients; no two share a number. Args: given: national numbers given out."""

    plan: PatientsPlan
    end: datetime
    number: int = 0

    def patient(self, site: str, ward: Ward, n: int) -> Patient:
        self.number += 1
        key = f"{self.plan.seed}:{site}:{ward.service}:{n}"
        chance = Random(key)  # noqa: S311 - invented data, no secret
        case = chance.choices(
            self.plan.cases_of(ward.service), weights=[c.weight for c in self.plan.cases_of(ward.service)]
        )[0]
        sex = case.sex or chance.choice("FM")
        came = self.end - timedelta(hours=chance.uniform(*ward.ago))
        birth = self._birth(chance, case, came)
        grown = (self.end.date() - birth).days / YEAR_DAYS
        problems = _problems(chance, self.plan, sex, grown) if grown >= GROWN else ()
        entered = max(
            came, self.end - timedelta(days=self.plan.opened[site]) + timedelta(minutes=chance.randint(0, 400))
        )
        known = grown > 1 and chance.randrange(100) < KNOWN
        national = national_number(birth, sex, chance) if known and chance.randrange(100) < WITH_NUMBER else ""
        postal, town = chance.choice(self.plan.names.towns)
        weight, height = _body(chance, grown, sex, case)
        return Patient(
            key=key,
            id=UUID(int=chance.getrandbits(128), version=4),
            family=chance.choice(self.plan.names.families),
            given=_given(chance, self.plan, sex, grown),
            sex=sex,
            birth=birth,
            record=f"{70_000_000 + self.number * 37:08d}",
            national=national,
            phone=f"0499 00 {chance.randrange(100):02d} {chance.randrange(100):02d}",
            street=f"{chance.choice(self.plan.names.streets)} {chance.randint(1, 180)}",
            postal=postal,
            town=town,
            practitioner=chance.choice(self.plan.names.practitioners),
            site=site,
            ward=ward,
            bed=_bed(ward, n),
            case=case,
            problems=problems,
            takes=_takes(chance, self.plan, problems),
            allergies=_some(chance, self.plan.allergies, 2) if chance.randrange(100) < ALLERGIC else (),
            asked=chance.randrange(100) < ASKED,
            known=known,
            regional=bool(national) and chance.randrange(100) < self.plan.regional.share,
            came=came,
            entered=entered,
            left=self._left(chance, ward, entered),
            through=chance.randrange(100) < ward.through,
            is_worse=chance.randrange(100) < WORSE,
            weight_kg=weight,
            height_cm=height,
        )

    def _birth(self, chance: Random, case: Case, came: datetime) -> date:
        if case.ages == (0, 0):
            return (came - timedelta(hours=chance.randint(0, 3))).date()
        youngest, oldest = case.ages
        return (self.end - timedelta(days=round(chance.uniform(youngest + 0.3, oldest + 0.9) * YEAR_DAYS))).date()

    def _left(self, chance: Random, ward: Ward, entered: datetime) -> datetime | None:
        stayed = self.end - entered
        if chance.randrange(100) >= ward.left or stayed < timedelta(hours=1):
            return None
        return entered + stayed * chance.uniform(0.55, 0.97)


def national_number(birth: date, sex: str, chance: Random) -> str:
    """Make a Belgian number: birth date, an odd serial for men, check digits; a 2 goes before from 2000 on."""
    serial = chance.choice([one for one in SERIALS if one % 2 == (sex == "M")])
    base = f"{birth:%y%m%d}{serial:03d}"
    checked = int(f"2{base}" if birth.year >= 2000 else base)  # noqa: PLR2004 - the year the rule changes
    return f"{base}{97 - checked % 97:02d}"


def _given(chance: Random, plan: PatientsPlan, sex: str, grown: float) -> str:
    names = plan.names.women if sex == "F" else plan.names.men
    if grown < 1 and chance.random() < 0.5:  # noqa: PLR2004 - every other newborn has no name yet
        return "Bébé"
    return chance.choice(names)


def _bed(ward: Ward, n: int) -> str:
    if "{ab}" in ward.bed:
        return ward.bed.format(n=ward.rooms + n // 2, ab="AB"[n % 2])
    return ward.bed.format(n=ward.rooms + n)


def _problems(chance: Random, plan: PatientsPlan, sex: str, years: float) -> tuple[Problem, ...]:
    fitting = [one for one in plan.problems if one.sex in ("", sex) and (years >= MIDDLE or one.young)]
    weights = (1, 3, 5, 5, 3, 1) if years >= MIDDLE else (5, 4, 1, 0, 0, 0)
    return _some(chance, fitting, chance.choices((0, 1, 2, 3, 4, 5), weights=weights)[0])


def _some(chance: Random, rows: Sequence[Weighed], at_most: int) -> tuple[Weighed, ...]:
    """Draw rows by weight, each once at most, in their own order."""
    drawn = (
        {id(one) for one in chance.choices(rows, weights=[one.weight for one in rows], k=at_most)} if at_most else ()
    )
    return tuple(one for one in rows if id(one) in drawn)


def _takes(chance: Random, plan: PatientsPlan, problems: Sequence[Problem]) -> tuple[Medicine, ...]:
    names = [name for one in problems if one.takes for name in chance.choice(one.takes)]
    return tuple(plan.medicines[name] for name in dict.fromkeys(names))


def _body(chance: Random, grown: float, sex: str, case: Case) -> tuple[float, int]:
    """Draw a weight in kg and a height in cm that go together."""
    if case.ages == (0, 0):
        return round(chance.uniform(1.6, 2.6), 2), chance.randint(41, 46)
    if grown < GROWN:
        height = round(76 + 6.2 * grown + chance.uniform(-4, 4))
        return round(8 + 2.6 * grown + chance.uniform(-1.5, 2.5), 1), height
    height = chance.randint(152, 174) if sex == "F" else chance.randint(163, 188)
    return round(chance.uniform(20, 33) * (height / 100) ** 2, 1), height


def wards_of(patients: Sequence[Patient]) -> Iterator[tuple[str, str]]:
    """Yield each site and service that has somebody, once."""
    yield from dict.fromkeys((one.site, one.service) for one in patients)
