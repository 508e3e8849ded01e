"""The compiler of the inner loops, and what happens without one.

Owns `compiled`, the one decorator of the kernels: numba with its results kept on disk, or the same function in plain
Python with the reason why. Refuses to fail: a machine without numba, without a writable folder or with a broken cache
plans too, slower. Source: docs/design/planning.md, "Compiled loops".
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

_why_plain = ""


def why_plain() -> str:
    """Return why the loops run in plain Python; empty when they are compiled."""
    return _why_plain


def compiled(function: F) -> F:
    """Compile a kernel on its first call, without the interpreter's lock; keep the result for the next process."""
    global _why_plain
    if os.environ.get("RELIGHT_PLAIN_LOOPS"):
        _why_plain = "RELIGHT_PLAIN_LOOPS is set"
        return function
    try:
        import numba  # noqa: PLC0415 - a quarter of a second, and it may be missing
    except Exception as fault:  # any fault of a foreign compiler is a reason to go on without it
        _why_plain = f"numba cannot be loaded: {type(fault).__name__}"
        return function
    _cache_choose(numba.config)
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no folder to keep the result in: compile each time
        return cast(F, numba.njit(nogil=True)(function))


def _cache_choose(config: Any) -> None:
    """Keep compiled loops beside the source where that can be written, else in the data folder."""
    if config.CACHE_DIR or os.access(Path(__file__).parent, os.W_OK):
        return
    home = os.environ.get("RELIGHT_HOME")
    if home and os.access(home, os.W_OK):
        config.CACHE_DIR = str(Path(home) / "compiled")


class Warming:
    """Something slow to load, loaded once in a thread of its own while others work.

    The thread is no daemon: what was compiled is kept even when the answer left before it was ready.
    """

    def __init__(self, load: Callable[[], None]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def ready(self, *, wait_s: float) -> bool:
        """Start loading when nobody has; return whether it is done after waiting at most `wait_s`."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._load, name="warming", daemon=False)
                self._thread.start()
        self._thread.join(max(0.0, wait_s))
        return not self._thread.is_alive()
