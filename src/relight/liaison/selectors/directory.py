"""Reads of the directory: practitioners by search and filter, lines by site and specialty, who answers now.

Owns the order in which lines are offered: open ones first, those of the site before those of all sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from relight.liaison import errors
from relight.liaison.models import Desk, DirectoryFile, Practitioner
from relight.liaison.rules.calendar import holiday_name, is_holiday
from relight.liaison.rules.hours import hours_read, hours_shown, is_open, opens_next
from relight.liaison.rules.numbers import phone_shown, registration_shown
from relight.liaison.rules.table import plain
from relight.liaison.selectors.names import language_now, site_names, specialty_names
from relight.liaison.types import DESK_WORDS, LANGUAGE_WORDS, WAY_WORDS, DeskKind, Way

SHORTEST_WORD = 2  # letters that name no specialty yet


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerRow:
    """A practitioner as a list shows them, in the reader's language."""

    row: Practitioner
    number: str
    specialty: str
    languages: str
    way: str
    phone: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """A line as a list shows it. is_open: None when its hours are not known. opens: when it answers again."""

    row: Desk
    kind: str
    site: str
    specialty: str
    phone: str
    fax: str
    hours: str
    is_open: bool | None
    opens: datetime | None
    send: str
    how: str

    @property
    def state(self) -> str:
        return {True: "open", False: "closed", None: "unknown"}[self.is_open]


def practitioner_query(  # noqa: PLR0913 - the filters of a list
    *, text: str = "", way: str = "", language: str = "", city: str = "", specialty: str = "", inactive: bool = False
) -> QuerySet[Practitioner]:
    """Filter practitioners. Args: text: name, practice, place, registration number or telephone, accents aside."""
    rows = Practitioner.objects.filter(active=not inactive)
    specialties = [(id, plain(name)) for id, name in specialty_names().items()] if text else []
    for word in plain(text).split():
        digits = word.removeprefix("0") if word.isdigit() else word
        named = [id for id, name in specialties if len(word) > SHORTEST_WORD and word in name]
        rows = rows.filter(Q(search__contains=digits) | Q(specialty__in=named))
    if specialty:
        rows = rows.filter(specialty=specialty)
    if way:
        rows = rows.filter(way=way)
    if city:
        rows = rows.filter(Q(city__icontains=city) | Q(postcode=city))
    if language:
        rows = rows.filter(languages__icontains=f'"{language}"') if language != "fr" else rows.filter(_french())
    return rows


def _french() -> Q:
    """Nobody who says no language is taken for another's speaker: French is written to them."""
    return Q(languages__icontains='"fr"') | Q(languages=[])


def practitioner_get(id: UUID) -> Practitioner:
    """Return a practitioner. Raises: MissingError RL-LIA-010."""
    row = Practitioner.objects.filter(pk=id).first()
    if row is None:
        raise errors.NO_PRACTITIONER.error()
    return row


def practitioner_find(text: str, *, limit: int = 20) -> list[Practitioner]:
    """Find active practitioners by any word, for a search box; nothing for an empty text."""
    return list(practitioner_query(text=text)[:limit]) if plain(text) else []


def practitioner_rows(rows: Sequence[Practitioner]) -> list[PractitionerRow]:
    """Make practitioners ready to be shown. One query."""
    specialties = specialty_names()
    return [
        PractitionerRow(
            row=row,
            number=registration_shown(row.number),
            specialty=specialties.get(row.specialty, row.specialty),
            languages=", ".join(LANGUAGE_WORDS.get(code, code) for code in row.languages),
            way=gettext(WAY_WORDS[Way(row.way)]),
            phone=phone_shown(row.phone or row.mobile),
            place=" ".join(filter(None, (row.postcode, row.city))),
        )
        for row in rows
    ]


def desk_get(id: UUID) -> Desk:
    """Return a line. Raises: MissingError RL-LIA-011."""
    row = Desk.objects.filter(pk=id).first()
    if row is None:
        raise errors.NO_DESK.error()
    return row


def desk_query(*, site: str = "", specialty: str = "", kind: str = "", inactive: bool = False) -> QuerySet[Desk]:
    """Filter lines; one that holds for all sites or specialties answers for each."""
    rows = Desk.objects.filter(active=not inactive)
    if site:
        rows = rows.filter(site__in=["", site])
    if specialty:
        rows = rows.filter(specialty__in=["", specialty])
    return rows.filter(kind=kind) if kind else rows


def desk_rows(rows: Sequence[Desk], *, at: datetime) -> list[DeskRow]:
    """Make lines ready to be shown, with whether they answer at a moment. Four queries."""
    sites, specialties = site_names(), specialty_names()
    return [_desk_row(row, at=at, sites=sites, specialties=specialties) for row in rows]


def _desk_row(row: Desk, *, at: datetime, sites: dict[str, str], specialties: dict[str, str]) -> DeskRow:
    hours, local = hours_read(row.hours), timezone.localtime(at)
    language = language_now()
    return DeskRow(
        row=row,
        kind=gettext(DESK_WORDS[DeskKind(row.kind)]),
        site=sites.get(row.site, row.site) if row.site else gettext("all sites"),
        specialty=specialties.get(row.specialty, row.specialty) if row.specialty else gettext("all specialties"),
        phone=phone_shown(row.phone),
        fax=phone_shown(row.fax),
        hours=hours_shown(hours, language=language),
        is_open=is_open(hours, at=local, is_holiday=is_holiday),
        opens=opens_next(hours, at=local, is_holiday=is_holiday),
        send=said_in(row.send, language),
        how=said_in(row.how, language),
    )


def said_in(said: dict[str, str], language: str) -> str:
    """Return a text in a language, else in the first that has it."""
    return next((said[code] for code in (language, "fr", "nl", "de", "en") if said.get(code)), "")


def desks_answering(*, site: str, specialty: str, at: datetime, kind: str = "") -> list[DeskRow]:
    """List the lines to try about a specialty at a site: those that answer now first, the nearest first."""
    rows = desk_rows(list(desk_query(site=site, specialty=specialty, kind=kind)), at=at)
    return sorted(rows, key=lambda one: (one.is_open is not True, not one.row.specialty, not one.row.site))


def desks_found(*, text: str, site: str, specialty: str, inactive: bool, at: datetime) -> list[DeskRow]:
    """Find lines by words of their name, purpose, specialty and site, accents aside; those that answer now first."""
    words = plain(text).split()
    rows = desk_rows(list(desk_query(site=site, specialty=specialty, inactive=inactive)), at=at)
    found = [
        one for one in rows
        if all(word in plain(f"{one.row.name} {one.kind} {one.specialty} {one.site}") for word in words)
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.is_open is not True)


def today_holiday(at: datetime) -> str:
    """Return the name of today's public holiday in the reader's language, empty on other days."""
    return holiday_name(timezone.localtime(at).date(), language=language_now())


def file_get(id: UUID) -> DirectoryFile:
    """Return a file that was sent in. Raises: MissingError RL-LIA-025."""
    row = DirectoryFile.objects.filter(pk=id).first()
    if row is None:
        raise errors.NO_FILE.error()
    return row


def file_list(*, limit: int = 20) -> list[DirectoryFile]:
    """List the files that were sent in, newest first."""
    return list(DirectoryFile.objects.defer("text")[:limit])
