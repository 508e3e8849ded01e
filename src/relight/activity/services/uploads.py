"""Files of appointments sent in from the page: kept, shown, confirmed, then imported by the worker.

Owns AppointmentUpload and the folder the files wait in. Refuses to import what nobody looked at. A file is taken away
once it is in, refused or dropped: it holds patients' data. Source: docs/design/appointments.md, "Sent in from a page".
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import UUID

import structlog

from relight.activity.errors import SOURCE_NAMELESS, UPLOAD_GONE, UPLOAD_OVER, UPLOAD_STOPPED, UPLOAD_UNKEPT
from relight.activity.models import AppointmentUpload
from relight.activity.rules.reading import reading_open
from relight.activity.rules.uploads import UploadState
from relight.activity.selectors.uploads import upload_folder, upload_open
from relight.activity.services.imports import appointments_import
from relight.journal.api import EventDraft, new_id, writing
from relight.kernel.act import Act
from relight.kernel.errors import RelightError
from relight.people.api import Permission, service

_logger = structlog.get_logger(__name__)

NAME_LENGTH = 120
TRIES = 3  # of an import that stops on something unforeseen; then it is refused, so that those behind it go on


@service(Permission.ACTIVITY_IMPORT)
def upload_offer(*, act: Act, filename: str, chunks: Iterable[bytes]) -> UUID:
    """Keep a file and look whether it can be read at all; nothing of it is imported yet.

    Returns: its id. Raises: RL-ACT-030 to 034 and 048 when it is no list of appointments, RL-ACT-086 when it cannot be
    kept; then nothing is kept.
    """
    upload = new_id(act.at)
    name = Path(filename.replace("\\", "/")).name[:NAME_LENGTH] or "file"
    folder = upload_folder(upload)
    try:
        folder.mkdir(parents=True, mode=0o700)
        with (folder / "file").open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
        with (folder / "file").open("rb") as file:
            kind = reading_open(name, file).kind
    except OSError as refusal:
        shutil.rmtree(folder, ignore_errors=True)
        raise UPLOAD_UNKEPT.error(where="file", reason=refusal.strerror or "?") from refusal
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    with writing(act) as log:
        AppointmentUpload.objects.create(id=upload, filename=name, kind=kind.value, at=act.at, by=act.actor)
        log.entry("activity.import_offer", subject=f"upload:{upload}", body={"format": kind.value})
    return upload


@service(Permission.ACTIVITY_IMPORT)
def upload_confirm(
    *, act: Act, upload: UUID, source: str, mapping: Mapping[str, str], options: Mapping[str, str]
) -> None:
    """Say how a file is to be read, and have it imported by the worker.

    Args: options: what holds for the whole list: `assume_urgency`, `assume_kind`, `assume_site`; empty ones left out.
    Raises: RL-ACT-087 without a source's name, RL-ACT-088 when it was dealt with already.
    """
    name = " ".join(source.split())[:NAME_LENGTH]
    if not name:
        raise SOURCE_NAMELESS.error(where="source")
    with writing(act) as log:
        row = _offered(upload)
        row.source, row.mapping = name, dict(mapping)
        row.options = {key: value for key, value in options.items() if value}
        row.state = UploadState.WAITING.value
        row.save(update_fields=["source", "mapping", "options", "state"])
        log.entry("activity.import_request", subject=f"upload:{upload}", body={"source": name})


@service(Permission.ACTIVITY_IMPORT)
def upload_drop(*, act: Act, upload: UUID) -> None:
    """Leave a file out without importing it; it is taken away. Raises: RL-ACT-088."""
    with writing(act) as log:
        row = _offered(upload)
        row.state, row.ended_at = UploadState.DROPPED.value, act.at
        row.save(update_fields=["state", "ended_at"])
        log.entry("activity.import_drop", subject=f"upload:{upload}", body={})
    shutil.rmtree(upload_folder(upload), ignore_errors=True)


def _offered(upload: UUID) -> AppointmentUpload:
    row = AppointmentUpload.objects.select_for_update().filter(pk=upload).first()
    if row is None:
        raise UPLOAD_GONE.error(where="file")
    if row.state != UploadState.OFFERED.value:
        raise UPLOAD_OVER.error()
    return row


@service(Permission.ACTIVITY_IMPORT)
def uploads_run(*, act: Act) -> int:
    """Import what was confirmed, the oldest first. Returns: how many came to their end."""
    done = 0
    for row in AppointmentUpload.objects.filter(state=UploadState.WAITING.value).order_by("at"):
        _run(act, row)
        done += 1
    return done


def _run(act: Act, row: AppointmentUpload) -> None:
    refusal: RelightError | None = None
    report: dict[str, object] = {}
    try:
        with upload_open(row) as file:
            report = _import(act, row, file)
    except RelightError as known:
        refusal = known
    except Exception as fault:
        if _tried(row.pk) < TRIES:
            raise
        _logger.error("import given up", upload=str(row.pk), kind=type(fault).__name__)
        refusal = UPLOAD_STOPPED.error(where="file", times=TRIES)
    with writing(act) as log:
        AppointmentUpload.objects.filter(pk=row.pk).update(
            state=(UploadState.REFUSED if refusal else UploadState.DONE).value,
            report=report,
            code=refusal.code if refusal else "",
            params={name: str(value) for name, value in refusal.params.items()} if refusal else {},
            ended_at=datetime.now(tz=UTC),
        )
        told = EventDraft(name="activity.imported", subject=f"upload:{row.pk}", body={"refused": bool(refusal)})
        log.entry("activity.import_end", subject=f"upload:{row.pk}", body={"refused": bool(refusal)}, events=[told])
    shutil.rmtree(upload_folder(row.pk), ignore_errors=True)


def _import(act: Act, row: AppointmentUpload, file: IO[bytes]) -> dict[str, object]:
    """Import it under the name and by the hand of who confirmed it."""
    report = appointments_import(
        act=replace(act, actor=row.by), source=row.source, name=row.filename, raw=file,
        mapping=row.mapping, options=row.options,
    )  # fmt: skip
    return dict(report.counts())


def _tried(upload: UUID) -> int:
    """Count a try that stopped. On disk, because what stops an import may stop the worker too."""
    with (upload_folder(upload) / "tries").open("ab") as file:
        file.write(b".")
        return file.tell()
