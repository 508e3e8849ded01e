"""An import: files in, resources kept, known or aside; nothing doubled, nothing lost, taken up where it was killed.

Owns the run, its progress (written with the resources it counts) and what stays aside. Refuses to judge a resource
(`deciding`) and to read a file (`reading`). One transaction with one journal entry for some 2,000 resources.
Source: docs/design/record.md, cases 67-79.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, connection
from django.utils.translation import gettext

from relight.journal.api import Json, Log, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import REGISTRY
from relight.kernel.memory import collected_less_often
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.models import Aside, ImportFile, ImportRun, Source
from relight.record.rules.opening import Bad, Piece, document_key
from relight.record.services.deciding import decide, rounds
from relight.record.services.reading import Incoming, Part, files_of, parts_of
from relight.record.services.rows import id_out, rows_insert
from relight.record.services.store import entries_lay
from relight.record.types import AsideLine, EntryAct, EntryDraft, ImportReport, Skipped, SourceKind

PIECES_AT_ONCE = 2000
BYTES_AT_ONCE = 16 * 1024 * 1024
_FILE = ("run_id", "path", "stamp", "at", "kept", "known", "why", "is_done")
_FILE_AGAIN = (
    "ON CONFLICT (run_id, path) DO UPDATE SET stamp = excluded.stamp, at = excluded.at, kept = excluded.kept,"
    " known = excluded.known, why = excluded.why, is_done = excluded.is_done"
)
_UNFIT = (
    ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError, DataError,
    IntegrityError,
)  # fmt: skip

Progress = Callable[[str, int, int], None]  # file, resources so far, files left


@dataclass(slots=True, eq=False)
class _Standing:
    """How far a file is."""

    file: Incoming
    at: int = 0
    kept: int = 0
    known: int = 0
    is_done: bool = False


@dataclass(slots=True, eq=False)
class _Batch:
    """What is written next."""

    parts: list[tuple[_Standing, Part]] = field(default_factory=list)
    done: list[_Standing] = field(default_factory=list)
    pieces: int = 0
    size: int = 0
    contents: dict[tuple[str, str, bool], bytes] = field(default_factory=dict)

    def collides(self, part: Part) -> bool:
        """Say whether a bundle or message uses an id that stands in what is to be written already, for something else
        or in a document of its own: then it is written after that, so that its references find its own."""
        if len(part.pieces) < 2:
            return False
        for piece in part.pieces:
            there = self.contents.get((piece.type, piece.origin_id, piece.is_local))
            if there is not None and (piece.is_local or there != piece.digest):
                return True
        return False

    def add(self, standing: _Standing, part: Part) -> None:
        self.parts.append((standing, part))
        self.contents.update(((piece.type, piece.origin_id, piece.is_local), piece.digest) for piece in part.pieces)
        self.pieces += len(part.pieces)
        self.size += sum(len(piece.raw) for piece in part.pieces) + sum(len(bad.raw) for _, bad in part.bad)

    @property
    def is_full(self) -> bool:
        return self.pieces >= PIECES_AT_ONCE or self.size >= BYTES_AT_ONCE or len(self.parts) >= PIECES_AT_ONCE


@service(Permission.RECORD_IMPORT)
def record_import(
    *,
    act: Act,
    paths: Sequence[Path],
    source: str = "",
    kind: SourceKind | None = None,
    as_of: datetime | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import files and folders; the same again changes nothing, a killed one goes on.

    Args: source: the system it comes from, the same each time; by default the name of the first path. kind: of a new
    source, `import` by default. as_of: how old the data is. Raises: NO_SUCH_PATH (RL-REC-030), OTHER_KIND (033).
    """
    files = files_of(paths)
    root = document_key("r", "\n".join(sorted(str(path.resolve()) for path in paths)))
    name = (source or paths[0].resolve().name.removesuffix(".gz"))[:200]
    row, run, resumed = _begin(act, name=name, kind=kind, as_of=as_of, root=root)
    importing = _Importing(act=act, source=row.pk, run=run.pk, delivery=root, progress=progress)
    with collected_less_often():
        importing.run_files([file for file in files if not file.why])
    with writing(act) as log:
        ImportRun.objects.filter(pk=run.pk).update(finished_at=act.at)
        report = _report(run, row, files, resumed=resumed)
        counts = {"resources": report.resources_in, "kept": report.kept, "known": report.known}
        body: dict[str, Json] = {**counts, "aside": len(report.aside), "files": report.files}
        log.entry("record.import_end", subject=f"source:{row.pk}", body=body)
    return report


