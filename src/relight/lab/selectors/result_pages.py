"""Pages of results: rows of the list, one patient's page, the page of result sheets.

Owns the views of these pages. Source: docs/design/lab.md, "Results while the laboratory system is down".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from relight.hospital.api import site_list
from relight.kernel.errors import N_
from relight.lab.models import Link, Report, ResultSheet
from relight.lab.selectors.orders import OrderView, orders_by_ids, ward_names, wards_known
from relight.lab.selectors.results import PatientPage
from relight.lab.selectors.sheets import WardDue, sheet_list, sheets_open, wards_due
from relight.lab.types import Validation
from relight.people.api import names_of
from relight.ui.api import Column

COLUMNS = (
    Column(key="patient", label=N_("Patient"), sort=("family", "given"), always=True),
    Column(key="sample", label=N_("Sample"), sort=("sample",), always=True),
    Column(key="ward", label=N_("Ward"), sort=("site", "ward")),
    Column(key="values", label=N_("Values"), numeric=True),
    Column(key="grave", label=N_("Critical")),
    Column(key="standing", label=N_("Validation"), sort=("validation",)),
    Column(key="link", label=N_("Link"), sort=("link__name",)),
    Column(key="made", label=N_("Received"), sort=("made_at",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One report of the list. Args: page: where the patient's results stand. said: the name as the analyzer
    gave it, when no order names the patient."""

    page: UUID
    family: str
    given: str
    said: str
    sample: str
    ward: str
    values: int
    critical: int
    preliminary: bool
    auto: bool
    link: str
    made_at: datetime
    refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSheet:
    """One sheet that was made."""

    row: ResultSheet
    site: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetsPage:
    """Wards with results to print, sheets nobody confirmed, and the last ones. Args: names: of wards by id."""

    due: tuple[tuple[WardDue, str], ...]
    open: tuple[MadeSheet, ...]
    made: tuple[MadeSheet, ...]
    wards: tuple[str, ...]
    sites: tuple[tuple[str, str], ...]
    names: Mapping[str, str]


def result_rows(rows: Sequence[Report]) -> list[ResultRow]:
    """Return the rows of a list page. Six queries, however many rows."""
    orders = orders_by_ids(row.order for row in rows if row.order is not None)
    return [_row(row, orders.get(row.order) if row.order is not None else None) for row in rows]


def _row(row: Any, order: OrderView | None) -> ResultRow:
    said = " ".join(filter(None, (str(row.patient.get(key, "")) for key in ("family", "given"))))
    return ResultRow(
        page=order.id if order else row.pk,
        family=order.family if order else "",
        given=order.given if order else "",
        said="" if order else said,
        sample=row.sample,
        ward=order.ward if order else "",
        values=row.values,
        critical=row.grave,
        preliminary=row.validation == Validation.PRELIMINARY.value,
        auto=row.validation == Validation.AUTO.value,
        link=row.link.name,
        made_at=row.made_at,
        refused=row.state == "refused",
    )


def patient_context(page: PatientPage) -> dict[str, Any]:
    """Return what the patient's page shows: the page, and the names behind ids. Two queries."""
    results = [result for sample in page.samples for result in sample.results]
    return {
        "page": page,
        "person": page.person,
        "links": dict(Link.objects.values_list("pk", "name")),
        "names": names_of({result.validated_by for result in results if result.validated_by}),
    }


def sheets_page() -> SheetsPage:
    """Return the page of result sheets."""
    sites = {site.id: site.name for site in site_list()}
    waiting, made = sheets_open(), sheet_list(limit=30)
    names = names_of({row.by for row in [*waiting, *made]})

    def shown(row: ResultSheet) -> MadeSheet:
        return MadeSheet(row=row, site=sites.get(row.site, row.site), by=names[row.by])

    return SheetsPage(
        due=tuple((due, sites.get(due.site, due.site)) for due in wards_due()),
        open=tuple(shown(row) for row in waiting),
        made=tuple(shown(row) for row in made if row.confirmed_at or row.dropped_at),
        wards=tuple(wards_known()),
        sites=tuple(sites.items()),
        names=ward_names(),
    )
