"""JSON and NDJSON: FHIR resources, or plain objects that are rows of a table.

Owns telling the two apart. A line of NDJSON that is no JSON is put aside, the others are read.
Source: FHIR R4 Bundle; https://github.com/ndjson/ndjson-spec.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from relight.activity.errors import BAD_JSON
from relight.activity.rules.booked import Aside
from relight.activity.rules.source import text_of
from relight.activity.rules.tables import TableRow

Numbered = tuple[int, Mapping[str, Any]]


def objects_of(content: bytes) -> Iterator[Numbered | Aside]:
    """Yield the objects of a JSON document, a list or NDJSON, each with its line (its place in a list).

    A Bundle yields its resources. An object that wraps one list yields what the list holds.
    """
    try:
        document = orjson.loads(_utf8(content))
    except orjson.JSONDecodeError:
        yield from _lines(content)
        return
    yield from _members(document)


def _utf8(content: bytes) -> bytes:
    return content.removeprefix(b"\xef\xbb\xbf") if content[:3] == b"\xef\xbb\xbf" else content


def _members(document: Any, line: int = 1) -> Iterator[Numbered | Aside]:
    if isinstance(document, list):
        for place, member in enumerate(document, start=1):
            yield from _members(member, place)
    elif not isinstance(document, dict):
        yield Aside(line=line, error=BAD_JSON.error(), text=str(document)[:2000])
    elif document.get("resourceType") == "Bundle":
        for place, entry in enumerate(document.get("entry") or (), start=1):
            resource = entry.get("resource") if isinstance(entry, dict) else None
            if isinstance(resource, dict):
                yield place, {**resource, "fullUrl": entry.get("fullUrl", "")}
    elif "resourceType" not in document and (wrapped := _wrapped(document)) is not None:
        yield from _members(wrapped)
    else:
        yield line, document


def _wrapped(document: Mapping[str, Any]) -> list[Any] | None:
    lists = [value for value in document.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    return lists[0] if len(lists) == 1 else None


def _lines(content: bytes) -> Iterator[Numbered | Aside]:
    for number, line in enumerate(text_of(content).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            document = orjson.loads(line)
        except orjson.JSONDecodeError:
            yield Aside(line=number, error=BAD_JSON.error(), text=line[:2000])
            continue
        for member in _members(document, number):
            yield member if isinstance(member, Aside) else (number, member[1])


def rows_of(objects: list[Numbered]) -> Iterator[TableRow]:
    """Lay plain objects out as a table whose first row names their keys."""
    names = list(dict.fromkeys(name for _, one in objects for name in one))
    yield TableRow(line=0, cells=names)
    for line, one in objects:
        cells = [_text(one.get(name)) for name in names]
        yield TableRow(line=line, cells=cells, text=" | ".join(cell for cell in cells if cell))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(_text(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(_text(one) for one in value.values())
    return str(value)
