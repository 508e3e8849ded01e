"""An export: the whole record, or one patient's, as FHIR that any system reads, with the ids its sources gave.

Owns which id a resource goes out under: the one its source gave where that means one thing in this record, else its
own, and `origins.jsonl` says the source's. Bodies go out as they came in, digit for digit; only ids and references are
put right. Refuses to mix with what is in a folder. Source: docs/design/record.md, cases 80-89.
"""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

import orjson
from django.db import connection

from relight.journal.api import writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.rules.canonical import dumps, loads
from relight.record.rules.references import reference_put, references_find
from relight.record.selectors.rows import id_in, id_out, rows_get
from relight.record.selectors.store import resource_get
from relight.record.types import ReferenceForm

_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z")
_PAGE: Final = 1000
_ROWS = (
    "SELECT r.id, r.type, e.body, e.source_id, r.body FROM record_resource r JOIN record_entry e ON e.seq = r.entry"
    " WHERE r.id IN ({keys})"
)
_NAMES = (
    "SELECT a.resource, a.origin_id, a.type, a.document, s.name FROM record_alias a"
    " JOIN record_source s ON s.id = a.source WHERE a.type <> '' AND a.resource IN ({keys})"
)
_SHARED = (
    "SELECT type, origin_id FROM record_alias WHERE type <> '' GROUP BY type, origin_id"
    " HAVING COUNT(DISTINCT resource) > 1"
)
_TARGETS = (
    "SELECT resource, n, target, target_type FROM record_reference WHERE target IS NOT NULL AND resource IN ({keys})"
)
_USED = "SELECT id FROM record_resource WHERE id IN ({keys})"
_MEANT: Final = frozenset(
    {ReferenceForm.RELATIVE, ReferenceForm.URN, ReferenceForm.ABSOLUTE, ReferenceForm.CONDITIONAL}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What went out. Args: types: how many of each. documents: bundle headers, kept beside the resources."""

    path: str
    resources: int
    types: dict[str, int]
    documents: int

    def document(self) -> dict[str, object]:
        return {
            "path": self.path,
            "resources": self.resources,
            "types": self.types,
            "documents": self.documents,
        }


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A resource as it goes out. Args: key: its id here. id: as it is called outside."""

    key: UUID
    type: str
    id: str
    body: bytes


@service(Permission.RECORD_EXPORT)
def record_export(
    *, act: Act, path: Path, patient: UUID | None = None, own_ids: bool = False, bundles: bool = False
) -> ExportReport:
    """Export to a folder (NDJSON per type), or to a file (`.ndjson`: all types; `.json`: one transaction bundle).

    Args: patient: only this one's record, with what it refers to. own_ids: the ids of this record instead of those
    of the sources. bundles: in a folder, one transaction bundle a patient instead of NDJSON, and the rest beside.
    Raises: NOT_EMPTY (RL-REC-040), UNWRITABLE (041), NO_RESOURCE (002).
    """
    if patient is not None:
        resource_get(type="Patient", id=patient)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise errors.NOT_EMPTY.error(where=str(path))
    naming = _Naming(own_ids=own_ids)
    try:
        report = _written(path, naming, patient=patient, bundles=bundles)
    except OSError as refusal:
        raise errors.UNWRITABLE.error(where=str(path), reason=refusal.strerror or "?") from refusal
    with writing(act) as log:
        subject = f"patient:{patient}" if patient else "record:entries"
        log.entry("record.export", subject=subject, body={"resources": report.resources})
    return report


def _written(path: Path, naming: _Naming, *, patient: UUID | None, bundles: bool) -> ExportReport:
    """Write beside the place and move there when all is written: an export is whole or not there."""
    part = path.with_name(f"{path.name}.part")
    if part.is_dir():
        shutil.rmtree(part)
    name = path.name.lower().removesuffix(".gz")
    keys = _closed(_of_patient(patient)) if patient else None
    if name.endswith(".json"):
        report = _bundle_file(part, naming, keys, zipped=path.suffix == ".gz")
    elif name.endswith((".ndjson", ".jsonl")):
        report = _one_file(part, naming, keys, zipped=path.suffix == ".gz")
    else:
        part.mkdir(parents=True)
        report = _folder(part, naming, keys, bundles=bundles)
        if path.exists():
            path.rmdir()
    part.replace(path)
    return ExportReport(path=str(path), resources=report.resources, types=report.types, documents=report.documents)


# -- which resources -----------------------------------------------------------------------------------


def _keys(where: str = "", params: Sequence[Any] = ()) -> Iterator[list[UUID]]:
    """Yield the ids of resources, by type and id, a page at a time."""
    last: tuple[str, Any] = ("", None)
    while True:
        more = "(type > %s OR (type = %s AND id > %s))" if last[1] is not None else "type > %s"
        given = [last[0], last[0], last[1]] if last[1] is not None else [last[0]]
        sql = f"SELECT type, id FROM record_resource WHERE {more}{where} ORDER BY type, id LIMIT {_PAGE}"
        with connection.cursor() as cursor:
            cursor.execute(sql, [*given, *params])
            rows = cursor.fetchall()
        if not rows:
            return
        yield [id_in(key) for _, key in rows]
        last = (rows[-1][0], rows[-1][1])


def _of_patient(patient: UUID) -> set[UUID]:
    return {key for page in _keys(" AND patient = %s", [id_out(patient)]) for key in page}


def _closed(keys: set[UUID]) -> list[UUID]:
    """Add what resources refer to, and what that refers to, unless it is in another patient's record."""
    sql = (
        "SELECT DISTINCT f.target FROM record_reference f JOIN record_resource r ON r.id = f.target"
        " WHERE r.patient IS NULL AND f.resource IN ({keys})"
    )
    fresh = set(keys)
    while fresh:
        fresh = {id_in(row[0]) for row in rows_get(sql, [id_out(key) for key in fresh])} - keys
        keys |= fresh
    return sorted(keys)


def _pages(keys: Sequence[UUID] | None) -> Iterator[list[UUID]]:
    if keys is None:
        yield from _keys()
        return
    for begin in range(0, len(keys), _PAGE):
        yield list(keys[begin : begin + _PAGE])


# -- as what -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Naming:
    """What resources are called outside."""

    own_ids: bool
    shared: set[tuple[str, str]] = field(default_factory=set)
    names: dict[UUID, str] = field(default_factory=dict)
    origins: dict[UUID, tuple[str, str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SHARED)
            self.shared = {(kind, origin) for kind, origin in cursor.fetchall()}

    def learn(self, keys: Sequence[UUID]) -> None:
        """Look up the names of these resources."""
        fresh = [key for key in keys if key not in self.names]
        if self.own_ids:
            self.names.update((key, str(key)) for key in fresh)
            return
        found: dict[UUID, tuple[int, str]] = {}
        for resource, origin, kind, document, source in rows_get(_NAMES, [id_out(key) for key in fresh]):
            self.origins.setdefault(id_in(resource), (source, document, origin))
            if _ID.match(origin) and (kind, origin) not in self.shared:
                key, rank = id_in(resource), (len(document), origin)
                found[key] = min(found.get(key, rank), rank)
        taken = self._taken(found)
        for key in fresh:
            origin = found[key][1] if key in found else ""
            self.names[key] = origin if origin and origin not in taken else str(key)
            if self.names[key] == self.origins.get(key, ("", "", ""))[2]:
                del self.origins[key]

    def _taken(self, found: dict[UUID, tuple[int, str]]) -> set[str]:
        """Find the names that are another resource's own id here."""
        wanted: dict[UUID, str] = {}
        for key, (_, origin) in found.items():
            if len(origin) == 36 and origin != str(key):
                try:
                    wanted[UUID(origin)] = origin
                except ValueError:
                    continue
        return {wanted[id_in(row[0])] for row in rows_get(_USED, [id_out(key) for key in wanted])}


def _outgoing(keys: Sequence[UUID], naming: _Naming) -> Iterator[Outgoing]:
    """Make a page of resources ready, in the order of their types and ids."""
    targets: dict[UUID, dict[int, tuple[UUID, str]]] = {}
    ids = [id_out(key) for key in keys]
    for resource, n, target, kind in rows_get(_TARGETS, ids):
        targets.setdefault(id_in(resource), {})[n] = (id_in(target), kind)
    naming.learn(list({*keys, *(target for found in targets.values() for target, _ in found.values())}))
    rows = sorted(
        ((kind, id_in(key), bytes(body), source, served) for key, kind, body, source, served in rows_get(_ROWS, ids)),
        key=lambda row: (row[0], str(row[1])),
    )
    for kind, key, body, source, served in rows:
        name = naming.names[key]
        if kind == "Bundle":
            yield Outgoing(key, kind, name, body)
            continue
        yield Outgoing(key, kind, name, _body(body, kind, name, source, served, targets.get(key, {}), naming))


def _body(
    body: bytes, kind: str, name: str, source: Any, served: Any, targets: dict[int, tuple[UUID, str]], naming: _Naming
) -> bytes:
    """Put the id and the references right. What was written here goes out with its version, so that a later export of
    it is known to be newer."""
    parsed = loads(body)
    for n, one in enumerate(references_find(parsed)):
        target = targets.get(n)
        if target is not None and one.form in _MEANT:
            reference_put(one, type=target[1], id=naming.names[target[0]], keep_tail=True)
    if parsed.get("id") != name:
        parsed = {
            "resourceType": kind,
            "id": name,
            **{k: v for k, v in parsed.items() if k not in ("resourceType", "id")},
        }
    if source is None:
        parsed["meta"] = loads(bytes(served))["meta"]
    return dumps(parsed)


# -- into what -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Tally:
    resources: int = 0
    documents: int = 0
    types: dict[str, int] = field(default_factory=dict)

    def add(self, one: Outgoing) -> None:
        if one.type == "Bundle":
            self.documents += 1
            return
        self.resources += 1
        self.types[one.type] = self.types.get(one.type, 0) + 1


def _folder(folder: Path, naming: _Naming, keys: Sequence[UUID] | None, *, bundles: bool) -> _Tally:
    tally = _Tally()
    done = _bundles(folder, naming, tally) if bundles else set()
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for page in _pages(keys):
            for one in _outgoing([key for key in page if key not in done], naming):
                tally.add(one)
                file = files.get(one.type)
                if file is None:
                    name = "documents.jsonl" if one.type == "Bundle" else f"{one.type}.ndjson"
                    file = files[one.type] = stack.enter_context((folder / name).open("wb"))
                file.write(one.body + b"\n")
        origins = stack.enter_context((folder / "origins.jsonl").open("wb"))
        for key, (source, document, origin) in sorted(naming.origins.items()):
            line = {"id": naming.names[key], "source": source, "document": document, "origin": origin}
            origins.write(orjson.dumps(line) + b"\n")
    _manifest(folder, tally)
    return tally


def _bundles(folder: Path, naming: _Naming, tally: _Tally) -> set[UUID]:
    """Write one transaction bundle a patient. Returns: which resources are in one."""
    done: set[UUID] = set()
    (folder / "patients").mkdir()
    for page in _keys(" AND type = %s", ["Patient"]):
        for patient in page:
            keys = _closed(_of_patient(patient))
            entries = [one for part in _pages(keys) for one in _outgoing(part, naming)]
            for one in entries:
                if one.key not in done and one.type != "Bundle":
                    tally.add(one)
                    done.add(one.key)
            (folder / "patients" / f"{naming.names[patient]}.json").write_bytes(_bundle(entries))
    return done


def _bundle(entries: Sequence[Outgoing]) -> bytes:
    """Make a transaction bundle: each resource is put under its id."""
    return orjson.dumps(
        {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [
                {
                    "resource": orjson.Fragment(one.body),
                    "request": {"method": "PUT", "url": f"{one.type}/{one.id}"},
                }
                for one in entries
                if one.type != "Bundle"
            ],
        }
    )


def _opened(part: Path, *, zipped: bool) -> Any:
    return gzip.open(part, "wb") if zipped else part.open("wb")


def _one_file(part: Path, naming: _Naming, keys: Sequence[UUID] | None, *, zipped: bool) -> _Tally:
    tally = _Tally()
    with _opened(part, zipped=zipped) as file:
        for page in _pages(keys):
            for one in _outgoing(page, naming):
                tally.add(one)
                file.write(one.body + b"\n")
    return tally


def _bundle_file(part: Path, naming: _Naming, keys: Sequence[UUID] | None, *, zipped: bool) -> _Tally:
    tally = _Tally()
    entries = [one for page in _pages(keys) for one in _outgoing(page, naming)]
    for one in entries:
        tally.add(one)
    with _opened(part, zipped=zipped) as file:
        file.write(_bundle(entries))
    return tally


def _manifest(folder: Path, tally: _Tally) -> None:
    """Say what is in the folder, as FHIR bulk data does."""
    output = [{"type": kind, "url": f"{kind}.ndjson", "count": count} for kind, count in sorted(tally.types.items())]
    content = {"relight": "record export", "output": output, "documents": tally.documents}
    (folder / "export.json").write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
