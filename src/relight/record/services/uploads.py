"""Files sent in from the page of sources: kept, then imported by the worker, a batch of resources a transaction.

Owns ImportRequest and the folder the files wait in. Refuses to hold the database for a whole import: a routine of the
worker takes them, not a subscriber, so wards go on writing meanwhile. A file is taken away once it is in, or refused.
Source: docs/design/ward.md, cases 70-74.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings

from relight.journal.api import EventDraft, Json, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.people.api import Permission, service
from relight.record import errors
from relight.record.models import ImportRequest
from relight.record.services.import_run import record_import
from relight.record.types import SourceKind

_logger = structlog.get_logger(__name__)

FOLDER = "record-uploads"
TRIES = 5  # of an import that stops on something unforeseen; then it is refused, so that those behind it go on
WAITING, DONE, REFUSED = "waiting", "done", "refused"


def upload_folder(upload: UUID) -> Path:
    """Return where a file that was sent in waits."""
    return Path(settings.RELIGHT_HOME) / FOLDER / str(upload)


@service(Permission.RECORD_IMPORT)
def upload_keep(
    *,
    act: Act,
    filename: str,
    chunks: Iterable[bytes],
    source: str = "",
    kind: SourceKind = SourceKind.IMPORT,
    as_of: datetime | None = None,
) -> UUID:
    """Keep a file, to be imported by the worker. Args: source: by default the file's name. Returns: its id.

    Raises: UPLOAD_UNKEPT (RL-REC-302); then nothing is kept.
    """
    upload = new_id(act.at)
    name = Path(filename.replace("\\", "/")).name[:120] or "file"
    folder = upload_folder(upload)
    try:
        folder.mkdir(parents=True, mode=0o700)
        with (folder / name).open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
    except OSError as refusal:
        shutil.rmtree(folder, ignore_errors=True)
        raise errors.UPLOAD_UNKEPT.error(where="file", reason=refusal.strerror or "?") from refusal
    with writing(act) as log:
        ImportRequest.objects.create(
            id=upload, filename=name, source=(source.strip() or name.removesuffix(".gz"))[:200], kind=kind.value,
            as_of=as_of, at=act.at, by=act.actor,
        )  # fmt: skip
        log.entry("record.import_request", subject=f"upload:{upload}", body={"kind": kind.value})
    return upload


@service(Permission.RECORD_IMPORT)
def uploads_run(*, act: Act) -> int:
    """Import what waits, the oldest first; one broken off goes on where it was. Returns: how many came to their end."""
    done = 0
    for row in ImportRequest.objects.filter(state=WAITING).order_by("at"):
        _run(act, row)
        done += 1
    return done


def _run(act: Act, row: ImportRequest) -> None:
    folder = upload_folder(row.pk)
    refusal: RelightError | None = None
    skipped = ""
    try:
        if not folder.is_dir():
            raise errors.UPLOAD_GONE.error(where="file")
        report = record_import(
            act=act, paths=[folder / row.filename], source=row.source, kind=SourceKind(row.kind), as_of=row.as_of
        )
        skipped = report.files_skipped[0].why if report.files_skipped else ""
    except RelightError as known:
        refusal = known
    except Exception as fault:
        tries = _tried(row.pk)
        if tries < TRIES:
            raise
        _logger.error("import given up", upload=str(row.pk), kind=type(fault).__name__)
        refusal = errors.UPLOAD_STOPPED.error(where="file", times=tries, folder=f"{FOLDER}/{row.pk}")
    ended = datetime.now(tz=UTC)
    with writing(act) as log:
        ImportRequest.objects.filter(pk=row.pk).update(
            state=REFUSED if refusal or skipped else DONE,
            code=refusal.code if refusal else "",
            params={name: str(value) for name, value in refusal.params.items()} if refusal else {},
            skipped=skipped[:300],
            ended_at=ended,
        )
        told = EventDraft(name="record.changed", subject="record:entries", body={"by": "record.import_end"})
        body: dict[str, Json] = {"refused": bool(refusal or skipped)}
        log.entry("record.import_end", subject=f"upload:{row.pk}", body=body, events=[told])
    if refusal is None or refusal.code != errors.UPLOAD_STOPPED.code:
        shutil.rmtree(folder, ignore_errors=True)
    _tries_file(row.pk).unlink(missing_ok=True)


def _tries_file(upload: UUID) -> Path:
    return upload_folder(upload).with_suffix(".tries")


def _tried(upload: UUID) -> int:
    """Count a try that stopped. On disk, because what stops an import may stop the worker too."""
    with _tries_file(upload).open("ab") as file:
        file.write(b".")
        return file.tell()
