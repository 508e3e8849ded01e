"""The front page of the activity: what goes on in a period, counted, with what leads to each count.

Owns the counts. Refuses patients: this page is for everybody. One query whatever the number of appointments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext

from relight.activity.models import Appointment
from relight.activity.rules.booked import BookingState
from relight.activity.selectors.lists import NOBODY, PERIODS, list_href, period_condition
from relight.activity.selectors.names import Names, kind_word
from relight.activity.types import Kind, Outcome

SHOWN = (Outcome.KEEP.value, Outcome.MOVE.value, Outcome.ASK.value, Outcome.CANCEL.value)
DIMENSIONS = ("site", "kind", "specialty")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCell:
    """One count and the list it was counted from."""

    outcome: str
    count: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """One site, kind or specialty. Args: cells: by `SHOWN`, then what nobody decided."""

    name: str
    href: str
    cells: tuple[CountCell, ...]
    total: int

    @property
    def going(self) -> int:
        """How many take place: kept or moved."""
        return sum(cell.count for cell in self.cells if cell.outcome in (Outcome.KEEP.value, Outcome.MOVE.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """What goes on in a period. Args: when: a word of `PERIODS`. any: whether any appointment was ever imported."""

    when: str
    cells: dict[str, CountCell]
    total: int
    by_site: tuple[CountRow, ...]
    by_kind: tuple[CountRow, ...]
    by_specialty: tuple[CountRow, ...]
    any: bool

    @property
    def going(self) -> int:
        """How many take place: kept or moved."""
        return self.cells[Outcome.KEEP.value].count + self.cells[Outcome.MOVE.value].count

    @property
    def undecided(self) -> CountCell:
        """What nobody decided yet: no policy was in force when it came."""
        return self.cells[""]


def front_page(*, when: str, at: datetime, names: Names) -> FrontPage:
    """Count the booked appointments of a period by outcome, site, kind and specialty."""
    when = when if when in PERIODS else "week"
    found = (
        Appointment.objects.filter(period_condition(when, at=at), state=BookingState.BOOKED.value)
        .order_by()
        .values_list(*DIMENSIONS, "outcome")
        .annotate(n=Count("id"))
    )
    by: dict[str, dict[str, Counter[str]]] = {name: {} for name in DIMENSIONS}
    totals: Counter[str] = Counter()
    for *values, outcome, count in found:
        totals[outcome] += count
        for name, value in zip(DIMENSIONS, values, strict=True):
            by[name].setdefault(value, Counter())[outcome] += count
    kinds = {kind.value: place for place, kind in enumerate(Kind)}
    total = sum(totals.values())
    return FrontPage(
        when=when,
        cells={outcome: _cell(when, "", "", outcome, totals[outcome]) for outcome in (*SHOWN, "")},
        total=total,
        by_site=_rows(by, "site", when, lambda id: (not id, names.site(id)), names.site),
        by_kind=_rows(by, "kind", when, lambda id: kinds[id], lambda id: kind_word(id).capitalize()),
        by_specialty=_rows(by, "specialty", when, lambda id: (not id, names.specialty(id)), names.specialty),
        any=bool(total) or Appointment.objects.exists(),
    )


def _rows(
    by: dict[str, dict[str, Counter[str]]],
    name: str,
    when: str,
    order: Callable[[str], object],
    word: Callable[[str], str],
) -> tuple[CountRow, ...]:
    found = sorted(by[name].items(), key=lambda pair: order(pair[0]))  # type: ignore[arg-type,return-value]
    return tuple(
        CountRow(
            name=word(value),
            href=list_href(when=when, **{name: value or NOBODY}),
            cells=tuple(_cell(when, name, value, outcome, counts[outcome]) for outcome in SHOWN),
            total=sum(counts.values()),
        )
        for value, counts in found
    )


def _cell(when: str, name: str, value: str, outcome: str, count: int) -> CountCell:
    narrowed = {name: value or NOBODY} if name else {}
    href = list_href(when=when, outcome=outcome or NOBODY, **narrowed)
    return CountCell(outcome=outcome, count=count, href=href)


def period_tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the periods of the front page: word for the address, name, whether it is shown now."""
    return [(word, gettext(PERIODS[word]), word == current) for word in ("today", "week", "ahead")]
