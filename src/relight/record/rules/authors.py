"""Who wrote something, as FHIR says it: a name to read, and the account it stands for.

Owns the shape: a Practitioner's `display` and an extension `urn:relight:actor`. No reference and no identifier, so that
nothing stays unresolved. Source: docs/design/writing.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

ACTOR: Final = "urn:relight:actor"


def author(*, actor: str, name: str) -> dict[str, Any]:
    """Return a person as a reference without a target."""
    return {"type": "Practitioner", "display": name, "extension": [{"url": ACTOR, "valueString": actor}]}


def actor_in(reference: object) -> str:
    """Return the account an author stands for, empty for one from elsewhere."""
    if not isinstance(reference, Mapping):
        return ""
    found = reference.get("extension")
    for one in found if isinstance(found, list) else ():
        if isinstance(one, Mapping) and one.get("url") == ACTOR:
            return str(one.get("valueString", ""))
    return ""


def name_in(reference: object) -> str:
    """Return an author's name, empty where none is said."""
    return str(reference.get("display") or "") if isinstance(reference, Mapping) else ""


def with_author(authors: Iterable[Mapping[str, Any]], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the authors with one more, who stands there once."""
    held = [dict(one) for one in authors]
    return held if actor_in(new) in {actor_in(one) for one in held} - {""} else [*held, dict(new)]
