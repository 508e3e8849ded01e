"""What a person may say an unknown test means.

Owns the check of a mapping. Source: docs/design/lab.md, "Queues"; LOINC Users' Guide, check digit (Mod 10).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from relight.lab import errors
from relight.record.plain import is_loinc

LEAST = Decimal("0.000000001")  # between this and its inverse: no two units a laboratory uses lie further apart


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
