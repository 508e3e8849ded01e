"""Words and shapes of restore points.

Owns the vocabulary that rules, adapters and the report share. Refuses files and clocks.
Source: docs/design/restore-points.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Protocol

from relight.inspection.types import Kind, Reason


class Answer(Enum):
    """What one restore point is, for one scope. Never `INTACT` while a byte in scope was not read."""

    INTACT = "intact"
    DAMAGED = "damaged"
    INCOMPLETE = "incomplete"


class How(Enum):
    """How the answer was found."""

    BISECT = "bisect"
    WALK = "walk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One restore point. Args: id: as the repository names it. at: aware time. series: machine and folders it is of."""

    id: str
    at: datetime
    series: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One regular file of one point.

    Args: path: as the repository names it. content: two entries with the same one hold the same bytes, and that is
    known without reading them. mtime_ns: tells moved files, never sameness.
    """

    path: str
    size_bytes: int
    content: str
    mtime_ns: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A part of a point's listing that could not be seen; all of the point when `path` is empty."""

    path: str
    why: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of one point, and what could not be listed."""

    entries: tuple[Entry, ...] = ()
    holes: tuple[Hole, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the inspection of some bytes said.

    Args: kinds: of damage, none for intact bytes. unread: why some of its bytes were not inspected. unopened: archives
    inside it that could not be opened, though all its own bytes were read. note_score: for the look across files.
    """

    sha256: str = ""
    size_bytes: int = 0
    kinds: tuple[Kind, ...] = ()
    reasons: tuple[Reason, ...] = ()
    unread: tuple[Reason, ...] = ()
    unopened: tuple[Reason, ...] = ()
    note_score: int = 0

    @property
    def answer(self) -> Answer:
        if self.kinds:
            return Answer.DAMAGED
        return Answer.INCOMPLETE if self.unread else Answer.INTACT


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes of one entry as a file on this machine, or why there are none."""

    entry: Entry
    place: Path | None = None
    why: Reason | None = None


class Repository(Protocol):
    """What every kind of repository offers. Nothing in it writes to the repository."""

    kind: str
    name: str

    def points(self) -> Sequence[Point]:
        """Return all restore points, oldest first. Raises: InputError RL-RST-… when it cannot be opened."""
        ...

    def lost(self) -> Sequence[tuple[str, Reason]]:
        """Return the ids of points that are there and cannot be read at all, not even their time; after `points`."""
        ...

    def listing(self, point: Point) -> Listing:
        """Return one point's files. Called once a point, oldest first: `content` may build on the one before."""
        ...

    def contents(self, point: Point, entries: Sequence[Entry]) -> Iterator[Content]:
        """Give the bytes of some files of a point, in any order, each once; a file is gone at the next step."""
        ...

    def restore_command(self, point: Point, path: str = "") -> tuple[str, ...]:
        """Return the words of the command that restores a point, or one file of it, into a folder named `restored`."""
        ...

    def faults(self) -> Sequence[str]:
        """Return what the program's own check says of the repository; asked only after something could not be read."""
        ...

    def close(self) -> None:
        """Remove temporary files."""
        ...
