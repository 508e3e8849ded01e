"""The patients of a scenario, as `patients.toml` says: wards, cases, problems, medicines, names.

Owns its format. Refuses to make anybody: `patients` does. Source: docs/design/scenario.md, "The patients".
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Density(Enum):
    """How many patients are made: all of them, a few a ward, nobody."""

    FULL = "full"
    FEW = "few"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Args: share: of a hundred patients of the plan, how many are made; one a ward at least. rounds: of the latest
    vital signs, how many; 0 for all."""

    share: int
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """An import of the story. Args: source: its name. share: of a hundred patients, how many it knows."""

    source: str
    day: int
    hour: str
    share: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """A ward. Args: kind: IMP, EMER or SS. patients: by site. bed: pattern with `{n}` and `{ab}`. rooms: number of the
    first. ago: hours since they came, from and to. rounds: hours ago of the vital signs. left, through: of a hundred,
    how many have gone home, how many came by the emergency department."""

    service: str
    kind: str
    patients: Mapping[str, int]
    bed: str
    rooms: int
    ago: tuple[int, int]
    rounds: tuple[float, ...]
    left: int
    through: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something people had before. Args: takes: each a way of treating it, medicines by id. young: below 45 too."""

    id: str
    icd: str
    text: str
    weight: int
    takes: tuple[tuple[str, ...], ...]
    sex: str = ""
    young: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """Something people do not bear. Args: atc: empty for what is no medicine."""

    text: str
    atc: str
    criticality: str
    reaction: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """A medicine as the house gives it. Args: dose: as written, in `unit` (UCUM). times: hours of the day; none where
    it is given as needed: then `need` says for what, `most` how much in 24 hours."""

    id: str
    atc: str
    text: str
    dose: str
    unit: str
    route: str
    times: tuple[int, ...]
    need: str = ""
    most: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Why somebody is here. Args: ages: years, from and to. base: breaths a minute, saturation, oxygen l/min,
    temperature, pulse, systolic pressure. instead: medicines where `drugs` meet an allergy. copd: scale 2 of NEWS2.
    high, low: LOINC of what lies outside its range."""

    id: str
    wards: tuple[str, ...]
    weight: int
    ages: tuple[int, int]
    icd: str
    reason: str
    base: tuple[float, ...]
    drugs: tuple[str, ...]
    history: str
    exam: str
    plan: str
    later: tuple[str, ...]
    care: tuple[str, ...]
    instead: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    image: str = ""
    sex: str = ""
    copd: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What names and addresses are put together from. Args: towns: (postal code, name)."""

    families: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]
    practitioners: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """What is said of the special cases. Args: unknown, about: the patient nobody can name."""

    unknown: str
    about: int
    glass: str
    merge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientsPlan:
    """The whole file. Args: opened: by site, how many days before the end its wards began to write."""

    seed: int
    amounts: Mapping[str, Amount]
    backup: Origin
    regional: Origin
    opened: Mapping[str, int]
    names: Names
    wards: tuple[Ward, ...]
    problems: tuple[Problem, ...]
    allergies: tuple[Allergy, ...]
    medicines: Mapping[str, Medicine]
    cases: tuple[Case, ...]
    special: Special
    _by_ward: dict[str, tuple[Case, ...]] = field(default_factory=dict, compare=False, repr=False)

    def cases_of(self, service: str) -> tuple[Case, ...]:
        """Return what people of a ward come for."""
        if service not in self._by_ward:
            self._by_ward[service] = tuple(case for case in self.cases if service in case.wards)
        return self._by_ward[service]


def patients_plan_read(content: bytes) -> PatientsPlan:
    """Read the file. The shipped one is the one tested: a fault in it raises plainly."""
    values = tomllib.loads(content.decode("utf-8"))
    special = values["special"]
    return PatientsPlan(
        seed=values["seed"],
        amounts={name: Amount(**row) for name, row in values["density"].items()},
        backup=Origin(**values["backup"]),
        regional=Origin(**values["regional"]),
        opened=values["opened"],
        names=Names(
            **{
                **{name: tuple(words) for name, words in values["names"].items()},
                "towns": tuple((town["postal"], town["name"]) for town in values["names"]["towns"]),
            }
        ),
        wards=tuple(Ward(**_tuples(row)) for row in values["ward"]),
        problems=tuple(
            Problem(**{**row, "takes": tuple(tuple(one) for one in row["takes"])}) for row in values["problem"]
        ),
        allergies=tuple(Allergy(**row) for row in values["allergy"]),
        medicines={row["id"]: Medicine(**_tuples(row)) for row in values["medicine"]},
        cases=tuple(Case(**_tuples(row)) for row in values["case"]),
        special=Special(
            unknown=special["unknown"]["text"], about=special["unknown"]["about"], glass=special["glass"],
            merge=special["merge"],
        ),
    )  # fmt: skip


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
