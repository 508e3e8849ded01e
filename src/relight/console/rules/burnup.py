"""The burn-up of the situation page: which series it has, what it says to a reader who cannot see it.

Pure: words and the writing of numbers come in. Source: docs/design/console.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relight.console.types import DayCount
from relight.paper.charts import BurnUp, Form, Series


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnWords:
    """The words of the chart in the reader's language. Args: day_prefix: `D+` or `J+`."""

    title: str
    admitted: str
    in_line: str
    expected: str
    day_prefix: str


def burn_up_of(days: Sequence[DayCount], *, words: BurnWords, number: Callable[[int], str]) -> BurnUp | None:
    """Make the chart of what came back.

    Args: days: rising, without a hole. Returns: None before the first day is over nothing was
    counted, so that an empty hospital shows no empty chart.
    """
    if not days or not any(day.admitted or day.in_line or day.expected for day in days):
        return None
    series = [
        Series(key="admitted", label=words.admitted, form=Form.AREA, values=tuple(day.admitted for day in days)),
        Series(key="in-line", label=words.in_line, form=Form.BAND, values=tuple(day.in_line for day in days)),
    ]
    if any(day.expected for day in days):
        series.append(
            Series(key="expected", label=words.expected, form=Form.LINE, values=tuple(d.expected for d in days))
        )
    told = "; ".join(
        f"{words.day_prefix}{days[-1].day}: " * (one is series[0]) + f"{number(one.values[-1])} {one.label}"
        for one in series
    )
    first = f"{words.day_prefix}{days[0].day}: {number(days[0].admitted)} {words.admitted}"
    return BurnUp(
        title=words.title,
        description=f"{first}. {told}.",
        days=tuple(day.day for day in days),
        day_prefix=words.day_prefix,
        series=tuple(series),
        number=number,
    )
