"""What of a resource can be searched for: its tokens, words, spans of time, quantities, references.

Owns the normal forms both sides of a search are brought to. Refuses to judge the resource: what has
another shape than R4 says gives no value and never an error (rules/validate.py judges).
Source: FHIR R4 (4.0.1), search.html sections 3.1.1.4 to 3.1.1.5.
"""

from __future__ import annotations

import math
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from relight.record.rules.params import Param, ParamKind, Step, params_of

TOKEN_CHARS = 200
STRING_CHARS = 200
CONTACT_SYSTEMS = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})
NAME_PARTS = ("text", "family", "given", "prefix", "suffix")
ADDRESS_PARTS = ("text", "line", "city", "district", "state", "postalCode", "country")
EARLIEST_MS, LATEST_MS = -(2**62), 2**62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_CONTAINERS = frozenset({dict, list})
_YEAR, _MONTH, _DAY, _MINUTE, _SECOND = 4, 7, 10, 16, 19


class TokenValue(NamedTuple):
    """`system` and `code` as they are compared: letters small, the system empty where there is none."""

    param: str
    system: str
    code: str


class StringValue(NamedTuple):
    """`norm` without accents and case, `exact` as written; both cut at 200 characters."""

    param: str
    norm: str
    exact: str


class DateValue(NamedTuple):
    """A span in milliseconds since 1970 UTC: `low` belongs to it, `high` no longer."""

    param: str
    low: int
    high: int


class QuantityValue(NamedTuple):
    """A number with its unit: `system|code` where coded, `unit` as written where not."""

    param: str
    value: float
    system: str
    code: str


