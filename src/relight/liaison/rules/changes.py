"""What changed between two bulletins, without words: services, dates, systems, policy, lines.

Owns comparing; what got worse comes first, then what got better, then dates and numbers. Refuses sentences: they are
made of a change in each language. Source: docs/design/liaison.md, cases 30-34.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from relight.liaison.rules.facts import Cell, Facts, Line, is_worse


class What(StrEnum):
    """What a change is about, in the order readers get them."""

    SERVICE = "service"
    GOING = "going"
    EXPECTED = "expected"
    SYSTEM = "system"
    INTERNAL = "internal-system"
    LINE_GONE = "line-gone"
    LINE = "line"
    LINE_NEW = "line-new"


class Turn(StrEnum):
    """Whether a change is for the worse."""

    WORSE = "worse"
    BETTER = "better"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change, the same at one or more sites. subject: a service, kind, function or line. detail: urgency of a
    kind, number of a line."""

    what: What
    turn: Turn
    subject: str
    sites: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    detail: str = ""

    def document(self) -> dict[str, Any]:
        return {**asdict(self), "what": self.what.value, "turn": self.turn.value, "sites": list(self.sites)}


_LEVELS = ("down", "degraded", "up")
_OUTCOMES = ("keep", "move", "ask", "cancel")


def change_read(document: Mapping[str, Any]) -> Change:
    """Return a change from a kept document."""
    words = {"what": What(document["what"]), "turn": Turn(document["turn"]), "sites": tuple(document["sites"])}
    return Change(**{**document, **words})


def changes_between(before: Facts, after: Facts) -> tuple[Change, ...]:
    """List what changed, the same change at several sites once; nothing when the state is the same."""
    found = [*_cells(before, after), *_going(before, after), *_systems(before, after), *_lines(before, after)]
    return tuple(sorted(_joined(found), key=_place))


def _place(one: Change) -> tuple[bool, int, int]:
    """Order by turn, then by what it is about; systems no practitioner works with come last."""
    return one.what is What.INTERNAL, list(Turn).index(one.turn), list(What).index(one.what)


def _joined(found: list[Change]) -> Iterator[Change]:
    """Join the changes that differ in their site only, in the order of the first."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for one in found:
        key = (one.what.value, one.subject, one.before, one.after, one.detail, one.turn.value)
        groups.setdefault(key, []).append(one)
    for group in groups.values():
        first = group[0]
        sites = tuple(dict.fromkeys(site for one in group for site in one.sites))
        yield Change(**{**asdict(first), "sites": sites})


def _cells(before: Facts, after: Facts) -> Iterator[Change]:
    known = {(cell.service, cell.site): cell for cell in before.cells}
    for cell in after.cells:
        old = known.get((cell.service, cell.site))
        if old is None:
            continue
        if (old.state, old.notes) != (cell.state, cell.notes):
            yield Change(
                what=What.SERVICE,
                turn=_turn(old, cell),
                subject=cell.service,
                sites=(cell.site,),
                before=_cell(old.state.value, old.notes),
                after=_cell(cell.state.value, cell.notes),
            )
        if old.expected != cell.expected:
            yield Change(
                what=What.EXPECTED,
                turn=_later(old.expected, cell.expected),
                subject=cell.service,
                sites=(cell.site,),
                before=old.expected,
                after=cell.expected,
            )


def _turn(before: Cell, after: Cell) -> Turn:
    """A worse state is worse; in the same state another note (on paper, diverted) is worse, and one less is better."""
    if before.state is not after.state:
        return Turn.WORSE if is_worse(after.state, before.state) else Turn.BETTER
    gained, lost = set(after.notes) - set(before.notes), set(before.notes) - set(after.notes)
    return Turn.OTHER if gained and lost else Turn.WORSE if gained else Turn.BETTER


def _cell(state: str, notes: tuple[str, ...]) -> str:
    return " ".join((state, *notes))


def _later(before: str, after: str) -> Turn:
    """A date that moves back is bad news; one that is taken away is too, and one that is new says nothing yet."""
    if not before:
        return Turn.OTHER
    return Turn.WORSE if not after or after > before else Turn.BETTER


def _going(before: Facts, after: Facts) -> Iterator[Change]:
    known = {one.kind: one for one in before.going}
    for one in after.going:
        old = known.get(one.kind)
        if old is None:
            continue
        for urgency, was, now in (("planned", old.planned, one.planned), ("urgent", old.urgent, one.urgent)):
            for site in now:
                if site in was and was[site] != now[site]:
                    worse = _OUTCOMES.index(now[site]) > _OUTCOMES.index(was[site])
                    yield Change(
                        what=What.GOING,
                        turn=Turn.WORSE if worse else Turn.BETTER,
                        subject=one.kind,
                        sites=(site,),
                        before=was[site],
                        after=now[site],
                        detail=urgency,
                    )


def _systems(before: Facts, after: Facts) -> Iterator[Change]:
    known = {one.id: one for one in before.systems}
    for one in after.systems:
        old = known.get(one.id)
        if old is not None and old.state != one.state:
            worse = _LEVELS.index(one.state) < _LEVELS.index(old.state)
            turn = Turn.WORSE if worse else Turn.BETTER
            what = What.SYSTEM if one.is_care else What.INTERNAL
            yield Change(what=what, turn=turn, subject=one.id, before=old.state, after=one.state)


def _lines(before: Facts, after: Facts) -> Iterator[Change]:
    known = {one.id: one for one in before.lines}
    there = {one.id for one in after.lines}
    for one in after.lines:
        old = known.get(one.id)
        if old is None:
            yield _line(What.LINE_NEW, one, before="", after=_number(one))
        elif _number(old) != _number(one):
            yield _line(What.LINE, one, before=_number(old), after=_number(one))
    for gone in (one for one in before.lines if one.id not in there):
        yield _line(What.LINE_GONE, gone, before=_number(gone), after="")


def _line(what: What, line: Line, *, before: str, after: str) -> Change:
    sites = (line.site,) if line.site else ()
    return Change(
        what=what, turn=Turn.OTHER, subject=line.id, sites=sites, before=before, after=after, detail=line.name
    )


def _number(line: Line) -> str:
    return line.phone or line.email or line.secure or line.fax
