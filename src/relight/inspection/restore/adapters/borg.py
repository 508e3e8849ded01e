"""borg repositories (1.x), through borg itself.

Owns its command lines and their answers. Always `--bypass-lock`, with cache and security folders of its own: nothing is
written into the repository. Two points hold the same content under a path unless `borg diff`, which compares chunk ids,
says that it was modified. Source: borg's manual, "list", "diff", "export-tar"; tried with 1.2.4 (Debian 12).
"""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from relight.inspection.restore.adapters.chain import Chain
from relight.inspection.restore.adapters.program import (
    Program,
    ProgramFailed,
    batches,
    in_halves,
    is_safe,
    remove,
    shorten,
    stop,
)
from relight.inspection.restore.errors import NOT_OPENED, PASSWORD_UNREADABLE, PASSWORD_WANTED
from relight.inspection.restore.types import Content, Entry, Hole, Listing, Point
from relight.inspection.types import Reason, because
from relight.kernel.errors import N_

NO_PASSWORD = ("passphrase supplied in", "Can not acquire a passphrase", "passphrase is incorrect", "Enter passphrase")
CONTENT_CHANGES = frozenset({"modified", "added", "removed"})
STEP = 1 << 20


class BorgRepository:
    """A borg repository. Args: password_file: holds the passphrase; else BORG_PASSPHRASE and its like."""

    kind = "borg"

    def __init__(self, name: str, *, password_file: Path | None = None, temporary: Path | None = None) -> None:
        self.name = name
        passphrase = {} if password_file is None else {"BORG_PASSPHRASE": _passphrase(password_file)}
        self._program = Program(
            "borg",
            package="borgbackup",
            temporary=temporary,
            environment={
                "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes",
                "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
                "TZ": "UTC",
                **passphrase,
            },
        )
        folder = self._program.folder
        self._program.environment(BORG_CACHE_DIR=str(folder / "cache"), BORG_SECURITY_DIR=str(folder / "security"))
        self._chain = Chain(self._changed)
        self._single: set[str] = set()  # files of the point being listed that are one chunk

    def points(self) -> Sequence[Point]:
        document = self._archives()
        found = [
            (
                Point(
                    id=row["name"],
                    at=datetime.fromisoformat(row["start"]).replace(tzinfo=UTC),  # the program runs with TZ=UTC
                    series=row.get("hostname", ""),
                ),
                place,
            )
            for place, row in enumerate(document.get("archives", []))
        ]
        return [point for point, _ in sorted(found, key=lambda pair: (pair[0].at, pair[1]))]

    def _archives(self) -> dict[str, Any]:
        """Return borg's list of archives; without their host names when one of them cannot be read."""
        command = ["list", "--json", "--bypass-lock"]
        try:
            try:
                found = self._program.run([*command, "--format", "{hostname}{start}", self.name])
            except ProgramFailed:
                found = self._program.run([*command, self.name])
        except ProgramFailed as failure:
            if any(words in self._program.said() for words in NO_PASSWORD):
                raise PASSWORD_WANTED.error(where=self.name, variable="BORG_PASSPHRASE") from failure
            raise NOT_OPENED.error(where=self.name, program="borg", reason=failure.reason) from failure
        document: dict[str, Any] = json.loads(found)
        return document

    def lost(self) -> Sequence[tuple[str, Reason]]:
        return []  # the manifest names every archive; one that cannot be read fails to be listed

    def listing(self, point: Point) -> Listing:
        command = [
            "list",
            "--json-lines",
            "--bypass-lock",
            "--format",
            "{mtime}{size}{source}{num_chunks}",
            self._of(point),
        ]
        try:
            rows = [json.loads(line) for line in self._program.lines(command)]
        except ProgramFailed as failure:
            why = because(N_("borg cannot list it: {reason}"), reason=failure.reason)
            return Listing(holes=(Hole(path="", why=why),))
        rows = [row for row in rows if row.get("type") == "-"]
        masters = [row for row in rows if not row.get("source")]
        files = [(str(row["path"]), int(row.get("size", 0)), _ns_of(row)) for row in masters]
        self._single = {str(row["path"]) for row in masters if int(row.get("num_chunks", 2)) <= 1}
        names = dict(zip((file[0] for file in files), self._chain.add(point, files), strict=True))
        sizes = {path: size for path, size, _ in files}
        entries = []
        for row in rows:
            path = str(row["path"])
            source = str(row.get("source") or path)  # a hard link: the same bytes under a second name
            name, size = names.get(source, f"{point.id}:{path}"), sizes.get(source, 0)
            entries.append(Entry(path=path, size_bytes=size, content=name, mtime_ns=_ns_of(row)))
        sick = [str(row["path"]) for row in rows if not row.get("healthy", True)]
        why = because(N_("borg says that some of its data was lost and replaced by zeros"))
        return Listing(entries=tuple(entries), holes=tuple(Hole(path=path, why=why) for path in sick))

    def _changed(self, before: Point, after: Point) -> set[str] | None:
        """Return the paths whose content is not the same at two points; None when that cannot be told."""
        command = ["diff", "--json-lines", "--bypass-lock", self._of(before), after.id]
        try:
            rows = [json.loads(line) for line in self._program.lines(command)]
        except ProgramFailed:
            return None
        return {row["path"] for row in rows if any(self._is_other(row["path"], change) for change in row["changes"])}

    def _is_other(self, path: str, change: dict[str, Any]) -> bool:
        """Say whether a change may be one of content.

        borg calls a touched file modified, with nothing added or removed: the same set of chunks, and so the same bytes
        when there is one; several could have changed places.
        """
        if change["type"] == "modified" and not change.get("added", 1) and not change.get("removed", 1):
            return path not in self._single
        return change["type"] in CONTENT_CHANGES

    def contents(self, point: Point, entries: Sequence[Entry]) -> Iterator[Content]:
        odd = [entry for entry in entries if not is_safe(entry.path) or "\n" in entry.path]
        for entry in odd:
            yield Content(entry=entry, why=because(N_("its name cannot be laid under a folder")))
        for batch in batches([entry for entry in entries if is_safe(entry.path) and "\n" not in entry.path]):
            yield from in_halves(batch, lambda some: self._give(point, some))

    def _give(self, point: Point, entries: Sequence[Entry]) -> Iterator[Content]:
        """Take some files out of borg's tar stream, one after the other."""
        wanted = {entry.path: entry for entry in entries}
        target = self._program.empty_folder()
        patterns = target / "patterns"
        lines = [f"+ pf:{path}" for path in wanted] + ["- re:.*"]
        patterns.write_bytes(b"\n".join(os.fsencode(line) for line in lines) + b"\n")
        command = ["export-tar", "--bypass-lock", "--patterns-from", str(patterns), self._of(point), "-"]
        process = self._program.start(command)
        try:
            yield from _unpacked(process.stdout, wanted, target)
            if process.wait():
                raise ProgramFailed(shorten(self._program.said()))
        except tarfile.TarError as fault:
            process.wait()
            raise ProgramFailed(shorten(self._program.said()) or str(fault)) from fault
        finally:
            stop(process)
            remove(target)

    def restore_command(self, point: Point, path: str = "") -> tuple[str, ...]:
        return ("borg", "extract", self._of(point), *((f"pp:{path}",) if path else ()))

    def faults(self) -> Sequence[str]:
        try:
            self._program.run(["check", "--bypass-lock", self.name])
        except ProgramFailed:
            return [line for line in (shorten(one) for one in self._program.said().splitlines()) if line][:50]
        return []

    def close(self) -> None:
        self._program.close()

    def _of(self, point: Point) -> str:
        return f"{self.name}::{point.id}"


def _passphrase(place: Path) -> str:
    try:
        return place.read_text("utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as refusal:
        raise PASSWORD_UNREADABLE.error(where=str(place), reason=str(refusal)) from refusal


def _ns_of(row: dict[str, Any]) -> int:
    """Return a number that is the same for the same time; only sameness counts."""
    try:
        return int(datetime.fromisoformat(row.get("mtime", "")).replace(tzinfo=UTC).timestamp() * 1_000_000)
    except ValueError:
        return 0


def _unpacked(stream: Any, wanted: dict[str, Entry], target: Path) -> Iterator[Content]:
    with tarfile.open(fileobj=stream, mode="r|", errors="surrogateescape") as archive:
        for member in archive:
            entry = wanted.get(member.name)
            source = archive.extractfile(member) if entry is not None and member.isreg() else None
            if entry is None or source is None:
                continue
            place = target / "file" / entry.path.rpartition("/")[2]
            place.parent.mkdir(exist_ok=True)
            with place.open("wb") as file:
                while piece := source.read(STEP):
                    file.write(piece)
            yield Content(entry=entry, place=place)
            place.unlink(missing_ok=True)
