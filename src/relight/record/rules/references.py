"""References in a resource: where they stand, what they mean, what is put in their place.

Owns finding, reading and rewriting them. Refuses to look anything up: `resolve` is an argument. A reference is an
object with `reference` (or only `identifier`: logical), and the `url` of an attachment that names a Binary or a
urn:uuid. `canonical` values name definitions and are none. Source: FHIR R4 references, "Resolving references in
Bundles"; docs/design/record.md, cases 30-44.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from relight.record.types import ReferenceForm

_RELATIVE: Final = re.compile(r"([A-Z][A-Za-z]{2,63})/([A-Za-z0-9\-.]{1,128})(/_history/[A-Za-z0-9\-.]{1,64})?(#.*)?\Z")
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_TAIL: Final = re.compile(r"(.*/)?([A-Z][A-Za-z]{2,63})/([A-Za-z0-9\-.]{1,128})(/_history/[A-Za-z0-9\-.]{1,64})?\Z")
KEY_LIMIT: Final = 400
DEPTH_LIMIT: Final = 100


@dataclass(slots=True)
class Found:
    """One reference. Args: holder: the object it stands in. name: `reference`, `url`, or `identifier` (logical).
    path: dotted, with places in lists: `participant[0].individual`. text: as written. type: when known."""

    holder: dict[str, Any]
    name: str
    path: str
    text: str
    form: ReferenceForm
    type: str = ""
    id: str = ""
    tail: str = ""

    @property
    def key(self) -> str:
        """Return what it is looked up by, the same for every way of writing it: `Patient/1`, `urn:uuid:…`,
        `Patient?system|value`, or the address."""
        if self.form is ReferenceForm.RELATIVE:
            return f"{self.type}/{self.id}"
        return self.text[:KEY_LIMIT]


class TooDeepError(ValueError):
    """The resource is nested deeper than any FHIR resource is."""


def references_find(resource: Mapping[str, Any]) -> list[Found]:
    """Find the references of a resource, in order. O(size).

    Returns: fragments (`#p1`) only where nothing contained has that id. Raises: TooDeepError.
    """
    found: list[Found] = []
    contained = {
        part.get("id") for part in resource.get("contained") or () if isinstance(part, dict) and part.get("id")
    }
    _walk(resource, "", found, 0)
    return [one for one in found if one.form is not ReferenceForm.FRAGMENT or not _is_inside(one.text, contained)]


def _is_inside(text: str, contained: set[Any]) -> bool:
    return text == "#" or text[1:] in contained


def _walk(node: Mapping[str, Any], path: str, found: list[Found], depth: int) -> None:
    if depth > DEPTH_LIMIT:
        raise TooDeepError
    for name, value in node.items():
        kind = type(value)
        if kind is str:
            if (name == "reference" and path) or (
                name == "url" and value[:7] in ("Binary/", "urn:uui") and "extension" not in path[-16:]
            ):
                found.append(_read(node, name, path, value))
        elif kind is dict:
            if name == "identifier" and "reference" not in node and path and _may_be_logical(node, path):
                logical = _logical(node, path)
                if logical is not None:
                    found.append(logical)
            _walk(value, f"{path}.{name}" if path else name, found, depth + 1)
        elif kind is list:
            _walk_list(value, f"{path}.{name}" if path else name, found, depth)


def _walk_list(values: list[Any], path: str, found: list[Found], depth: int) -> None:
    for place, value in enumerate(values):
        kind = type(value)
        if kind is dict:
            _walk(value, f"{path}[{place}]", found, depth + 1)
        elif kind is list:
            if depth > DEPTH_LIMIT:
                raise TooDeepError
            _walk_list(value, f"{path}[{place}]", found, depth + 1)


def _read(holder: Any, name: str, path: str, text: str) -> Found:
    where = path if name == "reference" else f"{path}.{name}"
    match = _RELATIVE.match(text)
    if match:
        return Found(holder, name, where, text, ReferenceForm.RELATIVE, match[1], match[2], match[3] or "")
    if text[:1] == "#":
        return Found(holder, name, where, text, ReferenceForm.FRAGMENT)
    if text[:9].lower() in ("urn:uuid:", "urn:oid:1", "urn:oid:2"):
        return Found(holder, name, where, text, ReferenceForm.URN, _type_of(holder))
    if "?" in text and not _ABSOLUTE.match(text):
        return _conditional(holder, name, where, text)
    tail = _TAIL.match(text) if _ABSOLUTE.match(text) else None
    if tail:
        return Found(holder, name, where, text, ReferenceForm.ABSOLUTE, tail[2], tail[3], tail[4] or "")
    return Found(holder, name, where, text, ReferenceForm.ABSOLUTE, _type_of(holder))


def _type_of(holder: Mapping[str, Any]) -> str:
    kind = holder.get("type")
    return kind if isinstance(kind, str) and kind.isalpha() else ""


def _conditional(holder: Any, name: str, path: str, text: str) -> Found:
    """`Patient?identifier=system|value` is looked up as an identifier; any other condition by its text."""
    kind, _, query = text.partition("?")
    pairs = parse_qsl(query)
    if len(pairs) == 1 and pairs[0][0] == "identifier" and "|" in pairs[0][1]:
        return Found(holder, name, path, f"{kind}?{pairs[0][1]}", ReferenceForm.CONDITIONAL, kind)
    return Found(holder, name, path, text, ReferenceForm.CONDITIONAL, kind)


def _may_be_logical(node: Mapping[str, Any], path: str) -> bool:
    """A Reference holds nothing but these; other things with an identifier hold more."""
    return "contained[" not in path[-13:] and node.keys() <= {"identifier", "display", "type", "id", "extension"}


def _logical(node: Any, path: str) -> Found | None:
    system, value = node["identifier"].get("system"), node["identifier"].get("value")
    if not (isinstance(system, str) and isinstance(value, str) and system and value):
        return None
    kind = _type_of(node)
    return Found(node, "identifier", path, f"{kind}?{system}|{value}", ReferenceForm.LOGICAL, kind)


def reference_put(found: Found, *, type: str, id: str, keep_tail: bool = False) -> None:
    """Write a resolved reference in place: `Type/id`; a logical one gets a `reference` beside its identifier."""
    name = "reference" if found.name == "identifier" else found.name
    found.holder[name] = f"{type}/{id}{found.tail if keep_tail else ''}"


def as_written(found: Found) -> str:
    """Return the text to show where it could not be resolved; asked before `reference_put`."""
    text = found.holder.get(found.name)
    return (text if isinstance(text, str) else found.text)[:KEY_LIMIT]
