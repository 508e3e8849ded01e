"""Turns of writers: who may not hang waits for a while, and goes on."""

from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.sqlite_only  # PostgreSQL queues writers by itself
@pytest.mark.django_db(transaction=True)
def test_a_turn_that_does_not_come_is_not_waited_for_longer_than_said(settings: Any) -> None:
    """A process that hangs with the lock in its hand stops no acknowledgement."""
    from relight.record.services.turns import turn_if_soon

    with (Path(settings.RELIGHT_HOME) / "writers.lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        begun = time.monotonic()
        with turn_if_soon(patience_s=0.1):
            assert 0.1 <= time.monotonic() - begun < 2


@pytest.mark.sqlite_only  # PostgreSQL queues writers by itself
@pytest.mark.django_db(transaction=True)
def test_a_turn_comes_when_the_writer_before_ends(settings: Any) -> None:
    """Not some time after."""
    from relight.record.services.turns import turn_if_soon

    held = (Path(settings.RELIGHT_HOME) / "writers.lock").open("ab")
    fcntl.flock(held, fcntl.LOCK_EX)
    threading.Timer(0.1, held.close).start()
    begun = time.monotonic()
    with turn_if_soon(patience_s=20):
        assert 0.09 <= time.monotonic() - begun < 5
        with Path(held.name).open("ab") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
