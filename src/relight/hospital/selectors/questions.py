"""The three questions and what to do next, asked of the world now and answered with words.

Owns `Answer` objects: a frozen document for `--json` and sentences in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from threading import Lock

from django.db import connection
from django.utils.translation import gettext

from relight.hospital.errors import NODE_UNKNOWN
from relight.hospital.models import Node
from relight.hospital.rules import impact as impact_rules
from relight.hospital.rules import ranking
from relight.hospital.rules import unlock as unlock_rules
from relight.hospital.rules import why as why_rules
from relight.hospital.rules.compile import Hospital
from relight.hospital.rules.impact import Impact
from relight.hospital.rules.ranking import NextUnlock
from relight.hospital.rules.unlock import Unlock
from relight.hospital.rules.why import Why
from relight.hospital.rules.world import World
from relight.hospital.selectors import words
from relight.hospital.selectors.expected import expected_of, expected_words
from relight.hospital.selectors.names import Naming, naming_of
from relight.hospital.selectors.parts import day_zero
from relight.hospital.selectors.standing import world_get
from relight.hospital.types import Level
from relight.kernel.errors import MissingError

NEXT_KEPT = 50
_lock = Lock()
_next: dict[str, tuple[object, tuple[NextUnlock, ...]]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer: `about` as plain data, and how to say it. naming: names in the reader's language."""

    about: Why | Unlock | Impact
    naming: Naming
    say: Callable[[], list[str]]
    extra: Mapping[str, object]

    def sentences(self) -> list[str]:
        """Return the answer in words, one sentence a line."""
        return self.say()

    def document(self) -> dict[str, object]:
        """Return the answer as one JSON document: ids and numbers, then `words`."""
        return {**self.extra, "words": self.sentences()}


def ask() -> tuple[Hospital, World, Naming]:
    """Return what every question needs: the hospital, its world, the names. Raises: RL-HOS-041."""
    hospital, world = world_get()
    return hospital, world, naming_of(hospital, world.waiting.components)


def known_id(hospital: Hospital, world: World, id: str) -> str:
    """Check that an id is in the graph: a node, an acceptance, a zone or a component. Raises: RL-HOS-040."""
    graph = hospital.graph
    if id in graph.index or id in graph.gate_index or id in world.waiting.components:
        return id
    close = get_close_matches(id, [*graph.ids, *graph.gates], n=3, cutoff=0.4)
    raise NODE_UNKNOWN.error(where="id", id=id, close=", ".join(close) or "—")


def why(id: str) -> Answer:
    """Answer why something is not normal. Raises: RL-HOS-040, RL-HOS-041."""
    hospital, world, naming = ask()
    answer = why_in(hospital, world, naming, id)
    row = Node.objects.filter(pk=id, aside=False).first()
    expected = expected_of(row) if row else None
    if expected is None:
        return answer
    words = expected_words(expected, day_zero=day_zero())
    return replace(
        answer,
        say=lambda: [*answer.sentences(), gettext("Expected: %(words)s.") % {"words": words}],
        extra={**answer.extra, "expected": expected.document()},
    )


def why_in(hospital: Hospital, world: World, naming: Naming, id: str) -> Answer:
    """Answer why, in a world already in hand."""
    graph = hospital.graph
    known_id(hospital, world, id)
    if id in graph.index:
        found = why_rules.why(world, id)
    else:
        found = Why(id=id, level=leaf_level(world, id), causes=())
    state = words.level_code(hospital, id, found.level)
    extra = {"id": id, "state": state, "causes": [cause.document() for cause in found.causes]}
    return Answer(
        about=found, naming=naming, say=lambda: words.why_sentences(hospital, world, naming, found), extra=extra
    )


def why_list(ids: Sequence[str]) -> dict[str, Answer]:
    """Answer why for several at once, in one world. Raises: RL-HOS-040, RL-HOS-041 unless nothing is asked."""
    if not ids:
        return {}
    hospital, world, naming = ask()
    return {id: why_in(hospital, world, naming, id) for id in ids}


