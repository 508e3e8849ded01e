"""What the record was made of: sources with their age, imports with their counts, what stayed aside, what waits.

Owns these rows. Source: docs/design/record.md, cases 67-79.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext

from relight.kernel.errors import N_, REGISTRY
from relight.people.api import names_of
from relight.record import errors
from relight.record.models import Aside, ImportFile, ImportRequest, ImportRun, Source
from relight.record.selectors.rows import id_in
from relight.ui.api import Column

KIND_WORDS = {
    "backup": N_("last backup"),
    "regional": N_("regional summary"),
    "import": N_("import"),
    "typed": N_("typed here"),
    "lab": N_("laboratory gateway"),
}
ASIDE_COLUMNS = (
    Column(key="path", label=N_("File"), sort=("path", "line"), always=True, value=lambda row: row.path),
    Column(key="line", label=N_("Line"), sort=("line",), numeric=True, value=lambda row: row.line),
    Column(key="code", label=N_("Code"), sort=("code", "id"), value=lambda row: row.code),
    Column(key="message", label=N_("Why"), always=True, value=lambda row: row.message),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A source. Args: resources: current ones that came from it. unresolved: references of them that lead nowhere."""

    id: UUID
    name: str
    kind: str
    as_of: datetime | None
    imported_at: datetime
    resources: int
    aside: int
    unresolved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """An import. Args: finished_at: None while it goes on, or when it was broken off."""

    id: UUID
    source: str
    by: str
    started_at: datetime
    finished_at: datetime | None
    files: int
    kept: int
    known: int
    aside: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLine:
    """A file sent in from the page. Args: count: resources so far, while it waits. why: a refusal, in words."""

    id: UUID
    filename: str
    source: str
    at: datetime
    state: str
    count: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideView:
    """One thing that stayed aside, without its content."""

    id: int
    path: str
    line: int
    code: str
    message: str


def source_lines() -> list[SourceLine]:
    """List the sources, the latest import first. Three statements."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT source, COUNT(*) FROM record_resource WHERE source IS NOT NULL GROUP BY source")
        counts = {id_in(source): count for source, count in cursor.fetchall()}
        cursor.execute(
            "SELECT source, COUNT(*) FROM record_reference WHERE target IS NULL AND source IS NOT NULL GROUP BY source"
        )
        unresolved = {id_in(source): count for source, count in cursor.fetchall()}
    asides = dict(aside_query().values_list("run__source").annotate(count=Count("id")).order_by())
    return [
        SourceLine(
            id=row.pk, name=row.name, kind=row.kind, as_of=row.as_of, imported_at=row.imported_at,
            resources=counts.get(row.pk, 0), aside=asides.get(row.pk, 0), unresolved=unresolved.get(row.pk, 0),
        )
        for row in Source.objects.order_by("-imported_at", "name")
    ]  # fmt: skip


def run_query() -> QuerySet[ImportRun]:
    """List imports, the latest first."""
    return ImportRun.objects.select_related("source").order_by("-started_at", "-id")


def run_lines(runs: Sequence[ImportRun]) -> list[RunLine]:
    """Say what imports did. Three statements."""
    keys = [run.pk for run in runs]
    files = {
        row["run"]: row
        for row in ImportFile.objects.filter(run__in=keys)
        .values("run")
        .annotate(files=Count("path"), kept=Sum("kept"), known=Sum("known"))
        .order_by()
    }
    asides = dict(Aside.objects.filter(run__in=keys).values_list("run").annotate(count=Count("id")).order_by())
    names = names_of({run.actor for run in runs})
    none = {"files": 0, "kept": 0, "known": 0}
    return [
        RunLine(
            id=run.pk, source=run.source.name, by=names.get(run.actor, run.actor), started_at=run.started_at,
            finished_at=run.finished_at, files=files.get(run.pk, none)["files"], kept=files.get(run.pk, none)["kept"],
            known=files.get(run.pk, none)["known"], aside=asides.get(run.pk, 0),
        )
        for run in runs
    ]  # fmt: skip


def aside_query() -> QuerySet[Aside]:
    """List what stayed aside in the last run over each path: an earlier run is told by the later one."""
    latest: dict[tuple[object, str], object] = {}
    for run in ImportRun.objects.order_by("started_at", "id").only("id", "source_id", "root"):
        latest[run.source_id, run.root] = run.pk
    return Aside.objects.filter(run__in=list(latest.values())).defer("raw").order_by("id")


def aside_views(rows: Sequence[Aside]) -> list[AsideView]:
    """Say why things stayed aside; no content."""
    return [
        AsideView(
            id=row.pk, path=row.path.replace("\\", "/").rpartition("/")[2], line=row.line, code=row.code,
            message=REGISTRY[row.code].error(**row.params).message(gettext),
        )
        for row in rows
    ]  # fmt: skip


def upload_lines(*, limit: int = 20) -> list[UploadLine]:
    """List the files sent in from the page: those that wait, and what became of the latest."""
    rows = ImportRequest.objects.order_by("-at")[:limit]
    return [_upload(row) for row in rows]


def upload_get(upload: UUID) -> UploadLine:
    """Return one file sent in. Raises: MissingError RL-REC-301."""
    row = ImportRequest.objects.filter(pk=upload).first()
    if row is None:
        raise errors.NO_UPLOAD.error(where="import")
    return _upload(row)


def _upload(row: ImportRequest) -> UploadLine:
    done = ImportFile.objects.filter(path__contains=str(row.pk)).aggregate(kept=Sum("kept"), known=Sum("known"))
    spec = REGISTRY.get(row.code)
    why = gettext(row.skipped) if row.skipped else spec.error(**row.params).message(gettext) if spec else ""
    return UploadLine(
        id=row.pk, filename=row.filename, source=row.source, at=row.at, state=row.state,
        count=(done["kept"] or 0) + (done["known"] or 0), why=why,
    )  # fmt: skip
