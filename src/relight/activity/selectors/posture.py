"""How the sites stand: the current saying of each, its past, and the document of `relight status`.

Owns the views. A site nobody has spoken of yet is there too, and says so: no saying is not "open".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext

from relight.activity.models import SitePosture
from relight.activity.rules.posture import BED_WORDS, SITE_WORDS, BedKind, Beds, PostureSaid, SiteState, beds_read
from relight.hospital.api import SiteView, UnitView, site_list, unit_list
from relight.people.api import names_of

PAST_SHOWN = 30
URGENT_TIER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One saying with who said it. at: when."""

    id: UUID
    said: PostureSaid
    at: datetime
    by: str

    @property
    def state_word(self) -> str:
        return gettext(SITE_WORDS[self.said.state])

    @property
    def words(self) -> str:
        """Say it in one line: ambulances, beds, theatres, note."""
        said = self.said
        parts = [gettext("ambulances diverted: %(where)s") % {"where": said.diverted_to}] if said.diverted else []
        for beds in said.beds:
            given = {"kind": gettext(BED_WORDS[beds.kind]), "free": beds.free, "total": beds.total}
            parts.append(gettext("%(kind)s %(free)d/%(total)d") % given)
        if said.theatres:
            given = {"open": said.theatres_open, "total": said.theatres}
            parts.append(gettext("theatres %(open)d/%(total)d") % given)
        return " · ".join([*parts, *([said.note] if said.note else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureView:
    """A site with its current saying, None before anybody said anything.

    units: the site's urgent units that do not work normally, for who reads the two side by side.
    """

    site: str
    site_name: str
    saying: Saying | None
    units: tuple[UnitView, ...] = ()

    @property
    def state(self) -> str:
        return self.saying.said.state.value if self.saying else "unknown"

    @property
    def on_paper(self) -> tuple[UnitView, ...]:
        """The urgent units that are down: what "open" has to be read with."""
        return tuple(unit for unit in self.units if unit.state == "down")

    @property
    def beds(self) -> Mapping[str, Beds]:
        return {beds.kind.value: beds for beds in self.saying.said.beds} if self.saying else {}


def said_of(row: SitePosture) -> PostureSaid:
    """Return what a row says."""
    return PostureSaid(
        state=SiteState(row.state),
        diverted=row.diverted,
        diverted_to=row.diverted_to,
        theatres_open=row.theatres_open,
        theatres=row.theatres,
        beds=beds_read(row.beds),
        note=row.note,
    )


def posture_list() -> list[PostureView]:
    """List the sites in the order of equipping, each with how it stands. Seven queries, however many sites."""
    sites = site_list()
    rows = {row.site: row for row in SitePosture.objects.filter(current=True)}
    names = names_of({row.by for row in rows.values()})
    units = [unit for unit in unit_list() if unit.tier == URGENT_TIER and unit.state != "normal"]
    return [_view(site, rows.get(site.id), names, units) for site in sites]


def _view(site: SiteView, row: SitePosture | None, names: Mapping[str, str], units: list[UnitView]) -> PostureView:
    return PostureView(
        site=site.id,
        site_name=site.name,
        saying=_saying(row, names) if row else None,
        units=tuple(unit for unit in units if unit.site == site.id),
    )


def _saying(row: SitePosture, names: Mapping[str, str]) -> Saying:
    return Saying(id=row.id, said=said_of(row), at=row.at, by=names.get(row.by, row.by))


def posture_past(site: str) -> list[Saying]:
    """List what was said of a site, newest first."""
    rows = list(SitePosture.objects.filter(site=site)[:PAST_SHOWN])
    names = names_of({row.by for row in rows})
    return [_saying(row, names) for row in rows]


def posture_document() -> list[dict[str, object]]:
    """Return how the sites stand as `relight status` gives it: ids and numbers, no names of people."""
    rows = {row.site: row for row in SitePosture.objects.filter(current=True)}
    return [_document(site.id, rows.get(site.id)) for site in site_list()]


def _document(site: str, row: SitePosture | None) -> dict[str, object]:
    if row is None:
        return {"site": site, "state": None}
    said = said_of(row)
    return {
        "site": site,
        "state": said.state.value,
        "diverted": said.diverted,
        "diverted_to": said.diverted_to,
        "beds": [{"kind": beds.kind.value, "free": beds.free, "total": beds.total} for beds in said.beds],
        "theatres": {"open": said.theatres_open, "total": said.theatres},
        "since": row.at.astimezone(UTC).isoformat(),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PosturePage:
    """All sites in a table. Args: kinds: names of the kinds of bed anybody counts. totals: (name, free, staffed) over
    all sites. rows: each site with (name, beds or None), one a kind."""

    kinds: tuple[str, ...]
    rows: tuple[PostureRow, ...]
    totals: tuple[tuple[str, int, int], ...]

    @property
    def diverted(self) -> int:
        return sum(row.view.saying is not None and row.view.saying.said.diverted for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureRow:
    """One site of the table."""

    view: PostureView
    beds: tuple[tuple[str, Beds | None], ...]


def posture_page() -> PosturePage:
    """Lay the sites out as a table."""
    views = posture_list()
    kinds = [kind for kind in BedKind if any(kind.value in view.beds for view in views)]
    names = {kind: gettext(BED_WORDS[kind]) for kind in kinds}
    counted = {kind: [view.beds[kind.value] for view in views if kind.value in view.beds] for kind in kinds}
    return PosturePage(
        kinds=tuple(names.values()),
        rows=tuple(
            PostureRow(view=view, beds=tuple((names[kind], view.beds.get(kind.value)) for kind in kinds))
            for view in views
        ),
        totals=tuple(
            (names[kind], sum(one.free for one in beds), sum(one.total for one in beds))
            for kind, beds in counted.items()
        ),
    )
