"""Finding resources: a FHIR search as SQL on both databases, in pages that do not shift.

Owns the statements. A page goes on after the last one's place (its sort values and id), so what is
written meanwhile neither repeats nor hides a resource. Refuses to decide who may see what: the condition
`reach` comes from the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from relight.record.rules.params import ParamKind
from relight.record.rules.search_query import (
    Amount,
    Condition,
    Include,
    Modifier,
    Prefix,
    Query,
    SortKey,
    Span,
    Target,
    Token,
)
from relight.record.rules.search_values import key_of, system_key
from relight.record.selectors.rows import id_in, id_or_none, id_out, time_in, time_out

INCLUDED_MOST = 2000
_LEAST, _MOST = -(2**62) - 1, 2**62 + 1
_TEXT_MOST = "\U0010ffff"
_NEVER_LEADS = 9
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_9999 = datetime(9999, 12, 31, tzinfo=UTC)
COLUMNS = "{r}.id, {r}.type, {r}.version, {r}.updated_at, {r}.patient, {r}.entry, {r}.body"
_TABLE = {
    ParamKind.TOKEN: "record_tokenindex",
    ParamKind.URI: "record_tokenindex",
    ParamKind.STRING: "record_stringindex",
    ParamKind.DATE: "record_dateindex",
    ParamKind.QUANTITY: "record_quantityindex",
    ParamKind.NUMBER: "record_quantityindex",
    ParamKind.REFERENCE: "record_referenceindex",
}
_SORTED = {
    ParamKind.TOKEN: ("code", "", _TEXT_MOST),
    ParamKind.URI: ("code", "", _TEXT_MOST),
    ParamKind.STRING: ("norm", "", _TEXT_MOST),
    ParamKind.DATE: ("low", _LEAST, _MOST),
    ParamKind.QUANTITY: ("value", -1.7e308, 1.7e308),
    ParamKind.NUMBER: ("value", -1.7e308, 1.7e308),
}


class Hit(NamedTuple):
    """One resource found. `body`: FHIR JSON as served. `patient`: in whose record it is."""

    id: UUID
    type: str
    version: int
    updated_at: datetime
    patient: UUID | None
    entry: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql:
    """A piece of SQL with its values."""

    text: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. Args: total: how many match, None where not asked. after: the place to go on from, None at the end.
    more_included: more belongs to these hits than was sent along."""

    hits: tuple[Hit, ...]
    included: tuple[Hit, ...]
    total: int | None
    after: tuple[Any, ...] | None
    more_included: bool = False


EVERYTHING = Sql(text="")


def _any(parts: Iterable[Sql], *, word: str = " OR ") -> Sql:
    listed = list(parts)
    if not listed:
        return Sql(text="1 = 0")
    return Sql(
        text="(" + word.join(part.text for part in listed) + ")",
        values=tuple(value for part in listed for value in part.values),
    )


def _no(part: Sql) -> Sql:
    return Sql(text=f"NOT {part.text}", values=part.values)


def condition_sql(condition: Condition, *, alias: str, leads: bool = True) -> Sql:
    """Turn a condition into SQL about a row of record_resource called `alias`.

    Args: leads: rows are found by it; otherwise each row found is looked up, which costs little where few are.
    """
    param = condition.param
    if condition.then is not None:
        return _chained(condition, condition.then, alias)
    if param.column:
        return _column(condition, alias)
    key = key_of(condition.type, param.name)
    if condition.modifier is Modifier.MISSING:
        word = "NOT EXISTS" if condition.missing else "EXISTS"
        return Sql(
            text=f"{word} (SELECT 1 FROM {_TABLE[param.kind]} x WHERE x.entry = {alias}.entry AND x.key = %s)",
            values=(key,),
        )
    table = _TABLE[param.kind]
    if condition.modifier is Modifier.IDENTIFIER:
        table, key = "record_tokenindex", key_of(condition.type, f"{param.name}:identifier")
    values = _any(_value(value, condition.modifier) for value in condition.values)
    is_not = condition.modifier is Modifier.NOT
    if leads and not is_not:
        text = f"{alias}.entry IN (SELECT x.entry FROM {table} x WHERE x.key = %s AND {values.text})"
    else:
        text = f"EXISTS (SELECT 1 FROM {table} x WHERE x.entry = {alias}.entry AND x.key = %s AND {values.text})"
    return Sql(text=f"NOT {text}" if is_not else text, values=(key, *values.values))


