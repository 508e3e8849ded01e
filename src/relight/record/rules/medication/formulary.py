"""The file of medicines: what may be chosen, how it is called, which allergies concern it, when rounds are.

Owns reading `drugs.toml` and finding in it. Refuses a file with a fault whole, and files themselves: bytes come in.
A name that two medicines share finds both and is never guessed. Source: docs/design/medicines.md, cases 1-9.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from relight.kernel.errors import RelightError
from relight.record import errors
from relight.record.rules.medication.words import ROUTES, UNITS
from relight.record.rules.names import distance, plain, typos_allowed

FORMAT: Final = 1
_LONG: Final = 5  # a word shorter than this is no name to compare by


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """The span of single doses adults commonly get."""

    low: Decimal
    high: Decimal
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """A medicine. Args: names: language -> name. parts: names of what it is made of, its own for one substance.
    is_weekly: given once a week, never daily."""

    atc: str
    name: str
    names: Mapping[str, str]
    also: tuple[str, ...]
    brands: tuple[str, ...]
    routes: tuple[str, ...]
    units: tuple[str, ...]
    usual: Usual | None
    parts: tuple[str, ...]
    is_weekly: bool

    def shown(self, language: str) -> str:
        """Return its name in a language, the English one where it has no other."""
        return self.names.get(language, self.name)

    @property
    def every_name(self) -> tuple[str, ...]:
        """Return all it is called by."""
        return tuple(dict.fromkeys((self.name, *self.names.values(), *self.also, *self.brands)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Careful:
    """Medicines outside an allergy's group that ask for thought. Args: because: language -> sentence."""

    atc: tuple[str, ...]
    because: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What one allergy is likely to concern. Args: atc: beginnings of codes. words: as `plain` writes them."""

    id: str
    names: Mapping[str, str]
    atc: tuple[str, ...]
    words: frozenset[str]
    snomed: frozenset[str]
    rxnorm: frozenset[str]
    careful: tuple[Careful, ...]

    def holds(self, atc: str) -> bool:
        """Say whether a code belongs to it."""
        return bool(atc) and atc.startswith(self.atc)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How often: at times of the day, or every so many hours from the first dose on; one of the two."""

    id: str
    names: Mapping[str, str]
    times: tuple[time, ...] = ()
    hours: int = 0
    words: frozenset[str] = frozenset()

    @property
    def a_day(self) -> Decimal:
        """Return how many doses a day it makes on average."""
        return Decimal(len(self.times)) if self.times else Decimal(24) / Decimal(self.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formulary:
    """The whole file. Args: drugs: by ATC code. by_name: plain name -> codes."""

    drugs: Mapping[str, Drug]
    groups: tuple[Group, ...]
    frequencies: Mapping[str, Frequency]
    rounds: Mapping[str, time]
    by_name: Mapping[str, tuple[str, ...]] = field(repr=False)

    def named(self, text: str) -> tuple[Drug, ...]:
        """Return the medicines a whole name means: one, several that share it, or none."""
        return tuple(self.drugs[code] for code in self.by_name.get(plain(text), ()))

    def find(self, typed: str, *, language: str, limit: int = 12) -> list[Drug]:
        """Find medicines as one types: beginnings first, then words inside, then with typos.

        Args: typed: any part of a name, with or without accents. Returns: the best first, ties by name.
        """
        wanted = plain(typed)
        if not wanted:
            return []
        ranked: dict[str, int] = {}
        for name, codes in self.by_name.items():
            rank = _rank(wanted, name)
            for code in codes if rank is not None else ():
                ranked[code] = min(rank or 0, ranked.get(code, 9))
        order = sorted(ranked, key=lambda code: (ranked[code], plain(self.drugs[code].shown(language))))
        return [self.drugs[code] for code in order[:limit]]

    def in_text(self, text: str) -> tuple[tuple[Drug, ...], bool]:
        """Find which medicines a free text names, and whether surely.

        Returns: those whose name stands in it word for word (True), else those within a typo or two (False).
        """
        words = plain(text).split()
        sure = self._standing(words)
        if sure:
            return sure, True
        close: dict[str, None] = {}
        for word in words:
            limit = typos_allowed(word)
            if len(word) < _LONG or not limit:
                continue
            for name, codes in self.by_name.items():
                if " " not in name and len(name) >= _LONG and distance(word, name, limit=limit) <= limit:
                    close.update(dict.fromkeys(codes))
        return tuple(self.drugs[code] for code in close), False

    def _standing(self, words: list[str]) -> tuple[Drug, ...]:
        """Return the medicines whose names stand in a text, a longer name taking the words of a shorter one."""
        found: dict[str, None] = {}
        i = 0
        while i < len(words):
            for size in range(min(6, len(words) - i), 0, -1):
                codes = self.by_name.get(" ".join(words[i : i + size]))
                if codes:
                    found.update(dict.fromkeys(codes))
                    i += size - 1
                    break
            i += 1
        return tuple(self.drugs[code] for code in found)


def _rank(wanted: str, name: str) -> int | None:
    """Say how well a typed text fits a name: 0 the whole name, 4 with typos; None not at all."""
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in name.split()):
        return 2
    if len(wanted) >= _LONG and wanted in name:
        return 3
    limit = typos_allowed(wanted)
    if limit and distance(wanted, name[: len(wanted)], limit=limit) <= limit:
        return 4
    return None


