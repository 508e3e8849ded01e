"""How a link stands now, in one word.

Source: docs/design/lab.md, "Links".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from relight.kernel.errors import N_


class LinkStanding(StrEnum):
    """How a link stands now."""

    OFF = "off"
    ABSENT = "absent"
    SILENT = "silent"
    CONNECTED = "connected"


STANDING_NAMES: dict[LinkStanding, str] = {
    LinkStanding.OFF: N_("switched off"),
    LinkStanding.ABSENT: N_("nobody connected"),
    LinkStanding.SILENT: N_("connected, silent"),
    LinkStanding.CONNECTED: N_("connected"),
}
STANDING_LOOKS: dict[LinkStanding, str] = {
    LinkStanding.OFF: "disabled",
    LinkStanding.ABSENT: "down",
    LinkStanding.SILENT: "degraded",
    LinkStanding.CONNECTED: "up",
}


def standing_of(
    *, enabled: bool, connected: bool, heard_at: datetime | None, silence_s: int, at: datetime
) -> LinkStanding:
    """Say how a link stands at a moment. Args: silence_s: after how long it counts as silent, 0 for never."""
    if not enabled:
        return LinkStanding.OFF
    if not connected:
        return LinkStanding.ABSENT
    quiet = silence_s and (heard_at is None or at - heard_at > timedelta(seconds=silence_s))
    return LinkStanding.SILENT if quiet else LinkStanding.CONNECTED
