"""The pace of the last days: what each team did on the line, against the hours it had.

Owns gathering it. Source: docs/design/planning.md, "Observed pace".
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import numpy as np

from relight.fleet.api import moves_since
from relight.pmo.rules.calendar import lanes_of
from relight.pmo.rules.pace import Seen, pace_of
from relight.pmo.rules.settings import SLOT_MIN
from relight.pmo.types import Scene, Settings

DAYS = 7


def pace_now(scene: Scene, settings: Settings, *, at: datetime) -> dict[str, float]:
    """Return by team how many times longer its work takes than set. Args: at: local, on a half hour."""
    moves, since = moves_since(at - timedelta(days=DAYS)), at - timedelta(days=DAYS)
    team_of = {(work.klass, stage): team for work in settings.works for stage, (team, _) in work.stages.items()}
    by_team: dict[str, dict[tuple[str, str], int]] = {}
    begun: dict[str, datetime] = {}
    for (klass, stage), (count, first) in moves.items():
        team = team_of.get((settings.work(klass).klass, stage))
        if team is not None:
            by_team.setdefault(team, {})[klass, stage] = count
            begun[team] = min(begun.get(team, first), first)
    lanes = lanes_of(settings, start=since, days=DAYS)
    waiting = Counter(team_of.get((settings.work(job.klass).klass, job.stages[0])) for job in scene.jobs if job.stages)
    seen = {}
    for place, member in enumerate(settings.teams):
        if member.id not in by_team:
            continue
        slot = int((begun[member.id] - since).total_seconds() // 60 // SLOT_MIN)
        patterns = lanes.pattern[lanes.team == place]
        open_min = float(sum(np.sum(lanes.works[pattern, max(0, slot) :]) for pattern in patterns)) * SLOT_MIN
        seen[member.id] = Seen(
            moves=by_team[member.id], open_min=open_min, waiting=waiting[member.id], lanes=len(patterns)
        )
    return pace_of(settings, seen)
