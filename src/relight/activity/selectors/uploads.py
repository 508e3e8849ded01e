"""Where a file that was sent in waits, and what stands in it.

Owns the place on disk: the data folder, readable by its owner alone. Refuses writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings

from relight.activity.errors import UPLOAD_GONE
from relight.activity.models import AppointmentUpload

FOLDER = "activity-uploads"


def upload_folder(upload: UUID) -> Path:
    """Return where a file that was sent in waits."""
    return Path(settings.RELIGHT_HOME) / FOLDER / str(upload)


def upload_open(row: AppointmentUpload) -> IO[bytes]:
    """Open the file of an upload. Raises: MissingError RL-ACT-085 when it is not there any more."""
    try:
        return (upload_folder(row.pk) / "file").open("rb")
    except OSError as refusal:
        raise UPLOAD_GONE.error(where="file") from refusal
