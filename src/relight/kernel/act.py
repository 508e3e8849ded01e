"""Who does something, when and by which door: the one argument every write takes.

Below `people` an actor is an opaque id and roles are opaque words, so that `journal` can record
them without knowing staff. Time is an argument: a service writes `act.at`, never the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Door(Enum):
    """By which door an act came in."""

    WEB = "web"
    UNENROLLED = "unenrolled"  # a browser on a machine nobody enrolled: it gets no patient's data
    CLI = "cli"
    WORKER = "worker"
    SCENARIO = "scenario"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One person (or part of Relight) doing something at one moment.

    Args: actor: `staff:<uuid>`, `os:<user>` or `relight:<part>`. at: aware time. roles: words of
    `people.types.Role`. scope: what the roles are limited to (`site:arlon`, `service:emergency`),
    empty for everything.
    """

    actor: str
    at: datetime
    door: Door
    roles: frozenset[str] = frozenset()
    scope: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("an act takes an aware time")
