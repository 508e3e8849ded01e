"""Which kind of repository a name means, and opening it.

Owns the signs of each kind. Refuses to guess among kinds that fit equally: `--kind` decides.
"""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path

from relight.inspection.restore.adapters.borg import BorgRepository
from relight.inspection.restore.adapters.dated import DatedRepository, points_in
from relight.inspection.restore.adapters.restic import ResticRepository
from relight.inspection.restore.errors import NO_REPOSITORY, PASSWORD_UNREADABLE
from relight.inspection.restore.types import Repository
from relight.kernel.errors import N_, Word

RESTIC_REMOTE = re.compile(r"(?:sftp|s3|rest|b2|azure|gs|swift|rclone):")
BORG_REMOTE = re.compile(r"ssh://|[^/:\s]+@[^/:\s]+:")


class RepositoryKind(Enum):
    """What the user says a repository is."""

    AUTO = "auto"
    RESTIC = "restic"
    BORG = "borg"
    DATED = "dated"


def kind_of(name: str) -> RepositoryKind:
    """Tell a repository's kind by its name or its files. Raises: InputError RL-RST-002."""
    if RESTIC_REMOTE.match(name):
        return RepositoryKind.RESTIC
    if BORG_REMOTE.match(name):
        return RepositoryKind.BORG
    root = Path(name)
    try:
        if not root.is_dir():
            reason = N_("there is no such folder") if not root.exists() else N_("it is no folder")
            raise NO_REPOSITORY.error(where=name, reason=Word(reason))
        if all((root / part).exists() for part in ("config", "keys", "snapshots", "data")):
            return RepositoryKind.RESTIC
        if (root / "config").is_file() and (root / "config").read_bytes()[:4096].startswith(b"[repository]"):
            return RepositoryKind.BORG
        if points_in(root):
            return RepositoryKind.DATED
    except OSError as refusal:
        raise NO_REPOSITORY.error(where=name, reason=refusal.strerror or "?") from refusal
    raise NO_REPOSITORY.error(
        where=name, reason=Word(N_("it is neither restic's nor borg's, and no folder in it bears a date"))
    )


def repository_open(
    name: str, *, kind: RepositoryKind, password_file: Path | None = None, temporary: Path | None = None
) -> Repository:
    """Open a repository for reading.

    Args: temporary: folder for caches and for files while they are inspected; the system's own when none.
    Raises: InputError RL-RST-001, RL-RST-002, RL-RST-013.
    """
    if password_file is not None and not password_file.is_file():
        raise PASSWORD_UNREADABLE.error(where=str(password_file), reason=Word(N_("there is no such file")))
    chosen = kind_of(name) if kind is RepositoryKind.AUTO else kind
    if chosen is RepositoryKind.RESTIC:
        return ResticRepository(name, password_file=password_file, temporary=temporary)
    if chosen is RepositoryKind.BORG:
        return BorgRepository(name, password_file=password_file, temporary=temporary)
    if not Path(name).is_dir():
        raise NO_REPOSITORY.error(where=name, reason=Word(N_("there is no such folder")))
    return DatedRepository(name)
