"""The national numbers known here, and the ranges reserved for the downtime."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from django.conf import settings

from relight.record.models import NumberRange
from relight.record.rules.numbers import NumberKind, Range, kinds_read

OWN = "numbers.toml"


def kinds_now() -> tuple[NumberKind, ...]:
    """Return the national numbers of this installation: `numbers.toml` of the data folder, else the shipped table.

    Raises: InputError RL-REC-200 when that file cannot be read.
    """
    own = Path(settings.RELIGHT_HOME) / OWN
    try:
        stamp = own.stat().st_mtime_ns
    except FileNotFoundError:
        return _shipped()
    return _own(own, stamp)


@lru_cache(maxsize=1)
def _shipped() -> tuple[NumberKind, ...]:
    return kinds_read(files("relight.record").joinpath(OWN).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _own(path: Path, stamp: int) -> tuple[NumberKind, ...]:
    return kinds_read(path.read_text(encoding="utf-8", errors="replace"))


def national_systems() -> frozenset[str]:
    """Return the systems national numbers are written under."""
    return frozenset(system for kind in kinds_now() for system in kind.systems)


def ranges_now() -> tuple[Range, ...]:
    """Return every range ever reserved here, closed ones too: their numbers are on wristbands."""
    return tuple(
        Range(prefix=prefix, last=last)
        for prefix, last in NumberRange.objects.order_by("prefix").values_list("prefix", "last")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeLine:
    """A reserved range as its page shows it. Args: left: how many numbers it still holds."""

    site: str
    prefix: str
    used: int
    left: int
    is_open: bool
    at: datetime


def ranges_page() -> list[RangeLine]:
    """List the reserved ranges, open ones first. One statement."""
    return [
        RangeLine(
            site=row.site, prefix=row.prefix, used=row.last, is_open=row.is_open, at=row.at,
            left=10 ** Range(prefix=row.prefix).digits - 1 - row.last,
        )
        for row in NumberRange.objects.order_by("-is_open", "site", "prefix")
    ]  # fmt: skip
