"""Allergies as a chart shows them: what somebody is allergic to, that there is nothing known, that nobody asked.

Owns the three statements of the banner. Refuses to call an empty list "no allergies". Source: FHIR R4
AllergyIntolerance; NHS Common User Interface, allergies; docs/design/chart.md, C1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from relight.record.rules.chart.coding import ATC, SNOMED, all_words, code_of, codes, codings, dicts, notes, one, text
from relight.record.rules.chart.coding import words as concept_words

NOTHING_KNOWN: Final[Mapping[str, str]] = {
    "716186003": "all",
    "160244002": "all",
    "409137002": "medication",
    "429625007": "food",
    "428607008": "environment",
    "428197003": "environment",
    "716184000": "medication",
    "716220001": "environment",
}
"""SNOMED codes that say that no allergy is known, and of which kind."""
_NIL: Final = frozenset({"nil-known", "nka", "no-known-allergies", "no-known-allergy"})
_SEVERITIES: Final = ("severe", "moderate", "mild")
_OFF: Final = frozenset({"inactive", "resolved"})
_WRONG: Final = frozenset({"refuted", "entered-in-error"})


class AllergyState(StrEnum):
    """What is known of somebody's allergies: three different things."""

    ALLERGIC = "allergic"
    NONE_KNOWN = "none-known"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """One allergy or intolerance.

    Args: name: of the substance. scope: `all`, `medication`, `food`, `environment` for a statement that none is
    known, else empty. criticality: `high`, `low`, `unable-to-assess` or empty. certainty: FHIR's verification word.
    is_active: counts today. atc, snomed: codes of the substance, to match prescriptions with.
    """

    name: str
    scope: str
    kind: str
    criticality: str
    certainty: str
    clinical: str
    reaction: str
    severity: str
    onset: str
    note: str
    atc: tuple[str, ...]
    snomed: str
    is_active: bool

    @property
    def is_negative(self) -> bool:
        """Say whether this states that nothing is known."""
        return bool(self.scope)


def allergy_read(resource: Mapping[str, Any]) -> Allergy:
    """Read an AllergyIntolerance. Never fails; O(size)."""
    code = resource.get("code")
    reactions = dicts(resource.get("reaction"))
    clinical = next(iter(sorted(codes(resource.get("clinicalStatus")))), "")
    certainty = next(iter(sorted(codes(resource.get("verificationStatus")))), "")
    substance = all_words([each.get("substance") for each in reactions])
    return Allergy(
        name=concept_words(code) or substance,
        scope=_scope(code),
        kind=text(resource.get("type")),
        criticality=text(resource.get("criticality")),
        certainty=certainty,
        clinical=clinical,
        reaction=", ".join(dict.fromkeys(filter(None, map(_reaction, reactions)))),
        severity=next((word for word in _SEVERITIES if any(each.get("severity") == word for each in reactions)), ""),
        onset=text(resource.get("onsetDateTime")) or text(one(resource.get("onsetPeriod")).get("start")),
        note=notes(resource),
        atc=tuple(each.code for each in codings(code) if each.system == ATC and each.code),
        snomed=code_of(code, SNOMED),
        is_active=clinical not in _OFF and certainty not in _WRONG,
    )  # fmt: skip


def _reaction(reaction: Mapping[str, Any]) -> str:
    return all_words(reaction.get("manifestation")) or text(reaction.get("description"))


def _scope(code: Any) -> str:
    for each in codings(code):
        if each.system == SNOMED and each.code in NOTHING_KNOWN:
            return NOTHING_KNOWN[each.code]
        if each.code in _NIL:
            return "all"
    return ""


def allergy_state(allergies: Iterable[Allergy]) -> AllergyState:
    """Say which of the three it is. "No known food allergy" alone leaves the rest unasked."""
    held = [each for each in allergies if each.is_active]
    if any(not each.is_negative for each in held):
        return AllergyState.ALLERGIC
    return AllergyState.NONE_KNOWN if any(each.scope == "all" for each in held) else AllergyState.NOT_ASKED
