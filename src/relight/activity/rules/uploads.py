"""Where a file that was sent in stands.

Owns the words. Refuses files. Source: docs/design/appointments.md, "Sent in from a page".
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from relight.kernel.errors import N_


class UploadState(StrEnum):
    """OFFERED: shown, nothing imported yet. WAITING: the worker takes it."""

    OFFERED = "offered"
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"


UPLOAD_WORDS: Mapping[UploadState, str] = {
    UploadState.OFFERED: N_("to confirm"),
    UploadState.WAITING: N_("under way"),
    UploadState.DONE: N_("imported"),
    UploadState.REFUSED: N_("refused"),
    UploadState.DROPPED: N_("left out"),
}
UPLOAD_LOOKS: Mapping[UploadState, str] = {
    UploadState.OFFERED: "unknown",
    UploadState.WAITING: "degraded",
    UploadState.DONE: "up",
    UploadState.REFUSED: "down",
    UploadState.DROPPED: "retired",
}