class ReferenceValue(NamedTuple):
    """A reference as written, under its element path without positions (`participant.individual`)."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexValues:
    """All that can be searched for in one resource, each value once."""

    tokens: tuple[TokenValue, ...] = ()
    strings: tuple[StringValue, ...] = ()
    dates: tuple[DateValue, ...] = ()
    quantities: tuple[QuantityValue, ...] = ()
    references: tuple[ReferenceValue, ...] = ()


@lru_cache(maxsize=16384)
def norm_of(text: str) -> str:
    """Bring a word to the form strings are compared in: no accents, no case, single spaces."""
    apart = unicodedata.normalize("NFKD", text.replace("\x00", ""))
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(bare.casefold().split())[:STRING_CHARS]


@lru_cache(maxsize=16384)
def code_norm(text: str) -> str:
    """Bring a code, an identifier or a system to the form tokens are compared in."""
    return text.replace("\x00", "").strip().casefold()[:TOKEN_CHARS]


@lru_cache(maxsize=4096)
def key_of(resource_type: str, param: str) -> int:
    """Return the number of a parameter in the index: stable, and different for all parameters of one type."""
    return zlib.crc32(f"{resource_type}.{param}".encode())


@lru_cache(maxsize=4096)
def system_key(system: str) -> int:
    """Return the 64-bit number (signed) of a normalised system in the index; 0 for none."""
    return (
        int.from_bytes(blake2b(system.encode("utf-8", "replace"), digest_size=8).digest(), signed=True) if system else 0
    )


def span_of(text: str, *, zone: tzinfo = UTC) -> tuple[int, int] | None:
    """Read a FHIR date, dateTime or instant as the span it covers.

    Args: text: `2026`, `2026-11`, `2026-11-23`, `2026-11-23T10:15[:30[.5]][Z|+01:00]`. zone: where a
    time without offset was written. Returns: (first millisecond, first one after), or None.
    """
    try:
        return _span_read(text, zone)
    except (ValueError, OverflowError):
        return None


def _span_read(text: str, zone: tzinfo) -> tuple[int, int]:
    size = len(text)
    if not text[:1].isdigit() or (size > _YEAR and text[4] != "-"):
        raise ValueError
    if size == _YEAR:
        year = int(text)
        return _ms(datetime(year, 1, 1, tzinfo=zone)), _ms(datetime(year + 1, 1, 1, tzinfo=zone))
    if size == _MONTH:
        year, month = int(text[:4]), int(text[5:])
        after = (year + month // 12, month % 12 + 1)
        return _ms(datetime(year, month, 1, tzinfo=zone)), _ms(datetime(*after, 1, tzinfo=zone))
    moment = datetime.fromisoformat(text)
    if size == _DAY:
        start = moment.replace(tzinfo=zone)
        return _ms(start), _ms(start + timedelta(days=1))
    if text[10] != "T" or size < _MINUTE:
        raise ValueError
    low = _ms(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    return low, low + _width(text)


def _width(text: str) -> int:
    """Return how many milliseconds a written time covers: a minute, a second, or a part of one."""
    if text[_MINUTE : _MINUTE + 1] != ":":
        return 60_000
    if text[_SECOND : _SECOND + 1] != ".":
        return 1_000
    digits = len(text[_SECOND + 1 :]) - len(text[_SECOND + 1 :].lstrip("0123456789"))
    return max(1, 10 ** (3 - digits)) if digits else 1


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MS


class _Found:
    """Gathers values while a resource is walked; dictionaries keep each once, in order."""

    __slots__ = ("dates", "quantities", "references", "strings", "tokens", "zone")

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.tokens: dict[TokenValue, None] = {}
        self.strings: dict[StringValue, None] = {}
        self.dates: dict[DateValue, None] = {}
        self.quantities: dict[QuantityValue, None] = {}
        self.references: dict[ReferenceValue, None] = {}

    def token(self, param: str, value: object) -> None:
        if isinstance(value, bool):
            self._token(param, "", "true" if value else "false")
        elif isinstance(value, str):
            self._token(param, "", value)
        elif isinstance(value, dict):
            self._token_of_map(param, value)

    def _token_of_map(self, param: str, value: Mapping[str, Any]) -> None:
        codings = value.get("coding")
        if isinstance(codings, list):
            for coding in codings:
                if isinstance(coding, dict):
                    self._token(param, coding.get("system"), coding.get("code"))
        elif "value" in value:
            system = value.get("system")
            self._token(param, "" if system in CONTACT_SYSTEMS else system, value["value"])
        elif "code" in value:
            self._token(param, value.get("system"), value["code"])

    def _token(self, param: str, system: object, code: object) -> None:
        if isinstance(code, str) and (code := code_norm(code)):
            self.tokens[TokenValue(param, code_norm(system) if isinstance(system, str) else "", code)] = None

    def string(self, param: str, value: object) -> None:
        if isinstance(value, str):
            if norm := norm_of(value):
                self.strings[StringValue(param, norm, value.replace("\x00", "")[:STRING_CHARS])] = None
        elif isinstance(value, dict):
            parts = NAME_PARTS if "family" in value or "given" in value else ADDRESS_PARTS
            for part in parts:
                for one in _listed(value.get(part)):
                    if isinstance(one, str):
                        self.string(param, one)

    def date(self, param: str, value: object) -> None:
        if isinstance(value, str):
            span = span_of(value, zone=self.zone)
            if span:
                self.dates[DateValue(param, *span)] = None
        elif isinstance(value, dict):
            if "event" in value or "repeat" in value:
                self._timing(param, value)
            elif "start" in value or "end" in value:
                self._period(param, value)

    def _period(self, param: str, value: Mapping[str, Any]) -> None:
        """Take a period; an open end reaches as far as time does."""
        ends = [
            span_of(end, zone=self.zone) if isinstance(end, str) else None
            for end in (value.get("start"), value.get("end"))
        ]
        if any(ends):
            low = ends[0][0] if ends[0] else EARLIEST_MS
            high = ends[1][1] if ends[1] else LATEST_MS
            self.dates[DateValue(param, low, max(low, high))] = None

    def _timing(self, param: str, value: Mapping[str, Any]) -> None:
        for event in _listed(value.get("event")):
            if isinstance(event, str):
                self.date(param, event)
        repeat = value.get("repeat")
        bounds = repeat.get("boundsPeriod") if isinstance(repeat, dict) else None
        if isinstance(bounds, dict):
            self._period(param, bounds)

    def quantity(self, param: str, value: object) -> None:
        if not isinstance(value, dict):
            return
        number = number_of(value.get("value"))
        if number is not None:
            system, code = value.get("system"), value.get("code") or value.get("unit")
            self.quantities[
                QuantityValue(
                    param,
                    number,
                    code_norm(system) if isinstance(system, str) else "",
                    code[:TOKEN_CHARS].replace("\x00", "") if isinstance(code, str) else "",
                )
            ] = None

    def number(self, param: str, value: object) -> None:
        number = number_of(value)
        if number is not None:
            self.quantities[QuantityValue(param, number, "", "")] = None

    def reference(self, param: str, value: object) -> None:
        if isinstance(value, dict) and isinstance(value.get("identifier"), dict):
            self.token(f"{param}:identifier", value["identifier"])


def number_of(value: object) -> float | None:
    """Read a finite number; None for anything else, `true` included."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _deceased(found: _Found, resource: Mapping[str, Any]) -> None:
    """`deceased` asks whether, and the element may say when instead."""
    if isinstance(resource.get("deceasedDateTime"), str):
        found.token("deceased", True)


