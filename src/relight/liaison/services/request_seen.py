"""Who looked at a request that is tied to a patient, and at the list of what was given out: noted before the page.

Owns these notes. Source: docs/design/liaison-requests.md, case 9.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record.api import Ground, read_note


@service(Permission.LIAISON_REQUESTS)
def request_seen(*, act: Act, patients: Iterable[UUID | None]) -> None:
    """Note that requests about patients were shown; nothing for none. Raises: RL-REC-129."""
    known = [one for one in patients if one is not None]
    if known:
        read_note(act=act, patients=known, what="liaison.request", ground=Ground.REQUEST.value)
