"""Finds, for one scope, the last intact point and where damage begins.

Owns the order of reading: bisect first, then check what bisection took for granted, and walk every point when a check
fails. Source: docs/design/restore-points.md, "Search".
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from relight.inspection.restore.evidence import Evidence, paths_by_point
from relight.inspection.restore.rules.history import within
from relight.inspection.restore.rules.timeline import Timeline, bisect_first_damaged, healed, is_monotone, summarise
from relight.inspection.restore.types import Answer, Entry, How
from relight.inspection.types import Reason, because
from relight.inspection.walker import shown
from relight.kernel.errors import N_

STATED = N_("Damage does not heal: what is damaged at one restore point is damaged at every later one.")
CHECK_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """What the search took for granted. Args: checked: how far. broken_by: why it does not hold."""

    held: bool
    how: How
    checked: Reason
    broken_by: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeAnswer:
    """What is known of one scope, all points together. Args: prefix: empty for the whole."""

    prefix: str
    answers: dict[int, Answer]
    timeline: Timeline
    assumption: Assumption


def scope_search(evidence: Evidence, *, prefix: str = "", every_point: bool = False) -> ScopeAnswer:
    """Answer for one scope.

    Args: every_point: read all points, take nothing for granted.
    """
    order = range(len(evidence.points))
    if every_point:
        return _walked(evidence, prefix, broken_by=None)

    def ask(index: int) -> Answer:
        answer = evidence.ask(index, prefix)
        if answer is Answer.DAMAGED and evidence.suspects is None:
            evidence.settle_suspects()
            answer = evidence.known(index, prefix)
        return answer

    first = bisect_first_damaged(order, ask)
    newest = len(order) if first is None else first
    for index in reversed(range(newest)):
        if ask(index) is not Answer.INCOMPLETE:
            break
    _read_returned(evidence, prefix)
    within_budget = evidence.remaining_bytes(prefix) <= max(CHECK_BYTES, evidence.bytes_read // 4)
    for index in order:
        late = first is not None and index > first
        if within_budget or (late and evidence.known(index, prefix) is not Answer.DAMAGED):
            ask(index)
    broken_by = _broken(evidence, prefix, first)
    if broken_by is not None:
        return _walked(evidence, prefix, broken_by=broken_by)
    answers = {index: evidence.known(index, prefix) for index in order}
    checked = (
        because(N_("every version in every point was read"))
        if within_budget
        else because(
            N_("by the lists of all points and by reading what came back; {size} bytes of older versions not read"),
            size=evidence.remaining_bytes(prefix),
        )
    )
    return ScopeAnswer(
        prefix=prefix,
        answers=answers,
        timeline=summarise(answers),
        assumption=Assumption(held=True, how=How.BISECT, checked=checked),
    )


def _walked(evidence: Evidence, prefix: str, *, broken_by: Reason | None) -> ScopeAnswer:
    """Read every point. What was not assumed cannot be broken: then `held` says what the walk saw."""
    if evidence.points:
        evidence.settle_suspects()
    answers = {index: evidence.ask(index, prefix) for index in range(len(evidence.points))}
    timeline = summarise(answers)
    broken_by = broken_by or _broken(evidence, prefix, timeline.first_damaged)
    return ScopeAnswer(
        prefix=prefix,
        answers=answers,
        timeline=timeline,
        assumption=Assumption(
            held=broken_by is None,
            how=How.WALK,
            checked=because(N_("every version in every point was read")),
            broken_by=broken_by,
        ),
    )


def _read_returned(evidence: Evidence, prefix: str) -> None:
    """Read versions that came and went again: A, B, A is what damage that was undone from a backup looks like."""
    wanted: list[tuple[int, Entry]] = []
    for path in evidence.history.changes:
        if not within(path, prefix):
            continue
        versions = evidence.history.versions(path)
        for place in range(1, len(versions) - 1):
            first, _, entry = versions[place]
            before, after = versions[place - 1][2], versions[place + 1][2]
            if entry is not None and _same(before, after):
                wanted.append((first, entry))
    for index, entries in paths_by_point(wanted).items():
        evidence.judge(index, entries)


def _same(before: Entry | None, after: Entry | None) -> bool:
    """Say whether a file is as it was before; without the ids of contents, the same size and time count too."""
    if before is None or after is None:
        return before is after
    return before.content == after.content or (
        before.size_bytes == after.size_bytes and before.mtime_ns == after.mtime_ns
    )


def _broken(evidence: Evidence, prefix: str, first: int | None) -> Reason | None:
    """Say what contradicts the assumption, if anything known does."""
    order = range(len(evidence.points))
    answers = {index: evidence.known(index, prefix) for index in order}
    if not is_monotone(answers, first):
        damaged = [index for index in order if answers[index] is Answer.DAMAGED]
        intact = [index for index in order if answers[index] is Answer.INTACT and index > damaged[0]]
        if intact:
            return because(
                N_("the point {early} is damaged and the later point {late} is intact"),
                early=evidence.points[damaged[0]].id,
                late=evidence.points[intact[0]].id,
            )
        return because(N_("the point {early} is damaged already"), early=evidence.points[damaged[0]].id)
    sets = {index: set(evidence.damaged(index, prefix)) for index in order}

    def intact_at(path: str, index: int) -> bool:
        entry = evidence.history.at(path, index)
        known = evidence.judged.get(entry.content) if entry is not None else None
        return known is not None and known.answer is Answer.INTACT

    found = healed(sets, intact_at)
    if found is None:
        return None
    path, early, late = found
    return because(
        N_("{path} is damaged at the point {early} and intact at the later point {late}"),
        path=shown(os.fsencode(path)),
        early=evidence.points[early].id,
        late=evidence.points[late].id,
    )
