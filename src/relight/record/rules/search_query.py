"""A FHIR search as it was asked: parameters, modifiers, prefixes, chains, and how the answer is wanted.

Owns reading the query string into conditions. Refuses SQL, and to guess: what it does not know is told,
for a search that quietly ignores a condition shows another patient's results. Source: FHIR R4 (4.0.1),
search.html; docs/design/fhir.md, cases 20-44.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum
from uuid import UUID

from relight.kernel.errors import RelightError
from relight.record.errors import (
    SEARCH_CHAIN_UNCLEAR,
    SEARCH_MODIFIER_UNKNOWN,
    SEARCH_PARAMETER_UNKNOWN,
    SEARCH_TOO_MUCH,
    SEARCH_VALUE_UNREADABLE,
)
from relight.record.rules.params import Param, ParamKind, params_of
from relight.record.rules.search_values import code_norm, norm_of, span_of
from relight.record.rules.structures import TYPES

COUNT_DEFAULT, COUNT_MOST = 50, 500
PAIRS_MOST, VALUES_MOST, VALUE_CHARS = 60, 200, 400
INCLUDES_MOST, SORTS_MOST = 12, 3


class Modifier(StrEnum):
    """How a condition bends."""

    PLAIN = ""
    EXACT = "exact"
    CONTAINS = "contains"
    MISSING = "missing"
    NOT = "not"
    IDENTIFIER = "identifier"


class Prefix(StrEnum):
    """How an ordered value is compared."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    GT = "gt"
    LE = "le"
    GE = "ge"
    SA = "sa"
    EB = "eb"
    AP = "ap"


class Summary(StrEnum):
    """How much of each resource is wanted."""

    FALSE = "false"
    TRUE = "true"
    TEXT = "text"
    DATA = "data"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as asked. Args: system: None for any, empty for none. code: empty for any code of the system."""

    system: str | None
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time as asked, in milliseconds."""

    prefix: Prefix
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number as asked. Args: low, high: the span its digits stand for. system: None for any. code: empty for any."""

    prefix: Prefix
    value: float
    low: float
    high: float
    system: str | None
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A resource as asked for; `id` is None where what was written cannot be one of this record's."""

    type: str
    id: UUID | None


Value = Token | Span | Amount | Target | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One parameter of a search: any of `values`, or what `then` asks of what it points at.

    Args: type: whose parameter it is. missing: with Modifier.MISSING, whether it must be missing. then: the
    chained condition; `back` turns the chain round (`_has`: something of `then.type` points here).
    """

    type: str
    param: Param
    modifier: Modifier = Modifier.PLAIN
    values: tuple[Value, ...] = ()
    missing: bool = False
    then: Condition | None = None
    back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """What to send along. Args: type, param: whose reference. target: the one type wanted, empty for all."""

    type: str
    param: Param
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SortKey:
    """One key of the order."""

    param: Param
    down: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search, read. Args: ignored: names left out under lenient handling. total: whether to count them all."""

    type: str
    conditions: tuple[Condition, ...] = ()
    includes: tuple[Include, ...] = ()
    revincludes: tuple[Include, ...] = ()
    sort: tuple[SortKey, ...] = ()
    count: int = COUNT_DEFAULT
    summary: Summary = Summary.FALSE
    elements: tuple[str, ...] = ()
    total: bool = True
    ignored: tuple[str, ...] = ()


_SPLIT = re.compile(r"(?:\\.|[^,\\])+", re.DOTALL)
_PREFIX = re.compile(r"(eq|ne|lt|gt|le|ge|sa|eb|ap)(?=[\d+-])")
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.(\d{1,18}))?(?:[eE]([+-]?\d{1,3}))?\Z", re.ASCII)
_TARGET = re.compile(r"(?:(?:https?://[^/\s]+)?(?:/fhir)?/?(?P<type>[A-Z][A-Za-z]+)/)?(?P<id>[A-Za-z0-9.\-]{1,64})\Z")
_ELEMENT = re.compile(r"[A-Za-z]\w{0,63}\Z", re.ASCII)
_PLAIN_RESULT = frozenset({"_format", "_pretty", "_totalMethod"})  # the last is fhirpy's; none narrows a search
_MODIFIERS: dict[ParamKind, frozenset[Modifier]] = {
    ParamKind.TOKEN: frozenset({Modifier.NOT}),
    ParamKind.URI: frozenset({Modifier.NOT}),
    ParamKind.STRING: frozenset({Modifier.EXACT, Modifier.CONTAINS}),
    ParamKind.REFERENCE: frozenset({Modifier.IDENTIFIER}),
}


