"""Enrolled workstations: which machine may be one, what its code and its token look like, when the token changes.

Refuses clocks and chance: codes and times come in. Source: docs/decisions/0012-pages-over-tls.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from relight.fleet import errors
from relight.fleet.types import State
from relight.kernel.verdict import YES, Verdict, no

ROLE = "workstation"
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no letter looks like another
CODE_LENGTH = 8
CODE_LIVES = timedelta(hours=24)
TOKEN_TURNS = timedelta(days=7)
TURN_GRACE = timedelta(minutes=2)
_READ_AS = str.maketrans("OIL", "011")


def may_enrol(*, name: str, role: str, state: State) -> Verdict:
    """Say whether a machine may be enrolled: a workstation, admitted to the clean zone."""
    if role != ROLE:
        return no(errors.ENROL_ROLE, name=name)
    if state is not State.ADMITTED:
        return no(errors.ENROL_STATE, name=name)
    return YES


def code_read(text: str) -> str:
    """Read a code as people type it: dashes, spaces and small letters as they come, O for 0, I and L for 1."""
    return "".join(text.upper().replace("-", "").split()).translate(_READ_AS)


def code_shown(code: str) -> str:
    """Write a code in two groups: `K7QM-2X4T`."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def turn_due(*, turned_at: datetime, previous: bool, at: datetime) -> bool:
    """Say whether a token is changed now.

    Args: turned_at: when it last was. previous: the browser still brings the one before, so that the answer with
    the new one was lost on the way; requests sent side by side get a moment.
    """
    return at - turned_at >= (TURN_GRACE if previous else TOKEN_TURNS)
