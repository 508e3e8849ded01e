"""The served form of a body: this record's id, version and time in place of the source's.

Owns where they stand. References are put in by `rules.references`. Source: FHIR R4 Resource, Meta.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID


def stamped(body: dict[str, Any], *, type: str, id: UUID, version: int, at: datetime) -> dict[str, Any]:
    """Return a body with this record's id, version and time."""
    meta = body.get("meta")
    made: dict[str, Any] = {
        "resourceType": type,
        "id": str(id),
        "meta": {
            **(meta if isinstance(meta, dict) else {}),
            "versionId": str(version),
            "lastUpdated": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        },
    }
    for name, value in body.items():
        if name not in made:
            made[name] = value
    return made
