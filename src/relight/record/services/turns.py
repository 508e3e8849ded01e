"""Whose turn it is to write, among the threads and processes of the web.

SQLite lets one write at a time; who finds it taken sleeps and tries again, longer each time, and may be overtaken for
half a second. Here they queue in the kernel, which wakes the next at once. PostgreSQL queues by itself.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

LOOK_S = 0.0005

_own = threading.local()


@contextmanager
def turn_if_soon(*, patience_s: float) -> Iterator[None]:
    """Wait for one's turn, but no longer: then go on without it, and let the database decide.

    For who must never hang on another process: what acknowledges an analyzer.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    try:
        file = _kept_open()
    except OSError:  # the database says what is wrong with the folder
        yield
        return
    _wait(file, until=time.monotonic() + patience_s)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _kept_open() -> IO[bytes]:
    """Return this thread's own hold on the lock's file: opened once, for who takes it hundreds of times a second."""
    place = (os.getpid(), str(settings.RELIGHT_HOME))
    if getattr(_own, "place", None) != place:
        _own.file = (Path(settings.RELIGHT_HOME) / "writers.lock").open("ab")
        _own.place = place
    file: IO[bytes] = _own.file
    return file


def _wait(file: IO[bytes], *, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                return
            time.sleep(LOOK_S)
        else:
            return


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
