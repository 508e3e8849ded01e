"""Whose turn it is to write, among the threads and processes of the web.

SQLite lets one write at a time; who finds it taken sleeps and tries again, longer each time, and may be overtaken for
half a second. Here they queue in the kernel, which wakes the next at once. PostgreSQL queues by itself.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn, and hold it for the block; inside a transaction one has it already.

    Raises: OSError when the data folder takes no file.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with (Path(settings.RELIGHT_HOME) / "writers.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield  # closing the file gives the lock back
