"""Searching for patients, journalled: who was shown to whom is known before the list leaves."""

from __future__ import annotations

from relight.kernel.act import Act
from relight.people.api import Permission, service
from relight.record.selectors.finding import LIMIT, Found, patients_find
from relight.record.services.reads import read_note


@service(Permission.RECORD_READ)
def patients_search(*, act: Act, text: str, limit: int = LIMIT) -> list[Found]:
    """Find patients as one types and note who was shown. Raises: RL-REC-206 for a misread scan, RL-REC-129."""
    found = patients_find(text, act=act, limit=limit)
    if found:
        read_note(act=act, patients=[one.patient for one in found], what="search")
    return found
