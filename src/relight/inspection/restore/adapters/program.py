"""What restic and borg share: starting the program, its temporary folder, trying again in halves.

Owns subprocesses. The password travels in the environment or as the name of its file, never in an argument.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from relight.inspection.restore.errors import PROGRAM_ABSENT
from relight.inspection.restore.types import Content, Entry
from relight.inspection.types import because
from relight.kernel.errors import N_

BATCH_BYTES = 256 * 1024 * 1024
BATCH_FILES = 500
BATCH_NAMES = 100_000  # bytes of names in one command line
SAID_MOST = 300


class ProgramFailed(Exception):  # noqa: N818 - what happened, said plainly
    """The program did not do all it was asked. Args: reason: what it said, shortened."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Program:
    """One program and the folder its caches and the files it gives out lie in until `close`."""

    def __init__(self, name: str, *, package: str, environment: Mapping[str, str], temporary: Path | None) -> None:
        found = shutil.which(name)
        if found is None:
            raise PROGRAM_ABSENT.error(where=name, program=name, package=package)
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix="relight-restore-", dir=temporary))
        self._path = found
        self._environment = {**os.environ, "LC_ALL": "C.UTF-8", **environment}

    def environment(self, **more: str) -> None:
        """Set variables for every later start."""
        self._environment.update(more)

    def start(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start it with its output as a pipe; what it says goes to a file of the temporary folder."""
        said = (self.folder / "said").open("wb")
        try:
            return subprocess.Popen(
                [self._path, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                env=self._environment,
            )
        finally:
            said.close()

    def said(self) -> str:
        """Return what the last start wrote to stderr."""
        return (self.folder / "said").read_text("utf-8", "surrogateescape")

    def run(self, arguments: Sequence[str]) -> bytes:
        """Run it to its end. Returns: its output. Raises: ProgramFailed."""
        return b"".join(self.lines(arguments))

    def lines(self, arguments: Sequence[str]) -> Iterator[bytes]:
        """Yield its output line by line. Raises: ProgramFailed at the end when it says that it failed."""
        process = self.start(arguments)
        try:
            assert process.stdout is not None  # noqa: S101 - a pipe was asked for
            yield from process.stdout
            code = process.wait()
        finally:
            stop(process)
        if code:
            raise ProgramFailed(shorten(self.said()) or f"exit code {code}")

    def empty_folder(self) -> Path:
        """Return a new empty folder for files given out."""
        return Path(tempfile.mkdtemp(prefix="given-", dir=self.folder))

    def close(self) -> None:
        remove(self.folder)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a program that is still running, and take leave of it."""
    if process.poll() is None:
        process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def shorten(said: str) -> str:
    """Return the telling lines of what a program said: without empty ones, repeats and attempts, not too long."""
    kept: list[str] = []
    for line in said.splitlines():
        bare = line.strip()
        if bare and "retrying after" not in bare and bare not in kept:
            kept.append(bare)
    return "; ".join(kept)[:SAID_MOST].encode("utf-8", "backslashreplace").decode()


def remove(folder: Path) -> None:
    """Remove a folder whatever the rights its contents came with."""
    open_up(folder)
    shutil.rmtree(folder, ignore_errors=True)


def open_up(folder: Path) -> None:
    """Give ourselves the right to look into every folder below."""
    for base, folders, _ in os.walk(folder):
        for name in folders:
            place = os.path.join(base, name)  # noqa: PTH118 - names need not be text
            if not os.path.islink(place):  # noqa: PTH114
                os.chmod(place, stat.S_IRWXU)  # noqa: PTH101


def batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Cut what is to be read into what fits one start of the program and a little room on disk."""
    batch: list[Entry] = []
    size = names = 0
    for entry in entries:
        length = len(os.fsencode(entry.path)) * 2 + 16
        full = size + entry.size_bytes > BATCH_BYTES or names + length > BATCH_NAMES or len(batch) >= BATCH_FILES
        if batch and full:
            yield batch
            batch, size, names = [], 0, 0
        batch.append(entry)
        size, names = size + entry.size_bytes, names + length
    if batch:
        yield batch


def in_halves(batch: Sequence[Entry], give: Callable[[Sequence[Entry]], Iterator[Content]]) -> Iterator[Content]:
    """Give a batch; what did not come is tried again in halves, so that one bad file costs only itself.

    Args: give: yields contents as they come and raises ProgramFailed when it must stop.
    """
    came: set[str] = set()
    reason = ""
    try:
        for content in give(batch):
            came.add(content.entry.path)
            yield content
    except ProgramFailed as failure:
        reason = failure.reason
    rest = [entry for entry in batch if entry.path not in came]
    if not rest:
        return
    if len(batch) == 1:
        why = because(N_("the repository does not give it: {reason}"), reason=reason or "?")
        yield Content(entry=rest[0], why=why)
        return
    middle = max(len(rest) // 2, 1)
    for half in (rest[:middle], rest[middle:]):
        if half:
            yield from in_halves(half, give)


def is_safe(path: str) -> bool:
    """Say whether a path of a repository can be laid under a folder of ours: no way up, no empty name."""
    return all(part not in ("", ".", "..") and "\0" not in part for part in path.strip("/").split("/"))
