"""What a person may say an unknown test means.

Owns the check of a mapping. Source: docs/design/lab.md, "Queues"; LOINC Users' Guide, check digit (Mod 10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from relight.lab import errors

LEAST = Decimal("0.000000001")  # between this and its inverse: no two units a laboratory uses lie further apart
_LOINC = re.compile(r"(\d{1,7})-(\d)\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What one code with one unit means. Args: unit: UCUM. factor: turns a number as sent into `unit`, a decimal
    text; empty for results in words."""

    loinc: str
    name: str
    unit: str = ""
    factor: str = "1"

    def checked(self) -> Meaning:
        """Return it tidied. Raises: InputError RL-LAB-007 (no name), RL-LAB-026 (factor), RL-LAB-027 (LOINC)."""
        loinc, name = self.loinc.strip(), " ".join(self.name.split())
        if not is_loinc(loinc):
            raise errors.LOINC_WRONG.error(where="loinc", value=loinc)
        if not name:
            raise errors.KEY_MISSING.error(where="name", key="name", example="Glucose")
        return Meaning(loinc=loinc, name=name[:120], unit=self.unit.strip()[:60], factor=_factor(self.factor.strip()))


def is_loinc(code: str) -> bool:
    """Say whether a code is one of LOINC by its shape and its check digit."""
    found = _LOINC.match(code)
    return found is not None and _check_digit(found[1]) == int(found[2])


def _check_digit(digits: str) -> int:
    """Return the Mod 10 check digit: every second digit from the right doubled, digits summed."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return -total % 10


def _factor(text: str) -> str:
    """Return a factor as it is kept; a comma counts as the decimal point."""
    if not text:
        return ""
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation as wrong:
        raise errors.FACTOR_WRONG.error(where="factor", value=text) from wrong
    if not number.is_finite() or not LEAST <= number <= 1 / LEAST:
        raise errors.FACTOR_WRONG.error(where="factor", value=text[:20])
    return format(number.normalize(), "f")
