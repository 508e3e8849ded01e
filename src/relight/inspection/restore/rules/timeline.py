"""Where damage begins among restore points: bisection, what it assumes, and what says that it does not hold.

Owns the search and the summary of answers. Refuses files: a question about a point is a function.
Source: docs/design/restore-points.md, "Search".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from relight.inspection.restore.types import Answer

Ask = Callable[[int], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What the answers say together; indexes of points, None for none.

    Args: last_intact: the newest point that is intact. first_damaged: the oldest that is damaged. last_undamaged: the
    newest in which no damage was found, though some of it may not have been read. spells: first and last point of each
    run of damaged points.
    """

    last_intact: int | None
    first_damaged: int | None
    last_undamaged: int | None
    spells: tuple[tuple[int, int], ...]


def bisect_first_damaged(points: Sequence[int], ask: Ask) -> int | None:
    """Return the first damaged point, on the assumption that damage does not heal.

    Args: points: indexes, oldest first. ask: judges one point; each is asked once at most.
    Returns: None when the newest point is not damaged. Asks the newest, the oldest and at most log2(n) more.
    """
    if not points or ask(points[-1]) is not Answer.DAMAGED:
        return None
    if len(points) == 1 or ask(points[0]) is Answer.DAMAGED:
        return points[0]
    low, high = 0, len(points) - 1  # low is not damaged, high is
    while high - low > 1:
        middle = (low + high) // 2
        if ask(points[middle]) is Answer.DAMAGED:
            high = middle
        else:
            low = middle
    return points[high]


def summarise(answers: Mapping[int, Answer]) -> Timeline:
    """Sum up one answer a point."""
    order = sorted(answers)
    intact = [index for index in order if answers[index] is Answer.INTACT]
    damaged = [index for index in order if answers[index] is Answer.DAMAGED]
    other = [index for index in order if answers[index] is not Answer.DAMAGED]
    spells: list[tuple[int, int]] = []
    for place, index in enumerate(order):
        if answers[index] is not Answer.DAMAGED:
            continue
        if spells and place and spells[-1][1] == order[place - 1]:
            spells[-1] = (spells[-1][0], index)
        else:
            spells.append((index, index))
    return Timeline(
        last_intact=intact[-1] if intact else None,
        first_damaged=damaged[0] if damaged else None,
        last_undamaged=other[-1] if other else None,
        spells=tuple(spells),
    )


def is_monotone(answers: Mapping[int, Answer], first_damaged: int | None) -> bool:
    """Say whether no known answer contradicts "not damaged before this point, damaged from it on"."""
    for index, answer in answers.items():
        late = first_damaged is not None and index >= first_damaged
        if late and answer is Answer.INTACT:
            return False
        if not late and answer is Answer.DAMAGED:
            return False
    return True


def healed(damaged: Mapping[int, Set[str]], intact_at: Callable[[str, int], bool]) -> tuple[str, int, int] | None:
    """Find a file that was damaged at one point and is intact at a later one.

    Args: damaged: paths by point. intact_at: says whether a path is known to be intact at a point.
    Returns: path, damaged point, intact point; None when nothing healed.
    """
    carried: dict[str, int] = {}
    for index in sorted(damaged):
        for path in sorted(carried.keys() - damaged[index]):
            if intact_at(path, index):
                return path, carried[path], index
        for path in damaged[index]:
            carried.setdefault(path, index)
    return None
