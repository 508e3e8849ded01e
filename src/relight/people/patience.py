"""How often a signed-in person may mistype a password before this program stops listening to them.

Sign-in is locked by django-axes, in the database. A signature's password is asked inside a transaction
that a refusal rolls back, so its count is kept here, in the process. Refuses clocks: times come in.
"""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

TRIES = 5
SPAN = timedelta(minutes=10)

_wrong: dict[str, deque[datetime]] = {}
_lock = threading.Lock()


def may_try(actor: str, *, at: datetime) -> bool:
    """Say whether a person may still try: fewer than five wrong passwords in the last ten minutes."""
    with _lock:
        recent = _wrong.get(actor)
        while recent and at - recent[0] >= SPAN:
            recent.popleft()
        return not recent or len(recent) < TRIES


def tried(actor: str, *, right: bool, at: datetime) -> None:
    """Count a try; a right one forgets the wrong ones."""
    with _lock:
        if right:
            _wrong.pop(actor, None)
        else:
            _wrong.setdefault(actor, deque(maxlen=TRIES)).append(at)
