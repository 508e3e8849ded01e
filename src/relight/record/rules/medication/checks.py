"""What is checked of a prescription: allergies, the same twice, a slipped decimal point, a weekly medicine every day.

Owns these four and nothing else: no interactions, no kidney, liver, weight, age or pregnancy, and the page says so.
Refuses to block: each finding is a warning that may be overridden with a reason. What is not understood surely is
said to be possible, never left out. Source: `drugs.toml` with its sources; docs/design/medicines.md, cases 30-49.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from relight.kernel.errors import N_
from relight.record.rules.medication.doses import Dose, is_unusual
from relight.record.rules.medication.formulary import Drug, Formulary, Group, named
from relight.record.rules.names import distance, plain, typos_allowed

ATC: Final = "http://www.whocc.no/atc"
SNOMED: Final = "http://snomed.info/sct"
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
NO_ALLERGY: Final = frozenset({"716186003", "409137002", "428607008", "429625007"})
"""SNOMED: no known allergy; to drugs; to the environment; to food. They are no allergy."""
ALLERGY_SORTS: Final = frozenset({"allergy", "group", "careful", "possible"})
_LEVEL_4: Final = 5  # characters of an ATC code: the chemical subgroup
_SHORT: Final = 4
_WEEKLY_MOST: Final = 0.3  # doses a day: one in three days and more is no longer weekly
_IDLE: Final = frozenset(
    {
        "allergie", "allergy", "allergic", "allergique", "allergisch", "tegen", "gegen", "voor", "medicament",
        "medicaments", "medication", "medicatie", "medikament", "drug", "drugs", "substance", "disorder", "finding",
        "intolerance", "intolerantie", "unvertraglichkeit", "oral", "tablet", "reaction", "reactie", "rash", "choc",
        "shock", "anaphylactique", "acid", "acide", "zuur", "saure", "sodium", "natrium", "local", "locaux",
    }
)  # fmt: skip


class Sort(StrEnum):
    """What a warning is about, the gravest first."""

    ALLERGY = "allergy"  # the very substance
    GROUP = "group"  # one of the same group
    CAREFUL = "careful"  # another group, worth a thought
    POSSIBLE = "possible"  # the words resemble: check
    SAME = "same"  # the same substance is prescribed already
    CLASS = "class"  # another of the same class is
    DOSE = "dose"
    WEEKLY = "weekly"


SORT_WORDS: Final[Mapping[Sort, str]] = {
    Sort.ALLERGY: N_("Allergy to this medicine"),
    Sort.GROUP: N_("Allergy to a medicine of the same group"),
    Sort.CAREFUL: N_("Allergy to a related medicine: be careful"),
    Sort.POSSIBLE: N_("Possible match with an allergy: check"),
    Sort.SAME: N_("The same substance is prescribed already"),
    Sort.CLASS: N_("Another medicine of the same class is prescribed already"),
    Sort.DOSE: N_("Unusual dose: check the unit and the decimal point"),
    Sort.WEEKLY: N_("This medicine is usually given once a week, not every day"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """One thing to think about. Args: of: what it collides with, as it was written. because: a sentence in the
    reader's language, empty for most."""

    sort: Sort
    of: str = ""
    because: str = ""

    @property
    def key(self) -> str:
        """Return what makes it this warning, in any language."""
        return f"{self.sort.value}:{self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """An allergy as recorded. Args: codes: (system, code). text: all it is called, in words."""

    codes: frozenset[tuple[str, str]]
    text: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A medicine that is, or is to be, prescribed. Args: drugs: what the file knows it to be; none for a name alone."""

    name: str
    drugs: tuple[Drug, ...]

    @property
    def parts(self) -> frozenset[str]:
        """Return the substances it is made of, plain."""
        return frozenset(plain(part) for drug in self.drugs for part in drug.parts) or frozenset({plain(self.name)})


# -- allergies -----------------------------------------------------------------------------------------


