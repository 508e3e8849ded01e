"""What an analyzer of the demonstration measures: its codes and units, by the driver of its family.

Owns the way back from a test of the catalogue to what the analyzer calls it. Refuses Django and chance: driver
and catalogue are arguments. Source: docs/design/scenario.md, "The laboratory".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from relight.lab.plain import Catalogue, Driver, Scale, Test, TestRule, factor_between

FIRST_LOCAL = 20010
ONE_DECIMAL_BELOW = Decimal(20)  # a range narrower than this needs a decimal to be told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Assay:
    """One test as one analyzer gives it.

    Args: code, unit: as sent. factor: turns the catalogue's unit into the one sent. decimals: of what is sent.
    low, high: what healthy adults have, in the catalogue's unit. critical_low, critical_high: beyond them somebody
    is called. is_local: its code is one of this hospital alone, and a person says on the link what it means.
    """

    loinc: str
    name: str
    code: str
    unit: str
    factor: Decimal
    low: Decimal
    high: Decimal
    critical_low: Decimal | None
    critical_high: Decimal | None
    decimals: int
    is_local: bool = False

    def sent(self, value: Decimal) -> str:
        """Write a value of the catalogue's unit as the analyzer sends it."""
        return f"{value * self.factor:.{self.decimals}f}"

    @property
    def range(self) -> str:
        """The range the analyzer prints beside its value."""
        return f"{self.sent(self.low)}-{self.sent(self.high)}"


def repertoire(loincs: Iterable[str], *, driver: Driver, catalogue: Catalogue) -> dict[str, Assay]:
    """Return what an analyzer gives of some tests, by LOINC.

    A test the driver of its family has no code for gets a number of its own, as where the numbers depend on what
    is installed; one without a reference range is left out.
    """
    found: dict[str, Assay] = {}
    for place, loinc in enumerate(loincs):
        test = catalogue.tests[loinc]
        limits = _limits(test)
        if limits is None:
            continue
        said = _said(test, driver)
        code, unit, factor = said or (str(FIRST_LOCAL + 10 * place), test.unit, Decimal(1))
        low, high = limits
        critical = test.critical
        found[loinc] = Assay(
            loinc=loinc,
            name=test.short,
            code=code,
            unit=unit,
            factor=factor,
            low=low,
            high=high,
            critical_low=critical.low if critical else None,
            critical_high=critical.high if critical else None,
            decimals=_decimals(low * factor, high * factor),
            is_local=said is None,
        )
    return found


def _said(test: Test, driver: Driver) -> tuple[str, str, Decimal] | None:
    """Find the family's code and unit for a test; its own code before LOINC sent as such."""
    for (code, unit), rule in sorted(driver.tests.items(), key=lambda pair: pair[0][0] == pair[1].loinc):
        factor = _factor(test, rule)
        sent = _unit_sent(unit, driver.units)
        if factor is not None and sent is not None:
            return code, sent, factor
    if driver.believes_loinc:
        sent = _unit_sent(test.unit, driver.units)
        return (test.loinc, sent, Decimal(1)) if sent is not None else None
    return None


def _factor(test: Test, rule: TestRule) -> Decimal | None:
    if rule.loinc != test.loinc or rule.scale is not Scale.NUMBER:
        return None
    between = factor_between(test.unit, rule.unit) if rule.unit else Decimal(1)
    return None if between is None else between / rule.factor


def _unit_sent(ucum: str, units: Mapping[str, str]) -> str | None:
    """Return how the family writes a unit; None for one it has no word for."""
    if not ucum:
        return ""
    if units.get(ucum) == ucum:
        return ucum
    return next((sent for sent, means in units.items() if means == ucum), None)


def _limits(test: Test) -> tuple[Decimal, Decimal] | None:
    """Return what healthy adults have; a range with one end gets another one that is plain."""
    fitting = [one for one in test.ranges if one.to_days is None]
    if not fitting:
        return None
    low, high = fitting[0].low, fitting[0].high
    if low is None and high is not None:
        return high * Decimal("0.2"), high
    if high is None and low is not None:
        return low, low * Decimal("1.6")
    return (low, high) if low is not None and high is not None else None


def _decimals(low: Decimal, high: Decimal) -> int:
    written = max(0, *(-int(number.normalize().as_tuple().exponent) for number in (low, high)))
    return min(3, max(written, 1 if high - low < ONE_DECIMAL_BELOW else 0))
