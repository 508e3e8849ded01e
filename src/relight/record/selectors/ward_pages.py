"""The wards as pages show them: every ward with its counts, one ward with its beds.

Owns what a row says and which wards somebody may enter. Refuses to journal: the views note whose names were shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.timezone import localtime

from relight.hospital.api import UnitView, unit_list
from relight.kernel.act import Act
from relight.kernel.errors import N_
from relight.record import errors
from relight.record.selectors.access import ward_reached
from relight.record.selectors.faces import FaceView
from relight.record.selectors.rows import id_in, id_or_none, time_in
from relight.record.selectors.ward_marks import Marks, asked_of, marks_of
from relight.record.selectors.wards import InBed, bed_board
from relight.ui.api import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class WardCard:
    """A ward with its counts. Args: arrived: since midnight, by admission or from another ward. unasked: nobody asked
    about allergies. reached: whether the reader may enter it."""

    site: str
    ward: str
    name: str
    site_name: str
    in_house: int
    arrived: int
    unknown: int
    unasked: int
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWards:
    """The wards of a site: those with patients or of the reader first; `empty` are services with nobody in them."""

    site: str
    name: str
    wards: tuple[WardCard, ...]
    empty: tuple[WardCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HousePage:
    """All wards somebody sees. Args: own: those they may enter. unplaced: in the house, their source says no ward."""

    sites: tuple[SiteWards, ...]
    own: tuple[WardCard, ...]
    unplaced: int

    @property
    def in_house(self) -> int:
        """Count the patients of the wards the reader may enter."""
        return sum(card.in_house for card in self.own)

    @property
    def arrived(self) -> int:
        """Count who came into them today."""
        return sum(card.arrived for card in self.own)

    @property
    def unknown(self) -> int:
        """Count their patients nobody could name yet."""
        return sum(card.unknown for card in self.own)

    @property
    def unasked(self) -> int:
        """Count their patients whose allergies nobody asked for."""
        return sum(card.unasked for card in self.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lying:
    """An open stay, with what the counts need."""

    patient: UUID
    site: str
    ward: str
    since: datetime | None
    is_unknown: bool
    leads_to: UUID | None


def wards_page(*, act: Act) -> HousePage:
    """Count every ward of the sites somebody's roles reach. Some five statements, whatever the number of patients."""
    lying = _lying()
    units = {(unit.site, unit.service): unit for unit in unit_list()}
    merged = {one.patient: one.leads_to for one in lying if one.leads_to is not None}
    asked = asked_of({one.patient for one in lying}, merged=merged)
    by_ward: dict[tuple[str, str], list[_Lying]] = defaultdict(list)
    for one in lying:
        by_ward[one.site, one.ward].append(one)
    places = dict.fromkeys([*units, *(place for place in by_ward if all(place))])
    today = localtime(act.at).replace(hour=0, minute=0, second=0, microsecond=0)
    cards = [
        _card(place, unit=units.get(place), lying=by_ward.get(place, ()), asked=asked, today=today, act=act)
        for place in places
        if _site_seen(act, place[0])
    ]
    unplaced = {merged.get(one.patient, one.patient) for one in lying if not (one.site and one.ward)}
    return HousePage(
        sites=_sites(cards), own=tuple(card for card in cards if card.reached), unplaced=len(unplaced)
    )  # fmt: skip


def _site_seen(act: Act, site: str) -> bool:
    """A role limited to sites sees the counts of all wards of these, and of no other site."""
    sites = {word.removeprefix("site:") for word in act.scope if word.startswith("site:")}
    return not sites or site in sites


def _card(
    place: tuple[str, str], *, unit: UnitView | None, lying: Sequence[_Lying], asked: frozenset[UUID], today: datetime,
    act: Act,
) -> WardCard:  # fmt: skip
    site, ward = place
    people = {one.leads_to or one.patient: one for one in lying}
    return WardCard(
        site=site, ward=ward, name=unit.service_name if unit else ward, site_name=unit.site_name if unit else site,
        in_house=len(people),
        arrived=sum(one.since is not None and one.since >= today for one in people.values()),
        unknown=sum(one.is_unknown for one in people.values()),
        unasked=len(people.keys() - asked),
        reached=ward_reached(act=act, site=site, ward=ward),
    )  # fmt: skip


def _sites(cards: Iterable[WardCard]) -> tuple[SiteWards, ...]:
    by_site: dict[str, list[WardCard]] = defaultdict(list)
    for card in cards:
        by_site[card.site].append(card)
    return tuple(
        SiteWards(
            site=site,
            name=held[0].site_name,
            wards=tuple(sorted((c for c in held if c.in_house), key=lambda c: (not c.reached, c.name.casefold()))),
            empty=tuple(c for c in held if not c.in_house),
        )
        for site, held in by_site.items()
    )


def _lying() -> list[_Lying]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.patient, s.site, s.ward, s.since, f.is_unknown, f.merged_into FROM record_stay s"
            " JOIN record_patientface f ON f.patient = s.patient WHERE s.is_open"
        )
        return [
            _Lying(
                patient=id_in(patient), site=site, ward=ward, since=time_in(since) if since else None,
                is_unknown=bool(unknown), leads_to=id_or_none(merged),
            )
            for patient, site, ward, since, unknown, merged in cursor.fetchall()
        ]  # fmt: skip


# -- one ward ----------------------------------------------------------------------------------------------

