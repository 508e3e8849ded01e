"""The catalogue of tests: names, units, tubes, reference ranges, critical limits, tolerances.

Owns the catalogue's format, its validation and every look-up in it. Refuses files and guessing: without
age or sex a range that asks for them is not given, and a unit that cannot be compared is compared with
nothing. Source: record/catalogue.toml, docs/design/requests.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from relight.kernel.errors import N_
from relight.record.errors import CATALOGUE_FAULTY

FORMAT = 1
YEAR_DAYS = 365.25
LANGUAGES = ("fr", "nl", "de", "en")
NO_TUBE = "?"  # the specimen of a test the catalogue does not hold: shown, never hidden

GROUP_NAMES: dict[str, str] = {
    "chemistry": N_("Chemistry"),
    "cardiac": N_("Heart"),
    "haematology": N_("Haematology"),
    "coagulation": N_("Coagulation"),
    "blood-gas": N_("Blood gas"),
    "hormones": N_("Hormones and vitamins"),
}

COLOUR_NAMES: dict[str, str] = {
    "yellow": N_("yellow"),
    "green": N_("green"),
    "lavender": N_("lavender"),
    "blue": N_("light blue"),
    "grey": N_("grey"),
    "white": N_("white"),
    "beige": N_("beige"),
}

# Units that say the same amount: how many of the second make one of the first. Mass is never turned
# into substance: that takes the molar mass, and belongs to a driver.
FACTORS: Mapping[tuple[str, str], Decimal] = {
    ("10*3/uL", "10*9/L"): Decimal(1),
    ("10*6/uL", "10*12/L"): Decimal(1),
    ("/uL", "10*9/L"): Decimal("0.001"),
    ("ng/mL", "ug/L"): Decimal(1),
    ("pg/mL", "ng/L"): Decimal(1),
    ("ug/mL", "mg/L"): Decimal(1),
    ("ng/mL", "ng/L"): Decimal(1000),
    ("ng/L", "ug/L"): Decimal("0.001"),
    ("mg/L", "ug/L"): Decimal(1000),
    ("mg/dL", "mg/L"): Decimal(10),
    ("g/dL", "g/L"): Decimal(10),
    ("mg/dL", "g/L"): Decimal("0.01"),
    ("mg/mL", "g/L"): Decimal(1),
    ("ng/mL{FEU}", "ug/L{FEU}"): Decimal(1),
    ("mg/L{FEU}", "ug/L{FEU}"): Decimal(1000),
    ("ug/mL{FEU}", "ug/L{FEU}"): Decimal(1000),
    ("u[IU]/mL", "m[IU]/L"): Decimal(1),
    ("m[IU]/mL", "[IU]/L"): Decimal(1),
    ("[IU]/L", "U/L"): Decimal(1),
    ("L/L", "%"): Decimal(100),
    ("kPa", "mm[Hg]"): Decimal("7.50062"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """What a tube holds. Args: colour: of its cap, a key of COLOUR_NAMES. hl7: table 0487."""

    id: str
    names: Mapping[str, str]
    colour: str
    hl7: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One reference range. Args: sex: M, F or empty for both. from_days, to_days: ages, the second
    excluded, None for no end. low, high: None for no limit on that side."""

    sex: str = ""
    from_days: int = 0
    to_days: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    def text(self) -> str:
        """Write it as a result sheet does, both ends within: `3.5 - 5.1`, `≤ 5.0`, `≥ 40`."""
        if self.low is None:
            return f"≤ {self.high}"
        return f"≥ {self.low}" if self.high is None else f"{self.low} - {self.high}"

    def side(self, number: Decimal) -> str:
        """Say where a number lies: `L`, `H`, or empty within the range."""
        if self.low is not None and number < self.low:
            return "L"
        return "H" if self.high is not None and number > self.high else ""

    def fits(self, *, sex: str, age_days: int | None) -> bool:
        """Say whether it holds for this sex and age; what is not known fits only a range that does not ask."""
        if self.sex and self.sex != sex:
            return False
        if age_days is None:
            return self.from_days == 0 and self.to_days is None
        return self.from_days <= age_days and (self.to_days is None or age_days < self.to_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far two measurements of one sample may lie apart: the wider of the two limits counts."""

    absolute: Decimal | None = None
    percent: Decimal | None = None

    def allowed(self, reference: Decimal) -> Decimal:
        """Return the distance allowed at this value."""
        share = abs(reference) * (self.percent or Decimal(0)) / 100
        return max(self.absolute or Decimal(0), share)

    def holds(self, value: Decimal, reference: Decimal) -> bool:
        """Say whether a value is close enough to what it is compared with."""
        return abs(value - reference) <= self.allowed(reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One test. Args: short: at the bench. unit: UCUM. critical: limits beyond which somebody is called."""

    loinc: str
    short: str
    names: Mapping[str, str]
    unit: str
    specimen: str
    group: str
    ranges: tuple[Range, ...] = ()
    critical: Range | None = None
    tolerance: Tolerance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Tests that are ordered together, by LOINC. Args: loinc: codes other systems order the panel by."""

    id: str
    names: Mapping[str, str]
    tests: tuple[str, ...]
    loinc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A valid catalogue. Its order is the file's: the order on pages and printed sheets."""

    tests: Mapping[str, Test]
    specimens: Mapping[str, Specimen]
    panels: tuple[Panel, ...]
    places: Mapping[str, int] = field(default_factory=dict)

    def name(self, loinc: str, *, language: str, otherwise: str = "") -> str:
        """Return a test's name; `otherwise`, or its code, when the catalogue does not hold it."""
        test = self.tests.get(loinc)
        return named(test.names, language=language) if test else otherwise or loinc

    def place(self, loinc: str) -> int:
        """Return where a test stands in the catalogue; what it does not hold comes last."""
        return self.places.get(loinc, len(self.places))

    def reference_range(self, loinc: str, *, sex: str = "", age_days: int | None = None) -> Range | None:
        """Return the range for a person, None where none is stated for this sex and age."""
        test = self.tests.get(loinc)
        fitting = (r for r in test.ranges if r.fits(sex=sex, age_days=age_days)) if test else iter(())
        return next(fitting, None)

    def is_critical(self, loinc: str, number: Decimal, *, unit: str | None = None) -> bool:
        """Say whether somebody must be called. A limit itself is critical.

        Args: unit: UCUM of the number; None for the catalogue's own.
        """
        test = self.tests.get(loinc)
        if test is None or test.critical is None:
            return False
        value = self.in_unit(loinc, number, unit=unit)
        if value is None:
            return False
        low, high = test.critical.low, test.critical.high
        return (low is not None and value <= low) or (high is not None and value >= high)

    def tolerance(self, loinc: str) -> Tolerance | None:
        """Return how far two measurements may lie apart; None for a test that states nothing."""
        test = self.tests.get(loinc)
        return test.tolerance if test else None

    def in_unit(self, loinc: str, number: Decimal, *, unit: str | None) -> Decimal | None:
        """Return a number in the catalogue's unit; None when the units cannot be compared."""
        test = self.tests.get(loinc)
        if test is None:
            return None
        if unit is None or unit == test.unit:
            return number
        factor = factor_between(unit, test.unit)
        return None if factor is None else number * factor

    def range_in(self, loinc: str, *, unit: str, sex: str = "", age_days: int | None = None) -> Range | None:
        """Return the range for a person in the unit of a result; None when it cannot be compared."""
        found = self.reference_range(loinc, sex=sex, age_days=age_days)
        if found is None or unit == self.tests[loinc].unit:
            return found
        factor = factor_between(self.tests[loinc].unit, unit)
        if factor is None:
            return None
        low, high = (None if n is None else plain(n * factor) for n in (found.low, found.high))
        return Range(sex=found.sex, from_days=found.from_days, to_days=found.to_days, low=low, high=high)

    def tubes(self, loincs: Iterable[str]) -> tuple[tuple[Specimen | None, tuple[str, ...]], ...]:
        """Part tests by the tube they are taken in, both in the catalogue's order; unknown tests last."""
        parted: dict[str, list[str]] = {}
        for loinc in sorted(loincs, key=self.place):
            test = self.tests.get(loinc)
            parted.setdefault(test.specimen if test else NO_TUBE, []).append(loinc)
        order = [*self.specimens, NO_TUBE]
        return tuple((self.specimens.get(tube), tuple(parted[tube])) for tube in order if tube in parted)


def named(names: Mapping[str, str], *, language: str) -> str:
    """Return the name in a language, else in English, else in any there is."""
    return names.get(language) or names.get("en") or next(iter(names.values()), "")


def factor_between(unit: str, other: str) -> Decimal | None:
    """Return what a number in `unit` is multiplied with to be in `other`; None when nobody said."""
    if unit == other:
        return Decimal(1)
    if (unit, other) in FACTORS:
        return FACTORS[(unit, other)]
    back = FACTORS.get((other, unit))
    return None if back is None else 1 / back


def plain(number: Decimal) -> Decimal:
    """Return a number without trailing zeros and without an exponent."""
    short = round(number, 4).normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral() else short


def age_days(*, birth: date | None, at: date) -> int | None:
    """Return the age in days; None when the birth date is not known or lies ahead."""
    if birth is None or birth > at:
        return None
    return (at - birth).days


def decimal_of(text: str) -> Decimal | None:
    """Read a decimal text; None for what is no finite number."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def is_loinc(code: str) -> bool:
    """Say whether a text has the form of a LOINC code with its check digit right (mod 10).

    Source: LOINC Users' Guide, “LOINC code check digit”.
    """
    body, dash, check = code.partition("-")
    if not (dash and body.isascii() and body.isdigit() and check.isascii() and check.isdigit() and len(check) == 1):
        return False
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return (10 - total % 10) % 10 == int(check)


def catalogue_read(content: bytes) -> Catalogue:
    """Read a catalogue file.

    Raises: InputError RL-LAB-200 naming the entry and what is wrong with it, for the first fault.
    """
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise CATALOGUE_FAULTY.error(fault=str(fault)) from fault
    if document.get("format") != FORMAT:
        raise CATALOGUE_FAULTY.error(fault=f"format = {FORMAT}", where="format")
    specimens = {key: _specimen(key, value) for key, value in document.get("specimen", {}).items()}
    tests: dict[str, Test] = {}
    for entry in document.get("test", []):
        test = _test(entry, specimens=specimens)
        if test.loinc in tests:
            raise _fault(test.loinc, "loinc")
        tests[test.loinc] = test
    panels = tuple(_panel(entry, tests=tests) for entry in document.get("panel", []))
    return Catalogue(
        tests=tests, specimens=specimens, panels=panels, places={loinc: place for place, loinc in enumerate(tests)}
    )


def _fault(entry: str, key: str) -> Exception:
    return CATALOGUE_FAULTY.error(where=entry, fault=f"{entry}: {key}")


def _text(entry: Mapping[str, Any], key: str, *, of: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise _fault(of, key)
    return value


def _names(entry: Mapping[str, Any], *, of: str) -> dict[str, str]:
    names = entry.get("names")
    if not isinstance(names, dict) or not names or not all(isinstance(n, str) and n for n in names.values()):
        raise _fault(of, "names")
    return dict(names)


def _specimen(key: str, entry: Mapping[str, Any]) -> Specimen:
    colour = _text(entry, "colour", of=key)
    if colour not in COLOUR_NAMES:
        raise _fault(key, "colour")
    return Specimen(id=key, names=_names(entry, of=key), colour=colour, hl7=_text(entry, "hl7", of=key))


def _test(entry: Mapping[str, Any], *, specimens: Mapping[str, Specimen]) -> Test:
    loinc = str(entry.get("loinc", ""))
    if not is_loinc(loinc):
        raise _fault(loinc or "test", "loinc")
    specimen, group = _text(entry, "specimen", of=loinc), _text(entry, "group", of=loinc)
    if specimen not in specimens:
        raise _fault(loinc, "specimen")
    if group not in GROUP_NAMES:
        raise _fault(loinc, "group")
    critical, tolerance = entry.get("critical"), entry.get("tolerance")
    return Test(
        loinc=loinc,
        short=_text(entry, "short", of=loinc),
        names=_names(entry, of=loinc),
        unit=_text(entry, "unit", of=loinc),
        specimen=specimen,
        group=group,
        ranges=tuple(_range(one, of=loinc, key="ranges") for one in entry.get("ranges", [])),
        critical=_range(critical, of=loinc, key="critical") if critical else None,
        tolerance=_tolerance(tolerance, of=loinc) if tolerance else None,
    )


def _range(entry: Mapping[str, Any], *, of: str, key: str) -> Range:
    low, high = _number(entry, "low", of=of), _number(entry, "high", of=of)
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        raise _fault(of, key)
    sex = entry.get("sex", "")
    if sex not in ("", "M", "F"):
        raise _fault(of, "sex")
    return Range(
        sex=sex,
        from_days=_days(entry.get("from", "0d"), of=of),
        to_days=_days(entry["to"], of=of) if "to" in entry else None,
        low=low,
        high=high,
    )


def _days(text: object, *, of: str) -> int:
    word = str(text)
    if word[:-1].isascii() and word[:-1].isdigit() and word[-1] in "dy":
        return int(word[:-1]) if word[-1] == "d" else int(int(word[:-1]) * YEAR_DAYS)
    raise _fault(of, "from / to")


def _number(entry: Mapping[str, Any], key: str, *, of: str) -> Decimal | None:
    if key not in entry:
        return None
    number = decimal_of(entry[key]) if isinstance(entry[key], str) else None
    if number is None:
        raise _fault(of, key)
    return number


def _tolerance(entry: Mapping[str, Any], *, of: str) -> Tolerance:
    absolute, percent = _number(entry, "absolute", of=of), _number(entry, "percent", of=of)
    if not (absolute or percent) or (absolute or 0) < 0 or (percent or 0) < 0:
        raise _fault(of, "tolerance")
    return Tolerance(absolute=absolute, percent=percent)


def _panel(entry: Mapping[str, Any], *, tests: Mapping[str, Test]) -> Panel:
    key = _text(entry, "id", of="panel")
    loincs = tuple(entry.get("tests", ()))
    if not loincs or any(loinc not in tests for loinc in loincs):
        raise _fault(key, "tests")
    codes = tuple(entry.get("loinc", ()))
    if not all(is_loinc(str(code)) for code in codes):
        raise _fault(key, "loinc")
    return Panel(id=key, names=_names(entry, of=key), tests=loincs, loinc=codes)
