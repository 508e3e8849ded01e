"""The bulletins of a scenario: drawn, written and approved at their hour, by two people.

Owns the plan and its deeds. Refuses to say what a bulletin says: that is drawn from the state of that hour.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from relight.cli.scenario.moments import Moments
from relight.kernel.act import Act

Doing = Callable[[datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinPlan:
    """One bulletin. Args: free: the message, by language."""

    day: int
    hour: str
    free: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiaisonPlan:
    """Args: writer, approver: user names, two people."""

    writer: str
    approver: str
    bulletins: tuple[BulletinPlan, ...]


def liaison_plan_read(content: bytes) -> LiaisonPlan:
    """Read the plan. The shipped file is the one tested: a fault in it raises plainly."""
    raw = tomllib.loads(content.decode())
    return LiaisonPlan(
        writer=raw["writer"],
        approver=raw["approver"],
        bulletins=tuple(BulletinPlan(**row) for row in raw["bulletin"]),
    )


def bulletin_deeds(
    plan: LiaisonPlan, *, moments: Moments, as_: Callable[[str, datetime], Act], password: str
) -> Iterator[tuple[datetime, Doing]]:
    """Say which bulletin goes out when. Args: password: of the one who approves."""
    for bulletin in plan.bulletins:
        yield (
            moments.at(bulletin.day, bulletin.hour),
            partial(_bulletin, plan, bulletin, as_=as_, password=password),
        )


def _bulletin(
    plan: LiaisonPlan, bulletin: BulletinPlan, at: datetime, *, as_: Callable[[str, datetime], Act], password: str
) -> None:
    from relight.liaison.api import (  # noqa: PLC0415 - Django must be set up first
        bulletin_approve,
        bulletin_draw,
        bulletin_write,
        draft_shown,
    )

    writer = as_(plan.writer, at)
    bulletin_draw(act=writer)
    bulletin_write(act=writer, number=0, free=bulletin.free)
    bulletin_approve(act=as_(plan.approver, at), shown=draft_shown(), password=password)
