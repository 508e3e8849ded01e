"""The directory and the bulletins of a scenario: lists taken in, bulletins drawn, written and approved by two people.

Owns the plan and its deeds. Refuses to say what a bulletin says: that is drawn from the state of that hour.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

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
    """Args: writer, approver: user names, two people. lists: of the directory: kind, file name, content."""

    writer: str
    approver: str
    directory_day: int
    directory_hour: str
    lists: tuple[tuple[str, str, bytes], ...]
    bulletins: tuple[BulletinPlan, ...]


def liaison_plan_read(content: bytes, folder: Path) -> LiaisonPlan:
    """Read the plan and its lists. The shipped files are the ones tested: a fault in them raises plainly."""
    raw = tomllib.loads(content.decode())
    directory = raw["directory"]
    return LiaisonPlan(
        writer=raw["writer"],
        approver=raw["approver"],
        directory_day=directory["day"],
        directory_hour=directory["hour"],
        lists=tuple((kind, name, (folder / name).read_bytes()) for kind, name in directory["lists"].items()),
        bulletins=tuple(BulletinPlan(**row) for row in raw["bulletin"]),
    )


def liaison_deeds(
    plan: LiaisonPlan, *, moments: Moments, as_: Callable[[str, datetime], Act], password: str
) -> Iterator[tuple[datetime, Doing]]:
    """Say when the directory is taken in and which bulletin goes out when. Args: password: of the one who approves."""
    yield moments.at(plan.directory_day, plan.directory_hour), partial(_directory, plan, as_=as_)
    for bulletin in plan.bulletins:
        yield (
            moments.at(bulletin.day, bulletin.hour),
            partial(_bulletin, plan, bulletin, as_=as_, password=password),
        )


def _directory(plan: LiaisonPlan, at: datetime, *, as_: Callable[[str, datetime], Act]) -> None:
    from relight.liaison.api import FileKind, directory_import  # noqa: PLC0415 - Django must be set up first

    for kind, name, content in plan.lists:
        directory_import(act=as_(plan.writer, at), content=content, filename=name, kind=FileKind(kind))


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
