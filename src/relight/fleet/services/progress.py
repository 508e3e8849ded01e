"""How far a long import is, for the page that watches it.

Owns small files under `<data folder>/progress`: an import is one transaction, so nothing of it can be
seen in the database before it is done. Refuses to be a state: losing a file loses nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from django.conf import settings


def _place(run: UUID) -> Path:
    return Path(settings.RELIGHT_HOME) / "progress" / f"{run}.json"


def progress_write(run: UUID, *, phase: str, done: int, total: int) -> None:
    """Say how far a run is. A disk that refuses is passed over: the import matters, the bar does not."""
    place = _place(run)
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = place.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps({"phase": phase, "done": done, "total": total}))
        beside.replace(place)
    except OSError:
        return


def progress_read(run: UUID) -> Mapping[str, object] | None:
    """Return {phase, done, total} of a run under way, None when none is."""
    try:
        found = json.loads(_place(run).read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def progress_end(run: UUID) -> None:
    """Take the file away: the run is done, or refused."""
    _place(run).unlink(missing_ok=True)