def _chained(condition: Condition, then: Condition, alias: str) -> Sql:
    """`patient.identifier` goes to what is pointed at, `_has` comes from what points here."""
    key = key_of(condition.type, condition.param.name)
    other = f"{alias}c"
    inner = condition_sql(then, alias=other)
    if condition.back:
        return Sql(
            text=f"{alias}.id IN (SELECT y.target FROM record_referenceindex y JOIN record_resource {other}"
            f" ON {other}.entry = y.entry WHERE y.key = %s AND {inner.text})",
            values=(key, *inner.values),
        )
    return Sql(
        text=f"{alias}.entry IN (SELECT y.entry FROM record_resource {other} JOIN record_referenceindex y"
        f" ON y.target = {other}.id WHERE y.key = %s AND {other}.type = %s AND {inner.text})",
        values=(key, then.type, *inner.values),
    )


def _column(condition: Condition, alias: str) -> Sql:
    """`_id` and `_lastUpdated` stand in the resource's own row."""
    if condition.param.column == "id":
        ids = tuple(id_out(v.id) for v in condition.values if isinstance(v, Target) and v.id is not None)
        if not ids:
            return Sql(text="1 = 0" if condition.modifier is not Modifier.NOT else "1 = 1")
        word = "NOT IN" if condition.modifier is Modifier.NOT else "IN"
        return Sql(text=f"{alias}.id {word} ({', '.join(['%s'] * len(ids))})", values=ids)
    spans = (value for value in condition.values if isinstance(value, Span))
    return _any(_moment(span, f"{alias}.updated_at") for span in spans)


def _moment(span: Span, column: str) -> Sql:
    low, high = time_out(_time(span.low)), time_out(_time(span.high))
    match span.prefix:
        case Prefix.EQ | Prefix.AP:
            return Sql(text=f"({column} >= %s AND {column} < %s)", values=(low, high))
        case Prefix.NE:
            return Sql(text=f"({column} < %s OR {column} >= %s)", values=(low, high))
        case Prefix.LT | Prefix.EB:
            return Sql(text=f"{column} < %s", values=(low,))
        case Prefix.LE:
            return Sql(text=f"{column} < %s", values=(high,))
        case Prefix.GT | Prefix.SA:
            return Sql(text=f"{column} >= %s", values=(high,))
        case Prefix.GE:
            return Sql(text=f"{column} >= %s", values=(low,))


def _time(ms: int) -> datetime:
    """Return a moment within what both databases hold."""
    try:
        return _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        return _YEAR_9999 if ms > 0 else _EPOCH


def _value(value: object, modifier: Modifier) -> Sql:
    """Turn one value into SQL about a row `x` of its index table."""
    match value:
        case Token(system=system, code=code):
            return _token(system, code)
        case Span():
            return _span(value)
        case Amount():
            return _amount(value)
        case Target(id=target):
            if target is None:
                return Sql(text="1 = 0")
            return Sql(text="x.target = %s", values=(id_out(target),))
        case str() as word:
            return _word(word, modifier)
    raise TypeError(type(value).__name__)


def _token(system: str | None, code: str) -> Sql:
    parts = []
    if code:
        parts.append(Sql(text="x.code = %s", values=(code,)))
    if system is not None:
        parts.append(Sql(text="x.system = %s", values=(system_key(system),)))
    return _any(parts, word=" AND ")


def _word(word: str, modifier: Modifier) -> Sql:
    if modifier is Modifier.EXACT:
        return Sql(text="x.exact = %s", values=(word[:200],))
    if modifier is Modifier.CONTAINS:
        find = "instr(x.norm, %s) > 0" if connection.vendor == "sqlite" else "position(%s in x.norm) > 0"
        return Sql(text=find, values=(word,))
    at_least, below = (">=", "<") if connection.vendor == "sqlite" else ("~>=~", "~<~")
    return Sql(text=f"(x.norm {at_least} %s AND x.norm {below} %s)", values=(word, word + _TEXT_MOST))


def _span(span: Span) -> Sql:
    """Compare spans of time. Source: FHIR R4 search.html#prefix."""
    low, high = span.low, span.high
    match span.prefix:
        case Prefix.EQ:
            return Sql(text="(x.low >= %s AND x.low < %s AND x.high <= %s)", values=(low, high, high))
        case Prefix.NE:
            return Sql(text="(x.low < %s OR x.high > %s)", values=(low, high))
        case Prefix.LT:
            return Sql(text="x.low < %s", values=(low,))
        case Prefix.LE:
            return Sql(text="x.low < %s", values=(high,))
        case Prefix.GT:
            return Sql(text="x.high > %s", values=(high,))
        case Prefix.GE:
            return Sql(text="x.high > %s", values=(low,))
        case Prefix.SA:
            return Sql(text="x.low >= %s", values=(high,))
        case Prefix.EB:
            return Sql(text="x.high <= %s", values=(low,))
        case Prefix.AP:
            return Sql(text="(x.low < %s AND x.high > %s)", values=(high, low))


