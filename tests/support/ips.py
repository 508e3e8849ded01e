"""What the IPS profiles ask of a document, checked by another way than the program makes it.

Owns the constraints of HL7 IPS 2.0.0 this needs: Bundle, Composition with ips-comp-1 and cmp-2, the obligatory elements
of the resource profiles, every reference inside; the shape of each resource by the R4B models.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fhir.resources.R4B.bundle import Bundle

REQUIRED = {"48765-2": "AllergyIntolerance", "10160-0": "Medication", "11450-4": "Condition"}
ALLOWED = {
    **REQUIRED, "30954-2": "Observation", "8716-3": "Observation", "47519-4": "Procedure", "11369-6": "Immunization",
    "11348-0": "Condition",
}  # fmt: skip
NEEDS = {
    "AllergyIntolerance": ("code", "patient"),
    "Condition": ("code", "subject"),
    "MedicationRequest": ("status", "intent", "medication", "subject"),
    "MedicationStatement": ("status", "medication", "subject", "effective"),
    "Immunization": ("status", "vaccineCode", "patient", "occurrence"),
    "Procedure": ("status", "code", "subject", "performed"),
    "Observation": ("status", "category", "code", "subject", "effective", "performer"),
    "Patient": ("name", "birthDate"),
    "Organization": ("name",),
    "Composition": ("identifier", "status", "type", "subject", "date", "author", "title", "section"),
}


def faults(content: bytes) -> list[str]:
    """Return what is wrong with a document; nothing when it is an International Patient Summary."""
    document = json.loads(content)
    found = list(_bundle(document))
    Bundle.model_validate_json(content)
    entries = document["entry"]
    bodies = {entry["fullUrl"]: entry["resource"] for entry in entries}
    if len(bodies) != len(entries):
        found.append("a fullUrl twice")
    for url, body in bodies.items():
        found += [
            f"{body['resourceType']} lacks {name}"
            for name in NEEDS.get(body["resourceType"], ())
            if not _has(body, name)
        ]
        found += [f"{url}: {one} leads nowhere" for one in references(body) if one not in bodies]
        if url != f"urn:uuid:{body['id']}":
            found.append(f"{url} is not the id of its resource")
    found += _composition(entries[0]["resource"], bodies)
    return found


def _has(body: dict[str, Any], name: str) -> bool:
    return any(key == name or key == f"_{name}" or key.lstrip("_").startswith(name) for key in body)


def _bundle(document: dict[str, Any]) -> Iterator[str]:
    for name in ("identifier", "timestamp", "entry"):
        if not document.get(name):
            yield f"Bundle lacks {name}"
    if document["type"] != "document" or document["entry"][0]["resource"]["resourceType"] != "Composition":
        yield "no document"
    if any(set(entry) != {"fullUrl", "resource"} for entry in document["entry"]):
        yield "an entry with more than a resource"


def _composition(composition: dict[str, Any], bodies: dict[str, Any]) -> Iterator[str]:
    codes = [section["code"]["coding"][0]["code"] for section in composition["section"]]
    if composition["type"]["coding"][0]["code"] != "60591-5":
        yield "not a patient summary"
    if missing := set(REQUIRED) - set(codes):
        yield f"sections missing: {missing}"
    if len(codes) != len(set(codes)) or not set(codes) <= set(ALLOWED):
        yield f"sections: {codes}"
    for code, section in zip(codes, composition["section"], strict=True):
        entries, reason = section.get("entry", []), section.get("emptyReason")
        if bool(entries) == bool(reason):
            yield f"{code}: ips-comp-1, cmp-2"
        if "<div" not in section["text"]["div"] or not section.get("title"):
            yield f"{code}: no narrative"
        for one in entries:
            if not bodies[one["reference"]]["resourceType"].startswith(ALLOWED[code]):
                yield f"{code}: holds another type"


def references(value: Any) -> Iterator[str]:
    """Yield every literal reference in a resource."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)