COLUMNS = (
    Column(key="bed", label=N_("Bed"), sort=("has_bed", "bed_key"), always=True),
    Column(key="patient", label=N_("Patient"), sort=("name",), always=True),
    Column(key="born", label=N_("Born, age, sex"), sort=("birth",)),
    Column(key="since", label=N_("Here since"), sort=("since",)),
    Column(key="allergies", label=N_("Allergies"), sort=("allergy_rank", "bed_key")),
    Column(key="news2", label=N_("NEWS2"), sort=("score_rank", "bed_key")),
    Column(key="requested", label=N_("Requested, open"), sort=("requested_rank", "bed_key"), numeric=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WardRow:
    """A row of a ward: somebody in a bed, in none yet (`bed` empty), or a free bed (`face` None).

    Args: shared: somebody else lies in the same bed, by what is written.
    """

    bed: str
    patient: UUID | None = None
    face: FaceView | None = None
    since: datetime | None = None
    marks: Marks | None = None
    shared: bool = False

    @property
    def has_bed(self) -> int:
        """Sort who has no bed yet last."""
        return 0 if self.bed else 1

    @property
    def bed_key(self) -> tuple[int, str]:
        """Sort beds as people count them: 2 before 12."""
        digits = "".join(c for c in self.bed if c.isdigit())
        return (int(digits) if digits else 0, self.bed)

    @property
    def name(self) -> str | None:
        """Sort by name, free beds last."""
        return self.face.name if self.face else None

    @property
    def birth(self) -> str | None:
        """Sort by birth date, unknown ones last."""
        return self.face.birth or None if self.face else None

    @property
    def allergy_rank(self) -> int:
        """Sort who was not asked first, then who is allergic."""
        order = {"not-asked": 0, "allergic": 1, "none-known": 2}
        return order[self.marks.state.value] if self.marks else 3

    @property
    def score_rank(self) -> int:
        """Sort the highest score first, those without one last."""
        return -self.marks.score.total if self.marks and self.marks.score else 1

    @property
    def requested_rank(self) -> int:
        """Sort who waits for most first."""
        return -self.marks.requested if self.marks else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WardPage:
    """A ward. Args: rows: beds in order, free ones too, then who has none."""

    site: str
    ward: str
    name: str
    site_name: str
    rows: tuple[WardRow, ...]

    @property
    def people(self) -> tuple[WardRow, ...]:
        """Return the rows with somebody in them."""
        return tuple(row for row in self.rows if row.face is not None)

    @property
    def free(self) -> int:
        """Count the beds nobody lies in."""
        return sum(row.face is None for row in self.rows)

    @property
    def unknown(self) -> int:
        """Count patients nobody could name yet."""
        return sum(row.face is not None and row.face.is_unknown for row in self.rows)

    @property
    def unasked(self) -> int:
        """Count patients whose allergies nobody asked for."""
        return sum(row.marks is not None and row.marks.state.value == "not-asked" for row in self.rows)

    @property
    def urgent(self) -> int:
        """Count patients whose last score asks for an emergency answer."""
        return sum(bool(row.marks and row.marks.score and row.marks.score.look == "down") for row in self.rows)

    @property
    def patients(self) -> tuple[UUID, ...]:
        """Return whose names the page shows."""
        return tuple(dict.fromkeys(row.patient for row in self.rows if row.patient is not None))


def ward_page(*, act: Act, site: str, ward: str) -> WardPage:
    """Return a ward with its beds. Some ten statements, whatever the number of patients.

    Raises: RL-REC-242 for a ward outside the reader's, RL-REC-300 for one that is not.
    """
    unit = next((one for one in unit_list() if (one.site, one.service) == (site, ward)), None)
    board = bed_board(site=site, ward=ward)
    if unit is None and not board:
        raise errors.NO_WARD.error(where="ward")
    if not ward_reached(act=act, site=site, ward=ward):
        raise errors.NOT_YOUR_WARD.error(where="ward")
    merged = {one.stay.patient: one.patient for row in board for one in row.people if one.stay.patient != one.patient}
    marks = marks_of([one.patient for row in board for one in row.people], merged=merged)
    rows: list[WardRow] = []
    for row in board:
        rows += [_row(one, marks=marks, shared=len(row.people) > 1 and bool(row.bed)) for one in row.people]
        if not row.people and row.bed:
            rows.append(WardRow(bed=row.bed))
    return WardPage(
        site=site, ward=ward, name=unit.service_name if unit else ward, site_name=unit.site_name if unit else site,
        rows=tuple(rows),
    )  # fmt: skip


def _row(one: InBed, *, marks: Mapping[UUID, Marks], shared: bool) -> WardRow:
    return WardRow(
        bed=one.stay.bed, patient=one.patient, face=one.face, since=one.stay.since, marks=marks.get(one.patient),
        shared=shared,
    )  # fmt: skip


def wards_choices(*, act: Act, all_of_them: bool = False) -> list[tuple[str, str]]:
    """List wards to choose from: (`arlon/emergency`, name), the reader's own first. One read of the hospital.

    Before a hospital is described, the wards somebody lies in.
    """
    units = [(unit.site, unit.service, unit.name) for unit in unit_list()]
    units = units or [(site, ward, f"{ward} · {site}") for site, ward in _wards_used()]
    reached = [ward_reached(act=act, site=site, ward=ward) for site, ward, _ in units]
    own = [unit for unit, mine in zip(units, reached, strict=True) if mine]
    others = [unit for unit, mine in zip(units, reached, strict=True) if not mine] if all_of_them else []
    return [(f"{site}/{ward}", name) for site, ward, name in (*own, *others)]


def _wards_used() -> list[tuple[str, str]]:
    return sorted({(one.site, one.ward) for one in _lying() if one.site and one.ward})


def ward_default(*, act: Act, site: str, ward: str) -> str:
    """Return the ward of the workstation when the reader may enter it, else the only one they may, else nothing."""
    own = [value for value, _ in wards_choices(act=act)]
    here = f"{site}/{ward}"
    return here if here in own else own[0] if len(own) == 1 else ""
