"""Problems: what somebody has, had, or may have. Owns reading Condition. Source: FHIR R4 Condition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from relight.record.rules.chart.coding import all_words, codes, notes, one, text, words
from relight.record.rules.chart.values import quantity_read

_OFF: Final = frozenset({"inactive", "remission", "resolved"})
_WRONG: Final = frozenset({"refuted", "entered-in-error"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem. Args: clinical, certainty: FHIR's words. onset, abated: as written. is_active: counts today."""

    name: str
    clinical: str
    certainty: str
    severity: str
    site: str
    onset: str
    abated: str
    note: str
    is_active: bool


def problem_read(resource: Mapping[str, Any]) -> Problem:
    """Read a Condition. Never fails; O(size)."""
    clinical = next(iter(sorted(codes(resource.get("clinicalStatus")))), "")
    certainty = next(iter(sorted(codes(resource.get("verificationStatus")))), "")
    abated = _when(resource, "abatement")
    return Problem(
        name=words(resource.get("code")) or text(resource.get("text")),
        clinical=clinical,
        certainty=certainty,
        severity=words(resource.get("severity")),
        site=all_words(resource.get("bodySite")),
        onset=_when(resource, "onset"),
        abated=abated,
        note=notes(resource),
        is_active=clinical not in _OFF and certainty not in _WRONG and not (abated and not clinical),
    )


def _when(resource: Mapping[str, Any], stem: str) -> str:
    """Return a date as written, a span's beginning, an age, or words."""
    age = quantity_read(resource.get(f"{stem}Age"))
    return (
        text(resource.get(f"{stem}DateTime"))
        or text(one(resource.get(f"{stem}Period")).get("start"))
        or " ".join(filter(None, (age.text, age.unit)))
        or text(resource.get(f"{stem}String"))
    )
