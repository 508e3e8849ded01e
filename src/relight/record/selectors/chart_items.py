"""Everything in a record: what there is by type, found by words, and one resource with every version of it.

Owns the pages of resources of any type. Refuses to leave a type out. Source: docs/design/chart.md, C70-C78.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from relight.people.api import names_of
from relight.record import errors
from relight.record.rules.canonical import loads
from relight.record.rules.chart.coding import text as one_line
from relight.record.rules.chart.documents import document_read
from relight.record.rules.chart.items import Change, Row, changes_of, pretty, rows_of, title_of
from relight.record.rules.chart.origin import Origin, origin_of
from relight.record.rules.names import plain
from relight.record.rules.requests import laboratory_message
from relight.record.selectors.chart_rows import ChartRow, rows_by_id, rows_where
from relight.record.selectors.history import history, seen_in
from relight.record.selectors.rows import id_in, id_out
from relight.record.types import EntryAct, ResourceStatus, Version

PAGE: Final = 50
SEARCHED: Final = 3000
FOUND: Final = 200
LINKED: Final = 30
VERSIONS: Final = 50
OTHERS: Final = frozenset({"Organization", "Practitioner", "PractitionerRole", "Location", "Medication", "Device",
                           "Substance", "HealthcareService", "Endpoint"})  # fmt: skip
"""Types that are nobody's record: shown from any chart that points at them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """A resource of the list. Args: standing: its own status word."""

    id: UUID
    type: str
    title: str
    standing: str
    origin: Origin
    is_error: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EverythingPage:
    """What is in a record. Args: types: (type, how many), most first. rows: a page of a type, or what was found."""

    types: tuple[tuple[str, int], ...]
    total: int
    type: str
    text: str
    rows: tuple[ItemRow, ...]
    page: int
    pages: int

    @property
    def is_searched(self) -> bool:
        """Say whether somebody looked for something."""
        return bool(self.type or self.text)


