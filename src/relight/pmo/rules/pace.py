"""How much longer work takes than the settings say, from what was done in the days before.

Owns the shrinkage. Refuses a team that had nothing waiting: its pace tells what came to it, not how fast it is.
Source: docs/design/planning.md, "Observed pace" (cases 80-86).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from relight.pmo.types import Settings

TRUST_MOVES = 25.0  # so many items done weigh as much as the settings
LEAST, MOST = 0.25, 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a team did. moves: items by class and stage. open_min: minutes of all its lanes in that time. waiting: items
    that stand before it now. lanes: how many it has at most."""

    moves: Mapping[tuple[str, str], int]
    open_min: float
    waiting: int
    lanes: int


def pace_of(settings: Settings, seen: Mapping[str, Seen]) -> dict[str, float]:
    """Return by team how many times longer its work takes than set; 1 is left out, and so are teams with no queue."""
    found = {}
    for team, row in seen.items():
        count = sum(row.moves.values())
        minutes = sum(
            n * settings.work(klass).stages[stage][1]
            for (klass, stage), n in row.moves.items()
            if stage in settings.work(klass).stages
        )
        if not count or minutes <= 0 or row.waiting < row.lanes:
            continue
        observed = min(MOST, max(LEAST, row.open_min / minutes))
        found[team] = math.exp(math.log(observed) * count / (count + TRUST_MOVES))
    return found


def settings_paced(settings: Settings, pace: Mapping[str, float]) -> Settings:
    """Return settings with each team's minutes as observed."""
    return replace(
        settings,
        works=tuple(
            replace(
                work,
                stages={stage: (team, minutes * pace.get(team, 1.0)) for stage, (team, minutes) in work.stages.items()},
            )
            for work in settings.works
        ),
    )
