"""Expected dates: when functions and service units should work again, as the restart office writes them.

Owns the event `hospital.expected_changed`. Refuses to forecast: dates come from above and are read here by
everybody. Source: docs/design/hospital.md, "Expected dates" (cases 100-106).
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from relight.hospital.errors import EXPECTED_LEVEL, EXPECTED_ORDER, NODE_UNKNOWN
from relight.hospital.models import Node
from relight.hospital.selectors.expected import expected_of
from relight.hospital.selectors.standing import hospital_get, nodes_read
from relight.hospital.services.settle import BATCH, EXPECTED, expected_clear, revision_raise
from relight.hospital.types import Expected, Level
from relight.journal.api import Body, EventDraft, writing
from relight.kernel.act import Act
from relight.people.api import Permission, service


@service(Permission.HOSPITAL_EXPECT)
def expected_write(*, act: Act, dates: Mapping[str, Expected | None]) -> int:
    """Write when nodes are expected back; None takes a date away. Nodes that are not named keep theirs.

    Args: dates: by node id. A date for a level the node has already is not written; whatever it had goes.
    Returns: how many nodes changed; nothing is journalled when none did.
    Raises: RL-HOS-040 (no such node), RL-HOS-041, RL-HOS-070 (p80 before the median), RL-HOS-071 (down).
    """
    known = set(hospital_get().graph.ids)
    for id, wanted in dates.items():
        _check(id, wanted, known)
    rows = nodes_read()
    changed = [row for id, wanted in dates.items() if _differs(row := rows[id], wanted)]
    if not changed:
        return 0
    with writing(act) as log:
        events = [_store(act, row, dates[row.id]) for row in changed]
        Node.objects.bulk_update(changed, EXPECTED, batch_size=BATCH)
        revision_raise()
        body: Body = {"dates": [event.body for event in events]}
        log.entry("hospital.expect", subject="hospital:expected", body=body, events=events)
    return len(changed)


def _check(id: str, wanted: Expected | None, known: set[str]) -> None:
    if id not in known:
        raise NODE_UNKNOWN.error(where="id", id=id, close=", ".join(get_close_matches(id, known, n=3)) or "—")
    if wanted is None:
        return
    if wanted.level is Level.DOWN:
        raise EXPECTED_LEVEL.error(where=id, id=id)
    if wanted.p80 < wanted.median:
        median, p80 = wanted.median.isoformat(), wanted.p80.isoformat()
        raise EXPECTED_ORDER.error(where=id, id=id, median=median, p80=p80)


def _kept(row: Node, wanted: Expected | None) -> Expected | None:
    """Return what is worth keeping: nothing for a level that is reached."""
    return wanted if wanted is not None and row.level < wanted.level else None


def _differs(row: Node, wanted: Expected | None) -> bool:
    kept, has = _kept(row, wanted), expected_of(row)
    return (kept and kept.document()) != (has and has.document())


def _store(act: Act, row: Node, wanted: Expected | None) -> EventDraft:
    kept = _kept(row, wanted)
    expected_clear(row)
    if kept is not None:
        row.expected_level, row.expected_median, row.expected_p80 = kept.level, kept.median, kept.p80
        row.expected_at, row.expected_by = act.at, act.actor
    body: Body = {"id": row.id, **(kept.document() if kept else {"level": None, "median": None, "p80": None})}
    return EventDraft(name="hospital.expected_changed", subject=f"{row.kind}:{row.id}", body=body)