def _begin(
    act: Act, *, name: str, kind: SourceKind | None, as_of: datetime | None, root: str
) -> tuple[Source, ImportRun, bool]:
    """Open the run: a new one, or the one that was broken off."""
    with writing(act) as log:
        row = source_open(act=act, name=name, kind=kind, as_of=as_of)
        run = ImportRun.objects.filter(source=row, root=root, finished_at=None).order_by("started_at").first()
        resumed = run is not None
        if run is None:
            run = ImportRun.objects.create(id=new_id(act.at), source=row, root=root, actor=act.actor, started_at=act.at)
        log.entry("record.import_begin", subject=f"source:{row.pk}", body={"kind": row.kind, "resumed": resumed})
    return row, run, resumed


def source_open(*, act: Act, name: str, kind: SourceKind | None, as_of: datetime | None = None) -> Source:
    """Return the source of a name, made where there is none, inside a write. A newer date of its data is noted.

    Raises: OTHER_KIND (RL-REC-033).
    """
    row = Source.objects.filter(name=name).first()
    if row is None:
        word = (kind or SourceKind.IMPORT).value
        return Source.objects.create(id=new_id(act.at), kind=word, name=name, as_of=as_of, imported_at=act.at)
    if kind is not None and row.kind != kind.value:
        raise errors.OTHER_KIND.error(where=name, kind=row.kind)
    if as_of is not None and (row.as_of is None or row.as_of < as_of):
        row.as_of = as_of
    row.imported_at = act.at
    row.save(update_fields=["as_of", "imported_at"])
    return row


