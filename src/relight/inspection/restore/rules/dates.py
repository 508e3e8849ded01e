"""Dates and times in folder names: 2026-11-13, 2026-11-13T0430, 20261113-0430, snapshot-2026-11-13_04.30.00, …

Owns the reading of names. Refuses clocks: the zone of a name that states none is an argument.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

NAME = re.compile(
    r"""(?x)
    (?<!\d)
    (?P<year>(?:19|20)\d\d) (?P<dash>[-_.]?) (?P<month>\d\d) (?P=dash) (?P<day>\d\d)
    (?: (?:[T_@\s.-]|_-_|\s-\s)?
        (?P<hour>\d\d) [-:._h]? (?P<minute>\d\d) (?:[-:._m]? (?P<second>\d\d))? (?:[.,]\d{1,9})? s?
        (?P<zone>Z|[+-]\d\d:?\d\d)?
    )?
    (?!\d)
    """
)


def date_of(name: str, *, zone: tzinfo) -> datetime | None:
    """Return the moment a folder's name states, None when it states none (or one that does not exist).

    Args: zone: where a name without a zone was written.
    """
    match = NAME.search(name)
    if match is None:
        return None
    numbers = [int(match[key] or 0) for key in ("year", "month", "day", "hour", "minute", "second")]
    try:
        return datetime(*numbers, tzinfo=_zone(match["zone"], zone))  # type: ignore[misc,arg-type]
    except ValueError:
        return None


def _zone(stated: str | None, zone: tzinfo) -> tzinfo:
    if not stated:
        return zone
    if stated == "Z":
        return UTC
    hours, minutes = int(stated[1:3]), int(stated[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if stated[0] == "-" else offset)
