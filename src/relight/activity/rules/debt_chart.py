"""The chart of the debt: which specialties it draws apart, what it says to a reader who cannot see it.

Pure: words and the writing of numbers come in. Source: docs/design/debt.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from relight.paper.charts import BurnUp, Form, Series

APART = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtWords:
    """The words of the chart in the reader's language. Args: rest: of all specialties not drawn apart."""

    title: str
    rest: str
    day_prefix: str


def debt_chart(
    counts: Mapping[str, Sequence[int]],
    *,
    days: Sequence[int],
    words: DebtWords,
    name: Callable[[str], str],
    number: Callable[[int], str],
) -> BurnUp | None:
    """Make the chart: the largest specialties one on the other, the rest on top as one.

    Args: counts: what waited at the end of each day, by specialty. days: of the crisis, rising without a hole.
    Returns: None where nothing ever waited.
    """
    ordered = sorted((one for one in counts if max(counts[one], default=0)), key=lambda one: (-max(counts[one]), one))
    if not ordered or not days:
        return None
    drawn = [(name(one), tuple(counts[one])) for one in ordered[:APART]]
    if ordered[APART:]:
        drawn.append((words.rest, tuple(map(sum, zip(*(counts[one] for one in ordered[APART:]), strict=True)))))
    series = tuple(
        Series(key=f"d{place}", label=label, form=Form.STACK if place else Form.AREA, values=values)
        for place, (label, values) in enumerate(drawn)
    )
    told = "; ".join(f"{number(one.values[-1])} {one.label}" for one in series)
    return BurnUp(
        title=words.title,
        description=f"{words.day_prefix}{days[-1]}: {told}.",
        days=tuple(days),
        day_prefix=words.day_prefix,
        series=series,
        number=number,
    )