@dataclass(slots=True, eq=False)
class _Importing:
    """One run at work."""

    act: Act
    source: UUID
    run: UUID
    delivery: str
    progress: Progress | None
    batch: _Batch = field(default_factory=_Batch)
    count: int = 0

    def run_files(self, files: Sequence[Incoming]) -> None:
        """Read and write file after file; what an earlier start finished is passed over."""
        before = {row.path: row for row in ImportFile.objects.filter(run=self.run)}
        for n, file in enumerate(files):
            row = before.get(_path(file.path))
            same = row is not None and row.stamp == file.stamp
            if row is not None and same and row.is_done:
                continue
            standing = _Standing(file=file)
            if row is not None and same:
                standing.at, standing.kept, standing.known = row.at, row.kept, row.known
            elif row is not None:
                self._again(file)
            self._file(standing, left=len(files) - n)
        self._flush()

    def _file(self, standing: _Standing, *, left: int) -> None:
        file = standing.file
        for part in parts_of(file, delivery=self.delivery, after=standing.at):
            if self.batch.collides(part):
                self._flush()
            self.batch.add(standing, part)
            self.count += len(part.pieces) + len(part.bad)
            if self.batch.is_full:
                if self.progress is not None:
                    self.progress(file.path, self.count, left)
                self._flush()
        self.batch.done.append(standing)

    def _again(self, file: Incoming) -> None:
        """Forget what stayed aside of a file that has changed since: it is read from its beginning."""
        with writing(self.act) as log:
            Aside.objects.filter(run=self.run, path=_path(file.path)).delete()
            log.entry("record.import", subject=f"source:{self.source}", body={"entries": 0, "changed": 1})

    def _flush(self) -> None:
        """Write what has gathered, in one transaction; where one resource is in the way, it alone stays aside."""
        batch, self.batch = self.batch, _Batch()
        if not batch.parts and not batch.done:
            return
        marks = [(standing, standing.kept, standing.known) for standing, _ in batch.parts]
        try:
            self._write(batch)
        except _UNFIT:
            for standing, kept, known in reversed(marks):
                standing.kept, standing.known = kept, known
            self._write_singly(batch)

    def _write(self, batch: _Batch) -> None:
        bad = [(standing, line, one) for standing, part in batch.parts for line, one in part.bad]
        pieces = [(standing, piece) for standing, part in batch.parts for piece in part.pieces]
        with writing(self.act) as log:
            known = self._take(log, pieces, aside=len(bad))
            self._aside(bad)
            for standing, part in batch.parts:
                standing.at = part.at
            for standing in batch.done:
                standing.is_done = True
            self._stand(batch)
            if known == len(pieces):
                body = {"entries": 0, "known": known, "aside": len(bad)}
                log.entry("record.import", subject=f"source:{self.source}", body=body)

    def _take(self, log: Log, pieces: Sequence[tuple[_Standing, Piece]], *, aside: int) -> int:
        """Write the resources. Returns: of how many nothing had to be written."""
        whose = {id(piece): standing for standing, piece in pieces}
        silent = 0
        for taken in rounds(piece for _, piece in pieces):
            decided = list(zip(taken, decide(taken, source=self.source), strict=True))
            written = [(piece, draft) for piece, draft in decided if draft is not None]
            silent += len(decided) - len(written)
            for piece, draft in decided:
                if piece.is_counted:
                    _count(whose[id(piece)], draft)
            if written:
                told: dict[str, Json] = {"known": len(decided) - len(written), "aside": aside}
                entries_lay(
                    act=self.act,
                    log=log,
                    drafts=[draft for _, draft in written],
                    bodies=[piece.raw for piece, _ in written],
                    owned=[piece.body for piece, _ in written],
                    found=[piece.found for piece, _ in written],
                    verb="record.import",
                    subject=f"source:{self.source}",
                    are_free=True,
                    told=told,
                )
        return silent

    def _write_singly(self, batch: _Batch) -> None:
        """Write a batch that did not go in, one resource after the other, read again from their bytes."""
        from relight.record.rules.canonical import loads  # noqa: PLC0415 - the rare way
        from relight.record.rules.references import references_find  # noqa: PLC0415

        for standing, part in batch.parts:
            for piece in part.pieces:
                piece.body = loads(piece.raw)
                piece.found = references_find(piece.body)
                one = Part(at=part.at - 1, line=part.line, pieces=[piece])
                single = _Batch(parts=[(standing, one)])
                mark = (standing.kept, standing.known)
                try:
                    self._write(single)
                except _UNFIT:
                    standing.kept, standing.known = mark
                    params = {"type": piece.type, "element": "-"}
                    bad = Bad(place=piece.place, spec=errors.BAD_SHAPE, params=params, raw=piece.raw)
                    part.bad.append((part.line, bad))
            part.pieces = []
        self._write(batch)

    def _aside(self, bad: Sequence[tuple[_Standing, int, Bad]]) -> None:
        Aside.objects.bulk_create(
            Aside(
                run_id=self.run,
                path=_path(standing.file.path),
                line=line,
                code=one.spec.code,
                params={name: value if isinstance(value, int) else str(value) for name, value in one.params.items()},
                raw=one.raw,
            )
            for standing, line, one in bad
        )

    def _stand(self, batch: _Batch) -> None:
        """Note how far each file is, with what it brought."""
        files = {id(one): one for one in [*(standing for standing, _ in batch.parts), *batch.done]}
        rows = [
            (id_out(self.run), _path(one.file.path), one.file.stamp, one.at, one.kept, one.known, "", one.is_done)
            for one in files.values()
        ]
        rows_insert("record_importfile", _FILE, rows, tail=_FILE_AGAIN)


def _count(standing: _Standing, draft: EntryDraft | None) -> None:
    if draft is None or draft.act is EntryAct.SEEN:
        standing.known += 1
    else:
        standing.kept += 1


def _path(path: str) -> str:
    return path[-1000:]


def _report(run: ImportRun, source: Source, files: Sequence[Incoming], *, resumed: bool) -> ImportReport:
    kept = known = 0
    for row in ImportFile.objects.filter(run=run).values("kept", "known"):
        kept, known = kept + row["kept"], known + row["known"]
    aside = tuple(aside_line(row) for row in Aside.objects.filter(run=run).order_by("id").defer("raw"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM record_reference WHERE target IS NULL AND source = %s", [id_out(source.pk)]
        )
        unresolved = cursor.fetchone()[0]
    skipped = tuple(Skipped(path=file.path, why=gettext(file.why)) for file in files if file.why)
    return ImportReport(
        source=source.name,
        kind=SourceKind(source.kind),
        as_of=source.as_of,
        resources_in=kept + known + len(aside),
        kept=kept,
        known=known,
        aside=aside,
        files=len(files) - len(skipped),
        files_skipped=skipped,
        unresolved=unresolved,
        resumed=resumed,
    )


def aside_line(row: Any) -> AsideLine:
    """Return a row of Aside as it is told, in the reader's language."""
    message = REGISTRY[row.code].error(**row.params).message(gettext)
    return AsideLine(path=row.path, line=row.line, code=row.code, message=message)