def values_split(text: str) -> list[str]:
    """Part a value at its commas; `\\,` is a comma of the value."""
    return [part for part in _SPLIT.findall(text) if part]


def unescape(text: str) -> str:
    r"""Take the escapes out: `\,` `\|` `\$` `\\`."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _bar(text: str) -> tuple[str | None, str]:
    """Part at the first bar that is not escaped. Returns: (before, after); before is None without a bar."""
    match = re.match(r"((?:\\.|[^|\\])*)\|(.*)\Z", text, re.DOTALL)
    return (None, text) if match is None else (match[1], match[2])


def token_read(text: str, *, where: str) -> Token:
    """Read `code`, `system|code`, `|code` or `system|`. Raises: RL-REC-101."""
    system, code = _bar(text)
    found = Token(system=None if system is None else code_norm(unescape(system)), code=code_norm(unescape(code)))
    if not found.code and not found.system:
        raise SEARCH_VALUE_UNREADABLE.error(where=where, form="code, system|code, |code, system|")
    return found


def span_read(text: str, *, where: str, zone: tzinfo) -> Span:
    """Read `[prefix]date`. Raises: RL-REC-101."""
    prefix, rest = _prefixed(text)
    if re.search(r"T\d\d:\d\d(:\d\d(\.\d+)?)? \d\d:\d\d$", rest):
        rest = rest.replace(" ", "+")  # a plus sign that was not escaped in the address
    span = span_of(rest, zone=zone)
    if span is None:
        raise SEARCH_VALUE_UNREADABLE.error(where=where, form="2026, 2026-11, 2026-11-23, 2026-11-23T10:15:00+01:00")
    return Span(prefix=prefix, low=span[0], high=span[1])


def _prefixed(text: str) -> tuple[Prefix, str]:
    match = _PREFIX.match(text)
    return (Prefix(match[1]), text[2:]) if match else (Prefix.EQ, text)


def amount_read(text: str, *, where: str) -> Amount:
    """Read `[prefix]number[|system|code]` or `number||unit`. Raises: RL-REC-101."""
    prefix, rest = _prefixed(text)
    number, _, unit = rest.partition("|")
    system, _, code = unit.partition("|")
    match = _NUMBER.match(number)
    if match is None:
        raise SEARCH_VALUE_UNREADABLE.error(where=where, form="5.4, gt5.4, 5.4|http://unitsofmeasure.org|mg, 5.4||mg")
    value = float(number)
    half = 0.5 * 10.0 ** (int(match[2] or 0) - len(match[1] or ""))
    if prefix is Prefix.AP:
        half = max(half, abs(value) * 0.1)
    return Amount(
        prefix=prefix,
        value=value,
        low=value - half,
        high=value + half,
        system=code_norm(unescape(system)) if system else None,
        code=unescape(code),
    )


def target_read(text: str, *, type: str) -> Target:
    """Read `id`, `Type/id` or this record's address of it; what cannot be one finds nothing."""
    match = _TARGET.match(unescape(text))
    try:
        found = UUID(match["id"]) if match else None
    except ValueError:
        found = None
    return Target(type=(match["type"] if match and match["type"] else type), id=found)


