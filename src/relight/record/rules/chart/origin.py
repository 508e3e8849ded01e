"""Where a datum came from, how old it is, and whether that was before the outage.

Owns the judgement of age. Refuses clocks: the outage's first moment is given. Source: docs/design/chart.md, C2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from relight.record.types import SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where one resource came from.

    Args: as_of: how old its source was; None where not said. at: when what it says took place, None where not said.
    written_at: when it came in here. known_at: up to when it is known to hold. is_old: from before the outage.
    """

    kind: SourceKind
    name: str
    as_of: datetime | None
    at: datetime | None
    written_at: datetime
    known_at: datetime | None
    is_old: bool


def origin_of(  # noqa: PLR0913 - each is a fact of its own
    *,
    kind: SourceKind,
    name: str,
    as_of: datetime | None,
    at: datetime | None,
    written_at: datetime,
    day_zero: datetime | None,
    lasting: bool,
) -> Origin:
    """Judge a datum's age. Args: lasting: it holds until changed (an allergy, a medicine), so it is as old as what
    last said so; else it is as old as what it tells of. day_zero: None before a hospital is described: nothing is old.
    """
    typed = kind in (SourceKind.TYPED, SourceKind.LAB)
    known = (written_at if typed else as_of or at) if lasting else at or as_of or (written_at if typed else None)
    return Origin(
        kind=kind,
        name=name,
        as_of=as_of,
        at=at,
        written_at=written_at,
        known_at=known,
        is_old=day_zero is not None and known is not None and known < day_zero,
    )