def allergy_of(body: Mapping[str, Any]) -> Allergy | None:
    """Read an AllergyIntolerance; None for one refuted, entered in error, resolved, or that says there is none."""
    if _code(body.get("verificationStatus")) in ("refuted", "entered-in-error"):
        return None
    if _code(body.get("clinicalStatus")) in ("inactive", "resolved"):
        return None
    concepts = [body.get("code")]
    reactions = body.get("reaction")
    concepts += (
        [one.get("substance") for one in reactions or () if isinstance(one, dict)]
        if isinstance(reactions, list)
        else []
    )
    codes, texts = set(), []
    for concept in concepts:
        for coding in _codings(concept):
            codes.add((str(coding.get("system") or ""), str(coding.get("code") or "")))
            texts.append(str(coding.get("display") or ""))
        texts.append(str(concept.get("text") or "") if isinstance(concept, dict) else "")
    if any(system == SNOMED and code in NO_ALLERGY for system, code in codes):
        return None
    words = [text for text in dict.fromkeys(texts) if text]
    shown = str((body.get("code") or {}).get("text") or "") or (words[0] if words else "")
    return Allergy(codes=frozenset(codes), text=" ; ".join(words), shown=shown)


def _codings(concept: Any) -> list[dict[str, Any]]:
    found = concept.get("coding") if isinstance(concept, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _code(concept: Any) -> str:
    return next((str(one.get("code") or "") for one in _codings(concept)), "")


def allergy_check(
    wanted: Wanted, allergies: Iterable[Allergy], *, formulary: Formulary, language: str
) -> tuple[Caution, ...]:
    """Compare a medicine with a patient's allergies: the gravest finding of each allergy."""
    found = [_against(wanted, one, formulary=formulary, language=language) for one in allergies]
    return tuple(one for one in found if one is not None)


def _against(wanted: Wanted, allergy: Allergy, *, formulary: Formulary, language: str) -> Caution | None:
    meant, sure = _meant(allergy, formulary)
    parts = {plain(part) for drug in meant for part in drug.parts}
    if sure and (parts & wanted.parts or _atc(allergy) & {drug.atc for drug in wanted.drugs}):
        return Caution(sort=Sort.ALLERGY, of=allergy.shown)
    words = plain(allergy.text).split()
    if any(len(part) > _SHORT and _stands(part, words) for part in wanted.parts):
        return Caution(sort=Sort.ALLERGY, of=allergy.shown)
    groups = _groups(allergy, meant if sure else (), formulary)
    for group in groups:
        if any(group.holds(drug.atc) for drug in wanted.drugs):
            return Caution(sort=Sort.GROUP, of=allergy.shown, because=named(group.names, language))
    for careful in (one for group in groups for one in group.careful):
        if any(drug.atc.startswith(careful.atc) for drug in wanted.drugs):
            return Caution(sort=Sort.CAREFUL, of=allergy.shown, because=named(careful.because, language))
    if _resembles(wanted, allergy, () if sure else meant, formulary):
        return Caution(sort=Sort.POSSIBLE, of=allergy.shown)
    return None


def _atc(allergy: Allergy) -> frozenset[str]:
    return frozenset(code for system, code in allergy.codes if "atc" in system.casefold() and code)


def _meant(allergy: Allergy, formulary: Formulary) -> tuple[tuple[Drug, ...], bool]:
    """Return the medicines an allergy names, by code or in words, and whether surely."""
    coded = tuple(formulary.drugs[code] for code in sorted(_atc(allergy)) if code in formulary.drugs)
    return (coded, True) if coded else formulary.in_text(allergy.text)


def _groups(allergy: Allergy, meant: Sequence[Drug], formulary: Formulary) -> list[Group]:
    words = plain(allergy.text).split()
    snomed = {code for system, code in allergy.codes if system == SNOMED}
    rxnorm = {code for system, code in allergy.codes if system == RXNORM}
    return [
        group
        for group in formulary.groups
        if snomed & group.snomed
        or rxnorm & group.rxnorm
        or any(_stands(word, words) for word in group.words)
        or any(group.holds(code) or (group.atc and _is_class(code, group)) for code in _atc(allergy))
        or any(group.holds(drug.atc) for drug in meant)
    ]


def _is_class(code: str, group: Group) -> bool:
    """Say whether an allergy coded as a whole class is this group or holds it: J01C, or J01 for all of them."""
    return len(code) < 7 and any(prefix.startswith(code) for prefix in group.atc)  # noqa: PLR2004 - a whole code has 7


def _stands(name: str, words: Sequence[str]) -> bool:
    """Say whether a name of one word or more stands in a text, word for word."""
    parts = name.split()
    return bool(parts) and any(list(words[i : i + len(parts)]) == parts for i in range(len(words) - len(parts) + 1))


def _resembles(wanted: Wanted, allergy: Allergy, close: Sequence[Drug], formulary: Formulary) -> bool:
    """Say whether the words of an allergy come near the medicine, its group, or what it is made of."""
    parts = {plain(part) for drug in close for part in drug.parts}
    if parts & wanted.parts:
        return True
    if any(group.holds(drug.atc) for group in _groups(allergy, close, formulary) for drug in wanted.drugs):
        return True
    names = {word for drug in wanted.drugs for one in drug.every_name for word in plain(one).split()}
    names |= {word for part in wanted.parts for word in part.split()} | set(plain(wanted.name).split())
    names |= {
        word for group in formulary.groups for word in group.words
        if " " not in word and any(group.holds(drug.atc) for drug in wanted.drugs)
    }  # fmt: skip
    return any(_near(word, name) for word in plain(allergy.text).split() for name in names)


def _near(word: str, name: str) -> bool:
    if word in _IDLE or name in _IDLE or len(word) < _SHORT or len(name) < _SHORT:
        return False
    return distance(word, name, limit=typos_allowed(name)) <= typos_allowed(name)


# -- the same twice ------------------------------------------------------------------------------------


def duplicate_check(wanted: Wanted, held: Iterable[Wanted]) -> tuple[Caution, ...]:
    """Compare a medicine with those that go on: the same substance, else the same class (ATC level 4)."""
    found: dict[str, Caution] = {}
    for one in held:
        if one.parts & wanted.parts:
            sort = Sort.SAME
        elif {drug.atc[:_LEVEL_4] for drug in one.drugs} & {drug.atc[:_LEVEL_4] for drug in wanted.drugs}:
            sort = Sort.CLASS
        else:
            continue
        warning = Caution(sort=sort, of=one.name)
        found.setdefault(warning.key, warning)
    return tuple(found.values())


# -- how much, how often -------------------------------------------------------------------------------


def dose_check(wanted: Wanted, dose: Dose | None, *, a_day: float | None) -> tuple[Caution, ...]:
    """Look for a slipped decimal point, and for a weekly medicine given daily; only where the file says what is usual.

    Args: a_day: doses a day; None where there is no rhythm.
    """
    found: list[Caution] = []
    usual = next((drug.usual for drug in wanted.drugs if drug.usual), None) if len(wanted.drugs) == 1 else None
    if dose is not None and usual is not None and is_unusual(dose, usual):
        found.append(Caution(sort=Sort.DOSE, of=wanted.name))
    if a_day is not None and a_day > _WEEKLY_MOST and any(drug.is_weekly for drug in wanted.drugs):
        found.append(Caution(sort=Sort.WEEKLY, of=wanted.name))
    return tuple(found)


def cautions_sorted(*parts: Iterable[Caution]) -> tuple[Caution, ...]:
    """Put warnings together, the gravest first."""
    order = list(Sort)
    return tuple(sorted((one for part in parts for one in part), key=lambda one: order.index(one.sort)))
