"""Medicines on paper: one line each, with cells for today and tomorrow that already hold what is known.

Owns what stands in a cell. Refuses to reckon hours nobody wrote: a frequency without hours leaves its cells empty.
Source: docs/design/paper.md, case 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from relight.paper.ward_chart import DOSE_CELLS, PaperMedicine
from relight.record.rules.canonical import loads
from relight.record.rules.chart.coding import all_words, one, reference, text
from relight.record.rules.chart.medicines import Dosage, Medicine, medicine_read
from relight.record.selectors.paper_reading import held_of, held_origin, source_words
from relight.record.selectors.paper_words import day_words
from relight.record.types import Held

NEAR_MIN: Final = 90
"""A dose given within this many minutes of a planned hour is that hour's."""
_LOOK_BACK: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """One administration. Args: is_given: else why not."""

    at: datetime
    is_given: bool
    why: str


def medicines_paper(
    *, records: Sequence[UUID], at: datetime, zero: datetime | None
) -> tuple[tuple[PaperMedicine, ...], list[str]]:
    """Print current prescriptions, then what is taken at home. Returns: lines; what is left in the record."""
    given = _given(records, at=at)
    today = localtime(at).date()
    lines: list[PaperMedicine] = []
    stopped = 0
    for held in [*held_of(records, "MedicationRequest"), *held_of(records, "MedicationStatement")]:
        body = loads(held.body)
        medicine = medicine_read(body)
        if medicine.is_current:
            lines.append(_line(held, body, medicine, given.get(held.id, []), today=today, zero=zero))
        else:
            stopped += 1
    lines.sort(key=lambda line: line.name.casefold())
    left = []
    if stopped:
        left.append(ngettext("%(count)d medicine that was stopped or is over",
                             "%(count)d medicines that were stopped or are over", stopped)
                    % {"count": stopped})  # fmt: skip
    return tuple(lines), left


def _line(
    held: Held, body: Any, medicine: Medicine, given: Sequence[_Given], *, today: date, zero: datetime | None
) -> PaperMedicine:
    dosage = medicine.dosages
    hours = tuple(dict.fromkeys(hour for one_ in dosage for hour in one_.timing.hours))
    doses = " / ".join(filter(None, (dose_line(one_) for one_ in dosage)))
    source = source_words(held_origin(held, zero=zero, lasting=True))
    since = day_words(held.clinical_at)
    said = (
        gettext("taken at home") if medicine.kind == "statement" else "",
        gettext("ON HOLD") if medicine.status == "on-hold" else "",
        medicine.by,
        gettext("since {day}").format(day=since) if since else "",
        source,
    )
    cells, more = _cells(hours, [one_ for one_ in given if localtime(one_.at).date() == today])
    notes = [medicine.reason, medicine.note, more]
    return PaperMedicine(
        name=medicine.name or gettext("medicine without a name"),
        dose=", ".join(filter(None, (medicine.form, doses))),
        by=" · ".join(filter(None, said)),
        note=" · ".join(filter(None, (" ".join(part.split()) for part in notes))),
        today=cells,
        tomorrow=hours[:DOSE_CELLS],
    )


def dose_line(dosage: Dosage) -> str:
    """Write dose, route and frequency; the prescriber's own words too, where they say more."""
    amount = " ".join(filter(None, (dosage.dose, dosage.unit)))
    needed = ""
    if dosage.as_needed:
        needed = gettext("if needed")
        needed = f"{needed} ({dosage.as_needed_for})" if dosage.as_needed_for else needed
    most = gettext("at most {dose}").format(dose=dosage.most) if dosage.most else ""
    if dosage.text:
        said = dosage.dose in dosage.text or dosage.dose.replace(".", ",") in dosage.text
        return ", ".join(filter(None, ("" if said else amount, dosage.text, needed, most)))
    return ", ".join(filter(None, (amount, dosage.rate, dosage.route, frequency_words(dosage), needed, most)))


def frequency_words(dosage: Dosage) -> str:
    """Write how often: hours where they are said, else a count in a time, else the code."""
    timing = dosage.timing
    if timing.hours:
        return " ".join(timing.hours)
    if timing.count and timing.unit:
        unit = {"d": gettext("day"), "h": gettext("h"), "wk": gettext("week"), "mo": gettext("month")}.get(
            timing.unit, timing.unit
        )
        return f"{timing.count}× / {timing.period + ' ' if timing.period not in ('', '1') else ''}{unit}"
    return timing.code or " ".join(timing.when)


def _cells(hours: Sequence[str], given: Sequence[_Given]) -> tuple[tuple[str, ...], str]:
    """Fill the cells of today: what was given, then the hours still to come. Returns: cells; what fits none of them."""
    done = sorted(given, key=lambda one_: one_.at)
    minutes = [_minute(localtime(one_.at).strftime("%H:%M")) for one_ in done]
    ahead = [hour for hour in hours if not any(abs(_minute(hour) - minute) <= NEAR_MIN for minute in minutes)]
    cells = [f"{localtime(one_.at):%H:%M} {'✓' if one_.is_given else '✗ ' + one_.why[:18]}" for one_ in done] + ahead
    more = ""
    if len(cells) > DOSE_CELLS:
        last = cells[DOSE_CELLS - 1 :]
        more = gettext("today also: {cells}").format(cells=", ".join(last))
        cells = [*cells[: DOSE_CELLS - 1], "…"]
    return tuple(cells), more


def _minute(hour: str) -> int:
    whole, _, part = hour.partition(":")
    return int(whole) * 60 + int(part) if whole.isdigit() and part.isdigit() else -10_000


def _given(records: Sequence[UUID], *, at: datetime) -> dict[UUID, list[_Given]]:
    """Read what was given lately, by prescription."""
    found: dict[UUID, list[_Given]] = {}
    for held in held_of(records, "MedicationAdministration", limit=400):
        if held.clinical_at is None or at - held.clinical_at > _LOOK_BACK:
            continue
        body = loads(held.body)
        status = text(body.get("status"))
        if status not in ("completed", "in-progress", "not-done"):
            continue
        request = reference(one(body.get("request")))[1]
        if request is not None:
            why = all_words(body.get("statusReason"))
            found.setdefault(request, []).append(_Given(at=held.clinical_at, is_given=status != "not-done", why=why))
    return found
