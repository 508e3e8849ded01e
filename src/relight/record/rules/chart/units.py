"""Units that differ by an exact factor: what may stand on one line of a trend.

Owns metric prefixes over mass, amount, activity, volume and length, and counts by volume. Refuses whatever takes more
than a factor, or a substance's own weight: mg/dL and mmol/L are never one. Source: UCUM; docs/design/chart.md, C33.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

_PREFIXES: Final[Mapping[str, Fraction]] = {
    "": Fraction(1), "k": Fraction(1000), "d": Fraction(1, 10), "c": Fraction(1, 100), "m": Fraction(1, 10**3),
    "u": Fraction(1, 10**6), "n": Fraction(1, 10**9), "p": Fraction(1, 10**12), "f": Fraction(1, 10**15),
    "M": Fraction(10**6),
}  # fmt: skip
_BASES: Final[Mapping[str, str]] = {
    "g": "mass", "mol": "amount", "L": "volume", "l": "volume", "U": "activity", "[IU]": "iu", "[iU]": "iu",
    "kat": "catalysis", "m": "length", "osm": "osmoles", "eq": "equivalents", "Hz": "frequency",
}  # fmt: skip
_TIMES: Final[Mapping[str, Fraction]] = {
    "s": Fraction(1),
    "min": Fraction(60),
    "h": Fraction(3600),
    "d": Fraction(86400),
}
_COUNT: Final = re.compile(r"10[*^](\d{1,2})\Z")
_PLAIN: Final = re.compile(r"\{[^}]*\}")


@lru_cache(maxsize=512)
def measure_of(ucum: str) -> tuple[Fraction, str] | None:
    """Return a unit as a factor over base units and what it measures; None for what is not known here.

    `mg/dL` -> (1/100, mass/volume): one mg/dL is a hundredth of a gram a litre.
    """
    text = _PLAIN.sub("", ucum.strip().replace("µ", "u").replace("μ", "u"))
    if not text and ucum:
        return Fraction(1), "count"
    above, slash, below = text.partition("/")
    if "/" in below:
        return None
    top = _part(above) if above else (Fraction(1), "count")
    if top is None:
        return None
    if not slash:
        return top
    bottom = _part(below)
    return (top[0] / bottom[0], f"{top[1]}/{bottom[1]}") if bottom else None


def _part(text: str) -> tuple[Fraction, str] | None:
    count = _COUNT.match(text)
    if count:
        return Fraction(10) ** int(count[1]), "count"
    if text == "%":
        return Fraction(1, 100), "count"
    if text in _TIMES:
        return _TIMES[text], "time"
    for base in sorted(_BASES, key=len, reverse=True):
        prefix = text.removesuffix(base)
        if text.endswith(base) and prefix in _PREFIXES:
            return _PREFIXES[prefix], _BASES[base]
    return None


def factor(*, of: str, to: str) -> Fraction | None:
    """Return what a value in a unit is multiplied by to be in another; None where no exact factor says."""
    if of == to:
        return Fraction(1)
    one, other = measure_of(of), measure_of(to)
    if one is None or other is None or one[1] != other[1]:
        return None
    return one[0] / other[0]


def converted(value: Decimal, by: Fraction) -> Decimal | None:
    """Return a value times a factor, exactly; None where it has no end in decimals."""
    whole = Fraction(value) * by
    rest = whole.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return None
    found = Decimal(whole.numerator) / Decimal(whole.denominator)
    return found if Fraction(found) == whole else None