def _amount(amount: Amount) -> Sql:
    match amount.prefix:
        case Prefix.EQ | Prefix.AP:
            number = Sql(text="(x.value >= %s AND x.value < %s)", values=(amount.low, amount.high))
        case Prefix.NE:
            number = Sql(text="(x.value < %s OR x.value >= %s)", values=(amount.low, amount.high))
        case Prefix.LT | Prefix.EB:
            number = Sql(text="x.value < %s", values=(amount.value,))
        case Prefix.LE:
            number = Sql(text="x.value <= %s", values=(amount.value,))
        case Prefix.GT | Prefix.SA:
            number = Sql(text="x.value > %s", values=(amount.value,))
        case Prefix.GE:
            number = Sql(text="x.value >= %s", values=(amount.value,))
    parts = [number]
    if amount.code:
        parts.append(Sql(text="x.code = %s", values=(amount.code,)))
    if amount.system is not None:
        parts.append(Sql(text="x.system = %s", values=(system_key(amount.system),)))
    return _any(parts, word=" AND ")


def _rank(condition: Condition) -> int:
    """Say how few a condition is likely to find, the fewest first."""
    if condition.modifier in (Modifier.NOT, Modifier.MISSING):
        return _NEVER_LEADS
    if condition.param.column == "id":
        return 0
    if condition.then is not None:
        return 2 + min(_rank(condition.then), 4)
    if condition.param.kind is ParamKind.TOKEN:
        return 1 if condition.param.name.endswith("identifier") else 5
    ranks = {ParamKind.REFERENCE: 1, ParamKind.STRING: 3, ParamKind.URI: 4, ParamKind.DATE: 6}
    return ranks.get(condition.param.kind, 6) if not condition.param.column else _NEVER_LEADS


def _where(query: Query, reach: Sql) -> Sql:
    ranked = sorted(query.conditions, key=_rank)
    leading = bool(ranked) and _rank(ranked[0]) < _NEVER_LEADS
    # The sign keeps SQLite, which has no statistics, from walking all of a type when a condition finds few of it.
    column = "+r.type" if leading and connection.vendor == "sqlite" else "r.type"
    parts = [Sql(text=f"{column} = %s", values=(query.type,))]
    parts += [condition_sql(one, alias="r", leads=leading and n == 0) for n, one in enumerate(ranked)]
    if reach.text:
        parts.append(reach)
    return _any(parts, word=" AND ")


def _sort_value(kind: str, key: SortKey) -> Sql:
    """Return what a row is ordered by; without a value it stands last."""
    param = key.param
    if param.column:
        return Sql(text=f"r.{param.column}")
    column, least, most = _SORTED[param.kind]
    pick, missing = ("MAX", least) if key.down else ("MIN", most)
    text = f'x.{column} COLLATE "C"' if isinstance(least, str) and connection.vendor != "sqlite" else f"x.{column}"
    rows = f"SELECT {pick}({text}) FROM {_TABLE[param.kind]} x WHERE x.entry = r.entry AND x.key = %s"
    return Sql(text=f"COALESCE(({rows}), %s)", values=(key_of(kind, param.name), missing))


def _further(keys: Sequence[SortKey], after: Sequence[Any]) -> Sql:
    """Go on after a place: `(a > x) OR (a = x AND id < y)`."""
    columns = [(f"s{n}", "<" if key.down else ">") for n, key in enumerate(keys)] + [("id", "<")]
    parts = []
    for n, (column, beyond) in enumerate(columns):
        same = "".join(f"q.{name} = %s AND " for name, _ in columns[:n])
        parts.append(Sql(text=f"({same}q.{column} {beyond} %s)", values=tuple(after[: n + 1])))
    return _any(parts)


