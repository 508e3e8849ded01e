"""Words, codes and numbers of FHIR elements, whatever shape they have.

Owns reading elements. Refuses to fail and to guess: what has another shape than FHIR says is passed over. Source:
FHIR R4 datatypes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from relight.record.rules.canonical import Exact

CHARS: Final = 400
SNOMED: Final = "http://snomed.info/sct"
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
ATC: Final = "http://www.whocc.no/atc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """A code with its system; either may be empty."""

    system: str
    code: str
    display: str


def text(value: Any, *, most: int = CHARS) -> str:
    """Return a string in one line, empty for what is none."""
    return " ".join(value.split())[:most] if isinstance(value, str) else ""


def dicts(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; a lone object is its one member."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def one(value: Any) -> Mapping[str, Any]:
    """Return an object, the first of a list, or an empty one."""
    found = dicts(value)
    return found[0] if found else {}


def codings(concept: Any) -> tuple[Coding, ...]:
    """Return the codings of a CodeableConcept, or of several."""
    return tuple(
        Coding(system=text(each.get("system")), code=text(each.get("code")), display=text(each.get("display")))
        for part in dicts(concept)
        for each in dicts(part.get("coding"))
    )


def _coded(concept: Any) -> Iterator[Mapping[str, Any]]:
    for part in dicts(concept):
        yield from dicts(part.get("coding"))


def code_of(concept: Any, system: str) -> str:
    """Return the code of a concept in a system; empty where it has none."""
    for each in _coded(concept):
        if each.get("system") == system and (found := text(each.get("code"))):
            return found
    return ""


def codes(concept: Any) -> frozenset[str]:
    """Return all codes of a concept, without their systems: for value sets FHIR itself defines."""
    return frozenset(found for each in _coded(concept) if (found := text(each.get("code"))))


def words(concept: Any) -> str:
    """Return what a CodeableConcept says: its text, else a display, else a code."""
    for part in dicts(concept):
        found = text(part.get("text"))
        if found:
            return found
    for name in ("display", "code"):
        for each in _coded(concept):
            if found := text(each.get(name)):
                return found
    return ""


def all_words(concepts: Any) -> str:
    """Return what several concepts say, parted by commas."""
    return ", ".join(dict.fromkeys(found for part in dicts(concepts) if (found := words(part))))


def decimal_text(value: Any) -> str:
    """Return a number digit for digit as it was written; empty for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Exact):
        return value.text
    if isinstance(value, int):
        return str(value)
    plain = repr(value)
    return format(Decimal(plain), "f") if "e" in plain.casefold() else plain


def decimal_of(value: Any) -> Decimal | None:
    """Return a number exactly; None for what is none."""
    try:
        found = Decimal(decimal_text(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def reference(value: Any) -> tuple[str, UUID | None]:
    """Return what a Reference points at here: its type and id; ("", None) where it leads nowhere."""
    kind, _, key = text(one(value).get("reference")).partition("/")
    try:
        return kind, UUID(key.partition("/")[0])
    except ValueError:
        return "", None


def said(value: Any) -> str:
    """Return the name a Reference carries itself: its display, else its identifier."""
    held = one(value)
    return text(held.get("display")) or text(one(held.get("identifier")).get("value"))


def contained(resource: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    """Return the contained resource a Reference means, or an empty one."""
    key = text(one(value).get("reference"))
    if not key.startswith("#"):
        return {}
    return next((each for each in dicts(resource.get("contained")) if each.get("id") == key[1:]), {})


def notes(resource: Mapping[str, Any]) -> str:
    """Return the annotations of a resource in one text."""
    found = [text(each.get("text"), most=2000) for each in dicts(resource.get("note"))]
    return "\n".join(filter(None, found))


def walk(value: Any) -> Iterator[Any]:
    """Yield every object in a value, itself too."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from walk(each)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each)
