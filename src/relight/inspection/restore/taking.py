"""Takes one version of a file out of a repository, and proves that what was written is what was inspected.

Owns the writing of `--output`. Never overwrites, never writes inside the repository.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from relight.inspection.restore.damage import FileVersion
from relight.inspection.restore.errors import OUTPUT_DIFFERS, OUTPUT_UNWRITABLE
from relight.inspection.restore.evidence import Evidence
from relight.kernel.errors import N_, Word


def output_check(place: Path, *, repository: str) -> None:
    """Refuse a place that must not be written to, before anything is read. Raises: RL-RST-010."""
    if os.path.lexists(place):
        raise OUTPUT_UNWRITABLE.error(where=str(place), reason=Word(N_("it exists already")))
    if not place.absolute().parent.is_dir():
        raise OUTPUT_UNWRITABLE.error(where=str(place), reason=Word(N_("its folder does not exist")))
    root = Path(repository)
    if root.is_dir() and place.absolute().parent.resolve().is_relative_to(root.resolve()):
        raise OUTPUT_UNWRITABLE.error(where=str(place), reason=Word(N_("it lies inside the repository")))


def version_write(evidence: Evidence, version: FileVersion, place: Path) -> None:
    """Write a version to a new file, sync it, read it again and compare.

    Raises: RL-RST-010 when it cannot be written; RL-RST-011 when its SHA-256 is not that of what was inspected.
    """
    if version.entry is None or version.judgement is None:
        raise ValueError("only a version that was read can be written")
    draft = place.with_name(f".{place.name}.relight-part")
    try:
        contents = evidence.repository.contents(evidence.points[version.last], [version.entry])
        for content in contents:
            if content.place is not None:
                _copy(content.place, draft)
        if not draft.exists() or _digest(draft) != version.judgement.sha256:
            raise OUTPUT_DIFFERS.error(where=str(place))
        os.link(draft, place)  # fails when the place was taken meanwhile, where a rename would overwrite
    except OSError as refusal:
        raise OUTPUT_UNWRITABLE.error(where=str(place), reason=refusal.strerror or "?") from refusal
    finally:
        draft.unlink(missing_ok=True)


def _copy(source: Path, draft: Path) -> None:
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with source.open("rb") as reader, os.fdopen(descriptor, "wb") as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
        writer.flush()
        os.fsync(writer.fileno())


def _digest(place: Path) -> str:
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
