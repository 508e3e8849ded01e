"""Which oxygen saturation is aimed at: a prescriber's decision, kept as a Flag of the patient.

Owns its body. Source: RCP, NEWS 2 (2017): scale 2 on the decision of a competent clinical decision maker, documented.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from relight.record import errors
from relight.record.rules.chart.coding import codings
from relight.record.rules.news2 import Scale
from relight.record.types import Body

FLAG: Final = "urn:relight:spo2-scale"
REASON_CHARS: Final = range(5, 401)


def reason_demand(reason: str) -> str:
    """Return a reason on one line. Raises: SCALE_REASON (RL-REC-371)."""
    told = " ".join(reason.split())
    if len(told) not in REASON_CHARS:
        raise errors.SCALE_REASON.error(where="reason")
    return told


def target_body(scale: Scale, *, patient: str, author: Body, at: datetime, reason: str) -> dict[str, Any]:
    """Return the Flag of a decision."""
    return {
        "resourceType": "Flag",
        "status": "active",
        "category": [{"text": "Clinical"}],
        "code": {"coding": [{"system": FLAG, "code": scale.value}], "text": reason},
        "subject": {"reference": patient},
        "period": {"start": at.isoformat(timespec="seconds")},
        "author": dict(author),
    }


def scale_of(body: Body) -> Scale:
    """Read a decision; one that is not active counts as scale 1."""
    chosen = {each.code for each in codings(body.get("code")) if each.system == FLAG}
    return Scale.TWO if Scale.TWO.value in chosen and body.get("status") == "active" else Scale.ONE
