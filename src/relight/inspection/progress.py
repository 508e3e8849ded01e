"""The progress file: what a run that stopped had already inspected.

Owns its format: JSON lines, the first naming the plan, each later one a file with its identity (size, time of change,
inode) and result. A line cut off by a crash is left out; a file that changed since is inspected again.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from relight.inspection.codec import result_in, result_out
from relight.inspection.types import FileResult
from relight.inspection.walker import Found

FORMAT = 1


class Progress:
    """Appends results as they come. Use as a context manager."""

    def __init__(self, place: Path, *, plan_digest: str, resume: bool) -> None:
        self._place = place
        self._plan = plan_digest
        self._known: dict[bytes, tuple[tuple[int, int, int], FileResult]] = {}
        self._whole = 0
        if resume:
            self._read()
        self._file: Any = None

    def __enter__(self) -> Self:
        if self._known and self._place.stat().st_size != self._whole:
            os.truncate(self._place, self._whole)
        self._file = self._place.open("ab" if self._known else "wb")
        if not self._known:
            self._write({"format": FORMAT, "plan": self._plan})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _read(self) -> None:
        try:
            lines = self._place.read_bytes().splitlines(keepends=True)
            header = orjson.loads(lines[0])
        except (OSError, IndexError, orjson.JSONDecodeError):
            return
        if header != {"format": FORMAT, "plan": self._plan}:
            return
        self._whole = len(lines[0])
        for line in lines[1:]:
            try:
                row = orjson.loads(line)
                result = result_in(row["result"])
                identity = tuple(row["identity"])
            except (orjson.JSONDecodeError, KeyError, ValueError, TypeError):
                return
            self._whole += len(line)
            self._known[result.path_bytes] = ((identity[0], identity[1], identity[2]), result)

    def _write(self, row: dict[str, Any]) -> None:
        self._file.write(orjson.dumps(row) + b"\n")
        self._file.flush()

    def known(self, found: Found) -> FileResult | None:
        """Return the result of a file that was inspected before the stop and has not changed since."""
        identity, result = self._known.get(found.path, (None, None))
        return result if identity == found.identity else None

    def keep(self, found: Found, result: FileResult) -> None:
        """Write one result down."""
        self._write({"identity": list(found.identity), "result": result_out(result)})

    def remove(self) -> None:
        """Forget: the report is written."""
        self._place.unlink(missing_ok=True)
