"""The duty roster as pages show it, and who is on duty for a request.

Owns reads of DutyTurn. Source: docs/design/liaison-requests.md, cases 40-49.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from relight.liaison.models import DutyTurn
from relight.liaison.rules.duty import Turn, on_duty
from relight.liaison.rules.numbers import phone_shown
from relight.liaison.selectors.names import site_names, specialty_names


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """A turn as a list shows it. Args: is_now: it covers the moment asked for."""

    row: DutyTurn
    specialty: str
    site: str
    phone: str
    is_now: bool


def turn_of(row: DutyTurn) -> Turn:
    """Return a row as the rules see it."""
    return Turn(
        specialty=row.specialty, site=row.site, name=row.name, phone=row.phone, begins=row.begins_at, ends=row.ends_at,
        rank=row.rank, phone2=row.phone2, note=row.note,
    )  # fmt: skip


def duty_now(*, specialty: str, site: str, at: datetime) -> tuple[Turn, ...]:
    """Return who is on duty for a specialty, whom to call first at the head. One query."""
    if not specialty:
        return ()
    rows = DutyTurn.objects.filter(specialty=specialty, begins_at__lte=at, ends_at__gt=at)
    return on_duty([turn_of(row) for row in rows], specialty=specialty, site=site, at=at)


def duty_query(*, specialty: str = "", site: str = "", since: datetime | None = None) -> QuerySet[DutyTurn]:
    """List turns. Args: site: those of the whole group too. since: those that end later; None for all."""
    rows = DutyTurn.objects.all()
    if specialty:
        rows = rows.filter(specialty=specialty)
    if site:
        rows = rows.filter(site__in=["", site])
    return rows.filter(ends_at__gt=since) if since is not None else rows


def duty_rows(rows: Sequence[DutyTurn], *, at: datetime) -> list[DutyRow]:
    """Make turns ready to be shown. Four queries."""
    sites, specialties = site_names(), specialty_names()
    return [
        DutyRow(
            row=row, specialty=specialties.get(row.specialty, row.specialty), site=sites.get(row.site, row.site),
            phone=" / ".join(phone_shown(one) for one in (row.phone, row.phone2) if one),
            is_now=turn_of(row).covers(at),
        )
        for row in rows
    ]  # fmt: skip
