"""The versions every path went through, point by point: only what changed is kept.

Owns looking up who was where and since when. Memory grows with paths and changes, not with points times paths.
Refuses files.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from relight.inspection.restore.types import Entry

Change = tuple[int, Entry | None]  # from this point on; None: gone


@dataclass(slots=True)
class History:
    """Points are indexes from 0, oldest first. Feed every point once, in order."""

    points: int = 0
    changes: dict[str, list[Change]] = field(default_factory=dict)
    gone: dict[int, list[str]] = field(default_factory=dict)
    came: dict[int, list[str]] = field(default_factory=dict)

    def add(self, entries: Iterable[Entry]) -> int:
        """Take in the next point's files; return its index."""
        index = self.points
        present: set[str] = set()
        for entry in entries:
            present.add(entry.path)
            known = self.changes.setdefault(entry.path, [])
            before = known[-1][1] if known else None
            if before != entry:
                known.append((index, entry))
            if before is None:
                self.came.setdefault(index, []).append(entry.path)
        for path, known in self.changes.items():
            if path not in present and known and known[-1][1] is not None:
                known.append((index, None))
                self.gone.setdefault(index, []).append(path)
        self.points += 1
        return index

    def at(self, path: str, index: int) -> Entry | None:
        """Return the file a path named at a point, None when there was none."""
        found = self._change(path, index)
        return found[1] if found else None

    def since(self, path: str, index: int) -> int:
        """Return the point at which the state of a path at `index` began; 0 for a path not seen until then."""
        found = self._change(path, index)
        return found[0] if found else 0

    def _change(self, path: str, index: int) -> Change | None:
        known = self.changes.get(path, [])
        place = bisect_right(known, index, key=lambda change: change[0]) - 1
        return known[place] if place >= 0 else None

    def files(self, index: int, prefix: str = "") -> Iterator[Entry]:
        """Yield the files of a point that lie under a prefix."""
        for path in self.changes:
            if within(path, prefix):
                entry = self.at(path, index)
                if entry is not None:
                    yield entry

    def versions(self, path: str) -> list[tuple[int, int, Entry | None]]:
        """Return (first point, last point, file) of each state of a path, oldest first, from its first file on."""
        known = self.changes.get(path, [])
        ends = [change[0] - 1 for change in known[1:]] + [self.points - 1]
        return [(first, last, entry) for (first, entry), last in zip(known, ends, strict=True)]


def within(path: str, prefix: str) -> bool:
    """Say whether a path is a prefix's folder or file, or lies under it; everything lies under the empty one."""
    if not prefix:
        return True
    bare = prefix if prefix[-1] != "/" else prefix.rstrip("/")
    return path.startswith(bare) and path[len(bare) : len(bare) + 1] in ("", "/")


def common_folder(paths: Iterable[str]) -> str:
    """Return the deepest folder that holds all paths, without a slash at its end; empty when there is none."""
    shared: list[str] | None = None
    for path in paths:
        parts = path.split("/")[:-1]
        if shared is None:
            shared = parts
        else:
            same = 0
            while same < min(len(shared), len(parts)) and shared[same] == parts[same]:
                same += 1
            shared = shared[:same]
        if not shared:
            break
    return "/".join(shared or [])


def top_folders(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the folders right under the common one, in order."""
    kept = list(paths)
    base = common_folder(kept)
    start = len(base) + 1 if base or any(path.startswith("/") for path in kept[:1]) else 0
    found = set()
    for path in kept:
        name, slash, _ = path[start:].partition("/")
        if slash:
            found.add(path[:start] + name)
    return tuple(sorted(found))
