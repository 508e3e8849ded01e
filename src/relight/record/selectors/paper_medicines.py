"""Medicines on paper: what goes on here with cells for today and tomorrow; then what was taken before the outage.

Owns what stands in a cell. A prescription of before is printed without hours, and once only: who goes on from it here
stands for it. What a line says comes from `selectors.medicines`. Source: docs/design/paper.md, case 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext, ngettext

from relight.paper.ward_chart import DOSE_CELLS, PaperMedicine
from relight.record.rules.medication.giving import Given
from relight.record.rules.medication.orders import State
from relight.record.rules.medication.timing import due_times
from relight.record.selectors.medicines import MedicineView, given_read, medicines_read
from relight.record.selectors.paper_reading import source_words
from relight.record.selectors.paper_words import day_words

WHY_CHARS = 18


def medicines_paper(*, records: Sequence[UUID], at: datetime) -> tuple[tuple[PaperMedicine, ...], list[str]]:
    """Print what goes on here, then what was going on before the outage. Returns: lines; what is left in the record."""
    page = medicines_read(records=records, at=at)
    day = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    given: dict[str, list[Given]] = {}
    for one in given_read(records=records, since=day):
        given.setdefault(one.request, []).append(one)
    lines = [_line(view, given.get(str(view.id), []), day=day) for view in page.current]
    lines += [_line_before(view) for view in page.before]
    left = []
    if page.over:
        left.append(ngettext("%(count)d medicine that was stopped or is over",
                             "%(count)d medicines that were stopped or are over", len(page.over))
                    % {"count": len(page.over)})  # fmt: skip
    return tuple(lines), left


def _line(view: MedicineView, given: Sequence[Given], *, day: datetime) -> PaperMedicine:
    held = view.state is State.HELD
    today = () if held else _due(view, day)
    tomorrow = () if held else _due(view, day + timedelta(days=1))
    cells, more = _cells(today, [one for one in given if one.at < day + timedelta(days=1)])
    marks = (
        gettext("ON HOLD") if held else "",
        gettext("BY TELEPHONE, to be confirmed") if view.to_confirm else "",
        view.line.reason,
        view.line.note,
        more,
    )
    return PaperMedicine(
        name=view.words.name or gettext("medicine without a name"),
        dose=_unbroken(view.words.whole),
        by=_by(view),
        note=_joined(marks),
        today=cells,
        tomorrow=tuple(f"{localtime(one):%H:%M}" for one in tomorrow[:DOSE_CELLS]),
    )


def _line_before(view: MedicineView) -> PaperMedicine:
    """Print what was taken before: nobody here has said yet that it goes on, so that no hour is printed."""
    warning = gettext("FROM BEFORE, not taken up here: ask a prescriber before giving it")
    return PaperMedicine(
        name=view.words.name or gettext("medicine without a name"),
        dose=_unbroken(view.words.whole),
        by=_by(view),
        note=_joined((warning, view.line.note)),
    )


def _by(view: MedicineView) -> str:
    since = day_words(view.line.authored)
    parts = (view.line.requester, gettext("since {day}").format(day=since) if since else "", source_words(view.origin))
    return " · ".join(filter(None, parts))


def _unbroken(text: str) -> str:
    """Keep a number and what follows it on one line: a unit that stands alone is read with another number."""
    return re.sub(r"(?<=\d) (?=[^\W\d]|%)", "\u00a0", text)


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(filter(None, (" ".join(part.split()) for part in parts)))


def _due(view: MedicineView, day: datetime) -> tuple[datetime, ...]:
    return due_times(view.line.schedule, since=day, until=day + timedelta(days=1), zone=get_current_timezone())


def _cells(due: Sequence[datetime], given: Sequence[Given]) -> tuple[tuple[str, ...], str]:
    """Fill the cells of today: what was recorded, then the hours nothing was recorded for. Returns: cells; what fits
    none of them."""
    answered = {one.due for one in given if one.due is not None}
    cells = [_given_words(one) for one in sorted(given, key=lambda one: one.at)]
    cells += [f"{localtime(moment):%H:%M}" for moment in due if moment not in answered]
    if len(cells) <= DOSE_CELLS:
        return tuple(cells), ""
    kept, rest = cells[: DOSE_CELLS - 1], cells[DOSE_CELLS - 1 :]
    return (*kept, "…"), gettext("today also: {cells}").format(cells=", ".join(rest))


def _given_words(one: Given) -> str:
    mark = "✓" if one.is_given else f"✗ {one.reason[:WHY_CHARS]}"
    return f"{localtime(one.at):%H:%M} {mark}".strip()
