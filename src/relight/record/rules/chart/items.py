"""Any resource shown plainly: what it says as readable rows, and what changed between two versions of it.

Owns the path of a row and its words. Refuses to hide anything: an element nobody foresaw is a row like any other.
Source: FHIR R4 datatypes; docs/design/chart.md, C70-C76.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from relight.record.rules.chart.coding import decimal_text, dicts, one, reference, text
from relight.record.rules.chart.values import quantity_read
from relight.record.rules.narrative import narrative_text

ROWS: Final = 2000
DEPTH: Final = 40
LONG: Final = 4000
_SILENT: Final = frozenset({"resourceType", "id", "meta"})
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing a resource says.

    Args: path: elements down to it, `component[0].valueQuantity`. label: the last of them in words. depth: how deep,
    for indenting. value: in words; empty for a heading. detail: system and code, where the words are of a code. kind,
    target: what a reference leads to, in this record.
    """

    path: str
    label: str
    depth: int
    value: str = ""
    detail: str = ""
    kind: str = ""
    target: UUID | None = None


def rows_of(resource: Mapping[str, Any]) -> tuple[Row, ...]:
    """Lay a resource out as rows, in its own order; at most ROWS. Never fails; O(size)."""
    rows: list[Row] = []
    for row in _rows(resource, path="", depth=0):
        rows.append(row)
        if len(rows) >= ROWS:
            rows.append(Row(path="…", label="…", depth=0, value="…"))
            break
    return tuple(rows)


def label_of(name: str) -> str:
    """Write an element's name as words: `effectiveDateTime` -> `effective date time`."""
    return _CAMEL.sub(" ", name).lower()


def _rows(value: Mapping[str, Any], *, path: str, depth: int) -> Iterator[Row]:
    for name, held in value.items():
        if depth == 0 and name in _SILENT:
            continue
        here = f"{path}.{name}" if path else name
        many = held if isinstance(held, list) else [held]
        for place, each in enumerate(many):
            at = f"{here}[{place}]" if isinstance(held, list) else here
            yield from _row(each, name=name, path=at, depth=depth)


def _row(value: Any, *, name: str, path: str, depth: int) -> Iterator[Row]:
    label = label_of(name)
    if not isinstance(value, (dict, list)):
        yield Row(path=path, label=label, depth=depth, value=_plain(name, value))
        return
    if isinstance(value, list):
        for place, each in enumerate(value):
            yield from _row(each, name=name, path=f"{path}[{place}]", depth=depth)
        return
    short = _short(value, name=name)
    if short is not None:
        words, detail = short
        kind, target = reference(value) if "reference" in value else ("", None)
        yield Row(path=path, label=label, depth=depth, value=words, detail=detail, kind=kind, target=target)
        return
    yield Row(path=path, label=label, depth=depth)
    if depth < DEPTH:
        yield from _rows(value, path=path, depth=depth + 1)


def _plain(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        shown = value.strip()
        if name == "data" and len(shown) > 200:  # noqa: PLR2004 - bytes in base64: their length says more
            return f"… ({len(shown)})"
        return shown[:LONG]
    return decimal_text(value)


def _short(value: Mapping[str, Any], *, name: str) -> tuple[str, str] | None:
    """Write an object of a known datatype in one line; None for what has to be laid out."""
    keys = set(value) - {"id"}
    if "div" in keys and keys <= {"status", "div"}:
        return narrative_text(value)[:LONG], ""
    if keys <= {"coding", "text"} and keys:
        return _concept(value)
    if "code" in keys and keys <= {"system", "version", "code", "display", "userSelected"}:
        return text(value.get("display")) or text(value.get("code")), _code(value)
    if "value" in keys and keys <= {"value", "comparator", "unit", "system", "code"} and "system" not in {name}:
        if isinstance(value.get("value"), (int, float)) and not isinstance(value.get("value"), bool):
            held = quantity_read(value)
            return f"{held.text} {held.unit}".strip(), _code(value)
        return None
    if keys & {"reference"} and keys <= {"reference", "type", "display", "identifier"}:
        number = text(one(value.get("identifier")).get("value"))
        return text(value.get("display")) or number or text(value.get("reference")), text(value.get("reference"))
    if keys and keys <= {"start", "end"}:
        return f"{text(value.get('start'))} – {text(value.get('end'))}", ""
    return None


def _concept(value: Mapping[str, Any]) -> tuple[str, str] | None:
    held = dicts(value.get("coding"))
    if any(set(each) - {"system", "version", "code", "display", "userSelected", "id"} for each in held):
        return None
    said = text(value.get("text")) or next((text(e.get("display")) for e in held if e.get("display")), "")
    plain = next((text(each.get("code")) for each in held if each.get("code")), "")
    return said or plain, "; ".join(filter(None, (_code(each) for each in held)))


def _code(value: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (text(value.get("system")), text(value.get("code")))))


class ChangeKind:
    """How a row differs between two versions."""

    ADDED: Final = "added"
    GONE: Final = "gone"
    CHANGED: Final = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row that differs. Args: before, after: its words in both, empty where it is not."""

    path: str
    label: str
    kind: str
    before: str
    after: str


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """List what differs between two versions, by path, in the order of the newer. O(size)."""
    old = {row.path: row for row in rows_of(before)}
    new = {row.path: row for row in rows_of(after)}
    found: list[Change] = []
    for path, row in {**new, **old}.items():
        was, now = old.get(path), new.get(path)
        if was is not None and now is not None and (was.value, was.detail) == (now.value, now.detail):
            continue
        if not (row.value or row.detail or (was and was.value) or (now and now.value)):
            continue
        kind = ChangeKind.CHANGED if was and now else ChangeKind.ADDED if now else ChangeKind.GONE
        said_before, said_after = _said(was), _said(now)
        if said_before != said_after:
            found.append(Change(path=path, label=row.label, kind=kind, before=said_before, after=said_after))
    return tuple(found)


def _said(row: Row | None) -> str:
    return "" if row is None else " · ".join(filter(None, (row.value, row.detail)))


def title_of(resource: Mapping[str, Any]) -> str:
    """Return what a resource of any type is about, in a few words; empty where nothing says it."""
    for name in _TITLES:
        found = _title(resource.get(name))
        if found:
            return found[:160]
    return ""


_TITLES: Final = (
    "title", "code", "medicationCodeableConcept", "medicationReference", "vaccineCode", "type", "description", "name",
    "serviceType", "category", "class", "summary", "relationship", "identifier",
)  # fmt: skip


def _title(value: Any) -> str:
    if isinstance(value, str):
        return text(value)
    held = one(value)
    short = _short(held, name="") if held else None
    if short is not None:
        return short[0]
    family = " ".join(filter(None, (text(held.get("family")), text(held.get("text")))))
    return family or text(held.get("value"))


def pretty(value: Any, *, indent: str = "") -> str:
    """Write JSON over lines for people, numbers digit for digit, very long texts by their beginning. O(size)."""
    inner = indent + "  "
    if isinstance(value, Mapping):
        parts = [
            f"{inner}{json.dumps(str(k), ensure_ascii=False)}: {pretty(v, indent=inner)}" for k, v in value.items()
        ]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}" if parts else "{}"
    if isinstance(value, list):
        parts = [f"{inner}{pretty(each, indent=inner)}" for each in value]
        return "[\n" + ",\n".join(parts) + f"\n{indent}]" if parts else "[]"
    if isinstance(value, str):
        shown = value if len(value) <= LONG else f"{value[:200]}… ({len(value)})"
        return json.dumps(shown, ensure_ascii=False)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return decimal_text(value)
