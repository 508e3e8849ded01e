"""The directory written: practitioners and lines, from a file or by a page, ended and taken up again.

Owns Practitioner, Desk and DirectoryFile. A file taken in twice doubles nothing; what it leaves blank keeps what is
known. Refuses a row it cannot read: it stays aside with its line. Source: docs/design/liaison-directory.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext

from relight.journal.api import Json, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.liaison import errors
from relight.liaison.models import Desk, DirectoryFile, Practitioner
from relight.liaison.rules.directory import (
    DESK_COLUMNS,
    DESK_EXAMPLE,
    PRACTITIONER_COLUMNS,
    PRACTITIONER_EXAMPLE,
    DeskGiven,
    PractitionerGiven,
    Row,
    address_of,
    desk_rows,
    practitioner_rows,
)
from relight.liaison.rules.table import Table, table_read, text_read
from relight.liaison.selectors.directory import desk_get, file_get, practitioner_get
from relight.liaison.selectors.names import site_index, specialty_index
from relight.liaison.types import FileKind, Way
from relight.people.api import Permission, service

SUBJECT = "liaison:directory"
DESK_FIELDS = tuple(one.name for one in fields(DeskGiven))


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryReport:
    """What a file brought, or would bring. columns: field to header. aside: line, and why it was not taken."""

    kind: FileKind
    new: int
    changed: int
    known: int
    aside: tuple[tuple[int, RelightError], ...]
    columns: Mapping[str, str]
    headers: tuple[str, ...]
    dry_run: bool

    def counts(self) -> dict[str, Json]:
        """Return the counts alone."""
        return {"new": self.new, "changed": self.changed, "known": self.known, "aside": len(self.aside)}


def table_of(text: str, *, kind: FileKind, mapping: Mapping[str, str] | None = None) -> Table:
    """Read a file of a kind as a table. Raises: RL-LIA-020, 021."""
    if kind is FileKind.PRACTITIONERS:
        synonyms, needed, example = PRACTITIONER_COLUMNS, ("family",), PRACTITIONER_EXAMPLE
    else:
        synonyms, needed, example = DESK_COLUMNS, ("name",), DESK_EXAMPLE
    return table_read(text, synonyms=synonyms, needed=needed, example=example, mapping=mapping)


@service(Permission.LIAISON_DIRECTORY)
def directory_import(  # noqa: PLR0913 - what a file is, and how it is read
    *,
    act: Act,
    content: bytes,
    filename: str,
    kind: FileKind,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> DirectoryReport:
    """Take a CSV file in. Args: mapping: field to header, else guessed. dry_run: look only, write nothing.

    Raises: RL-LIA-020, 021, 022 when nothing of it can be read.
    """
    table = table_of(text_read(content), kind=kind, mapping=mapping)
    if dry_run:
        return _taken(act, table, kind=kind, source=filename, dry_run=True)
    with writing(act) as log:
        report = _taken(act, table, kind=kind, source=filename, dry_run=False)
        digest = sha256(content).hexdigest()
        log.entry(
            "liaison.directory_import", subject=SUBJECT, body={"kind": kind.value, "digest": digest, **report.counts()}
        )
    return report


@service(Permission.LIAISON_DIRECTORY)
def file_offer(*, act: Act, content: bytes, filename: str, kind: FileKind) -> UUID:
    """Keep a file to be looked at; columns as last chosen for the same headers, else guessed. Returns: its id.

    Raises: RL-LIA-020, 021, 022.
    """
    text = text_read(content)
    table = table_of(text, kind=kind)
    mapping = table.mapping()
    for before in DirectoryFile.objects.filter(kind=kind.value, done_at__isnull=False).exclude(counts={})[:20]:
        chosen = {field: header for field, header in before.mapping.items() if header}
        if before.counts.get("headers") == list(table.headers):
            mapping = chosen
            break
    with writing(act) as log:
        row = DirectoryFile.objects.create(
            id=new_id(act.at), kind=kind.value, filename=filename[:200], digest=sha256(content).hexdigest(), text=text,
            mapping=mapping, at=act.at, by=act.actor,
        )  # fmt: skip
        log.entry("liaison.directory_offer", subject=SUBJECT, body={"file": str(row.pk), "digest": row.digest})
    return row.pk


def file_look(*, act: Act, file: UUID, mapping: Mapping[str, str] | None = None) -> DirectoryReport:
    """Say what a kept file would bring under a mapping; nothing is written. Raises: RL-LIA-021, 025."""
    row = file_get(file)
    kind = FileKind(row.kind)
    table = table_of(row.text, kind=kind, mapping=row.mapping if mapping is None else mapping)
    return _taken(act, table, kind=kind, source=row.filename, dry_run=True)


@service(Permission.LIAISON_DIRECTORY)
def file_take(*, act: Act, file: UUID, mapping: Mapping[str, str]) -> DirectoryReport:
    """Take a kept file in. The mapping is kept for the next file with these headers. Raises: RL-LIA-021, 024, 025."""
    with writing(act) as log:
        row = _waiting(file)
        kind = FileKind(row.kind)
        report = _taken(
            act, table_of(row.text, kind=kind, mapping=mapping), kind=kind, source=row.filename, dry_run=False
        )
        row.mapping, row.done_at, row.done_by = dict(mapping), act.at, act.actor
        row.counts = {**report.counts(), "headers": list(report.headers)}
        row.aside = [{"line": line, "error": refusal.document(gettext)["error"]} for line, refusal in report.aside]
        row.save()
        body: dict[str, Json] = {"kind": kind.value, "file": str(row.pk), "digest": row.digest, **report.counts()}
        log.entry("liaison.directory_import", subject=SUBJECT, body=body)
    return report


@service(Permission.LIAISON_DIRECTORY)
def file_drop(*, act: Act, file: UUID) -> None:
    """Leave a kept file aside: nothing of it is taken. Raises: RL-LIA-024, 025."""
    with writing(act) as log:
        row = _waiting(file)
        row.done_at, row.done_by = act.at, act.actor
        row.save()
        log.entry("liaison.directory_drop", subject=SUBJECT, body={"file": str(row.pk), "digest": row.digest})


def _waiting(file: UUID) -> DirectoryFile:
    row = DirectoryFile.objects.select_for_update().filter(pk=file).first()
    if row is None:
        raise errors.NO_FILE.error()
    if row.done_at is not None:
        raise errors.FILE_DONE.error()
    return row


def _taken(act: Act, table: Table, *, kind: FileKind, source: str, dry_run: bool) -> DirectoryReport:
    """Go through the rows of a table, writing unless it is a look only."""
    counts = {"new": 0, "changed": 0, "known": 0}
    aside: list[tuple[int, RelightError]] = []
    names = specialty_index()
    if kind is FileKind.PRACTITIONERS:
        rows: Iterable[Row] = practitioner_rows(table, names=names)
    else:
        rows = desk_rows(table, sites=site_index(), names=names)
    people, desks = _People(), {(one.kind, one.site, one.specialty, one.name): one for one in Desk.objects.all()}
    for one in rows:
        place = f"{source}:{one.line}"[-200:]
        try:
            if one.refusal is not None:
                raise one.refusal
            if one.practitioner is not None:
                word = _practitioner(act, one.practitioner, people, table, source=place, dry_run=dry_run)
            elif one.desk is not None:
                word = _desk(act, one.desk, desks.get(one.desk.key), table, source=place, dry_run=dry_run)
            counts[word] += 1
        except RelightError as refusal:
            refusal.where = f"line {one.line}" + (f", {refusal.where}" if refusal.where else "")
            aside.append((one.line, refusal))
    return DirectoryReport(
        kind=kind, aside=tuple(aside), columns=table.mapping(), headers=table.headers, dry_run=dry_run, **counts
    )


class _People:
    """The practitioners known, by number and by key, for one import."""

    def __init__(self) -> None:
        self.numbers: dict[str, Practitioner] = {}
        self.keys: dict[str, list[Practitioner]] = {}
        for row in Practitioner.objects.select_for_update():
            self.numbers[row.number or str(row.pk)] = row
            self.keys.setdefault(row.key, []).append(row)

    def find(self, given: PractitionerGiven) -> Practitioner | None:
        """Return who a row means. Raises: RL-LIA-026 when it could be several."""
        if given.number and given.number in self.numbers:
            return self.numbers[given.number]
        same = self.keys.get(given.key, [])
        if given.number:  # a number for somebody who had none; never another's
            same = [one for one in same if not one.number]
        if len(same) > 1:
            raise errors.ROW_AMBIGUOUS.error(where="number")
        return same[0] if same else None


def _practitioner(
    act: Act, given: PractitionerGiven, people: _People, table: Table, *, source: str, dry_run: bool
) -> str:
    row = people.find(given)
    if row is None:
        if not dry_run:
            fill(Practitioner(id=new_id(act.at), source=source), given, act).save()
        return "new"
    before = given_of(row)
    told = {name: getattr(given, name) for name in table.columns if name != "way" and getattr(given, name)}
    if "way" in table.columns:
        told["way"] = given.way
    after = PractitionerGiven(**{one.name: getattr(before, one.name) for one in fields(before)} | told)
    if after == before:
        return "known"
    if not dry_run:
        row.source = source
        fill(row, after, act).save()
    return "changed"


def given_of(row: Practitioner) -> PractitionerGiven:
    """Return a practitioner of the directory as somebody would give them."""
    told = {one.name: getattr(row, one.name) for one in fields(PractitionerGiven)}
    return PractitionerGiven(**told | {"languages": tuple(row.languages), "way": Way(row.way)})


def fill(row: Practitioner, given: PractitionerGiven, act: Act) -> Practitioner:
    """Write what is given into a row; an address that changed is doubtful no more."""
    row.doubtful = [way for way in row.doubtful if address_of(row, Way(way)) == address_of(given, Way(way))]
    for one in fields(given):
        setattr(row, one.name, getattr(given, one.name))
    row.languages, row.way = list(given.languages), given.way.value
    row.key, row.search, row.at, row.by = given.key, given.search, act.at, act.actor
    return row


def _desk(act: Act, given: DeskGiven, row: Desk | None, table: Table, *, source: str, dry_run: bool) -> str:
    if row is None:
        if not dry_run:
            desk_fill(Desk(id=new_id(act.at), source=source), given, act, names=DESK_FIELDS).save()
        return "new"
    told = {name.partition("_")[0] if name[:4] in ("send", "how_") else name for name in table.columns}
    names = [name for name in DESK_FIELDS if name in told and (getattr(given, name) or name == "public")]
    shown = {name: getattr(row, name) for name in names}
    desk_fill(row, given, act, names=names)
    if shown == {name: getattr(row, name) for name in names}:
        return "known"
    if not dry_run:
        row.source = source
        row.save()
    return "changed"


def desk_fill(row: Desk, given: DeskGiven, act: Act, *, names: Iterable[str]) -> Desk:
    """Write the named fields of a line that is given into a row."""
    for name in names:
        value = getattr(given, name)
        if name in ("send", "how"):
            value = dict(value)
        setattr(row, name, list(value) if name == "languages" else value)
    row.kind, row.at, row.by = given.kind.value, act.at, act.actor
    return row


@service(Permission.LIAISON_DIRECTORY)
def practitioner_save(*, act: Act, given: PractitionerGiven, id: UUID | None = None) -> UUID:
    """Add a practitioner, or change one. Returns: the id. Raises: RL-LIA-002 for a number that is another's, 010."""
    with writing(act) as log:
        row = Practitioner(id=new_id(act.at)) if id is None else practitioner_get(id)
        taken = Practitioner.objects.filter(number=given.number).exclude(pk=row.pk).first() if given.number else None
        if taken is not None:
            raise errors.NUMBER_TAKEN.error(where="number", name=taken.name)
        changed = [
            one.name
            for one in fields(given)
            if id is None or getattr(given, one.name) != getattr(given_of(row), one.name)
        ]
        fill(row, given, act).save()
        verb = "liaison.practitioner_add" if id is None else "liaison.practitioner_change"
        log.entry(verb, subject=f"practitioner:{row.pk}", body={"fields": list[Json](changed)})
    return row.pk