def everything_page(
    *, records: Sequence[UUID], zero: datetime | None, type: str = "", text: str = "", page: int = 1
) -> EverythingPage:
    """List what is in a record, entered in error too. Args: text: words, each of which has to stand in a resource.

    Two statements; a search by words reads at most SEARCHED of the latest.
    """
    types = _types(records)
    counts = dict(types)
    if text:
        rows, pages, page = _found(records, zero, type, text), 1, 1
    elif type:
        pages = max(1, -(-counts.get(type, 0) // PAGE))
        page = min(max(1, page), pages)
        rows = _typed(records, zero, type, page)
    else:
        rows, pages, page = [], 1, 1
    return EverythingPage(
        types=types,
        total=sum(counts.values()),
        type=type,
        text=text,
        rows=tuple(item_row(row) for row in rows),
        page=page,
        pages=pages,
    )


def item_row(row: ChartRow) -> ItemRow:
    """Return a resource as a row of a list."""
    return ItemRow(
        id=row.id,
        type=row.type,
        title=title_of(row.body),
        standing=one_line(row.body.get("status")),
        origin=row.origin,
        is_error=row.status is ResourceStatus.ERROR,
    )


def _types(records: Sequence[UUID]) -> tuple[tuple[str, int], ...]:
    marks = ", ".join(["%s"] * len(records))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT type, COUNT(*) FROM record_resource WHERE patient IN ({marks}) GROUP BY type",
            [id_out(one) for one in records],
        )
        return tuple(sorted(cursor.fetchall(), key=lambda one: (-one[1], one[0])))


def _typed(records: Sequence[UUID], zero: datetime | None, type: str, page: int) -> list[ChartRow]:
    rows = rows_where(where="r.type = %s", values=[type], records=records, zero=zero, most=page * PAGE)
    return rows[(page - 1) * PAGE :]


def _found(records: Sequence[UUID], zero: datetime | None, type: str, text: str) -> list[ChartRow]:
    """Look for words in what resources say, without accents and case."""
    wanted = plain(text).split()
    where, values = ("r.type = %s", [type]) if type else ("1 = 1", [])
    rows = rows_where(where=where, values=values, records=records, zero=zero, most=SEARCHED)
    found = []
    for row in rows:
        said = plain(" ".join(f"{one.value} {one.detail}" for one in rows_of(row.body)))
        if all(word in said for word in wanted):
            found.append(row)
            if len(found) == FOUND:
                break
    return found


# -- one of them --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidRow:
    """A row of a resource. Args: kind, target: what it leads to, None where that may not be opened from here."""

    label: str
    value: str
    detail: str
    indent: int
    kind: str
    target: UUID | None
    is_patients: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A version. Args: changes: against the one before it."""

    number: int
    act: EntryAct
    by: str
    at: datetime
    reason: str
    origin: Origin
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One resource. Args: shown, current: versions. against: the version `compared` starts from, None for none. linked:
    what points at it, of the same patient. message: of the laboratory's gateway, where it came from one."""

    id: UUID
    type: str
    title: str
    origin: Origin
    shown: int
    current: int
    rows: tuple[LaidRow, ...]
    versions: tuple[VersionRow, ...]
    against: int | None
    compared: tuple[Change, ...]
    seen: tuple[tuple[str, str], ...]
    linked: tuple[ItemRow, ...]
    json: str
    is_error: bool
    reason: str
    reason_by: str
    reason_at: datetime | None
    has_file: bool
    is_markable: bool
    message: UUID | None


def item_page(
    *,
    records: Sequence[UUID],
    type: str,
    id: UUID,
    version: int | None,
    zero: datetime | None,
    against: int | None = None,
) -> ItemPage:
    """Read a resource of a record, or one of nobody's that a record points at, with every version.

    Args: version: which to show, None for the one in force. against: which to compare it with.
    Raises: NO_RESOURCE (RL-REC-002), NO_VERSION (003).
    Some ten statements, and two a version.
    """
    held = rows_by_id(ids=[id], zero=zero).get(id)
    if held is None or held.type != type or not _is_in_reach(held, records):
        raise errors.NO_RESOURCE.error(where=type, type=type)
    versions = history(type=type, id=id)
    shown = next((one for one in versions if one.version == (version or held.version)), None)
    if shown is None:
        raise errors.NO_VERSION.error(where=type, type=type, version=version)
    body = held.body if shown.version == held.version else loads(shown.body)
    other = next((one for one in versions if one.version == against and one is not shown), None)
    names = names_of({one.actor for one in versions})
    wrong = next((one for one in reversed(versions) if one.act is EntryAct.ERROR), None)
    return ItemPage(
        id=id,
        type=type,
        title=title_of(body),
        origin=held.origin,
        shown=shown.version,
        current=held.version,
        rows=_laid(body, records=records),
        versions=_versions(versions, names=names, zero=zero),
        against=other.version if other else None,
        compared=changes_of(loads(other.body), body) if other else (),
        seen=tuple(seen_in(id=id)),
        linked=_linked(id, records=records, zero=zero),
        json=pretty(body),
        is_error=held.status is ResourceStatus.ERROR,
        reason=wrong.reason if wrong else "",
        reason_by=names.get(wrong.actor, "") if wrong else "",
        reason_at=wrong.at if wrong else None,
        has_file=bool(document_read(body).files),
        is_markable=held.patient is not None and type != "Patient",
        message=laboratory_message(body),
    )


def _is_in_reach(row: ChartRow, records: Sequence[UUID]) -> bool:
    return row.patient in records if row.patient is not None else row.type in OTHERS


def _laid(body: Mapping[str, Any], *, records: Sequence[UUID]) -> tuple[LaidRow, ...]:
    """Lay the rows out; a reference has an address when what it leads to is of this record, or nobody's."""
    rows = rows_of(body)
    targets = [row.target for row in rows if row.target is not None]
    known = rows_by_id(ids=targets, zero=None) if targets else {}
    return tuple(_laid_row(row, known, records) for row in rows)


def _laid_row(row: Row, known: Mapping[UUID, ChartRow], records: Sequence[UUID]) -> LaidRow:
    pointed = known.get(row.target) if row.target is not None else None
    value = row.value
    open_ = pointed is not None and _is_in_reach(pointed, records)
    if pointed is not None and open_ and value.startswith(f"{pointed.type}/"):
        value = title_of(pointed.body) or value
    return LaidRow(
        label=row.label,
        value=value,
        detail=row.detail,
        indent=min(row.depth, 6),
        kind=pointed.type if pointed is not None and open_ else "",
        target=pointed.id if pointed is not None and open_ else None,
        is_patients=pointed is not None and pointed.type == "Patient",
    )


def _versions(
    versions: Sequence[Version], *, names: Mapping[str, str], zero: datetime | None
) -> tuple[VersionRow, ...]:
    """Say what each version changed, the latest first; of very many the latest VERSIONS."""
    rows = []
    before: Mapping[str, Any] = {}
    for place, one in enumerate(versions):
        body = loads(one.body) if place >= len(versions) - VERSIONS - 1 else {}
        if place >= len(versions) - VERSIONS:
            rows.append(_version(one, names, zero, changes_of(before, body) if place else ()))
        before = body
    return tuple(reversed(rows))


def _version(one: Version, names: Mapping[str, str], zero: datetime | None, changes: tuple[Change, ...]) -> VersionRow:
    return VersionRow(
        number=one.version,
        act=one.act,
        by=names.get(one.actor, one.actor),
        at=one.at,
        reason=one.reason,
        origin=origin_of(
            kind=one.source_kind,
            name=one.source_name,
            as_of=one.as_of,
            at=None,
            written_at=one.at,
            day_zero=zero,
            lasting=True,
        ),
        changes=changes,
    )


def _linked(id: UUID, *, records: Sequence[UUID], zero: datetime | None) -> tuple[ItemRow, ...]:
    """List what of the same record points at a resource."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT resource FROM record_reference WHERE target = %s LIMIT 200", [id_out(id)])
        found = [id_in(row[0]) for row in cursor.fetchall()]
    rows = rows_by_id(ids=found, zero=zero)
    mine = [row for row in rows.values() if row.patient in records and row.id != id]
    return tuple(item_row(row) for row in mine[:LINKED])