def _page_sql(query: Query, where: Sql, after: Sequence[Any] | None, limit: int) -> Sql:
    """Order and cut by ids alone, then fetch the bodies of one page."""
    sorts = [_sort_value(query.type, key) for key in query.sort]
    columns = "".join(f", {part.text} AS s{n}" for n, part in enumerate(sorts))
    further = _further(query.sort, after) if after is not None else EVERYTHING
    order = "".join(f"q.s{n} {'DESC' if key.down else 'ASC'}, " for n, key in enumerate(query.sort)) + "q.id DESC"
    names = "".join(f", q.s{n}" for n in range(len(sorts)))
    return Sql(
        text=f"SELECT {COLUMNS.format(r='b')}{names} FROM (SELECT q.id{names} FROM"
        f" (SELECT r.id AS id{columns} FROM record_resource r WHERE {where.text}) q"
        f"{' WHERE ' + further.text if further.text else ''} ORDER BY {order} LIMIT %s) q"
        f" JOIN record_resource b ON b.id = q.id ORDER BY {order}",
        values=(*(v for part in sorts for v in part.values), *where.values, *further.values, limit),
    )


def hit_of(row: Sequence[Any]) -> Hit:
    """Read a row that begins with COLUMNS."""
    return Hit(
        id=id_in(row[0]),
        type=row[1],
        version=row[2],
        updated_at=time_in(row[3]),
        patient=id_or_none(row[4]),
        entry=row[5],
        body=bytes(row[6]),
    )


def search(*, query: Query, reach: Sql = EVERYTHING, after: Sequence[Any] | None = None) -> Page:
    """Find one page. Args: reach: what the reader may see, about a row `r`. after: the place of the last page.

    Cost: one query; one more to count where the page is full; one each for _include and _revinclude.
    """
    where = _where(query, reach)
    if query.count == 0 or query.summary.value == "count":
        return Page(hits=(), included=(), total=_count(where), after=None)
    sql = _page_sql(query, where, _place_in(query, after), query.count + 1)
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.values)
        rows = cursor.fetchall()
    hits = tuple(hit_of(row) for row in rows[: query.count])
    more = len(rows) > query.count
    total = None
    if query.total:
        total = _count(where) if more or after is not None else len(hits)
    included = _included(query, hits, reach)
    return Page(
        hits=hits,
        included=tuple(included[:INCLUDED_MOST]),
        total=total,
        after=_place_out(rows[query.count - 1]) if more else None,
        more_included=len(included) > INCLUDED_MOST,
    )


def _place_out(row: Sequence[Any]) -> tuple[Any, ...]:
    """Return a row's place as JSON can hold it."""
    values = [value.isoformat() if isinstance(value, datetime) else value for value in row[7:]]
    return (*(value.hex if isinstance(value, UUID) else value for value in values), id_in(row[0]).hex)


def _place_in(query: Query, after: Sequence[Any] | None) -> list[Any] | None:
    """Return a place as the database takes it."""
    if after is None:
        return None
    keys = zip(query.sort, after, strict=False)
    place = [id_out(UUID(hex=value)) if key.param.column == "id" else value for key, value in keys]
    return [*place, id_out(UUID(hex=after[-1]))]


def _count(where: Sql) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM record_resource r WHERE {where.text}", where.values)
        return int(cursor.fetchone()[0])


def _included(query: Query, hits: Sequence[Hit], reach: Sql) -> list[Hit]:
    """Fetch what belongs to the hits, each once and none that is a hit itself."""
    if not hits:
        return []
    found: dict[UUID, Hit] = {}
    if query.includes:
        marks = ", ".join(["%s"] * len(hits))
        start = f"FROM record_referenceindex x JOIN record_resource r ON r.id = x.target WHERE x.entry IN ({marks})"
        for hit in _along(start, [hit.entry for hit in hits], query.includes, reach, target="r.type"):
            found[hit.id] = hit
    if query.revincludes:
        marks = ", ".join(["%s"] * len(hits))
        start = f"FROM record_referenceindex x JOIN record_resource r ON r.entry = x.entry WHERE x.target IN ({marks})"
        for hit in _along(start, [id_out(hit.id) for hit in hits], query.revincludes, reach, target=""):
            found[hit.id] = hit
    for hit in hits:
        found.pop(hit.id, None)
    return list(found.values())


def _along(start: str, values: list[Any], includes: Sequence[Include], reach: Sql, *, target: str) -> list[Hit]:
    kinds = []
    for include in includes:
        text, key = "x.key = %s", key_of(include.type, include.param.name)
        if target and include.target:
            kinds.append(Sql(text=f"({text} AND {target} = %s)", values=(key, include.target)))
        else:
            kinds.append(Sql(text=text, values=(key,)))
    wanted = _any(kinds)
    seen = f" AND {reach.text}" if reach.text else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS.format(r='r')} {start} AND {wanted.text}{seen} LIMIT %s",
            (*values, *wanted.values, *reach.values, INCLUDED_MOST * 2 + 1),
        )
        return [hit_of(row) for row in cursor.fetchall()]