# -- reading the file ----------------------------------------------------------------------------------


def formulary_read(raw: bytes) -> Formulary:
    """Read a file of medicines. Raises: InputError RL-REC-400 naming the first fault and where it stands."""
    try:
        data = tomllib.loads(raw.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise _fault(str(fault)) from fault
    if data.get("format") != FORMAT:
        raise _fault(f"format is not {FORMAT}", "format")
    rounds = {name: _time(text, f"rounds.{name}") for name, text in _table(data, "rounds").items()}
    frequencies = [_frequency(one, rounds, n) for n, one in enumerate(_tables(data, "frequency"), 1)]
    groups = [_group(one, n) for n, one in enumerate(_tables(data, "group"), 1)]
    drugs: dict[str, Drug] = {}
    for n, one in enumerate(_tables(data, "drug"), 1):
        drug = _drug(one, n)
        if drug.atc in drugs:
            raise _fault(f"{drug.atc} stands twice", f"drug {n}")
        drugs[drug.atc] = drug
    if not drugs or not frequencies:
        raise _fault("no medicine, or no frequency")
    return Formulary(
        drugs=drugs,
        groups=tuple(groups),
        frequencies={one.id: one for one in frequencies},
        rounds=rounds,
        by_name=_names(drugs.values()),
    )


def _names(drugs: Iterable[Drug]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for drug in drugs:
        for name in dict.fromkeys(plain(one) for one in drug.every_name):
            found.setdefault(name, []).append(drug.atc)
    return {name: tuple(codes) for name, codes in found.items()}


def _drug(one: Mapping[str, Any], n: int) -> Drug:
    where = f"drug {n}"
    atc, name = _text(one, "atc", where), _text(one, "name", where)
    routes, units = _texts(one, "routes", where), _texts(one, "units", where)
    if not routes or not set(routes) <= ROUTES.keys() or not units or not set(units) <= UNITS.keys():
        raise _fault("unknown route or unit, or none", f"{where} ({atc})")
    return Drug(
        atc=atc,
        name=name,
        names={"en": name, **_words(one.get("names", {}), where)},
        also=_texts(one, "also", where),
        brands=_texts(one, "brands", where),
        routes=routes,
        units=units,
        usual=_usual(one.get("usual"), where) if "usual" in one else None,
        parts=_texts(one, "parts", where) or (name,),
        is_weekly=one.get("weekly") is True,
    )


def _usual(value: Any, where: str) -> Usual:
    try:
        low, high, unit = value
        usual = Usual(low=Decimal(low), high=Decimal(high), unit=str(unit))
    except (TypeError, ValueError, InvalidOperation) as fault:
        raise _fault("usual is not [lowest, highest, unit]", where) from fault
    if not 0 < usual.low <= usual.high or usual.unit not in UNITS:
        raise _fault("usual goes from low to high, in a known unit", where)
    return usual


def _group(one: Mapping[str, Any], n: int) -> Group:
    where = f"group {n}"
    careful = [
        Careful(atc=_texts(part, "atc", where), because=_words(part.get("because"), where))
        for part in _tables(one, "careful")
    ]
    return Group(
        id=_text(one, "id", where),
        names=_words(one.get("names"), where),
        atc=_texts(one, "atc", where),
        words=frozenset(plain(word) for word in _texts(one, "words", where)),
        snomed=frozenset(_texts(one, "snomed", where)),
        rxnorm=frozenset(_texts(one, "rxnorm", where)),
        careful=tuple(careful),
    )


def _frequency(one: Mapping[str, Any], rounds: Mapping[str, time], n: int) -> Frequency:
    where = f"frequency {n}"
    named = _texts(one, "rounds", where)
    hours = one.get("hours", 0)
    if not set(named) <= rounds.keys() or not isinstance(hours, int) or bool(named) == bool(hours > 0):
        raise _fault("either rounds that stand above, or hours", where)
    return Frequency(
        id=_text(one, "id", where),
        names=_words(one.get("names"), where),
        times=tuple(sorted(rounds[name] for name in named)),
        hours=hours,
        words=frozenset(word.casefold().replace(" ", "") for word in _texts(one, "words", where)),
    )


def _time(text: Any, where: str) -> time:
    try:
        return time.fromisoformat(text)
    except (TypeError, ValueError) as fault:
        raise _fault("no time such as 08:00", where) from fault


def _text(one: Mapping[str, Any], key: str, where: str) -> str:
    value = one.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _fault(f"{key} is missing", where)
    return value


def _texts(one: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = one.get(key, [])
    if not isinstance(value, list) or not all(isinstance(part, str) and part for part in value):
        raise _fault(f"{key} is no list of texts", where)
    return tuple(value)


def _words(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise _fault("names or sentences by language are missing", where)
    return dict(value)


def _table(one: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = one.get(key)
    if not isinstance(value, dict):
        raise _fault(f"{key} is missing", key)
    return value


def _tables(one: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = one.get(key, [])
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise _fault(f"{key} is no list of tables", key)
    return value


def _fault(fault: str, where: str = "drugs.toml") -> RelightError:
    return errors.DRUGS_FAULTY.error(where=where, fault=fault)


def named(names: Mapping[str, str], language: str) -> str:
    """Return what something is called in a language, else in English, else in any."""
    return names.get(language) or names.get("en") or next(iter(names.values()), "")