class QueryReader:
    """Reads the pairs of one search. Args: strict: refuse what is unknown (else note it in `ignored`)."""

    def __init__(self, *, type: str, strict: bool, zone: tzinfo = UTC) -> None:
        self.type = type
        self.strict = strict
        self.zone = zone
        self.conditions: list[Condition] = []
        self.includes: list[Include] = []
        self.revincludes: list[Include] = []
        self.sort: list[SortKey] = []
        self.count = COUNT_DEFAULT
        self.summary = Summary.FALSE
        self.elements: tuple[str, ...] = ()
        self.total = True
        self.ignored: list[str] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> Query:
        """Read all pairs. Raises: RL-REC-100 to RL-REC-104."""
        if len(pairs) > PAIRS_MOST:
            raise SEARCH_TOO_MUCH.error(where=self.type, most=PAIRS_MOST)
        for name, value in pairs:
            if "\x00" in name + value:
                raise SEARCH_VALUE_UNREADABLE.error(where=_safe(name), form="text")
            if len(value) > VALUE_CHARS * VALUES_MOST:
                raise SEARCH_TOO_MUCH.error(where=_safe(name), most=VALUES_MOST)
            try:
                self.pair(name, value)
            except RelightError as refusal:
                if self.strict or refusal.spec not in (SEARCH_PARAMETER_UNKNOWN, SEARCH_MODIFIER_UNKNOWN):
                    raise
                self.ignored.append(_safe(name))
        return Query(
            type=self.type,
            conditions=tuple(self.conditions),
            includes=tuple(self.includes),
            revincludes=tuple(self.revincludes),
            sort=tuple(self.sort),
            count=self.count,
            summary=self.summary,
            elements=self.elements,
            total=self.total,
            ignored=tuple(self.ignored),
        )

    def pair(self, name: str, value: str) -> None:
        """Read one pair: how the answer is wanted, or a condition."""
        if name in _PLAIN_RESULT:
            return
        bare, _, modifier = name.partition(":")
        control = _CONTROLS.get(bare)
        if control is not None:
            if modifier:
                raise SEARCH_MODIFIER_UNKNOWN.error(where=_safe(name), modifier=_safe(modifier), allowed="-")
            control(self, value)
        elif bare == "_has":
            self.conditions.append(self.has(name, value))
        elif value:  # FHIR: a parameter without a value is left out
            self.conditions.append(self.condition(self.type, name, value))

    def condition(self, kind: str, name: str, value: str) -> Condition:
        """Read `name[:modifier][.chain]=value` of a type."""
        head, dot, rest = name.partition(".")
        bare, _, bend = head.partition(":")
        param = params_of(kind).get(bare)
        if param is None:
            raise SEARCH_PARAMETER_UNKNOWN.error(where=_safe(name), type=kind, known=", ".join(sorted(params_of(kind))))
        if dot:
            return self.chained(kind, param, bend, rest, value, name=name)
        if param.kind is ParamKind.REFERENCE and bend in TYPES:
            value = ",".join(part if "/" in part else f"{bend}/{part}" for part in values_split(value))
            bend = ""
        modifier = self.modifier(param, bend, name)
        if modifier is Modifier.MISSING:
            if value not in ("true", "false"):
                raise SEARCH_VALUE_UNREADABLE.error(where=_safe(name), form="true, false")
            return Condition(type=kind, param=param, modifier=modifier, missing=value == "true")
        parts = values_split(value)
        if not 0 < len(parts) <= VALUES_MOST or max(map(len, parts)) > VALUE_CHARS:
            raise SEARCH_TOO_MUCH.error(where=_safe(name), most=VALUES_MOST)
        values = tuple(self.value(param, modifier, part, where=_safe(name)) for part in parts)
        return Condition(type=kind, param=param, modifier=modifier, values=values)

    def modifier(self, param: Param, bend: str, name: str) -> Modifier:
        """Read a modifier; each kind has its own."""
        allowed = _MODIFIERS.get(param.kind, frozenset()) | {Modifier.PLAIN}
        if not param.column:
            allowed |= {Modifier.MISSING}
        if bend not in allowed:
            words = ", ".join(f":{one}" for one in sorted(allowed) if one)
            raise SEARCH_MODIFIER_UNKNOWN.error(where=_safe(name), modifier=_safe(bend), allowed=words or "-")
        return Modifier(bend)

    def value(self, param: Param, modifier: Modifier, text: str, *, where: str) -> Value:
        """Read one value in the form its parameter is compared in."""
        match param.kind:
            case ParamKind.DATE:
                return span_read(text, where=where, zone=self.zone)
            case ParamKind.QUANTITY | ParamKind.NUMBER:
                return amount_read(text, where=where)
            case ParamKind.REFERENCE if modifier is Modifier.IDENTIFIER:
                return token_read(text, where=where)
            case ParamKind.REFERENCE:
                return target_read(text, type=param.target)
            case ParamKind.URI:
                return Token(system=None, code=code_norm(unescape(text)))
            case ParamKind.STRING:
                found = unescape(text) if modifier is Modifier.EXACT else norm_of(unescape(text))
                if not found:
                    raise SEARCH_VALUE_UNREADABLE.error(where=where, form="text")
                return found
            case _ if param.column == "id":
                return target_read(text, type="")
            case _:
                return token_read(text, where=where)

    def chained(self, kind: str, param: Param, bend: str, rest: str, value: str, *, name: str) -> Condition:  # noqa: PLR0913 - the parts of a chain
        """Read `patient.identifier` or `subject:Patient.name`: one step, the type named where it is not plain."""
        target = bend or param.target or ("Patient" if param.name in ("subject", "patient") else "")
        if param.kind is not ParamKind.REFERENCE or target not in TYPES or "." in rest:
            raise SEARCH_CHAIN_UNCLEAR.error(where=_safe(name), example=f"{param.name}:Patient.identifier")
        return Condition(type=kind, param=param, then=self.condition(target, rest, value))

    def has(self, name: str, value: str) -> Condition:
        """Read `_has:Observation:patient:code=…`: something of that type points here and is so."""
        words = name.split(":", 3)
        if len(words) != 4 or words[1] not in TYPES or "." in words[3]:
            raise SEARCH_CHAIN_UNCLEAR.error(where=_safe(name), example="_has:Observation:patient:code")
        param = params_of(words[1]).get(words[2])
        if param is None or param.kind is not ParamKind.REFERENCE:
            raise SEARCH_PARAMETER_UNKNOWN.error(where=_safe(name), type=words[1], known="patient, subject, …")
        return Condition(type=words[1], param=param, then=self.condition(words[1], words[3], value), back=True)

    def include(self, value: str, *, reverse: bool) -> None:
        """Read `_include=Observation:patient[:Patient]`."""
        for text in values_split(value):
            words = [*text.split(":"), ""][:3]
            param = params_of(words[0]).get(words[1]) if words[0] in TYPES else None
            if param is None or param.kind is not ParamKind.REFERENCE or text.count(":") > 2:
                raise SEARCH_VALUE_UNREADABLE.error(
                    where="_revinclude" if reverse else "_include",
                    form="Observation:patient, Observation:specimen:Specimen",
                )
            into = self.revincludes if reverse else self.includes
            into.append(Include(type=words[0], param=param, target=words[2] or param.target))
            if len(into) > INCLUDES_MOST:
                raise SEARCH_TOO_MUCH.error(where="_include", most=INCLUDES_MOST)

    def read_count(self, value: str) -> None:
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise SEARCH_VALUE_UNREADABLE.error(where="_count", form=f"0 - {COUNT_MOST}")
        self.count = min(int(value), COUNT_MOST)
        if self.count == 0:
            self.summary = Summary.COUNT

    def read_sort(self, value: str) -> None:
        for text in values_split(value):
            param = params_of(self.type).get(text.removeprefix("-"))
            if param is None or param.kind is ParamKind.REFERENCE:
                raise SEARCH_PARAMETER_UNKNOWN.error(
                    where="_sort", type=self.type, known=", ".join(sorted(params_of(self.type)))
                )
            self.sort.append(SortKey(param=param, down=text.startswith("-")))
        if len(self.sort) > SORTS_MOST:
            raise SEARCH_TOO_MUCH.error(where="_sort", most=SORTS_MOST)

    def read_summary(self, value: str) -> None:
        if value not in list(Summary):
            raise SEARCH_VALUE_UNREADABLE.error(where="_summary", form=", ".join(Summary))
        self.summary = Summary(value)

    def read_elements(self, value: str) -> None:
        names = tuple(values_split(value))
        if not names or not all(_ELEMENT.match(name) for name in names):
            raise SEARCH_VALUE_UNREADABLE.error(where="_elements", form="status,code,subject")
        self.elements = names

    def read_total(self, value: str) -> None:
        if value not in ("none", "estimate", "accurate"):
            raise SEARCH_VALUE_UNREADABLE.error(where="_total", form="none, estimate, accurate")
        self.total = value != "none"


_CONTROLS: dict[str, Callable[[QueryReader, str], None]] = {
    "_count": QueryReader.read_count,
    "_sort": QueryReader.read_sort,
    "_summary": QueryReader.read_summary,
    "_elements": QueryReader.read_elements,
    "_total": QueryReader.read_total,
    "_include": lambda reader, value: reader.include(value, reverse=False),
    "_revinclude": lambda reader, value: reader.include(value, reverse=True),
}


def _safe(name: str) -> str:
    """Return a name as it may stand in an answer: what is no name could be anything."""
    return name if re.fullmatch(r"[A-Za-z_][\w.:\-]{0,80}", name) else "?"


def query_read(type: str, pairs: Sequence[tuple[str, str]], *, strict: bool = True, zone: tzinfo = UTC) -> Query:
    """Read a search of one type. Args: pairs: names and values as sent, decoded. zone: of times without offset.

    Raises: InputError RL-REC-100 (parameter), RL-REC-101 (value), RL-REC-102 (modifier), RL-REC-103 (chain),
    RL-REC-104 (too much).
    """
    return QueryReader(type=type, strict=strict, zone=zone).read(pairs)
