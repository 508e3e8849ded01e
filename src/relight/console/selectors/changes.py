"""The latest changes in words: who did what, and which services and functions it moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from uuid import UUID

from django.urls import reverse

from relight.console.rules.words import VERBS
from relight.console.selectors.journal import EntryRow, rows_of
from relight.console.selectors.wards import UNIT_STATES, node_address
from relight.console.types import Change, Effect
from relight.hospital.api import Naming, overview
from relight.journal import api as journal
from relight.journal.api import EventDraft
from relight.kernel.act import Act
from relight.people import api as people
from relight.people.api import Permission

TELLING = tuple(sorted(verb for verb, words in VERBS.items() if words.telling))
FOLLOWS = "hospital.recompute"  # what the graph writes of itself, in the same transaction as its cause
LEVEL_EVENTS = frozenset({"hospital.unit_changed", "hospital.function_changed"})
EFFECTS_SHOWN = 4
ENTRIES_A_CHANGE = 3  # what is asked for, so that entries of one act still leave enough changes


def latest(*, act: Act, names: Mapping[str, str], naming: Naming | None = None, limit: int = 6) -> tuple[Change, ...]:
    """List the latest changes of the situation, newest first.

    Args: names: of units and functions by id. naming: the hospital's names.
    Entries written by one act (same person, same moment) are told as one change: what was done, then
    all that followed.
    """
    entries = journal.entry_list(verbs=TELLING, limit=limit * ENTRIES_A_CHANGE)
    rows = rows_of(entries, act=act, naming=naming)
    acts = (list(group) for _, group in groupby(rows, key=lambda row: (row.actor, row.at)))
    changes = (_change(group, names=names, act=act) for group in acts)
    return tuple(change for change, _ in zip(changes, range(limit), strict=False))


def timeline(*, act: Act, limit: int) -> tuple[Change, ...]:
    """List what changed the situation from the first day on, oldest first, at most `limit` acts: the newest of them."""
    now = overview()
    names = {unit.id: unit.name for unit in now.units} | {one.id: one.name for one in now.functions}
    return tuple(reversed(latest(act=act, names=names, naming=now.naming, limit=limit)))


def is_uuid(text: str) -> bool:
    """Say whether a name is only an id, which tells a reader nothing."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _change(rows: Sequence[EntryRow], *, names: Mapping[str, str], act: Act) -> Change:
    head = next((row for row in rows if row.verb != FOLLOWS), rows[0])
    effects = tuple(_effects([event for row in rows for event in row.entry.events], names=names, act=act))
    may_read = people.may(act, Permission.JOURNAL_READ)
    towards = VERBS[head.verb].towards
    return Change(
        seq=head.seq,
        at=head.at,
        who=head.who,
        did=head.did,
        count=head.count,
        towards=str(head.entry.body.get(towards, "")) if towards else "",
        subject=head.subject.name if head.subject.kind and head.count == 1 and not is_uuid(head.subject.name) else "",
        effects=effects[:EFFECTS_SHOWN],
        more=max(0, len(effects) - EFFECTS_SHOWN),
        href=reverse("console:journal-entry", args=[head.seq]) if may_read else "",
    )


def _effects(events: Sequence[EventDraft], *, names: Mapping[str, str], act: Act) -> Iterator[Effect]:
    """Tell the states things came into, units before functions, each thing once."""
    told: dict[str, EventDraft] = {}
    for event in events:
        if event.name in LEVEL_EVENTS:
            told[event.subject.partition(":")[2] or event.subject] = event
    for id, event in sorted(told.items(), key=lambda item: item[1].name != "hospital.unit_changed"):
        is_unit = event.name == "hospital.unit_changed"
        before, state = (str(event.body.get(key, "")) for key in ("from", "to"))
        yield Effect(
            name=names.get(id, id),
            before=UNIT_STATES.get(before, before) if is_unit else before,
            state=UNIT_STATES.get(state, state) if is_unit else state,
            href=node_address(id, act=act),
        )
