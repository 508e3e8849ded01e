"""Reads the settings of planning: teams with their shifts, minutes of work by class and stage, chances.

Owns the format of `planning.toml`. Refuses what could never be planned: a team nobody is in, a shift that never
comes, work of a team that does not exist. Source: docs/design/planning.md, "The settings" (cases 20-27).
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from relight.kernel.errors import RelightError
from relight.pmo import errors
from relight.pmo.types import Settings, Shift, Team, Work

SLOT_MIN = 30  # shifts begin and end on the half hour
_CLOCK = re.compile(r"([01]\d|2[0-4]):([03]0)")
SHARES = ("degraded", "rework", "absence")


def settings_read(content: bytes, *, filename: str) -> Settings:
    """Read and check settings. Raises: InputError RL-PMO-040 to -045."""
    try:
        root = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise errors.SETTINGS_SYNTAX.error(where=filename, problem=str(problem)[:120]) from None
    return _Reading(filename, root).settings()


class _Reading:
    """One file under reading; every refusal names the place in it."""

    def __init__(self, filename: str, root: dict[str, Any]) -> None:
        self._filename = filename
        self._root = root

    def settings(self) -> Settings:
        root = self._root
        if root.get("format") != 1:
            raise self._wrong("format", "1")
        teams = tuple(self._team(row, place) for place, row in enumerate(self._rows("team"), start=1))
        names = [team.id for team in teams]
        for name in names:
            if names.count(name) > 1:
                raise errors.SETTINGS_TWICE.error(where=self._filename, id=name)
        works = tuple(self._work(row, place, set(names)) for place, row in enumerate(self._rows("work"), start=1))
        for needed in ("other", "acceptance", "zone", "link"):
            if needed not in {work.klass for work in works}:
                raise errors.SETTINGS_CLASS_MISSING.error(where=self._filename, klass=needed)
        shares = {key: self._number(root, key, most=1.0) for key in SHARES}
        return Settings(
            version=str(root.get("version", "")),
            country=str(root.get("country", "")),
            teams=teams,
            works=works,
            reinfection_days=self._number(root, "reinfection_days"),
            stop_hours=self._number(root, "stop_hours"),
            **shares,
        )

    def _wrong(self, key: str, expected: str) -> RelightError:
        return errors.SETTINGS_VALUE.error(where=f"{self._filename}, {key}", key=key, expected=expected)

    def _rows(self, key: str) -> list[dict[str, Any]]:
        rows = self._root.get(key)
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            raise self._wrong(f"[[{key}]]", f"[[{key}]]")
        return rows

    def _number(self, row: dict[str, Any], key: str, *, most: float = 1e6, least: float = 0.0) -> float:
        value = row.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise self._wrong(key, f"{least:g} – {most:g}")
        return float(value)

    def _team(self, row: dict[str, Any], place: int) -> Team:
        where = f"[[team]] {place}"
        if not isinstance(row.get("id"), str) or not row["id"]:
            raise self._wrong(f"{where}, id", "text")
        shifts = row.get("shifts")
        if not isinstance(shifts, list) or not shifts:
            raise errors.TEAM_EMPTY.error(where=self._filename, team=row["id"])
        read = tuple(self._shift(shift, f"{where}, shifts") for shift in shifts)
        if not sum(shift.lanes for shift in read):
            raise errors.TEAM_EMPTY.error(where=self._filename, team=row["id"])
        names = row.get("names")
        return Team(
            id=row["id"],
            names=dict(names) if isinstance(names, dict) else {"en": row["id"]},
            shifts=read,
            holidays=bool(row.get("holidays", False)),
        )

    def _shift(self, row: Any, where: str) -> Shift:
        if not isinstance(row, dict):
            raise self._wrong(where, "{ lanes, from, to, days }")
        times = [_CLOCK.fullmatch(str(row.get(key, ""))) for key in ("from", "to")]
        days = row.get("days")
        if not times[0] or not times[1]:
            raise self._wrong(where, "from, to: 07:00, 15:30")
        if not isinstance(days, list) or any(isinstance(day, bool) or day not in range(1, 8) for day in days):
            raise self._wrong(where, "days: 1 – 7")
        from_min, to_min = (int(found[1]) * 60 + int(found[2]) for found in times if found)
        if not days or from_min == to_min or max(from_min, to_min) > 24 * 60:
            raise errors.SHIFT_NEVER.error(where=f"{self._filename}, {where}")
        lanes = int(self._number(row, "lanes", most=500))
        return Shift(lanes=lanes, from_min=from_min, to_min=to_min, days=frozenset(days))

    def _work(self, row: dict[str, Any], place: int, teams: set[str]) -> Work:
        where = f"[[work]] {place}"
        stages = row.get("stages")
        if not isinstance(row.get("klass"), str) or not isinstance(stages, dict) or not stages:
            raise self._wrong(where, "klass, stages")
        read: dict[str, tuple[str, float]] = {}
        for stage, value in stages.items():
            if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], str):
                raise self._wrong(f"{where}, {stage}", '["team", minutes]')
            if value[0] not in teams:
                raise errors.TEAM_UNKNOWN.error(where=f"{self._filename}, {where}", team=value[0])
            read[stage] = (value[0], self._number({stage: value[1]}, stage, least=1, most=20_000))
        return Work(klass=row["klass"], stages=read, spread=self._number(row, "spread", least=1.0, most=5.0))