def leaf_level(world: World, id: str) -> Level:
    """Return the level of an acceptance, a zone or a component: normal or down."""
    graph = world.graph
    if id in graph.gate_index:
        return Level.NORMAL if world.state.open[graph.gate_index[id]] else Level.DOWN
    return Level.NORMAL if world.waiting.components[id].operational else Level.DOWN


def unlock(id: str, *, target: Level = Level.NORMAL) -> Answer:
    """Answer what is the least that brings something back. Raises: RL-HOS-040, RL-HOS-041."""
    hospital, world, naming = ask()
    return unlock_in(hospital, world, naming, id, target=target)


def unlock_in(hospital: Hospital, world: World, naming: Naming, id: str, *, target: Level) -> Answer:
    """Answer what unlocks, in a world already in hand. A leaf unlocks itself."""
    known_id(hospital, world, id)
    if id in hospital.graph.index:
        found = unlock_rules.unlock(world, id, target=target)
    else:
        found = _unlock_leaf(world, id)
    extra = {**found.document(), "state": words.level_code(hospital, id, found.level)}
    return Answer(about=found, naming=naming, say=lambda: words.unlock_sentences(hospital, naming, found), extra=extra)


def _unlock_leaf(world: World, id: str) -> Unlock:
    level = leaf_level(world, id)
    if level is Level.NORMAL:
        return Unlock(id=id, level=level, target=Level.NORMAL)
    kind, _, rest = id.partition(":")
    if id in world.graph.gate_index:
        acceptances, zones = ((rest,), ()) if kind == "acceptance" else ((), (rest,))
        return Unlock(id=id, level=level, target=Level.NORMAL, lower_bound=1, acceptances=acceptances, zones=zones)
    component = world.waiting.components[id]
    return Unlock(id=id, level=level, target=Level.NORMAL, lower_bound=1, components=(component,))


def impact(id: str) -> Answer:
    """Answer what the return of something brings, or its loss takes. Raises: RL-HOS-040, RL-HOS-041."""
    hospital, world, naming = ask()
    return impact_in(hospital, world, naming, id)


def impact_in(hospital: Hospital, world: World, naming: Naming, id: str) -> Answer:
    """Answer what follows, in a world already in hand."""
    found = impact_rules.impact(world, known_id(hospital, world, id))
    return Answer(
        about=found,
        naming=naming,
        say=lambda: words.impact_sentences(hospital, naming, found),
        extra={**found.document(), "changes": words.change_documents(hospital, found.changes)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAnswer:
    """One thing to do next. what: the set in words. gains: (node id, name, state it comes to)."""

    item: NextUnlock
    id: str
    name: str
    target: str
    what: str
    gains: tuple[tuple[str, str, str], ...]

    def document(self) -> dict[str, object]:
        gains = [{"id": id, "to": state} for id, _, state in self.gains]
        return {**self.item.document(), "what": self.what, "gains": gains}


def next_unlocks(limit: int = 5) -> list[NextAnswer]:
    """List what would unlock most next, best first; empty before a description is loaded.

    Computed once for each revision of the hospital in this process.
    """
    try:
        hospital, world, naming = ask()
    except MissingError:
        return []
    found = _ranked(world)
    return [_next_answer(hospital, naming, item) for item in found[:limit]]


def _ranked(world: World) -> tuple[NextUnlock, ...]:
    if connection.in_atomic_block:
        return ranking.next_unlocks(world, limit=NEXT_KEPT)
    with _lock:
        kept = _next.get(connection.alias)
    if kept is not None and kept[0] is world:
        return kept[1]
    found = ranking.next_unlocks(world, limit=NEXT_KEPT)
    with _lock:
        _next[connection.alias] = (world, found)
    return found


def _next_answer(hospital: Hospital, naming: Naming, item: NextUnlock) -> NextAnswer:
    found = item.unlock
    gains = [
        (change.id, naming.node(change.id), words.level_code(hospital, change.id, change.after))
        for change in sorted(item.changes, key=lambda change: -hospital.graph.weights[hospital.graph.index[change.id]])
    ]
    return NextAnswer(
        item=item,
        id=found.id,
        name=naming.node(found.id),
        target=words.level_code(hospital, found.id, found.target),
        what=words.set_in_short(naming, found),
        gains=tuple(gains),
    )
