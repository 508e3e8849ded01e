"""Who makes rows of their own from every write: the search index, the faces of patients.

Owns the list, in the order they run, inside the store's transaction. Each can lay rows for what is now current, take
away those of versions that no longer are, and be emptied before a rebuild. They must not refuse: a resource they make
nothing of is held all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relight.record.types import Projected


@dataclass(frozen=True, slots=True, kw_only=True)
class Projector:
    """One of them. Args: lay: rows for resources as they are now; `is_new` says that there were none before.
    take: away those of these versions, by entry number (`seq`). clear: all."""

    name: str
    lay: Callable[[Sequence[Projected]], None]
    take: Callable[[Sequence[int]], None]
    clear: Callable[[], None]


PROJECTORS: list[Projector] = []
