"""Real FHIR and HL7 of others, and imports and exports over them."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from relight.record.rules.canonical import dumps, loads

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def data(path: str) -> Path:
    """Return a folder of the public sets; skip where they are not."""
    place = DATA / path
    if not place.exists():
        pytest.skip(f"the public sets (../shared/data/{path}) are not here")
    return place


def resources_in(place: Path) -> Iterator[dict[str, Any]]:
    """Yield every resource of files, bundles opened; walked by another way than the program's."""
    for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
        if file.name.endswith((".json", ".json.gz", ".ndjson.gz", ".ndjson")):
            content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            texts = content.splitlines() if ".ndjson" in file.name else [content]
            for text in texts:
                yield from _opened(loads(text))


def _opened(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if document.get("resourceType") != "Bundle":
        yield document
        return
    for entry in document.get("entry", ()):
        if entry.get("resource"):
            yield from _opened(entry["resource"])


def exported(folder: Path) -> Counter[bytes]:
    """Return the resources of an export, by content."""
    return Counter(
        dumps(loads(line)) for file in folder.glob("*.ndjson") for line in file.read_bytes().splitlines() if line
    )


def contents(resources: Any) -> Counter[bytes]:
    """Return resources by what they say: without ids, without references."""
    return Counter(dumps(_bare(loads(dumps(one)), top=True)) for one in resources)


def _bare(value: Any, *, top: bool = False) -> Any:
    if isinstance(value, dict):
        gone = {"reference"} | ({"id"} if top else set())
        return {
            name: _bare(one)
            for name, one in sorted(value.items())
            if name not in gone and not (name == "url" and str(one).startswith(("Binary/", "urn:")))
        }
    return [_bare(one) for one in value] if isinstance(value, list) else value
