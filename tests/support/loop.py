"""The running loop of a thread: Playwright leaves its own set, and Django's connections depend on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_loop() -> Iterator[None]:
    """Hide the loop a browser's test left: else what is laid by a fixture of a module stands on another connection than
    the one its tests read."""
    held = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(held)
