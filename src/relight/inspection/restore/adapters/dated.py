"""A folder of dated copies: plain trees, or trees whose unchanged files are hard links to those of the day before.

Owns the choice of folders and their listings. Never follows a link. Two points hold the same content where the
files are the same inode with the same size and time. Source: rsync --link-dest, rsnapshot.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from relight.inspection.restore.errors import NOT_OPENED
from relight.inspection.restore.rules.dates import date_of
from relight.inspection.restore.types import Content, Entry, Hole, Listing, Point
from relight.inspection.types import Reason
from relight.inspection.walker import Passed, walk

ROTATED = re.compile(r"(?:hourly|daily|weekly|monthly|yearly|alpha|beta|gamma|delta)\.(?P<number>\d+)\Z")


class DatedRepository:
    """A folder of dated copies."""

    kind = "dated"

    def __init__(self, name: str) -> None:
        self.name = name
        self._root = Path(name).absolute()

    def points(self) -> Sequence[Point]:
        try:
            return points_in(self._root)
        except OSError as refusal:
            raise NOT_OPENED.error(where=self.name, program="relight", reason=refusal.strerror or "?") from refusal

    def lost(self) -> Sequence[tuple[str, Reason]]:
        return []

    def listing(self, point: Point) -> Listing:
        base = os.fsencode(self._root / point.id)
        entries: list[Entry] = []
        holes: list[Hole] = []
        try:
            device = os.lstat(base).st_dev
        except OSError:
            device = 0
        for one in walk([base]):
            path = os.fsdecode(one.path[len(base) + 1 :])
            if isinstance(one, Passed):
                if one.missed:
                    holes.append(Hole(path=path, why=one.why))
                continue
            size, mtime_ns, inode = one.identity
            content = f"{device}:{inode}:{size}:{mtime_ns}"
            entries.append(Entry(path=path, size_bytes=size, content=content, mtime_ns=mtime_ns))
        return Listing(entries=tuple(entries), holes=tuple(holes))

    def contents(self, point: Point, entries: Sequence[Entry]) -> Iterator[Content]:
        for entry in entries:
            yield Content(entry=entry, place=self._root / point.id / entry.path)

    def restore_command(self, point: Point, path: str = "") -> tuple[str, ...]:
        source = self._root / point.id / path
        if path:
            return ("cp", "--archive", "--", str(source), "restored")
        return ("cp", "--archive", "--", f"{source}/.", "restored")

    def faults(self) -> Sequence[str]:
        return []

    def close(self) -> None:
        return None


def points_in(root: Path) -> list[Point]:
    """Return the folders that are restore points, oldest first. Raises: OSError."""
    found: list[tuple[datetime, int, str]] = []
    zone = datetime.now().astimezone().tzinfo
    for one in os.scandir(root):
        if one.is_symlink() or not one.is_dir(follow_symlinks=False):
            continue
        rotated = ROTATED.search(one.name)
        at = datetime.fromtimestamp(one.stat(follow_symlinks=False).st_mtime, tz=zone) if rotated else None
        at = at or (date_of(one.name, zone=zone) if zone is not None else None)
        if at is not None:
            found.append((at, -int(rotated["number"]) if rotated else 0, one.name))
    return [Point(id=name, at=at) for at, _, name in sorted(found)]
