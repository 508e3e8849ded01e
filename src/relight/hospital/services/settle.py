"""What every change at the bottom ends with: levels settled, stored, and told as events.

Owns the stored levels, their history and the events `hospital.unit_changed` and
`hospital.function_changed`. Called inside a `writing` block only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext

from relight.hospital.models import Acceptance, Node, NodeChange, Pool, Standing
from relight.hospital.rules.acceptance import lapsing
from relight.hospital.rules.compile import Hospital
from relight.hospital.rules.graph import Change, Delta, State, Trigger, commit, propagate
from relight.hospital.selectors.standing import nodes_read, pool_key
from relight.hospital.types import LEVEL_CODES, Level, Word
from relight.journal.api import Body, EventDraft
from relight.kernel.act import Act
from relight.kernel.verdict import Verdict

BATCH = 400
EXPECTED = ("expected_level", "expected_median", "expected_p80", "expected_at", "expected_by")
MOVED = ("level", "since", "via", "root", *EXPECTED)


def demand(verdict: Verdict, *, where: str = "", name: Callable[[str], str] = str) -> None:
    """Raise the refusal of a verdict, its words in the reader's language. name: says what listed ids are called."""
    if verdict:
        return

    def spoken(value: object) -> object:
        if isinstance(value, tuple):
            return ", ".join(str(spoken(part)) if isinstance(part, Word) else name(str(part)) for part in value)
        return gettext(value) if isinstance(value, Word) else value

    assert verdict.refusal is not None
    raise verdict.refusal.error(where=where, **{key: spoken(value) for key, value in verdict.params.items()})


def revision_raise() -> None:
    """Say that something of the hospital changed."""
    Standing.objects.get_or_create(pk=1)
    Standing.objects.filter(pk=1).update(revision=F("revision") + 1)


def change_settle(*, act: Act, hospital: Hospital, state: State, change: Change) -> tuple[list[EventDraft], list[str]]:
    """Settle a change: end the acceptances it makes lapse, store pool counts and levels.

    Args: state: as stored before the change; it is brought up to date in place.
    Returns: events of the moved levels, and the functions whose acceptance lapsed.
    """
    graph = hospital.graph
    delta = propagate(graph, state, change)
    lapsed = lapsing(graph, state, delta.counts)
    if lapsed:
        gates = [*change.gates, *((gate, False) for gate in lapsed)]
        delta = propagate(graph, state, Change(pools=change.pools, gates=gates))
    functions = [graph.gates[gate].removeprefix("acceptance:") for gate in lapsed]
    for function in functions:
        Acceptance.objects.filter(function=function, ended_at=None).update(
            ended_at=act.at, ended_by=act.actor, lapsed=True
        )
    for pool, count in delta.counts.items():
        Pool.objects.filter(pk=pool_key(graph.pools[pool])).update(operational=count)
    commit(state, delta)
    revision_raise()
    return levels_store(act=act, hospital=hospital, state=state, triggers=triggers_by_id(hospital, delta)), functions


def triggers_by_id(hospital: Hospital, delta: Delta) -> dict[str, Trigger]:
    """Return why each node's level moved, by node id."""
    return {hospital.graph.ids[node]: trigger for node, trigger in delta.triggers.items()}


def levels_store(
    *, act: Act, hospital: Hospital, state: State, triggers: Mapping[str, Trigger], otherwise: str = ""
) -> list[EventDraft]:
    """Bring the stored levels to a state; return one event for each that moved, needs first.

    Args: triggers: why, by node id. otherwise: the cause of a move that has no trigger.
    """
    graph = hospital.graph
    rows = nodes_read()
    moved: list[tuple[int, Node, NodeChange]] = []
    for place, id in enumerate(graph.ids):
        row = rows.get(id)
        if row is None or row.level == state.levels[place]:
            continue
        trigger = triggers.get(id, Trigger(via=otherwise, root=otherwise))
        moved.append((graph.rank[place], row, _moved(act, row, state.levels[place], trigger)))
    moved.sort(key=lambda entry: entry[0])
    Node.objects.bulk_update([row for _, row, _ in moved], MOVED, batch_size=BATCH)
    NodeChange.objects.bulk_create([change for _, _, change in moved], batch_size=BATCH)
    return [_event(hospital, change) for _, _, change in moved]


def _moved(act: Act, row: Node, level: int, trigger: Trigger) -> NodeChange:
    change = NodeChange(
        node=row.id, before=row.level, after=level, at=act.at, actor=act.actor, via=trigger.via, root=trigger.root
    )
    row.level, row.since, row.via, row.root = level, act.at, trigger.via, trigger.root
    if row.expected_level is not None and level >= row.expected_level:
        expected_clear(row)
    return change


def expected_clear(row: Node) -> None:
    """Take the expected dates off a row that its caller stores: they came true, or are withdrawn."""
    row.expected_level = row.expected_median = row.expected_p80 = row.expected_at = None
    row.expected_by = ""


def _event(hospital: Hospital, change: NodeChange) -> EventDraft:
    node = hospital.node(change.node)
    before, after = (LEVEL_CODES[node.kind, Level(level)] for level in (change.before, change.after))
    body: Body = {"id": node.id, "from": before, "to": after, "cause": {"via": change.via, "root": change.root}}
    return EventDraft(name=f"hospital.{node.kind.value}_changed", subject=f"{node.kind.value}:{node.id}", body=body)


def changes_body(events: Sequence[EventDraft]) -> list[dict[str, str]]:
    """Return the moved levels for the body of an entry."""
    return [{key: str(event.body[key]) for key in ("id", "from", "to")} for event in events]


def moment_words(at: datetime) -> str:
    """Return a moment as it stands in what is signed."""
    return at.isoformat(timespec="seconds")
