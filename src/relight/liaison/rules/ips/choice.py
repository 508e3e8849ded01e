"""What of a record goes into a summary: which data, in which section, in which order, what stays out.

Owns the choice and the three standings of a section: listed, known to be none, no information. Refuses to merge two
sources that disagree, and to call silence "none". Source: HL7 IPS 2.0.0, "Empty Sections and Missing Data";
docs/design/liaison-requests.md, cases 60-69.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from relight.record.plain import (
    AllergyState,
    Standing,
    allergy_read,
    allergy_state,
    coding,
    problem_read,
    result_read,
)

ABSENT: Final = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
NONE_KNOWN_CODES: Final = frozenset(
    {"no-known-allergies", "no-known-medications", "no-known-problems", "no-known-procedures", "no-known-immunizations"}
)
NO_INFO_CODES: Final = frozenset(
    {"no-allergy-info", "no-medication-info", "no-problem-info", "no-procedure-info", "no-immunization-info",
     "no-device-info"}
)  # fmt: skip
_NO_MEDICINES: Final = frozenset({"787481004", "1234391000000102"})  # SNOMED CT: no known medications
_NO_PROBLEMS: Final = frozenset({"160245001"})  # SNOMED CT: no current problems or disability
RECENT: Final = timedelta(days=365)
MOST: Final[Mapping[str, int]] = {
    "past": 40, "results": 60, "vitals": 20, "immunizations": 40, "procedures": 40,
}  # fmt: skip


class Part(StrEnum):
    """A section of the summary, in the order of the page."""

    ALLERGIES = "allergies"
    MEDICINES = "medicines"
    PROBLEMS = "problems"
    RESULTS = "results"
    VITALS = "vitals"
    PROCEDURES = "procedures"
    IMMUNIZATIONS = "immunizations"
    PAST = "past"


REQUIRED: Final = frozenset({Part.ALLERGIES, Part.MEDICINES, Part.PROBLEMS})


class Known(StrEnum):
    """What a section can say."""

    LISTED = "listed"
    NONE_KNOWN = "none-known"
    NO_INFORMATION = "no-information"


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """One resource of the record with where it came from.

    Args: id: its UUID as text. body: as held. medication: the Medication its reference leads to. kind: of the source
    (`typed`, `lab`, `backup`, `regional`, `import`, `practitioner`). name: the source's own. as_of: how old its copy
    is. at: when what it says took place. known_at: up to when it is known to hold. is_old: from before the outage.
    """

    id: str
    type: str
    body: Mapping[str, Any]
    kind: str
    name: str
    as_of: datetime | None
    at: datetime | None
    written_at: datetime
    known_at: datetime | None
    is_old: bool
    medication: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section. Args: data: in the order shown. left_out: of the same sort, older or too many; never allergies,
    medicines or problems. rest_unasked: something is known, the rest is not (no food allergy, others not asked)."""

    part: Part
    known: Known
    data: tuple[Datum, ...]
    left_out: int = 0
    rest_unasked: bool = False


def sections_of(data: Iterable[Datum], *, medicines_now: frozenset[str], at: datetime) -> tuple[Section, ...]:
    """Choose. Args: medicines_now: ids of the prescriptions and statements that count today. at: now.

    Returns: the three required sections always, others where there is something. O(n log n).
    """
    held = [one for one in data if not _says_nothing(one)]
    of = {kind: [one for one in held if one.type == kind] for kind in {one.type for one in held}}
    observations = of.get("Observation", [])
    found = [
        _allergies(of.get("AllergyIntolerance", [])),
        _medicines([one for one in held if one.type.startswith("Medication") and one.id in medicines_now]),
        *_problems(of.get("Condition", [])),
        _latest(Part.RESULTS, [one for one in observations if _is_result(one, "laboratory")], at=at),
        _latest(Part.VITALS, [one for one in observations if _is_result(one, "vital-signs")], at=at),
        _once(Part.PROCEDURES, [one for one in of.get("Procedure", []) if one.body.get("status") == "completed"]),
        _once(Part.IMMUNIZATIONS, [one for one in of.get("Immunization", []) if one.body.get("status") == "completed"]),
    ]
    order = list(Part)
    return tuple(
        sorted(
            (one for one in found if one.data or one.part in REQUIRED), key=lambda section: order.index(section.part)
        )
    )


def concept_of(one: Datum) -> Any:
    """Return the concept that says what a datum is of."""
    body = one.body
    found = body.get("code") or body.get("vaccineCode") or body.get("medicationCodeableConcept")
    return found or (one.medication or {}).get("code")


