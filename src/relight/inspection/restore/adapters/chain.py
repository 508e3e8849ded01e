"""Names for contents, carried from point to point by a program's own comparison of two points.

Owns which pairs of points are compared: each with the one before, and with an earlier one where files look as they did
there (data put back from a backup). Sameness is always what the program says of both contents, never size and time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from relight.inspection.restore.types import Point

RETURN_BYTES = 1024 * 1024  # less is read again sooner than compared
RETURN_POINTS = 3

Compare = Callable[[Point, Point], "set[str] | None"]
File = tuple[str, int, int]  # path, size, time of change


class Chain:
    """Feed points oldest first. Args: compare: paths whose contents differ between two points, None when unknown."""

    def __init__(self, compare: Compare) -> None:
        self._compare = compare
        self._before: Point | None = None
        self._current: dict[tuple[str, int], str] = {}
        self._seen: dict[File, tuple[Point, str]] = {}

    def add(self, point: Point, files: Sequence[File]) -> list[str]:
        """Return a name for the content of each file; the same name is the same bytes."""
        changed = self._compare(self._before, point) if self._before is not None else None
        contents: list[str] = []
        returned: dict[Point, list[int]] = {}
        for place, file in enumerate(files):
            path, size, _ = file
            known = self._current.get((path, size)) if changed is not None and path not in changed else None
            contents.append(known or f"{point.id}:{path}")
            if known is None and file in self._seen:
                returned.setdefault(self._seen[file][0], []).append(place)
        self._put_back(point, files, contents, returned)
        self._before = point
        self._current = {(file[0], file[1]): name for file, name in zip(files, contents, strict=True)}
        for file, name in zip(files, contents, strict=True):
            self._seen.setdefault(file, (point, name))
        return contents

    def _put_back(
        self, point: Point, files: Sequence[File], contents: list[str], returned: dict[Point, list[int]]
    ) -> None:
        """Compare with the earlier points that most of the returned files were seen at first."""
        sizes = {earlier: sum(files[place][1] for place in places) for earlier, places in returned.items()}
        for earlier in sorted(sizes, key=lambda one: (-sizes[one], one.at))[:RETURN_POINTS]:
            differing = self._compare(earlier, point) if sizes[earlier] >= RETURN_BYTES else None
            if differing is None:
                continue
            for place in returned[earlier]:
                if files[place][0] not in differing:
                    contents[place] = self._seen[files[place]][1]
