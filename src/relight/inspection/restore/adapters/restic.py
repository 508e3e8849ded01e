"""restic repositories, through restic itself.

Owns its command lines and their answers. Always `--no-lock`, with a cache of its own: nothing is written into the
repository. Two points hold the same content under a path unless `restic diff`, which compares the ids of data blobs,
says that it was modified. Source: restic's manual, "Scripting"; tried with 0.14 (Debian 12).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from relight.inspection.restore.adapters.chain import Chain
from relight.inspection.restore.adapters.program import (
    Program,
    ProgramFailed,
    batches,
    in_halves,
    is_safe,
    open_up,
    remove,
    shorten,
)
from relight.inspection.restore.errors import NOT_OPENED, PASSWORD_WANTED
from relight.inspection.restore.types import Content, Entry, Hole, Listing, Point
from relight.inspection.types import Reason, because
from relight.kernel.errors import N_

NO_PASSWORD = ("wrong password", "empty password", "cannot open password", "Resolving password failed")
IGNORED = "ignoring error for "
SAME = frozenset("U")  # only the metadata changed


class ResticRepository:
    """A restic repository. Args: password_file: holds the password; else RESTIC_PASSWORD and its like."""

    kind = "restic"

    def __init__(self, name: str, *, password_file: Path | None = None, temporary: Path | None = None) -> None:
        self.name = name
        self._program = Program("restic", package="restic", environment={}, temporary=temporary)
        self._program.environment(RESTIC_CACHE_DIR=str(self._program.folder / "cache"))
        if password_file is not None:
            self._program.environment(RESTIC_PASSWORD_FILE=str(password_file))
        self._loaded: set[str] = set()
        self._chain = Chain(self._changed)

    def points(self) -> Sequence[Point]:
        try:
            rows = json.loads(self._program.run([*self._common(), "snapshots", "--json"]) or b"[]")
        except ProgramFailed as failure:
            if any(words in self._program.said() for words in NO_PASSWORD):
                raise PASSWORD_WANTED.error(where=self.name, variable="RESTIC_PASSWORD") from failure
            raise NOT_OPENED.error(where=self.name, program="restic", reason=failure.reason) from failure
        found = [
            Point(
                id=row["id"],
                at=datetime.fromisoformat(row["time"]),
                series=f"{row.get('hostname', '')}:{','.join(row.get('paths', []))}",
            )
            for row in rows or []
        ]
        self._loaded = {point.id for point in found}
        return sorted(found, key=lambda point: (point.at, point.id))

    def lost(self) -> Sequence[tuple[str, Reason]]:
        """Compare with the plain list of files: restic leaves a snapshot it cannot load out, with a word on stderr."""
        try:
            there = self._program.run([*self._common(), "list", "snapshots"]).decode("ascii", "replace").split()
        except ProgramFailed:
            return []
        why = because(N_("restic cannot load this restore point, not even its time"))
        return [(name, why) for name in sorted(set(there) - self._loaded)]

    def listing(self, point: Point) -> Listing:
        try:
            rows = [
                row
                for row in _documents(self._program.lines([*self._common(), "ls", "--json", point.id]))
                if row.get("type") == "file"
            ]
        except ProgramFailed as failure:
            why = because(N_("restic cannot list it: {reason}"), reason=failure.reason)
            return Listing(holes=(Hole(path="", why=why),))
        files = [(str(row["path"]), int(row.get("size", 0)), _ns_of(row.get("mtime", ""))) for row in rows]
        names = self._chain.add(point, files)
        return Listing(
            entries=tuple(
                Entry(path=path, size_bytes=size, content=name, mtime_ns=mtime)
                for (path, size, mtime), name in zip(files, names, strict=True)
            )
        )

    def _changed(self, before: Point, after: Point) -> set[str] | None:
        """Return the paths whose content is not the same at two points; None when that cannot be told."""
        command = ["-r", self.name, "--no-lock", "diff", "--json", before.id, after.id]  # --quiet silences it
        try:
            rows = list(_documents(self._program.lines(command)))
        except ProgramFailed:
            return None
        changes = [row for row in rows if row.get("message_type") == "change"]
        counted = sum(row["changed_files"] for row in rows if row.get("message_type") == "statistics")
        modified = sum(1 for row in changes if "M" in row.get("modifier", ""))
        if not rows or counted != modified:
            return None
        return {row["path"] for row in changes if not set(row.get("modifier", "?")) <= SAME}

    def contents(self, point: Point, entries: Sequence[Entry]) -> Iterator[Content]:
        odd = [entry for entry in entries if not is_safe(entry.path)]
        for entry in odd:
            yield Content(entry=entry, why=because(N_("its name cannot be laid under a folder")))
        for batch in batches([entry for entry in entries if is_safe(entry.path)]):
            yield from in_halves(batch, lambda some: self._give(point, some))

    def _give(self, point: Point, entries: Sequence[Entry]) -> Iterator[Content]:
        """Restore some files into a folder of ours. restic leaves holes where data is damaged, and says so."""
        target = self._program.empty_folder()
        try:
            includes = [word for entry in entries for word in ("--include", _pattern(entry.path))]
            command = [*self._common(), "restore", point.id, "--target", str(target), *includes]
            try:
                self._program.run(command)
            except ProgramFailed:
                named = _named(self._program.said())
                bad = [entry for entry in entries if entry.path in named]
                if not bad:
                    raise
                for entry in bad:
                    reason = named[entry.path]
                    yield Content(
                        entry=entry, why=because(N_("the repository does not give it: {reason}"), reason=reason)
                    )
                good = [entry for entry in entries if entry.path not in named]
                if good:
                    yield from self._give(point, good)
                return
            open_up(target)
            for entry in entries:
                yield _given(entry, target)
        finally:
            remove(target)

    def restore_command(self, point: Point, path: str = "") -> tuple[str, ...]:
        chosen = ("--include", _pattern(path)) if path else ()
        return ("restic", "-r", self.name, "restore", point.id, "--target", "restored", *chosen)

    def faults(self) -> Sequence[str]:
        try:
            self._program.run([*self._common(), "check"])
        except ProgramFailed:
            return [line for line in (shorten(one) for one in self._program.said().splitlines()) if line][:50]
        return []

    def close(self) -> None:
        self._program.close()

    def _common(self) -> list[str]:
        return ["-r", self.name, "--no-lock", "--quiet"]


def _documents(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        row = json.loads(line)
        if isinstance(row, dict):
            yield row


def _ns_of(stamp: str) -> int:
    """Return a number that is the same for the same stamp; only sameness counts."""
    try:
        return int(datetime.fromisoformat(stamp).timestamp() * 1_000_000)
    except ValueError:
        return 0


def _pattern(path: str) -> str:
    """Return a pattern that fits this path only."""
    return "".join(f"\\{letter}" if letter in "\\*?[]" else letter for letter in path)


def _named(said: str) -> dict[str, str]:
    """Return the files restic names as failed, each with the reason."""
    found: dict[str, str] = {}
    for line in said.splitlines():
        if line.startswith(IGNORED):
            path, _, reason = line[len(IGNORED) :].partition(": ")
            found.setdefault(path, shorten(reason))
    return found


def _given(entry: Entry, target: Path) -> Content:
    place = target / entry.path.strip("/")
    if not place.is_file() or place.is_symlink():
        return Content(entry=entry, why=because(N_("the repository lists it and does not give it")))
    os.chmod(place, 0o600)  # noqa: PTH101 - kept without any right, it could not be read
    return Content(entry=entry, place=place)
