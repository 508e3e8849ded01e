"""Deleted en masse: files that were there at one point and are gone at the next, too many to be everyday work.

Owns the thresholds and what counts as moved. Refuses files. Source: docs/design/restore-points.md, "Missing".
"""

from __future__ import annotations

from collections.abc import Sequence

from relight.inspection.restore.rules.history import History, within
from relight.inspection.restore.types import Entry

MISSING_FILES = 5
MISSING_PERCENT = 25
MISSING_ALL = 3  # a scope that held at least so many files and is left with none


def is_mass(gone: int, before: int, *, percent: int = MISSING_PERCENT) -> bool:
    """Say whether so many files gone between two points are damage. Args: percent: 0 for never."""
    if not percent:
        return False
    if gone == before:
        return gone >= MISSING_ALL
    return gone >= MISSING_FILES and gone * 100 >= before * percent


def replaced_by(history: History, path: str, index: int) -> str:
    """Return the new name a vanished file goes by at a point when something was appended to it, else nothing."""
    start = f"{path}."
    for other in history.came.get(index, ()):
        if other.startswith(start) and "/" not in other[len(start) :]:
            return other
    return ""


def vanished(history: History, index: int, before: int) -> tuple[Entry, ...]:
    """Return the files gone at a point that were neither moved nor given a longer name.

    A file is moved when one that came at the same point has the same content, or the same size, time and last name.
    """
    came = history.came.get(index, ())
    contents: set[str] = set()
    likes: set[tuple[int, int, str]] = set()
    stems: set[str] = set()
    for path in came:
        entry = history.at(path, index)
        if entry is not None:
            contents.add(entry.content)
            likes.add(_like(entry))
        folder, slash, name = path.rpartition("/")
        parts = name.split(".")
        stems.update(folder + slash + ".".join(parts[:count]) for count in range(1, len(parts)))
    found = []
    for path in history.gone.get(index, ()):
        entry = history.at(path, before)
        if entry is None or entry.content in contents or _like(entry) in likes or path in stems:
            continue
        found.append(entry)
    return tuple(found)


def _like(entry: Entry) -> tuple[int, int, str]:
    return entry.size_bytes, entry.mtime_ns, entry.path.rpartition("/")[2]


def missing_by_point(
    history: History, points: Sequence[int], prefix: str, *, percent: int = MISSING_PERCENT
) -> dict[int, dict[str, int]]:
    """Return, for each point, the files that are missing from it and the point at which they went.

    Args: points: those that could be listed, oldest first. A file that comes back is missing no more.
    """
    sizes = _sizes(history, points, prefix)
    missing: dict[str, int] = {}
    found: dict[int, dict[str, int]] = {}
    for place, index in enumerate(points):
        missing = {path: at for path, at in missing.items() if history.at(path, index) is None}
        if place and index in history.gone:
            before = points[place - 1]
            went = [entry.path for entry in vanished(history, index, before) if within(entry.path, prefix)]
            if is_mass(len(went), sizes[before], percent=percent):
                missing.update(dict.fromkeys(went, index))
        found[index] = dict(missing)
    return found


def _sizes(history: History, points: Sequence[int], prefix: str) -> dict[int, int]:
    """Count the files under a prefix at each point."""
    steps = dict.fromkeys(range(history.points), 0)
    for index, paths in history.came.items():
        steps[index] += sum(1 for path in paths if within(path, prefix))
    for index, paths in history.gone.items():
        steps[index] -= sum(1 for path in paths if within(path, prefix))
    total = 0
    sizes = {}
    for index in range(history.points):
        total += steps[index]
        sizes[index] = total
    return {index: sizes[index] for index in points}