_TAKERS: dict[ParamKind, Callable[[_Found, str, object], None]] = {
    ParamKind.TOKEN: _Found.token,
    ParamKind.URI: _Found.token,
    ParamKind.STRING: _Found.string,
    ParamKind.DATE: _Found.date,
    ParamKind.QUANTITY: _Found.quantity,
    ParamKind.NUMBER: _Found.number,
    ParamKind.REFERENCE: _Found.reference,
}
_Line = tuple[str, Step, tuple[Step, ...], Callable[[_Found, str, object], None]]


@lru_cache(maxsize=256)
def _plan(resource_type: str) -> dict[str, tuple[_Line, ...]]:
    """Group the paths of a type by first element, so that what a resource does not hold costs nothing."""
    plan: dict[str, list[_Line]] = {}
    for param in params_of(resource_type).values():
        for path in param.paths:
            plan.setdefault(path[0].name, []).append((param.name, path[0], path[1:], _TAKERS[param.kind]))
    return {name: tuple(lines) for name, lines in plan.items()}


def values_at(resource: Mapping[str, Any], param: Param) -> Iterator[object]:
    """Give every value a parameter's paths lead to, as the resource holds it."""
    for path in param.paths:
        yield from _walk(resource, path)


def _walk(node: object, path: tuple[Step, ...]) -> Iterator[object]:
    if not path:
        yield node
        return
    step, rest = path[0], path[1:]
    if isinstance(node, dict):
        for one in _listed(node.get(step.name)):
            if one is not None and _kept(one, step):
                yield from _walk(one, rest)


def _kept(value: object, step: Step) -> bool:
    return not step.key or (isinstance(value, dict) and value.get(step.key) == step.value)


def index_values(resource: Mapping[str, Any], *, zone: tzinfo = UTC) -> IndexValues:
    """List what can be searched for in a resource.

    Args: resource: JSON as read, any shape. zone: where times without an offset were written.
    Returns: values in their normal forms; `references` holds every reference of the resource, whether
    a parameter uses it or not. Never raises on data.
    """
    found = _Found(zone)
    kind = resource.get("resourceType")
    name = kind if isinstance(kind, str) else ""
    plan = _plan(name)
    for element, value in resource.items():
        lines = plan.get(element)
        if lines and value is not None:
            for one in _listed(value):
                _element(found, one, lines)
    if name == "Patient":
        _deceased(found, resource)
    _references(found, resource)
    return IndexValues(
        tokens=tuple(found.tokens),
        strings=tuple(found.strings),
        dates=tuple(found.dates),
        quantities=tuple(found.quantities),
        references=tuple(found.references),
    )


def _element(found: _Found, value: object, lines: tuple[_Line, ...]) -> None:
    for param, step, rest, take in lines:
        if step.key and not _kept(value, step):
            continue
        if not rest:
            take(found, param, value)
        else:
            for one in _walk(value, rest):
                take(found, param, one)


def _references(found: _Found, resource: Mapping[str, Any]) -> None:
    """Find every `reference` of the resource; what is contained is another resource's."""
    stack: list[tuple[str, Any]] = [
        (name, part) for name, part in resource.items() if type(part) in _CONTAINERS and name != "contained"
    ]
    references = found.references
    while stack:
        path, node = stack.pop()
        if type(node) is list:
            for part in node:
                if type(part) in _CONTAINERS:
                    stack.append((path, part))
            continue
        for name, part in node.items():
            kind = type(part)
            if kind is str:
                if name == "reference":
                    references[ReferenceValue(path, part)] = None
            elif kind in _CONTAINERS:
                stack.append((f"{path}.{name}", part))
