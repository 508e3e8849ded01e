"""What could not be taken in: listed, and given back as it came.

Owns handing it out: it holds patient data, so that is an export, in the journal. Refuses to drop it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from relight.journal.api import writing
from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.models import Aside, ImportRun
from relight.record.services.import_run import aside_line
from relight.record.types import AsideLine


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideRow:
    """One thing that stayed aside. Args: number: what it is asked for by."""

    number: int
    source: str
    line: AsideLine

    def document(self) -> dict[str, object]:
        return {"number": self.number, "source": self.source, **self.line.document()}


@service(Permission.RECORD_IMPORT)
def aside_list(*, act: Act) -> list[AsideRow]:
    """List what stayed aside in the last run over each path: what an earlier run told is told by the later one."""
    latest: dict[tuple[object, str], object] = {}
    for run in ImportRun.objects.order_by("started_at", "id"):
        latest[run.source_id, run.root] = run.pk
    rows = Aside.objects.filter(run__in=list(latest.values())).select_related("run__source").defer("raw")
    return [AsideRow(number=row.pk, source=row.run.source.name, line=aside_line(row)) for row in rows.order_by("id")]


@service(Permission.RECORD_EXPORT)
def aside_write(*, act: Act, folder: Path) -> int:
    """Write each thing that stayed aside into a new folder, as it came. Returns: how many.

    Raises: NOT_EMPTY (RL-REC-040), UNWRITABLE (041).
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise errors.NOT_EMPTY.error(where=str(folder))
    count = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for row in Aside.objects.order_by("id").iterator(chunk_size=20):
            (folder / f"{row.pk:06}-{Path(row.path).name[:80]}").write_bytes(bytes(row.raw))
            count += 1
    except OSError as refusal:
        raise errors.UNWRITABLE.error(where=str(folder), reason=refusal.strerror or "?") from refusal
    with writing(act) as log:
        log.entry("record.aside_export", subject="record:aside", body={"count": count})
    return count
