"""Is this a FHIR R4 resource? Shapes, cardinalities, formats of primitives, codes of required bindings.

Owns the judgement that keeps garbage out; what is refused is named by its element path. Refuses the
network, profiles, terminologies and to mend anything. Types without lines in rules/structures.py are
held to what every resource must be. Source: FHIR R4 (4.0.1), datatypes.html, json.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from relight.kernel.errors import N_
from relight.record.rules.search_values import number_of
from relight.record.rules.structures import STRUCTURES, TYPES

MOST = 50
DEEPEST = 40
STRING_MOST = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong. Args: path: FHIRPath of the element. code: FHIR issue type. words: English,
    marked for translation; never holds what was written."""

    path: str
    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element of a structure; `choice` names the choice it is a form of."""

    type: str
    many: bool
    codes: frozenset[str]
    choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """Elements by name as JSON has them, and what must be there (`value[x]` for a choice)."""

    elements: dict[str, Element]
    required: tuple[str, ...]
    any_value: bool


_ELEMENT = re.compile(r"(\w+)(\[x\])?(\*?)(!?):([^(]+)(?:\((.*)\))?$")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z")
_CODE = re.compile(r"\S+(\s\S+)*\Z")
_NO_SPACE = re.compile(r"\S+\Z")
_OID = re.compile(r"urn:oid:[0-2](\.(0|[1-9]\d*))+\Z")
_UUID = re.compile(r"urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z", re.ASCII)
_ZONED = r"T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})"
_DATETIME = re.compile(rf"\d{{4}}(-\d{{2}}(-\d{{2}}({_ZONED})?)?)?\Z", re.ASCII)
_INSTANT = re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}{_ZONED}\Z", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?\Z", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_INT_LEAST, _INT_MOST = -(2**31), 2**31 - 1

UNKNOWN_ELEMENT = N_("There is no such element here.")
REQUIRED = N_("This element is required.")
ONE_ONLY = N_("Only one is allowed, and it is no list.")
A_LIST = N_("This must be a list.")
AN_OBJECT = N_("This must be an object.")
EMPTY = N_("An element is never empty or null: leave it out.")
ONE_CHOICE = N_("Only one form of this choice is allowed.")
NOT_A_CODE = N_("This code is not one of those FHIR R4 allows here.")
TOO_DEEP = N_("This is nested too deep.")
NO_TYPE = N_("resourceType is missing or no type of FHIR R4.")
NO_NESTING = N_("A contained resource cannot contain others.")
WRONG = {
    "boolean": N_("This must be true or false."),
    "integer": N_("This must be a whole number of 32 bits."),
    "unsignedInt": N_("This must be a whole number, 0 or more."),
    "positiveInt": N_("This must be a whole number, 1 or more."),
    "decimal": N_("This must be a number."),
    "string": N_("This must be text, not empty, without control characters."),
    "code": N_("This must be a code: no spaces at its ends."),
    "id": N_("This must be an id: 1 to 64 letters, digits, - or . only."),
    "uri": N_("This must be an address without spaces."),
    "date": N_("This must be a date: 2026, 2026-11 or 2026-11-23."),
    "dateTime": N_("This must be a date, or a time with seconds and offset: 2026-11-23T10:15:00+01:00."),
    "instant": N_("This must be a time with seconds and offset: 2026-11-23T10:15:00+01:00."),
    "time": N_("This must be a time of day: 10:15:00."),
    "base64Binary": N_("This must be base64."),
}


def _text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= STRING_MOST and not _CONTROL.search(value)


def _matched(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.match(value) is not None and _CONTROL.search(value) is None


def _whole(least: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and least <= value <= _INT_MOST


def _dated(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    """Check the form, then that the calendar and the clock know it."""

    def check(value: object) -> bool:
        if not isinstance(value, str) or pattern.match(value) is None:
            return False
        try:
            if "T" in value:
                datetime.fromisoformat(value.replace(":60", ":59", 1) if value[17:19] == "60" else value)
            else:
                date.fromisoformat((value + "-01-01")[:10])
        except ValueError:
            return False
        return True

    return check


PRIMITIVES: dict[str, Callable[[object], bool]] = {
    "boolean": lambda value: isinstance(value, bool),
    "integer": _whole(_INT_LEAST),
    "unsignedInt": _whole(0),
    "positiveInt": _whole(1),
    "decimal": lambda value: number_of(value) is not None,
    "string": _text,
    "markdown": _text,
    "xhtml": _text,
    "code": _matched(_CODE),
    "id": _matched(_ID),
    "uri": _matched(_NO_SPACE),
    "url": _matched(_NO_SPACE),
    "canonical": _matched(_NO_SPACE),
    "oid": _matched(_OID),
    "uuid": _matched(_UUID),
    "date": _dated(_DATE),
    "dateTime": _dated(_DATETIME),
    "instant": _dated(_INSTANT),
    "time": _matched(_TIME),
    "base64Binary": _matched(_BASE64),
}
_AS = {"markdown": "string", "xhtml": "string", "url": "uri", "canonical": "uri", "oid": "uri", "uuid": "uri"}
_ANY = Element(type="*", many=False, codes=frozenset())
_OF_ELEMENT = {
    "id": Element(type="string", many=False, codes=frozenset()),
    "extension": Element(type="Extension", many=True, codes=frozenset()),
    "modifierExtension": Element(type="Extension", many=True, codes=frozenset()),
}
_OF_RESOURCE = {
    **_OF_ELEMENT,
    "id": Element(type="id", many=False, codes=frozenset()),
    "meta": Element(type="Meta", many=False, codes=frozenset()),
    "implicitRules": Element(type="uri", many=False, codes=frozenset()),
    "language": Element(type="code", many=False, codes=frozenset()),
    "text": Element(type="Narrative", many=False, codes=frozenset()),
    "contained": Element(type="Resource", many=True, codes=frozenset()),
}


@lru_cache(maxsize=1)
def structures() -> dict[str, Structure]:
    """Read the declared lines: structures by type name."""
    lines = STRUCTURES.strip().replace("\n ", " ").splitlines()
    found = {}
    for line in lines:
        name, *words = line.split()
        found[name] = _structure(words, _OF_RESOURCE if name in TYPES else _OF_ELEMENT)
    found["Extension"] = _structure(["url!:uri"], _OF_ELEMENT, any_value=True)
    found["Narrative"] = _structure(["status!:code(generated|extensions|additional|empty)", "div:xhtml"], _OF_ELEMENT)
    return found


def _structure(words: list[str], common: Mapping[str, Element], *, any_value: bool = False) -> Structure:
    elements, required = dict(common), []
    for word in words:
        match = _ELEMENT.match(word)
        if match is None:
            raise ValueError(f"no element: {word}")
        name, choice, many, must, types, codes = match.groups()
        any_value = any_value or types == "*"
        if must:
            required.append(f"{name}[x]" if choice else name)
        for kind in types.split(",") if types != "*" else ():
            at = name + kind[0].upper() + kind[1:] if choice else name
            elements[at] = Element(
                type=kind,
                many=bool(many),
                codes=frozenset(codes.split("|") if codes else ()),
                choice=f"{name}[x]" if choice else "",
            )
    return Structure(elements=elements, required=tuple(required), any_value=any_value)


class _Judge:
    """Walks a resource and gathers what is wrong."""

    __slots__ = ("known", "problems")

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.known = structures()

    def wrong(self, path: str, code: str, words: str) -> None:
        if len(self.problems) < MOST:
            self.problems.append(Problem(path=path, code=code, words=words))

    def resource(self, value: object, path: str, depth: int) -> None:
        """Judge a resource: at the top, contained, or in a bundle."""
        if not isinstance(value, dict):
            self.wrong(path, "structure", AN_OBJECT)
            return
        kind = value.get("resourceType")
        if not isinstance(kind, str) or kind not in TYPES:
            self.wrong(f"{path}.resourceType" if path else "resourceType", "structure", NO_TYPE)
            return
        at = path or kind
        if path and "contained" in value:
            self.wrong(f"{at}.contained", "structure", NO_NESTING)
        rest = {name: part for name, part in value.items() if name != "resourceType"}
        structure = self.known.get(kind)
        if structure is None:
            self.common(rest, at, depth)
        else:
            self.structured(rest, structure, at, depth)

    def common(self, value: dict[str, Any], path: str, depth: int) -> None:
        """Judge a type without lines of its own: what every resource has, and that nothing is empty."""
        for name, part in value.items():
            element = _OF_RESOURCE.get(name)
            if element is not None:
                self.element(part, element, f"{path}.{name}", depth)
            else:
                self.anything(part, f"{path}.{name}", depth)

    def anything(self, value: object, path: str, depth: int) -> None:
        if depth > DEEPEST:
            self.wrong(path, "structure", TOO_DEEP)
        elif value is None or value in ("", [], {}):
            self.wrong(path, "structure", EMPTY)
        elif isinstance(value, dict):
            for name, part in value.items():
                self.anything(part, f"{path}.{name}", depth + 1)
        elif isinstance(value, list):
            for at, part in enumerate(value):
                if part is not None:
                    self.anything(part, f"{path}[{at}]", depth + 1)
        elif isinstance(value, str) and not _text(value):
            self.wrong(path, "value", WRONG["string"])

    def structured(self, value: dict[str, Any], structure: Structure, path: str, depth: int) -> None:
        """Judge an object against its structure."""
        if depth > DEEPEST:
            self.wrong(path, "structure", TOO_DEEP)
            return
        seen: set[str] = set()
        for name, part in value.items():
            element = structure.elements.get(name)
            if element is not None:
                self.chosen(element, name, path, seen)
                self.element(part, element, f"{path}.{name}", depth)
            elif name[:1] == "_" and (bare := structure.elements.get(name[1:])) is not None:
                self.chosen(bare, name[1:], path, seen)
                self.anything(part, f"{path}.{name}", depth + 1)
            elif structure.any_value and name.lstrip("_").startswith("value"):
                self.chosen(_ANY, "value[x]", path, seen)
                self.anything(part, f"{path}.{name}", depth + 1)
            elif name != "fhir_comments":
                self.wrong(f"{path}.{_shown(name)}", "structure", UNKNOWN_ELEMENT)
        for name in structure.required:
            if name not in seen:
                self.wrong(f"{path}.{name}", "required", REQUIRED)

    def chosen(self, element: Element, name: str, path: str, seen: set[str]) -> None:
        """Note what is there; two forms of one choice are one too many."""
        if element.choice:
            form = f"={name}"
            if element.choice in seen and form not in seen:
                self.wrong(f"{path}.{element.choice}", "structure", ONE_CHOICE)
            seen.add(form)
        seen.add(element.choice or name)

    def element(self, value: object, element: Element, path: str, depth: int) -> None:
        if value is None or value in ("", [], {}):
            self.wrong(path, "structure", EMPTY)
        elif element.many:
            if isinstance(value, list):
                for at, part in enumerate(value):
                    self.one(part, element, f"{path}[{at}]", depth, listed=True)
            else:
                self.wrong(path, "structure", A_LIST)
        elif isinstance(value, list):
            self.wrong(path, "structure", ONE_ONLY)
        else:
            self.one(value, element, path, depth, listed=False)

    def one(self, value: object, element: Element, path: str, depth: int, *, listed: bool) -> None:
        kind = element.type
        check = PRIMITIVES.get(kind)
        if check is not None:
            if value is None and listed:
                return  # the place of a value that is only an extension
            if not check(value):
                self.wrong(path, "value", WRONG[_AS.get(kind, kind)])
            elif element.codes and value not in element.codes:
                self.wrong(path, "code-invalid", NOT_A_CODE)
        elif not isinstance(value, dict) or not value:
            self.wrong(path, "structure", AN_OBJECT if value else EMPTY)
        elif kind == "Resource":
            self.resource(value, path, depth + 1)
        elif (structure := self.known.get(kind)) is not None:
            self.structured(value, structure, path, depth + 1)
        else:
            self.anything(value, path, depth + 1)


def _shown(name: str) -> str:
    """Return an element's name as it may stand in an answer: what is no name could be anything."""
    return name if re.fullmatch(r"[A-Za-z_]\w{0,63}", name) else "?"


def validate(resource: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Judge a resource. Args: resource: JSON as read. Returns: what is wrong, at most 50; empty when nothing."""
    judge = _Judge()
    judge.resource(resource, "", 0)
    return tuple(judge.problems)


def type_named(name: str) -> bool:
    """Say whether R4 has a resource type of this name."""
    return name in TYPES
