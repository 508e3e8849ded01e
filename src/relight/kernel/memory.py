"""How often memory is looked through for garbage while a great many objects are made.

Owns the interpreter's collector thresholds. Refuses to switch it off: what runs for hours must stay bounded.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

LESS = 100

_lock = threading.Lock()
_depth = 0
_usual: tuple[int, int, int] = gc.get_threshold()


@contextmanager
def collected_less_often() -> Iterator[None]:
    """Let the garbage collector look a hundredth as often: rows of an import come and go, and nearly none is garbage.

    Looking through them took a third of the time of a large import. May be nested, and entered by several threads:
    the last to leave sets it back.
    """
    global _depth, _usual  # noqa: PLW0603 - the collector belongs to the whole process
    with _lock:
        _depth += 1
        if _depth == 1:
            _usual = gc.get_threshold()
            gc.set_threshold(_usual[0] * LESS, *_usual[1:])
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0:
                gc.set_threshold(*_usual)
