"""The list pages: dependencies (services by site, functions) and zone segments.

Owns their rows. Source of the numbers: stored levels only, never a recomputation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from relight.hospital.rules.zones import SIGNATURES
from relight.hospital.selectors.expected import expected_shown
from relight.hospital.selectors.names import Naming
from relight.hospital.selectors.parts import Overview, naming_now, overview
from relight.hospital.types import LEVEL_WORDS, FunctionView, Level, NodeKind, SiteView, UnitView, ZoneState
from relight.kernel.errors import N_
from relight.people.api import names_of
from relight.ui.api import Column, Link, Matrix, MatrixCell, MatrixRow, date_words


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionRow:
    """A function as a row: its needs by name, whether it is accepted in words."""

    view: FunctionView
    href: str
    word: str
    needs: tuple[Link, ...]
    acceptance: str
    owner: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """Everything the page of dependencies shows."""

    whole: Overview
    tiers: tuple[tuple[int, Matrix], ...]
    functions: tuple[FunctionRow, ...]
    unit_counts: dict[str, int]
    function_counts: dict[str, int]

    @property
    def units_working(self) -> int:
        return self.unit_counts["degraded"] + self.unit_counts["normal"]


def index_page() -> IndexPage:
    """Gather the page of dependencies. Five queries, whatever its size."""
    whole = overview()
    naming = naming_now()
    units, functions = Counter(unit.state for unit in whole.units), Counter(f.state for f in whole.functions)
    return IndexPage(
        whole=whole,
        tiers=tuple((tier, _matrix(whole, tier)) for tier in sorted({unit.tier for unit in whole.units})),
        functions=tuple(_function(view, naming) for view in whole.functions) if naming else (),
        unit_counts={state: units[state] for state in ("normal", "degraded", "down")},
        function_counts={state: functions[state] for state in ("up", "degraded", "down")},
    )


def _function(view: FunctionView, naming: Naming) -> FunctionRow:
    needs = [(need, "") for need in view.vital] + [(need, gettext("useful")) for need in view.useful]
    words = {None: "", True: gettext("accepted"), False: gettext("not accepted")}
    return FunctionRow(
        view=view,
        href=reverse("hospital:node", args=[view.id]),
        word=gettext(LEVEL_WORDS[NodeKind.FUNCTION, view.level]),
        needs=tuple(
            Link(label=naming.node(id), href=reverse("hospital:node", args=[id]), note=note) for id, note in needs
        ),
        acceptance=words[view.accepted],
        owner=naming.owner(view.owner),
        expected=expected_shown(view.expected),
    )


def _matrix(whole: Overview, tier: int) -> Matrix:
    """Lay the units of a tier out: services down, sites across."""
    rows: dict[str, dict[str, UnitView]] = {}
    for unit in whole.units:
        if unit.tier == tier:
            rows.setdefault(unit.service, {})[unit.site] = unit
    return Matrix(
        caption=gettext("Services of priority %(tier)d by site") % {"tier": tier},
        corner=gettext("Service"),
        columns=tuple(Link(label=site.name) for site in whole.sites),
        rows=tuple(
            MatrixRow(
                head=Link(label=next(iter(units.values())).service_name),
                cells=tuple(_cell(units.get(site.id)) for site in whole.sites),
            )
            for units in rows.values()
        ),
    )


def _cell(unit: UnitView | None) -> MatrixCell:
    if unit is None:
        return MatrixCell()
    state = "paper" if unit.level is Level.DOWN else unit.state
    return MatrixCell(state=state, href=reverse("hospital:node", args=[unit.id]))


FUNCTION_COLUMNS = (
    Column(key="name", label=N_("Function"), sort=("name",), always=True, value=lambda row: row.view.name),
    Column(key="state", label=N_("State"), sort=("state",), value=lambda row: row.word),
    Column(key="since", label=N_("Since"), sort=("since",), value=lambda row: _when(row.view.since)),
    Column(key="owner", label=N_("Owner"), sort=("owner",), value=lambda row: row.owner),
    Column(key="needs", label=N_("Needs"), value=lambda row: ", ".join(need.label for need in row.needs)),
    Column(key="acceptance", label=N_("Acceptance"), sort=("acceptance",), value=lambda row: row.acceptance),
    Column(key="expected", label=N_("Expected back"), sort=("expected",), value=lambda row: row.expected),
)
_SORTS: dict[str, Callable[[FunctionRow], object]] = {
    "name": lambda row: row.view.name.casefold(),
    "state": lambda row: (row.view.level, row.view.name.casefold()),
    "since": lambda row: row.view.since,
    "expected": lambda row: (row.view.expected is None, row.view.expected and row.view.expected.median.toordinal()),
    "owner": lambda row: (row.owner.casefold(), row.view.name.casefold()),
    "acceptance": lambda row: (row.acceptance, row.view.name.casefold()),
}


def _when(at: datetime) -> str:
    return date_format(localtime(at), "Y-m-d H:i")


def function_rows(page: IndexPage, *, state: str, sort: str, descending: bool) -> list[FunctionRow]:
    """Narrow the functions to a state (any other word narrows nothing) and sort them."""
    known = state in page.function_counts
    rows = [row for row in page.functions if not known or row.view.state == state]
    return sorted(rows, key=_SORTS[sort], reverse=descending)  # type: ignore[arg-type] # each key compares with itself


# -- zone segments --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRow:
    """A site's segment. signed: who has signed the opening, in words. mine: the reader is one of them.

    falls: units at the site that work now and would go to paper when it closes.
    """

    site: SiteView
    is_next: bool
    signed: tuple[str, ...]
    mine: bool
    falls: int
    units: int

    @property
    def may_build(self) -> bool:
        return self.site.zone in (ZoneState.PLANNED, ZoneState.CLOSED)

    @property
    def may_sign(self) -> bool:
        return self.site.zone is ZoneState.BUILDING

    @property
    def may_close(self) -> bool:
        return self.site.zone in (ZoneState.BUILDING, ZoneState.OPEN)

    @property
    def lacking(self) -> int:
        return max(0, SIGNATURES - len(self.signed))


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonesPage:
    """The segments in the order of equipping."""

    rows: tuple[ZoneRow, ...]
    next_name: str
    open_count: int


def zones_page(*, actor: str) -> ZonesPage:
    """Gather the page of segments. actor: who looks, so that nobody is offered to sign twice."""
    whole = overview()
    names = names_of({signer.actor for site in whole.sites for signer in site.signers})
    rows = []
    for site in whole.sites:
        units = [unit for unit in whole.units if unit.site == site.id]
        signed = tuple(
            gettext("%(name)s, %(at)s")
            % {
                "name": names.get(signer.actor, signer.actor),
                "at": date_words(signer.at, now=None, day_zero=whole.day_zero),
            }
            for signer in site.signers
        )
        rows.append(
            ZoneRow(
                site=site,
                is_next=site.id == whole.next_site,
                signed=signed,
                mine=any(signer.actor == actor for signer in site.signers),
                falls=sum(unit.level > Level.DOWN for unit in units),
                units=len(units),
            )
        )
    named = {site.id: site.name for site in whole.sites}
    return ZonesPage(
        rows=tuple(rows),
        next_name=named.get(whole.next_site or "", ""),
        open_count=sum(site.is_open for site in whole.sites),
    )
