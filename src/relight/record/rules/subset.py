"""Parts of a resource: `_summary` and `_elements`.

Owns which elements stay. What was cut says so by the tag SUBSETTED. Source: FHIR R4, search.html#summary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from relight.record.rules.search_query import Summary
from relight.record.rules.validate import structures

ALWAYS = frozenset({"resourceType", "id", "meta", "implicitRules"})
LONG = frozenset({"text", "contained", "extension", "modifierExtension", "note", "content", "section", "photo", "data"})
"""What a summary leaves out, beside what is nested: narrative, attachments and remarks."""
SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


def subset(resource: Mapping[str, Any], *, summary: Summary, elements: Sequence[str]) -> dict[str, Any]:
    """Return what is wanted of a resource, marked as cut; required elements always stay."""
    keep = ALWAYS | _required(str(resource.get("resourceType")))
    if elements:
        keep |= set(elements)
        kept = {name: part for name, part in resource.items() if _bare(name, keep)}
    elif summary is Summary.TEXT:
        kept = {name: part for name, part in resource.items() if _bare(name, keep | {"text"})}
    elif summary is Summary.DATA:
        kept = {name: part for name, part in resource.items() if name != "text"}
    elif summary is Summary.TRUE:
        kept = {name: part for name, part in resource.items() if name not in LONG or name in keep}
    else:
        return dict(resource)
    meta = dict(kept["meta"]) if isinstance(kept.get("meta"), dict) else {}
    tags = meta.get("tag")
    meta["tag"] = [*(tags if isinstance(tags, list) else []), SUBSETTED]
    kept["meta"] = meta
    return kept


def _bare(name: str, keep: frozenset[str] | set[str]) -> bool:
    bare = name.removeprefix("_")
    return bare in keep or any(part.endswith("[x]") and bare.startswith(part[:-3]) for part in keep)


def _required(kind: str) -> frozenset[str]:
    found = structures().get(kind)
    return frozenset(found.required if found else ())
