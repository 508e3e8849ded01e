"""What the board and the policy page show, ready for their templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from relight.fleet.models import LineItem
from relight.fleet.rules.policy import Policy
from relight.fleet.rules.words import Words
from relight.fleet.selectors.counts import Cell, board_cells, items_href, waiting_longest
from relight.fleet.selectors.policy import SHIPPED, policy_current, policy_path, words_now
from relight.fleet.types import KIND_PLURALS, KLASS_WORDS, Kind, State
from relight.hospital.api import SiteView, site_list

SHOWN = tuple(state for state in State if state is not State.RETIRED)
WAITING = tuple(state for state in SHOWN if state not in (State.SEEN, State.ADMITTED))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCell:
    """One number of the board and the list it stands for."""

    state: str
    word: str
    count: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One site: its zone segment and its numbers."""

    name: str
    zone: str
    href: str
    total: int
    cells: tuple[BoardCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One stage: how many stand in it, since when the longest, and those that wait longest, with their site."""

    state: str
    word: str
    count: int
    href: str
    oldest: datetime | None
    items: tuple[tuple[LineItem, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """The board of one kind of item."""

    kind: str
    kinds: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[BoardRow, ...]
    total: int


def board_page(*, kind: Kind) -> BoardPage:
    """Gather the board of one kind. One read for the numbers, one per stage for the longest waits."""
    cells = board_cells(kind=kind)
    words = words_now()
    sites = site_list()
    known = {site.id for site in sites}
    others = sorted({site for site, _ in cells} - known, key=lambda site: (site == "", site))
    views: list[tuple[str, str, str]] = [(site.id, site.name, _zone(site)) for site in sites]
    views += [(site, site or gettext("not placed yet"), "") for site in others]
    names = {site.id: site.name for site in sites}
    columns = tuple(_column(state, kind, cells, words, names) for state in SHOWN)
    rows = tuple(_row(site, name, zone, kind, cells, words) for site, name, zone in views)
    return BoardPage(
        kind=kind.value,
        kinds=tuple((word.value, gettext(KIND_PLURALS[word])) for word in Kind),
        columns=columns,
        rows=rows,
        total=sum(column.count for column in columns),
    )


def _zone(site: SiteView) -> str:
    return site.zone.value


def _column(
    state: State, kind: Kind, cells: Mapping[tuple[str, State], Cell], words: Words, names: Mapping[str, str]
) -> Column:
    mine = [cell for (_, at), cell in cells.items() if at is state]
    waiting = waiting_longest(kind=kind, state=state) if state in WAITING and mine else []
    return Column(
        state=state.value,
        word=words.state(state),
        count=sum(cell.count for cell in mine),
        href=items_href(kind=kind.value, state=state.value),
        oldest=min((cell.oldest for cell in mine if cell.oldest), default=None) if state in WAITING else None,
        items=tuple((item, names.get(item.site, item.site)) for item in waiting),
    )


def _row(
    site: str, name: str, zone: str, kind: Kind, cells: Mapping[tuple[str, State], Cell], words: Words
) -> BoardRow:
    found = [(state, cells[site, state].count if (site, state) in cells else 0) for state in SHOWN]
    at = site or "-"
    return BoardRow(
        name=name,
        zone=zone,
        href=items_href(kind=kind.value, site=at, state="working"),
        total=sum(count for _, count in found),
        cells=tuple(
            BoardCell(
                state=state.value,
                word=words.state(state),
                count=count,
                href=items_href(kind=kind.value, site=at, state=state.value),
            )
            for state, count in found
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCheckLine:
    """One check as the policy page shows it."""

    name: str
    roles: str
    files: str
    hint: str
    guidance: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPage:
    """The policy in force. Args: own: the hospital's own file replaces the shipped one."""

    policy: Policy
    own: bool
    classes: tuple[tuple[str, tuple[tuple[str, tuple[PolicyCheckLine, ...]], ...]], ...]


def policy_page() -> PolicyPage:
    """Gather the policy in the reader's language."""
    policy, words = policy_current(), words_now()
    lines = {
        check.id: PolicyCheckLine(
            name=words.check(check),
            roles=words.role_list(check.roles),
            files=check.files.value,
            hint=words.text(check.note) if check.note else "",
            guidance=tuple(str(citation) for citation in check.guidance),
        )
        for check in policy.checks.values()
    }
    classes = tuple(
        (
            gettext(KLASS_WORDS[klass]),
            tuple((words.stage(step.stage), tuple(lines[c.id] for c in step.checks)) for step in line.stages),
        )
        for klass, line in policy.lines.items()
    )
    return PolicyPage(policy=policy, own=policy_path() != SHIPPED, classes=classes)