@service(Permission.LIAISON_DIRECTORY)
def practitioner_end(*, act: Act, id: UUID, active: bool = False) -> None:
    """Strike a practitioner off the directory, or take them up again; what was sent stays. Raises: RL-LIA-010."""
    with writing(act) as log:
        row = practitioner_get(id)
        row.active, row.at, row.by = active, act.at, act.actor
        row.save(update_fields=["active", "at", "by"])
        verb = "liaison.practitioner_restore" if active else "liaison.practitioner_end"
        log.entry(verb, subject=f"practitioner:{row.pk}", body={})


@service(Permission.LIAISON_DIRECTORY)
def desk_save(*, act: Act, given: DeskGiven, id: UUID | None = None) -> UUID:
    """Add a line, or change one. Returns: the id. Raises: RL-LIA-011, 012 when it stands in the list already."""
    with writing(act) as log:
        row = Desk(id=new_id(act.at)) if id is None else desk_get(id)
        kind, site, specialty, name = given.key
        if Desk.objects.filter(kind=kind, site=site, specialty=specialty, name=name).exclude(pk=row.pk).exists():
            raise errors.DESK_TWICE.error(where="name")
        desk_fill(row, given, act, names=DESK_FIELDS).save()
        verb = "liaison.desk_add" if id is None else "liaison.desk_change"
        log.entry(verb, subject=f"desk:{row.pk}", body={"site": site, "specialty": specialty})
    return row.pk


@service(Permission.LIAISON_DIRECTORY)
def desk_end(*, act: Act, id: UUID, active: bool = False) -> None:
    """Take a line out of the directory, or into it again. Raises: RL-LIA-011."""
    with writing(act) as log:
        row = desk_get(id)
        row.active, row.at, row.by = active, act.at, act.actor
        row.save(update_fields=["active", "at", "by"])
        log.entry("liaison.desk_restore" if active else "liaison.desk_end", subject=f"desk:{row.pk}", body={})
