"""How often memory is looked through for garbage while a great many objects are made.

Owns the interpreter's collector thresholds. Refuses to switch it off: what runs for hours must stay bounded.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

LESS = 100
_USUAL = gc.get_threshold()
_inside: list[None] = []  # one for each who is in; appending and popping are whole steps for every thread


@contextmanager
def collected_less_often() -> Iterator[None]:
    """Let the garbage collector look a hundredth as often: rows of an import come and go, and nearly none is garbage.

    Looking through them took a third of the time of a large import. May be nested, and entered by several threads:
    the last to leave sets it back.
    """
    _inside.append(None)
    gc.set_threshold(_USUAL[0] * LESS, *_USUAL[1:])
    try:
        yield
    finally:
        _inside.pop()
        if not _inside:
            gc.set_threshold(*_USUAL)