def _absent_codes(one: Datum) -> frozenset[str]:
    return frozenset(each.code for each in coding.codings(concept_of(one)) if each.system == ABSENT)


def _says_nothing(one: Datum) -> bool:
    """Say whether it only states that there is no information: that is no datum."""
    return bool(_absent_codes(one) & NO_INFO_CODES)


def says_none(one: Datum) -> bool:
    """Say whether it states that there is nothing of its kind."""
    if one.type == "AllergyIntolerance":
        return allergy_read(one.body).is_negative or bool(_absent_codes(one) & NONE_KNOWN_CODES)
    snomed = coding.code_of(concept_of(one), coding.SNOMED)
    none = _NO_PROBLEMS if one.type == "Condition" else _NO_MEDICINES
    return bool(_absent_codes(one) & NONE_KNOWN_CODES) or snomed in none


def _allergies(data: Sequence[Datum]) -> Section:
    read = [(one, allergy_read(one.body)) for one in data]
    active = [(one, allergy) for one, allergy in read if allergy.is_active]
    state = allergy_state(allergy for _, allergy in active)
    gravity = {"high": 0, "unable-to-assess": 1, "": 1, "low": 2}
    active.sort(key=lambda pair: (pair[1].is_negative, gravity.get(pair[1].criticality, 1), pair[1].name.casefold()))
    if state is AllergyState.ALLERGIC:
        shown = [one for one, allergy in active if not allergy.is_negative]
        return Section(part=Part.ALLERGIES, known=Known.LISTED, data=tuple(shown))
    chosen = tuple(one for one, _ in active)
    if state is AllergyState.NONE_KNOWN:
        return Section(part=Part.ALLERGIES, known=Known.NONE_KNOWN, data=chosen)
    known = Known.NONE_KNOWN if chosen else Known.NO_INFORMATION
    return Section(part=Part.ALLERGIES, known=known, data=chosen, rest_unasked=bool(chosen))


def _medicines(data: Sequence[Datum]) -> Section:
    named = sorted(data, key=lambda one: (coding.words(concept_of(one)).casefold(), one.id))
    return _required(Part.MEDICINES, named)


def _required(part: Part, data: Sequence[Datum]) -> Section:
    """A list with anything in it outweighs a statement that there is nothing."""
    real = [one for one in data if not says_none(one)]
    if real:
        return Section(part=part, known=Known.LISTED, data=tuple(real))
    return Section(part=part, known=Known.NONE_KNOWN if data else Known.NO_INFORMATION, data=tuple(data))


def _problems(data: Sequence[Datum]) -> tuple[Section, Section]:
    read = [(one, problem_read(one.body)) for one in _newest_first(data)]
    active = [one for one, problem in read if problem.is_active]
    past = [
        one for one, problem in read
        if not problem.is_active and problem.certainty not in ("refuted", "entered-in-error") and not says_none(one)
    ]  # fmt: skip
    return _required(Part.PROBLEMS, active), _once(Part.PAST, past)


def _is_result(one: Datum, category: str) -> bool:
    result = result_read(one.body)
    good = result.standing in (Standing.FINAL, Standing.CORRECTED, Standing.PRELIMINARY)
    return good and category in result.categories and bool(result.value.text or result.parts)


def _latest(part: Part, data: Sequence[Datum], *, at: datetime) -> Section:
    """The last value of each test. Those of the last year; where there is none of it, the last there are."""
    each: dict[str, Datum] = {}
    for one in _newest_first(data):
        each.setdefault(result_read(one.body).key, one)
    latest = list(each.values())
    recent = [one for one in latest if one.at is not None and at - one.at <= RECENT] or latest
    shown = recent[: MOST[part]]
    return Section(part=part, known=Known.LISTED, data=tuple(shown), left_out=len(latest) - len(shown))


def _once(part: Part, data: Sequence[Datum]) -> Section:
    """The last of each kind, the newest first: a yearly vaccine is one line."""
    each: dict[str, Datum] = {}
    for one in _newest_first(data):
        each.setdefault(coding.words(concept_of(one)).casefold(), one)
    latest = list(each.values())
    shown = latest[: MOST[part]]
    return Section(part=part, known=Known.LISTED, data=tuple(shown), left_out=len(latest) - len(shown))


def _newest_first(data: Sequence[Datum]) -> list[Datum]:
    return sorted(data, key=lambda one: (-one.at.timestamp() if one.at else float("inf"), one.id))
