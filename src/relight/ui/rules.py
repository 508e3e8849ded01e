"""Which word has which look. Pure: no Django, no clock.

Source: the states table of the interface design: colour, symbol and word, everywhere the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from relight.kernel.errors import N_
from relight.ui.types import Tone

STATES: Mapping[str, tuple[Tone, str]] = {
    "up": (Tone.UP, N_("up")),
    "normal": (Tone.UP, N_("normal")),
    "admitted": (Tone.UP, N_("admitted")),
    "open": (Tone.UP, N_("open")),
    "accepted": (Tone.UP, N_("accepted")),
    "done": (Tone.UP, N_("done")),
    "active": (Tone.UP, N_("active")),
    "degraded": (Tone.DEGRADED, N_("degraded")),
    "in_line": (Tone.DEGRADED, N_("in the line")),
    "retrieved": (Tone.DEGRADED, N_("retrieved")),
    "inspected": (Tone.DEGRADED, N_("inspected")),
    "cleaned": (Tone.DEGRADED, N_("cleaned")),
    "reconfigured": (Tone.DEGRADED, N_("reconfigured")),
    "verified": (Tone.DEGRADED, N_("verified")),
    "building": (Tone.DEGRADED, N_("being built")),
    "running": (Tone.DEGRADED, N_("running")),
    "late": (Tone.DEGRADED, N_("late")),
    "first-password": (Tone.DEGRADED, N_("first password not changed")),
    "down": (Tone.DOWN, N_("down")),
    "paper": (Tone.DOWN, N_("paper only")),
    "closed": (Tone.DOWN, N_("closed")),
    "failed": (Tone.DOWN, N_("failed")),
    "refused": (Tone.DOWN, N_("refused")),
    "quarantined": (Tone.QUARANTINED, N_("quarantined")),
    "revoked": (Tone.QUARANTINED, N_("revoked")),
    "disabled": (Tone.QUARANTINED, N_("disabled")),
    "unknown": (Tone.UNKNOWN, N_("unknown")),
    "seen": (Tone.UNKNOWN, N_("seen")),
    "expected": (Tone.UNKNOWN, N_("expected")),
    "unseen": (Tone.UNKNOWN, N_("not yet seen")),
    "planned": (Tone.UNKNOWN, N_("planned")),
    "waiting": (Tone.UNKNOWN, N_("waiting")),
    "retired": (Tone.UNKNOWN, N_("retired")),
}

# The phrases of dates: kept together so that the catalogue has them once.
MINUTES = 60
HOURS = 60 * MINUTES
DAYS = 24 * HOURS


def state_key(state: object) -> str:
    """Return the word of a state given as text or as a member of an Enum.

    `Level.UP` with a text value counts by its value, otherwise by its name.
    """
    if isinstance(state, Enum):
        state = state.value if isinstance(state.value, str) else state.name
    return str(state).strip().lower().replace(" ", "_")


def state_look(state: object) -> tuple[Tone, str]:
    """Return the look and the English word of a state; an unheard-of word is shown as unknown.

    Returns: the tone and the sentence to translate (`N_`-marked), the word itself when unheard of.
    """
    key = state_key(state)
    if key in STATES:
        return STATES[key]
    other = key.replace("-", "_")
    return STATES.get(other, (Tone.UNKNOWN, key.replace("_", " ")))


def spread(values: tuple[int, ...], *, width: int) -> tuple[int, ...]:
    """Share a width among counts by the largest remainder, so that the parts always fill it exactly.

    Args: values: counts >= 0. width: whole units to share.
    Returns: one width a count; all zero when nothing was counted.
    """
    total = sum(values)
    if total <= 0:
        return tuple(0 for _ in values)
    floors = [value * width // total for value in values]
    rest = sorted(range(len(values)), key=lambda i: (-(values[i] * width % total), i))
    for i in rest[: width - sum(floors)]:
        floors[i] += 1
    return tuple(floors)
